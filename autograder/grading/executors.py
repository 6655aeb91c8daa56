"""The seam to many machines: an executor made of what the command line says, over Dask's scheduler and workers."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from autograder.errors import CourseError
from autograder.grading import worker
from autograder.grading.setup import Setup
from autograder.grading.submission import Submission

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")

MOST_SECONDS_TO_CONNECT: Final = 20
_SECONDS_BETWEEN_LOOKS: Final = 5.0
_RETRIES: Final = 3
"""Times that a submission is given to a worker again after the grader itself has failed with it."""


def executor_of(address: str) -> Callable[[], AbstractContextManager[Executor]]:
    """What makes the executor at an address such as `dask://HOST:PORT`.

    Raises CourseError for another kind of address, or when Dask is not installed.
    """
    kind, _, place = address.partition("://")
    if kind != "dask" or not place:
        raise CourseError(f'There is no executor "{address}".', "Give a Dask scheduler's address: dask://HOST:8786")
    if importlib.util.find_spec("distributed") is None:
        raise CourseError("Dask is not installed.", 'Install what a cluster needs: pip install "autograder[cluster]"')
    return lambda: _dask(place)


@contextmanager
def _dask(place: str) -> Iterator[Executor]:
    """The executor of a Dask cluster. Its workers must see the course's folder under the same path."""
    from distributed import Client

    try:
        # Without a scheme: Dask's own configuration says whether the cluster speaks TLS.
        client = Client(place, timeout=MOST_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise CourseError(
            f"No Dask scheduler answers at {place} ({type(error).__name__}).", "Start one: dask scheduler"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=MOST_SECONDS_TO_CONNECT)
        except TimeoutError:
            raise CourseError(
                f"The Dask scheduler at {place} has no workers.", f"Start some: dask worker {place} --nthreads 1"
            ) from None
        yield Cluster(client, place)


class Cluster(Executor):
    """Has a Dask cluster do `worker.work`.

    What all submissions share goes to each worker once. A submission under which workers have ended too often, as
    the scheduler counts, gets its verdict like any other; only what concerns all of them is raised.
    """

    def __init__(self, client: Client, place: str) -> None:
        self._client = client
        self._place = place
        # No submission may be taken for another that is equal to it.
        self._executor: Executor = client.get_executor(pure=False, retries=_RETRIES)
        self._sent: dict[bytes, Any] = {}
        self._in_flight = 0
        self._next_look = 0.0

    @property
    def in_flight(self) -> int:
        """Submissions that keep all workers busy: one in work and one waiting for each; workers come and go."""
        if time.monotonic() >= self._next_look:
            with contextlib.suppress(OSError, TimeoutError):  # a scheduler that has ended is told of by its tasks
                self._in_flight = 2 * sum(self._client.nthreads().values())
            self._next_look = time.monotonic() + _SECONDS_BETWEEN_LOOKS
        return max(2, self._in_flight)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Sends a submission: `args` are `worker.work`'s, a pickled setup and the submission."""
        packed, submission = args
        version = version_of(worker.unpacked(packed), submission)
        task = self._executor.submit(on_worker, version, fn, self._shared(packed), submission)
        verdict: Future[T] = Future()
        verdict.add_done_callback(lambda it: task.cancel() if it.cancelled() else None)
        task.add_done_callback(lambda it: self._pass_on(it, verdict, packed, submission))
        return verdict

    def _shared(self, packed: bytes) -> Any:
        """What has the bytes on every worker. As a task's result, not as data, it is made anew when workers end."""
        if packed not in self._sent:
            self._sent[packed] = self._client.submit(bytes, packed, pure=False)
            self._client.replicate(self._sent[packed])  # else whoever has it gets all submissions
        return self._sent[packed]

    def _pass_on(self, task: Future[T], verdict: Future[Any], packed: bytes, submission: Submission) -> None:
        from distributed import KilledWorker

        if not verdict.set_running_or_notify_cancel():
            return
        if task.cancelled():
            verdict.set_exception(
                CourseError(
                    f"The Dask scheduler at {self._place} has ended, or was told to forget this run.",
                    "Start it and its workers again, then the same command: what was graded is kept.",
                )
            )
            return
        error = task.exception()
        if isinstance(error, KilledWorker):
            times = error.allowed_failures + 1
            reason = f"Its worker ended {times} {'time' if times == 1 else 'times'}. Is there enough memory?"
            verdict.set_result(worker.not_graded(worker.unpacked(packed), submission, reason))
        elif error is not None:
            verdict.set_exception(error)
        else:
            verdict.set_result(task.result())


def on_worker(version: str, work: Callable[..., T], packed: bytes, submission: Submission) -> T:
    """Does `work` on a machine of the cluster. `version` is what `version_of` gave where the gradebook is written.

    Raises CourseError, naming the machine, when it would not give the marks that every other one gives.
    """
    os.environ["GROUNDWORK_JOURNAL"] = "off"
    machine = socket.gethostname()
    if version_of(worker.unpacked(packed), submission) != version:
        raise CourseError(
            f"The worker on {machine} has another version of Groundwork, of Python or of a library.",
            "Install the same everywhere, from constraints.txt, and start the workers again.",
        )
    for path in filter(None, (submission.path, *submission.extra)):
        if not path.exists():
            raise CourseError(
                f"The worker on {machine} does not see {path}.",
                "The course's folder, and for zip files the one that TMPDIR names, must be shared under the same path.",
            )
    try:
        return work(packed, submission)
    except CourseError as error:
        raise CourseError(f"{error.sentence} (On {machine}.)", error.next_step) from None


def version_of(setup: Setup, submission: Submission) -> str:
    """The hash of all that marks depend on besides what the student has handed in."""
    return setup.key(replace(submission, path=None, extra=(), refusal=""))
