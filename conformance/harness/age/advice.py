"""What to do about an error that is owed to the age of the code. Runs beside untrusted code."""

import re
from collections.abc import Iterable

import numpy as np

from gradproof.conformance.harness.age import numpy_calls, numpy_names
from gradproof.conformance.harness.stand_ins import LAZY, METHODS, NAMES
from gradproof.conformance.spec.words.aged import COMPILED, GONE, INTEGERS, LISTS, OLD_NUMPY, PYTHON_2, TAKEN_THEN


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"


def _absent_from_numpy(is_back: bool) -> str:
    """The errors that a name or a module of an old NumPy ends in; ``is_back``: of those that are put back."""
    names = _any(name for name, make in numpy_names.NAMES.items() if (make is not None) == is_back)
    modules = [name for name, make in numpy_names.MODULES.items() if (make is not None) == is_back]
    places = (f"numpy.{name}".rpartition(".") for name in modules)
    below = _any(f"module '{parent}' has no attribute '{own}'" for parent, _, own in places)
    forms = (
        rf"AttributeError: (?:module 'numpy' has no attribute '|`np\.){names}['`]",
        rf"ImportError: cannot import name '{names}' from 'numpy'",
        rf"ModuleNotFoundError: No module named 'numpy\.{_any(modules)}'",
        rf"AttributeError: {below}".replace(r"numpy\.core", r"numpy\._?core"),
    )
    return f"(?:{'|'.join(forms)})"


FLOAT = r"'?(?:numpy\.)?float\d*'?"
ARRAY = r"'(?:numpy\.\w+|ndindex|matrix)'"
LIB = _any(name for name, value in vars(np).items() if callable(value))
LESS = _any(numpy_names.LESS)
KEYWORDS = "|".join(
    rf"{row.function}\w*\(\) got an unexpected keyword argument '{row.old}'" for row in numpy_calls.KEYWORDS
)
SHIM_HELPS = (
    (rf"NameError: name '{_any(NAMES)}' is not defined", PYTHON_2),
    (rf"AttributeError: '.*' object has no attribute '{_any(METHODS)}'", PYTHON_2),
    (rf"ImportError: cannot import name '{_any(LAZY)}' from 'itertools'", PYTHON_2),
    (rf"AttributeError: module 'itertools' has no attribute '{_any(LAZY)}'", PYTHON_2),
    (_absent_from_numpy(is_back=True), OLD_NUMPY),
    (rf"AttributeError: {ARRAY} object has no attribute '{_any(numpy_names.METHODS)}'", OLD_NUMPY),
    (rf"AttributeError: module 'numpy\.{LESS}' has no attribute '{LIB}'", OLD_NUMPY),
    (rf"ImportError: cannot import name '{LIB}' from 'numpy\.{LESS}'", OLD_NUMPY),
    (rf"TypeError: _?(?:{KEYWORDS})", OLD_NUMPY),
)
TO_BE_REWRITTEN = (
    (rf"TypeError: {FLOAT} object cannot be interpreted as an integer", INTEGERS),
    (r"TypeError: expected a sequence of integers or a single integer, got '(?:np\.float\d+\()?\d+\.\d*\)?'", INTEGERS),
    (r"TypeError: slice indices must be integers", INTEGERS),
    (rf"TypeError: (?:list|tuple) indices must be integers or slices, not {FLOAT}", INTEGERS),
    (r"TypeError: Cannot cast array data from dtype\('float\d+'\) to dtype\('int\d+'\)", INTEGERS),
    (r"IndexError: only integers, slices", INTEGERS),
    (_absent_from_numpy(is_back=False), GONE),
    *((pattern, TAKEN_THEN[which]) for pattern, which in numpy_calls.MEANT_OTHERWISE),
    (r"NameError: name '(?:im2col|col2im)\w*' is not defined", COMPILED),
    (r"(?:TypeError|AttributeError): .*'(?:dict_(?:keys|values|items)|filter|map|range|zip)' (?:object|and)", LISTS),
)


def about(told: str, has_shim: bool) -> str:
    """What helps against an error, told as ``Type: message``: a sentence of ``words/aged.py``, or nothing.

    Args:
        told: the error.
        has_shim: whether old names are put back for the code already.
    """
    rows = TO_BE_REWRITTEN if has_shim else (*SHIM_HELPS, *TO_BE_REWRITTEN)
    return next((words for pattern, words in rows if _is_of(pattern, told)), "")


def _is_of(pattern: str, told: str) -> bool:
    """Whether an error is of a pattern, which names its type in full: with another it is not compiled, for it is long.

    Right code raises too, on what it may refuse, and every process of a class would compile them all.
    """
    return told.partition(":")[0] in pattern and re.match(pattern, told) is not None
