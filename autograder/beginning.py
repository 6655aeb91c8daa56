"""What the entry check says at its end: where somebody with these answers should begin. Never how good they are."""

from __future__ import annotations

from collections.abc import Collection

from autograder.card import Link
from autograder.notes import Note
from autograder.syllabus import LessonEntry, Start, Syllabus


def where_to_begin(syllabus: Syllabus, start: Start, known: Collection[str], tried: Collection[str]) -> Note:
    """The lesson to begin with, what comes after it, and the questions that lead there.

    known: the questions that are answered rightly.
    tried: those that are answered at all. One that is left open counts as one for which there is a lesson.
    """
    lessons = syllabus.lessons_for(known)
    if not set(start.leads_to) & set(tried):
        return Note(
            "No question is answered yet. Answer those that you can, then run this cell again. If all of them are new "
            f"to you, leave them: **{lessons[0].title}** is written for people who begin from nothing.",
            links=[_way_to(lessons[0])],
        )
    if set(start.leads_to) <= set(known):
        return _beyond(syllabus, start, lessons)
    reasons = {
        lesson: [name for name, leads_to in start.leads_to.items() if leads_to == lesson.id and name not in known]
        for lesson in lessons
    }
    first, *others = (f"**{lesson.title}**, because of {_listed(names)}" for lesson, names in reasons.items())
    onward = (
        " After it, your answers lead to these, in this order; pass by what you know when you see it:" if others else ""
    )
    return Note(f"Begin with {first}.{onward}", items=others, links=[_way_to(lessons[0])])


def _beyond(syllabus: Syllabus, start: Start, lessons: list[LessonEntry]) -> Note:
    stage = next(stage for stage in syllabus.stages if stage.id == start.beyond)
    items = [
        stage.purpose,
        "These questions ask little. If a title in an earlier stage is new to you, take that lesson first.",
    ]
    return Note(
        f"You know what these questions ask. Look at the stage **{stage.title}**, `{stage.id}`.",
        items=items,
        links=[_way_to(lesson) for lesson in lessons],
    )


def _listed(questions: list[str]) -> str:
    marked = [f"`{name}`" for name in questions]
    return " and ".join(filter(None, [", ".join(marked[:-1]), marked[-1]]))


def _way_to(lesson: LessonEntry) -> Link:
    """The entry check lies beside the stages' folders, in the course and in the learner's own."""
    return Link(f"{lesson.id}.ipynb", f"Open {lesson.title}")
