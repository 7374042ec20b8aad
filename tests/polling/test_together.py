"""Things done together: each hears of itself, and none waits for others to come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from aggregator.polling._together import MOST_TOGETHER, Together


class Work:
    """Doubles numbers, a moment later; what is below zero is an error of its own."""

    def __init__(self) -> None:
        self.portions: list[int] = []

    async def __call__(self, given: Sequence[int]) -> Sequence[int | BaseException]:
        """Twice each number."""
        self.portions.append(len(given))
        await asyncio.sleep(0.01)
        return [2 * one if one >= 0 else ValueError(str(one)) for one in given]


async def test_what_gathers_during_the_work_is_one_piece_of_work() -> None:
    """As much as there is, up to a bound; the outcomes come to who asked."""
    work = Work()
    together: Together[int, int] = Together(work)
    first = asyncio.create_task(together.do(0))
    while not work.portions:  # noqa: ASYNC110 - the list is filled by others
        await asyncio.sleep(0)

    others = await asyncio.gather(*(together.do(one) for one in range(1, MOST_TOGETHER + 2)))

    assert await first == 0
    assert others == [2 * one for one in range(1, MOST_TOGETHER + 2)]
    assert work.portions == [1, MOST_TOGETHER, 1]


async def test_an_error_of_one_is_told_to_it_alone() -> None:
    """The others hear what became of them."""
    together: Together[int, int] = Together(Work())

    done = await asyncio.gather(*map(together.do, (1, -1, 2)), return_exceptions=True)

    assert [str(one) for one in done] == ["2", "-1", "4"]


async def test_an_error_of_the_work_is_told_to_all_and_the_next_is_done() -> None:
    """Nothing stays behind."""
    is_broken = True

    async def work(given: Sequence[int]) -> Sequence[int]:
        if is_broken:
            raise OSError("broken")
        return given

    together: Together[int, int] = Together(work)
    done = await asyncio.gather(*map(together.do, (1, 2)), return_exceptions=True)
    is_broken = False

    assert [str(one) for one in done] == ["broken", "broken"]
    assert await together.do(3) == 3


async def test_who_is_cancelled_undoes_nothing() -> None:
    """What was given is done, and whoever waits for all of it can."""
    work = Work()
    together: Together[int, int] = Together(work)
    gone = asyncio.create_task(together.do(1))
    await asyncio.sleep(0)

    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await together.flush()

    assert work.portions == [1]
