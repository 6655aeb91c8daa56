"""What forked kernels save: nbval over the lessons with and without, and `import torch` in a new notebook."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from autograder.syllabus import course_root

MOST_OF_STOCK = 0.45
MOST_SECONDS_TO_IMPORT_TORCH = 0.1
FORK = "groundwork-fork"
STOCK = "local-provisioner"
WORKERS = 2
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def benchmarks() -> Iterator[dict[str, Any]]:
    """Every measurement of this file, one after the other."""
    yield lessons_with_nbval()
    yield importing_torch()


def lessons_with_nbval(pairs: int = 2) -> dict[str, Any]:
    """`pytest --nbval` over copies of all lessons as `make test` runs them, in pairs: a busy machine hits both."""
    both = [(_nbval(STOCK), _nbval(FORK)) for _ in range(pairs)]
    ratio = statistics.median(forked[0] / stock[0] for stock, forked in both)
    return {
        "benchmark": f"nbval over {len(list(course_root().glob('curriculum/*/*.ipynb')))} lessons, forked over stock",
        "ratio": round(ratio, 3),
        "seconds_stock": [round(stock[0], 1) for stock, _ in both],
        "seconds_forked": [round(forked[0], 1) for _, forked in both],
        "seconds_in_cells_forked": [round(forked[1], 1) for _, forked in both],
        "least_possible_ratio": round(statistics.median(forked[1] / WORKERS / stock[0] for stock, forked in both), 3),
        "target": MOST_OF_STOCK,
        "met": ratio <= MOST_OF_STOCK,
    }


def _nbval(kernels: str) -> tuple[float, float]:
    """Seconds of a run over fresh copies, for lessons leave files behind; and how long their cells took, summed up."""
    sanitise = str(course_root() / "tests" / "nbval_sanitize.cfg")
    with tempfile.TemporaryDirectory() as folder:
        lessons, report = Path(folder, "lessons"), Path(folder, "report.xml")
        shutil.copytree(course_root() / "curriculum", lessons, ignore=shutil.ignore_patterns("__pycache__"))
        command = [sys.executable, "-m", "pytest", "-q", "-n", str(WORKERS), "--dist", "loadfile"]
        command += ["-p", "no:cacheprovider", f"--junitxml={report}", "-o", "junit_duration_report=call"]
        command += ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", sanitise, str(lessons)]
        started = time.perf_counter()
        run = subprocess.run(
            command,
            env={**os.environ, **ONE_THREAD, "JUPYTER_DEFAULT_PROVISIONER_NAME": kernels, "GROUNDWORK_JOURNAL": "off"},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - started
        assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-500:]
        cells = sum(float(case.get("time", 0)) for case in ElementTree.parse(report).iter("testcase"))
    return seconds, cells


def importing_torch(runs: int = 5) -> dict[str, Any]:
    """The first cell of a new notebook, `import torch`, in a forked kernel."""
    KernelProvisionerFactory.instance().default_provisioner_name = FORK
    seconds = [_first_cell("import torch") for _ in range(runs)]
    middle = statistics.median(seconds)
    return {
        "benchmark": "import torch in a new notebook",
        "seconds": round(middle, 4),
        "target": MOST_SECONDS_TO_IMPORT_TORCH,
        "met": middle <= MOST_SECONDS_TO_IMPORT_TORCH,
    }


def _first_cell(code: str) -> float:
    manager = KernelManager()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        started = time.perf_counter()
        client.execute_interactive(code, timeout=60)
        return time.perf_counter() - started
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
