"""What a class gets: everything a student needs, and nothing of the answers."""

from __future__ import annotations

import ast
import io
import json
import re
import shutil
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from nbclient import NotebookClient
from nbgrader.api import Gradebook

from autograder.checking import check
from autograder.errors import CourseError
from autograder.exercise import Choice, Order
from autograder.notebooks import (
    BEGIN,
    END,
    answer_cells,
    cells_by_grade_id,
    read_notebook,
    solution_lines,
    write_notebook,
)
from autograder.release import release
from autograder.seal import class_copy, write_class_copy
from autograder.spec import Spec, load_spec
from autograder.syllabus import LessonEntry, course_root, read_syllabus

if TYPE_CHECKING:
    from conftest import Course

READY = [lesson for lesson in read_syllabus().lessons if lesson.ready]
TRIVIAL = 12
"""A line this short, such as `return total` or `counts = {}`, is no secret: everybody writes it."""


@dataclass(frozen=True)
class Released:
    """A lesson of the course beside what a class gets of it."""

    source: Path
    copy: Path

    @property
    def spec(self) -> Spec:
        return load_spec(self.source.with_suffix(".py"))

    @property
    def class_spec(self) -> Spec:
        return load_spec(self.copy.with_suffix(".py"))

    @property
    def text(self) -> str:
        """Every text in the two released files, with one kind of quotes."""
        everything = json.loads(self.copy.read_text(encoding="utf-8"))
        return one_kind_of_quotes(
            "\n".join([*texts_in(everything), self.copy.with_suffix(".py").read_text(encoding="utf-8")])
        )


def texts_in(tree: Any) -> Iterator[str]:
    """All keys and texts of a JSON tree."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for item in tree:
            yield from texts_in(item)
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield key
            yield from texts_in(item)


def one_kind_of_quotes(text: str) -> str:
    """A class's copy is written by `ast.unparse`, which has its own mind about quotes."""
    return text.replace('"', "'")


@pytest.fixture(scope="module")
def course(make_course: Callable[[Path], Course]) -> Course:
    return make_course(course_root() / "curriculum")


@pytest.fixture(scope="module")
def released_stage(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Releases a stage of the course, once; the folder it is in."""
    to = tmp_path_factory.mktemp("release")

    def make(stage: str) -> Path:
        if not (to / stage).is_dir():
            release(stage, to, course.root)
        return to / stage

    return make


@pytest.fixture(params=READY, ids=[lesson.id for lesson in READY])
def released(request: pytest.FixtureRequest, course: Course, released_stage: Callable[[str], Path]) -> Released:
    lesson: LessonEntry = request.param
    source = course.root / "curriculum" / f"{lesson.id}.ipynb"
    return Released(source, released_stage(lesson.stage) / source.name)


def secret_lines(released: Released) -> set[str]:
    """Lines of the solutions, but for trivial ones and what the lesson's own text shows anyway."""
    cells = read_notebook(released.source).cells
    shown = one_kind_of_quotes("\n".join(student_text(cell.source) for cell in cells))
    lines = {one_kind_of_quotes(line) for cell in cells for line in solution_lines(cell.source)}
    return {line for line in lines if len(line) > TRIVIAL and line not in shown}


def student_text(source: str) -> str:
    """What is left of a cell without its solution regions."""
    return re.sub(f"{BEGIN}.*?{END}", "", source, flags=re.DOTALL)


def withheld_functions(spec: Path) -> list[ast.FunctionDef]:
    """Hidden tests and other right answers, found by how they are decorated."""
    tree = ast.parse(spec.read_text(encoding="utf-8"))
    decorated = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list]
    return [
        node
        for node in decorated
        if any("hidden=True" in (words := ast.unparse(d)) or words.endswith(".also_right") for d in node.decorator_list)
    ]


def body_lines(node: ast.AST) -> list[str]:
    """A function's lines below its head, as `ast.unparse` writes them: without comments, in one kind of quotes."""
    lines = [one_kind_of_quotes(line.strip()) for part in node.body for line in ast.unparse(part).splitlines()]
    return [line for line in lines if len(line) > TRIVIAL]


