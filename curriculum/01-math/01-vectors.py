"""Exercises of 01-math/01-vectors."""

import math

import numpy as np

from autograder import datasets
from autograder.compare import close, equal, holds, raises, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "7 km is the way along the streets, 3 + 4. The question asks for the straight line between "
        "the two places.",
        "c": "25 is 3² + 4², the *square* of the distance. One step is still missing.",
        "d": "3.5 km is the average of the two legs, and shorter than one of them. "
        "The longest side of a right-angled triangle can't be shorter than another one.",
    },
    concepts=["length"],
    hints=[
        "Draw the walk: which shape do the two legs and the straight line make?",
        "The sentence you need carries the name of Pythagoras. It speaks of squares, and at the end of a root.",
    ],
)

warmup_2 = Choice(
    correct="c",
    distractors={
        "a": "Adding the same amount to both numbers changes their ratio: 3 lemons on 2 litres are less "
        "sour than 2 on 1.",
        "b": "With the lemons alone doubled, every litre holds twice the lemon. What keeps a taste the same?",
        "d": "Twice the water with the same two lemons is the same jug, thinned. What must happen to *both* numbers?",
    },
    concepts=["vector"],
    hints=[
        "How many lemons are there for each litre, in each jug?",
        "In the first jug there are 2 for each litre. In which other one as well?",
    ],
)


def directions(rng, dimension, how_many):
    """`how_many` vectors of length 1 at right angles to each other, turned at random, one a row."""
    orthogonal, _ = np.linalg.qr(rng.normal(size=(dimension, how_many)))
    return orthogonal.T


def pair_at(rng, degrees, dimension):
    """Two vectors of random lengths with the given angle between them."""
    first, second = directions(rng, dimension, 2)
    theta = math.radians(degrees)
    turned = math.cos(theta) * first + math.sin(theta) * second
    return rng.uniform(0.5, 9) * first, rng.uniform(0.5, 9) * turned


length = Exercise(
    concepts=["vector", "length"],
    minutes=5,
    hints=[
        "What did you do with 3 km and 4 km in the warm-up, before you took the root?",
        "Inside the loop, add the square of `number` to what `sum_of_squares` already holds.",
        "After the loop, at the same depth as the word `for`, return the square root of the sum.",
    ],
)


@length.test("the vector [2, 3, 6] has length 7")
def _(answer):
    close(answer([2, 3, 6]), 7.0, what="The length of [2, 3, 6]")


@length.test("a minus sign turns the arrow and leaves its length: [3, -4] has length 5")
def _(answer):
    close(answer([3, -4]), 5.0, what="The length of [3, -4]")


@length.test("a vector of any dimension is measured, whatever way it points", points=2, hidden=True)
def _(answer, rng):
    for dimension in (1, 2, 5, 40):
        size = rng.uniform(0.1, 20)
        arrow = size * directions(rng, dimension, 1)[0]
        close(answer(arrow), size, what=f"The length of a vector of dimension {dimension}")


@length.mistake(
    "You added the squares and stopped there. That sum is the *square* of the length: 25 km² is an area, "
    "not a distance. Which operation takes a square back?"
)
def no_root(v):
    return float(sum(number**2 for number in v))


@length.mistake(
    "You added the numbers without their signs: that is the way along the streets, round every corner. "
    "The arrow takes the straight line, and for that Pythagoras wants each number squared."
)
def along_the_streets(v):
    return float(sum(abs(number) for number in v))


@length.mistake(
    "You added first and squared afterwards. Then 3 and -4 cancel each other in part before they are squared. "
    "Square each number on its own, then add."
)
def added_before_squaring(v):
    return abs(float(sum(v)))


@length.mistake(
    "You added the numbers as they are. Then a step to the west takes away from a step to the north, though both lead "
    "away from the start. What does Pythagoras do with each number before he adds?"
)
def plain_sum(v):
    return float(sum(v))


@length.mistake(
    "You measured the first two numbers only. A vector may hold more of them, or just one; every number in `v` "
    "has to take part, however many there are."
)
def first_two_only(v):
    return math.sqrt(v[0] ** 2 + v[1] ** 2)


@length.mistake(
    "Your way works for arrays, and `v` may also be a plain list, which can't do arithmetic as a whole. Which step "
    "treats `v` like an array? Take the numbers one by one there, or make an array of them first."
)
def arithmetic_with_a_list(v):
    return np.sqrt(np.sum(v**2))


@length.mistake(
    "At the end only the last number counts: `sum_of_squares = number**2` throws away what was collected "
    "before. How do you *add* to what the name already holds?"
)
def keeps_the_last(v):
    return abs(float(v[-1]))


@length.mistake(
    "Your function returns after the first number. A `return` inside the loop ends the whole function in "
    "the first round. How far must it move to the left?"
)
def returns_in_the_loop(v):
    return abs(float(v[0]))


@length.mistake(
    "`number * 2` doubles, `number ** 2` squares. With doubling, negative numbers pull the sum down, and "
    "Pythagoras speaks of squares."
)
def doubled(v):
    with np.errstate(invalid="ignore"):
        return np.sqrt(float(sum(number * 2 for number in v)))


@length.mistake(
    "`number * 2` doubles, `number ** 2` squares. With doubling, negative numbers pull the sum below 0, and no root is "
    "left to take: that is the *math domain error*."
)
def doubled_by_math(v):
    return math.sqrt(sum(number * 2 for number in v))


@length.mistake(
    "`len(v)` tells *how many* numbers the vector holds, its dimension. The length of the arrow depends on "
    "how big they are."
)
def counts_the_numbers(v):
    return len(v)


@length.mistake(
    "You divided by the number of numbers: the root of the *average* square. Pythagoras takes the plain "
    "sum; a longer side must not shrink because there is one more of them."
)
def root_of_the_average(v):
    return float(np.sqrt(np.mean(np.square(v))))


@length.also_right
def by_library(v):
    return np.linalg.norm(v)


@length.also_right
def by_comprehension(v):
    return math.sqrt(sum(number * number for number in v))


unit_vector = Exercise(
    concepts=["unit vector", "length", "vector"],
    minutes=6,
    hints=[
        "A vector has length 5. By which number must you multiply or divide it so that 1 remains?",
        "Work out the length first and give it a name. One `if` on that name takes care of the zero "
        "vector, before anything is divided.",
        'An error is raised with `raise ValueError("…")`; the sentence must contain the word zero.',
    ],
)


@unit_vector.test("[3, 4] becomes [0.6, 0.8]")
def _(answer):
    close(answer(np.array([3.0, 4.0])), [0.6, 0.8], what="The unit vector of [3, 4]")


