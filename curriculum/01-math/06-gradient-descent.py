"""Exercises of 01-math/06-gradient-descent."""

import math

import numpy as np

from autograder import datasets
from autograder.compare import close, equal, holds, raises, same_items, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="c",
    distractors={
        "a": "[4, 3] is the gradient itself. It points to where f *grows* fastest, and you want to get down.",
        "b": "[-3, 4] stands at a right angle to the gradient: its dot product with [4, 3] is 0. That way f stays, at "
        "first, as high as it is.",
        "d": "Turning round only one of the two numbers gives neither the way up nor the way down. The whole arrow has "
        "to be turned round.",
    },
    concepts=["gradient"],
    hints=[
        "What did the lesson before this one say about the direction in which the gradient points?",
        "It points straight uphill. Which arrow points the opposite way?",
    ],
)

warmup_2 = Choice(
    correct="d",
    distractors={
        "a": "Residuals of both signs cancel in a plain sum: the line may be 100 too high here and 100 too low there, "
        "and the sum is 0.",
        "b": "That is a good measure too, but not the one least *squares* takes. What does the name say?",
        "c": "The largest residual alone would let a single odd point decide. Least squares asks all of them.",
    },
    concepts=["least squares"],
    hints=[
        "A residual is what you saw minus what the line says. Why may they not simply be added up?",
        "The method is called least squares: what is least, and of what?",
    ],
)


def courier_gradient(w):
    """The slope of the courier's loss of the text, 4 (w - 4), for an array with one number."""
    return 4.0 * (np.asarray(w, dtype=float) - 4.0)


def courier_loss(w):
    """The courier's loss of the text, 5/3 + 2 (w - 4)²."""
    w = np.asarray(w, dtype=float)
    return float(5.0 / 3.0 + 2.0 * (w[0] - 4.0) ** 2)


def bowl(rng, dimension):
    """A random bowl: the matrix that gives its gradient, and its lowest point."""
    turn, _ = np.linalg.qr(rng.normal(size=(dimension, dimension)))
    return turn @ np.diag(rng.uniform(0.5, 3.0, size=dimension)) @ turn.T, rng.normal(size=dimension) * 3


def counted(function):
    """The function, and a list that grows by one point for each call of it."""
    asked = []

    def counting(point):
        asked.append(np.array(point, dtype=float))
        return function(point)

    return counting, asked


descent_step = Exercise(
    concepts=["gradient descent", "gradient", "step size"],
    minutes=4,
    hints=[
        "The gradient points uphill. What must you do with it to go down?",
        "How far you go is the step size times the slopes. All the numbers of the point move at once, place by place.",
    ],
)


@descent_step.test("the courier's first step leads from 0 to 1.6")
def _(answer):
    close(answer(courier_gradient, np.array([0.0]), 0.1), [1.6], what="The next point")


def coupled_gradient(p):
    return np.array([2 * p[0] + p[1], p[0] + 2 * p[1]])


@descent_step.test("two numbers move in one step: the example leads from [2, 1] to [1.5, 0.6]")
def _(answer):
    close(answer(coupled_gradient, np.array([2.0, 1.0]), 0.1), [1.5, 0.6], what="The next point")


@descent_step.test("the point that was handed in stays as it was")
def _(answer):
    point = np.array([2.0, -1.0])
    with unchanged(point=point):
        answer(coupled_gradient, point, 0.3)


@descent_step.test("in any dimension and with any step size the step is the one of the rule", points=2, hidden=True)
def _(answer, rng):
    for dimension in (1, 2, 5, 12):
        matrix, lowest = bowl(rng, dimension)
        point = rng.normal(size=dimension) * 4
        step_size = rng.uniform(0.05, 0.9)
        away = point - lowest
        expected = lowest + (np.eye(dimension) - step_size * matrix) @ away
        close(answer(lambda p, m=matrix, at=lowest: m @ (p - at), point, step_size), expected, what="The next point")


@descent_step.mistake(
    "You went *up*: the gradient points to where the function grows, and you added it. Which sign takes you down?"
)
def uphill(gradient, point, step_size):
    return point + step_size * gradient(point)


@descent_step.mistake(
    "You went down by the whole gradient. Where the ground is steep that is a leap across the valley; the step size says "
    "which part of it you take."
)
def whole_gradient(gradient, point, step_size):
    return point - gradient(point)


@descent_step.mistake("That is the step, not the place where it leads to. Walk it: from which point does it start?")
def only_the_step(gradient, point, step_size):
    return -step_size * gradient(point)


@descent_step.mistake(
    "You moved one number, asked for the gradient anew, and then moved the next. So the second slope belongs to another "
    "point than the first. A gradient is one arrow at one place: read all its numbers there, then move them together."
)
def one_after_the_other(gradient, point, step_size):
    point = point.copy()
    for place in range(len(point)):
        point[place] = point[place] - step_size * gradient(point)[place]
    return point


@descent_step.mistake(
    "The step is right, but you wrote it into `point` itself, as `point -= …` does. That array belongs to the caller, who "
    "may still want to know where the walk began. Which way of writing it makes a new array?"
)
def in_place(gradient, point, step_size):
    point -= step_size * gradient(point)
    return point


@descent_step.mistake(
    "You shrank the gradient to length 1 first, so every step is equally long. Then the walk can't slow down near the "
    "bottom and jumps to and fro across it. The rule takes the gradient as long as it is."
)
def always_the_same_length(gradient, point, step_size):
    slopes = gradient(point)
    return point - step_size * slopes / np.linalg.norm(slopes)


@descent_step.mistake(
    "You divided by the step size. A *small* step size then gives a huge leap. Should the step grow with it or shrink?"
)
def divided(gradient, point, step_size):
    return point - gradient(point) / step_size


@descent_step.mistake(
    "You multiplied the *point*, so a point at 0 can never leave. The step is added to the place where you stand, "
    "wherever zero happens to be."
)
def scaled_the_point(gradient, point, step_size):
    return point * (1 - step_size * gradient(point))


@descent_step.mistake(
    "`gradient` is a function, and you multiplied the function itself. A function has no slopes until it is called: at "
    "which point do you want to know them?"
)
def function_not_called(gradient, point, step_size):
    return point - step_size * gradient


@descent_step.mistake(
    "You took the point away from the step, so the result has the wrong sign. Begin at the point and go on from there."
)
def step_minus_point(gradient, point, step_size):
    return step_size * gradient(point) - point


@descent_step.also_right
def place_by_place(gradient, point, step_size):
    slopes = gradient(point)
    return [point[i] - step_size * slopes[i] for i in range(len(point))]


@descent_step.also_right
def against_the_gradient(gradient, point, step_size):
    return point + step_size * -np.asarray(gradient(point))


descend = Exercise(
    concepts=["gradient descent", "stopping rule", "convergence"],
    minutes=8,
    hints=[
        "At the bottom of a valley the ground is flat. Which number tells how steep it is where you stand, in any "
        "dimension?",
        "In each round: ask for the gradient, look whether it is short enough to stop, and only then take the step.",
        "Two ways out lead to a `return`: flat enough (how many steps have you taken by then?), or all rounds used up.",
    ],
)


def is_pair(result):
    """A pair of the last point and the number of steps."""
    holds(
        isinstance(result, tuple | list) and len(result) == 2,
        "It should return two things, first the point and then the number of steps, with a comma between them, on every "
        "way out.",
        result,
    )


def check_walk(result, point, steps):
    """The right pair."""
    is_pair(result)
    close(result[0], point, what="The point")
    equal(result[1], steps, what="The number of steps")


@descend.test("with step size 0.25 the courier is there after one step")
def _(answer):
    check_walk(answer(courier_gradient, np.array([0.0]), 0.25, 1e-6, 100), [4.0], 1)


