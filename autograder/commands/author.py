"""What authors type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from autograder.commands import console
from autograder.errors import CourseError
from autograder.syllabus import course_root, read_syllabus

app = typer.Typer()


@app.command()
def lessons(
    ids: Annotated[list[str] | None, typer.Argument(help="Lesson ids; without any, all that are ready.")] = None,
) -> None:
    """Run lessons and store their outputs (for authors)."""
    syllabus = read_syllabus()
    chosen = [syllabus.lesson(name) for name in ids or ()] or [entry for entry in syllabus.notebooks if entry.ready]
    for entry in chosen:  # one that is still planned may be tried before it is called ready
        if not (path := syllabus.notebook_path(entry)).is_file():
            raise CourseError(f"{entry.id} has no notebook yet.", f"Write it: {path}")

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
    chosen = files or [syllabus.notebook_path(lesson) for lesson in syllabus.notebooks if lesson.ready]
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
