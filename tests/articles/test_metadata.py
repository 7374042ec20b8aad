"""What a page states about its article is read, and nothing is made up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.articles._metadata import Metadata, read_metadata
from aggregator.articles._parse import parse_tree

_LD = '<script type="application/ld+json">'
_H1 = "<h1>Ferry sails again</h1>"
_LONG = "The ferry sails again. " * 30
_URL = "https://lowen.example/sea/ferry"


def _read(
    head: str = "", body: str = "", *, url: str | None = _URL, html: str = "<html>"
) -> Metadata:
    tree = parse_tree(f"{html}<head>{head}</head><body>{body}</body></html>")
    return read_metadata(tree, url=url, title=None)


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        ('<meta name="author" content="Ann Lee">', "", "Ann Lee"),
        (
            '<meta property="article:author" content="https://f.example/ann">',
            f"{_H1}<a rel=author>Ann</a>",
            "Ann",
        ),
        ("", "<span itemprop=author><b>Ann</b> Lee</span>", "Ann Lee"),
        ("", f"{_H1}<p class='article__byline'>Ann Lee</p>", "Ann Lee"),
        ("", f"{_H1}<p>By <a href='/people/ann'>Ann Lee</a> in Lowen</p>", "Ann Lee"),
        ("", f"{_H1}<div>By</div><div>Ann Lee</div>", "Ann Lee"),
        ("", f"<div class=author>Ann Lee</div>{_H1}", "Ann Lee"),
        ("", f"{_H1}<p>Ann Lee</p><p>May 6, 2024</p>", "Ann Lee"),
        ("", f"{_H1}<p class=category>Sea Life</p><p>May 6, 2024</p>", None),
        ("", f"{_H1}<p class='authority'>Harbour Law</p>", None),
        ("", f"{_H1}<p>Reviewed by Ann Lee</p>", None),
        (
            _LD + '{"@type":"Article","author":[{"name":"Ann Lee"},{"name":"Bo Ek"}]}</script>',
            f"{_H1}<p class=byline>By Cy Orr</p>",
            "Ann Lee, Bo Ek",
        ),
        (
            _LD + '{"@type":"Article","author":{"@type":"Organization","name":"Courier"}}</script>',
            f"{_H1}<p class=byline>By Cy Orr</p>",
            "Cy Orr",
        ),
        (
            '<meta name="author" content="annlee7">',
            f"{_H1}<p class=byline>By Ann Lee</p>",
            "Ann Lee",
        ),
        (
            (
                '<meta property="og:site_name" content="The Courier">'
                '<meta name="author" content="The Courier">'
            ),
            f"{_H1}<p class=byline>By Ann Lee</p>",
            "Ann Lee",
        ),
        ('<meta name="author" content="The Courier">', _H1, "The Courier"),
        (
            (
                '<meta name="citation_author" content="Lee, Ann">'
                '<meta name="citation_author" content="Ek, Bo">'
            ),
            "",
            "Ann Lee, Bo Ek",
        ),
        (
            (
                '<meta name="twitter:label1" content="Written by">'
                '<meta name="twitter:data1" content="Ann Lee">'
            ),
            "",
            "Ann Lee",
        ),
        ('<meta name="author" content="admin">', "", None),
        ("", "", None),
    ],
)
def test_authors_are_found_where_sites_name_them(head: str, body: str, names: str | None) -> None:
    """A person's name is taken wherever it is stated; sites and accounts come after it."""
    assert _read(head, body).byline == names


def test_commenters_and_authors_of_teasers_are_not_authors() -> None:
    """What stands below the text, or below other lines, names other people."""
    text = f"<p>{'The ferry sails again. ' * 30}</p>"
    body = f"{_H1}<p class=author>Ann Lee</p>{text}<p class=comment-author>Bo Ek</p>"

    assert _read("", body).byline == "Ann Lee"
    assert _read("", f"{_H1}{text}<p class=author>Bo Ek</p>").byline is None


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
        (_LD + "{broken</script><meta name=date content=2024-06-09>", "", 9),
        ("<meta name=x-published-date content=2024-06-09>", "", 9),
        (_LD + '{"@type":"WebPage","datePublished":"2024-06-09"}</script>', "", None),
        ('<meta property="article:modified_time" content="2024-06-09T01:00:00Z">', "", None),
        ("", f"{_H1}<p>By Ann Lee</p><p>Veröffentlicht am 9. Juni 2024</p>", 9),
        ("", f"<p>9 June 2024</p>{_H1}", 9),
        ("", "<h1>Ferry sails again <small>9 June 2024</small></h1>", 9),
        ("", f"{_H1}<p>Updated 10 June 2024, published 9 June 2024</p>", 9),
        ("", f"{_H1}<div>Last updated:</div><div>9 June 2024</div>", 9),
        ("", f"{_H1}<abbr class=published title=2024-06-09T10:00:00Z>Sunday</abbr>", 9),
        ("<meta name=date content=2024-06-20>", f"{_H1}<p>9 June 2024</p>", 9),
        ("<meta name=date content=2024-06-09>", f"{_H1}<p>20 June 2024</p>", 9),
        (
            "",
            (
                f"{_H1}<p>9 June 2024</p><p>This is a list of the books that we read this week.</p>"
                "<p>Released: 7 June 2024</p><p>Released: 6 June 2024</p>"
            ),
            9,
        ),
        (
            "",
            (
                "<div>News</div><div>6 June 2024</div><div>7 June 2024</div><div>8 June 2024</div>"
                f"{_H1}<p>9 June 2024</p>"
            ),
            9,
        ),
        ("", f"{_H1}<p>{_LONG}</p><p class=post-date>9 June 2024</p>", 9),
        ("", f"<p class=date>9 June 2024</p>{'<p>Open</p>' * 9}{_H1}<p>{_LONG}</p>", None),
        (
            "",
            f"{_H1}<p>{_LONG}</p><p class=date>9 June 2024</p><p class=date>8 June 2024</p>",
            None,
        ),
        ("", "<p>2024-06-09</p>", None),
        ("", f"{_H1}<p>{_LONG}</p><p>9 June 2024</p>", None),
        ("", f"{_H1}<p>The war that began on 9 June 2024 was over in a week or two.</p>", None),
        ("", f"{_H1}<p>9 June 2024</p><p>8 June 2024</p><p>7 June 2024</p>", None),
        ("", f"{_H1}<footer>9 June 2024</footer>", None),
        ("", f"<nav>9 June 2024</nav>{_H1}", None),
        ("", "", None),
    ],
)
def test_the_date_of_publication_is_never_invented(head: str, body: str, day: int | None) -> None:
    """It is what machines are told, or an earlier day that readers see at the headline."""
    published_at = _read(f"<title>Ferry sails again</title>{head}", body).published_at

    assert (published_at.day if published_at else None) == day


