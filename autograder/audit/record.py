"""Remembers what audits came to, so that a lesson is audited again only when something that matters has changed.

`docs/quality.json` holds the result of each lesson with a digest of all that it depends on. The digest is of texts:
the lesson's exercises, its code cells, the recorded hashes of its data, and the package's code that checks and audits.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.audit.results import LessonAudit
from autograder.errors import CourseError
from autograder.notebooks import read_notebook
from autograder.syllabus import LessonEntry, Syllabus, course_root

CHECKING: Final = (
    "answers", "checking", "compare", "equality", "exercise", "frames", "limits", "recorder", "seeds", "snapshots",
    "values",
)  # fmt: skip
"""The package's modules on which a verdict depends."""
AUDITING: Final = (
    "audit", "chance", "children", "conclude", "known", "mutants", "operators", "sample", "siblings", "source", "state",
    "trials", "variations",
)  # fmt: skip
"""The audit's modules on which its result depends; the others start, store or show it, or are for plain notebooks."""


@dataclass(frozen=True)
class Recorded:
    """The result of one lesson's audit, and the digest of what it was the result of."""

    digest: str
    audit: LessonAudit


def path_of_record() -> Path:
    """Where the results are kept."""
    return course_root() / "docs" / "quality.json"


def digest(syllabus: Syllabus, entry: LessonEntry) -> str:
    """A text that changes whenever the audit of a lesson could come to something else."""
    folder = Path(__file__).parent
    modules = [folder.parent / f"{name}.py" for name in CHECKING] + [folder / f"{name}.py" for name in AUDITING]
    texts = [_meaning(path) for path in (*modules, syllabus.spec_path(entry))]
    texts += [c.source for c in read_notebook(syllabus.notebook_path(entry)).cells if c.cell_type == "code"]
    manifest = json.loads((course_root() / "datasets" / "manifest.json").read_text(encoding="utf-8"))
    texts += [json.dumps(manifest.get(name), sort_keys=True) for name in entry.data]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _meaning(path: Path) -> str:
    """What a module does: its syntax tree, in which comments, docstrings, blank lines and formatting don't count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [part for part in node.body if not _is_text(part)]
    return ast.dump(tree)


def _is_text(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str)


def read_record(path: Path | None = None) -> dict[str, Recorded]:
    """The recorded results by lesson; none when nothing was recorded yet.

    Raises CourseError when the file is not what `write_record` wrote.
    """
    path = path or path_of_record()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {name: Recorded(one["digest"], LessonAudit.from_json(one["audit"])) for name, one in stored.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CourseError(f"{path.name} is not a record of audits.", "Write it anew with: make audit") from None


def write_record(record: Mapping[str, Recorded], order: Iterable[str], path: Path | None = None) -> None:
    """Writes the results of these lessons, in this order and shortened."""
    lessons = {
        name: {"digest": record[name].digest, "audit": record[name].audit.shortened().as_json()}
        for name in order
        if name in record
    }
    text = json.dumps(lessons, indent=1, ensure_ascii=False)
    (path or path_of_record()).write_text(text + "\n", encoding="utf-8")
