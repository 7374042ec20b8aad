"""The doctor on spoilt archives: healed, and restored."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from aggregator.archive import make_lock
from aggregator.library import open_archive
from tests.cli.examining import change, examine, has
from tests.operation.archives import root_pages, spoil

Call = Callable[..., Any]


def test_whatever_page_is_spoilt_no_row_is_lost_that_could_be_read(
    call: Call, sound_archive: Path
) -> None:
    """One table and index after the other: its root page is spoilt, as by a failing disk.

    The search index and the indexes of tables are made anew, and all entries are found again; where
    rows are lost a backup is asked for, and the file stays as it was.
    """
    pages = root_pages(sound_archive)
    sound = sound_archive.read_bytes()
    tables = {name: pages[name] for name in ("feed", "entry", "section")}
    others = {name: page for name, page in pages.items() if name.startswith(("search_", "ix_e"))}
    assert len(others) > 5

    for name, page in (others | tables).items():
        for left in sound_archive.parent.glob("sound_archive.db*"):
            left.unlink()
        sound_archive.write_bytes(sound)
        spoil(sound_archive, page)
        spoilt = sound_archive.read_bytes()

        code, found = examine(call)
        healed_code, healed = examine(call, "--heal")

        assert code == 4, name
        assert all(message.startswith("database: ") for message in found["error"]), (name, found)
        if name in tables:
            assert healed_code == 4, name
            assert f"database: the rows of table {name} cannot be read" in healed["error"]
            assert sound_archive.read_bytes() == spoilt, name
        else:
            assert healed_code == 1, (name, healed)
            assert has(healed["note"], "made anew from its rows"), name
            [hit] = call("search", "word17", "--json", "--db", sound_archive).json()["results"]
            assert hit["title"] == "Title 17 word17"


def test_spoilt_words_of_an_index_are_found_and_healed(call: Call, sound_archive: Path) -> None:
    """Bytes inside a row, of which the database itself knows nothing."""
    with closing(sqlite3.connect(sound_archive)) as connection, connection:
        [(row,)] = connection.execute("SELECT max(id) FROM search_1_0_data WHERE id > 10")
        connection.execute(
            "UPDATE search_1_0_data SET block = zeroblob(length(block)) WHERE id = ?", (row,)
        )

    code, found = examine(call)
    healed_code, healed = examine(call, "--heal")

    assert code == 4
    assert has(found["error"], "index: table search_1_0: ")
    assert healed_code == 1
    assert has(healed["ok"], "index: complete")


def test_what_an_index_lacks_is_filled_in_place(call: Call, sound_archive: Path) -> None:
    """No page is spoilt, so no file is exchanged, and a daemon might go on."""
    change(sound_archive, "DELETE FROM search_1_document WHERE entry_id = 3")
    before = sound_archive.stat().st_ino

    code, found = examine(call, "--heal")

    assert code == 1
    assert has(found["note"], "index: it was wrong, and is made anew")
    assert has(found["ok"], "index: complete")
    assert sound_archive.stat().st_ino == before
    assert list(sound_archive.parent.glob("*damaged*")) == []


def test_nothing_is_exchanged_under_a_daemon(call: Call, sound_archive: Path) -> None:
    """It would go on writing into the old file."""
    spoil(sound_archive, root_pages(sound_archive)["search_1_0_idx"])
    spoilt = sound_archive.read_bytes()

    with make_lock(f"sqlite:///{sound_archive}"):
        code, found = examine(call, "--heal")

    assert code == 4
    assert has(found["warning"], "database: not healed: another aggregator")
    assert sound_archive.read_bytes() == spoilt


def test_a_spoilt_archive_is_restored_from_its_backup(
    call: Call, sound_archive: Path, tmp_path: Path
) -> None:
    """As docs/operations.md says: the three files away, the copy in, and the doctor asked."""
    backup = tmp_path / "copy.db"
    call("db", "backup", backup)
    spoil(sound_archive, root_pages(sound_archive)["entry"])
    assert examine(call)[0] == 4

    away = tmp_path / "away"
    away.mkdir()
    for beside in ("", "-wal", "-shm"):
        file = sound_archive.with_name(sound_archive.name + beside)
        if file.exists():
            file.rename(away / file.name)
    shutil.copy(backup, sound_archive)

    code, found = examine(call)
    assert code == 1, "the backup does not know of itself"
    assert found["warning"] == ["backups: there is no backup of this archive"]
    with open_archive(sound_archive) as restored:
        assert restored.search("word40").total == 1
