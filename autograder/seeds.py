"""Makes chance repeatable for a while: the global generators of `random`, NumPy and torch."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seeds the global generators for the block and gives the notebook its own back afterwards.

    NumPy and torch are touched only where they have been imported already.
    """
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    with contextlib.ExitStack() as afterwards:
        afterwards.callback(random.setstate, random.getstate())
        random.seed(seed)
        if numpy is not None:
            afterwards.callback(numpy.random.set_state, numpy.random.get_state())
            numpy.random.seed(seed)
        if torch is not None:
            afterwards.callback(torch.set_rng_state, torch.get_rng_state())
            torch.manual_seed(seed)
        yield
