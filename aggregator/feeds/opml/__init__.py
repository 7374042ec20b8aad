"""Subscription lists (OPML) and lists of addresses, in and out."""
