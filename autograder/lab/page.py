"""The course page as HTML: the path with what is done of it, what to do next, and what is due for review."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jupyter_server.utils import url_path_join

from autograder.card import inline, plain
from autograder.errors import CourseError
from autograder.journal import Journal, open_journal
from autograder.lab.compare import Comparison, comparable
from autograder.lab.places import Place, place_of
from autograder.lab.workspace import Workspace
from autograder.mastery import Mastery
from autograder.path import LessonProgress, Progress, progress
from autograder.syllabus import LessonEntry, read_syllabus

ADDRESS: Final = "/course"


@dataclass(frozen=True)
class Said:
    """What the page tells at its top, about what was just done or could not be.

    link: where the words lead, inside JupyterLab; empty for nowhere.
    """

    sentence: str
    good: bool = True
    link: str = ""
    words: str = ""


@dataclass(frozen=True)
class Desk:
    """What the page shows, read afresh each time: the course, the copies, the journal.

    elsewhere: the address of another JupyterLab that is open on the same folder; empty when there is none.
    """

    workspace: Workspace
    journal: Journal | None
    elsewhere: str = ""

    def progress(self) -> Progress:
        return progress(self.workspace.syllabus, self.journal)

    def lesson(self, lesson_id: str) -> LessonProgress:
        """Raises CourseError when the course has no such lesson, or only plans it."""
        path = self.progress()
        for found in (*([path.start] if path.start else []), *path.lessons):
            if found.lesson.id == lesson_id and found.lesson.ready:
                return found
        raise CourseError(
            f"The course has no lesson “{lesson_id}” any more, or not yet.", "What you wrote in it is kept in work/."
        )


@dataclass(frozen=True)
class Addresses:
    """The addresses that the page leads to, below the server's base address."""

    base_url: str

    @property
    def course(self) -> str:
        return url_path_join(self.base_url, ADDRESS)

    @property
    def lab(self) -> str:
        return url_path_join(self.base_url, "lab")

    def file(self, path: str) -> str:
        """A file of the learner's folder, opened in JupyterLab."""
        return url_path_join(self.base_url, "lab", "tree", path)

    def lesson(self, lesson: LessonEntry, exercise: str = "") -> str:
        """A lesson, at an exercise if one is named."""
        return url_path_join(self.course, "open", lesson.id) + (f"?exercise={exercise}" if exercise else "")

    def action(self, name: str, lesson: LessonEntry | None = None) -> str:
        """Where a button posts to."""
        return url_path_join(self.course, "do", name, *([lesson.id] if lesson else []))

    def comparison(self, lesson: LessonEntry) -> str:
        # nbdime's page writes these two into the address itself, so that is how a reload finds the page again.
        return f"{self.course}/compare?base={lesson.id}&remote=ours"


def course_page(desk: Desk, base_url: str = "/", said: Said | None = None, xsrf: str = "") -> str:
    """The whole page.

    xsrf: the hidden field that every form carries, as HTML from the server.
    Raises CourseError when the syllabus can't be shown at all; everything else that is wrong is told on the page.
    """
    path, workspace = desk.progress(), desk.workspace
    mastery = Mastery.read(workspace.syllabus, desk.journal)
    ready = [lesson for lesson in path.lessons if lesson.lesson.ready]
    concepts = mastery.concepts()
    following = path.next_lesson
    return render(
        "course.html",
        path=path,
        mastery=mastery,
        following=following,
        place=_place(workspace, following),
        done=sum(len(lesson.passed) for lesson in ready),
        exercises=sum(len(lesson.exercises) for lesson in ready),
        due=mastery.due(),
        concepts=[known for known in concepts if known.unaided + known.with_hints + known.after_solution],
        newer=workspace.newer(),
        missing={
            lesson.id
            for lesson in workspace.syllabus.notebooks
            if lesson.ready and not workspace.copy_of(lesson).is_file()
        },
        offers={lesson.lesson.id for lesson in ready if workspace.offer_of(lesson.lesson).is_file()},
        comparable={lesson.lesson.id for lesson in ready if comparable(lesson)},
        left_over=[copy.relative_to(workspace.folder).as_posix() for copy in workspace.left_over()],
        troubles=[*mastery.problems, *_troubles(desk)],
        said=said,
        xsrf=xsrf,
        to=Addresses(base_url),
    )


def comparison_page(lesson: LessonEntry, comparison: Comparison, base_url: str = "/") -> str:
    """The page around nbdime's drawing of the differences."""
    to = Addresses(base_url)
    config = {
        "base": lesson.id,
        "remote": "ours",
        "baseUrl": url_path_join(to.course, "compare"),
        "hideUnchanged": False,
        "collapseIdentical": False,
        "closable": False,
        "savable": False,
    }
    return render("compare.html", lesson=lesson, comparison=comparison, config=config, to=to)


def failure_page(error: CourseError, base_url: str = "/") -> str:
    """What is shown when the course page itself can't be: the sentence and the next step."""
    return render("failure.html", error=error, to=Addresses(base_url))


def _place(workspace: Workspace, following: LessonProgress | None) -> Place | None:
    if following is None or following.state != "begun":
        return None
    return place_of(workspace.copy_of(following.lesson), following.next_exercise)


def _troubles(desk: Desk) -> list[str]:
    """What would cost the learner something later, one sentence each."""
    troubles = []
    if not _can_grow(desk.workspace.folder):
        troubles.append(f"{desk.workspace.folder} can't be written, so nothing you write can be saved.")
    if desk.journal is not None and not _can_grow(desk.journal.path):
        troubles.append(f"{desk.journal.path} can't be written, so what you pass from now on is not remembered.")
    if desk.elsewhere:
        troubles.append(
            f"Another JupyterLab is open on this folder, at {desk.elsewhere}. Work in one of them: "
            "where both save the same lesson, the later one has to choose."
        )
    return troubles


def _can_grow(path: Path) -> bool:
    there = next(place for place in (path, *path.parents) if place.exists())
    return os.access(there, os.W_OK)


def warm_up(folder: Path) -> None:
    """Makes the page once, so that the first one asked for is as quick as any. What is broken is told then."""
    with contextlib.suppress(CourseError, OSError):
        course_page(Desk(Workspace(folder, read_syllabus()), open_journal()))


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = lambda text: Markup(inline(text))  # it escapes what it does not mark up
    environment.filters["plain"] = plain
    return environment


def render(template: str, **values: Any) -> str:
    """One of the desk's pages; values are shown as text, never as HTML."""
    shown: Mapping[str, Any] = values
    return str(_templates().get_template(template).render(shown))
