"""A lesson for reading: the notebook as a learner gets it, with the stored outputs, hints and our answers folded."""

from __future__ import annotations

import copy
import re
from html import escape
from typing import Final

import nbformat
from nbformat import NotebookNode
from pygments.lexers import get_lexer_for_filename
from pygments.token import Error
from pygments.util import ClassNotFound

from autograder.card import inline
from autograder.exercise import Choice, Exercise
from autograder.notebooks import checked_exercise, solution, solution_lines, written_answer
from autograder.spec import Spec
from autograder.student_version import student_version

_TO_DO_IT: Final = """\
:::{container} gw-reading
This is the lesson for reading. To do it, and to have your answers checked, [open the course in JupyterLab](/index.md).
:::"""
_LENT: Final = re.compile(r"^Using your own `(\w+)`\.$", re.MULTILINE)
_NEEDED: Final = re.compile(r"\b\d\d-[a-z-]+/\d\d-[a-z0-9-]+\b")
_LINK_TO_LESSON: Final = re.compile(r'(<a [^>]*href="[^":]+)\.ipynb"')
_WRITES: Final = "%%writefile "
_FIGURE: Final = "A figure. The text around it says what it shows."


def reading_version(notebook: NotebookNode, spec: Spec) -> NotebookNode:
    """A copy in which answers are stubs, and each check is a box with its tests, its hints and our answer folded.

    Figures, sound and tables come from the stored outputs; nothing is executed.
    """
    answers = {name: cell.source for name, cell in _answers(notebook)}
    cells: list[NotebookNode] = []
    for stored, released in zip(notebook.cells, student_version(notebook).cells, strict=True):
        name = checked_exercise(stored)
        if name:
            cells.append(_text(exercise_box(spec.exercise(name), answers[name])))
        elif (written := written_answer(stored)) is not None:
            cells.append(_text(_written_box(*written, solution_lines(stored.source))))
        elif _is_answer(stored):
            cells.append(_code(released.source, []))
        elif stored.cell_type == "code":
            cells.append(_code(stored.source, stored.outputs))
        else:
            cells.append(_text(stored.source))
    head = _text(_NEEDED.sub(r"`\g<0>`", cells[0].source))  # an id in code type becomes a link
    made: NotebookNode = nbformat.v4.new_notebook(
        cells=[head, _text(_TO_DO_IT), *cells[1:]], metadata=copy.deepcopy(notebook.metadata)
    )
    return made


def exercise_box(exercise: Exercise, answer: str) -> str:
    """Markdown under an exercise: what it is worth, what its check asks, its hints one in the other, and our answer."""
    points = sum(test.points for test in exercise.tests)
    minutes = f" · about {exercise.minutes:g} minutes" if exercise.minutes > 2 else ""
    head = f"<code>{escape(exercise.id)}</code> · {_count(points, 'point')}{minutes}"
    asked = [inline(test.sentence) for test in exercise.tests if not test.hidden]
    hidden = len(exercise.tests) - len(asked)
    if hidden:
        asked.append(f"and {_count(hidden, 'test')} that {'is' if hidden == 1 else 'are'} not listed, on other inputs")
    parts = ['<div class="gw-exercise">', f'<p class="gw-exercise-head">{head}</p>']
    if not isinstance(exercise, Choice):
        parts.append(_folded("What the check asks", _list(asked)))
    if exercise.hints:
        parts.append(_hints(exercise.hints))
    parts += ["<details><summary>Show our solution</summary>", "", _fenced(solution(answer)), ""]
    if isinstance(exercise, Choice):
        why = [
            f"<strong>{escape(mistake.answer())}</strong>: {inline(mistake.message)}" for mistake in exercise.mistakes
        ]
        parts.append(f"<p>Why not the others?</p>{_list(why)}")
    return "\n".join([*parts, "</details></div>"])


def _written_box(name: str, points: int, model: list[str]) -> str:
    """The place where a learner writes a text, which a person marks."""
    head = f"<code>{escape(name)}</code> · {_count(points, 'point')} · a written answer"
    return "\n".join(
        [
            "### Written answer",
            "",
            f'<div class="gw-exercise"><p class="gw-exercise-head">{head}</p>',
            "<details><summary>Show a good answer</summary>",
            "",
            " ".join(model),
            "",
            "</details></div>",
        ]
    )


def _answers(notebook: NotebookNode) -> list[tuple[str, NotebookNode]]:
    return [
        (cell.metadata.nbgrader.grade_id.removesuffix("-answer"), cell) for cell in notebook.cells if _is_answer(cell)
    ]


def _is_answer(cell: NotebookNode) -> bool:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", "")).endswith("-answer")


def _text(source: str) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_markdown_cell(source)
    return cell


def _code(source: str, outputs: list[NotebookNode]) -> NotebookNode:
    """A code cell; on the site it is our own answer that a later cell is lent, and each figure has words for it."""
    if source.startswith(_WRITES):
        return _text(f"The file `{_file_of(source.splitlines()[0])}`:\n\n{_fenced(source)}")
    shown = copy.deepcopy(outputs)
    for output in shown:
        if output.output_type == "stream":
            output.text = _LENT.sub(r"Using our `\1`.", output.text)
        elif "text/html" in output.get("data", {}):
            output.data["text/html"] = _LINK_TO_LESSON.sub(r'\1.html"', output.data["text/html"])
    cell: NotebookNode = nbformat.v4.new_code_cell(source, outputs=shown)
    cell.metadata["mystnb"] = {"image": {"alt": _FIGURE}}
    return cell


def _hints(hints: tuple[str, ...]) -> str:
    """Each hint folded inside the one before it, so that they open one at a time."""
    folded = ""
    for position, hint in reversed(list(enumerate(hints))):
        title = "Show a hint" if position == 0 else "Show another hint"
        folded = _folded(title, f"<p>{inline(hint)}</p>{folded}")
    return folded


def _folded(title: str, inside: str) -> str:
    return f"<details><summary>{title}</summary>{inside}</details>"


def _list(items: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _fenced(source: str) -> str:
    """A code block, whatever fences the code itself holds; a cell that writes a file is in that file's language."""
    longest = max((len(run) for run in re.findall(r"`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    language = "python"
    if source.startswith(_WRITES):
        first, _, source = source.partition("\n")
        language = _language(_file_of(first), source)
    return f"{fence}{language}\n{source.strip()}\n{fence}"


def _file_of(first_line: str) -> str:
    return first_line.removeprefix(_WRITES).strip()


def _language(file: str, text: str) -> str:
    """What the highlighter calls a file's language; plain text where it would stumble."""
    try:
        lexer = get_lexer_for_filename(file)
    except ClassNotFound:
        return "text"
    stumbles = any(token is Error for token, _ in lexer.get_tokens(text))
    return "text" if stumbles else str(lexer.aliases[0])


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
