"""Three experiments in an invented online grocery, whose true effects are shipped with them.

For every visitor what they would do under either arm is drawn up; then an arm is drawn and only its part is
recorded. The true effect is therefore known exactly: the mean, over these very visitors, of the difference between
what is to be expected of them under the treatment and under the control.
Chance is `random.Random`, whose numbers are the same under every version of Python.
"""

import math
import random
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from packing import write_columns

TITLE = "Three A/B tests of an online grocery"
VERSION = "1"
LICENCE = "CC0-1.0"
SOURCES: list[str] = []

SEED = 20_240_303
FIRST_DAY = date(2025, 3, 3)  # a Monday
DAYS = 14  # in which visitors come in; each is watched for the same four weeks
WEEKDAYS = [1.1, 1.0, 0.95, 1.0, 1.15, 1.3, 1.4]  # Monday first
DEVICES = {"phone": 0.6, "computer": 0.4}
NEWCOMERS = 0.12
WEEKS_BEFORE, WEEKS_AFTER = 8, 4
ORDERS, BASKET = 1.0, 34.0  # of a visitor, in the mean: orders in four weeks, EUR for one
HABIT, TASTE, WITHIN = 1.1, 0.35, 0.45  # spread of orders and of baskets between visitors, of one visitor's baskets


class Experiment(NamedTuple):
    visitors: int
    lift: dict[str, float]  # by how much the treatment multiplies orders, by device
    lost: float = 0.0  # chance that a light buyer with a phone is never recorded under the treatment


EXPERIMENTS = {
    "checkout": Experiment(24_000, {"phone": 1.15, "computer": 1.03}),
    "same_page": Experiment(16_000, {"phone": 1.0, "computer": 1.0}),
    "redirect": Experiment(16_000, {"phone": 1.0, "computer": 1.0}, lost=0.3),
}


class Visitor(NamedTuple):
    day: int
    device: str
    newcomer: bool
    orders: float  # to be expected in four weeks under the control
    basket: float


def build(out: Path) -> dict[str, int]:
    rng = random.Random(SEED)
    rows: list[tuple[str, int, str, int, str, int, int, int, int, int]] = []
    truth = []
    for name, experiment in EXPERIMENTS.items():
        visitors = sorted(_visitor(rng) for _ in range(experiment.visitors))
        for visitor in visitors:
            arm = rng.choice(["control", "treatment"])
            before = 0 if visitor.newcomer else _spent(rng, visitor, WEEKS_BEFORE / WEEKS_AFTER)[1]
            orders, revenue = _spent(rng, visitor, experiment.lift[visitor.device] if arm == "treatment" else 1.0)
            light = visitor.device == "phone" and visitor.orders < ORDERS / 2
            if arm == "treatment" and light and rng.random() < experiment.lost:
                continue
            row = (name, len(rows) + 1, arm, visitor.day, visitor.device, int(visitor.newcomer), before)
            rows.append((*row, int(orders > 0), orders, revenue))
        truth += _truth(name, experiment, visitors)

    names = (
        "experiment", "visitor_id", "arm", "day", "device", "newcomer", "cents_before", "converted", "orders", "cents"
    )  # fmt: skip
    write_columns(out / "visitors.npz", dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    names = ("experiment", "device", "metric", "control", "treatment", "effect")
    write_columns(out / "truth.npz", dict(zip(names, map(list, zip(*truth, strict=True)), strict=True)))
    return {"visitors.npz": len(rows), "truth.npz": len(truth)}


def _visitor(rng: random.Random) -> Visitor:
    weights = [WEEKDAYS[(FIRST_DAY + timedelta(day)).weekday()] for day in range(DAYS)]
    [day] = rng.choices(range(DAYS), weights)
    [device] = rng.choices(list(DEVICES), list(DEVICES.values()))
    # The means of lognormal numbers are those above: their logarithms' means are lower by half the variance.
    orders = ORDERS * rng.lognormvariate(-(HABIT**2) / 2, HABIT)
    basket = BASKET * rng.lognormvariate(-(TASTE**2) / 2, TASTE)
    return Visitor(day, device, rng.random() < NEWCOMERS, orders, basket)


def _spent(rng: random.Random, visitor: Visitor, lift: float) -> tuple[int, int]:
    """Orders and cents, when `lift` times as many orders as in four weeks are to be expected."""
    orders = _poisson(rng, visitor.orders * lift)
    baskets = [visitor.basket * rng.lognormvariate(-(WITHIN**2) / 2, WITHIN) for _ in range(orders)]
    return orders, sum(round(100 * basket) for basket in baskets)


def _poisson(rng: random.Random, mean: float) -> int:
    """Count how many waits of mean 1 fit into `mean`."""
    count, waited = 0, rng.expovariate(1)
    while waited < mean:
        count += 1
        waited += rng.expovariate(1)
    return count


def _truth(name: str, experiment: Experiment, visitors: list[Visitor]) -> list[tuple[str, str, str, int, int, int]]:
    """What is to be expected of the visitors under either arm, and the difference, in millionths."""
    rows = []
    for device in ("all", *DEVICES):
        chosen = [visitor for visitor in visitors if device in ("all", visitor.device)]
        for metric in ("converted", "revenue"):
            arms = []
            for treated in (False, True):
                orders = [v.orders * (experiment.lift[v.device] if treated else 1.0) for v in chosen]
                if metric == "converted":
                    expected = [1 - math.exp(-mean) for mean in orders]
                else:
                    expected = [mean * v.basket for mean, v in zip(orders, chosen, strict=True)]
                arms.append(round(1_000_000 * math.fsum(expected) / len(chosen)))
            rows.append((name, device, metric, arms[0], arms[1], arms[1] - arms[0]))
    return rows