@unit_vector.test("a very short vector has a direction too: [3e-12, -4e-12] becomes [0.6, -0.8]")
def _(answer):
    close(answer(np.array([3e-12, -4e-12])), [0.6, -0.8], what="The unit vector of [3e-12, -4e-12]")


@unit_vector.test("the zero vector is refused with a ValueError that speaks of zero")
def _(answer):
    with raises(ValueError, says="zero"):
        answer(np.zeros(3))


@unit_vector.test(
    "zeros, and numbers that cancel, are no reason to refuse: [1, -1], [0, 5] and [0, 0, 2] have a direction"
)
def _(answer):
    close(answer(np.array([1.0, -1.0])), [math.sqrt(0.5), -math.sqrt(0.5)], what="The unit vector of [1, -1]")
    close(answer(np.array([0.0, 5.0])), [0, 1], what="The unit vector of [0, 5]")
    close(answer(np.array([0.0, 0.0, 2.0])), [0, 0, 1], what="The unit vector of [0, 0, 2]")


@unit_vector.test("the vector that was handed in stays as it was")
def _(answer):
    v = np.array([6.0, -8.0, 24.0])
    with unchanged(v=v):
        answer(v)


@unit_vector.test("in any dimension the length becomes 1 and the direction stays", points=2, hidden=True)
def _(answer, rng):
    for dimension in (1, 2, 7, 50):
        direction = directions(rng, dimension, 1)[0]
        close(answer(rng.uniform(0.01, 300) * direction), direction, what="The unit vector")


@unit_vector.mistake(
    "You divided by the sum of the numbers. Then they *add up* to 1, which is right for shares of a whole; "
    "an arrow has length 1 when its *squares* add up to 1."
)
def shares(v):
    if not np.any(v):
        raise ValueError("the zero vector has no direction")
    with np.errstate(divide="ignore"):
        return v / np.sum(v)


@unit_vector.mistake(
    "You divided by the sum of the numbers. Then they *add up* to 1, which is right for shares of a whole; "
    "an arrow has length 1 when its *squares* add up to 1."
)
def shares_checked(v):
    size = np.sum(v)
    if size == 0:
        raise ValueError("the zero vector has no direction")
    return v / size


@unit_vector.mistake(
    "You divided by the *squared* length, so an arrow of length 5 became one of length 1/5. "
    "The length itself is the root of the sum of squares."
)
def squared_length(v):
    size = np.sum(v**2)
    if size == 0:
        raise ValueError("the zero vector has no direction")
    return v / size


@unit_vector.mistake(
    "You divided by the largest number, so that number became 1. The whole arrow is then still longer than"
    " 1, unless it lies along an axis."
)
def largest_number(v):
    size = np.max(np.abs(v))
    if size == 0:
        raise ValueError("the zero vector has no direction")
    return v / size


@unit_vector.mistake(
    "You divided by how many numbers there are. `len` gives the dimension; the arrow's length is another thing."
)
def dimension_for_length(v):
    if not np.any(v):
        raise ValueError("the zero vector has no direction")
    return v / len(v)


@unit_vector.mistake(
    "You divided by how many numbers there are. `len` gives the dimension; the arrow's length is another thing."
    " And the zero vector goes through, because its dimension isn't 0."
)
def dimension_unchecked(v):
    return v / len(v)


@unit_vector.mistake(
    "Right for every vector but one. For the zero vector you divide 0 by 0, and `nan` comes back without "
    "an error; from there it spoils every sum that it enters. Stop before the division."
)
def no_check(v):
    with np.errstate(invalid="ignore"):
        return v / np.sqrt(np.sum(v**2))


def tiny_number_added(epsilon):
    """The mistake of keeping the division from failing instead of asking whether it makes sense."""

    def unit(v):
        return v / (np.sqrt(np.sum(v**2)) + epsilon)

    unit.__name__ = f"added_{epsilon}"
    return unit


for epsilon in (1e-12, 1e-10, 1e-9, 1e-8):
    unit_vector.mistake(
        "A tiny number added below the fraction line avoids the division by zero, but it makes every result a "
        "little wrong, and very short vectors completely wrong. The zero vector is the only special case: ask "
        "for it."
    )(tiny_number_added(epsilon))


@unit_vector.mistake(
    "You hand the zero vector back as if that were an answer. Its length is 0 and not 1, so the caller "
    "gets something that breaks the promise of this function. Better loud than wrong: raise a ValueError."
)
def zero_goes_through(v):
    size = np.sqrt(np.sum(v**2))
    return v if size == 0 else v / size


@unit_vector.mistake(
    "For the zero vector you print a sentence and go on. Printing is for people; the program that called "
    "you receives `None` and stumbles later, far from the cause. `raise` stops it here."
)
def prints_the_error(v):
    size = np.sqrt(np.sum(v**2))
    if size == 0:
        print("the zero vector has no direction")
        return None
    return v / size


@unit_vector.mistake(
    "The result is right, but you wrote it into `v` itself, as `v /= …` and `v[place] = …` do. That array belongs to "
    "the caller, whose product has now lost its numbers. How do you divide so that a new array is made?"
)
def in_place(v):
    size = np.sqrt(np.sum(v**2))
    if size == 0:
        raise ValueError("the zero vector has no direction")
    v /= size
    return v


@unit_vector.mistake(
    "You refuse every short vector, not only the zero vector. How short is *too* short depends on the "
    "unit: a millimetre is 0.000001 km. Only a length of exactly 0 has no direction."
)
def refuses_short_ones(v):
    size = np.sqrt(np.sum(v**2))
    if size < 1e-9:
        raise ValueError("the zero vector has no direction")
    return v / size


def refusing(is_zero):
    """A unit vector with the given idea of what the zero vector is."""

    def unit(v):
        if is_zero(v):
            raise ValueError("the zero vector has no direction")
        return v / np.sqrt(np.sum(v**2))

    return unit


@unit_vector.mistake(
    "You refuse [1, -1], whose numbers *add up* to 0. But plus and minus cancel only in the sum: the arrow goes right "
    "and down and has a direction. Which measure of `v` can't cancel?"
)
def refuses_a_sum_of_zero(v):
    return refusing(lambda v: np.sum(v) == 0)(v)


@unit_vector.mistake(
    "You refuse [0, 5], in which a 0 stands. That arrow points straight up; only the vector with a 0 at *every* place "
    "has no direction. Which single number tells that?"
)
def refuses_any_zero(v):
    return refusing(lambda v: 0 in v)(v)


