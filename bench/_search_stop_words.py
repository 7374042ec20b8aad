"""The commonest words of English, the commonest first."""

from __future__ import annotations

_COMMONEST = (
    "the of and to a in is it you that he was for on are with as his they be at one have this from"
    " or had by but not what all were we when your can there an each which she do how their if will"
    " up out many then them these so some her would make like him into has more no its who"
)
STOP_WORDS = tuple(_COMMONEST.split())
