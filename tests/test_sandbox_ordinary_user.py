"""All that the sandbox promises it promises to an ordinary user too: the same tests, run as one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such layers"),
    pytest.mark.skipif(sys.platform == "linux" and os.geteuid() != 0, reason="these tests already run as one"),
    pytest.mark.slow,
]


@pytest.mark.parametrize("file", ["test_sandbox_isolation.py", "test_sandbox_zygote.py", "test_sandbox_probe.py"])
def test_the_sandbox_holds_for_an_ordinary_user(file: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", str(HERE / file)]
    run = subprocess.run([sys.executable, str(HERE / "ordinary_user.py"), *command], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
