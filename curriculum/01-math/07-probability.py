"""Exercises of 01-math/07-probability."""

import math
from functools import cache

import numpy as np
from scipy import stats

from autograder import datasets
from autograder.compare import close, holds, raises, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": "7 is the sum of the first three numbers alone. In a dot product each number is first multiplied by its partner.",
        "c": "[0.5, 0.5, 1] are the products, place by place. What does a dot product do with them at the end?",
        "d": "That is 7 divided by 3, the plain average. Here the three numbers do not weigh the same.",
    },
    concepts=["dot product"],
    hints=[
        "What belongs together in a dot product, and what is done with the pairs?",
        "Multiply place by place: 1 · 0.5, 2 · 0.25, 4 · 0.25. Then one more step.",
    ],
)

warmup_2 = Choice(
    correct="c",
    distractors={
        "a": "15 is how far 65 lies above the mean. Standardising also measures that distance in standard deviations.",
        "b": "6.5 is 65 divided by 10. Which step comes before the division?",
        "d": "That is upside down: the distance is divided by the standard deviation, not the other way round.",
    },
    concepts=["scaling"],
    hints=[
        "Two things are done to each number of a column when it is standardised. Which?",
        "Take away the mean, then divide by the standard deviation.",
    ],
)

CUPS = np.array([1.0, 2.0, 4.0])
CHANCES = np.array([0.5, 0.25, 0.25])


def random_table(rng, how_many):
    """Values in no order, and chances that add up to 1."""
    values = rng.choice(np.arange(-40, 60), size=how_many, replace=False) / 2
    chances = rng.uniform(0.2, 1.0, size=how_many)
    return values, chances / chances.sum()


estimate_with_error = Exercise(
    concepts=["simulation", "probability", "standard error"],
    minutes=6,
    hints=[
        "Python counts `True` as 1 and `False` as 0. What is then the average of a row of them?",
        "The error needs the share and the number of trials. Which function takes a square root?",
    ],
)


def check_pair(result, first, second, names):
    holds(
        isinstance(result, tuple | list) and len(result) == 2 or np.shape(result) == (2,),
        f"It should return two numbers, {names[0]} and {names[1]}, with a comma between them.",
        result,
    )
    if first != second and not np.isclose(result[0], first):
        turned = np.allclose(list(result), [second, first])
        holds(not turned, f"Both numbers are right, in the wrong order: first {names[0]}, then {names[1]}.", result)
    close(result[0], first, what=names[0].capitalize())
    close(result[1], second, what=names[1].capitalize())


ESTIMATE = ("the share", "the standard error")


@estimate_with_error.test("one hit in four trials: 0.25, give or take 0.217")
def _(answer):
    check_pair(answer([True, False, False, False]), 0.25, math.sqrt(0.25 * 0.75 / 4), ESTIMATE)


@estimate_with_error.test("a list or an array, of True and False or of 1 and 0, are all the same")
def _(answer):
    check_pair(answer(np.array([1, 1, 0, 1, 0])), 0.6, math.sqrt(0.6 * 0.4 / 5), ESTIMATE)
    check_pair(answer(np.array([False, True])), 0.5, math.sqrt(0.25 / 2), ESTIMATE)


@estimate_with_error.test("when every trial hits, or there is a single one, the formula gives an error of 0")
def _(answer):
    check_pair(answer([True] * 8), 1.0, 0.0, ESTIMATE)
    check_pair(answer([False]), 0.0, 0.0, ESTIMATE)


@estimate_with_error.test("four times as many trials with the same share halve the error", points=2, hidden=True)
def _(answer, rng):
    trials = int(rng.integers(20, 80))
    hits = int(rng.integers(3, trials - 3))
    outcomes = rng.permutation(np.arange(trials) < hits)
    error = math.sqrt(hits * (trials - hits) / trials) / trials
    check_pair(answer(outcomes), hits / trials, error, ESTIMATE)
    check_pair(answer(np.tile(outcomes, 4)), hits / trials, error / 2, ESTIMATE)


@estimate_with_error.mistake(
    "Your error is the spread of a *single* trial, and more trials don't make it smaller. What the text found by repeating "
    "was an error that shrinks with the number of trials: where does that number come in?"
)
def spread_of_one_trial(hits):
    share = np.mean(hits)
    return share, np.sqrt(share * (1 - share))


@estimate_with_error.mistake(
    "You divided by the number of trials outside of the root. Then four times as many trials would make the error four "
    "times smaller; in the table of the text they only *halve* it."
)
def divided_by_n(hits):
    share = np.mean(hits)
    return share, np.sqrt(share * (1 - share)) / len(hits)


@estimate_with_error.mistake(
    "The root is missing: this is the *square* of the error. It looks wonderfully small, since the square of a small number is smaller still."
)
def no_root(hits):
    share = np.mean(hits)
    return share, share * (1 - share) / len(hits)


@estimate_with_error.mistake(
    "1 / √n is a rule of thumb for the worst case. An event that hardly ever happens is known more exactly than one that "
    "happens half the time, and the share in the formula says so."
)
def rule_of_thumb(hits):
    return np.mean(hits), 1 / np.sqrt(len(hits))


@estimate_with_error.mistake(
    "You divided by n − 1 (`ddof=1`). That has its place when a spread is estimated from measurements, in a later lesson; "
    "the formula here has plain n. And for a single trial yours divides 0 by 0."
)
def by_n_minus_one(hits):
    with np.errstate(all="ignore"):
        share = np.mean(hits)
        return share, np.sqrt(share * (1 - share) / (len(hits) - np.float64(1)))


@estimate_with_error.mistake(
    "The first number is how *often* it happened. A count grows with the number of trials; the share is what it is compared to."
)
def count_for_share(hits):
    share = np.mean(hits)
    return np.sum(hits), np.sqrt(share * (1 - share) / len(hits))


@estimate_with_error.mistake(
    "That is about two standard errors, the margin that nearly always holds. A useful number, but the statement asks for "
    "the standard error itself."
)
def two_errors(hits):
    share = np.mean(hits)
    return share, 1.96 * np.sqrt(share * (1 - share) / len(hits))


