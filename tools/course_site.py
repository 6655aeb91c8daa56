"""Builds the course as a static site from what is in the repository: `make site`. No lesson is executed.

Pages keep the repository's paths, so a link that works between its files works between the pages.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from site_lesson import reading_version

from autograder.errors import CourseError
from autograder.notebooks import read_notebook, write_notebook
from autograder.spec import load_spec
from autograder.syllabus import Stage, Syllabus, course_root, read_syllabus

_SHELVES: Final = {
    "Beside the path": ("docs/desk", "docs/learning", "docs/glossary", "docs/datasets"),
    "For instructors": ("docs/instructors", "docs/security", "docs/scale"),
    "For authors": ("CONTRIBUTING", "docs/coverage", "docs/quality", "docs/audit"),
}
"""Where the pages of docs/ stand in the menu. One that is in none of these comes under _OTHER."""
_OTHER: Final = "More"
_PATH: Final = "<!-- the path -->"
_FIRST_USE: Final = re.compile(r"\(first used in ([\w/-]+)\)(?!`)")
_LINK: Final = re.compile(r"(?<!!)\[([^\]\n]+)\]\(([^)\s:#]+)(#[^)\s]*)?\)")


def build(root: Path, site: Path) -> None:
    """Builds the site of the course at `root` into the folder `site`, which is emptied first.

    Raises CourseError when Sphinx warns: of a link that leads nowhere, a formula that can't be shown, or a page that no
    menu names.
    """
    work = site.with_name(f"{site.name}-work")
    for folder in (work, site):
        shutil.rmtree(folder, ignore_errors=True)
    pages = work / "pages"
    gather(root, pages)
    sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-j", "2", "-W", "--keep-going", "-q"]
    done = subprocess.run([*sphinx, "-c", str(root / "docs"), "-d", str(work / "doctrees"), str(pages), str(site)])
    if done.returncode != 0:
        raise CourseError("The site has faults; Sphinx names them above.", "Mend them, then run `make site` again.")


def gather(root: Path, pages: Path) -> None:
    """Writes all that Sphinx reads into the folder `pages`: lessons for reading, stages, docs and data cards."""
    syllabus = read_syllabus(root / "curriculum" / "syllabus.toml")
    for lesson in syllabus.notebooks:
        if lesson.ready:
            notebook = reading_version(
                read_notebook(syllabus.notebook_path(lesson)), load_spec(syllabus.spec_path(lesson))
            )
            write_notebook(notebook, pages / "curriculum" / f"{lesson.id}.ipynb")
    for stage in syllabus.stages:
        _write(pages / "curriculum" / stage.id / "index.md", stage_page(stage))
    cards = sorted(root.glob("datasets/*/card.md"))
    texts = [*sorted(root.glob("docs/*.md")), root / "CONTRIBUTING.md", root / "datasets" / "LICENSES.md", *cards]
    for text in texts:
        _write(pages / text.relative_to(root), text.read_text(encoding="utf-8"))
    shutil.copytree(root / "docs" / "images", pages / "docs" / "images")
    for data in root.glob("docs/*.json"):
        shutil.copy(data, pages / "docs")
    _finish(root, pages, syllabus)


def _finish(root: Path, pages: Path, syllabus: Syllabus) -> None:
    """Puts the menus in, and takes out the links into the repository's code."""
    front = (pages / "docs" / "index.md").rename(pages / "index.md")
    menus = front_menus([path.relative_to(pages).with_suffix("").as_posix() for path in pages.glob("docs/*.md")])
    text = front.read_text(encoding="utf-8").replace(_PATH, path_overview(syllabus))
    start = [f"/curriculum/{syllabus.start.notebook.id}"] if syllabus.start else []
    stages = menu([*start, *(f"/curriculum/{stage.id}/index" for stage in syllabus.stages)], "The path")
    front.write_text(text + stages + menus, encoding="utf-8")
    data = pages / "docs" / "datasets.md"
    cards = [f"/datasets/{card.parent.name}/card" for card in sorted(pages.glob("datasets/*/card.md"))]
    title, _, rest = data.read_text(encoding="utf-8").partition("\n")
    data.write_text(f"{title}\n{menu([*cards, '/datasets/LICENSES'])}\n{rest}", encoding="utf-8")
    glossary = pages / "docs" / "glossary.md"
    linked = _FIRST_USE.sub(r"(first used in `\1`)", glossary.read_text(encoding="utf-8"))
    glossary.write_text(linked, encoding="utf-8")
    for page in pages.rglob("*.md"):
        page.write_text(_without_code_links(page, root, pages), encoding="utf-8")


