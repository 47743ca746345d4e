"""What an old submission misses in a current Python and NumPy: put back where that is asked for, named where not.

Runs beside untrusted code. Python 2's names are there for the submission's own modules alone; in their source two
things are changed, ``x.iteritems()`` and its kin, and ``print x``. No number comes out otherwise for it: ``/`` stays
what it is, and a file in what else is Python 2's syntax is not judged.
"""

import ast
import builtins
import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from gradproof.conformance.harness.python2_syntax import is_print, is_python_2, parsed_as_old
from gradproof.conformance.harness.stand_ins import METHODS, NAMES

NUMPY: Mapping[str, Callable[[Any], object]] = {
    "Inf": lambda np: np.inf,
    "NaN": lambda np: np.nan,
    "alltrue": lambda np: np.all,
    "asscalar": lambda np: lambda array: np.asarray(array).item(),
    "bool": lambda _: bool,
    "complex": lambda _: complex,
    "cumproduct": lambda np: np.cumprod,
    "float": lambda _: float,
    "float_": lambda np: np.float64,
    "in1d": lambda np: lambda first, second, *rest, **options: np.isin(np.ravel(first), second, *rest, **options),
    "infty": lambda np: np.inf,
    "int": lambda _: int,
    "object": lambda _: object,
    "product": lambda np: np.prod,
    "round_": lambda np: np.round,
    "row_stack": lambda np: np.vstack,
    "sometrue": lambda np: np.any,
    "str": lambda _: str,
}
NUMPY_LIB: Mapping[str, Callable[[Any], object]] = {"pad": lambda np: np.pad}
OLD_METHOD = "__old_method__"


def install(submission: Path) -> None:
    """From now on, imports of what lies in the submission's folder, or beside its file, get what they miss."""
    _complete_numpy()
    folder = submission if submission.is_dir() else submission.parent
    sys.meta_path.insert(sys.meta_path.index(PathFinder), _Finder(folder.absolute()))


def is_installed() -> bool:
    """Whether it was for any submission."""
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)


def loader(name: str, file: Path) -> SourceFileLoader | None:
    """What loads a file of a submission that this is installed for; None for any other."""
    return _Loader(name, str(file)) if _is_covered(file) else None


class _Loader(SourceFileLoader):
    """Loads a source file with Python 2's names and methods, and neither from nor to the cache of compiled files."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        tree = ast.fix_missing_locations(_OldMethods().visit(parsed_as_old(data, path)))
        code: CodeType = compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)
        return code

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = {**vars(builtins), **NAMES, OLD_METHOD: _old_method}
        super().exec_module(module)


def parsed(source: bytes, file: Path) -> ast.Module:
    """The tree of a file's source, old statements included if this is installed for its submission."""
    return parsed_as_old(source, file.name) if _is_covered(file) else ast.parse(source, file.name)


def _is_covered(file: Path) -> bool:
    return any(finder.covers(file) for finder in sys.meta_path if isinstance(finder, _Finder))


class _OldMethods(ast.NodeTransformer):
    """``x.iteritems`` becomes ``__old_method__(x, "iteritems")``."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr not in METHODS or not isinstance(node.ctx, ast.Load):
            return node
        call = ast.Call(ast.Name(OLD_METHOD, ast.Load()), [node.value, ast.Constant(node.attr)], [])
        return ast.copy_location(call, node)


def _old_method(owner: Any, name: str) -> object:
    return getattr(owner, name) if hasattr(owner, name) else METHODS[name](owner)


class _Finder:
    """Finds what lies in a submission's folder; what is compiled there is not run, as if it had not been built."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def covers(self, file: Path) -> bool:
        return file.absolute().is_relative_to(self._folder)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None or not self.covers(Path(spec.origin)):
            return None
        if isinstance(spec.loader, ExtensionFileLoader):
            raise ImportError(f"{fullname} is compiled, and only source is run", name=fullname)
        if isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(fullname, spec.origin)
            return spec
        return None


def _complete_numpy() -> None:
    np = import_module("numpy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        missing = {name: make(np) for name, make in NUMPY.items() if not hasattr(np, name)}
    vars(np).update(missing)
    vars(np.lib).update({name: make(np) for name, make in NUMPY_LIB.items() if not hasattr(np.lib, name)})


def _any(words: Sequence[str] | Mapping[str, object]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"


SHIM = "judge with --compat, or compat = true in the assignment"
INTEGERS = "Python 2 integer division? write //"
NUMBER = "an array of one element where a number is meant? write .item()"
COMPILED = "the handout's compiled part is not run; the assignment cs231n-a2-convnets asks for no fast layers"
LISTS = "a list in Python 2? write list(...)"
FLOAT = r"'?(?:numpy\.)?float\d*'?"
SHIM_HELPS = (
    (rf"NameError: name '{_any(NAMES)}' is not defined", "Python 2"),
    (rf"AttributeError: '.*' object has no attribute '{_any(METHODS)}'", "Python 2"),
    (rf"AttributeError: (?:module 'numpy' has no attribute '|`np\.){_any(NUMPY)}['`]", "an old NumPy"),
    (rf"AttributeError: module 'numpy.lib' has no attribute '{_any(NUMPY_LIB)}'", "an old NumPy"),
)
TO_BE_REWRITTEN = (
    (rf"TypeError: {FLOAT} object cannot be interpreted as an integer", INTEGERS),
    (r"TypeError: expected a sequence of integers or a single integer, got '\d+\.\d*'", INTEGERS),
    (r"TypeError: slice indices must be integers", INTEGERS),
    (rf"TypeError: (?:list|tuple) indices must be integers or slices, not {FLOAT}", INTEGERS),
    (r"TypeError: Cannot cast array data from dtype\('float\d+'\) to dtype\('int\d+'\)", INTEGERS),
    (r"IndexError: only integers, slices", INTEGERS),
    (r"TypeError: only 0-dimensional arrays can be converted to Python scalars", NUMBER),
    (r"NameError: name '(?:im2col|col2im)\w*' is not defined", COMPILED),
    (r"(?:Type|Attribute)Error: .*'(?:dict_(?:keys|values|items)|filter|map|range|zip)' (?:object|and)", LISTS),
)


def hint(told: str) -> str:
    """What is to be done about an error, told as ``Type: message``, that is owed to the age of the code; else empty."""
    for pattern, words in () if is_installed() else SHIM_HELPS:
        if re.match(pattern, told):
            return f"{words}: {SHIM}"
    return next((words for pattern, words in TO_BE_REWRITTEN if re.match(pattern, told)), "")


def syntax_hint(error: SyntaxError) -> str:
    """The same of a file that does not parse."""
    if is_print(error):
        return f"Python 2: {SHIM}"
    return "that is the syntax of Python 2, which cannot be judged" if is_python_2(error) else ""
