"""Exercises of 01-math/09-statistics."""

import itertools
import math

import numpy as np
from scipy import stats

from autograder.compare import close, equal, holds, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="c",
    distractors={
        "a": "Then averaging would be useless. When independent errors are added, some of them cancel; how does the "
        "variance of a sum grow, and what does division by 9 do to it?",
        "b": "You divided by 9. That would be right for the *variance* of 36 g², which falls to 4 g². The standard "
        "deviation is its root.",
        "d": "You multiplied. An average scatters less than a single measurement, not more.",
    },
    concepts=["standard error"],
    hints=[
        "Variances of independent things add. What is the variance of the sum of nine, and what of a ninth of it?",
        "The standard deviation falls with the *root* of the number of measurements.",
    ],
)

warmup_2 = Choice(
    correct="d",
    distractors={
        "a": "0.95 is how often the test stays silent for ideas that *don't* work. The test has rung, and the question "
        "is what stands behind it.",
        "b": "0.80 is P(rings | works). Asked for is P(works | rings); between the two stands the base rate, "
        "10 in 100.",
        "c": "8 in 100 is the share of ideas that work *and* ring. Now compare it with all that ring.",
    },
    concepts=["Bayes' rule"],
    hints=[
        "Count it out: how many of the 10 that work make it ring, and how many of the 90 others?",
        "8 of those that ring work. By how many rings must that be divided?",
    ],
)


standard_error = Exercise(
    concepts=["standard error", "standard deviation", "estimate"],
    minutes=5,
    hints=[
        "Which three things did the text compute from 4, 6, 8 and 10 before it came to 1.29?",
        "The mean; from it the squared deviations; from these the standard deviation, with division by `n - 1`.",
        "At the end comes the root of `n`, which is not the same as `n - 1`.",
    ],
)


@standard_error.test("the four birds of the text: 1.29")
def _(answer):
    close(answer([4, 6, 8, 10]), math.sqrt(20 / 3 / 4), what="The standard error of 4, 6, 8, 10")


@standard_error.test("two values: half of their distance")
def _(answer):
    close(answer([3, 11]), 4.0, what="The standard error of 3 and 11")


@standard_error.test(
    "samples of any size; the same birds four times over have a little less than half the error", points=2, hidden=True
)
def _(answer, rng):
    for n in (3, 8, 30):
        values = rng.normal(50, 9, size=n)
        squares = sum((value - sum(values) / n) ** 2 for value in values)
        close(answer(values), math.sqrt(squares / (n * (n - 1))), what="The standard error")
        close(answer(np.tile(values, 4)), math.sqrt(squares / (n * (4 * n - 1))), what="The standard error")


@standard_error.mistake(
    "That is the standard deviation: how different single birds are. The standard error says how well their *mean* is "
    "known, and it shrinks with more birds. By which factor?"
)
def sd_for_standard_error(values):
    return np.std(values, ddof=1)


@standard_error.mistake(
    "You divided the squares by `n`, which describes these birds. To *estimate* the spread of all birds, one divides by "
    "`n - 1`, since the deviations were taken from the sample's own mean."
)
def divided_by_n(values):
    return np.std(values) / np.sqrt(len(values))


@standard_error.mistake(
    "You divided by `n` where its root belongs. It is the variance of a mean that falls with `n`; its "
    "standard deviation falls more slowly."
)
def n_without_root(values):
    return np.std(values, ddof=1) / len(values)


@standard_error.mistake(
    "You divided the *variance* by the root of `n`. The variance is in squared units; the formula begins with the standard "
    "deviation."
)
def variance_over_root(values):
    return np.var(values, ddof=1) / np.sqrt(len(values))


@standard_error.mistake("That is the variance of the mean, in squared units. One root is missing.")
def variance_of_the_mean(values):
    return np.var(values, ddof=1) / len(values)


@standard_error.mistake(
    "You used `n - 1` twice. It belongs into the estimate of the standard deviation only; the mean is taken over `n` birds."
)
def n_minus_one_twice(values):
    return np.std(values, ddof=1) / np.sqrt(len(values) - 1)


@standard_error.mistake(
    "That is the standard deviation of *these* birds, as `np.std` gives it. Two things are missing: the estimate for all birds "
    "has `n - 1` below the squares, and the mean of many birds scatters less than a single one."
)
def sd_of_these_birds(values):
    return np.std(values)


@standard_error.mistake(
    "You added up the deviations without squaring them. Plus and minus cancel, and the sum is always 0. What does a "
    "variance do with each deviation?"
)
def not_squared(values):
    return 0.0


@standard_error.also_right
def by_scipy(values):
    return stats.sem(values)


@standard_error.also_right
def by_loop(values):
    mean = sum(values) / len(values)
    total = 0
    for value in values:
        total = total + (value - mean) ** 2
    return math.sqrt(total / (len(values) - 1)) / math.sqrt(len(values))


median_interval = Exercise(
    concepts=["bootstrap", "confidence interval", "median", "quantile"],
    minutes=8,
    hints=[
        "What did the table of the text do in each of its three rows?",
        "Inside a loop over `range(times)`: draw as many values as there are, with replacement, and append their median.",
        "A level of 0.9 cuts off 0.1 in all, so how much on each side? Which quantile is the upper end?",
    ],
)

FIVE = np.array([186, 188, 190, 195, 197])


def ends(got):
    """The two ends as numbers."""
    holds(got is not None and np.size(got) == 2, "Two numbers are asked for, the lower and the upper end.", got)
    low, high = got
    return [low, high]


