"""What a machine must have before the environment can be made, and what installs the rest."""

import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Callable, Optional, Tuple

OLDEST_PYTHON = (3, 11)


class MissingError(Exception):
    """Something the user can put right: one sentence, with the next command to type."""


def installer_command(apt: str, brew: str, winget: str) -> str:
    """The command that installs a thing on this kind of machine."""
    if sys.platform == "darwin":
        return f"brew install {brew}"
    if sys.platform == "win32":
        return f"winget install {winget}"
    if shutil.which("apt-get"):
        return f"sudo apt install {apt}"
    if shutil.which("dnf"):
        return f"sudo dnf install {brew}"
    return f"your system's package manager (the package is often called {brew})"


def version_trouble(version: Tuple[int, ...], other_python: Optional[str]) -> Optional[str]:
    """What to say when Python is too old; `other_python` is the name of a newer one on this machine."""
    if version[:2] >= OLDEST_PYTHON:
        return None
    need, have = (".".join(map(str, v[:2])) for v in (OLDEST_PYTHON, version))
    sentence = f"Python {need} or newer is needed, this is {have}"
    if other_python:
        return f"{sentence}; a newer one is here, use it with: make learn PYTHON={other_python}"
    install = installer_command("python3.12 python3.12-venv", "python@3.12", "Python.Python.3.12")
    return f"{sentence}; install one with: {install}"


def newer_python() -> Optional[str]:
    """The name of a Python on this machine that is new enough."""
    names = [f"python3.{minor}" for minor in range(14, OLDEST_PYTHON[1] - 1, -1)]
    return next((name for name in names if shutil.which(name)), None)


def has_module(name: str) -> bool:
    """Whether Python can import a module, found out without importing it."""
    return find_spec(name) is not None


def venv_trouble(has_module: Callable[[str], bool] = has_module) -> Optional[str]:
    """What to say when this Python cannot make environments, as on Debian without its venv package."""
    missing = [name for name in ("venv", "ensurepip") if not has_module(name)]
    if not missing:
        return None
    major, minor = sys.version_info[:2]
    install = installer_command(f"python{major}.{minor}-venv", "python", "Python.Python.3.12")
    names = " and ".join(missing)
    return f"This Python cannot make environments (it lacks {names}); install what it needs with: {install}"


def git_trouble() -> Optional[str]:
    """What to say when git is missing."""
    if shutil.which("git"):
        return None
    return f"git is missing; install it with: {installer_command('git', 'git', 'Git.Git')}"


def free_bytes(folder: Path) -> int:
    """Bytes that can still be written in a folder."""
    return shutil.disk_usage(str(folder)).free


def disk_trouble(folder: Path, gigabytes: float, free_bytes: Callable[[Path], int] = free_bytes) -> Optional[str]:
    """What to say when the packages, or pip's temporary files on the way to them, would not fit."""
    free = free_bytes(folder) / 1e9
    if free < gigabytes:
        return (
            f"The environment needs about {gigabytes:.1f} GB, and {free:.1f} GB are free in {folder}; "
            "make room, then run the same command again"
        )
    temporary = Path(tempfile.gettempdir())
    if free_bytes(temporary) < 1e9:
        return (
            f"Less than 1 GB is free in {temporary}, too little for unpacking; make room, or set TMPDIR "
            "to a roomier folder, then run the same command again"
        )
    return None


def check_python() -> None:
    """Refuse a Python that is too old.

    Raises:
        MissingError: naming a newer Python or how to install it.
    """
    trouble = version_trouble(sys.version_info[:3], newer_python())
    if trouble:
        raise MissingError(trouble)


def check(folder: Path, gigabytes: float, needs_git: bool) -> Optional[str]:
    """Refuse a machine on which the environment cannot be made; a warning when it can, with something amiss.

    Raises:
        MissingError: naming what is missing and the command that installs it.
    """
    git = git_trouble()
    trouble = venv_trouble() or (git if needs_git else None) or disk_trouble(folder, gigabytes)
    if trouble:
        raise MissingError(trouble)
    return f"The lessons run without git, but updating them needs it: {git}" if git else None