@estimate_with_error.mistake(
    "That is *two* standard errors, the margin that nearly always holds. A useful number, but the statement asks for the "
    "standard error itself."
)
def exactly_two_errors(hits):
    share = np.mean(hits)
    return share, 2 * np.sqrt(share * (1 - share) / len(hits))


@estimate_with_error.mistake(
    "The first number is how *often* it happened, not a share. With a count for p, the part 1 - p in the formula turns "
    "negative, and the root of that is `nan`. What must a count be compared to?"
)
def count_everywhere(hits):
    with np.errstate(all="ignore"):
        count = np.sum(hits)
        return count, np.sqrt(count * (1 - count) / len(hits))


@estimate_with_error.mistake(
    "You ask the row for its method `mean`, which an array has and a list has not. The statement allows both. Which "
    "function takes the mean of either?"
)
def only_arrays(hits):
    share = hits.mean()
    return share, np.sqrt(share * (1 - share) / len(hits))


@estimate_with_error.mistake(
    "You ask the row for its method `count`, which a list has and an array has not. The statement allows both. True counts "
    "as 1: what does a plain sum give?"
)
def only_lists(hits):
    share = hits.count(True) / len(hits)
    return share, np.sqrt(share * (1 - share) / len(hits))


@estimate_with_error.mistake(
    "You put 0.4375 into the formula, the chance of the two customers in the text. Here somebody else's trials come in, and "
    "p is what you have just found: their share."
)
def chance_of_the_text(hits):
    return np.mean(hits), np.sqrt(0.4375 * 0.5625 / len(hits))


@estimate_with_error.also_right
def by_standard_deviation(hits):
    return np.mean(hits), np.std(hits) / np.sqrt(len(hits))


@estimate_with_error.also_right
def by_counting(hits):
    count = 0
    for hit in hits:
        if hit:
            count += 1
    p = count / len(hits)
    return [p, (p * (1 - p) / len(hits)) ** 0.5]


mean_and_variance = Exercise(
    concepts=["expectation", "variance", "random variable"],
    minutes=7,
    hints=[
        "Which operation of the first lesson multiplies what belongs together and adds?",
        "For the variance, make a new row first: how far each value is from the mean, squared.",
        "The variance is again an expectation, of that new row. The same chances weigh it.",
    ],
)
TABLE = ("the expectation", "the variance")


@mean_and_variance.test("the cups of a customer: expectation 2, variance 1.5")
def _(answer):
    result = answer(CUPS, CHANCES)
    if np.shape(result) == (2,) and not np.isclose(result[0], 2) and abs(result[0] - 2) < 0.05:
        holds(
            False,
            "Near, but not exact, as from a simulation. The table holds everything: with its chances the expectation can "
            "be computed, without any draw.",
            result[0],
            2.0,
        )
    check_pair(result, 2.0, 1.5, TABLE)


@mean_and_variance.test("a fair die has 3.5 and 35/12; a value that is certain has variance 0")
def _(answer):
    check_pair(answer(np.arange(1, 7), np.full(6, 1 / 6)), 3.5, 35 / 12, TABLE)
    check_pair(answer(np.array([5.0]), np.array([1.0])), 5.0, 0.0, TABLE)


@mean_and_variance.test("losses count: -10 with chance 0.9 and 100 with chance 0.1 make 1 and 1089")
def _(answer):
    values, chances = np.array([-10.0, 100.0]), np.array([0.9, 0.1])
    with unchanged(values=values, probabilities=chances):
        check_pair(answer(values, chances), 1.0, 1089.0, TABLE)


@mean_and_variance.test("it is right for tables of any length, whatever the unit", points=2, hidden=True)
def _(answer, rng):
    for _ in range(4):
        middle, apart, rare = rng.normal() * 20, rng.uniform(0.5, 30), rng.uniform(0.05, 0.45)
        values, chances = middle + apart * np.array([1, 0, -1]), np.array([rare, 1 - 2 * rare, rare])
        check_pair(answer(values, chances), middle, 2 * rare * apart**2, TABLE)
    count = int(rng.integers(4, 20))  # all whole numbers from 1 to count alike, in another unit
    values = rng.permutation(np.arange(1, count + 1)) * 0.5
    check_pair(answer(values, np.full(count, 1 / count)), (count + 1) / 4, (count**2 - 1) / 48, TABLE)


@mean_and_variance.mistake(
    "You took the plain average, as if all values were equally likely. A value that comes twice as often must weigh twice "
    "as much: that is what `probabilities` is for."
)
def unweighted(values, probabilities):
    return np.mean(values), np.var(values)


@mean_and_variance.mistake(
    "The expectation is right, but in the variance the values all weigh the same. It's an average of squared distances, "
    "and rare distances count rarely."
)
def unweighted_variance(values, probabilities):
    mean = values @ probabilities
    return mean, np.mean((values - mean) ** 2)


@mean_and_variance.mistake(
    "Your second number is the expectation of the *squares*. It measures the distance from 0; the variance measures the "
    "distance from the mean."
)
def mean_square(values, probabilities):
    return values @ probabilities, values**2 @ probabilities


@mean_and_variance.mistake(
    "Your second number is the standard deviation, the *root* of the variance. In the unit of the values it's the easier one "
    "to picture; asked for is the variance."
)
def standard_deviation(values, probabilities):
    mean = values @ probabilities
    return mean, np.sqrt((values - mean) ** 2 @ probabilities)


@mean_and_variance.mistake(
    "You took the average distance from the mean without squaring. It's a sensible measure of spread, only not this one: the "
    "variance squares the distances, and that is why variances can be added later."
)
def mean_distance(values, probabilities):
    mean = values @ probabilities
    return mean, np.abs(values - mean) @ probabilities


@mean_and_variance.mistake(
    "Close: the variance is the expected square minus the mean *squared*. You took away the mean itself."
)
def mean_not_squared(values, probabilities):
    mean = values @ probabilities
    return mean, values**2 @ probabilities - mean


