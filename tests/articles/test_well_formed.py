"""Well-formed markup: the tree that browsers make of it, or none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement

from aggregator.articles._parse import parse_tree, without_control
from aggregator.articles._well_formed import read_well_formed

_ALIKE = (
    "Bare text &amp; <b>bold</b>",
    " \n<p>One<br>two<br/>three<br />four</p>\n<hr class='x'>\n<p></p>",
    "<p>&nbsp;&hellip; &#39;quoted&#x27; &#8217; &lt;b&gt; &quot;</p>",
    "<ul><li>one<ul><li>deep</li></ul></li> <li><p>two</p></li></ul>",
    '<figure><img src="/a.png?x=1&amp;y=2" alt=\'"\' /><figcaption>Seen</figcaption></figure>',
    "<blockquote><blockquote><p>q</p></blockquote></blockquote><pre><code>\nx  y</code></pre>",
    "<div title='&#10;&#9;'><section><h2>One <em>two</em></h2></section></div>",
)
_NOT_ALIKE = (
    "<p>never closed",
    "<p>one<p>two</p></p>",
    "<p>one<ul><li>two</li></ul></p>",
    "<p><b>one<div>two</div></b></p>",
    "<ul><li>one<li>two</li></li></ul>",
    "<ul><li>one<div><ul><li>two</li></ul></div></li></ul>",
    "<a href='/x'>one <b><a href='/y'>two</a></b></a>",
    "<h2>one<h3>two</h3></h2>",
    "<b/>bold <p/>text",
    "<br></br>",
    "<div><body>x</body></div>",
    "<body class='x'>y</body>",
    "<P>one</P>",
    "<p LANG='de'>eins</p>",
    "<p xml:lang='de'>eins</p>",
    "<svg xmlns='http://www.w3.org/2000/svg'></svg>",
    "<p xmlns='http://www.w3.org/1999/xhtml'>x</p>",
    "<table><tr><td>x</td></tr></table>",
    "<script>1 < 2</script>",
    "<p title='a>b'>x > y</p>",
    "<img alt='a>b' src='/x.png'>",
    "<p title='two\nlines'>x</p>",
    "<p title='" + "word " * 900 + "'>x</p>",
    "<pre>\none</pre>",
    "<p>&#150;&#13;</p>",
    "<p>&#xFFFE;</p>",
    "<p>&copy &unknown; &Tab;</p>",
    "a & b",
    "<!-- a comment --><p>x</p>",
    "<![CDATA[x]]>",
    "<?php x ?>",
    "<p>]]></p>",
    "</div><p>x</p>",
    "</body></html><p>x</p><html><body>",
    "<p>one</p></body>lost<body><p>two</p>",
    "<div role='navigation'>Menu</div><p>x</p>",
    "<p>&lang;x&rang;</p>",
    "&#32;x",
    "&#10;<p>x</p>",
    "<div>" * 300 + "</div>" * 300,
)

_TAGS = (
    *("p", "div", "a", "b", "i", "span", "ul", "ol", "li", "blockquote", "figure", "figcaption"),
    *("h2", "h3", "pre", "code", "section", "font", "table", "hr", "main", "header", "body", "br"),
)
_ATTRIBUTES = (
    "", ' class="x"', " id='a'", ' href="/l?a=1&amp;b=2"', " hidden", " HREF='/x'", ' title="a\nb"',
    ' href="/e"  ', ' title="a>b"', " alt='&quot;&#10;'",
    " role='menu'",
)  # fmt: skip
_TEXTS = st.sampled_from((
    *("word", " ", "\n", "  two  blanks  ", "\t", "É.", "&amp;", "&lt;b&gt;", "&nbsp;", "&#160;"),
    *("&#x92;", "&eacute;", "&apos;", "&", ">", "<", "\xa0", "<br>", "<br />", "<hr/>", "<img/>"),
    *("<img src='/a.png' alt='x'>", "<!-- -->", "\r\n", "&#13;", "&NotEqualTilde;", "&#xFDD0;"),
    *("</body>", "<body>", "</body><body>", "&#32;", "&#x9;", "&lang;"),
))  # fmt: skip


def _element(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    opened = st.tuples(st.sampled_from(_TAGS), st.sampled_from(_ATTRIBUTES), st.lists(parts))
    return opened.map(lambda one: f"<{one[0]}{one[1]}>{''.join(one[2])}</{one[0]}>")


_MARKUP = st.lists(st.recursive(_TEXTS, _element, max_leaves=20), max_size=5).map("".join)


def _body(tree: HtmlElement) -> bytes:
    body = tree.find("body")
    assert body is not None
    return etree.tostring(body)


@pytest.mark.parametrize("markup", _ALIKE)
def test_well_formed_markup_has_the_tree_that_browsers_make(markup: str) -> None:
    """Tag by tag and letter by letter."""
    tree = read_well_formed(markup)

    assert tree is not None
    assert _body(tree) == _body(parse_tree(markup))


@pytest.mark.parametrize("markup", _NOT_ALIKE)
def test_what_may_be_mended_is_left(markup: str) -> None:
    """Whatever is not closed, closed elsewhere, or read otherwise as HTML than as XML."""
    assert read_well_formed(markup) is None


def test_a_link_that_holds_a_whole_text_is_no_link() -> None:
    """As in any other markup: it was closed too late."""
    markup = f"<p><a href='/x'>{'many words ' * 200}</a></p>"
    tree = read_well_formed(markup)

    assert tree is not None
    assert tree.find(".//a") is None
    assert _body(tree) == _body(parse_tree(markup))


@given(_MARKUP)
@settings(max_examples=600, deadline=None)
def test_no_markup_reads_otherwise(markup: str) -> None:
    """Whatever stands in whatever: the same tree, or none."""
    markup = without_control(markup)
    tree = read_well_formed(markup)

    assert tree is None or _body(tree) == _body(parse_tree(markup))
