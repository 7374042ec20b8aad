"""No secret gets into a log, whatever it stands in."""

from __future__ import annotations

import io
import json
import logging
import string
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli._logging import JsonFormatter, TextFormatter
from aggregator.model import Subscription
from aggregator.operation import clean, clean_value

# No word of the sentences around it, and nothing that a pattern could take for the end of it.
_SECRET = st.text(string.ascii_letters + string.digits + "-_.~+", min_size=8, max_size=40).map(
    lambda text: f"Zq{text}9"
)

_PLACES: dict[str, Callable[[str], str]] = {
    "userinfo": lambda it: f"GET https://me:{it}@example.org/feed: 404",
    "user alone": lambda it: f"https://{it}@example.org/feed",
    "torn userinfo": lambda it: f"https://me:a/{it}@example.org/feed",
    "second of two URLs": lambda it: f"https://a.org,https://me:{it}@b.org",
    "redirect": lambda it: f"https://a.org/?to=https://me:{it}@b.org/ redirected",
    "query": lambda it: f"http: 403 for https://example.org/f?user=7&token={it}&n=1",
    "semicolons": lambda it: f"https://example.org/f?a=1;api_key={it};b",
    "fragment": lambda it: f"https://example.org/#access_token={it}",
    "escaped name": lambda it: f"https://example.org/f?%74oken={it}",
    "signature": lambda it: f"/f?X-Amz-Signature={it}&X-Amz-Date=1",
    "database": lambda it: f"postgresql://me:{it}@server/archive?connect_timeout=5",
    "libpq": lambda it: f"host=server user=me password={it} dbname=archive",
    "header": lambda it: f"Authorization: Basic {it}",
    "header of a request": lambda it: f"GET / HTTP/1.1\nAuthorization: Bearer {it}\nAccept: x",
    "dictionary of headers": lambda it: str({"Accept": "x", "Authorization": f"Digest a={it}"}),
    "raw headers": lambda it: str(((b"Host", b"x"), (b"Authorization", f"Bearer {it}".encode()))),
    "cookie": lambda it: f"Set-Cookie: sid={it}; Path=/",
    "key header": lambda it: f"X-Api-Key: {it}",
    "bearer alone": lambda it: f"sent Bearer {it} to the hub",
    "value": lambda it: str(Subscription(1, "https://hub", "https://topic", "t", it)),
    "token of a value": lambda it: str(Subscription(1, "https://hub", "https://topic", it, "s")),
    "JSON": lambda it: json.dumps({"hub.secret": it, "n": 1}),
    "query of a query": lambda it: f"https://a.org/?to=https://b.org/?token={it}",
    "quoted value": lambda it: f'base 10: "f(token={it})"',
    "words": lambda it: f"the password is {it}, they say",
}


@pytest.mark.parametrize("place", _PLACES)
@given(secret=_SECRET)
def test_a_secret_is_hidden_wherever_it_stands(place: str, secret: str) -> None:
    """In URLs, queries, headers, reprs and sentences, in the message and in its arguments."""
    text = _PLACES[place](secret)

    assert secret in text
    assert secret not in clean(text)


@given(st.text(max_size=300))
def test_cleaning_never_raises(text: str) -> None:
    """Any text has a clean form, and so has its escaped one."""
    assert isinstance(clean(text), str)
    assert isinstance(clean(quote(text, errors="replace")), str)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/@me/1?author=me&keyword=cars&page=2#top",
        "http: 404 for https://example.org:8080/feed.xml",
        "https://[::1]:8080/@me: connection refused",
        "not well-formed (invalid token): line 1, column 2",
        "feed=3 new=2 monkey=1 authors=4",
        "mail me@example.org at 12:00",
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """Handles in paths, ports, names that only sound alike."""
    assert clean(text) == text


@pytest.mark.parametrize(
    "text", ["://" * 50_000, "a" * 200_000, "://a:b" * 30_000, "x-" * 100_000, "?a" * 100_000, " ="]
)
def test_enormous_lines_are_cleaned_in_passing(text: str) -> None:
    """What a hostile server can bring into a message costs time in proportion to its length.

    Were it the square, this would run into the time limit of the test.
    """
    assert clean(text) == text or "://" in text


