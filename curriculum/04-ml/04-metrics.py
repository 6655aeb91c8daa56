"""Exercises of 04-ml/04-metrics."""

from functools import lru_cache

import numpy as np

from autograder import datasets
from autograder.compare import close, equal, holds, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": (
            "90 is the share of the *damaged* aircraft that get flagged. The question turns it round: "
            "among the *flagged* ones, how many are damaged? Count both kinds of flagged aircraft "
            "first."
        ),
        "c": (
            "10 of 100 is the share of damage before anybody looks at the alarm. An alarm that is right "
            "more often than wrong must move it: count who gets flagged."
        ),
        "d": "You counted all 18 flagged aircraft as damaged. Nine of them are false alarms among the 90 sound ones.",
    },
    concepts=["Bayes"],
    hints=["Imagine exactly 100 aircraft. How many of the 10 damaged ones are flagged, and how many of the 90 sound?"],
)

warmup_2 = Choice(
    correct="c",
    distractors={
        "a": "The phase of flight is known the moment the bird hits. It may predict damage, and that is not a leak.",
        "b": "The pilot knows the speed before anybody has looked for damage. A useful column is not yet a leak.",
        "d": "The time of day stands in the first report. Ask of each column: *when* does its value become known?",
    },
    concepts=["leakage"],
    hints=["Put yourself at the desk at the moment of the decision. Which of these boxes is still empty?"],
)


# Data of the tests. None of it is built before a test asks for it.


def _labels_and_flags(rng, n=60):
    """Outcomes and decisions with all four cells filled, unequal in number."""
    y = (rng.random(n) < 0.3).astype(int)
    flags = np.where(rng.random(n) < 0.25, 1 - y, y)
    y[:10] = [1, 1, 1, 1, 0, 0, 0, 1, 0, 0]
    flags[:10] = [1, 1, 0, 0, 1, 1, 1, 1, 0, 0]
    return y, flags


def _tied_scores(rng, n=40):
    """Outcomes and scores, rounded so that several rows of both classes share one score."""
    y = (rng.random(n) < 0.35).astype(int)
    y[:4] = [1, 0, 1, 0]
    scores = np.round(rng.normal(size=n) + 0.8 * y, 1)
    scores[:4] = [0.5, 0.5, 0.5, -0.2]
    return y, scores


def _cells(y, flags):
    tp = sum(1 for a, b in zip(y, flags, strict=True) if a == 1 and b == 1)
    fp = sum(1 for a, b in zip(y, flags, strict=True) if a == 0 and b == 1)
    fn = sum(1 for a, b in zip(y, flags, strict=True) if a == 1 and b == 0)
    return tp, fp, fn, len(y) - tp - fp - fn


def _numbers(got, count, sentence):
    """An answer of several parts: `count` of them, in order."""
    holds(got is not None, "The answer is nothing (None). Is there a `return` on every path?")
    holds(isinstance(got, tuple | list | np.ndarray) and len(got) == count, sentence, got)


confusion_counts = Exercise(
    concepts=["confusion matrix"],
    minutes=5,
    hints=[
        "Each row belongs to exactly one of four boxes. Which two facts about the row decide the box?",
        "A comparison of an array with 1 gives True and False; `&` joins two such arrays row by row.",
        "How many rows are both flagged and damaged? Summing an array of True and False counts the Trues.",
    ],
)


@confusion_counts.test("ten strikes, counted by hand, land in the right boxes")
def _(answer):
    y = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    flags = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0]
    equal(answer(y, flags), {"tp": 3, "fp": 2, "fn": 1, "tn": 4})


@confusion_counts.test("a desk that flags nothing has no true and no false positives")
def _(answer):
    equal(answer(np.array([0, 1, 0, 0, 1]), np.zeros(5, dtype=int)), {"tp": 0, "fp": 0, "fn": 2, "tn": 3})


@confusion_counts.test("any outcomes and decisions are counted, each row once", points=2, hidden=True)
def _(answer, rng):
    for n in (30, 61):
        y, flags = _labels_and_flags(rng, n)
        tp, fp, fn, tn = _cells(y, flags)
        equal(answer(y, flags), {"tp": tp, "fp": fp, "fn": fn, "tn": tn})


@confusion_counts.mistake(
    "Your two kinds of error are exchanged. The second word is what the desk *said*: a false "
    "**positive** was flagged. Which rows are then the false negatives?"
)
def errors_exchanged(y_true, y_pred):
    tp, fp, fn, tn = _cells(list(y_true), list(y_pred))
    return {"tp": tp, "fp": fn, "fn": fp, "tn": tn}


@confusion_counts.mistake(
    "You counted every flagged aircraft as a true positive. A flag is *true* only when the aircraft "
    "was damaged as well: two conditions must hold in the same row."
)
def every_flag_is_true(y_true, y_pred):
    tp, fp, fn, tn = _cells(list(y_true), list(y_pred))
    return {"tp": tp + fp, "fp": fp, "fn": fn, "tn": tn}


@confusion_counts.mistake(
    "You returned shares. A confusion matrix holds *numbers of rows*; once divided, nobody can tell "
    "3 of 10 from 300 of 1,000."
)
def shares_for_counts(y_true, y_pred):
    tp, fp, fn, tn = _cells(list(y_true), list(y_pred))
    n = len(list(y_true))
    return {"tp": tp / n, "fp": fp / n, "fn": fn / n, "tn": tn / n}


