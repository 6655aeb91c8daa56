"""docs/security.md says what was recorded, and the cases are all there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attacks import stock
from attacks.case import FULL, NOTHING, Case, Place, submit
from attacks.case_faults import FAULTS
from attacks.cases import CASES
from attacks.page import PAGE, page

ROWS = """
read solutions; read / write gradebook; read other student; environment secrets; /proc escape; write outside;
TCP loopback; exfiltration, DNS; `!pip install x`; see/kill others; kill parent; ptrace, vm_readv; x32,
io_uring, bpf; setuid helper; raise rlimits, nice; fork bomb; thread bomb; memory bomb; disk filler; fd bomb;
affinity, priority; endless loop; loop ignoring signals; swallow interrupt; input(); daemon grandchild; grader
killed; output flood; one giant line/output; `os._exit(0)`, `exit()`, `sys.exit(0)`; segfault; silence errors;
patch testing; patch builtins; AST/input transformer; forge partial credit; frame peek; settrace/audit hook;
read hidden tests; redefine later; hardcoded answers; answer file; clock; pickle return; symlink in
submission; FIFO, device, hard link; zip traversal; zip/gzip bomb; huge notebook; invalid JSON; wrong file
name; test cell deleted; test cell edited; metadata forging; XSS markdown; XSS output; XSS elsewhere;
CSV/formula injection; stderr warning in passing test; magics; lazy import trap; sandbox missing; level stamp
""".replace("\n", " ").split(";")


@pytest.mark.parametrize("row", [row.strip() for row in ROWS])
def test_each_kind_of_attack_has_a_case(row: str) -> None:
    assert row in {case.row for case in CASES} | {fault.row for fault in FAULTS}


def test_ids_and_students_are_unique() -> None:
    for names in ([case.id for case in CASES], [case.handed_in_by for case in CASES]):
        assert len(set(names)) == len(names)


def test_every_submission_can_be_written(tmp_path: Path) -> None:
    place = Place(tmp_path / "course", tmp_path, tmp_path, 1, 1, "name")
    (place.course / "source" / "ps1").mkdir(parents=True)
    (place.course / "source" / "ps1" / "ps1.py").touch()
    for case in CASES:
        submit(case, tmp_path / "submitted" / case.id, place)
        assert any((tmp_path / "submitted" / case.id).iterdir()), case.id


@pytest.mark.parametrize("case", [case for case in CASES if case.forges], ids=lambda case: case.id)
def test_a_case_that_forges_is_not_expected_to_get_all(case: Case) -> None:
    marks = {**NOTHING, **case.expected.marks}
    assert all(marks[name] < FULL[name] or name == "half" for name in FULL)


def test_stock_nbgrader_was_run_on_each_case_as_it_is_now() -> None:
    record = json.loads(stock.RECORD.read_text())
    stale = [case.id for case in CASES if record.get(case.id, {}).get("of") != case.digest]
    assert not stale, "run: PYTHONPATH=tests python -m attacks.stock"


def test_the_page_says_what_was_recorded() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run: PYTHONPATH=tests python -m attacks.page"
