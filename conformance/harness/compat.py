"""What an old submission misses in a current Python and NumPy: put back where that is asked for, named where not.

Runs beside untrusted code. Python 2's names are there for the submission's own modules alone; in their source two
things are changed, ``x.iteritems()`` and its kin, and ``print x``. No number comes out otherwise for it, unless Python
2 itself is asked for, with its division and its lists; a file in what else is Python 2's syntax is not judged.
"""

import ast
import builtins
import itertools
import sys
import warnings
from collections.abc import Collection, Sequence
from functools import lru_cache, reduce
from importlib import import_module
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from gradproof.conformance.harness.age import advice, division, numpy_calls, numpy_names
from gradproof.conformance.harness.python2_syntax import is_newer, is_print, is_python_2, parsed_as_old
from gradproof.conformance.harness.stand_ins import LAZY, LISTS, METHODS, NAMES, VIEWS
from gradproof.conformance.spec.words import aged
from gradproof.conformance.spec.words.said import say

OLD_METHOD = "__old_method__"
PYTHON_2 = "python2"
SHORT = 1 << 17  # bytes of a source whose tree is kept
TREES_KEPT = 64
ALL_METHODS = {**METHODS, **numpy_names.METHODS}


def install(submission: Path, compat: bool | str = True) -> None:
    """From now on, imports of what lies in the submission's folder, or beside its file, get what they miss.

    With ``compat`` at ``"python2"`` a division of whole numbers rounds down in it as well, and what was a list is one.
    """
    _complete_numpy()
    for name in LAZY.keys() - vars(itertools).keys():
        setattr(itertools, name, LAZY[name])
    folder = submission if submission.is_dir() else submission.parent
    sys.meta_path.insert(sys.meta_path.index(PathFinder), _Finder(folder.absolute(), compat == PYTHON_2))


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
        is_python_2 = _is_python_2(Path(path))
        tree = _OldMethods({*ALL_METHODS, *(VIEWS if is_python_2 else ())}).visit(parsed_as_old(data, path))
        if is_python_2 and not division.is_new(tree):
            tree = division.OldDivision().visit(tree)
        tree = ast.fix_missing_locations(tree)
        code: CodeType = compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)
        return code

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = {
            **vars(builtins),
            **NAMES,
            **(LISTS if _is_python_2(Path(self.path)) else {}),
            OLD_METHOD: _old_method,
            division.DIVIDE: division.divide,
            division.DIVIDE_IN_PLACE: division.divide_in_place,
        }
        super().exec_module(module)


def parsed(source: bytes, file: Path) -> ast.Module:
    """The tree of a file's source, old statements included if this is installed for its submission."""
    if _is_covered(file):
        return parsed_as_old(source, file.name)
    return (_kept_tree if len(source) <= SHORT else ast.parse)(source, file.name)


_kept_tree = lru_cache(TREES_KEPT)(ast.parse)  # a file is looked at for several reasons


def _is_covered(file: Path) -> bool:
    return any(finder.covers(file) for finder in sys.meta_path if isinstance(finder, _Finder))


def _is_python_2(file: Path) -> bool:
    return any(f.covers(file) and f.is_python_2 for f in sys.meta_path if isinstance(f, _Finder))


class _OldMethods(ast.NodeTransformer):
    """``x.iteritems`` becomes ``__old_method__(x, "iteritems")``."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr not in self._names or not isinstance(node.ctx, ast.Load):
            return node
        call = ast.Call(ast.Name(OLD_METHOD, ast.Load()), [node.value, ast.Constant(node.attr)], [])
        return ast.copy_location(call, node)


def _old_method(owner: Any, name: str) -> object:
    if name in VIEWS:
        view = getattr(owner, name)
        return (lambda: list(view())) if isinstance(owner, dict) else view
    if name in numpy_names.METHODS and not isinstance(owner, numpy_names.OWNERS):
        return getattr(owner, name)
    return getattr(owner, name) if hasattr(owner, name) else ALL_METHODS[name](owner)


class _Finder:
    """Finds what lies in a submission's folder; what is compiled there is not run, as if it had not been built."""

    def __init__(self, folder: Path, is_python_2: bool) -> None:
        self._folder = folder
        self.is_python_2 = is_python_2

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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, make in numpy_names.NAMES.items():
            if make is not None and not hasattr(np, name):
                setattr(np, name, make())
        for name, make_module in numpy_names.MODULES.items():
            parent, _, own = name.rpartition(".")
            holder = reduce(getattr, parent.split(".") if parent else (), np)
            if make_module is not None and not hasattr(holder, own):
                module = sys.modules[f"numpy.{name}"] = make_module()
                setattr(holder, own, module)
        for module in map(import_module, (f"numpy.{name}" for name in numpy_names.LESS)):
            for name, value in vars(np).items():
                if callable(value) and not hasattr(module, name):
                    setattr(module, name, value)
    numpy_calls.complete(np.__version__)


def hint(told: str) -> str:
    """What is to be done about an error, told as ``Type: message``, that is owed to the age of the code; else empty."""
    return advice.about(told, has_shim=is_installed())


def syntax_hint(error: SyntaxError) -> str:
    """The same of a file that does not parse."""
    if is_newer(error):
        return say(aged.NEWER, version=".".join(map(str, sys.version_info[:2])))
    if is_print(error):
        return say(aged.PYTHON_2)
    return say(aged.NOT_PARSED) if is_python_2(error) else ""
