"""What is read from a lesson's text alone is what executing it gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.outline import Outline, outlines
from autograder.spec import load_spec
from autograder.syllabus import read_syllabus

pytestmark = pytest.mark.learner

SYLLABUS = read_syllabus()
READY = [lesson for lesson in SYLLABUS.lessons if lesson.ready]


@pytest.mark.parametrize("lesson", READY, ids=[lesson.id for lesson in READY])
def test_every_lesson_is_read_as_it_is(lesson: object) -> None:
    path = SYLLABUS.spec_path(lesson)  # type: ignore[arg-type]
    executed = [
        Outline(name, type(exercise).__name__, exercise.concepts, exercise.minutes)
        for name, exercise in load_spec(path).exercises.items()
    ]
    assert list(outlines(path)) == executed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = Exercise(concepts=['x'], minutes=3)\n", [Outline("a", "Exercise", ("x",), 3.0)]),
        ("q = Choice(\n    correct='a',\n    distractors={},\n)\nbroken(", [Outline("q", "Choice", (), 1.0)]),
        ("o = Order(['b', 'a'])\n", [Outline("o", "Order", (), 2.0)]),
        ("a = Exercise(concepts=WORDS, minutes=length())\n", [Outline("a", "Exercise", (), 5.0)]),
        ("a = Exercise(concepts=['x'\n", []),
        ("    a = Exercise(concepts=['x'])\nb = Other()\n", []),
    ],
    ids=["one line", "many lines", "order", "computed", "torn", "elsewhere"],
)
def test_a_definition_is_found_wherever_it_ends(tmp_path: Path, text: str, found: list[Outline]) -> None:
    path = tmp_path / "lesson.py"
    path.write_text(text)
    assert list(outlines(path)) == found


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "lesson.py"
    path.write_text("a = Exercise(concepts=['x'])\n")
    assert [outline.name for outline in outlines(path)] == ["a"]
    path.write_text("longer = Exercise(concepts=['x'])\n")
    assert [outline.name for outline in outlines(path)] == ["longer"]


def test_a_file_that_is_missing_or_no_text_has_none(tmp_path: Path) -> None:
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe = Exercise()")
    assert outlines(tmp_path / "bytes.py") == outlines(tmp_path / "nowhere.py") == ()
