"""The learner's working copies: made once, brought up to date while untouched, and never taken away."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from autograder.errors import CourseError
from autograder.lab.workspace import LOCK, STATE, Workspace
from autograder.notebooks import BEGIN, answer_cells, read_notebook, write_notebook
from autograder.syllabus import Syllabus, read_syllabus

pytestmark = pytest.mark.learner

LESSON = "01-first/01-sums"


@pytest.fixture
def syllabus(tmp_path: Path) -> Syllabus:
    """A copy of the small course, to be changed as an update changes it."""
    copy = tmp_path / "curriculum"
    shutil.copytree(Path(__file__).with_name("small_curriculum"), copy)
    return read_syllabus(copy / "syllabus.toml")


@pytest.fixture
def workspace(syllabus: Syllabus, tmp_path: Path) -> Workspace:
    """Working copies that are already prepared."""
    made = Workspace(tmp_path / "work", syllabus)
    assert made.prepare() == {LESSON: "new"}
    return made


def copy_in(workspace: Workspace) -> Path:
    return workspace.folder / f"{LESSON}.ipynb"


def offer_in(workspace: Workspace) -> Path:
    return workspace.folder / f"{LESSON}.new.ipynb"


def backups_in(workspace: Workspace) -> list[Path]:
    return sorted((workspace.folder / "backups").rglob("*.ipynb"))


def learner_writes(path: Path, text: str) -> str:
    """Adds a cell with the learner's text to a notebook; the file's new content."""
    notebook = read_notebook(path)
    notebook.cells.append(nbformat.v4.new_markdown_cell(text))
    write_notebook(notebook, path)
    return path.read_text(encoding="utf-8")


def update_brings(workspace: Workspace, text: str) -> None:
    """Changes the lesson in the course as `git pull` would."""
    learner_writes(workspace.syllabus.folder / f"{LESSON}.ipynb", text)


def everything_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_first_preparation_copies_each_written_lesson_without_its_solutions(workspace: Workspace) -> None:
    copy = read_notebook(copy_in(workspace))
    assert list(answer_cells(copy)) == ["question", "steps", "total", "average"]
    assert not any(BEGIN in cell.source or cell.get("outputs") for cell in copy.cells)
    assert [path.name for path in workspace.folder.rglob("*.ipynb")] == ["01-sums.ipynb"]


def test_a_second_preparation_touches_nothing(workspace: Workspace) -> None:
    before = everything_in(workspace.folder)
    assert workspace.prepare() == {}
    assert everything_in(workspace.folder) == before


def test_what_the_learner_wrote_is_never_touched(workspace: Workspace) -> None:
    learner_writes(copy_in(workspace), "My notes.")
    before = everything_in(workspace.folder)[f"{LESSON}.ipynb"]
    assert workspace.prepare() == {}
    update_brings(workspace, "A better picture.")
    workspace.prepare()
    assert everything_in(workspace.folder)[f"{LESSON}.ipynb"] == before


def test_an_untouched_copy_is_brought_up_to_date(workspace: Workspace) -> None:
    update_brings(workspace, "A better picture.")
    assert workspace.prepare() == {LESSON: "updated"}
    assert "A better picture." in copy_in(workspace).read_text(encoding="utf-8")
    assert not offer_in(workspace).exists()
    assert backups_in(workspace) == []
    assert workspace.prepare() == {}


def test_a_changed_copy_gets_the_newer_version_beside_it_and_a_backup(workspace: Workspace) -> None:
    mine = learner_writes(copy_in(workspace), "My notes.")
    update_brings(workspace, "A better picture.")
    assert workspace.prepare() == {LESSON: "offered"}
    assert copy_in(workspace).read_text(encoding="utf-8") == mine
    offered = offer_in(workspace).read_text(encoding="utf-8")
    assert "A better picture." in offered and "My notes." not in offered
    assert [path.read_text(encoding="utf-8") for path in backups_in(workspace)] == [mine]
    assert workspace.prepare() == {}


def test_a_newer_offer_replaces_an_older_one(workspace: Workspace) -> None:
    learner_writes(copy_in(workspace), "My notes.")
    for text in ("A better picture.", "A still better one."):
        update_brings(workspace, text)
        assert workspace.prepare() == {LESSON: "offered"}
    assert "A still better one." in offer_in(workspace).read_text(encoding="utf-8")


def test_an_offer_that_the_learner_has_worked_in_is_backed_up_before_it_is_replaced(workspace: Workspace) -> None:
    learner_writes(copy_in(workspace), "My notes.")
    update_brings(workspace, "A better picture.")
    workspace.prepare()
    mine_too = learner_writes(offer_in(workspace), "Written into the new version.")
    update_brings(workspace, "A still better one.")
    assert workspace.prepare() == {LESSON: "offered"}
    assert mine_too in [path.read_text(encoding="utf-8") for path in backups_in(workspace)]


def test_an_update_of_what_learners_never_see_is_silent(workspace: Workspace) -> None:
    learner_writes(copy_in(workspace), "My notes.")
    source = workspace.syllabus.folder / f"{LESSON}.ipynb"
    notebook = read_notebook(source)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    answer_cells(notebook)["question"].source = answer_cells(notebook)["question"].source.replace('"b"', '"a"')
    write_notebook(notebook, source)
    assert workspace.prepare() == {}
    assert not offer_in(workspace).exists()
    assert backups_in(workspace) == []


def test_a_copy_that_the_learner_deleted_comes_back_new(workspace: Workspace) -> None:
    copy_in(workspace).unlink()
    assert workspace.prepare() == {LESSON: "new"}
    assert copy_in(workspace).is_file()


@pytest.mark.parametrize("torn", ["", '{"01-first/01-su', "[]", '{"01-first/01-sums": 3}'])
def test_without_a_readable_note_every_copy_counts_as_the_learners_own(workspace: Workspace, torn: str) -> None:
    mine = learner_writes(copy_in(workspace), "My notes.")
    (workspace.folder / STATE).write_text(torn, encoding="utf-8")
    update_brings(workspace, "A better picture.")
    assert workspace.prepare() == {LESSON: "offered"}
    assert copy_in(workspace).read_text(encoding="utf-8") == mine
    assert LESSON in json.loads((workspace.folder / STATE).read_text(encoding="utf-8"))


def test_a_lost_note_and_an_untouched_copy_are_no_reason_to_offer_anything(workspace: Workspace) -> None:
    (workspace.folder / STATE).unlink()
    assert workspace.prepare() == {}
    assert not offer_in(workspace).exists()


def test_a_lesson_missing_from_the_course_is_named_with_the_command_that_restores_it(workspace: Workspace) -> None:
    (workspace.syllabus.folder / f"{LESSON}.ipynb").unlink()
    missing = workspace.prepare()[LESSON]
    assert isinstance(missing, CourseError)
    assert "The lesson 01-first/01-sums is missing" in missing.sentence and "git checkout" in missing.next_step
    with pytest.raises(CourseError, match="The lesson 01-first/01-sums is missing"):
        workspace.reset(workspace.syllabus.lesson(LESSON))


def test_a_folder_that_cant_be_written_is_one_sentence(workspace: Workspace) -> None:
    copy_in(workspace).unlink()
    copy_in(workspace).parent.rmdir()
    copy_in(workspace).parent.write_text("a file where a folder should be", encoding="utf-8")
    for attempt in (workspace.prepare, lambda: workspace.reset(workspace.syllabus.lesson(LESSON))):
        with pytest.raises(CourseError, match="01-first can't be written: .+\nGive yourself permission"):
            attempt()


def test_no_permission_to_write_is_one_sentence(
    syllabus: Syllabus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"

    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))  # as the system says it to all but root

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(CourseError) as caught:
        Workspace(locked, syllabus).prepare()
    assert caught.value.sentence == f"{locked} can't be written: Permission denied."


def test_reset_gives_a_fresh_copy_and_keeps_the_learners_in_a_backup(workspace: Workspace) -> None:
    fresh = copy_in(workspace).read_text(encoding="utf-8")
    mine = learner_writes(copy_in(workspace), "My notes.")
    backup = workspace.reset(workspace.syllabus.lesson(LESSON))
    assert backup is not None
    assert backup.read_text(encoding="utf-8") == mine
    assert copy_in(workspace).read_text(encoding="utf-8") == fresh
    assert workspace.prepare() == {}


def test_reset_takes_the_newest_version_and_withdraws_the_offer(workspace: Workspace) -> None:
    learner_writes(copy_in(workspace), "My notes.")
    update_brings(workspace, "A better picture.")
    workspace.prepare()
    worked_in = learner_writes(offer_in(workspace), "Written into the new version.")
    workspace.reset(workspace.syllabus.lesson(LESSON))
    assert "A better picture." in copy_in(workspace).read_text(encoding="utf-8")
    assert not offer_in(workspace).exists()
    assert worked_in in [path.read_text(encoding="utf-8") for path in backups_in(workspace)]
    assert workspace.prepare() == {}


def test_reset_of_a_lesson_never_opened_just_makes_it(syllabus: Syllabus, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "elsewhere", syllabus)
    assert workspace.reset(syllabus.lesson(LESSON)) is None
    assert copy_in(workspace).is_file()


# One click: begin, update, and what is left of lessons that are gone


def test_only_a_missing_copy_is_made_again(workspace: Workspace) -> None:
    lesson = workspace.syllabus.lesson(LESSON)
    mine = learner_writes(copy_in(workspace), "My notes.")
    assert workspace.begin(lesson) is False
    assert copy_in(workspace).read_text(encoding="utf-8") == mine
    copy_in(workspace).unlink()
    assert workspace.begin(lesson) is True
    assert copy_in(workspace).is_file() and workspace.newer() == set()


def test_an_update_takes_the_learners_own_cells_along_and_keeps_a_backup(workspace: Workspace) -> None:
    mine = learner_writes(copy_in(workspace), "My notes.")
    assert workspace.newer() == set()
    update_brings(workspace, "A better picture.")
    assert workspace.newer() == {LESSON}
    workspace.prepare()
    assert workspace.newer() == {LESSON} and offer_in(workspace).is_file()
    backup = workspace.update(workspace.syllabus.lesson(LESSON))
    assert backup is not None and backup.read_text(encoding="utf-8") == mine
    updated = copy_in(workspace).read_text(encoding="utf-8")
    assert "A better picture." in updated and "My notes." in updated
    assert not offer_in(workspace).exists() and workspace.newer() == set()
    assert workspace.prepare() == {}


def test_an_update_of_an_untouched_copy_needs_no_backup(workspace: Workspace) -> None:
    update_brings(workspace, "A better picture.")
    assert workspace.update(workspace.syllabus.lesson(LESSON)) is None
    assert "A better picture." in copy_in(workspace).read_text(encoding="utf-8")


def test_a_copy_that_is_no_notebook_is_refused_by_an_update_and_stays(workspace: Workspace) -> None:
    copy_in(workspace).write_text("{torn", encoding="utf-8")
    update_brings(workspace, "A better picture.")
    with pytest.raises(CourseError, match="is not a notebook that can be read"):
        workspace.update(workspace.syllabus.lesson(LESSON))
    assert copy_in(workspace).read_text(encoding="utf-8") == "{torn"


def test_copies_of_lessons_that_the_course_no_longer_has_are_found(workspace: Workspace) -> None:
    assert workspace.left_over() == []
    state = json.loads((workspace.folder / STATE).read_text(encoding="utf-8"))
    gone = workspace.folder / "01-first" / "00-gone.ipynb"
    shutil.copy(copy_in(workspace), gone)
    (workspace.folder / STATE).write_text(json.dumps({**state, "01-first/00-gone": {}, "01-first/09-never": {}}))
    assert workspace.left_over() == [gone]


def test_a_second_jupyterlab_waits_its_turn_and_then_says_so(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.lab.workspace.PATIENCE", 0.0)
    with (
        FileLock(workspace.folder / LOCK),
        pytest.raises(CourseError, match="Another JupyterLab is writing into .*\nClose it, then try again."),
    ):
        workspace.reset(workspace.syllabus.lesson(LESSON))


def test_a_lesson_that_can_not_be_read_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "curriculum"
    shutil.copytree(Path(__file__).with_name("small_curriculum"), folder)
    lesson, other = folder / "01-first" / "01-sums", folder / "02-later" / "01-products"
    other.parent.mkdir()
    for ending in (".ipynb", ".py"):
        shutil.copy(lesson.with_suffix(ending), other.with_suffix(ending))
    syllabus = (folder / "syllabus.toml").read_text("utf-8")
    (folder / "syllabus.toml").write_text(syllabus.replace('"planned"', '"ready"'), encoding="utf-8")
    lesson.with_suffix(".ipynb").write_text("{", encoding="utf-8")
    done = Workspace(tmp_path / "work", read_syllabus(folder / "syllabus.toml")).prepare()
    assert done["02-later/01-products"] == "new"
    assert isinstance(done["01-first/01-sums"], CourseError)
