"""What a page embeds becomes a link to where it can be seen."""

from __future__ import annotations

import pytest

from aggregator.articles._blocks import Kind
from aggregator.articles._clean import read_blocks


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (
            "<iframe src='https://www.youtube-nocookie.com/embed/abc-def_123?rel=0'></iframe>",
            "https://www.youtube.com/watch?v=abc-def_123",
        ),
        (
            "<iframe data-src='//player.vimeo.com/video/7612?h=1'></iframe>",
            "https://vimeo.com/7612",
        ),
        (
            "<iframe src='https://w.example/p?url=https%3A%2F%2Fsound.example%2Fsong'></iframe>",
            "https://sound.example/song",
        ),
        ("<iframe src='/map?id=1&utm_source=x'></iframe>", "https://lowen.example/map?id=1"),
        ("<video><source src='film.mp4'></video>", "https://lowen.example/film.mp4"),
        ("<audio src='song.mp3'>not shown</audio>", "https://lowen.example/song.mp3"),
        ("<object data='/a.pdf'>not shown</object>", "https://lowen.example/a.pdf"),
        ("<embed src='/a.swf'>", "https://lowen.example/a.swf"),
    ],
)
def test_an_embedded_thing_is_a_link(html: str, url: str) -> None:
    """Its address is that of the page for people where there is one; it adds no words."""
    before, block, after = read_blocks(f"<p>a</p><p>{html}</p><p>b</p>", "https://lowen.example/")

    assert (before.text, after.text) == ("a", "b")
    assert (block.kind, block.text) == (Kind.FIGURE, "")
    assert f'<a href="{url}">' in block.html


@pytest.mark.parametrize(
    "html",
    [
        "<iframe></iframe>",
        "<iframe src='about:blank'></iframe>",
        "<iframe src='javascript:x()'></iframe>",
        "<iframe src='https://e.example/x' width=1 height=1></iframe>",
        "<iframe src='https://ad.doubleclick.net/x'></iframe>",
        "<video></video>",
    ],
)
def test_what_nobody_sees_is_gone(html: str) -> None:
    """Empty, tiny and tracking frames leave nothing behind."""
    assert read_blocks(html, "https://lowen.example/") == []


def test_an_embedded_thing_keeps_its_caption() -> None:
    """A figure around a film has the caption as its text and the title as the label of the link."""
    (block,) = read_blocks(
        "<figure><iframe src='https://e.example/1' title='The <Film>'></iframe>"
        "<figcaption>Seen</figcaption></figure>"
    )

    assert block.text == "Seen"
    assert block.html == (
        '<figure><a href="https://e.example/1">The &lt;Film&gt;</a>'
        "<figcaption>Seen</figcaption></figure>"
    )


def test_a_quoted_post_is_a_quotation_with_its_link() -> None:
    """Posts of others are quotations that say where they come from."""
    (block,) = read_blocks(
        "<blockquote class='twitter-tweet'><p>Rain!</p>Ann "
        "<a href='https://twitter.com/ann/status/1?ref_src=x'>June 9</a></blockquote>"
    )

    assert (block.kind, block.text) == (Kind.QUOTE, "Rain!\nAnn June 9")
    assert 'href="https://twitter.com/ann/status/1"' in block.html
