"""feedparser's dictionaries to entries: every field of every format in its place."""