@pytest.mark.parametrize(
    ("url", "published_at"),
    [
        ("https://lowen.example/2024/06/09/ferry", datetime(2024, 6, 9, tzinfo=UTC)),
        ("https://lowen.example/sea/2024-06-09-ferry", datetime(2024, 6, 9, tzinfo=UTC)),
        ("https://lowen.example/2024/13/09/ferry", None),
        ("https://lowen.example/2024/02/31/ferry", None),
        ("https://lowen.example/item/20240609123", None),
        ("https://lowen.example/2024/06/ferry", None),
    ],
)
def test_the_date_in_the_address_is_the_last_word(url: str, published_at: datetime | None) -> None:
    """A whole day in the path is believed where nothing else is stated."""
    assert _read("", "", url=url).published_at == published_at


def test_the_last_change_is_kept_apart() -> None:
    """It has a zone, comes after the publication, and is no change where both are one."""
    head = (
        "<meta property=article:published_time content=2024-06-09T23:00:00-04:00>"
        "<meta property=article:modified_time content={}>"
    )

    changed = _read(head.format("2024-06-11T00:30:00+02:00"))
    unchanged = _read(head.format("2024-06-09T23:00:00-04:00"))

    assert changed.published_at == datetime(2024, 6, 10, 3, tzinfo=UTC)
    assert changed.modified_at == datetime(2024, 6, 10, 22, 30, tzinfo=UTC)
    assert unchanged.modified_at is None


def test_a_page_without_an_address_has_its_date() -> None:
    """Only what is known to be a front page has none."""
    head = "<meta property=article:published_time content=2024-06-09>"

    for url in (None, ""):
        assert _read(head, url=url).published_at == datetime(2024, 6, 9, tzinfo=UTC)


def test_instants_keep_the_offset_of_the_page() -> None:
    """The day that a page states stays its day, whatever the day is in Greenwich."""
    stated = _read("<meta property=article:published_time content=2024-06-09T23:00:00-04:00>")

    assert stated.published_at is not None
    assert stated.published_at.isoformat() == "2024-06-09T23:00:00-04:00"


def test_a_front_page_has_no_date() -> None:
    """What is dated there are the articles that it leads to."""
    head = "<meta property=article:published_time content=2024-06-09>"

    assert _read(head, url="https://lowen.example/").published_at is None


def test_microdata_of_teasers_and_comments_are_not_the_articles() -> None:
    """Properties count where their item holds the headline."""
    body = (
        f"<div itemscope><meta itemprop=datePublished content=2024-06-09>{_H1}"
        f"<p>{'The ferry sails again. ' * 30}</p></div>"
        "<div itemscope><meta itemprop=datePublished content=2020-01-01>"
        "<span itemprop=author>Bo Ek</span></div>"
    )
    stated = _read("", body)

    assert stated.published_at == datetime(2024, 6, 9, tzinfo=UTC)
    assert stated.byline is None


def test_what_kind_of_page_it_is_and_who_may_read_it_is_told() -> None:
    """JSON-LD names the kind before Open Graph does."""
    linked = _LD + '{"@type":"LiveBlogPosting","isAccessibleForFree":false}</script>'

    assert _read('<meta property="og:type" content="website">').kind == "website"
    assert _read('<meta property="og:type" content="website">' + linked).kind == "LiveBlogPosting"
    assert _read(linked).is_free is False


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


def test_the_read_time_beside_other_facts_is_found() -> None:
    """It may be one of several pieces of a line, in any language."""
    line = "<p><b>Ann Lee</b> <time>9 June 2024</time> <i>4 دقائق</i></p>"

    assert _read("<title>The Tide</title>", f"<h1>The Tide</h1>{line}").stated_minutes == 4


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


def test_the_date_of_a_related_article_is_not_its_own() -> None:
    """Even where it is the only date on the page."""
    box = "<aside>Related <a href=/old>An older story</a> <time>4 March 2019</time></aside>"

    text = "It sails at night again, and the whole town stood on the quay to see it. " * 7

    assert _read(f"<h1>Ferry</h1><p>{text}</p><p>{text}</p>{box}").published_at is None
