"""What a page states about its article is read, and nothing is made up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._dates import parse_instant
from aggregator.articles._headline import choose_headline
from aggregator.articles._metadata import Metadata, clean_byline, read_metadata
from aggregator.articles._parse import parse_tree

_LD = '<script type="application/ld+json">'
_URL = "https://lowen.example/sea/ferry"


def _read(
    head: str = "", body: str = "", *, url: str | None = _URL, html: str = "<html>"
) -> Metadata:
    tree = parse_tree(f"{html}<head>{head}</head><body>{body}</body></html>")
    return read_metadata(tree, url=url, title=None)


@pytest.mark.parametrize(
    ("headings", "page_title", "social_title", "site", "wanted"),
    [
        (["Ferry sails again"], "Ferry sails - Courier", None, None, "Ferry sails again"),
        (
            ["Courier", "Ferry sails again"],
            "Ferry sails again | Courier",
            None,
            None,
            "Ferry sails again",
        ),
        (["The Lowen Courier"], "Ferry - The Lowen Courier", "Ferry", "The Lowen Courier", "Ferry"),
        (
            ["News"],
            "Ferry sails again after years | News",
            None,
            None,
            "Ferry sails again after years",
        ),
        (["What is next"], "Ferry sails again", "Ferry sails again", None, "Ferry sails again"),
        ([], "Courier: Ferry - all of it | Courier", None, "Courier", "Courier: Ferry - all of it"),
        (
            [],
            "Ferry sails again after eleven years - Courier",
            None,
            None,
            "Ferry sails again after eleven years",
        ),
        ([], "Well-known e-mail", None, None, "Well-known e-mail"),
        (["Only this"], None, None, None, "Only this"),
        (["渡轮重新启航"], "渡轮重新启航_洛文日报", None, None, "渡轮重新启航"),
        ([], None, None, None, None),
    ],
)
def test_the_headline_is_the_h1_that_the_titles_name(
    headings: list[str],
    page_title: str | None,
    social_title: str | None,
    site: str | None,
    wanted: str | None,
) -> None:
    """An h1 that shares most words with the titles wins, else the title without the site's name."""
    made = choose_headline(headings, page_title=page_title, social_title=social_title, site=site)

    assert made == wanted


def test_the_feeds_title_helps_to_choose() -> None:
    """Where the page's title names the site only, the entry tells which h1 is the headline."""
    headings = ["Welcome aboard", "Ferry sails again"]

    made = choose_headline(
        headings, page_title=None, social_title=None, entry_title="Ferry sails again!"
    )

    assert made == "Ferry sails again"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("Ann Lee, Senior Reporter", "Ann Lee"),
        ("Von Anna Lehmann, Redakteurin", "Anna Lehmann"),
        ("par  Anne\nLegrand", "Anne Legrand"),
        ("Ann Lee and Bo Ek", "Ann Lee and Bo Ek"),
        ("Written by: Ann Lee | Staff", "Ann Lee"),
        ("Byron Small", "Byron Small"),
        ("作者：小李", "小李"),
        ("https://lowen.example/ann", None),
        ("@ann", None),
        ("Editor", None),
        ("", None),
        ("one two three four five six seven eight nine ten eleven twelve thirteen", None),
    ],
)
def test_bylines_are_names_only(line: str, names: str | None) -> None:
    """The word before, the role behind and addresses are not part of a name."""
    assert clean_byline(line) == names


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        ('<meta name="author" content="Ann Lee">', "", "Ann Lee"),
        (
            '<meta property="article:author" content="https://f.example/ann">',
            "<a rel=author>Ann</a>",
            "Ann",
        ),
        ("", "<span itemprop=author><b>Ann</b> Lee</span>", "Ann Lee"),
        ("", "<p class='article__byline'>By Ann Lee</p>", "Ann Lee"),
        ("", "<p class='authority'>By Law</p>", None),
        (
            _LD + '{"@type":"Article","author":[{"name":"A"},{"name":"B"}]}</script>',
            "<p class=byline>By C</p>",
            "A, B",
        ),
        (
            (
                _LD + '{"@graph":[{"@type":"Article","author":{"@id":"#a"}},'
                '{"@id":"#a","@type":"Person","name":"Ann"}]}</script>'
            ),
            "",
            "Ann",
        ),
        ("", "", None),
    ],
)
def test_authors_are_found_where_sites_name_them(head: str, body: str, names: str | None) -> None:
    """JSON-LD comes first, then meta tags, then marked elements; a profile's address is no name."""
    assert _read(head, body).byline == names


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024-06-09T06:30:00+01:00", datetime(2024, 6, 9, 5, 30, tzinfo=UTC)),
        ("2024-06-09T06:30:00Z", datetime(2024, 6, 9, 6, 30, tzinfo=UTC)),
        ("2024-06-09 06:30:00", datetime(2024, 6, 9, 6, 30, tzinfo=UTC)),
        ("2024-06-09T06:30:00.123456-0400", datetime(2024, 6, 9, 10, 30, 0, 123456, tzinfo=UTC)),
        ("2024-06-09", datetime(2024, 6, 9, tzinfo=UTC)),
        ("2024/6/9", datetime(2024, 6, 9, tzinfo=UTC)),
        ("Sun, 09 Jun 2024 06:30:00 +0100", datetime(2024, 6, 9, 5, 30, tzinfo=UTC)),
        ("June 9th, 2024", datetime(2024, 6, 9, tzinfo=UTC)),
        ("9 June 2024", datetime(2024, 6, 9, tzinfo=UTC)),
        ("Published: Jun 9, 2024", datetime(2024, 6, 9, tzinfo=UTC)),
    ],
)
def test_stated_instants_are_read_as_utc(text: str, wanted: datetime) -> None:
    """ISO, mail and English dates give aware UTC; a day is its first moment."""
    assert parse_instant(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "09/06/2024",
        "June 2024",
        "2024",
        "2024-13-45",
        "31 February 2024",
        "0001-01-01",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0000-00-00 00:00:00",
        "12:30",
        "{{date}}",
    ],
)
def test_what_is_no_date_gives_none(text: str) -> None:
    """Days that are ambiguous, incomplete, impossible or a software's default are not guessed."""
    assert parse_instant(text) is None


