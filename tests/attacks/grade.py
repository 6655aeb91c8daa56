"""Grades the attacked class with our own engine: the program that runs in the jail.

python -m attacks.grade COURSE LEVEL JOBS RESULTS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from attacks.case import ASSIGNMENT
from autograder.grading.run import grade_class

if __name__ == "__main__":
    course, level, jobs, results = sys.argv[1:]
    graded = grade_class(Path(course), ASSIGNMENT, level=level, jobs=int(jobs))  # type: ignore[arg-type]
    Path(results).write_text(json.dumps([result.as_json() for result in graded]))