@descend.test("after max_steps it gives up, and tells where it has come to")
def _(answer):
    result = answer(courier_gradient, np.array([0.0]), 0.1, 1e-6, 3)
    is_pair(result)
    there = np.allclose(np.asarray(result[0], dtype=float), [3.136])
    holds(
        not (there and result[1] == 2),
        "It took all 3 steps and reports 2. After the last round of `range(3)` the loop variable stands at 2, the number "
        "of the round, not at the number of steps taken.",
        result[1],
        3,
    )
    holds(
        not np.allclose(np.asarray(result[0], dtype=float), [3.4816]),
        "It took 4 steps, and `max_steps` is 3. Which number of steps taken is the last at which one more is allowed?",
        result[1],
        3,
    )
    check_walk(result, [3.136], 3)
    try:
        result = answer(courier_gradient, np.array([0.0]), 0.1, 1e-6, 0)
    except UnboundLocalError as error:
        holds(
            False,
            "With `max_steps` 0 the loop has no round, so what is set only inside it doesn't exist afterwards: "
            f"{error}. What is true before the first round?",
        )
    is_pair(result)
    holds(
        np.allclose(np.asarray(result[0], dtype=float), [0.0]),
        "With `max_steps` 0 no step may be taken. You count them only after one is done; look *before* it.",
        result[0],
        [0.0],
    )
    check_walk(result, [0.0], 0)


def identity(p):
    return np.asarray(p, dtype=float)


@descend.test("it is the length of the whole gradient that counts, and `tolerance` itself is short enough")
def _(answer):
    # The gradient of half the squared distance is the point itself; step size 0.5 halves it.
    check_walk(answer(identity, np.array([3.0, 4.0]), 0.5, 5.0, 50), [3.0, 4.0], 0)
    check_walk(answer(identity, np.array([3.0, 4.0]), 0.5, 4.99, 50), [1.5, 2.0], 1)
    check_walk(answer(identity, np.array([2.0, -2.0]), 0.5, 1.0, 50), [0.5, -0.5], 2)
    check_walk(answer(identity, np.array([0.0, -8.0]), 0.5, 1.0, 50), [0.0, -1.0], 3)


@descend.test("the start that was handed in stays as it was")
def _(answer):
    start = np.array([3.0, -5.0])
    with unchanged(start=start):
        answer(identity, start, 0.5, 0.1, 20)


@descend.test("in a round bowl it stops after exactly as many steps as calculation says", points=2, hidden=True)
def _(answer, rng):
    for dimension in (1, 2, 6):
        curvature, lowest = rng.uniform(0.5, 4.0), rng.normal(size=dimension) * 5
        way = rng.normal(size=dimension)
        way *= 10 / np.linalg.norm(way)
        shrink = rng.uniform(0.3, 0.8)
        wanted = int(rng.integers(4, 30))
        tolerance = curvature * 10 * shrink ** (wanted - 0.5)
        result = answer(
            lambda p, c=curvature, at=lowest: c * (p - at), lowest + way, (1 - shrink) / curvature, tolerance, 200
        )
        check_walk(result, lowest + shrink**wanted * way, wanted)


def walk(gradient, start, step_size, tolerance, max_steps, flat, sign=-1):
    """A descent with a part that can be replaced by a wrong one."""
    point = start
    for step in range(max_steps):
        slopes = gradient(point)
        if flat(slopes, tolerance, step_size):
            return point, step
        point = point + sign * step_size * slopes
    return point, max_steps


@descend.mistake(
    "You never stop early. The last steps of such a walk are taken on flat ground, and the caller can't see whether it "
    "arrived or was cut off. Where in the loop do you know that the ground is flat?"
)
def never_stops(gradient, start, step_size, tolerance, max_steps):
    return walk(gradient, start, step_size, tolerance, max_steps, lambda slopes, *_: False)


@descend.mistake(
    "You stop when the *step* is short. But a step is short for two reasons, flat ground or a small step size, and with "
    "a tiny step size you would stop on the steepest slope. Measure the gradient itself."
)
def stops_at_a_short_step(gradient, start, step_size, tolerance, max_steps):
    return walk(
        gradient, start, step_size, tolerance, max_steps,
        lambda slopes, tolerance, step_size: step_size * np.linalg.norm(slopes) <= tolerance,
    )  # fmt: skip


@descend.mistake(
    "You compared the numbers of the gradient with `tolerance` as they are. A slope of -8 is *steep*, and yet it is "
    "smaller than any tolerance. What measures the steepness without its direction?"
)
def negative_is_flat(gradient, start, step_size, tolerance, max_steps):
    return walk(
        gradient, start, step_size, tolerance, max_steps, lambda slopes, tolerance, _: np.all(slopes <= tolerance)
    )


@descend.mistake(
    "You added up the numbers of the gradient. In [2, -2] they cancel, although the ground is steep: rising to the "
    "right, falling to the front. What is the measure of a whole arrow, from the first lesson?"
)
def sum_of_slopes(gradient, start, step_size, tolerance, max_steps):
    return walk(
        gradient, start, step_size, tolerance, max_steps, lambda slopes, tolerance, _: abs(np.sum(slopes)) <= tolerance
    )


@descend.mistake(
    "You looked at the largest slope, each direction by itself. The statement asks for the length of the gradient, which "
    "takes all of them together: [3, 4] has length 5."
)
def largest_slope(gradient, start, step_size, tolerance, max_steps):
    return walk(
        gradient, start, step_size, tolerance, max_steps,
        lambda slopes, tolerance, _: np.max(np.abs(slopes)) <= tolerance,
    )  # fmt: skip


@descend.mistake(
    "You stop already when *one* of the slopes is small. Halfway down a gutter the ground is level from left to right, "
    "and still it goes down ahead. The length of the gradient asks all directions."
)
def any_flat_direction(gradient, start, step_size, tolerance, max_steps):
    return walk(
        gradient, start, step_size, tolerance, max_steps,
        lambda slopes, tolerance, _: np.any(np.abs(slopes) <= tolerance),
    )  # fmt: skip


@descend.mistake(
    "Almost: you go on where the length is exactly `tolerance`. The statement says *at most* `tolerance` is short enough."
)
def strictly_below(gradient, start, step_size, tolerance, max_steps):
    return walk(
        gradient, start, step_size, tolerance, max_steps,
        lambda slopes, tolerance, _: np.linalg.norm(slopes) < tolerance,
    )  # fmt: skip


@descend.mistake(
    "You take the step first and look afterwards, at the slopes of the place that you have just left. So each walk is "
    "one step too long, and one that begins at the bottom leaves it. Look before you leap."
)
def looks_after_the_step(gradient, start, step_size, tolerance, max_steps):
    point = start
    for step in range(max_steps):
        slopes = gradient(point)
        point = point - step_size * slopes
        if np.linalg.norm(slopes) <= tolerance:
            return point, step + 1
    return point, max_steps


@descend.mistake(
    "The walk is right, your count is one too high. In the first round of `for step in range(…)`, how many steps have "
    "you taken *before* you look?"
)
def counts_one_more(gradient, start, step_size, tolerance, max_steps):
    point = start
    for step in range(max_steps):
        slopes = gradient(point)
        if np.linalg.norm(slopes) <= tolerance:
            return point, step + 1
        point = point - step_size * slopes
    return point, max_steps


@descend.mistake(
    "You went *up*: the gradient was added. Each step makes the ground steeper, so no stopping rule can ever help."
)
def climbs(gradient, start, step_size, tolerance, max_steps):
    with np.errstate(all="ignore"):
        return walk(
            gradient, start, step_size, tolerance, max_steps,
            lambda slopes, tolerance, _: np.linalg.norm(slopes) <= tolerance, sign=1,
        )  # fmt: skip


