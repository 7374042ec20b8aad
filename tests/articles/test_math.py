"""Formulas are kept as the TeX that they were made from."""

from __future__ import annotations

import pytest

from aggregator.articles._clean import read_blocks

_MATHML = "<mrow><mi>x</mi><mo>=</mo><msup><mi>y</mi><mn>2</mn></msup></mrow>"
_TEX = "<annotation encoding='application/x-tex'>x = y^2</annotation>"


@pytest.mark.parametrize(
    ("html", "formula"),
    [
        (f"<math><semantics>{_MATHML}{_TEX}</semantics></math>", "x = y^2"),
        (f"<math alttext='{{\\displaystyle x=y^{{2}}}}'>{_MATHML}</math>", "x=y^{2}"),
        (f"<math>{_MATHML}</math>", "x=y2"),
        ("<script type='math/tex; mode=display'>a < \\frac{1}{2}</script>", "a < \\frac{1}{2}"),
        ("<img src='/f.svg' alt='{\\displaystyle \\alpha }'>", "\\alpha"),
        (
            (
                f"<span><span><math><semantics>{_MATHML}{_TEX}</semantics></math></span>"
                "<span aria-hidden='true'>x=y2</span></span>"
            ),
            "x = y^2",
        ),
        (
            (
                "<span><span><math alttext='\\beta'><mi>β</mi></math></span>"
                "<img src='/b.svg' alt='\\beta'></span>"
            ),
            "\\beta",
        ),
    ],
)
def test_a_formula_is_said_once(html: str, formula: str) -> None:
    """MathML, scripts and pictures of formulas give their TeX, and that once."""
    (block,) = read_blocks(f"<p>Let {html} hold.</p>", "https://e.example/")

    assert block.text == f"Let {formula} hold."
    assert block.html.startswith("<p>Let <code>")


def test_dollars_in_a_picture_are_money() -> None:
    """An alternative text with an amount in it describes a picture."""
    (block,) = read_blocks("<p>a <img src='/x.png' alt='A $5 note'></p>", "https://e.example/")

    assert block.text == "a"
    assert "<img" in block.html