@confusion_counts.mistake(
    "Your positives and negatives are exchanged: you took 0, the sound aircraft, for the positive "
    "class. *Positive* is what the desk is looking for, damage, however unwelcome it is."
)
def sound_is_positive(y_true, y_pred):
    tp, fp, fn, tn = _cells(list(y_true), list(y_pred))
    return {"tp": tn, "fp": fn, "fn": fp, "tn": tp}


@confusion_counts.also_right
def counting_row_by_row(y_true, y_pred):
    counts = {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
    for truth, flag in zip(y_true, y_pred, strict=True):
        if truth == flag:
            counts["tp" if flag else "tn"] += 1
        else:
            counts["fp" if flag else "fn"] += 1
    return counts


@confusion_counts.also_right
def from_scikit_learn(y_true, y_pred):
    from sklearn.metrics import confusion_matrix

    tn, fp, fn, tp = confusion_matrix(y_true, y_pred, labels=[0, 1]).ravel()
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


majority_accuracy = Exercise(
    concepts=["accuracy", "class imbalance"],
    minutes=4,
    hints=[
        "If you must say the same word for every row, which word is right most often?",
        "The mean of outcomes that are 0 or 1 is the share of the ones. What is the share of the zeros?",
    ],
)


@majority_accuracy.test("when 1 strike in 10 does damage, always saying no is right 9 times in 10")
def _(answer):
    close(answer([0, 0, 0, 0, 1, 0, 0, 0, 0, 0]), 0.9)


@majority_accuracy.test("when damage is the more common class, the baseline always says yes")
def _(answer):
    close(answer(np.array([1, 1, 0, 1, 1])), 0.8)


@majority_accuracy.test("it holds for any mixture of the two classes", hidden=True)
def _(answer, rng):
    for share in (0.1, 0.5, 0.7):
        y = (rng.random(57) < share).astype(int)
        ones = sum(int(value) for value in y)
        close(answer(y), max(ones, 57 - ones) / 57)


@majority_accuracy.mistake(
    "You took it for granted that 0 is the common class. The baseline looks which class is more "
    "common, and it may be 1."
)
def always_no(y_true):
    return 1 - np.mean(y_true)


@majority_accuracy.mistake(
    "That is the share of damaged aircraft, the *base rate*. The question is how often one constant "
    "answer is right, and the baseline picks its answer to be right most often."
)
def base_rate(y_true):
    return np.mean(y_true)


@majority_accuracy.mistake(
    "You counted the rows that the baseline gets right. Accuracy is a *share*: of how many rows in all?"
)
def number_right(y_true):
    ones = int(np.sum(y_true))
    return max(ones, len(y_true) - ones)


@majority_accuracy.mistake(
    "That is what guessing 50:50 by a coin would reach. The baseline does not toss a coin; it says "
    "the more common word each time."
)
def a_coin(y_true):
    return 0.5


@majority_accuracy.also_right
def by_counting(y_true):
    from collections import Counter

    return Counter(int(y) for y in y_true).most_common(1)[0][1] / len(y_true)


precision_recall_f1 = Exercise(
    concepts=["precision", "recall", "F1", "confusion matrix"],
    minutes=8,
    hints=[
        "Both shares have the true positives on top. Among whom does each one count: those we "
        "flagged, or those that are damaged?",
        "Before each division ask what happens if nobody is flagged, or nobody is damaged.",
        "F1 is the harmonic mean: twice the product over the sum. When can that sum be 0?",
    ],
)


@precision_recall_f1.test(("the ten strikes of the text have precision 0.6, recall 0.75 and F1 of 2/3"), points=2)
def _(answer):
    y = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    flags = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0]
    _three(answer(y, flags), (0.6, 0.75, 2 / 3))


@precision_recall_f1.test("when nobody is flagged, all three are 0.0")
def _(answer):
    _three(answer(np.array([1, 0, 0, 1, 0]), np.zeros(5, dtype=int)), (0.0, 0.0, 0.0))


@precision_recall_f1.test("when nothing is damaged, all three are 0.0")
def _(answer):
    _three(answer(np.zeros(5, dtype=int), np.array([1, 0, 0, 1, 0])), (0.0, 0.0, 0.0))


@precision_recall_f1.test("they hold for any outcomes and decisions", points=2, hidden=True)
def _(answer, rng):
    for n in (40, 83):
        y, flags = _labels_and_flags(rng, n)
        tp, fp, fn, _tn = _cells(y, flags)
        _three(answer(y, flags), (tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)))


def _three(got, expected):
    _numbers(got, 3, "The answer should be three numbers: precision, recall, F1.")
    for name, left, right in zip(("Precision", "Recall", "F1"), got, expected, strict=True):
        close(left, right, what=name)


def _prf(y_true, y_pred):
    tp, fp, fn, _tn = _cells(list(y_true), list(y_pred))
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    return precision, recall


def _harmonic(a, b):
    return 2 * a * b / (a + b) if a + b else 0.0


@precision_recall_f1.mistake(
    "Precision and recall are exchanged. Precision looks back from the *flags* (how many were right "
    "to raise?), recall looks out from the *damage* (how much of it was found?)."
)
def exchanged(y_true, y_pred):
    precision, recall = _prf(y_true, y_pred)
    return recall, precision, _harmonic(precision, recall)


@precision_recall_f1.mistake(
    "You averaged precision and recall in the ordinary way. That would give 0.55 to a desk that "
    "flags everything when 10 % is damaged; F1 uses the harmonic mean, which stays near the smaller "
    "of the two."
)
def arithmetic_mean(y_true, y_pred):
    precision, recall = _prf(y_true, y_pred)
    return precision, recall, (precision + recall) / 2


