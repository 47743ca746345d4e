"""Functions of NumPy written out as texts define them, where digits are lost; and what is laid out otherwise."""

import ast
from collections.abc import Iterator

from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import of_numpy, of_text

QUOTIENTS = (  # of exponentials, which overflow
    "(np.exp({0}) - np.exp(-({0}))) / (np.exp({0}) + np.exp(-({0})))",
    "(np.exp(2 * ({0})) - 1) / (np.exp(2 * ({0})) + 1)",
)

Other = parentheses.Other


def of(node: ast.expr) -> Iterator[Other]:
    """Every function of NumPy written out, and what repeats each entry for what repeats the whole."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="logaddexp"), args=[one, other]):
            yield "function", of_numpy("log", ast.BinOp(_power(one), ast.Add(), _power(other)))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="log1p"), args=[inner]):
            yield "function", of_numpy("log", ast.BinOp(ast.Constant(1), ast.Add(), inner))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="expm1"), args=[inner]):
            yield "function", ast.BinOp(of_numpy("exp", inner), ast.Sub(), ast.Constant(1))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="tanh"), args=[inner]):
            yield from (("function", of_text(each.format(ast.unparse(inner)))) for each in QUOTIENTS)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np"), attr="tile" | "repeat" as name),
            args=[inner, times],
            keywords=[],
        ) if not isinstance(times, ast.Tuple):
            yield "order", of_numpy("repeat" if name == "tile" else "tile", inner, times)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np"), attr="repeat"),
            args=[ast.Name(id=array) as inner, times],
            keywords=[ast.keyword(arg="axis", value=ast.Constant(value=0))],
        ):
            ones = f"({ast.unparse(times)},) + (1,) * ({array}.ndim - 1)"
            yield "order", of_numpy("tile", inner, of_text(ones))


def _power(inner: ast.expr) -> ast.expr:
    """``exp(x)``, and 1 for ``exp(0)``."""
    is_zero = isinstance(inner, ast.Constant) and inner.value == 0
    return ast.Constant(1) if is_zero else of_numpy("exp", inner)
