"""Landlock: what files a student's process may see and write, whatever account it runs as; by the kernel's ABI."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable
from typing import Final

from autograder.sandbox import syscalls

# From include/uapi/linux/landlock.h.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_DEVICES: Final = (1 << 6) | (1 << 11)
_TRUNCATE, _IOCTL_DEVICE = 1 << 14, 1 << 15
_FIRST_ABI: Final = (1 << 13) - 1
_ADDED: Final = {2: 1 << 13, 3: _TRUNCATE, 5: _IOCTL_DEVICE}
"""Rights over files that later ABIs know: to move between folders, to cut, to steer devices."""
_READ: Final = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE

TRUNCATE_ABI: Final = 3
NETWORK_ABI: Final = 4
SCOPE_ABI: Final = 6
_CONNECT_AND_BIND: Final = 0b11
_SIGNALS_AND_ABSTRACT_SOCKETS: Final = 0b11
_ASK_VERSION: Final = 1
_RULE_BENEATH: Final = 1


def abi() -> int:
    """The version of Landlock that this kernel speaks; raises OSError where it has none."""
    return syscalls.call("landlock_create_ruleset", 0, 0, _ASK_VERSION)


def restrict_self(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> None:
    """Allows reading below `readable`, everything below `writable`, reading and writing `devices`; for good.

    Also no TCP, and no signals or abstract sockets to processes outside, where the ABI knows of them.
    Paths that don't exist are left out. Raises OSError. Needs no_new_privs, or privileges.
    """
    version = abi()
    files = _FIRST_ABI
    for since, right in _ADDED.items():
        files |= right if version >= since else 0
    fields = [files]
    if version >= NETWORK_ABI:
        fields.append(_CONNECT_AND_BIND)
    if version >= SCOPE_ABI:
        fields.append(_SIGNALS_AND_ABSTRACT_SOCKETS)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    rules = syscalls.call("landlock_create_ruleset", attributes, len(attributes), 0)
    try:
        for paths, allowed in (
            (readable, _READ),
            (writable, files & ~_MAKE_DEVICES),
            (devices, files & (_READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEVICE)),
        ):
            for path in paths:
                _allow(rules, path, allowed)
        syscalls.call("landlock_restrict_self", rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: str, allowed: int) -> None:
    try:
        found = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(found).st_mode):
            allowed &= _OF_FILES
        syscalls.call("landlock_add_rule", rules, _RULE_BENEATH, struct.pack("=Qi", allowed, found), 0)
    finally:
        os.close(found)
