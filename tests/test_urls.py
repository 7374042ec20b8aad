"""Links as feeds write them: made absolute, compared, and shown without secrets."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.urls import (
    host_of,
    normalize_link,
    resolve,
    strip_tracking,
    without_credentials,
)

_BASE = "https://example.org/blog/feed.xml?page=2"
_ANY_TEXT = st.text(st.characters(exclude_categories=[]))
# Texts that are nearly URLs find more than texts that are none.
_PIECES = (
    "http https : / // ? # & = @ [ ] ::1 % \\ example.org me secret utm_source id 443 80 99999 é"
)
_NEARLY = st.lists(st.sampled_from([*_PIECES.split(), " ", "\n"]), max_size=14).map("".join)
_WEB = st.builds(
    "{}://{}{}/{}{}{}".format,
    st.sampled_from(["http", "HTTPS", "https"]),
    st.sampled_from(["example.org", "EXAMPLE.org", "[::1]", "b\u00fccher.example"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.sampled_from(["", "a", "a/../b", "%7Ea", "a;b=1"]),
    st.sampled_from(["", "?", "?id=7", "?utm_source=x", "?id=7&fbclid=x&b", "?a?b"]),
    st.sampled_from(["", "#", "#top", "#!/route"]),
)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://other.example/a", "https://other.example/a"),
        ("//other.example/a", "https://other.example/a"),
        ("/a", "https://example.org/a"),
        ("a", "https://example.org/blog/a"),
        ("../../../a", "https://example.org/a"),
        ("?page=3", "https://example.org/blog/feed.xml?page=3"),
        ("#top", "https://example.org/blog/feed.xml?page=2#top"),
        ("\n https://other.example/a b \t", "https://other.example/a%20b"),
        ("https://other.example/a\nb", "https://other.example/ab"),
        ("/a?b=\"c\" 'd'\n#<e>`", "https://example.org/a?b=%22c%22%20'd'#%3Ce%3E%60"),
        ("HTTP://Other.example/", "HTTP://Other.example/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_a_link_is_resolved_as_a_browser_would(link: str, expected: str) -> None:
    """Relative, protocol-relative and badly wrapped links reach the page that was meant."""
    assert resolve(_BASE, link) == expected


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "mailto:a@example.org",
        "tel:1",
        "file:///etc/passwd",
        "http://",
        "https://[::1",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://\u2100.example/",
    ],
)
def test_what_is_no_web_address_gives_none(link: str | None) -> None:
    """Scripts, files, mail and broken hosts are not links."""
    assert resolve(_BASE, link) is None


@pytest.mark.parametrize("base", [None, "", "no url", "https://[", "mailto:a@example.org"])
def test_a_link_that_cannot_be_made_absolute_gives_none(base: str | None) -> None:
    """A path without a place is nowhere."""
    assert resolve(base, "a/b") is None


@given(base=st.one_of(st.none(), _ANY_TEXT, _NEARLY), link=st.one_of(st.none(), _ANY_TEXT, _NEARLY))
def test_resolving_never_raises_and_gives_web_addresses_only(
    base: str | None, link: str | None
) -> None:
    """Whatever stands in a feed, the answer is a web address with a host, or None."""
    absolute = resolve(base, link)

    if absolute is not None:
        assert urlsplit(absolute).scheme.lower() in {"http", "https"}
        assert urlsplit(absolute).hostname
        assert not set(absolute) & set("\x00\t\n\r \x7f")


@pytest.mark.parametrize("link", [" ", "\n", "\x00", "https://"])
def test_a_blank_link_is_no_link(link: str) -> None:
    """Entries with empty link elements must not all point at the feed."""
    assert resolve(_BASE, link) is None


@pytest.mark.parametrize("link", ["\x00 https://other.example/a", "https://other.example/a \x01"])
def test_blanks_and_control_characters_at_the_ends_are_dropped(link: str) -> None:
    """The URL standard strips both from the ends before anything else."""
    assert resolve(_BASE, link) == "https://other.example/a"


def test_a_relative_link_does_not_inherit_the_password_of_its_feed() -> None:
    """Links are stored, shown and exported; the feed's password is not theirs."""
    assert resolve("https://me:secret@example.org/feed", "/a") == "https://example.org/a"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?utm_source=a&id=7&utm_medium=b", "?id=7"),
        ("?UTM_Source=a", ""),
        ("?fbclid=a&gclid=b&msclkid=c&yclid=d&mc_cid=e&mc_eid=f&igshid=g", ""),
        ("?id=7&&b=", "?id=7&&b="),
        ("?id=utm_source", "?id=utm_source"),
        ("?my_utm_source=1&utm=2", "?my_utm_source=1&utm=2"),
        ("?", "?"),
        ("?gclid", ""),
        ("?utm_source=x#top", "#top"),
    ],
)
def test_only_parameters_that_tell_who_followed_are_dropped(query: str, expected: str) -> None:
    """What may name a page stays, byte for byte and in its order."""
    assert strip_tracking(f"https://example.org/a{query}") == f"https://example.org/a{expected}"


