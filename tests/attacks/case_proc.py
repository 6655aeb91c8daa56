"""Attacks by way of /proc, the environment, inherited descriptors and shared memory."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import DENIED, HARMLESS, Case, Expected

CLOSED = Expected(says=r"denied: (PermissionError|FileNotFoundError|NotADirectoryError|OSError)")


CASES = [
    Case(
        id="environment",
        row="environment secrets",
        tries="reads the grader's environment variables",
        first=["import os\nprint(dict(os.environ), len(os.environ) < 40)"],
        expected=HARMLESS,
    ),
    Case(
        id="environment-parents",
        row="environment secrets",
        tries="reads the environment and the command of every process it sees",
        first=[
            "import glob\n"
            "for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):\n"
            "    try:\n        text = open(path).read()\n"
            "    except OSError:\n        continue\n"
            "    print('FOUND' if '@COURSE@' in text else 'nothing', text[text.find('secret' + '-'):][:30])"
        ],
        expected=Expected(never="FOUND"),
    ),
    Case(
        id="proc-root",
        row="/proc escape",
        tries="enters the file system of process 1, its parent and the victim by /proc",
        first=[
            "import os\n"
            "for pid in (1, os.getppid(), @VICTIM@):\n"
            "    attempt('list', lambda: os.listdir(f'/proc/{pid}/root@COURSE@'))\n"
            "    attempt('read', lambda: open(f'/proc/{pid}/root@COURSE@/source/ps1/ps1.py').read())"
        ],
        expected=DENIED,
    ),
    Case(
        id="proc-environ",
        row="/proc escape",
        tries="reads the environment of process 1 and of the victim",
        first=[
            "for pid in (1, @VICTIM@):\n    attempt('read', lambda: open(f'/proc/{pid}/environ').read())",
        ],
        expected=DENIED,
        lite=Expected(says="denied", never="secret-environment"),
    ),
    Case(
        id="proc-descriptors",
        row="/proc escape",
        tries="opens others' files by /proc/PID/fd",
        first=[
            "import glob\n"
            "for path in glob.glob('/proc/[0-9]*/fd/*'):\n"
            "    if '/proc/self' not in path:\n"
            "        try:\n            text = open(path, 'rb', buffering=0).read(2000) if '/db' in path or True and __import__('os').path.isfile(path) else b''\n"
            "        except OSError:\n            continue\n"
            "        print('FOUND' if b'SQLite' in text else 'nothing')"
        ],
        expected=Expected(never="FOUND"),
    ),
    Case(
        id="inherited-descriptors",
        row="/proc escape",
        tries="uses descriptors that it inherited: files of the course, its folder, the grader's sockets",
        first=[
            "import os\n"
            "for n in os.listdir('/proc/self/fd'):\n"
            "    try:\n        print(n, os.readlink(f'/proc/self/fd/{n}'))\n"
            "    except OSError:\n        pass\n"
            "for n in range(3, 256):\n"
            "    try:\n        os.open('source/ps1/ps1.py', os.O_RDONLY, dir_fd=n); print('DONE')\n"
            "    except OSError:\n        pass"
        ],
        expected=Expected(never=r"DONE|@COURSE@|gradebook"),
    ),
    Case(
        id="own-memory",
        row="/proc escape",
        tries="searches its own memory by /proc/self/mem for tests and solutions",
        first=[
            "import re\n"
            "needle, found = b'secret' + b'-hidden' + b'-4', set()\n"
            "def search():\n"
            "    with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', buffering=0) as memory:\n"
            "        for line in maps:\n"
            "            low, high = (int(x, 16) for x in line.split()[0].split('-'))\n"
            "            if 'rw' not in line or high - low > 64 << 20:\n                continue\n"
            "            try:\n                memory.seek(low); block = memory.read(high - low)\n"
            "            except (OSError, ValueError, OverflowError):\n                continue\n"
            "            found.update(re.findall(needle + rb'\\d{3}', block))\n"
            "    return found\n"
            "try:\n    search()\nexcept OSError:\n    pass\n"
            "print('searched', found)"
        ],
        expected=Expected(says="searched"),
    ),
    Case(
        id="shared-memory",
        row="answer file",
        tries="leaves System V shared memory for the next student",
        first=[
            "import ctypes\nlibc = ctypes.CDLL(None)\n"
            "print('FOUND' if libc.shmget(0x4711, 100, 0) >= 0 else 'nothing')\n"
            "libc.shmget(0x4711, 100, 0o1666)\nprint('looked')"
        ],
        expected=Expected(says="looked", never="FOUND"),
    ),
    Case(
        id="shared-memory-next",
        row="answer file",
        tries="looks for that as the next student",
        after="shared-memory",
        first=["import ctypes\nprint('FOUND' if ctypes.CDLL(None).shmget(0x4711, 100, 0) >= 0 else 'nothing')"],
        expected=Expected(says="nothing", never="FOUND"),
    ),
]