@mean_and_variance.mistake(
    "You divided by the number of values as well. The chances already add up to 1, so they have done the averaging."
)
def averaged_twice(values, probabilities):
    mean = np.mean(values * probabilities)
    return mean, np.mean((values - mean) ** 2 * probabilities)


@mean_and_variance.mistake(
    "You divided by n − 1. That repairs a variance *estimated* from a sample; here the chances are known, and nothing is "
    "to be repaired. For a single value it even divides by zero."
)
def sample_variance(values, probabilities):
    mean = values @ probabilities
    n = np.float64(len(values))
    with np.errstate(all="ignore"):
        return mean, (values - mean) ** 2 @ probabilities * n / (n - 1)


@mean_and_variance.mistake(
    "You didn't square the distances, so those below the mean cancel those above it: the sum is 0 for every table. That is "
    "what the square is for."
)
def distances_not_squared(values, probabilities):
    mean = values @ probabilities
    return mean, np.sum(probabilities * (values - mean))


@mean_and_variance.mistake(
    "You added up the squared distances as they are. The variance is their *expectation*: each counts as much as its value "
    "is likely."
)
def squares_not_weighed(values, probabilities):
    mean = values @ probabilities
    return mean, np.sum((values - mean) ** 2)


@mean_and_variance.mistake(
    "Your chances stand inside the square and are squared with the distance. Square the distance alone, then weigh it."
)
def chances_squared(values, probabilities):
    mean = values @ probabilities
    return mean, np.sum((probabilities * (values - mean)) ** 2)


@mean_and_variance.mistake(
    "You took the variance of the products p · x, as if they were measurements. The distances to be squared are those of "
    "the *values* from the expectation; the chances come in as weights."
)
def variance_of_the_products(values, probabilities):
    return np.sum(values * probabilities), np.var(values * probabilities)


@mean_and_variance.mistake(
    "The squared mean is taken away once for each value, since it stands inside the sum. From the expected square it is "
    "taken away only once."
)
def mean_taken_away_often(values, probabilities):
    mean = values @ probabilities
    return mean, np.sum(probabilities * values**2 - mean**2)


@mean_and_variance.mistake(
    "Your expectation is the *mean* of the products, so it is divided by the number of values. The chances add up to 1: "
    "they have done the averaging already."
)
def mean_of_the_products(values, probabilities):
    mean = np.mean(values * probabilities)
    return mean, np.sum((values - mean) ** 2 * probabilities)


@mean_and_variance.also_right
def expected_square(values, probabilities):
    mean = np.sum(values * probabilities)
    return mean, np.sum(values**2 * probabilities) - mean**2


@mean_and_variance.also_right
def with_loops(values, probabilities):
    mean = 0
    for value, chance in zip(values, probabilities, strict=True):
        mean += value * chance
    return mean, sum(chance * (value - mean) ** 2 for value, chance in zip(values, probabilities, strict=True))


distribution_function = Exercise(
    concepts=["distribution function", "distribution"],
    minutes=5,
    hints=[
        "Which rows of the table take part when the question is *at most x*?",
        "`values <= x` gives a row of True and False, and such a row in square brackets picks the entries where it's True.",
    ],
)


@distribution_function.test("at most 2 cups: 0.75; at most 1: 0.5; at most 4: 1")
def _(answer):
    close(answer(CUPS, CHANCES, 2), 0.75, what="The chance of at most 2 cups")
    close(answer(CUPS, CHANCES, 1), 0.5, what="The chance of at most 1 cup")
    close(answer(CUPS, CHANCES, 4), 1.0, what="The chance of at most 4 cups")


@distribution_function.test("between, below and above the values it has an answer as well")
def _(answer):
    for x, expected in ((3.7, 0.75), (0, 0.0), (-5, 0.0), (100, 1.0)):
        try:
            got = answer(CUPS, CHANCES, x)
        except IndexError as error:
            holds(
                False,
                f"At most {x} cups: no value is so small, so the row that you pick from is empty ({error}). What is the "
                "chance that nothing has been added to?",
            )
        if np.ndim(got) == 0 and got is not None:
            holds(
                not (x <= 0 and got == 1),
                "Below all values the chance is 0, and yours is 1. A place of -1 means the last one in Python, where "
                "everything has been added.",
                got,
                expected,
            )
            holds(
                not (x <= 0 and got == 0.5),
                "Below all values the chance is 0, and yours is that of the first value. It is added only from that value on.",
                got,
                expected,
            )
            holds(
                not (x == 3.7 and 0.75 < got < 1),
                "You joined the steps by straight lines. Nobody orders 3.7 cups, so between 2 and 4 nothing is added: the "
                "function stays level and jumps at the values.",
                got,
                expected,
            )
        close(got, expected, what=f"The chance of at most {x} cups")


@distribution_function.test("the values may stand in any order")
def _(answer):
    values, chances = np.array([4.0, 1.0, 2.0]), np.array([0.25, 0.5, 0.25])
    close(answer(values, chances, 2), 0.75, what="The chance of at most 2 cups")
    close(answer(values, chances, 1.5), 0.5, what="The chance of at most 1.5 cups")


@distribution_function.test("at each value it jumps up by exactly that value's chance", points=2, hidden=True)
def _(answer, rng):
    values, chances = random_table(rng, int(rng.integers(4, 12)))
    reached = 0.0
    for place in np.argsort(values):
        close(answer(values, chances, values[place] - 0.1), reached, what="The chance just below a value")
        reached += chances[place]
        close(answer(values, chances, values[place]), reached, what="The chance at a value")


@distribution_function.mistake("You left `x` itself out. *At most* 2 cups includes the customers who order exactly 2.")
def strictly_below(values, probabilities, x):
    return np.sum(probabilities[values < x])


@distribution_function.mistake(
    "That is the chance of *exactly* `x`. The distribution function collects everything up to there."
)
def exactly(values, probabilities, x):
    return np.sum(probabilities[values == x])


@distribution_function.mistake(
    "You added up the chances from the other side: *more than* x. The distribution function looks downwards."
)
def above(values, probabilities, x):
    return np.sum(probabilities[values > x])


