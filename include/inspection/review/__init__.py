"""People's part: what is asked of them, their decisions and appeals, and what those change."""
