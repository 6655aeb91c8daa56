"""What nbgrader's own commands must know of this course: assignment = stage, notebook = lesson."""

import os
import sys
from pathlib import Path

course = Path(__file__).resolve().parent
c = get_config()  # noqa: F821 (nbgrader defines it)

# nbgrader starts alembic by name, which lies beside this Python; the environment need not be activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

c.CourseDirectory.root = str(course)
c.CourseDirectory.course_id = "groundwork"
c.CourseDirectory.source_directory = "curriculum"
c.CourseDirectory.db_url = f"sqlite:///{(course / 'gradebook.db').as_posix()}"

# The exercises' tests stay with the instructor: nbgrader neither releases them nor takes a student's copy.
c.CourseDirectory.ignore = [
    "*.py",
    "*.pyc",
    "*.toml",
    "__pycache__",
    ".ipynb_checkpoints",
    ".twins",
    "feedback",
]

# A released notebook runs from top to bottom, so the stub is not an error.
c.ClearSolutions.code_stub = {"python": "# Write your answer here, in place of the three dots.\n..."}

# Long enough for a lesson that trains a model on a slow machine.
c.Execute.timeout = 120
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": "this cell ran for more than 2 minutes and was stopped",
    "traceback": ["This cell ran for more than 2 minutes and was stopped. Is there a loop that never ends?"],
}

# The students' feedback pages forbid everything that runs or is fetched.
c.GenerateFeedback.exporter_class = "autograder.grading.feedback.FeedbackExporter"
