"""What a URL comes to before it is asked: quoting, hosts, credentials, ports."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch._failure import Failure
from aggregator.fetch._target import Target, parse_target
from aggregator.urls import without_credentials


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://example.org", "http://example.org/"),
        ("HTTP://EXAMPLE.org/Path", "http://example.org/Path"),
        ("http://example.org?x=1", "http://example.org/?x=1"),
        ("http://example.org/a?#x", "http://example.org/a"),
        ("  http://example.org/a  ", "http://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("http://example.org/%7Ea/%2f/%zz?s=a%2Bb+c%20d&e=%e4", None),
        ("http://example.org/a;b=1,2/(c)!$&'*+=:@?x[]=1/2|3", None),
        ("http://example.org//double//slash", None),
        ('http://example.org/ü "<b>`{c}', "http://example.org/%C3%BC%20%22%3Cb%3E%60%7Bc%7D"),
        ("http://münchen.example/", "http://xn--mnchen-3ya.example/"),
        ("http://xn--mnchen-3ya.example/", None),
        ("http://[2606:4700::1111]:8080/a", None),
        ("http://example.org/a\nb\tc", "http://example.org/abc"),
        ("http://under_score.example.org./", "http://under_score.example.org/"),
    ],
)
def test_a_url_is_asked_as_it_was_given(url: str, shown: str | None) -> None:
    """What is legal stays byte for byte (None: all of it), only the rest is quoted."""
    assert parse_target(url).shown == (shown or url)


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda text: f"http://{text}"))
def test_any_text_is_a_target_or_a_refusal(text: str) -> None:
    """Nothing else is raised, and what may be asked is one line of printable ASCII."""
    target = None
    with suppress(Failure):
        target = parse_target(text)

    assert isinstance(without_credentials(text), str)
    if target is not None:
        assert target.shown.isascii()
        assert target.shown.isprintable()
        assert target.host


@pytest.mark.parametrize("port", [1, 21, 22, 23, 25, 79, 81, 110, 442, 444, 993, 1023])
def test_ports_of_other_services_are_refused(port: int) -> None:
    """Mail servers and shells are not spoken to."""
    for scheme in ("http", "https"):
        with pytest.raises(Failure, match=f"port {port} "):
            parse_target(f"{scheme}://example.org:{port}/")


@pytest.mark.parametrize("port", [80, 443, 1024, 8080, 65535])
def test_ports_of_the_web_are_asked(port: int) -> None:
    """The two that are its own and those that anybody may open."""
    assert parse_target(f"http://example.org:{port}/").url.port == port


@pytest.mark.parametrize(
    ("userinfo", "authorization"),
    [
        ("me:secret", "Basic bWU6c2VjcmV0"),
        ("me", "Basic bWU6"),
        (":token", "Basic OnRva2Vu"),
        ("a%40b:c%3Ad", "Basic YUBiOmM6ZA=="),
        ("m%C3%BC:x", "Basic bcO8Ong="),
        ("mü:x", "Basic bcO8Ong="),
    ],
)
def test_credentials_become_basic_auth(userinfo: str, authorization: str) -> None:
    """Quoted or not, in UTF-8 (RFC 7617), and neither the URL nor a repr has them."""
    target = parse_target(f"https://{userinfo}@example.org/feed")

    assert target.authorization == authorization
    assert target.shown == "https://example.org/feed"
    assert authorization not in repr(target)


@pytest.mark.parametrize(
    ("start", "location", "is_trusted"),
    [
        ("http://example.org/a", "/b", True),
        ("http://example.org/a", "http://EXAMPLE.org:80/b", True),
        ("http://example.org/a", "https://example.org/b", True),
        ("https://example.org:8443/a", "https://example.org:8443/b", True),
        ("https://example.org/a", "http://example.org/b", False),
        ("http://example.org/a", "https://example.org:8443/b", False),
        ("http://example.org:8080/a", "https://example.org/b", False),
        ("http://example.org/a", "http://www.example.org/b", False),
        ("http://example.org/a", "//example.net/b", False),
        ("http://example.org/a", "https://example.net/b", False),
    ],
)
def test_credentials_go_to_the_same_place_only(
    start: str, location: str, *, is_trusted: bool
) -> None:
    """The same origin, or the safe door of the same house."""
    target = parse_target(start.replace("://", "://me:secret@"))

    following = target.follow(location)

    assert (following.authorization is not None) == is_trusted


@pytest.mark.parametrize(
    "location", ["javascript:x", "file:///x", "data:,x", "http://[", "ftp://a/"]
)
def test_a_location_out_of_the_web_is_refused(location: str) -> None:
    """A redirect changes the page, never the protocol."""
    with pytest.raises(Failure) as failed:
        parse_target("http://example.org/").follow(location)

    assert failed.value.kind == "refused"


def test_a_host_is_counted_without_its_final_dot() -> None:
    """`example.org.` and `EXAMPLE.org` are the same server."""
    hosts = {parse_target(f"http://{name}/").host for name in ("example.org.", "EXAMPLE.org")}

    assert hosts == {"example.org"}


@given(st.sampled_from(["http", "https", "ftp", ""]), st.text(max_size=20), st.text(max_size=20))
def test_a_password_never_survives(scheme: str, before: str, after: str) -> None:
    """Whatever stands around it, as long as an @ ends it."""
    url = f"{scheme}://me:{before}s3cret@host{after}"

    shown = without_credentials(url)

    if not set(before) & set("/?#"):  # these end a host by the grammar of URLs
        assert "s3cret" not in shown


def test_a_target_without_credentials_has_none() -> None:
    """No header is made of nothing."""
    target = parse_target("http://example.org/@user")

    assert target == Target(target.url, None)