def exact_ends(values, level):
    """The ends that infinitely many resamples would give, for an odd number of different values."""
    n = len(values)
    below = stats.binom.sf((n - 1) // 2, n, np.arange(1, n + 1) / n)
    cuts = [(1 - level) / 2, (1 + level) / 2]
    return [float(np.sort(values)[np.searchsorted(below, cut)]) for cut in cuts]


CLEAR_CASES = ((9, 0.8), (9, 0.5), (7, 0.6), (7, 0.9))
"""How many values at which level, such that 1,500 resamples leave no doubt where the ends are."""


@median_interval.test("five birds at level 0.5: from 188 to 195")
def _(answer):
    with unchanged(values=FIVE):
        close(ends(answer(FIVE, 0.5, 1500, 1)), [188, 195], what="The interval")


@median_interval.test("two values, 0 and 10: their medians are 0, 5 or 10")
def _(answer):
    close(ends(answer(np.array([0, 10]), 0.8, 500, 2)), [0, 10], what="The interval at level 0.8")
    close(ends(answer(np.array([0, 10]), 0.4, 1500, 2)), [5, 5], what="The interval at level 0.4")


@median_interval.test("a single resample has one median, so both ends are the same; the next seed has another one")
def _(answer):
    values = np.arange(101) ** 2 / 7
    found = []
    for seed in range(4):
        low, high = ends(answer(values, 0.9, 1, seed))
        close(low, high, what="The lower end, for a single resample,")
        close(ends(answer(values, 0.9, 1, seed)), [low, high], what="The interval for the same seed")
        found.append(float(low))
    holds(len(set(found)) > 1, "Four seeds give one and the same interval: take all random numbers from `rng`.", found)


@median_interval.test("the ends lie where infinitely many resamples would put them", points=2, hidden=True)
def _(answer, rng):
    for n, level in CLEAR_CASES:
        values = rng.permutation(np.cumsum(rng.uniform(1, 9, size=n)))
        got = ends(answer(values, level, 1500, int(rng.integers(1, 99))))
        close(got, exact_ends(values, level), what=f"The interval of {n} values at level {level}")


def resampled(values, times, seed, draw, statistic=np.median):
    rng = np.random.default_rng(seed)
    return [statistic(draw(rng, values)) for _ in range(times)]


def with_replacement(rng, values):
    return rng.choice(values, size=len(values))


@median_interval.mistake(
    "You drew without replacement (or only shuffled). Then every resample is the same set of birds, every median is the "
    "same, and the interval has no width. Each bird must go back before the next is drawn."
)
def without_replacement(values, level, times, seed):
    medians = resampled(values, times, seed, lambda rng, v: rng.choice(v, size=len(v), replace=False))
    return np.quantile(medians, (1 - level) / 2), np.quantile(medians, (1 + level) / 2)


@median_interval.mistake("You took the mean of each resample. The statement asks about the median.")
def mean_for_median(values, level, times, seed):
    means = resampled(values, times, seed, with_replacement, np.mean)
    return np.quantile(means, (1 - level) / 2), np.quantile(means, (1 + level) / 2)


@median_interval.mistake(
    "You cut off 1 − `level` on *each* side, so twice as much in all. Both sides together may be that much."
)
def cut_twice(values, level, times, seed):
    medians = resampled(values, times, seed, with_replacement)
    return np.quantile(medians, 1 - level), np.quantile(medians, level)


@median_interval.mistake(
    "You cut off at one end only, from the smallest median up to the quantile of `level`. The same share belongs cut off on both "
    "sides."
)
def cut_above_only(values, level, times, seed):
    medians = resampled(values, times, seed, with_replacement)
    return np.quantile(medians, 0), np.quantile(medians, level)


@median_interval.mistake(
    "These are quantiles of the *birds*. They say where single birds lie, not how well their median is known. Take the "
    "quantiles of the medians of many resamples."
)
def quantiles_of_the_birds(values, level, times, seed):
    return np.quantile(values, (1 - level) / 2), np.quantile(values, (1 + level) / 2)


@median_interval.mistake(
    "The generator is made anew inside the loop, so each resample is the same one. One `rng`, made once, goes on to new "
    "numbers by itself."
)
def same_resample_again(values, level, times, seed):
    only = np.median(with_replacement(np.random.default_rng(seed), values))
    return only, only


@median_interval.mistake(
    "Your interval holds everything: from the smallest median to the largest. `level` says how many of them should be left "
    "inside."
)
def everything(values, level, times, seed):
    medians = resampled(values, times, seed, with_replacement)
    return np.min(medians), np.max(medians)


@median_interval.mistake(
    "The quantiles 0.025 and 0.975 are fixed in your code: they belong to a level of 0.95. How much is cut off on either side "
    "is said by `level`."
)
def level_of_95(values, level, times, seed):
    return tuple(np.quantile(resampled(values, times, seed, with_replacement), [0.025, 0.975]))


@median_interval.mistake(
    "You return the medians of all resamples. Asked for are two numbers, the ends between which most of them lie."
)
def all_the_medians(values, level, times, seed):
    return resampled(values, times, seed, with_replacement)


@median_interval.also_right
def all_resamples_at_once(values, level, times, seed):
    rng = np.random.default_rng(seed)
    medians = np.median(rng.choice(values, size=(times, len(values))), axis=1)
    return np.quantile(medians, [(1 - level) / 2, (1 + level) / 2])


@median_interval.also_right
def by_places(values, level, times, seed):
    rng = np.random.default_rng(seed)
    medians = []
    for _ in range(times):
        places = rng.integers(0, len(values), size=len(values))
        medians.append(float(np.median([values[place] for place in places])))
    return [float(np.percentile(medians, 50 * (1 - level))), float(np.percentile(medians, 50 * (1 + level)))]


permutation_p = Exercise(
    concepts=["permutation test", "p-value", "null hypothesis"],
    minutes=9,
    hints=[
        "In the cell with the picture, which two lines deal the labels anew and measure the difference?",
        "Count in a loop over `range(times)`. What must you do with the difference so that both sides count?",
        "At the end comes the formula above: one more both above and below the fraction line.",
    ],
)


def exact_p(a, b):
    """The p-value from all ways to deal the labels, in whole numbers."""
    pooled, total = [int(v) for v in (*a, *b)], int(sum(a) + sum(b))
    n, m = len(a), len(b)
    observed = abs(m * int(sum(a)) - n * int(sum(b)))
    splits = [sum(pooled[i] for i in chosen) for chosen in itertools.combinations(range(n + m), n)]
    return float(np.mean([abs(m * s - n * (total - s)) >= observed for s in splits]))


@permutation_p.test("the five birds of the text: 2 of 10 deals, so about 0.2")
def _(answer):
    a, b = np.array([186, 190]), np.array([192, 196, 197])
    with unchanged(a=a, b=b):
        close(answer(a, b, 2000, 1), 0.2, rtol=0, atol=0.04, what="The p-value")


@permutation_p.test("the first group larger, or a single bird: far above seven others, it is 1 deal of 8")
def _(answer):
    a, b = np.array([192, 196, 197]), np.array([186, 190])
    close(answer(a, b, 2000, 1), 0.2, rtol=0, atol=0.04, what="The p-value")
    close(answer(np.array([230]), np.arange(181, 188), 1500, 1), 0.125, rtol=0, atol=0.04, what="The p-value")


@permutation_p.test("two groups worlds apart: no shuffle comes near, and p is 1 / (1 + times)")
def _(answer):
    a, b = np.arange(15), np.arange(15) + 1000
    for times in (1, 9, 99):
        close(answer(a, b, times, 3), 1 / (1 + times), what=f"The p-value after {times} shuffles")


@permutation_p.test("no difference at all: every shuffle is at least as far from 0, and p is 1")
def _(answer):
    close(answer(np.array([3, 9, 6]), np.array([5, 7]), 50, 4), 1, what="The p-value")
    close(answer(np.array([8, 8]), np.array([8, 8, 8]), 50, 4), 1, what="The p-value")


@permutation_p.test("p is what counting all ways to deal the labels gives, up to chance", points=2, hidden=True)
def _(answer, rng):
    for n, m, gap in ((4, 6, 5), (7, 3, 2), (5, 5, -4)):
        a, b = rng.integers(0, 12, size=n) + gap, rng.integers(0, 12, size=m)
        p = exact_p(a, b)
        got = answer(a, b, 1500, int(rng.integers(1, 99)))
        close(got, p, rtol=0, atol=4.5 * math.sqrt(p * (1 - p) / 1500) + 0.002, what="The p-value")


@permutation_p.test("the same seed gives the same p, other seeds give others", hidden=True)
def _(answer):
    a, b = np.arange(12), np.arange(12) + 2
    found = [float(answer(a, b, 200, seed)) for seed in (0, 1, 2, 3, 4, 5)]
    close(answer(a, b, 200, 0), found[0], what="The p-value for the same seed")
    holds(len(set(found)) > 1, "Six seeds give one and the same p: take all random numbers from `rng`.", found)


def dealt_p(a, b, times, seed, counts=None, share=None, deal=None):
    """A permutation test with parts that can be replaced by wrong ones."""
    rng = np.random.default_rng(seed)
    pooled = np.concatenate([a, b])
    observed = np.mean(a) - np.mean(b)
    counts = counts or (lambda difference, seen: abs(difference) >= abs(seen))
    deal = deal or (lambda rng, pooled: rng.permutation(pooled))
    extreme = 0
    for _ in range(times):
        dealt = deal(rng, pooled)
        extreme += counts(np.mean(dealt[: len(a)]) - np.mean(dealt[len(a) :]), observed)
    return share(extreme, times) if share else (1 + extreme) / (1 + times)


ONE_SIDED = (
    "You counted one side only. Nobody said beforehand which group should be ahead, so a difference as large in the other "
    "direction would have impressed you just as much. What makes both directions alike?"
)


@permutation_p.mistake(ONE_SIDED)
def one_sided(a, b, times, seed):
    return dealt_p(a, b, times, seed, lambda difference, seen: difference >= seen)


@permutation_p.mistake(ONE_SIDED)
def one_sided_against_the_size(a, b, times, seed):
    return dealt_p(a, b, times, seed, lambda difference, seen: difference >= abs(seen))


def shuffled_in_place(rng, pooled):
    rng.shuffle(pooled)
    return pooled


@permutation_p.mistake(ONE_SIDED)
def one_sided_by_shuffling(a, b, times, seed):
    return dealt_p(a, b, times, seed, lambda difference, seen: difference >= seen, deal=shuffled_in_place)


@permutation_p.mistake(
    "You counted only the side on which the observed difference lies. Nobody said beforehand which group should be ahead: a "
    "difference as large on the other side would have impressed you just as much."
)
def the_observed_side(a, b, times, seed):
    return dealt_p(a, b, times, seed, lambda difference, seen: difference >= seen if seen > 0 else difference <= seen)


@permutation_p.mistake(
    "You compared the *sums* of the two groups. When one group is larger, its sum is larger whatever the birds are like; compare "
    "the means."
)
def sums_for_means_of_groups(a, b, times, seed):
    rng = np.random.default_rng(seed)
    pooled, seen, extreme = np.concatenate([a, b]), abs(np.sum(a) - np.sum(b)), 0
    for _ in range(times):
        dealt = rng.permutation(pooled)
        extreme += abs(np.sum(dealt[: len(a)]) - np.sum(dealt[len(a) :])) >= seen
    return (1 + extreme) / (1 + times)


@permutation_p.mistake(
    "You counted only shuffles that are *farther* from 0 than the observed difference. Equally far is at least as extreme, too; the real deal "
    "itself is such a case."
)
def strictly_farther(a, b, times, seed):
    return dealt_p(a, b, times, seed, lambda difference, seen: abs(difference) > abs(seen))


@permutation_p.mistake(
    "You left out the 1 above and below the fraction line. Then p can be 0, as if a few shuffles could prove that something "
    "never happens. The real deal is one of the possible ones."
)
def without_the_real_deal(a, b, times, seed):
    return dealt_p(a, b, times, seed, share=lambda extreme, times: extreme / times)


@permutation_p.mistake(
    "You added the 1 above the fraction line only. The real deal is one more extreme case, and also one more case."
)
def one_above_only(a, b, times, seed):
    return dealt_p(a, b, times, seed, share=lambda extreme, times: (1 + extreme) / times)


@permutation_p.mistake(
    "You drew with replacement. That is the bootstrap's way, where the sample stands in for all birds. Here the *same* birds get "
    "other labels, so each of them occurs exactly once."
)
def with_replacement_dealt(a, b, times, seed):
    return dealt_p(a, b, times, seed, deal=lambda rng, pooled: rng.choice(pooled, size=len(pooled)))


@permutation_p.mistake(
    "You counted the shuffles that are *less* extreme. A small p-value should mean that chance seldom goes so far."
)
def less_extreme(a, b, times, seed):
    return dealt_p(a, b, times, seed, lambda difference, seen: abs(difference) < abs(seen))


@permutation_p.mistake(
    "Your p is always 1: every shuffle gives the observed difference again. That happens when nothing is shuffled, or each group "
    "only for itself. The labels must be dealt anew across both groups, in every round."
)
def within_the_groups(a, b, times, seed):
    return 1.0


@permutation_p.mistake(
    "You cut the shuffled values in the middle. The first group gets as many as `a` has, which need not be half."
)
def cut_in_the_middle(a, b, times, seed):
    rng = np.random.default_rng(seed)
    pooled, seen = np.concatenate([a, b]), abs(np.mean(a) - np.mean(b))
    half, extreme = len(pooled) // 2, 0
    for _ in range(times):
        dealt = rng.permutation(pooled)
        extreme += abs(np.mean(dealt[:half]) - np.mean(dealt[half:])) >= seen
    return (1 + extreme) / (1 + times)


@permutation_p.mistake(
    "You return how many shuffles were extreme. The p-value is their share, by the formula in the text."
)
def count_for_share(a, b, times, seed):
    return dealt_p(a, b, times, seed, share=lambda extreme, times: extreme)


@permutation_p.also_right
def by_shuffling_in_place(a, b, times, seed):
    rng = np.random.default_rng(seed)
    pooled = np.concatenate([a, b])
    differences = []
    for _ in range(times):
        rng.shuffle(pooled)
        differences.append(pooled[: len(a)].mean() - pooled[len(a) :].mean())
    extreme = np.sum(np.abs(differences) >= abs(np.mean(a) - np.mean(b)) - 1e-9)
    return (1 + extreme) / (1 + times)


@permutation_p.also_right
def all_deals_at_once(a, b, times, seed):
    rng = np.random.default_rng(seed)
    table = rng.permuted(np.tile(np.concatenate([a, b]), (times, 1)), axis=1)
    differences = table[:, : len(a)].mean(axis=1) - table[:, len(a) :].mean(axis=1)
    return float((1 + np.sum(abs(differences) > abs(np.mean(a) - np.mean(b)) - 1e-9)) / (1 + times))


welch_test = Exercise(
    concepts=["t test", "p-value", "standard error"],
    minutes=6,
    hints=[
        "`va` and `vb` are *squared* standard errors. What does the formula for t do with them?",
        "Two lines: t, and then the probability of being at least as far from 0, on both sides.",
        "`stats.t.sf(x, degrees)` is the part above x. What must x be when t is negative?",
    ],
)


@welch_test.test("the example of the text: t is 2.31, p about 0.07")
def _(answer):
    got = answer([4, 6, 8, 10], [1, 3, 5])
    close(got, list(stats.ttest_ind([4, 6, 8, 10], [1, 3, 5], equal_var=False)), what="t and p")


@welch_test.test("with the groups exchanged, t changes its sign and p stays")
def _(answer):
    expected = list(stats.ttest_ind([1, 3, 5], [4, 6, 8, 10], equal_var=False))
    close(answer([1, 3, 5], [4, 6, 8, 10]), expected, what="t and p")


@welch_test.test("equal to SciPy's for groups of any size, spread and place", points=2, hidden=True)
def _(answer, rng):
    for n, m, shift, spread in ((5, 9, 1.0, 3.0), (12, 4, -2.0, 0.4), (30, 41, 0.3, 1.5)):
        a, b = rng.normal(size=n), rng.normal(shift, spread, size=m)
        close(answer(a, b), list(stats.ttest_ind(a, b, equal_var=False)), what="t and p")


def degrees_of(a, b):
    va, vb = np.var(a, ddof=1) / len(a), np.var(b, ddof=1) / len(b)
    return va, vb, (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))


