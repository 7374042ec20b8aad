"""What a feed says of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds.content._feed_level import read_feed_level
from aggregator.feeds.grammar._strict import read_strictly
from aggregator.model import Extras, FeedLinks, Person, Place, RelatedLink

Build = Callable[[str], bytes]
_URL = "https://e.org/feed"


def _read(body: bytes, *, is_atom: bool = False) -> tuple[FeedLinks, Extras]:
    return read_feed_level(read_strictly(body).feed, _URL, is_atom=is_atom)


def test_a_feed_says_where_it_is_to_be_had(rss: Build) -> None:
    """Itself, its hubs, its next page, its archive (RFC 5005) and its new address."""
    links, _ = _read(
        rss(
            "<atom:link rel='self' href='/own'/><atom:link rel='hub' href='https://h.org/'/>"
            "<atom:link rel='hub' href='https://h2.org/'/><atom:link rel='next' href='?page=2'/>"
            "<atom:link rel='prev-archive' href='/2019'/>"
            "<itunes:new-feed-url>https://new.org/f</itunes:new-feed-url>"
        )
    )

    assert links == FeedLinks(
        "https://e.org/own",
        ("https://h.org/", "https://h2.org/"),
        "https://e.org/feed?page=2",
        "https://e.org/2019",
        "https://new.org/f",
    )


def test_a_feed_without_links_has_none(atom: Build) -> None:
    """Nothing is guessed."""
    assert _read(atom(""), is_atom=True) == (FeedLinks(), Extras())


def test_a_podcast_has_people_places_and_more(rss: Build) -> None:
    """Authors of RSS are here, since entries have their own; a mail address is no name."""
    _, extras = _read(
        rss(
            "<managingEditor>ann@e.org (Ann)</managingEditor>"
            "<podcast:person img='k.png'>Kim</podcast:person>"
            "<podcast:location geo='geo:1,2'>Here</podcast:location>"
            "<podcast:funding url='https://pay.org/'>Support us</podcast:funding>"
            "<itunes:explicit>no</itunes:explicit><itunes:complete>Yes</itunes:complete>"
            "<category>News</category><itunes:category text='Arts'/>"
            "<copyright>(c) Ann</copyright>"
        )
    )

    assert extras.people == (
        Person("Ann", "author"),
        Person("Kim", "host", None, "https://e.org/k.png"),
    )
    assert extras.place == Place(1.0, 2.0, "Here")
    assert extras.related == (RelatedLink("https://pay.org/", "funding", None, "Support us"),)
    assert (extras.is_explicit, extras.is_finished) == (False, True)
    assert extras.tags == ("News", "Arts")
    assert extras.rights == "(c) Ann"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<image><url>r.png</url><title>R</title></image>", ["r.png"]),
        ("<image><url>r.png</url></image><itunes:image href='i.png'/>", ["i.png", "r.png"]),
        ("<itunes:image href='i.png'/><image><url>r.png</url></image>", ["i.png", "r.png"]),
        ("<atom:icon>i.ico</atom:icon><atom:logo>l.png</atom:logo>", ["l.png", "i.ico"]),
    ],
)
def test_the_pictures_of_a_feed_are_all_kept(rss: Build, written: str, expected: list[str]) -> None:
    """A cover first, an icon last, each once and in whatever order they are written."""
    _, extras = _read(rss(written))

    assert {image.rpartition("/")[2] for image in extras.images} == set(expected)
    assert extras.images[0].endswith(expected[0])


def test_a_subtitle_of_itunes_does_not_replace_the_description(rss: Build) -> None:
    """It is shorter and often empty; the feed's own word counts."""
    body = rss("<description>Long</description><itunes:subtitle>Short</itunes:subtitle>")

    assert read_strictly(body).feed["subtitle"] == "Long"


@given(
    feed=st.dictionaries(
        st.sampled_from(["links", "image", "icon", "authors", "tags", "our_covers", "rights"]),
        st.text(max_size=5)
        | st.lists(st.dictionaries(st.sampled_from(["href", "rel", "url"]), st.text(max_size=5)))
        | st.dictionaries(st.sampled_from(["href", "rel", "url"]), st.text(max_size=5)),
    )
)
def test_whatever_stands_in_a_feed_is_read(feed: dict[str, object]) -> None:
    """No value under any name raises."""
    links, extras = read_feed_level(feed, _URL)

    assert isinstance(links, FeedLinks)
    hash(extras)
