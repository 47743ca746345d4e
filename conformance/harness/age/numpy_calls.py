"""The arguments that NumPy 1.20 to 2.5 no longer take, by its release notes, and what it means otherwise now.

Runs beside untrusted code.
"""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NamedTuple

import numpy as np


class Keyword(NamedTuple):
    """A keyword that a function of NumPy took until a release, and its name since; ``None``: it did nothing."""

    function: str
    old: str
    new: str | None
    removed: tuple[int, int]


KEYWORDS = (
    Keyword("unravel_index", "dims", "shape", (1, 21)),
    Keyword("histogram", "normed", "density", (1, 24)),
    Keyword("histogram2d", "normed", "density", (1, 24)),
    Keyword("histogramdd", "normed", "density", (1, 24)),
    Keyword("fix", "y", "out", (1, 25)),
    Keyword("isposinf", "y", "out", (1, 25)),
    Keyword("isneginf", "y", "out", (1, 25)),
    Keyword("reshape", "newshape", "shape", (2, 4)),
    Keyword("percentile", "interpolation", "method", (2, 4)),
    Keyword("nanpercentile", "interpolation", "method", (2, 4)),
    Keyword("quantile", "interpolation", "method", (2, 4)),
    Keyword("nanquantile", "interpolation", "method", (2, 4)),
    Keyword("save", "fix_imports", None, (2, 4)),
    Keyword("corrcoef", "bias", None, (2, 4)),
    Keyword("corrcoef", "ddof", None, (2, 4)),
    Keyword("array2string", "style", None, (2, 4)),
)
OLD_DTYPES = (
    *("Bytes0", "Complex32", "Complex64", "Datetime64", "Str0", "Uint32", "Uint64"),
    *("int0", "uint0", "void0", "object0", "str0", "bytes0", "bool8", "a"),
)
MEANT_OTHERWISE = (  # an error, as ``Type: message``, of what an older NumPy took; which of TAKEN_THEN helps
    (
        rf"TypeError: (?:Alias|data type) '(?:{'|'.join(OLD_DTYPES)})\d*' (?:was removed|not understood)",
        "dtype",
    ),
    (r"TypeError: Calling np\.sum\(generator\)", "generator"),
    (r'TypeError: arrays to stack must be passed as a "sequence"', "stack"),
    (r"ValueError: Calling nonzero on 0d arrays", "nonzero"),
    (r"ValueError: The truth value of an empty array is ambiguous", "empty"),
    (
        r"ValueError: setting an array element with a sequence\. The requested array has an inhomogeneous",
        "ragged",
    ),
    (r"ValueError: setting an array element with a sequence\.$", "scalar"),
    (r"TypeError: use 0 instead of None for minlength", "minlength"),
    (r"TypeError: Use \(\) not None as shape", "shape"),
    (r"ValueError: The binary mode of fromstring is removed", "fromstring"),
    (r"ValueError: Booleans unacceptable as partition index", "index"),
    (
        r"ValueError: (?:Use one of 'clip', 'raise', or 'wrap'|search side must be one of)",
        "mode",
    ),
    (r"ValueError: Both input arrays must be \(arrays of\) 3-dimensional vectors", "cross"),
    (r"UFuncTypeError: Cannot cast ufunc 'clip' output", "clip"),
    (
        r"TypeError: only (?:0-dimensional|length-1|size-1) arrays can be converted to Python scalars",
        "scalar",
    ),
)


def complete(version: str) -> None:
    """Let the functions of a NumPy of this version take again what they took."""
    current = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    for name in dict.fromkeys(row.function for row in KEYWORDS):
        old = {row.old: row.new for row in KEYWORDS if row.function == name and current >= row.removed}
        function = getattr(np, name)
        if old and not hasattr(function, "__takes_old__"):
            setattr(np, name, taking(function, old))
    if current >= (2, 5):
        np.cross = crossing(np.cross)


def taking(function: Callable[..., Any], old: Mapping[str, str | None]) -> Callable[..., Any]:
    """A function that takes keywords of old too, under their new names; those that did nothing are dropped."""

    @wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        named = ((old.get(name, name), value) for name, value in options.items())
        return function(*arguments, **{name: value for name, value in named if name is not None})

    call.__takes_old__ = True  # type: ignore[attr-defined]
    return call


def crossing(cross: Callable[..., Any]) -> Callable[..., Any]:
    """``np.cross`` that takes vectors in the plane: of two of them it gives the third part alone."""

    @wraps(cross)
    def call(a: Any, b: Any, *axes: Any, **options: Any) -> Any:
        first, second = np.asarray(a), np.asarray(b)
        flat = [array.ndim > 0 and array.shape[-1] == 2 for array in (first, second)]
        if axes or options or not any(flat):
            return cross(a, b, *axes, **options)
        if all(flat):
            return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
        return cross(*(_in_space(a) if a.shape[-1] == 2 else a for a in (first, second)))

    return call


def _in_space(array: Any) -> Any:
    return np.concatenate([array, np.zeros((*array.shape[:-1], 1), array.dtype)], axis=-1)
