"""How an article came to be, for people and programs: the forms of `extract --explain`."""

from __future__ import annotations

from collections import Counter

import click

from aggregator.cli._output import bold, fit, is_coloured, safe, say, width, wrap
from aggregator.model import ExplainedBlock, Explanation

_REASONS = 5
"""So many say nearly all of a block's score and fit on two lines."""

_INDENT = 10
"""As wide as mark and score, so that all texts begin in one column."""


def explanation_json(explanation: Explanation) -> dict[str, object]:
    """An explanation for programs."""
    return {
        "page_kind": explanation.page_kind.value if explanation.page_kind else None,
        "method": explanation.method,
        "confidence": round(explanation.confidence, 3),
        "threshold": round(explanation.threshold, 3),
        "blocks": [_block_json(block) for block in explanation.blocks],
    }


def _block_json(block: ExplainedBlock) -> dict[str, object]:
    return {
        "text": block.text,
        "tag": block.tag,
        "path": block.path,
        "score": round(block.score, 3),
        "is_kept": block.is_kept,
        "reasons": [{"name": name, "weight": round(weight, 3)} for name, weight in block.reasons],
    }


def print_explanation(explanation: Explanation) -> None:
    """Print each block on a line, with what spoke for it (+) or against it (-) under it."""
    kept = Counter(block.is_kept for block in explanation.blocks)[True]
    say(
        f"{explanation.page_kind or 'no page'} · method {explanation.method}"
        f" · confidence {explanation.confidence:.2f}"
        f" · {kept} of {len(explanation.blocks)} blocks kept, from score"
        f" {explanation.threshold:.2f} on"
    )
    for block in explanation.blocks:
        _print_block(block)


def _print_block(block: ExplainedBlock) -> None:
    mark = "+" if block.is_kept else "-"
    text = f"{safe(block.tag)}: {safe(block.text)}"
    line = f"{mark} {block.score:>6.2f}  {fit(text, width() - _INDENT).rstrip()}"
    click.echo(bold(line) if block.is_kept else _faint(line))
    reasons = [f"{safe(name)} {weight:+.2f}" for name, weight in block.reasons[:_REASONS]]
    for part in wrap(" · ".join([safe(block.path), *reasons]), width() - _INDENT):
        click.echo(_faint(" " * _INDENT + part))


def _faint(text: str) -> str:
    return click.style(text, dim=True) if is_coloured() else text
