"""Exercises of 01-math/05-derivatives."""

import math

import numpy as np

from autograder import datasets
from autograder.compare import close, holds, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "45 is the dot product, 7 · 3 + 6 · 4. It counts the length of [3, 4] as well. By what must you divide so that only its "
        "direction is left?",
        "c": "You divided by 25, the *squared* length. That tells how many times [3, 4] fits into the shadow; the question is how long the "
        "shadow is.",
        "d": "5 is the length of [3, 4]. How far does the *other* arrow reach in its direction?",
    },
    concepts=["projection"],
    hints=[
        "Which product of two arrows tells how far one reaches along the other?",
        "Shrink [3, 4] to length 1 first, then take the dot product.",
    ],
)

warmup_2 = Choice(
    correct="a",
    distractors={
        "b": "The residual is right. What does the method of least *squares* add up?",
        "c": "The sign tells on which side of the line the house lies. A residual is the true value minus the predicted one, and the "
        "line says more than was paid.",
        "d": "A square is never negative: minus times minus is plus. That is one reason for taking squares, since residuals of both signs must "
        "not cancel.",
    },
    concepts=["residuals"],
    hints=[
        "A residual is the true value minus the predicted one. Which of the two is larger here?",
        "The line is 20 thousand too high; and now that number times itself.",
    ],
)


central_difference = Exercise(
    concepts=["derivative", "central difference"],
    minutes=5,
    hints=[
        "The frame has the value one step to the right. Which value is still missing?",
        "Rise divided by run: the rise is the difference of the two values. How far apart are the two places?",
        "Mind the brackets: the whole distance, two steps, stands below the fraction line.",
    ],
)


def cube(x):
    return x**3


def square(x):
    return x**2


@central_difference.test("x² at 3 with a step of 0.1 has a slope of 6, without an error")
def _(answer):
    close(answer(square, 3.0, 0.1), 6.0, what="The slope of x² at 3")


@central_difference.test("x³ at 2 with a step of 0.5 gives 12.25")
def _(answer):
    close(answer(cube, 2.0, 0.5), 12.25, what="The slope of x³ at 2")


@central_difference.test("a falling function has a negative slope, and a flat one has 0")
def _(answer):
    close(answer(lambda x: 7 - 2 * x, 5.0, 0.25), -2.0, what="The slope of 7 - 2x")
    close(answer(lambda x: 4.0, 5.0, 0.25), 0.0, what="The slope of a constant")


@central_difference.test("without a step, it takes 1e-5 and is right to nine digits")
def _(answer):
    close(answer(math.sin, 1.0), math.cos(1.0), rtol=1e-9, what="The slope of the sine at 1")


@central_difference.test("any cubic function, any place and any step", points=1, hidden=True)
def _(answer, rng):
    for _ in range(5):
        a, b, c, x = rng.uniform(-3, 3, size=4)
        h = rng.uniform(0.05, 0.8)
        expected = 3 * a * x**2 + 2 * b * x + c + a * h**2
        close(answer(lambda x: a * x**3 + b * x**2 + c * x + 5, x, h), expected, what="The central difference")


@central_difference.mistake(
    "That is the forward difference: from `x` to one step right of it. It sees the bend of the curve on one side only. Where should the other place be?"
)
def forward(f, x, h=1e-5):
    return (f(x + h) - f(x)) / h