@precision_recall_f1.mistake(
    "Your numbers are *macro* averages: the mean over both classes, damaged and sound. Where one "
    "class is what we look for, all three belong to that class alone; the easy majority only hides "
    "its errors."
)
def macro_average(y_true, y_pred):
    y, flags = np.asarray(y_true), np.asarray(y_pred)
    p1, r1 = _prf(y, flags)
    p0, r0 = _prf(1 - y, 1 - flags)
    return (p1 + p0) / 2, (r1 + r0) / 2, (_harmonic(p1, r1) + _harmonic(p0, r0)) / 2


@precision_recall_f1.mistake(
    "Your shares are divided by *all* rows. Precision asks only about those that were flagged, "
    "recall only about those that are damaged; the sound aircraft that nobody flagged belong to "
    "neither."
)
def out_of_all_rows(y_true, y_pred):
    tp, _fp, _fn, _tn = _cells(list(y_true), list(y_pred))
    share = tp / len(list(y_true))
    return share, share, _harmonic(share, share)


@precision_recall_f1.mistake(
    "Where the fraction is 0/0 you give 1.0, as if finding nothing were perfect. Here it is agreed "
    "to be 0.0, so that a desk that never flags anything cannot win."
)
def empty_is_perfect(y_true, y_pred):
    tp, fp, fn, _tn = _cells(list(y_true), list(y_pred))
    precision = tp / (tp + fp) if tp + fp else 1.0
    recall = tp / (tp + fn) if tp + fn else 1.0
    return precision, recall, _harmonic(precision, recall)


@precision_recall_f1.mistake(
    "You divide without asking whether there is anything to divide by: with no flags, or no damage, "
    "this is 0/0. Decide what to return *before* the division; the statement says what."
)
def divided_by_zero(y_true, y_pred):
    tp, fp, fn, _tn = _cells(list(y_true), list(y_pred))
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return precision, recall, 2 * precision * recall / (precision + recall)


@precision_recall_f1.also_right
def with_scikit_learn(y_true, y_pred):
    from sklearn.metrics import precision_recall_fscore_support

    return precision_recall_fscore_support(y_true, y_pred, average="binary", zero_division=0.0)[:3]


@precision_recall_f1.also_right
def from_counts(y_true, y_pred):
    tp, fp, fn, _tn = _cells(list(y_true), list(y_pred))
    if tp == 0:
        return [0.0, 0.0, 0.0]
    return [tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)]


roc_points = Exercise(
    concepts=["ROC", "recall"],
    minutes=9,
    hints=[
        "Which thresholds change anything? Only the scores that occur, each of them once.",
        "At one threshold, split the rows by what they *are*: what share of the damaged ones is "
        "flagged, and what share of the sound ones?",
        "`np.unique` sorts ascending and drops repeats; `[::-1]` turns the order round. Don't "
        "forget the point before the first flag.",
    ],
)


@roc_points.test("the six strikes of the text give the points that were counted by hand", points=2)
def _(answer):
    y = [1, 1, 0, 1, 0, 0]
    scores = [0.9, 0.6, 0.6, 0.4, 0.2, 0.2]
    _curve(answer(y, scores), [0, 0, 1 / 3, 1 / 3, 1], [0, 1 / 3, 2 / 3, 1, 1])


@roc_points.test("rows in any order, with scores of any size, give the same curve")
def _(answer):
    y = np.array([0, 1, 0, 1, 1, 0, 0])
    scores = np.array([-3.0, 12.0, 5.0, 5.0, 40.0, 12.0, -7.0])
    _curve(answer(y, scores), [0, 0, 1 / 4, 2 / 4, 3 / 4, 1], [0, 1 / 3, 2 / 3, 1, 1, 1])


@roc_points.test("when all scores are equal, the curve is one straight step from (0, 0) to (1, 1)")
def _(answer):
    _curve(answer([0, 1, 1, 0, 0], [0.5] * 5), [0, 1], [0, 1])


@roc_points.test("any scores with ties give one point for each distinct score", points=2, hidden=True)
def _(answer, rng):
    for n in (25, 60):
        y, scores = _tied_scores(rng, n)
        fpr, tpr = [0.0], [0.0]
        for threshold in sorted(set(scores.tolist()), reverse=True):
            tp, fp, fn, tn = _cells(y, (scores >= threshold).astype(int))
            fpr.append(fp / (fp + tn))
            tpr.append(tp / (tp + fn))
        _curve(answer(y, scores), fpr, tpr)


def _curve(got, fpr, tpr):
    _numbers(
        got, 2, "The answer should be two rows of numbers: the false positive rates, then the true positive rates."
    )
    close(got[0], fpr, what="The false positive rate")
    close(got[1], tpr, what="The true positive rate")


def _sweep(y_true, scores, flag=np.greater_equal, thresholds=None):
    """Counts (tp, fp) at each threshold, and how many are damaged and sound."""
    y, scores = np.asarray(y_true), np.asarray(scores, dtype=float)
    thresholds = np.unique(scores)[::-1] if thresholds is None else thresholds
    flagged = flag(scores, np.asarray(thresholds)[:, np.newaxis])
    return flagged[:, y == 1].sum(axis=1), flagged[:, y == 0].sum(axis=1), np.sum(y == 1), np.sum(y == 0)


