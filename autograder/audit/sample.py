"""Bounds what the mutants of an exercise cost: where all would take too long, a fixed sample of them is tried."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Final

from autograder.audit.mutants import Mutant

BUDGET: Final = 60.0
"""Seconds of one processor's work that the mutants of an exercise may be, if each is as much as the solution."""
FEWEST: Final = 4
FORK: Final = 0.02
"""Seconds that trying a mutant takes beside its cell and its tests."""


def affordable(mutants: Sequence[Mutant], work: float, budget: float = BUDGET) -> list[Mutant]:
    """All of the mutants, or as many as the budget pays for, in the order of the text.

    work: seconds of a processor for one of them; not of the clock, which a busy machine stretches.

    How many is rounded down to a power of two, so that a machine which is a little quicker draws no others. Which ones
    depends on their text alone.
    """
    most = max(FEWEST, 2 ** int(math.log2(max(1.0, budget / (work + FORK)))))
    if len(mutants) <= most:
        return list(mutants)
    drawn = sorted(mutants, key=lambda mutant: hashlib.sha256(mutant.source.encode()).digest())[:most]
    return [mutant for mutant in mutants if mutant in drawn]