@central_difference.mistake(
    "You divided by `h`. From one step left to one step right is *two* steps, so your slope is twice as large as it should be."
)
def one_step_below(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / h


@central_difference.mistake(
    "In `a / 2 * h` Python divides by 2 and then *multiplies* by `h`. Put brackets round what belongs below the fraction line."
)
def missing_brackets(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / 2 * h


@central_difference.mistake(
    "Division comes before subtraction: without brackets only the second value is divided. Put brackets round the rise as well."
)
def rise_without_brackets(f, x, h=1e-5):
    return f(x + h) - f(x - h) / (2 * h)


@central_difference.mistake(
    "You divided the step right from `x` by two steps: the rise belongs to one step only. Either take both places to the sides, or divide by one step; which of the two is asked for?"
)
def half_of_forward(f, x, h=1e-5):
    return (f(x + h) - f(x)) / (2 * h)


@central_difference.mistake(
    "You took left minus right, and the places the other way round: the sign is wrong, and a rising function seems to fall."
)
def left_minus_right(f, x, h=1e-5):
    return (f(x - h) - f(x + h)) / (2 * h)


@central_difference.mistake(
    "You measured the step to the *left* only, the backward difference. It is off on the other side of what the forward one is off; with both ends a step away from `x`, the two errors cancel."
)
def backward(f, x, h=1e-5):
    return (f(x) - f(x - h)) / h


@central_difference.mistake("You added the two values. A rise is the *difference* of the heights at both ends.")
def plus_for_minus(f, x, h=1e-5):
    return (f(x + h) + f(x - h)) / (2 * h)


@central_difference.mistake("That is how much the function rises. A slope is the rise divided by the run.")
def rise_only(f, x, h=1e-5):
    return f(x + h) - f(x - h)


@central_difference.mistake(
    "Whatever `h` is, you get the slope of a tiny step. Is the argument used, and used in *this* formula? Whoever calls with another step wants the rise over that run."
)
def step_fixed(f, x, h=1e-5):
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5


@central_difference.mistake(
    "You went half a step to each side. The formula goes a *whole* step to the right and a whole step to the left, so the run is two steps long."
)
def half_steps(f, x, h=1e-5):
    return (f(x + h / 2) - f(x - h / 2)) / h


@central_difference.also_right
def mean_of_both(f, x, h=1e-5):
    return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2


best_step = Exercise(
    concepts=["step size of a difference", "rounding error", "central difference"],
    minutes=6,
    hints=[
        "For one step `h` you can say how wrong the central difference is. What do you do with the sign of that error?",
        "Collect the errors in a list, in the order of the steps. Which place holds the smallest one?",
        "`np.argmin(errors)` is the *place* of the smallest error; the step stands at the same place of `steps`.",
    ],
)


@best_step.test("the example of the text: for the sine, 1e-5 beats 0.1 and 1e-13")
def _(answer):
    close(answer(np.sin, np.cos(1.0), 1.0, [1e-1, 1e-5, 1e-13]), 1e-5, rtol=1e-9, what="The best step")


@best_step.test("the order of the steps does not matter, and the best one may be the first or the last")
def _(answer):
    for steps in ([1e-5, 0.3, 1e-14], [0.3, 1e-14, 1e-5], np.array([1e-14, 1e-5, 0.3])):
        close(answer(np.exp, math.e, 1.0, steps), 1e-5, rtol=1e-9, what="The best step")


@best_step.test("an error counts by its size, whether the slope comes out too large or too small")
def _(answer):
    # The central difference of a x³ is off by a h²: too small for a = -1, too large for a = 1.
    for a in (-1.0, 1.0):
        steps = [1.0, 0.5, 2.0, 4.0]
        close(answer(lambda x: a * x**3, 3 * a, 1.0, steps), 0.5, rtol=1e-9, what="The best step")


@best_step.test("where the function is coarse, a long step is the best", hidden=True)
def _(answer, rng):
    for _ in range(3):
        slope, x = rng.uniform(1, 9), rng.uniform(1, 2)
        # A straight line whose values are rounded to a millionth: the longer the step, the smaller the error.
        steps = 10.0 ** rng.permutation([-1, -4, -7, -9])
        expected = 0.1
        close(answer(lambda x: np.round(slope * x, 6), slope, x, steps), expected, rtol=1e-9, what="The best step")


@best_step.test("the central difference is measured, not another one", hidden=True)
def _(answer, rng):
    for _ in range(3):
        # f has a value of its own at x, so that whoever looks there is misled.
        x = rng.uniform(1, 2)
        good, bad, worse = 0.2, 0.4, 0.7
        given = rng.permutation([good, bad, worse])
        close(
            answer(lambda z: (z - x) ** 3 + (z != x) * 0.5 + (z - x), 1.0, x, given),
            good,
            rtol=1e-9,
            what="The best step",
        )


def measured(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


@best_step.mistake(
    "You took the shortest step. A short step loses digits: left and right become so alike that their difference is mostly rounding."
)
def shortest(f, slope, x, steps):
    return min(steps)


@best_step.mistake("You took the longest step. It sees the bend of the curve. Measure for each step how wrong it is.")
def longest(f, slope, x, steps):
    return max(steps)


@best_step.mistake(
    "You looked for the smallest difference with its sign, so the slope that is *most too small* wins. An error counts by its size: what takes the sign away?"
)
def signed_errors(f, slope, x, steps):
    return steps[np.argmin([measured(f, x, h) - slope for h in steps])]


@best_step.mistake(
    "You looked for the smallest difference *truth minus measured* with its sign, so the slope that is most too large wins. An error counts by its size: what takes the sign away?"
)
def signed_errors_the_other_way(f, slope, x, steps):
    return steps[np.argmin([slope - measured(f, x, h) for h in steps])]


@best_step.mistake("You returned the *place* of the best step in the list. The step that stands there is asked for.")
def place_for_step(f, slope, x, steps):
    return int(np.argmin([abs(measured(f, x, h) - slope) for h in steps]))


@best_step.mistake("You returned how wrong the best step is. Asked is the step itself, the one with that error.")
def error_for_step(f, slope, x, steps):
    return min(abs(measured(f, x, h) - slope) for h in steps)


@best_step.mistake("You returned the step with the *largest* error.")
def the_worst(f, slope, x, steps):
    return steps[np.argmax([abs(measured(f, x, h) - slope) for h in steps])]


@best_step.mistake(
    "You measured with the forward difference. The question is which step is best for the *central* one; its errors are different."
)
def forward_steps(f, slope, x, steps):
    return steps[np.argmin([abs((f(x + h) - f(x)) / h - slope) for h in steps])]


@best_step.mistake(
    "You looked for the smallest *slope*, not for the smallest error. Compare each measured slope with the true one."
)
def smallest_slope(f, slope, x, steps):
    return steps[np.argmin([abs(measured(f, x, h)) for h in steps])]


@best_step.mistake(
    "You compared the slope with the true one in only one round and returned in the middle of the loop. Look at all the steps before you choose."
)
def the_first(f, slope, x, steps):
    return steps[0]


@best_step.mistake(
    "You took the step nearest to 1e-5, and measured nothing. That is a good habit where `x` and `f(x)` are of a size around 1; elsewhere another step may be better. Try each of them."
)
def nearest_to_the_habit(f, slope, x, steps):
    return min(steps, key=lambda h: abs(math.log10(h) + 5))


@best_step.also_right
def by_min(f, slope, x, steps):
    return min(steps, key=lambda h: abs(measured(f, x, h) - slope))


@best_step.also_right
def with_a_record(f, slope, x, steps):
    best, smallest = None, math.inf
    for h in steps:
        error = abs((f(x + h) - f(x - h)) / (2 * h) - slope)
        if error < smallest:
            best, smallest = h, error
    return best


best_step.equivalent(
    "errors.append(abs(slope - measured))", because="without its sign, a difference is the same both ways round"
)


can_slopes = Exercise(
    concepts=["partial derivative", "derivative"],
    minutes=5,
    hints=[
        "If only `r` moves, which parts of the formula are constants? And if only `h` moves?",
        "Along `r`: the first term is a constant times r², the second one a constant (2πh) times r. Along `h`: the first term does not move at all.",
        "Measure your answer with `central_difference`, if you doubt it: hold one of the two fast in a little function.",
    ],
)


def pair(given):
    """The two slopes that came back."""
    holds(
        isinstance(given, tuple | list | np.ndarray) and np.shape(given) == (2,),
        "Two numbers should come back: the slope along r, then the slope along h.",
        given,
    )
    return given


@can_slopes.test("a can of radius 1 and height 1 has the slopes 6π and 2π")
def _(answer):
    close(pair(answer(1.0, 1.0)), [6 * math.pi, 2 * math.pi], what="The pair of slopes")


@can_slopes.test("a can of radius 4 and height 10 has the slopes 36π and 8π")
def _(answer):
    close(pair(answer(4.0, 10.0)), [36 * math.pi, 8 * math.pi], what="The pair of slopes")


@can_slopes.test("the slopes are those of the formula, for cans of all sizes", points=2, hidden=True)
def _(answer, rng):
    def metal(r, h):
        return 2 * math.pi * r**2 + 2 * math.pi * r * h

    for r, h in rng.uniform(0.5, 30, size=(4, 2)):
        # The formula is quadratic in r and linear in h, so central differences are exact up to rounding.
        expected = [metal(r + 0.5, h) - metal(r - 0.5, h), metal(r, h + 0.5) - metal(r, h - 0.5)]
        close(pair(answer(r, h)), expected, what="The pair of slopes")


@can_slopes.mistake("You swapped the two. First the slope with respect to `r`, then the one with respect to `h`.")
def swapped(r, h):
    return 2 * math.pi * r, 4 * math.pi * r + 2 * math.pi * h


@can_slopes.mistake(
    "Along `r`, you forgot the second term. `2πrh` moves with `r` as well: there `2πh` is the constant factor."
)
def side_forgotten(r, h):
    return 4 * math.pi * r, 2 * math.pi * r


@can_slopes.mistake("The exponent of r² comes down as a factor: the derivative of r² is 2r, not r.")
def factor_forgotten(r, h):
    return 2 * math.pi * r + 2 * math.pi * h, 2 * math.pi * r


@can_slopes.mistake(
    "You put the exponent in front and left it above as well: the derivative of r² is 2r, with one r less."
)
def exponent_left(r, h):
    return 4 * math.pi * r**2 + 2 * math.pi * h, 2 * math.pi * r


@can_slopes.mistake(
    "Along `h`, the lids do not change: 2πr² has no `h` in it, so it is a constant, and its slope is 0."
)
def lids_along_h(r, h):
    return 4 * math.pi * r + 2 * math.pi * h, 4 * math.pi * r + 2 * math.pi * r


@can_slopes.mistake(
    "Along `r`, you moved `h` as well: the derivative of 2πrh with `h` held fast is 2πh, and nothing else is added."
)
def both_moved(r, h):
    return 4 * math.pi * r + 2 * math.pi * h + 2 * math.pi * r, 2 * math.pi * r


@can_slopes.mistake(
    "Along `r`, the constant factor of the side is 2πh, with the `h`: it is held fast, and it does not vanish."
)
def h_vanished(r, h):
    return 4 * math.pi * r + 2 * math.pi, 2 * math.pi * r


@can_slopes.mistake(
    "Along `r`, the term 2πrh loses its `r` when it is differentiated: rise divided by run of a constant times r is that constant."
)
def r_left(r, h):
    return 4 * math.pi * r + 2 * math.pi * r * h, 2 * math.pi * r


@can_slopes.mistake(
    "That is the metal of the can itself, or its parts. Asked is how fast it *grows* when the radius or the height does."
)
def the_metal(r, h):
    return 2 * math.pi * r**2, 2 * math.pi * r * h


@can_slopes.mistake(
    "Along `h`, you kept the `h`. The derivative of a constant times h is that constant alone: here 2πr."
)
def h_left(r, h):
    return 4 * math.pi * r + 2 * math.pi * h, 2 * math.pi * r * h


@can_slopes.mistake(
    "Along h, you kept the lids. They do not change when the can gets taller: with `r` held fast, 2πr² is a constant. What is the slope of a constant?"
)
def lids_kept_along_h(r, h):
    return 4 * math.pi * r + 2 * math.pi * h, 2 * math.pi * r**2 + 2 * math.pi * r


@can_slopes.mistake(
    "The formulas are right, but 3.14 is not π: your result is off in the fourth digit. Which name of NumPy holds it to 16?"
)
def rounded_pi(r, h):
    return 4 * 3.14 * r + 2 * 3.14 * h, 2 * 3.14 * r


@can_slopes.also_right
def as_a_list(r, h):
    return [2 * math.pi * (2 * r + h), 2 * math.pi * r]


@can_slopes.also_right
def by_measuring(r, h):
    def metal(r, h):
        return 2 * np.pi * r**2 + 2 * np.pi * r * h

    return np.array([metal(r + 0.01, h) - metal(r - 0.01, h), metal(r, h + 0.01) - metal(r, h - 0.01)]) / 0.02


gradient = Exercise(
    concepts=["gradient", "partial derivative", "central difference"],
    minutes=8,
    hints=[
        "For one place: which array do you have to add to `x`, so that only this place moves by `h`?",
        "`np.zeros(len(x))` is a new array of zeros (floats). Put `h` at one place of it, and you have the step for that place.",
        "In a loop over the places: a new step, the central difference of `f` with `x + step` and `x - step`, and collect it in `slopes`.",
    ],
)


def some_function(rng, places):
    """A function of several inputs with terms of degree 3 and products, and its gradient as a formula."""
    cubic, linear = rng.uniform(-2, 2, size=(2, places))
    mixed = rng.uniform(-1, 1, size=(places, places))

    def f(x):
        x = np.asarray(x, dtype=float)
        return np.sum(cubic * x**3) + x @ mixed @ x + linear @ x

    def slopes(x):
        x = np.asarray(x, dtype=float)
        return 3 * cubic * x**2 + (mixed + mixed.T) @ x + linear

    return f, slopes


def mixed_terms(x):
    return x[0] ** 2 + 3 * x[0] * x[1]


@gradient.test("the example of the text: x₀² + 3x₀x₁ has the gradient [7, 6] at [2, 1], whole numbers though they are")
def _(answer):
    close(answer(mixed_terms, np.array([2, 1])), [7, 6], what="The gradient")


@gradient.test("one input works as well as four, and each place has its own slope")
def _(answer):
    close(answer(lambda x: x[0] ** 2, np.array([3.0])), [6], what="The gradient of x₀²")
    weights = np.array([1.0, -2.0, 0.0, 10.0])
    close(answer(lambda x: weights @ x, np.array([5.0, 6.0, 7.0, 8.0])), weights, what="The gradient")


@gradient.test("the step counts: with h = 0.5, x₀³ + x₁ has [12.25, 1] at [2, 7]")
def _(answer):
    close(answer(lambda x: x[0] ** 3 + x[1], np.array([2.0, 7.0]), 0.5), [12.25, 1.0], what="The gradient")


@gradient.test("while probing, `x` stays as it was, and all other places are held fast")
def _(answer):
    x = np.array([1.0, 2.0, 3.0])
    with unchanged(x=x):
        slopes = answer(lambda x: x[0] * x[1] * x[2], x)
    close(slopes, [6, 3, 2], what="The gradient")


@gradient.test("any function of any number of inputs", points=2, hidden=True)
def _(answer, rng):
    for places in (1, 2, 5, 12):
        f, slopes = some_function(rng, places)
        x = rng.uniform(-2, 2, size=places)
        close(answer(f, x), slopes(x), rtol=1e-6, atol=1e-7, what="The gradient")
        whole = rng.integers(-3, 4, size=places)
        close(answer(f, whole), slopes(whole), rtol=1e-6, atol=1e-7, what="The gradient at whole numbers")


def probing(difference, x, h):
    """The difference for each place, with a step that moves this place only."""
    return np.array([difference(step) for step in h * np.eye(len(x))])


@gradient.mistake(
    "You changed `x` itself while probing, or a second name for it. The places before stay moved, so the next slopes are taken somewhere else, and the caller's array is spoilt. A name is not a copy: make a new array."
)
def probes_in_place(f, x, h=1e-5):
    slopes = []
    for place in range(len(x)):
        probe = x
        probe[place] = probe[place] + h
        right = f(probe)
        probe[place] = probe[place] - 2 * h
        slopes.append((right - f(probe)) / (2 * h))
    return np.array(slopes)


@gradient.mistake(
    "You used `x` itself for the probes, twice under different names, so right and left are one and the same array: the slopes come out as 0. And the caller's array is spoilt. Make new arrays."
)
def same_array_twice(f, x, h=1e-5):
    slopes = []
    for place in range(len(x)):
        right, left = x, x
        right[place] = right[place] + h
        left[place] = left[place] - h
        slopes.append((f(right) - f(left)) / (2 * h))
    return np.array(slopes)


@gradient.mistake(
    "Right for floats. An array of whole numbers cuts off everything behind the point when you write into it, and a copy of it does too: 2 + 0.00001 becomes 2 again. Make floats of it first, or *add* a step array to it."
)
def copy_of_whole_numbers(f, x, h=1e-5):
    slopes = []
    for place in range(len(x)):
        right, left = x.copy(), x.copy()
        right[place] = right[place] + h
        left[place] = left[place] - h
        slopes.append((f(right) - f(left)) / (2 * h))
    return np.array(slopes)


@gradient.mistake(
    "`x + h` moves *all* places at once. Then you measure one slope along the diagonal, again and again. Only one place may move at a time."
)
def all_places_at_once(f, x, h=1e-5):
    return np.array([(f(x + h) - f(x - h)) / (2 * h) for _ in range(len(x))])


@gradient.mistake(
    "A single number comes back: either all places moved at once, or the partial derivatives were added up. Move one place at a time, and keep the slopes apart: the gradient has one number for each place."
)
def one_number(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


@gradient.mistake(
    "You measured forward differences. They are off by about half a step times the bend of the function; from both sides the errors cancel."
)
def forward_gradient(f, x, h=1e-5):
    return probing(lambda step: (f(x + step) - f(x)) / h, x, h)


@gradient.mistake(
    "You divided by `h`. Between left and right lie *two* steps, so each of your slopes is twice as large as it should be."
)
def twice_too_large(f, x, h=1e-5):
    return probing(lambda step: (f(x + step) - f(x - step)) / h, x, h)


@gradient.mistake(
    "Your step, or your copy of `x`, keeps the `h` of the places before: at the second place two places move, at the third one three. Begin with a *new* array for each place."
)
def step_grows(f, x, h=1e-5):
    slopes, step = [], np.zeros(len(x))
    for place in range(len(x)):
        step[place] = h
        slopes.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(slopes)


@gradient.mistake(
    "Your function returns after the first place. A `return` inside the loop ends the whole function in the first round. How far must it move to the left?"
)
def returns_too_early(f, x, h=1e-5):
    step = np.zeros(len(x))
    step[0] = h
    return np.array([(f(x + step) - f(x - step)) / (2 * h)])


@gradient.mistake("You subtracted right from left: all signs are wrong, so this gradient points downhill.")
def points_downhill(f, x, h=1e-5):
    return probing(lambda step: (f(x - step) - f(x + step)) / (2 * h), x, h)


@gradient.mistake(
    "You shortened the gradient to length 1. Its length says how steep the function is; the partial derivatives themselves are asked for."
)
def shortened(f, x, h=1e-5):
    slopes = probing(lambda step: (f(x + step) - f(x - step)) / (2 * h), x, h)
    return slopes / np.linalg.norm(slopes)


@gradient.mistake(
    "Your step is always 1e-5: the argument `h` is never used. Whoever calls with another step wants that one."
)
def gradient_with_a_fixed_step(f, x, h=1e-5):
    return probing(lambda step: (f(x + step) - f(x - step)) / 2e-5, x, 1e-5)


@gradient.mistake(
    "You cut `x` into single numbers and handed them to `f` one at a time. `f` takes the *whole* array; only one place of it is moved."
)
def one_number_for_the_array(f, x, h=1e-5):
    return [(f(number + h) - f(number - h)) / (2 * h) for number in x]


@gradient.also_right
def with_copies(f, x, h=1e-5):
    slopes = []
    for place in range(len(x)):
        right, left = np.array(x, dtype=float), np.array(x, dtype=float)
        right[place] += h
        left[place] -= h
        slopes.append((f(right) - f(left)) / (2 * h))
    return slopes


@gradient.also_right
def with_rows_of_the_identity(f, x, h=1e-5):
    return probing(lambda step: (f(x + step) - f(x - step)) / (2 * h), x, h)


directional_derivative = Exercise(
    concepts=["directional derivative", "gradient", "dot product"],
    minutes=5,
    hints=[
        "What did you do in the first warm-up, before you took the dot product?",
        "Only where the direction points may count. Which arrow of length 1 points the same way?",
        "One dot product: the gradient with the direction shrunk to length 1. Leave the length of the gradient alone.",
    ],
)


@directional_derivative.test("gradient [7, 6] in the direction [3, 4]: 9")
def _(answer):
    close(answer(np.array([7.0, 6.0]), np.array([3.0, 4.0])), 9.0, what="The slope")


@directional_derivative.test("the length of the direction does not matter, and the opposite one has the opposite slope")
def _(answer):
    close(answer(np.array([7.0, 6.0]), np.array([0.3, 0.4])), 9.0, what="The slope in the direction [0.3, 0.4]")
    close(answer(np.array([7.0, 6.0]), np.array([-30.0, -40.0])), -9.0, what="The slope in the direction [-30, -40]")


@directional_derivative.test("along the gradient the slope is its length, and at a right angle to it 0")
def _(answer):
    close(answer(np.array([3.0, -4.0]), np.array([6.0, -8.0])), 5.0, what="The slope along the gradient")
    close(answer(np.array([3.0, -4.0]), np.array([4.0, 3.0])), 0.0, what="The slope at a right angle")


@directional_derivative.test("the two arrays that were handed in stay as they were")
def _(answer):
    slopes, direction = np.array([2.0, -1.0, 7.0]), np.array([1.0, 2.0, 2.0])
    with unchanged(gradient=slopes, direction=direction):
        given = answer(slopes, direction)
    close(given, 14 / 3, what="The slope")


@directional_derivative.test("the slope is the one that a short walk finds, in any dimension", points=1, hidden=True)
def _(answer, rng):
    for places in (1, 2, 6):
        f, slopes = some_function(rng, places)
        x, direction = rng.uniform(-2, 2, size=(2, places))
        walk = 1e-5 * direction / np.sqrt(np.sum(direction**2))
        expected = (f(x + walk) - f(x - walk)) / 2e-5
        close(answer(slopes(x), direction), expected, rtol=1e-5, atol=1e-6, what="The slope")


def norm(v):
    return np.sqrt(v @ v)


@directional_derivative.mistake(
    "You took the dot product with the direction as it was given. A direction twice as long then seems twice as steep. Only where it points may count."
)
def length_counts(gradient, direction):
    return gradient @ direction


@directional_derivative.mistake(
    "You shrank the *gradient* to length 1, too, or instead. Its length is the steepness that you want to measure; only the direction is shrunk."
)
def cosine_only(gradient, direction):
    return gradient @ direction / (norm(gradient) * norm(direction))


@directional_derivative.mistake(
    "You shrank the gradient to length 1 and left the direction long. It is the other way round: the gradient's length is the steepness, the direction's length means nothing."
)
def wrong_one_shortened(gradient, direction):
    return gradient @ direction / norm(gradient)


@directional_derivative.mistake(
    "You divided by the *squared* length of the direction. That tells how many times the direction fits into the shadow of the gradient; a slope is counted per unit of length."
)
def squared_length(gradient, direction):
    return gradient @ direction / (direction @ direction)


@directional_derivative.mistake(
    "You returned an array: the shadow of the gradient on the direction. Its *length*, with a sign, is the slope; one number is asked for."
)
def shadow(gradient, direction):
    return gradient @ direction / (direction @ direction) * direction


@directional_derivative.mistake(
    "You lost the sign. Downhill is a negative slope: in the opposite direction, the opposite slope."
)
def without_sign(gradient, direction):
    return abs(gradient @ direction) / norm(direction)


@directional_derivative.mistake(
    "`gradient * …` keeps the products apart. A slope is one number: which operator multiplies the matching numbers *and* adds them?"
)
def star_for_at(gradient, direction):
    return gradient * direction / norm(direction)


@directional_derivative.mistake(
    "You divided by the sum of the numbers. Then they add up to 1; an arrow of *length* 1 has squares that add up to 1."
)
def divided_by_the_sum(gradient, direction):
    return gradient @ direction / np.sum(direction)


@directional_derivative.mistake(
    "You returned the length of the gradient, the slope in the *steepest* direction. Another direction is asked for."
)
def always_the_steepest(gradient, direction):
    return norm(gradient)


@directional_derivative.mistake(
    "The slope is right, but you shrank `direction` in its own array, as `/=` does. It belongs to the caller. How do you divide so that a new array is made?"
)
def in_place(gradient, direction):
    direction /= norm(direction)
    return gradient @ direction


@directional_derivative.also_right
def by_loops(gradient, direction):
    length = math.sqrt(sum(d * d for d in direction))
    return sum(g * d for g, d in zip(gradient, direction)) / length


@directional_derivative.also_right
def by_the_angle(gradient, direction):
    if not np.any(gradient):
        return 0.0
    cosine = gradient @ direction / (np.linalg.norm(gradient) * np.linalg.norm(direction))
    return np.linalg.norm(gradient) * cosine


chain_slope = Exercise(
    concepts=["chain rule", "derivative"],
    minutes=5,
    hints=[
        "Which number goes *into* the outer function: `x`, or what the inner function makes of it?",
        "Two slopes, each taken at the place where its function is really used. What do you do with slopes of functions one inside the other?",
        "In the example: inner(2) is 7, the outer slope at 7 is 14, the inner slope at 2 is 3.",
    ],
)


@chain_slope.test("(3x + 1)² at 2 has the slope 42")
def _(answer):
    close(answer(lambda u: 2 * u, lambda x: 3 * x + 1, lambda x: 3, 2), 42, what="The slope")


@chain_slope.test("the slick: its area grows by 100π m² a minute after 10 minutes")
def _(answer):
    close(answer(lambda r: 2 * math.pi * r, lambda t: 5 + 2 * t, lambda t: 2, 10), 100 * math.pi, what="The slope")


@chain_slope.test("the order matters: the sine of x² and the square of sin x have different slopes")
def _(answer):
    close(answer(math.cos, square, lambda x: 2 * x, 1.5), 3 * math.cos(2.25), what="The slope of sin(x²)")
    close(answer(lambda u: 2 * u, math.sin, math.cos, 1.5), math.sin(3.0), what="The slope of (sin x)²")


@chain_slope.test("the slope is the one that probing finds, whatever the two functions are", points=2, hidden=True)
def _(answer, rng):
    for _ in range(4):
        a, b, c, x = rng.uniform(0.3, 1.5, size=4)
        expected = 3 * (a * x**2 + b * x) ** 2 * c * (2 * a * x + b)
        given = answer(lambda u: 3 * c * u**2, lambda x: a * x**2 + b * x, lambda x: 2 * a * x + b, x)
        close(given, expected, what="The slope")
        close(answer(math.exp, lambda x: -b * x, lambda x: -b, x), -b * math.exp(-b * x), what="The slope of exp(-bx)")


@chain_slope.mistake(
    "You forgot the inner slope. If the inner function moves three times as fast as `x`, the whole moves three times as fast. What must the outer slope be multiplied by?"
)
def inner_forgotten(outer_slope, inner, inner_slope, x):
    return outer_slope(inner(x))


@chain_slope.mistake(
    "You took the outer slope at `x`. But the outer function never sees `x`: what goes into it is what the inner function makes of it."
)
def outer_at_x(outer_slope, inner, inner_slope, x):
    return outer_slope(x) * inner_slope(x)


@chain_slope.mistake(
    "You put the *slope* of the inner function into the outer one. What goes into the outer function is the inner *value*; the slopes are multiplied afterwards."
)
def slope_of_slope(outer_slope, inner, inner_slope, x):
    return outer_slope(inner_slope(x))


@chain_slope.mistake(
    "You added the two slopes. For a sum of functions that is right; for one inside the other they act one after the other: 14 metres for each 3 metres. Which operation is that?"
)
def slopes_added(outer_slope, inner, inner_slope, x):
    return outer_slope(inner(x)) + inner_slope(x)


@chain_slope.mistake(
    "You multiplied the outer slope by the inner *value*. The second factor is how fast the inner function moves, its slope."
)
def value_for_slope(outer_slope, inner, inner_slope, x):
    return outer_slope(inner(x)) * inner(x)


@chain_slope.mistake(
    "You took the inner slope at the inner value. The inner function is used at `x`, so its slope is taken at `x`."
)
def inner_slope_elsewhere(outer_slope, inner, inner_slope, x):
    return outer_slope(inner(x)) * inner_slope(inner(x))


@chain_slope.mistake(
    "You multiplied the outer slope at `x` by the inner value, as if it were a product of two functions. Here one function stands *inside* the other."
)
def product_of_functions(outer_slope, inner, inner_slope, x):
    return outer_slope(x) * inner(x)


@chain_slope.mistake(
    "You divided by the inner slope. If the inner function moves faster, does the whole move faster or slower?"
)
def divided(outer_slope, inner, inner_slope, x):
    return outer_slope(inner(x)) / inner_slope(x)


@chain_slope.mistake("You returned the inner slope alone. How much does the outer function make of it?")
def inner_only(outer_slope, inner, inner_slope, x):
    return inner_slope(x)


@chain_slope.mistake(
    "You multiplied by the inner *value*, too. Only slopes are multiplied; the inner value is what goes into the outer slope."
)
def value_as_a_factor(outer_slope, inner, inner_slope, x):
    return outer_slope(x) * inner(x) * inner_slope(x)


@chain_slope.mistake(
    "You handed over or multiplied the functions themselves. `inner` is a function, `inner(x)` is its value at `x`: a function must be called before there is a number."
)
def functions_not_called(outer_slope, inner, inner_slope, x):
    return outer_slope(inner) * inner_slope


@chain_slope.also_right
def in_steps(outer_slope, inner, inner_slope, x):
    u = inner(x)
    steepness_inside = inner_slope(x)
    steepness_outside = outer_slope(u)
    return steepness_inside * steepness_outside


check_gradient = Exercise(
    concepts=["gradient check", "relative error", "gradient"],
    minutes=9,
    hints=[
        "Two gradients are compared. Where does each of them come from, and which of them do you get by calling `by_hand`?",
        "Measure with central differences as in `gradient`, or call that function. Then three lengths: of the difference, and of both gradients.",
        "What does your fraction do when both gradients are all zeros? Ask for that before you divide.",
    ],
)


def linear(slopes):
    """A function with these slopes everywhere: it can be measured exactly with steps of 0.5, 0.25, …"""
    slopes = np.array(slopes, dtype=float)
    return lambda x: slopes @ x


@check_gradient.test("the table of the text: factor 2 gives 1/3, a wrong sign 1, a forgotten place 0.3699")
def _(answer):
    x = np.array([2.0, 1.0])
    for claimed, expected in (([14, 12], 1 / 3), ([-7, -6], 1.0), ([7, 0], 6 / (7 + math.sqrt(85)))):
        given = answer(mixed_terms, lambda x, claimed=claimed: np.array(claimed, dtype=float), x)
        close(given, expected, rtol=1e-6, what=f"The relative error of {claimed}")


@check_gradient.test(
    "a right gradient has an error below a millionth and one half as long 1/3, whether they are large or small"
)
def _(answer):
    for size in (1.0, 1e4, 1e-4):
        error = answer(
            lambda x, size=size: size * np.sum(x**3),
            lambda x, size=size: 3 * size * x**2,
            np.array([0.5, -1.0, 1.5]),
        )
        close(error, 0.0, atol=1e-7, what="The relative error of a right gradient")
        half = answer(
            lambda x, size=size: size * np.sum(x**3),
            lambda x, size=size: 1.5 * size * x**2,
            np.array([0.5, -1.0, 1.5]),
        )
        close(half, 1 / 3, what="The relative error of a gradient that is half as long as it should be")


@check_gradient.test("an error of one percent shows as half a percent, whether the gradient is large or small")
def _(answer):
    for size in (1.0, 1e4, 1e-4):
        slopes = size * np.array([3.0, -4.0])
        error = answer(linear(slopes), lambda x, slopes=slopes: 1.01 * slopes, np.array([1.0, 2.0]), 0.25)
        close(error, 0.01 / 2.01, what="The relative error")


@check_gradient.test("two gradients of zeros agree: 0, and not nan; if one alone is zeros, the error is 1")
def _(answer):
    error = answer(lambda x: 5.0, lambda x: np.zeros(3), np.array([1.0, 2.0, 3.0]))
    close(error, 0.0, what="The relative error of two zero gradients")
    error = answer(linear([0.0, 0.0]), lambda x: np.array([0.5, -2.0]), np.array([1.0, 2.0]))
    close(error, 1.0, what="The relative error when the measured gradient alone is zeros")


@check_gradient.test("the step counts, and central differences are used: x³ at 1 with h = 0.5 measures 3.25 and not 3")
def _(answer):
    error = answer(lambda x: x[0] ** 3, lambda x: 3 * x**2, np.array([1.0]), 0.5)
    close(error, 0.25 / 6.25, what="The relative error")
    # At 0 the central difference of x³ is h², which is 1e-10 for the step that is taken when none is given.
    error = answer(lambda x: x[0] ** 3, lambda x: np.array([1e-10]), np.array([0.0]))
    close(error, 0.0, atol=1e-6, what="The relative error at 0, with the step that is taken when none is given,")


@check_gradient.test("whole numbers will do for `x`, and it stays as it was")
def _(answer):
    x = np.array([2, 1])
    with unchanged(x=x):
        error = answer(mixed_terms, lambda x: np.array([2.0 * x[0] + 3 * x[1], 3.0 * x[0]]), x)
    close(error, 0.0, atol=1e-7, what="The relative error of a right gradient")
    doubled = answer(mixed_terms, lambda x: np.array([4.0 * x[0] + 6 * x[1], 6.0 * x[0]]), x)
    close(doubled, 1 / 3, what="The relative error of a doubled gradient")


@check_gradient.test("any wrong gradient in any dimension has its relative error", points=2, hidden=True)
def _(answer, rng):
    for places in (1, 3, 8):
        f, slopes = some_function(rng, places)
        x, off = rng.uniform(-2, 2, size=(2, places))
        right = slopes(x)
        expected = np.sqrt(np.sum(off**2)) / (np.sqrt(np.sum((right + off) ** 2)) + np.sqrt(np.sum(right**2)))
        close(answer(f, lambda z: slopes(z) + off, x), expected, rtol=1e-4, what="The relative error")
        close(answer(f, slopes, x), 0.0, atol=1e-7, what="The relative error of a right gradient")


def compared(compare, difference=lambda f, x, step, h: (f(x + step) - f(x - step)) / (2 * h)):
    """A checker with the given way to compare, and the given kind of difference."""

    def checker(f, by_hand, x, h=1e-5):
        b = np.array([difference(f, x, step, h) for step in h * np.eye(len(x))])
        return compare(np.asarray(by_hand(x), dtype=float), b)

    return checker


def relative(a, b):
    sizes = norm(a) + norm(b)
    return norm(a - b) / sizes if sizes > 0 else 0.0


@check_gradient.mistake(
    "You returned the length of the difference itself. Beside a gradient of 10,000 a difference of 0.01 is nothing, beside one of 0.0001 it is everything. What do you divide by?"
)
def absolute(f, by_hand, x, h=1e-5):
    return compared(lambda a, b: norm(a - b))(f, by_hand, x, h)


@check_gradient.mistake(
    "You divided by the length of one gradient only. Then the result may be larger than 1, and it depends on which of the two you took. The formula has *both* lengths below the line."
)
def by_one_length(f, by_hand, x, h=1e-5):
    return compared(lambda a, b: norm(a - b) / norm(b) if norm(b) > 0 else 0.0)(f, by_hand, x, h)


@check_gradient.mistake(
    "You divided by the length of the gradient by hand only. Then the result may be larger than 1. The formula has *both* lengths below the line."
)
def by_the_other_length(f, by_hand, x, h=1e-5):
    return compared(lambda a, b: norm(a - b) / norm(a) if norm(a) > 0 else 0.0)(f, by_hand, x, h)


@check_gradient.mistake(
    "Two gradients of zeros give you 0/0, which is `nan`, and every comparison with `nan` is false. They agree: return 0 for them."
)
def zero_by_zero(f, by_hand, x, h=1e-5):
    with np.errstate(invalid="ignore"):
        return compared(lambda a, b: norm(a - b) / (norm(a) + norm(b)))(f, by_hand, x, h)


@check_gradient.mistake(
    "You compared the *lengths* of the two gradients. A gradient with the wrong sign has the right length. Take the difference first, and measure the length of that."
)
def lengths_compared(f, by_hand, x, h=1e-5):
    return compared(lambda a, b: abs(norm(a) - norm(b)) / max(norm(a) + norm(b), 1e-300))(f, by_hand, x, h)


@check_gradient.mistake(
    "You divided by the length of the *sum* of the two gradients. If they point in opposite directions, nothing is left of it. Add the two lengths."
)
def length_of_the_sum(f, by_hand, x, h=1e-5):
    with np.errstate(divide="ignore", invalid="ignore"):
        return compared(lambda a, b: norm(a - b) / norm(a + b) if np.any(a) or np.any(b) else 0.0)(f, by_hand, x, h)


@check_gradient.mistake(
    "You measured forward differences. They are off by about half a step times the bend, so a right gradient looks suspicious. Measure from both sides."
)
def forward_check(f, by_hand, x, h=1e-5):
    return compared(relative, lambda f, x, step, h: (f(x + step) - f(x)) / h)(f, by_hand, x, h)


@check_gradient.mistake(
    "You left out the roots: these are sums of *squares* above and below the line, which makes a small error look much smaller. Use lengths."
)
def squares_compared(f, by_hand, x, h=1e-5):
    return compared(lambda a, b: (a - b) @ (a - b) / max(a @ a + b @ b, 1e-300))(f, by_hand, x, h)


@check_gradient.mistake(
    "You added up the differences with their signs, so that errors in two places cancel each other. The *length* of the difference squares them first."
)
def signed_sum(f, by_hand, x, h=1e-5):
    return compared(lambda a, b: np.sum(a - b) / max(norm(a) + norm(b), 1e-300))(f, by_hand, x, h)


@check_gradient.mistake(
    "Your step is always 1e-5: the argument `h` is never used. Whoever calls with another step wants that one."
)
def check_with_a_fixed_step(f, by_hand, x, h=1e-5):
    return compared(relative)(f, by_hand, x)


@check_gradient.mistake(
    "You answered with yes or no. The relative error is asked for, a number: how small is small enough, the caller decides."
)
def yes_or_no(f, by_hand, x, h=1e-5):
    return compared(relative)(f, by_hand, x, h) < 1e-6


@check_gradient.mistake(
    "You returned one error for each place. One number for the whole gradient is asked for, made of three lengths."
)
def place_by_place(f, by_hand, x, h=1e-5):
    return compared(lambda a, b: np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-300))(f, by_hand, x, h)


@check_gradient.mistake(
    "You wrote the probes into `x`, or into a copy of it, which holds whole numbers: 2 + 0.00001 is cut off to 2, and every slope is 0. Add an array of floats instead."
)
def copies_of_whole_numbers(f, by_hand, x, h=1e-5):
    measured = np.zeros(len(x))
    for place in range(len(x)):
        right, left = x.copy(), x.copy()
        right[place] = right[place] + h
        left[place] = left[place] - h
        measured[place] = (f(right) - f(left)) / (2 * h)
    return relative(by_hand(x), measured)


@check_gradient.mistake(
    "You changed `x` while probing and compare with `by_hand` at a place that is no longer the one you were given. The array belongs to the caller; make new arrays for the probes."
)
def check_in_place(f, by_hand, x, h=1e-5):
    measured = np.zeros(len(x))
    for place in range(len(x)):
        x[place] = x[place] + h
        right = f(x)
        x[place] = x[place] - 2 * h
        measured[place] = (right - f(x)) / (2 * h)
    return relative(by_hand(x), measured)


def differences(f, x, h):
    return np.array([(f(x + step) - f(x - step)) / (2 * h) for step in h * np.eye(len(x))])


@check_gradient.mistake(
    "You used `by_hand` as if it were an array. It is a function: it must be called, with `x`, before there is a gradient to compare."
)
def by_hand_not_called(f, by_hand, x, h=1e-5):
    b = differences(f, x, h)
    return norm(by_hand - b) / (norm(by_hand) + norm(b))


@check_gradient.mistake(
    "You return 0 as soon as *one* of the two is all zeros. Then they don't agree at all: the formula gives 1. Only where *both* are zeros is there nothing to divide by."
)
def zero_if_one_is(f, by_hand, x, h=1e-5):
    a, b = by_hand(x), differences(f, x, h)
    return norm(a - b) / (norm(a) + norm(b)) if np.any(a) and np.any(b) else 0


@check_gradient.mistake(
    "You compared the largest numbers. The double bars in the formula are *lengths*, to which all the places contribute."
)
def largest_places(f, by_hand, x, h=1e-5):
    a, b = by_hand(x), differences(f, x, h)
    size = np.max(np.abs(a)) + np.max(np.abs(b))
    return np.max(np.abs(a - b)) / size if size else 0


@check_gradient.also_right
def with_numpy(f, by_hand, x, h=1e-5):
    x = np.array(x, dtype=float)
    measured = []
    for place in range(len(x)):
        before = x[place]
        x[place] = before + h
        right = f(x)
        x[place] = before - h
        left = f(x)
        x[place] = before
        measured.append((right - left) / (2 * h))
    claimed = np.array(by_hand(x))
    difference = math.sqrt(sum((claimed - measured) ** 2))
    if difference == 0:
        return 0
    return difference / (math.sqrt(sum(claimed**2)) + math.sqrt(sum(number**2 for number in measured)))


check_gradient.equivalent("measured = np.ones(len(x))", because="every place of the array is written before it is used")
check_gradient.equivalent(
    "return np.linalg.norm(measured - claimed) / sizes if sizes > 0 else 0.0",
    because="the length of a difference is the same both ways round",
)


mse_and_gradient = Exercise(
    concepts=["gradient", "mean squared error", "chain rule", "partial derivative"],
    minutes=20,
    hints=[
        "Which array holds everything that both results need? Work it out first, and give it a name.",
        "For one house: the square of the residual has the slope 2 · residual, times how fast the residual moves. How fast does it move with the intercept? With the weight of a column?",
        "For all houses, take the average. Along the weight of a column that is a sum of products of two arrays, the column and the residuals: a dot product. For all columns at once, a matrix product with the table, turned so that its columns become rows.",
        "`np.append(number, array)` makes one array of a number and an array.",
    ],
)


def error_and_slopes(given):
    """The error and the gradient that came back."""
    holds(
        isinstance(given, tuple | list) and len(given) == 2,
        "Two things should come back: the mean squared error and its gradient.",
        given,
    )
    return given


def judged(answer, X, y, weights, rtol=1e-8):
    """Both results against the definition: the error by its formula, each slope by the residuals of one row at a time."""
    error, slopes = error_and_slopes(answer(X, y, weights))
    residuals = [weights[0] + float(row @ weights[1:]) - price for row, price in zip(X, y, strict=True)]
    close(error, math.fsum(r * r for r in residuals) / len(y), rtol=rtol, what="The mean squared error")
    rows = [[1.0, *row] for row in X.tolist()]
    expected = [
        math.fsum(2 * r * row[k] for r, row in zip(residuals, rows, strict=True)) / len(y) for k in range(len(weights))
    ]
    close(slopes, expected, rtol=rtol, atol=1e-9, what="The gradient")


@mse_and_gradient.test("the two houses of the text: an error of 1 and the gradient [-2, -3]")
def _(answer):
    X, y = np.array([[1.0], [2.0]]), np.array([2.0, 3.0])
    error, slopes = error_and_slopes(answer(X, y, np.array([0.0, 1.0])))
    close(error, 1.0, what="The mean squared error")
    close(slopes, [-2.0, -3.0], what="The gradient")


@mse_and_gradient.test(
    "with one house, the slope along a weight is 2 · residual · property, along the intercept 2 · residual"
)
def _(answer):
    X, y = np.array([[10.0, -1.0]]), np.array([4.0])
    error, slopes = error_and_slopes(answer(X, y, np.array([1.0, 0.5, 3.0])))
    close(error, 1.0, what="The mean squared error")
    close(slopes, [-2.0, -20.0, 2.0], what="The gradient")


@mse_and_gradient.test("where the model is right for every house, error and gradient are 0")
def _(answer):
    X = np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 5.0]])
    error, slopes = error_and_slopes(answer(X, 2 + X @ np.array([1.5, -0.5]), np.array([2.0, 1.5, -0.5])))
    close(error, 0.0, what="The mean squared error")
    close(slopes, [0, 0, 0], what="The gradient")


