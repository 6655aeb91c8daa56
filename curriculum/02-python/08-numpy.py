"""Exercises of 02-python/08-numpy."""

import math
import sys

import numpy as np

from autograder import datasets
from autograder.compare import Mismatch, close, holds, same_shape, unchanged
from autograder.exercise import Choice, Exercise


def is_checking(frame):
    """Whether a frame belongs to the package, or to what it calls to copy and describe the results."""
    module = frame.f_globals.get("__name__", "")
    if module.startswith("autograder."):
        return True
    while frame is not None and not module.startswith("autograder."):
        module, frame = frame.f_globals.get("__name__", ""), frame.f_back
    return module in {"autograder.snapshots", "autograder.values"}


def lines_run(call):
    """How many lines of Python run while `call()` does, those of the checking itself left out."""
    count = 0

    def trace(frame, _event, _argument):
        nonlocal count
        if is_checking(frame):
            return None
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def no_loop(answer, few, many, what):
    """Fails where an answer takes many more lines of Python for the arguments `many` than for `few`, a tenth of them."""
    answer(*few)  # whatever is imported or set up for the first time is not counted
    short, long = lines_run(lambda: answer(*few)), lines_run(lambda: answer(*many))
    if long > 1.5 * short + 20:
        words = (
            f"The result aside, it works through the data piece by piece: with ten times as many {what}, Python ran {long:,} "
            f"lines of code instead of {short:,}. A `for`, a comprehension, `map` or `np.vectorize` does that. Which command "
            "does it for whole arrays?"
        )
        raise Mismatch(words, seen="a loop")


def random_counts(rng, days):
    """Hourly counts of whole days, with days and hours that differ, so that no two axes can be mixed up."""
    return rng.poisson(20 + 5 * np.arange(24) + 30 * rng.random((days, 1))).ravel()


# Warm-up

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "That would need `part` to be the same list as `week`. A slice of a *list* is a new list with the same elements in "
        "it. What does `part[0] = 99` change then?",
        "c": "`part[0]` is the first place of `part`, not of `week`. And which list does the name `part` stand for?",
    },
    concepts=["list", "aliasing"],
    hints=["Does a slice of a list make a new list, or a second name for the old one?"],
)

warmup_2 = Choice(
    correct="d",
    distractors={
        "a": "7 is 3 + 4, the way along the streets: first to the right, then up. The straight line is shorter. Who helps with "
        "right-angled triangles?",
        "b": "25 is 3² + 4². One step is missing after the squares are added.",
        "c": "1 is 4 − 3. The two differences stand at a right angle; they don't cancel each other. What did Pythagoras do with them?",
    },
    concepts=["length"],
    hints=["Subtract place by place first: how far to the right, how far up?"],
)


# 1. Shapes and axes

hour_profile = Exercise(
    concepts=["shape", "axis", "reshape"],
    minutes=5,
    hints=[
        "If each day had a row of its own, where would all the counts of 8 o'clock stand?",
        "`reshape(-1, 24)` makes a table with a row for each day. Which axis runs over the days?",
        "The axis that you name is the one that disappears: 24 numbers shall be left.",
    ],
)


@hour_profile.test("the example: two days of the counts 0, 1, 2, … 47")
def _(answer):
    close(answer(np.arange(48)), np.arange(12, 36), what="The profile")


@hour_profile.test("three days, of which the third is much busier, are averaged hour by hour")
def _(answer):
    day = np.arange(24) ** 2
    close(answer(np.concatenate([day, day + 3, day + 30])), day + 11, what="The profile")


@hour_profile.test("any number of days, down to one, and with as many days as a day has hours", points=2, hidden=True)
def _(answer, rng):
    for number in (1, 5, 24):
        counts = random_counts(rng, number)
        expected = [math.fsum(counts[hour::24]) / number for hour in range(24)]
        with unchanged(counts=counts):
            close(answer(counts), expected, what=f"The profile of {number} day{'s' if number > 1 else ''}")


@hour_profile.mistake(
    "You have one mean for each *day*: `axis=1` makes the hours disappear. The axis that you name is the one that goes; which one "
    "should that be, so that 24 numbers are left?"
)
def mean_of_each_day(counts):
    return np.asarray(counts).reshape(-1, 24).mean(axis=1)


@hour_profile.mistake(
    "`reshape(24, -1)` makes 24 rows, but it fills each row with the *next* numbers of the block: with two days, the first row "
    "would be midnight and 1 o'clock of the first day. (Turning that table round with `.T` does not help: its rows are already filled.) "
    "How long must a row be to be a day?"
)
def rows_of_the_wrong_length(counts):
    return np.asarray(counts).reshape(24, -1).mean(axis=1)


@hour_profile.mistake(
    "Without an axis, `mean` squeezes everything into one number. Say which axis should disappear: that of the days or that of the hours?"
)
def one_number(counts):
    return np.asarray(counts).reshape(-1, 24).mean()


@hour_profile.mistake(
    "You added up where a mean is asked for: a year's total at 8 o'clock says nothing about a usual day. What must the sum be "
    "divided by?"
)
def sums_instead(counts):
    return np.asarray(counts).reshape(-1, 24).sum(axis=0)


@hour_profile.mistake(
    "`//` (or a whole-number dtype) cuts off what comes after the point, so a mean of 7.9 becomes 7. Means are floats: which division "
    "keeps the rest?"
)
def whole_division(counts):
    table = np.asarray(counts).reshape(-1, 24)
    return table.sum(axis=0) // len(table)


@hour_profile.mistake(
    "What you give back is the table with a row for each day, not yet squeezed. Which axis should a mean make disappear?"
)
def only_reshaped(counts):
    return np.asarray(counts).reshape(-1, 24)


@hour_profile.mistake(
    "You divide by 365, however many days there are. The function is also given a week, or a single day: what tells you how many days you hold?"
)
def always_a_year(counts):
    return np.asarray(counts).reshape(-1, 24).sum(axis=0) / 365


@hour_profile.mistake(
    "`reshape(365, 24)` works for one whole year and nothing else: two days are 48 numbers, which don't fill 365 rows. Which length could you leave to NumPy?"
)
def shape_of_a_year(counts):
    return np.asarray(counts).reshape(365, 24).mean(axis=0)


@hour_profile.mistake(
    "The median is the day in the middle; one very busy day does not move it. Here the mean is asked for, in which every day counts."
)
def median_of_each_hour(counts):
    return np.median(np.asarray(counts).reshape(-1, 24), axis=0)


@hour_profile.also_right
def by_steps(counts):
    return np.array([np.mean(counts[hour::24]) for hour in range(24)])


