"""The entry check: it shows how a lesson works, and says where to begin, never how good somebody is."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.beginning import where_to_begin
from autograder.checking import check
from autograder.errors import CourseError
from autograder.exercise import Choice
from autograder.journal import VARIABLE, Journal
from autograder.lab.page import Desk, course_page
from autograder.lab.workspace import Workspace
from autograder.lesson import Lesson
from autograder.mastery import Mastery
from autograder.notebooks import answer_cells, mark, normalise, read_notebook
from autograder.path import progress
from autograder.run_notebook import NotebookRun, run_notebook
from autograder.spec import load_spec
from autograder.student_version import student_version
from autograder.syllabus import Syllabus, read_syllabus

pytestmark = pytest.mark.learner

COURSE = read_syllabus()
assert COURSE.start is not None
START = COURSE.start
SPEC = load_spec(COURSE.spec_path(START.notebook))
QUESTIONS = list(START.leads_to)
FIRST, VECTORS, BAYES = "02-python/01-first-programs", "01-math/01-vectors", "01-math/08-bayes"


def notebook() -> Any:
    return read_notebook(COURSE.notebook_path(START.notebook))


def run(cells: Any, folder: Path) -> tuple[NotebookRun, str]:
    """The run, and what the last cell says."""
    found = run_notebook(cells, folder)
    assert found.lesson is not None
    return found, repr(found.lesson.where_to_begin())


def said(known: Collection[str], tried: Collection[str] = QUESTIONS) -> str:
    return repr(where_to_begin(COURSE, START, known, tried))


def except_for(*unknown: str) -> list[str]:
    return [question for question in QUESTIONS if question not in unknown]


# The notebook


def test_the_solution_earns_every_point_and_the_way_leads_to_the_stage_beyond(tmp_path: Path) -> None:
    found, begin = run(notebook(), tmp_path)
    assert found.passed and list(found.cards) == list(SPEC.exercises)
    assert "Look at the stage Data, 03-data." in begin


def test_as_it_is_given_it_runs_to_the_end_with_nothing_started(tmp_path: Path) -> None:
    found, begin = run(student_version(notebook()), tmp_path)
    assert found.problems == ()
    assert {verdict.outcome for verdict in found.verdicts} == {"not started"}
    assert begin.startswith("No question is answered yet.") and FIRST in begin


def test_wrong_answers_run_to_the_end_and_lead_to_their_lessons(tmp_path: Path) -> None:
    given = notebook()
    answer_cells(given)["base_rate"].source = 'base_rate = "a"'
    found, begin = run(given, tmp_path)
    assert not found.passed and begin.startswith("Begin with Bayes' rule, because of base_rate.")


def test_the_stored_notebook_is_what_its_cells_and_questions_say() -> None:
    stored = notebook()
    again = nbformat.from_dict(json.loads(json.dumps(stored)))
    mark(again, SPEC)
    normalise(again)
    assert again == stored
    assert not any(output.output_type == "error" for cell in stored.cells for output in cell.get("outputs", []))


@pytest.mark.parametrize("name", SPEC.exercises)
def test_every_wrong_answer_is_told_why(name: str) -> None:
    exercise = SPEC.exercise(name)
    for mistake in exercise.mistakes:
        verdict = check(exercise, exercise.answer_of(mistake.answer))
        assert (verdict.outcome, verdict.mistake) == ("in progress", mistake.message), mistake.name
    for given in exercise.other_right_answers:
        assert check(exercise, exercise.answer_of(given)).outcome == "passed", given.__name__
    assert len(exercise.mistakes) >= (3 if isinstance(exercise, Choice) else 2) and exercise.hints


def test_every_question_is_graded_and_most_are_choices() -> None:
    assert list(SPEC.exercises)[-len(QUESTIONS) :] == QUESTIONS
    kinds = [type(SPEC.exercise(name)) for name in QUESTIONS]
    assert kinds.count(Choice) >= 0.7 * len(kinds)


# Where to begin


def test_python_comes_before_all_else() -> None:
    assert said(except_for("names", "taxi_km", "p_value")).startswith("Begin with First programs, because of names.")
    assert said([], ["p_value"]).startswith("Begin with First programs, because of names and count_above.")


def test_who_knows_python_begins_with_the_first_lesson_of_mathematics_that_is_new() -> None:
    assert said(QUESTIONS[:4]).startswith("Begin with Vectors, because of taxi_km and dot_product.")
    assert said(except_for("slope")).startswith("Begin with Derivatives and gradients, because of slope.")


def test_what_comes_after_stands_in_the_order_to_learn_it() -> None:
    text = said(except_for("chance", "lookup", "p_value"))
    assert text.index("Collections") < text.index("Probability") < text.index("Statistics")


def test_it_counts_nothing_up() -> None:
    for known in ([], QUESTIONS[:5], except_for("names"), QUESTIONS):
        assert not re.search(r"\b\d+ (of|points|right|wrong)|%|score|level", said(known))


def test_it_links_to_the_lesson_beside_it() -> None:
    html = where_to_begin(COURSE, START, QUESTIONS[:4], QUESTIONS)._repr_html_()
    assert f'href="{VECTORS}.ipynb"' in html


def test_no_other_lesson_says_where_to_begin() -> None:
    with pytest.raises(CourseError, match="Only the entry check"):
        Lesson(VECTORS, {}).where_to_begin()


# The path and the course page


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    path = tmp_path / "journal.jsonl"
    monkeypatch.setenv(VARIABLE, str(path))
    return Journal(path)


def answered(journal: Journal, *right: str, wrong: Collection[str] = ()) -> None:
    for name in (*right, *wrong):
        journal.add(START.notebook.id, name, "check", outcome="in progress" if name in wrong else "passed")


def begins_with(journal: Journal) -> str:
    following = progress(COURSE, journal).next_lesson
    assert following is not None
    return following.lesson.id


def test_the_path_begins_where_the_entry_check_leads(journal: Journal) -> None:
    assert begins_with(journal) == COURSE.lessons[0].id
    answered(journal, *except_for("base_rate"), wrong=["base_rate"])
    assert begins_with(journal) == BAYES
    answered(journal, "base_rate", wrong=["names"])
    assert begins_with(journal) == FIRST


def test_whoever_has_begun_a_lesson_is_led_on_there(journal: Journal) -> None:
    journal.add(VECTORS, "warmup_1", "check", outcome="passed")
    answered(journal, wrong=["names"])
    assert begins_with(journal) == VECTORS


def test_the_entry_check_is_neither_a_lesson_nor_reviewed_nor_unknown(journal: Journal) -> None:
    answered(journal, *QUESTIONS)
    mastery = Mastery.read(COURSE, journal)
    assert (mastery.problems, mastery.due()) == ((), [])
    assert START.notebook not in COURSE.lessons and COURSE.notebooks[0] == START.notebook


@pytest.fixture
def desk(tmp_path: Path, journal: Journal) -> Desk:
    """The small course with an entry check of one question."""
    root = tmp_path / "curriculum"
    shutil.copytree(Path(__file__).with_name("small_curriculum"), root)
    for ending in (".py", ".ipynb"):
        shutil.copy(root / f"01-first/01-sums{ending}", root / f"00-start-here{ending}")
    syllabus = root / "syllabus.toml"
    syllabus.write_text(START_OF_SMALL + syllabus.read_text(encoding="utf-8"), encoding="utf-8")
    workspace = Workspace(tmp_path / "work", read_syllabus(syllabus))
    workspace.prepare()
    return Desk(workspace, journal)


START_OF_SMALL = """\
[start]
stem = "00-start-here"
title = "Where to <begin>"
about = "Ten minutes & a lesson."
minutes = 10
beyond = "02-later"

