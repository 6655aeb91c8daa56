"""nbgrader's gradebook: one open, one transaction for a batch of marks, a notebook's whole result or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from types import TracebackType
from typing import TYPE_CHECKING, Final, TypeVar

from autograder.errors import CourseError
from autograder.grading import ledger, marks
from autograder.grading.autograded import autograded_path, place_files, write_autograded
from autograder.grading.course import GradingCourse
from autograder.grading.marks import Graded
from autograder.grading.master import master
from autograder.grading.results import Result
from autograder.grading.submission import Submission, fits_gradebook
from autograder.quick import quick_imports

with quick_imports():
    from nbgrader import api
    from sqlalchemy import (
        Boolean,
        Column,
        Connection,
        MetaData,
        String,
        Table,
        Text,
        create_engine,
        delete,
        insert,
        inspect,
        select,
    )
    from sqlalchemy import exc as database_errors

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from sqlalchemy import Engine

T = TypeVar("T")

RESULTS: Final = Table(
    "groundwork_results",
    MetaData(),
    Column("student", String(255), primary_key=True),
    Column("assignment", String(255), primary_key=True),
    Column("notebook", String(255), primary_key=True),
    Column("key", String(128), nullable=False),
    Column("has_notebook", Boolean, nullable=False),
    Column("result", Text, nullable=False),
)
"""Our only table in nbgrader's database: each notebook's result, with the key of all that it depends on."""

_ATTEMPTS: Final = 5
_PATIENCE: Final = 60
"""Seconds to wait for another program that writes."""


class Gradebook:
    """A course's gradebook, opened once. Use it as a context manager, in one thread.

    Raises CourseError when the database can't be reached or is of another version of nbgrader.
    """

    def __init__(self, course: GradingCourse) -> None:
        self._course = course
        self._sources: dict[str, dict[str, NotebookNode]] = {}
        self._entered: set[str] = set()
        self._engine = _open(course.db_url)

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def enter(
        self, assignment: str, submissions: Iterable[Submission], sources: Mapping[str, NotebookNode] | None = None
    ) -> None:
        """Enters an assignment, its students and when they handed in, before anything is graded.

        `sources` are its notebooks as `master` makes them, made here when they are not given. Also puts the
        files that a page needs into `autograded/`.
        """
        self._sources[assignment] = dict(sources) if sources is not None else self._masters(assignment)
        handed_in = list(submissions)
        times = {one.student: one.timestamp for one in handed_in if fits_gradebook(one.student)}
        self._entered.discard(assignment)
        self._in_transaction(lambda connection: self._enter(connection, assignment, times))
        self._entered.add(assignment)
        for one in {one.student: one for one in handed_in if one.path is not None}.values():
            place_files(self._course, one)

    def write(self, results: Iterable[Graded]) -> None:
        """Writes results with their graded notebooks, already sanitised; None where there is no notebook to show.

        First the notebooks, each in one step, then all marks in one transaction: killed at any moment, `known` has
        a whole result or none. What a person has entered in formgrader is kept. A result of "tampered" leaves its
        marks to a person; without a notebook all marks are 0. Students whose names do not fit nbgrader's gradebook
        are only in our own table.
        """
        batch = sorted(results, key=lambda one: (one[0].assignment, one[0].student, one[0].notebook))
        for result, notebook in batch:
            path = autograded_path(self._course, result.student, result.assignment, result.notebook)
            if notebook is None:
                path.unlink(missing_ok=True)
            else:
                write_autograded(notebook, path, self._course.group_shared)
        for assignment in {result.assignment for result, _ in batch} - self._entered:
            self.enter(assignment, ())

        def work(connection: Connection) -> None:
            for assignment, some in groupby(batch, key=lambda one: one[0].assignment):
                self._write(connection, assignment, list(some))

        self._in_transaction(work)

    def known(self, assignment: str) -> dict[tuple[str, str], tuple[str, Result]]:
        """What is graded already: key and result by student and notebook, as far as its notebook is still there."""
        query = select(RESULTS).where(RESULTS.c.assignment == assignment)
        rows = self._in_transaction(lambda connection: connection.execute(query).all())
        return {
            (row.student, row.notebook): (row.key, Result.from_json(json.loads(row.result)))
            for row in rows
            if not row.has_notebook or autograded_path(self._course, row.student, assignment, row.notebook).is_file()
        }

    def _masters(self, assignment: str) -> dict[str, NotebookNode]:
        return {name: master(self._course, assignment, name) for name in self._course.source(assignment)}

    def _write(self, connection: Connection, assignment: str, batch: Sequence[Graded]) -> None:
        held = [one for one in batch if fits_gradebook(one[0].student)]
        if held:
            found = self._enter(connection, assignment, dict.fromkeys(one[0].student for one in held))
            marks.write_marks(connection, found, held)
            marks.write_penalties(connection, found, [result for result, _ in held], self._course)
        for result, notebook in batch:
            mine = {"student": result.student, "assignment": assignment, "notebook": result.notebook}
            connection.execute(delete(RESULTS).where(*(RESULTS.c[name] == value for name, value in mine.items())))
            stored = json.dumps(result.as_json(), sort_keys=True)
            connection.execute(
                insert(RESULTS).values(**mine, key=result.key, has_notebook=notebook is not None, result=stored)
            )

    def _enter(self, connection: Connection, assignment: str, handed_in: Mapping[str, datetime | None]) -> str:
        """The id of an assignment that has all rows for these students."""
        found = ledger.assignment_id(connection, assignment) if assignment in self._entered else None
        if found is None:
            sources = self._sources[assignment]
            found = ledger.enter_assignment(connection, assignment, self._course.course_id, sources)
        ledger.enter_students(connection, found, handed_in)
        return found

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a transaction, again when another program was writing the same at the same time."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except (database_errors.IntegrityError, database_errors.OperationalError) as error:
                if attempt == _ATTEMPTS:
                    raise _unusable(error) from None
            except database_errors.DBAPIError as error:
                raise _unusable(error) from None
        raise AssertionError("a transaction is done or raises")


def engine_url(db_url: str) -> str:
    """A database's address with the driver that we install; for PostgreSQL, SQLAlchemy would take an older one."""
    scheme, separator, rest = db_url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in ("postgresql", "postgres") else db_url


