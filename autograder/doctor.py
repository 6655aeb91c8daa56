"""Looks over this machine: what is there, what is missing, and the command that brings it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.journal import open_journal


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `needed` tells whether the course can't do without it."""

    what: str
    fine: bool
    says: str
    needed: bool = True


def examine(work: Path) -> list[Finding]:
    """Everything that the lessons, or some of them, need of this machine."""
    return [_python(), _packages(), _datasets(), _writable("working copies", work), _journal(), *_tools(), _sandbox()]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), f"{found} (3.11 or newer is needed)")


def _packages() -> Finding:
    lines = importlib.metadata.requires("autograder") or []
    wanted = [line for line in lines if "extra ==" not in line or "deployment" in line]
    missing = [name for name in (re.split(r"[\[<>=!~; ]", line)[0] for line in wanted) if not _installed(name)]
    if missing:
        return Finding("packages", False, f"missing: {', '.join(missing)}. Run: make learn")
    return Finding("packages", True, f"all {len(wanted)} that the lessons ask for")


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _datasets() -> Finding:
    from autograder import datasets

    try:
        datasets.verify()
    except CourseError as error:
        return Finding("data sets", False, str(error).replace("\n", " "))
    return Finding("data sets", True, f"{len(datasets.names())}, as they were shipped")


def _writable(what: str, folder: Path) -> Finding:
    nearest = next((parent for parent in (folder, *folder.parents) if parent.exists()), folder)
    if os.access(nearest, os.W_OK):
        return Finding(what, True, str(folder))
    return Finding(what, False, f"{folder} can't be written. Give yourself permission to write there.")


def _journal() -> Finding:
    journal = open_journal()
    return (
        _writable("journal", journal.path.parent) if journal else Finding("journal", True, "switched off", needed=False)
    )


def _tools() -> list[Finding]:
    engine = next((tool for tool in ("docker", "podman") if _answers(tool, "info")), None)
    return [
        _tool("git", "needed to update the course", "your system's package `git`"),
        Finding(
            "container engine",
            engine is not None,
            f"{engine} answers" if engine else "none runs; 06-deployment/08-docker then checks without building",
            needed=False,
        ),
        _tool("g++", "for C++ in 02-python/09", "your system's package `g++`"),
    ]


def _tool(name: str, purpose: str, source: str) -> Finding:
    found = shutil.which(name)
    return Finding(name, found is not None, found or f"missing, {purpose}. Install {source}.", needed=False)


def _sandbox() -> Finding:
    from autograder.sandbox.probe import probe

    found = probe()
    means = {
        "strong": "strong: notebooks are graded out of reach of this machine",
        "lite": "lite: notebooks are graded as a bounded account or by Landlock's rules, without namespaces",
        "none": "none: `autograder grade` needs --trust-student-code here",
    }[found.level]
    missing = "; ".join(f"{layer}: {reason}" for layer, reason in found.missing)
    says = f"{means}{f'. Missing: {missing}' if missing else ''}"
    return Finding("sandbox for grading", found.level != "none", says, needed=False)


def _answers(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    try:
        return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