@roc_points.mistake(
    "You flag only scores *above* the threshold, so the rows that lie exactly on it are left out. "
    "The house rule of this lesson is **at or above**; with `>` the curve never reaches (1, 1)."
)
def strictly_above(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores, np.greater)
    return np.r_[0, fp / zeros], np.r_[0, tp / ones]


@roc_points.mistake(
    "You made a point after every *row*. Rows with equal scores are flagged together, at one "
    "threshold, so they make one point; splitting them invents an order that the model never gave."
)
def a_point_per_row(y_true, scores):
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    y = np.asarray(y_true)[order]
    fp, tp = np.cumsum(y == 0), np.cumsum(y == 1)
    return np.r_[0, fp / fp[-1]], np.r_[0, tp / tp[-1]]


@roc_points.mistake(
    "Both of your rates are shares of *all* rows. The true positive rate asks only the damaged "
    "aircraft, the false positive rate only the sound ones; that is why each can reach 1."
)
def out_of_all(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores)
    return np.r_[0, fp / (ones + zeros)], np.r_[0, tp / (ones + zeros)]


@roc_points.mistake(
    "For the false positive rate you divided the false alarms by everything that was *flagged*. "
    "That is 1 − precision; a rate of this curve is a share of the sound aircraft."
)
def share_of_flags(y_true, scores):
    tp, fp, ones, _zeros = _sweep(y_true, scores)
    return np.r_[0, fp / (fp + tp)], np.r_[0, tp / ones]


@roc_points.mistake(
    "The two rows are exchanged. The horizontal axis, the *false* positive rate, comes first, as in scikit-learn."
)
def axes_exchanged(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores)
    return np.r_[0, tp / ones], np.r_[0, fp / zeros]


@roc_points.mistake(
    "Your points run from the lowest threshold to the highest. The curve starts where nothing is "
    "flagged, at (0, 0), and the threshold comes *down*."
)
def from_low_to_high(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores)
    return np.r_[0, fp / zeros][::-1], np.r_[0, tp / ones][::-1]


@roc_points.mistake(
    "The first point is missing: a threshold above every score flags nothing, which is (0, 0). "
    "Without it the area under the curve loses a piece."
)
def no_first_point(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores)
    return fp / zeros, tp / ones


@roc_points.also_right
def threshold_by_threshold(y_true, scores):
    pairs = list(zip(y_true, scores, strict=True))
    ones = sum(1 for y, _ in pairs if y == 1)
    fpr, tpr = [0.0], [0.0]
    for threshold in sorted({score for _, score in pairs}, reverse=True):
        tpr.append(sum(1 for y, s in pairs if s >= threshold and y == 1) / ones)
        fpr.append(sum(1 for y, s in pairs if s >= threshold and y == 0) / (len(pairs) - ones))
    return fpr, tpr


@roc_points.also_right
def scikit_learns_curve(y_true, scores):
    from sklearn.metrics import roc_curve

    fpr, tpr, _ = roc_curve(y_true, scores, drop_intermediate=False)
    return fpr, tpr


@roc_points.also_right
def cumulated(y_true, scores):
    y, scores = np.asarray(y_true), np.asarray(scores, dtype=float)
    order = np.argsort(-scores, kind="stable")
    last_of_its_score = np.r_[np.diff(scores[order]) != 0, True]
    tp = np.cumsum(y[order] == 1)[last_of_its_score]
    fp = np.cumsum(y[order] == 0)[last_of_its_score]
    return np.r_[0, fp] / fp[-1], np.r_[0, tp] / tp[-1]


roc_auc = Exercise(
    concepts=["ROC"],
    minutes=7,
    hints=[
        "Forget the curve. Take one damaged and one sound aircraft: who should have the higher score?",
        "How many such pairs are there, and what is a pair worth whose two scores are equal?",
        "`[:, np.newaxis]` turns one row of scores into a column; a column against a row compares every pair at once.",
    ],
)


@roc_auc.test("the six strikes of the text give 7.5 of 9 pairs")
def _(answer):
    close(answer([1, 1, 0, 1, 0, 0], [0.9, 0.6, 0.6, 0.4, 0.2, 0.2]), 7.5 / 9)


@roc_auc.test("perfect ranking is 1.0, and the same ranking upside down 0.0")
def _(answer):
    y = np.array([0, 1, 0, 1, 0])
    close(answer(y, np.array([0.1, 0.8, 0.3, 0.9, 0.2])), 1.0)
    close(answer(y, np.array([-0.1, -0.8, -0.3, -0.9, -0.2])), 0.0)


@roc_auc.test("a model that gives everybody the same score is worth 0.5, as a coin is")
def _(answer):
    close(answer([0, 1, 0, 0, 1, 0], [0.3] * 6), 0.5)


@roc_auc.test(("any scores, with ties and of any size, give the share of well-ordered pairs"), points=2, hidden=True)
def _(answer, rng):
    for n, scale in ((25, 1.0), (70, 100.0)):
        y, scores = _tied_scores(rng, n)
        scores = scores * scale - 3
        good = pairs = 0.0
        for s1 in scores[y == 1]:
            for s0 in scores[y == 0]:
                pairs += 1
                good += 1.0 if s1 > s0 else 0.5 if s1 == s0 else 0.0
        close(answer(y, scores), good / pairs)


def _pairs(y_true, scores):
    y, scores = np.asarray(y_true), np.asarray(scores, dtype=float)
    return scores[y == 1][:, np.newaxis], scores[y == 0]


@roc_auc.mistake(
    "You count a tie as a loss. When two scores are equal the model has not put either one first, "
    "so the pair is worth neither 0 nor 1."
)
def ties_lose(y_true, scores):
    damaged, sound = _pairs(y_true, scores)
    return np.mean(damaged > sound)


