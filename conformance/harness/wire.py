"""The frames between the suite and the process that runs a submission: a JSON header and raw array bytes, no pickle.

A frame is the header's length (4 bytes), the arrays' total length (8 bytes), the header (UTF-8 JSON) and the arrays'
bytes in C order. The reader trusts nothing: lengths, dtypes and shapes are checked against fixed limits before a byte
is allocated for them.
"""

import math
import struct
from collections.abc import Callable, Mapping
from functools import cache
from json import dumps, loads
from typing import Any, NamedTuple

import numpy as np
from numpy import ascontiguousarray

from gradproof.conformance.spec.cases import Array

MAX_HEADER = 1 << 20
MAX_PAYLOAD = 1 << 28
MAX_DIMENSIONS = 8
DTYPES = {
    name: np.dtype(name)
    for name in (
        *(f"{kind}{size}" for kind in ("int", "uint") for size in (8, 16, 32, 64)),
        *("float16", "float32", "float64"),
        "bool",  # a mask, which a case may hold
    )
}
STACKED = ":stacked"  # ends the name of an array that holds many values of one input
PREFIX = struct.Struct("<IQ")


class WireError(ValueError):
    """A frame that breaks the format or its limits."""


class Message(NamedTuple):
    """One frame, taken apart."""

    header: dict[str, Any]
    arrays: dict[str, Array]


def encode(header: Mapping[str, object], arrays: Mapping[str, Array] | None = None) -> bytes:
    """A frame. Raises WireError if it would be larger than a reader accepts."""
    arrays = arrays or {}
    listing = [[name, name_of(array.dtype), list(array.shape)] for name, array in arrays.items()]
    head = dumps({**header, "arrays": listing}).encode()
    body = b"".join(ascontiguousarray(array).tobytes() for array in arrays.values())
    if len(head) > MAX_HEADER or len(body) > MAX_PAYLOAD:
        raise WireError(f"a message of {len(head) + len(body):,} bytes is too large")
    return PREFIX.pack(len(head), len(body)) + head + body


def read(
    read_exactly: Callable[[int], bytes], take: Callable[[int, int], None] = lambda _header, _body: None
) -> Message:
    """The next frame from a byte source.

    Args:
        read_exactly: so many bytes of it.
        take: told the lengths of header and arrays before either is read; may raise WireError.

    Raises:
        WireError: if the frame is malformed.
        EOFError: where the source ends.
    """
    head_length, body_length = PREFIX.unpack(read_exactly(PREFIX.size))
    if head_length > MAX_HEADER or body_length > MAX_PAYLOAD:
        raise WireError(f"a message of {head_length + body_length:,} bytes is too large")
    take(head_length, body_length)
    try:
        header = loads(read_exactly(head_length))
        listing = header.pop("arrays")
        shapes = [(str(name), DTYPES[dtype], tuple(map(_dimension, shape))) for name, dtype, shape in listing]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WireError(f"a malformed message: {error}") from None
    sizes = [math.prod(shape) * dtype.itemsize for _, dtype, shape in shapes]
    if sum(sizes) != body_length or any(len(shape) > MAX_DIMENSIONS for _, _, shape in shapes):
        raise WireError("a malformed message: its arrays do not have the announced size")
    arrays, body, begin = {}, read_exactly(body_length) if body_length else b"", 0
    for (name, dtype, shape), size in zip(shapes, sizes, strict=True):
        arrays[name] = np.ndarray(shape, dtype, body, begin).copy()
        begin += size
    return Message(header, arrays)


@cache
def name_of(dtype: np.dtype[Any]) -> str:
    """The name of a dtype, which NumPy makes anew each time."""
    return dtype.name


def plain(text: object, most: int = 300) -> str:
    """A text from outside, fit to be shown and written: no control or invisible characters, no halves of one, bounded.

    Raises TypeError if it is none.
    """
    if not isinstance(text, str):
        raise TypeError(f"{type(text).__name__} is no text")
    told = text[:most]
    return told if told.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in told)


def plain_lines(text: object, most: int) -> str:
    """The same for a text of several lines, each of them bounded.

    Raises TypeError if it is none.
    """
    if not isinstance(text, str):
        raise TypeError(f"{type(text).__name__} is no text")
    return "\n".join(plain(line, most) for line in text.split("\n"))


def _dimension(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is not a dimension")
    return value
