"""Names that people take one for the other, and steps that they leave out: what the mutants put in each other's place.

Every name here exists where its sibling does, so that a mutant fails because it is wrong, not because it can't run.
"""

from __future__ import annotations

from typing import Final

METHODS: Final[dict[str, tuple[str, ...]]] = {
    # what a row of numbers comes to
    "mean": ("median", "sum"), "median": ("mean",), "sum": ("mean",), "nanmean": ("mean",), "nansum": ("sum",),
    "min": ("max",), "max": ("min",), "argmin": ("argmax",), "argmax": ("argmin",), "idxmin": ("idxmax",),
    "idxmax": ("idxmin",), "std": ("var",), "var": ("std",), "cumsum": ("cumprod",), "cumprod": ("cumsum",),
    "maximum": ("minimum",), "minimum": ("maximum",), "any": ("all",), "all": ("any",),
    # what becomes of each number
    "floor": ("ceil",), "ceil": ("floor",), "sin": ("cos",), "cos": ("sin",), "log": ("exp", "log2"), "log2": ("log",),
    "log10": ("log",), "exp": ("log",), "zeros": ("ones",), "ones": ("zeros",), "degrees": ("radians",),
    "radians": ("degrees",), "hstack": ("vstack",), "vstack": ("hstack",), "arccos": ("arcsin",), "arcsin": ("arccos",),
    "zeros_like": ("ones_like",), "ones_like": ("zeros_like",), "greater": ("less",), "less": ("greater",),
    # text
    "upper": ("lower",), "lower": ("upper",), "strip": ("lstrip", "rstrip"), "lstrip": ("strip",), "rstrip": ("strip",),
    "startswith": ("endswith",), "endswith": ("startswith",), "partition": ("rpartition",), "find": ("rfind",),
    "split": ("rsplit",), "match": ("search",), "fullmatch": ("match",), "search": ("match",),
    "removeprefix": ("removesuffix",), "removesuffix": ("removeprefix",),
    # lists, dicts, sets
    "append": ("extend",), "extend": ("append",), "keys": ("values",), "values": ("keys",), "union": ("intersection",),
    "intersection": ("union",), "popleft": ("pop",), "appendleft": ("append",), "add": ("discard",),
    # tables
    "head": ("tail",), "tail": ("head",), "first": ("last",), "last": ("first",), "isna": ("notna",),
    "notna": ("isna",), "ffill": ("bfill",), "bfill": ("ffill",), "count": ("size",), "size": ("count",),
    "nunique": ("count",), "nlargest": ("nsmallest",), "nsmallest": ("nlargest",), "rank": ("count",),
    "transform": ("fit_transform", "agg"), "agg": ("transform",),
    # models
    "fit_transform": ("transform", "fit"), "predict": ("predict_proba",), "predict_proba": ("predict",),
    "train": ("eval",), "eval": ("train",), "softmax": ("log_softmax",), "log_softmax": ("softmax",),
    "relu": ("sigmoid",), "sigmoid": ("relu",), "max_pool2d": ("avg_pool2d",), "avg_pool2d": ("max_pool2d",),
    "MaxPool2d": ("AvgPool2d",), "AvgPool2d": ("MaxPool2d",),
}  # fmt: skip
FUNCTIONS: Final[dict[str, tuple[str, ...]]] = {
    "min": ("max",), "max": ("min",), "any": ("all",), "all": ("any",), "sum": ("len",), "len": ("sum",),
}  # fmt: skip
ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {"loc": ("iloc",), "iloc": ("loc",), "columns": ("index",)}
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "left": ("right", "inner"), "right": ("left",), "inner": ("outer",), "outer": ("inner",), "first": ("last",),
    "last": ("first",), "macro": ("micro",), "micro": ("macro",), "weighted": ("macro",), "mean": ("median", "sum"),
    "median": ("mean",), "sum": ("mean",), "coerce": ("raise",), "same": ("valid",), "valid": ("same",),
    "columns": ("index",), "index": ("columns",), "ignore": ("error",), "min": ("max",), "max": ("min",),
    "ffill": ("bfill",), "bfill": ("ffill",), "any": ("all",), "all": ("any",),
}  # fmt: skip
"""Texts given to a keyword, such as `how="left"`."""
WRAPPERS: Final = frozenset(
    {"abs", "sorted", "round", "sqrt", "set", "reversed", "square", "unique", "clip", "int", "float", "deepcopy"}
    | {"log1p", "expm1", "relu", "softmax", "flatten", "list", "str", "copy"}
)
"""Functions of which the first argument is left alone when they are forgotten."""
LINKS: Final = frozenset(
    {"copy", "strip", "lower", "upper", "sort_values", "sort_index", "reset_index", "astype", "dropna", "fillna"}
    | {"drop_duplicates", "round", "abs", "detach", "clone", "squeeze", "flatten", "ravel", "sqrt", "tolist", "item"}
    | {"transpose", "casefold", "droplevel", "rename", "assign", "drop", "float", "mean", "sum", "replace"}
)
"""Methods of which the object is left alone when they are forgotten in a chain."""
