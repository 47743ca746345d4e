"""What NumPy 1.20 to 2.5 have removed, a test a row: ``--compat`` puts it back, or the message says that it is old."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_compat import SHIM, Answer, Ask, ask, asked, bare, probing

from gradproof.conformance.harness.age import advice, numpy_calls, numpy_names
from gradproof.conformance.harness.age.division import is_new
from gradproof.conformance.harness.compat import syntax_hint

__all__ = ["ask", "bare"]  # fixtures

NAMES: dict[str, tuple[str, object]] = {  # name -> what is done with it, and what comes out
    "alen": ("np.alen([[1], [2]])", 2),
    "asscalar": ("np.asscalar(np.ones(1))", 1.0),
    "bool": ("np.zeros(1, np.bool).dtype.kind", "b"),
    "complex": ("np.zeros(1, np.complex).dtype.kind", "c"),
    "float": ("np.zeros(1, np.float).dtype.name", "float64"),
    "int": ("np.zeros(1, np.int).dtype.kind", "i"),
    "loads": ("np.loads(__import__('pickle').dumps([1]))", [1]),
    "long": ("np.zeros(1, np.long).dtype.kind", "i"),
    "object": ("np.zeros(1, np.object).dtype.kind", "O"),
    "rank": ("np.rank(np.ones((2, 3)))", 2),
    "str": ("np.str is str", True),
    "typeDict": ("np.typeDict['float64'] is np.float64", True),
    "unicode": ("np.unicode('a')", "a"),
    "AxisError": ("issubclass(np.AxisError, ValueError)", True),
    "ComplexWarning": ("issubclass(np.ComplexWarning, Warning)", True),
    "DataSource": ("isinstance(np.DataSource, type)", True),
    "Inf": ("np.Inf == np.inf", True),
    "Infinity": ("np.Infinity == np.inf", True),
    "MAXDIMS": ("np.MAXDIMS", 32),
    "NINF": ("np.NINF == -np.inf", True),
    "NZERO": ("bool(np.signbit(np.NZERO))", True),
    "NaN": ("np.NaN != np.NaN", True),
    "PINF": ("np.PINF == np.inf", True),
    "PZERO": ("np.PZERO", 0.0),
    "RankWarning": ("issubclass(np.RankWarning, Warning)", True),
    "VisibleDeprecationWarning": ("issubclass(np.VisibleDeprecationWarning, Warning)", True),
    "add_newdoc": ("callable(np.add_newdoc)", True),
    "alltrue": ("bool(np.alltrue([1, 0]))", False),
    "asfarray": ("[np.asfarray([1]).dtype.name, np.asfarray([1], int).dtype.name]", ["float64", "float64"]),
    "bool8": ("np.zeros(1, np.bool8).dtype.kind", "b"),
    "byte_bounds": ("np.subtract(*np.byte_bounds(np.ones(2))[::-1]).item()", 16),
    "bytes0": ("np.bytes0 is np.bytes_", True),
    "cast": ("np.cast['int64']([1.5]).tolist()", [1]),
    "cfloat": ("np.cfloat is np.complex128", True),
    "chararray": ("isinstance(np.chararray, type)", True),
    "clongfloat": ("np.clongfloat is np.clongdouble", True),
    "compare_chararrays": ("callable(np.compare_chararrays)", True),
    "complex_": ("np.complex_ is np.complex128", True),
    "cumproduct": ("np.cumproduct([2, 3]).tolist()", [2, 6]),
    "disp": ("callable(np.disp)", True),
    "fastCopyAndTranspose": ("np.fastCopyAndTranspose([[1, 2]]).tolist()", [[1], [2]]),
    "float_": ("np.float_ is np.float64", True),
    "format_parser": ("isinstance(np.format_parser, type)", True),
    "in1d": ("np.in1d([[1, 2], [3, 4]], [2, 3]).tolist()", [False, True, True, False]),
    "infty": ("np.infty == np.inf", True),
    "int0": ("np.int0 is np.intp", True),
    "issctype": ("[np.issctype(np.float64), np.issctype(3)]", [True, False]),
    "issubclass_": ("[np.issubclass_(bool, int), np.issubclass_(3, int)]", [True, False]),
    "issubsctype": ("bool(np.issubsctype(np.float64, np.floating))", True),
    "longcomplex": ("np.longcomplex is np.clongdouble", True),
    "longfloat": ("np.longfloat is np.longdouble", True),
    "mat": ("(np.mat('1 2') * np.mat('3; 4')).tolist()", [[11]]),
    "math": ("np.math.factorial(3)", 6),
    "msort": ("np.msort([[2, 3], [1, 4]]).tolist()", [[1, 3], [2, 4]]),
    "nbytes": ("np.nbytes[np.float32]", 4),
    "obj2sctype": ("np.obj2sctype('float32') is np.float32", True),
    "object0": ("np.object0 is np.object_", True),
    "product": ("int(np.product([2, 3]))", 6),
    "round_": ("float(np.round_(1.26, 1))", 1.3),
    "row_stack": ("np.row_stack([[1], [2]]).tolist()", [[1], [2]]),
    "safe_eval": ("np.safe_eval('[1]')", [1]),
    "sctype2char": ("np.sctype2char(np.float64)", "d"),
    "singlecomplex": ("np.singlecomplex is np.complex64", True),
    "sometrue": ("bool(np.sometrue([1, 0]))", True),
    "str0": ("np.str0 is np.str_", True),
    "string_": ("np.string_ is np.bytes_", True),
    "trapz": ("float(np.trapz([1, 2, 3]))", 4.0),
    "uint0": ("np.uint0 is np.uintp", True),
    "unicode_": ("np.unicode_ is np.str_", True),
    "void0": ("np.void0 is np.void", True),
}
MODULES: dict[str, tuple[str, object]] = {
    "core.umath_tests": ("__import__('numpy.core.umath_tests', fromlist=['x']).inner1d([1, 2], [3, 4]).item()", 11),
    "dual": ("np.dual.inv([[2.0]]).tolist()", [[0.5]]),
    "fft.helper": ("np.fft.helper.fftfreq(1).tolist()", [0.0]),
    **{
        f"lib.{module}": (f"__import__('numpy.lib.{module}', fromlist=['x']).{use}", value)
        for module, use, value in (
            ("arraypad", "pad([1], 1).tolist()", [0, 1, 0]),
            ("arraysetops", "unique([2, 2]).tolist()", [2]),
            ("function_base", "average([1, 3]).item()", 2.0),
            ("histograms", "histogram([1], 1)[0].tolist()", [1]),
            ("index_tricks", "ndindex(1).__next__()", [0]),
            ("nanfunctions", "nansum([1.0]).item()", 1.0),
            ("polynomial", "polyval([2], 1).item()", 2),
            ("shape_base", "tile([1], 2).tolist()", [1, 1]),
            ("twodim_base", "eye(1).tolist()", [[1.0]]),
            ("type_check", "real(2)", 2),
            ("ufunclike", "isposinf(np.inf).item()", True),
            ("utils", "get_include() != ''", True),
        )
    },
    "lib.math": ("np.lib.math.sqrt(4)", 2.0),
    "linalg.linalg": ("__import__('numpy.linalg.linalg', fromlist=['x']).norm([3, 4]).item()", 5.0),
    "testing._private.nosetester": (
        "__import__('numpy.testing._private.nosetester', fromlist=['x']).NoseTester.__name__",
        "NoseTester",
    ),
    "testing.utils": ("np.testing.utils.assert_allclose(1, 1)", None),
}
A = "(lambda a: ({}, a.tolist())[1])(np.arange(3.0))"
METHODS: dict[str, tuple[str, object]] = {
    "itemset": (A.format("a.itemset(0, 5)"), [5.0, 1.0, 2.0]),
    "itemset at a tuple": (A.format("[a.itemset((1,), 7), a.reshape(1, 3).itemset(0, 2, 8)]"), [0.0, 7.0, 8.0]),
    "mini": ("np.arange(3.0).mini().item()", 0.0),
    "ndincr": ("(lambda i: (i.ndincr(), next(i))[1])(np.ndindex(2))", [1]),
    "newbyteorder": ("np.array([1], '<i2').newbyteorder().tolist()", [256]),
    "ptp": ("[np.arange(3.0).ptp().item(), np.ones((2, 2)).ptp(axis=0).tolist()]", [2.0, [0.0, 0.0]]),
    "tostring": ("len(np.zeros(1).tostring())", 8),
}
KEYWORDS: dict[tuple[str, str], tuple[str, object]] = {
    ("unravel_index", "dims"): ("[int(i) for i in np.unravel_index(3, dims=(2, 2))]", [1, 1]),
    ("histogram", "normed"): ("np.histogram([1.0, 1.0], 1, range=(0, 2), normed=True)[0].tolist()", [0.5]),
    ("histogram2d", "normed"): ("np.histogram2d([0.5], [0.5], 1, [[0, 2], [0, 2]], normed=True)[0].tolist()", [[0.25]]),
    ("histogramdd", "normed"): ("np.histogramdd([[0.5]], 1, [[0, 2]], normed=True)[0].tolist()", [0.5]),
    ("fix", "y"): ("np.fix([1.5], y=np.zeros(1)).tolist()", [1.0]),
    ("isposinf", "y"): ("np.isposinf([np.inf], y=np.zeros(1, bool)).tolist()", [True]),
    ("isneginf", "y"): ("np.isneginf([np.inf], y=np.zeros(1, bool)).tolist()", [False]),
    ("reshape", "newshape"): ("np.reshape([1, 2], newshape=(2, 1)).tolist()", [[1], [2]]),
    ("percentile", "interpolation"): ("np.percentile([1, 2], 50, interpolation='lower').item()", 1),
    ("nanpercentile", "interpolation"): ("np.nanpercentile([1, 2], 50, interpolation='lower').item()", 1),
    ("quantile", "interpolation"): ("np.quantile([1, 2], 0.5, interpolation='higher').item()", 2),
    ("nanquantile", "interpolation"): ("np.nanquantile([1, 2], 0.5, interpolation='higher').item()", 2),
    ("save", "fix_imports"): ("np.save(__import__('io').BytesIO(), [1], fix_imports=True)", None),
    ("corrcoef", "bias"): ("np.corrcoef([[1, 2], [1, 2]], bias=1).round().tolist()", [[1.0, 1.0], [1.0, 1.0]]),
    ("corrcoef", "ddof"): ("np.corrcoef([[1, 2], [1, 2]], ddof=1).round().tolist()", [[1.0, 1.0], [1.0, 1.0]]),
    ("array2string", "style"): ("np.array2string(np.ones(1), style=repr)", "[1.]"),
}
LIB = {
    "of npyio": ("__import__('numpy.lib.npyio', fromlist=['x']).savez_compressed is np.savez_compressed", True),
    "of stride_tricks": ("np.lib.stride_tricks.broadcast_to([1], 2).tolist()", [1, 1]),
    "pad": ("np.lib.pad([1], 1, 'constant').tolist()", [0, 1, 0]),
    "tile": ("np.lib.tile([1], 2).tolist()", [1, 1]),
}
ALL = dict([*NAMES.values(), *MODULES.values(), *METHODS.values(), *KEYWORDS.values(), *LIB.values()])


def test_there_is_a_test_for_every_row() -> None:
    """Of names, modules, methods and keywords that are put back."""
    assert set(NAMES) == {name for name, make in numpy_names.NAMES.items() if make is not None}
    assert set(MODULES) == {name for name, make in numpy_names.MODULES.items() if make is not None}
    assert {name.partition(" ")[0] for name in METHODS} == set(numpy_names.METHODS)
    assert list(KEYWORDS) == [(row.function, row.old) for row in numpy_calls.KEYWORDS]


@pytest.fixture(scope="module")
def with_compat(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """What all expressions give where old names are put back."""
    return asked(bare, tmp_path_factory.mktemp("old"), layers=probing(ALL))


@pytest.fixture(scope="module")
def without(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """And where they are not."""
    return asked(bare, tmp_path_factory.mktemp("new"), compat=False, layers=probing(ALL))


@pytest.mark.parametrize("expression", ALL)
def test_it_is_put_back(with_compat: Answer, expression: str) -> None:
    """As it was."""
    assert with_compat["value"][expression] == ALL[expression]


@pytest.mark.parametrize("expression", ALL)
def test_it_works_still_or_the_message_says_that_it_is_old(without: Answer, expression: str) -> None:
    """Nobody reads of an unexpected keyword without being told why."""
    given = without["value"][expression]
    if given != ALL[expression] and isinstance(given, str) and "Error" in given:
        assert advice.about(given, has_shim=False) == f"an old NumPy: {SHIM}"
        assert advice.about(given, has_shim=True) == ""


@pytest.mark.parametrize("module", numpy_names.LESS)
def test_a_function_that_has_moved_to_numpy_is_old(module: str) -> None:
    """Editors import it from there without being asked."""
    told = f"ImportError: cannot import name 'savez_compressed' from 'numpy.{module}' (npyio.py)"
    assert advice.about(told, has_shim=False) == f"an old NumPy: {SHIM}"


@pytest.mark.parametrize("name", [name for name, make in numpy_names.NAMES.items() if make is None])
def test_what_nothing_stands_for_is_told_to_be_gone(name: str) -> None:
    """With the shim and without it."""
    told = f"AttributeError: module 'numpy' has no attribute '{name}'"
    for has_shim in (False, True):
        assert advice.about(told, has_shim) == "an old NumPy: it is gone, and nothing stands for it"


MEANT_OTHERWISE = {
    "np.zeros(1, 'bool8')": "another dtype",
    "np.zeros(1, 'Uint32')": "another dtype",
    "np.sum(i for i in [1, 2])": "Python's own sum(...)",
    "np.vstack(i for i in [[1], [2]])": "a list of arrays",
    "np.nonzero(np.float64(3))": "np.atleast_1d(...)",
    "bool(np.array([]))": "array.size > 0",
    "np.array([[1], [1, 2]])": "dtype=object",
    "np.bincount([1, 2], minlength=None)": "minlength=0",
    "np.zeros(None)": "()",
    "np.fromstring(b'aaaaaaaa')": "np.frombuffer(...)",
    "np.partition([1, 2], True)": "an integer",
    "np.take([1], [0], mode='Clip')": "the whole word in small letters",
    "np.searchsorted([1], 1, side='LEFT')": "the whole word in small letters",
    "np.clip(np.arange(3), 0.5, 1.5, out=np.arange(3))": "np.clip(...) of floats",
    "float(np.ones(1))": ".item() of an array of one element",
    "np.zeros(2).__setitem__(0, np.ones(1))": ".item() of an array of one element",
}


@pytest.mark.parametrize("code", MEANT_OTHERWISE)
def test_what_means_something_else_now_is_told_with_what_to_write(code: str) -> None:
    """Where an error of today is what an older NumPy took."""
    try:
        eval(code)
    except Exception as error:  # noqa: BLE001 - whatever it is
        told = f"{type(error).__name__}: {error}".splitlines()[0]
        assert advice.about(told, has_shim=True) == f"an old NumPy took that; write {MEANT_OTHERWISE[code]}"


def test_vectors_in_the_plane_have_a_cross_product_again() -> None:
    """Of two it is the third part alone, of one and one in space all three; others are left to NumPy."""
    cross = numpy_calls.crossing(np.cross)
    assert cross([1, 2], [3, 5]) == -1
    assert cross([[1, 2], [0, 1]], [3, 5]).tolist() == [-1, -3]
    assert cross([1, 2], [0, 0, 1]).tolist() == [2, -1, 0]
    assert cross([1, 0, 0], [0, 1, 0]).tolist() == [0, 0, 1]


DIVISIONS: dict[str, object] = {
    "7 / 2": 3,
    "-7 / 2": -4,
    "7.0 / 2": 3.5,
    "np.array([7, 8]) / 2": [3, 4],
    "np.array([7.0]) / 2": [3.5],
    "np.int64(7) / 2": 3,
    "halved(7)": 3,
    "halved(7.0)": 3.5,
    "halved(np.array([7.0]))": [3.5],
    "halved_at([7])": [3],
    "in_place(np.array([4.0, 6.0]))": [2.0, 3.0],
}
HALVED = """
def halved(n):
    n /= 2
    return n
