"""Mastery: what the journal says of each exercise and concept, and what is due on which day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.journal import Journal
from autograder.mastery import ConceptRecord, Due, Mastery
from autograder.syllabus import Syllabus, read_syllabus

pytestmark = pytest.mark.learner

LESSON = "01-first/01-shapes"
SYLLABUS = """\
[topics]
"shapes" = []

[[stages]]
id = "01-first"
title = "First"
purpose = "A beginning."

[[stages.lessons]]
stem = "01-shapes"
title = "Shapes"
about = "Areas."
needs = []
minutes = 30
topics = ["shapes"]
status = "ready"
"""
EXERCISES = """\
square = Exercise(concepts=["area"], minutes=5)
edge = Exercise(concepts=["Area", "root"], minutes=5)
circle = Exercise(concepts=["circle", "area"], minutes=5)
triangle = Exercise(concepts=["area"], minutes=5)
quiz = Choice(correct="a", distractors={"b": "no"}, concepts=["angle"])
turn = Exercise(concepts=["angle"], minutes=5)
project = Exercise(concepts=["angle", "field"], minutes=40)
"""
FIRST_DAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def syllabus(tmp_path: Path) -> Syllabus:
    root = tmp_path / "curriculum"
    (root / "01-first").mkdir(parents=True)
    (root / "syllabus.toml").write_text(SYLLABUS)
    (root / "01-first" / "01-shapes.py").write_text(EXERCISES)
    return read_syllabus(root / "syllabus.toml")


class Learner:
    """Somebody whose days can be told: writes a journal and asks what it comes to."""

    def __init__(self, syllabus: Syllabus, path: Path) -> None:
        self.syllabus, self.path = syllabus, path

    def does(self, day: float, exercise: str, event: str = "check", **details: Any) -> None:
        entry = {"time": (FIRST_DAY + timedelta(days=day)).isoformat(), "lesson": LESSON, "exercise": exercise}
        with self.path.open("a") as file:
            file.write(json.dumps({**entry, "event": event, **details}) + "\n")

    def passes(self, day: float, exercise: str, **details: Any) -> None:
        self.does(day, exercise, outcome="passed", points=3, **details)

    def fails(self, day: float, exercise: str, **details: Any) -> None:
        self.does(day, exercise, outcome="in progress", points=1, **details)

    def mastery(self, day: float = 0) -> Mastery:
        return Mastery.read(self.syllabus, Journal(self.path), FIRST_DAY + timedelta(days=day, minutes=30))

    def due(self, day: float) -> list[tuple[str, str, int]]:
        return [(due.exercise, due.concept, due.interval) for due in self.mastery(day).due()]

    def days_due(self, concept: str, until: int) -> list[int]:
        """The days on which a concept is due, each review of it being passed unaided on the same day."""
        days = []
        for day in range(until):
            for due in self.mastery(day).due():
                if due.concept == concept:
                    days.append(day)
                    self.passes(day, due.exercise, review=f"day {day}")
        return days


@pytest.fixture
def learner(syllabus: Syllabus, tmp_path: Path) -> Learner:
    return Learner(syllabus, tmp_path / "journal.jsonl")


# Exercises


def nothing(learner: Learner) -> None:
    learner.does(0, "square", outcome="not started")


def tried(learner: Learner) -> None:
    learner.fails(0, "square")


def unaided(learner: Learner) -> None:
    learner.fails(0, "square")
    learner.passes(0, "square")
    learner.does(0, "square", "hint", number=1)
    learner.does(0, "square", "solution")


def with_hints(learner: Learner) -> None:
    learner.does(0, "square", "hint", number=1)
    learner.passes(0, "square")


def after_the_solution(learner: Learner) -> None:
    learner.does(0, "square", "solution")
    learner.does(0, "square", "hint", number=1)
    learner.passes(0, "square")


@pytest.mark.parametrize(
    ("story", "how"),
    [
        (nothing, "untouched"),
        (tried, "tried"),
        (unaided, "unaided"),
        (with_hints, "with hints"),
        (after_the_solution, "after the solution"),
    ],
    ids=lambda part: part.__name__ if callable(part) else "",
)
def test_an_exercise_is_solved_in_the_way_that_led_to_its_first_pass(
    learner: Learner, story: Callable[[Learner], None], how: str
) -> None:
    story(learner)
    assert learner.mastery().record(LESSON, "square").how == how


def test_an_exercise_without_entries_is_untouched(learner: Learner) -> None:
    record = learner.mastery().record(LESSON, "square")
    assert (record.how, record.points, record.attempts, record.last, record.passed_on) == (
        "untouched",
        0,
        0,
        None,
        None,
    )


def test_attempts_are_the_different_wrong_answers_before_the_first_pass(learner: Learner) -> None:
    for digest in ("aa", "aa", "bb"):
        learner.fails(0, "square", answer=digest)
    learner.passes(0.001, "square", answer="cc")
    learner.fails(0.002, "square", answer="dd")
    record = learner.mastery(1).record(LESSON, "square")
    assert (record.attempts, record.points, record.passed_on) == (2, 3, date(2026, 3, 1))


def test_running_an_old_answer_again_shows_nothing_new(learner: Learner) -> None:
    with_hints(learner)
    learner.passes(1, "square")
    learner.passes(2, "square")
    assert learner.mastery(2).record(LESSON, "square").how == "with hints"
    assert learner.due(2) == [("square", "area", 1)]


def test_a_review_without_help_makes_it_unaided(learner: Learner) -> None:
    after_the_solution(learner)
    learner.fails(1, "square", review="one")
    learner.passes(1, "square", review="one")
    record = learner.mastery(1).record(LESSON, "square")
    assert record.how == "unaided"
    assert [(review.name, review.on, review.how) for review in record.reviews] == [("one", date(2026, 3, 2), "unaided")]


def test_a_review_with_help_changes_nothing(learner: Learner) -> None:
    with_hints(learner)
    learner.does(1, "square", "hint", number=1, review="one")
    learner.passes(1, "square", review="one")
    assert learner.mastery(1).record(LESSON, "square").how == "with hints"


# Concepts


def test_a_concept_counts_its_exercises_however_it_is_spelled(learner: Learner) -> None:
    unaided(learner)
    learner.does(0, "edge", "hint", number=1)
    learner.passes(0, "edge")
    assert learner.mastery().concepts()[:3] == [
        ConceptRecord("area", unaided=1, with_hints=1, after_solution=0, open=2),
        ConceptRecord("root", unaided=0, with_hints=1, after_solution=0, open=0),
        ConceptRecord("circle", unaided=0, with_hints=0, after_solution=0, open=1),
    ]


# Days


def test_a_concept_comes_back_after_1_3_7_and_21_days_and_then_rests(learner: Learner) -> None:
    learner.passes(0, "square")
    assert learner.days_due("area", until=60) == [1, 1 + 3, 1 + 3 + 7, 1 + 3 + 7 + 21]


def test_what_is_due_says_since_when_and_after_how_long(learner: Learner) -> None:
    learner.passes(0, "square")
    assert learner.mastery(0.4).due() == []
    assert learner.mastery(5).due() == [Due(LESSON, "square", "area", since=date(2026, 3, 2), interval=1)]


def test_a_late_review_counts_from_the_day_it_is_done(learner: Learner) -> None:
    learner.passes(0, "square")
    learner.passes(10, "square", review="late")
    assert learner.due(12) == []
    assert learner.due(13) == [("square", "area", 3)]


def test_help_in_a_review_repeats_the_interval_and_the_solution_begins_anew(learner: Learner) -> None:
    learner.passes(0, "square")
    learner.passes(1, "square", review="one")
    learner.does(4, "square", "hint", number=1, review="two")
    learner.passes(4, "square", review="two")
    assert (learner.due(6), learner.due(7)) == ([], [("square", "area", 3)])
    learner.does(7, "square", "solution", review="three")
    learner.passes(7, "square", review="three")
    assert learner.due(8) == [("square", "area", 1)]


def test_a_review_that_is_given_up_begins_anew(learner: Learner) -> None:
    learner.passes(0, "square")
    learner.passes(1, "square", review="one")
    learner.fails(4, "square", review="two")
    assert (learner.due(4), learner.due(5)) == ([], [("square", "area", 1)])


def test_a_wrong_answer_on_the_way_to_a_right_one_costs_nothing(learner: Learner) -> None:
    learner.passes(0, "square")
    learner.fails(1, "square", review="one")
    learner.passes(1, "square", review="one")
    assert (learner.due(3), learner.due(4)) == ([], [("square", "area", 3)])


def test_running_an_old_review_again_counts_for_nothing(learner: Learner) -> None:
    learner.passes(0, "square")
    learner.passes(1, "square", review="one")
    learner.passes(4, "square", review="one")
    assert learner.due(4) == [("square", "area", 3)]


def test_reading_the_solution_schedules_a_review(learner: Learner) -> None:
    learner.does(0, "square", "solution")
    assert learner.due(1) == [("square", "area", 1)]


def test_a_new_exercise_of_a_due_concept_is_a_review_of_it(learner: Learner) -> None:
    learner.passes(0, "square")
    learner.passes(1, "triangle")
    assert (learner.due(3), learner.due(4)) == ([], [("square", "area", 3)])


def test_practice_before_a_concept_is_due_leaves_its_day_alone(learner: Learner) -> None:
    learner.passes(0, "square")
    learner.passes(1, "square", review="one")
    learner.passes(2, "triangle")
    assert (learner.due(3), learner.due(4)) == ([], [("square", "area", 3)])


# Which exercise


def test_a_sibling_is_rather_asked_than_the_one_done_last(learner: Learner) -> None:
    learner.passes(0, "square")
    learner.passes(3, "triangle")
    assert learner.due(6) == [("square", "area", 3)]
    learner.passes(6, "square", review="one")
    assert learner.due(13) == [("triangle", "area", 7)]


def test_one_exercise_brings_back_all_its_concepts(learner: Learner) -> None:
    learner.passes(0, "edge")
    assert len(learner.due(1)) == 1


def test_a_long_project_comes_back_only_where_nothing_else_does(learner: Learner) -> None:
    learner.passes(0, "project")
    learner.passes(0, "turn")
    assert [exercise for exercise, _, _ in learner.due(1)] == ["turn", "project"]


def test_a_question_comes_after_an_exercise_of_the_same_day(learner: Learner) -> None:
    learner.passes(0, "quiz")
    learner.passes(0, "turn")
    assert [exercise for exercise, _, _ in learner.due(1)] == ["turn"]


# What is wrong with a journal


def test_without_a_journal_there_is_nothing_and_no_problem(syllabus: Syllabus, tmp_path: Path) -> None:
    for journal in (None, Journal(tmp_path / "none.jsonl")):
        mastery = Mastery.read(syllabus, journal)
        assert (mastery.due(), mastery.hours(), mastery.problems) == ([], 0, ())
        assert all(record.open and not record.unaided for record in mastery.concepts())


def test_torn_and_foreign_lines_are_counted_and_everything_else_counts(learner: Learner) -> None:
    learner.path.write_bytes(b'{"time": "2026-03\n[1]\n\xff\xfe\n')
    learner.passes(0, "square")
    mastery = learner.mastery()
    assert mastery.record(LESSON, "square").how == "unaided"
    assert mastery.problems == (f"3 lines of {learner.path} can't be read and stay as they are; all others count.",)


def test_a_lesson_that_is_gone_keeps_its_entries_and_is_never_due(learner: Learner) -> None:
    learner.path.write_text(
        json.dumps(
            {"time": FIRST_DAY.isoformat(), "lesson": "01-first/00-gone", "exercise": "old", "event": "check"}
            | {"outcome": "passed", "points": 2}
        )
        + "\n"
    )
    mastery = learner.mastery(1)
    assert mastery.due() == []
    assert mastery.record("01-first/00-gone", "old").how == "unaided"
    assert mastery.problems == (
        "What you did in 01-first/00-gone is kept, but the course has no such lesson any more.",
    )


def test_an_exercise_that_is_gone_is_never_due(learner: Learner) -> None:
    learner.passes(0, "median")
    assert learner.due(1) == []


def test_a_clock_that_jumps_back_loses_nothing(learner: Learner) -> None:
    learner.passes(0, "square")
    learner.passes(-20_000, "turn")
    learner.passes(1, "square", review="one")
    mastery = learner.mastery(2)
    assert mastery.record(LESSON, "turn").passed_on == date(2026, 3, 1)
    assert learner.due(2) == [("turn", "angle", 1)]
    assert "the clock was put back" in mastery.problems[0]


def test_a_journal_that_cannot_be_read_is_a_problem_and_no_error(syllabus: Syllabus, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    mastery = Mastery.read(syllabus, Journal(tmp_path / "folder"))
    assert mastery.problems[0].startswith(f"Your journal {tmp_path / 'folder'} can't be read: ")


@pytest.mark.parametrize("points", ["many", None, [1], 1e999])
def test_odd_values_in_a_line_do_no_harm(learner: Learner, points: Any) -> None:
    learner.does(0, "square", outcome="passed", points=points, review=None, answer={"a": 1})
    assert learner.mastery().record(LESSON, "square").how == "unaided"


def test_hours_are_those_of_all_entries(learner: Learner) -> None:
    for minutes in (0, 15, 30, 120, 135):
        learner.fails(minutes / 1440, "square")
    assert learner.mastery(1).hours() == pytest.approx(0.75)