@hour_profile.also_right
def turned(counts):
    table = np.asarray(counts).reshape((len(counts) // 24, 24))
    return table.T.sum(axis=1) / table.shape[0]


# 2. Masks and copies

mended = Exercise(
    concepts=["mask", "copy and view", "dtype"],
    minutes=6,
    hints=[
        "Two questions before you write: is the result a new array, and can it hold a number such as 3.67?",
        "`counts.astype(float)` answers both with yes.",
        "`counts[good]` are the proper counts, `~good` is the mask of the others; assign through that one.",
    ],
)


@mended.test("the example: each negative number becomes the mean of the others, and zero counts as a proper one")
def _(answer):
    close(answer(np.array([4, -1, 0, 7, -5])), [4, 11 / 3, 0, 7, 11 / 3])


@mended.test("whole numbers go in, floats come out: the mean keeps what stands after its point")
def _(answer):
    result = answer(np.array([1, 2, -7]))
    close(result, [1, 2, 1.5])
    result = answer(np.array([3, 4]))
    close(result, [3, 4])
    kind = getattr(getattr(result, "dtype", None), "kind", "")
    holds(kind == "f", "The result should be an array of floats, even where nothing is to be mended.", result)


@mended.test("the array that was given stays as it was")
def _(answer):
    for counts, expected in (([5.0, -1.0, 8.0], [5, 6.5, 8]), ([[2, -3], [-4, 6]], [[2, 4], [4, 6]])):
        counts = np.array(counts)
        with unchanged(counts=counts):
            close(answer(counts), expected)
        counts = counts.copy()
        result = answer(counts)
        holds(
            not (isinstance(result, np.ndarray) and np.shares_memory(result, counts)),
            "What you give back is a view of the array that was given: whoever changes one changes the other.",
        )


@mended.test("tables and larger blocks keep their shape, with any numbers in them", points=2, hidden=True)
def _(answer, rng):
    for shape in ((7,), (4, 6), (3, 2, 5)):
        counts = rng.permutation(np.concatenate([np.arange(math.prod(shape) - 3) ** 2, [-1, -2, -40]])).reshape(shape)
        counts = counts if len(shape) == 2 else counts * 0.5
        proper = [number for number in counts.ravel().tolist() if number >= 0]
        mean = math.fsum(proper) / len(proper)
        expected = [mean if number < 0 else number for number in counts.ravel().tolist()]
        with unchanged(counts=counts):
            result = answer(counts)
        close(result, np.reshape(expected, shape), what=f"The result for the shape {shape}")


@mended.mistake(
    "The array of the caller was changed: you assigned into `counts` itself, or into a view of it (`counts[:]` is one). And if it holds "
    "whole numbers, 3.67 becomes 3 in it. Which call gives you an array of your own, and of floats at that?"
)
def in_place(counts):
    counts[counts < 0] = counts[counts >= 0].mean()
    return counts


@mended.mistake(
    "`counts.copy()` is a block of its own, but of the same *kind*: put 3.67 into an array of whole numbers and it becomes 3, without a word. "
    "How do you get a copy of another kind?"
)
def copy_of_whole_numbers(counts):
    result = counts.copy()
    result[result < 0] = counts[counts >= 0].mean()
    return result


@mended.mistake(
    "Your mean is that of *all* numbers, the negative ones too: the broken counters pull it down. Over which of them should the mean go?"
)
def mean_of_everything(counts):
    return np.where(counts < 0, counts.mean(), counts).astype(float)


@mended.mistake(
    "0 was mended as well. An hour without a single bike is a proper count; `> 0` leaves it out. Which comparison keeps it?"
)
def zero_taken_for_a_fault(counts):
    good = counts > 0
    result = counts.astype(float)
    result[~good] = counts[good].mean()
    return result


@mended.mistake(
    "The negative numbers are gone, and so are their places: `counts[good]` picks, and what it gives is shorter and has lost its shape. "
    "The places shall stay and get another number. On which side of `=` must the mask stand?"
)
def left_out(counts):
    return counts[counts >= 0].astype(float)


@mended.mistake(
    "The mask is the wrong way round: you wrote the mean over the *proper* counts. What does `~` in front of a mask do?"
)
def mask_turned_round(counts):
    good = counts >= 0
    result = counts.astype(float)
    result[good] = counts[good].mean()
    return result


@mended.mistake(
    "You put 0 where the counter had failed. That says *nobody wanted a bike*, which nobody knows, and it pulls every later mean down. The "
    "statement asks for the mean of the proper counts."
)
def zero_instead(counts):
    return np.where(counts < 0, 0.0, counts)


@mended.mistake("The median is the number in the middle; here the mean is asked for.")
def median_instead(counts):
    good = counts >= 0
    return np.where(good, counts, np.median(counts[good])).astype(float)


@mended.mistake(
    "`np.asarray(counts, dtype=float)` makes a new array only if it *has* to: whole numbers are copied into floats, but an array of floats comes back as it is. Then "
    "you write into the caller's own numbers. Which call copies every time?"
)
def asarray_is_no_copy(counts):
    result = np.asarray(counts, dtype=float)
    good = counts >= 0
    result[~good] = counts[good].mean()
    return result


@mended.mistake(
    "You dropped the minus sign. A failed counter's number says nothing about the bikes, with its sign or without; the mean of the proper counts shall stand there."
)
def sign_dropped(counts):
    return np.abs(counts).astype(float)


@mended.also_right
def with_where(counts):
    return np.where(counts < 0, counts[counts >= 0].mean(), counts.astype(float))


@mended.also_right
def by_places(counts):
    result = np.array(counts, dtype=float)
    result[np.nonzero(result < 0)] = result[result >= 0].sum() / np.sum(result >= 0)
    return result


# 3. Broadcasting

standardised = Exercise(
    concepts=["broadcasting", "axis", "standard scores"],
    minutes=7,
    hints=[
        "Which shape does the standard deviation need, so that it can be laid over the table as the mean was?",
        "`keepdims=True` for both. Then: where is the spread 0, and what could you divide by there instead?",
        "In a column that never varies, the centred numbers are all 0 already. `np.where(condition, this, that)` picks number by number.",
    ],
)


@standardised.test("the example, down the columns and along the rows")
def _(answer):
    close(answer(np.array([[1, 5], [3, 5]]), axis=0), [[-1, 0], [1, 0]], what="The result for axis=0")
    close(answer(np.array([[1, 5], [3, 5]]), axis=1), [[-1, 1], [-1, 1]], what="The result for axis=1")


@standardised.test("a square table is standardised along its rows, too")
def _(answer):
    table = np.array([[1.0, 2.0, 6.0], [10.0, 20.0, 60.0], [0.0, 100.0, 500.0]])
    expected = np.array([(row - sum(row) / 3) / (sum((row - sum(row) / 3) ** 2) / 3) ** 0.5 for row in table])
    close(answer(table, axis=1), expected, what="The result for axis=1")
    close(answer(table.T, axis=0), expected.T, what="The result for axis=0")


@standardised.test("where all numbers are the same, the scores are 0 and the others are as they should be")
def _(answer):
    table = np.array([[7.0, 1.0, 3.0], [7.0, 1.5, 2.0], [7.0, 1.7, 10.0], [7.0, 3.8, 1.0]])
    result = np.asarray(answer(table, axis=0), dtype=float)
    same_shape(result, (4, 3), what="The table of scores")
    close(result[:, 0], np.zeros(4), what="The column of sevens")
    close((result[:, 1:] ** 2).mean(axis=0), [1, 1], what="The mean of the squared scores of the other columns")


@standardised.test(
    "afterwards each column (or row) has the mean 0 and the standard deviation 1, and the given table is as it was",
    points=2,
    hidden=True,
)
def _(answer, rng):
    for shape in ((6, 3), (4, 4), (2, 9)):
        for axis in (0, 1):
            table = rng.normal(rng.normal(size=shape[1]) * 50, 3 + 4 * rng.random((shape[0], 1)), size=shape)
            table = table * 0.001 if shape[0] == 4 else table
            with unchanged(table=table):
                result = np.asarray(answer(table, axis), dtype=float)
            same_shape(result, shape, what="The table of scores")
            length = shape[1 - axis]
            close(result.sum(axis=axis), np.zeros(length), atol=1e-7, what=f"The sum of the scores along axis {axis}")
            close(
                (result**2).mean(axis=axis),
                np.ones(length),
                rtol=1e-4,
                what=f"The mean of the squared scores along axis {axis}",
            )
            first = np.moveaxis(table, axis, 0)[:, 0]
            deviation = math.sqrt(sum((first - sum(first) / len(first)) ** 2) / len(first))
            close(
                (first[1] - sum(first) / len(first)) / deviation,
                np.moveaxis(result, axis, 0)[1, 0],
                rtol=1e-4,
                what="One of the scores",
            )


@standardised.mistake(
    "Without `keepdims=True` the axis is gone, and the standard deviations of the *rows* are laid over the columns: an error if you are "
    "lucky, wrong numbers if the table is square. Which shape should they have?"
)
def deviation_without_keepdims(table, axis):
    centred = table - table.mean(axis=axis, keepdims=True)
    spread = table.std(axis=axis)
    return centred / np.where(spread > 0, spread, 1)


@standardised.mistake(
    "Where nothing varies you divided 0 by 0, which is `nan`, and every sum that it enters becomes `nan` too. What could stand "
    "below the line there, so that the result is 0?"
)
def zero_by_zero(table, axis):
    with np.errstate(invalid="ignore"):
        return (table - table.mean(axis=axis, keepdims=True)) / table.std(axis=axis, keepdims=True)


@standardised.mistake(
    "You divide by the *variance*. It is the square of the standard deviation, and bikes per squared bikes compare with nothing. What is the root "
    "called in NumPy?"
)
def by_variance(table, axis):
    spread = table.var(axis=axis, keepdims=True)
    return (table - table.mean(axis=axis, keepdims=True)) / np.where(spread > 0, spread, 1)


@standardised.mistake(
    "You take the standard deviation with `ddof=1`, as pandas does by itself: the sum of squares divided by n - 1. The statement asks for NumPy's "
    "`std` as it is, which divides by n."
)
def with_ddof(table, axis):
    spread = table.std(axis=axis, keepdims=True, ddof=1)
    return (table - table.mean(axis=axis, keepdims=True)) / np.where(spread > 0, spread, 1)


@standardised.mistake(
    "You always go down the columns, whatever `axis` says. The second argument has to find its way into `mean` and `std`."
)
def always_columns(table, axis):
    spread = table.std(axis=0)
    return (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)


@standardised.mistake(
    "The deviation that you divide by is that of the *whole* table, one number for all. Each column (or row) has a spread of its own."
)
def one_spread_for_all(table, axis):
    return (table - table.mean(axis=axis, keepdims=True)) / table.std()


@standardised.mistake(
    "The rows and columns are mixed up: you squeeze the *other* axis. `axis=0` is the one that disappears, and what is left is one number for each column."
)
def the_other_axis(table, axis):
    spread = table.std(axis=1 - axis, keepdims=True)
    return (table - table.mean(axis=1 - axis, keepdims=True)) / np.where(spread > 0, spread, 1)


@standardised.mistake(
    "The means are 0 now, but the spreads are what they were: nothing has been divided yet. By what, and in which shape?"
)
def only_centred(table, axis):
    return table - table.mean(axis=axis, keepdims=True)


@standardised.mistake(
    "You scale to the range from 0 to 1 (less the smallest, divided by largest less smallest). That is another way to make columns comparable; here the mean "
    "shall be 0 and the standard deviation 1."
)
def scaled_to_the_range(table, axis):
    low, high = table.min(axis=axis, keepdims=True), table.max(axis=axis, keepdims=True)
    return (table - low) / np.where(high > low, high - low, 1)


@standardised.mistake(
    "One mean and one deviation for the whole table: so a busy hour stays busy, and nothing has become comparable. Each column (or row) needs its own: what do `mean` and `std` have to be told?"
)
def the_whole_table(table, axis):
    return (table - table.mean()) / table.std()


@standardised.mistake(
    "Two things. The standard deviations have lost their axis, so those of the *rows* are laid over the columns: what did `keepdims=True` do for the mean? And where nothing varies, "
    "0 divided by 0 is `nan`."
)
def no_keepdims_and_zero_by_zero(table, axis):
    with np.errstate(invalid="ignore", divide="ignore"):
        return (table - table.mean(axis=axis, keepdims=True)) / table.std(axis=axis)


@standardised.mistake(
    "The means go along `axis`, but the standard deviations always along axis 0: the rows get the spread of the columns. Both have to be told the same axis."
)
def deviation_of_columns(table, axis):
    spread = table.std(axis=0, keepdims=True)
    return (table - table.mean(axis=axis, keepdims=True)) / np.where(spread > 0, spread, 1)


@standardised.mistake(
    "Where nothing varies you give the *score* 1, one deviation above the mean. Nothing there is above the mean, so the score is 0. It is the number below the line that may be 1."
)
def one_for_the_score(table, axis):
    spread = table.std(axis=axis, keepdims=True)
    scores = (table - table.mean(axis=axis, keepdims=True)) / np.where(spread > 0, spread, 1)
    return np.where(spread > 0, scores, 1.0)


@standardised.also_right
def with_nan_to_num(table, axis):
    with np.errstate(invalid="ignore"):
        scores = (table - table.mean(axis, keepdims=True)) / table.std(axis, keepdims=True)
    return np.nan_to_num(scores)


@standardised.also_right
def turned_and_back(table, axis):
    rows = np.moveaxis(table.astype(float), axis, 0)
    spread = rows.std(axis=0)
    spread[spread == 0] = 1
    return np.moveaxis((rows - rows.mean(axis=0)) / spread, 0, axis)


one_hot = Exercise(
    concepts=["broadcasting", "one-hot encoding", "vectorising"],
    minutes=5,
    inside=True,
    hints=[
        "Every label has to meet every class number once. Which shapes would do that, as with the tariffs?",
        "A column of labels, shape (n, 1), and a row 0, 1, … `classes - 1`, shape (classes,). What do you ask of each pair?",
        "`labels[:, None]` is the column, `np.arange(classes)` the row; compare them with `==`.",
    ],
)


@one_hot.test("the example: labels 2, 0, 2 of four classes")
def _(answer):
    close(answer(np.array([2, 0, 2]), 4), [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]], what="The encoding")


@one_hot.test("the first class and the last one have their columns, also where a class does not occur")
def _(answer):
    close(answer(np.array([1, 1]), 3), [[0, 1, 0], [0, 1, 0]], what="The encoding of two ones")
    close(answer(np.array([0, 1, 2]), 3), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], what="The encoding of 0, 1, 2")


