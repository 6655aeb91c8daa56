"""The supervisor's end of the fork server: starts it, asks it for children, ends it."""

from __future__ import annotations

import json
import os
import platform
import select
import shutil
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import autograder
from autograder.errors import CourseError
from autograder.sandbox import accounts, root
from autograder.sandbox.child import Child
from autograder.sandbox.levels import Level, Limits, SandboxUnavailable, layer
from autograder.sandbox.order import Order, Ready, Setting, receive, send
from autograder.sandbox.scratch import Scratch

STUDENT: Final = "autograder.sandbox.student"
MOST_SECONDS_TO_LOAD: Final = 180.0
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_PACKAGE: Final = Path(autograder.__file__).parent


class Zygote:
    """A process with libraries imported, of which each child is a fork.

    failed:   modules of `preload` that could not be imported, with the reason.
    left_out: modules of `preload` that start threads: a process with threads can't be forked safely.
    """

    def __init__(
        self,
        *,
        level: Level,
        preload: Sequence[str] = (),
        readable: Sequence[Path] = (),
        slots: int = 1,
        threads: int | None = 1,
        program: str = STUDENT,
    ) -> None:
        """Starts the process and waits until it has imported everything.

        level:    what its children are kept by; nothing less is ever used.
        preload:  modules to import before the first fork.
        readable: folders that children see, read-only, besides the interpreter and the system's.
        slots:    how many children there may be at a time.
        threads:  of the libraries for arithmetic; None leaves it to them.
        program:  the module whose `main(connection)` each child runs.

        Raises SandboxUnavailable or CourseError.
        """
        if not sys.platform.startswith("linux") and level != "none":
            raise SandboxUnavailable("Linux", f"this is {platform.system()}, which has no such layers")
        self.level = level
        self.failed: tuple[tuple[str, str], ...] = ()
        self.left_out: tuple[str, ...] = ()
        self._slots = slots
        self._turn = threading.Lock()
        self._accounts: dict[int, tuple[int, socket.socket]] = {}
        self._children: weakref.WeakSet[Child] = weakref.WeakSet()
        self._workshop = Scratch()
        try:
            while True:
                setting = Setting(
                    level=level,
                    preload=tuple(name for name in preload if name not in self.left_out),
                    program=program,
                    path=tuple(sys.path),
                    workshop=str(self._workshop.path),
                    readable=(str(_PACKAGE), *(str(folder.resolve()) for folder in readable)),
                )
                self._process, self._requests = self._start(threads)
                self._ready = self._load(setting)
                if not self._ready.threading:
                    break
                self._stop()
                if self._ready.threading not in setting.preload:
                    raise CourseError(f"{program} starts a thread when it is imported, so it can't be forked.")
                self.left_out += (self._ready.threading,)
            self.failed = self._ready.failed
        except BaseException:
            self.close()
            raise

    def _start(self, threads: int | None) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        counts = {} if threads is None else dict.fromkeys(_THREADS, str(threads))
        with theirs, (self._workshop.path / "fork-server.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "autograder.sandbox.forkserver", str(theirs.fileno())],
                # Children can read what it was started with, so that is nothing of whoever started it.
                env={**_environment(), **counts},
                cwd="/",
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return process, ours

    def _load(self, setting: Setting) -> Ready:
        send(self._requests, setting)
        if not select.select([self._requests], [], [], MOST_SECONDS_TO_LOAD)[0]:
            raise CourseError(f"The fork server did not start within {MOST_SECONDS_TO_LOAD:.0f} seconds.")
        try:
            message, _ = receive(self._requests)
        except (EOFError, OSError):
            raise CourseError(f"The fork server did not start: {self._last_words()}") from None
        failed = tuple((name, reason) for name, reason in message.pop("failed"))
        return Ready(**message, failed=failed)

    def _last_words(self) -> str:
        log = (self._workshop.path / "fork-server.log").read_text(encoding="utf-8", errors="replace")
        return log.strip().rpartition("\n")[2][:300]

    def spawn(self, folder: Path | None, limits: Limits, slot: int = 0) -> Child:
        """A new child whose working folder holds a copy of `folder`; it is running when this returns.

        slot: which of the children that run at a time, from 0: each slot has an account of its own under root.
        Raises SandboxUnavailable when a layer of the sandbox could not be put up: then nothing was run.
        """
        if not 0 <= slot < self._slots:
            raise ValueError(f"slot {slot} of {self._slots}")
        account = self._account(slot)
        if self.level == "strong":
            scratch, copied = None, str(folder.resolve()) if folder else None
            order = Order(limits, account, copied, root.HOME, root.TEMPORARY)
        else:
            scratch = Scratch()
            order = Order(limits, account, None, str(scratch.path / "student"), str(scratch.path / "tmp"))
        connection, theirs = socket.socketpair()
        control, keepers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            with theirs, keepers, self._turn:
                if scratch is not None:
                    _furnish(scratch.path, folder, account)
                self._ask(order, theirs.fileno(), keepers.fileno())
        except BaseException:
            connection.close()
            control.close()
            if scratch is not None:
                scratch.remove()
            raise
        child = Child(connection, control, self._ready, scratch)
        self._children.add(child)
        return child

    def _account(self, slot: int) -> int | None:
        """The account of a slot: under root each has its own, held until the fork server is closed."""
        if self.level == "none" or os.geteuid() != 0:
            return None
        if slot not in self._accounts:
            self._accounts[slot] = accounts.claim()
        return self._accounts[slot][0]

    def _ask(self, order: Order, *descriptors: int) -> None:
        try:
            send(self._requests, order, *descriptors)
            answer, _ = receive(self._requests)
        except (EOFError, OSError, json.JSONDecodeError):
            raise SandboxUnavailable("fork server", f"it has ended: {self._last_words() or 'killed'}") from None
        if "error" in answer:
            raise SandboxUnavailable("fork server", str(answer["error"]))

    def is_alive(self) -> bool:
        """Whether the fork server still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the fork server and all of its children; may be called again."""
        for child in list(self._children):
            child.kill()
        self._stop()
        self._workshop.remove()
        for _, claim in self._accounts.values():
            claim.close()

    def _stop(self) -> None:
        if not hasattr(self, "_process"):
            return
        self._requests.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()


def _furnish(scratch: Path, folder: Path | None, account: int | None) -> None:
    """Makes `student` and `tmp` in a folder, the first a copy of another; they belong to the account."""
    with layer("scratch"):
        (scratch / "tmp").mkdir()
        if folder is None:
            (scratch / "student").mkdir()
        else:
            shutil.copytree(folder, scratch / "student", symlinks=True)
    if account is not None:
        with layer("account"):
            scratch.chmod(0o711)
            for path in (scratch / "tmp", scratch / "student", *(scratch / "student").rglob("*")):
                os.chown(path, account, account, follow_symlinks=False)


def _environment() -> dict[str, str]:
    kept = {name: value for name in ("HOME", "LD_LIBRARY_PATH") if (value := os.environ.get(name))}
    return {
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_PACKAGE.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "agg",
        "MALLOC_ARENA_MAX": "2",  # each arena takes 64 MiB of the address space that RLIMIT_AS counts
    }
