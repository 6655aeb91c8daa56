"""The contract of every lesson that is ready: its form, its proofs in both directions, its budget."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.checking import check
from autograder.exercise import Choice, Exercise
from autograder.notebooks import (
    answer_cells,
    cells_by_grade_id,
    checked_exercise,
    mark,
    normalise,
    read_notebook,
    solution_lines,
    write_notebook,
)
from autograder.spec import Spec, load_spec
from autograder.student_version import student_version
from autograder.syllabus import LessonEntry, course_root, read_syllabus

SYLLABUS = read_syllabus()
READY = [lesson for lesson in SYLLABUS.lessons if lesson.ready]
HEADINGS = [
    "You will be able to",
    "Warm-up",
    "In practice",
    "Challenge",
    "Recap",
    "Where this goes next",
    "Read and watch",
]

pytestmark = pytest.mark.parametrize("lesson", READY, ids=[lesson.id for lesson in READY])


@cache
def spec_of(lesson: LessonEntry) -> Spec:
    return load_spec(SYLLABUS.spec_path(lesson))


@cache
def notebook_of(lesson: LessonEntry) -> Any:
    return read_notebook(SYLLABUS.notebook_path(lesson))


def markdown_of(lesson: LessonEntry) -> str:
    return "\n\n".join(cell.source for cell in notebook_of(lesson).cells if cell.cell_type == "markdown")


def main_exercises(lesson: LessonEntry) -> dict[str, Exercise]:
    return {name: ex for name, ex in spec_of(lesson).exercises.items() if not name.startswith("warmup_")}


@dataclass(frozen=True)
class CheckedRun:
    """A whole notebook run by `autograder check` in a process of its own."""

    passed: bool
    problems: list[str]
    verdicts: list[dict[str, Any]]
    offences: list[str]
    seconds: float
    megabytes: float


def run_check(notebook: Path | str, folder: Path) -> CheckedRun:
    report = folder / "offences.json"
    watched = Path(__file__).with_name("watched_check.py")
    started = time.process_time()
    with (folder / "out.json").open("w+") as out, (folder / "err.txt").open("w+") as err:
        process = subprocess.Popen(
            [sys.executable, watched, report, "check", "--json", str(notebook)], stdout=out, stderr=err, cwd=folder
        )
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds, megabytes = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        else:
            process.wait()
            seconds, megabytes = time.process_time() - started, 0.0
        out.seek(0)
        err.seek(0)
        text = out.read()
        assert text.startswith("{"), err.read()[-3000:]
    found = json.loads(text)
    offences = json.loads(report.read_text())
    return CheckedRun(found["passed"], found["problems"], found["verdicts"], offences, seconds, megabytes)


@cache
def solution_run(lesson: LessonEntry) -> CheckedRun:
    with tempfile.TemporaryDirectory() as folder:
        return run_check(lesson.id, Path(folder))


@cache
def stub_run(lesson: LessonEntry) -> CheckedRun:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{lesson.stem}.ipynb"
        write_notebook(student_version(notebook_of(lesson)), path)
        return run_check(path, Path(folder))


# Form


def test_sections_stand_in_the_agreed_order(lesson: LessonEntry) -> None:
    found = re.findall(r"^## (.+)$", markdown_of(lesson), re.MULTILINE)
    numbered = [heading for heading in found if re.match(r"\d+\. ", heading)]
    assert [h for h in found if h not in numbered] == HEADINGS
    assert 2 <= len(numbered) <= 5
    assert found.index(numbered[0]) == 2 and found.index(numbered[-1]) == 1 + len(numbered)


def test_the_card_line_says_what_syllabus_and_exercises_say(lesson: LessonEntry) -> None:
    points = sum(exercise.points for exercise in spec_of(lesson).exercises.values())
    needs, data = ", ".join(lesson.needs) or "none", ", ".join(lesson.data) or "none"
    expected = f"**{lesson.minutes} minutes** · needs: {needs} · data: {data} · {points} points"
    assert expected in notebook_of(lesson).cells[0].source
    assert 30 <= lesson.minutes <= 90


def test_each_objective_names_the_exercise_that_tests_it(lesson: LessonEntry) -> None:
    section = markdown_of(lesson).split("## You will be able to")[1].split("\n## ")[0]
    objectives = re.findall(r"^- .+(?:\n  .+)*", section, re.MULTILINE)
    assert 3 <= len(objectives) <= 5
    for objective in objectives:
        named = set(re.findall(r"`(\w+)`", objective))
        assert named & set(main_exercises(lesson)), f"no exercise named in {objective!r}"


def test_there_are_five_exercises_or_more_after_two_warm_up_questions(lesson: LessonEntry) -> None:
    warmups = [ex for name, ex in spec_of(lesson).exercises.items() if name.startswith("warmup_")]
    assert [(type(ex), ex.points) for ex in warmups] == [(Choice, 1), (Choice, 1)]
    assert len(main_exercises(lesson)) >= 5


def test_exercises_with_random_inputs_have_a_hidden_test(lesson: LessonEntry) -> None:
    for name, exercise in spec_of(lesson).exercises.items():
        if any(test.wants_rng for test in exercise.tests):
            assert any(test.hidden for test in exercise.tests), name


def test_each_exercise_knows_the_mistakes_that_people_make(lesson: LessonEntry) -> None:
    for name, exercise in spec_of(lesson).exercises.items():
        assert len(exercise.mistakes) >= (3 if exercise.points >= 3 else 2), name


def test_each_function_exercise_knows_another_right_answer(lesson: LessonEntry) -> None:
    for name, exercise in spec_of(lesson).exercises.items():
        assert exercise.value or exercise.other_right_answers, name


def test_hints_begin_with_a_pointer_and_never_give_the_line_away(lesson: LessonEntry) -> None:
    cells = answer_cells(notebook_of(lesson))
    for name, exercise in spec_of(lesson).exercises.items():
        assert exercise.hints, name
        assert len(exercise.hints[0]) > 15, name
        given_away = [line for line in solution_lines(cells[name].source) if len(line) > 12]
        for hint in exercise.hints:
            assert not any(line.strip() in hint for line in given_away), (name, hint)


def test_the_metadata_is_what_the_cells_and_the_exercises_say(lesson: LessonEntry) -> None:
    stored = notebook_of(lesson)
    again = nbformat.from_dict(json.loads(json.dumps(stored)))
    mark(again, spec_of(lesson))
    normalise(again)
    assert again == stored
    for name, exercise in spec_of(lesson).exercises.items():
        cell = cells_by_grade_id(stored)[name]
        assert (checked_exercise(cell), cell.metadata.nbgrader.points) == (name, exercise.points)


def test_no_cell_and_no_output_is_too_long(lesson: LessonEntry) -> None:
    for position, cell in enumerate(notebook_of(lesson).cells):
        if cell.cell_type != "code":
            continue
        assert len(cell.source.splitlines()) <= 25, f"cell {position}"
        for output in cell.outputs:
            data = output.get("data", {"text/plain": output.get("text", "")})
            assert len("".join(data.get("text/plain", "")).splitlines()) <= 60, f"cell {position}"
            assert len(json.dumps(output)) <= 200_000, f"cell {position}"


def test_figures_are_described_in_words(lesson: LessonEntry) -> None:
    cells = notebook_of(lesson).cells
    figures = [
        position
        for position, cell in enumerate(cells)
        if "```mermaid" in cell.source
        or any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
    ]
    assert len(figures) >= 2
    for position in figures:
        around = cells[max(position - 1, 0) : position + 2]
        assert any("**In the picture:**" in cell.source for cell in around if cell.cell_type == "markdown"), position


def test_stored_outputs_hold_no_error(lesson: LessonEntry) -> None:
    for position, cell in enumerate(notebook_of(lesson).cells):
        assert not any(output.output_type == "error" for output in cell.get("outputs", [])), f"cell {position}"


def test_the_glossary_has_terms_of_the_lesson(lesson: LessonEntry) -> None:
    glossary = (course_root() / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(rf"^\*\*(.+?)\*\* — .+ \(first used in {lesson.id}\)$", glossary, re.MULTILINE)
    assert len(terms) >= 3
    text = markdown_of(lesson).lower()
    for term in terms:
        assert f"**{term.lower()}" in text, f"{term} is not printed in bold in the lesson"


# Proof


def test_the_solution_runs_clean_and_earns_every_point(lesson: LessonEntry) -> None:
    run = solution_run(lesson)
    assert run.problems == []
    assert [v["exercise"] for v in run.verdicts] == list(spec_of(lesson).exercises)
    assert {v["exercise"]: v["results"] for v in run.verdicts if v["outcome"] != "passed"} == {}


def test_the_lesson_keeps_to_its_folder_and_off_the_network(lesson: LessonEntry) -> None:
    assert solution_run(lesson).offences == []


def test_the_lesson_keeps_its_budget_of_time_and_memory(lesson: LessonEntry) -> None:
    run = solution_run(lesson)
    assert run.seconds <= lesson.seconds, f"{run.seconds:.0f} s of processor time"
    assert run.megabytes <= 2048, f"{run.megabytes:.0f} MB"


def test_the_released_notebook_runs_to_the_end_with_nothing_started(lesson: LessonEntry) -> None:
    run = stub_run(lesson)
    assert run.problems == []
    assert {(v["outcome"], v["points"]) for v in run.verdicts} == {("not started", 0)}
    assert len(run.verdicts) == len(spec_of(lesson).exercises)


def test_every_known_mistake_fails_and_is_recognised_as_itself(lesson: LessonEntry) -> None:
    wrong = []
    for name, exercise in spec_of(lesson).exercises.items():
        for mistake in exercise.mistakes:
            verdict = check(exercise, exercise.answer_of(mistake.answer))
            if verdict.outcome == "passed":
                wrong.append(f"{name}: {mistake.name} passes")
            elif verdict.mistake != mistake.message:
                other = verdict.mistake or "nothing"
                wrong.append(f"{name}: {mistake.name} is taken for {other!r}")
    assert wrong == []


def test_every_other_right_answer_earns_full_marks(lesson: LessonEntry) -> None:
    wrong = []
    for name, exercise in spec_of(lesson).exercises.items():
        for given in exercise.other_right_answers:
            verdict = check(exercise, exercise.answer_of(given))
            failures = [result.failure for result in verdict.results if result.failure]
            if failures:
                wrong.append(f"{name}: {given.__name__}: {failures[0]}")
    assert wrong == []