@one_hot.test("in each row a single 1, in the column of the label", hidden=True)
def _(answer, rng):
    for number, classes in ((1, 1), (12, 7), (5, 9)):
        labels = rng.integers(classes, size=number)
        with unchanged(labels=labels):
            result = answer(labels, classes)
        same_shape(result, (number, classes), what="The encoding")
        result = np.asarray(result, dtype=float)
        close(result[range(number), labels.tolist()], np.ones(number), what="What stands in the columns of the labels")
        close(result.sum(axis=1), np.ones(number), what="The sum of each row")


@one_hot.test("ten times as many labels take no more lines of Python")
def _(answer):
    labels = np.arange(400) % 4
    no_loop(answer, (labels[:40], 4), (labels, 4), "labels")


@one_hot.mistake(
    "Right, but by a loop over the labels. Let all labels meet all class numbers at once: a column here, a row there, and one comparison."
)
def looped(labels, classes):
    result = np.zeros((len(labels), classes), dtype=int)
    for row, label in enumerate(labels):
        result[row, label] = 1
    return result


@one_hot.mistake(
    "Rows and columns are the other way round: you have a row for each class. The labels shall run down, so which of the two must get the axis of length 1 at its *end*?"
)
def turned_on_its_side(labels, classes):
    return (np.arange(classes)[:, None] == labels).astype(int)