@unit_vector.mistake(
    "You refuse [0, 0, 2]: its first two numbers are 0, its third is not. A vector may have any dimension, so "
    "looking at two places doesn't settle it. Which single number takes all places in?"
)
def refuses_two_zeros(v):
    return refusing(lambda v: v[0] == 0 and v[1] == 0)(v)


@unit_vector.mistake(
    "`if` wants one yes or no, and it was given an array of them: a comparison such as `v == 0` answers for each place "
    "apart. So NumPy stops with *the truth value … is ambiguous*. Which single number says whether `v` is the zero vector?"
)
def asks_every_place(v):
    return refusing(lambda v: v == 0)(v)


@unit_vector.also_right
def by_norm(v):
    if not np.any(v):
        raise ValueError("a zero vector points nowhere")
    return v / np.linalg.norm(v)


@unit_vector.also_right
def number_by_number(v):
    total = 0.0
    for number in v:
        total += number * number
    if total == 0:
        raise ValueError("Zero has no direction.")
    return [number / math.sqrt(total) for number in v]


dot_product = Exercise(
    concepts=["dot product"],
    minutes=6,
    hints=[
        "On paper: which numbers do you multiply with each other, and what do you do with the products?",
        "Go through the places 0, 1, 2, … with `for place in range(len(u))`; `u[place]` and `v[place]` "
        "belong together.",
        "Compare `len(u)` and `len(v)` before the loop, and raise a ValueError when they are not equal.",
    ],
)


@dot_product.test("[4, 3] · [1, 5] is 19")
def _(answer):
    close(answer([4, 3], [1, 5]), 19, what="The dot product")


@dot_product.test("signs count: [1, -2, 3] · [-2, 4, 1] is -7")
def _(answer):
    close(answer([1, -2, 3], [-2, 4, 1]), -7, what="The dot product")


@dot_product.test("vectors of different dimensions are refused with a ValueError, whichever is the longer one")
def _(answer):
    with raises(ValueError):
        answer([1, 2, 3], [4, 5])
    with raises(ValueError):
        answer([4, 5], [1, 2, 3])


@dot_product.test("vectors of any dimension work, also with numbers that are not whole", points=2, hidden=True)
def _(answer, rng):
    for dimension in (1, 4, 60):
        u, v = rng.normal(size=(2, dimension))
        close(answer(u, v), math.fsum(u * v), rtol=1e-9, atol=1e-9, what="The dot product")


@dot_product.mistake(
    "You multiplied the matching numbers and kept them apart. The dot product is *one* number: what do you"
    " do with the products at the end?"
)
def products_kept_apart(u, v):
    if len(u) != len(v):
        raise ValueError("the dimensions differ")
    return [a * b for a, b in zip(u, v)]


@dot_product.mistake(
    "You added up each vector and then multiplied the two sums. That mixes every number with every other "
    "one; only numbers at the *same place* belong together."
)
def product_of_sums(u, v):
    if len(u) != len(v):
        raise ValueError("the dimensions differ")
    return sum(u) * sum(v)


@dot_product.mistake("You added the matching numbers where they should be multiplied: first times, then plus.")
def plus_for_times(u, v):
    if len(u) != len(v):
        raise ValueError("the dimensions differ")
    return sum(a + b for a, b in zip(u, v))


@dot_product.mistake(
    "`zip` stops at the end of the shorter vector and says nothing, so numbers of the longer one are lost "
    "in silence. Compare the two dimensions before you begin."
)
def cut_in_silence(u, v):
    return sum(a * b for a, b in zip(u, v))


@dot_product.mistake(
    "Your loop counts along the first vector only. When the second one is shorter, the index runs off its "
    "end (an IndexError); when it is longer, its last numbers are lost in silence. Compare the dimensions "
    "before the loop."
)
def counts_along_the_first(u, v):
    total = 0
    for place in range(len(u)):
        total += u[place] * v[place]
    return total


@dot_product.mistake(
    "Your function returns after the first product. A `return` inside the loop ends the whole function in "
    "the first round. How far must it move to the left?"
)
def returns_in_the_loop_too(u, v):
    if len(u) != len(v):
        raise ValueError("the dimensions differ")
    return u[0] * v[0]


@dot_product.mistake(
    "At the end only the last product is left: `total = …` overwrites what was collected before. "
    "How do you *add* to what the name already holds?"
)
def keeps_the_last_product(u, v):
    if len(u) != len(v):
        raise ValueError("the dimensions differ")
    return u[-1] * v[-1]


@dot_product.mistake(
    "The first pair is missing. Places are counted from 0 in Python, so a loop that begins at 1 begins "
    "with the second one."
)
def skips_the_first(u, v):
    if len(u) != len(v):
        raise ValueError("the dimensions differ")
    return sum(u[place] * v[place] for place in range(1, len(u)))


@dot_product.mistake(
    "The last pair is missing. `range(n)` already stops one before `n`: taking one away again drops a number."
)
def skips_the_last(u, v):
    if len(u) != len(v):
        raise ValueError("the dimensions differ")
    return sum(u[place] * v[place] for place in range(len(u) - 1))


LISTS = (
    "Your way works for arrays, and here `u` and `v` may be plain lists, which can't do arithmetic as a whole. "
    "Take the numbers place by place, with a loop."
)


@dot_product.mistake(LISTS)
def arithmetic_with_lists(u, v):
    if len(u) != len(v):
        raise ValueError("the dimensions differ")
    return np.sum(u * v)


@dot_product.mistake(LISTS)
def star_for_lists(u, v):
    return np.sum(u * v)


@dot_product.mistake(LISTS)
def at_for_lists(u, v):
    return u @ v


@dot_product.mistake(LISTS + " The products must also be added up: the dot product is *one* number.")
def star_for_lists_and_no_sum(u, v):
    return u * v


@dot_product.mistake(LISTS + " And the products must be added up: the dot product is *one* number.")
def star_for_checked_lists_and_no_sum(u, v):
    if len(u) != len(v):
        raise ValueError("the dimensions differ")
    return u * v


@dot_product.also_right
def by_strict_zip(u, v):
    return sum(a * b for a, b in zip(u, v, strict=True))


@dot_product.also_right
def by_numpy(u, v):
    return np.dot(u, v)


cosine_similarity = Exercise(
    concepts=["cosine similarity", "dot product", "length"],
    minutes=5,
    hints=[
        "What does the dot product become when both vectors have length 1?",
        "Three numbers are all you need: the dot product and the two lengths. Give each a name.",
        "One fraction line: the dot product above, the two lengths *multiplied* below. Mind the brackets.",
    ],
)


