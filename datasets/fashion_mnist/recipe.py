"""A stratified sixth of Fashion-MNIST: equally many images of each class, in their original order."""

import gzip
import random
from pathlib import Path

import numpy as np
from packing import write_npz

TITLE = "Fashion-MNIST, 10,000 + 2,000 images"
VERSION = "1"
LICENCE = "MIT"
SOURCES = ["apt dataset-fashion-mnist=0.0~git20200523.55506a9-1"]

SEED = 20_170_825
PER_CLASS = {"train": 1_000, "test": 200}
CLASS_NAMES = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]


def build(out: Path, package: Path) -> dict[str, int]:
    idx = package / "usr/share/datasets/fashion-mnist"
    rng = random.Random(SEED)
    arrays = {"class_names": np.array(CLASS_NAMES)}
    for part, prefix in (("train", "train"), ("test", "t10k")):
        # IDX: a header of 16 bytes before the pixels and of 8 before the labels, then plain uint8.
        with gzip.open(idx / f"{prefix}-images-idx3-ubyte.gz") as file:
            images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
        with gzip.open(idx / f"{prefix}-labels-idx1-ubyte.gz") as file:
            labels = np.frombuffer(file.read(), np.uint8, offset=8)
        chosen = sorted(
            index
            for label in range(10)
            for index in rng.sample(np.flatnonzero(labels == label).tolist(), PER_CLASS[part])
        )
        arrays |= {f"x_{part}": images[chosen], f"y_{part}": labels[chosen]}
    write_npz(out / "fashion_mnist.npz", arrays)
    return {"fashion_mnist.npz": len(arrays["y_train"]) + len(arrays["y_test"])}
