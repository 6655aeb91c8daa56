"""Exercises of 01-math/04-eigen-svd."""

import functools
import math

import numpy as np

from autograder.compare import close, equal, holds, raises, same_shape, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="c",
    distractors={
        "a": "You used only the numbers on the diagonal. Each row of the matrix is multiplied with `v` place by place and "
        "*added up*: what does the first row, 2 and 1, give with 1 and 1?",
        "b": "6 is the sum of all numbers that come up. The product of a matrix with a vector is a vector again, one number "
        "for each row.",
        "d": "You multiplied place by place, as `*` does, and left the products apart. `@` adds them up, row by row.",
    },
    concepts=["matrix–vector product"],
    hints=[
        "The product is a mix of the columns of `A`. How much of each column do the numbers of `v` ask for?",
        "One of the first column and one of the second one: add them.",
    ],
)

warmup_2 = Choice(
    correct="b",
    distractors={
        "a": "That is the whole table. But the columns repeat each other: once you know one of them, what do you still have "
        "to be told about the next?",
        "c": "200 multiples tell how often the column is taken each time. But of *which* column?",
        "d": "100 numbers tell the one column that all are made of. How many times must it be taken for each of the 200?",
    },
    concepts=["rank"],
    hints=[
        "What do you need to know about the first column, and what about each further one?",
        "One column of 100 numbers, and one multiple for each of the 200 columns.",
    ],
)


def turned(rng, dimension):
    """`dimension` vectors of length 1 at right angles to each other, turned at random, one a column."""
    return np.linalg.qr(rng.normal(size=(dimension, dimension)))[0]


def symmetric(rng, values):
    """A symmetric matrix with these eigenvalues, and its eigenvectors of length 1, one a column."""
    vectors = turned(rng, len(values))
    matrix = vectors * np.array(values) @ vectors.T
    return (matrix + matrix.T) / 2, vectors


def skewed(rng, values):
    """A matrix that is not symmetric, with these eigenvalues, and its eigenvectors, one a column."""
    vectors = np.eye(len(values)) + rng.uniform(-0.3, 0.3, size=(len(values), len(values)))
    return vectors * np.array(values) @ np.linalg.inv(vectors), vectors


def table_with(rng, singular, rows, columns):
    """A table of the given shape with these singular values."""
    k = len(singular)
    return turned(rng, rows)[:, :k] * np.array(singular) @ turned(rng, columns)[:, :k].T


def two_by_two():
    """The matrix of the text, a new one each time: an answer may write into it."""
    return np.array([[2.0, 1.0], [1.0, 2.0]])


is_eigenpair = Exercise(
    concepts=["eigenvector", "eigenvalue"],
    minutes=6,
    hints=[
        "`image` is what the matrix makes of `v`. What should it be equal to, if `v` is only stretched?",
        "Compare the two arrays with `np.allclose`, and return what it says.",
        "Deal with the zero vector first: `np.any(v)` is true when at least one number in `v` is not 0.",
    ],
)


@is_eigenpair.test("[1, 1] is stretched by 3 and [1, -1] by 1, and not the other way round")
def _(answer):
    equal(answer(two_by_two(), 3.0, np.array([1.0, 1.0])), True, what="The answer for [1, 1] with the value 3")
    equal(answer(two_by_two(), 1.0, np.array([1.0, -1.0])), True, what="The answer for [1, -1] with the value 1")
    equal(answer(two_by_two(), 1.0, np.array([1.0, 1.0])), False, what="The answer for [1, 1] with the value 1")
    equal(answer(two_by_two(), 3.0, np.array([1.0, -1.0])), False, what="The answer for [1, -1] with the value 3")


@is_eigenpair.test("a vector that turns is no eigenvector, even if it gets as long as one would")
def _(answer):
    quarter_turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    equal(
        answer(quarter_turn, 1.0, np.array([1.0, 0.0])),
        False,
        what="The answer for a vector that is turned by 90 degrees",
    )
    equal(
        answer(two_by_two(), 2.0, np.array([1.0, 0.0])),
        False,
        what="The answer for [1, 0], whose first number alone is doubled,",
    )


@is_eigenpair.test("the sign of the eigenvalue counts: an arrow that is flipped has a negative one")
def _(answer):
    mirror = np.array([[1.0, 0.0], [0.0, -2.0]])
    equal(answer(mirror, -2.0, np.array([0.0, 3.0])), True, what="The answer for [0, 3] with the value -2")
    equal(answer(mirror, 2.0, np.array([0.0, 3.0])), False, what="The answer for [0, 3] with the value 2")


@is_eigenpair.test("the zero vector is never an eigenvector, though 0 may be an eigenvalue")
def _(answer):
    flat = np.array([[1.0, 1.0], [1.0, 1.0]])
    equal(answer(flat, 5.0, np.zeros(2)), False, what="The answer for the zero vector")
    equal(
        answer(flat, 0.0, np.array([1.0, -1.0])), True, what="The answer for [1, -1], which is squashed to the origin,"
    )


@is_eigenpair.test("rounding does no harm: 0.1 + 0.2 counts as 0.3")
def _(answer):
    small = np.array([[0.1, 0.2], [0.2, 0.1]])
    equal(answer(small, 0.3, np.array([1.0, 1.0])), True, what="The answer for [1, 1] with the value 0.3")


@is_eigenpair.test("any square matrix works, symmetric or not, and any length of the vector", points=2, hidden=True)
def _(answer, rng):
    for dimension in (2, 3, 6):
        values = rng.permutation(np.arange(1, dimension + 1)) * rng.choice([-1.3, 0.7], size=dimension)
        matrix, vectors = skewed(rng, values)
        for value, vector in zip(values, vectors.T, strict=True):
            v = rng.uniform(0.5, 20) * vector
            equal(answer(matrix, value, v), True, what="The answer for a true eigenpair")
            equal(
                answer(matrix, 1.01 * value, v),
                False,
                what="The answer for an eigenvalue that is one percent too large",
            )
            wrong = v.copy()
            wrong[-1] += 0.5
            equal(answer(matrix, value, wrong), False, what="The answer for a vector that is off in its last place")


def pair(same, zero=False):
    """An answer with the given idea of what makes an eigenpair; `zero` is what it says of the zero vector."""

    def check(A, value, v):
        if zero is not None and not np.any(v):
            return zero
        return same(A, value, v)

    return check


@is_eigenpair.mistake(
    "You asked for *exactly* the same numbers with `==`. The computer rounds each result to about 16 digits, so equal "
    "numbers may differ in the last one. Which function of the statement forgives that?"
)
def exactly_equal(A, value, v):
    return pair(lambda A, value, v: bool(np.all(A @ v == value * v)))(A, value, v)


@is_eigenpair.mistake(
    "The zero vector gets through: `A @ 0` is 0, and so is every multiple of 0, so any value seems to fit. By definition "
    "it doesn't count. Ask for it before you compare."
)
def zero_gets_through(A, value, v):
    return np.allclose(A @ v, value * v)


@is_eigenpair.mistake(
    "The comparison `==` answers for each place apart, so an array comes back, and rounding spoils it. One yes or no is "
    "asked for all places together."
)
def place_by_place(A, value, v):
    return pair(lambda A, value, v: A @ v == value * v)(A, value, v)


@is_eigenpair.mistake(
    "`np.isclose` answers for each place apart, so an array comes back. One yes or no is asked, for all places together: "
    "its relative with *all* in the name does that."
)
def isclose(A, value, v):
    return pair(lambda A, value, v: np.isclose(A @ v, value * v))(A, value, v)


@is_eigenpair.mistake(
    "You compared lengths. A vector that is turned can come out just as long as an eigenvector would; it is the "
    "direction that must stay. Compare the two arrays, place by place."
)
def lengths_only(A, value, v):
    norm = np.linalg.norm
    return pair(lambda A, value, v: bool(np.isclose(norm(A @ v), abs(value) * norm(v))))(A, value, v)


@is_eigenpair.mistake(
    "You checked that the direction stays, and not by which factor. `[1, 1]` is an eigenvector of the example, but not "
    "with the eigenvalue 1. What must `image` be equal to?"
)
def any_factor(A, value, v):
    return pair(lambda A, value, v: np.linalg.matrix_rank(np.array([A @ v, v]), tol=1e-9) < 2)(A, value, v)


@is_eigenpair.mistake(
    "You lost the sign of the factor: an arrow that is flipped has a negative eigenvalue. `[0, 3]` going to `[0, -6]` is "
    "stretched by -2, not by 2."
)
def sign_ignored(A, value, v):
    return pair(lambda A, value, v: np.allclose(np.abs(A @ v), abs(value) * np.abs(v)))(A, value, v)


@is_eigenpair.mistake(
    "`A * v` multiplies place by place and adds nothing up. What a matrix makes of a vector is `A @ v`; the frame has "
    "already put it into `image`."
)
def star_for_at(A, value, v):
    return pair(lambda A, value, v: np.allclose(A * v, value * v))(A, value, v)


@is_eigenpair.mistake(
    "You multiplied from the other side, `v @ A`: that mixes the *rows* of `A`. For a symmetric matrix it makes no "
    "difference, for the others it does. The frame has already put `A @ v` into `image`."
)
def rows_for_columns(A, value, v):
    return pair(lambda A, value, v: np.allclose(v @ A, value * v))(A, value, v)


@is_eigenpair.mistake(
    "You looked at the first place only. A vector is on its old line when *all* its places are stretched by the same factor."
)
def first_place_only(A, value, v):
    return pair(lambda A, value, v: bool(np.isclose((A @ v)[0], value * v[0])))(A, value, v)