[start.leads_to]
total = "01-first/01-sums"
"""


def test_the_copy_lies_beside_the_stages_and_can_be_reset(desk: Desk) -> None:
    workspace = desk.workspace
    copy = workspace.folder / "00-start-here.ipynb"
    assert copy.is_file() and "BEGIN SOLUTION" not in copy.read_text(encoding="utf-8")
    backup = workspace.reset(workspace.syllabus.lesson("00-start-here"))
    assert backup is not None and backup.parent == workspace.folder / "backups"
    assert workspace.left_over() == []


def test_the_course_page_offers_it_first_and_afterwards_as_a_link(desk: Desk) -> None:
    page = course_page(desk)
    assert '<a class="go" href="/course/open/00-start-here">Find out where to begin</a>' in page
    assert "Where to &lt;begin&gt;" in page and "Ten minutes &amp; a lesson." in page and "Begin with" not in page
    assert desk.lesson("00-start-here").lesson.title == "Where to <begin>"
    desk.journal.add("00-start-here", "total", "check", outcome="in progress")  # type: ignore[union-attr]
    page = course_page(desk)
    assert "Begin with Sums" in page and "lead so far" in page
    assert '<a href="/course/open/00-start-here">Where to &lt;begin&gt;</a>' in page
    desk.journal.add("01-first/01-sums", "total", "check", outcome="passed")  # type: ignore[union-attr]
    assert "lead so far" not in course_page(desk)


def test_a_deleted_copy_becomes_a_button(desk: Desk) -> None:
    (desk.workspace.folder / "00-start-here.ipynb").unlink()
    assert 'action="/course/do/begin/00-start-here"' in course_page(desk)


# A broken entry in the syllabus


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            '"01-first/01-sums"',
            '"01-first/01-sum"',
            'total leads to "01-first/01-sum", which is no lesson that is ready',
        ),
        ('"01-first/01-sums"', '"02-later/01-products"', "which is no lesson that is ready"),
        ('"02-later"', '"02-late"', 'beyond names "02-late", which is no stage'),
        ("minutes = 10", "", 'has no field "minutes"'),
        ('stem = "00-start-here"', 'stem = "start"', "stem is 'start'"),
        ("minutes = 10", "minutes = 10\nhours = 1", 'a field "hours" that the syllabus does not know'),
    ],
)
def test_a_broken_entry_is_refused_in_a_sentence(desk: Desk, old: str, new: str, sentence: str) -> None:
    path = desk.workspace.syllabus.folder / "syllabus.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseError, match=sentence):
        read_syllabus(path)


def test_a_course_without_one_begins_with_its_first_lesson() -> None:
    small: Syllabus = read_syllabus(Path(__file__).with_name("small_curriculum") / "syllabus.toml")
    assert (small.start, small.lessons_for([]), small.notebooks) == (None, [], small.lessons)