@cosine_similarity.test("three times as long, the same direction: the similarity is 1")
def _(answer):
    close(answer(np.array([4.0, 3.0]), np.array([12.0, 9.0])), 1.0, what="The similarity of [4, 3] and [12, 9]")


@cosine_similarity.test("[4, 3] and [1, 5] have a similarity of about 0.745")
def _(answer):
    expected = 19 / (5 * math.sqrt(26))
    close(answer(np.array([4.0, 3.0]), np.array([1.0, 5.0])), expected, what="The similarity of [4, 3] and [1, 5]")


@cosine_similarity.test("perpendicular vectors give 0, opposite ones -1")
def _(answer):
    close(answer(np.array([3.0, -2.0]), np.array([4.0, 6.0])), 0.0, what="The similarity of [3, -2] and [4, 6]")
    close(answer(np.array([3.0, -2.0]), np.array([-6.0, 4.0])), -1.0, what="The similarity of [3, -2] and [-6, 4]")


@cosine_similarity.test("only the angle counts, in any dimension and at any lengths", points=2, hidden=True)
def _(answer, rng):
    for dimension in (2, 3, 30):
        degrees = rng.uniform(5, 175)
        u, v = pair_at(rng, degrees, dimension)
        close(answer(u, v), math.cos(math.radians(degrees)), what=f"The similarity at {degrees:.1f} degrees")


def norm(v):
    return np.sqrt(v @ v)


@cosine_similarity.mistake(
    "You divided by the *squared* lengths. `u @ u` is the length of `u` times itself; the length is its root."
)
def squared_lengths(u, v):
    return u @ v / ((u @ u) * (v @ v))


@cosine_similarity.mistake(
    "In `a / b * c` Python divides first and then *multiplies* by `c`, so one of the lengths ended up "
    "above the fraction line. Put brackets round what belongs below it."
)
def missing_brackets(u, v):
    return u @ v / norm(u) * norm(v)


@cosine_similarity.mistake(
    "You divided by one of the two lengths. The other vector's size still counts, so a bestseller still "
    "wins by being big."
)
def one_length(u, v):
    return u @ v / norm(u)


@cosine_similarity.mistake(
    "You divided by the *sum* of the lengths. The dot product grows with their product: make one vector "
    "twice as long, and it doubles. What must you divide by so that nothing changes?"
)
def sum_of_lengths(u, v):
    return u @ v / (norm(u) + norm(v))


@cosine_similarity.mistake(
    "That is the dot product. It mixes two things, how well the directions agree and how long the vectors "
    "are. Take the lengths out."
)
def raw_dot_product(u, v):
    return u @ v


@cosine_similarity.mistake(
    "You dropped the sign. An arrow and its opposite are as *unlike* as two arrows can be; the minus sign "
    "is what says so."
)
def without_sign(u, v):
    return abs(u @ v) / (norm(u) * norm(v))


@cosine_similarity.mistake(
    "`u * v` keeps the products apart, so a whole array comes back. A similarity is one number: "
    "which operator multiplies the matching numbers *and* adds them?"
)
def star_for_at(u, v):
    return u * v / (norm(u) * norm(v))


@cosine_similarity.mistake(
    "That is one minus the similarity, the cosine *distance*, which some libraries give instead: 0 means "
    "alike there. Here, alike means 1."
)
def distance_for_similarity(u, v):
    return 1 - u @ v / (norm(u) * norm(v))


@cosine_similarity.mistake(
    "You went one step too far: `arccos` turns the similarity into an angle, and 0 then means alike. "
    "The similarity is the cosine itself."
)
def angle_for_cosine(u, v):
    return np.arccos(np.clip(u @ v / (norm(u) * norm(v)), -1, 1))


@cosine_similarity.also_right
def unit_vectors_first(u, v):
    return (u / np.linalg.norm(u)) @ (v / np.linalg.norm(v))


@cosine_similarity.also_right
def all_by_hand(u, v):
    dot = sum(a * b for a, b in zip(u, v))
    return dot / (math.sqrt(sum(a * a for a in u)) * math.sqrt(sum(b * b for b in v)))


angle_degrees = Exercise(
    concepts=["angle", "cosine similarity"],
    minutes=6,
    hints=[
        "You can already compute the cosine of the angle. Which function goes from a cosine back to its angle?",
        "`np.arccos` answers in radians: half a turn is 3.14159… there, and 180 for you.",
        "Which values can a cosine take at all? Push a result that rounding has moved outside back to the "
        "nearest of them, on *both* ends, before `np.arccos` sees it.",
    ],
)

DEGREES = 1e-4
"""How exact an angle must be: near 0 and 180 degrees, arccos makes rounding errors a hundred million times bigger."""


@angle_degrees.test("[1, 0] and [1, 1] are 45 degrees apart")
def _(answer):
    close(answer(np.array([1.0, 0.0]), np.array([1.0, 1.0])), 45, atol=DEGREES, what="The angle")


@angle_degrees.test("angles beyond 90 degrees come out too: [2, 0] and [-3, 3] are 135 degrees apart")
def _(answer):
    close(answer(np.array([2.0, 0.0]), np.array([-3.0, 3.0])), 135, atol=DEGREES, what="The angle")


@angle_degrees.test("rounding does no harm: the same direction gives 0 degrees, the opposite one 180", points=2)
def _(answer, rng):
    close(answer(np.array([0.0, 2.0, 0.0]), np.array([0.0, -3.0, 0.0])), 180, atol=DEGREES, what="The angle")
    # Whichever way the cosine of these two is computed, it comes out as 1.0000000000000002.
    close(answer(np.array([7.0, 3.0, 1.0]), np.array([2.1, 0.9, 0.3])), 0, atol=DEGREES, what="The angle")
    # And here, as -1.0000000000000002.
    close(answer(np.array([7.0, 3.0, 1.0]), np.array([-2.1, -0.9, -0.3])), 180, atol=DEGREES, what="The angle")
    for _ in range(20):
        v = rng.normal(size=3)
        close(answer(v, 3 * v), 0, atol=DEGREES, what="The angle between v and 3 v")
        close(answer(v, -0.7 * v), 180, atol=DEGREES, what="The angle between v and -0.7 v")


@angle_degrees.test("any angle is found, in any dimension and at any lengths", points=2, hidden=True)
def _(answer, rng):
    for dimension in (2, 3, 25):
        degrees = rng.uniform(5, 175)
        u, v = pair_at(rng, degrees, dimension)
        close(answer(u, v), degrees, atol=DEGREES, what="The angle")


