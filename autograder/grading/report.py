"""A grading run for the terminal: a live bar, then one line for every notebook, and what to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from autograder.grading.results import Result
from autograder.grading.run import Grading, Progress

_WORDS = {
    "graded": "[green]✓ graded[/]",
    "timed out": "[yellow]timed out[/]",
    "out of memory": "[yellow]out of memory[/]",
    "killed": "[yellow]killed[/]",
    "invalid": "[red]invalid[/]",
    "tampered": "[red]tampered[/]",
}


@contextmanager
def bar(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Shows a run while it goes on: done, failed, per second, time left. Gives what to tell progress to."""
    columns = (
        TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(compact=True),
    )  # fmt: skip
    with Bar(*columns, console=console, transient=True) as shown:
        task = shown.add_task("", total=None, said="")

        def told(now: Progress) -> None:
            speed = now.done / now.seconds if now.seconds else 0.0
            said = f"{now.failed} not graded · {speed:.1f}/s"
            shown.update(task, total=now.total, completed=now.done, said=said)

        yield told


def show(grading: Grading, console: Console, assignment: str) -> None:
    """Prints the table of verdicts, the reasons, and whose marks have moved."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, right in (("student", False), ("notebook", False), ("verdict", False), ("points", True), ("s", True)):
        table.add_column(name, justify="right" if right else "left", no_wrap=right)
    for result in grading.results:
        table.add_row(
            escape(result.student), escape(result.notebook), _WORDS[result.outcome],
            f"{result.points:g} / {result.maximum:g}", f"{result.seconds:.1f}",
        )  # fmt: skip
    console.print(table)
    for line in _lines(grading.results):
        console.print(line)
    for move in grading.moves:
        student, notebook = escape(move.student), escape(move.notebook)
        console.print(f"{student}, {notebook}: {move.before:g} → {move.after:g} points ({move.after - move.before:+g})")
    counts = Counter(result.outcome for result in grading.results)
    said = ", ".join(f"{number} {outcome}" for outcome, number in counts.most_common())
    kept = len(grading.results) - grading.graded_now
    console.print(
        f"{said}; {grading.graded_now} now in {grading.seconds:.1f} s, {kept} as before. "
        f"Sandbox: {grading.level}{' (without ' + escape('; '.join(grading.missing)) + ')' if grading.missing else ''}."
    )
    waits = sum(cell.trust == "manual" for result in grading.results for cell in result.cells)
    if waits:
        console.print(f"{waits} answers wait for a person's mark: nbgrader formgrader")
    console.print(f"Feedback for the students: nbgrader generate_feedback {escape(assignment)}")


def _lines(results: tuple[Result, ...]) -> Iterator[str]:
    """A sentence for each notebook that was not simply graded, and for what was repaired."""
    for result in results:
        who = f"{escape(result.student)}, {escape(result.notebook)}"
        if result.reason:
            yield f"{who}: {_WORDS[result.outcome]}. {escape(result.reason)}"
        for note in result.notes:
            yield f"{who}: {escape(note)}"
