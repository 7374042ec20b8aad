"""The unit file: what systemd says to it, and that the page and the program fit it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "contrib" / "systemd" / "aggregator.service"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_understands_each_line(tmp_path: Path) -> None:
    """A directive that it does not know would be ignored without a word."""
    path = tmp_path / "aggregator.service"
    path.write_text(UNIT.read_text().replace("/opt/aggregator/bin/aggregator", "/bin/true"))

    said = subprocess.run(
        ["systemd-analyze", "verify", path], capture_output=True, text=True, check=False, timeout=60
    )

    assert "aggregator.service" not in said.stderr + said.stdout
    assert said.returncode == 0


def test_the_unit_stops_later_than_the_daemon() -> None:
    """It has its time to end polls, and is ended by force only if it does not."""
    from aggregator.polling import DRAIN_S  # noqa: PLC0415 - the other test needs none of it

    stated = dict(re.findall(r"(?m)^(\w+)=(.*)$", UNIT.read_text()))

    assert float(stated["TimeoutStopSec"]) > 2 * DRAIN_S
    assert stated["Type"] == "notify"
    assert stated["KillMode"] == "mixed"
    assert "contrib/systemd/aggregator.service" in (ROOT / "docs/operations.md").read_text()
