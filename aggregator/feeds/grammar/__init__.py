"""What the elements of a feed mean: feedparser's parsers, driven and completed."""
