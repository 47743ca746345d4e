"""Where a file of a submission is imported from: its packages, those included that were left out of what was handed in.

A course's text says ``from cs231n.layers import *`` or ``from ..layers import *``, and the files are handed in beside
one another: the folder that they lie in stands in for the packages.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

import numpy as np

from gradproof.conformance.harness import compat as shim
from gradproof.conformance.harness.source.reading import source_of
from gradproof.conformance.spec.values import LIBRARIES
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import say

MOST_FILES = 50
MOST_UP = 8  # packages that an import goes up
CONTINUED = re.compile(rb"\\\r?\n")
LEFT_OUT = "handed_in"  # the name of a package that has none


@dataclass(frozen=True)
class Place:
    """The folder to search and the dotted name under which a file is imported, and folders of packages not there.

    Also the file's own folder, if it is a package and its files import one another as if it were none.
    """

    folder: Path
    name: str
    left_out: Mapping[str, Path] = field(default_factory=dict)
    own: tuple[Path, ...] = ()

    def stood_in(self) -> None:
        """From now on, the packages that are not there can be imported from."""
        for name, folder in self.left_out.items():
            package = sys.modules.setdefault(name, ModuleType(name))
            package.__path__ = [*dict.fromkeys((*getattr(package, "__path__", ()), str(folder)))]

    def search_path(self, root: Path) -> list[Path]:
        """The folders that imports in the file, of the submission at ``root``, may mean, first ones first."""
        above = [root, root.parent] if root.is_dir() else [root.parent, root.parent.parent]
        return list(dict.fromkeys([self.folder, *above, *self.own]))


class Folders:
    """What the files of folders import one another by; each folder is looked at once."""

    def __init__(self) -> None:
        self.named, self.is_package = cache(_named), cache(_is_package)


def place_of(file: Path, root: Path, folders: Folders | None = None) -> Place:
    """Where a file of the submission at ``root`` is imported from.

    It is in a package if its folder has an ``__init__.py``, or if sources beside it import each other relatively; and
    in as many as its own relative imports go up.
    """
    folder, known = file.parent, folders or Folders()
    levels = min(max(_levels(file), default=0), MOST_UP)
    inside: list[Path] = []
    while known.is_package(folder) or len(inside) < levels:
        if not (folder.name.isidentifier() or folder == root) or len(folder.parts) <= 1:
            break
        inside.insert(0, folder)
        folder = folder.parent
        if inside[0] == root:
            break
    names = [each.name if each.name.isidentifier() else LEFT_OUT for each in inside]
    left_out = {LEFT_OUT: inside[0]} if LEFT_OUT in names[:1] else {}
    for _ in range(levels - len(inside)):
        names.append(LEFT_OUT)
        left_out[".".join(names)] = file.parent
    own = (file.parent,) if inside and _imports_from_beside(file, folder) else ()
    return Place(folder, ".".join((*names, module_of(file))), {**left_out, **known.named(file.parent)}, own)


def of_package(file: Path, place: Place) -> ModuleType | None:
    """A file that is imported as its package's are; None if it is in none, or no import can name it."""
    package, _, name = place.name.rpartition(".")
    if package and name == file.stem:
        return import_module(place.name)
    if package:
        import_module(package)  # that its relative imports start from
    return None


def is_other(name: str, module: ModuleType, folder: Path) -> bool:
    """Whether another file than a module's is what a file in ``folder`` imports by that name."""
    beside, file = folder / f"{name}.py", getattr(module, "__file__", None)
    return file is not None and file != str(beside) and _is_file(beside)


def module_of(file: Path) -> str:
    """The name that a file's module gets; a dot in the file's name leads into no package."""
    return file.stem.replace(".", "_")


def ended_early(file: str, reason: str) -> str:
    """That a package is used whose ``__init__.py`` ended early."""
    return say(sent.BEGUN, problem=say(sent.IMPORT_FAILED, file=file, reason=reason))


def _imports_from_beside(file: Path, folder: Path) -> bool:
    """Whether a file of a package imports one that lies beside it by its name alone, and no other is called so."""
    tops = (node.module for node in _statements(file) if isinstance(node, ast.ImportFrom) and not node.level)
    return any(top and _is_file(file.parent / f"{top}.py") and not _is_there(top, folder) for top in tops)


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises for a name that is too long


def _named(folder: Path) -> dict[str, Path]:
    """The packages that files import one another from, and that are not there."""
    stems = {file.stem for file in folder.glob("*.py")}
    packages = {
        package
        for file in _sources(folder)
        for package, stem in _imported(file)
        if stem in stems and not _is_there(package.partition(".")[0], folder)
    }
    parts = (package.split(".") for package in sorted(packages))
    return {".".join(each[: n + 1]): folder for each in parts for n in range(len(each))}


def _is_there(top: str, folder: Path) -> bool:
    """Whether a package is Python's, installed, or handed in; what other submissions here have does not count."""
    if top in sys.stdlib_module_names or top == np.__name__:
        return True
    installed = [entry for entry in sys.path if not LIBRARIES.isdisjoint(Path(entry).parts)]
    return PathFinder.find_spec(top, [*installed, str(folder), str(folder.parent)]) is not None


def _imported(file: Path) -> Iterator[tuple[str, str]]:
    """The packages that a file imports from, each with what may be a module of it."""
    for node in _statements(file):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            package, _, stem = node.module.rpartition(".")
            yield package, stem
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((package, stem) for package, _, stem in (alias.name.rpartition(".") for alias in node.names))


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").exists() or any(any(_levels(file)) for file in _sources(folder))


def _levels(file: Path) -> Iterator[int]:
    """How many packages up the relative imports of a file go."""
    return (node.level for node in _statements(file) if isinstance(node, ast.ImportFrom) and node.level)


def _sources(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.py"))[:MOST_FILES]


def _statements(file: Path) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """The imports of a file; none of one that imports nothing from a package, which need not be parsed."""
    try:
        source = source_of(file)
        return _imports_of(shim.parsed(source, file)) if _names_a_package(source) else ()
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _names_a_package(source: bytes) -> bool:
    """Whether a line may import from a package: ``from`` stands there before ``import``, or that before a dot."""
    lines = CONTINUED.sub(b" ", source).split(b"\n")
    return any(_is_before(b"from", b"import", line) or _is_before(b"import", b".", line) for line in lines)


def _is_before(first: bytes, then: bytes, line: bytes) -> bool:
    at = line.find(first)
    return at >= 0 and line.rfind(then) >= at + len(first)


@lru_cache(MOST_FILES)
def _imports_of(tree: ast.Module) -> tuple[ast.Import | ast.ImportFrom, ...]:
    return tuple(node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