@descend.mistake(
    "The result is right, but `point -= …` wrote into the caller's `start`, because `point = start` gives the same array "
    "a second name. How do you make a new array in each step?"
)
def writes_into_start(gradient, start, step_size, tolerance, max_steps):
    point = start
    for step in range(max_steps):
        slopes = gradient(point)
        if np.linalg.norm(slopes) <= tolerance:
            return point, step
        point -= step_size * slopes
    return point, max_steps


@descend.also_right
def with_while(gradient, start, step_size, tolerance, max_steps):
    point, steps = np.array(start, dtype=float), 0
    while steps < max_steps and math.sqrt(sum(s * s for s in gradient(point))) > tolerance:
        point -= step_size * gradient(point)
        steps += 1
    return point, steps


@descend.also_right
def with_break(gradient, start, step_size, tolerance, max_steps):
    point, steps = start.copy(), 0
    for _ in range(max_steps):
        slopes = gradient(point)
        if slopes @ slopes <= tolerance**2 * (1 + 1e-12):
            break
        point = point - step_size * slopes
        steps = steps + 1
    return [point, steps]


slow_runs = Choice(
    correct="b",
    distractors={
        "a": "For A that is right. But in run C the second number already jumps from one side of the valley to the other "
        "in every step; a larger step makes that worse.",
        "c": "For C that is right. But run A goes straight in one direction and has hardly moved: with a smaller step it "
        "would take even longer.",
        "d": "It is the other way round. Look at the signs in the table: one run keeps its side and is slow, the other "
        "one changes sides in every step.",
    },
    points=2,
    minutes=2,
    concepts=["step size", "loss curve"],
    hints=[
        "What do the signs in the table tell: does a run come down on one side, or does it jump across?",
        "Jumping across means that the step is close to the largest one that still converges.",
    ],
)

watched_descent = Exercise(
    concepts=["divergence", "gradient descent"],
    minutes=8,
    hints=[
        "With which loss do you compare to see that the walk is worse off than when it began?",
        "A comparison with `nan` is always false, so `>` alone doesn't notice it. `np.isfinite(x)` is true for an ordinary "
        "number and false for nan and the infinite.",
        "In each round: step, loss of the new point, look at it, and only then put it on the list.",
    ],
)


def ladder(losses_by_place):
    """A made-up landscape walked by whole numbers: the loss of each place, and a slope of 1 everywhere."""

    def loss(p):
        return float(losses_by_place[round(float(p[0]))])

    return loss, lambda p: np.ones(1)


@watched_descent.test("a good walk returns the loss at the start and after each step, and leaves `start` as it was")
def _(answer):
    expected = [5 / 3 + 2 * (4 * 0.6**k) ** 2 for k in range(5)]
    start = np.array([0.0])
    with unchanged(start=start):
        close(answer(courier_loss, courier_gradient, start, 0.1, 4), expected, what="The list of losses")
    close(answer(courier_loss, courier_gradient, np.array([0.0]), 0.1, 0), expected[:1], what="The list of losses")


@watched_descent.test("step size 0.6 is stopped at the first step, with a ValueError that speaks of divergence")
def _(answer):
    gradient, asked = counted(courier_gradient)
    with raises(ValueError, says="diverge"):
        answer(courier_loss, gradient, np.array([0.0]), 0.6, 50)
    equal(len(asked), 1, what="The number of times that the gradient was asked for")


@watched_descent.test("losses that rise for a while, yet not above the start, are no divergence")
def _(answer):
    loss, gradient = ladder({10: 9, 9: 4, 8: 6, 7: 2, 6: 8})
    close(answer(loss, gradient, np.array([10.0]), 1.0, 4), [9, 4, 6, 2, 8], what="The list of losses")


@watched_descent.test("neither is a loss exactly as high as the one at the start")
def _(answer):
    highest = 5 / 3 + 32
    got = answer(courier_loss, courier_gradient, np.array([0.0]), 0.5, 3)
    close(got, [highest, highest, highest, highest], what="The list of losses")


@watched_descent.test("a loss that is nan stops it too")
def _(answer):
    def loss(p):
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(p[0] - np.log(p[0]))

    gradient, asked = counted(lambda p: 1 - 1 / p)
    with raises(ValueError, says="diverge"):
        answer(loss, gradient, np.array([5.0]), 10.0, 20)
    equal(len(asked), 1, what="The number of times that the gradient was asked for")


@watched_descent.test("it stops there and then, even if the walk would come back later", points=2, hidden=True)
def _(answer, rng):
    good = int(rng.integers(2, 6))
    heights = [9.0, *rng.uniform(5, 9, size=good), 9.0 + rng.uniform(0.01, 1), 3.0, 1.0, 0.5]
    loss, gradient = ladder({100 - place: height for place, height in enumerate(heights)})
    gradient, asked = counted(gradient)
    start = np.array([100.0])
    with unchanged(start=start), raises(ValueError, says="diverge"):
        answer(loss, gradient, start, 1.0, len(heights) - 1)
    equal(len(asked), good + 1, what="The number of times that the gradient was asked for")


def watched(loss, gradient, start, step_size, max_steps, bad):
    """A watched descent with an idea of what is bad that can be replaced by a wrong one."""
    point, losses = start, [loss(start)]
    for _ in range(max_steps):
        point = point - step_size * gradient(point)
        now = loss(point)
        if bad(now, losses):
            raise ValueError("the descent diverges")
        losses.append(now)
    return losses


@watched_descent.mistake(
    "`nan` slips through: every comparison with it is false, so `loss > first` never becomes true, and your walk goes on "
    "with numbers that mean nothing. Ask for an ordinary number as well."
)
def nan_slips_through(loss, gradient, start, step_size, max_steps):
    return watched(loss, gradient, start, step_size, max_steps, lambda now, losses: now > losses[0])


@watched_descent.mistake(
    "You wait until the loss is infinite or `nan`. With doubles that takes many useless steps, in which the loss grows "
    "and grows. A loss above the one at the start is reason enough."
)
def waits_for_infinity(loss, gradient, start, step_size, max_steps):
    with np.errstate(all="ignore"):
        return watched(loss, gradient, start, step_size, max_steps, lambda now, losses: not np.isfinite(now))


@watched_descent.mistake(
    "You compare with the loss *just before*. But a single step may well lead up a little, as with momentum or small "
    "batches, and the walk is still better off than at the start. Which loss is the one to compare with?"
)
def compares_with_the_last(loss, gradient, start, step_size, max_steps):
    return watched(
        loss, gradient, start, step_size, max_steps, lambda now, losses: not np.isfinite(now) or now > losses[-1]
    )


@watched_descent.mistake(
    "You stop at a loss as high as the one at the start, too. It has gained nothing, but it isn't *above*; the statement "
    "lets it go on."
)
def stops_when_equal(loss, gradient, start, step_size, max_steps):
    return watched(
        loss, gradient, start, step_size, max_steps, lambda now, losses: not np.isfinite(now) or now >= losses[0]
    )


@watched_descent.mistake(
    "You look only after the last step. Until then all the work is wasted, and a walk that went astray and came back by "
    "luck passes for a good one. Look after *each* step."
)
def looks_at_the_end(loss, gradient, start, step_size, max_steps):
    point, losses = start, [loss(start)]
    with np.errstate(all="ignore"):
        for _ in range(max_steps):
            point = point - step_size * gradient(point)
            losses.append(loss(point))
    if not np.isfinite(losses[-1]) or losses[-1] > losses[0]:
        raise ValueError("the descent diverges")
    return losses


