"""Pure functions on plain text: white space, words, read time, what a terminal may show."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

IDEOGRAPHS = (
    "\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Han, Kana and Hangul as the inside of a regular-expression character class."""

MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0903\u093a-\u094f\u0955-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09d7"
    "\u0a01-\u0a03\u0a3c-\u0a51\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57"
    "\u0b82\u0bbe-\u0bd7\u0c00-\u0c04\u0c3c-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6"
    "\u0d00-\u0d03\u0d3b-\u0d57\u0d81-\u0d83\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u0eb1\u0eb4-\u0ecd\u102b-\u103e\u17b4-\u17d3\u1ab0-\u1aff\u1dc0-\u1dff"
)
"""Vowel signs and accents that belong to the letter before them, which ``\\w`` does not know."""

UNSPACED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd\u0ec0-\u0ec6"
    "\u0edc-\u0edf\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"
)
"""The letters of Thai, Lao, Burmese and Khmer, which put no blanks between words."""

_UNSPACED_LETTERS_PER_WORD = 3
"""Marks above and below not counted. Our measure: in Thai sentences parted by hand 37 words had 98
letters, and their English translation had 32 words."""

_LEAST_IMAGE_S = 3
"""From the tenth image on, as Medium has it: nobody looks at a gallery piece by piece."""

_UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")
_UNSPACED_RUN = re.compile(f"[{UNSPACED}][{UNSPACED}{MARKS}]*")
# A word may hold an apostrophe, a hyphen or a dot inside: don't, e-mail, 3.14.
_INSIDE = rf"[\w{MARKS}\u200c\u200d\xad]*"  # joiners and soft hyphens part no word
_WORD = re.compile(rf"\w{_INSIDE}(?:['’.\-]\w{_INSIDE})*")
# Signs that most texts have: without them these are Latin-1, and counted by bytes. What is in no
# word is a blank here, whatever it is.
_PLAIN_SIGNS = {"’": "'", **dict.fromkeys("“”‘„–—…•→", " ")}
_JOINS = b"'.-"
_SHAPES = bytes(
    ord("w") if re.match(r"\w", chr(code)) else (ord("-") if code in _JOINS else ord(" "))
    for code in range(256)
)
"""What each character of Latin-1 is: of a word, a sign that joins two letters, or neither."""

_SAFE_CONTROL = b"\t\n"
_ASCII_UNSAFE = bytes({*range(0x20), 0x7F} - {*_SAFE_CONTROL})
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@cache
def _ideograph() -> re.Pattern[str]:
    # So large a class takes milliseconds to compile, which most commands need not wait for.
    return re.compile(f"[{IDEOGRAPHS}]")


def collapse_whitespace(text: str) -> str:
    r"""`text` in one line: each run of white space one blank, none at the ends.

    >>> collapse_whitespace("  a\n\tb ")
    'a b'
    """
    # Of white space only the blank is printable, and to see that none is to go is faster.
    if text.isprintable() and "  " not in text and not text.startswith(" "):
        return text.removesuffix(" ")
    return " ".join(text.split())


