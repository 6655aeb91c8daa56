"""Runs `autograder check` under an audit hook: `python watched_check.py REPORT check …`.

Writes to REPORT what a lesson did that it must not: connections to other machines, and files opened for
writing outside the working folder and the system's temporary folder.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

report, arguments = Path(sys.argv[1]).resolve(), sys.argv[2:]
allowed = (os.path.realpath(tempfile.gettempdir()), str(Path.cwd().resolve()), "/dev/", "/proc/")
caches = (".cache", ".matplotlib", ".config", ".ipython", "__pycache__")
offences: list[str] = []


def watch(event: str, details: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = details[1]
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        if host not in {"127.0.0.1", "localhost", "::1"}:
            offences.append(f"connects to {host}")
    elif event == "open":
        path, mode, flags = details
        writes = (isinstance(mode, str) and any(letter in mode for letter in "wax+")) or (
            mode is None and isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        )
        if writes and isinstance(path, str):
            real = os.path.realpath(path)
            if not real.startswith(allowed) and not any(cache in real for cache in caches):
                offences.append(f"writes {real}")


sys.addaudithook(watch)
sys.argv = ["autograder", *arguments]
try:
    from autograder.cli import main

    main()
finally:
    report.write_text(json.dumps(sorted(set(offences))), encoding="utf-8")