@roc_auc.mistake(
    "You count a tie as a win. Then a model that gives everybody the same score would look perfect; "
    "what is a pair worth that has no order?"
)
def ties_win(y_true, scores):
    damaged, sound = _pairs(y_true, scores)
    return np.mean(damaged >= sound)


@roc_auc.mistake(
    "You divided by all possible pairs of rows. Only *mixed* pairs count, one damaged and one "
    "sound: two of a kind have no right order."
)
def all_pairs_of_rows(y_true, scores):
    damaged, sound = _pairs(y_true, scores)
    n = damaged.size + sound.size
    return (np.sum(damaged > sound) + 0.5 * np.sum(damaged == sound)) / (n * (n - 1) / 2)


@roc_auc.mistake(
    "You count the pairs in which the *sound* aircraft has the higher score. A good model puts the damaged one above."
)
def upside_down(y_true, scores):
    damaged, sound = _pairs(y_true, scores)
    return np.mean(damaged < sound) + 0.5 * np.mean(damaged == sound)


@roc_auc.mistake(
    "You took the difference of the mean scores. The area looks only at the *order* of the scores: "
    "multiplying them all by 100 must change nothing."
)
def difference_of_means(y_true, scores):
    damaged, sound = _pairs(y_true, scores)
    return float(np.mean(damaged) - np.mean(sound))


@roc_auc.also_right
def pair_by_pair(y_true, scores):
    good, pairs = 0.0, 0
    for y1, s1 in zip(y_true, scores, strict=True):
        for y0, s0 in zip(y_true, scores, strict=True):
            if y1 == 1 and y0 == 0:
                pairs += 1
                good += (s1 > s0) + 0.5 * (s1 == s0)
    return good / pairs


@roc_auc.also_right
def by_ranks(y_true, scores):
    from scipy.stats import rankdata

    y = np.asarray(y_true)
    ones, zeros = (y == 1).sum(), (y == 0).sum()
    return (rankdata(scores)[y == 1].sum() - ones * (ones + 1) / 2) / (ones * zeros)


@roc_auc.also_right
def area_by_trapezoids(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores)
    return np.trapezoid(np.r_[0, tp / ones], np.r_[0, fp / zeros])


precision_at_recall = Exercise(
    concepts=["precision", "recall"],
    minutes=8,
    hints=[
        "As the threshold comes down, what happens to recall: can it ever fall again?",
        "Start at the highest score and go down. Where do you stop?",
        "At each distinct score: flag at or above it, then look at recall first and at precision only when you stop.",
    ],
)


@precision_at_recall.test(("the six strikes of the text need the threshold 0.6 to find half of the damage"), points=2)
def _(answer):
    _threshold_and_precision(answer([1, 1, 0, 1, 0, 0], [0.9, 0.6, 0.6, 0.4, 0.2, 0.2], 0.5), 0.6, 2 / 3)


