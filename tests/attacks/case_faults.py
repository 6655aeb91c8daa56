"""Faults that are no submission: the grader dies, the sandbox can't be put up. Each has a test of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A row of the table: what happens, what then comes of it, and the test that shows it (below `tests/`)."""

    name: str
    row: str
    happens: str
    then: str
    tested_by: str


LOST = "nothing that was done is lost, no process is left, the next run does the rest"
FAULTS = [
    Fault(
        "sandbox missing",
        "sandbox missing",
        "a layer of the sandbox can't be put up, tried for each step",
        "nothing runs, and the layer is named",
        "test_sandbox_zygote.py::test_a_layer_that_can_not_be_put_up_is_named_and_nothing_runs",
    ),
    Fault(
        "fork server killed",
        "grader killed",
        "the fork server is killed in the middle of a run",
        LOST,
        "attacks/test_faults.py::test_zygote_killed",
    ),
    Fault(
        "grader killed",
        "grader killed",
        "the grading program is killed and started again",
        LOST,
        "attacks/test_faults.py::test_grader_killed",
    ),
    Fault(
        "interrupted",
        "grader killed",
        "Ctrl-C in the middle of a run, and started again",
        LOST,
        "attacks/test_faults.py::test_interrupted",
    ),
    Fault(
        "level stamp",
        "level stamp",
        "graded at each level in turn",
        "each result says its level",
        "attacks/test_attacks.py::test_an_attack_gets_no_further_than_expected",
    ),
]