def cosine(u, v):
    return u @ v / np.sqrt((u @ u) * (v @ v))


@angle_degrees.mistake(
    "That is the right angle in *radians*, where half a turn is 3.14159…. The statement asks for degrees: "
    "half a turn is 180."
)
def radians(u, v):
    return np.arccos(np.clip(cosine(u, v), -1, 1))


@angle_degrees.mistake(
    "You converted the wrong way round: `np.radians` goes from degrees to radians, and `np.arccos` has "
    "answered in radians already."
)
def wrong_way_round(u, v):
    return np.radians(np.arccos(np.clip(cosine(u, v), -1, 1)))


@angle_degrees.mistake(
    "Almost. For some vectors of the same direction, rounding gives a cosine of 1.0000000000000002, no "
    "angle has that cosine, and `np.arccos` answers `nan`. What reaches `np.arccos` must be in range. (If you "
    "do call `np.clip`: it *hands back* the new number, and leaves the name you gave it as it was.)"
)
def unclipped(u, v):
    with np.errstate(invalid="ignore"):
        return np.degrees(np.arccos(cosine(u, v)))


@angle_degrees.mistake(
    "Almost. For some vectors of the same direction, rounding gives a cosine of 1.0000000000000002, no "
    "angle has that cosine, and `math.acos` gives up with *math domain error*. What reaches `math.acos` must be in "
    "range. (If you do call `np.clip`: it *hands back* the new number, and leaves the name you gave it as it was.)"
)
def unclipped_by_math(u, v):
    return math.degrees(math.acos(cosine(u, v)))


ONE_END = (
    "Almost. The upper end is safe, but rounding passes the lower one as well: for some opposite vectors the cosine "
    "is -1.0000000000000002, and no angle has that cosine either."
)


@angle_degrees.mistake(ONE_END)
def upper_end_only(u, v):
    with np.errstate(invalid="ignore"):
        return np.degrees(np.arccos(min(cosine(u, v), 1.0)))


@angle_degrees.mistake(ONE_END)
def upper_end_only_by_math(u, v):
    return math.degrees(math.acos(min(cosine(u, v), 1.0)))


@angle_degrees.mistake(
    "You turned the cosine itself into degrees, as if it were an angle in radians. But at a right angle the cosine is 0, "
    "and at 0 degrees it is 1. Which function goes from a cosine back to its angle?"
)
def degrees_of_the_cosine(u, v):
    return np.degrees(np.clip(cosine(u, v), -1, 1))


@angle_degrees.mistake(
    "You lost the sign of the cosine, so opposite arrows come out as 0 degrees apart and no angle is beyond 90. What "
    "does a negative cosine say about two arrows?"
)
def cosine_without_sign(u, v):
    return np.degrees(np.arccos(np.clip(abs(cosine(u, v)), -1, 1)))


@angle_degrees.mistake(
    "You cut the cosine off at 0. Cosines below 0 are no rounding errors: they belong to the angles beyond"
    " 90 degrees, which you have lost. What is the smallest value that a cosine can take?"
)
def clipped_at_zero(u, v):
    return np.degrees(np.arccos(np.clip(cosine(u, v), 0, 1)))


@angle_degrees.mistake(
    "You made the angle from the cosine by a straight rule, 1 to 0 degrees and 0 to 90 degrees. The ends "
    "are right, but the cosine does not fall evenly between them: at 45 degrees it is 0.71 and not 0.5."
)
def straight_rule(u, v):
    return 90 * (1 - np.clip(cosine(u, v), -1, 1))


@angle_degrees.mistake(
    "You gave the raw dot product to `np.arccos`. It wants the cosine, which is the dot product divided by"
    " both lengths."
)
def dot_for_cosine(u, v):
    return np.degrees(np.arccos(np.clip(u @ v, -1, 1)))


@angle_degrees.mistake(
    "`np.cos` goes from an angle to its cosine. You hold the cosine already and want to go back: look for "
    "the function with *arc* in its name."
)
def cos_for_arccos(u, v):
    return np.degrees(np.cos(np.clip(cosine(u, v), -1, 1)))


@angle_degrees.mistake(
    "You subtracted two compass directions made from the first two numbers. That ignores every number "
    "after the second, and can give more than 180 degrees. The dot product uses them all."
)
def first_two_numbers(u, v):
    return np.degrees(abs(np.arctan2(u[1], u[0]) - np.arctan2(v[1], v[0])))


@angle_degrees.also_right
def by_min_and_max(u, v):
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine(u, v)))))


@angle_degrees.also_right
def by_half_angle(u, v):
    a, b = u / np.linalg.norm(u), v / np.linalg.norm(v)
    return 2 * np.degrees(np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b)))


projection = Exercise(
    concepts=["projection", "dot product"],
    minutes=5,
    hints=[
        "The shadow lies on the line through `v`, so it is `v` times some number. Which number?",
        "The text works that number out just above: two dot products and one division.",
        "Is your result a number or an array? The number is only how many times `v` fits in; multiply it by `v`.",
    ],
)


@projection.test("[4, 3] projected on [1, 1] gives [3.5, 3.5]")
def _(answer):
    close(answer(np.array([4.0, 3.0]), np.array([1.0, 1.0])), [3.5, 3.5], what="The projection")


@projection.test("only the line counts: [4, 3] gives [4, 0] on [2, 0] and on [-5, 0]")
def _(answer):
    close(answer(np.array([4.0, 3.0]), np.array([2.0, 0.0])), [4, 0], what="The projection on [2, 0]")
    close(answer(np.array([4.0, 3.0]), np.array([-5.0, 0.0])), [4, 0], what="The projection on [-5, 0]")


@projection.test("a perpendicular vector has no shadow: [3, -2] on [4, 6] gives [0, 0]")
def _(answer):
    close(answer(np.array([3.0, -2.0]), np.array([4.0, 6.0])), [0, 0], what="The projection")


@projection.test("the two vectors that were handed in stay as they were")
def _(answer):
    u, v = np.array([2.0, -1.0, 7.0]), np.array([1.0, 2.0, 2.0])
    with unchanged(u=u, v=v):
        answer(u, v)


@projection.test(
    "the part along v is found and the perpendicular part is gone, in any dimension", points=2, hidden=True
)
def _(answer, rng):
    for dimension in (2, 3, 20):
        along, across = directions(rng, dimension, 2)
        part = rng.uniform(-6, 6) * along
        close(
            answer(part + rng.uniform(1, 9) * across, rng.uniform(0.2, 9) * along),
            part,
            rtol=1e-6,
            atol=1e-9,
            what="The projection",
        )


