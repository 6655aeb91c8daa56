"""Archives and tables that come out byte for byte the same. For the recipes."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """As np.savez_compressed, with zip's best compression and the same date for ever."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in sorted(arrays.items()):
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # otherwise a file built on Windows differs
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)


def write_columns(path: Path, table: dict[str, Sequence[str] | Sequence[int | None]]) -> None:
    """Write a table that `autograder.datasets.columns` reads in a blink; empty text and None are gaps.

    Whole numbers take the narrowest type, whose smallest value means a gap. A text column is its sorted `words`
    and, for each row, the place of its word there; a place behind the last one means a gap.
    """
    arrays = {"columns": np.array(list(table))}
    for name, values in table.items():
        if isinstance(values[0], str):
            words = np.array(sorted({value for value in values if value}))
            place = {word: number for number, word in enumerate(words.tolist())} | {"": len(words)}
            arrays[f"{name}.words"] = words
            arrays[name] = np.array([place[value] for value in values], np.min_scalar_type(len(words)))
        else:
            known = [value for value in values if value is not None]
            narrow = next(
                kind
                for kind in (np.int8, np.int16, np.int32)
                if np.iinfo(kind).min < min(known) and max(known) <= np.iinfo(kind).max
            )
            gap = np.iinfo(narrow).min
            arrays[name] = np.array([gap if value is None else value for value in values], narrow)
    write_npz(path, arrays)


def columns_of(lines: Iterable[str]) -> dict[str, list[str]]:
    """Read a CSV as its columns of text."""
    header, *rows = csv.reader(lines)
    return dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))


def write_table(path: Path, table: dict[str, Sequence[object]]) -> int:
    """Write a table as a compressed CSV; return its number of rows. Whole numbers stand without a decimal point."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    rows = list(zip(*table.values(), strict=True))
    writer.writerows(rows)
    # Without a time in its header the same content always gives the same bytes.
    path.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), compresslevel=9, mtime=0))
    return len(rows)
