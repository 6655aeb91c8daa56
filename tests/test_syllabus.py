"""The syllabus: the course's own is sound, and a broken one is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.syllabus import LessonEntry, Syllabus, Topic, course_root, read_syllabus

SMALL = """\
[topics]
"vectors" = ["dot product"]
"matrices" = []

[[stages]]
id = "01-math"
title = "Mathematics"
purpose = "The ideas."

[[stages.lessons]]
stem = "01-vectors"
title = "Vectors"
about = "Length and angle."
needs = []
minutes = 60
topics = ["vectors"]
data = ["fashion_mnist"]
status = "ready"

[[stages.lessons]]
stem = "02-matrices"
title = "Matrices"
about = "Moves of space."
needs = ["01-math/01-vectors"]
minutes = 75
seconds = 60
topics = ["matrices"]
status = "planned"

[[stages]]
id = "02-python"
title = "Python"
purpose = "The tools."

[[stages.lessons]]
stem = "01-vectors"
title = "Vectors in Python"
about = "Lists as vectors."
needs = ["01-math/02-matrices"]
minutes = 30
topics = ["vectors"]
status = "planned"
"""


@pytest.fixture(scope="module")
def course() -> Syllabus:
    return read_syllabus()


@pytest.fixture
def small(tmp_path: Path) -> Syllabus:
    return read_syllabus(written(tmp_path, SMALL))


def written(folder: Path, text: str) -> Path:
    path = folder / "syllabus.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, old: str, new: str) -> str:
    """What is said about the small syllabus after its first `old` was replaced."""
    assert old in SMALL
    with pytest.raises(CourseError) as caught:
        read_syllabus(written(folder, SMALL.replace(old, new, 1)))
    return str(caught.value)


# The course's own syllabus


def test_the_path_begins_with_vectors_and_ends_with_the_career(course: Syllabus) -> None:
    assert course.lessons[0].id == "01-math/01-vectors"
    assert course.lessons[-1].id == "06-deployment/11-career"


def test_the_path_has_six_stages_of_sixty_six_lessons(course: Syllabus) -> None:
    assert [len(stage.lessons) for stage in course.stages] == [9, 9, 9, 12, 16, 11]


def test_lessons_are_numbered_in_the_order_of_their_stage(course: Syllabus) -> None:
    for stage in course.stages:
        numbers = [int(lesson.stem[:2]) for lesson in stage.lessons]
        assert numbers == list(range(1, len(numbers) + 1)), stage.id


def test_every_lesson_fits_between_thirty_and_ninety_minutes(course: Syllabus) -> None:
    assert [lesson.id for lesson in course.lessons if not 30 <= lesson.minutes <= 90] == []


def test_no_lesson_may_run_longer_than_a_minute(course: Syllabus) -> None:
    assert [lesson.id for lesson in course.lessons if lesson.seconds > 60] == []


def test_every_stage_after_the_second_says_what_it_builds_on(course: Syllabus) -> None:
    assert [stage.id for stage in course.stages[2:] if not stage.lessons[0].needs] == []


def test_every_lesson_is_found_by_the_last_part_of_its_name(course: Syllabus) -> None:
    for lesson in course.lessons:
        assert course.lesson(lesson.stem[3:]) == lesson


def test_a_lesson_is_ready_exactly_when_its_notebook_is_there(course: Syllabus) -> None:
    ready = {course.notebook_path(lesson) for lesson in course.lessons if lesson.ready}
    assert ready == set(course.folder.glob("[0-9]*/*.ipynb"))


def test_a_lesson_is_ready_exactly_when_its_exercises_are_there(course: Syllabus) -> None:
    ready = {course.spec_path(lesson) for lesson in course.lessons if lesson.ready}
    assert ready == set(course.folder.glob("[0-9]*/*.py"))


def test_the_course_root_holds_the_package_that_is_running() -> None:
    assert (course_root() / "autograder" / "syllabus.py").is_file()


# Reading


def test_a_lesson_carries_all_that_the_syllabus_says(small: Syllabus) -> None:
    assert small.lesson("02-matrices") == LessonEntry(
        id="01-math/02-matrices",
        stage="01-math",
        stem="02-matrices",
        title="Matrices",
        about="Moves of space.",
        needs=("01-math/01-vectors",),
        minutes=75,
        seconds=60,
        topics=("matrices",),
        data=(),
        ready=False,
    )


def test_a_notebook_has_thirty_seconds_unless_said_otherwise(small: Syllabus) -> None:
    assert small.lesson("01-math/01-vectors").seconds == 30


def test_data_sets_are_read_where_a_lesson_names_them(small: Syllabus) -> None:
    assert small.lesson("01-math/01-vectors").data == ("fashion_mnist",)


def test_a_lesson_is_two_files_with_one_stem(small: Syllabus) -> None:
    lesson = small.lesson("matrices")
    folder = small.folder / "01-math"
    assert small.notebook_path(lesson) == folder / "02-matrices.ipynb"
    assert small.spec_path(lesson) == folder / "02-matrices.py"


@pytest.mark.parametrize("name", ["01-math/02-matrices", "02-matrices", "matrices"])
def test_a_lesson_is_found_by_its_id_its_stem_and_its_bare_name(small: Syllabus, name: str) -> None:
    assert small.lesson(name).id == "01-math/02-matrices"


def test_a_name_that_fits_two_lessons_is_answered_with_both(small: Syllabus) -> None:
    with pytest.raises(CourseError, match='"vectors" fits 01-math/01-vectors and 02-python/01-vectors'):
        small.lesson("vectors")


def test_an_unknown_lesson_is_answered_with_the_nearest(small: Syllabus) -> None:
    with pytest.raises(CourseError, match="01-math/02-matrices"):
        small.lesson("02-matrixes")


def test_a_topic_is_graded_by_its_own_name_in_any_case() -> None:
    assert Topic("PCA", ()).is_graded_by(("svd", "pca"))


def test_a_topic_is_graded_by_a_concept_listed_beside_it() -> None:
    assert Topic("vectors", ("dot product",)).is_graded_by(("Dot product",))


def test_a_topic_is_not_graded_by_another_concept() -> None:
    assert not Topic("vectors", ("dot product",)).is_graded_by(("product",))


# Refusing


def test_a_missing_syllabus_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"syllabus\.toml does not exist"):
        read_syllabus(tmp_path / "syllabus.toml")


def test_a_slip_in_the_toml_is_placed_by_its_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'purpose = "The ideas."', "purpose = The ideas.")
    assert "syllabus.toml is not valid TOML" in said
    assert "line 8" in said


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "syllabus.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CourseError, match="not UTF-8"):
        read_syllabus(path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("minutes = 60\n", "", 'lesson 01-math/01-vectors has no field "minutes"'),
        ("minutes = 60", 'minutes = "60"', "lesson 01-math/01-vectors: minutes is '60'"),
        ("minutes = 60", "minutes = true", "lesson 01-math/01-vectors: minutes is True"),
        ("seconds = 60", "seconds = 0", "lesson 01-math/02-matrices: seconds is 0"),
        ('title = "Vectors"', "title = 3", "lesson 01-math/01-vectors: title is 3"),
        ('title = "Vectors"', 'title = ""', "lesson 01-math/01-vectors: title is ''"),
        ("needs = []", 'needs = "nothing"', "lesson 01-math/01-vectors: needs is 'nothing'"),
        ("needs = []", "needs = [1]", "lesson 01-math/01-vectors: needs is [1]"),
        ('stem = "01-vectors"\n', "", 'lesson 01-math/1 has no field "stem"'),
        ('stem = "01-vectors"', 'stem = "../vectors"', "stem is '../vectors'"),
        ('status = "ready"', 'status = "done"', 'lesson 01-math/01-vectors: status is "done"'),
        ('purpose = "The ideas."\n', "", 'stage 01-math has no field "purpose"'),
        ('"matrices" = []', '"matrices" = 1', "topics: matrices is 1"),
    ],
)
def test_a_missing_or_wrong_field_is_named_with_its_lesson(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in refusal(tmp_path, old, new)


def test_a_misspelt_field_is_answered_with_the_right_one(tmp_path: Path) -> None:
    said = refusal(tmp_path, "minutes = 60", "minuets = 60")
    assert 'lesson 01-math/01-vectors has a field "minuets"' in said
    assert 'Did you mean "minutes"?' in said


def test_a_syllabus_without_stages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match='has no field "stages"'):
        read_syllabus(written(tmp_path, "[topics]\n"))


def test_a_need_that_is_no_lesson_is_answered_with_the_nearest(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'needs = ["01-math/01-vectors"]', 'needs = ["01-math/01-vector"]')
    assert 'lesson 01-math/02-matrices: needs names "01-math/01-vector", which is no lesson' in said
    assert 'Did you mean "01-math/01-vectors"?' in said


def test_a_need_that_comes_later_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, "needs = []", 'needs = ["01-math/02-matrices"]')
    assert 'needs names "01-math/02-matrices", which does not come earlier' in said


def test_a_lesson_cannot_need_itself(tmp_path: Path) -> None:
    said = refusal(tmp_path, "needs = []", 'needs = ["01-math/01-vectors"]')
    assert "does not come earlier" in said


def test_a_lesson_listed_twice_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'stem = "02-matrices"', 'stem = "01-vectors"')
    assert 'the lesson "01-math/01-vectors" twice' in said


def test_a_stage_listed_twice_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'id = "02-python"', 'id = "01-math"')
    assert 'the stage "01-math" twice' in said


def test_a_topic_that_is_not_in_the_list_is_answered_with_the_nearest(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'topics = ["matrices"]', 'topics = ["matrixes"]')
    assert 'lesson 01-math/02-matrices: topics names "matrixes"' in said
    assert 'Did you mean "matrices"?' in said
