"""Groundwork: notebooks whose exercises check themselves and say what went wrong and why."""

from autograder.exercise import Exercise
from autograder.lesson import Lesson

__all__ = ["Exercise", "Lesson"]
