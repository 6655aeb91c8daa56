"""Pictures with several garments and what a detector should find in them, made when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from autograder.errors import CourseError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SIDE = 64
MOST = 4
VISIBLE = 0.75  # of a garment, at least


@dataclass(frozen=True, eq=False)
class GarmentScenes:
    """Pictures of one to four garments on noise, and where they are. The places of absent garments hold -1.

    `images` (n, 64, 64): uint8. `counts` (n,): how many garments. `labels` (n, 4): the places in `class_names`.
    `boxes` (n, 4, 4): x0, y0, x1, y1 in pixels, the smallest that enclose what is visible; x1 and y1 lie outside.
    `masks` (n, 64, 64): uint8, 0 where the background shows, else 1 + the garment's place in `labels`.
    """

    images: npt.NDArray[np.uint8]
    counts: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.int64]
    masks: npt.NDArray[np.uint8]
    class_names: tuple[str, ...]


def garment_scenes(n: int, seed: int, part: Literal["train", "test"] = "train") -> GarmentScenes:
    """Return `n` scenes, the same for the same seed.

    The garments are those of Fashion-MNIST's training or test pictures, so scenes of one part hold none of the
    other's. Some are mirrored; at least three quarters of each are visible. Raises CourseError if `n` is below 1
    or there is no such part.
    """
    import numpy as np

    from autograder.datasets import load

    if n < 1:
        raise CourseError(f"There must be at least one scene, not {n}.", "Ask for garment_scenes(n=100, seed=0).")
    if part not in ("train", "test"):
        raise CourseError(f'There is no part called "{part}".', 'Ask for part="train" or part="test".')
    fashion = load("fashion_mnist")
    pictures, classes = (fashion.x_train, fashion.y_train) if part == "train" else (fashion.x_test, fashion.y_test)
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, MOST + 1, n)
    images = rng.normal(50, 20, (n, SIDE, SIDE)).clip(0, 255).astype(np.uint8)
    masks = np.zeros((n, SIDE, SIDE), np.uint8)
    labels, boxes = np.full((n, MOST), -1), np.full((n, MOST, 4), -1)
    for scene, count in enumerate(counts):
        chosen = rng.integers(len(pictures), size=count)
        garments = [pictures[place][:, ::-1] if rng.random() < 0.5 else pictures[place] for place in chosen]
        masks[scene], seen = _arranged(rng, garments)
        labels[scene, :count] = classes[chosen]
        for place in range(count):
            here = masks[scene] == place + 1
            images[scene][here] = seen[place][here]
            ys, xs = np.nonzero(here)
            boxes[scene, place] = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
    return GarmentScenes(images, counts, labels, boxes, masks, fashion.class_names)


def _arranged(
    rng: np.random.Generator, garments: list[npt.NDArray[np.uint8]]
) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[np.uint8]]]:
    """Lay garments down, later ones on top, until enough of each is visible; return the mask and each as laid."""
    import numpy as np

    side = garments[0].shape[0]
    while True:
        mask = np.zeros((SIDE, SIDE), np.uint8)
        laid = []
        for place, garment in enumerate(garments, start=1):
            x, y = rng.integers(SIDE - side + 1, size=2)
            canvas = np.zeros((SIDE, SIDE), np.uint8)
            canvas[y : y + side, x : x + side] = garment
            mask[canvas > 0] = place
            laid.append(canvas)
        if all((mask == place).sum() >= VISIBLE * (laid[place - 1] > 0).sum() for place in range(1, len(laid) + 1)):
            return mask, laid
