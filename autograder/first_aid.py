"""An IPython extension for lessons: who misses a name because a cell was not run is told so, and the way back.

After a restart of the kernel the first thing that goes wrong is `lesson` itself, so this can't be its task.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.card import plain
from autograder.errors import CourseError
from autograder.guidance import RUN_ABOVE, made_in, not_run_yet, read_cells


def load_ipython_extension(shell: Any) -> None:
    """Called by IPython."""
    shell.set_custom_exc((NameError,), _explain)


def _explain(
    shell: Any, kind: type[BaseException], error: NameError, trace: TracebackType, tb_offset: int | None = None
) -> None:
    """Shows a sentence where a cell of the notebook would make the name, and the usual traceback otherwise."""
    notebook = Path(os.environ.get("JPY_SESSION_NAME", ""))  # set by Jupyter's server for each notebook's kernel
    elsewhere = not isinstance(error, UnboundLocalError) and error.name not in shell.user_ns
    if elsewhere and error.name in made_in(read_cells(notebook)):
        advice = CourseError(plain(not_run_yet(error.name)), RUN_ABOVE)
        shell.showtraceback((CourseError, advice, trace))
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
