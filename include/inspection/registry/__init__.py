"""The office's lists: read, checked row by row, and stored with a round."""
