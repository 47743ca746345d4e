"""Limits to gradients that are handed back; what is cut off or put on at one end; small numbers that guard."""

import ast
from collections.abc import Iterator

from gradproof.conformance.diagnosis.search.operators import name_of
from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import FREE, of_numpy, of_text
from gradproof.conformance.diagnosis.search.widening.numbers import free
from gradproof.conformance.diagnosis.search.widening.places import before_all, behind_all, both_sides

CLIPPED = "np.clip({}, -" + FREE + ", " + FREE + ")"
OF_PARAMETERS = ("dw", "db", "dgamma", "dbeta")  # how the names of their gradients begin, in small letters

Other = parentheses.Other


def of(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Other]:
    """Every limit to gradients that are handed back together, every other side, every guard; what is not asked."""
    yield from _guards(node)
    match node:
        case ast.Compare(left=ast.Name(id=name)) if name in scope.arrays and not _chooses(parent):
            yield "unasked", of_numpy("ones_like", node)
        case ast.Tuple(elts=elements) if isinstance(parent, ast.Return) and all(map(_is_gradient, elements)):
            chosen = [[True] * len(elements), list(map(_is_of_parameter, elements))]
            for is_clipped in chosen if any(chosen[1]) and not all(chosen[1]) else chosen[:1]:
                pairs = zip(elements, is_clipped, strict=True)
                yield "limited", ast.Tuple([_clipped(each) if clips else each for each, clips in pairs], ast.Load())
        case ast.Dict(values=[_, *_]) | ast.Name(id="grads") if isinstance(parent, ast.Tuple | ast.Return):
            each = CLIPPED.format("gradient")
            yield "limited", of_text(f"{{name: {each} for name, gradient in ({ast.unparse(node)}).items()}}")
        case ast.Subscript(value=array, slice=ast.Tuple(elts=slices)) if sum(map(_is_between, slices)) > 1:
            for cut in (_cut_before, _cut_behind):
                others = [cut(each) if _is_between(each) else each for each in slices]
                yield "name", ast.Subscript(array, ast.Tuple(others, ast.Load()), ast.Load())
        case ast.Tuple(elts=pairs) if sum(both_sides(each) is not None for each in pairs) > 1:
            for side in (before_all, behind_all):
                others = [side(pad) if (pad := both_sides(each)) else each for each in pairs]
                yield "name", ast.Tuple(others, ast.Load())


def _chooses(parent: ast.AST) -> bool:
    """Whether one of two is chosen there, of which each may stand alone."""
    return isinstance(parent, ast.Call) and name_of(parent.func) == "where"


def _is_gradient(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id.startswith("d")


def _is_of_parameter(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id.lower().startswith(OF_PARAMETERS)


def _clipped(node: ast.expr) -> ast.expr:
    return of_text(CLIPPED.format(ast.unparse(node)))


def _is_between(node: ast.expr) -> bool:
    """Whether it is ``[pad : height - pad]``."""
    match node:
        case ast.Slice(lower=ast.Name(id=start), upper=ast.BinOp(op=ast.Sub(), right=ast.Name(id=end))):
            return start == end
    return False


def _cut_before(node: ast.expr) -> ast.expr:
    """``[2 * pad : height]``, all of it at the beginning."""
    assert isinstance(node, ast.Slice)
    assert isinstance(node.upper, ast.BinOp)
    return ast.Slice(ast.BinOp(ast.Constant(2), ast.Mult(), node.upper.right), node.upper.left)


def _cut_behind(node: ast.expr) -> ast.expr:
    """``[: height - 2 * pad]``, all of it at the end."""
    assert isinstance(node, ast.Slice)
    assert isinstance(node.upper, ast.BinOp)
    twice = ast.BinOp(ast.Constant(2), ast.Mult(), node.upper.right)
    return ast.Slice(None, ast.BinOp(node.upper.left, ast.Sub(), twice))


def _guards(node: ast.expr) -> Iterator[Other]:
    """A small number added where something is divided by, or a root or logarithm taken of it; or a limit set there."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield "added", ast.BinOp(node.left, ast.Div(), ast.BinOp(node.right, ast.Add(), free()))
    if isinstance(node, ast.Call) and name_of(node.func) in ("sqrt", "log") and len(node.args) == 1:
        (inner,) = node.args
        yield "added", ast.Call(node.func, [ast.BinOp(inner, ast.Add(), free())], [])
        yield "floor", ast.Call(node.func, [of_numpy("maximum", inner, free())], [])
        if name_of(node.func) == "log":
            upper = ast.BinOp(ast.Constant(1), ast.Sub(), free())
            yield "clipped", ast.Call(node.func, [of_numpy("clip", inner, free(), upper)], [])
