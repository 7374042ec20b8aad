"""Spoilt bytes in the archive: they are named, and healed from what is there still."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.program import Program
from tests.faults.publisher import Publisher

MakePublisher = Callable[..., Publisher]
MakeProgram = Callable[..., Program]

_ENTRY_PAGE = "SELECT rootpage FROM sqlite_master WHERE name = 'entry'"


def _spoil(program: Program) -> None:
    """Overwrite the first page of the table of entries, as a dying disk does."""
    [(page,)] = program.ask(_ENTRY_PAGE)
    [(size,)] = program.ask("PRAGMA page_size")
    with program.database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


def _errors(program: Program) -> list[dict[str, Any]]:
    """What the doctor calls an error."""
    findings = json.loads(program.call("doctor", "--json").stdout)["findings"]
    return [one for one in findings if one["level"] == "error"]


def test_a_spoilt_archive_is_named_and_a_backup_and_one_poll_bring_all_back(
    make_publisher: MakePublisher, make_program: MakeProgram, tmp_path: Path
) -> None:
    """No command makes it worse or falls over; what came after the backup comes again, once."""
    publisher = make_publisher(3, 2)
    program = make_program(publisher.urls)
    assert program.call("poll").returncode == 0
    backup = tmp_path / "backup.db"
    assert program.call("db", "backup", str(backup)).returncode == 0
    publisher.publish()
    program.make_due()
    assert program.call("poll").returncode == 0
    newest = program.titles()
    publisher.publish()
    program.make_due()

    _spoil(program)
    named = _errors(program)
    polled = program.call("poll")
    ran = program.call("run", "--once")
    for name in ("archive.db", "archive.db-wal", "archive.db-shm"):
        (program.folder / name).unlink(missing_ok=True)
    shutil.copy(backup, program.database)
    program.make_due()
    after = program.call("poll")
    restored = program.titles()

    assert named
    assert "backup" in json.dumps(named)
    assert {polled.returncode, ran.returncode} <= {4, 5}
    assert "Traceback" not in polled.stderr + ran.stderr
    assert after.returncode == 0
    assert restored == sorted(publisher.titles())
    assert set(newest) < set(restored)
    assert publisher.early() == []
    assert _errors(program) == []