def test_no_line_of_a_solution_is_released(released: Released) -> None:
    text = released.text
    assert [line for line in secret_lines(released) if line in text] == []


def test_no_hidden_test_is_released(released: Released) -> None:
    hidden = {test.sentence for exercise in released.spec.exercises.values() for test in exercise.tests if test.hidden}
    text = released.text
    assert [sentence for sentence in hidden if one_kind_of_quotes(sentence) in text] == []
    assert [test for ex in released.class_spec.exercises.values() for test in ex.tests if test.hidden] == []


def test_no_body_of_a_hidden_test_or_right_answer_is_released(released: Released) -> None:
    spec = released.source.with_suffix(".py")
    withheld = withheld_functions(spec)
    tree = ast.parse(spec.read_text(encoding="utf-8"))
    others = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node not in withheld]
    shown = {line for node in others for line in body_lines(node)}
    shown |= {line.strip() for cell in read_notebook(released.copy).cells for line in cell.source.splitlines()}
    text = released.text
    assert withheld
    for node in withheld:
        told = [line for line in body_lines(node) if line not in shown and line in text]
        assert told == [], f"line {node.lineno}"


def test_no_other_right_answer_is_left_not_even_its_name(released: Released) -> None:
    public = "\n".join(cell.source for cell in read_notebook(released.source).cells)
    given = [node for node in withheld_functions(released.source.with_suffix(".py")) if node.name != "_"]
    text = released.copy.with_suffix(".py").read_text(encoding="utf-8")
    assert [node.name for node in given if f"def {node.name}(" in text] == []
    assert [node.name for node in given if node.name in text and node.name not in public] == []
    assert not any(exercise.other_right_answers for exercise in released.class_spec.exercises.values())


def test_no_comment_on_the_exercises_is_released(released: Released) -> None:
    source = released.source.with_suffix(".py").read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}
    text = released.copy.with_suffix(".py").read_text(encoding="utf-8")
    assert [comment for comment in comments if len(comment) > TRIVIAL and comment in text] == []


def test_every_exercise_is_there_in_its_place_and_its_points_add_up(released: Released) -> None:
    whole, copy = released.spec.exercises, released.class_spec.exercises
    cells = cells_by_grade_id(read_notebook(released.copy))
    assert list(copy) == list(whole)
    for name, exercise in copy.items():
        assert exercise.points + exercise.held_back == whole[name].points == cells[name].metadata.nbgrader.points
        assert [t.sentence for t in exercise.tests] == [t.sentence for t in whole[name].tests if not t.hidden]


def test_right_answers_pass_what_is_left_and_a_mistake_is_still_recognised(released: Released) -> None:
    whole, copy = released.spec.exercises, released.class_spec.exercises
    for name, exercise in copy.items():
        if exercise.seconds > 10:
            continue  # a network has to be trained first
        for given in whole[name].other_right_answers[:1]:
            verdict = check(exercise, exercise.answer_of(given))
            assert verdict.outcome == "passed", (name, verdict.results)
        verdicts = (check(exercise, exercise.answer_of(mistake.answer)) for mistake in exercise.mistakes)
        found = next((verdict for verdict in verdicts if verdict.outcome != "passed"), None)
        if found is not None:
            assert found.mistake in {mistake.message for mistake in exercise.mistakes}, name
        else:
            assert exercise.held_back, f"no mistake of {name} fails a visible test"


def test_questions_still_know_their_answer(released: Released) -> None:
    whole, copy = released.spec.exercises, released.class_spec.exercises
    for name, exercise in copy.items():
        right = whole[name]
        assert type(exercise) is type(right)
        if isinstance(right, Choice):
            assert check(exercise, right.correct).outcome == "passed"
            wrong = next(letter for letter in right.letters if letter != right.correct)
            assert check(exercise, wrong).mistake
            assert f"'{right.correct}'" not in sources_of(released.copy.with_suffix(".py"), name)
        if isinstance(right, Order):
            assert check(exercise, list(right.sequence)).outcome == "passed"
            assert check(exercise, list(reversed(right.sequence))).outcome == "in progress"