@watched_descent.mistake(
    "You end the loop and return what you have. The caller gets a short list and takes it for a result; nothing says "
    "that the walk went wrong. What makes a program stop aloud?"
)
def ends_in_silence(loss, gradient, start, step_size, max_steps):
    point, losses = start, [loss(start)]
    for _ in range(max_steps):
        point = point - step_size * gradient(point)
        now = loss(point)
        if not np.isfinite(now) or now > losses[0]:
            break
        losses.append(now)
    return losses


@watched_descent.mistake(
    "The loss at the start is missing from your list. It's the first of the `max_steps + 1` numbers, and the one that "
    "all the others are compared with."
)
def without_the_start(loss, gradient, start, step_size, max_steps):
    return watched(
        loss, gradient, start, step_size, max_steps, lambda now, losses: not np.isfinite(now) or now > losses[0]
    )[1:]


@watched_descent.mistake(
    "The losses are right, but `point -= …` wrote into the caller's `start`: after `point = start` the array has two "
    "names. Who wants to try again with a smaller step size has lost the place to begin. Make a new array in each step."
)
def walks_with_the_start(loss, gradient, start, step_size, max_steps):
    point, losses = start, [loss(start)]
    for _ in range(max_steps):
        point -= step_size * gradient(point)
        now = loss(point)
        if not np.isfinite(now) or now > losses[0]:
            raise ValueError("the descent diverges")
        losses.append(now)
    return losses


@watched_descent.also_right
def counting_rounds(loss, gradient, start, step_size, max_steps):
    first = loss(start)
    losses, point = [first], np.array(start)
    while len(losses) <= max_steps:
        point = point - step_size * np.asarray(gradient(point))
        if not loss(point) <= first:
            raise ValueError("This walk diverges: try a smaller step size.")
        losses.append(loss(point))
    return np.array(losses)


best_step_size = Exercise(
    concepts=["learning-rate sweep", "step size", "divergence"],
    minutes=8,
    hints=[
        "What must be true of each run before it begins, so that the comparison is fair?",
        "Keep two things while you go through the list: the lowest loss so far and the step size it belongs to. What is "
        "the lowest loss before the first run?",
        "If the lowest loss starts out as the loss at `start`, then a run that ends higher, or at `nan`, can't win "
        "anything. And if nobody has won at the end, you know that, too.",
    ],
)


def chosen_by(answer, loss, gradient, start, sizes, steps, why):
    """What the answer chooses where there is something to choose."""
    try:
        with np.errstate(all="ignore"):
            return answer(loss, gradient, start, sizes, steps)
    except ValueError as error:
        holds(False, f"It raises a ValueError ({error}), though one of the runs does end below the start. {why}")


@best_step_size.test("the courier gets furthest in 5 steps with 0.3, out of 0.001, 0.1, 0.3 and 0.6")
def _(answer):
    why = "One run that goes astray, here that of 0.6, is no reason to give up the others."
    got = chosen_by(answer, courier_loss, courier_gradient, np.array([0.0]), [0.001, 0.1, 0.3, 0.6], 5, why)
    close(got, 0.3, what="The best step size")


@best_step_size.test("each run begins at the start again, whatever the order of the list")
def _(answer):
    start = np.array([0.0])
    with unchanged(start=start):
        close(answer(courier_loss, courier_gradient, start, [0.24, 0.001, 0.02], 3), 0.24, what="The best step size")
        close(answer(courier_loss, courier_gradient, start, [0.02, 0.24, 0.001], 3), 0.24, what="The best step size")


def steep_loss(p):
    with np.errstate(all="ignore"):
        return float(p[0] ** 4 - 2 * p[0] ** 2)


def steep_gradient(p):
    with np.errstate(all="ignore"):
        return 4 * p**3 - 4 * p


@best_step_size.test("a run that ends at nan never wins, wherever it stands in the list")
def _(answer):
    for sizes in ([0.9, 0.05, 0.01], [0.01, 0.05, 0.9], [0.01, 0.9, 0.05]):
        why = (
            "The run of 0.9 ends at `nan`, and every comparison with `nan` is false: whatever comes first or is kept as "
            "the best so far, nothing is ever less than `nan`."
        )
        got = chosen_by(answer, steep_loss, steep_gradient, np.array([3.0]), sizes, 12, why)
        holds(
            not np.array_equal(got, 0.9),
            f"From {sizes} it chose 0.9, whose run ends at `nan`. `np.argmin` takes `nan` for the smallest, and `min` keeps "
            "a `nan` that it meets first. Sort out what is no ordinary number before you compare.",
            got,
            0.05,
        )
        close(got, 0.05, what=f"The best step size of {sizes}")


@best_step_size.test("it is the loss at the end of a run that counts, not the lowest on the way")
def _(answer):
    # A valley like a V, with slope 1 on the right and -1 on the left. Step size 0.34 comes as near as 0.02 on its way,
    # 0.85 is ahead after one step, 0.34 after three; after four it is 0.23.
    why = "What counts is the loss at the end of each run, compared with the loss at `start`."
    sizes = [0.34, 0.85, 0.23, 0.3]
    got = chosen_by(answer, lambda p: float(abs(p[0])), lambda p: np.sign(p), np.array([1.0]), sizes, 4, why)
    close(got, 0.23, what="The best step size")


@best_step_size.test("when no run ends below the start, a ValueError asks for smaller step sizes")
def _(answer):
    with raises(ValueError, says="smaller"):
        answer(courier_loss, courier_gradient, np.array([0.0]), [0.5, 0.6, 0.9], 4)
    with raises(ValueError, says="smaller"), np.errstate(all="ignore"):
        answer(steep_loss, steep_gradient, np.array([3.0]), [0.9], 12)


@best_step_size.test("in a bowl of any steepness the best of many is found", points=2, hidden=True)
def _(answer, rng):
    for _ in range(3):
        curvature, lowest = rng.uniform(0.5, 20), rng.normal(size=2)
        sizes = rng.permutation(np.concatenate([np.geomspace(0.02, 1.7, 7), [2.3, 4.0]])) / curvature
        best = sizes[np.argmin(np.abs(1 - sizes * curvature))]
        got = answer(
            lambda p, c=curvature, at=lowest: float(c / 2 * np.sum((p - at) ** 2)),
            lambda p, c=curvature, at=lowest: c * (p - at),
            lowest + rng.normal(size=2) * 5,
            sizes.tolist(),
            4,
        )
        close(got, best, what="The best step size")


def last_losses(loss, gradient, start, step_sizes, steps):
    """The loss at the end of each run."""
    ends = []
    with np.errstate(all="ignore"):
        for step_size in step_sizes:
            point = start
            for _ in range(steps):
                point = point - step_size * gradient(point)
            ends.append(loss(point))
    return ends


def refuse(condition):
    if condition:
        raise ValueError("try smaller step sizes")


@best_step_size.mistake(
    "`nan` won: `np.argmin` takes the first `nan` for the smallest of all. The run that blew up is reported as the best. "
    "Keep such runs out before you compare."
)
def nan_wins(loss, gradient, start, step_sizes, steps):
    ends = last_losses(loss, gradient, start, step_sizes, steps)
    place = np.argmin(ends)
    refuse(ends[place] >= loss(start))
    return step_sizes[place]


@best_step_size.mistake(
    "When no run ends *below* the start, you still return one: the one that did the least harm, or one that ends just as "
    "high and has gained nothing. The caller would train with it. What must be true of a winner?"
)
def best_of_a_bad_lot(loss, gradient, start, step_sizes, steps):
    ends = last_losses(loss, gradient, start, step_sizes, steps)
    finite = [end if np.isfinite(end) else np.inf for end in ends]
    return step_sizes[int(np.argmin(finite))]


