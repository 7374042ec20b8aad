"""Changes to feeds.toml: one at a time, checked before they are written, written in one step.

Whatever an edit makes of the text is read again first; unless it says exactly what was asked for
and all else as before, nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path

from aggregator.config import _document
from aggregator.config._interval import format_interval
from aggregator.config._load import build_feeds, usual_feed
from aggregator.config._lock import only_editor
from aggregator.config._problems import check_tables, show
from aggregator.config._schema import MAX_LABEL_CHARS, FileTable
from aggregator.config._source import Source, parse_source, read_source
from aggregator.config._starter import STARTER
from aggregator.errors import ConfigError, NotFoundError
from aggregator.files import write_atomically
from aggregator.model import FeedSpec
from aggregator.text import fold, shorten, strip_unsafe
from aggregator.urls import normalize_link, without_credentials


def add_feeds(path: Path, specs: Iterable[FeedSpec]) -> tuple[str, ...]:
    """The URLs of those of `specs` that were appended to the file at `path`; others are listed.

    A file that does not exist is created, for its owner alone if a URL holds a password. Each feed
    becomes a table that says only what is not the default. Raises ConfigError, and changes
    nothing, if one may not stand there or if the file cannot be read or written or is wrong.
    """
    _make_folder(path)
    with only_editor(path):
        return _add_feeds(path, specs)


def _add_feeds(path: Path, specs: Iterable[FeedSpec]) -> tuple[str, ...]:
    is_there = path.exists() or path.is_symlink()
    source = read_source(path) if is_there else parse_source(STARTER, path)
    table = check_tables(source)
    feeds = build_feeds(table)
    listed = {normalize_link(feed.url) for feed in feeds}
    added = []
    for spec in specs:
        key = normalize_link(spec.url)
        if key not in listed:
            listed.add(key)
            added.append(replace(spec, tags=tuple(dict.fromkeys(spec.tags))))
    if added:
        values = [_to_values(spec, usual_feed(table)) for spec in added]
        check_tables(Source(None, "", {"feeds": values}))
        text = _document.append_feeds(source.text, values)
        _write(source, table, text, (*feeds, *added))
    return tuple(spec.url for spec in added)


def split_usable(
    specs: Iterable[FeedSpec],
) -> tuple[tuple[FeedSpec, ...], tuple[tuple[str, str], ...]]:
    """The feeds that a feeds.toml may list, and the URLs of the others, each with its reason.

    Names and tags from elsewhere are made to fit first: one line, no invisible characters, not
    too long. So one odd feed of a list does not keep the others out.
    """
    usable, rejected = [], []
    for spec in specs:
        fitting = replace(
            spec,
            name=_fit_label(spec.name or "") or None,
            tags=tuple(dict.fromkeys(filter(None, map(_fit_label, spec.tags)))),
        )
        try:
            check_tables(Source(None, "", {"feeds": [_to_values(fitting, FeedSpec(url=""))]}))
        except ConfigError as error:
            rejected.append((spec.url, str(error)))
        else:
            usable.append(fitting)
    return tuple(usable), tuple(rejected)


def _fit_label(text: str) -> str:
    return shorten(strip_unsafe(text), MAX_LABEL_CHARS)


def remove_feed(path: Path, url: str) -> None:
    """Take the feed that `url` names out of the file at `path`; comments around it stay.

    `url` is the feed's URL, any spelling of it that normalises to the same, or its name in any
    case. Raises NotFoundError, naming the nearest, if there is no such feed or if there are two;
    ConfigError for a file that cannot be read or written or is wrong.
    """
    with only_editor(path):
        source = read_source(path)
        table = check_tables(source)
        feeds = build_feeds(table)
        index = _get_index(feeds, url, path)
        text = _document.remove_feed(source.text, index)
        _write(source, table, text, feeds[:index] + feeds[index + 1 :])


def set_enabled(path: Path, url: str, *, is_enabled: bool) -> None:
    """Have the feed that `url` names polled, or not; nothing is written if that is so already.

    Finds the feed, and fails, as `remove_feed` does.
    """
    with only_editor(path):
        source = read_source(path)
        table = check_tables(source)
        feeds = build_feeds(table)
        index = _get_index(feeds, url, path)
        if feeds[index].is_enabled == is_enabled:
            return
        text = _document.set_enabled(source.text, index, is_enabled=is_enabled)
        changed = replace(feeds[index], is_enabled=is_enabled)
        _write(source, table, text, (*feeds[:index], changed, *feeds[index + 1 :]))


def write_starter(path: Path, feeds: Iterable[FeedSpec] = ()) -> None:
    """Create a feeds.toml that explains itself and lists `feeds`, with the folders above it.

    Of feeds with the same URL the first is listed. The file is its owner's alone if a URL holds a
    password. Raises ConfigError if something is at `path` already, if it cannot be written, and
    for feeds that may not stand in it.
    """
    usual = FeedSpec(url="")
    listed: dict[str, FeedSpec] = {}
    for spec in feeds:
        listed.setdefault(normalize_link(spec.url), spec)
    tables = [_document.render_feed(_to_values(spec, usual)) for spec in listed.values()]
    text = "\n".join([STARTER, *tables])
    check_tables(parse_source(text, path))
    _make_folder(path)
    with only_editor(path):
        if path.is_symlink() or path.exists():
            raise ConfigError("exists already; nothing was changed", path=str(path))
        _put(path, text, listed.values())


def _to_values(spec: FeedSpec, usual: FeedSpec) -> dict[str, object]:
    """What the table of `spec` has to say where `usual` holds otherwise."""
    values: dict[str, object] = {"url": spec.url}
    if spec.name is not None:
        values["name"] = spec.name
    if spec.tags != usual.tags:
        values["tags"] = list(spec.tags)
    if spec.interval_s != usual.interval_s and spec.interval_s:
        values["interval"] = format_interval(spec.interval_s)
    if spec.full_text is not usual.full_text:
        values["full_text"] = spec.full_text.value
    if spec.is_enabled != usual.is_enabled:
        values["enabled"] = spec.is_enabled
    if spec.weight != usual.weight:
        values["weight"] = spec.weight
    if spec.identity is not None:
        values["identity"] = spec.identity.value
    if spec.rules:
        values["extract"] = {
            name: list(selectors) for name, selectors in asdict(spec.rules).items() if selectors
        }
    return values


def _get_index(feeds: tuple[FeedSpec, ...], wanted: str, path: Path) -> int:
    """Where in `feeds` the one stands that `wanted` names: by URL before by name."""
    tests = (
        lambda feed: feed.url == wanted,
        lambda feed: normalize_link(feed.url) == normalize_link(wanted),
        lambda feed: feed.name is not None and fold(feed.name) == fold(wanted),
    )
    for is_wanted in tests:
        found = [index for index, feed in enumerate(feeds) if is_wanted(feed)]
        if len(found) > 1:
            urls = " and ".join(without_credentials(feeds[index].url) for index in found[:3])
            raise NotFoundError(f"{show(wanted)} names several feeds of {path}; say which: {urls}")
        if found:
            return found[0]
    raise NotFoundError(f"no feed {show(wanted)} in {path}{_suggest(feeds, wanted)}")


def _suggest(feeds: tuple[FeedSpec, ...], wanted: str) -> str:
    known = {fold(feed.name): feed.name for feed in feeds if feed.name}
    urls = [without_credentials(feed.url) for feed in feeds]
    known |= {fold(url): url for url in urls}
    near = get_close_matches(fold(wanted), known, n=1)
    return f"; did you mean {known[near[0]]}?" if near else f", which lists {len(feeds)} feeds"


def _write(source: Source, table: FileTable, text: str, feeds: tuple[FeedSpec, ...]) -> None:
    """Write `text` if it says `feeds`, and all else as `table` does."""
    path = source.path or Path()
    try:
        edited = check_tables(parse_source(text, path))
        is_right = build_feeds(edited) == feeds and edited.settings == table.settings
    except ConfigError:
        is_right = False
    if not is_right:
        raise ConfigError(
            "is written in a way that this program cannot edit; change it by hand",
            path=str(path),
        )
    _put(path, text, feeds)


def _make_folder(path: Path) -> None:
    with _own_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)


def _put(path: Path, text: str, feeds: Iterable[FeedSpec]) -> None:
    """Write the file; a new one is its owner's alone if the URL of one of `feeds` has a secret."""
    has_secret = any(without_credentials(feed.url) != feed.url for feed in feeds)
    with _own_errors(path):
        if not has_secret or path.exists():
            write_atomically(path, text.encode())
            return
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            write_atomically(path, text.encode())  # keeps the mode of what it replaces
        except BaseException:
            path.unlink()
            raise


@contextmanager
def _own_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", path=str(path)) from None