@distribution_function.mistake(
    "You counted values, each for one. 1 cup is one of three values, yet it is ordered by every second customer. Add up the "
    "chances of those values instead."
)
def share_of_values(values, probabilities, x):
    return np.mean(values <= x)


@distribution_function.mistake(
    "You counted on the values standing in order, the smallest first. A table may come in any order; ask of each value "
    "whether it is at most x."
)
def trusts_the_order(values, probabilities, x):
    total = 0.0
    for value, chance in zip(values, probabilities, strict=True):
        if value > x:
            break
        total += chance
    return total


@distribution_function.mistake(
    "You joined the steps by straight lines. But nobody orders 3 cups, so between 2 and 4 nothing is added: the "
    "function stays level there and jumps at the values."
)
def straight_lines(values, probabilities, x):
    order = np.argsort(values)
    return np.interp(x, values[order], np.cumsum(probabilities[order]), left=0.0)


@distribution_function.mistake(
    "You added up the chances of the values that are *at least* x. The distribution function asks for at most x: which way "
    "round must the comparison be?"
)
def at_least(values, probabilities, x):
    return np.sum(probabilities[values >= x])


@distribution_function.mistake(
    "You picked the right chances and handed them out one by one. One number is asked for, the chance that any of those "
    "values comes."
)
def not_added_up(values, probabilities, x):
    return probabilities[values <= x]


@distribution_function.mistake(
    "You used `x` as a number of places, the first x entries. It is a number of *cups*, and may be 3.7: ask of each value "
    "whether it is at most x."
)
def first_x_places(values, probabilities, x):
    return probabilities[:x].sum()


@distribution_function.also_right
def one_by_one(values, probabilities, x):
    return sum(chance for value, chance in zip(values, probabilities, strict=True) if value <= x)


@distribution_function.also_right
def as_dot_product(values, probabilities, x):
    return (np.asarray(values) <= x) @ np.asarray(probabilities)


quantile = Exercise(
    concepts=["quantile", "distribution function"],
    minutes=7,
    hints=[
        "Read the staircase the other way: you know the height, you look for the value. Where do you begin to climb?",
        "Go through the values from the smallest to the largest and keep a running total of their chances.",
        "`np.argsort(values)` gives the places in order of size. Stop at the first value at which the total has reached q.",
    ],
)


@quantile.test("half of all customers are content with 1 cup, 60 % with 2, 90 % with 4")
def _(answer):
    for q, expected in ((0.5, 1), (0.6, 2), (0.75, 2), (0.9, 4), (0.1, 1)):
        close(answer(CUPS, CHANCES, q), expected, what=f"The quantile of {q}")


@quantile.test("the values may stand in any order")
def _(answer):
    values, chances = np.array([40.0, -10.0, 5.0, 20.0]), np.array([0.125, 0.25, 0.125, 0.5])
    with unchanged(values=values, probabilities=chances):
        for q, expected in ((0.2, -10), (0.25, -10), (0.3, 5), (0.375, 5), (0.5, 20), (0.875, 20), (0.9, 40)):
            close(answer(values, chances, q), expected, what=f"The quantile of {q}")


@quantile.test("it is the smallest value whose distribution function reaches q", points=3, hidden=True)
def _(answer, rng):
    for how_many in (1, 3, 9):
        values, chances = random_table(rng, how_many)
        order = np.argsort(values)
        tops = np.cumsum(chances[order])
        for place, top in enumerate(tops):
            bottom = tops[place - 1] if place else 0.0
            inside = bottom + rng.uniform(0.1, 0.9) * (top - bottom)
            close(answer(values, chances, inside), values[order][place], what=f"The quantile of {inside:.3f}")


@quantile.mistake(
    "You asked NumPy for the quantile of the *values*, as if each came equally often. The chances don't take part at all."
)
def of_the_values(values, probabilities, q):
    return np.quantile(values, q)


@quantile.mistake(
    "Almost: where the total is exactly q, you go one value too far. The statement says *reaches* q, so equal is enough."
)
def goes_beyond(values, probabilities, q):
    total = 0.0
    for place in np.argsort(values):
        total += probabilities[place]
        if total > q:
            return values[place]
    return None


@quantile.mistake(
    "You climbed the table in the order in which it stands. The running total means *at most this value* only if the "
    "smaller values have come before."
)
def as_they_stand(values, probabilities, q):
    total = 0.0
    for value, chance in zip(values, probabilities, strict=True):
        total += chance
        if total >= q:
            return value
    return None


@quantile.mistake(
    "You sorted the values but not their chances, so each value got the chance of another. Which function gives you the "
    "*places* in order of size, for both rows?"
)
def chances_left_behind(values, probabilities, q):
    tops = np.cumsum(probabilities)
    return np.sort(values)[min(int(np.searchsorted(tops, q)), len(values) - 1)]


@quantile.mistake(
    "You climbed down from the top, so yours is the value that is exceeded or reached with chance q. The quantile of 0.9 must be large, "
    "not small."
)
def from_the_top(values, probabilities, q):
    total = 0.0
    for place in np.argsort(values)[::-1]:
        total += probabilities[place]
        if total >= q:
            return values[place]
    return None


@quantile.mistake(
    "That is the total of the chances at which you stopped. The question was at which *value* you are then."
)
def the_total(values, probabilities, q):
    total = 0.0
    for place in np.argsort(values):
        total += probabilities[place]
        if total >= q:
            return total
    return None


@quantile.mistake(
    "You stop one value too early: at the last one whose total is still *below* q. With 1 cup only half of the customers "
    "are content, so 1 can't be the quantile of 0.6."
)
def one_too_early(values, probabilities, q):
    order = np.argsort(values)
    place = int(np.searchsorted(np.cumsum(probabilities[order]), q))
    return values[order][max(place - 1, 0)]


@quantile.mistake(
    "You filled in between the values. Nobody orders 1.4 cups: a quantile is one of the values of the table."
)
def filled_in(values, probabilities, q):
    order = np.argsort(values)
    return np.interp(q, np.cumsum(probabilities[order]), values[order])


