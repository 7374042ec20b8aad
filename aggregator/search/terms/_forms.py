"""Forms of text in which spellings of one word are the same, and the words in them.

Compared is NFKC, case folded (Unicode 15, 3.13: compatibility caseless matching). Diacritics fall
only after stemming, since Snowball's stemmers know words by them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from aggregator.text import IDEOGRAPHS, MARKS, UNSPACED

# Soft hyphens, joiners, variation selectors and marks of direction part no word.
INVISIBLE = (
    "\xad\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef"
)
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_VOICING = "\u3099\u309a"
# All that is no letter, so that most texts are ASCII after it, with NUL and surrogates, which no
# database stores; also the underscore and what stands among the marks of Hebrew: maqaf, paseq, sof
# pasuq and nun hafukha.
_PARTING = re.compile(rf"[^\x01-\x5e\x60-\x7f\w{MARKS}{_VOICING}]|[_\u05be\u05c0\u05c3\u05c6]")
# Signs that most texts have: without them these are ASCII, and that is five times as fast. NFKC
# would write "tm" and "sm" to the end of a word.
_PLAIN_SIGNS = {
    **dict.fromkeys("’‘", "'"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("–—‑", "-"),
    **dict.fromkeys("\xa0…•→×®™℠", " "),
    "\xad": "",
}

_ASCII_LETTERS = bytes(
    ord(char.lower()) if (char := chr(code)).isascii() and char.isalnum() else ord(" ")
    for code in range(256)
)
_WORD = re.compile(rf"[\w{MARKS}{_VOICING}]+")
_LETTER = rf"[^\W_{IDEOGRAPHS}{UNSPACED}]"
_MARK = f"(?![{UNSPACED}])[{MARKS}]"
_CLUSTER = re.compile(f"[{UNSPACED}](?:{_MARK})*|.", re.DOTALL)
_UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")

# й is a letter of its own, no и with a breve.
_DIACRITICS = re.compile(
    "[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]"
    "|(?<!и)\u0306"
)
# What has no decomposition, though readers leave the stroke out; Persian and Arabic yeh and kaf.
_LOOK_ALIKE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
    | {"ي": "ی", "ى": "ی", "ك": "ک"}
)


@cache
def _run_letter() -> re.Pattern[str]:
    # Compiled when it is needed: all ideographs cost a search of English words a few milliseconds.
    return re.compile(f"[{IDEOGRAPHS}{UNSPACED}]")


@cache
def _parts() -> re.Pattern[str]:
    run = f"[{IDEOGRAPHS}]+|[{UNSPACED}][{UNSPACED}{MARKS}]*"
    return re.compile(f"({run})|((?:{_LETTER}|{_MARK})+)")


def normalize(text: str) -> str:
    """`text` in the form in which it is compared: NFKC, case folded, nothing invisible.

    >>> normalize("Ｍodel ７")
    'model 7'
    """
    if not text.isascii():
        for sign, plain in _PLAIN_SIGNS.items():
            text = text.replace(sign, plain)
    if text.isascii():
        return text.lower().replace("\0", " ").replace("_", " ")
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    return _PARTING.sub(" ", unicodedata.normalize("NFKC", folded))


def fold(word: str) -> str:
    """A word in normal form without diacritics; "" where it is nothing but them.

    Vowel signs of Indic scripts and the voicing of Kana stay: without them it is another word.

    >>> fold("café"), fold("йод"), fold("ガ")
    ('cafe', 'йод', 'ガ')
    """
    if word.isascii():
        return word
    bare = _DIACRITICS.sub("", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", bare).translate(_LOOK_ALIKE)


def has_runs(normal: str) -> bool:
    """Whether some of the text is in a script that puts no blanks between words."""
    return not normal.isascii() and _run_letter().search(normal) is not None


def words_of(normal: str) -> list[str]:
    """The words of a text without runs, in order and with their diacritics."""
    return ascii_words(normal) if normal.isascii() else _WORD.findall(normal)


def ascii_words(normal: str) -> list[str]:
    """The words of a text that is ASCII, in order: six times as fast as by an expression."""
    return normal.encode("ascii").translate(_ASCII_LETTERS).decode("ascii").split()


def plain_words(text: str) -> list[str]:
    """The words of any text in normal form, in order, but for scripts without blanks."""
    normal = normalize(text)
    if has_runs(normal):
        return [word for _, word in parts_of(normal) if word]
    return words_of(normal)


def parts_of(normal: str) -> list[tuple[str, str]]:
    """Runs and words in their order: each pair has one of them, and "" for the other."""
    if normal.isascii():
        return [("", word) for word in words_of(normal)]
    return _parts().findall(normal)


def characters_of(run: str) -> list[str]:
    """What a reader takes for one character of a run: a letter with the marks on it.

    >>> characters_of("小米"), len(characters_of("ที่นี่"))
    (['小', '米'], 2)
    """
    if not _UNSPACED_LETTER.match(run):
        return list(run)
    return _CLUSTER.findall(fold(run))


def exact_form(text: str) -> str:
    """`text` as quoted words are compared: words without diacritics between single blanks.

    Runs of ideographs, and of other scripts without blanks, are words of their own here.

    >>> exact_form("Café-Bar: 小米SU7!")
    ' cafe bar 小米 su7 '
    """
    normal = normalize(text)
    if has_runs(normal):
        words = [run or word for run, word in parts_of(normal)]
    else:
        words = words_of(normal)
    if not normal.isascii():
        words = [bare for word in words if (bare := fold(word))]
    return f" {' '.join(words)} "


def has_exact(text_form: str, phrase_form: str) -> bool:
    """Whether a text has exactly the words of a phrase in a row; both as `exact_form` made them.

    Where the phrase begins or ends with a script without blanks, the text's run may go on there.
    A phrase without words is in no text.

    >>> has_exact(exact_form("全新小米手机"), exact_form("小米"))
    True
    >>> has_exact(exact_form("the planes"), exact_form("plane"))
    False
    """
    wanted = phrase_form.strip(" ")
    if not wanted:
        return False
    if not has_runs(wanted[0]):
        wanted = " " + wanted
    last = _last_character(wanted)
    if not last:
        return wanted + " " in text_form
    at = text_form.find(wanted)
    while at >= 0:
        # A mark that follows would belong to the last letter, and that be another one.
        rest = text_form[at + len(wanted) - len(last) : at + len(wanted) + 1]
        if characters_of(rest)[0] == last:
            return True
        at = text_form.find(wanted, at + 1)
    return False


def _last_character(wanted: str) -> str:
    """The last character of the run with which the words end, "" if that is none."""
    tail = wanted.rsplit(" ", 1)[-1]
    return characters_of(tail)[-1] if has_runs(tail[:1]) else ""