@welch_test.mistake(
    "Your p-value is one-sided: it counts only one tail. Half of what the sceptic could bring up is missing."
)
def one_tail(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / np.sqrt(va + vb)
    return t, stats.t.sf(abs(t), degrees)


@welch_test.mistake(
    "You doubled the part above t itself. When t is negative, nearly everything lies above it, and p comes out larger than 1. How do you make "
    "the distance from 0 of it?"
)
def sign_kept(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / np.sqrt(va + vb)
    return t, 2 * stats.t.sf(t, degrees)


@welch_test.mistake(
    "You added the standard errors. Variances add, standard errors don't: add their squares, then take the root."
)
def errors_added(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / (np.sqrt(va) + np.sqrt(vb))
    return t, 2 * stats.t.sf(abs(t), degrees)


@welch_test.mistake(
    "You divided by the *squared* standard error of the difference. The formula has a root below the fraction line."
)
def no_root(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / (va + vb)
    return t, 2 * stats.t.sf(abs(t), degrees)


@welch_test.mistake(
    "You doubled the part *below* t. When t is positive, nearly everything lies there, and p comes out larger than 1. The p-value "
    "asks for the part that is farther from 0 than t, whatever its sign."
)
def part_below(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / np.sqrt(va + vb)
    return t, 2 * stats.t.cdf(t, degrees)


@welch_test.mistake(
    "You divided by the spread of the birds, not by the standard errors. Then more birds wouldn't make t any larger. What did `va` and "
    "`vb` divide by?"
)
def sd_not_error(a, b):
    _, _, degrees = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / np.sqrt(np.var(a, ddof=1) + np.var(b, ddof=1))
    return t, 2 * stats.t.sf(abs(t), degrees)


@welch_test.mistake(
    "You read p from the bell curve. For few values the t distribution is wider, and p larger: use `stats.t` with the degrees of "
    "freedom."
)
def bell_curve(a, b):
    va, vb, _ = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / np.sqrt(va + vb)
    return t, 2 * stats.norm.sf(abs(t))


@welch_test.mistake(
    "Your t has the other sign: it should be positive when `a` has the larger mean. (The p-value is right.)"
)
def other_sign(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = (np.mean(b) - np.mean(a)) / np.sqrt(va + vb)
    return t, 2 * stats.t.sf(abs(t), degrees)


@welch_test.mistake(
    "You gave t without its sign. It should tell which group is ahead; only the p-value asks for the distance from 0."
)
def sign_lost(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = abs(np.mean(a) - np.mean(b)) / np.sqrt(va + vb)
    return t, 2 * stats.t.sf(t, degrees)


@welch_test.mistake(
    "That is the part in the *middle*, where chance usually lies. The p-value is what remains outside of it."
)
def the_middle(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / np.sqrt(va + vb)
    return t, 1 - 2 * stats.t.sf(abs(t), degrees)


@welch_test.mistake(
    "This is Student's test, which takes both groups to have the same spread (SciPy's default). Welch's keeps the two standard "
    "errors apart, as `va` and `vb` do."
)
def pooled(a, b):
    result = stats.ttest_ind(a, b)
    return result.statistic, result.pvalue


@welch_test.mistake("The p-value is missing, or t is: two numbers are asked for.")
def p_alone(a, b):
    return stats.ttest_ind(a, b, equal_var=False).pvalue


@welch_test.also_right
def by_cdf(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / math.sqrt(va + vb)
    return [t, 2 * stats.t.cdf(-abs(t), degrees)]


@welch_test.also_right
def both_tails(a, b):
    va, vb, degrees = degrees_of(a, b)
    t = (np.mean(a) - np.mean(b)) / (va + vb) ** 0.5
    return np.array([t, stats.t.cdf(-abs(t), degrees) + stats.t.sf(abs(t), degrees)])


power = Exercise(
    concepts=["power", "simulation", "p-value"],
    minutes=7,
    hints=[
        "What happens in one study? Write that first: two draws, one test.",
        "Put it into a loop over `range(times)` and count the studies that find something. Which group has which mean?",
        "`rng.normal(mean, sd, size=n)` takes the standard deviation, and `stats.ttest_ind(…).pvalue` is two-sided as it is.",
    ],
)


def exact_power(difference, sd, n, alpha):
    """The power of the two-sided t test with two groups of n, by the noncentral t distribution."""
    degrees, shift = 2 * n - 2, difference / (sd * math.sqrt(2 / n))
    limit = stats.t.isf(alpha / 2, degrees)
    return float(stats.nct.sf(limit, degrees, shift) + stats.nct.cdf(-limit, degrees, shift))


@power.test("48 birds per group, 2.4 mm, standard deviation 6.5 mm, level 0.05: about 0.43")
def _(answer):
    close(answer(2.4, 6.5, 48, 0.05, 120, 1), exact_power(2.4, 6.5, 48, 0.05), rtol=0, atol=0.2, what="The power")


@power.test("without a difference, the share of alarms is the level itself: about 0.3 of the studies for 0.3")
def _(answer):
    close(answer(0, 2.0, 10, 0.3, 120, 5), 0.3, rtol=0, atol=0.18, what="The share of studies")


@power.test("a difference that nobody can miss is found in every study, in either direction")
def _(answer):
    close(answer(50, 1.0, 5, 0.01, 20, 2), 1, what="The power for a difference of 50")
    close(answer(-50, 1.0, 5, 0.01, 20, 2), 1, what="The power for a difference of -50")


@power.test(
    "a share of `times` studies: with four of them, a multiple of a quarter; other seeds, other studies", hidden=True
)
def _(answer):
    found = [float(answer(1.0, 1.0, 8, 0.05, 4, seed)) for seed in range(8)]
    quarters = [share * 4 for share in found]
    close(quarters, np.round(quarters), what="Four times the power, for eight seeds,")
    close(answer(1.0, 1.0, 8, 0.05, 4, 0), found[0], what="The power for the same seed")
    holds(len(set(found)) > 1, "Eight seeds give one and the same share: take all random numbers from `rng`.", found)


@power.test("the power that theory gives, for several sizes, spreads and levels", points=2, hidden=True)
def _(answer, rng):
    for difference, sd, n, alpha in ((-3.0, 3.0, 12, 0.05), (1.0, 2.5, 20, 0.2)):
        got = answer(difference, sd, n, alpha, 150, int(rng.integers(1, 99)))
        close(got, exact_power(difference, sd, n, alpha), rtol=0, atol=0.18, what="The power")


def studied(difference, sd, n, alpha, times, seed, spread=None, second=None, alarm=None):
    """Simulated studies with parts that can be replaced by wrong ones."""
    rng = np.random.default_rng(seed)
    spread = sd if spread is None else spread
    alarm = alarm or (lambda a, b: stats.ttest_ind(a, b).pvalue < alpha)
    found = 0
    for _ in range(times):
        a = rng.normal(0, spread, size=n)
        b = second(rng, a) if second else rng.normal(difference, spread, size=n)
        found += bool(alarm(a, b))
    return found / times


@power.mistake(
    "Both groups have the same mean, so there is nothing to find and only false alarms are counted. Where does `difference` come in?"
)
def nothing_to_find(difference, sd, n, alpha, times, seed):
    return studied(0, sd, n, alpha, times, seed)


@power.mistake(
    "You counted the studies that *miss* the difference. The power is the share of those that find it, with p below `alpha`."
)
def misses_counted(difference, sd, n, alpha, times, seed):
    return studied(difference, sd, n, alpha, times, seed, alarm=lambda a, b: stats.ttest_ind(a, b).pvalue >= alpha)


@power.mistake("You gave `rng.normal` the variance. Its second argument is the standard deviation, `sd` as it is.")
def variance_for_sd(difference, sd, n, alpha, times, seed):
    return studied(difference, sd, n, alpha, times, seed, spread=sd**2)


@power.mistake(
    "The standard deviation doesn't come in: you drew with a spread of 1. Noisier values make a difference harder to see."
)
def spread_of_one(difference, sd, n, alpha, times, seed):
    return studied(difference, sd, n, alpha, times, seed, spread=1)


@power.mistake("The level is fixed at 0.05 in your code. It is an argument, `alpha`: a stricter level finds less.")
def level_fixed(difference, sd, n, alpha, times, seed):
    return studied(difference, sd, n, 0.05, times, seed)


@power.mistake("Your test is one-sided, so differences in one direction are never found. The test should be two-sided.")
def one_direction(difference, sd, n, alpha, times, seed):
    def alarm(a, b):
        return stats.ttest_ind(a, b, alternative="less").pvalue < alpha

    return studied(difference, sd, n, alpha, times, seed, alarm=alarm)


@power.mistake(
    "The second group is the first one, shifted. Then chance can never make the two differ otherwise than by the difference itself. Draw "
    "the second group anew."
)
def shifted_copy(difference, sd, n, alpha, times, seed):
    return studied(difference, sd, n, alpha, times, seed, second=lambda rng, a: a + difference)


@power.mistake(
    "You halved the p-value. `stats.ttest_ind` counts both sides, as asked; half of it makes the test alarm nearly twice as often."
)
def halved_p(difference, sd, n, alpha, times, seed):
    return studied(difference, sd, n, alpha, times, seed, alarm=lambda a, b: stats.ttest_ind(a, b).pvalue / 2 < alpha)


@power.mistake("You split `n` between the two groups. It is the number of values in *each* group.")
def n_for_both(difference, sd, n, alpha, times, seed):
    return studied(difference, sd, n // 2, alpha, times, seed)


@power.mistake(
    "You return how many studies found something. The power is their share, so divide by the number of studies."
)
def number_of_studies(difference, sd, n, alpha, times, seed):
    return studied(difference, sd, n, alpha, times, seed) * times


@power.mistake(
    "One and the same study, repeated: the generator is made anew in each round of the loop. Make it once, before the loop."
)
def same_study_again(difference, sd, n, alpha, times, seed):
    return studied(difference, sd, n, alpha, 1, seed)


power.equivalent(
    "if stats.ttest_ind(a, b).pvalue <= alpha:",
    because="a p-value of random draws is never exactly `alpha`",
)


@power.also_right
def all_studies_at_once(difference, sd, n, alpha, times, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0, sd, size=(times, n)), rng.normal(difference, sd, size=(times, n))
    return np.mean(stats.ttest_ind(a, b, axis=1).pvalue < alpha)


@power.also_right
def with_welch(difference, sd, n, alpha, times, seed):
    rng = np.random.default_rng(seed)
    p_values = []
    for _ in range(times):
        b, a = difference + sd * rng.standard_normal(n), sd * rng.standard_normal(n)
        p_values.append(stats.ttest_ind(b, a, equal_var=False).pvalue)
    return sum(p < alpha for p in p_values) / len(p_values)


holm = Exercise(
    concepts=["multiple testing", "Holm's method", "p-value"],
    minutes=7,
    hints=[
        "In which order are the p-values visited, and what is each asked for? Write the table of the text once more for three tests.",
        "`np.argsort(p_values)` gives the places from the smallest to the largest. The first is asked for `alpha / m`, "
        "the next for `alpha / (m - 1)`.",
        "At the first that is too large, leave the loop with `break`. Until then, set `significant` to True at that *place*.",
    ],
)


def decisions(got, expected, what="The decisions"):
    given = np.asarray(got)
    holds(given.shape == (len(expected),), f"{what}: one True or False for each p-value is asked for.", got)
    equal([bool(d) for d in given.tolist()], list(expected), what=what)


@holm.test("the example of the text: the smallest three of four")
def _(answer):
    p_values = np.array([0.012, 0.3, 0.011, 0.02])
    with unchanged(p_values=p_values):
        decisions(answer(p_values, 0.05), [True, False, True, True])


@holm.test("after the first that fails nothing passes any more, even below its own border")
def _(answer):
    decisions(answer(np.array([0.04, 0.2, 0.03]), 0.05), [False, False, False])
    decisions(answer(np.array([0.04, 0.001, 0.03, 0.045]), 0.05), [False, True, False, False])
    decisions(answer(np.array([0.02, 0.021, 0.022]), 0.05), [False, False, False])


@holm.test("exactly at the border is small enough, and a single test is asked for alpha")
def _(answer):
    decisions(answer(np.array([0.5, 0.25]), 0.5), [True, True])
    decisions(answer(np.array([0.03]), 0.05), [True])
    decisions(answer(np.array([0.07]), 0.05), [False])


@holm.test("p-values in any order: each gets the decision that belongs to it", points=2, hidden=True)
def _(answer, rng):
    for m, passing, alpha in ((6, 4, 0.05), (9, 0, 0.1), (7, 7, 0.01), (12, 9, 0.2)):
        borders = alpha / np.arange(m, 0, -1)
        sorted_p = np.minimum.accumulate((borders * rng.uniform(0.75, 0.99, size=m))[::-1])[::-1]
        if passing < m:
            sorted_p[passing] = borders[passing] * 1.05
            sorted_p[passing + 1 :] = np.maximum(sorted_p[passing + 1 :], sorted_p[passing] * 1.01)
        order = rng.permutation(m)
        decisions(answer(sorted_p[order], alpha), [bool(rank < passing) for rank in order])


@holm.mistake(
    "You asked every p-value for `alpha` itself, as if it were the only test. With many tests, some pass by luck alone."
)
def no_correction(p_values, alpha):
    return [bool(p <= alpha) for p in p_values]


@holm.mistake(
    "That is Bonferroni's method: each is asked for `alpha / m`. It is safe, but too strict. With Holm, the second smallest is asked "
    "for less."
)
def bonferroni(p_values, alpha):
    return [bool(p <= alpha / len(p_values)) for p in p_values]


@holm.mistake(
    "You did not stop at the first that fails: later ones pass because their own border is wider. Once one fails, it and all larger ones are out."
)
def no_stop(p_values, alpha):
    m, out = len(p_values), [False] * len(p_values)
    for rank, place in enumerate(np.argsort(p_values)):
        out[place] = bool(p_values[place] <= alpha / (m - rank))
    return out


@holm.mistake(
    "You looked from the largest p-value down, and let everything pass from the first one within its border. Holm starts at the other end, with the "
    "smallest, and the first that *fails* ends it for all that are larger."
)
def step_up(p_values, alpha):
    m, out = len(p_values), [False] * len(p_values)
    order = np.argsort(p_values)
    passed = [rank for rank in range(m) if p_values[order[rank]] <= alpha / (m - rank)]
    for rank in range(max(passed, default=-1) + 1):
        out[order[rank]] = True
    return out


@holm.mistake(
    "Your decisions stand in sorted order, the smallest p-value first. The caller wants each where its p-value was given; what else does "
    "`np.argsort` tell you?"
)
def sorted_order(p_values, alpha):
    return sorted(stepped(p_values, alpha), reverse=True)


def stepped(p_values, alpha, border=lambda alpha, m, rank: alpha / (m - rank), strict=False):
    m, out = len(p_values), [False] * len(p_values)
    for rank, place in enumerate(np.argsort(p_values)):
        limit = border(alpha, m, rank)
        if p_values[place] > limit or (strict and p_values[place] == limit):
            break
        out[place] = True
    return out


@holm.mistake(
    "You visited the p-values in the order in which they were given. Holm goes from the smallest up: only so does the strictest border "
    "meet the smallest p-value."
)
def not_sorted(p_values, alpha):
    m, out = len(p_values), [False] * len(p_values)
    for rank in range(m):
        if p_values[rank] > alpha / (m - rank):
            break
        out[rank] = True
    return out


@holm.mistake(
    "The borders come in the wrong order: your smallest p-value is asked for `alpha`, and the next ones for less and less. It begins with "
    "`alpha / m`."
)
def borders_backwards(p_values, alpha):
    return stepped(p_values, alpha, lambda alpha, m, rank: alpha / (rank + 1))


@holm.mistake(
    "Your borders grow like 1/m, 2/m, 3/m. That is another method (Benjamini and Hochberg), which promises less: a small *share* of false "
    "finds, not hardly any. Holm divides by m, then m − 1, then m − 2."
)
def benjamini_hochberg_borders(p_values, alpha):
    return stepped(p_values, alpha, lambda alpha, m, rank: alpha * (rank + 1) / m)


@holm.mistake(
    "You begin with a border that is already one step too wide, `alpha / (m - 1)`. The smallest is asked for `alpha / m`, and the last for "
    "`alpha / 1`."
)
def one_step_ahead(p_values, alpha):
    return stepped(p_values, alpha, lambda alpha, m, rank: alpha / max(m - rank - 1, 1))


@holm.mistake("Exactly at its border a p-value is small enough: the condition is *at most*. Yours asks for less.")
def strictly_below(p_values, alpha):
    return stepped(p_values, alpha, strict=True)


@holm.mistake(
    "You return the places of the significant ones. Asked for is `True` or `False` for each p-value, in the order given."
)
def places_for_decisions(p_values, alpha):
    return [place for place, passed in enumerate(stepped(p_values, alpha)) if passed]


@holm.also_right
def by_counting(p_values, alpha):
    ordered = np.sort(p_values)
    passed = ordered <= alpha / np.arange(len(ordered), 0, -1)
    how_many = len(ordered) if passed.all() else int(np.argmin(passed))
    return np.argsort(np.argsort(p_values, kind="stable"), kind="stable") < how_many


@holm.also_right
def with_sorted_pairs(p_values, alpha):
    pairs = sorted((float(p), place) for place, p in enumerate(p_values))
    result, left, going = [False] * len(pairs), len(pairs), True
    for p, place in pairs:
        going = going and p <= alpha / left
        result[place] = going
        left = left - 1
    return result


reading_p = Choice(
    correct="b",
    distractors={
        "a": "That is P(no difference | data). The p-value is computed *as if* there were no difference, so it cannot say how likely that is; "
        "for this you would need a prior, as in the lesson before.",
        "c": "0.97 is not a chance of success. Whether another study finds the difference depends on its power, and the p-value of this one "
        "doesn't tell it.",
        "d": "A p-value mixes the size of the difference with the number of birds. With enough birds, a difference of a hair has a "
        "tiny p. The size stands in the interval.",
    },
    concepts=["p-value"],
    minutes=2,
    hints=[
        "In which world was the grey hill of section 3 made: one with a difference, or one without?",
        "Compare P(rings | doesn't work) with P(doesn't work | rings), as in the second warm-up. Which of them is like p?",
    ],
    points=2,
)

peeking = Choice(
    correct="d",
    distractors={
        "a": "The 5 % are promised for *one* look. Every further look is another chance to be fooled; in the picture above, many lines dip "
        "below 0.05 once and come back.",
        "b": "A t test holds its promise with 60 birds, and with 10. The trouble is not how many birds there were, but when the team decided to "
        "stop.",
        "c": "A stricter border with just as many looks is the same game at another price: who may look without end gets below any "
        "border one day.",
    },
    concepts=["peeking", "p-value"],
    minutes=2,
    hints=[
        "What did the orange lines in the last picture have in common, and in which world were they made?",
        "Ask how often such a team raises a false alarm, compared with one that tests once at 200 birds.",
    ],
    points=2,
)


two_fits = Exercise(
    concepts=["least squares", "gradient descent", "scaling", "linear regression"],
    minutes=16,
    hints=[
        "Which of the two fits can you write at once? `np.column_stack([np.ones(len(x)), x])` and `np.linalg.lstsq` were in the lesson on linear "
        "systems.",
        "Before the descent, shift and scale `x` to mean 0 and standard deviation 1. Then a step of 0.1 or 0.2 times the gradient goes well, whatever the unit.",
        "The gradient of the mean squared error is twice the mean of the errors for the intercept, and twice the mean of error times x for the slope.",
        "The line found is level + tilt · (x − mean) / spread. Multiply out: what stands in front of x, and what remains?",
    ],
)

SHORT_X, SHORT_Y = np.array([1.0, 2.0, 3.0]), np.array([3.0, 5.0, 7.0])


def parts(got):
    """The three things that are asked for, each in its form."""
    try:
        exact, found, losses = got
    except (TypeError, ValueError):
        holds(False, "Three things are asked for: the exact line, the line found, and the losses.", got)
        raise
    for line, what in ((exact, "The exact line"), (found, "The line found")):
        holds(line is not None and np.size(line) == 2, f"{what} should be two numbers, intercept and slope.", line)
    holds(
        losses is not None and np.ndim(losses) == 1 and 2 <= len(losses) <= 1001,
        "The losses should be those at the start and after each of 1 to 1,000 steps.",
        losses,
    )
    return [np.asarray(part, dtype=float).ravel() for part in (exact, found, losses)]


def clouds(rng):
    """Data in several units, and the line through them."""
    for scale, center, spread in ((1.0, 200.0, 14.0), (0.001, 200.0, 14.0), (1.0, -3.0, 0.5), (1000.0, 5.0, 40.0)):
        x = scale * (center + spread * rng.normal(size=40))
        y = 0.01 * rng.normal() + scale**-1 * 50 * x / spread + rng.normal(size=40) + 7
        yield x, y, np.polyfit(x, y, 1)[::-1]


def same_line(got, right, x, y, slope_rtol, what):
    close(got[1], right[1], rtol=slope_rtol, what=f"The slope of {what}")
    close(got[0], right[0], rtol=0, atol=slope_rtol * float(np.max(np.abs(y))), what=f"The intercept of {what}")


def where_it_stopped(found):
    """Says what a line found for the example is, when it is one that a forgotten step leaves behind."""
    spread = float(np.std(SHORT_X))
    for line, words in (
        ([5, 2 * spread], "The line found is the one for the scaled x. Turn it back into the units of x and y."),
        ([5, 2], "The slope found is right, but the intercept is the value at the mean of x, not at x = 0."),
        ([2, 1], "The line found stands as slope and intercept; the intercept comes first."),
    ):
        holds(not np.allclose(found, line, rtol=1e-3), words, found, [1, 2])


@two_fits.test("the example of the text: both lines have intercept 1 and slope 2, and the first loss is 83/3")
def _(answer):
    with unchanged(x=SHORT_X, y=SHORT_Y):
        exact, found, losses = parts(answer(SHORT_X, SHORT_Y))
    close(exact, [1, 2], what="The exact line")
    where_it_stopped(found)
    same_line(found, [1, 2], SHORT_X, SHORT_Y, 1e-3, "the line found")
    close(losses[0], 83 / 3, what="The first loss")


@two_fits.test("the exact line is the one of least squares, whatever the units", points=2)
def _(answer, rng):
    for x, y, right in clouds(rng):
        exact, _, _ = parts(answer(x, y))
        same_line(exact, right, x, y, 1e-6, "the exact line")


@two_fits.test(
    "the line found by descent is in the units of x and y, and agrees to a thousandth", points=3, hidden=True
)
def _(answer, rng):
    for x, y, right in clouds(rng):
        _, found, _ = parts(answer(x, y))
        same_line(found, right, x, y, 1e-3, "the line found")


@two_fits.test(
    "the losses begin with the mean of y², never grow, and end with the loss of the line found", points=2, hidden=True
)
def _(answer, rng):
    for x, y, _ in clouds(rng):
        _, found, losses = parts(answer(x, y))
        close(losses[0], np.mean(y**2), what="The first loss, of the line that predicts 0,")
        holds(np.isfinite(losses).all(), "The losses grow beyond every bound.", losses)
        grown = losses[1:] - losses[:-1] > 1e-9 * losses[0]
        holds(not grown.any(), "A step made the loss larger.", losses)
        close(losses[-1], np.mean((found[0] + found[1] * x - y) ** 2), rtol=1e-5, what="The last loss")


@two_fits.test("the 342 penguins: 49.7 g for each millimetre, found in at most 1,000 steps", hidden=True)
def _(answer):
    from autograder import datasets

    whole = datasets.load("penguins_raw")[["Flipper Length (mm)", "Body Mass (g)"]].dropna()
    x, y = whole["Flipper Length (mm)"].to_numpy(), whole["Body Mass (g)"].to_numpy()
    exact, found, losses = parts(answer(x, y))
    same_line(exact, [-5780.83, 49.6856], x, y, 1e-4, "the exact line")
    same_line(found, [-5780.83, 49.6856], x, y, 1e-3, "the line found")
    close(losses[-1], 154_568, rtol=1e-3, what="The last loss, in g²,")


def exact_line(x, y):
    return np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), y, rcond=None)[0]


def descended(x, y, steps=60, step=0.2, start=True):
    """Level, tilt and losses of a descent on x as given."""
    level, tilt, losses = 0.0, 0.0, [float(np.mean(y**2))]
    for _ in range(steps):
        error = level + tilt * x - y
        level, tilt = level - 2 * step * np.mean(error), tilt - 2 * step * np.mean(error * x)
        losses.append(float(np.mean((level + tilt * x - y) ** 2)))
    return level, tilt, losses if start else losses[1:]


@two_fits.mistake(
    "Your descent ran on `x` as it is, with so small a step that after 1,000 steps it is still on its way. In a long narrow valley, no "
    "step is good for both directions. Make the valley round first."
)
def raw_small_steps(x, y):
    level, tilt, losses = descended(x, y, 1000, 0.2 / float(np.mean(x**2) + 1))
    return exact_line(x, y), [level, tilt], losses


@two_fits.mistake(
    "You scaled `x` but did not shift it. All values then lie close together, far from 0, and the valley is still long and narrow: intercept and "
    "slope can trade with each other. What should the mean of the x be that you descend on?"
)
def scaled_not_shifted(x, y):
    largest = float(np.max(np.abs(x)))
    level, tilt, losses = descended(x / largest, y, 1000, 0.4)
    return exact_line(x, y), [level, tilt / largest], losses


@two_fits.mistake(
    "Your descent ran on `x` as it is, and the losses explode: a step that is right for small numbers is far too large for millimetres. Scale `x` "
    "before the descent."
)
def raw_diverges(x, y):
    with np.errstate(all="ignore"):
        level, tilt, losses = descended(x, y, 200, 0.1)
    return exact_line(x, y), [level, tilt], losses


@two_fits.mistake(
    "The line found is the one for the *scaled* x. Nobody measures flippers in standard deviations from the mean: turn level and tilt back "
    "into an intercept and a slope in the units given."
)
def not_scaled_back(x, y):
    level, tilt, losses = descended((x - np.mean(x)) / np.std(x), y)
    return exact_line(x, y), [level, tilt], losses


@two_fits.mistake(
    "The slope is turned back, but the intercept still belongs to the shifted x: it is the value at the *mean* of x, not at 0."
)
def intercept_not_shifted_back(x, y):
    level, tilt, losses = descended((x - np.mean(x)) / np.std(x), y)
    return exact_line(x, y), [level, tilt / np.std(x)], losses


@two_fits.mistake(
    "The loss at the start is missing: the list begins after the first step. The line that predicts 0 has a loss, too, the mean of `y**2`."
)
def start_missing(x, y):
    level, tilt, losses = descended((x - np.mean(x)) / np.std(x), y, start=False)
    slope = tilt / np.std(x)
    return exact_line(x, y), [level - slope * np.mean(x), slope], losses


@two_fits.mistake(
    "Your exact line goes through the origin: the column of ones is missing, and a bird with a flipper of 0 mm is made to weigh 0 g."
)
def through_the_origin(x, y):
    level, tilt, losses = descended((x - np.mean(x)) / np.std(x), y)
    slope = tilt / np.std(x)
    return [0.0, float(x @ y / (x @ x))], [level - slope * np.mean(x), slope], losses


@two_fits.mistake(
    "Slope and intercept are exchanged: `np.polyfit` gives the highest power first. Asked for is the intercept, then the slope."
)
def slope_first(x, y):
    level, tilt, losses = descended((x - np.mean(x)) / np.std(x), y)
    slope = tilt / np.std(x)
    return np.polyfit(x, y, 1), [slope, level - slope * np.mean(x)], losses


@two_fits.mistake(
    "Your losses are *sums* of squares. The loss is the mean squared error, which doesn't grow with the number of birds."
)
def sums_for_means(x, y):
    level, tilt, losses = descended((x - np.mean(x)) / np.std(x), y)
    slope = tilt / np.std(x)
    return exact_line(x, y), [level - slope * np.mean(x), slope], [len(x) * loss for loss in losses]


@two_fits.mistake(
    "You scaled `y` as well, and the losses are in its scaled unit: they begin near 1 whatever the data. Compute them in y's own unit squared."
)
def losses_of_scaled_y(x, y):
    level, tilt, losses = descended((x - np.mean(x)) / np.std(x), y)
    slope = tilt / np.std(x)
    return exact_line(x, y), [level - slope * np.mean(x), slope], [loss / losses[0] for loss in losses]


@two_fits.mistake(
    "Your steps go uphill: the losses grow. The gradient points to where the loss rises; which sign leads down?"
)
def uphill(x, y):
    with np.errstate(all="ignore"):
        level, tilt, losses = descended((x - np.mean(x)) / np.std(x), y, step=-0.2)
        slope = tilt / np.std(x)
        return exact_line(x, y), [level - slope * np.mean(x), slope], losses


@two_fits.mistake(
    "Your descent stopped too early: after a few steps it is near, but not yet within a thousandth. Let it go on; you may take up to 1,000 steps."
)
def stopped_early(x, y):
    level, tilt, losses = descended((x - np.mean(x)) / np.std(x), y, steps=10)
    slope = tilt / np.std(x)
    return exact_line(x, y), [level - slope * np.mean(x), slope], losses


@two_fits.also_right
def with_normal_equations(x, y):
    table = np.column_stack([np.ones(len(x)), (x - x.mean()) / x.std(ddof=1)])
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    weights, losses = np.zeros(2), [np.mean(y**2)]
    while len(losses) <= 1000:
        weights = weights - 0.1 * 2 / len(y) * table.T @ (table @ weights - y)
        losses.append(np.mean((table @ weights - y) ** 2))
        if losses[-2] - losses[-1] < 1e-13 * losses[0]:
            break
    tilt = weights[1] / x.std(ddof=1)
    return np.array([y.mean() - slope * x.mean(), slope]), (weights[0] - tilt * x.mean(), tilt), np.array(losses)


@two_fits.also_right
def with_polyfit_and_loops(x, y):
    slope, intercept = np.polyfit(x, y, 1)
    n, middle = len(x), sum(x) / len(x)
    width = max(abs(value - middle) for value in x)
    z = [(value - middle) / width for value in x]
    level, tilt = 0.0, 0.0
    losses = [sum(value**2 for value in y) / n]
    for _ in range(400):
        errors = [level + tilt * a - b for a, b in zip(z, y, strict=True)]
        level = level - 0.5 * 2 * sum(errors) / n * 0.8
        tilt = tilt - 0.5 * 2 * sum(e * a for e, a in zip(errors, z, strict=True)) / n * 0.8
        losses.append(sum((level + tilt * a - b) ** 2 for a, b in zip(z, y, strict=True)) / n)
    return [intercept, slope], [level - tilt / width * middle, tilt / width], losses


FREE_CHOICE = "the statement leaves the size of a step, how many there are and how x is scaled to the learner; this way arrives, too"
for line in (
    "center, spread = np.median(x), np.std(x)",
    "for _ in range(59):",
    "for _ in range(61):",
    "weights = weights - 0.2 * 3 * table.T @ error / len(x)",
    "weights = weights - table.T @ error / len(x)",
    "weights = weights - 0.1 * 2 * table.T @ error / len(x)",
):
    two_fits.equivalent(line, because=FREE_CHOICE)
two_fits.equivalent("losses = [np.mean((y) ** 2)]", because="the weights are all 0 at the start")
