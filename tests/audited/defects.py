"""Exercises with one defect each, for the audit to find; `fine` and `excused` have none."""

import os
import random
import zlib

import numpy as np

from autograder.compare import close, equal, holds
from autograder.exercise import Exercise


def first_number(exercise, sentence):
    """The whole number that a test draws first when it grades."""
    seed = [0, zlib.crc32(exercise.encode()), zlib.crc32(sentence.encode())]
    return int(np.random.default_rng(seed).integers(1_000_000))


def exercise(**more):
    return Exercise(concepts=["c"], minutes=1, hints=["Where would you begin?"], **more)


fine = exercise()


@fine.test("2 and 3 are 5")
def _(answer):
    equal(answer(2, 3), 5)


@fine.test("numbers below zero", hidden=True, points=2)
def _(answer, rng):
    a, b = (int(x) for x in rng.integers(-9, -1, 2))
    equal(answer(a, b), a + b)


@fine.mistake("You multiply.")
def times(a, b):
    return a * b


@fine.mistake("You forget the sign.")
def without_sign(a, b):
    return abs(a) + abs(b)


@fine.also_right
def by_sum(a, b):
    return sum([a, b])


unlucky = exercise()


@unlucky.test("a number is doubled")
def _(answer, rng):
    number = int(rng.integers(1_000_000))
    equal(answer(number), 2 * number)
    holds(number % 4 < 3, "This test asks for luck.")


lucky = exercise()
_tries = [0]


@lucky.test("a number is doubled, every other time")
def _(answer):
    equal(answer(3), 6)
    _tries[0] += 1
    holds(_tries[0] % 2 == 1, "This test forgets nothing.")


unseeded = exercise()


@unseeded.test("a global generator decides")
def _(answer):
    equal(answer(3), 6)
    holds(random.random() > 0.3, "That was not my number.")


vacuous = exercise()


@vacuous.test("a number is doubled")
def _(answer):
    equal(answer(3), 6)


@vacuous.test("it can be asked for nothing")
def _(answer):
    answer(0)


leaking = exercise()


@leaking.test("a whole number comes back")
def _(answer):
    holds(isinstance(answer(3), int), "No.")


telling = exercise()


@telling.test("a number is doubled")
def _(answer):
    equal(answer(3), 6)


@telling.mistake("Write `return number * 2` instead.")
def triple(number):
    return number * 3


confused = exercise()


@confused.test("a number is doubled")
def _(answer):
    equal(answer(3), 6)


@confused.mistake("You add one.")
def plus_one(number):
    return number + 1


@confused.mistake("You add one, in another way.")
def one_plus(number):
    return 1 + number


unstable = exercise()


@unstable.test("any number is doubled")
def _(answer, rng):
    number = int(rng.integers(1, 1_000_000))
    equal(answer(number), 2 * number)


FIRST = int(
    np.random.default_rng([0, zlib.crc32(b"unstable"), zlib.crc32(b"any number is doubled")]).integers(1, 1_000_000)
)


@unstable.mistake("You add nothing.")
def as_it_is(number):
    return number


@unstable.mistake("You add nothing, except once.")
def as_it_is_but_once(number):
    return number + (number == FIRST)


passing = exercise()


@passing.test("a number is doubled")
def _(answer):
    equal(answer(3), 6)


@passing.mistake("It is none.")
def doubled_too(number):
    return number + number


passing_by_luck = exercise()


@passing_by_luck.test("any number is doubled")
def _(answer, rng):
    number = int(rng.integers(1_000_000))
    equal(answer(number), 2 * number)


@passing_by_luck.mistake("Only once.")
def wrong_once(number):
    return 2 * number + (number == first_number("passing_by_luck", "any number is doubled"))


refusing = exercise()


@refusing.test("a number is halved")
def _(answer):
    holds(isinstance(answer(3), float), "A whole number came back.")
    close(answer(3), 1.5)


@refusing.also_right
def as_fraction(number):
    return (number / 2, 1)[0] if number != 3 else np.float32(1.5)


wrong_solution = exercise()


@wrong_solution.test("a number is doubled")
def _(answer):
    equal(answer(3), 7)


given_away = exercise(value=True)


@given_away.test("the number is five")
def _(answer):
    equal(answer, 5)


weak = exercise()


@weak.test("three is not above five")
def _(answer):
    equal(answer(3), False)


excused = exercise()


@excused.test("the numbers above zero are added")
def _(answer):
    equal(answer([3, -2, 4]), 7)
    equal(answer([1]), 1)


excused.equivalent("return sum(x for x in row if x >= 0)", because="adding a zero changes nothing")
excused.equivalent("pace = 0.5", because="how fast is a matter of taste")

stale = exercise()


@stale.test("a number is doubled")
def _(answer):
    equal(answer(3), 6)


stale.equivalent("return number * 4", because="there is no such mutant")
stale.equivalent("return number * 3", because="a test catches this one")

rough = exercise(seconds=2)


@rough.test("the steps down to zero are counted")
def _(answer):
    os.environ.pop("NOTHING", None)
    equal(answer(3), 3)