@one_hot.mistake(
    "You count the classes from 1, so label 0 has no column. `np.arange(classes)` begins where the labels do."
)
def classes_from_one(labels, classes):
    return (labels[:, None] == np.arange(1, classes + 1)).astype(int)


@one_hot.mistake(
    "Your number of columns comes from the labels that happen to be there. Tomorrow's labels then have another width, and the model that learnt from these "
    "can't read them. That is why `classes` is given."
)
def width_from_the_labels(labels, classes):
    return (labels[:, None] == np.arange(labels.max() + 1)).astype(int)


@one_hot.mistake(
    "`result[:, labels] = 1` sets the columns of *all* labels in *every* row. Each row has its own column: give both, `result[rows, labels]`, where `rows` counts 0, 1, 2, …"
)
def columns_for_every_row(labels, classes):
    result = np.zeros((len(labels), classes), dtype=int)
    result[:, labels] = 1
    return result


@one_hot.mistake(
    "You compared the labels with the class numbers place by place, without an axis of length 1 in between: label 0 met class 0, label 1 met class 1. How does a row "
    "become a column?"
)
def no_new_axis(labels, classes):
    return (labels == np.arange(classes)).astype(int)


@one_hot.mistake(
    "There are numbers other than 0 and 1: you wrote the label itself into its column (so class 0 is nowhere to be seen). A 1 is enough; the column says which class."
)
def label_for_one(labels, classes):
    return (labels[:, None] == np.arange(classes)) * labels[:, None]


@one_hot.mistake(
    "Every 1 stands one column too far left, and that of label 0 in the last one, for -1 counts from the end. The labels begin at 0, and so do the columns."
)
def one_column_too_far_left(labels, classes):
    return np.eye(classes)[np.arange(classes) - 1][labels]


@one_hot.mistake(
    "`result[labels] = 1` takes the labels as *rows* and fills those rows with ones. A label is a column; which row it belongs to is its own place, 0, 1, 2, …"
)
def labels_as_rows(labels, classes):
    result = np.zeros((len(labels), classes))
    result[labels] = 1
    return result


@one_hot.also_right
def rows_of_the_identity(labels, classes):
    return np.eye(classes)[labels]


@one_hot.also_right
def by_two_indices(labels, classes):
    result = np.zeros((len(labels), classes))
    result[np.arange(len(labels)), labels] = 1
    return result


@one_hot.also_right
def as_truth_values(labels, classes):
    return np.equal.outer(labels, np.arange(classes))


# 4. Ranks and windows

busiest = Exercise(
    concepts=["argsort", "top-k", "vectorising"],
    minutes=6,
    inside=True,
    hints=[
        "What would `argsort` have to sort, so that the largest number comes out first?",
        "Each row by itself: which axis is that? And which kind of sort keeps equal numbers in their order?",
        "Then cut: all the rows, and of each the first k. A slice for two axes has a comma in it.",
    ],
)


@busiest.test("the example: the two largest of each row, the left one first among equals")
def _(answer):
    close(answer(np.array([[5, 9, 9, 1], [2, 0, 1, 3]]), 2), [[1, 2], [3, 0]], what="The table of columns")


@busiest.test("one column for k = 1, all the columns for k = m")
def _(answer):
    table = np.array([[4.0, 8.0, 6.5], [-1.0, -3.0, -2.0], [0.0, 0.5, 0.25], [3.0, 1.0, 2.0]])
    close(answer(table, 1), [[1], [0], [1], [0]], what="The table for k = 1")
    close(answer(table, 3), [[1, 2, 0], [0, 2, 1], [1, 2, 0], [0, 2, 1]], what="The table for k = 3")


@busiest.test("24 hours with many ties among them, on any days", hidden=True)
def _(answer, rng):
    for number, most in ((5, 4), (24, 3), (3, 1)):
        table = rng.integers(most, size=(number, 24))
        for k in (24, 7, 1):
            expected = [sorted(range(24), key=lambda column, row=row: -row[column])[:k] for row in table.tolist()]
            with unchanged(table=table):
                close(answer(table, k), expected, what=f"The table for k = {k}")


