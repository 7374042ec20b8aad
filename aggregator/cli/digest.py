"""digest: the articles of a period as one document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from aggregator.archive import Selection, choose_feeds
from aggregator.cli._output import safe, say, without_secret, write_result
from aggregator.cli._place import Place, place_options
from aggregator.cli._when import Instant
from aggregator.digest import build_digest, to_json_feed, to_opml
from aggregator.library import OpenArchive

_FORMS = {"json": to_json_feed, "opml": to_opml}
MAX_QUERY_HITS = 10_000


@click.command("digest")
@click.option(
    "--format", "form", type=click.Choice(list(_FORMS)), default="json", show_default=True
)
@click.option("--since", type=Instant(), help="From then on: 24h, 7d, a date.  [default: 24h]")
@click.option("--until", type=Instant(), help="Before then.  [default: now]")
@click.option("--feed", "feeds", multiple=True, help="Only this feed; may be repeated.")
@click.option("--tag", help="Only articles or feeds with this tag.")
@click.option("--query", help="Only what a search would find; search:NAME, too.")
@click.option("--title", help="The document's title.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
@place_options
@click.pass_obj
def digest_command(
    place: Place,
    form: str,
    since: datetime | None,
    until: datetime | None,
    feeds: Sequence[str],
    tag: str | None,
    query: str | None,
    title: str | None,
    output: Path | None,
) -> None:
    """Write the articles of a period (the last 24 hours) as JSON Feed 1.1 or OPML 2.0.

    The same archive and period give the same bytes.
    """
    until = until or datetime.now(UTC).replace(microsecond=0)
    since = since or until - timedelta(hours=24)
    if since >= until:
        raise click.UsageError("--since must be before --until")
    with place.open_archive(must_exist=True) as archive:
        selection = Selection(
            since=since,
            until=until,
            feed_ids=_feed_ids(archive, feeds),
            ids=_found(archive, query),
            tag=tag,
        )
        entries = archive.entries.select(selection)
    digest = build_digest(entries, since=since, until=until, query=query, title=title)
    write_result(_FORMS[form](digest), output)
    say(f"{len(digest.entries)} articles from {len(digest.feeds)} feeds")


def _feed_ids(archive: OpenArchive, names: Sequence[str]) -> tuple[int, ...] | None:
    if not names:
        return None
    return tuple(feed.id for feed in choose_feeds(archive.feeds.all(), map(without_secret, names)))


def _found(archive: OpenArchive, query: str | None) -> tuple[int, ...] | None:
    if not query:
        return None
    found = archive.newest(query, limit=MAX_QUERY_HITS)
    for note in found.notes:
        say(safe(note))
    if found.has_more or found.total > len(found.hits):
        say(f"the query finds more: only its newest {len(found.hits)} articles were looked through")
    return tuple(hit.id for hit in found.hits)