@quantile.mistake(
    "Your condition is right, but you go through the table as it stands and take the first value that fulfils it. All "
    "larger values fulfil it, too; the *smallest* is asked for."
)
def first_in_the_table(values, probabilities, q):
    for value in values:
        if probabilities[values <= value].sum() >= q:
            return value
    return None


@quantile.mistake(
    "You took the last value whose total is at most q. There the staircase hasn't got up to q yet, and if already the first "
    "step is higher than q there is no such value at all. Which step is the first that *reaches* it?"
)
def last_below(values, probabilities, q):
    order = np.argsort(values)
    return values[order][np.cumsum(probabilities[order]) <= q][-1]


@quantile.mistake(
    "You took the largest value whose total is at most q. There the staircase hasn't got up to q yet, and if already the "
    "first step is higher than q there is no such value at all. Which is the smallest that *reaches* it?"
)
def largest_below(values, probabilities, q):
    return max(value for value in values if probabilities[values <= value].sum() <= q)


@quantile.mistake("That is the *place* of the quantile in the sorted table. The question was which value stands there.")
def the_place(values, probabilities, q):
    return np.argmax(np.cumsum(probabilities[np.argsort(values)]) >= q)


@quantile.also_right
def by_distribution_function(values, probabilities, q):
    for value in sorted(values):
        if np.sum(probabilities[values <= value]) >= q:
            return value
    return max(values)


@quantile.also_right
def by_search(values, probabilities, q):
    order = np.argsort(values)
    return values[order][np.searchsorted(np.cumsum(probabilities[order]), q)]


conditional_share = Exercise(
    concepts=["conditional probability", "independence"],
    minutes=6,
    hints=[
        "Out of *which* rows is the share taken? Those are the ones to pick first.",
        "`happens[given]` keeps the entries of `happens` at the places where `given` is True.",
        "Before that, ask whether `given` is True anywhere: `np.any(given)`.",
    ],
)
RAIN = np.array([True, True, False, True, False, False, True, False])
WIND = np.array([True, False, False, True, True, False, True, True])


@conditional_share.test("the example: on 3 of the 5 windy days it rained")
def _(answer):
    close(answer(RAIN, WIND), 0.6, what="The share of windy days with rain")


@conditional_share.test("the other way round is another question: 3 of the 4 rainy days were windy")
def _(answer):
    close(answer(WIND, RAIN), 0.75, what="The share of rainy days with wind")


@conditional_share.test("always and never are shares, too: 1 and 0")
def _(answer):
    close(answer(np.array([True, True, False]), np.array([True, True, False])), 1.0, what="The share")
    close(answer(np.array([False, False, True]), np.array([True, True, False])), 0.0, what="The share")
    try:
        share = answer(np.array([False, False, False]), np.array([True, True, False]))
    except ValueError as error:
        holds(
            False,
            f"It raises a ValueError ({error}) for something that didn't happen on any day. There are two days to count, so "
            "there is a share: 0. Only a condition that never holds leaves nothing to count.",
        )
    close(share, 0.0, what="The share")


@conditional_share.test("a condition that never holds is refused, with a ValueError that says never")
def _(answer):
    with raises(ValueError, says="never"):
        answer(np.array([True, False, True]), np.zeros(3, dtype=bool))


@conditional_share.test("it is right for days of any number and kind", points=2, hidden=True)
def _(answer, rng):
    for _ in range(4):
        both, only_given, only_happens, neither = (int(n) for n in rng.integers(1, 30, size=4))
        happens = np.repeat([True, False, True, False], [both, only_given, only_happens, neither])
        given = np.repeat([True, True, False, False], [both, only_given, only_happens, neither])
        order = rng.permutation(len(happens))
        happens, given = happens[order], given[order]
        with unchanged(happens=happens, given=given):
            close(answer(happens, given), both / (both + only_given), what="The share")


def never_refused(given):
    if not np.any(given):
        raise ValueError("the condition never holds")


@conditional_share.mistake(
    "That is the share the other way round: among the rows where it *happens*, how often the condition holds. Most windy "
    "days may be rainy while few rainy days are windy. What stands behind the word *given*?"
)
def the_other_way_round(happens, given):
    never_refused(given)
    return np.mean(given[happens]) if np.any(happens) else 0.0


@conditional_share.mistake(
    "You counted the rows where both are true and divided by *all* rows. Given that the condition holds, the other rows "
    "are out of the game; by what is to be divided?"
)
def both_of_all(happens, given):
    never_refused(given)
    return np.mean(happens & given)


@conditional_share.mistake(
    "You left the condition out. That is right only if it makes no difference, that is, if the two are independent, and "
    "this is just what one wants to find out."
)
def condition_ignored(happens, given):
    never_refused(given)
    return np.mean(happens)


@conditional_share.mistake(
    "You multiplied the two shares. That gives the chance of *both*, and only for events that are independent. Count instead of assuming."
)
def multiplied(happens, given):
    never_refused(given)
    return np.mean(happens) * np.mean(given)


@conditional_share.mistake(
    "You picked the right rows and then counted them: that is how *often*. Divide by the number of rows that were picked."
)
def count_of_both(happens, given):
    never_refused(given)
    return np.sum(happens[given])


@conditional_share.mistake(
    "Right wherever there is something to count. When the condition never holds you divide 0 by 0, and `nan` wanders off "
    "into whatever comes next. Refuse it aloud."
)
def nan_for_never(happens, given):
    with np.errstate(all="ignore"):
        return np.float64(np.sum(happens & given)) / np.sum(given)


@conditional_share.mistake(
    "When the condition never holds you answer 0, which claims that it does not happen then. Nobody has ever seen that case, so there "
    "is no share. Raise a ValueError."
)
def zero_for_never(happens, given):
    return float(np.mean(happens[given])) if np.any(given) else 0.0


@conditional_share.mistake(
    "You divided by the right number, but counted *all* rows where it happens. Those outside the condition are struck out "
    "above the line as well; yours can even exceed 1."
)
def all_that_happen(happens, given):
    never_refused(given)
    return np.sum(happens) / np.sum(given)


