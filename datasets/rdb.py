"""Data frames out of the lazy-loading database of an R package. For the recipes; needs rdata==1.1.0."""

import gzip
import lzma
import zlib
from pathlib import Path
from typing import Any

XZ = [{"id": lzma.FILTER_LZMA2, "preset": 6 | lzma.PRESET_EXTREME}]


def read_frame(data: Path, name: str) -> dict[str, list[Any]]:
    """Return an object of `data/Rdata.rdb` as columns of text and numbers; whole numbers as int, gaps as empty text.

    `Rdata.rdx` says where each record stands. A record is a length of four bytes and a zlib stream, or the letter Z
    and a raw LZMA2 stream.
    """
    from rdata.conversion import convert
    from rdata.parser import parse_data

    index = convert(parse_data(gzip.decompress((data / "Rdata.rdx").read_bytes())))
    start, size = (int(number) for number in index["variables"][name])
    record = (data / "Rdata.rdb").read_bytes()[start + 4 : start + size]
    packed = record[:1] == b"Z"
    content = lzma.decompress(record[1:], lzma.FORMAT_RAW, filters=XZ) if packed else zlib.decompress(record)
    frame = convert(parse_data(content))
    return {column: [_plain(value) for value in frame[column].tolist()] for column in frame.columns}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if value != value:
        return ""
    return int(value) if value == int(value) else float(value)
