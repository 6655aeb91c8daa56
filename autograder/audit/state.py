"""A notebook's state while it is audited: an IPython shell that runs its cells quietly, one after the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from autograder.answers import Found, Missing, find_answer
from autograder.exercise import Exercise
from autograder.limits import OutOfTime, time_limit

MOST_SECONDS: Final = 300.0
"""How long a cell may run."""


class State:
    """The names that the cells run so far have made. A forked child has a copy of its own."""

    def __init__(self) -> None:
        import matplotlib as mpl
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        mpl.use("Agg")
        InteractiveShell.clear_instance()
        settings = Config(HistoryManager={"enabled": False})
        self._shell: Any = InteractiveShell.instance(config=settings, user_ns={"__name__": "__main__"})

    @property
    def names(self) -> dict[str, Any]:
        names: dict[str, Any] = self._shell.user_ns
        return names

    def run(self, source: str, seconds: float = MOST_SECONDS) -> str:
        """Runs a cell; the error that it raised, in a few words, or nothing."""
        return self.value(source, seconds)[1]

    def value(self, source: str, seconds: float = MOST_SECONDS) -> tuple[Any, str]:
        """Runs a cell; the value of its last line, and the error that it raised or nothing."""
        from IPython.utils.capture import capture_output

        try:
            with capture_output(), time_limit(seconds):
                result = self._shell.run_cell(source, store_history=False)
        except OutOfTime:
            return None, f"it runs for more than {seconds:.3g} seconds"
        error = result.error_before_exec or result.error_in_exec
        if isinstance(error, OutOfTime):
            return None, f"it runs for more than {seconds:.3g} seconds"
        return result.result, f"{type(error).__name__}: {error}" if error is not None else ""

    def answer(self, exercise: Exercise) -> Found | Missing:
        """The answer to an exercise as the cells run so far have made it."""
        return find_answer(exercise, self.names, Path.cwd())
