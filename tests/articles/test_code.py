"""Code is kept letter by letter, with its language, without the numbers of its lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._blocks import Kind
from aggregator.articles._clean import read_blocks
from aggregator.articles._sanitise import sanitise

_CODE = "if a &lt; b:\n\n    c()"


@pytest.mark.parametrize(
    "html",
    [
        f"<pre><code class='language-python'>{_CODE}</code></pre>",
        f"<pre class='lang-python'>{_CODE}</pre>",
        f"<pre class='brush: python; gutter: true'>{_CODE}</pre>",
        f"<div class='highlight highlight-source-python'><pre>{_CODE}</pre></div>",
        f"<pre class='sourceCode python'><code class='sourceCode python'>{_CODE}</code></pre>",
        f"<div class='highlight'><pre><code data-lang='python'>{_CODE}</code></pre></div>",
        f"<pre><code class='hljs python'>{_CODE}</code></pre>",
        "<pre class=language-python><code><span class=k>if</span> a &lt; b:<br><br>    c()</code>",
        "<pre class=language-python><div>if a &lt; b:</div><div>\n</div><div>    c()</div></pre>",
        (
            "<div class=language-python><table><tr><td><pre>1\n2\n3</pre></td>"
            f"<td><pre>{_CODE}</pre></td></tr></table></div>"
        ),
        (
            "<pre class=language-python><span class=lineno>1 </span>if a &lt; b:\n"
            "<span class=lineno>2 </span>\n<span class=lineno>3 </span>    c()</pre>"
        ),
    ],
)
def test_code_of_each_highlighter_is_the_same(html: str) -> None:
    """Colours and line numbers go, language, indentation and empty lines stay."""
    (block,) = read_blocks(html)

    assert block.kind is Kind.CODE
    assert block.text == "if a < b:\n\n    c()"
    assert block.html == f'<pre><code class="language-python">{_CODE}</code></pre>'


@pytest.mark.parametrize("name", ["", "language-none", "x y", 'language-"><b>', "nohighlight"])
def test_code_without_a_language_has_none(name: str) -> None:
    """Other classes are not taken for a language."""
    (block,) = read_blocks(f"<pre class='{name}'>a</pre>")

    assert block.html == "<pre><code>a</code></pre>"


def test_only_the_class_of_a_language_survives() -> None:
    """No page can style what is shown around it by naming its classes."""
    html = sanitise(
        "<pre class=x><code class='language-c++'>a</code><code class='ad b'>c</code></pre>"
    )

    assert html == '<pre><code class="language-c++">a</code><code>c</code></pre>'


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.just("\n"), max_size=60))
def test_any_code_comes_back(code: str) -> None:
    """Whatever is written between the tags is the text, but for empty lines around it."""
    escaped = code.replace("&", "&amp;").replace("<", "&lt;")

    blocks = read_blocks(f"<pre>\n{escaped}</pre>")

    assert [block.text for block in blocks] == ([code.strip("\n")] if code.strip("\n") else [])
