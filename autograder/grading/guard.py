"""What watches over tests that run beside the student's code: originals put back, alarms, canaries.

It stands in the student's own process, so it raises the price of cheating and no more: see docs/security.md.
"""

from __future__ import annotations

import builtins
import contextlib
import sys
from collections.abc import Iterator
from typing import Any, Final

from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell

from autograder.sandbox.shell import Cells, StudentShell
from autograder.traces import is_cell

_GUARDED: Final = ("builtins", "math", "operator", "unittest.case", "numpy", "numpy.testing", "pandas.testing",
                   "torch.testing", "autograder.checking", "autograder.compare", "autograder.equality")  # fmt: skip
_LEFT_ALONE: Final = {"_", "__debug__", "input", "print", "display", "get_ipython", "exit", "quit", "open", "help"}
"""Names in builtins that notebooks and shells set themselves."""
_ALARMING: Final = {"sys._getframe", "sys._current_frames", "sys.settrace", "sys.setprofile", "gc.get_objects",
                    "gc.get_referrers", "gc.get_referents", "sys.addaudithook"}  # fmt: skip
_PEEKED: Final = {"__code__", "__globals__", "__closure__", "tb_frame", "gi_frame", "f_globals", "f_locals"}

_originals: Final[dict[str, dict[str, Any]]] = {}
_classes: Final[dict[type, dict[str, Any]]] = {}
"""Of the shell: what runs cells and says how they ended."""


def remember() -> None:
    """Keeps what modules hold now. Called before any of the student's code has run."""
    for name in _GUARDED:
        if name in sys.modules:
            _originals.setdefault(name, dict(vars(sys.modules[name])))
    for kind in (InteractiveShell, StudentShell, DisplayHook, Cells):
        _classes.setdefault(kind, {key: value for key, value in vars(kind).items() if callable(value)})


def restore() -> list[str]:
    """Puts back what the student's code has replaced in modules that tests rely on; the names, in order."""
    changed = []
    for what, now_set, put_back in (
        ("sys.settrace", sys.gettrace(), sys.settrace),
        ("sys.setprofile", sys.getprofile(), sys.setprofile),
    ):
        if now_set is not None:
            changed.append(what)
            put_back(None)
    for kind, kept in _classes.items():
        for key, value in kept.items():
            if vars(kind).get(key) is not value:
                changed.append(f"{kind.__name__}.{key}")
                setattr(kind, key, value)
    for name, kept in _originals.items():
        now = vars(sys.modules[name]) if name in sys.modules else {}
        for key, value in kept.items():
            if key not in _LEFT_ALONE and not key.startswith("__") and now.get(key) is not value:
                changed.append(f"{name}.{key}")
                now[key] = value
    return changed


class Watch:
    """Notices when a cell's code looks at frames, code objects or all objects, as those do who read tests."""

    def __init__(self) -> None:
        self.alarms: list[str] = []
        self._on = False

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watches during the block."""
        sys.addaudithook(self._heard)
        self._on = True
        try:
            yield
        finally:
            self._on = False

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._on:
            return
        alarming = event in _ALARMING or event.startswith("ctypes.")
        if not alarming and not (event == "object.__getattr__" and args[1] in _PEEKED):
            return
        self._on = False  # asking for the frame is itself such an event
        frame = sys._getframe(1)
        if is_cell(frame.f_code.co_filename):
            what = f"{event} {args[1]}" if event == "object.__getattr__" else event
            self.alarms.append(f"line {frame.f_lineno} of a cell used {what}")
        self._on = True


def asserts_work() -> bool:
    """Whether an assertion that fails still raises, in this process as it is now."""
    try:
        exec("assert 1 == 2")
    except builtins.AssertionError:
        return True
    except BaseException:
        return False
    return False
