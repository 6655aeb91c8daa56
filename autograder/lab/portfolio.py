"""A page of what a learner has built, made from runs of their notebooks: what does not pass today is not on it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from autograder.errors import CourseError
from autograder.lab.page import render
from autograder.lab.rerun import Project, Rerun
from autograder.outline import Outline, outlines
from autograder.syllabus import LessonEntry, Stage, Syllabus

PAGE: Final = "portfolio.html"
_LONGEST_NAME: Final = 80


@dataclass(frozen=True)
class Portfolio:
    """What the page shows.

    hours:  of work, by the journal; None where none is kept.
    name:   as typed, or empty. Nothing else on the page is about the person.
    """

    syllabus: Syllabus
    runs: tuple[Rerun, ...]
    on: date
    hours: float | None = None
    name: str = ""

    @property
    def projects(self) -> list[Project]:
        return [project for run in self.runs for project in run.projects]

    @property
    def passed(self) -> int:
        return sum(len(run.passed) for run in self.runs)

    @property
    def lessons(self) -> list[tuple[LessonEntry, int, int]]:
        """The lessons of which something passes: how many exercises, and of how many."""
        return [(run.lesson, len(run.passed), len(self._outlines(run))) for run in self.runs if run.passed]

    @property
    def concepts(self) -> list[tuple[Stage, Mapping[str, int]]]:
        """For each stage, how many exercises practise which concept, of those that pass; the most practised first."""
        stages: list[tuple[Stage, Mapping[str, int]]] = []
        for stage in self.syllabus.stages:
            counted: dict[str, int] = {}
            for run in self.runs:
                for outline in self._outlines(run) if run.lesson.stage == stage.id else ():
                    if outline.name in run.passed:
                        for concept in outline.concepts:
                            counted[concept] = counted.get(concept, 0) + 1
            if counted:
                stages.append((stage, dict(sorted(counted.items(), key=lambda item: -item[1]))))
        return stages

    @property
    def left_out(self) -> list[tuple[LessonEntry, Sequence[str], str]]:
        """The lessons with exercises that do not pass, or that could not be run to the end."""
        return [(run.lesson, run.failed, run.trouble) for run in self.runs if run.failed or run.trouble]

    def _outlines(self, run: Rerun) -> tuple[Outline, ...]:
        return outlines(self.syllabus.spec_path(run.lesson))


def named(name: str) -> str:
    """A name as it is printed. Raises CourseError when it is too long for the page's head."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    if len(words) > _LONGEST_NAME:
        raise CourseError(f"A name of {len(words)} characters does not fit.", f"Use {_LONGEST_NAME} or fewer.")
    return words


def prepare_folder(folder: Path) -> None:
    """Makes the folder where the page is to be. Raises CourseError when it can't be made or written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "Permission denied", str(folder))
    except OSError as error:
        raise _not_written(folder, error) from None


def write_portfolio(portfolio: Portfolio, folder: Path) -> Path:
    """Writes the page into the folder and gives back its path; an earlier page is kept beside it.

    Raises CourseError, and leaves everything as it was, when nothing passes or the folder can't be written.
    """
    if not portfolio.passed:
        raise CourseError(
            "None of your exercises passes in this run, so there is nothing to show yet.",
            "Open the course with `make learn`; each check says what is missing.",
        )
    path, beside = folder / PAGE, folder / f".{PAGE}.part"
    try:
        beside.write_text(portfolio_page(portfolio), encoding="utf-8")
        if path.exists():
            written = datetime.fromtimestamp(path.stat().st_mtime)
            path.replace(folder / f"portfolio-{written:%Y%m%d-%H%M%S}.html")
        beside.replace(path)
    except OSError as error:
        raise _not_written(folder, error) from None
    return path


def portfolio_page(portfolio: Portfolio) -> str:
    """The page, complete in itself: pictures are in it, and nothing comes from the network."""
    return render("portfolio.html", portfolio=portfolio)


def _not_written(folder: Path, error: OSError) -> CourseError:
    return CourseError(f"{folder} can't be written: {error.strerror}.", "Choose another folder with: --to FOLDER")
