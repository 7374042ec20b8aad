"""A byline as it is printed -> the names in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from aggregator.articles._dates import iter_days
from aggregator.articles._months import find_month
from aggregator.text import collapse_whitespace, fold, strip_unsafe

_BY_WORD = (
    r"(?:(?:(?:article|written|posted|words|story|text|published|created|authored|contributed"
    r"|guide|post|review) )?by|von|par|por|di|door|av|af|od|przez|oleh|publié par|écrit par"
    r"|escrito por|scritto da|geschreven door|autor(?:in)?|auteur|authors?|contributors?|автор"
    r"|作者|文|記者|기자|بقلم|כתב|लेखक|(?:words|text|story)(?=\s?:))"
)
_BY = re.compile(rf"{_BY_WORD}(?:\s*[:：]\s*|\s+|(?<=[作者文記])(?=\w))", re.IGNORECASE)
_BY_ALONE = re.compile(rf"{_BY_WORD}\s*[:：]?", re.IGNORECASE)
_BY_INSIDE = re.compile(
    r"(?:^|[\s·|•,–—-])(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]oor|[Aa]v|[Aa]f)\s*:?\s+(?=[^\W\d_a-z])"
)

_ROLE_WORD = (
    r"(?:reporter|editor|correspondent|writer|contributor|staff|journalist|columnist|producer"
    r"|director|analyst|fellow|professor|redakteur\w*|korrespondent\w*|rédact\w+|journaliste"
    r"|redactor\w*|periodista|giornalista|newsroom|bureau|ceo|cto|cfo|cmo|founder|co-founder"
    r"|manager|expert|specialist|strategist|consultant|engineer|coordinator|officer|president"
    r"|author|reviewer|head of|senior|chief|deputy|associate|assistant|guest|contributing"
    r"|freelance|managing|executive|lead)"
)
_ROLE = re.compile(rf"(?:.*\s)?{_ROLE_WORD}s?(?:\s.*)?", re.IGNORECASE)
_ONLY_ROLES = re.compile(rf"(?:the\s)?{_ROLE_WORD}(?:[\s-]{_ROLE_WORD}){{0,4}}s?", re.IGNORECASE)
_ROLE_BEHIND = re.compile(rf"(?P<name>\S+\s\S+(?:\s\S+)?)\s{_ROLE_WORD}\b.*", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:\d+ ?(?:min|comments?|views|shares?)\b.*|\d{1,2}[:.]\d\d.*"
    r"|(?:first |originally )?(?:published|posted|updated|modified|written|date)(?: on| by| at)?"
    r"|last(?: updated| modified)?|view .*|read .*|paid|sponsored|veröffentlicht|aktualisiert"
    r"|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato|gepubliceerd|bijgewerkt)",
    re.IGNORECASE,
)
_LABEL_BEHIND = re.compile(rf"\s{_LABEL.pattern}$", re.IGNORECASE)
_OTHER_BY = (
    r"(?:medically |expert |clinically |legally )?(?:reviewed|edited|fact[- ]?checked|illustrated"
    r"|translated|photo\w*|video|image|updated|powered|sponsored|presented|hosted|supported"
    r"|geprüft|traduit|traducido) (?:by|von|par|por)\b"
)
_OTHER_HAND = re.compile(
    rf"{_OTHER_BY}|(?:photos?|images?|credit|source)\s?:|(?:with )?contributions? (?:from|by)\b"
    r"|(?:about|more (?:from|by)|meet|follow|über|à propos|sobre)\b",
    re.IGNORECASE,
)
"""Lines that name people who did something else with the article, or announce more of them."""

_OTHER_INSIDE = re.compile(rf"\W{_OTHER_BY}.*", re.IGNORECASE)
_TAIL = re.compile(
    r"(?P<name>\S+\s\S.*?)\s(?:on|in|at|from|posted|has|was|says|wrote|is an?)\b.*"
    r"|(?P<first>.*?)\s\(?[@\d].*"
)
_BEFORE_DAY = re.compile(
    r"\s(?:on|am|le|el|il|op|den|på|em)(?:\s[^\W\d_]{3,12},?)?\s?$", re.IGNORECASE
)
_PARTS = re.compile(r"\s*(?:[,|·•∙●—–⋅;]|\s-\s|\s/\s)\s*")
_EMPTY_NAMES = frozenset((
    "admin", "administrator", "undefined", "null", "none", "webmaster", "author", "the author",
    "editor", "editors", "name", "anonymous", "unknown", "guest", "user", "root", "wordpress",
    "superuser", "super user", "siteadmin", "n/a", "by", "comments", "share", "subscribe", "home",
    "autor", "auteur", "автор", "作者", "authors", "contributors", "updated", "published",
))  # fmt: skip
"""What content systems print where nobody is named, and labels beside names."""

_MAX_CHARS = 400
_MAX_NAME_CHARS, _MAX_NAME_WORDS = 60, 7
_MAX_NAMES = 20


def clean_byline(line: str, *, is_shown: bool = False) -> str | None:
    """The names in a byline, without "By" and without what the people are.

    Of a line that readers are shown (`is_shown`) a role right behind the name goes, too: there it
    stands in an element of its own.

    >>> clean_byline("By Ann Lee, Senior Reporter")
    'Ann Lee'
    """
    text = strip_unsafe(collapse_whitespace(unescape(line[:_MAX_CHARS])))
    if "://" in text or text.startswith(("www.", "@", "/")):
        return None
    text = _OTHER_INSIDE.sub("", text)
    by = _BY.match(text) or _BY_INSIDE.search(text)
    for segment in _between_days(text[by.end() :] if by else text):
        if names := list(_names_in(segment, is_shown=is_shown)):
            return ", ".join(dict.fromkeys(names))
    return None


def _names_in(text: str, *, is_shown: bool) -> Iterator[str]:
    is_found = False
    for part in _PARTS.split(text)[:_MAX_NAMES]:
        if _OTHER_HAND.match(part):
            return
        name = _name_of(part, is_shown=is_shown)
        is_role = has_role(part) if is_found else _ONLY_ROLES.fullmatch(name)
        if _is_name(name) and not is_role:
            is_found = True
            yield name


def has_role(line: str) -> bool:
    """Whether `line` says what somebody is ("Senior Editor at the Courier")."""
    return _ROLE.fullmatch(line) is not None


def names_author(line: str) -> bool:
    """Whether `line` says by itself that it names an author ("By Ann Lee", "May 6 by Ann Lee")."""
    return bool(_BY.match(line) or _BY_INSIDE.search(line)) and not names_other(line)


def names_other(line: str) -> bool:
    """Whether `line` names somebody who did not write the article ("Reviewed by Ann Lee")."""
    return _OTHER_HAND.match(line) is not None


def announces_author(line: str) -> bool:
    """Whether `line` is only the word before an author's name ("By", "Autor:")."""
    return _BY_ALONE.fullmatch(line) is not None


