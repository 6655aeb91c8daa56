"""Which folders a student's process needs to see: the interpreter, what is installed for it, the system's own."""

from __future__ import annotations

import site
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

SYSTEM: Final = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
"""Programs and libraries; some are links into /usr."""

SETTINGS: Final = (
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/etc/nsswitch.conf", "/etc/alternatives", "/etc/fonts"),
)
"""What programs look up, and nothing that names people, machines or secrets."""

DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

ABOUT_THE_MACHINE: Final = (
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/uptime", "/proc/filesystems"),
    *("/proc/sys/vm/overcommit_memory", "/sys/devices/system/cpu"),
)
"""What libraries ask to know how much of a machine there is; /proc/self is the process that opens it first."""


def interpreter() -> list[str]:
    """The folders of this Python and of what is installed for it."""
    installed = [*site.getsitepackages(), site.getusersitepackages()]
    return [sys.base_prefix, sys.base_exec_prefix, sys.prefix, *(path for path in installed if path in sys.path)]


def outermost(paths: Iterable[str]) -> list[str]:
    """Existing folders and files, links followed, without those that lie below another."""
    found = sorted({Path(path).resolve() for path in paths if Path(path).exists()})
    return [str(path) for path in found if not any(other in path.parents for other in found)]
