"""What a data set is when it is no table: arrays that belong together, under names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class FashionMNIST:
    """10,000 + 2,000 pictures of clothes, equally many of each of ten classes (Xiao, Rasul, Vollgraf 2017).

    `x_train` (10000, 28, 28) and `x_test` (2000, 28, 28): uint8, 0 black background to 255 white.
    `y_train` (10000,) and `y_test` (2000,): uint8 labels, 0 to 9, the places in `class_names`.
    """

    x_train: npt.NDArray[np.uint8]
    y_train: npt.NDArray[np.uint8]
    x_test: npt.NDArray[np.uint8]
    y_test: npt.NDArray[np.uint8]
    class_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class WordVectors:
    """10,000 English words and where they lie (GloVe; Pennington, Socher, Manning 2014).

    `words`: the most frequent first. `vectors` (10000, 100): float32, one row a word, of different lengths.
    """

    words: tuple[str, ...]
    vectors: npt.NDArray[np.float32]