def reads_as_person(name: str) -> bool:
    """Whether every long word of `name` begins as names do; scripts without case pass."""
    words = [word for word in name.split() if len(word) > 3]
    return not name[0].islower() and all(not word[0].islower() for word in words)


def _between_days(text: str) -> Iterator[str]:
    """What stands before, between and behind the dates in `text`."""
    end = 0
    for day in iter_days(text):
        yield _BEFORE_DAY.sub("", text[end : day.start])
        end = day.end
    yield text[end:]


def _name_of(part: str, *, is_shown: bool) -> str:
    """`part` without what follows a name: a role, a place, a number, a label."""
    name = part.strip(" -:.*&")
    if tail := _TAIL.fullmatch(name):
        name = tail["name"] or tail["first"]
        head, _, last = name.rpartition(" ")
        name = head if tail["first"] and find_month(last) else name
    name = _LABEL_BEHIND.sub("", name)
    role = _ROLE_BEHIND.fullmatch(name) if is_shown else None
    return (role["name"] if role else name).strip(" -:*&")


def _is_name(text: str) -> bool:
    """Whether `text` can be the name of a person, a team or an account."""
    return (
        0 < len(text) <= _MAX_NAME_CHARS
        and len(text.split()) <= _MAX_NAME_WORDS
        and any(map(str.isalpha, text))
        and not text.startswith("@")
        and fold(text) not in _EMPTY_NAMES
        and not any(sign in text for sign in "{<?!=")
        and not _LABEL.fullmatch(text)
        and not (len(text) <= 4 and find_month(text))
    )
