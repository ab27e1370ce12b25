"""The daily side: probes of every home page, and what other steps of a day keep in ``history/``."""
