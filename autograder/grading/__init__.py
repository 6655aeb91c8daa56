"""Grades a class's notebooks: untrusted code in a sandbox, tests outside it, marks in nbgrader's gradebook."""
