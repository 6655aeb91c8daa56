"""NumPy's arrays, scalars and generators, pandas' scalars and torch's tensors on the wire: type, shape, bytes.

Object arrays never cross as bytes: their elements are sent one by one by whoever holds them, or not at all.
"""

from __future__ import annotations

import math
import sys
from typing import Any, Final

from autograder.sandbox.codec_parts import WireError

_KINDS: Final = frozenset("biufcSUMm")
"""NumPy's kinds of element that are plain bytes: numbers, truth, text of fixed length, dates, durations."""
_BIT_GENERATORS: Final = frozenset({"PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"})
MOST_BYTES: Final = 256 << 20


def array(value: Any) -> list[Any] | None:
    """[type, shape, order, bytes] of an array of plain elements; None for anything else."""
    import numpy as np

    if type(value) is not np.ndarray or value.dtype.kind not in _KINDS or value.dtype.names is not None:
        return None
    order: Any = "F" if value.flags.f_contiguous and not value.flags.c_contiguous else "C"
    return [value.dtype.str, list(value.shape), order, value.tobytes(order)]


def decode_array(kind: Any, shape: Any, order: Any, content: Any) -> Any:
    """The array, in memory of its own. Raises WireError when the bytes don't fit type and shape."""
    import numpy as np

    dtype = _dtype(kind)
    if not all(type(size) is int and size >= 0 for size in shape) or len(shape) > 32 or order not in ("C", "F"):
        raise WireError("an array of an impossible shape")
    if math.prod(shape) * dtype.itemsize != len(content) or len(content) > MOST_BYTES:
        raise WireError("an array whose bytes don't fit its shape")
    if dtype.itemsize == 0:
        return np.zeros(shape, dtype, order)
    return np.frombuffer(bytearray(content), dtype).reshape(shape, order=order)


def _dtype(kind: Any) -> Any:
    import numpy as np

    dtype = np.dtype(kind) if type(kind) is str and len(kind) < 40 else None
    if dtype is None or dtype.kind not in _KINDS or dtype.names is not None or dtype.subdtype is not None:
        raise WireError("an array of a type that does not cross")
    return dtype


def scalar(value: Any) -> list[Any] | None:
    """NumPy's scalars by type and bytes, pandas' by their text; None for anything else."""
    import numpy as np

    if isinstance(value, np.generic):
        return [value.dtype.str, value.tobytes()] if value.dtype.kind in _KINDS else None
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None
    if value is pandas.NA or value is pandas.NaT:
        return ["pandas", "NA" if value is pandas.NA else "NaT"]
    if type(value) is pandas.Timestamp:
        return ["Timestamp", int(value.asm8.astype("int64")), value.unit, str(value.tz) if value.tz else None]
    if type(value) is pandas.Timedelta:
        return ["Timedelta", int(value.asm8.astype("int64")), value.unit]
    if type(value) is pandas.Period:
        return ["Period", str(value), value.freqstr]
    return None


def decode_scalar(kind: Any, *parts: Any) -> Any:
    """The scalar. Raises WireError for a kind that does not cross."""
    import numpy as np

    if kind in ("pandas", "Timestamp", "Timedelta", "Period"):
        import pandas as pd

        if kind == "pandas":
            return pd.NA if parts[0] == "NA" else pd.NaT
        if kind == "Period":
            return pd.Period(parts[0], freq=parts[1])
        if kind == "Timedelta":
            return pd.Timedelta(np.timedelta64(parts[0], parts[1]))
        moment = pd.Timestamp(np.datetime64(parts[0], parts[1]))
        return moment.tz_localize("UTC").tz_convert(parts[2]) if parts[2] else moment
    dtype = _dtype(kind)
    if dtype.itemsize != len(parts[0]):
        raise WireError("a number whose bytes don't fit its type")
    return np.frombuffer(parts[0], dtype)[0] if dtype.itemsize else dtype.type()


def tensor(value: Any) -> list[Any] | None:
    """[type, shape, order, bytes, torch's type, requires_grad] of a plain tensor; None for anything else."""
    torch = sys.modules.get("torch")
    if torch is None or type(value) not in (torch.Tensor, torch.nn.Parameter):
        return None
    if value.layout is not torch.strided or value.device.type != "cpu":
        return None
    plain = value.detach().resolve_conj().resolve_neg()
    name = str(value.dtype).removeprefix("torch.")
    numbers = plain.view(torch.int16).numpy() if name == "bfloat16" else plain.numpy()
    encoded = array(numbers)
    return None if encoded is None else [*encoded, name, bool(value.requires_grad and value.is_leaf)]


def decode_tensor(kind: Any, shape: Any, order: Any, content: Any, name: Any, grad: Any) -> Any:
    """The tensor, on the CPU."""
    import torch

    found = torch.from_numpy(decode_array(kind, shape, order, content))
    if name == "bfloat16":
        found = found.view(torch.bfloat16)
    return found.requires_grad_() if grad else found


def generator(value: Any) -> Any:
    """The state of one of NumPy's generators, as plain data; None for anything else."""
    import numpy as np

    if type(value) is np.random.Generator and type(value.bit_generator).__name__ in _BIT_GENERATORS:
        return value.bit_generator.state
    return None


def decode_generator(state: Any) -> Any:
    """A generator in that state."""
    import numpy as np

    if not isinstance(state, dict) or state.get("bit_generator") not in _BIT_GENERATORS:
        raise WireError("a generator of an unknown kind")
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)


def become(old: Any, fresh: Any) -> None:
    """Gives an array, tensor, table or generator the contents of another of its type, where its shape allows that."""
    import random

    import numpy as np

    if isinstance(old, random.Random):
        old.setstate(fresh.getstate())
    elif isinstance(old, np.random.Generator):
        old.bit_generator.state = fresh.bit_generator.state
    elif isinstance(old, np.ndarray):
        if old.shape == fresh.shape and old.dtype == fresh.dtype and old.flags.writeable:
            np.copyto(old, fresh)
    elif hasattr(old, "_update_inplace"):  # pandas has no public way to change a whole table in place
        old._update_inplace(fresh)
    elif type(old).__module__.partition(".")[0] == "torch" and old.shape == fresh.shape:
        old.data.copy_(fresh)
