"""What is made at run time tells the truth about itself."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.ensemble import HistGradientBoostingRegressor

from autograder import datasets
from autograder.datasets.drift import Batch, DriftStream
from autograder.datasets.scenes import GarmentScenes
from autograder.errors import CourseError


@pytest.fixture(scope="module")
def scenes() -> GarmentScenes:
    return datasets.garment_scenes(300, seed=1)


@pytest.fixture(scope="module")
def stream() -> DriftStream:
    return datasets.drift_stream(seed=1)


def test_scenes_have_their_shapes_and_types(scenes: GarmentScenes) -> None:
    assert scenes.images.shape == scenes.masks.shape == (300, 64, 64)
    assert scenes.images.dtype == scenes.masks.dtype == np.uint8
    assert scenes.labels.shape == (300, 4) and scenes.boxes.shape == (300, 4, 4)
    assert set(scenes.counts) == {1, 2, 3, 4}
    assert set(scenes.labels[scenes.labels >= 0]) == set(range(10)) and len(scenes.class_names) == 10


def test_a_box_is_the_smallest_that_encloses_its_mask(scenes: GarmentScenes) -> None:
    for mask, boxes, count in zip(scenes.masks, scenes.boxes, scenes.counts, strict=True):
        assert set(mask.flat) == set(range(count + 1))
        for place, (x0, y0, x1, y1) in enumerate(boxes[:count], start=1):
            inside = mask[y0:y1, x0:x1] == place
            assert inside.sum() == (mask == place).sum()
            assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))


def test_absent_garments_are_marked(scenes: GarmentScenes) -> None:
    absent = np.arange(4) >= scenes.counts[:, None]
    assert (scenes.labels[absent] == -1).all() and (scenes.boxes[absent] == -1).all()
    assert (scenes.labels[~absent] >= 0).all() and (scenes.boxes[~absent] >= 0).all()


def test_a_lone_garment_is_a_picture_of_its_class(scenes: GarmentScenes) -> None:
    fashion = datasets.load("fashion_mnist")
    known = {
        picture[rows][:, columns].tobytes(): label
        for picture, label in zip(fashion.x_train, fashion.y_train, strict=True)
        for rows, columns in [(picture.any(axis=1), picture.any(axis=0))]
    }
    for scene in np.flatnonzero(scenes.counts == 1)[:20]:
        x0, y0, x1, y1 = scenes.boxes[scene, 0]
        cut = np.where(scenes.masks[scene], scenes.images[scene], 0)[y0:y1, x0:x1]
        assert known.get(cut.tobytes(), known.get(cut[:, ::-1].tobytes())) == scenes.labels[scene, 0]


def test_the_background_is_noise_under_every_scene(scenes: GarmentScenes) -> None:
    background = scenes.images[scenes.masks == 0].astype(float)
    assert background.mean() == pytest.approx(49.5, abs=1) and background.std() == pytest.approx(20, abs=1)


def test_a_seed_gives_the_same_scenes_again_and_another_does_not(scenes: GarmentScenes) -> None:
    again, other = datasets.garment_scenes(300, seed=1), datasets.garment_scenes(300, seed=2)
    assert all(np.array_equal(vars(again)[name], vars(scenes)[name]) for name in ("images", "boxes", "labels", "masks"))
    assert not np.array_equal(other.images, scenes.images)


def test_scenes_of_the_test_part_show_other_garments(scenes: GarmentScenes) -> None:
    assert not np.array_equal(datasets.garment_scenes(300, seed=1, part="test").labels, scenes.labels)


def test_the_years_drift_is_not_in_the_stream() -> None:
    calm = datasets.drift_stream(covariate_at=None, concept_at=None, schema_at=None, seed=2)
    assert calm.truth == {"covariate": None, "concept": None, "schema": None}
    alarms = [stats.ks_2samp(reference(calm)["temp"], batch.X["temp"]).pvalue < 0.001 for batch in calm.batches[10:]]
    assert sum(alarms) <= 1


def test_the_stream_tells_when_each_drift_begins(stream: DriftStream) -> None:
    assert stream.truth == {"covariate": 20, "concept": 35, "schema": 50}
    assert [batch.number for batch in stream.batches] == list(range(60))
    assert all(len(batch.X) == len(batch.y) == 250 for batch in stream.batches)
    assert not {"casual", "registered", "bikers"} & set(stream.batches[0].X)


def reference(stream: DriftStream) -> pd.DataFrame:
    return pd.concat([batch.X for batch in stream.batches[:10]])


def test_the_covariate_drift_is_seen_after_its_beginning_and_not_before(stream: DriftStream) -> None:
    p = [stats.ks_2samp(reference(stream)["temp"], batch.X["temp"]).pvalue for batch in stream.batches[10:50]]
    assert min(p[:10]) > 0.001
    assert max(p[10:]) < 0.001


def test_the_concept_drift_is_seen_after_its_beginning_and_not_before(stream: DriftStream) -> None:
    def known(batch: Batch) -> pd.DataFrame:
        return batch.X.drop(columns="weathersit")

    learned = stream.batches[:15]
    model = HistGradientBoostingRegressor(loss="poisson", random_state=0)
    model.fit(pd.concat(map(known, learned)).drop(columns="mnth"), pd.concat([batch.y for batch in learned]))

    def missed(batch: Batch) -> float:
        """How far the rush hours fall short of what was predicted, as a share."""
        rush = (batch.X["workingday"] == 1) & batch.X["hr"].isin([7, 8, 9, 16, 17, 18, 19])
        predicted = model.predict(known(batch).drop(columns="mnth"))
        return float(1 - batch.y[rush].sum() / predicted[rush].sum())

    assert max(abs(missed(batch)) for batch in stream.batches[15:35]) < 0.2
    after = [missed(batch) for batch in stream.batches[35:50]]
    assert min(after) > 0.25 and np.mean(after) == pytest.approx(0.4, abs=0.05)


def test_the_concept_drift_leaves_the_hours_as_they_are() -> None:
    with_drift, without = datasets.drift_stream(seed=3), datasets.drift_stream(concept_at=None, seed=3)
    for changed, same in zip(with_drift.batches, without.batches, strict=True):
        pd.testing.assert_frame_equal(changed.X, same.X)
        assert changed.y.equals(same.y) == (changed.number < 35)
        assert (changed.y >= 0).all()


def test_the_schema_drift_changes_unit_name_and_type(stream: DriftStream) -> None:
    before, after = stream.batches[49].X, stream.batches[50].X
    assert set(before) - set(after) == {"weathersit"} and set(after) - set(before) == {"weather"}
    assert before["temp"].max() <= 1 < after["temp"].max() <= 40
    assert before["windspeed"].dtype == "float64" and after["windspeed"].dtype == "str"
    assert all(set(batch.X) == set(before) for batch in stream.batches[:50])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (lambda: datasets.garment_scenes(0, seed=0), "at least one scene, not 0"),
        (lambda: datasets.garment_scenes(1, seed=0, part="dev"), 'no part called "dev"'),
        (lambda: datasets.drift_stream(batches=0), "needs batches and rows"),
        (
            lambda: datasets.drift_stream(batches=30),
            "concept drift can't begin with batch 35: there are batches 0 to 29",
        ),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_sentence(asked, says: str) -> None:
    with pytest.raises(CourseError, match=says):
        asked()
