"""Finds out whether a test's outcome may hang on chance: only then is it worth trying under other seeds."""

from __future__ import annotations

import dataclasses
import functools
import random
import sys
from typing import Any, Final

from autograder.exercise import Test

SEEDS: Final = range(1, 21)
"""The seeds under which an exercise must come to the same verdict as under 0, the one that grades."""


class WatchedTest:
    """A test that notes whether a global generator of random numbers was used while it ran."""

    def __init__(self, test: Test) -> None:
        self.hangs_on_chance = test.wants_rng

        @functools.wraps(test.run)
        def run(*arguments: Any) -> None:
            before = _generators()
            try:
                test.run(*arguments)
            finally:
                self.hangs_on_chance |= _generators() != before

        self.test = dataclasses.replace(test, run=run)


def _generators() -> tuple[object, ...]:
    """The state of the global generators of `random`, NumPy and torch, where they are imported."""
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    state: list[object] = [random.getstate()]
    if numpy is not None:
        _, keys, *rest = numpy.random.get_state()
        state += [keys.tobytes(), rest]
    if torch is not None:
        state.append(torch.get_rng_state().numpy().tobytes())
    return tuple(state)
