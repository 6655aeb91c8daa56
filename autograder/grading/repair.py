"""Puts a submitted notebook in order: the course's tests and settings, each once, around the student's own cells."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from autograder.grading.files import shown
from autograder.grading.master import HIDDEN_TESTS

if TYPE_CHECKING:
    from nbformat import NotebookNode

_SETTINGS: Final = ("grade", "solution", "locked", "task", "points", "schema_version")


@dataclass(frozen=True)
class Repaired:
    """A notebook with exactly the course's cells, each once, and what had to be put right, a sentence each."""

    notebook: NotebookNode
    notes: tuple[str, ...]


def repair(submitted: NotebookNode, source: NotebookNode, hidden: re.Pattern[str] = HIDDEN_TESTS) -> Repaired:
    """The submitted notebook with what is the course's put back. Neither argument is changed.

    `source` is the course's notebook as `master` makes it, with stubs where solutions stand: a cell with an answer
    that a student has deleted comes back as its stub. Cells are recognised by nbgrader's `grade_id`. Where the student
    writes, their text is kept, wherever they have moved it; what is locked gets the course's text, with hidden
    tests. It stays where it is as long as it comes after the answers that it came after in the course, and before
    those it came before. A test that was deleted comes back after all that the student wrote for it.
    `hidden` finds the tests that no student has been given.
    """
    course = [cell for cell in source.cells if grade_id(cell)]
    place = {grade_id(cell): number for number, cell in enumerate(course)}
    notes: list[str] = []
    cells = [copy.copy(cell) for cell in submitted.cells]
    for cell in cells:
        cell["metadata"] = copy.deepcopy(cell.metadata)
    claims: list[list[int]] = [[] for _ in course]
    for at, cell in enumerate(cells):
        if (known := place.get(grade_id(cell))) is not None:
            claims[known].append(at)
    chosen = _choose(cells, course, claims, notes)
    order = _in_order(cells, source, course, chosen, notes)
    stands_for = {id(cells[at]): course[number] for number, at in enumerate(chosen) if at is not None}
    missing = {id(cell) for number, cell in enumerate(course) if chosen[number] is None}
    made = []
    for cell in order:
        if id(cell) in missing:
            made.append(copy.deepcopy(cell))
        elif (right := stands_for.get(id(cell))) is not None:
            made.append(_restored(cell, right, hidden, notes))
        else:
            cell.metadata.pop("nbgrader", None)
            made.append(cell)
    result = copy.copy(submitted)
    result["cells"] = made
    result["metadata"] = _metadata(submitted, source, notes)
    _tell_ids_apart(made)
    return Repaired(result, tuple(notes))


def grade_id(cell: NotebookNode) -> str:
    """The name of a cell that is nbgrader's; empty for others."""
    marks = cell.metadata.get("nbgrader") or {}
    named = marks.get("grade_id", "")
    return named if isinstance(named, str) else ""


def is_locked(cell: NotebookNode) -> bool:
    """Whether the course, not the student, writes a cell of the course's notebook (nbgrader's own rule)."""
    marks = cell.metadata.get("nbgrader") or {}
    return not marks.get("solution", False) and bool(marks.get("grade", False) or marks.get("locked", False))


def is_graded(cell: NotebookNode) -> bool:
    """Whether a cell has a mark, from a test or from a person."""
    marks = cell.metadata.get("nbgrader") or {}
    return bool(marks.get("grade") or marks.get("task"))


def is_manual(cell: NotebookNode) -> bool:
    """Whether a person gives the mark of a graded cell."""
    marks = cell.metadata.get("nbgrader") or {}
    return bool(marks.get("solution") or marks.get("task")) or cell.cell_type != "code"