@is_eigenpair.mistake(
    "You refuse every vector that has a 0 somewhere. `[0, 3]` points straight up, and is an honest vector; only the one with "
    "a 0 at *every* place is not counted. Did you ask all places to differ from 0, or divide by `v`, so that 0 / 0 became `nan`?"
)
def refuses_any_zero(A, value, v):
    return bool(np.all(v)) and np.allclose(A @ v, value * v)


@is_eigenpair.mistake(
    "You refuse the eigenvalue 0. A matrix may well squash a whole line into the origin: 0 may be an eigen*value*, only the "
    "zero *vector* is not counted."
)
def refuses_the_value_zero(A, value, v):
    return value != 0 and bool(np.any(v)) and np.allclose(A @ v, value * v)


@is_eigenpair.mistake(
    "You raise an error for the zero vector. The question has an answer here, and the statement says which one: it is no "
    "eigenvector."
)
def raises_for_zero(A, value, v):
    if not np.any(v):
        raise ValueError("the zero vector is no eigenvector")
    return np.allclose(A @ v, value * v)


@is_eigenpair.also_right
def small_difference(A, value, v):
    return bool(np.linalg.norm(v) > 0 and np.linalg.norm(A @ v - value * v) < 1e-8 * np.linalg.norm(v))


@is_eigenpair.also_right
def with_a_loop(A, value, v):
    anything = False
    for row in range(len(v)):
        if abs(sum(A[row] * v) - value * v[row]) > 1e-9:
            return False
        if v[row] != 0:
            anything = True
    return anything


power_iteration = Exercise(
    concepts=["power iteration", "eigenvector", "eigenvalue"],
    minutes=12,
    hints=[
        "What does one round do with `direction`? Give the result a new name, so that you can still compare it with the old one.",
        "Two differences must be measured: `newest - direction`, and from the opposite, `newest + direction`. It is enough if one "
        "of the two lengths is small.",
        "After the comparison the newest direction takes the old one's place. The eigenvalue is `v · (A v)` for a `v` of length 1; the "
        "`raise` stands after the loop, at the depth of the word `for`.",
    ],
)


def three(given):
    """The value, vector and rounds that came back."""
    holds(
        isinstance(given, tuple | list) and len(given) == 3,
        "Three things should come back: the eigenvalue, the eigenvector and the number of rounds.",
        given,
    )
    return given


def up_to_sign(vector, expected, what, atol=1e-6):
    """`vector` is `expected` or its opposite."""
    same_shape(vector, np.shape(expected), what=what)
    vector = np.asarray(vector, dtype=float)
    close(math.copysign(1, vector @ expected) * vector, expected, atol=atol, what=f"{what} (up to its sign)")


@power_iteration.test("the example of the text: 2.9973, [0.7328, 0.6805] and 3 rounds")
def _(answer):
    value, vector, rounds = three(answer(two_by_two(), np.array([1.0, 0.0]), tolerance=0.1))
    close(value, 1094 / 365, what="The eigenvalue")
    up_to_sign(vector, np.array([14.0, 13.0]) / math.sqrt(365), "The eigenvector", atol=1e-9)
    equal(rounds, 3, what="The number of rounds")


@power_iteration.test("the eigenvector has length 1, and a thousand rounds overflow nothing")
def _(answer):
    value, vector, _ = three(answer(1e6 * two_by_two(), np.array([300.0, -200.0])))
    close(value, 3e6, what="The eigenvalue")
    up_to_sign(vector, np.array([1.0, 1.0]) / math.sqrt(2), "The eigenvector")


@power_iteration.test("a negative eigenvalue flips the arrow in each round: it is found all the same, with its sign")
def _(answer):
    value, vector, rounds = three(answer(np.array([[1.0, 0.0], [0.0, -4.0]]), np.array([1.0, 1.0])))
    close(value, -4.0, what="The eigenvalue")
    up_to_sign(vector, np.array([0.0, 1.0]), "The eigenvector")
    equal(rounds, 17, what="The number of rounds")


@power_iteration.test("it stops as soon as the direction changes by less than the tolerance, and counts the last round")
def _(answer):
    for k in (1, 4, 9):
        # After k rounds the direction is [2^k, 1], shortened to length 1.
        before, after = (math.atan(2.0**-n) for n in (k - 1, k))
        change = 2 * math.sin((before - after) / 2)
        value, vector, rounds = three(answer(np.diag([2.0, 1.0]), np.array([3.0, 3.0]), 1.1 * change))
        equal(rounds, k, what="The number of rounds")
        up_to_sign(vector, np.array([math.cos(after), math.sin(after)]), "The direction", atol=1e-9)
        close(value, 2 * math.cos(after) ** 2 + math.sin(after) ** 2, what="The eigenvalue")
    change = 2 * math.sin((math.atan(1.0) - math.atan(0.5)) / 2)
    _, _, rounds = three(answer(np.diag([2.0, 1.0]), np.array([3.0, 3.0]), 0.95 * change))
    equal(rounds, 2, what="The number of rounds for a tolerance just below the first change")


@power_iteration.test("where no direction stays, it gives up with a ValueError; the last round allowed still counts")
def _(answer):
    quarter_turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    with raises(ValueError):
        answer(quarter_turn, np.array([1.0, 0.0]), most=50)
    change = 2 * math.sin((math.atan(2.0**-4) - math.atan(2.0**-5)) / 2)
    _, _, rounds = three(answer(np.diag([2.0, 1.0]), np.array([1.0, 1.0]), tolerance=1.1 * change, most=5))
    equal(rounds, 5, what="The number of rounds")
    with raises(ValueError):
        answer(np.diag([2.0, 1.0]), np.array([1.0, 1.0]), tolerance=1.1 * change, most=4)


@power_iteration.test(
    "the strongest eigenpair of any matrix is found, positive or negative, symmetric or not", points=2, hidden=True
)
def _(answer, rng):
    for make in (symmetric, skewed):
        for strongest in (5.0, -5.0, 0.5):
            matrix, vectors = make(rng, [strongest, 0.6 * strongest, -0.5 * strongest, 0.1 * strongest])
            start = vectors @ rng.uniform(0.5, 1, size=4)
            with unchanged(A=matrix, start=start):
                value, vector, _ = three(answer(matrix, start))
            close(value, strongest, what="The eigenvalue")
            up_to_sign(vector, vectors[:, 0] / np.linalg.norm(vectors[:, 0]), "The eigenvector")


def iterated(
    change=lambda new, old: min(np.linalg.norm(new - old), np.linalg.norm(new + old)),
    shorten=lambda image: image / np.linalg.norm(image),
    result=lambda A, old, new, rounds: (new @ A @ new, new, rounds),
    begin=lambda start: start / np.linalg.norm(start),
):
    """A right answer with parts that can be replaced by wrong ones."""

    def iteration(A, start, tolerance=1e-9, most=1000):
        direction = begin(start)
        for rounds in range(1, most + 1):
            newest = shorten(A @ direction)
            old, direction = direction, newest
            if change(newest, old) < tolerance:
                return result(A, old, newest, rounds)
        raise ValueError("the direction still changes")

    return iteration


def norm(v):
    return np.linalg.norm(v)


@power_iteration.mistake(
    "You did not divide by the length after each round. The arrow grows without end, so its *change* never gets small, even when "
    "its direction has long settled. Only the direction matters: bring the length back to 1 in each round."
)
def not_normalised(A, start, tolerance=1e-9, most=1000):
    with np.errstate(all="ignore"):
        return iterated(shorten=lambda image: image)(A, start, tolerance, most)


@power_iteration.mistake(
    "You compared the new direction with the old one only. With a negative eigenvalue the arrow is flipped in each round, "
    "so the difference stays near 2 for ever although the line has settled. What else counts as *no change of line*?"
)
def flips_for_ever(A, start, tolerance=1e-9, most=1000):
    return iterated(change=lambda new, old: norm(new - old))(A, start, tolerance, most)


@power_iteration.mistake(
    "You returned the length of `A @ v` as the eigenvalue. A length is never negative, so the sign is lost: for a flipped "
    "arrow the eigenvalue is negative. Which product of `v` and `A @ v` keeps the sign?"
)
def length_for_value(A, start, tolerance=1e-9, most=1000):
    return iterated(result=lambda A, old, new, rounds: (norm(A @ new), new, rounds))(A, start, tolerance, most)


@power_iteration.mistake(
    "You returned the length of the last product as the eigenvalue. It was taken from the *old* direction, and a length has lost the "
    "sign. Work it out from the newest direction, with a product that keeps the sign."
)
def length_of_the_last_product(A, start, tolerance=1e-9, most=1000):
    return iterated(result=lambda A, old, new, rounds: (norm(A @ old), new, rounds))(A, start, tolerance, most)


@power_iteration.mistake(
    "You returned the direction of the round *before*. The newest one is at hand, and nearer to the eigenvector. Which of the two names holds it at the `return`?"
)
def one_behind(A, start, tolerance=1e-9, most=1000):
    return iterated(result=lambda A, old, new, rounds: (old @ A @ old, old, rounds))(A, start, tolerance, most)


@power_iteration.mistake(
    "Your number of rounds is one too small: the last round, in which you found that nothing changes any more, was a "
    "multiplication too. The name `rounds` of the frame already counts from 1."
)
def counts_from_zero(A, start, tolerance=1e-9, most=1000):
    return iterated(result=lambda A, old, new, rounds: (new @ A @ new, new, rounds - 1))(A, start, tolerance, most)