@mse_and_gradient.test("table, prices and weights stay as they were")
def _(answer):
    X, y, weights = (
        np.array([[1.0, 4.0], [2.0, 0.0], [5.0, 1.0]]),
        np.array([2.0, 3.0, -1.0]),
        np.array([0.5, 1.0, -1.0]),
    )
    with unchanged(X=X, y=y, weights=weights):
        judged(answer, X, y, weights)


@mse_and_gradient.test("any number of houses and properties", points=2, hidden=True)
def _(answer, rng):
    for rows, columns in ((1, 1), (5, 1), (4, 4), (30, 3), (3, 6)):
        X, y, weights = rng.normal(size=(rows, columns)), rng.normal(size=rows), rng.normal(size=columns + 1)
        judged(answer, X, y, weights)


@mse_and_gradient.test(
    "real houses: away from the least-squares solution the slopes are right, and at it they are 0",
    points=2,
    hidden=True,
)
def _(answer):
    houses = datasets.load("ames")
    X = houses[["Gr_Liv_Area", "Year_Built", "Garage_Area"]].to_numpy(dtype=float) / [1000, 1000, 1000]
    y = houses["Sale_Price"].to_numpy(dtype=float) / 100_000
    judged(answer, X[::20], y[::20], np.array([0.5, 1.0, -0.2, 0.3]))
    best = np.linalg.lstsq(np.column_stack([np.ones(len(y)), X]), y, rcond=None)[0]
    _, slopes = error_and_slopes(answer(X, y, best))
    close(slopes, np.zeros(4), atol=1e-8, what="The gradient at the least-squares solution")


