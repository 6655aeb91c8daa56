"""Makes a notebook of bytes that anybody may have written: what grading needs is taken over, the rest is not."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from autograder.grading.files import Refused, shown
from autograder.quick import quick_imports

if TYPE_CHECKING:
    from nbformat import NotebookNode

MAX_NOTEBOOK: Final = 50 << 20
"""Bytes of a notebook file."""
MAX_CELLS: Final = 5_000
_MAX_PARTS: Final = 4_000_000
"""Brackets and quotes in the file: short lists and texts take twenty times as much memory as they take room in it."""
PICTURES: Final = {"image/png", "image/jpeg", "image/gif"}
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_AGAIN: Final = "Open it in JupyterLab, save it and hand it in again."


def parse(content: bytes, name: str) -> NotebookNode:
    """A notebook of format 4.5: cells with type, source, tags, nbgrader metadata and attached pictures; no outputs.

    Raises Refused, one sentence with the file's name, when the bytes are not such a notebook.
    """
    with quick_imports():
        import nbformat

    found = _json(content, shown(name))
    if not isinstance(found, dict) or "nbformat" not in found:
        raise Refused(f"{shown(name)} is not a notebook. {_AGAIN}")
    if found["nbformat"] != 4:
        raise Refused(f"{shown(name)} is in another notebook format than 4. {_AGAIN}")
    cells = found.get("cells")
    if not isinstance(cells, list):
        raise Refused(f"{shown(name)} has no list of cells. {_AGAIN}")
    if len(cells) > MAX_CELLS:
        raise Refused(f"{shown(name)} has more than {MAX_CELLS:,} cells. Hand in only what belongs to the assignment.")
    seen: set[str] = set()
    made = [_cell(cell, number, seen, shown(name)) for number, cell in enumerate(cells, 1)]
    metadata = found.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    kernel_name = kernel.get("name") if isinstance(kernel, dict) else None
    return cast(
        "NotebookNode",
        nbformat.from_dict(
            {
                "cells": made,
                "metadata": {"kernelspec": {"name": kernel_name}} if isinstance(kernel_name, str) else {},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        ),
    )


def _json(content: bytes, name: str) -> Any:
    if not content.strip():
        raise Refused(f"{name} is empty. {_AGAIN}")
    if sum(content.count(mark) for mark in (b"[", b"{", b'"')) > _MAX_PARTS:
        raise Refused(f"{name} has too many small parts. Clear its outputs and hand it in again.")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is not UTF-8 text from byte {error.start} on. {_AGAIN}") from None
    except json.JSONDecodeError as error:
        raise Refused(f"{name} is not a notebook: its line {error.lineno} is not JSON. {_AGAIN}") from None
    except (RecursionError, ValueError):  # brackets without end; a number of thousands of digits
        raise Refused(f"{name} is not a notebook: its JSON can't be read. {_AGAIN}") from None


def _cell(cell: Any, number: int, seen: set[str], name: str) -> dict[str, Any]:
    kind, source = (cell.get("cell_type"), cell.get("source")) if isinstance(cell, dict) else (None, None)
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if kind not in ("code", "markdown", "raw") or not isinstance(source, str):
        raise Refused(f"{name} has a cell, number {number}, without a type or a text. {_AGAIN}")
    made = {
        "cell_type": kind,
        "id": _fresh_id(cell.get("id"), number, seen),
        "metadata": _metadata(cell.get("metadata")),
        # A lone half of a character can be written in JSON, and nowhere else.
        "source": _text(source),
    }
    if kind == "code":
        return {**made, "execution_count": None, "outputs": []}
    if attachments := _attachments(cell.get("attachments")):
        made["attachments"] = attachments
    return made


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _fresh_id(given: Any, number: int, seen: set[str]) -> str:
    """A cell's own id when it is a valid one and nobody else's."""
    chosen = given if isinstance(given, str) and _ID.fullmatch(given) and given not in seen else f"cell-{number:04d}"
    while chosen in seen:
        chosen = f"{chosen[:60]}-{len(seen) % 997}"
    seen.add(chosen)
    return chosen


def _metadata(given: Any) -> dict[str, Any]:
    """The nbgrader metadata whose values are plain, and tags."""
    if not isinstance(given, dict):
        return {}
    kept: dict[str, Any] = {}
    marks = given.get("nbgrader")
    if isinstance(marks, dict):
        plain = {key: value for key, value in marks.items() if isinstance(value, str | int | float | bool)}
        kept["nbgrader"] = {_text(key): _text(v) if isinstance(v, str) else v for key, v in plain.items()}
    tags = given.get("tags")
    if isinstance(tags, list) and all(isinstance(tag, str) and _ID.fullmatch(tag) for tag in tags):
        kept["tags"] = sorted(set(tags))
    return kept


def _attachments(given: Any) -> dict[str, dict[str, str]]:
    """The pictures among a text cell's attachments."""
    found = {}
    for name, forms in given.items() if isinstance(given, dict) else ():
        pictures = {
            kind: data
            for kind, data in (forms.items() if isinstance(forms, dict) else ())
            if kind in PICTURES and is_base64(data)
        }
        if pictures:
            found[_text(name)] = pictures
    return found


def is_base64(data: Any) -> bool:
    """Whether a value is a text of base64, and so can't end the attribute of a page that it is put into."""
    try:
        return isinstance(data, str) and bool(base64.b64decode("".join(data.split()), validate=True))
    except (binascii.Error, ValueError):
        return False
