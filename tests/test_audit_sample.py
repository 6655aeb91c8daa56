"""Where mutants cost too much a sample of them is tried: always the same one."""

from __future__ import annotations

from autograder.audit.mutants import mutants
from autograder.audit.sample import FEWEST, affordable

ALL = mutants("def f(a, b, c):\n    return a + 2 * b - 3 * c if a < 4 * b else a * 5 - c")


def test_all_are_tried_that_can_be_paid_for() -> None:
    assert len(ALL) > 20
    assert affordable(ALL, 0.001) == ALL


def test_else_a_power_of_two_in_the_order_of_the_text() -> None:
    drawn = affordable(ALL, 1.0, budget=12.0)
    assert len(drawn) == 8
    assert drawn == [mutant for mutant in ALL if mutant in drawn]


def test_a_machine_that_is_a_little_slower_draws_the_same() -> None:
    assert affordable(ALL, 1.0, budget=12.0) == affordable(ALL, 1.3, budget=12.0)
    assert affordable(ALL, 1.0, budget=12.0) == affordable(ALL[::-1], 1.0, budget=12.0)[::-1]


def test_a_few_are_tried_whatever_they_cost() -> None:
    assert len(affordable(ALL, 1000.0)) == FEWEST
