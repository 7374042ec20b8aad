"""The values: frozen, picklable, free of libraries, and what they work out themselves."""

from __future__ import annotations

import dataclasses
import json
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import model

_NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
_ENTRY = model.Entry("0" * 32, "1" * 32, enclosures=(model.Enclosure("https://example.org/1.mp3"),))
_ARTICLE = model.Article(
    headline="Title",
    lead="Lead.",
    lead_html="<p>Lead.</p>",
    sections=(model.Section(1, 2, "Why", "Because.", "<p>Because.</p>"),),
    word_count=4,
    read_minutes=1,
    method="page",
)
_FEED = model.Feed(
    id=1,
    url="https://example.org/feed",
    name=None,
    title=None,
    site_url=None,
    tags=(),
    is_enabled=True,
    interval_s=3600,
    full_text=model.FullText.AUTO,
)
_RESPONSE = model.Response(
    url="https://example.org/feed",
    final_url="https://example.org/feed.xml",
    status=200,
    headers={"content-type": "text/xml"},
    body=b"<rss/>",
    validators=model.Validators(etag='W/"\xe9"'),
    fetched_at=_NOW,
    redirects=(model.Redirect(301, "https://example.org/feed.xml"),),
)
_HIT = model.Hit(
    rank=1,
    id=1,
    url=None,
    title=None,
    headline=None,
    feed="Example",
    published_at=_NOW,
    read_minutes=1,
    section=model.SectionRef(0, ""),
    snippet="\x02a\x03",
)
_ITEM = model.Item(_ENTRY, _ARTICLE)
_EXTRAS = model.Extras(
    images=("https://example.org/1.png",),
    people=(model.Person("Ann", "host"),),
    comments_count=0,
    place=model.Place(1.5, -2.0, "Here"),
    source=model.Source("Elsewhere"),
    related=(model.RelatedLink("https://example.org/2", "related"),),
    is_explicit=False,
    chapters=(model.Chapter(0.0, "Start"),),
    transcripts=(model.Transcript("https://example.org/1.vtt"),),
)
_VALUES = [
    model.FeedSpec("https://example.org/feed", rules=model.SiteRules(content=("article",))),
    model.ReadingSpeed(),
    model.PageSource(_ENTRY, b"<p>Page.</p>", "https://example.org/1", more=(b"<p>Two.</p>",)),
    model.Explanation(
        model.PageKind.ARTICLE,
        "page",
        0.5,
        0.25,
        (model.ExplainedBlock("Text.", "p", "body/p", 0.5, is_kept=True, reasons=(("words", 1),)),),
    ),
    model.Validators(),
    _RESPONSE,
    _ENTRY,
    model.ParsedFeed("rss20", "strict", "utf-8", (_ENTRY,)),
    _EXTRAS,
    model.Icon("https://example.org/favicon.ico", "image/png", b"\x89PNG"),
    model.Move("https://example.org/new", _NOW),
    model.FetchRecord(_NOW, 200, 1024, 0.5),
    _ARTICLE,
    _ITEM,
    _FEED,
    model.PollResult(
        1,
        "t",
        _NOW,
        _NOW,
        model.Validators(),
        None,
        new=(_ITEM,),
        edited=((7, _ITEM),),
        template=model.Template(3, {"a": 3}),
    ),
    model.ArchivedEntry(1, _FEED, _ENTRY, _ARTICLE, _NOW),
    model.Revision(1, _NOW, False, _ENTRY, "Title", "Lead.", _ARTICLE.sections),
    model.SearchResult("q", 1, (_HIT,), has_more=True, notes=("A note.",)),
    model.Suggestion("xiaomi", "spelling", 3),
    model.SavedSearch("Cars", "car -train", _NOW, _NOW),
    model.Visit(_NOW, "it is new"),
    model.HostPolicy("*.example.org", 5.0),
    model.HostState("example.org", _NOW),
    model.Subscription(1, "https://hub.example/", "https://example.org/feed", "token", "secret"),
]