@precision_at_recall.test("a recall that is reached exactly is enough")
def _(answer):
    y = np.array([1, 0, 1, 0, 1, 1, 0, 0])
    scores = np.array([8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
    _threshold_and_precision(answer(y, scores, 0.5), 6.0, 2 / 3)
    _threshold_and_precision(answer(y, scores, 1.0), 3.0, 4 / 6)


@precision_at_recall.test(
    "any scores with ties give the highest threshold that finds enough, and its precision", points=2, hidden=True
)
def _(answer, rng):
    for n, wanted in ((30, 0.3), (60, 0.62), (60, 0.85)):
        y, scores = _tied_scores(rng, n)
        for threshold in sorted(set(scores.tolist()), reverse=True):
            tp, fp, fn, _tn = _cells(y, (scores >= threshold).astype(int))
            if tp / (tp + fn) >= wanted:
                break
        _threshold_and_precision(answer(y, scores, wanted), threshold, tp / (tp + fp))


def _threshold_and_precision(got, threshold, precision):
    _numbers(got, 2, "The answer should be two numbers: the threshold, then the precision there.")
    close(got[0], threshold, what="The threshold")
    close(got[1], precision, what="The precision")


def _operating_point(y_true, scores, reached, flag=np.greater_equal):
    """The first threshold, from high to low, at which `reached(recall, precision)` holds."""
    thresholds = np.unique(np.asarray(scores, dtype=float))[::-1]
    tp, fp, ones, _zeros = _sweep(y_true, scores, flag, thresholds)
    recall, precision = tp / ones, tp / np.maximum(tp + fp, 1)
    good = np.flatnonzero(reached(recall, precision))
    first = good[0] if len(good) else -1
    return thresholds[first], precision[first], recall[first]


@precision_at_recall.mistake(
    "You took the *lowest* threshold that finds enough: that is flagging everybody, whatever recall "
    "is wanted. Of all thresholds that find enough, which one sends the fewest aircraft to the "
    "hangar?"
)
def the_lowest(y_true, scores, wanted):
    lowest = np.min(scores)
    return lowest, np.mean(np.asarray(y_true) == 1)


@precision_at_recall.mistake(
    "You asked for *more* than the wanted recall. “At least half” is reached by exactly half; going "
    "further down buys recall that nobody asked for."
)
def more_than_wanted(y_true, scores, wanted):
    return _operating_point(y_true, scores, lambda recall, _: recall > wanted)[:2]


@precision_at_recall.mistake(
    "You flag only scores *above* the threshold, so the aircraft that lies on it is not inspected. "
    "At or above is the rule here."
)
def above_only(y_true, scores, wanted):
    return _operating_point(y_true, scores, lambda recall, _: recall >= wanted, np.greater)[:2]


@precision_at_recall.mistake(
    "You held *precision* to the wanted level and reported recall. The contract is about the damage "
    "that must be found; precision is the price that comes out."
)
def precision_held(y_true, scores, wanted):
    threshold, _, recall = _operating_point(y_true, scores, lambda _, precision: precision >= wanted)
    return threshold, recall


@precision_at_recall.mistake(
    "You took the damaged aircraft's scores one after the other and the precision *before* the rest "
    "of that score was flagged. Rows with equal scores are flagged together, the sound ones too."
)
def ties_split(y_true, scores, wanted):
    order = np.lexsort((-np.asarray(y_true), -np.asarray(scores, dtype=float)))
    y, ordered = np.asarray(y_true)[order], np.asarray(scores, dtype=float)[order]
    tp = np.cumsum(y == 1)
    first = int(np.flatnonzero(tp / tp[-1] >= wanted)[0])
    return ordered[first], tp[first] / (first + 1)


@precision_at_recall.also_right
def going_down(y_true, scores, wanted):
    rows = sorted(zip(scores, y_true, strict=True), reverse=True)
    ones = sum(y for _, y in rows)
    for threshold in sorted({score for score, _ in rows}, reverse=True):
        flagged = [y for score, y in rows if score >= threshold]
        if sum(flagged) / ones >= wanted:
            return threshold, sum(flagged) / len(flagged)
    return None


@precision_at_recall.also_right
def on_scikit_learns_curve(y_true, scores, wanted):
    from sklearn.metrics import precision_recall_curve

    precision, recall, thresholds = precision_recall_curve(y_true, scores)
    last = np.flatnonzero(recall[:-1] >= wanted)[-1]
    return thresholds[last], precision[last]


cost_per_strike = Exercise(
    concepts=["cost", "expected cost"],
    minutes=6,
    hints=[
        "Who causes a bill? Go through the four boxes of the confusion matrix one by one.",
        "Every flagged aircraft is inspected, whether or not damage is found. What do the damaged "
        "ones that nobody flagged cost?",
    ],
)


@cost_per_strike.test("the six strikes of the text cost 450 dollars each at the threshold 0.6")
def _(answer):
    y, scores = [1, 1, 0, 1, 0, 0], [0.9, 0.6, 0.6, 0.4, 0.2, 0.2]
    close(answer(y, scores, 0.6, 100, 2400), 450)


@cost_per_strike.test(
    "inspecting everybody costs one inspection per strike, inspecting nobody only what is missed", points=2
)
def _(answer):
    y, scores = np.array([0, 1, 0, 0, 1, 0, 0, 0]), np.linspace(0.1, 0.8, 8)
    close(answer(y, scores, 0.0, 300, 4000), 300)
    close(answer(y, scores, 2.0, 300, 4000), 1000)


@cost_per_strike.test(
    "any scores, threshold and prices are added up, the ties at the threshold too", points=2, hidden=True
)
def _(answer, rng):
    for n in (30, 70):
        y, scores = _tied_scores(rng, n)
        inspection, missed = (float(price) for price in rng.uniform([50, 900], [400, 5000]))
        for threshold in (0.5, float(np.max(scores)), -0.2):
            tp, fp, fn, _tn = _cells(y, (scores >= threshold).astype(int))
            expected = ((tp + fp) * inspection + fn * missed) / n
            close(answer(y, scores, threshold, inspection, missed), expected)


def _at(y_true, scores, threshold, flag=np.greater_equal):
    return _cells(list(y_true), flag(np.asarray(scores, dtype=float), threshold).astype(int).tolist())


@cost_per_strike.mistake(
    "The missed damage costs nothing in your sum. Then the cheapest desk inspects nobody; what does "
    "an aircraft cost that flies on damaged?"
)
def misses_are_free(y_true, scores, threshold, inspection, missed):
    tp, fp, _fn, _tn = _at(y_true, scores, threshold)
    return (tp + fp) * inspection / len(scores)


@cost_per_strike.mistake(
    "You charge an inspection only for false alarms. The mechanic is paid as well when the damage "
    "is really there: every flagged aircraft is inspected."
)
def only_false_alarms(y_true, scores, threshold, inspection, missed):
    _tp, fp, fn, _tn = _at(y_true, scores, threshold)
    return (fp * inspection + fn * missed) / len(scores)


@cost_per_strike.mistake(
    "You flag only scores *above* the threshold. A strike exactly at the threshold is inspected "
    "too, and here many strikes share one score."
)
def above_the_threshold(y_true, scores, threshold, inspection, missed):
    tp, fp, fn, _tn = _at(y_true, scores, threshold, np.greater)
    return ((tp + fp) * inspection + fn * missed) / len(scores)


@cost_per_strike.mistake(
    "That is the whole bill. A cost *per strike* can be compared between a slow month and a busy one: divide it."
)
def the_whole_bill(y_true, scores, threshold, inspection, missed):
    tp, fp, fn, _tn = _at(y_true, scores, threshold)
    return (tp + fp) * inspection + fn * missed


@cost_per_strike.mistake(
    "The two prices have changed places: you pay the price of missed damage for each inspection. "
    "Which box of the matrix holds the misses?"
)
def prices_exchanged(y_true, scores, threshold, inspection, missed):
    tp, fp, fn, _tn = _at(y_true, scores, threshold)
    return ((tp + fp) * missed + fn * inspection) / len(scores)


@cost_per_strike.mistake(
    "You pay the high price for *every* damaged aircraft, even for those that were inspected in "
    "time. It is due only where the damage was missed."
)
def damage_always_charged(y_true, scores, threshold, inspection, missed):
    tp, fp, fn, _tn = _at(y_true, scores, threshold)
    return ((tp + fp) * inspection + (tp + fn) * missed) / len(scores)


@cost_per_strike.also_right
def bill_by_bill(y_true, scores, threshold, inspection, missed):
    total = 0
    for y, score in zip(y_true, scores, strict=True):
        if score >= threshold:
            total += inspection
        elif y == 1:
            total += missed
    return total / len(scores)


@cost_per_strike.also_right
def mean_of_bills(y_true, scores, threshold, inspection, missed):
    flagged = np.asarray(scores) >= threshold
    return np.where(flagged, inspection, np.asarray(y_true) * missed).mean()


best_threshold = Exercise(
    concepts=["profit", "cost", "class imbalance"],
    minutes=12,
    hints=[
        "Write down first what one *given* threshold earns. Which two counts do you need for it?",
        "Which thresholds are worth trying? Between two neighbouring scores nothing changes; and "
        "don't forget “inspect nobody”.",
        "Choose with the validation rows alone. The test rows come in once, at the very end, with "
        "the threshold already fixed.",
    ],
)


@best_threshold.test("on ten strikes, no other threshold earns more on the validation rows", points=2)
def _(answer):
    case = _small_case()
    with unchanged(y_valid=case[0], s_valid=case[1], y_test=case[2], s_test=case[3]):
        got = answer(*case, 300, 1000)
    _earns_most(got, *case, 300, 1000)


@best_threshold.test(("the value reported is what that very threshold earns on the test rows, in dollars"), points=2)
def _(answer):
    case = _small_case()
    _reported_on_test(answer(*case, 300, 1000), *case, 300, 1000)


@best_threshold.test("when an inspection costs more than it can save, nobody is inspected")
def _(answer):
    case = _small_case()
    _earns_most(answer(*case, 500, 400), *case, 500, 400)


@best_threshold.test("any scores and prices: most on validation, and an honest report", points=2, hidden=True)
def _(answer, rng):
    for n in (40, 90):
        valid, test = _tied_scores(rng, n), _tied_scores(rng, n + 7)
        for share in (0.15, 0.45):
            inspection = float(rng.uniform(80, 120))
            saved = inspection / share
            got = answer(*valid, *test, inspection, saved)
            _earns_most(got, *valid, *test, inspection, saved)
            _reported_on_test(got, *valid, *test, inspection, saved)


@best_threshold.test(
    "on the real strikes too, with scores that are log-odds and no probabilities", points=2, hidden=True
)
def _(answer):
    case = _real_case()
    got = answer(*case, 300, 4000)
    _earns_most(got, *case, 300, 4000)
    _reported_on_test(got, *case, 300, 4000)


def _small_case():
    return (
        np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 0]),
        np.array([0.9, 0.8, 0.8, 0.7, 0.5, 0.4, 0.35, 0.3, 0.2, 0.1]),
        np.array([1, 0, 1, 0, 1, 0, 0, 1]),
        np.array([0.95, 0.9, 0.7, 0.6, 0.6, 0.5, 0.3, 0.2]),
    )


