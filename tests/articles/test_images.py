"""Images get their best source; nobody is tracked by them."""

from __future__ import annotations

import re

import pytest

from aggregator.articles._blocks import Kind
from aggregator.articles._clean import read_blocks


def _source(html: str) -> str | None:
    shown = "".join(block.html for block in read_blocks(html, "https://lowen.example/a/"))
    found = re.search(r'<img src="([^"]*)"', shown)
    return found[1] if found else None


@pytest.mark.parametrize(
    "html",
    [
        "<img src='best.jpg'>",
        "<img src='data:image/gif;base64,x' data-src='best.jpg'>",
        "<img src='blank.gif' data-original='best.jpg'>",
        "<img src='blank.gif' data-lazy-src='best.jpg'>",
        "<img src='s.jpg' srcset='s.jpg 300w, best.jpg 1200w, m.jpg 600w'>",
        "<img src='s.jpg' srcset='s.jpg 1x, best.jpg 2x'>",
        "<img src='s.jpg' data-srcset='s.jpg 300w, best.jpg 1200w'>",
        "<picture><source srcset='best.jpg 1200w, m.jpg 600w'><img src='s.jpg'></picture>",
        "<picture><source srcset='w.webp'><img src='best.jpg'></picture>",
        "<picture><source srcset='best.jpg'><img src='data:image/gif;base64,x'></picture>",
        "<img src='data:image/gif;base64,x'><noscript><img src='best.jpg'></noscript>",
        "<span><img class=lazy></span><noscript><img src='best.jpg'></noscript>",
        "<noscript><img src='best.jpg'></noscript>",
        "<img src='best.jpg'><noscript><img src='copy.jpg'></noscript>",
    ],
)
def test_the_best_source_is_found(html: str) -> None:
    """Wherever the page keeps the address of the picture, it is shown from there."""
    assert _source(f"<figure>{html}</figure>") == "https://lowen.example/a/best.jpg"


@pytest.mark.parametrize(
    "image",
    [
        "<img src='/p.gif' width=1 height=1>",
        "<img src='/p.gif' height='0px'>",
        "<img src='https://pixel.wp.com/b.gif?x'>",
        "<img src='data:image/gif;base64,R0lGOD'>",
        "<img srcset=', ,'>",
        "<img>",
        "<noscript><iframe src='https://t.example/ns.html'></iframe></noscript>",
    ],
)
def test_tracking_pixels_and_empty_images_go(image: str) -> None:
    """Pictures that nobody is to see are not in the article."""
    (block,) = read_blocks(f"<p>a{image}</p>", "https://lowen.example/")

    assert block.html == "<p>a</p>"


def test_a_figure_keeps_its_caption() -> None:
    """Picture and caption stay together, the caption is the text."""
    html = (
        "<figure><div><img src='/x.jpg' alt='A &quot;boat&quot;'></div><figcaption>Off <b>Lowen</b>"
    )

    (block,) = read_blocks(html, "https://e.example/")

    assert (block.kind, block.text) == (Kind.FIGURE, "Off Lowen")
    assert block.html == (
        '<figure><p><img src="https://e.example/x.jpg" alt="A &quot;boat&quot;"></p>'
        "<figcaption>Off <b>Lowen</b></figcaption></figure>"
    )


def test_a_picture_of_a_letter_is_text() -> None:
    """Emoji that are shown as pictures are what their alternative text says."""
    (block,) = read_blocks("<p>Hi <img src='/1f600.png' alt='😀'></p>", "https://e.example/")

    assert block.text == "Hi 😀"
