"""The learner's answers beside ours, one cell per exercise, in the form that nbdime's page draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.lab.workspace import Workspace
from autograder.notebooks import BEGIN, answer_sources, solution
from autograder.path import LessonProgress


@dataclass(frozen=True)
class Comparison:
    """Answers that differ, by exercise id, in the lesson's order.

    alike:     the exercises where the learner's answer is ours to the letter.
    kept_back: the exercises that are still to be solved.
    """

    mine: dict[str, str]
    ours: dict[str, str]
    alike: tuple[str, ...]
    kept_back: tuple[str, ...]

    def as_diff(self) -> dict[str, Any]:
        """What nbdime's page asks its server for: a notebook and the changes that lead to the other one."""
        from nbdime.diffing.notebooks import diff_notebooks

        base = _notebook(self.mine)
        return {"base": base, "diff": diff_notebooks(base, _notebook(self.ours))}


def comparable(progress: LessonProgress) -> list[str]:
    """The exercises of a lesson that were passed, or whose solution the learner has seen: ours gives nothing away."""
    return [name for name in progress.exercises if name in progress.passed | progress.shown]


def compare(workspace: Workspace, progress: LessonProgress) -> Comparison:
    """Raises CourseError when nothing can be compared yet, or one of the notebooks can't be read."""
    lesson = progress.lesson
    names = comparable(progress)
    if not names:
        raise CourseError(
            f"There is nothing to compare in “{lesson.title}” yet.", "Pass an exercise, or look at its solution, first."
        )
    mine = _answers(workspace.copy_of(lesson), "Reset the lesson, or restore it from a backup.")
    ours = _answers(workspace.syllabus.notebook_path(lesson), "Restore it with: git checkout -- curriculum")
    pairs = {
        name: (mine[name].strip(), solution(ours[name]).strip())
        for name in names
        if name in mine and BEGIN in ours.get(name, "")
    }
    return Comparison(
        {name: pair[0] for name, pair in pairs.items() if pair[0] != pair[1]},
        {name: pair[1] for name, pair in pairs.items() if pair[0] != pair[1]},
        tuple(name for name, pair in pairs.items() if pair[0] == pair[1]),
        tuple(name for name in progress.exercises if name not in names),
    )


def _answers(path: Path, advice: str) -> dict[str, str]:
    try:
        return answer_sources(path)
    except CourseError as error:
        raise CourseError(error.sentence, advice) from None


def _notebook(answers: dict[str, str]) -> dict[str, Any]:
    from nbformat.v4 import new_code_cell, new_notebook

    # The same ids on both sides tell nbdime which cells belong together, however different they are.
    cells = [new_code_cell(source, id=name) for name, source in answers.items()]
    notebook: dict[str, Any] = new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    return notebook
