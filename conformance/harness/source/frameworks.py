"""What of a submission is written in a framework and not in NumPy, read without running it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FRAMEWORKS = frozenset({"chainer", "equinox", "flax", "haiku", "keras", "mxnet", "paddle", "tensorflow", "torch"})
NAMED = re.compile(r".+_(?:(?:py)?torch|tensorflow|keras|tf)")


def is_named_so(file: Path) -> bool:
    """Whether a file is written in a framework, by its name."""
    return NAMED.fullmatch(file.stem.lower()) is not None


def classes_of_frameworks(tree: ast.Module, file: Path) -> frozenset[str]:
    """The classes of a file that derive from a framework's, or from one of these: ``class Net(nn.Module)``."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.bases]
    if not classes:  # so that of most files no more is read
        return frozenset()
    of_them = {name for name, root in _imported(tree) if root in FRAMEWORKS and not _lies_beside(root, file)}
    found: set[str] = set()
    for node in classes:
        if not (of_them | found).isdisjoint(map(_root, node.bases)):
            found.add(node.name)
    return frozenset(found)


def _lies_beside(name: str, file: Path) -> bool:
    """Whether a module of that name is the submission's own."""
    return (file.parent / name).is_dir() or (file.parent / f"{name}.py").is_file()


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that a file imports, each with the package that it comes from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name.partition(".")[0], _package(alias.name)) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((alias.asname or alias.name, _package(node.module)) for alias in node.names)


def _package(module: str) -> str:
    return module.partition(".")[0]


def _root(base: ast.expr) -> str:
    """The first name of a base: ``nn`` of ``nn.Module``."""
    return _root(base.value) if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