@best_step_size.mistake(
    "You took the lowest loss that a run *ever* had. A run with a large step may fly past the bottom by chance and end "
    "far from it. What you get in the end is the last point, so judge that."
)
def lowest_on_the_way(loss, gradient, start, step_sizes, steps):
    best, chosen = loss(start), None
    with np.errstate(all="ignore"):
        for step_size in step_sizes:
            point = start
            for _ in range(steps):
                point = point - step_size * gradient(point)
                if loss(point) < best:
                    best, chosen = loss(point), step_size
    refuse(chosen is None)
    return chosen


@best_step_size.mistake(
    "The second run went on where the first one had stopped, so the later ones inherit the work of the earlier ones. "
    "Set the point back to `start` *inside* the loop over the step sizes."
)
def goes_on_from_the_last_run(loss, gradient, start, step_sizes, steps):
    best, chosen, point = loss(start), None, start
    with np.errstate(all="ignore"):
        for step_size in step_sizes:
            for _ in range(steps):
                point = point - step_size * gradient(point)
            if loss(point) < best:
                best, chosen = loss(point), step_size
    refuse(chosen is None)
    return chosen


@best_step_size.mistake(
    "You took the largest step size that still comes down. Near the limit a walk jumps from side to side and gains little "
    "with each step. What does the loss at the end of each run say?"
)
def largest_that_comes_down(loss, gradient, start, step_sizes, steps):
    ends = last_losses(loss, gradient, start, step_sizes, steps)
    good = [size for size, end in zip(step_sizes, ends, strict=True) if end < loss(start)]
    refuse(not good)
    return max(good)


@best_step_size.mistake(
    "You took the smallest step size that comes down: safe, and the slowest of all. What does the loss at the end of each run say?"
)
def smallest_that_comes_down(loss, gradient, start, step_sizes, steps):
    ends = last_losses(loss, gradient, start, step_sizes, steps)
    good = [size for size, end in zip(step_sizes, ends, strict=True) if end < loss(start)]
    refuse(not good)
    return min(good)


def best_place(loss, gradient, start, step_sizes, steps):
    ends = last_losses(loss, gradient, start, step_sizes, steps)
    finite = [end if np.isfinite(end) else np.inf for end in ends]
    place = int(np.argmin(finite))
    refuse(finite[place] >= loss(start))
    return place, finite[place]


@best_step_size.mistake(
    "That is the *place* of the best step size in the list. The caller wants the step size itself; how do you get from "
    "the one to the other?"
)
def place_of_the_best(loss, gradient, start, step_sizes, steps):
    return best_place(loss, gradient, start, step_sizes, steps)[0]


@best_step_size.mistake(
    "That is the lowest *loss*. The caller wants to know with which step size it was reached, so remember that beside it."
)
def lowest_loss(loss, gradient, start, step_sizes, steps):
    return best_place(loss, gradient, start, step_sizes, steps)[1]


@best_step_size.mistake(
    "You judged each step size by one single step. What looks best after one step need not be best after many: the "
    "statement asks for the loss after `steps` of them."
)
def after_one_step(loss, gradient, start, step_sizes, steps):
    place, _ = best_place(loss, gradient, start, step_sizes, 1)
    return step_sizes[place]


@best_step_size.also_right
def pairs_sorted(loss, gradient, start, step_sizes, steps):
    ends = last_losses(loss, gradient, start, step_sizes, steps)
    good = sorted((end, size) for end, size in zip(ends, step_sizes, strict=True) if end < loss(start))
    if not good:
        raise ValueError("No run ends below the start: try smaller step sizes.")
    return good[0][1]


@best_step_size.also_right
def one_dict(loss, gradient, start, step_sizes, steps):
    ends = dict(zip(step_sizes, last_losses(loss, gradient, start, step_sizes, steps), strict=True))
    ends = {size: end for size, end in ends.items() if np.isfinite(end) and end < loss(start)}
    if len(ends) == 0:
        raise ValueError("Smaller step sizes, please.")
    return min(ends, key=ends.get)


momentum_descent = Exercise(
    concepts=["momentum", "gradient descent"],
    minutes=7,
    hints=[
        "Which two things must be remembered from one step to the next?",
        "First the new velocity, from the old one and the gradient at the place where you stand; then the new point, from "
        "the old point and the *new* velocity.",
        "Put each new point on a list that begins with `start`, and turn the list into an array at the end.",
    ],
)


@momentum_descent.test("the courier's path of the text: 0, 1.6, 3.36, 4.496")
def _(answer):
    got = answer(courier_gradient, np.array([0.0]), 0.1, 0.5, 3)
    close(got, [[0.0], [1.6], [3.36], [4.496]], what="The path")


@momentum_descent.test("with beta 0 it is plain gradient descent")
def _(answer):
    got = answer(courier_gradient, np.array([0.0]), 0.1, 0.0, 3)
    close(got, [[0.0], [1.6], [2.56], [3.136]], what="The path")


@momentum_descent.test("on an even slope the steps grow: 1, then 1 + beta, then 1 + beta + beta squared, …")
def _(answer):
    got = answer(lambda p: np.array([1.0, -2.0]), np.array([5.0, 5.0]), 1.0, 0.8, 4)
    covered = np.cumsum([0, 1, 1.8, 2.44, 2.952])
    close(got, np.column_stack([5 - covered, 5 + 2 * covered]), what="The path")


@momentum_descent.test("without a step the path is the start alone, and the start stays as it was")
def _(answer):
    start = np.array([2.0, -3.0, 1.0])
    with unchanged(start=start):
        close(answer(identity, start, 0.2, 0.9, 0), [[2.0, -3.0, 1.0]], what="The path")
        answer(identity, start, 0.2, 0.9, 5)


@momentum_descent.test("in any bowl the path follows both rules, step by step", points=2, hidden=True)
def _(answer, rng):
    for dimension in (1, 3):
        matrix, lowest = bowl(rng, dimension)
        step_size, beta = rng.uniform(0.05, 0.3), rng.uniform(0.3, 0.95)
        start = lowest + rng.normal(size=dimension) * 4
        # Point and velocity together are moved by one matrix: its powers give the whole path at once.
        unit = np.eye(dimension)
        both = np.block([[unit - step_size * matrix, beta * unit], [-step_size * matrix, beta * unit]])
        state = np.concatenate([start - lowest, np.zeros(dimension)])
        path = [lowest + (np.linalg.matrix_power(both, k) @ state)[:dimension] for k in range(9)]
        got = answer(lambda p, m=matrix, at=lowest: m @ (p - at), start, step_size, beta, 8)
        close(got, path, what="The path")


@momentum_descent.mistake(
    "The velocity is made anew in each step, so nothing is carried over and `beta` has no effect. Which line must stand "
    "*before* the loop?"
)
def velocity_forgotten(gradient, start, step_size, beta, steps):
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - step_size * gradient(path[-1]))
    return np.array(path)


@momentum_descent.mistake(
    "You moved the point before you renewed the velocity, so each step is the one that belonged to the step before, and "
    "the first one goes nowhere."
)
def moves_with_the_old_velocity(gradient, start, step_size, beta, steps):
    point, velocity, path = start, np.zeros(len(start)), [start]
    for _ in range(steps):
        slopes = gradient(point)
        point = point + velocity
        velocity = beta * velocity - step_size * slopes
        path.append(point)
    return np.array(path)


@momentum_descent.mistake(
    "You did the two rules in the other order: first the point, with the *old* velocity, then the velocity. So the first "
    "step goes nowhere, and the whole walk comes one step late. Which of the two must be new before the other is used?"
)
def rules_in_the_other_order(gradient, start, step_size, beta, steps):
    point, velocity, path = start, np.zeros(len(start)), [start]
    for _ in range(steps):
        point = point + velocity
        velocity = beta * velocity - step_size * gradient(point)
        path.append(point)
    return np.array(path)