def _open(db_url: str) -> Engine:
    """The database, made as nbgrader makes it when it is new, with our table."""
    url = engine_url(db_url)
    try:
        patience = {"timeout": _PATIENCE} if url.startswith("sqlite") else {}
        patience = {"connect_timeout": _PATIENCE} if url.startswith("postgresql+psycopg") else patience
        engine = create_engine(url, connect_args=patience)
        try:
            _furnish(engine)
        except (database_errors.IntegrityError, database_errors.ProgrammingError, database_errors.OperationalError):
            _furnish(engine)  # another program made the tables at the same moment, and has now done so
    except database_errors.DBAPIError as error:
        raise _unusable(error) from None
    except ModuleNotFoundError as error:
        raise CourseError(
            f"The gradebook's database needs the package {error.name}, which is not installed.",
            'What PostgreSQL needs: pip install "autograder[cluster]"',
        ) from None
    except (database_errors.ArgumentError, ImportError, OSError) as error:
        raise CourseError(
            f"The gradebook can't be opened: {error}.", "Look at CourseDirectory.db_url in nbgrader_config.py, or --db."
        ) from None
    return engine


def _furnish(engine: Engine) -> None:
    with engine.begin() as connection:
        if not inspect(connection).get_table_names():
            _create(connection)
        RESULTS.metadata.create_all(connection)


def _create(connection: Connection) -> None:
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    api.Base.metadata.create_all(connection)
    version = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))
    version.metadata.create_all(connection)
    connection.execute(insert(version).values(version_num=ScriptDirectory(ALEMBIC_DIR).get_current_head()))


def _unusable(error: database_errors.DBAPIError) -> CourseError:
    said = str(error.orig).strip().splitlines() or [type(error).__name__]
    return CourseError(
        f"The gradebook can't be used: {said[0]}.",
        "If nbgrader was updated since it was made, back it up, then: nbgrader db upgrade",
    )
