"""What a typed word asks of the tokens of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.search.terms._compounds import compound_of
from aggregator.search.terms._forms import characters_of, fold, normalize, parts_of
from aggregator.search.terms._stems import MAX_TOKEN_CHARS, is_porter, stems_behind, stems_of
from aggregator.search.terms._tokens import pairs_of


@dataclass(frozen=True, slots=True)
class Piece:
    """Places that must stand next to each other, each with its alternatives, at least one.

    `is_prefix`: a token at the last place need only begin with one of the alternatives there.
    """

    places: tuple[tuple[str, ...], ...]
    is_prefix: bool = False


def places_of(
    text: str, languages: Sequence[str], *, is_prefix: bool = False, is_plain: bool = False
) -> list[Piece]:
    """Pieces for a typed word or phrase, ANY of which answers it; none if it has no word.

    `languages` are those of the documents (`Document.language`, "" among them), whose stems are
    the alternatives; without any, the word as it is typed is one, too. A character of a script
    without blanks that ends the text is a prefix: it is the beginning of a pair or ends its run.
    Words that begin with a prefix may be filed under a shorter stem: that is a second piece.

    What is a compound as a whole is that token alone, unless `is_plain` is asked for: then every
    text that has exactly these words (`has_exact`) has one of the pieces.

    >>> places_of("foo-bars", ["en"])
    [Piece(places=(('foo',), ('bar',)), is_prefix=False)]
    >>> places_of("米", []), places_of("小米su7", ["zh"])[0].places
    ([Piece(places=(('米',),), is_prefix=True)], (('小米',), ('米',), ('su7',)))
    >>> places_of("electri", ["en"], is_prefix=True)
    [Piece(places=(('electri',),), is_prefix=True), Piece(places=(('electr',),), is_prefix=False)]
    """
    normal = normalize(text)
    if not is_plain and (compound := compound_of(normal)):
        return [Piece(((compound,),), is_prefix)]
    # What begins with more marks than a token has characters is filed under nothing.
    parts = [(run, word) for run, word in parts_of(normal) if run or fold(word[:MAX_TOKEN_CHARS])]
    if not parts:
        return []
    places: list[tuple[str, ...]] = []
    for run, word in parts[:-1]:
        places += _places_of_run(run) if run else [_alternatives(word, languages)]
    run, word = parts[-1]
    if run:
        closed = _places_of_run(run)
        return [Piece((*places, *(closed[:-1] or closed)), is_prefix=len(closed) == 1)]
    if not is_prefix:
        return [Piece((*places, _alternatives(word, languages)))]
    begin = fold(word)[:MAX_TOKEN_CHARS]
    pieces = [Piece((*places, (begin,)), is_prefix=True)]
    if shorter := _shorter_stems(word, begin, languages):
        pieces.append(Piece((*places, shorter)))
    return pieces


def _places_of_run(run: str) -> list[tuple[str, ...]]:
    """The places of a run that ends where it ends here."""
    characters = characters_of(run)
    return [(token,) for token in (*pairs_of(characters), characters[-1])]


def _alternatives(word: str, languages: Sequence[str]) -> tuple[str, ...]:
    stems = [stems_of(language)[word] for language in languages or ("",)]
    if not languages:
        stems.append(fold(word)[:MAX_TOKEN_CHARS])
    return tuple(dict.fromkeys(filter(None, stems)))


def _shorter_stems(word: str, begin: str, languages: Sequence[str]) -> tuple[str, ...]:
    """The stems of the prefix itself, and of words that begin with it, that begin otherwise."""
    stems = {*_alternatives(word, languages)}
    if not languages or any(map(is_porter, languages)):
        stems |= stems_behind(begin)
    return tuple(sorted(one for one in stems if not one.startswith(begin)))
