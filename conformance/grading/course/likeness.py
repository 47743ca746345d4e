"""Which hand-ins say the same: byte for byte, or once layout, comments and the names of variables are set aside."""

import ast
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from gradproof.conformance.harness.loader import source_files
from gradproof.conformance.spec.limits import MIB

MOST_READ = MIB  # bytes of one hand-in's code
ASIDE = ("ctx", "kind", "type_comment", "annotation", "returns")  # fields that change nothing


class Result(Protocol):
    """What is asked of a graded submission here."""

    @property
    def submission(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def likeness(self) -> str: ...  # noqa: D102
    @property
    def score(self) -> float: ...  # noqa: D102
    @property
    def is_unmade(self) -> bool: ...  # noqa: D102


def likeness(path: Path) -> str:
    """A digest that hand-ins share which differ in layout, comments and variables' names; nothing if it cannot be told.

    Names are numbered as they come, function by function; those of functions, classes and attributes stay.
    """
    files = list(source_files(path)) if path.is_dir() else [path]
    try:
        if sum(file.stat().st_size for file in files) > MOST_READ:
            return ""
        parts = sorted(_plain(ast.parse(file.read_bytes())) for file in files)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest() if any(parts) else ""


def alike(submissions: Iterable[Result]) -> dict[str, tuple[str, ...]]:
    """The others that a submission equals, by name. Those that earned nothing, as a hand-out does, are left out."""
    groups: dict[str, list[str]] = {}
    for one in submissions:
        for key in {one.digest, one.likeness} - {""} if one.score else ():
            groups.setdefault(key, []).append(one.submission)
    found: dict[str, set[str]] = {}
    for names in groups.values():
        for name in names if len(names) > 1 else ():
            found.setdefault(name, set()).update(set(names) - {name})
    return {name: tuple(sorted(others)) for name, others in found.items()}


def _plain(tree: ast.Module) -> str:
    """The code of a module, without what its writer was free to choose. Its parts may stand in any order."""
    return "\n".join(sorted(_dumped(node) for node in tree.body if not _is_text(node)))


def _dumped(node: ast.stmt) -> str:
    """A statement with its variables numbered in the order in which they are first met."""
    own = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    own |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    return " ".join(_words(node, own, {}))


def _words(node: ast.AST, own: set[str], numbers: dict[str, int]) -> Iterator[str]:
    yield type(node).__name__
    for field, value in ast.iter_fields(node):
        if field in ASIDE or value is None:
            continue
        if isinstance(value, ast.AST):
            yield from _words(value, own, numbers)
        elif isinstance(value, list):
            told = [each for each in value if not _is_text(each)]
            for each in told:
                yield from _words(each, own, numbers) if isinstance(each, ast.AST) else (repr(each),)
            yield f"/{len(told)}"
        else:
            is_variable = isinstance(node, ast.Name | ast.arg) and value in own
            yield f"v{numbers.setdefault(value, len(numbers))}" if is_variable else repr(value)


def _is_text(node: object) -> bool:
    """Whether a statement is a text alone, as docstrings are."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
