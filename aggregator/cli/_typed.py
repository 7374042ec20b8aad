"""Commands whose words are a query: what begins with a hyphen is a word, unless it is an option."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import click


class QueryCommand(click.Command):
    """A command that takes ``-foo`` and ``-tag:x`` for words of its query.

    One hyphen and more than one letter is never an option here, but for a number that follows its
    option (``-n5``); an unknown ``--long`` one is a mistake as it is everywhere.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is left when click has read the options; the words are put behind all of them."""
        if not ctx.resilient_parsing:
            args = self._put_words_last(ctx, args)
        return super().parse_args(ctx, args)

    def _put_words_last(self, ctx: click.Context, args: Sequence[str]) -> list[str]:
        takes_value = {
            name: not (param.is_flag or param.count)
            for param in self.get_params(ctx)
            if isinstance(param, click.Option)
            for name in (*param.opts, *param.secondary_opts)
        }
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for argument in rest:
            if argument == "--":
                words += rest
            elif argument in takes_value:
                options += (argument, *islice(rest, int(takes_value[argument])))
            elif argument.startswith("--") or (
                takes_value.get(argument[:2]) and argument[2:].isdecimal()
            ):
                options.append(argument)
            else:
                words.append(argument)
        return [*options, "--", *words]
