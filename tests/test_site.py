"""The site: built once from the real course, then read as a stranger would, with the network cut off."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import course_site
import nbformat
import pytest
import site_sphinx
from axe_playwright_python.sync_playwright import Axe
from lab_in_browser import chromium
from playwright.sync_api import Browser, Page, Route, expect
from site_lesson import reading_version

from autograder.errors import CourseError
from autograder.notebooks import read_notebook
from autograder.spec import Spec, load_spec
from autograder.syllabus import course_root, read_syllabus

SMALL = Path(__file__).with_name("small_curriculum")
VECTORS = "curriculum/01-math/01-vectors.html"


class Tags(HTMLParser):
    """A page's ids, the addresses it links to, and the addresses it loads by itself."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "link" and found.get("rel") in {"stylesheet", "icon", "preload", "search"}:
            self.loads.append(found["href"])
        elif "src" in found:
            self.loads.append(found["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("built") / "site"
    course_site.build(course_root(), built)
    return built


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Tags]:
    return {path: Tags(path) for path in site.rglob("*.html")}


def test_every_lesson_that_is_written_has_a_page_and_no_planned_one_has(site: Path) -> None:
    for lesson in read_syllabus().lessons:
        assert (site / "curriculum" / f"{lesson.id}.html").is_file() == lesson.ready, lesson.id


def test_next_follows_the_path_from_the_front_page_through_every_lesson(site: Path) -> None:
    page, order = site / "index.html", []
    while following := re.search(r'<a class="next-page" href="([^"]+)"', page.read_text("utf-8")):
        page = (page.parent / following[1]).resolve()
        order.append(page.relative_to(site).with_suffix("").as_posix().removeprefix("curriculum/"))
    lessons = [lesson.id for lesson in read_syllabus().lessons if lesson.ready]
    assert [name for name in order if name in lessons] == lessons
    for page_name in (
        "docs/glossary",
        "docs/coverage",
        "docs/quality",
        "docs/datasets",
        "docs/security",
        "CONTRIBUTING",
    ):
        assert page_name in order


def test_every_link_and_every_anchor_leads_somewhere(site: Path, pages: dict[Path, Tags]) -> None:
    lost = []
    for page, tags in pages.items():
        for address in [*tags.links, *tags.loads]:
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            anchor = unquote(parts.fragment)
            if not target.is_file() or (anchor and target in pages and anchor not in pages[target].ids):
                lost.append(f"{page.relative_to(site)}: {address}")
    assert lost == []


def test_no_page_and_no_style_loads_anything_from_elsewhere(site: Path, pages: dict[Path, Tags]) -> None:
    loads = {address for tags in pages.values() for address in tags.loads}
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    loads |= set(re.findall(r"(?:url\(|@import )[\"']?([^\"')]+)", styles))
    assert {address for address in loads if re.match(r"(\w+:)?//", address)} == set()


def test_what_lies_in_the_repository_only_is_named_without_a_link(site: Path, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "autograder").mkdir()
    (tmp_path / "autograder" / "card.py").touch()
    page = tmp_path / "pages" / "docs" / "a.md"
    page.parent.mkdir(parents=True)
    page.write_text("See [the card](../autograder/card.py) and [nothing](../autograder/none.py).")
    text = course_site._without_code_links(page, tmp_path, tmp_path / "pages")
    assert text == "See the card and [nothing](../autograder/none.py)."


def test_a_link_that_leads_nowhere_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "course"
    for folder in ("_static", "images"):
        shutil.copytree(course_root() / "docs" / folder, root / "docs" / folder)
    shutil.copytree(SMALL, root / "curriculum", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(course_root() / "docs" / "conf.py", root / "docs")
    for page in ("docs/glossary.md", "docs/datasets.md", "CONTRIBUTING.md", "datasets/LICENSES.md"):
        (root / page).parent.mkdir(exist_ok=True)
        (root / page).write_text("# A page\n")
    (root / "docs" / "index.md").write_text("# Home\n\n[a page](/docs/lost.md)\n")
    monkeypatch.setenv("PYTHONPATH", str(course_root() / "tools"))
    with pytest.raises(CourseError, match="The site has faults"):
        course_site.build(root, tmp_path / "site")
    complaints = capfd.readouterr().err
    assert "lost.md" in complaints and complaints.count("WARNING") == 1


def test_a_lesson_to_read_shows_stubs_and_folds_hints_and_answers() -> None:
    lesson = SMALL / "01-first" / "01-sums"
    read = reading_version(read_notebook(lesson.with_suffix(".ipynb")), load_spec(lesson.with_suffix(".py")))
    code = "\n".join(cell.source for cell in read.cells if cell.cell_type == "code")
    text = "\n".join(cell.source for cell in read.cells if cell.cell_type == "markdown")
    assert "running += number" not in code and "lesson.check" not in code and "..." in code
    assert "<details><summary>Show our solution</summary>" in text and "running += number" in text
    first, second = text.index("Where does the counting begin?"), text.index("Go on with each number.")
    assert "</details>" not in text[first:second], "the second hint is folded inside the first"
    assert "1 and 2 and 3 are 6" in text and "numbers below zero count as well" not in text
    assert "1 test that is not listed" in text
    assert "Three is one too few." in text[text.index('question = "b"') :], "a choice says why the others are wrong"


def test_a_lesson_to_read_keeps_the_stored_outputs_and_says_whose_answer_they_use() -> None:
    lesson = SMALL / "01-first" / "01-sums"
    notebook = read_notebook(lesson.with_suffix(".ipynb"))
    using = next(cell for cell in notebook.cells if "lesson.use" in cell.source)
    using.outputs = [nbformat.v4.new_output("stream", text="Using your own `total`.\n2\n")]
    read = reading_version(notebook, load_spec(lesson.with_suffix(".py")))
    shown = next(cell for cell in read.cells if "lesson.use" in cell.source)
    assert shown.outputs[0]["text"] == "Using our `total`.\n2\n"
    assert using.outputs[0]["text"] == "Using your own `total`.\n2\n"


@pytest.mark.parametrize(
    ("file", "text", "language"),
    [
        ("fee.py", "def fee(): ...", "python"),
        ("total.cpp", "int total = 0;", "cpp"),
        ("total.cpp", "int total = …;", "text"),
        ("Dockerfile", "FROM python:3.11", "docker"),
        ("notes.unknown", "x", "text"),
    ],
)
def test_a_file_that_a_cell_writes_is_shown_in_its_own_language(file: str, text: str, language: str) -> None:
    cell = nbformat.v4.new_code_cell(f"%%writefile {file}\n{text}", outputs=[])
    (read,) = reading_version(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A"), cell]), Spec(Path(), {})
    ).cells[2:]
    assert read.source == f"The file `{file}`:\n\n```{language}\n{text}\n```"


@pytest.mark.parametrize("formula", [r"\unknown{x}", r"\begin{nonesuch} a & b \end{nonesuch}"])
def test_a_formula_that_would_be_shown_as_latex_is_refused(formula: str) -> None:
    with pytest.raises(Exception, match=r"not known|Missing|nonesuch"):
        site_sphinx.mathml(formula, "block")


def test_equations_below_each_other_are_aligned() -> None:
    made = site_sphinx.mathml(r"\begin{aligned} x &= 1 \\ y &= 2 \end{aligned}", "block")
    assert made.count("<mtr>") == 2 and made.count("<mtd") == 4


def test_formulas_and_diagrams_are_in_the_pages_themselves(site: Path) -> None:
    lessons = {path: path.read_text("utf-8") for path in site.glob("curriculum/*/*.html")}
    assert sum(text.count("<math") for text in lessons.values()) > 200
    assert not [path for path, text in lessons.items() if re.search(r"\$\$|flowchart (LR|TB|TD|BT)\b", text)]
    cnn = lessons[site / "curriculum" / "05-deep-learning" / "05-cnn.html"]
    assert '<figure class="gw-diagram"' in cnn and "conv 3×3" in cnn


def test_a_lesson_id_in_the_text_is_a_link(site: Path) -> None:
    assert '<a class="reference internal" href="02-matrices.html"><code' in (site / VECTORS).read_text("utf-8")
    assert "../curriculum/01-math/01-vectors.html" in (site / "docs" / "glossary.html").read_text("utf-8")


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(needs_chromium: Path) -> Iterator[Browser]:
    with chromium(needs_chromium) as started:
        yield started


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that reaches the site and nothing else, and that must not even try."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    outside: list[str] = []

    def refuse(route: Route) -> None:
        outside.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith((address, "data:")), refuse)
    yield context.new_page()
    context.close()
    assert outside == []


def serious(page: Page) -> list[Any]:
    return [
        (violation["id"], [node["html"][:200] for node in violation["nodes"]])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]


@pytest.mark.browser
def test_search_finds_the_lesson_and_leads_there(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("textbox", name="Search").fill("cosine similarity")
    page.keyboard.press("Enter")
    page.locator("#search-results").get_by_role("link", name="Vectors").first.click()
    expect(page.get_by_role("heading", name="Vectors", level=1)).to_be_visible()


@pytest.mark.browser
def test_dark_mode_follows_the_reader_and_can_be_chosen(page: Page, address: str) -> None:
    def brightness() -> int:
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3])) // 3

    page.emulate_media(color_scheme="dark")
    page.goto(address + VECTORS)
    assert brightness() < 60
    page.emulate_media(color_scheme="light")
    assert brightness() > 200
    page.locator(".theme-toggle:visible").click()
    expect(page.locator("body[data-theme=dark], body[data-theme=light]")).to_have_count(1)
    chosen = page.locator("body").get_attribute("data-theme")
    page.reload()
    expect(page.locator(f"body[data-theme={chosen}]")).to_have_count(1)
    assert (brightness() < 60) == (chosen == "dark")


