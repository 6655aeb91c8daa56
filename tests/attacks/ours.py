"""What our own grading does on each case: a class of all attackers, graded in a jail; `ours.json` is its record.

    PYTHONPATH=tests .venv/bin/python -m attacks.ours [case …]

Without cases, both levels are run as an ordinary user and recorded. With cases, only these are run, as the user who
asks and as an ordinary one, and all that comes of them is printed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attacks.case import FULL, Case
from attacks.cases import CASES
from attacks.jail import command, jailed, pids
from attacks.world import World, released_gradebook, tells

RECORD = Path(__file__).with_name("ours.json")
LEVELS = ("strong", "lite")
ORDINARY = 64124
HONEST = ("aaron", "zoe")
"""Classmates, one before all attackers in the alphabet and one after."""
CELL_SECONDS = 5
LONGEST = CELL_SECONDS + 2 + 2
"""Seconds for one notebook: a cell's limit, an exercise's own limit (2 s in this course), and 2 s to end it all."""


@dataclass(frozen=True)
class Run:
    """What came of grading one class.

    results: by student. said: what their own cells have put out. stored: the points in the gradebook.
    harm:    what happened around the course. left: processes that were still there. log: what the run printed.
    """

    level: str
    results: dict[str, Any]
    said: dict[str, str]
    stored: dict[str, dict[str, float]]
    course: str
    harm: list[str]
    left: list[str]
    log: str

    def problems(self, case: Case) -> list[str]:
        """What is not as the case expects it, a sentence each."""
        if case.handed_in_by not in self.results:
            return [f"no result; the run said: {self.log[-2000:]}"]
        result, said, expected = self.results[case.handed_in_by], self.said[case.handed_in_by], case.at(self.level)
        never = expected.never.replace("@COURSE@", re.escape(self.course))
        told = "\n".join([result["reason"], *result["notes"], *(cell["note"] for cell in result["cells"])]).strip()
        silent = result["outcome"] == "graded" and not re.search(expected.says, said)
        checks = {
            f"the outcome is {result['outcome']} ({result['reason']})": result["outcome"] in expected.outcomes,
            f"it took {result['seconds']:.1f} s": result["seconds"] <= LONGEST,
            f"the level in the result is {result['level']}": result["level"] == self.level,
            f"its cells have not put out {expected.says!r} but {said[-1500:]!r}": not silent,
            f"its cells have put out {never!r}: {said[-1500:]!r}": not (never and re.search(never, said)),
            f"its cells have put out secrets: {tells(said)}": not tells(said),
            f"its result holds secrets: {tells(json.dumps(result))}": not tells(json.dumps(result)),
            f"its reason is an error of ours: {result['reason']}": "could not go on" not in result["reason"],
            "nothing is said about it": not expected.reason or re.search(expected.reason, told),
        }
        return [sentence for sentence, fine in checks.items() if not fine] + self._marks(case, result)

    def _marks(self, case: Case, result: dict[str, Any]) -> list[str]:
        given = {cell["grade_id"]: cell["points"] for cell in result["cells"]}
        stored = self.stored.get(case.handed_in_by, {})
        if result["outcome"] == "tampered":
            return [f"{name} has {points} points, though withheld" for name, points in stored.items() if points]
        found = [
            f"{name} has {points} points" for name, points in given.items() if not 0 <= points <= FULL.get(name, 0)
        ]
        found += [
            f"{name} has {points} points and {stored.get(name)} in the gradebook"
            for name, points in given.items()
            if (stored.get(name) or 0) != points
        ]
        for name, points in case.at(self.level).marks.items():
            mark = given.get(name, 0)
            if mark > points or (mark != points and not case.forges):
                found.append(f"{name} has {mark} points, not {points}")
        return found


def graded(level: str, uid: int, cases: Sequence[Case] = CASES, seconds: float = 1800) -> Run:
    """Grades a class of these cases and two honest students, as the user `uid`."""
    gradebook = released_gradebook()
    return Run(level=level, **jailed(lambda: _grade(level, uid, cases, gradebook, seconds), seconds + 120))


def _grade(level: str, uid: int, cases: Sequence[Case], gradebook: bytes, seconds: float) -> dict[str, Any]:
    world = World(Path("/var/tmp/attacked"), gradebook, CELL_SECONDS)
    user: dict[str, Any] = {"user": uid, "group": uid, "extra_groups": []} if uid != os.getuid() else {}
    world.start_victim(**user)
    world.submit(cases, HONEST)
    world.give_to(uid)
    before, rows = world.digest(), world.earlier_rows()
    results, log = world.folder / "results.json", world.folder / "log.txt"
    arguments = [str(world.place.course), level, str(min(2, os.cpu_count() or 1)), str(results)]
    with log.open("w") as output:
        grading = subprocess.Popen(
            [sys.executable, "-m", "attacks.grade", *arguments],
            cwd=world.place.course,
            env=world.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **user,
        )
        try:
            grading.wait(seconds)
        except subprocess.TimeoutExpired:
            output.write(f"the run did not end in {seconds} s")
    found = json.loads(results.read_text()) if results.exists() else []
    students = [*HONEST, *(case.handed_in_by for case in cases)]
    return {
        "results": {result["student"]: result for result in found},
        "said": {student: world.said(student) for student in students},
        "stored": {student: world.marks(student) for student in students},
        "course": str(world.place.course),
        "left": _left(world.place.victim),
        "harm": world.harm(before, rows),
        "log": log.read_text(errors="replace")[-20_000:],
    }


def _left(victim: int) -> list[str]:
    """Processes that are still in the jail, 2 seconds after the run at the latest."""
    deadline = time.monotonic() + 2
    while True:
        left = [name for pid in pids() if pid not in {1, victim} and (name := command(pid))]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.02)


def _recorded(run: Run) -> dict[str, Any]:
    """What the table in docs/security.md needs of a run."""
    record = {}
    for case in CASES:
        result = run.results.get(case.handed_in_by, {})
        record[case.id] = {
            "of": case.digest,
            "outcome": result.get("outcome", "no result"),
            "points": result.get("points"),
            "problems": run.problems(case),
        }
    return record


def main(names: Sequence[str]) -> None:
    """Records, or shows some cases."""
    if not names:
        record = {level: _recorded(graded(level, ORDINARY)) for level in LEVELS}
        RECORD.write_text(json.dumps(record, indent=1) + "\n")
        return
    cases = [case for case in CASES if case.id in names]
    for level in LEVELS:
        for uid in sorted({os.getuid(), ORDINARY}):
            run = graded(level, uid, cases, 300)
            print(f"== {level}, uid {uid}: harm {run.harm}, left {run.left}\n{run.log[-3000:]}")
            for case in cases:
                print(case.id, json.dumps(run.results.get(case.handed_in_by)), run.said[case.handed_in_by][-1000:])
                print("   problems:", run.problems(case))


if __name__ == "__main__":
    main(sys.argv[1:])
