"""Grading a class: ours beside stock `nbgrader autograde`, marks compared, and what the cells alone would cost."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import classroom

from autograder.grading import worker
from autograder.grading.course import GradingCourse
from autograder.grading.marking import Marker
from autograder.grading.repair import repair
from autograder.grading.setup import Setup
from autograder.grading.submission import copy_files, find_submissions, read
from autograder.notebooks import checked_exercise
from autograder.sandbox.levels import Limits
from autograder.sandbox.supervisor import Session

STUDENTS = int(os.environ.get("GROUNDWORK_STUDENTS", "30"))
SAMPLE = int(os.environ.get("GROUNDWORK_SAMPLE", "2"))
LESSONS = tuple(os.environ.get("GROUNDWORK_LESSONS", "").split()) or classroom.LESSONS
TARGET_RATIO = 40.0
TARGET_OF_LIMIT = 0.8


def benchmarks() -> Iterator[dict[str, Any]]:
    """One class, graded by both: stock gets a sample of its students, ours the same sample and the whole."""
    with tempfile.TemporaryDirectory() as folder:
        whole, sample, stock = (Path(folder, name) for name in ("whole", "sample", "stock"))
        classroom.build(whole, STUDENTS, lessons=LESSONS)
        shutil.copytree(whole, sample)
        for student in sorted((sample / "submitted").iterdir())[SAMPLE:]:
            shutil.rmtree(student)
        shutil.copytree(sample, stock)
        notebooks = SAMPLE * len(LESSONS)
        _timed(stock, "nbgrader", "generate_assignment", classroom.ASSIGNMENT)  # stock grades only what it has released
        stock_seconds = _timed(stock, "nbgrader", "autograde", classroom.ASSIGNMENT, "--create")
        ours_seconds = _timed(sample, "autograder", "grade", classroom.ASSIGNMENT)
        one_seconds = _timed(
            sample, "autograder", "grade", classroom.ASSIGNMENT, "--again", "--student", "student-00",
            "--lesson", LESSONS[0].rpartition("/")[2],
        )  # fmt: skip
        whole_seconds = _timed(whole, "autograder", "grade", classroom.ASSIGNMENT)
        results = _results(whole)
        cells_seconds, needed_seconds, memory = _cells_alone(sample)
        used = sum(result["cpu_seconds"] for result in _results(sample))
        differing = _differing(stock, sample)
    latencies = sorted(result["seconds"] for result in results)
    ratio = stock_seconds / ours_seconds
    # On the whole class, where the fork servers' start is spread over as many notebooks as in life.
    ours_a_notebook = whole_seconds / len(results)
    processor_seconds = ours_a_notebook * (os.cpu_count() or 1)
    of_limit = cells_seconds / notebooks / processor_seconds
    yield {
        "benchmark": "grading a class",
        "students": STUDENTS,
        "lessons": len(LESSONS),
        "sample_of_students_for_stock": SAMPLE,
        "stock_seconds_a_notebook": round(stock_seconds / notebooks, 2),
        "ours_seconds_a_notebook_of_the_sample": round(ours_seconds / notebooks, 2),
        "ours_seconds_a_notebook_of_the_class": round(ours_a_notebook, 2),
        "ratio_on_the_sample": round(ratio, 1),
        "ratio_on_the_class": round(stock_seconds / notebooks / ours_a_notebook, 1),
        "submissions_per_second": round(len(results) / whole_seconds, 2),
        "p50_seconds": round(statistics.median(latencies), 2),
        "p95_seconds": round(latencies[int(0.95 * (len(latencies) - 1))], 2),
        "first_result_seconds": round(one_seconds, 2),
        "all_cells_alone_processor_seconds_a_notebook": round(cells_seconds / notebooks, 2),
        "needed_cells_alone_processor_seconds_a_notebook": round(needed_seconds / notebooks, 2),
        "students_processes_processor_seconds_a_notebook": round(used / notebooks, 2),
        "limit_over_ours": round(of_limit, 2),
        "needed_cells_over_ours": round(needed_seconds / notebooks / processor_seconds, 2),
        "own_memory_mib_of_all_cells": _in_mib(memory[0]),
        "own_memory_mib": _in_mib(memory[1]),
        "marks_that_differ_from_stock": differing,
        "level": results[0]["level"],
        "load": round(os.getloadavg()[0], 1),
        "met": ratio >= TARGET_RATIO and of_limit >= TARGET_OF_LIMIT and not differing,
    }


def _timed(root: Path, *command: str) -> float:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, "GROUNDWORK_JOURNAL": "off", "OMP_NUM_THREADS": "1"}
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", *command], cwd=root, env=environment, capture_output=True, check=False)
    seconds = time.perf_counter() - started
    assert done.returncode in (0, 1), done.stderr.decode()
    return seconds


def _results(root: Path) -> list[dict[str, Any]]:
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        return [json.loads(row[0]) for row in database.execute("select result from groundwork_results")]


def _marks(root: Path) -> dict[tuple[str, str, str], float]:
    query = """
        select a.student_id, n.name, b.name, g.auto_score
        from grade g join base_cell b on g.cell_id = b.id join submitted_notebook s on s.id = g.notebook_id
        join notebook n on n.id = s.notebook_id join submitted_assignment a on a.id = s.assignment_id"""
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        return {(student, notebook, cell): mark for student, notebook, cell, mark in database.execute(query)}


def _differing(stock: Path, ours: Path) -> list[str]:
    theirs, mine = _marks(stock), _marks(ours)
    assert {key[:2] for key in theirs} == {key[:2] for key in mine}, "stock has not graded all notebooks"
    return [
        f"{' '.join(key)}: stock {theirs[key]}, ours {mine.get(key)}" for key in theirs if theirs[key] != mine.get(key)
    ]


def _in_mib(memory: list[int]) -> dict[str, int]:
    return {"median": round(statistics.median(memory) / (1 << 20)), "most": round(max(memory) / (1 << 20))}


def _cells_alone(root: Path) -> tuple[float, float, tuple[list[int], list[int]]]:
    """Processor seconds of the sample's cells in forks of a warm process, no tests and no jail; and memory, in bytes.

    First of all cells, then of those that marks may depend on; the memory is each notebook's own, at its end.
    """
    course = GradingCourse.read(root)
    setup = Setup.of(course, classroom.ASSIGNMENT, "none")
    seconds = [0.0, 0.0]
    memory: tuple[list[int], list[int]] = ([], [])
    with worker.zygote_for(setup.level, setup.preload) as zygote:
        for submission, which in itertools.product(find_submissions(course, classroom.ASSIGNMENT), (0, 1)):
            notebook = repair(read(submission), setup.masters[submission.notebook]).notebook
            with tempfile.TemporaryDirectory() as folder:
                copy_files(submission, course, Path(folder))
                child = zygote.spawn(Path(folder), Limits())
            session = Session(child, memory=Limits().memory)
            session.invoke("autograder.grading.inside:begin", lambda name: True, {}, {})
            needed = Marker(setup, submission.notebook, session).needed(notebook) if which else {}
            for number, cell in enumerate(notebook.cells):
                if cell.cell_type == "code" and checked_exercise(cell) is None:
                    session.run_cell(needed.get(number, cell.source), setup.seconds)
            seconds[which] += child.cpu_seconds()
            memory[which].append(child.memory())
            session.close()
    return seconds[0], seconds[1], memory
