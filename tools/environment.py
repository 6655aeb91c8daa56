"""Make the course's own Python environment, `.venv`, once and only once.

Standard library only, in the syntax of Python 3.7, so that an old Python can still say that it is too old.
`make learn` and `make test` begin with this script.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from prerequisites import MissingError, check, check_python

try:
    import fcntl
except ImportError:  # Windows has none, and does without the lock
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent

DESCRIPTION = """\
Make the environment of the course in the folder .venv, beside the lessons.

  learn   what reading the lessons and doing the exercises needs, all stages: about {learn:.1f} GB
  test    the same, and what testing and writing lessons needs: about {test:.1f} GB

The first time, packages are downloaded and unpacked, which takes some minutes. After that the command is
done at once and touches no network, until constraints.txt, pyproject.toml, the version of Python or the
place of this folder changes. It can be stopped with Ctrl-C at any time: the next run notices the half-made
environment and makes it anew, from what was already downloaded.

To use another Python than the default one, run this script with it, or say `make learn PYTHON=python3.12`.

On Linux, PyTorch's default build carries libraries for graphics cards, which this course never uses.
PyTorch's own "Get started" page gives the address of its CPU-only index; put it in PIP_EXTRA_INDEX_URL
before `make learn` to save about 3 GB. pip's other settings (a proxy, a mirror, a folder of wheels) are
respected as well.
"""


class Group(NamedTuple):
    """Optional dependencies of pyproject.toml that are installed together."""

    extras: Tuple[str, ...]
    gigabytes: float
    satisfies: Tuple[str, ...]
    needs_git: bool


GROUPS: Dict[str, Group] = {
    "learn": Group(("deployment", "grading"), 1.9, ("learn",), needs_git=False),
    "test": Group(("deployment", "grading", "cluster", "dev"), 2.2, ("learn", "test"), needs_git=True),
}


class Environment:
    """The folder `.venv`, and the stamp in it that says what it was made from.

    The stamp is written last and removed first, so an environment without one is half-made.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.stamp = self.folder / "groundwork.json"

    def key(self) -> str:
        """A fingerprint of everything that the environment is made from."""
        digest = hashlib.sha256()
        for name in ("constraints.txt", "pyproject.toml"):
            digest.update((self.root / name).read_bytes().replace(b"\r\n", b"\n"))
        place = [list(sys.version_info[:2]), sysconfig.get_platform(), str(self.folder)]
        digest.update(json.dumps(place).encode())
        return digest.hexdigest()

    def runs(self) -> bool:
        """Whether its Python starts and has the version of the one that runs this script."""
        question = f"import sys; print(sys.version_info[:2] == {sys.version_info[:2]!r})"
        command = [str(self.python), "-I", "-S", "-c", question]
        try:
            answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except OSError:
            return False
        return answer.stdout.strip() == b"True"

    def stamped(self) -> Dict[str, str]:
        """What the stamp says; nothing when there is none or it is torn."""
        try:
            content = json.loads(self.stamp.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) and content.get("group") in GROUPS else {}

    def ready(self, group: str) -> bool:
        """Whether it has all that `group` needs."""
        stamped = self.stamped()
        if not stamped or group not in GROUPS[stamped["group"]].satisfies:
            return False
        return stamped.get("key") == self.key() and self.runs()

    def group_to_install(self, group: str) -> str:
        """`group`, or the larger one that is already here and must not shrink."""
        made = self.stamped().get("group")
        return made if made and group in GROUPS[made].satisfies else group

    def write_stamp(self, group: str) -> None:
        """Declare the environment whole."""
        self.stamp.write_text(json.dumps({"group": group, "key": self.key()}) + "\n", "utf-8")

    def remove_stamp(self) -> None:
        """Declare the environment half-made, before changing it."""
        if self.stamp.exists():
            self.stamp.unlink()


@contextmanager
def alone(environment: Environment) -> Iterator[None]:
    """Wait until no other run is making the same environment."""
    with (environment.root / "constraints.txt").open("rb") as lock:
        if fcntl:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another run is making the environment: waiting for it.", flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class PipProgress:
    """Turns pip's hundreds of lines into one that moves, and a few that stay."""

    def __init__(self, live: bool) -> None:
        self.live = live
        self.packages = 0
        self.file = ""

    def read(self, line: str) -> None:
        """Show what one line of pip's output means."""
        progress = re.match(r"Progress (\d+) of (\d+)", line)
        download = re.match(r"\s*(Downloading|Using cached) (\S+) \((.+)\)", line)
        if progress and int(progress[2]):
            self.moving(f"{self.file} {100 * int(progress[1]) // int(progress[2])} %")
        elif line.startswith(("Collecting ", "Processing ")):
            self.packages += 1
            self.moving(f"package {self.packages}: {line.split()[1].rsplit('/')[-1]}")
        elif download and not download[2].endswith(".metadata"):
            self.file = f"{download[1].lower()} {download[2].rsplit('/')[-1]} ({download[3]})"
            large = re.match(r"\d{3,}\S* MB|\S+ GB", download[3])
            (self.staying if large else self.moving)(self.file)
        elif line.startswith("Installing collected packages"):
            packages = line.count(",") + 1
            (self.staying if packages > 20 else self.moving)(f"unpacking {packages} packages, which takes the longest")

    def moving(self, words: str) -> None:
        """Words that the next ones replace."""
        if self.live:
            width = shutil.get_terminal_size().columns - 6
            print(f"\r\033[K    {words[:width]}", end="", flush=True)

    def staying(self, words: str) -> None:
        """Words to be read later, too."""
        self.erase()
        print(f"    {words}", flush=True)

    def erase(self) -> None:
        """Remove the words that moved."""
        if self.live:
            print("\r\033[K", end="", flush=True)


