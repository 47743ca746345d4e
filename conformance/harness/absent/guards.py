"""What a line of code is in: a ``try`` or ``suppress`` that expects an error, an import of all that a module has."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType

from gradproof.conformance.harness.python2_syntax import parsed_as_old

EVERY = frozenset(("Exception", "BaseException"))


def is_guarded(frame: FrameType, *errors: str) -> bool:
    """Whether one of these errors would be caught at the line where a frame is."""
    return any(frame.f_lineno in lines for lines in _guarded_lines(frame.f_code.co_filename, EVERY.union(errors)))


def is_of_all(frame: FrameType) -> bool:
    """Whether ``*`` is imported at the line where a frame is."""
    return frame.f_lineno in _lines_of_all(frame.f_code.co_filename)


@cache
def _guarded_lines(file: str, errors: frozenset[str]) -> tuple[range, ...]:
    return tuple(_guarded(_tree(file), errors))


@cache
def _lines_of_all(file: str) -> frozenset[int]:
    imports = (node for node in ast.walk(_tree(file)) if isinstance(node, ast.ImportFrom))
    return frozenset(node.lineno for node in imports if node.names[0].name == "*")


def _tree(file: str) -> ast.Module:
    try:
        return parsed_as_old(Path(file).read_bytes(), file)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _guarded(tree: ast.AST, errors: frozenset[str]) -> Iterator[range]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            is_guard = any(_catches(handler.type, errors) for handler in node.handlers)
        else:
            is_guard = isinstance(node, ast.With) and any(_suppresses(i.context_expr, errors) for i in node.items)
        if is_guard and isinstance(node, ast.Try | ast.With):
            first, last = node.body[0], node.body[-1]
            yield range(first.lineno, (last.end_lineno or last.lineno) + 1)


def _suppresses(manager: ast.expr, errors: frozenset[str]) -> bool:
    return "suppress" in ast.dump(manager) and _catches(manager, errors)


def _catches(caught: ast.expr | None, errors: frozenset[str]) -> bool:
    if caught is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in errors for node in ast.walk(caught))
