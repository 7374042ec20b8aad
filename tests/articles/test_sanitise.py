"""The sanitiser shows text as it is, whatever signs it holds, and lets nothing run."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._sanitise import sanitise

_SIGNS = st.text(st.sampled_from("&<>\"';#x \xa0aé新amltgquonbsp\n"), max_size=60)
_RESERVED = [chr(code) for code in range(0xFDD0, 0xFDF0)]


class _Reader(HTMLParser):
    """Collects the tags and the text of a document."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(_SIGNS)
def test_text_survives_whatever_signs_it_holds(text: str) -> None:
    """Ampersands, angles, marks and fixed blanks are shown as they were written."""
    read = _Reader(sanitise(f"<p>{escape(text)}</p>"))

    assert read.text == text
    assert [tag for tag, _ in read.tags] == ["p"]


@given(
    st.lists(
        st.sampled_from(
            [*_RESERVED, *"aé新 \n\r\t\0\xa0<>&;", "<p>", "</p>", "&amp;", "&lt;", "</p>\n<p>"]
        )
    )
)
def test_paragraphs_of_text_are_no_other_for_what_follows(parts: list[str]) -> None:
    """They are not looked at tag by tag, as those beside a line or a link are."""
    html = f"<p>{''.join(parts)}</p>"

    assert sanitise(f"{html}<hr>") == f"{sanitise(html)}<hr>"


@given(_SIGNS)
def test_attributes_survive_whatever_signs_they_hold(text: str) -> None:
    """The same in the value of an attribute, whose end no sign can be."""
    read = _Reader(sanitise(f'<p><img src="https://a.example/" alt="{escape(text)}"></p>'))

    assert read.tags[1] == ("img", {"src": "https://a.example/", "alt": text})


@given(
    st.lists(st.sampled_from([*_RESERVED, *'<>"&;', " onerror=x", "script", "img "]), max_size=40)
)
def test_reserved_characters_of_a_page_make_no_tag(parts: list[str]) -> None:
    """A page that writes the characters used inside the sanitiser gets entities, never markup."""
    text = "".join(parts)

    once = sanitise(f'<p title="{text}">{text}</p>')

    assert sanitise(once) == once
    assert not any("on" in name for _, attributes in _Reader(once).tags for name in attributes)
    assert "script" not in [tag for tag, _ in _Reader(once).tags]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "&#106;avascript:alert(1)",
        "java&amp;#115;cript:alert(1)",
        "java\ufdd3#115;cript:alert(1)",
        "\ufdd3#106;avascript:alert(1)",
        "data:text/html,<b>x</b>",
        "&#x6A;ava&Tab;script:alert(1)",
    ],
)
def test_links_never_run(address: str) -> None:
    """However its letters are written, no address begins with the name of a script."""
    read = _Reader(sanitise(f'<p><a href="{address}">x</a></p>'))

    hrefs = [attributes.get("href") or "" for tag, attributes in read.tags if tag == "a"]
    assert not any(href.strip().startswith(("javascript:", "data:")) for href in hrefs)