def halved_at(n):
    n[0] /= 2
    return n
def in_place(a):
    b = a
    b /= 2
    return a
"""


@pytest.mark.parametrize("compat", ["python2", True])
@pytest.mark.parametrize("future", ["", "from __future__ import division\n"])
def test_a_division_of_whole_numbers_rounds_down_where_it_is_asked_for(
    ask: Ask, compat: bool | str, future: str
) -> None:
    """Of numbers and arrays, in place too; not of floats, not in a file that asks for today's division."""
    lists = {f"(lambda v: v.tolist() if hasattr(v, 'tolist') else v)({text})": text for text in DIVISIONS}
    given = ask(layers=future + HALVED + probing(lists), compat=compat)["value"]
    is_old = compat == "python2" and not future
    wrong = [text for key, text in lists.items() if given[key] != DIVISIONS[text]]
    assert (wrong == []) == is_old
    assert is_old or "7 / 2" in wrong


PYTHON_2_LISTS: dict[str, object] = {
    "range(1, 3) + range(2)": [1, 2, 0, 1],
    "map(abs, [-1, 2])[0]": 1,
    "map(None, [1, 2], [3])[:]": [[1, 3], [2, None]],
    "filter(None, [0, 2])[0]": 2,
    "zip([1, 2], [3])[0]": [1, 3],
    "{1: 2}.keys()[0]": 1,
    "{1: 2}.items()[0]": [1, 2],
    "[[each, each] for each in {1: 2}.values()][0]": [2, 2],
    "__import__('ast').Dict([1], [2]).keys[0]": 1,
}


