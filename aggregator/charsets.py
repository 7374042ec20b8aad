"""Names of character encodings as documents and servers state them -> Python's codecs."""

from __future__ import annotations

import codecs
import re

# What is written under these names is nearly always the superset (WHATWG Encoding Standard).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Labels of that standard which Python does not know.
_LABELS = {
    "gb_2312-80": "gb18030",
    "iso-8859-8-i": "iso8859-8",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "unicode-1-1-utf-8": "utf-8",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-x-big5": "big5hkscs",
}
_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|dos|cp)[-_]?(\d{3,4})")
# Codecs that are no encodings of documents; punycode needs quadratic time.
_REFUSED = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
)


def find_codec(label: str) -> str | None:
    """Python's name of the codec in which text under `label` is read; None if there is none.

    It is the superset that browsers read (WHATWG Encoding Standard): windows-1252 for latin-1. The
    wide ones (UTF-16, UTF-32) come back too; whether to believe in them is for the caller to say.
    Never a codec from bytes to bytes, of escapes, or UTF-7.

    >>> find_codec("ISO-8859-1"), find_codec("x-sjis"), find_codec("hex")
    ('cp1252', 'cp932', None)
    """
    lowered = label.strip().lower()
    page = _CODE_PAGE.fullmatch(lowered)
    wanted = f"cp{page[1]}" if page else _LABELS.get(lowered, lowered)
    try:
        name = codecs.lookup(wanted).name
        if name in _REFUSED:
            return None
        "".encode(name)  # raises LookupError for a codec from bytes to bytes
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(name, name)
