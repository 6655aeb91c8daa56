"""`autograder doctor`: what this machine has, what it lacks, and the command that brings it."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from autograder import doctor
from autograder.doctor import Finding, examine
from autograder.errors import CourseError
from autograder.journal import VARIABLE
from autograder.sandbox.probe import Probe

pytestmark = pytest.mark.learner


def findings(work: Path) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(work)}


def test_a_machine_on_which_tests_run_has_all_that_is_needed(tmp_path: Path) -> None:
    found = findings(tmp_path / "work")
    assert [finding for finding in found.values() if finding.needed and not finding.fine] == []
    tools = {"git", "g++", "container engine", "sandbox for grading"}
    assert {"Python", "packages", "data sets", "working copies", "journal", *tools} == set(found)


def test_an_old_python_is_needed_newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    python = findings(tmp_path)["Python"]
    assert (python.fine, python.needed, python.says) == (False, True, "3.10.4 (3.11 or newer is needed)")


def test_missing_packages_are_named_with_the_command_that_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = importlib.metadata.version

    def without_torch(name: str) -> str:
        if name in {"torch", "fastapi"}:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed(name)

    monkeypatch.setattr(importlib.metadata, "version", without_torch)
    packages = findings(tmp_path)["packages"]
    assert (packages.fine, packages.needed) == (False, True)
    assert packages.says == "missing: torch, fastapi. Run: make learn"


def test_a_damaged_data_set_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> None:
        raise CourseError("The data file a.csv is damaged.", "Restore it with: git checkout -- a.csv")

    monkeypatch.setattr("autograder.datasets.verify", damaged)
    data = findings(tmp_path)["data sets"]
    assert (data.fine, data.says) == (False, "The data file a.csv is damaged. Restore it with: git checkout -- a.csv")


def test_a_folder_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def refuse(path: Path, mode: int) -> bool:  # root may write anywhere, so the system's answer is played here
        asked.append(path)
        return False

    monkeypatch.setattr(doctor.os, "access", refuse)
    copies = findings(tmp_path / "not" / "there" / "yet")["working copies"]
    assert not copies.fine and copies.says.startswith(f"{tmp_path / 'not' / 'there' / 'yet'} can't be written.")
    assert tmp_path in asked


def test_a_journal_that_is_switched_off_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    assert findings(tmp_path)["journal"] == Finding("journal", True, "switched off", needed=False)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine" / "journal.jsonl"))
    assert findings(tmp_path)["journal"] == Finding("journal", True, str(tmp_path / "mine"))


def test_tools_that_are_missing_say_what_they_are_for_and_are_not_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = findings(tmp_path)
    for tool, words in (
        ("git", "missing, needed to update the course. Install your system's package `git`."),
        ("g++", "missing, for C++ in 02-python/09. Install your system's package `g++`."),
        ("container engine", "none runs; 06-deployment/08-docker then checks without building"),
    ):
        assert (found[tool].fine, found[tool].needed, found[tool].says) == (False, False, words)


@pytest.mark.skipif(sys.platform == "win32", reason="the engine is played by a shell script")
@pytest.mark.parametrize(("exit_code", "fine"), [(0, True), (1, False)])
def test_a_container_engine_counts_when_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exit_code: int, fine: bool
) -> None:
    engine = tmp_path / "podman"
    engine.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}")
    assert findings(tmp_path)["container engine"].fine is fine


@pytest.mark.parametrize(
    ("found", "fine", "says"),
    [
        (Probe("strong"), True, "strong: notebooks are graded out of reach of this machine"),
        (
            Probe("lite", (("mount namespace", "EPERM: Operation not permitted"), ("scratch", "not capped"))),
            True,
            "lite: notebooks are graded as a bounded account or by Landlock's rules, without namespaces. "
            "Missing: mount namespace: EPERM: Operation not permitted; scratch: not capped",
        ),
        (
            Probe("none", (("Linux", "this is Darwin"),)),
            False,
            "none: `autograder grade` needs --trust-student-code here. Missing: Linux: this is Darwin",
        ),
    ],
)
def test_the_level_of_the_sandbox_is_told_with_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Probe, fine: bool, says: str
) -> None:
    monkeypatch.setattr("autograder.sandbox.probe.probe", lambda: found)
    assert findings(tmp_path)["sandbox for grading"] == Finding("sandbox for grading", fine, says, needed=False)