def sources_of(spec: Path, name: str) -> str:
    """The readable statements of a `.py` that define or use a name."""
    tree = ast.parse(spec.read_text(encoding="utf-8"))
    return "\n".join(
        ast.unparse(node)
        for node in tree.body
        if any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
    )


# On a student's machine


SMALL = Path(__file__).with_name("small_curriculum")


@pytest.fixture(scope="module")
def releasing(make_course: Callable[[Path], Course]) -> Course:
    """The small course after `autograder release`."""
    course = make_course(SMALL)
    done = course.run("autograder", "release")
    assert done.stdout.splitlines() == [
        f"wrote {course.root / 'release' / '01-first' / name}" for name in ("01-sums.ipynb", "01-sums.py")
    ], done.stderr
    return course


@pytest.fixture
def students_machine(make_course: Callable[[Path], Course], releasing: Course) -> Course:
    """The package without the course, and in `01-first` what the class got."""
    machine = make_course(SMALL)
    shutil.rmtree(machine.root / "curriculum")
    shutil.copytree(releasing.root / "release" / "01-first", machine.root / "01-first")
    return machine


def test_a_release_is_a_notebook_and_its_exercises_and_nothing_else(releasing: Course) -> None:
    released = (releasing.root / "release").rglob("*.*")
    assert sorted(path.name for path in released) == ["01-sums.ipynb", "01-sums.py"]


def test_a_release_enters_the_stage_with_its_points_into_the_gradebook(releasing: Course) -> None:
    with Gradebook(f"sqlite:///{(releasing.root / 'gradebook.db').as_posix()}") as gradebook:
        assert gradebook.find_assignment("01-first").max_score == 9


