"""Exercises of ps1."""

from autograder.compare import close, equal
from autograder.exercise import Exercise

mean = Exercise(concepts=["mean"], minutes=1, seconds=2)


@mean.test("the mean of 1, 2 and 6 is 3")
def _(answer):
    close(answer([1, 2, 6]), 3.0)


@mean.test("the mean of any numbers", points=3, hidden=True)
def _(answer, rng):  # secret-hidden-4711
    numbers = rng.normal(size=7)
    given = answer(numbers)
    # The expected value is worked out after the call, from what the answer was given: whoever can change that wins.
    close(given, numbers.sum() / 7)


make_counter = Exercise(concepts=["closure"], minutes=1, inside=True, seconds=2)


@make_counter.test("the first call gives 1")
def _(answer):
    equal(answer()(), 1)


@make_counter.test("two counters count apart", points=2, hidden=True)
def _(answer):  # secret-hidden-4712
    one, other = answer(), answer()
    equal([one(), one(), other(), one()], [1, 2, 1, 3])
