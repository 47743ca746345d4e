"""What a submission returned or raised: a plain array, or what can be told of it. Runs beside untrusted code."""

import ast
import linecache
import sysconfig
import traceback
from array import array as numbers
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeGuard

import numpy as np
from numpy import array as as_new

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.findings import Raised, Thing

SUITE = Path(__file__).parents[1]  # its own frames are in no finding
NUMERIC = (np.ndarray, np.generic, int, float, memoryview, numbers)
LIBRARIES = frozenset(("site-packages", "dist-packages"))
INSTALLED = (Path(sysconfig.get_path("stdlib")), Path(np.__file__).parent)
FILES_KEPT = 64
COMPUTING = (ast.Call, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.If, ast.For, ast.While, ast.With, ast.Try)
MAX_ELEMENTS = 1 << 20  # of one observation
MOST_TEXT = 300  # characters of what an exception says, and of its type


def had(owner: object, name: str) -> object:
    """What an object has of that name; None if it has nothing, or raises where it is asked."""
    try:
        return getattr(owner, name, None)
    except (Exception, SystemExit):  # noqa: BLE001 - a submission's own code answers
        return None


def is_class(value: object) -> bool:
    """Whether it is a class, whatever it says of itself."""
    return issubclass(type(value), type)


def as_array(value: object) -> Array | None:
    """A plain copy of a numeric array or number in native byte order; None for anything else."""
    if isinstance(value, bool) or not issubclass(type(value), NUMERIC):  # whatever class it says it has
        return None
    try:
        array = as_new(value, subok=False)
    except (TypeError, ValueError, OverflowError, MemoryError):
        return None
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
        return None
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def described(value: object) -> Thing:
    """A value, without calling its code."""
    name = type(value).__name__
    if value is None or value is NotImplemented or value is Ellipsis:
        return Thing("nothing", str(value))
    if _is_array(value) and value.size > MAX_ELEMENTS:
        return too_large(value)
    if _is_array(value):
        return Thing("array", name, str(value.dtype), value.shape)
    if isinstance(value, tuple | list):
        return Thing("sequence", name, length=len(value))
    if isinstance(value, str):
        return Thing("text", name, length=len(value))
    return Thing("other", name)


def _is_array(value: object) -> TypeGuard[Array]:
    """Whatever class it says it has."""
    return issubclass(type(value), np.ndarray)


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
    frames = list(traceback.walk_tb(error.__traceback__))
    theirs = [(frame.f_code, line) for frame, line in frames if _is_theirs(frame.f_code.co_filename)]
    unfilled = "none" if "NoneType" in plain.told else ""
    if isinstance(error, NotImplementedError) or plain.told.endswith("exceptions must derive from BaseException"):
        unfilled = "todo"
    if not theirs:
        return replace(plain, unfilled=unfilled)
    code, line = theirs[-1]
    is_innermost = frames[-1][0].f_code is code
    if is_innermost:
        unfilled = _raises_at_once(code.co_filename, code.co_name, line) or unfilled
    if is_innermost and unfilled == "none" and _is_left_at_none(code.co_filename, code.co_name, line):
        unfilled = "todo"
    return replace(plain, file=Path(code.co_filename).name, line=line, unfilled=unfilled)


def _is_theirs(filename: str) -> bool:
    """Whether a file is the submission's: not of this suite, of Python or of an installed package."""
    path = Path(filename)
    is_installed = not LIBRARIES.isdisjoint(path.parts) or any(map(path.is_relative_to, INSTALLED))
    return not (filename.startswith("<") or is_installed or path.is_relative_to(SUITE))


def _raises_at_once(filename: str, function: str, line: int) -> str:
    """``todo`` if the line raises where nothing else is computed: the function looks unfilled.

    ``at_once`` if something is, but only after it: whatever that is, it is not reached.
    """
    for each in (one for one in _functions_of(filename) if one.name == function):
        for raising in _first_raise(each):
            if raising.lineno <= line <= (raising.end_lineno or raising.lineno):
                rest = each.body[each.body.index(raising) + 1 :]
                return "at_once" if any(map(_computes, rest)) else "todo"
    return ""


def _is_left_at_none(filename: str, function: str, line: int) -> bool:
    """Whether what the line reads was given None and nothing else, by a function that calculates nothing.

    So is a result that a hand-out casts at its end: ``out = None``, ``pass``, ``out = out.astype(x.dtype)``.
    """
    return any(_casts_none(each, line) for each in _functions_of(filename) if each.name == function)


def _casts_none(function: ast.FunctionDef, line: int) -> bool:
    at = next((each for each in function.body if each.lineno <= line <= (each.end_lineno or each.lineno)), None)
    before = [node for each in function.body if each is not at for node in ast.walk(each)]
    if not isinstance(at, ast.Assign | ast.Return) or any(isinstance(n, ast.BinOp | ast.AugAssign) for n in before):
        return False
    read = {node.id for node in ast.walk(at) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    assigned = [pair for node in before if isinstance(node, ast.Assign) for pair in _assigned(node)]
    return any(
        all(value is None for other, value in assigned if other == name)
        for name in read & {other for other, _ in assigned}
    )


def _assigned(node: ast.Assign) -> Iterator[tuple[str, object]]:
    """The names that a statement assigns to, each with its constant; itself for anything else."""
    for target in node.targets:
        is_pair = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if is_pair and isinstance(node.value, ast.Tuple) else [node.value] * len(targets)
        for each, value in zip(targets, values, strict=False):
            if isinstance(each, ast.Name):
                yield each.id, value.value if isinstance(value, ast.Constant) else value


@lru_cache(maxsize=FILES_KEPT)
def _functions_of(filename: str) -> tuple[ast.FunctionDef, ...]:
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _first_raise(function: ast.FunctionDef) -> Iterator[ast.Raise]:
    """The statement that raises, if none before it computes anything."""
    for statement in function.body:
        if isinstance(statement, ast.Raise):
            yield statement
            return
        if _computes(statement):
            return


def _computes(statement: ast.stmt) -> bool:
    return any(isinstance(node, COMPUTING) for node in ast.walk(statement))