def test_without_the_course_a_class_copy_runs_to_its_end(students_machine: Course) -> None:
    folder = students_machine.root / "01-first"
    notebook = read_notebook(folder / "01-sums.ipynb")
    client = NotebookClient(
        notebook, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=students_machine.environment())
    outputs = {cell.source: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    cards = [outputs[f'lesson.check("{name}")'] for name in ("question", "steps", "total", "average")]
    assert all("Not started" in shown.data["text/html"] for [shown] in cards)
    [said] = next(shown for source, shown in outputs.items() if "lesson.use" in source)
    assert said.output_type == "error"
    assert said.traceback == [
        "`total` does not pass yet, and this copy of the lesson holds no answers of ours.\n"
        "Finish the exercise above, then run this cell again."
    ]


def test_without_the_course_a_finished_class_copy_passes_and_says_what_only_grading_tests(
    students_machine: Course,
) -> None:
    folder = students_machine.root / "01-first"
    ours = answer_cells(read_notebook(SMALL / "01-first" / "01-sums.ipynb"))
    notebook = read_notebook(folder / "01-sums.ipynb")
    for name, cell in answer_cells(notebook).items():
        cell.source = ours[name].source
    write_notebook(notebook, folder / "mine.ipynb")
    done = students_machine.run("autograder", "check", "mine.ipynb", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 points more come from tests that only grading runs, on other inputs." in " ".join(done.stdout.split())


# What is sealed, what is left out, what is refused

HEAD = """
from autograder.exercise import Choice, Exercise
one = Exercise(concepts=[], minutes=1)
@one.test("visible")
def _(answer):
    assert answer() == 1
"""
HIDDEN = """
@one.test("secret", hidden=True)
def _(answer):
    assert answer() == first(1)
"""


def text_of(*pieces: str) -> str:
    return class_copy(HEAD + "".join(pieces))


def test_helpers_that_only_hidden_tests_use_are_left_out_though_they_use_each_other() -> None:
    helpers = """
import functools
SECRET_TABLE = {1: 1}
def first(n):
    return second(n - 1) if n else SECRET_TABLE[1]
def second(n):
    return first(n)
class Recipe:
    def copy(self):
        return Recipe()
@functools.lru_cache
def remembered():
    return Recipe()
"""
    text = text_of(helpers, HIDDEN)
    assert [word for word in ("SECRET", "first", "second", "Recipe", "remembered", "functools") if word in text] == []


def test_tests_mistakes_keys_and_their_helpers_are_sealed_and_still_work() -> None:
    text = text_of(
        'KEY = "b"\nquestion = Choice(correct=KEY, distractors={"a": "Not that."})\n',
        "FACTOR = 27\ndef scaled(n):\n    return FACTOR * n\n",
        '@one.mistake("Too much.")\ndef large():\n    return scaled(1)\n',
    )
    words = ("KEY", "FACTOR", "27", "scaled", "Too much", "large", "'b'", "Not that", "visible", "== 1")
    assert [word for word in words if word in text] == []
    names: dict[str, Any] = {}
    exec(text, names)
    assert check(names["one"], lambda: 1).outcome == "passed"
    assert check(names["one"], lambda: 27).mistake == "Too much."
    assert check(names["question"], "a").mistake == "Not that."


def test_what_an_exercise_says_about_itself_stays_readable() -> None:
    text = text_of('two = Exercise(concepts=["adding"], minutes=2, hints=["Begin at 0."])\n')
    assert "two = Exercise(concepts=['adding'], minutes=2, hints=['Begin at 0.'])" in text


@pytest.mark.parametrize(
    "piece",
    [
        'for n in (1, 2):\n    @one.test(f"secret {n}", hidden=True)\n    def _(answer):\n        assert answer()\n',
        "def also():\n    return 1\none.also_right(also)\n",
        'def run(answer):\n    assert answer() == 1\none.test("secret", hidden=True)(run)\n',
        'two = Exercise(concepts=[], minutes=1)\n@two.test("open")\n@one.test("secret", hidden=True)\n'
        "def _(answer):\n    assert answer() == 1\n",
    ],
    ids=["hidden tests from a loop", "a right answer passed in", "a hidden test passed in", "one test for two"],
)
def test_what_cant_be_left_out_safely_is_refused(tmp_path: Path, piece: str) -> None:
    spec, target = tmp_path / "01-odd.py", tmp_path / "copy.py"
    spec.write_text(HEAD + piece, encoding="utf-8")
    with pytest.raises(
        CourseError, match='01-odd.py: (a class\'s copy of the exercise "|the exercise "two" has no test)'
    ):
        write_class_copy(spec, target)
    assert not target.exists()


def test_points_that_are_computed_are_refused_with_their_line() -> None:
    with pytest.raises(CourseError, match=r"Line 7 says points=len\('ab'\).\nWrite the value itself."):
        text_of('@one.test("secret", points=len("ab"), hidden=True)\ndef _(answer):\n    pass\n')


def test_an_exercise_without_hidden_tests_holds_nothing_back() -> None:
    assert "hold_back(one" not in text_of()


def test_an_unknown_stage_is_answered_with_the_stages(small_course: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match='no stage "01-frist".\nThe stages are 01-first, 02-later.'):
        release("01-frist", tmp_path, small_course.root)


def test_a_stage_without_lessons_is_refused(small_course: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="No lesson of 02-later is written yet."):
        release("02-later", tmp_path, small_course.root)


def test_what_nbgrader_refuses_is_said_in_a_sentence_that_names_the_notebook(
    small_course: Course, tmp_path: Path
) -> None:
    path = small_course.root / "curriculum" / "01-first" / "01-sums.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace('"solution": true', '"solution": false'), encoding="utf-8")
    done = small_course.run("autograder", "release", "01-first", "--to", str(tmp_path))
    assert done.returncode == 2
    assert "nbgrader can't make 01-first. 01-sums.ipynb: Solution region detected in a non-solution cell" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.rglob("*.*")) == []
