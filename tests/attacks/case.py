"""What an attack is: how its submission is made, and what may come of it."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import compute_checksum

COURSE = Path(__file__).with_name("course")
ASSIGNMENT = "ps1"
NOTEBOOK = "ps1"

FULL: Mapping[str, float] = {"mean": 4, "make_counter": 3, "double": 2, "half": 3}
"""The graded cells in order: tested outside, tested inside, plain asserts, a number as partial credit."""

NOTHING: Mapping[str, float] = dict.fromkeys(FULL, 0)
LATER: Mapping[str, float] = {**NOTHING, "mean": 4, "make_counter": 3}
"""What is left when the student's process dies in the cell with the third answer."""

RIGHT: Mapping[str, str] = {
    "mean-answer": "def mean(numbers):\n    return sum(numbers) / len(numbers)",
    "make_counter-answer": (
        "def make_counter():\n    calls = []\n\n    def count():\n        calls.append(1)\n"
        "        return len(calls)\n\n    return count"
    ),
    "double-answer": "def double(number):\n    return 2 * number",
    "half-answer": "def half(number):\n    return number / 2",
}
WRONG: Mapping[str, str] = {
    "mean-answer": "def mean(numbers):\n    return -1",
    "make_counter-answer": "def make_counter():\n    return lambda: -1",
    "double-answer": "def double(number):\n    return -1",
    "half-answer": "def half(number):\n    return -1",
}

SECRET = re.compile(r"secret-(solution|hidden|classmate|environment|file|memory|gradebook)-\d{4}")
"""What no student's cell may print. Attacks look for it as `"secret" "-"`, so that they don't match themselves."""

ATTEMPT = '''\
def attempt(what, action):
    """Says whether an action was possible."""
    try:
        text = str(action())
        print(what, "DONE:", text[max(0, text.find("secret" + "-")) :][:300])
    except BaseException as error:
        print(what, "denied:", type(error).__name__, getattr(error, "errno", None), str(error)[:200])
'''


@dataclass(frozen=True)
class Place:
    """What a submission needs to know of the machine that it attacks.

    course:  the course's root, which belongs to the grader.
    outside: a folder of the grader's that has nothing to do with the course; `secret.txt` in it is readable for
             the grader only.
    home:    the grader's home folder.
    port:    of a TCP listener on loopback.
    victim:  the pid of a process of the grader's own.
    name:    of a listening unix socket in the abstract name space, without its leading NUL.
    """

    course: Path
    outside: Path
    home: Path
    port: int
    victim: int
    name: str

    def fill(self, text: str) -> str:
        """The text with `@COURSE@` and so on replaced."""
        known = {
            "COURSE": self.course,
            "OUTSIDE": self.outside,
            "HOME": self.home,
            "PORT": self.port,
            "VICTIM": self.victim,
        }
        for name, value in {**known, "NAME": self.name}.items():
            text = text.replace(f"@{name}@", str(value))
        return text


Shape = Callable[[Path, NotebookNode, Place], None]
"""Makes a submitted folder that is not just the notebook in it."""


@dataclass(frozen=True)
class Expected:
    """What may come of a case.

    outcomes: any of these.
    marks:    the points of each graded cell. With the outcome "tampered" they are withheld, so not looked at.
    says:     a pattern that is in the outputs of the student's own cells, if it was graded.
    never:    a pattern that is not there.
    reason:   a pattern in the result's reason, its notes or its cells' notes.
    """

    outcomes: tuple[str, ...] = ("graded",)
    marks: Mapping[str, float] = field(default_factory=lambda: FULL)
    says: str = ""
    never: str = "DONE"
    reason: str = ""


HONEST = Expected()
DENIED = Expected(says="denied")
FORGED = Expected(("graded", "tampered", "killed", "timed out"), NOTHING, never="")
DEAD = Expected(("killed",), NOTHING, never="", reason=".")
REFUSED = Expected(("invalid",), {}, never="", reason=".")
HARMLESS = Expected(never="")


