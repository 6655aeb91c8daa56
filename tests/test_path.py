"""Progress: the journal replayed over the syllabus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.journal import Journal
from autograder.path import LessonProgress, Progress, progress
from autograder.syllabus import Syllabus, read_syllabus

pytestmark = pytest.mark.learner

LESSON = "01-first/01-sums"
EXERCISES = ("question", "steps", "total", "average")


@pytest.fixture
def syllabus() -> Syllabus:
    return read_syllabus(Path(__file__).with_name("small_curriculum") / "syllabus.toml")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.jsonl")


def lesson_after(syllabus: Syllabus, journal: Journal) -> LessonProgress:
    return progress(syllabus, journal).lessons[0]


def test_without_a_journal_everything_is_new(syllabus: Syllabus) -> None:
    path = progress(syllabus, None)
    assert [(item.lesson.id, item.state) for item in path.lessons] == [
        (LESSON, "new"),
        ("02-later/01-products", "planned"),
    ]
    assert path.next_lesson == path.lessons[0]
    assert path.lessons[0].exercises == EXERCISES
    assert path.lessons[0].next_exercise == "question"


def test_a_wrong_answer_begins_a_lesson(syllabus: Syllabus, journal: Journal) -> None:
    journal.add(LESSON, "steps", "check", outcome="in progress")
    assert lesson_after(syllabus, journal).state == "begun"


@pytest.mark.parametrize("event", [("check", "not started"), ("hint", "")])
def test_running_a_check_on_nothing_or_reading_a_hint_begins_nothing(
    syllabus: Syllabus, journal: Journal, event: tuple[str, str]
) -> None:
    journal.add(LESSON, "steps", event[0], outcome=event[1] or "not started")
    assert lesson_after(syllabus, journal).state == "new"


def test_the_next_exercise_is_the_first_that_is_not_passed(syllabus: Syllabus, journal: Journal) -> None:
    for name in ("question", "total"):
        journal.add(LESSON, name, "check", outcome="passed")
    begun = lesson_after(syllabus, journal)
    assert (begun.passed, begun.next_exercise) == ({"question", "total"}, "steps")


def test_what_was_passed_once_stays_passed(syllabus: Syllabus, journal: Journal) -> None:
    journal.add(LESSON, "total", "check", outcome="passed")
    journal.add(LESSON, "total", "check", outcome="in progress")
    assert lesson_after(syllabus, journal).passed == {"total"}


def test_a_lesson_is_done_when_all_its_exercises_are(syllabus: Syllabus, journal: Journal) -> None:
    for name in EXERCISES:
        assert lesson_after(syllabus, journal).state != "done"
        journal.add(LESSON, name, "check", outcome="passed")
    path = progress(syllabus, journal)
    assert (path.lessons[0].state, path.lessons[0].next_exercise, path.next_lesson) == ("done", "", None)


def test_exercises_that_the_lesson_no_longer_has_count_for_nothing(syllabus: Syllabus, journal: Journal) -> None:
    journal.add(LESSON, "median", "check", outcome="passed")
    journal.add("01-first/00-gone", "total", "check", outcome="passed")
    assert lesson_after(syllabus, journal).state == "new"


def test_a_lesson_begun_comes_before_a_new_one_though_it_stands_later(syllabus: Syllabus, journal: Journal) -> None:
    stage, [fresh] = progress(syllabus, journal).stages[0]
    journal.add(LESSON, "total", "check", outcome="passed")
    begun = lesson_after(syllabus, journal)
    assert Progress(((stage, (fresh, begun)),)).next_lesson == begun


def test_work_goes_on_where_it_was_left_off_not_where_it_was_first_begun(tmp_path: Path) -> None:
    course = read_syllabus()
    first, second, third = (lesson for lesson in course.lessons if lesson.stage == "01-math" and lesson.stem < "04")
    journal = Journal(tmp_path / "journal.jsonl")
    for lesson in (first, third):
        journal.add(lesson.id, "warmup_1", "check", outcome="in progress")
    journal.add(first.id, "warmup_1", "check", outcome="passed", review="2026-01-01")  # no work on the lesson
    path = progress(course, journal)
    assert path.next_lesson is not None and path.next_lesson.lesson == third
    journal.add(second.id, "warmup_1", "hint", number=1)
    path = progress(course, journal)
    assert path.next_lesson is not None and path.next_lesson.lesson == first


def test_whoever_began_with_a_later_stage_is_led_on_there(syllabus: Syllabus, journal: Journal) -> None:
    stage, [fresh] = progress(syllabus, journal).stages[0]
    for name in EXERCISES:
        journal.add(LESSON, name, "check", outcome="passed")
    done = lesson_after(syllabus, journal)
    earlier, later = (replace(fresh, lesson=replace(fresh.lesson, id=f"01-first/{name}")) for name in ("00-a", "02-b"))
    assert Progress(((stage, (earlier, done, later)),), latest=LESSON).next_lesson == later


def test_what_a_lesson_builds_on_is_named_until_it_is_done() -> None:
    course = read_syllabus()
    statistics = next(item for item in progress(course, None).lessons if item.lesson.id == "01-math/09-statistics")
    needs = [need.id for need in statistics.open_needs]
    assert needs[0] == "01-math/08-bayes" and set(statistics.lesson.needs) < set(needs)
    assert progress(course, None).lessons[0].open_needs == ()


def test_the_minutes_left_shrink_with_each_exercise_and_end_at_none(syllabus: Syllabus, journal: Journal) -> None:
    left = [lesson_after(syllabus, journal).minutes_left]
    for name in EXERCISES:
        journal.add(LESSON, name, "check", outcome="passed")
        left.append(lesson_after(syllabus, journal).minutes_left)
    assert left[0] == 30 and left[-1] == 0 and left == sorted(left, reverse=True)


def test_a_solution_that_was_looked_at_is_remembered(syllabus: Syllabus, journal: Journal) -> None:
    journal.add(LESSON, "total", "solution")
    assert lesson_after(syllabus, journal).shown == {"total"}
