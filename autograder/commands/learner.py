"""What learners type."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.commands import console, ready
from autograder.errors import CourseError
from autograder.syllabus import course_root, read_syllabus

if TYPE_CHECKING:
    from autograder.card import Card

app = typer.Typer()


@app.command()
def learn(
    browser: Annotated[str, typer.Option(help="'none' prints the address without opening a browser.")] = "",
    port: Annotated[int | None, typer.Option(help="The port to serve on; without it, the first free one.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where your working copies are; without it, work/.")] = None,
) -> None:
    """Prepare your working copies and open the course in JupyterLab."""
    from autograder.lab.launch import free_port, open_lab
    from autograder.lab.workspace import Workspace

    if port is not None:
        free_port(port)  # refuse before any work is done
    syllabus = read_syllabus()
    workspace = Workspace((folder or course_root() / "work").resolve(), syllabus)
    words = {"new": "is ready", "updated": "is brought up to date", "offered": "has a newer version beside yours"}
    for lesson, change in workspace.prepare().items():
        if isinstance(change, CourseError):
            console.print(f"[yellow]{lesson} could not be prepared.[/yellow] {change.sentence} {change.next_step}")
        else:
            console.print(f"{lesson} {words[change]}")
    raise typer.Exit(open_lab(workspace.folder, port, browser))


@app.command()
def reset(lesson: Annotated[str, typer.Argument(help="The lesson's id.")]) -> None:
    """Begin a lesson anew; your copy is backed up first."""
    from autograder.lab.workspace import Workspace

    syllabus = read_syllabus()
    workspace = Workspace(course_root() / "work", syllabus)
    entry = ready(syllabus.lesson(lesson))
    backup = workspace.reset(entry)
    console.print(f"{entry.id} is as it was at first." + (f" Your copy is kept in {backup}" if backup else ""))


@app.command(name="progress")
def show_progress() -> None:
    """Print the path and what is done of it."""
    from autograder.journal import open_journal
    from autograder.path import progress

    path = progress(read_syllabus(), open_journal())
    for stage, stage_lessons in path.stages:
        console.print(f"\n[bold]{stage.id}[/bold]  {stage.title}")
        for item in stage_lessons:
            done = f"{len(item.passed)} of {len(item.exercises)} passed"
            words = {"done": "✓ done", "begun": done, "new": f"{item.lesson.minutes} minutes", "planned": "planned"}
            console.print(f"  {item.lesson.id:32} {words[item.state]}", style="dim" if item.state == "planned" else "")
    following = path.next_lesson
    if following is not None:
        exercise = f", exercise {following.next_exercise}" if following.state == "begun" else ""
        console.print(f"\nNext: {following.lesson.id}{exercise}. Open it with: make learn")


@app.command()
def review() -> None:
    """Make today's review, about ten minutes of what is due, and say where it is."""
    from datetime import datetime

    from autograder.journal import open_journal
    from autograder.lab.review import todays_review
    from autograder.lab.workspace import Workspace
    from autograder.mastery import Mastery

    now = datetime.now()
    syllabus = read_syllabus()
    mastery = Mastery.read(syllabus, open_journal(), now)
    for problem in mastery.problems:
        console.print(f"! {problem}")
    notebook = todays_review(Workspace(course_root() / "work", syllabus), mastery, now.date())
    if notebook is None:
        console.print("Nothing is due for review today.")
    else:
        console.print(f"Today's review is {notebook}\nOpen it from the course page: make learn")


@app.command()
def portfolio(
    to: Annotated[Path | None, typer.Option(help="Where the page is written; without it, work/portfolio.")] = None,
    name: Annotated[str, typer.Option(help="The name at its head; without it, there is none.")] = "",
    seconds: Annotated[float, typer.Option(min=1, help="How long one cell of a notebook may run.")] = 120,
) -> None:
    """Run your notebooks again and write a page of what you have built."""
    from datetime import datetime

    from autograder.journal import open_journal
    from autograder.lab.portfolio import Portfolio, named, prepare_folder, write_portfolio
    from autograder.lab.rerun import rerun
    from autograder.lab.workspace import Workspace
    from autograder.mastery import Mastery

    syllabus, journal, title = read_syllabus(), open_journal(), named(name)
    workspace = Workspace(course_root() / "work", syllabus)
    begun = workspace.begun()
    if not begun:
        raise CourseError(f"There is no work of yours in {workspace.folder} yet.", "Open the course with: make learn")
    folder = (to or workspace.folder / "portfolio").resolve()
    prepare_folder(folder)
    runs = []
    for lesson in begun:
        run = rerun(workspace, lesson, seconds)
        runs.append(run)
        console.print(f"{lesson.id}: {len(run.passed)} passed" + (f", {len(run.failed)} not yet" if run.failed else ""))
        for failed in run.failed:
            console.print(f"  ✗ {failed}")
        if run.trouble:
            console.print(f"  ! {run.trouble}")
    now = datetime.now()
    hours = Mastery.read(syllabus, journal, now).hours() if journal else None
    page = write_portfolio(Portfolio(syllabus, tuple(runs), now.date(), hours, title), folder)
    console.print(f"\nYour portfolio is {page}\nOpen it in a browser; its print makes a PDF of it.")


@app.command()
def check(
    lesson: Annotated[str, typer.Argument(help="A lesson's id, such as 01-math/01-vectors, or a notebook file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Run a lesson's every exercise without Jupyter; exit code 1 when something is not passed."""
    is_file = lesson.endswith(".ipynb")
    if is_file:
        path = Path(lesson).resolve()
    else:
        syllabus = read_syllabus()
        path = syllabus.notebook_path(ready(syllabus.lesson(lesson)))

    from autograder.notebooks import read_notebook
    from autograder.run_notebook import run_notebook

    def told(card: Card) -> None:
        if not as_json:
            print(card.text, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        run = run_notebook(read_notebook(path), path.parent if is_file else Path(folder), told)
    if as_json:
        print(
            json.dumps(
                {"passed": run.passed, "problems": run.problems, "verdicts": [v.as_json() for v in run.verdicts]}
            )
        )
    else:
        for problem in run.problems:
            print(f"! {problem}")
        print(f"\n{sum(v.points for v in run.verdicts)} of {sum(v.maximum for v in run.verdicts)} points")
    raise typer.Exit(0 if run.passed else 1)


@app.command()
def doctor() -> None:
    """Say what this machine has and what it lacks; exit code 1 when something needed is missing."""
    from autograder.doctor import examine

    findings = examine(course_root() / "work")
    for finding in findings:
        sign = "✓" if finding.fine else "✗" if finding.needed else "○"
        console.print(f"{sign} {finding.what}: {finding.says}")
    raise typer.Exit(0 if all(finding.fine or not finding.needed for finding in findings) else 1)