@mse_and_gradient.test(
    "with prices in dollars and areas in square feet, eight digits of each slope are right", hidden=True
)
def _(answer):
    houses = datasets.load("ames")[::25]
    X = houses[["Gr_Liv_Area", "Lot_Area", "Year_Built"]].to_numpy(dtype=float)
    y = houses["Sale_Price"].to_numpy(dtype=float)
    for weights in ([0.0, 0.0, 0.0, 0.0], [20_000.0, 90.0, 0.5, 3.0]):
        judged(answer, X, y, np.array(weights), rtol=1e-8)


@mse_and_gradient.test("very large units beside very small ones: eight digits of each slope are right", hidden=True)
def _(answer, rng):
    # No step of one size suits both tables: in the first the error is huge beside the slopes, in the second it runs away.
    for price, size in ((1e6, 1e-6), (1e-6, 1e6)):
        X, y = size * rng.uniform(1, 2, size=(12, 2)), price * rng.uniform(5, 6, size=12)
        weights = price * rng.uniform(0.5, 1, size=3) / np.array([1, size, size])
        judged(answer, X, y, weights, rtol=1e-8)


def fitted(error=None, intercept=None, along=None, residual=None):
    """A right answer with parts that can be replaced by wrong ones."""

    def answer(X, y, weights):
        r = residual(X, y, weights) if residual else weights[0] + X @ weights[1:] - y
        mse = error(r) if error else np.mean(r**2)
        first = intercept(r) if intercept else 2 * np.mean(r)
        rest = along(X, r) if along else 2 * X.T @ r / len(y)
        return mse, np.append(first, rest)

    return answer


