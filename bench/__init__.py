"""Speed as a figure: `make bench`; see docs/performance.md."""