def test_a_fragment_is_left_alone() -> None:
    """In pages of one document the fragment is the address."""
    url = "https://example.org/#/story?utm_source=x"

    assert strip_tracking(url) == url


@pytest.mark.parametrize("parameter", ["pk_id=5", "at_home=1", "rss_id=7"])
def test_a_parameter_that_may_name_an_article_stays(parameter: str) -> None:
    """Two articles that differ by it alone would become one, and one of them be lost."""
    url = f"https://example.org/article?{parameter}"

    assert strip_tracking(url) == url


@given(url=st.one_of(_ANY_TEXT, _NEARLY))
def test_stripping_twice_changes_nothing_more(url: str) -> None:
    """A stripped URL holds no tracking, whatever it is."""
    stripped = strip_tracking(url)

    assert strip_tracking(stripped) == stripped
    assert len(stripped) <= len(url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("https://EXAMPLE.org", "https://example.org/"),
        ("http://example.org:80/a", "https://example.org:443/a"),
        ("https://example.org/a?utm_source=x", "https://example.org/a"),
        ("https://example.org/a#comments", "https://example.org/a"),
        (" https://example.org/a\n", "https://example.org/a"),
        ("https://me@example.org/a", "https://example.org/a"),
    ],
)
def test_links_that_lead_to_one_article_are_one(one: str, other: str) -> None:
    """Scheme, case of the host, default port, tracking and fragment play no part."""
    assert normalize_link(one) == normalize_link(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org/?id=1", "https://example.org/?id=2"),
        ("https://example.org:8080/", "https://example.org/"),
        ("https://www.example.org/", "https://example.org/"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ],
)
def test_links_that_may_lead_elsewhere_stay_apart(one: str, other: str) -> None:
    """A wrong match loses an article, a missed one only repeats it."""
    assert normalize_link(one) != normalize_link(other)


def test_fragments_can_be_kept() -> None:
    """Feeds of one page name their entries by fragment."""
    assert normalize_link("http://example.org/log#may", keep_fragment=True) == (
        "https://example.org/log#may"
    )


@pytest.mark.parametrize(
    "text", ["", "not a url", "ftp://Example.org/A", "tag:x,1:2", "http://[::1"]
)
def test_what_is_no_web_link_is_only_trimmed(text: str) -> None:
    """Guids of every kind can be compared by it."""
    assert normalize_link(f" {text}\n") == text


@given(url=_WEB.filter(lambda url: ":443/" not in url or url.lower().startswith("https")))
def test_a_normal_form_is_its_own_normal_form(url: str) -> None:
    """What the archive stored matches what it computes later."""
    normal = normalize_link(url)

    assert normalize_link(normal) == normal


def test_the_normal_form_of_http_on_port_443_is_stable() -> None:
    """A port is compared with the scheme that is written, not with the one that was read."""
    normal = normalize_link("http://example.org:443/")

    assert normalize_link(normal) == normal


@given(url=st.one_of(_ANY_TEXT, _NEARLY))
def test_comparing_and_naming_hosts_never_raises(url: str) -> None:
    """Broken text is text, and its host is a lower-case string."""
    normalize_link(url)
    normalize_link(url, keep_fragment=True)

    assert host_of(url) == host_of(url).lower()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://User:pw@Example.ORG:8080/x", "example.org"),
        ("http://[::1]:80/", "::1"),
        ("//Example.org/x", "example.org"),
        ("example.org/x", ""),
        ("mailto:a@example.org", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_the_host_is_what_would_be_asked(url: str, host: str) -> None:
    """Without user, port or brackets; empty where there is none."""
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@example.org:8080/a?b#c", "https://example.org:8080/a?b#c"),
        ("https://me:s@cret@example.org/", "https://example.org/"),
        ("https://secret@example.org/", "https://example.org/"),
        ("https://example.org/@me/feed", "https://example.org/@me/feed"),
        ("https://example.org/?mail=a@b", "https://example.org/?mail=a@b"),
        ("HTTPS://Example.org/?", "HTTPS://Example.org/?"),
        ("", ""),
    ],
)
def test_a_url_is_shown_without_user_and_password(url: str, shown: str) -> None:
    """All else, an at sign elsewhere included, stays as it was."""
    assert without_credentials(url) == shown


@given(url=_WEB, user=st.sampled_from(["me", "me:secret", ":secret", "m%40e:s@c"]))
def test_credentials_of_any_shape_are_gone(url: str, user: str) -> None:
    """What is shown of a URL does not depend on who asks."""
    scheme, _, rest = url.partition("://")

    shown = without_credentials(f"{scheme}://{user}@{rest}")

    assert "@" not in shown
    assert "secret" not in shown
    assert host_of(shown) == host_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:secret@[::1/feed",
        "https://me:secret@example.org\u2100/feed",
        "https://me:secret/x@example.org/feed",
        "me:secret@example.org/feed",
    ],
)
def test_a_broken_url_is_shown_without_its_password(url: str) -> None:
    """It is the broken ones that end up in error messages."""
    assert "secret" not in without_credentials(url)
