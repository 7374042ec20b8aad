"""Older states of an entry, and what an edit changed: the forms of `show --revision`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import unified_diff
from itertools import takewhile

import click

from aggregator.cli._article import print_text
from aggregator.cli._output import (
    day,
    is_coloured,
    iso,
    print_json,
    print_table,
    safe,
    say,
    shown_url,
    width,
    wrap,
)
from aggregator.cli._reading import shown_json
from aggregator.errors import NotFoundError
from aggregator.model import ArchivedEntry, Article, Entry, Revision, extras_to_json
from aggregator.text import count_words, strip_unsafe

SCHEMA = 1

_MAX_COMPARED_LINES = 2000
"""From here on all lines count as changed: difflib took 1.1 s for 2,000 lines made to vex it (each
many times over, in another order), 3.7 s for 3,000."""

_CONTEXT_LINES = 3
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True)
class _State:
    """An older state or that of today, so far as the two can be compared."""

    name: str
    entry: Entry
    text: str


def print_list(states: Sequence[Revision], live: ArchivedEntry, *, as_json: bool) -> None:
    """Print a line for each older state, the oldest first, and one for that of today."""
    if as_json:
        listed = [_summary_json(state) for state in states]
        print_json({"schema": SCHEMA, "id": live.id, "revisions": listed})
        return
    now = _title(live.entry, live.article.headline)
    if not states:
        say(f"{now} was never edited")
        return
    rows = [
        [
            str(state.number),
            day(state.replaced_at),
            str(_count_words(state.text)),
            _title(state.entry, state.headline),
        ]
        for state in states
    ]
    rows.append(["now", "-", str(_count_words(live.article.text)), now])
    print_table(["revision", "replaced", "words", "title"], rows, wide=3)


def print_revision(
    states: Sequence[Revision], number: int, live: ArchivedEntry, *, as_json: bool
) -> None:
    """Print one older state: what the feed stated and the text of the article."""
    state = _get(states, number, live)
    if as_json:
        print_json({"schema": SCHEMA, "id": live.id, **_revision_json(state)})
        return
    silent = "only the text told of it" if state.is_silent else ""
    facts = [
        f"revision {number} of {len(states)}",
        f"replaced {day(state.replaced_at)}",
        silent,
        f"{_count_words(state.text)} words",
    ]
    click.echo(" · ".join(fact for fact in facts if fact))
    if link := shown_url(state.entry.url):
        click.echo(safe(link))
    click.echo()
    headline = state.headline or state.entry.title
    text = "\n\n".join(part for part in (headline, state.text) if part)
    print_text(strip_unsafe(text), {headline, *(part.heading for part in state.sections)})


def print_diff(
    states: Sequence[Revision], number: int, live: ArchivedEntry, *, as_json: bool
) -> None:
    """Print how one older state became the next one, or for the last that of today."""
    state = _get(states, number, live)
    following = next((one for one in states if one.number > number), None)
    old = _State(f"revision {number}", state.entry, _told(state))
    if following:
        new = _State(f"revision {following.number}", following.entry, _told(following))
    else:
        new = _State("now", live.entry, _told(live.article))
    lines = list(_compare(old, new))
    if as_json:
        print_json(
            {
                "schema": SCHEMA,
                "id": live.id,
                "number": number,
                "compared_to": following and following.number,
                "diff": lines,
            }
        )
        return
    if not lines:
        say(f"no line of {old.name} and {new.name} differs")
    for line in lines:
        _print_changed(strip_unsafe(line))


def _get(states: Sequence[Revision], number: int, live: ArchivedEntry) -> Revision:
    for state in states:
        if state.number == number:
            return state
    if not states:
        raise NotFoundError(f"entry {live.id} was never edited: it has no revisions")
    raise NotFoundError(
        f"entry {live.id} has no revision {number} (see: aggregator show {live.id} --revisions)"
    )


def _summary_json(state: Revision) -> dict[str, object]:
    return {
        "number": state.number,
        "replaced_at": iso(state.replaced_at),
        "is_silent": state.is_silent,
        "title": state.entry.title,
        "headline": state.headline,
        "url": shown_url(state.entry.url),
        "word_count": _count_words(state.text),
    }


def _revision_json(state: Revision) -> dict[str, object]:
    """All that is kept of an older state, for programs."""
    entry = state.entry
    sections = [
        {"position": one.position, "level": one.level, "heading": one.heading, "text": one.text}
        for one in state.sections
    ]
    return {
        **_summary_json(state),
        "guid": entry.guid,
        "summary": entry.summary,
        "content": entry.content,
        "authors": entry.authors,
        "tags": entry.tags,
        "published_at": iso(entry.published_at),
        "updated_at": iso(entry.updated_at),
        "language": entry.language,
        "comments_url": shown_url(entry.comments_url),
        "base_url": shown_url(entry.base_url),
        "enclosures": [shown_json(asdict(file)) for file in entry.enclosures],
        "extras": shown_json(extras_to_json(entry.extras)),
        "lead": state.lead,
        "sections": sections,
        "text": state.text,
    }


def _title(entry: Entry, headline: str | None) -> str:
    return safe(entry.title or headline) or safe(shown_url(entry.url)) or "(untitled)"


def _count_words(text: str) -> int:
    return sum(count_words(text))


def _told(state: Revision | Article) -> str:
    return "\n".join(part for part in (state.headline, state.text) if part)


def _compare(old: _State, new: _State) -> Iterator[str]:
    """The lines of a unified diff; none where nothing differs.

    What the feed itself gave of the text is compared only where the article stayed as it was: made
    from the page, it may not show an edit of the summary.
    """
    is_retold = old.text == new.text
    before, after = (list(_iter_lines(one, with_feed=is_retold)) for one in (old, new))
    head = sum(1 for _ in takewhile(_are_equal, zip(before, after, strict=False)))
    pairs = zip(reversed(before[head:]), reversed(after[head:]), strict=False)
    tail = sum(1 for _ in takewhile(_are_equal, pairs))
    changed = max(len(before), len(after)) - head - tail
    if changed <= _MAX_COMPARED_LINES:
        yield from unified_diff(before, after, old.name, new.name, lineterm="", n=_CONTEXT_LINES)
        return
    start = max(0, head - _CONTEXT_LINES)
    end = max(0, tail - _CONTEXT_LINES)
    yield from (f"--- {old.name}", f"+++ {new.name}")
    sizes = (f"{start + 1},{len(lines) - end - start}" for lines in (before, after))
    yield "@@ -{} +{} @@".format(*sizes)
    yield from (f" {line}" for line in before[start:head])
    yield from (f"-{line}" for line in before[head : len(before) - tail])
    yield from (f"+{line}" for line in after[head : len(after) - tail])
    yield from (f" {line}" for line in before[len(before) - tail : len(before) - end])


def _are_equal(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _iter_lines(state: _State, *, with_feed: bool) -> Iterator[str]:
    """What makes a revision when it changes, in lines that are not empty."""
    entry = state.entry
    facts = [
        ("title", entry.title),
        ("link", shown_url(entry.url)),
        ("authors", ", ".join(entry.authors)),
        ("tags", ", ".join(sorted(entry.tags))),
        *(("file", shown_url(file.url)) for file in entry.enclosures),
    ]
    yield from (f"{name}: {' '.join(fact.split())}" for name, fact in facts if fact)
    parts = [state.text]
    if with_feed:
        parts += [part for part in (entry.summary, entry.content) if part]
    yield from (line for part in parts for line in part.splitlines() if line.strip())


def _print_changed(line: str) -> None:
    """Print a line of a diff; at a terminal it is broken to fit, each piece with its sign."""
    if not sys.stdout.isatty():
        click.echo(line)
        return
    sign, text = line[:1], line[1:]
    for piece in wrap(text, width() - 1):
        colour = _COLOURS.get(sign) if is_coloured() else None
        click.echo(click.style(sign + piece, fg=colour) if colour else sign + piece)
