"""Files and pictures: nothing lost, nothing twice, the largest picture first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds import parse_feed
from aggregator.feeds.content._media import join_files
from aggregator.model import Enclosure, Entry

Build = Callable[[str], bytes]


def _only(body: bytes) -> Entry:
    (entry,) = parse_feed(body, url="https://e.org/feed").entries
    return entry


def test_a_group_is_one_video_in_several_files(rss: Build) -> None:
    """Each with what is said of it; the title of the group is that of each without its own."""
    entry = _only(
        rss(
            "<item><media:group><media:title>Talk</media:title>"
            '<media:content url="hi.mp4" type="video/mp4" width="1920" height="1080"'
            ' fileSize="900" duration="62"><media:title>Sharp</media:title></media:content>'
            '<media:content url="lo.webm" type="video/webm" medium="video"/></media:group></item>'
        )
    )

    assert entry.enclosures == (
        Enclosure("https://e.org/hi.mp4", "video/mp4", 900, "Sharp", "video", 62.0, 1920, 1080),
        Enclosure("https://e.org/lo.webm", "video/webm", title="Talk", medium="video"),
    )


def test_a_file_that_is_named_twice_is_one(rss: Build) -> None:
    """As enclosure and as Media RSS; what one does not say, the other does."""
    entry = _only(
        rss(
            '<item><enclosure url="a.mp3" length="0" type="audio/mpeg"/>'
            '<media:content url="a.mp3" fileSize="12" duration="1:02"/>'
            '<enclosure url="b.mp3" length="3" type="audio/mpeg"/></item>'
        )
    )

    assert entry.enclosures == (
        Enclosure("https://e.org/a.mp3", "audio/mpeg", 12, duration_s=62.0),
        Enclosure("https://e.org/b.mp3", "audio/mpeg", 3),
    )


def test_the_duration_of_an_episode_is_that_of_its_only_file(rss: Build) -> None:
    """With two files nobody knows whose it is."""
    file, other = (f'<enclosure url="{name}.mp3"/>' for name in "ab")
    duration = "<itunes:duration>1:00</itunes:duration>"

    one, two = (
        _only(rss(f"<item>{file}{duration}</item>")),
        _only(rss(f"<item>{file}{other}{duration}</item>")),
    )

    assert [each.duration_s for each in one.enclosures] == [60.0]
    assert [each.duration_s for each in two.enclosures] == [None, None]
    assert one.extras.duration_s == two.extras.duration_s == 60.0


def test_other_encodings_of_an_episode_are_files(rss: Build) -> None:
    """podcast:alternateEnclosure, at the first of its addresses that is given."""
    entry = _only(
        rss(
            '<item><enclosure url="a.mp3" type="audio/mpeg"/><podcast:alternateEnclosure'
            ' type="audio/opus" length="5" title="Opus" height="720">'
            '<podcast:source uri="https://cdn.org/a.opus"/><podcast:source uri="ipfs://x"/>'
            "</podcast:alternateEnclosure></item>"
        )
    )

    assert entry.enclosures[1:] == (
        Enclosure("https://cdn.org/a.opus", "audio/opus", 5, "Opus", height=720),
    )


@pytest.mark.parametrize(
    ("pictures", "expected"),
    [
        ("<media:thumbnail url='s' width='75'/><media:thumbnail url='l' width='300'/>", "l s"),
        ("<media:thumbnail url='s' width='75'/><media:content url='p' medium='image'/>", "p s"),
        ("<media:thumbnail url='s'/><itunes:image href='c'/>", "c s"),
        ("<media:thumbnail url='s'/><media:thumbnail url='s'/>", "s"),
        ("<media:thumbnail>s</media:thumbnail>", "s"),
        ("<podcast:images srcset='a 600w, b 1500w,, c'/>", "b a c"),
        ("<podcast:image href='p'/>", "p"),
        ("<image><url>i</url></image>", "i"),
        ("<image>i</image>", "i"),
        ("<image href='i'/>", "i"),
        ("<enclosure url='e.png' type='image/png'/>", "e.png"),
        ("<media:content url='v' type='video/mp4'><media:thumbnail url='t'/></media:content>", "t"),
        ("<media:thumbnail url='javascript:x'/><media:thumbnail/>", ""),
        ("<media:thumbnail url='n' width='-5' height='1e99'/>", "n"),
    ],
)
def test_the_pictures_of_an_entry_are_its_largest_first(
    rss: Build, pictures: str, expected: str
) -> None:
    """By their written size; where none is, a cover before a picture before a thumbnail."""
    images = _only(rss(f"<item>{pictures}</item>")).extras.images

    assert [image.removeprefix("https://e.org/") for image in images] == expected.split()


def test_a_picture_in_an_item_is_not_the_one_of_the_feed(rss: Build) -> None:
    """Both may be there, and each stays with its own."""
    body = rss(
        "<image><url>/feed.png</url><title>F</title></image>"
        "<item><title>T</title><image><url>/item.png</url></image></item>"
    )

    feed = parse_feed(body, url="https://e.org/feed")

    assert feed.entries[0].extras.images == ("https://e.org/item.png",)
    assert feed.entries[0].title == "T"


_FILES = st.builds(
    Enclosure,
    st.sampled_from(["https://e.org/a", "https://e.org/b"]),
    st.none() | st.just("audio/mpeg"),
    st.none() | st.integers(1, 9),
    st.none() | st.text(max_size=3),
)


@given(files=st.lists(_FILES, max_size=8))
def test_joining_loses_no_address_and_no_fact(files: list[Enclosure]) -> None:
    """Each address once, in order; a fact that any one stated is there."""
    joined = join_files(files)

    assert [file.url for file in joined] == list(dict.fromkeys(file.url for file in files))
    for one in joined:
        same = [file for file in files if file.url == one.url]
        assert (one.length_bytes is None) == all(file.length_bytes is None for file in same)
        assert one.title in [file.title for file in same]
    assert join_files(joined) == joined