@busiest.test("a long row of different numbers, the largest first", hidden=True)
def _(answer, rng):
    row = rng.permutation(3000)  # long enough for a partition not to be sorted by chance
    expected = np.empty(3000, dtype=int)
    expected[2999 - row] = np.arange(3000)
    close(answer(row[None, :], 1000), expected[None, :1000], what="The table for k = 1000")


@busiest.test("ten times as many days take no more lines of Python")
def _(answer, rng):
    table = rng.permutation(300 * 6).reshape(300, 6)
    no_loop(answer, (table[:30], 2), (table, 2), "days")


@busiest.mistake(
    "Right, but one row after the other. `argsort` sorts all rows in one call, each by itself, when you name the axis along which it sorts."
)
def looped_over_days(table, k):
    return np.array([np.argsort(-row, kind="stable")[:k] for row in table])


@busiest.mistake(
    "You give back the *numbers*. Asked for is where they stand, the columns. Which function tells the places that would sort an array?"
)
def the_numbers_themselves(table, k):
    return -np.sort(-table, axis=1)[:, :k]


@busiest.mistake(
    "Those are the k *smallest*: `argsort` begins with the smallest number. What could you do to the numbers, so that the largest become the smallest?"
)
def the_smallest(table, k):
    return np.argsort(table, axis=1, kind="stable")[:, :k]


@busiest.mistake(
    "The right columns, but the last comes first: `[:, -k:]` takes the k largest in *rising* order. Asked for is the largest first."
)
def rising_order(table, k):
    return np.argsort(table, axis=1, kind="stable")[:, -k:]


@busiest.mistake(
    "Turned round by `[:, ::-1]`, a rising order becomes a falling one, but the ties are turned round with it: of two equal hours the *later* one comes first. Sort "
    "something else, instead of turning the result."
)
def ties_turned_round(table, k):
    return np.argsort(table, axis=1, kind="stable")[:, ::-1][:, :k]


@busiest.mistake(
    "You have sorted down the columns: `axis=0` compares the days of one hour. Here the hours of one *day* compete. Along which axis do they lie?"
)
def down_the_columns(table, k):
    return np.argsort(-table, axis=0, kind="stable")[:, :k]


@busiest.mistake(
    "`[:k]` takes the first k *rows*. You want all rows, and of each the first k columns: what stands before the comma?"
)
def first_rows(table, k):
    return np.argsort(-table, axis=1, kind="stable")[:k]


@busiest.mistake(
    "Without `axis` in the right place your numbers are places in the whole block, counted through all rows, not columns of a day. Sort along the axis of the hours."
)
def flattened(table, k):
    return np.argsort(-table, axis=None, kind="stable")[:k]


@busiest.mistake(
    "The ranks are right until two hours are equal. NumPy's default sort is free to put ties in any order, and with more than 16 numbers it does. Which `kind` keeps them as they stood?"
)
def not_stable(table, k):
    return np.argsort(-table, axis=1)[:, :k]


@busiest.mistake(
    'The largest numbers come first, but among equal ones the smaller column does not: you sort in rising order without `kind="stable"` and turn the result round. Sort something else, in a '
    "way that keeps ties as they stood."
)
def turned_round_and_not_stable(table, k):
    return np.argsort(table, axis=1)[:, ::-1][:, :k]


@busiest.mistake(
    "`argpartition` puts the k largest in front of the others, and that is all it promises: among themselves they stand in any order. Asked for is the largest first, with ties from left to right."
)
def only_parted(table, k):
    return np.argpartition(-table, k - 1, axis=1)[:, :k]


@busiest.also_right
def as_lists(table, k):
    return np.argsort(-table, kind="stable")[:, :k].tolist()


@busiest.also_right
def with_lexsort(table, k):
    columns = np.broadcast_to(np.arange(table.shape[1]), table.shape)
    return np.lexsort((columns, -table), axis=1)[:, :k]


@busiest.also_right
def turned_twice(table, k):
    width = table.shape[1]
    return (width - 1 - np.argsort(table[:, ::-1], axis=1, kind="stable"))[:, ::-1][:, :k]


moving_average = Exercise(
    concepts=["cumulative sum", "moving average", "slices", "vectorising"],
    minutes=7,
    inside=True,
    hints=[
        "In the table of running totals: which two of them give the sum of the first window, and which two that of the last one?",
        "The ends of all windows are the totals from place `width` on. Where do the beginnings stop?",
        "Both slices have the same length, n - width + 1, if the 0 stands in front of the totals. Take one from the other.",
    ],
)


@moving_average.test("the example: 4, 6, 5, 9 in windows of 3")
def _(answer):
    close(answer(np.array([4, 6, 5, 9]), 3), [5, 20 / 3], what="The moving average")


@moving_average.test("windows of one are the values themselves, the widest window is the mean of all")
def _(answer):
    close(answer(np.array([3.0, -1.0, 4.0]), 1), [3, -1, 4], what="The moving average of width 1")
    close(answer(np.array([3.0, -1.0, 4.0, 10.0]), 4), [4], what="The moving average of width 4")


@moving_average.test("every window of any values has its own mean", points=2, hidden=True)
def _(answer, rng):
    for number, width in ((9, 2), (20, 7), (12, 11)):
        values = rng.normal(50, 20, size=number)
        expected = [math.fsum(values[i : i + width]) / width for i in range(number - width + 1)]
        with unchanged(values=values):
            close(answer(values, width), expected, what=f"The moving average of {number} values, width {width}")


@moving_average.test("ten times as many values take no more lines of Python")
def _(answer, rng):
    values = rng.normal(size=600)
    no_loop(answer, (values[:60], 5), (values, 5), "values")


@moving_average.mistake(
    "Right, but by a loop over the windows, which adds up every value `width` times. With running totals each window is one subtraction, and all windows "
    "are a difference of two slices."
)
def looped_over_windows(values, width):
    return np.array([np.mean(values[i : i + width]) for i in range(len(values) - width + 1)])


@moving_average.mistake(
    "The first window is missing. Its sum is what was reached at its end less what was reached *before the first value*: which number must stand in front of "
    "the running totals?"
)
def without_the_zero(values, width):
    totals = np.cumsum(values)
    return (totals[width:] - totals[:-width]) / width


@moving_average.mistake("Those are sums. What does a window of `width` numbers have to be divided by?")
def sums_of_windows(values, width):
    totals = np.concatenate([[0], np.cumsum(values)])
    return totals[width:] - totals[:-width]


