"""Measures against the expectation suites, findings, verdicts, tables."""
