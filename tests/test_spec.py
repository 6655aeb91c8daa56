"""Reading a lesson's `.py`: what it defines, and one sentence for what is wrong with it."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.spec import Spec, load_spec

GOOD = '''\
"""Exercises of a small lesson."""
from dataclasses import dataclass

from autograder.exercise import Choice, Exercise

DATA = list(range(3))
DATA = sorted(DATA)

warmup = Choice(correct="a", distractors={"b": "no"})
double = Exercise(concepts=["functions"], minutes=2)


@double.test("it doubles")
def _(answer):
    assert answer(2) == 4


@double.test("it doubles zero")
def _(answer):
    assert answer(0) == 0


@dataclass
class Given:
    number: int
'''


def loaded(folder: Path, text: str) -> Spec:
    path = folder / "01-small.py"
    path.write_text(text, encoding="utf-8")
    return load_spec(path)


def refused(folder: Path, text: str) -> CourseError:
    with pytest.raises(CourseError) as caught:
        loaded(folder, text)
    return caught.value


def test_exercises_come_in_the_files_order_under_their_variables_names(tmp_path: Path) -> None:
    spec = loaded(tmp_path, GOOD)
    assert [(name, exercise.id) for name, exercise in spec.exercises.items()] == [
        ("warmup", "warmup"),
        ("double", "double"),
    ]


def test_tests_that_share_the_name_underscore_are_all_there(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, GOOD).exercises["double"].tests) == 2


def test_a_test_can_show_its_source(tmp_path: Path) -> None:
    test = loaded(tmp_path, GOOD).exercises["double"].tests[0]
    assert "assert answer(2) == 4" in inspect.getsource(test.run)


def test_two_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = loaded(tmp_path / "a", GOOD)
    other = loaded(tmp_path / "b", GOOD.replace("double", "triple"))
    assert list(one.exercises) == ["warmup", "double"]
    assert list(other.exercises) == ["warmup", "triple"]


def test_annotations_in_the_file_are_objects_not_texts(tmp_path: Path) -> None:
    spec = loaded(tmp_path, GOOD + "\n@double.also_right\ndef twice(n: int) -> int:\n    return 2 * n\n")
    assert spec.exercises["double"].other_right_answers[0].__annotations__ == {"n": int, "return": int}


def test_private_exercises_are_left_out(tmp_path: Path) -> None:
    assert "_draft" not in loaded(tmp_path, GOOD + "\n_draft = Exercise(concepts=[], minutes=1)\n").exercises


def test_an_unknown_exercise_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        loaded(tmp_path, GOOD).exercise("duoble")
    assert str(caught.value) == 'This lesson has no exercise "duoble".\nDid you mean "double"?'


def test_a_name_near_to_none_is_answered_with_all(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        loaded(tmp_path, GOOD).exercise("zzzz")
    assert caught.value.next_step == "It has: warmup, double."


def test_a_function_in_place_of_its_name_is_told_to_be_quoted(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Put its name in quotes"):
        loaded(tmp_path, GOOD).exercise(len)  # type: ignore[arg-type]


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="The exercises 01-none.py can't be read: No such file or directory."):
        load_spec(tmp_path / "01-none.py")


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "01-small.py").write_bytes(b'"caf\xe9"\n')
    with pytest.raises(CourseError, match="01-small.py is not UTF-8 text from byte 4 on."):
        load_spec(tmp_path / "01-small.py")


def test_a_syntax_error_is_named_with_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, "x = 1\ny = (\n").sentence.startswith("01-small.py, line 2, is not Python:")


def test_an_error_while_reading_is_named_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "x = 1\n\ny = 1 / 0\n")
    assert error.sentence == "01-small.py, line 3, raises ZeroDivisionError: division by zero."


def test_an_error_deeper_down_is_named_with_the_files_own_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "import json\n\ny = json.loads('{')\n")
    assert error.sentence.startswith("01-small.py, line 3, raises JSONDecodeError")


def test_a_repeated_sentence_is_named_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.replace("it doubles zero", "it doubles"))
    assert error.sentence == "01-small.py, line 18: Two tests of one exercise are called 'it doubles'."


def test_an_exercise_defined_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD + "\ndouble = Exercise(concepts=[], minutes=1)\n")
    assert error.sentence == '01-small.py defines "double" twice, on lines 10 and 27.'


def test_an_exercise_that_a_function_would_replace_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD + "\n@double.also_right\ndef double(n):\n    return n + n\n")
    assert 'defines "double" twice' in error.sentence


def test_an_exercise_without_a_test_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD + "\nlonely = Exercise(concepts=[], minutes=1)\n")
    assert str(error) == '01-small.py: the exercise "lonely" has no test.\nAdd one with @lonely.test(…).'