@mse_and_gradient.mistake(
    "The 2 got lost: the slope of $u^2$ is $2u$, along the intercept as well as along the weights."
)
def without_two(X, y, weights):
    return fitted(intercept=np.mean, along=lambda X, r: X.T @ r / len(r))(X, y, weights)


@mse_and_gradient.mistake(
    "You added up over the houses and did not divide by their number. The error is a *mean*, so its gradient is one too. With ten times as many houses it must not become ten times as long."
)
def without_n(X, y, weights):
    return fitted(intercept=lambda r: 2 * np.sum(r), along=lambda X, r: 2 * X.T @ r)(X, y, weights)


@mse_and_gradient.mistake(
    "Error and gradient are sums over the houses. *Mean* squared error: both have to be divided by the number of houses."
)
def sums(X, y, weights):
    return fitted(error=lambda r: r @ r, intercept=lambda r: 2 * np.sum(r), along=lambda X, r: 2 * X.T @ r)(
        X, y, weights
    )


@mse_and_gradient.mistake(
    "You forgot the inner derivative: along a weight, the residual moves as fast as the *property* of the house. A large house pulls harder on the weight of the area than a small one."
)
def inner_derivative_forgotten(X, y, weights):
    return fitted(along=lambda X, r: np.full(X.shape[1], 2 * np.mean(r)))(X, y, weights)


