"""Faults and attacks in the notebook that was handed in: cells deleted, edited, copied, turned around."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from attacks.case import FULL, HONEST, NOTHING, REFUSED, Case, Expected, Place, Shape, cell, write

REPAIRED = Expected(never="", reason=".")


UNMOVED = Expected(("graded",), NOTHING, never="", reason=".")


LINK, PIPE, TEXT, ZIP, NAME, MASTER, META = (
    "symlink in submission",
    "FIFO, device, hard link",
    "invalid JSON",
    "zip traversal",
    "wrong file name",
    "test cell edited",
    "metadata forging",
)


def _file(folder: Path) -> Path:
    return folder / "ps1.ipynb"


def _edited(edit: Callable[[NotebookNode], object]) -> Shape:
    """The notebook after `edit(notebook)`."""

    def shape(folder: Path, notebook: NotebookNode, place: Place) -> None:
        edit(notebook)
        write(notebook, _file(folder))

    return shape


def _drop(name: str) -> Shape:
    def edit(notebook: NotebookNode) -> None:
        notebook.cells.remove(cell(notebook, name))

    return _edited(edit)


def _set(name: str, **changes: object) -> Shape:
    """Changes a cell: its source, its type, or entries of its nbgrader metadata."""

    def edit(notebook: NotebookNode) -> None:
        found = cell(notebook, name)
        for key, value in changes.items():
            if key in {"source", "cell_type"}:
                found[key] = value
            else:
                found.metadata["nbgrader"][key] = value
        if found.cell_type != "code":
            found.pop("outputs", None)
            found.pop("execution_count", None)

    return _edited(edit)


def _twin(found: NotebookNode, source: str) -> NotebookNode:
    """A cell with the same grade id and another text."""
    made = new_code_cell(source)
    made.id, made.metadata = f"{found.id}-twin", copy.deepcopy(found.metadata)
    return made


def _copy(name: str, source: str = "") -> Shape:
    def edit(notebook: NotebookNode) -> None:
        found = cell(notebook, name)
        notebook.cells.insert(notebook.cells.index(found) + 1, _twin(found, source or found.source))

    return _edited(edit)


def _reverse(notebook: NotebookNode) -> None:
    notebook.cells.reverse()


def _top(**metadata: object) -> Shape:
    return _edited(lambda notebook: notebook.metadata.update(metadata))


def _split(notebook: NotebookNode) -> None:
    """What one key does in a test cell: two cells with one id."""
    found = cell(notebook, "half")
    first, rest = found.source.split("\n", 1)
    found.source = first
    notebook.cells.insert(notebook.cells.index(found) + 1, _twin(found, rest))


def _case(name: str, row: str, tries: str, shape: Shape, expected: Expected = REFUSED, forges: bool = False) -> Case:
    return Case(id=name, row=row, tries=tries, shape=shape, expected=expected, forges=forges)


CASES = [
    _case("test-deleted", "test cell deleted", "deletes a test cell", _drop("double"), REPAIRED),
    _case("test-deleted-outside", "test cell deleted", "deletes the cell that checks `mean`", _drop("mean"), REPAIRED),
    _case(
        "answer-deleted",
        "test cell deleted",
        "deletes an answer's cell",
        _drop("mean-answer"),
        Expected(("graded",), {**FULL, "mean": 0}, never="", reason="."),
    ),
    _case(
        "test-asserts-true",
        MASTER,
        "puts `assert True` in the place of the tests",
        _set("double", source="assert True"),
        UNMOVED,
        forges=True,
    ),
    _case("test-points", MASTER, "makes the cell worth 100 points", _set("double", points=100), REPAIRED),
    _case("test-negative-points", MASTER, "makes a cell worth −5 points", _set("double", points=-5), REPAIRED),
    _case(
        "test-unlocked",
        MASTER,
        "takes the lock and the tests away",
        _set("double", locked=False, source="pass"),
        UNMOVED,
        forges=True,
    ),
    _case("test-split", MASTER, "splits a test cell, as one key does", _edited(_split), REPAIRED),
    _case("test-copied", MASTER, "copies a test cell: one id twice", _copy("double"), REPAIRED),
    _case(
        "test-copied-easy",
        MASTER,
        "copies a test cell and empties the copy",
        _copy("double", source="pass"),
        UNMOVED,
        forges=True,
    ),
    _case(
        "cells-reversed",
        MASTER,
        "turns the order of all cells around",
        _edited(_reverse),
        Expected(("graded",), {}, never="", reason="."),
    ),
    _case(
        "locked-edited",
        MASTER,
        "changes the locked cell that tests rely on",
        _set("tools", source="def same(a, b): pass"),
        UNMOVED,
        forges=True,
    ),
    _case("checksum", META, "changes a cell's checksum", _set("double", checksum="0" * 32), HONEST),
    _case("cell-type", META, "turns a test cell into Markdown", _set("double", cell_type="markdown"), REPAIRED),
    _case("schema", META, "says that its cells have schema version 99", _set("double", schema_version=99), REPAIRED),
    _case(
        "metadata-text",
        META,
        "metadata that is text",
        _edited(lambda n: cell(n, "double").metadata.update(nbgrader="x")),
        REPAIRED,
    ),
    _case(
        "grade-flipped",
        META,
        "makes the answer a test and the test an answer",
        _set("double", grade=False, solution=True),
        REPAIRED,
    ),
    _case(
        "grade-id-unicode",
        META,
        "another id: path, markup, SQL and right-to-left text",
        _set("double", grade_id="../<b>'; drop table grade; --\u202e"),
        REPAIRED,
    ),
    _case("grade-id-taken", META, "gives a test the id of another", _set("double", grade_id="half"), REPAIRED),
    _case(
        "kernel-bash", META, "asks for a bash kernel", _top(kernelspec={"name": "bash", "display_name": "x"}), REPAIRED
    ),
    _case(
        "kernel-none",
        META,
        "asks for a kernel that is not there",
        _top(kernelspec={"name": "../../x", "display_name": "x"}),
        REPAIRED,
    ),
    _case(
        "kernel-missing",
        META,
        "says nothing about its kernel",
        _edited(lambda n: n.metadata.clear()),
        Expected(never=""),
    ),
    _case(
        "cell-ids",
        META,
        "every cell has the same id",
        _edited(lambda n: [c.update(id="same") for c in n.cells]),
        Expected(never=""),
    ),
    _case(
        "cell-ids-bad",
        META,
        "a cell id with markup, 5000 long",
        _edited(lambda n: n.cells[0].update(id="<b>" * 1700)),
        Expected(never=""),
    ),
    _case(
        "tags-skip",
        META,
        "tags that make runners skip cells or allow errors",
        _edited(lambda n: [c.metadata.update(tags=["skip-execution", "raises-exception"]) for c in n.cells]),
        Expected(never=""),
    ),
    _case(
        "format-3",
        META,
        "notebook format 4.2, without cell ids",
        _edited(lambda n: (n.update(nbformat_minor=2), [c.pop("id") for c in n.cells])),
        Expected(never=""),
    ),
]