@moving_average.mistake(
    'You have as many numbers as values: `mode="same"` (or a padding of your own) fills up the ends with windows that are not whole and lack what they '
    "add up as zeros. Only whole windows are asked for."
)
def ends_filled_up(values, width):
    return np.convolve(values, np.ones(width), mode="same") / width


@moving_average.mistake(
    "Your result has too many numbers: windows that have only begun, or are about to end, are among them. Only whole windows count, "
    "n - width + 1 of them."
)
def begun_windows(values, width):
    return np.convolve(values, np.ones(width), mode="full") / width


@moving_average.mistake(
    "The windows stand side by side: each begins where the one before has ended. They should overlap; each begins *one* place after the one before."
)
def blocks(values, width):
    whole = len(values) // width * width
    return np.asarray(values)[:whole].reshape(-1, width).mean(axis=1)


@moving_average.mistake(
    "That is a mean of everything *so far*: the running total divided by how many there are. A window also has to let go of what is too old. What do you subtract?"
)
def mean_so_far(values, width):
    return np.cumsum(values) / np.arange(1, len(values) + 1)


@moving_average.mistake(
    "Your windows are one too narrow: the two slices are `width - 1` places apart, and still you divide by `width`. Check with the table: 20 is 24 - 4, and those stand 3 places apart."
)
def one_too_narrow(values, width):
    totals = np.concatenate([[0], np.cumsum(values)])
    return (totals[width - 1 :] - totals[: len(totals) - width + 1]) / width


@moving_average.mistake(
    "Your slices have the right length, but the totals lack the 0 in front. So each difference starts *after* the first value of its window and loses it. What had been reached before the very "
    "first value?"
)
def first_value_lost(values, width):
    totals = np.cumsum(values)
    return (totals[width - 1 :] - totals[: len(totals) - width + 1]) / width


@moving_average.mistake(
    "`//` cuts off what comes after the point, so a mean of 6.67 becomes 6. Means are floats: which division keeps the rest?"
)
def whole_division_of_windows(values, width):
    totals = np.concatenate([[0], np.cumsum(values)])
    return (totals[width:] - totals[:-width]) // width


@moving_average.mistake(
    "The last window is missing: you stop one place too early. n numbers have n - width + 1 windows, not n - width. Count them for 4 numbers and windows of 3."
)
def last_window_missing(values, width):
    totals = np.concatenate([[0], np.cumsum(values)])
    return (totals[width:-1] - totals[: -width - 1]) / width


@moving_average.also_right
def by_convolution(values, width):
    return np.convolve(values, np.ones(width) / width, mode="valid")


@moving_average.also_right
def by_a_view_of_windows(values, width):
    return np.lib.stride_tricks.sliding_window_view(values, width).mean(axis=1)


@moving_average.also_right
def by_shifted_slices(values, width):
    number = len(values) - width + 1
    return sum(np.asarray(values, dtype=float)[shift : shift + number] for shift in range(width)) / width


# 5. Everything against everything

distances = Exercise(
    concepts=["pairwise distances", "broadcasting", "vectorising"],
    minutes=7,
    inside=True,
    hints=[
        "Draw the three shapes: (n, 1, d), (1, m, d) and what their difference has. Which of the three axes must disappear?",
        "Square first, then add up along the axis of the d numbers, then take the root.",
        "The axes are numbered 0, 1, 2, and it is the last one that the sum should squeeze.",
    ],
)


@distances.test("the example: two rows against three rows")
def _(answer):
    A, B = np.array([[0, 0], [1, 1]]), np.array([[3, 4], [1, 1], [0, 2]])
    close(answer(A, B), [[5, 2**0.5, 2], [13**0.5, 0, 2**0.5]], atol=1e-6, what="The table of distances")


@distances.test("tables of equal length: still every row meets every row")
def _(answer):
    A, B = np.array([[2.0, 3.0, 6.0], [0.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 0.0], [8.0, 9.0, 12.0]])
    close(answer(A, B), [[7, 108**0.5], [0, 17]], atol=1e-6, what="The table of distances")
    close(answer(np.array([[1.0]]), np.array([[-2.0]])), [[3]], what="The distance of two single numbers")


@distances.test("each distance is that of its two rows, whatever the shapes", points=2, hidden=True)
def _(answer, rng):
    for n, m, d in ((4, 6, 3), (5, 5, 5), (1, 7, 2), (6, 1, 24)):
        A, B = rng.normal(size=(n, d)), rng.normal(size=(m, d))
        expected = [[math.dist(x, y) for y in B.tolist()] for x in A.tolist()]
        with unchanged(A=A, B=B):
            close(
                answer(A, B), expected, rtol=1e-5, atol=1e-6, what=f"The table of distances of {n} rows from {m} rows"
            )


@distances.test("ten times as many rows on both sides take no more lines of Python")
def _(answer, rng):
    A, B = rng.normal(size=(80, 3)), rng.normal(size=(60, 3))
    no_loop(answer, (A[:8], B[:6]), (A, B), "rows")


@distances.mistake(
    "Right, but by loops over the rows. Give `A` an axis of length 1 where `B` has its rows, and the other way round; then a single difference holds "
    "all the pairs."
)
def looped_over_pairs(A, B):
    return np.array([[math.dist(x, y) for y in B] for x in A])


@distances.mistake("Those are the *squared* distances. Which step comes last with Pythagoras?")
def without_the_root(A, B):
    return ((A[:, None, :] - B[None, :, :]) ** 2).sum(axis=2)


@distances.mistake(
    "You add up the differences without their signs (that is also what comes out if the root is taken *before* the sum): the way along the streets, 3 + 4 = 7, not the "
    "straight line. In which order do square, sum and root stand with Pythagoras?"
)
def along_the_streets(A, B):
    return np.abs(A[:, None, :] - B[None, :, :]).sum(axis=2)


@distances.mistake(
    "You squeezed the axis of B's rows: what is left has the shape (n, d). The three axes are n, m, d, numbered 0, 1, 2; the one that should disappear is that of the d numbers of a row."
)
def squeezed_the_rows_of_b(A, B):
    return np.sqrt(((A[:, None, :] - B[None, :, :]) ** 2).sum(axis=1))


@distances.mistake(
    "You squeezed axis 0, that of A's rows: what is left has the shape (m, d). The three axes are n, m, d, numbered 0, 1, 2; the one that should disappear is that of the d numbers of a row."
)
def squeezed_the_rows_of_a(A, B):
    return np.sqrt(((A[:, None, :] - B[None, :, :]) ** 2).sum(axis=0))


@distances.mistake(
    "You subtract row from row at the same place: the first of `A` from the first of `B` and so on, which works only for tables of one length. Every row of one shall meet *every* row of the "
    "other. Where does each need an axis of length 1?"
)
def place_by_place(A, B):
    return np.sqrt(((A - B) ** 2).sum(axis=1))