@mse_and_gradient.mistake(
    "Your gradient has the opposite sign. With the residual as *truth minus prediction*, its inner derivative is minus the property: the minus sign got lost."
)
def sign_lost(X, y, weights):
    return fitted(intercept=lambda r: -2 * np.mean(r), along=lambda X, r: -2 * X.T @ r / len(r))(X, y, weights)


@mse_and_gradient.mistake(
    "You left the intercept out of the prediction. The first of the weights is added to every house."
)
def no_intercept_in_the_prediction(X, y, weights):
    return fitted(residual=lambda X, y, weights: X @ weights[1:] - y)(X, y, weights)


@mse_and_gradient.mistake(
    "The gradient lacks its first number, the slope along the intercept: it must be as long as `weights`. How fast does a residual move with the intercept?"
)
def no_slope_for_the_intercept(X, y, weights):
    r = weights[0] + X @ weights[1:] - y
    return np.mean(r**2), 2 * X.T @ r / len(y)


@mse_and_gradient.mistake(
    "Along the intercept you put a 0, as for a constant. But the intercept is what moves there: with it, every residual moves just as fast."
)
def zero_for_the_intercept(X, y, weights):
    return fitted(intercept=lambda r: 0.0)(X, y, weights)


@mse_and_gradient.mistake(
    "The slope along the intercept stands at the end. The gradient is in the order of `weights`: the intercept first."
)
def intercept_at_the_end(X, y, weights):
    mse, slopes = fitted()(X, y, weights)
    return mse, np.roll(slopes, -1)


