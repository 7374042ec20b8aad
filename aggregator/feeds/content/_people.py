"""Who wrote an entry and who took part in it: names, however they are mixed with mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.feeds._fields import Fields, dicts_of, line_of, once, text_of
from aggregator.feeds._plain import plain_from_either
from aggregator.model import Person
from aggregator.urls import resolve

_MAX_CHARS = 1000
# Not behind "@" or a letter: "@ann@example.social" is a name in the fediverse.
_MAIL = re.compile(
    r"(?:mailto:)?(?<![@\w])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?:\?subject=\S*)?",
    re.IGNORECASE,
)
_EMPTY_BRACKETS = re.compile(r"<\s*>|\(\s*\)|\[\s*\]")
_EDGES = " \t,;:\"'-<>"
_HOST = "host"  # podcastnamespace.org, tag person: the role where none is written


def split_person(text: str) -> tuple[str | None, str | None]:
    """The name and the mail address in one line of `text`, None for what is not there.

    >>> split_person("ann@example.org (Ann Lee)")
    ('Ann Lee', 'ann@example.org')
    >>> split_person("Bob (the other) <bob@example.photography>")
    ('Bob (the other)', 'bob@example.photography')
    """
    line = plain_from_either(text[:_MAX_CHARS])
    found = _MAIL.search(line)
    if found is None:
        return line or None, None
    name = _EMPTY_BRACKETS.sub(" ", _MAIL.sub(" ", line)).strip(_EDGES)
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1].strip(_EDGES)
    mail = found.group().partition("?")[0]
    return " ".join(name.split()) or None, mail.removeprefix("mailto:")


def read_authors(fields: Fields) -> tuple[str, ...]:
    """The names of those who wrote an entry or a feed, each once.

    A mail address stands for a name only where nobody has one.
    """
    people = [_split_author(author) for author in dicts_of(fields, "authors")]
    return once(name for name, _ in people) or once(mail for _, mail in people)


def read_people(fields: Fields, base_url: str | None) -> tuple[Person, ...]:
    """Those who took part in an entry or a feed, and authors who have a page of their own."""
    return once(
        (
            *_with_page(fields, base_url),
            *_contributors(fields, base_url),
            *_persons(fields, base_url),
            *_credits(fields),
        )
    )


def _split_author(author: Fields) -> tuple[str | None, str | None]:
    name, mail = split_person(text_of(author, "name") or "")
    return name, mail or line_of(author, "email")


def _with_page(fields: Fields, base_url: str | None) -> Iterator[Person]:
    for author in dicts_of(fields, "authors"):
        if (page := text_of(author, "href")) and (url := resolve(base_url, page)):
            name, _ = _split_author(author)
            if name:
                yield Person(name, "author", url)


def _contributors(fields: Fields, base_url: str | None) -> Iterator[Person]:
    for contributor in dicts_of(fields, "contributors"):
        if name := _split_author(contributor)[0]:
            yield Person(name, "contributor", resolve(base_url, text_of(contributor, "href")))


def _persons(fields: Fields, base_url: str | None) -> Iterator[Person]:
    """The ``podcast:person`` elements."""
    for person in dicts_of(fields, "our_podcast_person"):
        if name := split_person(text_of(person, "our_text") or "")[0]:
            yield Person(
                name,
                (line_of(person, "role") or _HOST).lower(),
                resolve(base_url, text_of(person, "href")),
                resolve(base_url, text_of(person, "img")),
            )


def _credits(fields: Fields) -> Iterator[Person]:
    """The ``media:credit`` elements."""
    for credited in dicts_of(fields, "media_credit"):
        if name := split_person(text_of(credited, "content") or "")[0]:
            yield Person(name, line_of(credited, "role"))