@distances.mistake(
    "Rows and columns are the other way round: at `[i, j]` should stand row i of *A* and row j of *B*. Which of them must have its rows on axis 0?"
)
def sides_swapped(A, B):
    return np.sqrt(((B[:, None, :] - A[None, :, :]) ** 2).sum(axis=2))


@distances.mistake(
    "You squeeze everything into one number, as `sum` (or `norm`) does when no axis is named. Each pair keeps its own distance; only the axis of the d numbers disappears."
)
def one_number_for_all(A, B):
    return np.sqrt(((A[:, None, :] - B[None, :, :]) ** 2).sum())


@distances.mistake(
    "You take the *mean* of the squares, so the distance shrinks the more numbers a row has. A length is the root of their sum."
)
def mean_of_squares(A, B):
    return np.sqrt(((A[:, None, :] - B[None, :, :]) ** 2).mean(axis=2))


@distances.also_right
def by_norm(A, B):
    return np.linalg.norm(A[:, np.newaxis] - B, axis=-1)


@distances.also_right
def by_products(A, B):
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.sqrt(np.maximum(squares, 0))


@distances.also_right
def column_by_column(A, B):
    return np.sqrt(sum(np.subtract.outer(A[:, j], B[:, j]) ** 2 for j in range(A.shape[1])))


# Challenge

LAST_OF_AUGUST, MOST_OFF = 243, 54

forecast = Exercise(
    concepts=["nearest neighbours", "pairwise distances", "argsort", "vectorising"],
    minutes=15,
    inside=True,
    hints=[
        "Which of the past days may speak, for a given morning? And should one of them alone decide?",
        "Only the first h hours of the past days can be compared with a morning of h hours; `mornings.shape[1]` is h.",
        "`nearest`, of shape (m, k), holds the numbers of the k nearest days of each morning. `days[nearest]` then has the shape (m, k, 24): whole days, k for each "
        "morning. Which axis disappears in their mean?",
        "Try several k on the bikes above, from 1 to 243, and look at the error of each.",
    ],
)


def real_days():
    """The year of the lesson as an array of 365 days with 24 hours each."""
    bikes = datasets.load("bike_hourly")
    days = np.zeros((365, 24), dtype=int)
    days[bikes["day"].to_numpy() - 1, bikes["hr"].to_numpy()] = bikes["bikers"].to_numpy()
    return days


def off_by(answer, past, future, hours):
    """The mean absolute error of an answer's forecasts from the first `hours` hours on."""
    result = answer(past, future[:, :hours])
    same_shape(result, (len(future), 24 - hours), what="The table of forecasts")
    return float(np.abs(np.asarray(result, dtype=float) - future[:, hours:]).mean())


@forecast.test("one forecast for each morning, for each hour that is left, whatever the hour of asking")
def _(answer, rng):
    days = rng.poisson(50, size=(60, 24))
    for hours, number in ((10, 7), (1, 3), (23, 2), (12, 1)):
        mornings = rng.poisson(50, size=(number, hours))
        with unchanged(days=days, mornings=mornings):
            same_shape(
                answer(days, mornings),
                (number, 24 - hours),
                what=f"The table of forecasts of {number} mornings of {hours} hours",
            )


@forecast.test("two kinds of days: each morning gets the rest of its own kind")
def _(answer):
    sunny, rainy = np.arange(24) * 10, np.full(24, 7)
    days = np.concatenate([np.tile(sunny, (45, 1)), np.tile(rainy, (45, 1))])
    result = answer(days, np.stack([rainy[:8], sunny[:8]]))
    close(result, [rainy[8:], sunny[8:]], what="The table of forecasts after a rainy and after a sunny morning")


@forecast.test("if all the past days are one and the same day, that is the forecast", hidden=True)
def _(answer, rng):
    day = rng.poisson(80, size=24) + 0.5
    result = answer(np.tile(day, (40, 1)), rng.poisson(80, size=(3, 6)))
    close(result, np.tile(day[6:], (3, 1)), what="The table of forecasts")


@forecast.test(
    "with 40 like days among many others, in any order, each morning is forecast by itself", points=2, hidden=True
)
def _(answer, rng):
    for hours in (5, 14):
        kinds = rng.normal(100, 30, size=(3, 24))
        days = rng.permutation(np.repeat(kinds, 40, axis=0))
        which = rng.integers(3, size=5)
        result = answer(days, kinds[which, :hours])
        close(result, kinds[which, hours:], what=f"The table of forecasts after {hours} hours")
        alone = answer(days, kinds[which[:1], :hours])
        close(alone, kinds[which[:1], hours:], what="The forecast of a single morning")


@forecast.test(f"on the real bikes it is off by at most {MOST_OFF} an hour, at ten in the morning", points=3)
def _(answer):
    days = real_days()
    error = off_by(answer, days[:LAST_OF_AUGUST], days[LAST_OF_AUGUST:], 10)
    holds(
        error <= MOST_OFF,
        f"The forecasts are off by {error:.1f} bikes an hour on average; {MOST_OFF} or less is asked for.",
        round(error, 2),
    )


@forecast.test("ten times as many past days and new days take no more lines of Python", points=2)
def _(answer, rng):
    days, mornings = rng.poisson(50, size=(600, 24)), rng.poisson(50, size=(80, 10))
    no_loop(answer, (days[:60], mornings[:8]), (days, mornings), "days")


@forecast.mistake(
    "Every morning gets the same forecast, the mean of all the past days: the mornings themselves are never asked. Which of the past days began as this one did?"
)
def the_mean_day(days, mornings):
    hours = mornings.shape[1]
    return np.tile(days[:, hours:].mean(axis=0), (len(mornings), 1))


@forecast.mistake(
    "You copy the one nearest day. It went on as it did by chance as well: a shower at five, a concert at eight. Ask several near days; what one of them had by chance, the others had not."
)
def the_single_nearest(days, mornings):
    hours = mornings.shape[1]
    gaps = mornings[:, None, :] - days[None, :, :hours]
    return days[(gaps**2).sum(axis=2).argmin(axis=1), hours:]


@forecast.mistake(
    "Those are the days that were *least* like the morning: the end of a rising order holds the largest distances. Where do the nearest ones stand?"
)
def the_farthest(days, mornings):
    hours = mornings.shape[1]
    gaps = mornings[:, None, :] - days[None, :, :hours]
    order = (gaps**2).sum(axis=2).argsort(axis=1)
    return days[order[:, -15:], hours:].mean(axis=1)


