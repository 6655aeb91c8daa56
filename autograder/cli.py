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
from autograder.syllabus import LessonEntry, course_root, read_syllabus

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


def _ready(entry: LessonEntry) -> LessonEntry:
    if not entry.ready:
        raise CourseError(f"{entry.id} is planned but not written yet.", "`autograder progress` lists what is there.")
    return entry


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
        path = syllabus.notebook_path(_ready(syllabus.lesson(lesson)))

    from autograder.notebooks import read_notebook
    from autograder.run_notebook import run_notebook

    with tempfile.TemporaryDirectory() as folder:
        run = run_notebook(read_notebook(path), path.parent if is_file else Path(folder))
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
    syllabus = read_syllabus()
    named = [_ready(syllabus.lesson(name)) for name in ids or ()]
    chosen = named or [lesson for lesson in syllabus.lessons if lesson.ready]

    from autograder.authoring import store_lesson

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
def audit(
    lessons: Annotated[list[str] | None, typer.Argument(help="Ids or notebook files; without any, all ready.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="How many processes; without it, all processors.")] = None,
    store: Annotated[bool, typer.Option("--record", help="Write the results to docs/quality.* (for authors).")] = False,
) -> None:
    """Test the tests: right answers, known mistakes and mutants; exit code 1 when there is anything to mend."""
    from autograder.audit.quality import store_results
    from autograder.audit.report import say, write_reports
    from autograder.audit.run import audit_chosen, chosen

    syllabus = read_syllabus()
    targets = chosen(syllabus, lessons or [])
    audits = []
    for done in audit_chosen(targets, workers):
        audits.append(done)
        if not as_json:
            say(done, console)
    audits.sort(key=lambda done: [target.name for target in targets].index(done.lesson))
    written = write_reports(audits, course_root() / "build")
    if store:
        written += store_results(syllabus, audits)
    if as_json:
        print(json.dumps([done.as_json() for done in audits]))
    else:
        console.print("wrote " + ", ".join(str(path) for path in written))
    raise typer.Exit(1 if any(done.defects for done in audits) else 0)


@app.command()
def coverage() -> None:
    """Write docs/coverage.md: which lesson teaches and which exercise grades each topic (for authors)."""
    from autograder.coverage import coverage_page, ready_specs

    syllabus = read_syllabus()
    path = course_root() / "docs" / "coverage.md"
    path.write_text(coverage_page(syllabus, ready_specs(syllabus)), encoding="utf-8")
    console.print(f"wrote {path}")


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
        console.print(f"{lesson} {words[change]}")
    raise typer.Exit(open_lab(workspace.folder, port, browser))


@app.command()
def reset(lesson: Annotated[str, typer.Argument(help="The lesson's id.")]) -> None:
    """Begin a lesson anew; your copy is backed up first."""
    from autograder.lab.workspace import Workspace

    syllabus = read_syllabus()
    workspace = Workspace(course_root() / "work", syllabus)
    entry = _ready(syllabus.lesson(lesson))
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
def release(
    stages: Annotated[list[str] | None, typer.Argument(help="Stages; without any, all with lessons.")] = None,
    to: Annotated[Path | None, typer.Option(help="The folder to write to; without it, release/.")] = None,
) -> None:
    """Make what a class gets: notebooks without solutions, exercises without hidden tests and right answers."""
    from autograder.release import release as release_stage

    ready = [stage.id for stage in read_syllabus().stages if any(lesson.ready for lesson in stage.lessons)]
    for stage in stages or ready:
        for path in release_stage(stage, to):
            console.print(f"wrote {path}")


@app.command()
def datasets(
    name: Annotated[str | None, typer.Argument(help="A data set, to read its card.")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Check every file against its recorded hash.")] = False,
    page: Annotated[bool, typer.Option("--page", help="Write docs/datasets.md from the cards.")] = False,
) -> None:
    """List the data sets, read a card, verify the files, or write the page about all of them."""
    from autograder import datasets as shelf

    if page:
        from autograder.datasets.page import datasets_page

        path = course_root() / "docs" / "datasets.md"
        path.write_text(datasets_page(), encoding="utf-8", newline="\n")
        console.print(f"wrote {path}")
    elif verify:
        shelf.verify()
        console.print(f"{len(shelf.names())} data sets are as they were shipped.")
    elif name:
        print(shelf.card(name))
    else:
        for known in shelf.names():
            console.print(known)


@app.command()
def doctor() -> None:
    """Say what this machine has and what it lacks; exit code 1 when something needed is missing."""
    from autograder.doctor import examine

    findings = examine(course_root() / "work")
    for finding in findings:
        sign = "✓" if finding.fine else "✗" if finding.needed else "○"
        console.print(f"{sign} {finding.what}: {finding.says}")
    raise typer.Exit(0 if all(finding.fine or not finding.needed for finding in findings) else 1)