@momentum_descent.mistake(
    "You weakened the gradient by `1 - beta`, to get an average of the slopes. Some libraries do, but then beta also makes "
    "every step shorter. The rule of the text takes the gradient in full."
)
def averaged(gradient, start, step_size, beta, steps):
    point, velocity, path = start, np.zeros(len(start)), [start]
    for _ in range(steps):
        velocity = beta * velocity - (1 - beta) * step_size * gradient(point)
        point = point + velocity
        path.append(point)
    return np.array(path)


@momentum_descent.mistake(
    "`beta` has landed on the gradient as well. It says how much of the *old velocity* is kept; the push from the "
    "gradient comes in full on top."
)
def beta_on_both(gradient, start, step_size, beta, steps):
    point, velocity, path = start, np.zeros(len(start)), [start]
    for _ in range(steps):
        velocity = beta * (velocity - step_size * gradient(point))
        point = point + velocity
        path.append(point)
    return np.array(path)


@momentum_descent.mistake(
    "A plus where a minus belongs: the gradient pushes you *up*, and the velocity gathers all those pushes."
)
def pushed_uphill(gradient, start, step_size, beta, steps):
    point, velocity, path = start, np.zeros(len(start)), [start]
    for _ in range(steps):
        velocity = beta * velocity + step_size * gradient(point)
        point = point + velocity
        path.append(point)
    return np.array(path)


@momentum_descent.mistake(
    "You asked for the gradient where the velocity would carry you. That is a method of its own (Nesterov's), and a good "
    "one; here the gradient is taken where you stand."
)
def looks_ahead(gradient, start, step_size, beta, steps):
    point, velocity, path = start, np.zeros(len(start)), [start]
    for _ in range(steps):
        velocity = beta * velocity - step_size * gradient(point + beta * velocity)
        point = point + velocity
        path.append(point)
    return np.array(path)


@momentum_descent.mistake(
    "All points of your path are the same. `path.append(point)` puts the array itself on the list, and `point += …` then "
    "changes it there as well. Which way of writing it makes a new array in each step?"
)
def one_array_many_times(gradient, start, step_size, beta, steps):
    point, velocity = start.copy(), np.zeros(len(start))
    path = [point]
    for _ in range(steps):
        velocity = beta * velocity - step_size * gradient(point)
        point += velocity
        path.append(point)
    return np.array(path)


@momentum_descent.mistake(
    "The start is missing: a path of `steps` steps has `steps + 1` points, and the first is where it begins."
)
def path_without_start(gradient, start, step_size, beta, steps):
    point, velocity, path = start, np.zeros(len(start)), []
    for _ in range(steps):
        velocity = beta * velocity - step_size * gradient(point)
        point = point + velocity
        path.append(point)
    return np.array(path)


@momentum_descent.mistake(
    "That is only the place where the walk ends. The statement asks for the whole path, a row for each point, so that it "
    "can be drawn."
)
def only_the_end(gradient, start, step_size, beta, steps):
    point, velocity = start, np.zeros(len(start))
    for _ in range(steps):
        velocity = beta * velocity - step_size * gradient(point)
        point = point + velocity
    return point


@momentum_descent.also_right
def table_filled(gradient, start, step_size, beta, steps):
    path = np.zeros((steps + 1, len(start)))
    path[0] = start
    velocity = 0
    for step in range(steps):
        velocity = beta * velocity - step_size * gradient(path[step])
        path[step + 1] = path[step] + velocity
    return path


@momentum_descent.also_right
def last_difference(gradient, start, step_size, beta, steps):
    path = [start]
    for step in range(steps):
        before = path[-2] if step else start
        path.append(path[-1] + beta * (path[-1] - before) - step_size * gradient(path[-1]))
    return path


epoch_batches = Exercise(
    concepts=["mini-batches", "epoch", "sampling without replacement"],
    minutes=7,
    hints=[
        "How does a card player make sure that every card is dealt, and each only once?",
        "Shuffle all row numbers once, then cut the shuffled row into pieces.",
        "`range(0, rows, size)` gives the places where the pieces begin. A slice that reaches beyond the end is simply "
        "shorter.",
    ],
)


def dealt(batches):
    """The row numbers of each batch, as plain lists."""
    holds(not isinstance(batches, str | dict) and batches is not None, "It should return a list of batches.", batches)
    try:
        return [[int(row) for row in batch] for batch in batches]
    except TypeError:
        holds(False, "Each batch should be a list or an array of row numbers.", batches)


def check_once(batches, rows):
    """Every row exactly once, with the reason where it is not so."""
    every = sum(batches, [])
    holds(
        sorted(every) != list(range(1, rows + 1)),
        f"The rows are numbered from 0 to {rows - 1}, yours from 1 to {rows}: row 0 is never seen, and there is no row {rows}.",
        every,
    )
    twice = sorted({row for row in every if every.count(row) > 1})
    never = sorted(set(range(rows)) - set(every))
    if twice:
        missing = f" and row {never[0]} never" if never else ""
        holds(
            False,
            f"Within one epoch row {twice[0]} comes {every.count(twice[0])} times{missing}. Dealt cards don't go back into "
            "the pack: shuffle once for the whole epoch, then deal.",
            every,
        )
    same_items(every, range(rows), what=f"All batches of {rows} rows together")


def check_sizes(batches, rows, size):
    """Full batches and one with what is left."""
    got, (full, rest) = [len(batch) for batch in batches], divmod(rows, size)
    wanted = [size] * full + [rest] * (rest > 0)
    if sum(got) == rows and len(got) == len(wanted) and got != wanted:
        even = max(got) - min(got) <= 1
        holds(
            False,
            "You shared the rows out evenly. The statement wants full batches: the walk gives each batch the same weight, "
            "so all but the last should hold `size` rows."
            if even
            else "The batch with what is left over doesn't come last, or another one isn't full.",
            got,
            wanted,
        )
    equal(got, wanted, what="The list of the batches' sizes")


@epoch_batches.test("7 rows in batches of 3: two full batches, one with what is left, every row once")
def _(answer):
    batches = dealt(answer(7, 3, 0))
    check_once(batches, 7)
    check_sizes(batches, 7, 3)


@epoch_batches.test("when the rows come out even there is no empty batch at the end, and few rows make one batch")
def _(answer):
    batches = dealt(answer(6, 3, 1))
    check_once(batches, 6)
    check_sizes(batches, 6, 3)
    few = dealt(answer(5, 8, 2))
    holds(len(sum(few, [])) > 0, "With 5 rows and size 8 there is one batch, of 5 rows. Yours deals none at all.", few)
    check_sizes(few, 5, 8)
    check_once(few, 5)


@epoch_batches.test("the same seed deals the same batches again, another seed deals others")
def _(answer):
    once, again = dealt(answer(30, 7, 5)), dealt(answer(30, 7, 5))
    holds(
        again == once,
        "Seed 5 deals other batches the second time, so nobody can repeat your run. Where does your source of random "
        "numbers get its seed from?",
        again,
        once,
    )
    others = [dealt(answer(30, 7, seed)) for seed in (6, 7, 8)]
    holds(all(other != once for other in others), "Seed 5 and seeds 6, 7 and 8 deal the same batches.", once)


@epoch_batches.test("every row is seen once an epoch, for any number of rows and any size", points=2, hidden=True)
def _(answer, rng):
    for _ in range(12):
        rows, size = int(rng.integers(1, 90)), int(rng.integers(1, 20))
        batches = dealt(answer(rows, size, int(rng.integers(1000))))
        check_once(batches, rows)
        check_sizes(batches, rows, size)


