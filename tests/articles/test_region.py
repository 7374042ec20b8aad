"""The HTML of the kept blocks: all of them, what they need, and nothing of what was rejected."""

from __future__ import annotations

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from aggregator.articles._parse import parse_tree
from aggregator.articles._region import kept_html, prune_body, serialised
from aggregator.articles._walk import Walk

_TEXT = "The tide came in slowly, and one boat after the other began to lift from the mud."
_MORE = "A baker from the upper town sold bread out of two baskets until there was none left."


def _region(body: str, *rejected: str) -> str:
    """The region of a page with `body`, all blocks kept but those that start with `rejected`."""
    root = parse_tree(f"<html><body>{body}</body></html>").find("body")
    assert isinstance(root, HtmlElement)
    walk = Walk(root)
    return kept_html(
        walk, [not block.text.startswith(rejected or ("\0",)) for block in walk.blocks]
    )


def _shown(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_the_region_is_the_smallest_element_around_all_that_is_kept() -> None:
    """Menus and footers beside it are not even looked at."""
    region = _region(
        f"<nav>Home</nav><main><div class=post><p>{_TEXT}</p><p>{_MORE}</p></div></main>"
        "<footer>Imprint</footer>",
        "Home",
        "Imprint",
    )

    assert region == f"<div><p>{_TEXT}</p><p>{_MORE}</p></div>"


def test_one_kept_paragraph_is_its_own_region() -> None:
    """Whatever it stands in."""
    assert _region(f"<div><div><p>{_TEXT}</p></div><p>Ad</p></div>", "Ad") == f"<p>{_TEXT}</p>"


def test_a_region_with_text_of_its_own_keeps_it() -> None:
    """A paragraph without a tag, in the same element as others with one."""
    assert _region(f"<div>{_TEXT}<p>{_MORE}</p></div>") == f"<div>{_TEXT}<p>{_MORE}</p></div>"


def test_nothing_kept_is_no_region() -> None:
    """Neither on an empty page nor on one whose blocks were all rejected."""
    assert _region("") == ""
    assert _region("<p>Home</p><img src=a.png>", "Home") == ""


def test_rejected_blocks_go_with_their_elements() -> None:
    """Their pictures, too; the order of the others stays."""
    region = _region(
        f"<div><p>{_TEXT}</p><aside>Buy<img src=ad.png></aside><p>{_MORE}</p></div>", "Buy"
    )

    assert region == f"<div><p>{_TEXT}</p><p>{_MORE}</p></div>"


def test_a_rejected_run_beside_a_kept_one_is_emptied() -> None:
    """Runs that two line breaks part share one element; links and tails in them go as well."""
    region = _region(
        f"<div>{_TEXT}<br><br>Share <a href=/s>Tweet</a> this<br><br>{_MORE}</div>", "Share"
    )

    assert _shown(region) == f"{_TEXT} {_MORE}"


def test_images_between_kept_blocks_are_kept() -> None:
    """What has no text is decided by what stands around it: at the edges it goes."""
    picture = '<figure><img src="{}.png"></figure>'
    region = _region(
        f"<div>{picture.format('top')}<p>{_TEXT}</p>{picture.format('mid')}<p>{_MORE}</p>"
        f"<p>Ad</p>{picture.format('ad')}<p>{_TEXT}</p>{picture.format('end')}</div>",
        "Ad",
    )

    assert re.findall(r"(\w+)\.png", region) == ["mid"]


def test_a_picture_stays_without_the_caption_that_was_not_kept() -> None:
    """Captions are judged by their words, pictures by where they stand."""
    figure = "<figure><img src=mid.png><figcaption>Photo: our own</figcaption></figure>"

    region = _region(f"<div><p>{_TEXT}</p>{figure}<p>{_MORE}</p></div>", "Photo")

    assert "mid.png" in region
    assert "our own" not in region


@pytest.mark.parametrize(
    "media",
    [
        '<img src="a.png" srcset="b.png 2x" alt="A">',
        '<img data-src="a.png" data-lazy-srcset="b.png 2x" data-original="c.png">',
        '<picture><source srcset="a.webp" type="image/webp"><img src="a.png"></picture>',
        '<iframe src="https://video.example/embed/1" title="A film"></iframe>',
        '<video poster="a.png" src="a.mp4"></video>',
        '<audio src="a.mp3"></audio>',
        '<object data="a.svg" type="image/svg+xml"></object>',
        '<math alttext="x^2"><mi>x</mi></math>',
    ],
)
def test_media_keep_what_says_where_they_come_from(media: str) -> None:
    """The cleaning chooses among the sources, so all of them arrive, lazy ones included."""
    region = _region(f"<div><p>{_TEXT}</p><div>{media}</div><p>{_MORE}</p></div>")

    for value in re.findall(r'"([^"]+)"', media):
        assert f'"{value}"' in region


@pytest.mark.parametrize(
    "attribute",
    ['href="/a"', 'id="fn1"', 'lang="he"', 'dir="rtl"', 'role="heading"', 'aria-level="3"'],
)
def test_attributes_with_meaning_are_kept(attribute: str) -> None:
    """Links, names, languages and roles are read later."""
    assert attribute in _region(f"<div><p>{_TEXT}</p><p><a {attribute}>{_MORE}</a></p></div>")


def test_tables_lists_and_times_keep_their_numbers() -> None:
    """Spans, starts and instants cannot be made up again."""
    body = (
        '<ol start="3" reversed><li value="9">a</li></ol><table><tr><td colspan="2">1</td></tr>'
        '<tr><td rowspan="1">2</td><td>3</td></tr></table><p><time datetime="2024">x</time></p>'
    )

    region = _region(f"<div>{body}</div>")

    for attribute in ('start="3"', "reversed", 'value="9"', 'colspan="2"', 'datetime="2024"'):
        assert attribute in region


def test_names_styles_and_scripts_of_attributes_go() -> None:
    """Nobody reads them after the choice; they are half of a page."""
    junk = 'class="x y" style="color:red" onclick="run()" data-track="1" itemprop="articleBody"'
    region = _region(f"<div {junk}><p {junk}>{_TEXT}</p><p>{_MORE}</p></div>")

    assert region == f"<div><p>{_TEXT}</p><p>{_MORE}</p></div>"


def test_code_keeps_the_class_that_names_its_language() -> None:
    """On the code, inside of it, or on what wraps it."""
    region = _region(
        f'<div><p class="x">{_TEXT}</p><div class="highlight-go"><pre class="b"><code '
        'class="language-go">func <span class="nf">main</span></code></pre></div></div>'
    )

    assert re.findall(r'class="([^"]*)"', region) == ["highlight-go", "b", "language-go", "nf"]


@pytest.mark.parametrize(
    "control",
    [
        "<button>Press</button>",
        "<select><option>Press</option></select>",
        "<textarea>Press</textarea>",
        "<svg><text>Press</text></svg>",
        "<template><p>Press</p></template>",
        "<style>.Press{}</style>",
        "<input value=Press>",
    ],
)
def test_controls_inside_of_a_paragraph_go(control: str) -> None:
    """The words of a form are not those of the article; the text behind stays."""
    region = _region(f"<div><p>Before {control} behind. {_TEXT}</p><p>{_MORE}</p></div>")

    assert "Press" not in region
    assert _shown(region).startswith("Before behind.")


def test_a_heading_that_can_be_clicked_is_kept() -> None:
    """Sections that open and close have a button inside of their heading."""
    region = _region(
        f"<div><p>{_TEXT}</p><h2><button>Why it closed</button> now</h2><p>{_MORE}</p></div>"
    )

    assert "Why it closed" in region


def test_spans_that_say_nothing_are_opened() -> None:
    """Some editors wrap every word; a span with a language stays."""
    region = _region(
        f'<p><span class=a>{_TEXT}</span> <font size=4>b</font> <span lang="fr">c</span></p>'
    )

    assert region == f'<p>{_TEXT} b <span lang="fr">c</span></p>'


def test_a_region_without_end_is_cut() -> None:
    """As many elements, or as much text, as the cleaning can bear; the beginning survives."""
    many = _region(f"<div>{''.join(f'<p>{i}</p>' for i in range(20_000))}</div>")
    long = _region(
        f"<div><p>{_TEXT}</p>{'<p>' + 'word ' * 20_000 + '</p>'}{'<p>x</p>' * 9}</div>" * 9
    )

    assert many.startswith("<div><p>0</p><p>1</p><p>2</p>")
    assert many.count("<p>") < 10_000
    assert _TEXT in long
    assert len(long) < 400_000


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("<ul><li><a href='/a'>One</a></li><li><a href='/b'>Two</a></li></ul>", "One Two"),
        ("Only words", "Only words"),
        (f"<div class='post'><p>{_TEXT}</p></div>", _TEXT),
    ],
)
def test_the_body_of_an_entry_is_all_article(body: str, kept: str) -> None:
    """A link blog's entry is nothing but links."""
    assert _shown(serialised(prune_body(parse_tree(body)))) == kept


