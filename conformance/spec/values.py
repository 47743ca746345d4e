"""What a submission returned or raised: a plain array, or what can be told of it. Runs beside untrusted code."""

import traceback
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.findings import Raised, Thing

SUITE = Path(__file__).parents[1]  # its own frames are in no finding
LIBRARIES = (Path(np.__file__).parent, Path(traceback.__file__).parent)  # nor are these, if there are others
MAX_ELEMENTS = 1 << 20  # of one observation
MOST_TEXT = 300  # characters of what an exception says, and of its type


def as_array(value: object) -> Array | None:
    """A plain copy of a numeric array or number in native byte order; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, np.ndarray | np.generic | int | float):
        return None
    try:
        array = np.array(value, subok=False)
    except (TypeError, ValueError, OverflowError, MemoryError):
        return None
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
        return None
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def described(value: object) -> Thing:
    """A value, without calling its code."""
    name = type(value).__name__
    if value is None or value is NotImplemented or value is Ellipsis:
        return Thing("nothing", str(value))
    if isinstance(value, np.ndarray) and value.size > MAX_ELEMENTS:
        return too_large(value)
    if isinstance(value, np.ndarray):
        return Thing("array", name, str(value.dtype), value.shape)
    if isinstance(value, tuple | list):
        return Thing("sequence", name, length=len(value))
    if isinstance(value, str):
        return Thing("text", name, length=len(value))
    return Thing("other", name)


def too_large(array: Array) -> Thing:
    """An array that is larger than anything right."""
    return Thing("large_array", shape=array.shape, length=array.size)


def is_raised_by_us(error: BaseException, exercise: object = None) -> bool:
    """Whether the suite's own frames raised an error, those of an exercise among them, wherever it is written.

    It is a claim: beside a submission, the submission may have had a hand in it.
    """
    own = _file_of(exercise)
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        if frame.f_code.co_filename == own or _is_of_the_suite(frame.f_code.co_filename):
            return True
        if not frame.f_code.co_filename.startswith(("<", *map(str, LIBRARIES))):
            return False
    return True


def raised_by_us(error: BaseException, exercise: object = None) -> Raised:
    """An exception of the suite itself: type, first line, and the line of its own that raised it."""
    own = _file_of(exercise)
    ours = [
        (Path(frame.f_code.co_filename).name, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == own or _is_of_the_suite(frame.f_code.co_filename)
    ]
    file, line = ours[-1] if ours else ("", None)
    return replace(raised(error), file=file, line=line, unfilled="")


def _file_of(function: object) -> str:
    while isinstance(function, partial):
        function = function.func
    return str(getattr(getattr(function, "__code__", None), "co_filename", ""))


def _is_of_the_suite(file: str) -> bool:
    return Path(file).is_relative_to(SUITE)


def raised(error: BaseException) -> Raised:
    """An exception: type, first line and the submission's own line, never a traceback."""
    try:
        text = str(error).strip().splitlines()
    except Exception:  # noqa: BLE001 - the submission's own exception class
        text = []
    plain = Raised(type(error).__name__[:MOST_TEXT], text[0][:MOST_TEXT] if text else "")
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if not Path(f.filename).is_relative_to(SUITE) and not f.filename.startswith("<")]
    unfilled = "none" if "NoneType" in plain.told else ""
    if isinstance(error, NotImplementedError) or plain.told.endswith("exceptions must derive from BaseException"):
        unfilled = "todo"
    theirs = [frame for frame in theirs if not _is_of_a_library(frame.filename)] or theirs
    file, line = (Path(theirs[-1].filename).name, theirs[-1].lineno) if theirs else ("", None)
    return replace(plain, file=file, line=line, unfilled=unfilled)


def _is_of_a_library(file: str) -> bool:
    return any(Path(file).is_relative_to(folder) for folder in LIBRARIES)
