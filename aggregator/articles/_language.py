"""In which language an article is, and in which direction it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.text import strip_unsafe

_SAMPLE_CHARS = 1_000
"""How much text is looked at: on 912 articles CLD2 gave the same answers from 300 characters as
from 1,500."""

_MIN_LETTERS = 20
"""Fewer letters prove nothing against what the page states."""

_SURE_PERCENT = 90
"""The share of a text that must be in one language to outweigh what the page states: of 866 pages
that state one, all 3 that this contradicts are in another language indeed."""

_SCRIPTS = (
    ("\u3041-\u30ff", ("ja",)),
    ("\uac00-\ud7af\u1100-\u11ff", ("ko",)),
    ("\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff", ("zh", "ja", "yue", "wuu", "ko")),
    ("\u0400-\u052f", (
        "ru", "uk", "be", "bg", "mk", "sr", "bs", "sh", "kk", "ky", "tg", "tt", "mn", "uz", "az",
        "ba", "cv", "ce", "os", "sah", "rue",
    )),
    ("\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc", (
        "ar", "fa", "ur", "ps", "ckb", "ku", "ug", "sd", "pnb", "ks", "arz", "ary", "az", "pa",
    )),
    ("\u0590-\u05ff", ("he", "iw", "yi")),
    ("\u0900-\u097f", ("hi", "mr", "ne", "sa", "bho", "mai", "kok", "ks", "sd")),
    ("\u0e00-\u0e7f", ("th",)),
    ("\u0370-\u03ff", ("el",)),
    ("\u0980-\u09ff", ("bn", "as")),
    ("\u0a00-\u0a7f", ("pa",)),
    ("\u0a80-\u0aff", ("gu",)),
    ("\u0b80-\u0bff", ("ta",)),
    ("\u0c00-\u0c7f", ("te",)),
    ("\u0c80-\u0cff", ("kn",)),
    ("\u0d00-\u0d7f", ("ml",)),
    ("\u0d80-\u0dff", ("si",)),
    ("\u0e80-\u0eff", ("lo",)),
    ("\u1000-\u109f", ("my",)),
    ("\u10a0-\u10ff", ("ka",)),
    ("\u0530-\u058f", ("hy",)),
    ("\u1200-\u137f", ("am", "ti")),
    ("\u1780-\u17ff", ("km",)),
)  # fmt: skip
"""Scripts other than Latin and the languages written in them, the most common one first."""

_LATIN_TOO = frozenset(("sr", "bs", "sh", "uz", "az", "kk", "tt", "ku", "mn", "ks"))
"""Languages of the list above that are also written in Latin letters."""

_ELSEWHERE = frozenset(name for _, names in _SCRIPTS for name in names) - _LATIN_TOO
_IN_SCRIPT = tuple((re.compile(f"[{ranges}]"), names) for ranges, names in _SCRIPTS)
_KANA = _IN_SCRIPT[0][0]
_MIN_KANA = 0.1
"""The share of kana that tells Japanese from Chinese: Japanese prose has about half."""

_OUTSIDE_LATIN = re.compile(r"[^\W\d_A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_TAG = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_MAX_TAG_CHARS = 35  # what RFC 5646 asks software to have room for

_NEW_NAMES = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv"}
"""Codes that were replaced in 1989; CLD2 still gives some of them."""


def detect_language(stated: Sequence[str | None], text: str) -> str | None:
    """The language of `text` as a BCP 47 tag, None where nothing tells.

    `stated` are the tags of page and feed, the most trusted first; the first that fits the script
    of `text` is the answer as it was given. Where none fits the library says it from the text. It
    also corrects English: templates state it by default, and it is never confused with another.
    """
    sample = strip_unsafe(text[:_SAMPLE_CHARS])
    tags = [tag for tag in map(_clean_tag, stated) if tag]
    letters = _count_letters(sample)
    if letters < _MIN_LETTERS:
        return next(iter(tags), None)
    script = _languages_of_script(sample, letters)
    fitting = [tag for tag in tags if _fits(_base(tag), script)]
    if fitting and script:
        return fitting[0]
    found, is_sure = _ask_library(sample)
    if fitting:
        return _corrected(fitting[0], found) if is_sure else fitting[0]
    if script:
        return found if found and _base(found) in script else script[0]
    return found or next(iter(tags), None)


def _corrected(stated: str, found: str | None) -> str:
    """`found` where it and `stated` differ and one of them is English, else `stated`."""
    base = _base(stated)
    return found if found and found != base and "en" in {found, base} else stated


def direction_of(language: str | None, text: str) -> str | None:
    """``rtl`` or ``ltr``, as most letters of `text` run; without letters, as `language` does.

    >>> direction_of("en", "שלום עולם"), direction_of("ar", ""), direction_of(None, "7")
    ('rtl', 'rtl', None)
    """
    sample = text[:_SAMPLE_CHARS]
    letters = _count_letters(sample)
    if letters:
        return "rtl" if 2 * len(_RIGHT_TO_LEFT.findall(sample)) > letters else "ltr"
    if language is None:
        return None
    base = _base(language)
    is_right_to_left = any(
        base in names and _RIGHT_TO_LEFT.match(ranges) for ranges, names in _SCRIPTS
    )
    return "rtl" if is_right_to_left and base not in _LATIN_TOO else "ltr"


def _clean_tag(stated: str | None) -> str | None:
    """The first tag in `stated` ("en_GB, de" -> "en-GB"), None for anything else."""
    first = re.split(r"[,;\s]", (stated or "").strip()[:_MAX_TAG_CHARS], maxsplit=1)[0]
    tag = first.replace("_", "-")
    return tag if _TAG.fullmatch(tag) and _base(tag) != "und" else None


def _base(tag: str) -> str:
    """The language of a tag, without region and script, by its present name."""
    base = tag.partition("-")[0].lower()
    return _NEW_NAMES.get(base, base)


def _count_letters(sample: str) -> int:
    if sample.isascii():
        return len(sample.encode("ascii").translate(None, _NO_LETTERS))
    return sum(map(str.isalpha, sample))


def _languages_of_script(sample: str, letters: int) -> tuple[str, ...]:
    """The languages written in the script of most letters; none for Latin and mixtures."""
    if 2 * len(_OUTSIDE_LATIN.findall(sample)) <= letters:
        return ()
    if len(_KANA.findall(sample)) > _MIN_KANA * letters:
        return _SCRIPTS[0][1]
    for pattern, names in _IN_SCRIPT:
        if 2 * len(pattern.findall(sample)) > letters:
            return names
    return ()


def _fits(base: str, script: tuple[str, ...]) -> bool:
    return base in script if script else base not in _ELSEWHERE


def _ask_library(sample: str) -> tuple[str | None, bool]:
    """The language that CLD2 finds, and whether it is sure; None for none."""
    import pycld2  # noqa: PLC0415 - 7 MB, needed by no other command

    try:
        is_reliable, _, found = pycld2.detect(sample, bestEffort=True)
    except pycld2.error:  # characters that Unicode does not assign
        return None, False
    _, code, percent, _ = found[0]
    if code == "un":
        return None, False
    base, _, rest = code.partition("-")
    tag = "-".join(part for part in (_NEW_NAMES.get(base, base), rest) if part)
    return tag, bool(is_reliable) and percent >= _SURE_PERCENT
