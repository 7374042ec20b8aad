"""Polls feeds, takes articles apart into headline, read time, lead and sections, keeps them."""

__version__ = "0.1.0"