@epoch_batches.test("which rows come together is left to chance", hidden=True)
def _(answer, rng):
    seeds = rng.choice(10_000, size=150, replace=False).tolist()
    deals = [dealt(answer(10, 5, seed)) for seed in seeds]
    first = sum(0 in batches[0] for batches in deals)
    together = sum(any(0 in batch and 1 in batch for batch in batches) for batches in deals)
    holds(40 <= first <= 110, f"Row 0 is in the first of two batches in {first} of 150 deals; chance gives about 75.")
    holds(35 <= together <= 105, f"Rows 0 and 1 are in one batch in {together} of 150 deals; chance gives about 67.")


@epoch_batches.mistake(
    "You drew row numbers, and a number that was drawn can be drawn again: some rows come twice and others never. An epoch "
    "shows every row once. What do you do with a pack of cards before dealing?"
)
def with_replacement(rows, size, seed):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, rows, size=min(size, rows - begin)) for begin in range(0, rows, size)]


@epoch_batches.mistake(
    "Within a batch no row comes twice, but every batch is drawn from *all* rows again. Over the epoch some rows come "
    "several times and others never. Shuffle once and hand out the pieces."
)
def each_batch_from_all(rows, size, seed):
    rng = np.random.default_rng(seed)
    return [rng.choice(rows, size=min(size, rows - begin), replace=False) for begin in range(0, rows, size)]


@epoch_batches.mistake(
    "The last rows are missing: you kept full batches only. Which of them are left out changes with the shuffling, but an "
    "epoch was to see every row."
)
def drops_the_rest(rows, size, seed):
    order = np.random.default_rng(seed).permutation(rows)
    return [order[begin : begin + size] for begin in range(0, rows - size + 1, size)]


@epoch_batches.mistake(
    "You did not shuffle. Tables are often sorted, by date or by price; then each batch shows one kind of row only and "
    "pulls the walk its own way."
)
def not_shuffled(rows, size, seed):
    order = np.arange(rows)
    return [order[begin : begin + size] for begin in range(0, rows, size)]


@epoch_batches.mistake(
    "Each epoch gets the same order, because your generator doesn't use `seed`. The caller hands over another seed for "
    "each epoch so that other rows come together."
)
def fixed_seed(rows, size, seed):
    order = np.random.default_rng(0).permutation(rows)
    return [order[begin : begin + size] for begin in range(0, rows, size)]


@epoch_batches.mistake(
    "When the rows come out even, an empty batch stands at the end. The average over no rows is `nan`, and one such step "
    "ruins the whole walk. How many batches do you need?"
)
def empty_batch(rows, size, seed):
    order = np.random.default_rng(seed).permutation(rows)
    return [order[begin : begin + size] for begin in range(0, rows + 1, size)]


@epoch_batches.mistake(
    "You cut first and shuffled the pieces: neighbours always stay together. In a sorted table each batch still shows one "
    "kind of row. Shuffle the rows, then cut."
)
def shuffles_the_batches(rows, size, seed):
    batches = [list(range(begin, min(begin + size, rows))) for begin in range(0, rows, size)]
    order = np.random.default_rng(seed).permutation(len(batches))
    return [batches[place] for place in order]


@epoch_batches.mistake(
    "That is the shuffled row of all numbers, uncut. The walk wants a list of batches, each with `size` row numbers."
)
def uncut(rows, size, seed):
    return np.random.default_rng(seed).permutation(rows)


@epoch_batches.also_right
def shuffled_in_place(rows, size, seed):
    order = np.arange(rows)
    np.random.default_rng(seed).shuffle(order)
    return np.array_split(order, range(size, rows, size))


@epoch_batches.also_right
def dealt_like_cards(rows, size, seed):
    import random

    cards = random.Random(seed).sample(range(rows), rows)
    batches = []
    while cards:
        batches.append(cards[:size])
        cards = cards[size:]
    return batches


fit_by_descent = Exercise(
    concepts=["gradient descent", "least squares", "scaling"],
    minutes=18,
    seconds=20.0,
    hints=[
        "Why does the plain walk crawl here? Compare the spread of the year with that of the living area, and think of "
        "the long narrow valley.",
        "Take from each column its mean and divide by its standard deviation. Add a column of ones. Now the valley is "
        "nearly round, and a step size around 0.1 or 0.2 does it in well under a hundred steps.",
        "Your walk finds weights u for z = (x - mean) / sd. Put that into b + u · z and multiply out: what stands in front "
        "of each x, and what is left over for the intercept?",
    ],
)

FEATURES = ["Gr_Liv_Area", "Total_Bsmt_SF", "Garage_Area", "Year_Built"]


def ames():
    houses = datasets.load("ames")
    return houses[FEATURES].to_numpy(float), houses["Sale_Price"].to_numpy(float)


def squared_error(weights, features, target):
    """The mean squared error of an intercept followed by a weight for each column."""
    weights = np.asarray(weights, dtype=float)
    return float(np.mean((weights[0] + features @ weights[1:] - target) ** 2))


def least_squares(features, target):
    centred = features - features.mean(axis=0)
    size = centred.std(axis=0)
    ones = np.column_stack([np.ones(len(features)), centred / size])
    solved = np.linalg.lstsq(ones, target, rcond=None)[0]
    return float(np.mean((ones @ solved - target) ** 2))


def fitted(answer, features, target):
    """The two parts of the answer, in the form that was asked for."""
    with np.errstate(all="ignore"):
        result = answer(features, target)
    holds(
        isinstance(result, tuple | list) and len(result) == 2,
        "It should return two things, first the weights and then the list of losses, with a comma between them.",
        result,
    )
    weights, losses = (np.asarray(part, dtype=float) for part in result)
    columns = features.shape[1]
    holds(
        weights.shape == (columns + 1,),
        f"There are {columns} columns, so {columns + 1} weights are asked for: the intercept, then one for each column.",
        weights,
    )
    holds(losses.ndim == 1 and len(losses) >= 2, "The losses should be a list of numbers, two or more.", losses)
    holds(bool(np.all(np.isfinite(weights))), "The weights are not all ordinary numbers: the walk diverged.", weights)
    return weights, losses


def check_fit(weights, losses, features, target):
    """Weights as good as those of least squares; if not, why not."""
    got, best = squared_error(weights, features, target), least_squares(features, target)
    if got <= 1.001 * best:
        return
    means, sizes = features.mean(axis=0), features.std(axis=0)
    shift = np.mean(target - weights[0] - features @ weights[1:])
    if squared_error(weights, (features - means) / sizes, target) <= 1.001 * best:
        why = (
            "These weights fit the *standardised* columns. The caller puts in the columns as they are and gets nonsense: "
            "translate the weights back, z is (x - mean) / sd."
        )
    elif squared_error([weights[0] + shift, *weights[1:]], features, target) <= 1.001 * best:
        why = (
            "The weights of the columns are right, the intercept is not. Multiply out u · (x - mean) / sd: one part of it "
            "has no x. (And if you took the mean away from the prices, it has to come back, too.)"
        )
    elif not np.all(np.isfinite(losses)) or losses[-1] > losses[0]:
        why = (
            "Your walk diverges: its last loss is above its first, so the step size is too large for the steepest direction "
            "of this table."
        )
    elif losses[-1] > 1.001 * best:
        why = (
            "Your walk has not arrived: its last loss is still more than 0.1 % above that of least squares. Is the valley "
            "long and narrow, or the step size small?"
        )
    else:
        why = (
            "Your walk arrives, but the weights that you return, used on the table as it was handed over, don't give the "
            "loss that it reports."
        )
    holds(False, why, f"a mean squared error of {got:.6g}", f"{1.001 * best:.6g} or less")


