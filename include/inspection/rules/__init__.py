"""The standards as data: rule files checked and loaded, points and scores."""