@lru_cache(maxsize=1)
def _real_case():
    """Labels and scores of a class-weighted model on the real strikes of 1998-99 and of 2000-02."""
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    strikes = datasets.load("birdstrikes")
    y = (strikes["Effect Amount of damage"] != "None").astype(int).to_numpy()
    year = strikes["Flight Date"].dt.year.to_numpy()
    known = strikes[["Phase of flight", "Wildlife Size", "Time of day"]]
    encode = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), list(known.columns)))
    model = make_pipeline(encode, LogisticRegression(class_weight=("balanced"))).fit(known[year < 1998], y[year < 1998])
    scores = model.decision_function(known).round(6)
    valid, test = (year >= 1998) & (year <= 1999), year >= 2000
    return y[valid], scores[valid], y[test], scores[test]


def _value(y, scores, threshold, inspection, saved):
    """What flagging at or above the threshold earns in all, compared with inspecting nobody."""
    flagged = np.asarray(scores) >= threshold
    return float(saved * np.sum(np.asarray(y)[flagged] == 1) - inspection * np.sum(flagged))


def _best_value(y, scores, inspection, saved):
    thresholds = [*np.unique(scores).tolist(), np.inf]
    return max(_value(y, scores, threshold, inspection, saved) for threshold in thresholds)


def _pair(got):
    _numbers(got, 2, "The answer should be two numbers: the threshold, then its value on the test rows.")
    for name, number in zip(("The threshold", "The value"), got, strict=True):
        close(np.ndim(number), 0, what=f"The number of dimensions of {name.lower()}")
    return float(got[0]), float(got[1])


