"""Where each text block stands: in which containers, beside what, how far from the headline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aggregator.articles._columns import NONE, Columns, Places, column
from aggregator.articles._layout import Layout
from aggregator.articles._names import Role
from aggregator.articles._walk import Walk

PLACE = (
    "is_region", "is_furniture", "is_clean_region", "is_dominant", "is_major", "away",
    "nearest_role", "in_furniture", "in_facts", "in_comments", "in_hidden", "depth",
    "in_headline_article", "article_running", "above_headline", "joint_size",
)  # fmt: skip
AROUND = (
    *(f"{what}_{who}" for who in ("parent", "grandparent", "third")
      for what in ("log", "linked", "running", "blocks", "images", "controls")),
    *(f"{what}_unit" for what in ("log", "linked", "running", "running_share", "blocks", "images",
                                  "controls")),
)  # fmt: skip
ALIKE = ("alike", "alike_share", "alike_size")


def place_columns(walk: Walk, layout: Layout, headline: int, where: Places) -> Columns:
    """The columns `PLACE`: region, furniture and roles, and how close the headline is."""
    home = walk.blocks[headline].container if headline >= 0 else -1
    above, joint = _joint(walk, layout, home)
    articles = _articles(walk)
    article = articles[where]
    running = column(walk.containers, "running")
    region, furniture = (
        np.array(layout.is_region, bool)[where],
        np.array(layout.is_furniture, bool)[where],
    )
    roles = np.array(layout.roles)[where]
    return [
        region,
        furniture,
        region & ~furniture,
        np.array(layout.is_dominant, bool)[where],
        np.array(layout.is_major, bool)[where],
        np.array(layout.away)[where],
        np.array(layout.nearest, np.uint8)[where],
        *((roles & 1 << role) > 0 for role in _ROLES_MET),
        np.array(layout.depth)[where],
        article == articles[home] if home >= 0 and articles[home] >= 0 else NONE,
        np.where(article >= 0, running[article] / (running[0] or 1), NONE),
        above[where],
        joint[where],
    ]


_ROLES_MET = (Role.FURNITURE, Role.FACTS, Role.COMMENTS, Role.HIDDEN)


def _articles(walk: Walk) -> Places:
    """For each container the innermost ``article`` that it is in, -1 for none."""
    articles = np.full(len(walk.containers), -1, np.intp)
    for i, container in enumerate(walk.containers):
        if container.tag == "article":
            articles[i : container.end] = i
    return articles


def _joint(walk: Walk, layout: Layout, headline: int) -> tuple[NDArray[np.float64], ...]:
    """For each container: how far above it one holds the headline, too, and how large that is."""
    count = len(walk.containers)
    if headline < 0:
        return np.full(count, NONE), np.zeros(count)
    path = []
    while headline >= 0:
        path.append(headline)
        headline = walk.containers[headline].parent
    meets = np.zeros(count, np.intp)
    for around in reversed(path):
        meets[around : walk.containers[around].end] = around
    depth = np.array(layout.depth, np.float64)
    chars = column(walk.containers, "chars")
    return depth - depth[meets], np.log1p(chars)[meets]


def around_columns(walk: Walk, layout: Layout, where: Places) -> Columns:
    """The columns `AROUND`: what the containers above and the unit hold, from links to images."""
    containers = walk.containers
    parents = np.maximum(column(containers, "parent").astype(np.intp), 0)
    chars = column(containers, "chars")
    held = {
        "log": np.log1p(chars),
        "linked": column(containers, "linked") / np.maximum(chars, 1),
        "running": column(containers, "running"),
        "blocks": column(containers, "blocks"),
        "images": column(containers, "images"),
        "controls": column(containers, "controls"),
    }
    held["running_share"] = held["running"] / np.maximum(chars, 1)
    held["running"] = held["running"] / max(held["running"][0], 1)
    second = parents[where]
    third = parents[second]
    steps = {"parent": second, "grandparent": third, "third": parents[third]}
    steps["unit"] = np.array(layout.unit)[where]
    wanted = (name.rpartition("_") for name in AROUND)
    return [held[what][steps[who]] for what, _, who in wanted]


def alike_columns(walk: Walk) -> Columns:
    """For each block how many stand in containers of the same tags and names, and their text."""
    containers = walk.containers
    numbers: dict[tuple[str, str, str], int] = {}
    alike = []
    for block in walk.blocks:
        container = containers[block.container]
        mark = (container.tag, container.key, containers[max(container.parent, 0)].key)
        alike.append(numbers.setdefault(mark, len(numbers)))
    number = np.bincount(alike)[alike]
    text = np.bincount(alike, [block.size - block.linked for block in walk.blocks])[alike]
    return [number, text / sum([block.size for block in walk.blocks]), np.log1p(text / number)]
