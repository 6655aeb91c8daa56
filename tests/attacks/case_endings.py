"""Attacks by ending: processes that die, exit, leave others behind, or act when they should be gone."""

from __future__ import annotations

from attacks.case import DEAD, HARMLESS, LATER, NOTHING, Case, Expected

CASES = [
    Case(
        id="daemon",
        row="daemon grandchild",
        tries="leaves a process running: two forks, a session of its own, exec",
        first=[
            """
            import os
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execvp('sleep', ['sleep', '4711'])
                os._exit(0)
            print('left')
            """
        ],
        expected=Expected(says="left"),
    ),
    Case(
        id="daemon-last",
        row="daemon grandchild",
        tries="the same in the last cell, holding the notebook's output open",
        last=["import subprocess\nsubprocess.Popen(['sleep', '4712'], start_new_session=True)\nprint('left')"],
        expected=Expected(says="left"),
    ),
    Case(
        id="zombies",
        row="daemon grandchild",
        tries="leaves 40 zombies that nobody waits for",
        first=[
            """
            import os
            for _ in range(40):
                if os.fork() == 0:
                    os._exit(0)
            print('left')
            """
        ],
        expected=Expected(says="left"),
    ),
    Case(
        id="fork-answers",
        row="daemon grandchild",
        tries="forks, so that two processes go on with the notebook and answer for it",
        first=["import os\nos.fork()\nprint('two')"],
        expected=Expected(("graded", "killed"), {}, never=""),
    ),
    Case(
        id="segfault",
        row="segfault",
        tries="reads address 0 in the first cell",
        first=["import ctypes\nctypes.string_at(0)"],
        expected=DEAD,
    ),
    Case(
        id="segfault-answer",
        row="segfault",
        tries="reads address 0 in an answer, after `mean` has been graded",
        answers={"double-answer": "import ctypes\nctypes.string_at(0)"},
        expected=Expected(("killed",), LATER, never="", reason="."),
    ),
    Case(
        id="segfault-in-test",
        row="segfault",
        tries="an answer that dies when it is called",
        answers={"mean-answer": "def mean(numbers):\n    import ctypes\n    ctypes.string_at(0)"},
        expected=DEAD,
    ),
    *[
        Case(
            id=f"exit-{name}",
            row="`os._exit(0)`, `exit()`, `sys.exit(0)`",
            tries=f"`{code}` in the first cell, answers wrong",
            first=[f"import os, sys\n{code}"],
            forges=True,
            expected=Expected(("graded", "killed"), NOTHING, never=""),
        )
        for name, code in (("os", "os._exit(0)"), ("builtin", "exit()"), ("sys", "sys.exit(0)"), ("quit", "quit()"))
    ],
    *[
        Case(
            id=f"exit-in-answer-{name}",
            row="`os._exit(0)`, `exit()`, `sys.exit(0)`",
            tries=f"`{code}` inside every graded function",
            answers={
                "mean-answer": f"import os, sys\ndef mean(numbers):\n    {code}",
                "make_counter-answer": f"def make_counter():\n    {code}",
                "double-answer": f"def double(number):\n    {code}",
                "half-answer": f"def half(number):\n    {code}",
            },
            expected=Expected(("graded", "killed"), NOTHING, never=""),
        )
        for name, code in (("os", "os._exit(0)"), ("sys", "sys.exit(0)"), ("generator", "raise GeneratorExit"))
    ],
    Case(
        id="atexit",
        row="hooks that run late",
        tries="atexit, `__del__` and threading hooks that print, raise and never end",
        first=[
            """
            import atexit, threading, time
            class Late:
                def __del__(self):
                    while True:
                        time.sleep(1)
            late = Late()
            atexit.register(lambda: time.sleep(4711))
            threading._register_atexit(lambda: time.sleep(4711))
            """
        ],
        expected=HARMLESS,
    ),
    Case(
        id="signal-handlers",
        row="hooks that run late",
        tries="handlers for alarms and termination that raise in the middle of whatever runs",
        first=[
            """
            import signal
            def surprise(*_):
                raise KeyboardInterrupt('surprise')
            for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
                signal.signal(number, surprise)
            signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
            """
        ],
        expected=Expected(("graded", "killed", "timed out"), {}, never=""),
    ),
]