def _earns_most(got, y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold, _ = _pair(got)
    best = _best_value(y_valid, s_valid, inspection, saved)
    close(
        _value(y_valid, s_valid, threshold, inspection, saved),
        best,
        what="What your threshold earns on the validation rows",
    )


def _reported_on_test(got, y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold, value = _pair(got)
    close(
        value,
        _value(y_test, s_test, threshold, inspection, saved),
        what="The reported value of your threshold on the test rows",
    )


def _choose(y, scores, quality):
    """The threshold of highest quality(y, flags), the highest such threshold on a tie."""
    y, scores = np.asarray(y), np.asarray(scores, dtype=float)
    thresholds = np.r_[np.inf, np.unique(scores)[::-1]]
    return float(thresholds[int(np.argmax([quality(y, scores >= t) for t in thresholds]))])


@best_threshold.mistake(
    "You chose the threshold on the **test** rows. The value you report is then the best of many "
    "tries on the very rows that should judge it, and it promises more than next year will pay."
)
def chosen_on_test(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _choose(y_test, s_test, lambda y, f: saved * np.sum(f & (y == 1)) - inspection * np.sum(f))
    return threshold, _value(y_test, s_test, threshold, inspection, saved)


@best_threshold.mistake(
    "The value that you report comes from the *validation* rows, where the threshold was chosen. "
    "Report what the same threshold earns on rows that took no part in the choice."
)
def reported_on_validation(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _choose(y_valid, s_valid, lambda y, f: saved * np.sum(f & (y == 1)) - inspection * np.sum(f))
    return threshold, _value(y_valid, s_valid, threshold, inspection, saved)


@best_threshold.mistake(
    "0.5 is a habit, not a decision: it does not know your prices, nor that damage is rare. Let the "
    "validation rows say which threshold earns most."
)
def one_half(y_valid, s_valid, y_test, s_test, inspection, saved):
    return 0.5, _value(y_test, s_test, 0.5, inspection, saved)


@best_threshold.mistake(
    "You set the threshold to `inspection / saved`, the break-even *probability*. That is right "
    "only for scores that are honest probabilities, and nobody promised that; the validation rows "
    "can tell for any score."
)
def break_even(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = inspection / saved
    return threshold, _value(y_test, s_test, threshold, inspection, saved)


@best_threshold.mistake(
    "You took the threshold with the best *accuracy*, which charges a missed damage and a needless "
    "inspection alike. Here one of them costs many times the other: count dollars."
)
def most_accurate(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _choose(y_valid, s_valid, lambda y, f: np.mean(f == (y == 1)))
    return threshold, _value(y_test, s_test, threshold, inspection, saved)


@best_threshold.mistake(
    "You took the threshold with the best *F1*, which knows nothing of prices: it stays the same if "
    "inspections cost ten times as much. Count what each threshold earns."
)
def best_f1(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _choose(y_valid, s_valid, lambda y, f: _harmonic(*_prf(y, f)))
    return threshold, _value(y_test, s_test, threshold, inspection, saved)


@best_threshold.mistake(
    "You searched a grid between 0 and 1. Scores need not lie there, and between two grid points "
    "whole groups of rows may change sides; which thresholds do the data themselves offer?"
)
def grid_of_a_hundred(y_valid, s_valid, y_test, s_test, inspection, saved):
    grid = np.linspace(0, 1, 21)
    values = [_value(y_valid, s_valid, t, inspection, saved) for t in grid]
    threshold = float(grid[int(np.argmax(values))])
    return threshold, _value(y_test, s_test, threshold, inspection, saved)


@best_threshold.mistake(
    "You never pay for the inspections: found damage is counted, the mechanics are not. So the "
    "lowest threshold always wins."
)
def inspections_are_free(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = float(np.min(s_valid))
    return threshold, saved * float(np.sum(np.asarray(y_test)[np.asarray(s_test) >= threshold]))


@best_threshold.mistake(
    "You always inspect somebody, even at a loss. A threshold above every score is a choice too: it "
    "earns 0, and 0 may be the best there is."
)
def always_somebody(y_valid, s_valid, y_test, s_test, inspection, saved):
    thresholds = np.unique(s_valid)[::-1]
    values = [_value(y_valid, s_valid, t, inspection, saved) for t in thresholds]
    threshold = float(thresholds[int(np.argmax(values))])
    return threshold, _value(y_test, s_test, threshold, inspection, saved)


@best_threshold.also_right
def midpoints(y_valid, s_valid, y_test, s_test, inspection, saved):
    distinct = np.unique(s_valid)
    candidates = [distinct[0] - 1, *((distinct[1:] + distinct[:-1]) / 2), float("inf")]
    best = max(candidates, key=lambda t: _value(y_valid, s_valid, t, inspection, saved))
    return best, _value(y_test, s_test, best, inspection, saved)


@best_threshold.also_right
def by_running_sum(y_valid, s_valid, y_test, s_test, inspection, saved):
    order = np.argsort(-np.asarray(s_valid), kind="stable")
    scores = np.asarray(s_valid, dtype=float)[order]
    earned = np.cumsum(saved * np.asarray(y_valid)[order] - inspection)
    whole_group = np.r_[scores[1:] != scores[:-1], True]
    earned, scores = np.r_[0.0, earned[whole_group]], np.r_[np.inf, scores[whole_group]]
    threshold = scores[np.argmax(earned)]
    flagged = np.asarray(s_test) >= threshold
    return threshold, saved * np.asarray(y_test)[flagged].sum() - inspection * flagged.sum()


@best_threshold.also_right
def in_plain_python(y_valid, s_valid, y_test, s_test, inspection, saved):
    def earned(labels, scores, threshold):
        pairs = zip(labels, scores, strict=True)
        return sum((saved if y == 1 else 0) - inspection for y, s in pairs if s >= threshold)

    thresholds = [float("inf"), *sorted({float(s) for s in s_valid})]
    best = max(thresholds, key=lambda t: earned(y_valid, s_valid, t))
    return best, earned(y_test, s_test, best)
