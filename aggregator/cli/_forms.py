"""The forms in which hits are printed: for people, for spreadsheets, for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from aggregator.cli._fields import FieldNames, csv_lines, hit_json, id_lines, jsonl_lines, tsv_lines
from aggregator.cli._hits import plain_lines, say_found, say_suggestions, table_lines
from aggregator.cli._output import print_json, safe, say
from aggregator.cli._pager import print_lines
from aggregator.model import Hit, SearchResult, Suggestion
from aggregator.text import strip_unsafe

SCHEMA = 1

_LINES: dict[str, Callable[[Sequence[Hit], Sequence[str]], Iterable[str]]] = {
    "plain": lambda hits, _names: plain_lines(hits),
    "table": table_lines,
    "tsv": tsv_lines,
    "csv": csv_lines,
    "jsonl": jsonl_lines,
    "ids": lambda hits, _names: id_lines(hits),
}
FORMS = ("plain", "table", "tsv", "csv", "json", "jsonl", "ids")
_FOR_PEOPLE = {"plain", "table"}
_WITHOUT_FIELDS = {"plain", "ids"}


@dataclass(frozen=True, slots=True)
class Form:
    """How hits are printed; without `fields` each form has those that are usual in it."""

    name: str
    fields: tuple[str, ...] = ()
    wants_pager: bool | None = None

    @property
    def is_for_people(self) -> bool:
        """Whether a person reads it, who wants to hear how much there is."""
        return self.name in _FOR_PEOPLE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gave: `reading` is how the query was read, None if nobody asked."""

    result: SearchResult
    suggestions: Sequence[Suggestion] = ()
    reading: Sequence[str] | None = None
    seconds: float | None = None


def form_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for the form of hits, and the `Form` that they make."""

    @wraps(command)
    def with_form(
        *arguments: object,
        form: str,
        as_json: bool,
        fields: tuple[str, ...],
        wants_pager: bool | None,
        **options: object,
    ) -> object:
        chosen = Form("json" if as_json else form, fields, wants_pager)
        if fields and chosen.name in _WITHOUT_FIELDS:
            raise click.UsageError(f"--fields is not for the form {chosen.name}")
        return command(*arguments, form=chosen, **options)

    shaped: Callable[..., Any] = with_form
    for option in (
        click.option(
            "--pager/--no-pager",
            "wants_pager",
            default=None,
            help="Use $PAGER or less.  [default: at a terminal, for more than it shows]",
        ),
        click.option(
            "--fields",
            type=FieldNames(),
            default="",
            metavar="A,B…",
            help="What each hit has in a table, tsv, csv, json or jsonl.",
        ),
        click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
        click.option(
            "--format", "form", type=click.Choice(FORMS), default="plain", show_default=True
        ),
    ):
        shaped = option(shaped)
    return shaped


def print_answer(answer: Answer, form: Form) -> None:
    """Print the hits in a form; what is to be said beside them goes to stderr, or into the JSON."""
    result = answer.result
    if form.name == "json":
        print_json(_answer_json(answer, form.fields))
        return
    # A reading has the notes, too; without one they stand where they are seen: below the hits.
    for line in answer.reading or ():
        say(strip_unsafe(line))
    print_lines(_LINES[form.name](result.hits, form.fields), wants_pager=form.wants_pager)
    for note in result.notes if answer.reading is None else ():
        say(safe(note))
    if form.is_for_people or not result.total:
        say_found(result, seconds=answer.seconds)
    say_suggestions(answer.suggestions)


def _answer_json(answer: Answer, names: Sequence[str]) -> dict[str, object]:
    result = answer.result
    stated = {
        "schema": SCHEMA,
        "query": result.query,
        "total": result.total,
        "has_more": result.has_more,
        "notes": list(result.notes),
        "suggestions": [
            {"query": one.query, "kind": one.kind, "total": one.total, "has_more": one.has_more}
            for one in answer.suggestions
        ],
    }
    if answer.reading is not None:
        stated["reading"] = list(answer.reading)
    return {**stated, "results": [hit_json(hit, names) for hit in result.hits]}
