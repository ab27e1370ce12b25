"""Stored bytes to facts: pure functions that never open a connection."""