REASONS = {
    r"No space left|Errno 28|not enough space": "The disk is full: make room",
    r"ConnectionError|NewConnection|name resolution|getaddrinfo|timed out|Max retries|SSLError|ProxyError": (
        "The packages could not be downloaded: look at the network, or at the proxy"
    ),
    r"No matching distribution|Could not find a version|ResolutionImpossible": (
        "A package was not found: look at the network; with a very new Python, name an older one (PYTHON=python3.12)"
    ),
}


def pip_trouble(output: Sequence[str], group: str) -> str:
    """The last of pip's own words, and a sentence on what to do."""
    text = "\n".join(output)
    reason = "pip could not install the packages: look at its words above, at the network and at the disk"
    for pattern, known_reason in REASONS.items():
        if re.search(pattern, text):
            reason = known_reason
            break
    errors = [line for line in output if line.startswith("ERROR")] or list(output)
    return "\n".join([*errors[-3:], f"{reason}; then run `make {group}` again."])


def run_pip(environment: Environment, arguments: Sequence[str], group: str) -> None:
    """Run the environment's own pip, showing its progress.

    Raises:
        MissingError: when pip does not succeed.
    """
    command = [str(environment.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    pip = subprocess.Popen(
        [*command, "-c", "constraints.txt", *arguments],
        cwd=str(environment.root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
    )
    progress = PipProgress(live=sys.stdout.isatty())
    output: List[str] = []
    try:
        for line in pip.stdout or []:
            output.append(line.rstrip())
            progress.read(line)
        pip.wait()
    finally:
        progress.erase()
        if pip.poll() is None:
            pip.terminate()
            pip.wait()
    if pip.returncode != 0:
        raise MissingError(pip_trouble(output, group))


def create(environment: Environment, group: str) -> None:
    """Make the folder anew, with nothing in it but Python.

    Raises:
        MissingError: when Python's venv module does not succeed.
    """
    command = [sys.executable, "-m", "venv", "--clear", str(environment.folder)]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode != 0:
        words = made.stdout.decode("utf-8", "replace").strip()
        raise MissingError(f"{words}\n{environment.folder} could not be made; then run `make {group}` again.")


def fill(environment: Environment, group: str) -> None:
    """Bring the environment to what constraints.txt and pyproject.toml say."""
    print("  1 of 2: pip and setuptools", flush=True)
    run_pip(environment, ["pip>=24.1", "setuptools>=77"], group)
    print("  2 of 2: the packages of the course", flush=True)
    course = f".[{','.join(GROUPS[group].extras)}]"
    run_pip(environment, ["--progress-bar", "raw", "--no-build-isolation", "-e", course], group)


def make(
    environment: Environment,
    group: str,
    create: Callable[[Environment, str], None] = create,
    fill: Callable[[Environment, str], None] = fill,
) -> None:
    """Make the environment or bring it up to date."""
    started = time.monotonic()
    group = environment.group_to_install(group)
    whole = bool(environment.stamped()) and environment.runs()
    environment.remove_stamp()
    if whole:
        print("The environment in .venv is brought up to date.", flush=True)
    else:
        if environment.folder.exists():
            print("The environment in .venv is half-made, or its Python is gone: it is made anew.", flush=True)
        else:
            print(f"The environment is made in .venv: {GROUPS[group].gigabytes} GB, some minutes.", flush=True)
        create(environment, group)
    fill(environment, group)
    environment.write_stamp(group)
    print(f"The environment is ready ({time.monotonic() - started:.0f} s).", flush=True)


def group_asked_for(arguments: Sequence[str]) -> str:
    """The group that the command line names."""
    parser = argparse.ArgumentParser(
        prog="environment.py",
        description=DESCRIPTION.format(**{name: group.gigabytes for name, group in GROUPS.items()}),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("group", choices=sorted(GROUPS), help="what the environment is for")
    return str(parser.parse_args(arguments).group)


def main(arguments: Sequence[str], environment: Optional[Environment] = None) -> int:
    """Do what the command line says; the exit code."""
    environment = environment or Environment(ROOT)
    group = ""
    try:
        check_python()
        group = group_asked_for(arguments)
        if environment.ready(group):
            return 0
        gigabytes = 0.0 if environment.folder.exists() else GROUPS[group].gigabytes
        warning = check(environment.root, gigabytes, GROUPS[group].needs_git)
        if warning:
            print(warning, flush=True)
        with alone(environment):
            if not environment.ready(group):
                make(environment, group)
    except (MissingError, OSError) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nStopped: the environment is half-made; `make {group}` makes it anew.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
