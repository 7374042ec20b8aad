"""The environment variables that overrule settings of the file."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import fields

from aggregator.config._values import Settings, environment_name


def read_overrides(environ: Mapping[str, str]) -> dict[str, object]:
    """The settings named in `environ`, converted where they can be, for the schema to check.

    An empty variable counts as not set. Lists are separated by commas. The database has a rule of
    its own (`find_environment_database_url`) and is left out; tables cannot stand in a variable.

    >>> read_overrides({"AGGREGATOR_WORKERS": "4", "AGGREGATOR_TIMEOUT_S": "soon"})
    {'workers': 4, 'timeout_s': 'soon'}
    """
    overrides: dict[str, object] = {}
    for setting in fields(Settings):
        written = environ.get(environment_name(setting.name), "").strip()
        if written and setting.name not in {"database_url", "hosts"}:
            overrides[setting.name] = _convert(written, setting.default)
    return overrides


def _convert(written: str, default: object) -> object:
    """`written` as the type of `default`; as it was if it cannot be."""
    if isinstance(default, tuple):
        return [part.strip() for part in written.split(",") if part.strip()]
    if isinstance(default, int | float):
        with contextlib.suppress(ValueError):
            return type(default)(written)
    return written