@mse_and_gradient.mistake(
    "You took the last weight for the intercept. `weights[0]` is the intercept, and `weights[1]` belongs to the first column."
)
def last_weight_as_intercept(X, y, weights):
    mse, slopes = fitted()(X, y, np.roll(weights, 1))
    return mse, np.roll(slopes, -1)


@mse_and_gradient.mistake(
    "The root is too much: that would be the *root* mean squared error. Here the mean of the squares itself is asked for."
)
def root_taken(X, y, weights):
    return fitted(error=lambda r: np.sqrt(np.mean(r**2)))(X, y, weights)


@mse_and_gradient.mistake(
    "You took the mean first and the square afterwards. Then too high and too low cancel; square each residual, then take the mean."
)
def square_of_the_mean(X, y, weights):
    return fitted(error=lambda r: np.mean(r) ** 2)(X, y, weights)


@mse_and_gradient.mistake(
    "The 2 is right along the weights and missing along the intercept. Both are slopes of the same squares."
)
def two_missing_at_the_intercept(X, y, weights):
    return fitted(intercept=np.mean)(X, y, weights)


@mse_and_gradient.mistake(
    "The gradient along the weights is divided by the number of *columns*. The mean is taken over the houses, the rows."
)
def divided_by_columns(X, y, weights):
    return fitted(along=lambda X, r: 2 * X.T @ r / X.shape[1])(X, y, weights)


