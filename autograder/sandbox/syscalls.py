"""The system calls that Python has no words for, by ctypes; each raises OSError.

Numbers are those of the kernel's tables for x86-64 and for aarch64 (arch/x86/entry/syscalls/syscall_64.tbl,
include/uapi/asm-generic/unistd.h); from 424 on all processors share one list.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from typing import Any, Final

MACHINES: Final = ("x86_64", "aarch64")

# name: (x86-64, aarch64); None where a processor has no such call.
_OLD: Final[dict[str, tuple[int | None, int | None]]] = {
    "clone": (56, 220),
    "ptrace": (101, 117),
    "syslog": (103, 116),
    "capset": (126, 91),
    "personality": (135, 92),
    "uselib": (134, None),
    "sysfs": (139, None),
    "setpriority": (141, 140),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "vhangup": (153, 58),
    "modify_ldt": (154, None),
    "pivot_root": (155, 41),
    "prctl": (157, 167),
    "adjtimex": (159, 171),
    "chroot": (161, 51),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "mount": (165, 40),
    "umount2": (166, 39),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "init_module": (175, 105),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "nfsservctl": (180, 42),
    "sched_setaffinity": (203, 122),
    "lookup_dcookie": (212, 18),
    "clock_settime": (227, 112),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "mq_open": (240, 180),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "unshare": (272, 97),
    "move_pages": (279, 239),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "prlimit64": (302, 261),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "clock_adjtime": (305, 266),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "finit_module": (313, 273),
    "sched_setattr": (314, 274),
    "seccomp": (317, 277),
    "memfd_create": (319, 279),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    # memory and messages of System V: they outlive their makers
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    # sockets
    "socket": (41, 198),
    "socketpair": (53, 199),
    # what a file looks like, which Landlock does not guard
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "fchmod": (91, 52),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "fremovexattr": (199, 16),
    "lremovexattr": (198, 15),
    "truncate": (76, 45),
    "ioctl": (16, 29),
    "kill": (62, 129),
}
_SHARED: Final = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "clone3": 435,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "quotactl_fd": 443,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
    "memfd_secret": 447,
    "process_mrelease": 448,
    "set_mempolicy_home_node": 450,
    "fchmodat2": 452,
}

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_KEEPCAPS: Final = 8
PR_CAPBSET_DROP: Final = 24
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_CLEAR_ALL: Final = 4

_libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def number(name: str, machine: str | None = None) -> int | None:
    """The number of a system call on a processor (this one unless said), None where it has none."""
    if name in _SHARED:
        return _SHARED[name]
    return _OLD[name][MACHINES.index(machine or platform.machine())]


def checked(result: int, what: str | None = None) -> int:
    """The result of a system call; raises the OSError that it stands for."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), what)
    return result


def call(name: str, *arguments: int | bytes | ctypes._Pointer[Any]) -> int:
    """A system call by its name; raises OSError, ENOSYS where the processor or the C library has none."""
    if _libc is None or platform.machine() not in MACHINES or (known := number(name)) is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    wide = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return checked(_libc.syscall(ctypes.c_long(known), *wide))


def prctl(option: int, *arguments: int) -> int:
    """prctl(2) with numbers."""
    wide = [*arguments, 0, 0, 0, 0][:4]
    return call("prctl", option, *wide)


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """mount(2)."""
    assert _libc is not None
    words = [text.encode() if text is not None else None for text in (source, target, kind, data)]
    checked(_libc.mount(*words[:3], ctypes.c_ulong(flags), words[3]), target)