@projection.mistake(
    "You returned how *long* the shadow is. The projection is the shadow itself, an arrow along `v`: "
    "a direction is still missing."
)
def length_of_the_shadow(u, v):
    return u @ v / norm(v)


@projection.mistake(
    "You returned how many times `v` fits into the shadow. That is the right number; the shadow is that "
    "many times what?"
)
def factor_alone(u, v):
    return u @ v / (v @ v)


@projection.mistake(
    "You divided by the length of `v` once. But `v` comes in twice, in the dot product and in the "
    "multiplication at the end, so its length must be divided out twice."
)
def length_once(u, v):
    return u @ v / norm(v) * v


@projection.mistake(
    "You did not divide, so the shadow grows with `v`, and even with its square. The line alone should "
    "decide: a `v` twice as long must give the same shadow."
)
def no_division(u, v):
    return (u @ v) * v


@projection.mistake(
    "You swapped the two: this is the shadow of `v` on the line through `u`. The shadow of `u` must lie along `v`."
)
def onto_the_other(u, v):
    return u @ v / (u @ u) * u


@projection.mistake(
    "That is what is *left* of `u` when the shadow is taken away, the part perpendicular to `v`. The other"
    " part is asked."
)
def the_rest(u, v):
    return u - u @ v / (v @ v) * v


@projection.mistake(
    "You multiplied `v` by the cosine. That takes out the length of `u` as well, so a bigger `u` no longer"
    " throws a longer shadow."
)
def cosine_times_v(u, v):
    return cosine(u, v) * v


@projection.mistake(
    "With `u * v` the products stay apart, and each number is scaled by a factor of its own, so the result"
    " leaves the line through `v`. One factor is needed for all of them: the *dot* product."
)
def star_for_at_again(u, v):
    return u * v / (v @ v) * v


@projection.mistake(
    "`@`, `/` and `*` are worked out strictly from left to right, so in `u @ v / v @ v` only the first `v` is "
    "below the fraction line. Put brackets round what belongs together."
)
def no_brackets(u, v):
    with np.errstate(divide="ignore", invalid="ignore"):
        return u @ v / v @ v * v


@projection.mistake(
    "The factor is right, and you multiplied the wrong vector by it. Along which line does the shadow of `u` lie?"
)
def factor_times_u(u, v):
    return u @ v / (v @ v) * u


@projection.mistake(
    "You divided by `u · u`, so a longer `u` throws a *shorter* shadow. Whose length must be divided out, so that only "
    "the line counts?"
)
def divided_by_the_other(u, v):
    return u @ v / (u @ u) * v


@projection.mistake(
    "You dropped the sign of the factor. When `u` leans away from `v`, its shadow falls on the other half of the line, "
    "and the minus sign says so."
)
def factor_without_sign(u, v):
    return abs(u @ v) / (v @ v) * v


@projection.mistake(
    "The result is right, but you wrote it into `v` itself, as `v *= …` and `v[place] = …` do. That array belongs to the "
    "caller, who has now lost a product. How do you multiply so that a new array is made?"
)
def projection_in_place(u, v):
    v *= u @ v / (v @ v)
    return v


@projection.also_right
def along_the_unit_vector(u, v):
    direction = v / np.linalg.norm(v)
    return (u @ direction) * direction


@projection.also_right
def with_loops(u, v):
    factor = sum(a * b for a, b in zip(u, v)) / sum(b * b for b in v)
    return [factor * b for b in v]


nearest_products = Exercise(
    concepts=["nearest neighbours", "cosine similarity"],
    minutes=20,
    hints=[
        "Which rows may be suggested at all? Collect those first, in a list; the rest is arithmetic and sorting.",
        "Turn the whole catalogue into floats before any multiplication. Then walk through its rows with a"
        " loop, and keep two lists side by side: the row numbers that qualify, and their similarities to "
        "the query.",
        "`np.argsort` gives *places in your list of similarities*, smallest first. Turn it round, take the"
        " first k, and look up in the other list which row number stands at each place.",
    ],
    seconds=20,
)


def suggests_none_of(suggested, rows, message):
    """That no row number of `rows` is suggested; of what kind the answer is, the comparison after it says."""
    if isinstance(suggested, list | tuple | np.ndarray):
        holds(not np.isin(suggested, rows).any(), message, suggested)


@nearest_products.test("the example of the text: the two nearest to product 0 are 1 and 4")
def _(answer):
    catalogue = np.array([[4.0, 3.0], [12.0, 9.0], [0.0, 0.0], [2.0, 10.0], [5.0, 3.0]])
    with unchanged(catalogue=catalogue):
        equal(answer(catalogue, 0, 2), [1, 4], what="The list of suggestions")


@nearest_products.test("the product itself is never suggested, a second copy of it is")
def _(answer):
    itself = "The product itself is among the suggestions."
    twin_before = np.array([[1.0, 2.0, 2.0], [0.5, 9.0, 0.0], [1.0, 2.0, 2.0], [2.0, 2.0, 1.0]])
    suggested = answer(twin_before, 2, 2)
    suggests_none_of(suggested, [2], itself)
    equal(suggested, [0, 3], what="The list of suggestions, with the copy in an earlier row,")
    twin_after = np.array([[2.0, 2.0, 1.0], [1.0, 2.0, 2.0], [0.5, 9.0, 0.0], [1.0, 2.0, 2.0]])
    suggested = answer(twin_after, 1, 2)
    suggests_none_of(suggested, [1], itself)
    equal(suggested, [3, 0], what="The list of suggestions, with the copy in a later row,")


@nearest_products.test("blank rows are never suggested, and when fewer than k are left all of them come, best first")
def _(answer):
    catalogue = np.array([[0, 0], [-5, 1], [2, 1], [1, 0], [0, 0], [-1, -1], [3, 2], [4, -4]], dtype=float)
    suggested = answer(catalogue, 2, 6)
    suggests_none_of(suggested, [2], "The product itself, row 2, is among the suggestions.")
    suggests_none_of(suggested, [0, 4], "A blank row is among the suggestions; rows 0 and 4 are blank.")
    equal(suggested, [6, 3, 7, 1, 5], what="The list of suggestions")


