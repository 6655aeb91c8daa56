"""Attacks on files: reading what is not the student's, writing where nothing may be written."""

# ruff: noqa: E501 (the cells are written as a student would)

from __future__ import annotations

from attacks.case import DENIED, HARMLESS, Case, Expected

NOT_FOUND = Expected(says=r"denied: (FileNotFoundError|NotADirectoryError)")
CLOSED = Expected(says=r"denied: (PermissionError|FileNotFoundError|NotADirectoryError|OSError)")


def _reads(name: str, row: str, tries: str, path: str) -> Case:
    return Case(
        id=name,
        row=row,
        tries=tries,
        first=[f"attempt('read', lambda: open({path}, errors='replace').read())"],
        expected=NOT_FOUND,
        lite=CLOSED,
    )


def _writes(name: str, tries: str, path: str, row: str = "write outside") -> Case:
    return Case(
        id=name,
        row=row,
        tries=tries,
        first=[f"attempt('write', lambda: open({path}, 'w').write('# was here'))"],
        expected=CLOSED,
    )


CASES = [
    _reads(
        "solution-relative", "read solutions", "reads the source by a relative path", "'../../../source/ps1/ps1.ipynb'"
    ),
    _reads(
        "solution-absolute",
        "read solutions",
        "reads the source by its absolute path",
        "'@COURSE@/source/ps1/ps1.ipynb'",
    ),
    _reads("spec-absolute", "read solutions", "reads the exercises' hidden tests", "'@COURSE@/source/ps1/ps1.py'"),
    Case(
        id="spec-beside",
        row="read solutions",
        tries="reads the exercises' hidden tests in its own folder, or wherever the package has them",
        first=[
            "import glob, inspect, sys\n"
            "attempt('beside', lambda: open('ps1.py').read())\n"
            "texts = [open(p, errors='replace').read() for p in glob.glob('**/*', recursive=True) if p.endswith(('.py', '.ipynb'))]\n"
            "print([t[t.find('secret' + '-'):][:20] for t in texts if 'secret' + '-' in t])"
        ],
        expected=Expected(says="beside denied"),
    ),
    Case(
        id="course-search",
        row="read solutions",
        tries="walks the whole file system for notebooks of the course",
        first=[
            "import os\n"
            "seen = [os.path.join(d, f) for top in ('@COURSE@', '/home', '/root', '/srv', '/var/tmp', '/tmp') for d, _, fs in os.walk(top) for f in fs]\n"
            "texts = []\n"
            "for path in seen[:20000]:\n"
            "    if path.endswith(('ps1.ipynb', 'ps1.py', '.db')) and '@COURSE@' in path:\n"
            "        attempt('read', lambda: open(path, errors='replace').read())\n"
            "print('searched')"
        ],
        expected=Expected(says="searched"),
    ),
    _reads("gradebook-read", "read / write gradebook", "reads the gradebook", "'@COURSE@/gradebook.db'"),
    Case(
        id="gradebook-write",
        row="read / write gradebook",
        tries="overwrites the first byte of the gradebook",
        first=["attempt('write', lambda: open('@COURSE@/gradebook.db', 'r+b').write(b'x'))"],
        expected=CLOSED,
    ),
    Case(
        id="gradebook-sql",
        row="read / write gradebook",
        tries="gives itself points with SQL",
        first=[
            "import sqlite3\n"
            "def cheat():\n"
            "    with sqlite3.connect('file:@COURSE@/gradebook.db?mode=rw', uri=True, timeout=1) as db:\n"
            "        return db.execute('update grade set manual_score = 100').rowcount\n"
            "attempt('sql', cheat)"
        ],
        expected=DENIED,
    ),
    Case(
        id="gradebook-delete",
        row="read / write gradebook",
        tries="deletes the gradebook",
        first=["import os\nattempt('delete', lambda: os.unlink('@COURSE@/gradebook.db'))"],
        expected=CLOSED,
    ),
    Case(
        id="classmate-glob",
        row="read other student",
        tries="globs for what others have handed in",
        first=[
            "import glob\n"
            "found = [p for top in ('..', '../..', '../../..', '@COURSE@') for p in glob.glob(f'{top}/submitted/*')]\n"
            "print('found', len(found))\n"
            "for p in found:\n"
            "    attempt('read', lambda: open(p + '/ps1/ps1.ipynb').read())"
        ],
        expected=Expected(says=r"found 0"),
    ),
    _reads(
        "classmate-absolute",
        "read other student",
        "reads a classmate's notebook",
        "'@COURSE@/submitted/aaron/ps1/ps1.ipynb'",
    ),
    _reads(
        "classmate-autograded",
        "read other student",
        "reads a classmate's graded notebook",
        "'@COURSE@/autograded/aaron/ps1/ps1.ipynb'",
    ),
    Case(
        id="classmate-write",
        row="read other student",
        tries="breaks what a classmate has handed in",
        first=["attempt('write', lambda: open('@COURSE@/submitted/aaron/ps1/ps1.ipynb', 'w').write('{'))"],
        expected=CLOSED,
    ),
    _writes("write-usr", "writes into /usr", "'/usr/x'"),
    _writes("write-etc", "writes into /etc", "'/etc/profile.d/x.sh'"),
    _writes(
        "write-home",
        "writes into the grader's home folder",
        "'@HOME@/.bashrc'",
    ),
    _writes("write-outside", "writes into a folder of the grader's", "'@OUTSIDE@/was-here'"),
    _writes("write-course", "replaces the course's source", "'@COURSE@/source/ps1/ps1.py'"),
    _writes("write-config", "adds to the course's configuration, which is Python", "'@COURSE@/nbgrader_config.py'"),
    _writes(
        "write-package",
        "puts a module into the grader's own package",
        "__import__('autograder').__file__.rpartition('/')[0] + '/was_here.py'",
    ),
    _writes(
        "write-site-packages",
        "puts a module into site-packages",
        "__import__('numpy').__file__.rpartition('/')[0] + '/../was_here.py'",
    ),
    Case(
        id="read-file",
        row="write outside",
        tries="reads a file that only the grader may read",
        first=["attempt('read', lambda: open('@OUTSIDE@/secret.txt').read())"],
        expected=CLOSED,
    ),
    Case(
        id="chmod-outside",
        row="write outside",
        tries="opens the grader's folder to everybody",
        first=["import os\nattempt('chmod', lambda: os.chmod('@OUTSIDE@', 0o777))"],
        expected=CLOSED,
        lite=HARMLESS,  # modes stay as they are, and the call says that it is done
    ),
    Case(
        id="answer-file",
        row="answer file",
        tries="reads what an earlier student has left in /tmp, /dev/shm, /var/tmp and its own folder",
        first=[
            "import glob\n"
            "for folder in ('/tmp', '/dev/shm', '/var/tmp', '.'):\n"
            "    if glob.glob(f'{folder}/left-by-earlier*'):\n        print('FOUND', folder)\n"
            "    for number in range(20):\n"
            "        try:\n            open(f'{folder}/left-by-earlier-{number}', 'w').write('answers')\n"
            "        except OSError:\n            pass\n"
            "print('looked')"
        ],
        expected=Expected(says="looked", never="FOUND"),
    ),
    Case(
        id="answer-file-next",
        row="answer file",
        tries="the same again, as the next student",
        after="answer-file",
        first=[
            "import glob\n"
            "for folder in ('/tmp', '/dev/shm', '/var/tmp', '.'):\n"
            "    if glob.glob(f'{folder}/left-by-earlier*'):\n        print('FOUND', folder)\n"
            "print('looked')"
        ],
        expected=Expected(says="looked", never="FOUND"),
    ),
    Case(
        id="own-folder",
        row="honest work",
        tries="honest: writes and reads files in its own folder and in /tmp",
        first=[
            "import tempfile\n"
            "open('notes.txt', 'w').write('mine')\n"
            "with tempfile.NamedTemporaryFile('w+') as file:\n    file.write('x'); file.flush()\n"
            "    print(open('notes.txt').read(), len(open(file.name).read()))"
        ],
        expected=Expected(says="mine 1"),
    ),
    Case(
        id="lazy-imports",
        row="lazy import trap",
        tries="honest: the first import of pandas happens in the sandbox",
        first=[
            "import pandas, zoneinfo, sqlite3, ssl, mimetypes\n"
            "print('imported', pandas.Timestamp.now(tz='Europe/Paris').year > 2000)"
        ],
        expected=Expected(says="imported True"),
    ),
]