def test_values_are_cleaned_in_depth() -> None:
    """Texts in lists and dictionaries, names that say it all, numbers that are none."""
    value = {
        "url": "https://me:pw@example.org/",
        "warnings": ["a?token=x", 7, None, float("nan")],
        "hub.secret": "s",
        "headers": {"Authorization": "x", "n": {1}},
        5: 1.5,
    }

    assert clean_value(value) == {
        "url": "https://example.org/",
        "warnings": ["a?token=***", 7, None, None],
        "hub.secret": "***",
        "headers": {"Authorization": "***", "n": [1]},
        "5": 1.5,
    }


def test_a_value_that_contains_itself_ends() -> None:
    """It is looked into so deep and no deeper."""
    value: list[object] = []
    value.append(value)

    assert isinstance(clean_value(value), list)


def _logged(formatter: logging.Formatter, log: Callable[[logging.Logger], None]) -> str:
    """What a logger of its own writes with a formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.Logger("aggregator.test")  # noqa: LOG001 - nobody else shall see it
    logger.addHandler(handler)
    log(logger)
    return stream.getvalue()


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()], ids=["json", "text"])
@pytest.mark.parametrize("place", ["userinfo", "query", "header", "value"])
@given(secret=_SECRET)
def test_no_part_of_a_record_brings_a_secret(
    formatter: logging.Formatter, place: str, secret: str
) -> None:
    """Message, arguments, fields and exception are cleaned alike, in both formats."""
    text = _PLACES[place](secret)

    def log(logger: logging.Logger) -> None:
        try:
            int(text)
        except ValueError:
            logger.exception(
                "failed: %s " + text.replace("%", "%%"),  # noqa: G003 - a careless message
                text,
                extra={"fields": {"url": text, "all": [text], "token": secret}},
            )

    written = _logged(formatter, log)

    assert "ValueError" in written
    assert secret not in written


@given(
    message=st.text(max_size=50),
    fields=st.dictionaries(st.text(max_size=10), st.text(max_size=20) | st.floats() | st.none()),
)
def test_a_json_line_is_one_object_in_one_line(message: str, fields: dict[str, object]) -> None:
    """Whatever was logged; and no field takes the place of time, level, logger and message."""
    line = _logged(
        JsonFormatter(),
        lambda logger: logger.warning("%s", message, extra={"fields": {**fields, "level": "x"}}),
    )

    assert line.count("\n") == 1
    stated = json.loads(line, parse_constant=pytest.fail)
    assert list(stated)[:4] == ["ts", "level", "logger", "message"]
    assert (stated["level"], stated["logger"]) == ("warning", "aggregator.test")


def test_an_exception_is_one_member() -> None:
    """Its line ends are escaped, so a machine reads line by line."""

    def log(logger: logging.Logger) -> None:
        try:
            _PLACES["x"]
        except KeyError:
            logger.exception("failed", stack_info=True)

    line = _logged(JsonFormatter(), log)

    assert line.count("\n") == 1
    trace = json.loads(line)["traceback"]
    assert trace.startswith("Traceback (most recent call last):\n")
    assert "KeyError: 'x'\nStack (most recent call last):" in trace


def test_a_line_for_people_does_a_terminal_no_harm() -> None:
    """Control characters of a title or an error are dropped, and line ends are blanks."""
    line = _logged(
        TextFormatter(),
        lambda logger: logger.error(
            "bad\x1b[2J\ntitle", extra={"fields": {"error": "a\x07\r\nb", "none": None}}
        ),
    )

    assert line.endswith('ERROR aggregator.test bad[2J title error="a\\u0007 b"\n')


def test_a_message_that_does_not_fit_its_arguments_is_logged_all_the_same() -> None:
    """A mistake of ours in a rare branch costs no line."""
    line = _logged(JsonFormatter(), lambda logger: logger.error("%d feeds", "many?token=x"))

    assert json.loads(line)["message"] == "%d feeds ('many?token=***',)"
