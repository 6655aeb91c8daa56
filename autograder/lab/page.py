"""The start page inside JupyterLab's own server, behind its token: where you are, and what comes next."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import authenticated

from autograder.errors import CourseError
from autograder.journal import open_journal
from autograder.lab.workspace import Workspace
from autograder.path import progress
from autograder.syllabus import read_syllabus

ADDRESS = "/groundwork"


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def start_page(workspace: Workspace, base_url: str = "/") -> str:
    """The page as HTML: read afresh from the syllabus and the journal each time it is asked for."""
    path = progress(workspace.syllabus, open_journal())
    ready = [lesson for lesson in path.lessons if lesson.lesson.ready]
    return str(
        _templates()
        .get_template("start.html")
        .render(
            path=path,
            following=path.next_lesson,
            done=sum(len(lesson.passed) for lesson in ready),
            exercises=sum(len(lesson.exercises) for lesson in ready),
            offers={lesson.lesson.id for lesson in ready if workspace.offer_of(lesson.lesson).is_file()},
            lab=url_path_join(base_url, "lab", "tree"),
        )
    )


class StartPage(JupyterHandler):
    """GET /groundwork"""

    @authenticated
    async def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        try:
            workspace = Workspace(Path(self.settings["server_root_dir"]).expanduser(), read_syllabus())
            page = start_page(workspace, self.base_url)
        except CourseError as error:
            self.set_status(500)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(str(error))
            return
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "autograder.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    web = server.web_app
    web.add_handlers(".*$", [(url_path_join(web.settings["base_url"], ADDRESS), StartPage)])
