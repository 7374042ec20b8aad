"""What makes an entry an episode."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aggregator.feeds import parse_feed
from aggregator.model import Chapter, Extras, RelatedLink, Transcript

Build = Callable[[str], bytes]


def _extras(body: bytes) -> Extras:
    (entry,) = parse_feed(body, url="https://e.org/feed").entries
    return entry.extras


def test_an_episode_is_read_whole(rss: Build) -> None:
    """The words of iTunes and those of the podcast namespace."""
    extras = _extras(
        rss(
            "<item><itunes:duration>1:02:03</itunes:duration><itunes:season>2</itunes:season>"
            "<itunes:episode>7</itunes:episode><itunes:episodeType>Bonus</itunes:episodeType>"
            "<itunes:explicit>true</itunes:explicit>"
            '<podcast:chapters url="c.json" type="application/json+chapters"/>'
            '<podcast:transcript url="t.vtt" type="text/vtt" language="en"/>'
            '<podcast:transcript url="t.srt" type="application/srt"/>'
            '<podcast:license url="https://cc.org/by">cc-by</podcast:license>'
            '<podcast:socialInteract protocol="activitypub" uri="https://social.org/1"/></item>'
        )
    )

    assert (extras.duration_s, extras.season, extras.episode) == (3723.0, "2", "7")
    assert (extras.episode_kind, extras.is_explicit) == ("bonus", True)
    assert extras.chapters_url == "https://e.org/c.json"
    assert extras.transcripts == (
        Transcript("https://e.org/t.vtt", "text/vtt", "en"),
        Transcript("https://e.org/t.srt", "application/srt"),
    )
    assert extras.licence == "https://cc.org/by"
    assert extras.related == (RelatedLink("https://social.org/1", "discussion"),)


def test_the_podcast_namespace_may_number_episodes_alone(rss: Build) -> None:
    """Its first name of itself is understood as well, and names stand in for numbers."""
    body = rss(
        '<item><podcast:season name="The fall"/><podcast:episode display="Ch. 3">204'
        "</podcast:episode></item>"
    )
    old = b"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"

    for document in (body, body.replace(b"https://podcastindex.org/namespace/1.0", old)):
        extras = _extras(document)
        assert (extras.season, extras.episode) == ("The fall", "204")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<itunes:explicit>yes</itunes:explicit>", True),
        ("<itunes:explicit>TRUE</itunes:explicit>", True),
        ("<itunes:explicit>false</itunes:explicit>", False),
        ("<itunes:explicit>no</itunes:explicit>", False),
        ("<itunes:explicit>clean</itunes:explicit>", False),
        ("<itunes:explicit>perhaps</itunes:explicit>", None),
        ("<media:rating scheme='urn:simple'>adult</media:rating>", True),
        ("<media:rating scheme='urn:simple'>nonadult</media:rating>", False),
        ("", None),
    ],
)
def test_whether_an_episode_is_for_adults(
    rss: Build,
    written: str,
    expected: bool | None,  # noqa: FBT001 - the answer that is meant
) -> None:
    """Three answers: yes, no, and not said."""
    assert _extras(rss(f"<item>{written}</item>")).is_explicit is expected


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("3723", 3723.0),
        ("62:03", 3723.0),
        ("01:02:03", 3723.0),
        ("01:02:03.5", 3723.5),
        ("PT1H2M3S", 3723.0),
        ("pt2m", 120.0),
        ("0", 0.0),
        ("-5", None),
        ("45 min", None),
        ("1:2:3:4", None),
        ("PT", None),
        ("9" * 5000, None),
        ("999999999", None),
        ("", None),
    ],
)
def test_durations_are_seconds(rss: Build, written: str, seconds: float | None) -> None:
    """In every common form; nonsense, negative ones and those above a year are none."""
    body = rss(f"<item><itunes:duration> {written} </itunes:duration></item>")

    assert _extras(body).duration_s == seconds


def test_simple_chapters_are_kept_in_order(rss: Build) -> None:
    """With their pages and pictures; one without a time is none."""
    extras = _extras(
        rss(
            '<item><psc:chapters version="1.2"><psc:chapter start="00:00:00.000" title="Start"/>'
            '<psc:chapter start="1:30" title="Why" href="/why" image="w.png"/>'
            '<psc:chapter title="Lost"/><psc:chapter start="soon"/></psc:chapters></item>'
        )
    )

    assert extras.chapters == (
        Chapter(0.0, "Start"),
        Chapter(90.0, "Why", "https://e.org/why", "https://e.org/w.png"),
    )


def test_subtitles_of_a_video_are_transcripts(rss: Build) -> None:
    """Media RSS has them under another name."""
    body = rss('<item><media:subTitle type="text/vtt" lang="de" href="/s.vtt"/></item>')

    assert _extras(body).transcripts == (Transcript("https://e.org/s.vtt", "text/vtt", "de"),)
