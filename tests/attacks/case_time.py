"""Attacks on time: what never ends, what waits, and clocks."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import HARMLESS, NOTHING, Case, Expected

STOPPED = Expected(("timed out",), never="", reason=".")
"""The cell is interrupted, as in nbgrader; what comes after it is graded."""
ENDED = Expected(("timed out", "killed"), NOTHING, never="", reason=".")
"""Who can't be interrupted is killed."""


def _loop(name: str, tries: str, code: str, row: str = "endless loop") -> Case:
    expected = STOPPED if row == "endless loop" else ENDED
    return Case(id=name, row=row, tries=tries, first=[code], expected=expected)


def _slow(name: str, tries: str, answer: str) -> Case:
    """An answer that never comes: its own marks are lost, and the notebook ends in time."""
    return Case(
        id=name,
        row="endless loop",
        tries=tries,
        answers={"mean-answer": answer},
        expected=Expected(("graded", "timed out"), {"mean": 0}, never=""),
    )


CASES = [
    _loop("loop", "an endless loop", "while True:\n    pass"),
    _loop("sleep", "sleeps for an hour", "import time\ntime.sleep(3600)"),
    _loop(
        "loop-in-c",
        "an endless loop in C, where no Python signal handler runs",
        "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')",
    ),
    _loop(
        "loop-deaf",
        "ignores every signal, then loops",
        """
        import signal
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            pass
        """,
        "loop ignoring signals",
    ),
    _loop(
        "loop-blocked",
        "blocks every signal, then sleeps",
        "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True:\n    time.sleep(1)",
        "loop ignoring signals",
    ),
    _loop(
        "loop-swallows",
        "swallows every exception, KeyboardInterrupt too",
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass",
        "swallow interrupt",
    ),
    _slow("slow-answer", "an answer that never returns", "def mean(numbers):\n    while True:\n        pass"),
    _slow("deep-answer", "an answer that calls itself without end", "def mean(numbers):\n    return mean(numbers)"),
    _slow(
        "endless-generator",
        "an answer that returns a generator without end",
        "def mean(numbers):\n    while True:\n        yield 3",
    ),
    Case(
        id="slow-repr",
        row="endless loop",
        tries="an object whose `__repr__` never ends, shown by a cell",
        first=["class Slow:\n    def __repr__(self):\n        while True:\n            pass\nSlow()"],
        expected=STOPPED,
    ),
    Case(
        id="slow-thread",
        row="endless loop",
        tries="a thread that keeps the processor busy behind every cell",
        first=[
            "import threading\ndef spin():\n    while True:\n        pass\nthreading.Thread(target=spin, daemon=True).start()"
        ],
        expected=Expected(("graded", "timed out"), {}, never=""),
    ),
    Case(
        id="thread-not-daemon",
        row="endless loop",
        tries="a thread that the interpreter waits for before it ends",
        first=["import threading, time\nthreading.Thread(target=time.sleep, args=(4715,)).start()"],
        expected=HARMLESS,
    ),
    *[
        Case(
            id=f"input-{name}",
            row="input()",
            tries=f"`{code}` waits for somebody at the keyboard",
            last=[f"import sys\n{code}"],
            expected=Expected(("graded", "timed out"), {"mean": 4}, never=""),
        )
        for name, code in (("plain", "input()"), ("pdb", "import pdb; pdb.set_trace()"), ("stdin", "sys.stdin.read()"))
    ],
    Case(
        id="clock-set",
        row="clock",
        tries="sets the machine's clock",
        first=["import time\nattempt('set', lambda: time.clock_settime(time.CLOCK_REALTIME, time.time() + 1e6))"],
        expected=Expected(says="set denied"),
    ),
    Case(
        id="clock-patched",
        row="clock",
        tries="replaces `time.time`, `time.monotonic` and `signal.alarm`, then loops",
        first=[
            """
            import signal, time
            time.time = time.monotonic = time.perf_counter = lambda: 0.0
            signal.alarm = signal.setitimer = lambda *_: 0
            while True:
                pass
            """
        ],
        expected=STOPPED,
    ),
]