@conditional_share.mistake(
    "You counted the rows where the two *agree*, and there no-and-no counts as well. Rows where the condition doesn't hold "
    "say nothing about it."
)
def where_they_agree(happens, given):
    never_refused(given)
    return np.mean(happens == given)


@conditional_share.mistake(
    "You refuse two cases, and only one of them has no answer. If the condition holds on some days and it happened on none "
    "of them, that is a share: 0."
)
def refuses_nothing_happened(happens, given):
    never_refused(given)
    never_refused(happens)
    return np.sum(happens & given) / np.sum(given)


@conditional_share.also_right
def shares_divided(happens, given):
    if np.sum(given) == 0:
        raise ValueError("That never happens.")
    return np.mean(happens & given) / np.mean(given)


@conditional_share.also_right
def row_by_row(happens, given):
    rows = [bool(h) for h, g in zip(happens, given, strict=True) if g]
    if not rows:
        raise ValueError("never seen")
    return rows.count(True) / len(rows)


waiting_times = Exercise(
    concepts=["sampling by inverting", "quantile", "distribution function"],
    minutes=7,
    hints=[
        "F(t) = u is an equation with one unknown. Which operation takes an exponential back?",
        "First bring the exponential to one side: exp(-t / mean) = 1 - u. Then take the logarithm of both sides.",
        "`np.log` is the natural logarithm and works on a whole array.",
    ],
)


@waiting_times.test("half of all waits are shorter than 0.693 times the mean: u = 0.5 and mean 3 give 2.079")
def _(answer):
    close(answer(np.array([0.5]), 3.0), [3 * math.log(2)], what="The waiting time")


@waiting_times.test("u = 0 gives no wait at all, and each further step from 0 to 0.75 is longer than the one before")
def _(answer):
    uniforms = np.array([0.0, 0.25, 0.5, 0.75])
    with unchanged(uniforms=uniforms):
        times = answer(uniforms, 1.0)
    wanted = [0, 2 * math.log(2) - math.log(3), math.log(2), 2 * math.log(2)]
    if np.shape(times) == (4,) and np.all(np.isfinite(times)):
        ways = np.sign(np.diff(np.asarray(times, dtype=float)))
        holds(
            np.all(ways == ways[0]),
            "Your times go up and down where the uniform numbers only grow, as if they were new random draws. The chance is "
            "in `uniforms` already: for the same u, the same time.",
            times,
            wanted,
        )
    close(times, wanted, what="The array of waiting times")


@waiting_times.test(
    "put into the distribution function, the times give the uniform numbers back", points=2, hidden=True
)
def _(answer, rng):
    uniforms, mean = rng.uniform(0, 0.999, size=200), rng.uniform(0.3, 20)
    times = np.asarray(answer(uniforms, mean), dtype=float)
    close(1 - np.exp(-times / mean), uniforms, what="The distribution function of the times")
    close(answer(uniforms, 10 * mean), 10 * times, what="The times with ten times the mean")


@waiting_times.mistake(
    "You took the logarithm of `u` where `1 - u` belongs. Drawn at random such times are as good, since 1 − u is as uniform "
    "as u; but you did not solve F(t) = u: your times get *shorter* as u grows."
)
def log_of_u(uniforms, mean):
    with np.errstate(divide="ignore"):
        return -mean * np.log(uniforms)


@waiting_times.mistake(
    "You put the uniform numbers *into* the distribution function. It turns times into chances; what is asked for is the way back."
)
def forwards(uniforms, mean):
    return 1 - np.exp(-uniforms / mean)


@waiting_times.mistake(
    "The sign is lost: the logarithm of a number below 1 is negative, and so are your waiting times."
)
def minus_lost(uniforms, mean):
    return mean * np.log(1 - uniforms)


@waiting_times.mistake(
    "You divided by the mean. With a longer mean wait, customers would come faster. Where does `mean` go when "
    "t / mean is solved for t?"
)
def divided_by_the_mean(uniforms, mean):
    return -np.log(1 - uniforms) / mean


@waiting_times.mistake(
    "You took the logarithm to base 10. It takes back powers of ten; the distribution function is made of powers of e."
)
def to_base_ten(uniforms, mean):
    return -mean * np.log10(1 - uniforms)


@waiting_times.mistake(
    "You only stretched the uniform numbers. Then every time up to twice the mean is equally likely; real waits are mostly "
    "short and now and then very long."
)
def stretched(uniforms, mean):
    return 2 * mean * uniforms


@waiting_times.mistake("The mean is missing: yours are waiting times with mean 1, whatever mean was asked for.")
def mean_forgotten(uniforms, mean):
    return -np.log(1 - uniforms)


@waiting_times.also_right
def by_library(uniforms, mean):
    return stats.expon.ppf(uniforms, scale=mean)


@waiting_times.also_right
def number_by_number(uniforms, mean):
    return [mean * math.log(1 / (1 - u)) for u in uniforms]


chance_of_more = Exercise(
    concepts=["central limit theorem", "normal distribution", "variance"],
    minutes=6,
    hints=[
        "What are the expectation and the standard deviation of the whole sum?",
        "How many of these standard deviations is `limit` above the expectation of the sum? That is your z.",
        "`norm.cdf(z)` is the chance of *at most* z. You want the rest.",
    ],
)


def upper_tail(z):
    return 0.5 * math.erfc(z / math.sqrt(2))


@chance_of_more.test("100 customers want more than 220 cups with chance 0.051")
def _(answer):
    got, wanted = answer(2.0, 1.5, 100, 220), upper_tail(20 / math.sqrt(150))
    if np.ndim(got) == 0 and got is not None:
        corrected = np.isclose(got, upper_tail(20.5 / math.sqrt(150)))
        holds(
            corrected or np.isclose(got, wanted) or abs(got - wanted) > 0.004,
            "Near, but not exact, as from a simulation. The theorem gives the chance at once: how many standard deviations "
            "is the limit above the expectation?",
            got,
            wanted,
        )
    close(got, wanted, what="The chance")


