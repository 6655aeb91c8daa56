"""pandas' Series, DataFrame and Index on the wire: each column by its type and its values."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from autograder.sandbox.codec_parts import WireError


class Part(Protocol):
    """What encodes or decodes a single value or array, or `all` of a list."""

    def __call__(self, part: Any, /) -> Any: ...

    def all(self, parts: Any, /) -> list[Any]: ...


def is_frame(value: Any) -> bool:
    """Whether a value is one of the tables that cross; no subclass of them does."""
    pd: Any = sys.modules.get("pandas")
    return pd is not None and (type(value) in (pd.DataFrame, pd.Series) or isinstance(value, pd.Index))


def encode(value: Any, part: Part) -> list[Any]:
    """Plain data; `part` encodes single values and arrays."""
    import pandas as pd

    if isinstance(value, pd.Index):
        return ["index", *_index(value, part)]
    if isinstance(value, pd.Series):
        return ["series", *_column(value.array, part), part(value.name), _index(value.index, part)]
    columns = [_column(value.iloc[:, position].array, part) for position in range(value.shape[1])]
    return ["frame", columns, _index(value.columns, part), _index(value.index, part)]


def decode(data: Any, part: Part) -> Any:
    """The table that `encode` was given."""
    import pandas as pd

    kind, *rest = data
    if kind == "index":
        return _decode_index(rest, part)
    if kind == "series":
        values, name, index = _decode_column(rest[:2], part), part(rest[2]), _decode_index(rest[3], part)
        return pd.Series(values, index=index, name=name, copy=False)
    if kind != "frame":
        raise WireError("a table of an unknown kind")
    # In the order of `encode`: numbered values come with their numbers in sequence.
    columns = {position: _decode_column(column, part) for position, column in enumerate(rest[0])}
    labels, index = _decode_index(rest[1], part), _decode_index(rest[2], part)
    frame = pd.DataFrame(columns, index=index, copy=False)
    frame.columns = labels
    return frame


def _column(values: Any, part: Part) -> list[Any]:
    """[type, values]: numbers and dates as one array, categories by code, the rest value by value."""
    import numpy as np
    import pandas as pd

    if isinstance(values, pd.arrays.NumpyExtensionArray):
        values = values.to_numpy()
    dtype = values.dtype
    if isinstance(dtype, np.dtype) and dtype.kind != "O":
        return ["array", part(np.asarray(values))]
    if isinstance(dtype, pd.CategoricalDtype):
        codes = part(np.asarray(values.codes))
        return ["category", [codes, _index(dtype.categories, part), bool(dtype.ordered)]]
    name = "object" if isinstance(dtype, np.dtype) else _name(dtype)
    return [name, part.all(list(values))]


def _name(dtype: Any) -> str:
    import pandas as pd

    if isinstance(dtype, pd.StringDtype):
        return "str" if dtype == pd.StringDtype(na_value=float("nan")) else "string"
    return str(dtype)


def _decode_column(data: Any, part: Part) -> Any:
    import numpy as np
    import pandas as pd

    name, content = data
    if name == "array":
        return part(content)
    if name == "category":
        codes, categories, ordered = part(content[0]), _decode_index(content[1], part), bool(content[2])
        return pd.Categorical.from_codes(codes, categories=categories, ordered=ordered)
    values = part.all(content)
    if name == "object":
        column = np.empty(len(values), dtype=object)
        for position, value in enumerate(values):
            column[position] = value
        return column
    if type(name) is not str or len(name) > 80:
        raise WireError("a column of an unknown type")
    dtype: Any = pd.StringDtype(na_value=float("nan")) if name == "str" else pd.api.types.pandas_dtype(name)
    return pd.array(values, dtype=dtype)


def _index(index: Any, part: Part) -> list[Any]:
    import pandas as pd

    if isinstance(index, pd.MultiIndex):
        return ["multi", [_index(level, part) for level in index.levels], [part(codes) for codes in index.codes],
                [part(name) for name in index.names]]  # fmt: skip
    if isinstance(index, pd.RangeIndex):
        return ["range", index.start, index.stop, index.step, part(index.name)]
    freq = getattr(index, "freqstr", None) if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex) else None
    return ["plain", _column(index.array, part), part(index.name), freq]


def _decode_index(data: Any, part: Part) -> Any:
    import pandas as pd

    kind, *rest = data
    if kind == "range":
        return pd.RangeIndex(rest[0], rest[1], rest[2], name=part(rest[3]))
    if kind == "multi":
        levels = [_decode_index(level, part) for level in rest[0]]
        codes, names = [part(one) for one in rest[1]], [part(name) for name in rest[2]]
        return pd.MultiIndex(levels=levels, codes=codes, names=names)
    if kind != "plain":
        raise WireError("an index of an unknown kind")
    index: Any = pd.Index(_decode_column(rest[0], part), name=part(rest[1]))
    if rest[2] is not None and isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        index.freq = rest[2]  # type: ignore[misc]
    return index
