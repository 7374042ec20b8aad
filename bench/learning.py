"""What a feed's template is worth: pages read one by one, and read together as those of one feed.

    python -m bench.learning

Ten kinds of pages, each with the twelve stories of the tests; the figures are word F1.
"""

from __future__ import annotations

import re
from collections import Counter
from statistics import fmean

from aggregator.articles import extract_article, extract_articles
from aggregator.model import PageSource, ReadingSpeed
from tests.articles.conftest import Story
from tests.articles.pages.templates import LANGUAGES, read_local_story
from tests.articles.test_golden import PAGES

_WORD = re.compile(r"\w+")


def word_f1(truth: str, text: str) -> float:
    """How much of the words of `text` and of `truth` is the same, 0 to 1."""
    wanted, found = (Counter(_WORD.findall(one.lower())) for one in (truth, text))
    return 2 * (wanted & found).total() / (wanted.total() + found.total())


def main() -> None:
    """Print a row for each kind of page."""
    local = [read_local_story(language) for language in LANGUAGES]
    stories = [Story(one.headline, one.lead, tuple(one.sections)) for one in local]
    truths = [" ".join([s.lead, *(part for pair in s.sections for part in pair)]) for s in stories]
    print("| pages | one by one | as one feed |\n|---|--:|--:|")
    for render in PAGES:
        pages = [
            PageSource(None, render(story).encode(), f"https://daily.example/{number}")
            for number, story in enumerate(stories)
        ]
        alone = [extract_article(page.body, url=page.url) for page in pages]
        together, _ = extract_articles(pages, None, speed=ReadingSpeed())
        rows = [
            fmean(word_f1(truth, article.text) for truth, article in zip(truths, made, strict=True))
            for made in (alone, together)
        ]
        print(f"| {render.__name__} | {rows[0]:.4f} | {rows[1]:.4f} |")


if __name__ == "__main__":
    main()