@chance_of_more.test("more than the expected sum: one half; more than one standard deviation above it: 0.159")
def _(answer):
    close(answer(2.0, 1.5, 100, 200), 0.5, what="The chance")
    close(answer(5.0, 9.0, 16, 92), upper_tail(1), what="The chance")
    close(answer(5.0, 9.0, 16, 68), upper_tail(-1), what="The chance")


@chance_of_more.test("it is right for any number of customers, and for a single one", points=2, hidden=True)
def _(answer, rng):
    for n in (1, int(rng.integers(2, 30)), int(rng.integers(200, 5000))):
        mean, variance, z = rng.normal() * 5, rng.uniform(0.3, 20), rng.uniform(-2.5, 2.5)
        limit = n * mean + z * math.sqrt(n * variance)
        close(answer(mean, variance, n, limit), upper_tail(z), what="The chance")


@chance_of_more.mistake(
    "You divided by the *variance* of the sum. Distances are measured in standard deviations, and a root lies between the two."
)
def variance_for_deviation(mean, variance, n, limit):
    return 1 - stats.norm.cdf((limit - n * mean) / (n * variance))


@chance_of_more.mistake(
    "You let the standard deviation grow n times. That would be so if all customers ordered the same. Independent orders "
    "balance each other in part: it's the *variances* that are added."
)
def deviations_added(mean, variance, n, limit):
    return 1 - stats.norm.cdf((limit - n * mean) / (n * np.sqrt(variance)))


@chance_of_more.mistake(
    "You used the spread of *one* customer. The sum of many spreads wider than that; what becomes of the variance when n of them are added?"
)
def spread_of_one(mean, variance, n, limit):
    return 1 - stats.norm.cdf((limit - n * mean) / np.sqrt(variance))


@chance_of_more.mistake(
    "You divided the variance by n. That is the variance of the *average* order; the limit is about the sum of all."
)
def spread_of_the_average(mean, variance, n, limit):
    return 1 - stats.norm.cdf((limit - n * mean) / np.sqrt(variance / n))


@chance_of_more.mistake(
    "That is the chance that the limit is *enough*. Asked for is the chance of more, the rest up to 1."
)
def lower_tail(mean, variance, n, limit):
    return stats.norm.cdf((limit - n * mean) / np.sqrt(n * variance))


@chance_of_more.mistake(
    "You compared the limit for everybody with the expectation of one customer. What do n of them want on average?"
)
def mean_of_one(mean, variance, n, limit):
    return 1 - stats.norm.cdf((limit - mean) / np.sqrt(n * variance))


@chance_of_more.mistake(
    "`pdf` is the height of the bell curve at that place. The chance of more is the *area* to the right of it."
)
def height_of_the_curve(mean, variance, n, limit):
    return stats.norm.pdf((limit - n * mean) / np.sqrt(n * variance))


@chance_of_more.mistake(
    "You moved the limit by one half, a known correction for sums of whole numbers. It isn't wrong for cups, but the orders "
    "here may be any numbers, and the statement takes the sum as normally distributed: then the limit itself counts."
)
def moved_by_one_half(mean, variance, n, limit):
    return 1 - stats.norm.cdf((limit + 0.5 - n * mean) / np.sqrt(n * variance))


@chance_of_more.mistake(
    "That is z, the number of standard deviations, and it can be any number. Which function turns it into a chance?"
)
def only_z(mean, variance, n, limit):
    return (limit - n * mean) / np.sqrt(n * variance)


@chance_of_more.also_right
def survival_function(mean, variance, n, limit):
    return stats.norm.sf(limit, loc=n * mean, scale=math.sqrt(n * variance))


@chance_of_more.also_right
def by_average(mean, variance, n, limit):
    return stats.norm.cdf((mean - limit / n) / math.sqrt(variance / n))


shared_name_chance = Exercise(
    concepts=["simulation", "birthday problem", "probability"],
    minutes=15,
    seconds=30.0,
    hints=[
        "What is *one* trial here, and how do you see whether it was a hit?",
        "`rng.choice(len(shares), size=people, p=shares)` draws the names of one team, as numbers. Two people share one when "
        "there are fewer different numbers than people.",
        "How many trials make four standard errors 0.02? At a share of one half, the standard error is 0.5 / √n.",
        "Faster than a loop: draw a table with a team in each row, sort each row, and compare neighbours.",
    ],
)


@cache
def census_shares():
    percent = datasets.load("census_names")["percent"].to_numpy(float)
    return percent / percent.sum()


def true_chance(shares, people):
    """The exact chance that two of them share a name, from the elementary symmetric sums of the shares."""
    different = np.zeros(people + 1)
    different[0] = 1.0
    for share in shares:
        different[1:] += share * different[:-1].copy()
    return 1.0 - different[people] * math.factorial(people)


def explain_chance(got, shares, people, expected):
    """Why a chance is wrong, where it is near to what a known slip gives."""
    alike = 1 - float(np.prod(np.maximum(1 - np.arange(people) / len(shares), 0)))
    like_the_first = float(np.sum(shares * (1 - (1 - shares) ** (people - 1))))
    _, sizes = np.unique(shares, return_counts=True)
    groups = np.array([size * share for share, size in zip(np.unique(shares), sizes, strict=True)])
    pairs = people * (people - 1) / 2 * float(shares @ shares)
    slips = (
        (
            1 - expected,
            "That is near the chance that all names are *different*. Asked for is the chance that they are not.",
        ),
        (
            true_chance(groups, people),
            "That is near the chance that two *shares* are equal. Names that are equally frequent are still different names: "
            "draw the places of the names, by their shares, and compare those.",
        ),
        (
            alike,
            "That is near what all names alike would give. Rare names then come as often as James and Mary; if you draw, are "
            "they drawn by their shares?",
        ),
        (
            like_the_first,
            "That is near the chance that somebody shares the name of *one* given person, say the first. Here any two will "
            f"do: among {people} people there are {people * (people - 1) // 2} pairs.",
        ),
        (
            1 - math.exp(-pairs),
            "That is near what independent pairs would give. They are not independent: if Ann shares with Bob and Bob with "
            "Carl, then so do Ann and Carl.",
        ),
    )
    near = [(abs(got - value), why) for value, why in slips if abs(value - expected) > 0.021]
    if near and min(near)[0] < 0.006:
        holds(False, min(near)[1], got, expected)