def _archived(published_at: datetime | None, updated_at: datetime | None) -> model.ArchivedEntry:
    entry = dataclasses.replace(_ENTRY, published_at=published_at, updated_at=updated_at)
    return model.ArchivedEntry(1, _FEED, entry, _ARTICLE, first_seen_at=_NOW)


def test_every_class_of_the_model_is_tried_here() -> None:
    """A value that is added without being tried below is noticed."""
    tried: set[str] = set()

    def collect(value: object) -> None:
        if dataclasses.is_dataclass(value):
            tried.add(type(value).__name__)
            for field in dataclasses.fields(value):
                collect(getattr(value, field.name))
        elif isinstance(value, tuple):
            for each in value:
                collect(each)

    collect(tuple(_VALUES))

    public = {name: getattr(model, name) for name in model.__all__}
    assert tried == {name for name, each in public.items() if dataclasses.is_dataclass(each)}


@pytest.mark.parametrize("value", _VALUES, ids=lambda value: type(value).__name__)
def test_a_value_crosses_the_border_of_a_process_unchanged(value: object) -> None:
    """Workers get and give pickles."""
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own


@pytest.mark.parametrize("value", _VALUES, ids=lambda value: type(value).__name__)
def test_a_value_cannot_be_changed_nor_extended(value: object) -> None:
    """What one room was given, another cannot alter."""
    assert dataclasses.is_dataclass(value)
    name = dataclasses.fields(value)[0].name

    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, None)
    assert not hasattr(value, "__dict__")


def test_the_longer_of_content_and_summary_is_the_body() -> None:
    """Feeds put the text in one and a beginning of it in the other, as they like."""
    bodies = [
        dataclasses.replace(_ENTRY, content=content, summary=summary).body
        for content, summary in [(None, None), ("", "b"), ("abc", "ab"), ("a", "abc"), ("x", "y")]
    ]

    assert bodies == ["", "b", "abc", "abc", "x"]


