"""The first feeds.toml: short comments on what can be said, and no settings changed."""

from __future__ import annotations

STARTER = """\
# The feeds to poll, and how. docs/configuration.md explains every key.
# `aggregator config check` says what is wrong with this file, line by line.

[settings]
# Who polls: a web page or mail address that is sent with every request, so that the people who
# run a site can reach you before they block you. Please set it.
# contact = "you@example.org"

# Where the archive is kept. A relative path is relative to this file.
# database_url = "sqlite:///archive.db"

[defaults]
# What holds for every feed below that does not say otherwise.
# interval = "1h"     # ask just so often (s, m, h, d, w; 5m at least); without it that is learnt
# full_text = "auto"  # fetch the page behind a link where the feed has only a summary
# tags = []
# enabled = true
"""
"""Valid by itself, with no feeds."""
