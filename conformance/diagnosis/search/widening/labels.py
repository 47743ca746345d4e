"""What is taken of the right class: of the largest one, or of all; a place for that of the largest; other labels."""

import ast
from collections.abc import Iterator

from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import of_numpy, of_text

Other = parentheses.Other


def of(node: ast.expr, parent: ast.AST) -> Iterator[Other]:
    """Other labels, and another class in the place of the right one."""
    match node:
        case ast.Subscript(value=array, slice=ast.Tuple(elts=[rows, ast.Name(id="y")]), ctx=ast.Load()) if ast.unparse(
            rows
        ) in ("rows", "np.arange(N)"):
            largest = of_numpy("max", array)
            largest.keywords.append(ast.keyword("axis", ast.Constant(1)))
            yield from (("name", largest), ("name", array))
            yield (
                "name",
                ast.Subscript(array, ast.Tuple([ast.Slice(), ast.Name("y", ast.Load())], ast.Load()), ast.Load()),
            )
        case ast.Call(func=ast.Attribute(attr="argmax"), args=[ast.Name(id=window)], keywords=[]):
            ends = ("0", f"{window}.size // 2", f"{window}.size - 1")
            yield from (("name", of_text(place)) for place in ends)
        case ast.Call(func=ast.Attribute(attr="argmax") as largest, args=[rows], keywords=[ast.keyword(arg="axis")]):
            whole, each = ast.unparse(ast.Call(largest, [rows], [])), ast.unparse(rows)
            yield "everything", of_text(f"np.full(len({each}), {whole} % {each}.shape[-1])")
        case ast.Name(id="y") if _is_the_class_of(parent):
            yield "name", of_text(f"np.argmax({_is_the_class_of(parent)}, axis=1)")
        case ast.Name(id="one_hot"):
            yield "name", of_text("y[:, None]")
        case ast.Name(id="y") if isinstance(parent, ast.BinOp):
            twice = ast.BinOp(ast.Constant(2), ast.Mult(), node)
            yield "labels", ast.BinOp(twice, ast.Sub(), ast.Constant(1))


def _is_the_class_of(index: ast.AST) -> str:
    """The scores or shares of which an index takes one class in each row; nothing if it is no such index."""
    match index:
        case ast.Tuple(elts=[rows, ast.Name(id="y")]) if ast.unparse(rows) in ("rows", "np.arange(N)"):
            return "x"
    return ""
