"""Why each text block of a page was kept or not."""

from __future__ import annotations

from itertools import islice

from aggregator.articles import _parse
from aggregator.articles._article import Maker, is_page
from aggregator.articles._model import get_model
from aggregator.articles._page import Context, choose_blocks, read_page
from aggregator.articles._walk import Container, Walk
from aggregator.model import Entry, ExplainedBlock, Explanation, ReadingSpeed, SiteRules

_REASONS = 5
_LEVELS = 4


def explain_article(
    document: str | bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    anchor: Entry | None = None,
    rules: SiteRules | None = None,
) -> Explanation:
    """Each block of `document` with its score and the features that moved it most.

    A plain text has no blocks to choose from. Raises ExtractError as `extract_article` does.
    """
    context = Context(url, anchor, rules)
    maker = Maker(context, ReadingSpeed())
    text = _parse.decode(document, content_type)
    if not is_page(text, content_type):
        article = maker.from_text(text)
        return Explanation(None, article.method, article.confidence, 0.0, ())
    page = read_page(text, context)
    choice = choose_blocks(page, {})
    model = get_model()
    blocks = tuple(
        ExplainedBlock(
            text=block.text,
            tag=page.walk.containers[block.container].tag,
            path=_path(page.walk, block.container),
            score=round(float(score), 3),
            is_kept=bool(is_kept),
            reasons=tuple(
                (name, round(part, 3)) for name, part in islice(model.reasons(row), _REASONS)
            ),
        )
        for block, row, score, is_kept in zip(
            page.walk.blocks, page.rows, page.scores, choice.is_kept, strict=True
        )
    )
    article = maker.from_page(page, choice)
    return Explanation(
        article.page_kind, article.method, article.confidence, round(choice.threshold, 3), blocks
    )


def _path(walk: Walk, container: int) -> str:
    """The innermost containers around a block, outermost first: ``main > article.post > p``."""
    names: list[str] = []
    here = container
    while here >= 0 and len(names) < _LEVELS:
        names.append(_name(walk.containers[here]))
        here = walk.containers[here].parent
    return " > ".join(reversed(names))


def _name(container: Container) -> str:
    classes = (container.element.get("class") or "").split()
    return f"{container.tag}.{classes[0]}" if classes else container.tag
