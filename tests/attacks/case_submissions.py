"""Faults and attacks in what is handed in: folders, files, and notebooks that are not what was given out."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from attacks.case import NOTHING, REFUSED, Case, Expected, Place, Shape, write

REPAIRED = Expected(never="", reason=".")
UNMOVED = Expected(("graded",), NOTHING, never="", reason=".")
TAMED = Expected(("graded", "invalid"), {}, never="")
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


def _raw(text: str | bytes) -> Shape:
    """A notebook file with just this in it."""

    def shape(folder: Path, notebook: NotebookNode, place: Place) -> None:
        _file(folder).write_bytes(text if isinstance(text, bytes) else text.encode())

    return shape


def _edited(edit: Callable[[NotebookNode], object]) -> Shape:
    """The notebook after `edit(notebook)`."""

    def shape(folder: Path, notebook: NotebookNode, place: Place) -> None:
        edit(notebook)
        write(notebook, _file(folder))

    return shape


def _beside(make: Callable[[Path, Place], object]) -> Shape:
    """The notebook, and what `make(folder, place)` puts beside it."""

    def shape(folder: Path, notebook: NotebookNode, place: Place) -> None:
        write(notebook, _file(folder))
        make(folder, place)

    return shape


def _renamed(name: str) -> Shape:
    def shape(folder: Path, notebook: NotebookNode, place: Place) -> None:
        write(notebook, folder / name)

    return shape


def _nothing(folder: Path, notebook: NotebookNode, place: Place) -> None:
    (folder / "notes.txt").write_text("I forgot the notebook.")


def _linked_notebook(folder: Path, notebook: NotebookNode, place: Place) -> None:
    _file(folder).symlink_to(place.course / "submitted" / "aaron" / "ps1" / "ps1.ipynb")


def _large(folder: Path, notebook: NotebookNode, place: Place) -> None:
    notebook.cells[0].source = "x" * (300 << 20)
    _file(folder).write_text(json.dumps(notebook))


def _piped_notebook(folder: Path, notebook: NotebookNode, place: Place) -> None:
    os.mkfifo(_file(folder))


def _many_cells(notebook: NotebookNode) -> None:
    plain = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}
    notebook.cells += [{**plain, "id": str(number)} for number in range(10**5)]


def _zip(folder: Path, *names: str, data: bytes = b"x", compress: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(folder / "data.zip", "w", compress) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=compress)


def _zeros(folder: Path, place: Place) -> None:
    with zipfile.ZipFile(folder / "data.zip", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros", "w") as file:
        for _ in range(200):
            file.write(bytes(1 << 20))


def _sparse(folder: Path, place: Place) -> None:
    with (folder / "sparse.bin").open("wb") as file:
        file.truncate(1 << 40)


def _case(name: str, row: str, tries: str, shape: Shape, expected: Expected = REFUSED, forges: bool = False) -> Case:
    return Case(id=name, row=row, tries=tries, shape=shape, expected=expected, forges=forges)


def _link(name: str, tries: str, target: str) -> Case:
    return _case(name, LINK, tries, _beside(lambda f, p: (f / "data.csv").symlink_to(p.fill(target))))


CASES = [
    _link("symlink-gradebook", "a link to the gradebook as a data file", "@COURSE@/gradebook.db"),
    _link("symlink-folder", "a link to the folder of the hidden tests", "@COURSE@/source"),
    _link("symlink-dangling", "a link to nothing", "/nowhere/at/all"),
    _link("symlink-loop", "a link to itself", "data.csv"),
    _link("symlink-device", "a link to /dev/zero, which has no end", "/dev/zero"),
    _case("symlink-notebook", LINK, "the notebook itself is a link to a classmate's", _linked_notebook),
    _case("fifo", PIPE, "a FIFO, which blocks whoever opens it", _beside(lambda f, p: os.mkfifo(f / "data.csv"))),
    _case("fifo-notebook", PIPE, "the notebook itself is a FIFO", _piped_notebook),
    _case(
        "hard-link",
        PIPE,
        "a hard link to the course's source",
        _beside(lambda f, p: os.link(p.course / "source/ps1/ps1.py", f / "mine.py")),
    ),
    _case("sparse-file", PIPE, "a file of a terabyte that takes no space", _beside(_sparse)),
    _case(
        "deep-folders",
        PIPE,
        "300 folders, one in another",
        _beside(lambda f, p: Path(f, *["d"] * 300).mkdir(parents=True)),
        TAMED,
    ),
    *[
        _case(
            f"zip-{name}",
            ZIP,
            f"an archive with a file called {title}",
            _beside(lambda f, p, n=names: _zip(f, *n)),
            TAMED,
        )
        for name, title, names in (
            ("parent", "`../../x`", ["../../x"]),
            ("absolute", "`/tmp/x`", ["/tmp/x"]),
            ("drive", "`C:\\x`", ["C:\\x"]),
            ("backslash", "`..\\x`", ["..\\x"]),
            ("nul", "`a\\0b`", ["a\0b"]),
            ("duplicate", "the same as another", ["a", "a"]),
            ("case", "as another but for capitals", ["a", "A"]),
        )
    ],
    _case("zip-bomb", "zip/gzip bomb", "200 MB of zeros in an archive of 204 kB", _beside(_zeros), TAMED),
    _case(
        "zip-many",
        "zip/gzip bomb",
        "an archive of 20 000 files",
        _beside(lambda f, p: _zip(f, *map(str, range(2 * 10**4)))),
        TAMED,
    ),
    _case("huge-notebook", "huge notebook", "a notebook of 300 MB", _large),
    _case("many-cells", "huge notebook", "a notebook of 10⁵ cells", _edited(_many_cells)),
    _case("json-brace", TEXT, "a file with `{` in it", _raw("{")),
    _case("json-empty", TEXT, "an empty file", _raw("")),
    _case("json-list", TEXT, "`[]`, on which nbformat raises AttributeError", _raw("[]")),
    _case("json-null", TEXT, "`null`", _raw("null")),
    _case("json-deep", TEXT, "200 000 × `[`, on which json raises RecursionError", _raw("[" * 200_000)),
    _case(
        "json-number",
        TEXT,
        "a number of a million digits as the format",
        _raw('{"cells": [], "nbformat": ' + "9" * 10**6 + "}"),
    ),
    _case(
        "json-cells",
        TEXT,
        "cells that are no cells",
        _raw('{"cells": [1, null], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'),
    ),
    _case("json-bytes", TEXT, "bytes that are not UTF-8", _raw(bytes(range(128, 256)))),
    _case(
        "json-future",
        TEXT,
        "notebook format 9",
        _raw('{"cells": [], "metadata": {}, "nbformat": 9, "nbformat_minor": 0}'),
    ),
    _case("json-python", TEXT, "a Python program with the notebook's name", _raw("print(1)\n")),
    _case("name-copy", NAME, "`ps1 (1).ipynb`, as browsers save it", _renamed("ps1 (1).ipynb"), REPAIRED),
    _case("name-case", NAME, "`PS1.ipynb`", _renamed("PS1.ipynb"), REPAIRED),
    _case("name-markup", NAME, "a name with markup in it", _renamed("<img src=x onerror=alert(1)>.ipynb"), TAMED),
    _case(
        "name-newline",
        NAME,
        "a name with a line break, a quote and escape codes",
        _renamed("a\n'\"\x1b[31m.ipynb"),
        TAMED,
    ),
    _case("missing", NAME, "no notebook at all", _nothing),
]
