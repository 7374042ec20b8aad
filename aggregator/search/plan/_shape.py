"""Plans brought into a smaller shape, and what of them an index can answer."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.search.plan._nodes import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Check,
    Negation,
    Plan,
)

MAX_COST = 16
"""How deep a part may be for a database; FTS5's own parser gives up at about 30 brackets."""
_UNDECIDED = Check(EVERYTHING, lambda _document: False)


def simplify(plan: Plan) -> Plan:
    """The same plan without nesting, repetitions, double negations and constants.

    `EVERYTHING` and `NOTHING` are left only where they are the whole plan.

    >>> simplify(AllOf((Negation(NOTHING), AnyOf((NOTHING, AllOf(()))))))
    AllOf(parts=())
    """
    match plan:
        case AllOf(parts):
            return _joined_all(simplify(part) for part in parts)
        case AnyOf(parts):
            return _joined_any(simplify(part) for part in parts)
        case Negation(part):
            return _negated(simplify(part))
        case Check(wide, holds):
            simple = simplify(wide)
            return NOTHING if simple == NOTHING else Check(simple, holds)
    return plan


def widen(plan: Plan) -> tuple[Plan, bool]:
    """A simple plan without `Check` that is true wherever `plan` is, and whether only there.

    What is negated must be narrowed to be widened: there a `Check` counts as never true.
    """
    simple = _shallow(simplify(plan))
    wide = simplify(_bound(simple, is_upper=True))
    return wide, not _has_check(simple)


def _bound(plan: Plan, *, is_upper: bool) -> Plan:
    """A plan without `Check` that is true of all (`is_upper`) or of nothing but (not) of `plan`."""
    match plan:
        case AllOf(parts):
            return AllOf(tuple(_bound(part, is_upper=is_upper) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_bound(part, is_upper=is_upper) for part in parts))
        case Negation(part):
            return Negation(_bound(part, is_upper=not is_upper))
        case Check(wide, _):
            return _bound(wide, is_upper=True) if is_upper else NOTHING
    return plan


def _shallow(plan: Plan) -> Plan:
    """The plan with a `Check` in the place of all that is too deep: the text decides there.

    Each part of the outermost `AllOf` has its own measure, since `widen` is asked for them alone.
    """
    if isinstance(plan, AllOf):
        return AllOf(tuple(_cut(part, MAX_COST) for part in plan.parts))
    return _cut(plan, MAX_COST)


def _cut(plan: Plan, left: int) -> Plan:
    match plan:
        case AllOf(parts):
            deeper = left - 2  # its negated parts take brackets of their own
            return AllOf(tuple(_cut(one, deeper) for one in parts)) if deeper >= 0 else _UNDECIDED
        case AnyOf(parts):
            deeper = left - 1
            return AnyOf(tuple(_cut(one, deeper) for one in parts)) if deeper >= 0 else _UNDECIDED
        case Negation(part):
            return Negation(_cut(part, left - 1)) if left else _UNDECIDED
    return plan


def _has_check(plan: Plan) -> bool:
    match plan:
        case AllOf(parts) | AnyOf(parts):
            return any(map(_has_check, parts))
        case Negation(part):
            return _has_check(part)
    return isinstance(plan, Check)


def _negated(part: Plan) -> Plan:
    if part == EVERYTHING:
        return NOTHING
    if part == NOTHING:
        return EVERYTHING
    return part.part if isinstance(part, Negation) else Negation(part)


def _joined_all(parts: Iterator[Plan]) -> Plan:
    kept: dict[Plan, None] = {}
    for part in parts:
        if part == NOTHING:
            return NOTHING
        kept.update(dict.fromkeys(part.parts if isinstance(part, AllOf) else (part,)))
    return next(iter(kept)) if len(kept) == 1 else AllOf(tuple(kept))


def _joined_any(parts: Iterator[Plan]) -> Plan:
    kept: dict[Plan, None] = {}
    for part in parts:
        if part == EVERYTHING:
            return EVERYTHING
        kept.update(dict.fromkeys(part.parts if isinstance(part, AnyOf) else (part,)))
    return next(iter(kept)) if len(kept) == 1 else AnyOf(tuple(kept))
