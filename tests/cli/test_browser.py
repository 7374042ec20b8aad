"""Opening a hit: only pages of the web, and only where there is a browser."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.cli._browser import open_hit
from aggregator.errors import AggregatorError
from tests.cli.hits import HIT, hit

_OPEN = (
    "from tests.cli.hits import HIT; from aggregator.cli._browser import open_hit; open_hit(HIT)"
)


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """No screen and no browser, as over ssh."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.skipif(sys.platform == "darwin", reason="it always has a browser")
def test_without_a_display_the_address_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """On stdout, without its password; what it is stands beside it."""
    open_hit(hit(url="https://me:secret@example.org/1"))

    out, err = capsys.readouterr()
    assert out == "https://example.org/1\n"
    assert "Xiaomi" in err


def test_a_browser_gets_the_address(tmp_path: Path) -> None:
    """By the desktop's own way, or the one that $BROWSER names; it is said which page it is."""
    seen = tmp_path / "seen"
    for name in ("browser", "xdg-open"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "$1" > "{seen}.new" && mv "{seen}.new" "{seen}"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "BROWSER": f"{tmp_path}/browser"}

    wait = f"while not pathlib.Path({str(seen)!r}).exists(): time.sleep(0.01)"

    done = subprocess.run(
        [sys.executable, "-c", f"import pathlib, time\n{_OPEN}\n{wait}"],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert seen.read_text() == f"{HIT.url}\n"
    assert "https://example.org/1" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "-version",
        "mailto:me@example.org",
        " https://example.org/",
        "https://example.org/\x1b[2J",
        "https://example.org/\x00",
        "https://example.org/\u202egnp",
        "https:/example.org",
    ],
)
@pytest.mark.parametrize("display", ["", ":0"])
def test_what_is_no_page_of_the_web_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str | None, display: str
) -> None:
    """A feed may state any address, and a browser would do anything with it."""
    monkeypatch.setenv("DISPLAY", display)

    with pytest.raises(AggregatorError, match="aggregator show 3") as refused:
        open_hit(hit(url=url))

    assert "\x1b" not in str(refused.value)