@mse_and_gradient.mistake(
    "You squared the residuals in the gradient as well. The square is gone after the first step: the slope of $u^2$ is $2u$."
)
def squares_in_the_gradient(X, y, weights):
    return fitted(intercept=lambda r: 2 * np.mean(r**2), along=lambda X, r: 2 * X.T @ r**2 / len(r))(X, y, weights)


@mse_and_gradient.mistake(
    "You returned the gradient alone. Two things are asked for: the error and its gradient, with a comma between them."
)
def gradient_only(X, y, weights):
    return fitted()(X, y, weights)[1]


@mse_and_gradient.mistake(
    "The slopes are probed and not worked out. With prices in dollars the error is in the billions, and a short step loses most of its digits. Which slope has the square of a residual, by the chain rule?"
)
def probed(X, y, weights):
    def mse(weights):
        return np.mean((weights[0] + X @ weights[1:] - y) ** 2)

    slopes = [(mse(weights + step) - mse(weights - step)) / 2e-5 for step in 1e-5 * np.eye(len(weights))]
    return mse(weights), np.array(slopes)


@mse_and_gradient.mistake(
    "The slopes are probed and not worked out. The error is a sum of squares, so a long step sees no bend here; but it must suit the units, and with very large ones beside very "
    "small ones it loses the digits. Which slope has the square of a residual, by the chain rule?"
)
def probed_with_a_long_step(X, y, weights):
    def mse(weights):
        return np.mean((weights[0] + X @ weights[1:] - y) ** 2)

    slopes = [(mse(weights + step) - mse(weights - step)) / 2 for step in np.eye(len(weights))]
    return mse(weights), np.array(slopes)


@mse_and_gradient.mistake(
    "Along the weights you took the average, along the intercept the sum. All slopes belong to the same mean: divide there as well."
)
def intercept_summed(X, y, weights):
    return fitted(intercept=lambda r: 2 * np.sum(r))(X, y, weights)


@mse_and_gradient.mistake(
    "You averaged the residuals and the properties apart, and multiplied the averages. Each residual belongs to *its* house: multiply first, average afterwards."
)
def averages_multiplied(X, y, weights):
    return fitted(along=lambda X, r: 2 * np.mean(r) * X.mean(axis=0))(X, y, weights)


@mse_and_gradient.mistake(
    "You returned the error alone. Two things are asked for: the mean squared error and its gradient, with a comma between them."
)
def error_only(X, y, weights):
    return fitted()(X, y, weights)[0]


@mse_and_gradient.mistake(
    "You used the first column alone. There may be more of them, each with a weight of its own; a matrix product takes them all."
)
def first_column_only(X, y, weights):
    r = weights[0] + X[:, 0] * weights[1] - y
    return np.mean(r**2), np.array([2 * np.mean(r), 2 * np.mean(r * X[:, 0])])


@mse_and_gradient.also_right
def with_a_column_of_ones(X, y, weights):
    ones = np.column_stack([np.ones(len(y)), X])
    r = ones @ weights - y
    return float(r @ r) / len(y), (2 / len(y) * ones.T @ r).tolist()


@mse_and_gradient.also_right
def column_by_column(X, y, weights):
    r = y - weights[0]
    for column in range(X.shape[1]):
        r = r - weights[column + 1] * X[:, column]
    slopes = [-2 * np.mean(r)]
    for column in range(X.shape[1]):
        slopes.append(-2 * np.mean(r * X[:, column]))
    return np.mean(r * r), slopes
