"""What the shape of a page says about each container: furniture by name, article by size.

Two rules that need no learning. What is named as furniture (`_names`) and holds little of the
page's running text is furniture; the article is reached from the root by going down while one child
holds most of the running text. The learned model takes both as evidence, not as verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.articles._names import Role
from aggregator.articles._walk import Container

# The shares below were tried on 317 pages of two collections: 0.7 to 0.9 for the dominant child,
# 0.25 to 0.8 for furniture, 0.05 to 0.2 for facts, 0.1 to 0.4 for what is hidden. Only those of
# furniture mattered by more than 0.005 of F1.
_MAX_SHARE = {Role.FURNITURE: 0.4, Role.FACTS: 0.2, Role.COMMENTS: 0.9, Role.HIDDEN: 0.25}
"""What is named so but holds more of the page's running text is a misnamed container."""

_DOMINANT_SHARE = 0.8
"""The share of a container's running text that one child must hold to be the article itself."""

_MAJOR_SHARE = 0.5
"""The share at which a second, less cautious descent goes on."""

_TEXT_TAGS = frozenset((
    "p", "pre", "blockquote", "ul", "ol", "dl", "figure", "table", "li", "td",
    "h1", "h2", "h3", "h4", "h5", "h6",
))  # fmt: skip
"""Parts of an article, never the whole of it, even where they hold most of its text."""

_FLAGS = [1 << role for role in Role]


@dataclass(frozen=True, slots=True)
class Layout:
    """For each container, in the order of the walk, what its place in the page says.

    `nearest` is the role of the nearest named container around (itself included), `roles` has the
    flag of every role met on the way up, `depth` the number of containers around. `is_furniture`
    holds for all that lies in a piece of furniture; `is_region` for the article by size once
    furniture is out, `is_dominant` and `is_major` for the descents over all text. `unit` is the
    piece of the page that a container belongs to: the one beside the path to the article, or the
    child of the article; `away` counts the containers between it and the path.
    """

    nearest: list[Role]
    roles: list[int]
    depth: list[int]
    is_furniture: list[bool]
    is_region: list[bool]
    is_dominant: list[bool]
    is_major: list[bool]
    unit: list[int]
    away: list[int]


def read_layout(containers: list[Container]) -> Layout:
    """The layout of a walk's `containers`, which must not be empty."""
    nearest, roles, depth = _passed_on(containers)
    everything = [container.running for container in containers]
    running = everything.copy()
    is_furniture = _furniture(containers, running)
    nothing = [False] * len(containers)
    dominant = _descend(containers, everything, nothing, _DOMINANT_SHARE)
    major = _descend(containers, everything, nothing, _MAJOR_SHARE)
    region = _descend(containers, running, is_furniture, _DOMINANT_SHARE)
    unit, away = _units(containers, depth, dominant)
    return Layout(
        nearest=nearest,
        roles=roles,
        depth=depth,
        is_furniture=is_furniture,
        is_region=_inside(containers, region),
        is_dominant=_inside(containers, dominant),
        is_major=_inside(containers, major),
        unit=unit,
        away=away,
    )


def _passed_on(containers: list[Container]) -> tuple[list[Role], list[int], list[int]]:
    """What reaches each container from those around: the role, the roles' flags, the depth."""
    # One place more than there are containers: it is what the root's parent, -1, passes on.
    nearest = [Role.OTHER] * (len(containers) + 1)
    roles = [0] * (len(containers) + 1)
    depth = [-1] * (len(containers) + 1)
    other = Role.OTHER
    for i, container in enumerate(containers):
        role, parent = container.role, container.parent
        nearest[i] = nearest[parent] if role is other else role
        roles[i] = roles[parent] | _FLAGS[role]
        depth[i] = depth[parent] + 1
    return nearest[:-1], roles[:-1], depth[:-1]


def _children(containers: list[Container], around: int) -> Iterator[int]:
    child, end = around + 1, containers[around].end
    while child < end:
        yield child
        child = containers[child].end


def _furniture(containers: list[Container], running: list[int]) -> list[bool]:
    """Which containers are in furniture; `running` loses the running text of all of them."""
    total = containers[0].running or 1
    most = [_MAX_SHARE.get(role, -1.0) * total for role in Role]
    is_furniture = [False] * len(containers)
    i = 1
    while i < len(containers):
        container = containers[i]
        if container.running > most[container.role]:
            i += 1
            continue
        is_furniture[i : container.end] = [True] * (container.end - i)
        parent = container.parent
        while parent >= 0 and container.running:
            running[parent] -= container.running
            parent = containers[parent].parent
        i = container.end
    return is_furniture


def _descend(
    containers: list[Container],
    running: list[int],
    is_out: list[bool],
    share: float,
) -> int:
    """The container reached by going down while one child holds `share` of the running text."""
    here = 0
    while True:
        inner = [i for i in _children(containers, here) if not is_out[i]]
        best = max(inner, key=running.__getitem__, default=here)
        is_less = running[best] < share * running[here] or not running[here]
        if best == here or is_less or containers[best].tag in _TEXT_TAGS:
            return here
        here = best


def _inside(containers: list[Container], root: int) -> list[bool]:
    end = containers[root].end
    return [False] * root + [True] * (end - root) + [False] * (len(containers) - end)


def _units(
    containers: list[Container], depth: list[int], article: int
) -> tuple[list[int], list[int]]:
    unit, away = list(range(len(containers))), [0] * len(containers)
    inner, here = -1, article
    while here >= 0:
        for child in _children(containers, here):
            if child != inner:
                inside = slice(child, containers[child].end)
                unit[inside] = [child] * (inside.stop - child)
                away[inside] = [level - depth[here] for level in depth[inside]]
        inner, here = here, containers[here].parent
    return unit, away
