"""Shows what an audit found: a table in the terminal, and one page of HTML on which every survivor stands as a diff."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.audit.results import ExerciseAudit, LessonAudit

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

COLUMNS: Final = {
    "exercise": "its id",
    "tests": "how many there are",
    "mistakes": "known mistakes that fail and are recognised as themselves, of all",
    "others": "other right answers that earn every point, of all",
    "killed": "mutants of the solution that a test catches",
    "survived": "mutants that no test catches although they do something else",
    "equivalent": "mutants that do the same as the solution on everything tried",
    "excused": "mutants that a person says need no test, with the reason",
    "kill rate": "killed, of killed and survived; the bar is 95 %",
    "alone": "whether one visible test catches by itself all that all tests catch",
    "hidden adds": "wrong answers that only hidden tests catch",
    "leaks": "most points earned by an answer without a thought (0, 1, nothing, its first argument), of all points",
    "defects": "things to mend",
}

FATES: Final = ("killed", "survived", "equivalent", "excused")

_SHORT: Final = {
    "tests": "tests",
    "mistakes": "mistakes",
    "others": "right",
    "mutants": "mutants",
    "kill rate": "rate",
    "leaks": "leaks",
    "defects": "mend",
}
"""The columns in the terminal beside the exercise and their headings: few enough for 80 characters."""


def row(audit: ExerciseAudit) -> dict[str, str]:
    """One exercise by column, as everybody shows it."""
    return {
        "exercise": audit.exercise,
        "tests": str(audit.tests),
        "mistakes": f"{audit.recognised}/{audit.mistakes}" if audit.mistakes else "–",
        "others": f"{audit.accepted}/{audit.others}" if audit.others else "–",
        "killed": str(audit.count("killed")),
        "survived": str(audit.count("survived")),
        "equivalent": str(audit.count("equivalent")),
        "excused": str(audit.count("excused")),
        "kill rate": f"{audit.kill_rate:.0%}" if audit.count("killed") + audit.count("survived") else "–",
        "alone": "yes" if audit.alone else "no",
        "hidden adds": str(audit.hidden_adds),
        "leaks": f"{max(audit.leaks.values(), default=0):g}/{audit.points:g}",
        "defects": str(len(audit.defects)) if audit.defects else "–",
    }


def table(lesson: LessonAudit) -> Table:
    """A lesson for the terminal, narrow enough for 80 columns; of the mutants, those killed of those that should be."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    title = f"{lesson.lesson} · {lesson.seconds:.0f} s"
    shown = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    shown.add_column("exercise", overflow="ellipsis", no_wrap=True)
    for heading in _SHORT.values():
        shown.add_column(heading, justify="right", no_wrap=True)
    for audit in lesson.exercises:
        killed, survived = audit.count("killed"), audit.count("survived")
        cells = row(audit) | {"mutants": f"{killed}/{killed + survived}" if killed + survived else "–"}
        shown.add_row(audit.exercise, *(cells[name] for name in _SHORT), style="red" if audit.defects else "")
    return shown


def say(lesson: LessonAudit, console: Console) -> None:
    """Prints a lesson's table, what can't be known of it, and what is to mend."""
    console.print(table(lesson))
    for sentence in (*lesson.unknown, *samples(lesson)):
        console.print(sentence, style="dim", markup=False)
    for defect in lesson.defects:
        console.print(f"✗ {defect}", style="red", markup=False)


def samples(lesson: LessonAudit) -> list[str]:
    """A sentence for each exercise of which not all mutants were tried."""
    each = ((audit.exercise, audit.sampled) for audit in lesson.exercises)
    return [f"{exercise}: {words}, since all of them would take too long." for exercise, words in each if words]


def totals(lessons: Iterable[LessonAudit]) -> dict[str, int]:
    """What all lessons come to, in the order in which a person would ask."""
    exercises = [audit for lesson in lessons for audit in lesson.exercises]
    fates = {fate: sum(audit.count(fate) for audit in exercises) for fate in FATES}
    return {
        "exercises": len(exercises),
        "tests": sum(audit.tests for audit in exercises),
        "known mistakes": sum(audit.mistakes for audit in exercises),
        "of them recognised": sum(audit.recognised for audit in exercises),
        "other right answers": sum(audit.others for audit in exercises),
        "of them accepted": sum(audit.accepted for audit in exercises),
        "mutants": sum(fates.values()),
        **fates,
        "flaky": sum(audit.flaky for audit in exercises),
        "tests that nothing fails": sum(audit.idle for audit in exercises),
        "defects": sum(len(audit.defects) for audit in exercises),
    }


def write_reports(lessons: Sequence[LessonAudit], folder: Path) -> list[Path]:
    """Writes `audit.json` and `audit.html` into a folder; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    data, shown = folder / "audit.json", folder / "audit.html"
    data.write_text(json.dumps([lesson.as_json() for lesson in lessons], indent=1) + "\n", encoding="utf-8")
    shown.write_text(page(lessons), encoding="utf-8")
    return [data, shown]


def page(lessons: Sequence[LessonAudit]) -> str:
    """The audit as one page of HTML that needs neither scripts nor a network."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["slug"] = lambda text: re.sub(r"\W+", "-", text)
    return environment.get_template("audit.html").render(
        lessons=lessons, columns=COLUMNS, row=row, totals=totals(lessons), numbers=list(COLUMNS)[1:], samples=samples
    )
