"""A jail around whoever is attacked, so that a sandbox that fails costs this machine nothing.

Process, mount, network and IPC name spaces of their own, small private file systems over the shared folders,
limits. It is no part of what is tested: stock nbgrader has nothing else around it, and our own sandbox may be broken.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
NEW_MOUNTS, NEW_UTS, NEW_IPC, NEW_USER, NEW_PIDS, NEW_NET = (
    0x20000,
    0x4000000,
    0x8000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
PRIVATE, RECURSIVE, BIND = 1 << 18, 1 << 14, 1 << 12
DIE_WITH_PARENT, SUBREAPER, NO_NEW_PRIVILEGES = 1, 36, 38
PRIVATE_FOLDERS = {"/tmp": "size=1500m,nr_inodes=100k", "/var/tmp": "size=1g", "/dev/shm": "size=200m,mode=1777"}
LIMITS = {
    resource.RLIMIT_NPROC: 200,
    resource.RLIMIT_AS: 3 << 30,
    resource.RLIMIT_FSIZE: 300 << 20,
    resource.RLIMIT_CPU: 60,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 1024,
}
"""For stock nbgrader, which sets none of its own; processes are counted per user, the rest per process."""


def jailed(inside: Callable[[], Any], seconds: float) -> Any:
    """What `inside` returns when it runs in a jail of its own, as the first process there; JSON is all that comes out.

    Whatever is left in the jail is killed when it returns or after `seconds`; then TimeoutError is raised.
    """
    reading, writing = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        os.close(reading)
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGKILL)
        try:
            _unshare()
            first = os.fork()
            if first == 0:
                LIBC.prctl(DIE_WITH_PARENT, signal.SIGKILL)
                _become_first(inside, writing)
            os.close(writing)
            os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) % 256)
        except BaseException:
            traceback.print_exc()
            os._exit(70)
    os.close(writing)
    try:
        text = b"".join(_until_closed(reading, time.monotonic() + seconds))
    finally:
        os.close(reading)
        for pid in (*children(keeper), keeper):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os.waitpid(keeper, 0)
    if not text:
        raise RuntimeError("the jail ended without a word")
    return json.loads(text)


def become(uid: int, limits: dict[int, int] | None = None) -> None:
    """Makes this process an ordinary user's, for good."""
    for which, most in (limits or {}).items():
        resource.setrlimit(which, (most, most))
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or os.getuid() == 0:
        raise RuntimeError("still root")


def adopt_orphans() -> None:
    """From here on, processes below this one that lose their parent become its children."""
    LIBC.prctl(SUBREAPER, 1, 0, 0, 0)


def children(pid: int) -> list[int]:
    """The processes whose parent is `pid`, as /proc shows them."""
    found = []
    for other in pids():
        with contextlib.suppress(OSError):
            if int(Path(f"/proc/{other}/stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(other)
    return found


def pids() -> list[int]:
    """Every process that /proc shows."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def command(pid: int) -> str:
    """What a process is called, or "" when it is gone or dead."""
    with contextlib.suppress(OSError):
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


def _unshare() -> None:
    uid, gid = os.getuid(), os.getgid()
    kinds = NEW_MOUNTS | NEW_UTS | NEW_IPC | NEW_PIDS | NEW_NET | (NEW_USER if uid else 0)
    _check(LIBC.unshare(kinds), "unshare")
    if uid:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def _become_first(inside: Callable[[], Any], writing: int) -> None:
    """The first process of the jail: what it starts dies with it."""
    try:
        _check(LIBC.mount(None, b"/", None, PRIVATE | RECURSIVE, None), "private mounts")
        for folder, options in PRIVATE_FOLDERS.items():
            _check(LIBC.mount(b"jail", folder.encode(), b"tmpfs", 2 | 4, options.encode()), f"tmpfs over {folder}")
        _check(LIBC.mount(b"proc", b"/proc", b"proc", 2 | 4 | 8, None), "proc")
        assert os.getpid() == 1
        if os.getuid() == 0:
            _open_interpreter()
        _raise_loopback()
        # A process of the grader's must not have a number that some process in a sandbox has too.
        Path("/proc/sys/kernel/ns_last_pid").write_text("20000")
        answer = json.dumps(inside()).encode()
        while answer:
            answer = answer[os.write(writing, answer) :]
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(71)
    os._exit(0)


def _open_interpreter() -> None:
    """Lets ordinary users start this Python where it lies in somebody's closed home folder."""
    prefix = Path(sys.base_prefix).resolve()
    closed = next((folder for folder in reversed(prefix.parents) if not folder.stat().st_mode & 0o001), None)
    if closed is None:
        return
    kept = os.open(prefix, os.O_PATH)
    _check(LIBC.mount(b"jail", os.fsencode(closed), b"tmpfs", 2 | 4, b"size=1m,mode=755"), f"tmpfs over {closed}")
    prefix.mkdir(parents=True)
    _check(LIBC.mount(f"/proc/self/fd/{kept}".encode(), os.fsencode(prefix), None, BIND | RECURSIVE, None), "bind")
    os.close(kept)


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        fcntl.ioctl(made, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))


def _check(returned: int, what: str) -> None:
    if returned < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _until_closed(reading: int, deadline: float) -> Iterator[bytes]:
    while True:
        if not select.select([reading], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        if not (block := os.read(reading, 1 << 16)):
            return
        yield block