@pytest.mark.browser
def test_a_formula_has_tall_brackets_without_the_network(page: Page, address: str) -> None:
    page.goto(address + "curriculum/01-math/02-matrices.html")
    matrix = page.locator("mrow:has(> mo + mtable)").first
    page.evaluate("document.fonts.ready.then(() => 0)")
    heights = matrix.evaluate(
        "m => ['mo:has(+ mtable)', 'mtable'].map(part => m.querySelector(part).getBoundingClientRect().height)"
    )
    assert heights[0] >= 0.9 * heights[1] > 20


@pytest.mark.browser
def test_hints_open_one_at_a_time_by_keyboard(page: Page, address: str) -> None:
    page.goto(address + VECTORS)
    box = page.locator(".gw-exercise").filter(has=page.locator("code", has_text=re.compile("^length$")))
    first, second = box.get_by_text("Show a hint"), box.get_by_text("Show another hint").first
    expect(second).to_be_hidden()
    first.focus()
    page.keyboard.press("Enter")
    expect(second).to_be_visible()
    expect(box.get_by_text("sum_of_squares + number**2")).to_be_hidden()
    box.get_by_text("Show our solution").focus()
    page.keyboard.press("Enter")
    expect(box.locator(".highlight")).to_be_visible()


@pytest.mark.browser
def test_no_page_is_wider_than_a_phone(page: Page, address: str, site: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    wide = []
    for path in {*site.rglob("*.html")} - {*site.glob("datasets/[!a]*/*.html")}:
        page.goto(address + path.relative_to(site).as_posix(), wait_until="domcontentloaded")
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(path.name)
    assert wide == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_site_keeps_nobody_out(page: Page, address: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    for name in ("index.html", VECTORS):
        page.goto(address + name)
        assert serious(page) == [], name
