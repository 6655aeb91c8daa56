"""`autograder …`: the commands of learners, instructors and authors in one, and how a command fails."""

from __future__ import annotations

import sys

import typer

from autograder.commands import author, instructor, learner
from autograder.errors import CourseError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Groundwork: notebooks whose exercises check themselves."
)
app.add_typer(learner.app)
app.add_typer(instructor.app)
app.add_typer(author.app)


def main() -> None:
    """Runs a command. What a person can put right is one sentence and the next step, exit code 2."""
    try:
        app()
    except CourseError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
