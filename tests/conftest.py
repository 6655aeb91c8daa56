"""What all tests share: one thread, no journal, the same examples each time, loud skips, and courses to play with."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from autograder.syllabus import course_root

if TYPE_CHECKING:
    from lab_in_browser import Desk
    from playwright.sync_api import Browser, BrowserContext

# Set before any test, and inherited by the kernels and servers that tests start.
os.environ.setdefault("GROUNDWORK_JOURNAL", "off")
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

# Jupyter's own variable would hold for programs that tests start, too: each would load a fork server for one kernel.
if kernels := os.environ.get("KERNELS_OF_LESSONS"):
    from jupyter_client.provisioning import KernelProvisionerFactory

    KernelProvisionerFactory.instance().default_provisioner_name = kernels

settings.register_profile("groundwork", derandomize=True, deadline=None)
settings.load_profile("groundwork")

# With --nbval, pytest would run any notebook that a test brings along; only lessons stand for themselves.
collect_ignore_glob = ["*.ipynb"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives a browser or a cluster waits for other programs, and one may be late: they get two tries.

    A second try is told of at the end ("RERUN"); what fails twice has failed.
    """
    for item in items:
        if {"browser", "cluster"} & {marker.name for marker in item.iter_markers()}:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_runtest_setup() -> None:
    """Ctrl-C means what it does at a terminal, whatever started the tests or came of an earlier one."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN and threading.current_thread() is threading.main_thread():
        warnings.warn("This process was deaf to SIGINT.", RuntimeWarning, stacklevel=1)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def require(*tools: str, install: str) -> Path:
    """The first of these programs that is on this machine.

    Without any, the test is skipped with the command that installs it, or fails where CI is true:
    there a test that cannot run proves nothing.
    """
    for tool in tools:
        if found := shutil.which(tool):
            return Path(found)
    sentence = f"{tools[0]} is missing; install it with: {install}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def needs_chromium() -> Path:
    """The Chromium that browser tests drive."""
    return require(
        "chromium",
        "chromium-browser",
        "google-chrome",
        install="sudo apt install --no-install-recommends chromium",
    )


@pytest.fixture(scope="session")
def needs_buildah() -> Path:
    """The buildah that builds container images without an engine, from mmdebstrap's root file system."""
    require("mmdebstrap", install="sudo apt install mmdebstrap")
    return require("buildah", install="sudo apt install buildah")


# A real JupyterLab in a real browser. Playwright is not on a learner's machine, so it is imported where it is used.


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A running `autograder learn` with working copies and a journal of its own."""
    from lab_in_browser import open_desk

    with open_desk(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(needs_chromium: Path) -> Iterator[Browser]:
    from lab_in_browser import chromium

    with chromium(needs_chromium) as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own for one test, patient enough for a busy machine."""
    from playwright.sync_api import expect

    made = browser.new_context(viewport={"width": 1280, "height": 900})
    made.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield made
    made.close()


@dataclass(frozen=True)
class Course:
    """A course in a folder of its own, with a copy of the package, so that its commands know of no other."""

    root: Path

    def run(self, *command: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs `autograder …` or `nbgrader …` as a person would, in the course's folder unless said otherwise."""
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=cwd or self.root,
            env=self.environment(**variables),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def environment(self, **variables: str) -> dict[str, str]:
        """This process's environment, but with this course's package and nobody's own Jupyter settings."""
        own = {"PYTHONPATH": str(self.root), "PYTHONUTF8": "1", "JUPYTER_CONFIG_DIR": str(self.root / ".jupyter")}
        return {**os.environ, **own, **variables}


@pytest.fixture(scope="session")
def make_course(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Course]:
    """Makes a course around a copy of a curriculum."""

    def make(curriculum: Path) -> Course:
        root, ours = tmp_path_factory.mktemp("course"), course_root()
        without = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ours / "autograder", root / "autograder", ignore=without)
        shutil.copytree(ours / "datasets", root / "datasets", ignore=without)
        shutil.copytree(curriculum, root / "curriculum", ignore=without)
        for name in ("nbgrader_config.py", "pyproject.toml"):
            shutil.copy(ours / name, root)
        return Course(root)

    return make


@pytest.fixture
def small_course(make_course: Callable[[Path], Course]) -> Course:
    """A course of one short lesson, `01-first/01-sums`, which has everything that a lesson can have."""
    return make_course(Path(__file__).with_name("small_curriculum"))