@forecast.mistake(
    "Right, but one morning after the other. The mornings can meet all past days at once, as in `distances`; and `days[nearest]` takes a whole table of day numbers."
)
def looped_over_mornings(days, mornings):
    hours = mornings.shape[1]
    result = []
    for morning in mornings:
        order = ((days[:, :hours] - morning) ** 2).sum(axis=1).argsort()
        result.append(days[order[:15], hours:].mean(axis=0))
    return np.array(result)


@forecast.mistake(
    "What comes back are whole days of 24 hours. The morning is over; only the hours after it are wanted. Which columns are those?"
)
def whole_days(days, mornings):
    hours = mornings.shape[1]
    gaps = mornings[:, None, :] - days[None, :, :hours]
    return days[(gaps**2).sum(axis=2).argsort(axis=1)[:, :15]].mean(axis=1)


@forecast.mistake(
    "You took the mean over the *mornings*, so each row is a mixture of many days' neighbours. In the shape (mornings, neighbours, hours), which axis should disappear?"
)
def mean_over_the_mornings(days, mornings):
    hours = mornings.shape[1]
    gaps = mornings[:, None, :] - days[None, :, :hours]
    return days[(gaps**2).sum(axis=2).argsort(axis=1)[:, :15], hours:].mean(axis=0)


@forecast.mistake(
    "The mornings are compared with the *last* hours of the past days. What a morning resembles is another morning: the first h hours."
)
def compared_with_the_evening(days, mornings):
    hours = mornings.shape[1]
    gaps = mornings[:, None, :] - days[None, :, 24 - hours :]
    return days[(gaps**2).sum(axis=2).argsort(axis=1)[:, :15], hours:].mean(axis=1)


@forecast.mistake(
    "You compare the *totals* of the mornings only. A Saturday with many late risers and a Monday with commuters at eight can have the same total; it is the hours one by one that tell "
    "them apart. Subtract first, then square, then add up."
)
def compared_by_totals(days, mornings):
    hours = mornings.shape[1]
    gaps = np.abs(mornings.sum(axis=1)[:, None] - days[:, :hours].sum(axis=1))
    return days[gaps.argsort(axis=1)[:, :15], hours:].mean(axis=1)


@forecast.mistake(
    "Half of all past days are asked, so days that began quite differently have a say as well, and the forecast comes close to the mean day. How many days are *near*? Try a few numbers on the bikes."
)
def too_many_neighbours(days, mornings):
    hours = mornings.shape[1]
    gaps = mornings[:, None, :] - days[None, :, :hours]
    order = (gaps**2).sum(axis=2).argsort(axis=1)
    return days[order[:, : len(days) // 2], hours:].mean(axis=1)


@forecast.mistake(
    "The forecast always begins at ten o'clock. How many hours a morning has is for `mornings` to say: the statement allows 1 to 23."
)
def always_from_ten(days, mornings):
    hours = mornings.shape[1]
    gaps = mornings[:, None, :] - days[None, :, :hours]
    return days[(gaps**2).sum(axis=2).argsort(axis=1)[:, :15], 10:].mean(axis=1)


@forecast.mistake(
    "Your idea is a good one on the bikes, but more than 40 days are asked each time. Where just 40 past days began like this one, days that began otherwise have a say, and the "
    "statement rules that out. Ask fewer."
)
def sixty_neighbours(days, mornings):
    hours = mornings.shape[1]
    gaps = mornings[:, None, :] - days[None, :, :hours]
    order = (gaps**2).sum(axis=2).argsort(axis=1)
    return days[order[:, :60], hours:].mean(axis=1)


@forecast.mistake(
    "Near days weigh more than far ones, a good idea. But *every* past day still has a say, also one that began quite differently, while 40 others began exactly as this morning did. Let only a "
    "few of the nearest days take part in the weighing."
)
def all_days_weighted(days, mornings):
    hours = mornings.shape[1]
    gaps = np.sqrt(((mornings[:, None, :] - days[None, :, :hours]) ** 2).sum(axis=2))
    weights = np.exp(-((gaps / 60) ** 2)) + 1e-300
    return weights @ days[:, hours:] / weights.sum(axis=1, keepdims=True)


@forecast.mistake(
    "The largest distances come first in your ranking (`busiest` puts the largest first, and so does sorting what is negated), so the days that are *least* like the morning are asked. "
    "Near means a small distance."
)
def largest_distance_first(days, mornings):
    hours = mornings.shape[1]
    gaps = mornings[:, None, :] - days[None, :, :hours]
    order = (-(gaps**2).sum(axis=2)).argsort(axis=1, kind="stable")
    return days[order[:, :15], hours:].mean(axis=1)


@forecast.mistake(
    "Every past day has a say, weighted by one over its distance. That falls off slowly: the many far days together outweigh the few near ones, and pull the forecast towards the mean day. "
    "Let only some of the nearest take part."
)
def all_days_by_one_over_distance(days, mornings):
    hours = mornings.shape[1]
    gaps = np.sqrt(((mornings[:, None, :] - days[None, :, :hours]) ** 2).sum(axis=2))
    weights = 1 / (gaps + 1e-9)
    return weights @ days[:, hours:] / weights.sum(axis=1, keepdims=True)


@forecast.mistake(
    "You standardise by the mean and deviation of the *new* mornings, so a forecast changes with the other mornings that happen to be asked about, and for a single one the deviation is 0. "
    "Which days are there whoever asks?"
)
def scaled_by_the_new_mornings(days, mornings):
    hours = mornings.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        gaps = (mornings[:, None, :] - days[None, :, :hours]) / mornings.std(axis=0)
    return days[(gaps**2).sum(axis=2).argsort(axis=1)[:, :15], hours:].mean(axis=1)


@forecast.also_right
def with_scipy_and_a_partition(days, mornings):
    from scipy.spatial.distance import cdist

    hours = mornings.shape[1]
    nearest = np.argpartition(cdist(mornings, days[:, :hours]), 9, axis=1)[:, :10]
    return days[nearest][:, :, hours:].mean(axis=1)


@forecast.also_right
def weighted_by_nearness(days, mornings):
    hours = mornings.shape[1]
    squares = ((mornings[:, None, :] - days[:, :hours]) ** 2).sum(axis=2)
    nearest = squares.argsort(axis=1)[:, :20]
    weights = 1 / (np.take_along_axis(squares, nearest, axis=1) + 1.0)
    rest = days[nearest, hours:]
    return (rest * weights[:, :, None]).sum(axis=1) / weights.sum(axis=1, keepdims=True)


@forecast.also_right
def by_city_blocks(days, mornings):
    hours = mornings.shape[1]
    gaps = np.abs(mornings[:, None, :] - days[:, :hours]).sum(axis=2)
    return np.median(days[np.argsort(gaps)[:, :12], hours:], axis=1)


forecast.equivalent("nearest = order[:, :15]", because="how many neighbours are asked is the learner's choice")
