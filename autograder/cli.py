"""`autograder …`: parses, calls, prints, nothing else."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.errors import CourseError
from autograder.syllabus import read_syllabus

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Groundwork: notebooks whose exercises check themselves."
)
console = Console(soft_wrap=True, highlight=False)


def main() -> None:
    """Runs a command. What a person can put right is one sentence and the next step, exit code 2."""
    try:
        app()
    except CourseError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


@app.command()
def check(
    lesson: Annotated[str, typer.Argument(help="A lesson's id, such as 01-math/01-vectors, or a notebook file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Run a lesson's every exercise without Jupyter; exit code 1 when something is not passed."""
    from autograder.notebooks import read_notebook
    from autograder.run_notebook import run_notebook

    if lesson.endswith(".ipynb"):
        path = Path(lesson).resolve()
        run = run_notebook(read_notebook(path), path.parent)
    else:
        syllabus = read_syllabus()
        path = syllabus.notebook_path(syllabus.lesson(lesson))
        with tempfile.TemporaryDirectory() as folder:
            run = run_notebook(read_notebook(path), Path(folder))
    if as_json:
        print(
            json.dumps(
                {"passed": run.passed, "problems": run.problems, "verdicts": [v.as_json() for v in run.verdicts]}
            )
        )
    else:
        for card in run.cards.values():
            print(card.text)
        for problem in run.problems:
            print(f"! {problem}")
        print(f"\n{sum(v.points for v in run.verdicts)} of {sum(v.maximum for v in run.verdicts)} points")
    raise typer.Exit(0 if run.passed else 1)


@app.command()
def lessons(
    ids: Annotated[list[str] | None, typer.Argument(help="Lesson ids; without any, all that are ready.")] = None,
) -> None:
    """Run lessons and store their outputs (for authors)."""
    from autograder.authoring import store_lesson

    syllabus = read_syllabus()
    chosen = [syllabus.lesson(name) for name in ids] if ids else [lesson for lesson in syllabus.lessons if lesson.ready]
    for entry in chosen:
        console.print(f"{entry.id} …")
        store_lesson(syllabus.notebook_path(entry))


@app.command()
def normalise(
    files: Annotated[list[Path] | None, typer.Argument(help="Notebooks; without any, all lessons.")] = None,
) -> None:
    """Take from stored notebooks what only one machine needs; exit code 1 when anything had to change."""
    from autograder.authoring import normalise_file

    syllabus = read_syllabus()
    chosen = files or [syllabus.notebook_path(lesson) for lesson in syllabus.lessons if lesson.ready]
    changed = [path for path in chosen if normalise_file(path)]
    for path in changed:
        console.print(f"normalised {path}")
    raise typer.Exit(1 if changed else 0)


@app.command()
def coverage() -> None:
    """Write docs/coverage.md: which lesson teaches and which exercise grades each topic (for authors)."""
    from autograder.coverage import coverage_page, ready_specs
    from autograder.syllabus import course_root

    syllabus = read_syllabus()
    path = course_root() / "docs" / "coverage.md"
    path.write_text(coverage_page(syllabus, ready_specs(syllabus)), encoding="utf-8")
    console.print(f"wrote {path}")