@pytest.mark.parametrize("compat", ["python2", True])
def test_what_was_a_list_is_one_where_python_2_is_asked_for(ask: Ask, compat: bool | str) -> None:
    """And nowhere else; a method of that name of something else is left alone."""
    given = ask(layers=probing({text: text for text in PYTHON_2_LISTS}), compat=compat)["value"]
    right = [text for text, value in PYTHON_2_LISTS.items() if given[text] == value]
    assert right == list(PYTHON_2_LISTS)[0 if compat == "python2" else -2 :]


def test_a_file_says_which_division_it_means() -> None:
    """By its import from the future."""
    assert is_new(ast.parse("from __future__ import print_function, division\n"))
    assert not is_new(ast.parse("from __future__ import print_function\nimport division\n"))


def test_what_is_not_asked_for_is_not_imported() -> None:
    """Every submission's process would pay for it: numpy.testing is a third of its start."""
    line = "import sys, gradproof.conformance.harness.server; sys.exit('numpy.testing' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", line], check=False).returncode == 0


def test_every_row_names_its_exceptions_in_full() -> None:
    """For a row is looked at only where it has the type of the error in it."""
    rows = (*advice.SHIM_HELPS, *advice.TO_BE_REWRITTEN)
    assert all(re.search(r"\b[A-Z]\w*Error\b", pattern) for pattern, _ in rows)
    assert not any(")Error" in pattern for pattern, _ in rows)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="it reads that")
@pytest.mark.parametrize(
    ("message", "line", "is_told"),
    [
        ("expected '('", "def relu_forward[T](x: T) -> T:", True),
        ("invalid syntax", "class Layer[T]:", True),
        ("invalid syntax", "type Array = np.ndarray", True),
        ("f-string: unmatched '['", 'print(f"{d["a"]}")', True),
        ("f-string: expecting '}'", 'print(f"{")', False),
        ("invalid syntax", "x[0] = = 1", False),
    ],
)
def test_syntax_of_a_newer_python_is_told(message: str, line: str, is_told: bool) -> None:
    """It is no mistake of whoever has that Python."""
    told = syntax_hint(SyntaxError(message, ("layers.py", 1, 1, f"{line}\n")))
    assert told.startswith("that is syntax of a newer Python") == is_told