@dataclass(frozen=True)
class Case:
    """One attack or fault.

    id:       its name, also the student's.
    row:      the row of the table in docs/security.md that it belongs to.
    tries:    what it tries, in a sentence for the table.
    first:    cells before all others; `last`: cells after all others.
    answers:  sources in place of right ones, by grade id.
    forges:   every other answer is wrong, so that each point is a forged one.
    shape:    see Shape.
    expected: at level strong; `lite`: at level lite, where that differs. Where a case forges, its marks are
              bounds: less is as good.
    gap:      what remains possible although it should not be; the test must then fail.
    student:  the student's name, where it is not the id.
    after:    the case that the same worker graded before, where it only makes sense so.
    """

    id: str
    row: str
    tries: str
    first: Sequence[str] = ()
    last: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    forges: bool = False
    shape: Shape | None = None
    expected: Expected = HONEST
    lite: Expected | None = None
    gap: str = ""
    student: str = ""
    after: str = ""

    @property
    def handed_in_by(self) -> str:
        """The student whose submission this is."""
        return self.student or self.id

    @property
    def digest(self) -> str:
        """Changes when what the submission says changes; a recorded run of another digest is out of date."""
        words = [ATTEMPT, *self.first, *self.last, *map(str, self.answers.items()), str(self.forges), self.student]
        return hashlib.sha256("\0".join(words).encode()).hexdigest()[:12]

    def at(self, level: str) -> Expected:
        """What may come of it at a level of the sandbox."""
        return self.lite if level == "lite" and self.lite is not None else self.expected


def released() -> NotebookNode:
    """The course's notebook as a student gets it, but for the answers: hidden tests are gone."""
    return copy.deepcopy(_released())


@cache
def _released() -> NotebookNode:
    notebook: NotebookNode = nbformat.read(COURSE / "ps1.ipynb", as_version=4)
    for each in notebook.cells:
        source = re.sub(r"\n?### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", "", each.source, flags=re.DOTALL)
        each.source = source.strip("\n")
        if "nbgrader" in each.metadata:
            each.metadata["nbgrader"]["cell_type"] = each.cell_type
            each.metadata["nbgrader"]["checksum"] = compute_checksum(each)
    return notebook


def answered(answers: Mapping[str, str]) -> NotebookNode:
    """The released notebook with these answers."""
    notebook = released()
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        cell.source = answers.get(name, cell.source)
    return notebook


def submit(case: Case, folder: Path, place: Place) -> None:
    """Writes a case's submission into `folder`, which must not be there yet."""
    folder.mkdir(parents=True)
    base = WRONG if case.forges else RIGHT
    notebook = answered({**base, **{name: place.fill(source) for name, source in case.answers.items()}})
    notebook.cells[1:1] = [_cell(place.fill(source), f"first-{i}") for i, source in enumerate(case.first)]
    notebook.cells += [_cell(place.fill(source), f"last-{i}") for i, source in enumerate(case.last)]
    if case.shape is None:
        write(notebook, folder / f"{NOTEBOOK}.ipynb")
    else:
        case.shape(folder, notebook, place)


def submit_honest(folder: Path) -> None:
    """A classmate's submission, all of it right, with something to steal in it."""
    folder.mkdir(parents=True)
    notebook = answered(RIGHT)
    notebook.cells.append(_cell("# secret-classmate-4716", "classmate"))
    write(notebook, folder / f"{NOTEBOOK}.ipynb")


def write(notebook: NotebookNode, path: Path) -> None:
    """Writes it as it is: nbformat would mend some of what is to be broken."""
    path.write_text(json.dumps(notebook), encoding="utf-8")


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell of a notebook with that grade id."""
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def said(notebook: NotebookNode) -> str:
    """All that the student's own cells have put out: not that of graded cells, whose tracebacks show tests."""
    own = [c for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("grade")]
    return "\n".join(str(output) for c in own for output in c.get("outputs", []))


def _cell(source: str, name: str) -> NotebookNode:
    source = textwrap.dedent(source).strip("\n")
    if source.startswith("markdown:"):
        made = new_markdown_cell(source.removeprefix("markdown:"))
    else:
        made = new_code_cell(f"{ATTEMPT}\n{source}" if "attempt(" in source else source)
    made.id = name
    return made
