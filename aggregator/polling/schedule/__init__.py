"""When a feed is visited next, and why: from what it states, what was learnt, what is allowed.

`learn` makes a rhythm of the dates of posts, `find_effort` the share of the budget that a feed gets
for its rate, `next_visit` the next instant. docs/scheduling.md explains the rule and its papers.
"""

from __future__ import annotations

from aggregator.polling.schedule._bounds import end_of_skipping
from aggregator.polling.schedule._effort import find_effort
from aggregator.polling.schedule._next import next_visit
from aggregator.polling.schedule._rhythm import fade, learn, mean_rate, rate_at
from aggregator.polling.schedule._values import Outcome, Pacing
from aggregator.polling.schedule._words import habit_words, hours_and_minutes, rate_words

__all__ = [
    "Outcome",
    "Pacing",
    "end_of_skipping",
    "fade",
    "find_effort",
    "habit_words",
    "hours_and_minutes",
    "learn",
    "mean_rate",
    "next_visit",
    "rate_at",
    "rate_words",
]