def path_overview(syllabus: Syllabus) -> str:
    """The stages on the front page, a line each, with the hours of what is written."""
    lines = []
    if syllabus.start:
        first = syllabus.start.notebook
        lines.append(f"- **[{first.title}](/curriculum/{first.id}.ipynb)**. {first.about}")
    for stage in syllabus.stages:
        ready = [lesson for lesson in stage.lessons if lesson.ready]
        hours = round(sum(lesson.minutes for lesson in ready) / 60)
        amount = f"{len(ready)} of {len(stage.lessons)} lessons are written" + (
            f", about {hours} hours" if hours else ""
        )
        lines.append(f"- **[{stage.title}](/curriculum/{stage.id}/index.md)**. {stage.purpose} *{amount}.*")
    return "\n".join(lines)


def stage_page(stage: Stage) -> str:
    """A stage's page: what it is for, its lessons in order, and those still to be written."""
    written = [lesson for lesson in stage.lessons if lesson.ready]
    planned = [lesson for lesson in stage.lessons if not lesson.ready]
    parts = [f"# {stage.title}", "", stage.purpose, ""]
    parts += [
        f"- **[{lesson.title}]({lesson.stem}.ipynb)**, {lesson.minutes} minutes  \n  {lesson.about}"
        for lesson in written
    ]
    if planned:
        parts += ["", "## Planned", "", *[f"- **{lesson.title}**  \n  {lesson.about}" for lesson in planned]]
    return "\n".join(parts) + "\n" + menu([f"/curriculum/{lesson.id}" for lesson in written])


def front_menus(docs: list[str]) -> str:
    """The menus of docs/: every page stands in exactly one."""
    listed = {page for shelf in _SHELVES.values() for page in shelf}
    shelves = {**_SHELVES, _OTHER: tuple(sorted(set(docs) - listed))}
    there = {*docs, "CONTRIBUTING"}
    chosen = {title: [f"/{page}" for page in shelf if page in there] for title, shelf in shelves.items()}
    return "".join(menu(shelf, title) for title, shelf in chosen.items() if shelf)


def menu(entries: list[str], caption: str = "") -> str:
    """Sphinx's table of contents, which also gives each page its next and previous one."""
    if not entries:
        return ""
    title = [f":caption: {caption}"] if caption else []
    return "\n".join(["", "```{toctree}", ":hidden:", *title, "", *entries, "```", ""])


def _without_code_links(page: Path, root: Path, pages: Path) -> str:
    """A page's text in which links to files that the site does not have, but the repository has, are plain words.

    A link to what neither has stays, for Sphinx to complain of.
    """

    def plain(link: re.Match[str]) -> str:
        target = (page.parent / link[2]).resolve()
        beside = (root / page.relative_to(pages)).parent / link[2]
        return link[1] if not target.exists() and beside.exists() else link[0]

    return _LINK.sub(plain, page.read_text(encoding="utf-8"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Builds into build/site and says where to look."""
    root = course_root()
    site = root / "build" / "site"
    try:
        build(root, site)
    except CourseError as error:
        sys.exit(f"{error.sentence} {error.next_step}")
    print(f"The site is there: {site / 'index.html'}")


if __name__ == "__main__":
    main()