@given(st.text(max_size=80))
def test_any_text_is_an_aware_instant_or_none(text: str) -> None:
    """No text raises, and what comes back is in UTC."""
    instant = parse_instant(text)

    assert instant is None or instant.tzinfo is UTC


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        (
            '<meta property="article:published_time" content="2024-06-09T01:00:00Z">',
            "<time datetime=2020-01-01>",
            9,
        ),
        ("", "<time datetime=2024-06-08>a</time><time datetime=2024-06-09 pubdate>b</time>", 9),
        ("", "<time>June 9, 2024</time>", 9),
        (
            (
                _LD + '[{"@type":["Thing","NewsArticle"],"datePublished":"2024-06-07"}]</script>'
                "<meta name=date content=2024-06-09>"
            ),
            "",
            7,
        ),
        (
            _LD + "{broken</script><meta name=date content=2024-06-09>",
            "",
            9,
        ),
        ('<meta property="article:modified_time" content="2024-06-09T01:00:00Z">', "", None),
        ("", "<p>2024-06-09</p>", None),
    ],
)
def test_the_date_of_publication_is_never_invented(head: str, body: str, day: int | None) -> None:
    """It is read from JSON-LD, meta and time elements in this order; a change is no publication."""
    published_at = _read(head, body).published_at

    assert (published_at.day if published_at else None) == day


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=en-US>", "en-US"),
        ("<html lang='pt_BR'>", "pt-BR"),
        ("<html lang='de, en'>", "de"),
        ("<html lang=''>", None),
        ("<html lang='{{lang}}'>", None),
        ("<html>", None),
    ],
)
def test_the_language_is_a_tag_or_none(html: str, language: str | None) -> None:
    """The first language of the html element, if it is a BCP 47 tag at all."""
    assert _read(html=html).language == language


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("<link rel=canonical href='/sea/f?utm_source=a&p=2'>", "https://lowen.example/sea/f?p=2"),
        ("<link rel='shortlink canonical' href='//o.example/f'>", "https://o.example/f"),
        ("<link rel=canonical href='/'>", _URL),
        (
            "<link rel=canonical href='javascript:x'><meta property=og:url content='/g'>",
            "https://lowen.example/g",
        ),
        (
            "<base href='https://base.example/d/'><link rel=canonical href='f'>",
            "https://base.example/d/f",
        ),
        ("", _URL),
    ],
)
def test_the_address_is_the_canonical_one(head: str, wanted: str) -> None:
    """It is absolute and without tracking; a canonical front page is a mistake of the site."""
    assert _read(head).url == wanted


def test_images_are_absolute_or_absent() -> None:
    """og:image is resolved against the page, data URLs are none."""
    assert (
        _read('<meta property="og:image" content="/i.jpg">').image == "https://lowen.example/i.jpg"
    )
    assert _read('<meta property="og:image" content="data:image/png;base64,x">').image is None


def test_the_read_time_close_to_the_headline_is_found() -> None:
    """A label beside the h1 counts even in several pieces; one on a teaser far below does not."""
    title = "<title>The Tide</title>"
    near = "<div><h1>The Tide</h1><span>4</span> <span>min read</span></div>"
    far = f"<h1>The Tide</h1>{'<p>text</p>' * 60}<span>4 min read</span>"

    assert _read(title, near).stated_minutes == 4
    assert _read(title, far).stated_minutes is None


def test_hostile_json_ld_is_passed_over() -> None:
    """Deep, huge, cyclic-looking and wrongly typed JSON raises nothing."""
    scripts = [
        "[" * 100_000,
        '{"@graph":' * 5_000,
        '{"@type":"Article","author":7,"image":[[1]],"headline":{}}',
        "[" + "[1]," * 100_000 + "1]",
        '{"@type":{"a":1}}',
        "null",
        '"Article"',
    ]
    head = "".join(f"{_LD}{script}</script>" for script in scripts)

    assert _read(head + "<title>T</title>").headline == "T"
