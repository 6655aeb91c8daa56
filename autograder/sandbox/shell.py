"""IPython without Jupyter, in the student's process: runs cells and keeps what they show, within bounds."""

from __future__ import annotations

import builtins
import io
import os
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final, NoReturn

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell, InteractiveShellABC
from traitlets import Type

MOST_TEXT: Final = 100_000
"""Characters kept of what one cell prints, on stdout and stderr together."""
MOST_DATA: Final = 4 << 20
"""Characters kept of the pictures, tables and other things that one cell displays."""
MOST_OUTPUTS: Final = 500


class Outputs:
    """What one cell shows, as nbformat's outputs."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.text = 0
        self.data = 0
        self._noted = False

    def write(self, name: str, text: str) -> None:
        room = MOST_TEXT - self.text
        self.text += len(text)
        if room <= 0 or not text:
            self._note(room < 0 and bool(text))
            return
        last = self.kept[-1] if self.kept else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["text"] += text[:room]
        else:
            self.add({"output_type": "stream", "name": name, "text": text[:room]}, 0)
        self._note(len(text) > room)

    def add(self, output: dict[str, Any], size: int) -> None:
        self.data += size
        if self.data <= MOST_DATA and len(self.kept) < MOST_OUTPUTS:
            self.kept.append(output)
        else:
            self._note(True)

    def _note(self, cut: bool) -> None:
        if cut and not self._noted:
            self._noted = True
            words = "\n… the rest of this cell's output was cut off: it is too long.\n"
            self.kept.append({"output_type": "stream", "name": "stdout", "text": words})


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, shell: StudentShell, name: str, descriptor: int) -> None:
        self._shell = shell
        self.name = name
        self._descriptor = descriptor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shell.outputs.write(self.name, text)
        return len(text)

    def fileno(self) -> int:
        return self._descriptor

    @property
    def buffer(self) -> _Bytes:
        return _Bytes(self)


class _Bytes(io.RawIOBase):
    """What `sys.stdout.buffer` is for: bytes, shown as text."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return self._stream.write(bytes(content).decode("utf-8", "replace"))


class _Publisher(DisplayPublisher):
    shell: StudentShell

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **_more: Any) -> None:
        size = sum(len(str(content)) for content in data.values()) + len(str(metadata or ""))
        output = {"output_type": "display_data", "data": dict(data), "metadata": dict(metadata or {})}
        self.shell.outputs.add(output, size)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.kept.clear()


class _Hook(DisplayHook):
    shell: StudentShell

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        size = sum(len(str(content)) for content in format_dict.values()) + len(str(md_dict or ""))
        output = {"output_type": "execute_result", "data": dict(format_dict), "metadata": dict(md_dict or {})}
        self.shell.outputs.add({**output, "execution_count": self.prompt_count}, size)

    def finish_displayhook(self) -> None:
        pass


class StudentShell(InteractiveShell):
    """The shell that the notebook's cells run in."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def __init__(self, **settings: Any) -> None:
        self.outputs = Outputs()
        super().__init__(**settings)  # type: ignore[no-untyped-call]
        self.system = self.system_raw  # type: ignore[method-assign]

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window to run events for."""

    def ask_exit(self) -> NoReturn:
        """`exit()` and `quit()` end their cell, not the marking of all that follows."""
        raise SystemExit("exit() was called")

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        lines = [str(line) for line in stb]
        output = {"output_type": "error", "ename": etype.__name__, "evalue": str(evalue)[:2_000]}
        self.outputs.add({**output, "traceback": [line[:5_000] for line in lines[:100]]}, 0)


InteractiveShellABC.register(StudentShell)


def prepare() -> StudentShell:
    """The shell, made before the fork so that no child has to; the same one when called again."""
    from traitlets.config import Config

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.xmode = "Plain"
    settings.InteractiveShell.colors = "nocolor"
    shell: StudentShell = StudentShell.instance(config=settings)
    if "matplotlib.pyplot" in sys.modules:
        shell.enable_matplotlib("inline")  # type: ignore[no-untyped-call]
    return shell


class Cells:
    """Runs cells one by one and hands out what each showed."""

    def __init__(self, shell: StudentShell) -> None:
        self.shell = shell
        self._busy = False
        self._written = _file_for_programs()
        for number in (1, 2):
            os.dup2(self._written.fileno(), number)
        sys.stdout = _Stream(shell, "stdout", 1)
        sys.stderr = _Stream(shell, "stderr", 2)
        sys.stdin = io.StringIO()
        builtins.input = _no_input  # type: ignore[assignment]
        # As in a kernel: figures are shown under their cell.
        os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
        signal.signal(signal.SIGINT, self._interrupt)
        if "" not in sys.path:
            sys.path.insert(0, "")

    def _interrupt(self, _signum: int, _frame: FrameType | None) -> None:
        if self._busy:
            raise KeyboardInterrupt

    def busy(self, doing: Any, *args: Any) -> Any:
        """Runs somebody's code; only then does an interrupt mean anything."""
        before, self._busy = self._busy, True
        try:
            return doing(*args)
        finally:
            self._busy = before

    def run(self, source: str, store: bool = True) -> dict[str, Any]:
        """One cell: its `outputs`, its `error` ([name, message] or None) and its `value` where that is a number."""
        outputs = self.shell.outputs = Outputs()
        result = self.shell.run_cell(source, store_history=store)  # type: ignore[no-untyped-call]
        self._take_what_programs_wrote(outputs)
        error = result.error_before_exec or result.error_in_exec
        value = result.result
        return {
            "outputs": outputs.kept,
            "error": None if error is None else [type(error).__name__, _message(error)],
            "value": value if type(value) in (int, float) else _as_number(value),
        }

    def _take_what_programs_wrote(self, outputs: Outputs) -> None:
        try:
            size = os.lseek(self._written.fileno(), 0, os.SEEK_END)
            if size:
                text = os.pread(self._written.fileno(), 4 * MOST_TEXT, 0).decode("utf-8", "replace")
                outputs.write("stdout", text)
                os.ftruncate(self._written.fileno(), 0)
                os.lseek(self._written.fileno(), 0, os.SEEK_SET)
        except OSError:  # a cell may have closed it
            pass


def _file_for_programs() -> IO[bytes]:
    """What programs that a cell starts write to: a file of bounded size instead of a thread that reads a pipe."""
    try:
        return tempfile.TemporaryFile(buffering=0)
    except OSError:  # another student's process has filled the disk: without programs' output, but not without marks
        return Path(os.devnull).open("r+b", buffering=0)


def _message(error: BaseException) -> str:
    try:
        return str(error)[:2_000]
    except Exception:  # a learner's own __str__ may raise anything
        return ""


def _as_number(value: Any) -> float | None:
    """NumPy's numbers, as nbgrader reads them off a cell's text; None for anything else."""
    if type(value).__module__ != "numpy" or getattr(value, "ndim", 1) != 0:
        return None
    try:
        return float(str(value))
    except ValueError:
        return None


def _no_input(prompt: str = "") -> NoReturn:
    raise StdinNotImplementedError("input() was called: nobody is there to answer while a notebook is graded.")