@power_iteration.mistake(
    "You divided by the sum of the numbers, not by the length. That works for shares of a whole; a direction of length 1 needs the root of "
    "the sum of squares, and where numbers cancel, their sum may be 0."
)
def divided_by_the_sum(A, start, tolerance=1e-9, most=1000):
    with np.errstate(all="ignore"):
        return iterated(shorten=lambda image: image / np.sum(image))(A, start, tolerance, most)


@power_iteration.mistake(
    "You divided by the largest number, so the largest place became 1 and the arrow is longer than that. The statement asks for a vector of "
    "*length* 1."
)
def divided_by_the_largest(A, start, tolerance=1e-9, most=1000):
    return iterated(shorten=lambda image: image / np.max(np.abs(image)))(A, start, tolerance, most)


@power_iteration.mistake(
    "When the rounds run out you return the last direction, as if it had settled. Whoever calls you can't tell it from an "
    "eigenvector. Better loud than wrong: `raise` a `ValueError` after the loop."
)
def gives_the_last_one(A, start, tolerance=1e-9, most=1000):
    direction = start / norm(start)
    for rounds in range(1, most + 1):
        old, direction = direction, A @ direction / norm(A @ direction)
        if min(norm(direction - old), norm(direction + old)) < tolerance:
            break
    return direction @ A @ direction, direction, rounds


@power_iteration.mistake(
    "When the rounds run out, your function ends without a word, and `None` comes back. The statement asks for a `ValueError` after "
    "the loop, so that nobody goes on with nothing."
)
def nothing_comes_back(A, start, tolerance=1e-9, most=1000):
    try:
        return iterated()(A, start, tolerance, most)
    except ValueError:
        return None


@power_iteration.mistake(
    "A direction that has not settled after the first round is refused. Either your `raise` stands inside the loop (how far must it move to the left?), or the newest "
    "direction never takes the place of the old one, so that each round repeats the first."
)
def gives_up_at_once(A, start, tolerance=1e-9, most=1000):
    return iterated()(A, start, tolerance, 1)


@power_iteration.mistake(
    "You did all the rounds and never asked whether the direction has settled. The tolerance decides when to stop, and "
    "the number of rounds must say when that was."
)
def never_stops_early(A, start, tolerance=1e-9, most=1000):
    direction = start / norm(start)
    for _ in range(most):
        direction = A @ direction / norm(A @ direction)
    return direction @ A @ direction, direction, most


@power_iteration.mistake(
    "You compared the *eigenvalue* with that of the round before. It settles much sooner than the direction (its error is about the square), so you "
    "stop too early. The statement compares directions."
)
def compares_values(A, start, tolerance=1e-9, most=1000):
    direction, value = start / norm(start), math.inf
    for rounds in range(1, most + 1):
        direction = A @ direction / norm(A @ direction)
        old, value = value, direction @ A @ direction
        if abs(value - old) < tolerance:
            return value, direction, rounds
    raise ValueError("the value still changes")


@power_iteration.mistake(
    "You compare the newest direction with itself: the old one has been overwritten before the comparison. Then nothing seems to "
    "change, and you stop after one round. Compare first, and replace afterwards."
)
def overwritten_too_early(A, start, tolerance=1e-9, most=1000):
    direction = A @ start / norm(A @ start)
    return direction @ A @ direction, direction, 1


@power_iteration.mistake(
    "Your vector is the newest one, but the eigenvalue is worked out from the direction of the round *before*. The newest one is nearer to "
    "the eigenvector, so its value is nearer too. Which vector must be multiplied by `A` once more?"
)
def value_from_the_old_direction(A, start, tolerance=1e-9, most=1000):
    return iterated(result=lambda A, old, new, rounds: (old @ A @ old, new, rounds))(A, start, tolerance, most)


@power_iteration.mistake(
    "You divided the first number of the image by the first number of the vector. They tell the factor only once the direction has settled completely, and nothing "
    "if that place is 0 in the eigenvector. Which product uses all the places?"
)
def ratio_of_the_first_place(A, start, tolerance=1e-9, most=1000):
    return iterated(result=lambda A, old, new, rounds: ((A @ new)[0] / new[0], new, rounds))(A, start, tolerance, most)


@power_iteration.mistake(
    "A direction that settles in the very last round allowed is refused: that `rounds` has reached `most` does not tell whether the line still moves. "
    "Raise only if no round was the settled one."
)
def last_round_refused(A, start, tolerance=1e-9, most=1000):
    value, vector, rounds = iterated()(A, start, tolerance, most)
    if rounds == most:
        raise ValueError("too many rounds")
    return value, vector, rounds


@power_iteration.mistake(
    "`np.allclose` adds a tolerance of its own, a hundred-thousandth of each number, so you stop too early; and it looks at each place, not at the length of "
    "the difference. Measure that length, and compare it with `tolerance`."
)
def allclose_for_length(A, start, tolerance=1e-9, most=1000):
    return iterated(
        change=lambda new, old: (
            0 if np.allclose(new, old, atol=tolerance) or np.allclose(new, -old, atol=tolerance) else math.inf
        )
    )(A, start, tolerance, most)


@power_iteration.mistake(
    "You compared the largest difference of any place. The *length* of the difference counts all the places, so it is larger, and you stop too early."
)
def largest_difference(A, start, tolerance=1e-9, most=1000):
    return iterated(change=lambda new, old: min(np.max(np.abs(new - old)), np.max(np.abs(new + old))))(
        A, start, tolerance, most
    )


@power_iteration.mistake(
    "You took the signs away place by place. Then `[1, -1]` and `[1, 1]` look alike, though they lie on different lines. The opposite of an arrow flips *all* its signs at once: "
    "compare with that."
)
def signs_taken_away(A, start, tolerance=1e-9, most=1000):
    return iterated(change=lambda new, old: norm(np.abs(new) - np.abs(old)))(A, start, tolerance, most)


@power_iteration.also_right
def by_the_sign(A, start, tolerance=1e-9, most=1000):
    v = start / norm(start)
    rounds = 0
    while rounds < most:
        rounds += 1
        image = A @ v
        image = image / math.sqrt(sum(number**2 for number in image))
        aligned = image if image @ v >= 0 else -image
        done = norm(aligned - v) < tolerance
        v = aligned
        if done:
            return sum(v * (A @ v)), list(v), rounds
    raise ValueError("no direction stays")


deflate = Exercise(
    concepts=["deflation", "outer product", "eigenvector"],
    minutes=6,
    hints=[
        "Which matrix throws every vector's shadow on the line of `vector`? The text builds it just above.",
        "`np.outer(vector, vector)` has to be divided by something: how long may `vector` be?",
        "Take `value` times that shadow matrix away from `A`, with a plain minus.",
    ],
)


@deflate.test("the example of the text: what is left of [[2, 1], [1, 2]] without the value 3")
def _(answer):
    close(answer(two_by_two(), 3.0, np.array([1.0, 1.0])), [[0.5, -0.5], [-0.5, 0.5]], what="What is left")


@deflate.test("the length of the vector does not matter: [-10, -10] and a unit vector give the same")
def _(answer):
    for vector in (np.array([-10.0, -10.0]), np.array([1.0, 1.0]) / math.sqrt(2)):
        close(answer(two_by_two(), 3.0, vector), [[0.5, -0.5], [-0.5, 0.5]], what="What is left")


@deflate.test("the matrix and the vector that were handed in stay as they were")
def _(answer):
    A, vector = two_by_two(), np.array([2.0, -2.0])
    with unchanged(A=A, vector=vector):
        left = answer(A, 1.0, vector)
    close(left, [[1.5, 1.5], [1.5, 1.5]], what="What is left without the value 1")


@deflate.test(
    "its vector is sent to 0, and all the others are stretched as before, in any dimension", points=2, hidden=True
)
def _(answer, rng):
    for values in ([4.0, -2.5], [-6.0, 3.0, 1.5], [1.0, 7.0, -3.0, 0.4, 2.0]):
        matrix, vectors = symmetric(rng, values)
        given = rng.uniform(0.2, 5) * vectors[:, 0]
        left = answer(matrix, values[0], given)
        same_shape(left, matrix.shape, what="What is left")
        left = np.asarray(left, dtype=float)
        close(left @ given, np.zeros(len(values)), what="What the new matrix makes of the vector")
        for value, vector in zip(values[1:], vectors.T[1:], strict=True):
            close(left @ vector, value * vector, what="What the new matrix makes of another eigenvector")


@deflate.mistake(
    "You did not divide by `vector @ vector`. That is right only for a vector of length 1; for any other one you take away too much, or too "
    "little. An eigenvector may have any length."
)
def unit_length_taken_for_granted(A, value, vector):
    return A - value * np.outer(vector, vector)


@deflate.mistake(
    "You divided by the length once. The vector comes into the outer product twice, so its length must be divided out twice."
)
def length_once(A, value, vector):
    return A - value * np.outer(vector, vector) / norm(vector)


@deflate.mistake(
    "You took away the same number everywhere: `vector @ vector` is the dot product, a single number. What belongs there is a matrix, the "
    "table of all products of two places."
)
def dot_for_outer(A, value, vector):
    return A - value * (vector @ vector) / (vector @ vector)


@deflate.mistake(
    "`vector * vector` squares place by place, and NumPy takes the same row away from each row of `A`. What belongs there is the table of "
    "all products of *two* places."
)
def squares_for_outer(A, value, vector):
    return A - value * (vector * vector) / (vector @ vector)


