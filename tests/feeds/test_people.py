"""Names and mail addresses, in every mixture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds import parse_feed
from aggregator.feeds.content._people import split_person
from aggregator.model import Entry, Person

Build = Callable[[str], bytes]


def _only(body: bytes) -> Entry:
    (entry,) = parse_feed(body, url="https://e.org/feed").entries
    return entry


@pytest.mark.parametrize(
    ("text", "name", "mail"),
    [
        ("Ann Lee", "Ann Lee", None),
        ("ann@e.org (Ann Lee)", "Ann Lee", "ann@e.org"),
        ("ann@e.org  ( Ann Lee )", "Ann Lee", "ann@e.org"),
        ("Ann Lee <ann@e.org>", "Ann Lee", "ann@e.org"),
        ("Ann Lee &lt;ann@e.org&gt;", "Ann Lee", "ann@e.org"),
        ('"Lee, Ann" <ann@e.org>', "Lee, Ann", "ann@e.org"),
        ("Ann (news) <ann@e.org>", "Ann (news)", "ann@e.org"),
        ("ann@e.photography (Ann)", "Ann", "ann@e.photography"),
        ("mailto:ann@e.org?subject=Hello", None, "ann@e.org"),
        ("ann@e.org", None, "ann@e.org"),
        ("Ann - ann.lee+feed@news.e.co.uk", "Ann", "ann.lee+feed@news.e.co.uk"),
        ("@ann@e.social", "@ann@e.social", None),
        ("Ann @ Work", "Ann @ Work", None),
        ("小明 (xm@e.cn)", "小明", "xm@e.cn"),
        ("", None, None),
    ],
)
def test_a_name_is_parted_from_a_mail_address(
    text: str, name: str | None, mail: str | None
) -> None:
    """In the forms of RSS, of mail headers and of none."""
    assert split_person(text) == (name, mail)


@given(text=st.text(max_size=60))
def test_a_text_without_an_address_is_a_name_in_one_line(text: str) -> None:
    """Whatever stands in it, nothing raises and nothing but markup and white space is lost."""
    name, mail = split_person(text.replace("@", ""))

    assert mail is None
    assert name is None or name == " ".join(name.split())


@pytest.mark.parametrize(
    "text", ["a" * 10**6, "a." * 10**6, "a@" * 10**6, "<" * 10**6, "(" * 10**6]
)
def test_an_enormous_name_is_read_at_once(text: str) -> None:
    """No text needs the square of its length; what is left can be shown."""
    name, _ = split_person(text)

    assert len(name or "") <= 1000


def test_a_mail_address_is_shown_only_where_nobody_has_a_name(rss: Build) -> None:
    """Names first; a feed that only has the address still says from whom it comes."""
    named = rss("<item><author>ann@e.org</author><dc:creator>Bob</dc:creator></item>")
    nameless = rss("<item><author>ann@e.org</author></item>")

    assert _only(named).authors == ("Bob",)
    assert _only(nameless).authors == ("ann@e.org",)


def test_each_author_is_read_apart(rss: Build) -> None:
    """Repeated elements and mixed forms; the mail of one is not the name of another."""
    authors = (
        "<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator><dc:creator>Ann</dc:creator>"
        "<author>cy@e.org (Cy)</author><itunes:author>Dee &lt;dee@e.org&gt;</itunes:author>"
    )

    assert _only(rss(f"<item>{authors}</item>")).authors == ("Ann", "Bob", "Cy", "Dee")


def test_an_author_with_a_page_is_among_the_people(atom: Build) -> None:
    """And the contributors, with their pages resolved; mail addresses are shown nowhere."""
    entry = _only(
        atom(
            "<entry><author><name>Ann</name><uri>/ann</uri><email>ann@e.org</email></author>"
            "<author><email>bob@e.org</email></author>"
            "<contributor><name>Cy</name></contributor></entry>"
        )
    )

    assert entry.authors == ("Ann",)
    assert entry.extras.people == (
        Person("Ann", "author", "https://e.org/ann"),
        Person("Cy", "contributor"),
    )


def test_an_entry_of_a_planet_has_the_authors_of_its_source(atom: Build) -> None:
    """RFC 4287: those of the source before those of the feed that copied it."""
    source = "<source><author><name>Origin</name></author></source>"

    assert _only(atom(f"<entry>{source}</entry>")).authors == ("Origin",)
    assert _only(atom("<entry><title>x</title></entry>")).authors == ("Feed Author",)


def test_those_who_took_part_are_kept_with_their_roles(rss: Build) -> None:
    """Of podcasts, of Media RSS and of Dublin Core."""
    entry = _only(
        rss(
            '<item><podcast:person role="Guest" img="/jo.png" href="https://jo.org/">Jo'
            "</podcast:person><podcast:person>Kim</podcast:person>"
            '<media:credit role="director">Lu</media:credit>'
            "<dc:contributor>Mo (mo@e.org)</dc:contributor></item>"
        )
    )

    assert set(entry.extras.people) == {
        Person("Jo", "guest", "https://jo.org/", "https://e.org/jo.png"),
        Person("Kim", "host"),
        Person("Lu", "director"),
        Person("Mo", "contributor"),
    }
    assert entry.authors == ()
