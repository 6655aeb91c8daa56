"""The course page in JupyterLab's own server: its authentication, XSRF token and rules of origin hold here too."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, authenticated

from autograder.errors import CourseError
from autograder.journal import open_journal
from autograder.lab.actions import LESSON_ACTIONS, review
from autograder.lab.compare import compare
from autograder.lab.hints import OpenedHint
from autograder.lab.neighbours import open_elsewhere
from autograder.lab.page import ADDRESS, Addresses, Desk, Said, comparison_page, course_page, failure_page, warm_up
from autograder.lab.places import place_of
from autograder.lab.workspace import Workspace
from autograder.syllabus import read_syllabus

_SAID: Final = "groundwork-said"
"""The cookie, signed by the server, that brings a sentence from a button to the page that is shown after it."""


class CourseHandler(JupyterHandler):
    """What all pages share: the desk, and a sentence instead of every failure."""

    auth_resource = "contents"
    allowed = "style-src 'unsafe-inline'; img-src 'self'; form-action 'self'"
    """What the page may load or send, beyond nothing."""

    @property
    def to(self) -> Addresses:
        return Addresses(self.base_url)

    @property
    def content_security_policy(self) -> str:
        return f"{super().content_security_policy}; default-src 'none'; {self.allowed}"

    def desk(self) -> Desk:
        """Raises CourseError when the syllabus can't be read."""
        folder = Path(self.settings["server_root_dir"]).expanduser()
        return Desk(Workspace(folder, read_syllabus()), open_journal(), open_elsewhere(folder))

    def show(self, page: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(page)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Any failure: one sentence and the next step; what else there is to know is in the server's log."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if status_code == 403:
            error = CourseError("This page belongs to an earlier session.", "Open the course page again and repeat it.")
        elif isinstance(error, OSError):
            where = f"{error.filename}: " if error.filename else ""
            error = CourseError(f"{where}{error.strerror or type(error).__name__}.", "Put that right, then try again.")
        elif not isinstance(error, CourseError):
            what = error.reason if isinstance(error, HTTPError) and error.reason else "Something in the course failed"
            error = CourseError(f"{what}.", "The whole story is in .jupyter/server.log in your folder.")
        self.show(failure_page(error, self.base_url))


class CoursePage(CourseHandler):
    """GET /course"""

    @authenticated
    @authorized
    async def get(self) -> None:
        said = self.get_signed_cookie(_SAID)
        self.clear_cookie(_SAID, path=self.to.course)
        try:
            page = course_page(
                self.desk(), self.base_url, Said(**json.loads(said)) if said else None, self.xsrf_form_html()
            )
        except CourseError as error:
            self.set_status(500)
            page = failure_page(error, self.base_url)
        self.show(page)


class OpenLesson(CourseHandler):
    """GET /course/open/<lesson>?exercise=<id>: to JupyterLab, at the exercise."""

    @authenticated
    @authorized
    async def get(self, lesson_id: str) -> None:
        self._open(lesson_id, self.get_query_argument("exercise", ""))

    def _open(self, lesson_id: str, exercise: str) -> None:
        desk = self.desk()
        lesson = desk.lesson(lesson_id)
        copy = desk.workspace.copy_of(lesson.lesson)
        if not copy.is_file():
            raise CourseError(
                f"Your copy of “{lesson.lesson.title}” is gone.", "Its button on the course page makes it again."
            )
        fragment = place_of(copy, exercise).fragment if exercise in lesson.exercises else ""
        self.redirect(self.to.file(f"{lesson.lesson.id}.ipynb") + fragment)


class LessonButton(CourseHandler):
    """POST /course/do/<action>/<lesson>"""

    @authenticated
    @authorized
    async def post(self, action: str, lesson_id: str) -> None:
        try:
            # In a thread, so that the kernels' messages do not wait.
            said = await asyncio.to_thread(LESSON_ACTIONS[action], self.desk(), lesson_id)
        except CourseError as error:
            said = Said(f"{error.sentence} {error.next_step}".strip(), good=False)
        if said is None:
            self.redirect(self.to.lesson(self.desk().lesson(lesson_id).lesson), status=303)
            return
        self.say(said)

    def say(self, said: Said) -> None:
        self.set_signed_cookie(_SAID, json.dumps(asdict(said)), expires_days=None, path=self.to.course)
        self.redirect(self.to.course, status=303)


class ReviewButton(LessonButton):
    """POST /course/do/review"""

    @authenticated
    @authorized
    async def post(self) -> None:
        try:
            address = await asyncio.to_thread(review, self.desk(), self.to)
        except CourseError as error:
            self.say(Said(f"{error.sentence} {error.next_step}".strip(), good=False))
            return
        self.redirect(address, status=303)


class ComparisonPage(CourseHandler):
    """GET /course/compare?base=<lesson>: nbdime draws it, and asks the next handler for what to draw."""

    allowed = (
        "script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; "
        "font-src 'self' data:; img-src 'self' data:; form-action 'self'"
    )

    @authenticated
    @authorized
    async def get(self) -> None:
        desk = self.desk()
        lesson = desk.lesson(self.get_query_argument("base", ""))
        self.show(comparison_page(lesson.lesson, compare(desk.workspace, lesson), self.base_url))


class ComparisonData(CourseHandler):
    """POST /course/compare/api/diff, as nbdime's page asks: a notebook and the changes that lead to the other."""

    @authenticated
    @authorized
    async def post(self) -> None:
        desk = self.desk()
        lesson = desk.lesson(str((self.get_json_body() or {}).get("base", "")))
        self.finish(compare(desk.workspace, lesson).as_diff())


def _drawing() -> Path:
    """nbdime's own scripts, found without importing it."""
    found = find_spec("nbdime")
    assert found is not None and found.origin is not None, "nbdime is one of this package's dependencies"
    return Path(found.origin).parent / "webapp" / "static"


def load(server: Any) -> None:
    """Adds the course to a running server; Jupyter calls it."""
    web = server.web_app

    def at(*parts: str) -> str:
        return url_path_join(web.settings["base_url"], ADDRESS, *parts)

    lesson = r"((?:[a-z0-9-]+/)?[a-z0-9-]+)"  # the entry check has no stage
    own, drawing = Path(__file__).with_name("static"), _drawing()
    web.add_handlers(
        ".*$",
        [
            (at("/?"), CoursePage),
            (at("open", lesson), OpenLesson),
            (at("do", f"({'|'.join(LESSON_ACTIONS)})", lesson), LessonButton),
            (at("do", "review"), ReviewButton),
            (at("compare"), ComparisonPage),
            (at("compare", "api", "diff"), ComparisonData),
            (at("hint"), OpenedHint),
            (at("static", "(.*)"), FileFindHandler, {"path": [str(own), str(drawing)]}),
        ],
    )
    warm_up(Path(server.root_dir).expanduser())
