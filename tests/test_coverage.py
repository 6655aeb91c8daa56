"""The coverage page: every topic of the field has a row, and the row says who grades it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.coverage import coverage_page, ready_specs
from autograder.errors import CourseError
from autograder.spec import Spec, load_spec
from autograder.syllabus import LessonEntry, Stage, Syllabus, Topic, course_root, read_syllabus

# What the course promises to answer for, in the order of the page.
PROMISED = """\
vectors; matrices; transformations; eigenvalues; derivatives; partial derivatives; gradients;
optimisation; probability; distributions; hypothesis testing; Bayes; Python basics; data structures;
functions; OOP; modular code; testing; documentation; version control; NumPy; Pandas; Matplotlib;
Tableau; SQL; R; Java; C++; JavaScript; data collection; cleaning; wrangling; EDA; visualisation;
feature engineering; scaling; encoding; embeddings; PCA; ETL; Airflow; data validation; Great
Expectations; pipeline monitoring; linear regression; logistic regression; decision trees; random
forests; gradient boosting; k-means; hierarchical clustering; segmentation of customers; anomaly
detection; accuracy/precision/recall/F1/ROC; imbalanced data; business metrics; cross-validation;
hyperparameter tuning; AutoML; model versioning; A/B testing; data drift; perceptron; activation
functions; forward and backward propagation; CNN; image classification; object detection; segmentation;
RNN; sequence models; NLP; sentiment analysis; transformers; generative AI; fine-tuning of pretrained
networks; LLM APIs; prompt engineering; agents; chatbots; recommendation; reinforcement learning; reward
design; PyTorch; TensorFlow; Keras; choosing a framework; debugging networks; distributed training;
Flask; Django; FastAPI; TensorFlow Serving and TorchServe in context; Docker; Kubernetes; AWS; Azure;
Google Cloud; serverless; autoscaling; rate limits; batch and real-time prediction; Prometheus; drift
and performance monitoring; CI/CD for models; canary; shadow; rollback; human in the loop; ethics;
interpretability; stock-price project; image project; sentiment project; portfolio; documentation of
architecture; reproducibility; résumé; networking; roles and specialisations; certifications;
interviews; ML system design; coding challenges
"""

SPEC = """\
from autograder.compare import close
from autograder.exercise import Choice, Exercise

warmup_1 = Choice(correct="a", distractors={"b": "No."}, concepts=["dot product"])

dot_product = Exercise(concepts=["Dot product"], minutes=5)
length = Exercise(concepts=["root"], minutes=5)


@dot_product.test("it works")
def _(answer):
    close(answer([1], [2]), 2)


@length.test("it works")
def _(answer):
    close(answer([1]), 1)
"""


def lesson(stem: str, *topics: str, ready: bool) -> LessonEntry:
    return LessonEntry(
        id=f"01-math/{stem}",
        stage="01-math",
        stem=stem,
        title=stem,
        about=stem,
        needs=(),
        minutes=60,
        seconds=30,
        topics=topics,
        data=(),
        ready=ready,
    )


@pytest.fixture
def small(tmp_path: Path) -> Syllabus:
    """One ready and one planned lesson; both teach vectors, nobody teaches poetry."""
    lessons = (
        lesson("01-vectors", "vectors", "geometry", ready=True),
        lesson("02-matrices", "vectors", "matrices", ready=False),
    )
    topics = (
        Topic("vectors", ("dot product",)),
        Topic("geometry", ()),
        Topic("matrices", ()),
        Topic("poetry", ()),
    )
    return Syllabus(tmp_path / "curriculum", (Stage("01-math", "Mathematics", "Ideas.", lessons),), topics)


@pytest.fixture
def specs(tmp_path: Path) -> dict[str, Spec]:
    path = tmp_path / "01-vectors.py"
    path.write_text(SPEC, encoding="utf-8")
    return {"01-math/01-vectors": load_spec(path)}


def rows(page: str) -> list[list[str]]:
    """The cells of the table's body, row by row."""
    lines = page.partition("|---|---|---|\n")[2].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


# The course's own page


def test_the_committed_page_is_what_make_coverage_writes() -> None:
    syllabus = read_syllabus()
    committed = (course_root() / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert committed == coverage_page(syllabus, ready_specs(syllabus)), "Run `make coverage`."


def test_every_promised_topic_has_a_row_and_no_other_has() -> None:
    promised = " ".join(PROMISED.split()).split("; ")
    page = coverage_page(read_syllabus(), {})
    assert list(dict.fromkeys(topic for topic, _, _ in rows(page))) == promised


def test_every_promised_topic_is_taught_by_some_lesson() -> None:
    page = coverage_page(read_syllabus(), {})
    assert [topic for topic, taught, _ in rows(page) if taught == "no lesson"] == []


# What a row says


def test_the_page_says_that_it_is_generated_and_how(small: Syllabus) -> None:
    head = coverage_page(small, {}).splitlines()[:4]
    assert "generated" in head[2]
    assert "make coverage" in head[2]


def test_the_page_counts_the_topics_of_ready_lessons(small: Syllabus) -> None:
    assert "Of 4 topics, 2 are taught by a lesson that is ready" in coverage_page(small, {})


def test_a_ready_lesson_is_linked_to_its_notebook_from_the_docs(small: Syllabus, specs: dict[str, Spec]) -> None:
    linked = rows(coverage_page(small, specs))[0][1]
    assert linked == "[01-math/01-vectors](../curriculum/01-math/01-vectors.ipynb)"


def test_a_planned_lesson_says_so_and_claims_no_exercise(small: Syllabus, specs: dict[str, Spec]) -> None:
    assert ["matrices", "01-math/02-matrices (planned)", "—"] in rows(coverage_page(small, specs))


def test_a_topic_of_two_lessons_has_a_row_for_each(small: Syllabus, specs: dict[str, Spec]) -> None:
    assert [topic for topic, _, _ in rows(coverage_page(small, specs))].count("vectors") == 2


def test_exercises_stand_beside_the_topic_that_their_concepts_name(small: Syllabus, specs: dict[str, Spec]) -> None:
    assert rows(coverage_page(small, specs))[0][2] == "`dot_product`"


def test_a_topic_that_no_exercise_names_is_graded_by_the_whole_lesson(small: Syllabus, specs: dict[str, Spec]) -> None:
    geometry = next(row for row in rows(coverage_page(small, specs)) if row[0] == "geometry")
    assert geometry[2] == "the whole lesson"


def test_a_topic_that_no_lesson_teaches_keeps_its_row(small: Syllabus) -> None:
    assert ["poetry", "no lesson", "—"] in rows(coverage_page(small, {}))


def test_the_exercises_of_planned_lessons_are_not_looked_for(small: Syllabus) -> None:
    path = small.spec_path(small.lesson("vectors"))
    path.parent.mkdir(parents=True)
    path.write_text(SPEC, encoding="utf-8")
    assert list(ready_specs(small)) == ["01-math/01-vectors"]


def test_a_ready_lesson_without_its_exercises_is_refused(small: Syllabus) -> None:
    with pytest.raises(CourseError, match=r"01-vectors\.py"):
        ready_specs(small)
