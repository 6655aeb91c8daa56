"""The client's end of the fork server of kernels: one for each process that starts kernels, made when first needed."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

from autograder.sandbox.order import receive, send

AT_START: Final = (
    "PYTHON",
    "LD_",
    "OMP_",
    "OPENBLAS_",
    "GOTO_",
    "MKL_",
    "NUMEXPR_",
    "GLIBC_",
    "MALLOC_",
    "KMP_",
    "LC_",
    "LANG",
)
"""Beginnings of the names of variables that are read once, when Python or a library starts."""


class KernelServer:
    """A process of which kernels are forks. It ends with this one."""

    def __init__(self) -> None:
        """Starts it; it imports in the background."""
        self.environment = dict(os.environ)
        self._turn = threading.Lock()
        self._failed = False
        self._ready = False
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "autograder.sandbox.kernel_server", str(theirs.fileno())],
                env={
                    "OPENBLAS_NUM_THREADS": "1",
                    # What ipykernel sets: read when matplotlib is imported.
                    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                    **self.environment,
                },
                cwd="/",
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

        # It would notice by itself, but JupyterLab leaves nothing behind, not even for a moment.
        atexit.register(self._end, os.getpid())

    def _end(self, owner: int) -> None:
        if os.getpid() == owner:
            self.process.kill()
            self.process.wait()

    def ready(self, seconds: float = 0.0) -> bool:
        """Whether it has imported everything, waiting for it at most so long."""
        if not self._ready and not self._failed and select.select([self._requests], [], [], seconds)[0]:
            try:
                message, _ = receive(self._requests)
                self._ready = not message["threading"]
            except (EOFError, OSError):
                self._ready = False
            self._failed = not self._ready
        return self._ready

    @property
    def of_use(self) -> bool:
        """Whether it is ready or will be."""
        return not self._failed and self.process.poll() is None

    def fork(self, arguments: Sequence[str], folder: str, environment: Mapping[str, str], out: int, err: int) -> Forked:
        """A new kernel; raises OSError when the server can't make one."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        order = {"arguments": list(arguments), "folder": folder, "environment": dict(environment)}
        try:
            with theirs, self._turn:
                send(self._requests, order, theirs.fileno(), out, err)
                answer, _ = receive(self._requests)
            return Forked(int(answer["pid"]), ours)
        except (EOFError, OSError, KeyError) as error:
            ours.close()
            raise OSError(f"the fork server made no kernel: {error}") from error


class Forked:
    """A kernel's process with the words of `subprocess.Popen`, as jupyter_client's provisioner speaks them."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, reports: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._reports = reports

    def poll(self) -> int | None:
        """None while it runs, else its exit code, negative for a signal."""
        if self.returncode is None and select.select([self._reports], [], [], 0)[0]:
            self._take_leave()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._reports], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            self._take_leave()
        assert self.returncode is not None
        return self.returncode

    def _take_leave(self) -> None:
        try:
            self.returncode = int(receive(self._reports)[0]["ended"])
        except (EOFError, OSError):  # the fork server is gone, and its kernels follow it
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
            self.returncode = -signal.SIGKILL
        self._reports.close()

    def send_signal(self, number: int) -> None:
        """Sends a signal to it, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it."""
        self.send_signal(signal.SIGKILL)


@functools.cache
def server() -> KernelServer:
    """This process's fork server, started by the first call."""
    return KernelServer()


def is_possible() -> bool:
    """Whether forks are safe here. macOS's own libraries must not be forked, and Windows has no forks."""
    return sys.platform.startswith("linux") and hasattr(os, "pidfd_open")


def arguments_of(command: Sequence[str]) -> list[str] | None:
    """What comes after `python -m ipykernel_launcher` when that is the command and Python is this one, else None."""
    given = [part for part in command if part != "-Xfrozen_modules=off"]  # for debuggers of Python's own modules
    if given[1:3] != ["-m", "ipykernel_launcher"]:
        return None
    # Not resolved: a virtual environment's Python is a link to one that has other packages.
    same = os.path.abspath(given[0]) == os.path.abspath(sys.executable)  # noqa: PTH100 - links stay
    return list(given[3:]) if same else None


def starts_alike(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    """Whether two environments agree on all that is read when a process starts."""

    def read_at_start(environment: Mapping[str, str]) -> dict[str, Any]:
        return {name: value for name, value in environment.items() if name.startswith(AT_START)}

    return read_at_start(first) == read_at_start(second)
