"""The files of right ways, which the search edits and tables of mistakes change: read, and under a dialect."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

from gradproof.conformance.spec.conventions import Dialect

VARIANTS = Path(__file__).resolve().parent / "search" / "variants"


@cache
def text_of(file: Path) -> str:
    """What stands in it."""
    return file.read_text(encoding="utf-8")


def tree_of(file: Path) -> ast.Module:
    """The same, read."""
    return ast.parse(text_of(file))


class Folded(ast.NodeTransformer):
    """Leaves of every ``if dialect.NAME == "VALUE":`` what the dialect means."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def visit_If(self, node: ast.If) -> Any:
        """The branch that is meant, in the place of the question."""
        self.generic_visit(node)
        match node.test:
            case ast.Compare(
                left=ast.Attribute(value=ast.Name(id="dialect"), attr=name),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value=value)],
            ):
                return node.body if getattr(self.dialect, name) == value else node.orelse
        return node