def count_words(text: str) -> tuple[int, int]:
    """How many words and how many ideographs `text` has; an ideograph is never part of a word.

    Where a script puts no blanks between words, their number is told from that of the letters.

    >>> count_words("Don't buy 小米 now")
    (3, 2)
    >>> count_words("हिन्दी की किताब")
    (3, 0)
    """
    plain = _as_latin(text)
    if plain is not None:
        return _count_latin(plain), 0
    spaced, ideographs = _ideograph().subn(" ", text)
    if not _UNSPACED_LETTER.search(spaced):
        return len(_WORD.findall(spaced)), ideographs
    letters = [len(_UNSPACED_LETTER.findall(run)) for run in _UNSPACED_RUN.findall(spaced)]
    unspaced = sum(-(-count // _UNSPACED_LETTERS_PER_WORD) for count in letters)
    return unspaced + len(_WORD.findall(_UNSPACED_RUN.sub(" ", spaced))), ideographs


def _as_latin(text: str) -> bytes | None:
    """`text` in Latin-1 with as many words, None if it has other letters."""
    if not text.isascii():
        for sign, plain in _PLAIN_SIGNS.items():
            text = text.replace(sign, plain)
    try:
        latin = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    # A soft hyphen is no letter, but parts no word either.
    return None if b"\xad" in latin else latin


def _count_latin(latin: bytes) -> int:
    """The words of a text in Latin-1: far faster than by an expression."""
    shapes = latin.translate(_SHAPES)
    begun = shapes.startswith(b"w") + shapes.count(b" w") + shapes.count(b"-w")
    if b"-w-" in shapes:  # with each letter doubled, no two joins share one
        shapes = shapes.replace(b"w", b"ww")
    return begun - shapes.count(b"w-w")


def read_minutes(
    text: str,
    *,
    words_per_minute: int = 265,
    ideographs_per_minute: int = 500,
    images: int = 0,
    first_image_s: int = 12,
) -> int:
    """Whole minutes a reader needs for `text` and its `images`: 0 for neither, else at least 1.

    Words and ideographs are counted separately and added, so mixed text needs no guess at its
    language. A first image takes `first_image_s`, each further one a second less, down to three; 0
    leaves images out. The sum is rounded up. The speeds are those of Medium and Miniflux. Raises
    ValueError if a speed is not positive.

    >>> read_minutes("word " * 266)
    2
    >>> read_minutes("新" * 500, images=1)
    2
    """
    return minutes_of(
        *count_words(text),
        words_per_minute=words_per_minute,
        ideographs_per_minute=ideographs_per_minute,
        images=images,
        first_image_s=first_image_s,
    )


def minutes_of(
    words: int,
    ideographs: int,
    *,
    words_per_minute: int,
    ideographs_per_minute: int,
    images: int = 0,
    first_image_s: int = 12,
) -> int:
    """The minutes of `read_minutes` for a text whose words and ideographs were counted already."""
    if words_per_minute <= 0 or ideographs_per_minute <= 0:
        raise ValueError("reading speeds must be positive")
    # In whole numbers: the sum of three floats may be a hair above a minute that it is not.
    speeds = words_per_minute * ideographs_per_minute
    reading = words * ideographs_per_minute + ideographs * words_per_minute
    return -(-(60 * reading + speeds * _image_seconds(images, first_image_s)) // (60 * speeds))


def _image_seconds(images: int, first_s: int) -> int:
    """The seconds for all images; however many there are, the cost is the same."""
    if first_s <= 0 or images <= 0:
        return 0
    least_s = min(first_s, _LEAST_IMAGE_S)
    falling = min(images, first_s - least_s)
    return falling * (2 * first_s - falling + 1) // 2 + (images - falling) * least_s


def strip_unsafe(text: str) -> str:
    r"""`text` without control characters, escape sequences' starts and direction overrides.

    What remains can be printed on a terminal without moving its cursor, changing its colours or
    reordering the line; tabs and newlines stay.

    >>> strip_unsafe("a\x1b[31mb\u202ec")
    'a[31mbc'
    """
    if text.isascii():
        # The same by bytes, which is faster; as a rule there is nothing to take.
        plain = text.encode("ascii")
        kept = plain.translate(None, _ASCII_UNSAFE)
        return text if len(kept) == len(plain) else kept.decode("ascii")
    return _UNSAFE.sub("", text)


def replace_unstorable(text: str) -> str:
    r"""`text` with U+FFFD for NUL and lone surrogates, which databases and UTF-8 refuse.

    >>> replace_unstorable("a\0b") == "a\ufffdb"
    True
    """
    return _UNSTORABLE.sub("\ufffd", text)


def shorten(text: str, max_chars: int) -> str:
    """`text` in one line of at most `max_chars` characters, cut at a word and ended by "…".

    >>> shorten("one two three", 9)
    'one two…'
    """
    line = collapse_whitespace(text)
    if len(line) <= max_chars:
        return line
    if max_chars <= 0:
        return ""
    head = line[: max_chars - 1]
    at_word = head.rsplit(" ", 1)[0] if line[len(head) : len(head) + 1] != " " else head
    return (at_word if len(at_word) > max_chars // 2 else head).rstrip() + "…"


def fold(text: str) -> str:
    """`text` for comparing: compatibility forms unified, case folded, white space collapsed.

    >>> fold("Ärger  MIT")
    'ärger mit'
    """
    if text.isascii():
        return collapse_whitespace(text.casefold())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return collapse_whitespace(unicodedata.normalize("NFKC", folded))