def checksum(cell: NotebookNode) -> str:
    """nbgrader's checksum of a cell, computed without importing nbgrader."""
    marks = cell.metadata.nbgrader
    grade, solution = marks.get("grade", False), marks.get("solution", False)
    parts = [cell.source, cell.cell_type, str(grade), str(solution), str(is_locked(cell)), marks["grade_id"]]
    parts += [str(float(marks["points"]))] if grade else []
    return hashlib.md5("".join(parts).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def is_unanswered(cell: NotebookNode) -> bool:
    """Whether an answer's cell is as it was given out."""
    return bool(cell.metadata.nbgrader.get("checksum") == checksum(cell))


def _choose(
    cells: Sequence[NotebookNode], course: Sequence[NotebookNode], claims: Sequence[list[int]], notes: list[str]
) -> list[int | None]:
    """For each of the course's cells the place of the submitted one that stands for it.

    Of several answers the last one that says something counts: it is also what the notebook's run leaves behind.
    """
    chosen: list[int | None] = []
    for cell, places in zip(course, claims, strict=True):
        said = [at for at in places if cells[at].source.strip() not in ("", cell.source.strip())]
        kept = None if not places else places[0] if is_locked(cell) else (said or places)[-1]
        if len(places) > 1:
            rest = "The other cells were kept as ordinary ones."
            notes.append(
                f"The test cell {_name(cell)} was there {len(places)} times and counts once. {rest}"
                if is_locked(cell)
                else f"The answer {_name(cell)} was in {len(places)} cells; the last one counts. {rest}"
            )
        chosen.append(kept)
    return chosen


def _in_order(
    cells: list[NotebookNode],
    source: NotebookNode,
    course: list[NotebookNode],
    chosen: list[int | None],
    notes: list[str],
) -> list[NotebookNode]:
    """The submitted cells, in which locked ones out of order have moved and missing ones stand in."""
    stays = _staying(course, chosen)
    moved = {at for number, at in enumerate(chosen) if at is not None and number not in stays}
    order = [cell for at, cell in enumerate(cells) if at not in moved]
    present: dict[int, NotebookNode] = {number: cells[at] for number in stays if (at := chosen[number]) is not None}
    given = _given(cells, source, chosen)
    for number, cell in enumerate(course):
        if number in present:
            continue
        at = chosen[number]
        stand_in = cell if at is None else cells[at]
        order.insert(_slot(order, source, course, number, present, given), stand_in)
        present[number] = stand_in
        if at is None:
            notes.append(f"The {_kind(cell)} {_name(cell)} was missing and was put back.")
    before, after = _predecessors(cells, cells), _predecessors(order, cells)
    for number, cell in enumerate(course):
        at = chosen[number]
        if at in moved and before[id(cells[at])] != after[id(cells[at])]:
            notes.append(f"The {_kind(cell)} {_name(cell)} had been moved and was put back where it belongs.")
    return order


def _staying(course: Sequence[NotebookNode], chosen: Sequence[int | None]) -> set[int]:
    """Which of the course's cells stay where the student has them: every answer, and what is locked in order."""
    answers = [number for number, cell in enumerate(course) if chosen[number] is not None and not is_locked(cell)]
    stays = set(answers)
    gaps: dict[int, list[int]] = {}
    for number, cell in enumerate(course):
        at = chosen[number]
        if at is None or not is_locked(cell):
            continue
        before = next((other for other in reversed(answers) if other < number), None)
        after = next((other for other in answers if other > number), None)
        start = -1 if before is None else _at(chosen, before)
        stop = 10**9 if after is None else _at(chosen, after)
        # Where the student has put a later answer first, a test needs its own one before it, and what is given is
        # needed for the next.
        if start < at < stop or (stop < start and (start < at if _is_test(cell) else at < stop)):
            gaps.setdefault(len([other for other in answers if other < number]), []).append(number)
    for numbers in gaps.values():
        stays |= set(_longest_rising([(_at(chosen, number), number) for number in numbers]))
    return stays


def _at(chosen: Sequence[int | None], number: int) -> int:
    at = chosen[number]
    assert at is not None
    return at


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """The numbers of a longest subsequence of (place, number) in which places rise."""
    best: list[list[tuple[int, int]]] = []
    for place, number in pairs:
        longest = max((run for run in best if run[-1][0] < place), key=len, default=[])
        best.append([*longest, (place, number)])
    return [number for _, number in max(best, key=len, default=[])]


def _given(cells: Sequence[NotebookNode], source: NotebookNode, chosen: Sequence[int | None]) -> dict[str, int]:
    """The submitted copies of the course's unmarked cells, such as its prose: id() by text, where it is just one."""
    taken = set(chosen)
    texts: dict[str, list[int]] = {}
    for at, cell in enumerate(cells):
        if at not in taken and cell.source.strip():
            texts.setdefault(cell.source, []).append(id(cell))
    theirs = [cell.source for cell in source.cells if not grade_id(cell)]
    return {text: found[0] for text, found in texts.items() if len(found) == 1 and theirs.count(text) == 1}


def _slot(
    order: Sequence[NotebookNode],
    source: NotebookNode,
    course: Sequence[NotebookNode],
    number: int,
    present: dict[int, NotebookNode],
    given: dict[str, int],
) -> int:
    """Where in `order` the course's cell of that number goes.

    What is given, such as imports, goes right behind the cell it followed; a test or an answer goes as late as can be,
    since what the student has written in between belongs to it.
    """
    places = {id(cell): at for at, cell in enumerate(order)}
    numbers = {id(cell): at for at, cell in enumerate(course)}

    def place(cell: NotebookNode) -> int | None:
        known = numbers.get(id(cell))
        if known is not None:
            return places.get(id(present[known])) if known in present else None
        return places.get(given.get(cell.source, 0))

    at = next(at for at, cell in enumerate(source.cells) if numbers.get(id(cell)) == number)
    marked = [places[id(present[other])] for other in range(number - 1, -1, -1) if other in present][:1]
    earliest = marked[0] + 1 if marked else 0
    behind = [found for cell in source.cells[at + 1 :] if (found := place(cell)) is not None and found >= earliest]
    latest = behind[0] if behind else len(order)
    if _is_test(source.cells[at]) or not is_locked(source.cells[at]):
        return latest
    answers = [other for other in present if other > number and not is_locked(course[other])]
    if answers and (needed := places[id(present[min(answers)])]) < earliest:
        return needed
    before = [found for cell in source.cells[:at] if (found := place(cell)) is not None and found < latest]
    return max([earliest, *(found + 1 for found in before)])


def _is_test(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.get("grade", False))


def _predecessors(order: Sequence[NotebookNode], among: Iterable[NotebookNode]) -> dict[int, int]:
    """For each cell, by id(), the one before it, of those that a student has handed in."""
    known = {id(cell) for cell in among}
    handed_in = [id(cell) for cell in order if id(cell) in known]
    return dict(zip(handed_in, [0, *handed_in], strict=False))


def _restored(cell: NotebookNode, course: NotebookNode, hidden: re.Pattern[str], notes: list[str]) -> NotebookNode:
    """A submitted cell with the course's settings, and with the course's text where that is locked."""
    marks, right = cell.metadata.get("nbgrader") or {}, course.metadata.nbgrader
    untouched = _had_checksum(cell)
    forged = [key for key in _SETTINGS if key in right and marks.get(key) != right[key]]
    forged += ["cell type"] if cell.cell_type != course.cell_type else []
    if untouched:  # an earlier release may have had other settings, but none of another version of nbgrader's
        forged = [key for key in forged if key == "schema_version"]
    if forged:
        notes.append(f"The settings of {_name(course)} had been changed ({', '.join(forged)}); the course's count.")
    made = copy.deepcopy(course)
    made["id"] = cell["id"]
    if not is_locked(course):
        made["source"] = cell.source
        if attached := cell.get("attachments"):
            made["attachments"] = attached
    elif cell.source.rstrip() not in (course.source.rstrip(), hidden.sub("", course.source).rstrip()):
        notes.append(
            f"The {_kind(course)} {_name(course)} is from an earlier release; the course's present one counts."
            if untouched
            else f"The {_kind(course)} {_name(course)} had been changed; the course's text counts."
        )
    return made


def _had_checksum(cell: NotebookNode) -> bool:
    """Whether a cell is, by its own checksum, as some release had it."""
    try:
        return is_unanswered(cell)
    except (KeyError, ValueError, TypeError, AttributeError):
        return False


def _metadata(submitted: NotebookNode, source: NotebookNode, notes: list[str]) -> NotebookNode:
    """The course's kernel and language, whatever the submission asks for."""
    kernel = (submitted.metadata.get("kernelspec") or {}).get("name")
    right = (source.metadata.get("kernelspec") or {}).get("name")
    if kernel and right and kernel != right:
        notes.append(f'The notebook asks for the kernel {shown(kernel)}; the course\'s "{right}" was used.')
    made: NotebookNode = copy.deepcopy(source.metadata)
    for key in set(made) - {"kernelspec", "language_info"}:
        del made[key]
    return made


def _tell_ids_apart(cells: Iterable[NotebookNode]) -> None:
    seen: set[str] = set()
    for number, cell in enumerate(cells):
        wanted = cell["id"]
        while cell["id"] in seen:
            cell["id"] = f"{wanted[:50]}-{number}"
            number += 10_000
        seen.add(cell["id"])


def _kind(cell: NotebookNode) -> str:
    marks = cell.metadata.nbgrader
    if marks.get("task"):
        return "task"
    return "answer's cell" if marks.get("solution") else "test cell" if marks.get("grade") else "given cell"


def _name(cell: NotebookNode) -> str:
    return f'"{grade_id(cell)}"'
