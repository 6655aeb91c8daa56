"""What instructors type."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console

from autograder.commands import console
from autograder.errors import CourseError
from autograder.syllabus import read_syllabus

if TYPE_CHECKING:
    from autograder.sandbox.levels import Level

app = typer.Typer()


@app.command()
def release(
    stages: Annotated[list[str] | None, typer.Argument(help="Stages; without any, all with lessons.")] = None,
    to: Annotated[Path | None, typer.Option(help="The folder to write to; without it, release/.")] = None,
) -> None:
    """Make what a class gets: notebooks without solutions, exercises without hidden tests and right answers."""
    from autograder.release import release as release_stage

    there = [stage.id for stage in read_syllabus().stages if any(lesson.ready for lesson in stage.lessons)]
    for stage in stages or there:
        for path in release_stage(stage, to):
            console.print(f"wrote {path}")


@app.command()
def grade(
    assignment: Annotated[str, typer.Argument(help="An assignment of nbgrader's; here, a stage such as 01-math.")],
    student: Annotated[str | None, typer.Option(help="Only this student.")] = None,
    lesson: Annotated[str | None, typer.Option(help="Only this notebook, such as 01-vectors.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Workers; by default one for each processor.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    level: Annotated[
        str | None, typer.Option(help="The sandbox: strong or lite; by default the best there is.")
    ] = None,
    trust: Annotated[bool, typer.Option("--trust-student-code", help="Grade where there is no sandbox.")] = False,
    again: Annotated[bool, typer.Option(help="Also what has been graded already.")] = False,
    all_cells: Annotated[
        bool, typer.Option("--all-cells", help="Run the course's cells, too, that no mark depends on.")
    ] = False,
    db: Annotated[str | None, typer.Option(help="The gradebook's URL, such as postgresql://…")] = None,
    executor: Annotated[str | None, typer.Option(help="A cluster: dask://HOST:PORT")] = None,
) -> None:
    """Grade a class's notebooks into nbgrader's gradebook; exit code 1 when one of them is not graded."""
    from autograder.grading.course import GradingCourse
    from autograder.grading.executors import executor_of
    from autograder.grading.report import bar, show
    from autograder.grading.run import Wishes, run

    if level not in (None, "strong", "lite", "none"):
        raise CourseError(f'There is no level "{level}" of the sandbox.', "The levels are strong and lite.")
    wishes = Wishes(
        assignment,
        student,
        lesson,
        cast("Level | None", level),
        trust,
        jobs,
        again=again,
        all_cells=all_cells,
        executor=executor_of(executor) if executor else None,
    )
    course = GradingCourse.read(Path.cwd(), db)
    try:
        with bar(Console(stderr=True)) as told:
            grading = run(course, wishes, told)
    except KeyboardInterrupt:
        print(f"Stopped. What was graded is kept; go on with: autograder grade {assignment}", file=sys.stderr)
        raise typer.Exit(130) from None
    if as_json:
        print(json.dumps([result.as_json() for result in grading.results]))
    else:
        show(grading, console, assignment)
    raise typer.Exit(0 if all(result.outcome == "graded" for result in grading.results) else 1)
