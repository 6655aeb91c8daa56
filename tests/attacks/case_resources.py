"""Attacks that use up what the machine has: processes, memory, disk, descriptors."""

from __future__ import annotations

from attacks.case import NOTHING, Case, Expected

HELD = Expected(says="held", never="DONE")
SLOWLY_HELD = Expected(("graded", "timed out"), {}, says="held", never="DONE")
"""Where a slow disk or a busy machine may end the cell before its limit does."""


CASES = [
    Case(
        id="fork-bomb",
        row="fork bomb",
        tries="forks without end",
        first=["import os\nwhile True:\n    os.fork()"],
        expected=Expected(("killed", "timed out", "graded"), {}, never=""),
    ),
    Case(
        id="fork-bomb-stubborn",
        row="fork bomb",
        tries="forks without end and takes no for an answer",
        first=["import os\nwhile True:\n    try:\n        os.fork()\n    except BaseException:\n        pass"],
        expected=Expected(("killed", "timed out"), NOTHING, never="", reason="."),
    ),
    Case(
        id="fork-bomb-shell",
        row="fork bomb",
        tries="the shell's classic",
        first=["import subprocess\nsubprocess.run(['sh', '-c', 'f() { f | f & }; f; sleep 4714'])"],
        expected=Expected(("killed", "timed out", "graded"), {}, never=""),
    ),
    Case(
        id="thread-bomb",
        row="thread bomb",
        tries="starts threads without end",
        first=[
            """
            import threading, time
            try:
                for _ in range(10**5):
                    threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
                print('DONE')
            except RuntimeError as error:
                print('held', error)
            """
        ],
        expected=Expected(("graded", "killed", "timed out"), {}, says="held"),
    ),
    Case(
        id="memory-once",
        row="memory bomb",
        tries="asks for a terabyte",
        first=["try:\n    bytearray(1 << 40)\n    print('DONE')\nexcept MemoryError:\n    print('held')"],
        expected=HELD,
    ),
    Case(
        id="memory-growing",
        row="memory bomb",
        tries="a list that grows without end",
        first=["kept = []\nwhile True:\n    kept.append(bytearray(16 << 20))"],
        expected=Expected(("out of memory", "killed", "graded", "timed out"), {}),
    ),
    Case(
        id="memory-stubborn",
        row="memory bomb",
        tries="the same, taking no for an answer",
        first=[
            """
            kept = []
            while True:
                try:
                    kept.append(b'x' * (16 << 20))
                except MemoryError:
                    pass
            """
        ],
        expected=Expected(("out of memory", "killed", "graded", "timed out"), {}),
    ),
    Case(
        id="memory-many",
        row="memory bomb",
        tries="several processes, each within the limit of one",
        first=[
            """
            import os, time
            for _ in range(5):
                if os.fork() == 0:
                    kept = bytearray(b'x') * (500 << 20)
                    time.sleep(60)
            time.sleep(60)
            """
        ],
        expected=Expected(("out of memory", "killed", "graded", "timed out"), {}),
    ),
    Case(
        id="memory-shared",
        row="memory bomb",
        tries="memory that counts as a file: shared maps, /dev/shm, memfd",
        first=[
            """
            import mmap, os
            kept = []
            try:
                for _ in range(400):
                    block = mmap.mmap(-1, 16 << 20)
                    block.write(b'x' * (16 << 20))
                    kept.append(block)
                print('DONE')
            except BaseException as error:
                print('held', error)
            """
        ],
        expected=Expected(("out of memory", "killed", "graded", "timed out"), {}),
    ),
    Case(
        id="memory-answer",
        row="memory bomb",
        tries="an answer that returns 3 GB",
        answers={"mean-answer": "def mean(numbers):\n    return b'x' * (3 << 30)"},
        expected=Expected(("graded", "out of memory", "killed"), {"mean": 0}, never=""),
    ),
    Case(
        id="disk-one",
        row="disk filler",
        tries="one big file",
        first=[
            """
            try:
                with open('big', 'wb') as file:
                    for _ in range(200):
                        file.write(b'x' * (16 << 20))
                print('DONE')
            except OSError as error:
                print('held', error)
            """
        ],
        expected=SLOWLY_HELD,
    ),
    Case(
        id="disk-many",
        row="disk filler",
        tries="many files of a size that is allowed",
        first=[
            """
            try:
                for number in range(40):
                    with open(f'big{number}', 'wb') as file:
                        file.write(b'x' * (64 << 20))
                print('DONE')
            except OSError as error:
                print('held', error)
            """
        ],
        expected=SLOWLY_HELD,
        lite=Expected(("graded", "timed out", "killed"), {}, never=""),
    ),
    Case(
        id="disk-inodes",
        row="disk filler",
        tries="a million empty files",
        first=[
            """
            try:
                for number in range(10**6):
                    open(f'f{number}', 'w').close()
                print('DONE')
            except OSError as error:
                print('held', error)
            """
        ],
        expected=Expected(("graded", "timed out"), {}, says="held"),
        lite=Expected(("graded", "timed out", "killed"), {}, never=""),
    ),
    Case(
        id="disk-tmp",
        row="disk filler",
        tries="fills /tmp and /dev/shm in place of its folder",
        first=[
            """
            for folder in ('/tmp', '/dev/shm'):
                try:
                    for number in range(20):
                        with open(f'{folder}/big{number}', 'wb') as file:
                            file.write(b'x' * (64 << 20))
                    print('DONE')
                except OSError as error:
                    print('held', error)
            """
        ],
        expected=SLOWLY_HELD,
        lite=Expected(("graded", "timed out", "killed", "out of memory"), {}, never=""),
    ),
    Case(
        id="descriptors",
        row="fd bomb",
        tries="opens a million files",
        first=[
            """
            kept = []
            try:
                for _ in range(10**6):
                    kept.append(open('/dev/null'))
                print('DONE')
            except OSError as error:
                kept.clear()
                print('held', error)
            """
        ],
        expected=HELD,
    ),
    Case(
        id="descriptors-kept",
        row="fd bomb",
        tries="opens all that it can and keeps them",
        first=[
            "import os\nkept = []\ntry:\n    while True:\n        kept.append(os.dup(1))\nexcept OSError:\n    pass"
        ],
        expected=Expected(("graded", "killed"), {}, never=""),
    ),
    Case(
        id="affinity",
        row="affinity, priority",
        tries="takes every processor, and a better place in the queue",
        first=[
            """
            import os
            attempt('nice', lambda: os.nice(-5))
            attempt('realtime', lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
            """
        ],
        expected=Expected(says="(?s)nice denied.*realtime denied"),
    ),
    Case(
        id="affinity-cpus",
        row="affinity, priority",
        tries="moves itself to other processors",
        first=["import os\nattempt('move', lambda: os.sched_setaffinity(0, range(64)))"],
        expected=Expected(says="move denied"),
    ),
    Case(
        id="raise-limits",
        row="raise rlimits, nice",
        tries="raises its own limits",
        first=[
            """
            import resource
            for name in ('RLIMIT_AS', 'RLIMIT_NPROC', 'RLIMIT_FSIZE', 'RLIMIT_CPU', 'RLIMIT_NOFILE'):
                attempt(name, lambda: resource.setrlimit(getattr(resource, name), (1 << 60, 1 << 60)))
            """
        ],
        expected=Expected(says="denied"),
    ),
    Case(
        id="limits-of-others",
        row="raise rlimits, nice",
        tries="lowers the limits of the victim and of its parent",
        first=[
            """
            import os, resource
            for pid in (@VICTIM@, os.getppid()):
                attempt(pid, lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)))
            """
        ],
        expected=Expected(says="denied"),
    ),
]
