"""The house keeps its shape: imports go downwards, wings never meet, and coming in is quick."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import autograder

PACKAGE = Path(autograder.__file__).parent

# From the ground up. A module imports only from floors below its own; a folder is one part.
FLOORS = [
    {"errors", "limits", "outline", "quick", "seeds", "slicing", "times", "traces"},
    {"values", "syllabus", "datasets", "sandbox"},
    {"snapshots"},
    {"frames", "recorder"},
    {"equality"},
    {"compare"},
    {"exercise"},
    {"spec", "answers", "verdict"},
    {"card", "checking", "notebooks", "seal", "coverage", "student_version"},
    {"journal", "authoring", "release", "grading", "audit"},
    {"notes", "own_answer", "path", "mastery", "guidance", "doctor", "desk"},
    {"learner", "first_aid", "beginning"},
    {"lesson", "lab"},
    {"run_notebook"},
    {"commands"},
    {"cli", "__init__"},
    {"__main__"},
]

WINGS = {
    "learner": {
        "journal",
        "times",
        "mastery",
        "guidance",
        "first_aid",
        "beginning",
        "learner",
        "notes",
        "own_answer",
        "path",
        "lesson",
        "lab",
        "run_notebook",
    },
    "instructor": {"sandbox", "grading", "desk", "release", "seal"},
    "author": {"audit", "authoring", "coverage"},
}

HEAVY = {"numpy", "pandas", "sklearn", "torch", "matplotlib", "nbformat", "nbgrader", "jinja2", "typer", "IPython"}


def part_of(path: Path) -> str:
    """The part of the house that a file belongs to: its own name, or its folder's."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST, path: Path) -> set[str]:
    """The parts of this package that a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports by dots"
            names = {f"{node.module}.{name.name}" for name in node.names}
            found |= names if node.module == "autograder" else {node.module}
    return {name.split(".")[1] for name in found if name.startswith("autograder.")}


FILES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
IMPORTS = [(path, part) for path in FILES for part in sorted(imports(ast.parse(path.read_text("utf-8")), path))]


def written_lines(path: Path) -> int:
    """How many lines of a file hold something."""
    return sum(1 for line in path.read_text("utf-8").splitlines() if line.strip())


def floor(part: str) -> int:
    found = [number for number, parts in enumerate(FLOORS) if part in parts]
    assert len(found) == 1, f"{part} needs a place on one floor of the house: see FLOORS"
    return found[0]


def wing(part: str) -> str:
    return next((name for name, parts in WINGS.items() if part in parts), "core")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_part_imports_only_what_is_below_it(path: Path) -> None:
    mine = part_of(path)
    above = [part for other, part in IMPORTS if other == path and part != mine and floor(part) >= floor(mine)]
    assert above == []


def test_wings_never_import_each_other() -> None:
    crossing = [
        f"{part_of(path)} imports {part}"
        for path, part in IMPORTS
        if "core" not in (wing(part_of(path)), wing(part)) and wing(part_of(path)) != wing(part)
    ]
    assert crossing == []


def test_the_core_imports_from_no_wing() -> None:
    everybody = {"commands", "cli", "doctor", "__init__", "__main__"}
    crossing = [
        f"{part_of(path)} imports {part}"
        for path, part in IMPORTS
        if wing(part_of(path)) == "core" and wing(part) != "core" and part_of(path) not in everybody
    ]
    assert crossing == []


def test_no_module_is_longer_than_300_lines() -> None:
    long = {path.name: lines for path in FILES if (lines := written_lines(path)) > 300}
    assert long == {}


def modules_after(statement: str) -> set[str]:
    """The top-level modules that a new Python has loaded after a statement."""
    program = (
        f"import sys, json; {statement}; print(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout))


def test_coming_in_loads_nothing_heavy() -> None:
    assert modules_after("import autograder") & HEAVY == set()


def test_the_words_of_a_lessons_py_load_nothing_heavy() -> None:
    assert modules_after("import autograder.compare, autograder.exercise") & HEAVY == set()


def test_the_package_offers_lesson_and_exercise_and_nothing_else() -> None:
    assert autograder.__all__ == ["Exercise", "Lesson"]
