"""What a benchmark gives: how many times as long one thing takes as another, measured side by side."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

#: Does one thing and gives the seconds that it took.
Timed = Callable[[], float]


@dataclass(frozen=True)
class Ratio:
    """One line of the table. The two sides were measured in turn, pair by pair, in
    seconds, or theirs is a fixed limit."""

    what: str
    ours: Sequence[float]
    against: str
    theirs: Sequence[float]
    bound: float

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """Of the ratios of the single pairs, which waver less on a busy machine than the two sides do."""
        pairs = [mine / other for mine, other in zip(self.ours, self.theirs, strict=True)]
        low, middle, high = quantiles(pairs, n=4, method="inclusive")
        return low, middle, high

    @property
    def value(self) -> float:
        """The ratio: the median of the pairs."""
        return self.quartiles[1]

    @property
    def kept(self) -> bool:
        return self.value <= self.bound


def timed(one: Callable[[], object]) -> Timed:
    """What does this one thing, and gives the seconds that it took."""

    def took() -> float:
        began = time.perf_counter()
        one()
        return time.perf_counter() - began

    return took


def compared(what: str, ours: Timed, against: str, theirs: Timed, bound: float, times: int) -> Ratio:
    """The two sides in turn, with what is there before out of the way of whatever makes many objects."""
    gc.collect()
    gc.freeze()
    mine, others = in_turn([ours, theirs], times)
    gc.unfreeze()
    return Ratio(what, mine, against, others, bound)


def in_turn(sides: Sequence[Timed], times: int) -> list[list[float]]:
    """Does all of them once for warmth, then one after the other, again and again: whatever slows the
    machine meanwhile slows all alike. Gives the seconds of each."""
    for side in sides:
        side()
    rounds = [[side() for side in sides] for _round in range(times)]
    return [list(column) for column in zip(*rounds, strict=True)]
