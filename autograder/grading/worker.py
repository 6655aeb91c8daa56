"""A worker: a process with a fork server of its own that grades one submission after the other."""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import autograder
from autograder.errors import CourseError
from autograder.grading.grader import Graded, grade, nothing
from autograder.grading.results import Result
from autograder.grading.setup import Setup
from autograder.grading.submission import Submission
from autograder.sandbox import syscalls
from autograder.sandbox.levels import Level, SandboxUnavailable
from autograder.sandbox.zygote import Zygote

_OF_THE_GRADER: Final = "autograder.grading.inside"
_turn = threading.Lock()
_zygotes: dict[int, Zygote] = {}


def begin() -> None:
    """Makes a new process of a pool a worker: Ctrl-C is for the one who writes the gradebook."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):  # whatever ends the grader, its workers end, and with them their fork servers
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ["GROUNDWORK_JOURNAL"] = "off"


def work(packed: bytes, submission: Submission) -> Graded:
    """Grades a submission; whatever goes wrong with one is its result, and never the end of the others.

    packed: a pickled `Setup`, made by the same program. Raises CourseError when there is no sandbox, which concerns
    all.
    """
    with _turn:  # a worker of a cluster may have several threads; answers' output and time limits are of a process
        setup = unpacked(packed)
        with contextlib.suppress(SandboxUnavailable):
            zygote = _zygote(setup)
            graded = grade_or_say_why(setup, submission, zygote)
            if graded[0].outcome != "killed" or zygote.is_alive():
                return graded
        # The fork server was killed, and its children with it: no fault of the submission.
        _close_zygotes()
        try:
            return grade_or_say_why(setup, submission, _zygote(setup))
        except SandboxUnavailable as error:
            _close_zygotes()
            raise CourseError(error.sentence, error.next_step) from None  # one that can go to another process


def grade_or_say_why(setup: Setup, submission: Submission, zygote: Zygote) -> Graded:
    """The result, also where the grader itself stumbles."""
    try:
        return grade(setup, submission, zygote)
    except SandboxUnavailable:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        words = error.sentence if isinstance(error, CourseError) else f"{type(error).__name__}: {error}"
        return not_graded(setup, submission, f"The grader could not go on with it: {words[:300]}")


def not_graded(setup: Setup, submission: Submission, reason: str) -> Graded:
    """The result of a submission whose grading was ended: no points, and the reason, a sentence."""
    cells = nothing(setup.masters[submission.notebook])
    return Result(
        submission.student, submission.assignment, submission.notebook, "killed", reason, cells,
        submission.notes, setup.level, setup.missing,
    ), None  # fmt: skip


def zygote_for(level: Level, preload: Sequence[str]) -> Zygote:
    """A fork server for an assignment's notebooks."""
    datasets = Path(autograder.__file__).parents[1] / "datasets"
    return Zygote(level=level, preload=(*preload, _OF_THE_GRADER), readable=[datasets])


@lru_cache(maxsize=4)
def unpacked(packed: bytes) -> Setup:
    """A pickled setup, the same object each time."""
    setup: Setup = pickle.loads(packed)
    return setup


def _zygote(setup: Setup) -> Zygote:
    if id(setup) not in _zygotes:
        _close_zygotes()
        _zygotes[id(setup)] = zygote_for(setup.level, setup.preload)
    return _zygotes[id(setup)]


@atexit.register
def _close_zygotes() -> None:
    while _zygotes:
        _zygotes.popitem()[1].close()
