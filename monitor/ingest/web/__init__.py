"""A URL -> the bytes behind it, through guards, turns and limits."""
