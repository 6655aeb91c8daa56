"""What all tests share: one thread, no journal, the same examples each time, and loud skips."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# Set before any test, and inherited by the kernels and servers that tests start.
os.environ.setdefault("GROUNDWORK_JOURNAL", "off")
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

settings.register_profile("groundwork", derandomize=True, deadline=None)
settings.load_profile("groundwork")

# With --nbval, pytest would run any notebook that a test brings along; only lessons stand for themselves.
collect_ignore_glob = ["*.ipynb"]


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
