"""A tiny course that is attacked: one assignment, one notebook, each kind of graded cell once."""

import os
import sys
from pathlib import Path

course = Path(__file__).resolve().parent
c = get_config()  # noqa: F821 (nbgrader defines it)

# nbgrader starts alembic by name, which lies beside this Python.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

c.CourseDirectory.root = str(course)
c.CourseDirectory.course_id = "attacked"
c.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}"
c.Execute.timeout = 5  # seconds a cell may take: enough for a cell that is not an attack
