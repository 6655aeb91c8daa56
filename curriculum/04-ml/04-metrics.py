"""Exercises of 04-ml/04-metrics."""

import warnings
from functools import lru_cache

import numpy as np
import pandas as pd

from autograder import datasets
from autograder.compare import close, equal, holds, unchanged
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(
    correct="b",
    distractors={
        "a": (
            "90 % is the share of the *damaged* aircraft that get flagged. The question turns it round: "
            "among the *flagged* ones, how many are damaged? Count both kinds of flagged aircraft "
            "first."
        ),
        "c": (
            "10 of 100 is the share of damage before anybody looks at the alarm. An alarm that is right "
            "more often than wrong must move it: count who gets flagged."
        ),
        "d": (
            "100 % would be the alarm of a perfect device. Read again what this one does to the 90 sound "
            "aircraft: who else stands behind an alarm?"
        ),
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
    holds(isinstance(got, tuple | list | np.ndarray | pd.Series) and len(got) == count, sentence, got)


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


@confusion_counts.test("when all rows fall into one box, the other three count 0")
def _(answer):
    equal(answer([0, 0, 0, 0], [0, 0, 0, 0]), {"tp": 0, "fp": 0, "fn": 0, "tn": 4})
    equal(answer([1, 1, 1], [1, 1, 1]), {"tp": 3, "fp": 0, "fn": 0, "tn": 0})


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


def _ravelled(y_true, y_pred):
    """The confusion matrix of the classes that occur, without scikit-learn's warning where only one does."""
    from sklearn.metrics import confusion_matrix

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return confusion_matrix(y_true, y_pred).ravel()


_READ_AS_TP_FIRST = (
    "Your true positives and true negatives have changed places. scikit-learn's `confusion_matrix` puts the "
    "class 0 first, so its four numbers, read row by row, do not begin with tp."
)


@confusion_counts.mistake(_READ_AS_TP_FIRST)
def ravelled_as_tp_first(y_true, y_pred):
    tp, fp, fn, tn = _cells(list(y_true), list(y_pred))
    return {"tp": tn, "fp": fp, "fn": fn, "tn": tp}


@confusion_counts.mistake(_READ_AS_TP_FIRST)
def ravelled_without_labels_as_tp_first(y_true, y_pred):
    tp, fp, fn, tn = _ravelled(y_true, y_pred)
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


@confusion_counts.mistake(
    "`confusion_matrix` makes rows and columns only for the classes that it sees. Where only one occurs it "
    "gives one number instead of four; its argument `labels` says which classes there are."
)
def ravelled_without_labels(y_true, y_pred):
    tn, fp, fn, tp = _ravelled(y_true, y_pred)
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


@confusion_counts.mistake(
    "Each of your counts looks at one fact only, the damage or the flag, so every row is counted twice. A box "
    "is made by *both* facts about the same row."
)
def one_fact_a_box(y_true, y_pred):
    damaged, flagged = np.asarray(y_true) == 1, np.asarray(y_pred) == 1
    return {"tp": np.sum(damaged), "fp": np.sum(flagged), "fn": np.sum(~flagged), "tn": np.sum(~damaged)}


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


@majority_accuracy.test("when both classes are equally common, either word is right half the time")
def _(answer):
    close(answer([0, 1, 1, 0]), 0.5)


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


_THE_CLASS = (
    "You return the more common *class*. That is what the baseline says; the question is how often it is right when "
    "it says so."
)


@majority_accuracy.mistake(_THE_CLASS)
def the_class(y_true):
    return 1 if np.mean(y_true) > 0.5 else 0


@majority_accuracy.mistake(_THE_CLASS)
def the_class_one_on_a_tie(y_true):
    return 1 if np.mean(y_true) >= 0.5 else 0


@majority_accuracy.mistake(_THE_CLASS)
def the_class_as_a_truth_value(y_true):
    return np.mean(y_true) > 0.5


@majority_accuracy.mistake("Your number is a percentage. The statement asks for an accuracy *from 0 to 1*.")
def per_cent(y_true):
    return 100 * max(np.mean(y_true), 1 - np.mean(y_true))


@majority_accuracy.mistake(
    "That is the share of the *rarer* class: how often the baseline is wrong. It says the more common word."
)
def share_of_the_rarer(y_true):
    return min(np.mean(y_true), 1 - np.mean(y_true))


@majority_accuracy.mistake(
    "You say each word as often as its class occurs. That is right less often than saying the more common word "
    "*every* time, and the baseline never changes its word."
)
def guessing_in_proportion(y_true):
    ones = np.mean(y_true)
    return ones**2 + (1 - ones) ** 2


@majority_accuracy.mistake(
    "You have thought of more ones and of more zeros, but not of as many of each: then neither of your conditions "
    "holds, and the function ends without a `return`."
)
def nothing_on_a_tie(y_true):
    ones = np.mean(y_true)
    if ones > 0.5:
        return ones
    if ones < 0.5:
        return 1 - ones
    return None


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


@precision_recall_f1.test("when some are flagged and others are damaged, all three are 0.0")
def _(answer):
    _three(answer([1, 0, 0, 1, 0], [0, 1, 0, 0, 1]), (0.0, 0.0, 0.0))


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
    "Where the fraction is 0/0 you give 1.0, for F1 as well. A desk that finds nothing would look perfect; here 0/0 is "
    "agreed to be 0.0."
)
def empty_is_perfect_in_f1_too(y_true, y_pred):
    precision, recall, f1 = empty_is_perfect(y_true, y_pred)
    return precision, recall, f1 if precision + recall else 1.0


_NOTHING_TO_DIVIDE_BY = (
    "Somewhere you divide without asking whether there is anything to divide by; Python then stops, and NumPy says "
    "`nan`. Precision is 0/0 when nobody is flagged, recall when nothing is damaged, and F1 when both of them are 0: "
    "what should come out is in the statement."
)


def _divided(y_true, y_pred, number, f1_of_counts=False):
    """The three numbers without any question asked; `number` is int, or np.int64 to get nan for 0/0."""
    tp, fp, fn = (number(count) for count in _cells(list(y_true), list(y_pred))[:3])
    with np.errstate(all="ignore"):
        precision, recall = tp / (tp + fp), tp / (tp + fn)
        if f1_of_counts:
            return precision, recall, 2 * tp / (2 * tp + fp + fn)
        return precision, recall, 2 * precision * recall / (precision + recall)


@precision_recall_f1.mistake(_NOTHING_TO_DIVIDE_BY)
def divided_by_zero(y_true, y_pred):
    return _divided(y_true, y_pred, int)


@precision_recall_f1.mistake(_NOTHING_TO_DIVIDE_BY)
def divided_by_zero_in_numpy(y_true, y_pred):
    return _divided(y_true, y_pred, np.int64)


@precision_recall_f1.mistake(_NOTHING_TO_DIVIDE_BY)
def divided_by_zero_but_for_f1(y_true, y_pred):
    return _divided(y_true, y_pred, int, f1_of_counts=True)


@precision_recall_f1.mistake(_NOTHING_TO_DIVIDE_BY)
def divided_by_zero_in_numpy_but_for_f1(y_true, y_pred):
    return _divided(y_true, y_pred, np.int64, f1_of_counts=True)


@precision_recall_f1.mistake(_NOTHING_TO_DIVIDE_BY)
def only_f1_divided_by_zero(y_true, y_pred):
    precision, recall = _prf(y_true, y_pred)
    return precision, recall, _harmonic(precision, recall) if precision + recall else float("nan")


_NONE_OF_THEM_FOUND = (
    "You have thought of nobody flagged and of nothing damaged. There is a third way to a 0/0: some are flagged, "
    "others are damaged. What are precision and recall then, and what becomes of F1?"
)


@precision_recall_f1.mistake(_NONE_OF_THEM_FOUND)
def none_of_them_found(y_true, y_pred):
    if not any(y_true) or not any(y_pred):
        return 0.0, 0.0, 0.0
    return _divided(y_true, y_pred, int)


@precision_recall_f1.mistake(_NONE_OF_THEM_FOUND)
def none_of_them_found_in_numpy(y_true, y_pred):
    if not any(y_true) or not any(y_pred):
        return 0.0, 0.0, 0.0
    return _divided(y_true, y_pred, np.int64)


_RECALL_OF_ALL = (
    "Your recall is divided by *all* rows. It asks only about the damaged aircraft, how many of *those* were flagged; "
    "the sound ones have no say in it."
)


@precision_recall_f1.mistake(_RECALL_OF_ALL)
def recall_out_of_all_rows(y_true, y_pred):
    precision, _ = _prf(y_true, y_pred)
    recall = _cells(list(y_true), list(y_pred))[0] / len(y_true)
    return precision, recall, _harmonic(precision, recall)


@precision_recall_f1.mistake(_RECALL_OF_ALL)
def recall_out_of_all_rows_after_f1(y_true, y_pred):
    precision, recall = _prf(y_true, y_pred)
    return precision, _cells(list(y_true), list(y_pred))[0] / len(y_true), _harmonic(precision, recall)


_ACCURACY_FOR_PRECISION = (
    "Your precision is the *accuracy*, the share of all rows that are right. Precision looks at the flagged rows "
    "alone; the many sound aircraft that nobody flagged must not lift it."
)


@precision_recall_f1.mistake(_ACCURACY_FOR_PRECISION)
def accuracy_for_precision(y_true, y_pred):
    _, recall = _prf(y_true, y_pred)
    accuracy = np.mean(np.asarray(y_true) == np.asarray(y_pred))
    return accuracy, recall, _harmonic(accuracy, recall)


@precision_recall_f1.mistake(_ACCURACY_FOR_PRECISION)
def accuracy_for_precision_after_f1(y_true, y_pred):
    precision, recall = _prf(y_true, y_pred)
    return np.mean(np.asarray(y_true) == np.asarray(y_pred)), recall, _harmonic(precision, recall)


@precision_recall_f1.mistake(
    "Your F1 is half of what it should be. A mean of two equal numbers is that number: try 0.6 and 0.6 in your formula."
)
def harmonic_without_its_two(y_true, y_pred):
    precision, recall = _prf(y_true, y_pred)
    return precision, recall, _harmonic(precision, recall) / 2


@precision_recall_f1.mistake(
    "Your numbers are rounded. Leave every digit in the result; round only where something is printed."
)
def rounded(y_true, y_pred):
    precision, recall = _prf(y_true, y_pred)
    return round(precision, 3), round(recall, 3), round(_harmonic(precision, recall), 3)


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
    for n in (13, 16, 16):
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
    for name, row, expected in zip(("false", "true"), got, (fpr, tpr), strict=True):
        holds(np.ndim(row) == 1, f"The {name} positive rates should be a row of numbers, one for each point.", row)
        holds(
            len(row) == len(expected),
            f"Your curve has {_points(len(row))}, expected {len(expected)}: "
            "(0, 0) first, then one for each distinct score.",
        )
        close(np.asarray(row), expected, what=f"The {name} positive rate")


def _points(number):
    return f"{number} point{'' if number == 1 else 's'}"


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


def _from_high_to_low(y_true, scores, ties):
    """Outcomes and scores with the highest score first, rows with equal scores in one of five orders."""
    y, s = np.asarray(y_true), np.asarray(scores)
    order = {
        "as they come": lambda: np.argsort(-s, kind="stable"),
        "as they fall": lambda: np.argsort(-s),
        "turned round": lambda: np.argsort(s)[::-1],
        "turned round, stable": lambda: np.argsort(s, kind="stable")[::-1],
        "ones first": lambda: np.lexsort((-y, -s)),
    }[ties]()
    return y[order], s[order]


def _a_point_per_row(y_true, scores, ties):
    y, _ = _from_high_to_low(y_true, scores, ties)
    fp, tp = np.cumsum(y == 0), np.cumsum(y == 1)
    return np.r_[0, fp / fp[-1]], np.r_[0, tp / tp[-1]]


_A_POINT_PER_ROW = (
    "You made a point after every *row*. Rows with equal scores are flagged together, at one "
    "threshold, so they make one point; splitting them invents an order that the model never gave."
)


@roc_points.mistake(_A_POINT_PER_ROW)
def a_point_per_row(y_true, scores):
    return _a_point_per_row(y_true, scores, "as they come")


@roc_points.mistake(_A_POINT_PER_ROW)
def a_point_per_row_by_argsort(y_true, scores):
    return _a_point_per_row(y_true, scores, "as they fall")


@roc_points.mistake(_A_POINT_PER_ROW)
def a_point_per_row_by_argsort_turned_round(y_true, scores):
    return _a_point_per_row(y_true, scores, "turned round")


@roc_points.mistake(_A_POINT_PER_ROW)
def a_point_per_row_by_stable_argsort_turned_round(y_true, scores):
    return _a_point_per_row(y_true, scores, "turned round, stable")


@roc_points.mistake(_A_POINT_PER_ROW)
def a_point_per_row_by_sorted_pairs(y_true, scores):
    return _a_point_per_row(y_true, scores, "ones first")


@roc_points.mistake(
    "You took a threshold from every *row*, so a score that occurs twice makes the same point twice. "
    "The statement asks for one point for each **distinct** score."
)
def the_same_point_again(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores, thresholds=sorted(scores, reverse=True))
    return np.r_[0, fp / zeros], np.r_[0, tp / ones]


@roc_points.mistake(
    "Both of your rates are shares of *all* rows. The true positive rate asks only the damaged "
    "aircraft, the false positive rate only the sound ones; that is why each can reach 1."
)
def out_of_all(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores)
    return np.r_[0, fp / (ones + zeros)], np.r_[0, tp / (ones + zeros)]


@roc_points.mistake(
    "For the false positive rate you divided the false alarms by everything that was *flagged*. "
    "That is 1 − precision; each rate of this curve is a share of one class, here of the sound aircraft."
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
    "After (0, 0) your points begin with the *lowest* threshold, where everybody is flagged, so the curve jumps "
    "across the picture and walks back. The threshold comes down from the highest score."
)
def from_low_to_high_after_the_start(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores)
    return np.r_[0, (fp / zeros)[::-1]], np.r_[0, (tp / ones)[::-1]]


@roc_points.mistake(
    "Your points run from the lowest threshold to the highest, and (0, 0) is missing. The curve starts there, where "
    "nothing is flagged yet, and the threshold comes *down*."
)
def from_low_to_high_without_start(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores)
    return (fp / zeros)[::-1], (tp / ones)[::-1]


@roc_points.mistake(
    "You flag the rows *at or below* the threshold. A high score means more suspect, so it is the high ones that are "
    "inspected."
)
def flagging_the_low_scores(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores, np.less_equal)
    return np.r_[0, fp / zeros], np.r_[0, tp / ones]


@roc_points.mistake(
    "Your rows hold *numbers* of aircraft, tp and fp. A rate is a share: of how many damaged ones, of how many sound ones?"
)
def not_divided(y_true, scores):
    tp, fp, _ones, _zeros = _sweep(y_true, scores)
    return np.r_[0, fp], np.r_[0, tp]


@roc_points.mistake(
    "scikit-learn's `roc_curve` leaves out points that lie on a straight line between their neighbours, unless you "
    "tell it otherwise; its argument `drop_intermediate` does. Here every distinct score keeps its point."
)
def with_points_dropped(y_true, scores):
    from sklearn.metrics import roc_curve

    return roc_curve(y_true, scores)[:2]


@roc_points.mistake(
    "You return one pair for each point. Asked for are two rows: all the false positive rates, then all the true "
    "positive rates. Turn it round."
)
def a_pair_per_point(y_true, scores):
    tp, fp, ones, zeros = _sweep(y_true, scores)
    return list(zip([0, *(fp / zeros)], [0, *(tp / ones)], strict=True))


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


@roc_auc.mistake(
    "You counted the pairs that are well ordered and stopped there. AUC is a *share*: of how many mixed pairs in all?"
)
def number_of_pairs(y_true, scores):
    damaged, sound = _pairs(y_true, scores)
    return np.sum(damaged > sound) + 0.5 * np.sum(damaged == sound)


@roc_auc.mistake(
    "You left the tied pairs out, above and below the line. They stay among the pairs, and each counts one half."
)
def ties_left_out(y_true, scores):
    damaged, sound = _pairs(y_true, scores)
    with np.errstate(all="ignore"):
        return np.sum(damaged > sound) / np.sum(damaged != sound)


@roc_auc.mistake(
    "You turn every area below one half over, so the worst ranking looks like the best. A model that puts the sound "
    "aircraft first deserves less than a coin."
)
def turned_over(y_true, scores):
    damaged, sound = _pairs(y_true, scores)
    area = np.mean(damaged > sound) + 0.5 * np.mean(damaged == sound)
    return max(area, 1 - area)


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


@precision_at_recall.test("the six strikes of the text need the threshold 0.6 to find half of the damage", points=2)
def _(answer):
    y, scores = [1, 1, 0, 1, 0, 0], [0.9, 0.6, 0.6, 0.4, 0.2, 0.2]
    _threshold_and_precision(answer(y, scores, 0.5), scores, 0.6, 2 / 3)


@precision_at_recall.test("a recall that is reached exactly is enough")
def _(answer):
    y = np.array([1, 0, 1, 0, 1, 1, 0, 0])
    scores = np.array([8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
    _threshold_and_precision(answer(y, scores, 0.5), scores, 6.0, 2 / 3)
    _threshold_and_precision(answer(y, scores, 1.0), scores, 3.0, 4 / 6)


@precision_at_recall.test("rows with equal scores are flagged together, and all of them count in the precision")
def _(answer):
    y, scores = np.array([0, 1, 0, 1, 0, 1]), np.array([30.5, 30.5, 30.5, 41.5, -7.0, 2.5])
    _threshold_and_precision(answer(y, scores, 0.6), scores, 30.5, 2 / 4)


@precision_at_recall.test(
    "any scores with ties give the highest threshold that finds enough, and its precision", points=2, hidden=True
)
def _(answer, rng):
    for n in (13, 16, 40):
        y, scores = _eight_damaged(rng, n)
        operating = []
        for threshold in sorted(set(scores.tolist()), reverse=True):
            tp, fp, fn, _tn = _cells(y, (scores >= threshold).astype(int))
            operating.append((tp / (tp + fn), threshold, tp / (tp + fp)))
        for wanted, exactly in ((0.25, False), (0.5, True), (0.8, False)):
            recall, threshold, precision = next(point for point in operating if point[0] >= wanted)
            got = answer(y, scores, recall if exactly else wanted)
            _threshold_and_precision(got, scores, threshold, precision)


def _eight_damaged(rng, n):
    """Eight rows of class 1, so that every recall is an exact number; tied scores that lie on no round grid."""
    y = rng.permutation(np.r_[np.ones(8), np.zeros(n - 8)]).astype(int)
    scores = np.round(rng.normal(size=n) + 0.8 * y, 1) * 7.31 - 1.37
    scores[np.flatnonzero(y == 1)[:2]] = scores.max() + 1.11, scores[y == 0][0]
    return y, scores


def _threshold_and_precision(got, scores, threshold, precision):
    _numbers(got, 2, "The answer should be two numbers: the threshold, then the precision there.")
    holds(got[0] is not None, "The threshold is nothing (None).")
    known = np.ndim(got[0]) != 0 or np.isclose(np.asarray(scores, dtype=float), float(got[0])).any()
    what = "The threshold" if known else "The threshold is none of the scores that occur; it"
    close(got[0], threshold, what=what)
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


_PRECISION_HELD = (
    "You held *precision* to the wanted level. The contract is about the damage that must be found, which is recall; "
    "precision is the price that comes out."
)


@precision_at_recall.mistake(_PRECISION_HELD)
def precision_held(y_true, scores, wanted):
    threshold, _, recall = _operating_point(y_true, scores, lambda _, precision: precision >= wanted)
    return threshold, recall


@precision_at_recall.mistake(_PRECISION_HELD)
def precision_held_and_reported(y_true, scores, wanted):
    return _operating_point(y_true, scores, lambda _, precision: precision >= wanted)[:2]


@precision_at_recall.mistake(
    "Your two numbers have changed places: first the threshold, then the precision that it gives."
)
def precision_first(y_true, scores, wanted):
    threshold, precision, _ = _operating_point(y_true, scores, lambda recall, _: recall >= wanted)
    return precision, threshold


@precision_at_recall.mistake(
    "Your threshold is right, and beside it you report the *recall*, which was asked of you. What does it cost: "
    "how many of the flags there are right?"
)
def recall_reported(y_true, scores, wanted):
    threshold, _, recall = _operating_point(y_true, scores, lambda recall, _: recall >= wanted)
    return threshold, recall


_BEST_PRECISION = (
    "Of all thresholds that find enough you took the one with the best *precision*. The statement asks for the "
    "**highest** one, even where a lower one happens to be more precise: it sends the fewest aircraft to the hangar."
)


@precision_at_recall.mistake(_BEST_PRECISION)
def best_precision(y_true, scores, wanted):
    best = _operating_points(y_true, scores, wanted)
    return max(best, key=lambda point: (point[1], point[0]))


@precision_at_recall.mistake(_BEST_PRECISION)
def best_precision_from_below(y_true, scores, wanted):
    best = _operating_points(y_true, scores, wanted)
    return max(best, key=lambda point: (point[1], -point[0]))


def _operating_points(y_true, scores, wanted):
    """(threshold, precision) wherever recall is enough."""
    thresholds = np.unique(np.asarray(scores, dtype=float))[::-1]
    tp, fp, ones, _zeros = _sweep(y_true, scores, thresholds=thresholds)
    enough = tp / ones >= wanted
    return list(zip(thresholds[enough], (tp / (tp + fp))[enough], strict=True))


@precision_at_recall.mistake(
    "You looked at the share of all *rows* that are flagged. Recall asks the damaged aircraft alone: how many of "
    "them are flagged?"
)
def enough_rows(y_true, scores, wanted):
    thresholds = np.unique(np.asarray(scores, dtype=float))[::-1]
    tp, fp, ones, zeros = _sweep(y_true, scores, thresholds=thresholds)
    first = np.argmax((tp + fp) / (ones + zeros) >= wanted)
    return thresholds[first], (tp / (tp + fp))[first]


@precision_at_recall.mistake(
    "scikit-learn's `roc_curve` leaves out thresholds that lie on a straight piece of its curve, so the highest one "
    "that finds enough may be missing. Its argument `drop_intermediate` keeps them."
)
def among_the_thresholds_of_roc_curve(y_true, scores, wanted):
    from sklearn.metrics import roc_curve

    _, recall, thresholds = roc_curve(y_true, scores)
    threshold = thresholds[np.argmax(recall >= wanted)]
    return threshold, np.mean(np.asarray(y_true)[np.asarray(scores) >= threshold])


_TIES_SPLIT = (
    "Your precision is counted in the middle of a group of equal scores. One threshold flags the whole group, the "
    "sound aircraft in it too; count all flagged rows, then divide."
)


def _ties_split(y_true, scores, wanted, ties):
    y, ordered = _from_high_to_low(y_true, scores, ties)
    tp = np.cumsum(y == 1)
    first = int(np.argmax(tp / tp[-1] >= wanted))
    return ordered[first], tp[first] / (first + 1)


@precision_at_recall.mistake(_TIES_SPLIT)
def ties_split(y_true, scores, wanted):
    return _ties_split(y_true, scores, wanted, "as they come")


@precision_at_recall.mistake(_TIES_SPLIT)
def ties_split_by_argsort(y_true, scores, wanted):
    return _ties_split(y_true, scores, wanted, "as they fall")


@precision_at_recall.mistake(_TIES_SPLIT)
def ties_split_by_argsort_turned_round(y_true, scores, wanted):
    return _ties_split(y_true, scores, wanted, "turned round")


@precision_at_recall.mistake(_TIES_SPLIT)
def ties_split_by_stable_argsort_turned_round(y_true, scores, wanted):
    return _ties_split(y_true, scores, wanted, "turned round, stable")


@precision_at_recall.mistake(_TIES_SPLIT)
def ties_split_by_sorted_pairs(y_true, scores, wanted):
    return _ties_split(y_true, scores, wanted, "ones first")


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


_PER_FLAGGED_ROW = (
    "You divided the bill by the number of *flagged* aircraft. It is shared by all strikes, those that were left alone "
    "too; and where nobody is flagged, there is nothing to divide by."
)


@cost_per_strike.mistake(_PER_FLAGGED_ROW)
def per_flagged_row(y_true, scores, threshold, inspection, missed):
    tp, fp, fn, _tn = _at(y_true, scores, threshold)
    return ((tp + fp) * inspection + fn * missed) / (tp + fp)


@cost_per_strike.mistake(_PER_FLAGGED_ROW)
def per_flagged_row_in_numpy(y_true, scores, threshold, inspection, missed):
    tp, fp, fn, _tn = _at(y_true, scores, threshold)
    with np.errstate(all="ignore"):
        return ((tp + fp) * inspection + fn * missed) / np.int64(tp + fp)


@cost_per_strike.mistake(
    "You charge the price of a miss for *every* row that is not flagged. Most of those aircraft are sound and cost "
    "nothing; nothing was missed there."
)
def all_unflagged_charged(y_true, scores, threshold, inspection, missed):
    tp, fp, fn, tn = _at(y_true, scores, threshold)
    return ((tp + fp) * inspection + (fn + tn) * missed) / len(scores)


@cost_per_strike.mistake(
    "You took the misses as a share of the rows that were *not flagged*, and the inspections as a share of all. Shares "
    "of different wholes do not add up: divide both by the number of all rows."
)
def shares_of_different_wholes(y_true, scores, threshold, inspection, missed):
    tp, fp, fn, tn = _at(y_true, scores, threshold)
    with np.errstate(all="ignore"):
        return (tp + fp) * inspection / len(scores) + np.int64(fn) / np.int64(fn + tn) * missed


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


@best_threshold.test("when an inspection costs more than it can save, nobody is inspected, however high the scores")
def _(answer):
    y_valid, s_valid, y_test, s_test = _small_case()
    case = y_valid, 4000 * s_valid - 1000, y_test, 4000 * s_test - 1000
    _earns_most(answer(*case, 500, 400), *case, 500, 400)


@best_threshold.test("rows with equal scores are flagged together, in whatever order they stand")
def _(answer):
    y = np.array([1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0])
    scores = np.array([9.0, 9.0, 9.0, 6.0, 6.0, 6.0, 6.0, 4.0, 4.0, 4.0, 4.0])
    for case in ((y, scores, y[:5], scores[:5]), (y[::-1].copy(), scores[::-1].copy(), y[:5], scores[:5])):
        got = answer(*case, 100, 240)
        _earns_most(got, *case, 100, 240)
        _reported_on_test(got, *case, 100, 240)


@best_threshold.test("close scores beside a very high one are told apart")
def _(answer):
    case = (
        np.array([1, 0, 0, 1]),
        np.array([0.002, 0.001, 0.0, 1000.0]),
        np.array([0, 1, 0]),
        np.array([900.0, 2000.0, -3.0]),
    )
    got = answer(*case, 300, 1000)
    _earns_most(got, *case, 300, 1000)
    _reported_on_test(got, *case, 300, 1000)


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
    holds(
        got[0] is not None,
        "The threshold is nothing (None). If nobody shall be inspected it is still a number, one above every score, "
        'such as `float("inf")`.',
    )
    for name, number in zip(("The threshold", "The value"), got, strict=True):
        close(np.ndim(number), 0, what=f"The number of dimensions of {name.lower()}")
    return float(got[0]), float(got[1])


def _earns_most(got, y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold, _ = _pair(got)
    own = _value(y_valid, s_valid, threshold, inspection, saved)
    best = _best_value(y_valid, s_valid, inspection, saved)
    low, high = np.min(s_valid), np.max(s_valid)
    holds(
        np.isclose(own, best),
        f"On the validation rows, whose scores run from {low:g} to {high:g}, another threshold earns more than "
        f"{'inspecting nobody' if threshold > high else f'your {threshold:g}'}.",
        round(own, 2),
        round(best, 2),
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


def _from_a_grid(case, prices, grid):
    """The threshold of a grid that earns most on validation, and what it earns on test."""
    y_valid, s_valid, y_test, s_test = case
    threshold = float(grid[int(np.argmax([_value(y_valid, s_valid, t, *prices) for t in grid]))])
    return threshold, _value(y_test, s_test, threshold, *prices)


_GRID = (
    "You searched a grid between 0 and 1. Scores need not lie there, and between two grid points "
    "whole groups of rows may change sides; which thresholds do the data themselves offer?"
)


@best_threshold.mistake(_GRID)
def grid_of_a_hundred(y_valid, s_valid, y_test, s_test, inspection, saved):
    return _from_a_grid((y_valid, s_valid, y_test, s_test), (inspection, saved), np.linspace(0, 1, 101))


@best_threshold.mistake(_GRID)
def grid_of_a_hundred_or_nobody(y_valid, s_valid, y_test, s_test, inspection, saved):
    grid = np.r_[np.inf, np.linspace(0, 1, 101)]
    return _from_a_grid((y_valid, s_valid, y_test, s_test), (inspection, saved), grid)


@best_threshold.mistake(_GRID)
def grid_by_steps(y_valid, s_valid, y_test, s_test, inspection, saved):
    return _from_a_grid((y_valid, s_valid, y_test, s_test), (inspection, saved), np.arange(0, 1, 0.01))


@best_threshold.mistake(_GRID)
def grid_by_steps_or_nobody(y_valid, s_valid, y_test, s_test, inspection, saved):
    grid = np.r_[np.inf, np.arange(0, 1, 0.01)]
    return _from_a_grid((y_valid, s_valid, y_test, s_test), (inspection, saved), grid)


@best_threshold.mistake(_GRID)
def grid_of_a_thousand(y_valid, s_valid, y_test, s_test, inspection, saved):
    return _from_a_grid((y_valid, s_valid, y_test, s_test), (inspection, saved), np.linspace(0, 1, 1001))


@best_threshold.mistake(_GRID)
def grid_of_a_thousand_or_nobody(y_valid, s_valid, y_test, s_test, inspection, saved):
    grid = np.r_[np.inf, np.linspace(0, 1, 1001)]
    return _from_a_grid((y_valid, s_valid, y_test, s_test), (inspection, saved), grid)


_GRID_OF_THE_RANGE = (
    "You searched an even grid between the lowest and the highest score. One far score stretches it, and the others "
    "fall between two of its points; which thresholds do the data themselves offer?"
)


@best_threshold.mistake(_GRID_OF_THE_RANGE)
def grid_of_the_range(y_valid, s_valid, y_test, s_test, inspection, saved):
    grid = np.linspace(np.min(s_valid), np.max(s_valid), 100)
    return _from_a_grid((y_valid, s_valid, y_test, s_test), (inspection, saved), grid)


@best_threshold.mistake(_GRID_OF_THE_RANGE)
def grid_of_the_range_or_nobody(y_valid, s_valid, y_test, s_test, inspection, saved):
    grid = np.r_[np.inf, np.linspace(np.min(s_valid), np.max(s_valid), 200)]
    return _from_a_grid((y_valid, s_valid, y_test, s_test), (inspection, saved), grid)


_ABOVE_ONLY = (
    "You flag only scores *above* the threshold, and a whole group of rows may lie exactly on it. **At or above** is "
    "the rule, on both sets of rows."
)


def _above_only(case, prices, thresholds):
    y_valid, s_valid, y_test, s_test = case
    earned = [_earned(y_valid, s_valid > threshold, *prices) for threshold in thresholds]
    threshold = float(thresholds[int(np.argmax(earned))])
    return threshold, _earned(y_test, s_test > threshold, *prices)


def _earned(y, flagged, inspection, saved):
    return float(saved * np.sum(flagged & (y == 1)) - inspection * np.sum(flagged))


@best_threshold.mistake(_ABOVE_ONLY)
def above_only_of_the_scores(y_valid, s_valid, y_test, s_test, inspection, saved):
    return _above_only((y_valid, s_valid, y_test, s_test), (inspection, saved), np.unique(s_valid))


@best_threshold.mistake(_ABOVE_ONLY)
def above_only_or_nobody(y_valid, s_valid, y_test, s_test, inspection, saved):
    return _above_only((y_valid, s_valid, y_test, s_test), (inspection, saved), np.r_[np.inf, np.unique(s_valid)])


_GROUP_SPLIT = (
    "Your running sum takes the rows one by one and may stop in the middle of a group of equal scores. No threshold can "
    "do that: look at the sum only after the *last* row of each score."
)


def _one_row_after_the_other(case, prices, ties, nobody):
    """A running sum that stops at its best row; with `nobody`, it may stop before the first one."""
    y_valid, s_valid, y_test, s_test = case
    inspection, saved = prices
    y, scores = _from_high_to_low(y_valid, s_valid, ties)
    earned = np.cumsum(saved * y - inspection)
    threshold = float("inf") if nobody and earned.max() <= 0 else float(scores[np.argmax(earned)])
    return threshold, _value(y_test, s_test, threshold, inspection, saved)


@best_threshold.mistake(_GROUP_SPLIT)
def group_split(y_valid, s_valid, y_test, s_test, inspection, saved):
    case = y_valid, s_valid, y_test, s_test
    return _one_row_after_the_other(case, (inspection, saved), "as they come", nobody=True)


@best_threshold.mistake(_GROUP_SPLIT)
def group_split_by_argsort(y_valid, s_valid, y_test, s_test, inspection, saved):
    case = y_valid, s_valid, y_test, s_test
    return _one_row_after_the_other(case, (inspection, saved), "as they fall", nobody=True)


@best_threshold.mistake(_GROUP_SPLIT)
def group_split_by_argsort_turned_round(y_valid, s_valid, y_test, s_test, inspection, saved):
    case = y_valid, s_valid, y_test, s_test
    return _one_row_after_the_other(case, (inspection, saved), "turned round", nobody=True)


@best_threshold.mistake(_GROUP_SPLIT)
def group_split_by_sorted_pairs(y_valid, s_valid, y_test, s_test, inspection, saved):
    case = y_valid, s_valid, y_test, s_test
    return _one_row_after_the_other(case, (inspection, saved), "ones first", nobody=True)


_GROUP_SPLIT_AND_SOMEBODY = (
    "Two things: your running sum may stop in the middle of a group of equal scores, where no threshold can stop, and "
    "it always flags somebody, even where every inspection is a loss."
)


@best_threshold.mistake(_GROUP_SPLIT_AND_SOMEBODY)
def group_split_always_somebody(y_valid, s_valid, y_test, s_test, inspection, saved):
    case = y_valid, s_valid, y_test, s_test
    return _one_row_after_the_other(case, (inspection, saved), "as they come", nobody=False)


@best_threshold.mistake(_GROUP_SPLIT_AND_SOMEBODY)
def group_split_always_somebody_by_argsort(y_valid, s_valid, y_test, s_test, inspection, saved):
    case = y_valid, s_valid, y_test, s_test
    return _one_row_after_the_other(case, (inspection, saved), "as they fall", nobody=False)


@best_threshold.mistake(_GROUP_SPLIT_AND_SOMEBODY)
def group_split_always_somebody_by_argsort_turned_round(y_valid, s_valid, y_test, s_test, inspection, saved):
    case = y_valid, s_valid, y_test, s_test
    return _one_row_after_the_other(case, (inspection, saved), "turned round", nobody=False)


@best_threshold.mistake(
    "You pay for an inspection only where it was a false alarm. The mechanics are paid for the damaged aircraft too: "
    "every flagged row costs `inspection`."
)
def only_false_alarms_paid(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _choose(y_valid, s_valid, lambda y, f: saved * np.sum(f & (y == 1)) - inspection * np.sum(f & (y == 0)))
    flagged = np.asarray(s_test) >= threshold
    found, alarms = np.sum(flagged & (y_test == 1)), np.sum(flagged & (y_test == 0))
    return threshold, float(saved * found - inspection * alarms)


def _chosen_well(y_valid, s_valid, inspection, saved):
    return _choose(y_valid, s_valid, lambda y, f: saved * np.sum(f & (y == 1)) - inspection * np.sum(f))


def _bill(y, scores, threshold, inspection, saved):
    flagged = np.asarray(scores) >= threshold
    return float(inspection * np.sum(flagged) + saved * np.sum(~flagged & (np.asarray(y) == 1)))


_COST_REPORTED = (
    "Your threshold is right, but what you report is a *cost*. Earnings are counted from “inspect nobody”: how much "
    "less does the desk pay with your threshold than with none?"
)


@best_threshold.mistake(_COST_REPORTED)
def bill_reported(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _chosen_well(y_valid, s_valid, inspection, saved)
    return threshold, _bill(y_test, s_test, threshold, inspection, saved)


@best_threshold.mistake(_COST_REPORTED)
def bill_reported_as_a_loss(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _chosen_well(y_valid, s_valid, inspection, saved)
    return threshold, -_bill(y_test, s_test, threshold, inspection, saved)


@best_threshold.mistake(_COST_REPORTED)
def cost_per_strike_reported(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _chosen_well(y_valid, s_valid, inspection, saved)
    return threshold, _bill(y_test, s_test, threshold, inspection, saved) / len(y_test)


@best_threshold.mistake(
    "You report what the threshold earns *per row*. The manager asked for dollars in all, on all the test rows together."
)
def earned_per_row(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _chosen_well(y_valid, s_valid, inspection, saved)
    return threshold, _value(y_test, s_test, threshold, inspection, saved) / len(y_test)


@best_threshold.mistake(
    "Your two numbers have changed places: first the threshold, then what it earns on the test rows."
)
def value_first(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _chosen_well(y_valid, s_valid, inspection, saved)
    return _value(y_test, s_test, threshold, inspection, saved), threshold


_BEST_OF_THE_TEST = (
    "Your threshold comes from the validation rows, but the value is the best that *any* threshold could earn on the "
    "test rows. Report what yours earns there."
)


@best_threshold.mistake(_BEST_OF_THE_TEST)
def best_of_the_test_reported(y_valid, s_valid, y_test, s_test, inspection, saved):
    return _chosen_well(y_valid, s_valid, inspection, saved), _best_value(y_test, s_test, inspection, saved)


@best_threshold.mistake(_BEST_OF_THE_TEST)
def best_of_the_test_scores_reported(y_valid, s_valid, y_test, s_test, inspection, saved):
    values = [_value(y_test, s_test, threshold, inspection, saved) for threshold in np.unique(s_test)]
    return _chosen_well(y_valid, s_valid, inspection, saved), max(values)


_NO_THRESHOLD = (
    "Where nothing can be earned you give back `None` for the threshold. “Inspect nobody” is a threshold too: any "
    "number above every score."
)


@best_threshold.mistake(_NO_THRESHOLD)
def no_threshold_for_nobody(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _chosen_well(y_valid, s_valid, inspection, saved)
    return None if threshold == float("inf") else threshold, _value(y_test, s_test, threshold, inspection, saved)


@best_threshold.mistake(
    "Where nothing can be earned you fall back on the threshold 1.0, and that flags every row whose score is higher. "
    "Scores may be any numbers; what is above all of them?"
)
def one_for_nobody(y_valid, s_valid, y_test, s_test, inspection, saved):
    threshold = _chosen_well(y_valid, s_valid, inspection, saved)
    threshold = 1.0 if threshold == float("inf") else threshold
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


best_threshold.equivalent(
    "candidates = np.r_[np.inf, s_valid[::-1]]",
    "a score that is tried twice earns the same twice, and any threshold that earns most is right",
)
best_threshold.equivalent(
    "candidates = np.r_[np.inf, np.unique(s_valid)[::1]]",
    "the order decides only between thresholds that earn the same, and any of them is right",
)
