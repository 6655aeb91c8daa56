"""Exercises of 01-first/01-sums."""

import math
import statistics

from autograder.compare import close
from autograder.exercise import Choice, Exercise, Order

FAR_OFF = 1_000_003  # only the hidden test needs it


def some_numbers(rng):
    """Five numbers above zero."""
    return [int(number) for number in rng.integers(1, 9, 5)]


def numbers_of_both_signs(rng):
    # this comment must not leave the house
    return [FAR_OFF, -2 * FAR_OFF, *some_numbers(rng)]


def from_place_to_place(numbers):
    result = 0
    for place in range(len(numbers)):
        result = result + numbers[place]
    return result


question = Choice(
    correct="b",
    distractors={"a": "Three is one too few.", "c": "Five is one too many."},
    hints=["Count on your fingers."],
)

steps = Order(
    ["x", "y", "z"],
    because={("x", "y"): "Nothing can be added before there is something to add to."},
    hints=["What must be there first?"],
    points=2,
)

total = Exercise(
    concepts=["adding"],
    minutes=5,
    hints=["Where does the counting begin?", "Go on with each number."],
)


@total.test("1 and 2 and 3 are 6")
def _(answer):
    close(answer([1, 2, 3]), 6)


@total.test("any numbers are added up")
def _(answer, rng):
    numbers = some_numbers(rng)
    close(answer(numbers), sum(numbers))


@total.test("numbers below zero count as well", points=2, hidden=True)
def _(answer, rng):
    numbers = numbers_of_both_signs(rng)
    close(answer(numbers), math.fsum(numbers))


@total.mistake("You left out the last number.")
def without_the_last(numbers):
    return sum(numbers[:-1])


@total.mistake("You added only what is above zero.")
def above_zero(numbers):
    return sum(filter(is_positive, numbers))


def is_positive(number):
    return number > 0


@total.also_right
def from_the_front(numbers):
    return from_place_to_place(numbers)


average = Exercise(concepts=["adding"], minutes=5, hints=["What do you divide by?"])


@average.test("the average of 2 and 4 is 3")
def _(answer):
    close(answer([2, 4]), 3)


@average.test("a single number is its own average")
def _(answer):
    close(answer([7]), 7)


@average.mistake("You divided by one number too few.")
def one_too_few(numbers):
    return sum(numbers) / (len(numbers) - 1)


@average.also_right
def by_the_library(numbers):
    return statistics.fmean(numbers)