@deflate.mistake(
    "You added the part of that direction instead of taking it away, so its eigenvalue has doubled. Which sign makes it 0?"
)
def added(A, value, vector):
    return A + value * np.outer(vector, vector) / (vector @ vector)


@deflate.mistake(
    "You forgot the eigenvalue: the shadow alone lowers it by 1. How much must be taken away so that 0 is left?"
)
def value_forgotten(A, value, vector):
    return A - np.outer(vector, vector) / (vector @ vector)


@deflate.mistake(
    "You returned the part that belongs to the eigenpair. Asked is what is *left* of `A` when that part is taken away."
)
def the_part_itself(A, value, vector):
    return value * np.outer(vector, vector) / (vector @ vector)


@deflate.mistake(
    "You took `value` away from the diagonal. That lowers *all* eigenvalues by it, the others included. Only one direction is meant; which matrix "
    "does something on the line of `vector` and nothing across it?"
)
def all_lowered(A, value, vector):
    return A - value * np.eye(len(A))


@deflate.mistake(
    "You divided `A` by that part instead of taking it away. A sum of layers loses one of them by subtraction."
)
def divided_out(A, value, vector):
    with np.errstate(divide="ignore", invalid="ignore"):
        return A / (value * np.outer(vector, vector) / (vector @ vector))


@deflate.mistake(
    "The result is right, but you wrote it into `A` itself, as `A -= …` does. That array belongs to the caller, who has now lost the "
    "matrix. How do you subtract so that a new array is made?"
)
def in_place(A, value, vector):
    A -= value * np.outer(vector, vector) / (vector @ vector)
    return A


@deflate.also_right
def with_loops(A, value, vector):
    size = sum(number**2 for number in vector)
    return [
        [A[row, column] - value * vector[row] * vector[column] / size for column in range(len(vector))]
        for row in range(len(vector))
    ]


@deflate.also_right
def with_a_unit_column(A, value, vector):
    unit = (vector / norm(vector)).reshape(-1, 1)
    return A - value * (unit @ unit.T)


page_ranks = Exercise(
    concepts=["PageRank", "power iteration", "eigenvector"],
    minutes=15,
    hints=[
        "Where do the visitors of one page go? Write that down for each page, as a column, before any of them clicks.",
        "A page with links: its row of `links`, divided by how many links there are. A dangling page: the same share for every page. Both become "
        "a *column* of the matrix that makes the clicks.",
        "With damping: `damping` times that matrix, plus `(1 - damping) / pages` at every place. Begin with equal shares and multiply a hundred times or more.",
    ],
)


def long_run(links, damping):
    """The shares in the long run, from the equation that they fulfil."""
    pages = len(links)
    rows = np.array([row / row.sum() if row.sum() else np.full(pages, 1 / pages) for row in links])
    return np.linalg.solve(np.eye(pages) - damping * rows.T, np.full(pages, (1 - damping) / pages))


def check_ranks(answer, links, damping=None):
    with unchanged(links=links):
        ranks = answer(links) if damping is None else answer(links, damping)
    close(ranks, long_run(links, 0.85 if damping is None else damping), atol=1e-6, what="The array of shares")


@page_ranks.test("the example of the text: three pages with 0.3878, 0.2148 and 0.3974")
def _(answer):
    check_ranks(answer, np.array([[0, 1, 1], [0, 0, 1], [1, 0, 0]]))


@page_ranks.test("in a ring, in which each page links to the next one, all pages are equal")
def _(answer):
    close(answer(np.roll(np.eye(5, dtype=int), 1, axis=1)), np.full(5, 0.2), atol=1e-6, what="The array of shares")


@page_ranks.test("no visitor gets lost on a dangling page: the shares still add up to 1", points=2)
def _(answer):
    links = np.array([[0, 1, 1, 0], [0, 0, 0, 0], [1, 1, 0, 1], [0, 1, 0, 0]])
    check_ranks(answer, links)


@page_ranks.test("two pages that link only to each other do not swallow everybody")
def _(answer):
    check_ranks(answer, np.array([[0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1], [0, 0, 1, 0]]))