@pytest.mark.parametrize(
    ("published_at", "updated_at", "expected"),
    [
        (None, None, _NOW),
        (_NOW - timedelta(days=3), None, _NOW - timedelta(days=3)),
        (None, _NOW - timedelta(days=2), _NOW - timedelta(days=2)),
        (_NOW - timedelta(days=3), _NOW - timedelta(days=2), _NOW - timedelta(days=3)),
        (_NOW + timedelta(days=400), None, _NOW),
        (datetime.max.replace(tzinfo=UTC), None, _NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), None, _NOW),
        (datetime(1969, 12, 31, 19, tzinfo=UTC), _NOW - timedelta(days=2), _NOW),
        (datetime(1900, 1, 1, tzinfo=UTC), None, _NOW),
        (datetime(1970, 1, 3, tzinfo=UTC), None, datetime(1970, 1, 3, tzinfo=UTC)),
        (datetime.min.replace(tzinfo=UTC), None, datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_an_entry_stands_where_it_was_published_but_never_in_the_future(
    published_at: datetime | None, updated_at: datetime | None, expected: datetime
) -> None:
    """Without a date, or with one that has not come, it stands where it was first seen."""
    assert _archived(published_at, updated_at).sort_at == expected


@given(published_at=st.none() | st.datetimes(timezones=st.just(UTC)))
def test_no_date_puts_an_entry_after_its_arrival(published_at: datetime | None) -> None:
    """Whatever a feed states, nothing is newer than when it was seen."""
    assert _archived(published_at, None).sort_at <= _NOW


def test_the_text_of_an_article_has_its_parts_in_order() -> None:
    """Lead, headings and sections are parted by blank lines; what is empty leaves no gap."""
    sections = (
        model.Section(1, 2, "One", "Text.", ""),
        model.Section(2, 3, "Two", "", ""),
        model.Section(3, 2, "", "Loose.", ""),
    )

    assert dataclasses.replace(_ARTICLE, sections=sections).text == (
        "Lead.\n\nOne\n\nText.\n\nTwo\n\nLoose."
    )
    assert dataclasses.replace(_ARTICLE, lead="", sections=()).text == ""


def test_a_feed_is_called_as_the_operator_wishes_else_as_it_calls_itself() -> None:
    """Its address stands in where nobody gave it a name."""
    titles = [
        dataclasses.replace(_FEED, name=name, title=title).display_title
        for name, title in [("Mine", "Theirs"), (None, "Theirs"), ("", "Theirs"), (None, None)]
    ]

    assert titles == ["Mine", "Theirs", "Theirs", "https://example.org/feed"]


def test_a_feed_without_a_title_does_not_show_its_password() -> None:
    """What stands in lists, hits and logs is for other eyes."""
    feed = dataclasses.replace(_FEED, url="https://me:secret@example.org/feed")

    assert "secret" not in feed.display_title


def test_an_answer_is_unchanged_only_if_the_server_says_so() -> None:
    """304 is the word for it, and nothing else is."""
    statuses = [status for status in range(200, 400) if _with_status(status).is_unchanged]

    assert statuses == [304]


def _with_status(status: int) -> model.Response:
    return dataclasses.replace(_RESPONSE, status=status)


_WORDS = st.text(max_size=5)
_MAYBE = st.none() | _WORDS
_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
_ANY_EXTRAS = st.builds(
    model.Extras,
    images=st.lists(_WORDS).map(tuple),
    people=st.lists(st.builds(model.Person, _WORDS, _MAYBE, _MAYBE, _MAYBE)).map(tuple),
    comments_count=st.none() | st.integers(0),
    comments_feed_url=_MAYBE,
    place=st.none() | st.builds(model.Place, st.none() | _NUMBERS, st.none() | _NUMBERS, _MAYBE),
    rights=_MAYBE,
    source=st.none() | st.builds(model.Source, _MAYBE, _MAYBE, _MAYBE),
    related=st.lists(st.builds(model.RelatedLink, _WORDS, _WORDS, _MAYBE)).map(tuple),
    duration_s=st.none() | _NUMBERS,
    episode=_MAYBE,
    is_explicit=st.none() | st.booleans(),
    chapters=st.lists(st.builds(model.Chapter, _NUMBERS, _MAYBE)).map(tuple),
    transcripts=st.lists(st.builds(model.Transcript, _WORDS, _MAYBE, _MAYBE)).map(tuple),
    tags=st.lists(_WORDS).map(tuple),
    is_finished=st.none() | st.booleans(),
)


@given(extras=_ANY_EXTRAS)
def test_extras_come_back_from_json_as_they_were(extras: model.Extras) -> None:
    """The archive keeps them as text; zero, no and the empty text are not "unsaid"."""
    written = json.dumps(model.extras_to_json(extras))

    assert model.extras_from_json(json.loads(written)) == extras


def test_extras_without_anything_take_no_room() -> None:
    """Most entries have none, and the archive has a million entries."""
    assert model.extras_to_json(model.Extras()) == {}
    assert model.extras_from_json({}) == model.Extras()


def test_members_of_a_later_program_are_ignored() -> None:
    """An archive that was written by a newer version can still be read."""
    state = {"colour": "red", "people": [{"name": "Ann", "shoe_size": 40}], "place": {"moon": 1}}

    extras = model.extras_from_json(state)

    assert extras == model.Extras(people=(model.Person("Ann"),), place=model.Place())


def test_the_model_needs_nothing_but_the_standard_library() -> None:
    """Any process can read its values at the cost of a few milliseconds."""
    script = (
        "import sys, aggregator.model, aggregator.errors, aggregator.text, aggregator.urls\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted(names - sys.stdlib_module_names - {'__main__', 'aggregator'}))"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": str(model.__file__).rpartition("/aggregator/")[0]},
    )

    assert done.stdout.decode().split() == []
