"""The names that NumPy 1.20 to 2.5 have removed, by its release notes, and what was meant by each.

Runs beside untrusted code. ``None``: nothing stands for it any more; who uses it is told that it is of an old NumPy.
"""

import ast
import math
import pickle
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

Make = Callable[[], object]


def _same(value: object) -> Make:
    return lambda: value


def _all(names: str, make: Make | None) -> dict[str, Make | None]:
    return dict.fromkeys(names.split(), make)


def _asfarray(array: Any, dtype: Any = np.float64) -> Any:
    return np.asarray(array, dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def _set_item(array: Any, *where_and_what: Any) -> None:
    *where, value = where_and_what
    if not where:
        array[...] = value
    elif len(where) == 1 and not isinstance(where[0], tuple):
        array.flat[where[0]] = value
    else:
        array[where[0] if isinstance(where[0], tuple) else tuple(where)] = value


class _Cast:
    """``np.cast[dtype](array)``."""

    def __getitem__(self, dtype: Any) -> Callable[[Any], Any]:
        return lambda array: np.asarray(array, dtype)


class _Sizes:
    """``np.nbytes[dtype]``."""

    def __getitem__(self, dtype: Any) -> int:
        return int(np.dtype(dtype).itemsize)


def _inner() -> ModuleType:
    module = ModuleType("numpy.core.umath_tests")
    vars(module).update(
        inner1d=lambda a, b: np.einsum("...i,...i", a, b),
        matrix_multiply=np.matmul,
        __doc__="Products of the last axes.",
    )
    return module


def _nose() -> ModuleType:
    module = ModuleType("numpy.testing._private.nosetester")
    vars(module).update(NoseTester=type("NoseTester", (), {}), __doc__="What editors import by themselves, unused.")
    return module


NAMES: Mapping[str, Make | None] = {
    # 1.20 to 1.25
    **_all("sctypeNA typeNA fv ipmt irr mirr nper npv pmt ppmt pv rate ndfromtxt mafromtxt", None),
    "alen": lambda: lambda array: len(np.atleast_1d(array)),
    "asscalar": lambda: lambda array: np.asarray(array).item(),
    "bool": _same(bool),
    "complex": _same(complex),
    "float": _same(float),
    "int": _same(int),
    "loads": _same(pickle.loads),
    "long": _same(int),
    "object": _same(object),
    "rank": _same(np.ndim),
    "str": _same(str),
    "typeDict": lambda: np.sctypeDict,
    "unicode": _same(str),
    # 2.0
    **_all("geterrobj seterrobj lookfor source who set_numeric_ops add_docstring add_newdoc_ufunc", None),
    **_all("set_string_function", None),
    **_all("recfromcsv recfromtxt deprecate deprecate_with_doc get_array_wrap compat numarray oldnumeric", None),
    **_all("kernel_version find_common_type array_api maximum_sctype sctypes tracemalloc_domain", None),
    "AxisError": lambda: np.exceptions.AxisError,
    "ComplexWarning": lambda: np.exceptions.ComplexWarning,
    "DataSource": lambda: np.lib.npyio.DataSource,
    "Inf": _same(np.inf),
    "Infinity": _same(np.inf),
    "MAXDIMS": _same(32),
    "NINF": _same(-np.inf),
    "NZERO": _same(-0.0),
    "NaN": _same(np.nan),
    "PINF": _same(np.inf),
    "PZERO": _same(0.0),
    "RankWarning": lambda: np.exceptions.RankWarning,
    "VisibleDeprecationWarning": lambda: np.exceptions.VisibleDeprecationWarning,
    "add_newdoc": lambda: np.lib.add_newdoc,
    "alltrue": _same(np.all),
    "asfarray": lambda: _asfarray,
    "bool8": _same(np.bool_),
    "byte_bounds": lambda: np.lib.array_utils.byte_bounds,
    "bytes0": _same(np.bytes_),
    "cast": _Cast,
    "cfloat": _same(np.complex128),
    "clongfloat": _same(np.clongdouble),
    "compare_chararrays": lambda: np.char.compare_chararrays,
    "complex_": _same(np.complex128),
    "cumproduct": _same(np.cumprod),
    "fastCopyAndTranspose": lambda: lambda array: np.asarray(array).T.copy(),
    "float_": _same(np.float64),
    "format_parser": lambda: np.rec.format_parser,
    "infty": _same(np.inf),
    "int0": _same(np.intp),
    "issctype": lambda: lambda kind: isinstance(kind, type) and issubclass(kind, np.generic),
    "issubclass_": lambda: lambda kind, other: isinstance(kind, type) and issubclass(kind, other),
    "issubsctype": _same(np.issubdtype),
    "longcomplex": _same(np.clongdouble),
    "longfloat": _same(np.longdouble),
    "mat": _same(np.asmatrix),
    "math": _same(math),
    "msort": lambda: lambda array: np.sort(array, axis=0),
    "nbytes": _Sizes,
    "obj2sctype": lambda: lambda kind: np.dtype(kind).type,
    "object0": _same(np.object_),
    "product": _same(np.prod),
    "round_": _same(np.round),
    "safe_eval": _same(ast.literal_eval),
    "sctype2char": lambda: lambda kind: np.dtype(kind).char,
    "singlecomplex": _same(np.complex64),
    "sometrue": _same(np.any),
    "str0": _same(np.str_),
    "string_": _same(np.bytes_),
    "uint0": _same(np.uintp),
    "unicode_": _same(np.str_),
    "void0": _same(np.void),
    # 2.4 and 2.5
    "chararray": lambda: np.char.chararray,
    "disp": lambda: print,
    "in1d": lambda: lambda first, second, *rest, **options: np.isin(np.ravel(first), second, *rest, **options),
    "row_stack": _same(np.vstack),
    "trapz": lambda: np.trapezoid,
}
FLAT = (  # of numpy.lib, whose functions are numpy's own; NumPy 2 has made the modules private
    *("arraypad", "arraysetops", "function_base", "histograms", "index_tricks", "nanfunctions", "polynomial"),
    *("shape_base", "twodim_base", "type_check", "ufunclike", "utils"),
)
LESS = ("lib", "lib.npyio", "lib.stride_tricks")  # modules that are still there, with less of these functions in them
MODULES: Mapping[str, Callable[[], ModuleType] | None] = {  # below numpy
    "compat": None,
    "core.umath_tests": _inner,
    "distutils": None,
    "dual": lambda: np.linalg,
    "fft.helper": lambda: np.fft,
    **dict.fromkeys((f"lib.{name}" for name in FLAT), lambda: np),
    "lib.math": lambda: math,
    "linalg.linalg": lambda: np.linalg,
    "testing._private.nosetester": _nose,
    "testing.utils": lambda: np.testing,
}
METHODS: Mapping[str, Callable[[Any], Callable[..., object]]] = {  # of arrays
    "itemset": lambda array: lambda *where_and_what: _set_item(array, *where_and_what),
    "mini": lambda array: array.min,
    "ndincr": lambda index: lambda: next(index),
    "newbyteorder": lambda array: lambda order="S": array.view(array.dtype.newbyteorder(order)),
    "ptp": lambda array: lambda *axis_and_out, **options: np.ptp(array, *axis_and_out, **options),
    "tostring": lambda array: array.tobytes,
}
OWNERS = (np.ndarray, np.generic, np.ndindex)
