"""The namespaces of a student's process at level strong, and the root folder that it has for itself there."""

from __future__ import annotations

import os
import shutil
import socket
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from autograder.sandbox import places, syscalls
from autograder.sandbox.levels import layer
from autograder.sandbox.order import Order

NAMESPACES: Final = {
    "mount": 0x00020000,
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
USER_NAMESPACE: Final = 0x10000000
HOME: Final = "/home/student"
TEMPORARY: Final = "/tmp"
WRITABLE: Final = ("/home", "/tmp", "/dev/shm")

_NOSUID, _NODEV, _NOEXEC, _READ_ONLY = 2, 4, 8, 1
_BIND, _RECURSIVE, _PRIVATE = 4096, 16384, 1 << 18
_DETACH: Final = 2
_HERE: Final = -100  # AT_FDCWD
_ALSO_BELOW: Final = 0x8000  # AT_RECURSIVE
_ROOT_OPTIONS: Final = "size=8m,nr_inodes=4000,mode=755"
_MOST_BYTES_OF_A_SETTING: Final = 1 << 20


def enter_namespaces() -> None:
    """Leaves all namespaces of the machine; the next fork is process 1 of its own. Raises SandboxUnavailable."""
    user, group = os.geteuid(), os.getegid()
    flags = sum(NAMESPACES.values()) | (USER_NAMESPACE if user else 0)
    with layer("namespaces"):
        syscalls.call("unshare", flags)
    if user:
        with layer("user namespace"):
            Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def change_root(order: Order, workshop: str, readable: Sequence[str]) -> None:
    """Makes a root of memory with what is needed bound into it, read-only, and a capped scratch; enters it.

    workshop: an empty folder to mount it on. Raises SandboxUnavailable.
    """
    root = Path(workshop)
    with layer("mounts"):
        syscalls.mount("none", "/", None, _PRIVATE | _RECURSIVE)
        syscalls.mount("tmpfs", workshop, "tmpfs", _NOSUID | _NODEV, _ROOT_OPTIONS)
    with layer("scratch"):
        # First: an interpreter or a course that lies below /home or /tmp is bound into it, not hidden by it.
        _make_scratch(root, order)
    with layer("mounts"):
        for path in places.SYSTEM:
            if Path(path).is_symlink():
                _below(root, path).symlink_to(os.readlink(path))  # noqa: PTH115 - as it stands, also when relative
        for path in places.outermost([*places.SYSTEM, *readable]):
            _bind(root, path)
        for path in places.SETTINGS:
            _copy_setting(root, Path(path))
        for path in places.DEVICES:
            _below(root, path).touch()
            syscalls.mount(path, str(_below(root, path)), None, _BIND)
    with layer("proc"):
        proc = _folder(root, "/proc")
        syscalls.mount("proc", str(proc), "proc", _NOSUID | _NODEV | _NOEXEC | _READ_ONLY)
    with layer("root"):
        os.chdir(root)
        syscalls.call("pivot_root", b".", b".")
        syscalls.call("umount2", b".", _DETACH)
        os.chdir("/")
        _set_read_only("/", also_below=False)
    with layer("host name"):
        socket.sethostname("student")


def _below(root: Path, path: str) -> Path:
    found = root / path.lstrip("/")
    found.parent.mkdir(parents=True, exist_ok=True)
    return found


def _folder(root: Path, path: str) -> Path:
    found = _below(root, path)
    found.mkdir(exist_ok=True)
    return found


def _bind(root: Path, path: str) -> None:
    target = _folder(root, path) if Path(path).is_dir() else _below(root, path)
    if not target.is_dir():
        target.touch()
    # A folder with mounts in it can't be bound without them in a user namespace.
    syscalls.mount(path, str(target), None, _BIND | _RECURSIVE)
    _set_read_only(str(target), also_below=True)


def _set_read_only(path: str, *, also_below: bool) -> None:
    attributes = struct.pack("=4Q", _READ_ONLY | _NOSUID | _NODEV, 0, 0, 0)
    how = _ALSO_BELOW if also_below else 0
    syscalls.call("mount_setattr", _HERE, path.encode(), how, attributes, len(attributes))


def _copy_setting(root: Path, path: Path) -> None:
    if path.is_dir():
        _bind(root, str(path))
    elif path.is_file() and path.stat().st_size <= _MOST_BYTES_OF_A_SETTING:
        shutil.copyfile(path, _below(root, str(path)))


def _make_scratch(root: Path, order: Order) -> None:
    options = f"size={order.limits.scratch_bytes},nr_inodes={order.limits.scratch_inodes},mode=755"
    scratch = _folder(root, "/home")
    syscalls.mount("tmpfs", str(scratch), "tmpfs", _NOSUID | _NODEV, options)
    if order.folder is None:
        (scratch / "student").mkdir()
    else:
        shutil.copytree(order.folder, scratch / "student", symlinks=True)
    for name, place in (("tmp", TEMPORARY), ("shm", "/dev/shm")):
        (scratch / name).mkdir()
        syscalls.mount(str(scratch / name), str(_folder(root, place)), None, _BIND)
    if order.account is not None:
        for path in (scratch, *scratch.rglob("*")):
            os.chown(path, order.account, order.account, follow_symlinks=False)