@pytest.mark.parametrize("name", ["sharedaddy", "related-posts", "newsletter-signup"])
def test_the_furniture_of_an_entrys_body_goes(name: str) -> None:
    """Plugins append their boxes to what a feed gives; what follows them stays."""
    body = f"<p>{_TEXT}</p><div class='{name}'><div>Press <b>here</b></div></div><p>{_MORE}</p>"

    assert _shown(serialised(prune_body(parse_tree(body)))) == f"{_TEXT} {_MORE}"


_words = st.text(st.sampled_from("abé新 "), min_size=1, max_size=9)
_nodes = st.recursive(
    _words,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["p", "div", "b", "a", "li", "h2", "br", "table", "td", "span"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(st.lists(_nodes, max_size=6), st.lists(st.booleans(), min_size=40))
def test_exactly_the_kept_blocks_are_in_the_region(nodes: list[str], flags: list[bool]) -> None:
    """On any page, in their order: none is lost, none comes in again."""
    root = parse_tree(f"<html><body>{''.join(nodes)}</body></html>").find("body")
    assert isinstance(root, HtmlElement)
    walk = Walk(root)
    is_kept = (flags * 9)[: len(walk.blocks)]
    wanted = [escape(b.text) for b, keep in zip(walk.blocks, is_kept, strict=True) if keep]

    region = kept_html(walk, is_kept)

    assert "".join(_shown(region).split()) == "".join("".join(wanted).split())
