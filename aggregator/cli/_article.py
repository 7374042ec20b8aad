"""Articles for people and programs: the forms of `show` and `extract`."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from dataclasses import asdict

import click

from aggregator.articles import to_html, to_markdown, to_text
from aggregator.cli._output import bold, day, iso, print_json, safe, say, shown_url, width, wrap
from aggregator.cli._reading import shown_json
from aggregator.model import (
    ArchivedEntry,
    Article,
    Enclosure,
    Entry,
    Extras,
    PageKind,
    Section,
    extras_to_json,
)
from aggregator.text import shorten, strip_unsafe

_MAX_FACT_CHARS = 2000  # an address is useless cut, and hardly one is longer
_MAX_NAME_CHARS = 40
_FORMS = {"text": to_text, "md": to_markdown, "html": to_html}


def article_json(article: Article) -> dict[str, object]:
    """An article for programs."""
    return {
        "headline": article.headline,
        "byline": article.byline,
        "published_at": iso(article.published_at),
        "modified_at": iso(article.modified_at),
        "language": article.language,
        "direction": article.direction,
        "lead": article.lead,
        "read_minutes": article.read_minutes,
        "word_count": article.word_count,
        "text": article.text,
        "sections": [_section_json(section) for section in article.sections],
        "image": shown_url(article.image),
        "url": shown_url(article.url),
        "method": article.method,
        "confidence": round(article.confidence, 3),
        "page_kind": article.page_kind.value if article.page_kind else None,
        "stated_minutes": article.stated_minutes,
    }


def print_article(article: Article, *, section: int | None, form: str) -> None:
    """Print an article, or one section of it, in one of the forms."""
    if form == "json":
        print_json(article_json(article) if section is None else _one_section(article, section))
        return
    written = strip_unsafe(_FORMS[form](article, section=section))
    if form == "text":
        print_text(written, {article.headline, *(part.heading for part in article.sections)})
    else:
        click.echo(written)


def say_facts(article: Article) -> None:
    """Say on stderr what was found out about an article beside its text."""
    facts = [
        f"{article.page_kind or 'no page'}, method {article.method}",
        f"confidence {article.confidence:.2f}",
        article.byline and f"by {safe(article.byline)}",
        article.published_at and f"published {day(article.published_at)}",
        article.modified_at and f"modified {day(article.modified_at)}",
        safe(" ".join(filter(None, (article.language, article.direction)))),
    ]
    say(" · ".join(fact for fact in facts if fact))


def print_entry(archived: ArchivedEntry, *, section: int | None, form: str) -> None:
    """Print an archived entry: its article, and for programs where it comes from."""
    entry, article = archived.entry, archived.article
    if form == "json" and section is None:
        origin = {
            "id": archived.id,
            "feed": archived.feed.display_title,
            "title": entry.title,
            "first_seen_at": iso(archived.first_seen_at),
            "revisions": archived.revision_count,
            "authors": entry.authors,
            "tags": entry.tags,
            "comments_url": shown_url(entry.comments_url),
            "enclosures": [shown_json(asdict(enclosure)) for enclosure in entry.enclosures],
            "extras": shown_json(extras_to_json(entry.extras)),
        }
        made = article_json(article)
        dates = {"published_at": iso(archived.sort_at), "url": shown_url(entry.url or article.url)}
        print_json({**origin, **made, **dates})
        return
    if form == "text" and section is None:
        print_heading(archived)
    print_article(article, section=section, form=form)


def print_text(text: str, headings: Collection[str | None]) -> None:
    """Print a harmless text; at a terminal its lines fit, and its headings stand out."""
    if not sys.stdout.isatty():
        click.echo(text)
        return
    for paragraph in text.split("\n"):
        for line in wrap(paragraph, width()):
            click.echo(bold(line) if paragraph in headings else line)


def print_heading(archived: ArchivedEntry) -> None:
    """Print what a person wants to know before reading: from where, when, how long."""
    article = archived.article
    facts = [
        safe(archived.feed.display_title),
        day(archived.sort_at),
        f"{article.read_minutes} min",
        safe(article.byline),
        article.modified_at and f"modified {day(article.modified_at)}",
    ]
    if article.page_kind not in {None, PageKind.ARTICLE}:
        facts.append(f"its page is no article ({article.page_kind})")
    if archived.revision_count:
        facts.append(f"edited {archived.revision_count}x")
    click.echo(" · ".join(fact for fact in facts if fact))
    if link := shown_url(archived.entry.url or article.url):
        click.echo(safe(link))
    for name, fact in _carried(archived.entry):
        named = shorten(safe(name), _MAX_NAME_CHARS)
        click.echo(f"{named}: {shorten(safe(fact), _MAX_FACT_CHARS)}")
    click.echo()


def _carried(entry: Entry) -> Iterator[tuple[str, str]]:
    """What the feed says of an entry beside its text, a name and a line each."""
    extras = entry.extras
    for enclosure in entry.enclosures:
        if enclosure.medium != "image":
            yield "file", _describe_file(enclosure)
    people = [
        f"{person.name} ({person.role})" if person.role else person.name for person in extras.people
    ]
    source = extras.source
    facts = {
        "picture": shown_json(next(iter(extras.images), None)),
        "with": ", ".join(people),
        "tags": ", ".join(entry.tags),
        "episode": _describe_episode(extras),
        "chapters": f"{len(extras.chapters)}"
        if extras.chapters
        else shown_url(extras.chapters_url),
        "transcript": next((shown_url(each.url) for each in extras.transcripts), None),
        "place": _describe_place(extras),
        "comments": _describe_comments(entry),
        "from": source and (source.title or shown_url(source.url or source.feed_url)),
        "rights": extras.rights,
        "licence": shown_json(extras.licence),
    }
    yield from ((name, fact) for name, fact in facts.items() if fact)
    for link in extras.related:
        yield link.relation, shown_json(link.url)


def _describe_size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 100_000 else f"{size_bytes / 1e3:.1f} kB"


def _describe_file(enclosure: Enclosure) -> str:
    duration = enclosure.duration_s and f"{enclosure.duration_s / 60:.0f} min"
    size = enclosure.length_bytes and _describe_size(enclosure.length_bytes)
    facts = ", ".join(fact for fact in (enclosure.media_type, size, duration) if fact)
    return f"{shown_url(enclosure.url)}{f' ({facts})' if facts else ''}"


def _describe_episode(extras: Extras) -> str:
    numbers = [
        extras.season and f"season {extras.season}",
        extras.episode and f"episode {extras.episode}",
        extras.episode_kind if extras.episode_kind != "full" else None,
        "explicit" if extras.is_explicit else None,
    ]
    return ", ".join(fact for fact in numbers if fact)


def _describe_place(extras: Extras) -> str:
    place = extras.place
    if place is None:
        return ""
    is_known = place.latitude is not None and place.longitude is not None
    return " ".join(
        filter(None, (place.name, f"{place.latitude}, {place.longitude}" if is_known else None))
    )


def _describe_comments(entry: Entry) -> str:
    count = entry.extras.comments_count
    told = f"{count}" if count is not None else None
    return " ".join(filter(None, (told, shown_url(entry.comments_url))))


def _one_section(article: Article, position: int) -> dict[str, object]:
    to_text(article, section=position)  # raises for one that is not there, as every form does
    lead = Section(0, 1, "", article.lead, article.lead_html)
    return _section_json(next(one for one in (lead, *article.sections) if one.position == position))


def _section_json(section: Section) -> dict[str, object]:
    return {
        "position": section.position,
        "level": section.level,
        "heading": section.heading,
        "anchor": section.anchor or None,
        "is_pseudo": section.is_pseudo,
        "text": section.text,
        "html": section.html,
    }
