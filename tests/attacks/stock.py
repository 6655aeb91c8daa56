"""What stock nbgrader does on each case, run and not guessed; `stock.json` is its record.

    PYTHONPATH=tests .venv/bin/python -m attacks.stock [--again] [case …]

As root, on Linux. Each case has a jail, a course and a class of its own; nbgrader runs in it as an ordinary user who
owns the course, as an instructor does. Cells may take 5 seconds there, and a whole run `LIMIT`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

from attacks.case import ASSIGNMENT, Case
from attacks.case_markup import HOSTILE_HTML
from attacks.cases import CASES, KINDS
from attacks.jail import LIMITS, become, children, command, jailed, pids
from attacks.world import World, released_gradebook, tells

RECORD = Path(__file__).with_name("stock.json")
INSTRUCTOR = 64123
LIMIT = 60.0
"""Seconds that a run of `nbgrader autograde` on one submission may take; it takes 5 as a rule."""


def stock_on(case: Case, gradebook: bytes) -> dict[str, Any]:
    """What happens to one submission; to be called in a jail."""
    world = World(Path("/tmp/stock"), gradebook)
    world.give_to(INSTRUCTOR)
    _as_instructor(lambda: _prepare(world, case))
    victim = int((world.folder / "victim").read_text())
    world.place = type(world.place)(**{**vars(world.place), "victim": victim})
    before, rows = world.digest(), world.earlier_rows()
    begin = time.monotonic()
    for other in CASES:
        if other.id == case.after:
            _nbgrader(world, "autograde", LIMIT, other.handed_in_by)
    ended = _nbgrader(world, "autograde", LIMIT, case.handed_in_by)
    record: dict[str, Any] = {"ended": ended, "seconds": round(time.monotonic() - begin, 1)}
    own = {os.getpid(), victim}
    left = [name for pid in pids() if pid not in own and (name := command(pid))]
    record["left"] = sorted(Path(name.split()[0]).name + " " + " ".join(name.split()[1:])[:40] for name in left)
    record["harm"] = [word for word in world.harm(before, rows) if "__pycache__" not in word]
    if not command(victim):
        record["harm"].append("killed another process")
    log = (
        (world.folder / "autograde.log").read_text(errors="replace")
        if (world.folder / "autograde.log").exists()
        else ""
    )
    record["error"] = _error(log)
    with contextlib.suppress(Exception):
        record["marks"] = world.marks(case.handed_in_by)
    with contextlib.suppress(Exception):
        said = world.said(case.handed_in_by)
        record["said"] = sorted(set(re.findall(r"DONE|FOUND|denied", said)))
        record["secrets"] = tells(said)
        record["size"] = len(said)
    if case in KINDS["Whoever looks at the results"]:
        record["feedback"] = _feedback(world, case.handed_in_by)
    return record


def _prepare(world: World, case: Case) -> None:
    world.start_victim()
    (world.folder / "victim").write_text(str(world.place.victim))
    earlier = [other for other in CASES if other.id == case.after]
    world.submit([*earlier, case], honest=["aaron"])


def _as_instructor(do: Any) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            become(INSTRUCTOR)
            do()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.waitpid(pid, 0)


def _nbgrader(world: World, subcommand: str, seconds: float, student: str) -> str:
    """Runs one of nbgrader's commands for one student, and says how it ended."""
    pid = os.fork()
    if pid == 0:
        try:
            log = os.open(world.folder / f"{subcommand}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.dup2(log, 1)
            os.dup2(log, 2)
            become(INSTRUCTOR, LIMITS)
            os.chdir(world.place.course)
            environment = world.environment
            os.environ.clear()
            os.environ.update(environment)
            from nbgrader.apps.nbgraderapp import NbGraderApp

            NbGraderApp.launch_instance([subcommand, ASSIGNMENT, "--student", student])
            os._exit(0)
        except SystemExit as leaving:
            os._exit(leaving.code if isinstance(leaving.code, int) else 1)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return (
                f"exit {os.waitstatus_to_exitcode(status)}" if os.WIFEXITED(status) else f"signal {os.WTERMSIG(status)}"
            )
        time.sleep(0.05)
    for victim in {pid, *children(pid)}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "did not end"


def _error(log: str) -> str:
    """The last error of a log, in a line."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in log.splitlines()]
    errors = [
        line
        for line in lines
        if re.match(r"(\[\w+ \| ERROR\]|[\w.]*(Error|Exception|Entry|Interrupt|Timeout)\b)", line)
    ]
    plain = [line for line in errors if not re.search(r"traceback for details|See the full|error processing", line)]
    return (plain or errors or [""])[-1][:300]


def _feedback(world: World, student: str) -> str:
    """What of a hostile page is in the feedback that nbgrader makes of the graded notebook."""
    ended = _nbgrader(world, "generate_feedback", LIMIT, student)
    pages = list((world.place.course / "feedback").rglob("*.html"))
    if not pages:
        return f"no page ({ended})"
    body = "\n".join(page.read_text(errors="replace").partition("<body")[2] for page in pages)
    found = re.search(HOSTILE_HTML, body)
    return f"runs: {found.group(0)[:60]}" if found else "inert"


def main(arguments: list[str]) -> None:
    """Runs the cases that are asked for, or those that the record lacks."""
    import nbgrader.apps.nbgraderapp  # noqa: F401 (imported once, not in each jail)

    record: dict[str, Any] = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    gradebook = released_gradebook()
    again = "--again" in arguments
    wanted = [name for name in arguments if not name.startswith("-")]
    for case in CASES:
        known = record.get(case.id, {}).get("of") == case.digest
        if (wanted and case.id not in wanted) or (known and not again and not wanted):
            continue
        try:
            found = jailed(lambda case=case: stock_on(case, gradebook), 2 * LIMIT + 60)  # type: ignore[misc]
        except (TimeoutError, RuntimeError) as error:
            found = {"ended": "the jail was ended", "error": str(error) or "after its time"}
        record[case.id] = {"of": case.digest, **found}
        print(case.id, json.dumps(found)[:300], flush=True)
        ordered = {each.id: record[each.id] for each in CASES if each.id in record}
        RECORD.write_text(json.dumps(ordered, indent=1, ensure_ascii=True, sort_keys=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
