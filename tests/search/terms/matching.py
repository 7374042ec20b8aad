"""What pieces of a query are to a row of tokens, in the plainest way."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.search.terms import Piece


def has_pieces(tokens: Sequence[str], pieces: Sequence[Piece]) -> bool:
    """Whether some of the pieces stands in the tokens."""
    return any(
        _stands(tokens[at : at + len(piece.places)], piece)
        for piece in pieces
        for at in range(len(tokens) - len(piece.places) + 1)
    )


def _stands(row: Sequence[str], piece: Piece) -> bool:
    *before, last = zip(row, piece.places, strict=True)
    token, wanted = last
    ends = token.startswith(wanted) if piece.is_prefix else token in wanted
    return ends and all(one in alternatives for one, alternatives in before)
