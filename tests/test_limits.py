"""Bounds on an answer: it is stopped in time, whatever it does to go on, and what it prints is bounded."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.limits import MOST_PRINTED, OutOfTime, printed, time_limit, undisturbed

HERE = Path(__file__).parent


def loop() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(60)


def swallow() -> None:
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def swallow_sleeping() -> None:
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(60)


def swallow_as_beginners_do() -> None:
    while True:
        try:  # noqa: SIM105
            int("not a number")
        except:  # noqa: E722
            pass


def swallow_in_finally() -> None:
    try:
        loop()
    finally:
        loop()


def swallow_once_and_return() -> None:
    try:
        loop()
    except BaseException:
        return


def swallow_deep_down() -> None:
    def again(depth: int) -> None:
        try:
            if depth:
                again(depth - 1)
            loop()
        except BaseException:
            loop()

    again(20)


def wait_for_a_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def generate() -> int:
    return sum(1 for _ in iter(int, 1))


HANGS = [
    loop,
    sleep,
    swallow,
    swallow_sleeping,
    swallow_as_beginners_do,
    swallow_in_finally,
    swallow_once_and_return,
    swallow_deep_down,
    wait_for_a_lock,
    generate,
]


def tried(hang: Callable[[], Any], seconds: float) -> str:
    """As a test does it: calls the answer, then goes on."""
    try:
        with time_limit(seconds):
            call(hang)
    except OutOfTime:
        return "stopped"
    return "went through"


def call(hang: Callable[[], Any]) -> None:
    hang()
    went_on = True
    assert went_on


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
@pytest.mark.parametrize("hang", HANGS, ids=lambda hang: hang.__name__)
def test_whatever_hangs_is_stopped_on_the_main_thread(hang: Callable[[], Any]) -> None:
    started = time.monotonic()
    assert tried(hang, 0.1) == "stopped"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("hang", [loop, swallow_as_beginners_do, generate], ids=lambda hang: hang.__name__)
def test_what_hangs_in_python_is_stopped_on_another_thread(hang: Callable[[], Any]) -> None:
    outcome: list[str] = []
    thread = threading.Thread(target=lambda: outcome.append(tried(hang, 0.1)), daemon=True)
    thread.start()
    thread.join(10)
    assert outcome == ["stopped"]


def test_after_a_limit_on_another_thread_code_can_still_be_traced() -> None:
    program = (
        "import sys, threading\nfrom test_limits import loop, tried\n"
        "thread = threading.Thread(target=tried, args=(loop, 0.1))\nthread.start()\nthread.join()\n"
        "sys.settrace(lambda frame, event, arg: None)\nprint((lambda: 'traced')())"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, timeout=60)
    assert run.stdout == "traced\n"


@pytest.mark.parametrize("main", [True, False], ids=["main thread", "another thread"])
def test_what_must_not_be_disturbed_is_stopped_only_after_it(main: bool) -> None:
    done: list[str] = []

    def work() -> None:
        with contextlib.suppress(OutOfTime), time_limit(0.1):
            with undisturbed():
                end = time.monotonic() + 0.5
                while time.monotonic() < end:
                    pass
                done.append("whole")
            time.sleep(0.2)
            loop()
        done.append("stopped")

    if main:
        work()
    else:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(20)
    assert done == ["whole", "stopped"]


def test_what_is_quick_goes_through_and_nothing_is_left_behind() -> None:
    before = sys.gettrace()
    with time_limit(5):
        pass
    assert sys.gettrace() is before
    if hasattr(signal, "getitimer"):
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
def test_an_alarm_that_rings_as_the_block_is_left_does_not_stay_armed() -> None:
    before = signal.getsignal(signal.SIGALRM)
    for number in range(2000):
        with contextlib.suppress(OutOfTime), time_limit(0.0004):
            end = time.perf_counter() + 0.0002 + 0.0003 * (number % 100) / 100
            while time.perf_counter() < end:
                pass
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        assert signal.getsignal(signal.SIGALRM) is before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
def test_the_frames_around_the_block_are_not_traced_afterwards() -> None:
    def frame_around() -> Any:
        frame = sys._getframe()
        assert tried(swallow, 0.1) == "stopped"
        return frame.f_trace

    before = sys.gettrace()
    assert frame_around() is None or before is not None


def test_an_error_of_the_block_comes_through() -> None:
    with pytest.raises(ZeroDivisionError), time_limit(5):
        raise ZeroDivisionError


def test_what_is_printed_is_kept_and_does_not_reach_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    with printed() as output:
        print("hello")
        print("careful", file=sys.stderr)
    assert output.text == "hello\ncareful\n"
    assert capsys.readouterr() == ("", "")


def test_of_megabytes_only_the_beginning_is_kept() -> None:
    with printed() as output:
        for _ in range(100):
            print("x" * 100_000)
    assert len(output.text) == MOST_PRINTED
    assert output.length == 100 * 100_001
