"""Verdicts to the figures of a notice, and what they are compared with."""
