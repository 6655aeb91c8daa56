"""No submission forges a mark, reads what is not its own, harms another or stops the run: docs/security.md."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from attacks.case import FULL, Case
from attacks.cases import CASES
from attacks.ours import HONEST, LEVELS, ORDINARY, Run, graded

pytestmark = pytest.mark.slow

USERS = {"root": 0, "ordinary": ORDINARY} if os.getuid() == 0 else {"ordinary": os.getuid()}


@pytest.fixture(scope="module", params=[(level, user) for level in LEVELS for user in USERS], ids="-".join)
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """All attackers and two honest students, graded once at a level by a user."""
    level, user = request.param
    yield graded(level, USERS[user])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_attack_gets_no_further_than_expected(run: Run, case: Case, request: pytest.FixtureRequest) -> None:
    if case.gap:
        request.applymarker(pytest.mark.xfail(reason=case.gap, strict=True))
    assert not run.problems(case), case.tries


def test_classmates_have_all_their_marks(run: Run) -> None:
    for student in HONEST:
        result = run.results[student]
        assert (result["outcome"], {c["grade_id"]: c["points"] for c in result["cells"]}) == ("graded", dict(FULL))
        assert run.stored[student] == dict(FULL)


def test_every_submission_has_one_result(run: Run) -> None:
    assert sorted(run.results) == sorted([*HONEST, *(case.handed_in_by for case in CASES)])


def test_nothing_around_the_course_has_changed(run: Run) -> None:
    assert run.harm == []


def test_no_process_is_left(run: Run) -> None:
    assert run.left == []
