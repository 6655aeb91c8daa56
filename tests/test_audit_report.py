"""The audit for people: a page on which each survivor stands as a diff, a table, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from rich.console import Console

from autograder.audit.quality import quality_page
from autograder.audit.report import page, say
from autograder.audit.results import ExerciseAudit, LessonAudit, MutantFate

SURVIVOR = MutantFate(
    "comparison", 2, ("-    return a < b", "+    return a <= b"), "survived", "a test could ask for f(1, 1)"
)
EXCUSED = MutantFate("constant", 3, ("-    pace = 1", "+    pace = 2"), "excused", "a matter of <taste>")
LESSON = LessonAudit(
    "01-first/01-sums",
    (
        ExerciseAudit("total", 3, 2, mistakes=2, recognised=2, others=1, accepted=1, mutants=(SURVIVOR, EXCUSED),
                      unlisted={"killed": 4}, leaks={"0": 1}, alone="a test", defects=("something is <wrong>",)),
        ExerciseAudit("question", 1, 1),
    ),
    ("Nobody knows the rest.",),
    12.3,
)  # fmt: skip


def test_each_survivor_stands_as_a_diff_with_what_would_tell_it_apart() -> None:
    html = page([LESSON])
    assert "<del>-    return a &lt; b</del>" in html and "<ins>+    return a &lt;= b</ins>" in html
    assert "a test could ask for f(1, 1)" in html
    assert "a matter of &lt;taste&gt;" in html and "something is &lt;wrong&gt;" in html
    assert "Survivors: 1" in html and "Excused: 1" in html
    assert "Nobody knows the rest." in html


def test_the_page_needs_no_script_and_no_network() -> None:
    html = page([LESSON])
    assert "<script" not in html and "http" not in html and "src=" not in html
    assert "prefers-color-scheme: dark" in html


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_keeps_nobody_out(needs_chromium: Path, tmp_path: Path, theme: str) -> None:
    path = tmp_path / "audit.html"
    path.write_text(page([LESSON]), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs_chromium, args=["--no-sandbox"])
        shown = browser.new_page(color_scheme=theme)  # type: ignore[arg-type]
        shown.goto(path.as_uri())
        violations = Axe().run(shown).response["violations"]
        browser.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []


def test_the_table_names_every_exercise_and_every_defect(capsys: pytest.CaptureFixture[str]) -> None:
    say(LESSON, Console(width=100, highlight=False, soft_wrap=True))
    out = capsys.readouterr().out
    assert "01-first/01-sums · 12 s" in out
    (row,) = [line for line in out.splitlines() if line.strip().startswith("total")]
    assert row.split() == ["total", "2", "2/2", "1/1", "4/5", "80%", "1/3", "1"]
    assert "✗ total: something is <wrong>" in out
    assert "Nobody knows the rest." in out


def test_the_table_fits_a_terminal_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    crowded = ExerciseAudit(
        "a_name_of_twenty_one", 100, 100, mistakes=100, recognised=100, others=10, unlisted={"killed": 100}
    )
    say(LessonAudit("01-first/01-sums", (crowded,)), Console(width=80, highlight=False))
    out = capsys.readouterr().out
    assert "…" not in out and max(map(len, out.splitlines())) <= 80
    assert "a_name_of_twenty_one" in out and "100/100" in out and "mend" in out


def test_a_sample_is_called_one_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    part = LessonAudit("a", (ExerciseAudit("slow", 1, 1, unlisted={"killed": 8}, left_out=30),))
    sentence = "slow: sampled 8 of 38 mutants, since all of them would take too long."
    say(part, Console(width=100, highlight=False))
    assert sentence in capsys.readouterr().out
    assert sentence in page([part]) and sentence in quality_page([part])
    assert LessonAudit.from_json(json.loads(json.dumps(part.as_json()))).exercises[0].left_out == 30


def test_the_summary_of_the_course_counts_and_gives_reasons() -> None:
    markdown = quality_page([LESSON])
    assert "| mutants | 6 |" in markdown
    assert "| mutants killed, of those that are neither equivalent nor excused | 80.0% |" in markdown
    assert "| `total` | 2 | 2/2 | 1/1 | 4 | 1 | 0 | 1 | 80% | yes | 0 | 1/3 | 1 |" in markdown
    assert "- `total`, 1 × such as `` pace = 2 ``: a matter of <taste>" in markdown
    assert "- total: something is <wrong>" in markdown


def test_a_shortened_audit_counts_the_same_and_has_no_times() -> None:
    short = LESSON.shortened()
    assert short.seconds == 0 and all(found.seconds == 0 for found in short.exercises)
    for long, brief in zip(LESSON.exercises, short.exercises, strict=True):
        assert long.kill_rate == brief.kill_rate
        assert [long.count(fate) for fate in ("killed", "survived", "equivalent", "excused")] == [
            brief.count(fate) for fate in ("killed", "survived", "equivalent", "excused")
        ]
    assert LessonAudit.from_json(json.loads(json.dumps(short.as_json()))) == short
