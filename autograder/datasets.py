"""The course's data: each set by name, whole and checked, as a learner expects to find it.

The files lie under `datasets/`, one folder a set. A set's `card.md` describes it for people, `manifest.json`
for this module; `build.py` made both files and manifest. Nothing is downloaded here.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import CourseError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

FOLDER = Path(__file__).resolve().parent.parent / "datasets"


def names(folder: Path | None = None) -> list[str]:
    """Return the names of all data sets, sorted."""
    return sorted(_manifest(folder or FOLDER))


def load(name: str, folder: Path | None = None) -> Any:
    """Return a fresh copy of a data set; its card says what everything in it means.

    - `penguins_raw`, `birdstrikes`: a DataFrame.
    - `shop_orders`: `{"export": DataFrame, "key": DataFrame}`.
    - `fashion_mnist`: a `FashionMNIST`.

    Raises `CourseError` if there is no such set, or if one of its files is missing or damaged.
    """
    folder = folder or FOLDER
    _check(folder, name)
    return _LOADERS[name](folder / name)


def card(name: str, folder: Path | None = None) -> str:
    """Return a data set's card, as Markdown: what a row is, units, origin, licence, bias, unsuitable uses.

    Raises `CourseError` if there is no such set, or if its card is missing.
    """
    folder = folder or FOLDER
    _entry(folder, name)
    path = folder / name / "card.md"
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise CourseError(f"The card {_shown(folder, path)} is missing.", _restore(folder, path)) from None


def verify(folder: Path | None = None) -> None:
    """Compare every data file with the manifest.

    Raises `CourseError` for the first one that is missing or damaged.
    """
    folder = folder or FOLDER
    for name in names(folder):
        _check(folder, name)


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


def _penguins_raw(folder: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(
        folder / "penguins_raw.csv",
        keep_default_na=False,
        na_values=["NA"],
        parse_dates=["Date Egg"],
    )


def _birdstrikes(folder: Path) -> pd.DataFrame:
    import pandas as pd

    # The majority class is spelled "None". By pandas' defaults it would turn into missing labels, and a
    # classifier would be trained on the damaged aircraft alone. Only an empty speed means "not reported".
    return pd.read_csv(
        folder / "birdstrikes.csv.gz",
        keep_default_na=False,
        na_values={"Speed IAS in knots": [""]},
        parse_dates=["Flight Date"],
    )


def _shop_orders(folder: Path) -> dict[str, pd.DataFrame]:
    import pandas as pd

    # Cleaning is the learner's part: the export arrives as the text that stands in the file.
    # In both tables the country "NA" is Namibia.
    export = pd.read_csv(folder / "orders_export.csv", dtype=str, keep_default_na=False)
    key = pd.read_csv(folder / "orders_key.csv", keep_default_na=False, parse_dates=["ordered_on"])
    return {"export": export, "key": key}


def _fashion_mnist(folder: Path) -> FashionMNIST:
    import numpy as np

    with np.load(folder / "fashion_mnist.npz", allow_pickle=False) as arrays:
        return FashionMNIST(
            x_train=arrays["x_train"],
            y_train=arrays["y_train"],
            x_test=arrays["x_test"],
            y_test=arrays["y_test"],
            class_names=tuple(arrays["class_names"].tolist()),
        )


_LOADERS: dict[str, Callable[[Path], Any]] = {
    "birdstrikes": _birdstrikes,
    "fashion_mnist": _fashion_mnist,
    "penguins_raw": _penguins_raw,
    "shop_orders": _shop_orders,
}


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CourseError(
            f"The list of the course's data, {_shown(folder, path)}, is missing or damaged.",
            _restore(folder, path),
        ) from None
    return manifest


def _entry(folder: Path, name: str) -> dict[str, Any]:
    manifest = _manifest(folder)
    if name not in manifest:
        near = difflib.get_close_matches(name, manifest, n=1)
        offer = f'Did you mean "{near[0]}"?' if near else f"There are {', '.join(sorted(manifest))}."
        raise CourseError(f'There is no data set called "{name}".', offer)
    entry: dict[str, Any] = manifest[name]
    return entry


def _check(folder: Path, name: str) -> None:
    """Raise unless every file of the set is there and has the bytes that the manifest promises."""
    for file, promised in _entry(folder, name)["files"].items():
        path = folder / name / file
        try:
            status = path.stat()
        except OSError:
            what = f"The data file {_shown(folder, path)} is missing."
            raise CourseError(what, _restore(folder, path)) from None
        if _sha256(path, status.st_mtime_ns, status.st_size) != promised["sha256"]:
            what = f"The data file {_shown(folder, path)} is damaged: it is not as the course expects it."
            raise CourseError(what, _restore(folder, path))


@lru_cache(maxsize=256)
def _sha256(path: Path, mtime_ns: int, size: int) -> str:
    """Hash a file; asked again about the same version of it, remember the answer."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _shown(folder: Path, path: Path) -> str:
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"


def _restore(folder: Path, path: Path) -> str:
    return f"Restore it with: git checkout -- {_shown(folder, path)}"
