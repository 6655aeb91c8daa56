"""The filter of system calls that a student's process runs under: classic BPF, put together here.

Everything is allowed but what is listed: what reaches the network, other processes, the kernel's insides, new
namespaces, or resources that no limit counts. What the kernel has learned since this was written is refused too.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable
from typing import Final

from autograder.sandbox import syscalls

NEWEST_KNOWN: Final = 452
"""The newest system call that was looked at; newer ones are answered as if the kernel were older."""

REFUSED: Final = (
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "swapon", "swapoff", "quotactl", "quotactl_fd"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "pidfd_getfd"),
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("add_key", "request_key", "keyctl", "memfd_create", "memfd_secret"),
    *("kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "acct", "syslog"),
    *("settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "vhangup"),
    *("personality", "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler", "setpriority"),
    *("ioprio_set", "mbind", "set_mempolicy", "set_mempolicy_home_node", "migrate_pages", "move_pages"),
    *("fanotify_init", "name_to_handle_at", "open_by_handle_at", "lookup_dcookie", "nfsservctl"),
    *("uselib", "sysfs", "modify_ldt", "iopl", "ioperm"),
    *("shmget", "shmat", "shmctl", "semget", "semop", "semctl", "msgget", "msgsnd", "msgrcv", "msgctl", "mq_open"),
)
"""Answered with EPERM at every level."""

APPEARANCES: Final = (
    *("chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat", "utime", "utimes", "futimesat", "utimensat"),
    *("fchmod", "fchown", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
)
"""Where files of others are in reach and Landlock guards only what is in them: these are left undone, and say that
they were done, as copying a file would fail otherwise."""

_LOAD, _JUMP_EQUAL, _JUMP_GREATER, _JUMP_ANY_BIT, _RETURN, _AND = 0x20, 0x15, 0x25, 0x45, 0x06, 0x54
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_AUDIT: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NEW_NAMESPACES: Final = 0x7E020000
_AF_UNIX, _STREAM, _SEQPACKET = 1, 1, 5
_TERMINAL_TRICKS: Final = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: typing for somebody else
_SET_MODE_FILTER: Final = 1


class Program(ctypes.Structure):
    """`struct sock_fprog`: how many instructions of eight bytes there are, and where."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _one(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(error: int) -> bytes:
    return _one(_RETURN, _ERRNO | error)


def _argument(index: int) -> bytes:
    """Loads the lower half of an argument."""
    return _one(_LOAD, _ARGUMENTS + 8 * index)


def rules(machine: str, *, sockets: bool, appearances: bool, truncate: bool) -> bytes:
    """The filter for a processor.

    sockets:     whether sockets of the family AF_UNIX may be made; pairs of connected ones always may.
    appearances: whether owner, mode, times and attributes of files may be changed.
    truncate:    whether files may be cut by their path.
    """
    parts = [
        _one(_LOAD, _ARCHITECTURE),
        _one(_JUMP_EQUAL, _AUDIT[machine], 1, 0),
        _one(_RETURN, _KILL),
        _one(_LOAD, _NUMBER),
        # The x32 ABI of x86-64 numbers its calls from 2**30 on.
        _one(_JUMP_GREATER, NEWEST_KNOWN, 0, 1),
        _refuse(errno.ENOSYS),
    ]
    parts += _each(machine, REFUSED, _refuse(errno.EPERM))
    parts += _each(machine, ["clone3"], _refuse(errno.ENOSYS))  # its flags can't be seen; the C library takes clone
    parts += _each(machine, ["seccomp"], _refuse(errno.EPERM))
    if not appearances:
        parts += _each(machine, APPEARANCES, _refuse(0))
    if not truncate:
        parts += _each(machine, ["truncate"], _refuse(errno.EPERM))
    parts += _when(machine, "clone", [_argument(0), _one(_JUMP_ANY_BIT, _NEW_NAMESPACES, 0, 1), _refuse(errno.EPERM)])
    parts += _when(machine, "prlimit64", [_argument(0), _one(_JUMP_EQUAL, 0, 1, 0), _refuse(errno.EPERM)])
    tricks = [step for trick in _TERMINAL_TRICKS for step in (_one(_JUMP_EQUAL, trick, 0, 1), _refuse(errno.EPERM))]
    parts += _when(machine, "ioctl", [_argument(1), *tricks])
    family = [_argument(0), _one(_JUMP_EQUAL, _AF_UNIX, 1, 0), _refuse(errno.EACCES)]
    parts += _when(machine, "socket", family if sockets else [_refuse(errno.EACCES)])
    if not sockets:
        # A datagram socket could send to any address, also when it was made as one of a pair.
        family += [_argument(1), _one(_AND, 0xF), _one(_JUMP_EQUAL, _STREAM, 2, 0)]
        family += [_one(_JUMP_EQUAL, _SEQPACKET, 1, 0), _refuse(errno.EACCES)]
    parts += _when(machine, "socketpair", family)
    return b"".join([*parts, _one(_RETURN, _ALLOW)])


def _each(machine: str, names: Iterable[str], answer: bytes) -> list[bytes]:
    found = [number for name in names if (number := syscalls.number(name, machine)) is not None]
    return [step for number in found for step in (_one(_JUMP_EQUAL, number, 0, 1), answer)]


def _when(machine: str, name: str, steps: list[bytes]) -> list[bytes]:
    """Steps for one call, which end it there: refused by one of them, or allowed."""
    number = syscalls.number(name, machine)
    assert number is not None
    return [_one(_JUMP_EQUAL, number, 0, len(steps) + 1), *steps, _one(_RETURN, _ALLOW)]


def restrict_self(*, sockets: bool, appearances: bool, truncate: bool) -> None:
    """Puts this process and all that it will start under the filter, for good. Raises OSError.

    Needs no_new_privs, or privileges.
    """
    machine = platform.machine()
    if machine not in _AUDIT:
        raise OSError(errno.ENOSYS, f"no list of system calls for {machine}")
    program = rules(machine, sockets=sockets, appearances=appearances, truncate=truncate)
    wrapped = Program(len(program) // 8, program)
    syscalls.call("seccomp", _SET_MODE_FILTER, 0, ctypes.pointer(wrapped))