@fit_by_descent.test("on the Ames houses the weights are as good as those of least squares, to 0.1 %", points=3)
def _(answer):
    features, prices = ames()
    with unchanged(X=features, y=prices):
        weights, losses = fitted(answer, features, prices)
    check_fit(weights, losses, features, prices)


@fit_by_descent.test("the losses tell the truth: the first is that of predicting 0, the last is that of the weights")
def _(answer):
    features, prices = ames()
    weights, losses = fitted(answer, features, prices)
    holds(
        not np.isclose(losses[0], np.var(prices), rtol=1e-6),
        "The first loss is that of predicting the *mean* price for every house. The walk is to begin at 0: it has to find "
        "the height of the prices itself.",
        losses[0],
        np.mean(prices**2),
    )
    close(losses[0], np.mean(prices**2), rtol=1e-6, what="The first loss")
    close(losses[-1], squared_error(weights, features, prices), rtol=1e-6, what="The last loss")


@fit_by_descent.test("the walk takes 500 steps or fewer, and it is a walk: one step does not do it all")
def _(answer):
    features, prices = ames()
    _, losses = fitted(answer, features, prices)
    steps = len(losses) - 1
    holds(steps <= 500, f"It took {steps} steps.", steps, "500 or fewer")
    best = least_squares(features, prices)
    holds(
        losses[1] > 1.01 * best,
        "After a single step the loss is already that of least squares: that was a solver, not a descent.",
        f"{losses[1]:,.0f} after the first step, {best:,.0f} by least squares",
    )


@fit_by_descent.test("it works in other units and on other tables just as well", points=3, hidden=True)
def _(answer, rng):
    for columns in (1, 3):
        common = rng.normal(size=(400, 1))
        units, zeros = 10.0 ** rng.uniform(-4, 4, size=columns), rng.normal(size=columns) * 20
        features = (0.5 * common + rng.normal(size=(400, columns)) + zeros) * units
        size = 10.0 ** rng.uniform(-4, 4)
        target = (features / units @ rng.uniform(1, 3, size=columns) + 7 + rng.normal(size=400)) * size
        weights, losses = fitted(answer, features, target)
        check_fit(weights, losses, features, target)
        close(losses[-1], squared_error(weights, features, target), rtol=1e-6, what="The last loss")
        holds(len(losses) <= 501, "It took too many steps.", len(losses) - 1, "500 or fewer")


def descended(table, target, step_size, steps):
    """Weights and losses of a plain descent on the mean squared error."""
    weights = np.zeros(table.shape[1])
    losses = [np.mean((table @ weights - target) ** 2)]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            weights = weights - step_size * 2 / len(target) * table.T @ (table @ weights - target)
            losses.append(np.mean((table @ weights - target) ** 2))
    return weights, losses


def standardised(table):
    return (table - table.mean(axis=0)) / table.std(axis=0)


def with_ones(table):
    return np.column_stack([np.ones(len(table)), table])


@fit_by_descent.mistake(
    "Your walk diverges: the columns are as they came, in square feet and in years, so the loss is steeper than your step "
    "size can bear. What could you do with the columns before you walk?"
)
def raw_columns(X, y):
    return descended(with_ones(X), y, 0.1, 200)


@fit_by_descent.mistake(
    "Your walk doesn't diverge any more, it crawls: the step size is so small, because of the columns in the thousands, "
    "that the intercept never gets anywhere. A narrow valley isn't cured by patience; make it round."
)
def crawls_on_raw_columns(X, y):
    table = with_ones(X)
    steepest = np.linalg.eigvalsh(2 / len(y) * table.T @ table)[-1]
    return descended(table, y, 1 / steepest, 500)


@fit_by_descent.mistake(
    "These weights belong to the *standardised* columns. The caller puts in square feet and years and gets nonsense. "
    "Translate them back: z is (x - mean) / sd."
)
def weights_of_the_scaled_columns(X, y):
    return descended(with_ones(standardised(X)), y, 0.2, 100)


@fit_by_descent.mistake(
    "The weights of the columns are translated, the intercept is not. Multiply out u · (x - mean) / sd: one part of it has "
    "no x, and that part belongs to the intercept."
)
def intercept_not_translated(X, y):
    u, losses = descended(with_ones(standardised(X)), y, 0.2, 100)
    return np.concatenate([u[:1], u[1:] / X.std(axis=0)]), losses


@fit_by_descent.mistake(
    "You forgot the intercept. Centred columns have mean 0, so without it the predictions are 0 on average, and no house "
    "costs that. Which column gives it?"
)
def no_intercept(X, y):
    u, losses = descended(standardised(X), y, 0.2, 100)
    slopes = u / X.std(axis=0)
    return np.concatenate([[-X.mean(axis=0) @ slopes], slopes]), losses


@fit_by_descent.mistake(
    "This is a solver's answer with a loss in front. It is the right one, and for five weights the better tool; but the "
    "exercise is the walk, the tool that is left when there are five million."
)
def solved(X, y):
    u = np.linalg.lstsq(with_ones(standardised(X)), y, rcond=None)[0]
    slopes = u[1:] / X.std(axis=0)
    weights = np.concatenate([[u[0] - X.mean(axis=0) @ slopes], slopes])
    return weights, [np.mean(y**2), squared_error(weights, X, y)]


@fit_by_descent.mistake(
    "You scaled the columns, but did not take away their means. A column that is about 1 everywhere looks to the walk like "
    "the column of ones, and the two weights push each other along a long flat valley. Centre the columns as well."
)
def not_centred(X, y):
    table = with_ones(X / X.std(axis=0))
    steepest = np.linalg.eigvalsh(2 / len(y) * table.T @ table)[-1]
    u, losses = descended(table, y, 1 / steepest, 500)
    return np.concatenate([u[:1], u[1:] / X.std(axis=0)]), losses


@fit_by_descent.also_right
def with_momentum(X, y):
    means, sizes = X.mean(axis=0), X.std(axis=0)
    table = with_ones((X - means) / sizes)
    u, velocity = np.zeros(table.shape[1]), np.zeros(table.shape[1])
    losses = []
    for _ in range(150):
        residuals = table @ u - y
        losses.append(float(np.mean(residuals**2)))
        velocity = 0.8 * velocity - 0.05 * 2 / len(y) * table.T @ residuals
        u = u + velocity
    losses.append(float(np.mean((table @ u - y) ** 2)))
    slopes = u[1:] / sizes
    return [float(u[0] - means @ slopes), *slopes.tolist()], losses


@fit_by_descent.also_right
def between_0_and_1_then_centred(X, y):
    low, high = X.min(axis=0), X.max(axis=0)
    scaled = (X - low) / (high - low)
    middle = scaled.mean(axis=0)
    table = with_ones(6 * (scaled - middle))
    step_size = 1 / np.linalg.eigvalsh(2 / len(y) * table.T @ table)[-1]
    u, losses = descended(table, y, step_size, 400)
    slopes = 6 * u[1:] / (high - low)
    return np.concatenate([[u[0] - 6 * middle @ u[1:] - low @ slopes], slopes]), np.array(losses)


for line in ("for _ in range(199):", "for _ in range(201):"):
    fit_by_descent.equivalent(line, because="Any number of steps that arrives, up to 500, is right.")
for line in (
    "u = u - 0.1 * 2 * table.T @ residuals / len(y)",
    "u = u - 0.2 / 2 * table.T @ residuals / len(y)",
    "u = u - 0.2 * 3 * table.T @ residuals / len(y)",
):
    fit_by_descent.equivalent(line, because="Step size 0.1 or 0.3 for 0.2: any that converges in time is right.")
