"""Runs Python as on a machine that refuses some system calls: `python without_calls.py NAME,NAME ERRNO PROGRAM`."""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

from autograder.sandbox import seccomp, syscalls


def main() -> None:
    """Puts on a filter that answers the calls with the error, then runs the program."""
    names, error, program = sys.argv[1:]
    numbers = [syscalls.number(name, platform.machine()) for name in names.split(",")]
    steps = [struct.pack("=HBBI", 0x20, 0, 0, 0)]
    for number in filter(None, numbers):
        refuse = 0x00050000 | getattr(errno, error)
        steps += [struct.pack("=HBBI", 0x15, 0, 1, number), struct.pack("=HBBI", 0x06, 0, 0, refuse)]
    steps.append(struct.pack("=HBBI", 0x06, 0, 0, 0x7FFF0000))
    filter_ = seccomp.Program(len(steps), b"".join(steps))
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    syscalls.call("seccomp", 1, 0, ctypes.pointer(filter_))
    exec(program, {})


if __name__ == "__main__":
    main()