@nearest_products.test("photographs work as they are stored, as whole numbers from 0 to 255", points=2)
def _(answer, rng):
    # In whichever form the cosine is written, without floats it ranks these rows as 3, 1, 4.
    tiny = np.array([[0, 150, 150], [240, 90, 30], [90, 0, 0], [30, 240, 150], [90, 210, 0]], dtype=np.uint8)
    equal(answer(tiny, 0, 3), [3, 4, 1], what="The list of suggestions")
    shop = datasets.load("fashion_mnist")
    rows = rng.choice(len(shop.x_train), size=80, replace=False)
    catalogue = shop.x_train[rows].reshape(80, 784)
    pictures = catalogue.astype(float)
    similarities = pictures @ pictures[11] / np.linalg.norm(pictures, axis=1)
    best_first = [row for row in np.argsort(-similarities).tolist() if row != 11]
    equal(answer(catalogue, 11, 6), best_first[:6], what="The list of suggestions")


@nearest_products.test("small angles come first, however long the vectors are", points=2, hidden=True)
def _(answer, rng):
    first, second = directions(rng, 6, 2)
    degrees = rng.permutation(np.arange(3, 178, 7))
    turned = np.radians(degrees)[:, None]
    others = (np.cos(turned) * first + np.sin(turned) * second) * rng.uniform(0.1, 30, size=(len(degrees), 1))
    query = 9
    catalogue = np.insert(others, query, 4 * first, axis=0)
    row_of = [row if row < query else row + 1 for row in np.argsort(degrees).tolist()]
    equal(answer(catalogue, query, 20), row_of[:20], what="The list of suggestions")


@nearest_products.test(
    "of five suggestions each for 10 real products, at least 6 in 10 are of the same kind", points=3, hidden=True
)
def _(answer):
    shop = datasets.load("fashion_mnist")
    # Every second pixel of every second line: a quarter of the work, and the kinds stay as far apart.
    catalogue, kinds = shop.x_train[5000:5500, ::2, ::2].reshape(500, 196).astype(float), shop.y_train[5000:5500]
    hits = 0
    for query in range(10, 20):
        suggested = [int(row) for row in answer(catalogue, query, 5)]
        holds(len(suggested) == 5, "Five suggestions were asked for.", suggested)
        holds(query not in suggested, "The product itself is among the suggestions.", suggested)
        hits += sum(bool(kinds[row] == kinds[query]) for row in suggested)
    holds(hits >= 30, f"Only {hits} of the 50 suggestions are of the same kind; 30 or more are asked for.")


def ranked(catalogue, query, k, score=None, allowed=None):
    """A right answer with two parts that can be replaced by wrong ones."""
    pictures = catalogue.astype(float)
    score = score or (lambda product, liked: product @ liked / norm(product))
    allowed = allowed or (lambda row, product: row != query and np.any(product))
    rows = [row for row, product in enumerate(pictures) if allowed(row, product)]
    return sorted(rows, key=lambda row: -score(pictures[row], pictures[query]))[:k]


def similarities_to(products, query):
    products = products.astype(float)
    with np.errstate(invalid="ignore"):
        return products @ products[query] / np.linalg.norm(products, axis=1)


def similarities_with_blanks_at_zero(products, query):
    return np.nan_to_num(similarities_to(products, query))


@nearest_products.mistake(
    "These are the products *least* like the query. `np.argsort` puts the smallest first, and here small means unlike."
)
def least_alike(catalogue, query, k):
    return ranked(catalogue, query, k, score=lambda product, liked: -(product @ liked) / norm(product))


@nearest_products.mistake(
    "You suggest the product that the customer is already looking at. Nothing is more similar to it than "
    "itself, so it always comes first; keep it out of the running."
)
def suggests_the_query(catalogue, query, k):
    return ranked(catalogue, query, k, allowed=lambda row, product: np.any(product))


CUT_TOO_EARLY = (
    "You cut the list to k first and threw out afterwards what may not be suggested, so places stay empty. "
    "Throw out *before* you count to k."
)


@nearest_products.mistake(CUT_TOO_EARLY)
def one_too_few(catalogue, query, k):
    best = ranked(catalogue, query, k, allowed=lambda row, product: np.any(product))
    return [row for row in best if row != query]


@nearest_products.mistake(CUT_TOO_EARLY)
def cut_then_filtered(catalogue, query, k):
    best = np.argsort(similarities_to(catalogue, query))[::-1][:k].tolist()
    return [row for row in best if row != query and np.any(catalogue[row])]


@nearest_products.mistake(CUT_TOO_EARLY)
def cut_then_filtered_with_blanks_at_zero(catalogue, query, k):
    best = np.argsort(similarities_with_blanks_at_zero(catalogue, query))[::-1][:k].tolist()
    return [row for row in best if row != query and np.any(catalogue[row])]


@nearest_products.mistake(
    "You cut off the first of the sorted rows, trusting that it is the query. When the catalogue holds the"
    " same picture twice, the copy may stand there, and you suggest the query itself. Ask for its row "
    "number."
)
def cuts_off_the_first(catalogue, query, k):
    similarities = np.round(similarities_to(catalogue, query), 9)
    rows = np.flatnonzero(catalogue.any(axis=1))
    best = rows[np.argsort(similarities[rows], kind="stable")[::-1]]
    return best[1 : k + 1].tolist()


@nearest_products.mistake(
    "You sorted all rows and cut off the first, trusting that it is the query. A copy of it may stand "
    "there, or a blank row, whose `nan` is sorted behind the largest number. Decide by row number and by "
    "length who may compete."
)
def cuts_off_the_first_of_all(catalogue, query, k):
    similarities = np.round(similarities_to(catalogue, query), 9)
    return np.argsort(similarities, kind="stable")[::-1][1 : k + 1].tolist()


@nearest_products.mistake(
    "You sorted all rows by the negative similarity and cut off the first, trusting that it is the query. "
    "A copy of it may stand there, and blank rows still come at the end. Decide by row number and by "
    "length who may compete."
)
def cuts_off_the_first_by_minus(catalogue, query, k):
    similarities = np.round(similarities_to(catalogue, query), 9)
    return np.argsort(-similarities, kind="stable")[1 : k + 1].tolist()


CUTS_WITH_BLANKS = (
    "You sorted all rows and cut off the first, trusting that it is the query. A copy of it may stand there. And "
    "the blank rows, with a similarity of 0, stand before products on the far side. Decide by row number and by "
    "length who may compete."
)


@nearest_products.mistake(CUTS_WITH_BLANKS)
def cuts_off_the_first_with_blanks_at_zero(catalogue, query, k):
    similarities = np.round(similarities_with_blanks_at_zero(catalogue, query), 9)
    return np.argsort(similarities, kind="stable")[::-1][1 : k + 1].tolist()


