"""Bytes of a feed to a document that a parser takes: decoded, opened, repaired, remembered."""
