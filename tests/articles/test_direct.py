"""Plain bodies read without BeautifulSoup: the same blocks, or none at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.articles import _clean, _parse, _region
from aggregator.articles._blocks import Block
from aggregator.articles._direct import read_plain_blocks
from aggregator.errors import FeedError
from aggregator.feeds import parse_feed
from aggregator.model import Memory

_URL = "https://example.org/posts/one"

_PLAIN = (
    "<p>One <b>bold</b> and <i>more</i>.</p><p>Two &amp; three &lt;b&gt;</p>",
    "Bare text <a href='/x?utm_source=a&amp;b=1'>a link</a> and <em> blanks </em> around",
    "<div><div><p>Deep</p> tail </div>between<p></p></div>",
    "one<br>two<br><br>three<br> <br>four<br>",
    "<br>after a break<br>",
    "<p><b>A bold line</b></p><p>Text under it.</p><p><b>Not this one.</b></p>",
    "<p><i><b>Bold inside</b></i></p><p><b>a</b> <b>b</b></p><p><i>not bold</i></p>",
    "<h2>A <em>heading</em><br>in two lines</h2><h3></h3><h4>" + "long " * 30 + "</h4>",
    "<h2><img src='/a.png'></h2>",
    "<ul>\n<li>one</li>\n<li>two<ul><li>deep <b>er</b></li></ul></li>\n</ul>",
    "<ol start='7'><li><p>seven</p><p>still</p></li><li><blockquote>q</blockquote></li></ol>",
    "<ol><ul><li>misplaced</li></ul>text</ol><li>loose</li>",
    "<blockquote><p>One</p>\n<p>two<br>three</p><hr></blockquote><hr>",
    "<figure><img src='a.png' alt='x &quot;y&quot;' width=3 onclick=a()><figcaption>Seen</figure>",
    "<figure><blockquote>no picture</blockquote></figure><figure>empty</figure>",
    "<p>Text <img src='a.png'> in it</p><p><img src='/b.png'><img src='/c.png'></p>",
    "<p>Kept<img src='https://feeds.feedburner.com/~r/x'> text<img width=1 src='/p.gif'></p>",
    "<img srcset='/s.png 300w, /l.png 900w' src='/s.png'><img data-src='/lazy.png' src='data:,'>",
    "<pre class='brush: python'>a  &lt; b\n\n  c</pre>",
    "<pre><code class='language-js'>x</code></pre>",
    "<pre>one<br>two <b>three<br></b></pre>",
    "<div class='highlight-source-rust'><pre>let x;\n</pre></div><pre data-lang='c'>y</pre>",
    "<p>a <span style='color:red'> b</span><font color=red>  c </font><span lang=de>d</span></p>",
    "<p lang='de' dir='ltr' id='x' class='y'>Attribute</p><a href='/z' title='t' id='q'>z</a>",
    "<p>E = mc<sup>2</sup>, H<sub>2</sub>O, <code>a  b</code>, <kbd></kbd><abbr title='x'>y</abbr>",
    "<p>  white \n\n space  </p>\n\n<p>\xa0</p> <p>soft\xadhyphen ﷐ ’ é 小米</p>",
    "<a href='https://example.org/other#part'>elsewhere</a>",
    "<p><a href='javascript:x()' lang=en>no</a><a>no</a></p>",
    "<p><a name=x title=y>no</a><a id=z href=''></a></p>",
    "<p><a href='#gone'>1</a><a href='one#gone'><b>2</b></a></p>",
    "<pre>tab\there</pre><p>and\n\tthere</p>\n\t<ul>\n\t<li>\n\tx</li></ul>\n&#9;&#13;y",
    "<body lang=de dir=ltr>Bare <p>Attributes of the body</p></body>",
    "<p>\xa0<b> </b><br> x</p>\xa0<br>y<p>\n<br>z</p>",
)
_NOT_PLAIN = (
    "<table><tr><td>1</td></tr></table>",
    "<p><a href='#note'>1</a></p><p id='note'>Note</p>",
    "<p><a href='one#note'>1</a></p><p><a name='note'>Note</a></p>",
    "<p>Back <a href='#top'>↑</a></p>",
    "<p>Back <a href='#top'><img>↑</a></p>",
    "<a href='/x'><p>block in a link</p></a>",
    "<p><q>quoted</q></p>",
    "<iframe src='https://www.youtube.com/embed/abcdefgh'></iframe>",
    "<picture><source srcset='/x.webp'><img src='/x.png'></picture>",
    "<p>x <noscript><img src='/x.png'></noscript></p>",
    "<p>emoji <img src='/x.png' alt='😀'></p>",
    r"<p><img src='/x.png' alt='{\displaystyle E}'></p>",
    "<p>one <img src='/p.gif' width=1> two</p>",
    "<ul><li><h3>Heading of an item</h3></li></ul>",
    "<p role='heading'>Heading</p>",
    "<ul><li></li>text</ul>",
    "<pre><span class='lineno'>1</span>code</pre>",
    "<p>a tab\there, and\n two lines</p><p>only a\ttab</p>",
    "<p>time <time datetime='2026-01-01'>then</time></p>",
    "<p title='x'><img alt='two  blanks' src='/x.png'></p>",
    "<p><a href='/é'>letters</a> <img src='/a b.png'></p>",
    "<p><a href='#%C3%A9'>1</a></p><p><a name='é'>Note</a></p>",
    "<ul><li>one</li><li><img>\n<b>two</b></li></ul>",
    "<blockquote> <img>one</blockquote>",
    "<pre><a class='language-js'>x</a></pre>",
)

_TAGS = (
    *("p", "div", "a", "b", "i", "span", "ul", "ol", "li", "blockquote", "figure", "figcaption"),
    *("h2", "h3", "pre", "code", "sup", "section", "font", "table", "td", "q", "strong", "button"),
)
_ATTRIBUTES = (
    "", " class=x", " class=lineno", " id=a", " lang=de", " role=heading", " title='a  b'",
    " href='/l?utm_source=x'", " href='#a'", " href='other.html#a'", " style='display:none'",
    " class=related", " start=3", " data-lang=c", " id=''",
)  # fmt: skip
_VOID = (
    "<br>", "<hr>", "<img src=/a.png>", "<img src=/a.png alt='☃'>", "<img src=/1x1 alt=''>",
    "<img width=1 height=1 src=/p.gif>", "<img srcset='/b.png 2x'>", "<img>",
)  # fmt: skip
_TEXTS = st.sampled_from(
    (
        *(
            "word",
            " ",
            "\n",
            "\t",
            " \t&#13;",
            "  two  blanks  ",
            "a",
            "É.",
            "&amp;",
            "&lt;b&gt;",
            "\xa0",
            "Read more",
        ),
        "A sentence with so many words that it is taken for the text of an article. ",
    )
)


def _element(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    opened = st.tuples(st.sampled_from(_TAGS), st.sampled_from(_ATTRIBUTES), st.lists(parts))
    return opened.map(lambda one: f"<{one[0]}{one[1]}>{''.join(one[2])}</{one[0]}>")


_BODIES = st.recursive(_TEXTS | st.sampled_from(_VOID), _element, max_leaves=25)


def _both(body: str, base_url: str | None = _URL) -> tuple[list[Block] | None, list[Block]]:
    """The blocks of a body straight from lxml, and those by way of BeautifulSoup."""
    root = _region.prune_body(_parse.parse_tree(body))
    html = _region.serialised(root)
    return read_plain_blocks(root, base_url), _clean.read_blocks(html, base_url)


@pytest.mark.parametrize("body", _PLAIN)
def test_plain_bodies_have_the_blocks_that_beautifulsoup_gives(body: str) -> None:
    """All that is plain is read directly, block by block the same."""
    direct, cleaned = _both(body)

    assert direct == cleaned


@pytest.mark.parametrize("body", _NOT_PLAIN)
def test_what_is_not_plain_is_left_as_it_is(body: str) -> None:
    """Where anything must be looked at twice there are no blocks, and the tree is unchanged."""
    root = _region.prune_body(_parse.parse_tree(body))
    before = etree.tostring(root)

    blocks = read_plain_blocks(root, _URL)

    assert blocks is None
    assert etree.tostring(root) == before


@given(st.lists(_BODIES, max_size=6).map("".join), st.sampled_from((_URL, None)))
@settings(max_examples=400, deadline=None)
def test_no_body_reads_otherwise(body: str, base_url: str | None) -> None:
    """Whatever stands in whatever: read directly or not at all, never otherwise."""
    direct, cleaned = _both(body, base_url)

    assert direct is None or direct == cleaned


def test_real_bodies_read_the_same() -> None:
    """The bodies of real documents, if there is a folder of them: FEED_DOCUMENTS."""
    folder = os.environ.get("FEED_DOCUMENTS")
    for path in sorted(Path(folder).iterdir()) if folder else ():
        try:
            parsed = parse_feed(path.read_bytes(), url=_URL, content_type=None, memory=Memory())
        except FeedError:
            continue
        for entry in parsed.entries:
            direct, cleaned = _both(entry.body, entry.base_url or entry.url)

            assert direct is None or direct == cleaned, entry.url
