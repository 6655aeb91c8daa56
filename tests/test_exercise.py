"""The language of exercises: what an author writes, and how a slip is refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking import check
from autograder.errors import CourseError
from autograder.exercise import Choice, Exercise, Order


def double() -> Exercise:
    exercise = Exercise(concepts=["functions"], minutes=2, hints=["Twice is plus itself."])
    exercise.id = "double"
    return exercise


def question() -> Choice:
    choice = Choice(correct="b", distractors={"a": "That is the sum.", "C": "That is the mean."}, points=2)
    choice.id = "warmup"
    return choice


def steps() -> Order:
    order = Order(["load", "split", "fit"], because={("split", "fit"): "What the model has seen can't test it."})
    order.id = "steps"
    return order


def test_an_exercise_is_worth_what_its_tests_are_worth() -> None:
    exercise = double()
    exercise.test("one", points=2)(lambda answer: None)
    exercise.test("two")(lambda answer: None)
    assert exercise.points == 3


def test_a_decorated_function_stays_what_it_was() -> None:
    exercise = double()

    def given(answer: Any) -> None: ...

    assert exercise.test("it doubles")(given) is given
    assert exercise.mistake("no")(given) is given
    assert exercise.also_right(given) is given


def test_a_test_gets_random_numbers_only_when_it_asks_for_them() -> None:
    exercise = double()
    exercise.test("plain")(lambda answer: None)
    exercise.test("random")(lambda answer, rng: None)
    assert [test.wants_rng for test in exercise.tests] == [False, True]


def test_two_mistakes_of_one_name_are_refused() -> None:
    exercise = double()
    exercise.mistake("You halve.")(lambda n: n / 2)
    with pytest.raises(CourseError, match="Two mistakes of one exercise are called '<lambda>'."):
        exercise.mistake("You add.")(lambda n: n + 2)


def test_two_tests_of_one_sentence_are_refused() -> None:
    exercise = double()
    exercise.test("it doubles")(lambda answer: None)
    with pytest.raises(CourseError, match="Two tests of one exercise are called 'it doubles'."):
        exercise.test("it doubles")


def test_a_test_worth_nothing_is_refused() -> None:
    with pytest.raises(CourseError, match="worth 0 points"):
        double().test("it doubles", points=0)


def test_the_name_that_is_checked_is_the_exercises_own_unless_said_otherwise() -> None:
    several = Exercise(concepts=[], minutes=1, names=["fit", "predict"])
    written = Exercise(concepts=[], minutes=1, file="Dockerfile")
    several.id, written.id = "model", "image"
    assert (double().names, several.names, written.names) == (("double",), ("fit", "predict"), ())


def test_a_mistake_of_a_value_is_what_its_function_gives_back() -> None:
    exercise = Exercise(concepts=[], minutes=1, value=True)
    exercise.id = "total"
    assert exercise.answer_of(lambda: 7) == 7


def test_a_mistake_of_several_values_is_a_dict_of_them() -> None:
    exercise = Exercise(concepts=[], minutes=1, value=True, names=["mean", "spread"])
    assert exercise.answer_of(lambda: {"mean": 1, "spread": 2}) == SimpleNamespace(mean=1, spread=2)


def test_a_mistake_of_a_function_is_the_function() -> None:
    def wrong(n: int) -> int:
        return n

    assert double().answer_of(wrong) is wrong


# Choice


@pytest.mark.parametrize("spelling", ["b", "B", " b ", "(b)", "b)", "B."])
def test_an_option_may_be_spelled_in_many_ways(spelling: str) -> None:
    assert check(question(), spelling).points == 2


@pytest.mark.parametrize(("spelling", "why"), [("a", "sum"), ("(A)", "sum"), ("c", "mean"), ("C)", "mean")])
def test_a_wrong_option_is_told_why_however_it_is_spelled(spelling: str, why: str) -> None:
    verdict = check(question(), spelling)
    assert verdict.points == 0
    assert why in verdict.mistake


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("d", 'Answer with one of "C", "a", "b", in quotes; this is none of them.'),
        ("", "this is none of them"),
        (2, "this is a number"),
        (None, "this is nothing (None)"),
        (["b"], "this is a list of 1"),
        (np.array([1, 2]), "this is an array of shape (2,)"),
    ],
    ids=str,
)
def test_what_is_no_option_is_told_how_to_answer(answer: Any, words: str) -> None:
    verdict = check(question(), answer)
    assert verdict.mistake == ""
    assert verdict.results[0].failure is not None
    assert words in verdict.results[0].failure.message


def test_an_option_that_is_right_and_wrong_is_refused() -> None:
    with pytest.raises(CourseError, match="said to be right and wrong"):
        Choice(correct="a", distractors={"a": "no"})


# Order


@pytest.mark.parametrize(
    "answer", [["load", "split", "fit"], ("load", "split", "fit"), "load split fit", "load, split, fit"], ids=str
)
def test_an_order_may_be_a_list_or_a_text(answer: Any) -> None:
    assert check(steps(), answer).outcome == "passed"


def test_one_letter_labels_may_be_written_without_spaces() -> None:
    order = Order(["c", "a", "b"])
    order.id = "order"
    assert check(order, "cab").outcome == "passed"


def test_an_array_of_labels_is_an_order() -> None:
    assert check(steps(), np.array(["load", "split", "fit"])).outcome == "passed"


def test_a_pair_the_wrong_way_round_is_told_why() -> None:
    verdict = check(steps(), "load fit split")
    assert verdict.mistake == "What the model has seen can't test it."


def test_the_first_step_out_of_place_is_named() -> None:
    failure = check(steps(), ["split", "load", "fit"]).results[0].failure
    assert failure is not None
    assert failure.message == "Already at the start, another step must come before 'split'."


@pytest.mark.parametrize("answer", ["load split", ["load", "load", "fit"], 3, None], ids=str)
def test_labels_that_are_missing_or_repeated_are_asked_for(answer: Any) -> None:
    failure = check(steps(), answer).results[0].failure
    assert failure is not None
    assert failure.message == "Name each of fit, load, split exactly once, in order."