@nearest_products.mistake(CUTS_WITH_BLANKS)
def cuts_off_the_first_with_blanks_at_zero_by_minus(catalogue, query, k):
    similarities = np.round(similarities_with_blanks_at_zero(catalogue, query), 9)
    return np.argsort(-similarities, kind="stable")[1 : k + 1].tolist()


@nearest_products.mistake(
    "You cut off the first of the sorted rows, trusting that it is the query. When the catalogue holds the"
    " same picture twice, the copy may stand there, and you suggest the query itself. Ask for its row "
    "number."
)
def cuts_off_the_first_by_sorting_down(catalogue, query, k):
    return ranked(catalogue, query, k + 1, allowed=lambda row, product: np.any(product))[1:]


@nearest_products.mistake(
    "You ranked by the raw dot product. A bright photograph has big numbers and so wins against "
    "everything, whatever it shows. Which part of the cosine did you leave out?"
)
def brightest_first(catalogue, query, k):
    return ranked(catalogue, query, k, score=lambda product, liked: product @ liked)


@nearest_products.mistake(
    "You ranked by distance. It finds what is near in size *and* direction, so the same shoe in dim light "
    "counts as far away. The statement asks for the cosine, for which only the direction counts."
)
def by_distance(catalogue, query, k):
    return ranked(catalogue, query, k, score=lambda product, liked: -norm(product - liked))


@nearest_products.mistake(
    "You multiplied the pixels as they are stored. A `uint8` holds 0 to 255, larger products wrap round in"
    " silence, and the similarities are noise. What did the text do with the picture before it multiplied?"
)
def wraps_round(catalogue, query, k):
    rows = [row for row in range(len(catalogue)) if row != query and np.any(catalogue[row])]
    score = {row: catalogue[row] @ catalogue[query] / np.linalg.norm(catalogue[row]) for row in rows}
    return sorted(rows, key=score.get, reverse=True)[:k]


@nearest_products.mistake(
    "A blank row has length 0, so its similarity is `nan`, and `np.argsort` puts `nan` behind the largest "
    "number: turned round, the blanks come *first*. Leave out rows of length 0 before you sort."
)
def blanks_first(catalogue, query, k):
    best = np.argsort(similarities_to(catalogue, query))[::-1].tolist()
    return [row for row in best if row != query][:k]


BLANKS_AT_ZERO = (
    "Blank rows are in your list: you gave them a similarity of 0 (as scikit-learn does by itself). But 0 is not the "
    "bottom, and products on the far side have *negative* similarities. Leave the blank rows out."
)


@nearest_products.mistake(BLANKS_AT_ZERO)
def blanks_at_zero(catalogue, query, k):
    best = np.argsort(similarities_with_blanks_at_zero(catalogue, query), kind="stable")[::-1].tolist()
    return [row for row in best if row != query][:k]


@nearest_products.mistake(BLANKS_AT_ZERO)
def blanks_at_zero_by_minus(catalogue, query, k):
    best = np.argsort(-similarities_with_blanks_at_zero(catalogue, query), kind="stable").tolist()
    return [row for row in best if row != query][:k]


@nearest_products.mistake(
    "The row [4, -4] is missing. Its numbers *add up* to 0, but it isn't blank: plus and minus only cancel in the sum. "
    "How do you ask whether every single number is 0?"
)
def blank_by_sum(catalogue, query, k):
    return ranked(catalogue, query, k, allowed=lambda row, product: row != query and np.sum(product) != 0)


@nearest_products.mistake(
    "You left out every row whose numbers add up to 0 or less. With negative numbers the sum doesn't tell whether a row "
    "is blank. How do you ask whether every single number is 0?"
)
def blank_by_positive_sum(catalogue, query, k):
    return ranked(catalogue, query, k, allowed=lambda row, product: row != query and np.sum(product) > 0)


@nearest_products.mistake(
    "You left out the products with a negative similarity. They come last, but when fewer than k others are left, they "
    "are asked for, too. Only the query and blank rows may never be suggested."
)
def positive_similarity_only(catalogue, query, k):
    similarities = similarities_to(catalogue, query)
    return [row for row in ranked(catalogue, query, len(catalogue)) if similarities[row] > 0][:k]


@nearest_products.mistake(
    "You gave the query a similarity of 0 to push it back. But 0 is not the bottom: products on the far "
    "side have *negative* similarities and now stand behind it. Leave the query out instead."
)
def query_set_to_zero(catalogue, query, k):
    similarities = similarities_to(catalogue, query)
    similarities[query] = 0
    rows = [row for row in range(len(catalogue)) if np.any(catalogue[row])]
    return sorted(rows, key=lambda row: -similarities[row])[:k]


@nearest_products.mistake(
    "You dropped the sign of the similarity, so products that point the *opposite* way count as close relatives."
)
def opposite_is_near(catalogue, query, k):
    return ranked(catalogue, query, k, score=lambda product, liked: abs(product @ liked) / norm(product))


@nearest_products.mistake(
    "`np.argsort` told you *places in your shortened list*, and you returned them as row numbers. Since "
    "rows were left out, the two no longer agree. Which list knows the row number at each place?"
)
def places_for_rows(catalogue, query, k):
    rows = [row for row in range(len(catalogue)) if row != query and np.any(catalogue[row])]
    similarities = similarities_to(catalogue, query)[rows]
    return np.argsort(similarities)[::-1][:k].tolist()


@nearest_products.mistake(
    "You returned the similarities themselves. The shop needs to know *which* products they belong to: "
    "their row numbers."
)
def similarities_for_rows(catalogue, query, k):
    best = ranked(catalogue, query, k)
    pictures = catalogue.astype(float)
    return [float(pictures[row] @ pictures[query] / (norm(pictures[row]) * norm(pictures[query]))) for row in best]


@nearest_products.also_right
def all_rows_at_once(catalogue, query, k):
    products = np.asarray(catalogue, dtype=float)
    lengths = np.linalg.norm(products, axis=1)
    candidates = np.flatnonzero(lengths > 0)
    candidates = candidates[candidates != query]
    similarities = products[candidates] @ products[query] / lengths[candidates]
    return candidates[np.argsort(-similarities)[:k]]


@nearest_products.also_right
def sorted_pairs(catalogue, query, k):
    liked = catalogue[query] / np.linalg.norm(catalogue[query])
    pairs = []
    for row in range(len(catalogue)):
        length_of_row = np.linalg.norm(catalogue[row])
        if row == query or length_of_row == 0:
            continue
        pairs.append((float(liked @ (catalogue[row] / length_of_row)), row))
    pairs.sort(reverse=True)
    return [row for _, row in pairs[:k]]