@page_ranks.test("the damping counts: with 0 all pages are equal, with 0.5 half of the visitors follow links")
def _(answer):
    links = np.array([[0, 1, 1, 1], [1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    close(answer(links, damping=0), np.full(4, 0.25), atol=1e-6, what="The array of shares")
    check_ranks(answer, links, 0.5)


@page_ranks.test("any web works, with as many dangling pages as you like", points=2, hidden=True)
def _(answer, rng):
    for pages in (2, 6, 25):
        links = (rng.uniform(size=(pages, pages)) < 0.25).astype(int)
        links[0], links[:, 0] = 1, 0
        links[0, 0] = 0
        links[-1] = 0
        check_ranks(answer, links)
        check_ranks(answer, links, rng.uniform(0.2, 0.8))


def ranked(matrix, damping=0.85, rounds=300):
    """What power iteration makes of a matrix of clicks."""
    pages = len(matrix)
    ranks = np.full(pages, 1 / pages)
    for _ in range(rounds):
        ranks = damping * (matrix @ ranks) + (1 - damping) / pages
    return ranks


def clicks(links, dangling=True):
    """The matrix of clicks, one column for the visitors of each page."""
    pages = len(links)
    outgoing = links.sum(axis=1, keepdims=True)
    at_random = np.full(pages, 1 / pages if dangling else 0.0)
    return np.where(outgoing > 0, links / np.maximum(outgoing, 1), at_random).T


@page_ranks.mistake(
    "You took columns for rows: `links[i, j]` says that page `i` links to page `j`, so row `i` tells where the visitors of `i` go, "
    "and that must become *column* `i` of the matrix that multiplies. Yours lets them run against the links."
)
def against_the_links(links, damping=0.85):
    return ranked(clicks(links.T), damping)


@page_ranks.mistake(
    "You left the rows as rows. Each adds up to 1, but `matrix @ ranks` mixes the *columns*: with equal shares at the start, nothing ever changes. Where must the "
    "shares of page `i` stand?"
)
def not_transposed(links, damping=0.85):
    return ranked(clicks(links).T, damping)


@page_ranks.mistake(
    "Visitors get lost: from a dangling page, a column of zeros leads nowhere, so the shares no longer add up to 1. Where do those visitors go, according to the statement?"
)
def dangling_forgotten(links, damping=0.85):
    return ranked(clicks(links, dangling=False), damping)


@page_ranks.mistake(
    "Your shares are `nan`: a dangling page has 0 links, and 0 divided by 0 is not a number. That page needs a rule of its own; the statement says which one."
)
def divided_by_zero_links(links, damping=0.85):
    with np.errstate(invalid="ignore", divide="ignore"):
        return ranked((links / links.sum(axis=1, keepdims=True)).T, damping)


@page_ranks.mistake(
    "A visitor of a dangling page stays there for ever in your version. The statement sends her to any page of the web, each with the same probability."
)
def stays_on_the_dangling_page(links, damping=0.85):
    links = links.copy()
    for page in range(len(links)):
        if not links[page].any():
            links[page, page] = 1
    return ranked(clicks(links), damping)


@page_ranks.mistake(
    "From a dangling page, your visitors go to all *other* pages. The statement says any page of the web, that page included, with the same probability."
)
def to_the_others_only(links, damping=0.85):
    links = links.copy()
    for page in range(len(links)):
        if not links[page].any():
            links[page] = 1
            links[page, page] = 0
    return ranked(clicks(links), damping)


@page_ranks.mistake(
    "You left out the damping: all visitors follow links for ever, so closed circles swallow everybody. With the probability `1 - damping` a visitor jumps to "
    "any page."
)
def no_damping(links, damping=0.85):
    return ranked(clicks(links), 1.0)


@page_ranks.mistake(
    "You swapped the two probabilities: `damping` is the one for *following* a link, and `1 - damping` the one for jumping."
)
def damping_the_other_way(links, damping=0.85):
    return ranked(clicks(links), 1 - damping)


@page_ranks.mistake(
    "Your damping is always 0.85: the second argument is never used. Whoever calls `page_ranks(links, 0.5)` wants half of the visitors to follow links."
)
def damping_fixed(links, damping=0.85):
    return ranked(clicks(links), 0.85)


@page_ranks.mistake(
    "Each jump adds `1 - damping` to every page, where that probability is meant for all pages together: it must be shared out evenly among them. Your shares "
    "add up to more than 1."
)
def jumps_not_shared_out(links, damping=0.85):
    return ranked(clicks(links), damping) * len(links)


@page_ranks.mistake(
    "Each jump adds `1 - damping` to every page, where that probability is meant for all pages together: it must be shared out evenly among them. Your shares "
    "add up to more than 1."
)
def whole_jump_in_each_click(links, damping=0.85):
    matrix, ranks = clicks(links), np.full(len(links), 1 / len(links))
    for _ in range(100):
        ranks = damping * (matrix @ ranks) + (1 - damping)
    return ranks


@page_ranks.mistake(
    "A page's visitors were not split among its links: each link carries *all* of them, and dividing at the end hides that the visitors have multiplied. By what must the "
    "row of a page be divided first?"
)
def links_not_shared_out(links, damping=0.85):
    ranks = np.full(len(links), 1 / len(links))
    for _ in range(100):
        ranks = damping * (links.T @ ranks) + (1 - damping) / len(links)
        ranks = ranks / ranks.sum()
    return ranks


@page_ranks.mistake(
    "You wrote the shares into an array of whole numbers, a copy of `links`: one half is cut to 0 there. Shares need an array of floats."
)
def shares_cut_to_whole_numbers(links, damping=0.85):
    rows = links.copy()
    for page in range(len(rows)):
        if not rows[page].any():
            rows[page] = 1
        rows[page] = rows[page] / rows[page].sum()
    return ranked(rows.T, damping)


@page_ranks.mistake(
    "The idea is right, but ten clicks are not enough: the shares are still off by more than a millionth. The statement says how many rounds are."
)
def ten_clicks(links, damping=0.85):
    return ranked(clicks(links), damping, rounds=10)


@page_ranks.mistake(
    "You counted the links that lead to each page. But a link from an important page counts for more, and a link among many for less: that is why the importance is an "
    "eigenvector."
)
def counts_links(links, damping=0.85):
    return links.sum(axis=0) / links.sum()


@page_ranks.mistake(
    "You clicked once. The shares are still on their way: go on until they no longer change, a hundred rounds or more."
)
def one_click(links, damping=0.85):
    return ranked(clicks(links), damping, rounds=1)


@page_ranks.mistake(
    "Your eigenvector has length 1; its *squares* add up to 1. Shares of visitors must add up to 1 themselves. By what do you divide them?"
)
def length_one(links, damping=0.85):
    ranks = ranked(clicks(links), damping)
    return ranks / norm(ranks)


@page_ranks.also_right
def by_solving(links, damping=0.85):
    return long_run(links, damping)


@page_ranks.also_right
def stretched_at_the_end(links, damping=0.85):
    # Sharing out the lost visitors evenly, or leaving them out and stretching the rest, comes to the same.
    ranks = ranked(clicks(links, dangling=False), damping)
    return ranks / ranks.sum()


@page_ranks.also_right
def with_plain_loops(links, damping=0.85):
    pages = len(links)
    ranks = [1 / pages] * pages
    for _ in range(100):
        after = [(1 - damping) / pages] * pages
        for page in range(pages):
            targets = [other for other in range(pages) if links[page][other]] or list(range(pages))
            for other in targets:
                after[other] += damping * ranks[page] / len(targets)
        ranks = after
    return ranks


@page_ranks.also_right
def by_eig(links, damping=0.85):
    matrix = damping * clicks(links) + (1 - damping) / len(links)
    values, vectors = np.linalg.eig(matrix)
    ranks = np.real(vectors[:, np.argmax(np.real(values))])
    return ranks / ranks.sum()


for changed in ("for _ in range(201):", "for _ in range(199):"):
    page_ranks.equivalent(changed, because="after 100 rounds already no share changes by a millionth")


singular_values = Exercise(
    concepts=["singular value", "SVD", "eigenvalue"],
    minutes=8,
    hints=[
        "Which symmetric matrix has the squares of the singular values as its eigenvalues?",
        "`np.linalg.eigvalsh` gives them smallest first. Which of them could be a hair below 0, and what does the root make of that?",
        "Turn the order round with `[::-1]`, and cut to as many as the smaller side has: `min(A.shape)`.",
    ],
)


def close_to_largest(got, expected, what="The list of singular values"):
    close(got, expected, rtol=0, atol=1e-6 * max(np.max(expected), 1e-300), what=what)


@singular_values.test("[[3, 0], [4, 5]] has the singular values √45 and √5, largest first")
def _(answer):
    close_to_largest(answer(np.array([[3.0, 0.0], [4.0, 5.0]])), [math.sqrt(45), math.sqrt(5)])


@singular_values.test("they are never negative: [[1, 0], [0, -2]] has 2 and 1")
def _(answer):
    close_to_largest(answer(np.diag([1.0, -2.0])), [2, 1])


@singular_values.test("as many as the smaller side has: a row, a column, a tall table and a wide one")
def _(answer):
    close_to_largest(answer(np.array([[3.0, 4.0]])), [5], what="The list of singular values of [[3, 4]]")
    close_to_largest(answer(np.array([[3.0], [4.0]])), [5], what="The list of singular values of [[3], [4]]")
    tall = np.array([[2.0, 0.0], [0.0, -3.0], [0.0, 0.0]])
    close_to_largest(answer(tall), [3, 2], what="The list of singular values of a tall table")
    close_to_largest(answer(tall.T), [3, 2], what="The list of singular values of a wide table")


@singular_values.test("tables of low rank have zeros at the end, and no nan", points=2)
def _(answer, rng):
    for rank in (1, 2, 3):
        for _ in range(5):
            singular = 10 * np.sort(rng.uniform(0.2, 1, size=rank))[::-1]
            close_to_largest(answer(table_with(rng, singular, 7, 5)), np.append(singular, np.zeros(5 - rank)))


@singular_values.test("any table of any shape has the right ones", points=1, hidden=True)
def _(answer, rng):
    for rows, columns in ((1, 1), (2, 6), (6, 2), (5, 5), (30, 12)):
        singular = np.sort(rng.uniform(1, 40, size=min(rows, columns)))[::-1]
        matrix = table_with(rng, singular, rows, columns)
        with unchanged(A=matrix):
            close_to_largest(answer(matrix), singular)


def gram(A):
    return np.linalg.eigvalsh(A.T @ A)


@singular_values.mistake(
    "You forgot the roots: these are the eigenvalues of `A.T @ A`, the *squares* of the singular values."
)
def no_roots(A):
    return gram(A)[::-1][: min(A.shape)]


@singular_values.mistake(
    "These come smallest first, as `np.linalg.eigvalsh` gives them. The statement asks for the largest first."
)
def smallest_first(A):
    return np.sqrt(np.clip(gram(A), 0, None))[-min(A.shape) :]


@singular_values.mistake(
    "You gave as many values as `A` has columns. A wide table has fewer rows than that, and the zeros at the end are no singular values: as many as the smaller side."
)
def too_many(A):
    return np.sqrt(np.clip(gram(A), 0, None))[::-1]


@singular_values.mistake(
    "Rounding has made a number a hair below 0 of an eigenvalue that should be 0, and its root is `nan`. Lift what is below 0 before you take the roots."
)
def unclipped(A):
    with np.errstate(invalid="ignore"):
        return np.sqrt(gram(A))[::-1][: min(A.shape)]


@singular_values.mistake(
    "You took the eigenvalues of `A` itself. They say what happens to directions that *stay*; a table that is not square has none at all, and they may be negative. Which "
    "symmetric matrix is made of `A`?"
)
def eigenvalues_of_the_table(A):
    return np.sort(np.linalg.eigvals(A))[::-1]


@singular_values.mistake(
    "You took the eigenvalues of `A` itself, without their signs. That works for symmetric matrices only; for others the half axes of the ellipse are something else. Which "
    "symmetric matrix is made of `A`?"
)
def sizes_of_the_eigenvalues(A):
    return np.sort(np.abs(np.linalg.eigvals(A)))[::-1]


@singular_values.mistake(
    "`np.linalg.eigvalsh` believes that its matrix is symmetric and looks at one half of it only. You gave it `A` itself, which is not. Which symmetric matrix is made of `A`?"
)
def eigvalsh_of_the_table(A):
    return np.sqrt(np.clip(np.linalg.eigvalsh(A)[::-1], 0, None))


@singular_values.mistake(
    "`A * A` squares each number where it stands. The matrix that is meant is a *product* of matrices, of the transpose and `A`."
)
def squared_places(A):
    return np.sqrt(np.clip(np.linalg.eigvalsh(A * A), 0, None))[::-1]


@singular_values.mistake(
    "You multiplied `A @ A`. For that the sides must fit, and it is symmetric only if `A` is. One of the two has to be transposed."
)
def not_transposed_product(A):
    return np.sqrt(np.clip(np.linalg.eigvalsh(A @ A), 0, None))[::-1]


@singular_values.mistake(
    "You measured the lengths of the columns. These are the images of the two axes; but the axes need not be the directions whose images are at right angles."
)
def lengths_of_columns(A):
    return np.sort(np.linalg.norm(A, axis=0))[::-1][: min(A.shape)]


@singular_values.mistake(
    "You took away the sign of what is below 0 *after* the root, where it is `nan` already, or left the squares. Set it to 0 before you take the root."
)
def clipped_too_late(A):
    with np.errstate(invalid="ignore"):
        return np.clip(np.sqrt(gram(A)), 0, None)[: min(A.shape)][::-1]


@singular_values.mistake(
    "`np.linalg.eigvalsh` believes that its matrix is symmetric and looks at one half of it only. You gave it `A` itself, which is not. Which symmetric matrix is made of `A`?"
)
def eigvalsh_without_root(A):
    return np.linalg.eigvalsh(A)[::-1]


@singular_values.mistake(
    "You cut before the largest stood in front: `eigvalsh` gives the smallest first, so a wide table kept its zeros and lost its singular values. Turn the order round first."
)
def cut_at_the_wrong_end(A):
    return np.sqrt(np.clip(gram(A), 0, None))[: min(A.shape)][::-1]


@singular_values.mistake(
    "`A.T * A` multiplies place by place, and for a table that is not square the shapes don't even fit. The matrix that is meant is a *product* of matrices: which sign "
    "makes one?"
)
def star_with_transpose(A):
    return np.sqrt(np.clip(np.linalg.eigvalsh(A.T * A), 0, None))[::-1][: min(A.shape)]


@singular_values.mistake(
    "You left out the zeros. A table of low rank has singular values that are 0, and they are asked for too: as many as the smaller side has."
)
def zeros_left_out(A):
    squares = gram(A)[::-1]
    return np.sqrt(squares[squares > 1e-9])


@singular_values.also_right
def by_svd(A):
    return np.linalg.svd(A, compute_uv=False)


@singular_values.also_right
def by_the_smaller_product(A):
    small = A @ A.T if A.shape[0] < A.shape[1] else A.T @ A
    return sorted((math.sqrt(max(value, 0.0)) for value in np.linalg.eigvalsh(small)), reverse=True)


@singular_values.also_right
def by_absolute_values(A):
    return np.sort(np.sqrt(np.abs(gram(A))))[::-1][: min(A.shape)]


singular_values.equivalent(
    "squares = np.clip(np.linalg.eigvalsh(A @ A.T), 0, None)",
    because="both products have the same eigenvalues, apart from zeros that the cut to the smaller side takes away",
)


rank_k = Exercise(
    concepts=["low-rank approximation", "SVD"],
    minutes=8,
    hints=[
        "Which columns of `U`, which singular values and which rows of `Vt` belong to the first `k` layers?",
        "`U[:, :k]` are the first `k` columns, `Vt[:k]` the first `k` rows. One product adds the layers up, once the columns are stretched.",
        "The error is a fraction of two `np.linalg.norm`: what is missing above, the whole table below.",
    ],
)


def two(given):
    """The approximation and the error that came back."""
    holds(
        isinstance(given, tuple | list) and len(given) == 2,
        "Two things should come back: the approximation and its error.",
        given,
    )
    return given


@rank_k.test("the example of the text: the first layer of [[3, 0], [4, 5]], and √(5/50)")
def _(answer):
    approximation, error = two(answer(np.array([[3.0, 0.0], [4.0, 5.0]]), 1))
    close(approximation, [[1.5, 1.5], [4.5, 4.5]], what="The approximation")
    close(error, math.sqrt(5 / 50), what="The error")


@rank_k.test("on a diagonal, the k largest numbers stay and the others become 0")
def _(answer):
    approximation, error = two(answer(np.diag([1.0, 5.0, -3.0]), 2))
    close(approximation, np.diag([0.0, 5.0, -3.0]), what="The approximation")
    close(error, 1 / math.sqrt(35), what="The error")


@rank_k.test("with all layers the table is back, and the error is 0 up to rounding")
def _(answer):
    A = np.array([[1.0, 2.0, 0.0], [-1.0, 0.5, 3.0]])
    with unchanged(A=A):
        approximation, error = two(answer(A, 2))
    close(approximation, A, what="The approximation")
    close(error, 0, what="The error")


@rank_k.test(
    "the result has the rank k, and its error is what the other layers hold, tall or wide", points=2, hidden=True
)
def _(answer, rng):
    for rows, columns, k in ((6, 4, 1), (4, 6, 3), (12, 9, 5), (9, 30, 2)):
        singular = np.arange(min(rows, columns), 0, -1) * rng.uniform(1, 9)
        A = table_with(rng, singular, rows, columns)
        approximation, error = two(answer(A, k))
        close(error, math.sqrt(np.sum(singular[k:] ** 2) / np.sum(singular**2)), what="The error")
        same_shape(approximation, A.shape, what="The approximation")
        approximation = np.asarray(approximation, dtype=float)
        close(np.linalg.svd(approximation, compute_uv=False)[:k], singular[:k], what="The list of its singular values")
        close(norm(A - approximation), math.sqrt(np.sum(singular[k:] ** 2)), what="Its distance to A")


def layers(A, chosen=None, stretch=None, error=None):
    """A right answer with parts that can be replaced by wrong ones."""

    def answer(A, k):
        U, sigma, Vt = np.linalg.svd(A, full_matrices=False)
        which = chosen(k) if chosen else slice(0, k)
        sizes = stretch(sigma) if stretch else sigma
        approximation = (U[:, which] * sizes[which]) @ Vt[which]
        return approximation, error(A, approximation) if error else norm(A - approximation) / norm(A)

    return answer


@rank_k.mistake(
    "You kept the *last* layers, the weakest. NumPy gives the singular values largest first, so the strongest stand at the beginning."
)
def weakest_kept(A, k):
    return layers(A, chosen=lambda k: slice(-k, None))(A, k)


@rank_k.mistake("You kept one layer too few. A slice `[:n]` ends *before* place n, so it already holds n of them.")
def one_too_few(A, k):
    return layers(A, chosen=lambda k: slice(0, k - 1))(A, k)


@rank_k.mistake(
    "You kept one layer too many. Places are counted from 0, so the first `k` layers are those from 0 to `k - 1`."
)
def one_too_many(A, k):
    return layers(A, chosen=lambda k: slice(0, k + 1))(A, k)


@rank_k.mistake("You returned layer `k` alone, not the sum of the first `k` of them.")
def one_layer_only(A, k):
    return layers(A, chosen=lambda k: slice(k - 1, k))(A, k)


@rank_k.mistake(
    "You left out the singular values. The columns of `U` and the rows of `Vt` have length 1; without the sigmas all layers are equally strong. What do the columns of `U` have to be "
    "multiplied by?"
)
def without_sigma(A, k):
    return layers(A, stretch=lambda sigma: np.ones(len(sigma)))(A, k)


@rank_k.mistake(
    "You squared the singular values in the layers. The squares tell the energy; the layer itself is stretched by sigma once."
)
def sigma_squared(A, k):
    return layers(A, stretch=lambda sigma: sigma**2)(A, k)


@rank_k.mistake(
    "Your error is not divided by the size of `A`. The statement asks for the *relative* one, so that 0 means perfect and 1 means nothing is left, whatever the unit."
)
def absolute_error(A, k):
    return layers(A, error=lambda A, B: norm(A - B))(A, k)


@rank_k.mistake(
    "Your error is the share of the *energy* that is missing. The statement asks for the root above and below the fraction line."
)
def share_of_energy(A, k):
    return layers(A, error=lambda A, B: norm(A - B) ** 2 / norm(A) ** 2)(A, k)


@rank_k.mistake(
    "You divided by the size of the approximation. The error is relative to `A`, the table that was to be reproduced."
)
def relative_to_the_approximation(A, k):
    return layers(A, error=lambda A, B: norm(A - B) / norm(B))(A, k)


@rank_k.mistake(
    "Your error is one minus the ratio of the sizes. Sizes don't subtract like that: what is missing is at a right angle to what is there. Measure the *difference* of the two tables."
)
def difference_of_sizes(A, k):
    return layers(A, error=lambda A, B: 1 - norm(B) / norm(A))(A, k)


@rank_k.mistake(
    "You took the average of the differences. Positive and negative ones cancel; square them first, as `np.linalg.norm` does."
)
def mean_difference(A, k):
    return layers(A, error=lambda A, B: np.mean(A - B))(A, k)


@rank_k.mistake(
    "You returned the approximation alone. Two things are asked for: the table and its relative error, with a comma between them."
)
def approximation_only(A, k):
    return layers(A)(A, k)[0]


@rank_k.mistake(
    "You cut the *rows* of `U` and not its columns: `U[:k]` takes the first `k` rows. The directions stand in the columns of `U`, so write the cut after a comma."
)
def rows_of_u(A, k):
    U, sigma, Vt = np.linalg.svd(A, full_matrices=False)
    approximation = (U[:k] * sigma) @ Vt
    return approximation, norm(A - approximation) / norm(A)


@rank_k.mistake(
    "NumPy gives the third part transposed already: the directions stand in the *rows* of `Vt`. You transposed it once more, or cut its columns."
)
def vt_transposed(A, k):
    U, sigma, Vt = np.linalg.svd(A, full_matrices=False)
    approximation = (U[:, :k] * sigma[:k]) @ Vt.T[:k]
    return approximation, norm(A - approximation) / norm(A)


@rank_k.mistake(
    "Without `full_matrices=False`, `U` or `Vt` comes with more directions than there are singular values, and the product doesn't fit unless the table is square. "
    "Leave them out, or cut all three parts to `k`."
)
def full_parts(A, k):
    U, sigma, Vt = np.linalg.svd(A)
    sigma = np.where(np.arange(len(sigma)) < k, sigma, 0)
    approximation = (U * sigma) @ Vt
    return approximation, norm(A - approximation) / norm(A)


@rank_k.mistake(
    "`np.linalg.norm(table, 2)` is something else for a table: its largest singular value. Without the second argument it squares all the numbers and adds them up."
)
def largest_for_all(A, k):
    return layers(A, error=lambda A, B: np.linalg.norm(A - B, 2) / np.linalg.norm(A, 2))(A, k)


@rank_k.mistake(
    "You averaged the sizes of the differences. The statement squares them, adds, and takes the root, so that large differences count for more."
)
def mean_size_of_the_difference(A, k):
    return layers(A, error=lambda A, B: np.mean(np.abs(A - B)) / np.mean(np.abs(A)))(A, k)


@rank_k.also_right
def layer_by_layer(A, k):
    U, sigma, Vt = np.linalg.svd(A)
    approximation = np.zeros(A.shape)
    for layer in range(k):
        approximation = approximation + sigma[layer] * np.outer(U[:, layer], Vt[layer])
    return approximation, math.sqrt(sum(sigma[k:] ** 2) / sum(sigma**2))


@rank_k.also_right
def by_zeros(A, k):
    U, sigma, Vt = np.linalg.svd(A, full_matrices=False)
    sigma = np.where(np.arange(len(sigma)) < k, sigma, 0)
    approximation = U @ np.diag(sigma) @ Vt
    return [approximation.tolist(), float(norm(approximation - A) / norm(A))]


for changed in (
    "U, sigma, Vt = np.linalg.svd(A)",
    "U, sigma, Vt = np.linalg.svd(A, full_matrices=True)",
):
    rank_k.equivalent(changed, because="the further directions come after the first k, which are all that is used")


smallest_rank = Exercise(
    concepts=["energy", "singular value", "SVD"],
    minutes=7,
    hints=[
        "What is the energy of one layer, if its singular value is 4? And of the whole table?",
        "Walk through the layers from the strongest on, add up their energies, and stop at the first one where the sum is enough.",
        "In Python places are counted from 0; how many layers have you added when the loop is at place 0?",
    ],
)


@smallest_rank.test("singular values 4, 2, 2, 1: three layers for 95 %, two for 70 %, one for 60 %")
def _(answer):
    A = np.diag([4.0, 2.0, 2.0, 1.0])
    for share, expected in ((0.95, 3), (0.7, 2), (0.6, 1)):
        equal(answer(A, share), expected, what=f"The number of layers for {100 * share:.0f} %")


@smallest_rank.test("the last layer may be needed too: 97 % of the same table take all four")
def _(answer):
    A = np.diag([1.0, 2.0, 4.0, 2.0])
    with unchanged(A=A):
        equal(answer(A, 0.97), 4, what="The number of layers")


@smallest_rank.test("a table of low rank needs no more layers than its rank, tall or wide", hidden=True)
def _(answer, rng):
    for rows, columns in ((8, 5), (5, 8), (20, 20)):
        A = table_with(rng, [3.0, 2.9, 2.8], rows, columns)
        equal(answer(A, 0.999), 3, what="The number of layers")


@smallest_rank.test(
    "the energy counts in squares, and the share is reached but not passed by a layer", points=2, hidden=True
)
def _(answer, rng):
    for rows, columns in ((6, 9), (12, 7)):
        singular = np.sort(rng.uniform(1, 10, size=min(rows, columns)))[::-1]
        A = table_with(rng, singular, rows, columns)
        energies = singular**2 / np.sum(singular**2)
        for k in range(1, len(singular)):
            share = np.sum(energies[:k])
            if 0.101 < share < 0.998:
                equal(answer(A, share - 1e-4), k, what="The number of layers, for a share just below a sum of layers,")
                equal(
                    answer(A, share + 1e-4), k + 1, what="The number of layers, for a share just above a sum of layers,"
                )


def counted(A, share, power=2, offset=1, reverse=False):
    sigma = np.linalg.svd(A, compute_uv=False)
    sizes = (sigma[::-1] if reverse else sigma) ** power
    return int(np.argmax(np.cumsum(sizes) >= share * np.sum(sizes) - 1e-12)) + offset


@smallest_rank.mistake(
    "You added up the singular values themselves. The energy of a layer is the *square* of its singular value, so the strong ones count for much more."
)
def no_squares(A, share):
    return counted(A, share, power=1)


@smallest_rank.mistake(
    "You returned the *place* at which the sum is enough. Places are counted from 0: at place 0, one layer has been added."
)
def place_for_number(A, share):
    return counted(A, share, offset=0)


@smallest_rank.mistake(
    "You took one layer more than you need. When the sum reaches the share, the layer just added is the last one that counts."
)
def one_more(A, share):
    return counted(A, share, offset=2)


@smallest_rank.mistake("You began with the weakest layers. The fewest layers are enough if the *strongest* come first.")
def weakest_first(A, share):
    return counted(A, share, reverse=True)


@smallest_rank.mistake(
    "You counted the layers that are individually at least `share` of the whole, or of the strongest one. What is asked for is how much they hold *together*."
)
def each_on_its_own(A, share):
    sigma = np.linalg.svd(A, compute_uv=False)
    return int(np.sum(sigma >= share * sigma[0]))


@smallest_rank.mistake(
    "You squared the sum instead of adding the squares. The energies of the layers add up; the singular values do not."
)
def square_of_the_sum(A, share):
    sigma = np.linalg.svd(A, compute_uv=False)
    return int(np.argmax(np.cumsum(sigma) ** 2 >= share * np.sum(sigma) ** 2)) + 1


@smallest_rank.mistake(
    "You took `share` of the *number* of layers. The layers differ in strength; add up what they hold."
)
def share_of_the_number(A, share):
    return math.ceil(share * min(A.shape))


@smallest_rank.mistake(
    "You took the energy that is *missing* for the one that is kept: 95 % kept means that 5 % may be missing."
)
def missing_for_kept(A, share):
    return counted(A, 1 - share)


@smallest_rank.mistake(
    "You compared with `share` itself, as if the energies added up to 1. They add up to the energy of the whole table: compare with that share *of it*."
)
def not_relative(A, share):
    energies = np.linalg.svd(A, compute_uv=False) ** 2
    return int(np.argmax(np.cumsum(energies) >= share)) + 1


@smallest_rank.mistake("You returned the share that is kept. How many layers does it take?")
def share_that_is_kept(A, share):
    energies = np.linalg.svd(A, compute_uv=False) ** 2
    kept = np.cumsum(energies) / np.sum(energies)
    return float(kept[np.argmax(kept >= share)])


@smallest_rank.also_right
def by_cumsum(A, share):
    energies = np.cumsum(np.linalg.svd(A)[1] ** 2)
    return np.searchsorted(energies, share * energies[-1]) + 1


@smallest_rank.also_right
def by_eigenvalues(A, share):
    energies = sorted(np.linalg.eigvalsh(A.T @ A), reverse=True)
    k = 0
    while sum(energies[:k]) < share * np.sum(A**2):
        k += 1
    return k


smallest_rank.equivalent(
    "if kept > share * np.sum(energies):",
    because="a sum of squared floats that equals the share exactly does not come up; the statement's example avoids it",
)


smallest_rank.equivalent(
    "for k in range(len(energies) + 1):",
    because="all layers together hold everything, so the loop has returned before",
)


compress = Exercise(
    names=["compress", "restore"],
    value=True,  # a pair of functions: each wrong or other right answer below returns both
    concepts=["low-rank approximation", "compression", "SVD"],
    minutes=20,
    hints=[
        "How many numbers do `k` layers take, and how many bytes does each of them take? That gives the largest `k` that fits.",
        "Ordinary floats take 8 bytes each. A photograph does not need 16 digits: `.astype(np.float16)` takes 2, so four times as many layers fit.",
        "float16 ends at 65,504. The first singular value of a photograph is larger than that, but once it is multiplied into the columns of `U`, no number is. Two arrays are enough, then: those "
        "columns, and the rows of `Vt`.",
    ],
    seconds=30,
)


@functools.cache
def loaded(name):
    from sklearn.datasets import load_sample_image

    return load_sample_image(name).astype(float).mean(axis=2)


def grey(name):
    """A photograph in grey, a new array each time."""
    return loaded(name).copy()


def packed(answer, photo, budget):
    """The parts, after they have been weighed."""
    parts = answer.compress(photo, budget)
    fine = isinstance(parts, list | tuple) and all(isinstance(part, np.ndarray) for part in parts)
    holds(fine, "`compress` should return a list of arrays.", parts)
    size = sum(part.nbytes for part in parts)
    holds(
        size <= budget,
        f"For {photo.shape[0]} rows, {photo.shape[1]} columns and a budget of {budget:,} bytes, the parts take {size:,} bytes.",
    )
    return parts


def relative_error(answer, parts, photo):
    restored = answer.restore(parts)
    same_shape(restored, photo.shape, what="The restored photograph")
    restored = np.asarray(restored, dtype=float)
    holds(
        np.isfinite(restored).all(),
        "The restored photograph holds nan or infinite numbers. Has a number become too large for the kind of number it was stored in?",
    )
    return norm(photo - restored) / norm(photo)


@compress.test("the palace comes back in its shape, with no more than the budget, and stays as it was")
def _(answer):
    photo = grey("china.jpg")[:200:2, :300:2].copy()
    with unchanged(photo=photo):
        error = relative_error(answer, packed(answer, photo, 10_000), photo)
    holds(error <= 0.5, f"It is {100 * error:.0f} % off: hardly anything of it is left.")


@compress.test("with 40,000 bytes the palace is at most 15 % off", points=3)
def _(answer):
    photo = grey("china.jpg")
    error = relative_error(answer, packed(answer, photo, 40_000), photo)
    holds(error <= 0.15, f"It is {100 * error:.1f} % off; at most 15 % are asked for.", float(error))


@compress.test("with four times the budget a photograph comes back better")
def _(answer):
    photo = grey("china.jpg")[100:300, 150:350].copy()
    little, much = (relative_error(answer, packed(answer, photo, budget), photo) for budget in (6_000, 24_000))
    holds(
        much < little,
        f"It is {100 * little:.1f} % off with 6,000 bytes, and {100 * much:.1f} % with 24,000.",
        float(much),
    )


@compress.test("the budget is kept for any size and any budget", points=2, hidden=True)
def _(answer, rng):
    whole = grey("flower.jpg")
    for _ in range(6):
        rows, columns = rng.integers(20, 160, size=2)
        photo = whole[100 : 100 + rows, 200 : 200 + columns].copy()
        budget = int(10 * (rows + columns) * rng.uniform(1, 5))
        holds(relative_error(answer, packed(answer, photo, budget), photo) < 1, "Nothing of it is left.")


@compress.test("another photograph is at most 15 % off as well, restored from its parts alone", points=3, hidden=True)
def _(answer):
    photo = grey("flower.jpg")
    parts = packed(answer, photo, 40_000)
    packed(
        answer, grey("china.jpg")[:100, :100].copy(), 40_000
    )  # whoever keeps something in a global name loses it here
    error = relative_error(answer, parts, photo)
    holds(error <= 0.15, f"It is {100 * error:.1f} % off; at most 15 % are asked for.", float(error))


def layered(kind=np.float16, count=None, strongest=True, restore=None):
    """Both functions, with parts that can be replaced by wrong ones."""
    bytes_each = np.dtype(kind).itemsize

    def compress(photo, budget):
        rows, columns = photo.shape
        k = count(rows, columns, budget) if count else budget // (bytes_each * (rows + columns))
        U, sigma, Vt = np.linalg.svd(photo, full_matrices=False)
        which = slice(0, k) if strongest else slice(-k, None)
        return [(U[:, which] * sigma[which]).astype(kind), Vt[which].astype(kind)]

    return {"compress": compress, "restore": restore or (lambda parts: parts[0].astype(float) @ parts[1])}


@compress.mistake(
    "You stored ordinary floats of 8 bytes, so only four layers of the palace fit. Their 16 digits are wasted on pixels of which "
    "there are only 256 shades. How many bytes does the smallest kind of float take?"
)
def ordinary_floats():
    return layered(np.float64)


def three_parts(kind, sigma_kind=None):
    """Both functions, with U, the singular values and Vt as parts of their own."""
    bytes_each = np.dtype(kind).itemsize

    def compress(photo, budget):
        rows, columns = photo.shape
        k = budget // (bytes_each * (rows + columns + 1))
        U, sigma, Vt = np.linalg.svd(photo, full_matrices=False)
        with np.errstate(over="ignore"):
            return [U[:, :k].astype(kind), sigma[:k].astype(sigma_kind or kind), Vt[:k].astype(kind)]

    def restore(parts):
        U, sigma, Vt = (part.astype(float) for part in parts)
        with np.errstate(invalid="ignore"):
            return (U * sigma) @ Vt

    return {"compress": compress, "restore": restore}


@compress.mistake(
    "You stored ordinary floats of 8 bytes, so only four layers of the palace fit. Their 16 digits are wasted on pixels of which "
    "there are only 256 shades. How many bytes does the smallest kind of float take?"
)
def three_parts_of_ordinary_floats():
    return three_parts(np.float64)


@compress.mistake(
    "With float32, 4 bytes a number, nine layers of the palace fit: the right idea, half of the way. Seven digits are still more than a pixel needs."
)
def four_bytes():
    return layered(np.float32)


@compress.mistake(
    "With float32, 4 bytes a number, nine layers of the palace fit: the right idea, half of the way. Seven digits are still more than a pixel needs."
)
def three_parts_of_four_bytes():
    return three_parts(np.float32)


@compress.mistake(
    "With float32, 4 bytes a number, nine layers of the palace fit: the right idea, half of the way. Seven digits are still more than a pixel needs."
)
def four_bytes_multiplied_as_such():
    return {**three_parts(np.float32), "restore": lambda parts: (parts[0] * parts[1]) @ parts[2]}


@compress.mistake(
    "`restore` does not build the photograph from `parts`, but from something that `compress` has left behind. The parts alone go through the line: on the other "
    "side nobody has the photograph."
)
def left_behind():
    kept = []

    def compress(photo, budget):
        kept.append(photo.copy())
        return [np.zeros(1)]

    return {"compress": compress, "restore": lambda parts: kept[-1]}


@compress.mistake(
    "A singular value has become infinite: float16 ends at 65,504, and the first singular value of a photograph is larger. Multiply it into its "
    "column of `U` *before* you make the numbers small, or keep the few singular values in a larger kind."
)
def infinite_sigma():
    return three_parts(np.float16)


NUMBERS_FOR_BYTES = "You counted numbers where the budget counts bytes. How many bytes does each of your numbers take? That belongs below the fraction line too."


@compress.mistake(NUMBERS_FOR_BYTES)
def numbers_for_bytes():
    return layered(np.float16, count=lambda rows, columns, budget: budget // (rows + columns))


@compress.mistake(NUMBERS_FOR_BYTES)
def ordinary_numbers_for_bytes():
    return layered(np.float64, count=lambda rows, columns, budget: budget // (rows + columns))


@compress.mistake(
    "Your count of the layers takes one side of the photograph into account. A layer has a number for each row *and* for each column."
)
def rows_only():
    return layered(np.float16, count=lambda rows, columns, budget: budget // (2 * rows))


@compress.mistake(
    "Your count of the layers takes one side of the photograph into account. A layer has a number for each row *and* for each column."
)
def columns_only():
    return layered(np.float16, count=lambda rows, columns, budget: budget // (2 * columns))


@compress.mistake(
    "Your numbers of 2 bytes are counted as if they took 8, so you use only a quarter of the budget. How many bytes does one of them take now?"
)
def counts_eight_bytes():
    return layered(np.float16, count=lambda rows, columns, budget: budget // (8 * (rows + columns)))


@compress.mistake(
    "You keep the same number of layers whatever the budget is. It fits for the palace and 40,000 bytes; a smaller budget is exceeded, and a larger one "
    "is wasted. Work the number out from `budget` and the shape."
)
def always_eighteen():
    return layered(np.float16, count=lambda rows, columns, budget: 18)


@compress.mistake("You kept the weakest layers, the last ones. NumPy gives the strongest first.")
def weakest_layers():
    return layered(strongest=False)


@compress.mistake(
    "The singular values got lost on the way: the columns of `U` and the rows of `Vt` have length 1, and nothing tells how strong each layer is. Where could you put them so that they "
    "cost no extra bytes?"
)
def sigma_lost():
    def compress(photo, budget):
        k = budget // (2 * sum(photo.shape))
        U, sigma, Vt = np.linalg.svd(photo, full_matrices=False)
        return [U[:, :k].astype(np.float16), Vt[:k].astype(np.float16)]

    return {"compress": compress, "restore": lambda parts: parts[0].astype(float) @ parts[1]}


@compress.mistake(
    "You hand over the whole photograph. As whole numbers of 1 byte it takes 273,280 bytes, and the budget is 40,000. Something has to be left out; "
    "which part of it can go with the least loss?"
)
def whole_photograph():
    return {"compress": lambda photo, budget: [photo.astype(np.uint8)], "restore": lambda parts: parts[0].astype(float)}


@compress.mistake(
    "You return the reduced photograph itself, as large as before: of a table of low rank, only the *factors* are short. Hand over the columns and rows, "
    "and multiply them in `restore`."
)
def product_for_factors():
    def compress(photo, budget):
        k = budget // (2 * sum(photo.shape))
        U, sigma, Vt = np.linalg.svd(photo, full_matrices=False)
        return [((U[:, :k] * sigma[:k]) @ Vt[:k]).astype(np.float16)]

    return {"compress": compress, "restore": lambda parts: parts[0].astype(float)}


@compress.mistake(
    "You keep single pixels and repeat them. What lies between them is lost, and an unlucky pixel speaks for all its neighbours. Which table of few numbers is "
    "*nearest* to the photograph?"
)
def every_third_pixel():
    def compress(photo, budget):
        step = math.ceil(math.sqrt(photo.size / (budget - 8)))
        return [photo[::step, ::step].round().astype(np.uint8), np.array([*photo.shape, step], dtype=np.int16)]

    def restore(parts):
        pixels, (rows, columns, step) = parts
        return pixels.repeat(step, axis=0).repeat(step, axis=1)[:rows, :columns].astype(float)

    return {"compress": compress, "restore": restore}


@compress.also_right
def larger_sigma():
    def compress(photo, budget):
        k = (budget - 1000) // (2 * sum(photo.shape)) if budget > 20_000 else budget // (2 * sum(photo.shape) + 8)
        U, sigma, Vt = np.linalg.svd(photo, full_matrices=False)
        return [U[:, :k].astype(np.float16), sigma[:k], Vt[:k].astype(np.float16)]

    def restore(parts):
        U, sigma, Vt = parts
        return (U * sigma) @ Vt

    return {"compress": compress, "restore": restore}


@compress.also_right
def one_byte_a_number():
    def compress(photo, budget):
        k = (budget - 8) // (sum(photo.shape) + 8)
        U, sigma, Vt = np.linalg.svd(photo - photo.mean(), full_matrices=False)
        strength = np.sqrt(sigma[:k])
        left, right = U[:, :k] * strength, Vt[:k].T * strength
        tops = np.maximum(np.abs(left).max(axis=0), 1e-9), np.maximum(np.abs(right).max(axis=0), 1e-9)
        small = [np.round(127 * side / top).astype(np.int8) for side, top in zip((left, right), tops)]
        return [*small, np.array(tops, dtype=np.float32), np.array([photo.mean()])]

    def restore(parts):
        left, right, tops, mean = parts
        return (left * (tops[0] / 127)) @ (right * (tops[1] / 127)).T + mean

    return {"compress": compress, "restore": restore}


@compress.also_right
def averages_of_blocks():
    def compress(photo, budget):
        side = math.ceil(math.sqrt(photo.size / (budget - 8))) + 1
        rows, columns = (math.ceil(n / side) for n in photo.shape)
        padded = np.pad(photo, ((0, rows * side - photo.shape[0]), (0, columns * side - photo.shape[1])), mode="edge")
        blocks = padded.reshape(rows, side, columns, side).mean(axis=(1, 3))
        return [blocks.round().astype(np.uint8), np.array([*photo.shape, side], dtype=np.int16)]

    def restore(parts):
        blocks, (rows, columns, side) = parts
        return blocks.repeat(side, axis=0).repeat(side, axis=1)[:rows, :columns]

    return {"compress": compress, "restore": restore}
