"""Jupyter's libraries, imported without the second that one of theirs takes to compile a grammar."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_GRAMMAR: Final = "rfc3987_syntax"


@contextmanager
def quick_imports() -> Iterator[None]:
    """In this block, jsonschema is imported without its check of internationalised addresses.

    That check alone compiles a grammar for longer than all else takes that is imported to check or grade a notebook,
    and no schema of a notebook asks for it. Imports of nbformat, nbconvert and nbgrader for which somebody waits
    stand in such a block.
    """
    modules: dict[str, Any] = sys.modules
    if _GRAMMAR in modules or "jsonschema" in modules:
        yield
        return
    modules[_GRAMMAR] = None  # makes an import fail, which jsonschema allows for
    try:
        yield
    finally:
        modules.pop(_GRAMMAR, None)
