"""Writes the tables of docs/security.md from the cases and the recorded runs; its prose is written by hand.

PYTHONPATH=tests .venv/bin/python -m attacks.page
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from attacks import ours, stock
from attacks.case import FULL, Case
from attacks.case_faults import FAULTS
from attacks.cases import CASES, KINDS
from autograder.coverage import ready_specs
from autograder.syllabus import course_root, read_syllabus

PAGE = course_root() / "docs" / "security.md"
MARK = "<!-- made by tests/attacks/page.py: {} -->"
WORDS = {
    "solution": "the solutions",
    "hidden": "hidden tests",
    "classmate": "a classmate's work",
    "environment": "the environment",
    "file": "a private file",
    "gradebook": "the gradebook",
}


def page(text: str) -> str:
    """The page with its made parts made anew."""
    for name, made in (("cases", _cases()), ("inside", _inside()), ("count", _count())):
        begin, end = MARK.format(name), MARK.format(f"end of {name}")
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{made}\n{end}{rest.partition(end)[2]}"
    return text


def stock_harms(case: Case, record: Mapping[str, Any]) -> list[str]:
    """What went wrong with stock nbgrader: nothing, or phrases for the table."""
    marks = record.get("marks") or {}
    wrong = []
    if record["ended"] == "did not end":
        wrong.append(f"the run had not ended after {stock.LIMIT:.0f} s")
    elif not record["ended"].startswith("exit"):
        wrong.append(record["ended"])
    elif record["ended"] != "exit 0" and marks:
        wrong.append(f"the run stops{_error(record)}")
    if not marks:
        wrong.append(f"no grade{_error(record)}")
    elif case.expected.outcomes == ("invalid",):
        wrong.append(f"takes it: {_sum(marks)} points")
    elif not _right(case, marks):
        wrong.append(_marks(case, marks))
    if secrets := record.get("secrets"):
        wrong.append("reads " + ", ".join(WORDS.get(secret, secret) for secret in secrets))
    if "DONE" in record.get("said", []) or "FOUND" in record.get("said", []):
        wrong += [] if secrets or not case.expected.never else ["succeeds"]
    wrong += sorted({_harm(word) for word in record["harm"]})
    if left := record["left"]:
        wrong.append(f"leaves {len(left)} process{'es' * (len(left) > 1)} running")
    if record.get("feedback", "").startswith("runs"):
        wrong.append("feedback holds " + _code(record["feedback"].removeprefix("runs: ")[:31]))
    return wrong


def _cases() -> str:
    recorded = {
        name: json.loads(path.read_text())
        for name, path in (("stock", stock.RECORD), ("ours", ours.RECORD))
        if path.exists()
    }
    parts = []
    for kind, cases in KINDS.items():
        parts.append(f"### {kind}\n\n| tries | stock nbgrader 0.9.6 | here, strong | here, lite |\n|---|---|---|---|")
        parts += [_row(case, recorded) for case in cases]
        parts.append("")
    parts.append("### Faults of the grader\n\n| happens | then |\n|---|---|")
    parts += [f"| {_cell(fault.happens)} | {fault.then} |" for fault in FAULTS]
    return "\n".join(parts).rstrip()


def _row(case: Case, recorded: Mapping[str, Any]) -> str:
    by_stock = recorded["stock"].get(case.id)
    here = [_here(case, recorded.get("ours", {}).get(level, {}).get(case.id)) for level in ours.LEVELS]
    return f"| {_cell(case.tries)} | {_stock(case, by_stock)} | {here[0]} | {here[1]} |"


def _stock(case: Case, record: Mapping[str, Any] | None) -> str:
    if record is None:
        return "not run"
    wrong = stock_harms(case, record)
    return _cell("; ".join(wrong) or f"as it should be: {_sum(record['marks'])} points")


def _here(case: Case, record: Mapping[str, Any] | None) -> str:
    if record is None:
        return "not recorded"
    points = "" if record["points"] is None else f", {record['points']:g} points"
    return f"{record['outcome']}{points}" + (" — **open**" if case.gap or record["problems"] else "")


def _count() -> str:
    record = json.loads(stock.RECORD.read_text())
    wrong = sum(bool(stock_harms(case, record[case.id])) for case in CASES if case.id in record)
    text = f"There are {len(CASES)} cases. Stock nbgrader 0.9.6 is harmed or misled by {wrong} of them"
    if not ours.RECORD.exists():
        return f"{text}."
    here = json.loads(ours.RECORD.read_text())
    counts = [sum(bool(here[level][case.id]["problems"]) for case in CASES) for level in ours.LEVELS]
    return f"{text}, the grading here by {counts[0]} at level strong and {counts[1]} at level lite."


def _inside() -> str:
    rows = [
        f"| {lesson} | `{exercise.id}` | {exercise.points} |"
        for lesson, spec in ready_specs(read_syllabus()).items()
        for exercise in spec.exercises.values()
        if exercise.inside
    ]
    return "\n".join(["| lesson | exercise | points |", "|---|---|---|", *rows])


def _marks(case: Case, marks: Mapping[str, Any]) -> str:
    got = _sum(marks)
    if case.forges:
        return f"{got} forged points of {sum(FULL.values())}"
    return f"{got} points instead of {_sum(case.expected.marks)}"


def _sum(marks: Mapping[str, Any]) -> str:
    odd = [point for point in marks.values() if not isinstance(point, int | float)]
    return str(odd[0]) if odd else f"{sum(marks.values()):g}"


def _right(case: Case, marks: Mapping[str, Any]) -> bool:
    """Whether the marks are those that the case expects, or no more where it forges."""
    got = _numbers(marks)
    if any(not isinstance(point, int | float) for point in got.values()):
        return False
    if case.forges:
        return all(got[name] <= points for name, points in case.expected.marks.items())
    return case.expected.marks.items() <= got.items()


def _numbers(marks: Mapping[str, Any]) -> dict[str, Any]:
    return {name: marks.get(name) or 0 for name in FULL}


def _error(record: Mapping[str, Any]) -> str:
    error = re.sub(r"^\[\w+ \| ERROR\] ", "", record.get("error", ""))
    return f": {_code(error[:90])}" if error and "traceback" not in error else ""


def _harm(word: str) -> str:
    word = re.sub(
        r" (course|outside|site)/\S*",
        lambda match: {"course": " the course's files", "outside": " the grader's files", "site": " the package"}[
            match.group(1)
        ],
        word,
    )
    return {"changed the course's files": "changes the course's files"}.get(word, word)


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").strip() + "`"


def _cell(text: str) -> str:
    """Text for a table: markup only inside code."""
    parts = re.split(r"(`[^`]*`)", text.replace("|", "\\|").replace("\n", " "))
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;").replace("*", "\\*") for part in parts)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
