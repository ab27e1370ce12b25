"""After the notice: the recheck of whoever was named, and the year."""
