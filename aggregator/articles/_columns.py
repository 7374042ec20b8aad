"""What the rooms of the features share: types of rows and columns, and the values of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Places = NDArray[np.intp]
Columns = list[NDArray[np.generic] | list[float] | float]

FAR = 200.0
"""A distance in blocks to something that the page does not have."""

NONE = -1.0
"""The value of a feature that says nothing: no anchor, no such neighbour."""


def column(items: Sequence[object], name: str) -> NDArray[np.float64]:
    """The numbers which `items` have under `name`."""
    return np.fromiter(map(attrgetter(name), items), np.float64, len(items))