def check_chance(answer, shares, people, seed):
    got = answer(shares, people, seed)
    expected = true_chance(shares, people)
    if np.ndim(got) == 0 and got is not None and not abs(got - expected) <= 0.02:
        explain_chance(got, shares, people, expected)
    close(got, expected, rtol=0, atol=0.02, what=f"The chance that two of {people} share a name")


@shared_name_chance.test("the birthday problem, 365 names alike: 23 people share one with chance 0.507")
def _(answer):
    check_chance(answer, np.full(365, 1 / 365), 23, 1)


@shared_name_chance.test("one person shares with nobody, and three people with two names can't avoid it")
def _(answer):
    close(answer(np.array([0.5, 0.5]), 1, 3), 0.0, what="The chance with one person")
    close(answer(np.array([0.5, 0.5]), 3, 3), 1.0, what="The chance with three people and two names")


@shared_name_chance.test("with the real names of the census, a team of 25 has a shared one with chance 0.623", points=2)
def _(answer):
    with unchanged(shares=census_shares()):
        check_chance(answer, census_shares(), 25, 2)


@shared_name_chance.test("the same seed gives the same answer")
def _(answer):
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    first = answer(shares, 2, 11)
    again = answer(shares, 2, 11)
    if np.ndim(again) == 0 and np.ndim(first) == 0 and again is not None and first is not None:
        holds(
            np.isclose(again, first),
            "Seed 11 gives another answer the second time, so nobody can repeat your result. Where does your source of random "
            "numbers get its seed from?",
            again,
            first,
        )
    close(again, first, what="The second answer with the same seed")


@shared_name_chance.test(
    "whatever the names and the size of the team, it is within 0.02 of the truth", points=4, hidden=True
)
def _(answer, rng):
    for _ in range(3):
        shares = rng.uniform(0.05, 1.0, size=int(rng.integers(20, 200))) ** 3
        shares = rng.permutation(shares / shares.sum())
        wanted, people = rng.uniform(0.25, 0.75), 2
        while true_chance(shares, people) < wanted:
            people += 1
        check_chance(answer, shares, people, int(rng.integers(1_000_000)))
    check_chance(answer, census_shares(), 12, int(rng.integers(1_000_000)))


@shared_name_chance.mistake(
    "You gave all names the same chance. Thousands of rare names are then as good as James and Mary, and a shared one "
    "looks far too unlikely. The shares are there to be used."
)
def all_alike(shares, people, seed):
    different = 1.0
    for taken in range(people):
        different *= max(1 - taken / len(shares), 0.0)
    return 1 - different


@shared_name_chance.mistake(
    "That is the chance that somebody shares the name of *one given* person. Here any two will do, and in a team of 25 there are "
    "300 pairs."
)
def somebody_like_me(shares, people, seed):
    return float(np.sum(shares * (1 - (1 - shares) ** (people - 1))))


@shared_name_chance.mistake(
    "You treated the pairs as independent. They are not: if Ann shares with Bob and Bob with Carl, then so do Ann and Carl. "
    "For rare coincidences the error is small; with few or very uneven names it is not."
)
def pairs_independent(shares, people, seed):
    return 1 - (1 - float(shares @ shares)) ** (people * (people - 1) / 2)


@shared_name_chance.mistake(
    "That is the expected *number* of pairs with the same name. It goes beyond 1, as no chance can, since one team may "
    "hold several such pairs."
)
def expected_pairs(shares, people, seed):
    return people * (people - 1) / 2 * float(shares @ shares)


@shared_name_chance.mistake(
    "You drew without putting back, so no name can come twice, and the chance is 0 by construction. Two people may well have "
    "the same name: what does `replace=False` forbid?"
)
def without_putting_back(shares, people, seed):
    rng = np.random.default_rng(seed)
    for _ in range(200):
        rng.choice(len(shares), size=people, replace=False, p=shares)
    return 0.0


def simulated(shares, people, seed, trials, shared):
    rng = np.random.default_rng(seed)
    return float(np.mean(shared(rng.choice(len(shares), size=(trials, people), p=shares))))


@shared_name_chance.mistake(
    "You compared each person only with the next one in the row. Two people may stand far apart and still share a name; "
    "what would bring equal names side by side?"
)
def neighbours_only(shares, people, seed):
    return simulated(shares, people, seed, 20_000, lambda teams: (teams[:, 1:] == teams[:, :-1]).any(axis=1))


def someone_twice(teams):
    teams = np.sort(teams, axis=1)
    return (teams[:, 1:] == teams[:, :-1]).any(axis=1)


def with_few_trials(trials):
    def chance(shares, people, seed):
        return simulated(shares, people, seed, trials, someone_twice)

    chance.__name__ = f"only_{trials}_trials"
    return chance


for trials in (100, 200):
    shared_name_chance.mistake(
        f"The idea is right, but {trials} trials are too few: their standard error is up to {0.5 / math.sqrt(trials):.3f}, and you "
        "are asked to be within 0.02. How many trials does that take?"
    )(with_few_trials(trials))


@shared_name_chance.also_right
def with_a_loop(shares, people, seed):
    rng = np.random.default_rng(seed)
    teams = rng.choice(len(shares), size=(12_000, people), p=shares)
    hits = [len(set(team)) < people for team in teams.tolist()]
    return sum(hits) / len(hits)


@shared_name_chance.also_right
def exactly_calculated(shares, people, seed):
    different = np.zeros(people + 1)
    different[0] = 1.0
    for share in shares:
        different[1:] = different[1:] + share * different[:-1]
    return 1 - different[people] * math.factorial(people)


for trials in (19999, 20001):
    shared_name_chance.equivalent(
        f"teams = rng.choice(len(shares), size=({trials}, people), p=shares)",
        because="Any number of trials whose standard error is small enough is right.",
    )

shared_name_chance.equivalent(
    "teams.sort()  # in each team, equal names stand side by side now",
    because="The last axis is the default, and in a table with rows and columns that is axis 1.",
)
