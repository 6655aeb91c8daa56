"""Audits each lesson in a process of its own, so that the state and the memory of one never touch the next.

`python -m autograder.audit.process` is what such a process runs; nobody else calls it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.audit import orphans
from autograder.audit.results import LessonAudit
from autograder.audit.slots import Slots
from autograder.errors import CourseError

ENVIRONMENT: Final = {
    "GROUNDWORK_JOURNAL": "off",
    "PYTHONHASHSEED": "0",  # two audits of one lesson come to the same
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),  # a child has no others
}


@dataclass(frozen=True)
class Target:
    """A notebook to audit, and the name that the report gives it."""

    notebook: Path
    name: str


@dataclass
class _Running:
    target: Target
    process: subprocess.Popen[bytes]
    folder: tempfile.TemporaryDirectory[str]


def default_workers() -> int:
    """As many processes at a time as there are processors for this one."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def audit_all(targets: Sequence[Target], workers: int) -> Iterator[tuple[Target, LessonAudit | CourseError]]:
    """Each target as its audit ends, at most `workers` processes busy at a time.

    A lesson that can't be audited gives its CourseError; the others go on. Raises CourseError where nothing can be
    audited, since the system can't fork.
    """
    if not hasattr(os, "fork"):
        raise CourseError("The audit forks its processes, which this system can't.", "Use Linux, macOS or WSL.")
    at_once = min(max(1, workers), len(targets))
    slots = Slots.of(max(1, workers) - at_once) if targets else Slots.of(0)
    waiting, running = list(targets)[::-1], list[_Running]()
    with orphans.adopted():
        try:
            while waiting or running:
                while waiting and len(running) < at_once:
                    running.append(_start(waiting.pop(), slots))
                for one in [one for one in running if one.process.poll() is not None]:
                    running.remove(one)
                    yield one.target, _result(one)
                    if not waiting:
                        slots.add()  # nobody needs its place any more: the others may have it
                time.sleep(0.02)
        finally:
            for one in running:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(one.process.pid, signal.SIGKILL)
                one.process.wait()
                one.folder.cleanup()
            slots.close()


def _start(target: Target, slots: Slots) -> _Running:
    folder = tempfile.TemporaryDirectory(prefix="groundwork-audit-", ignore_cleanup_errors=True)
    scratch = Path(folder.name, "scratch")
    scratch.mkdir()
    command = [sys.executable, "-m", "autograder.audit.process", str(target.notebook), target.name, folder.name]
    with Path(folder.name, "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(slots.reading), str(slots.writing)],
            pass_fds=(slots.reading, slots.writing),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **ENVIRONMENT, "TMPDIR": str(scratch)},
            start_new_session=True,
        )
    return _Running(target, process, folder)


def _result(one: _Running) -> LessonAudit | CourseError:
    with one.folder as folder:
        answer = Path(folder, "result.json")
        if answer.is_file():
            stored = json.loads(answer.read_text(encoding="utf-8"))
            if "sentence" in stored:
                return CourseError(f"{one.target.name}: {stored['sentence']}", stored["next_step"])
            return LessonAudit.from_json(stored)
        lines = Path(folder, "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    status = one.process.returncode
    how = f"was killed by signal {-status}" if status < 0 else f"ended: {(lines or ['without a word'])[-1]}"
    return CourseError(f"{one.target.name}: the audit's process {how}.", "Run it for this lesson alone.")


def main(notebook: Path, name: str, folder: Path, slots: Slots) -> None:
    """Audits one notebook and leaves the result, or the sentence of a CourseError, in `folder`."""
    from autograder.audit.audit import audit_lesson
    from autograder.audit.plain import audit_plain, is_lesson

    orphans.die_with_parent()
    try:
        audit = audit_lesson if is_lesson(notebook) else audit_plain
        result = audit(notebook, name, slots).as_json()
    except CourseError as error:
        result = {"sentence": error.sentence, "next_step": error.next_step}
    part = folder / "result.part"
    part.write_text(json.dumps(result), encoding="utf-8")
    part.rename(folder / "result.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Slots(int(sys.argv[4]), int(sys.argv[5])))
