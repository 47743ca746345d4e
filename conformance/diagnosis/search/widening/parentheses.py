"""The same signs in the same order with the parentheses elsewhere, or with one term in or out of a function."""

import ast
from collections.abc import Iterator

from gradproof.conformance.diagnosis.search.operators import name_of

PLUS = (ast.Add, ast.Sub)
TIMES = (ast.Mult, ast.Div)
REDUCTIONS = ("sum", "mean", "max", "min", "var")

Other = tuple[str, ast.expr]


def of(node: ast.expr) -> Iterator[Other]:
    """Every other grouping of an expression."""
    if isinstance(node, ast.BinOp):
        yield from (("parentheses", other) for other in _regrouped(node))
        yield from (("inside", other) for other in _into_a_call(node))
    elif isinstance(node, ast.Call):
        yield from (("outside", other) for other in (*_out_of_a_call(node), *_of_each(node)))


def _regrouped(node: ast.BinOp) -> Iterator[ast.expr]:
    """``a * (b - c)`` as ``a * b - c``, ``(a - b) / c`` as ``a - b / c``, ``a / (b * c)`` as ``a / b * c``."""
    left, operator, right = node.left, node.op, node.right
    if isinstance(operator, PLUS) and isinstance(left, ast.BinOp) and isinstance(left.op, (*TIMES, ast.MatMult)):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, operator, right))
    if isinstance(operator, PLUS) and isinstance(right, ast.BinOp) and isinstance(right.op, TIMES):
        yield ast.BinOp(ast.BinOp(left, operator, right.left), right.op, right.right)
    if isinstance(right, ast.BinOp):
        is_sum = isinstance(right.op, PLUS) and isinstance(operator, (*TIMES, ast.MatMult, ast.Sub))
        if is_sum or (isinstance(right.op, TIMES) and isinstance(operator, ast.Div)):
            yield ast.BinOp(ast.BinOp(left, operator, right.left), right.op, right.right)
        product = right.left if isinstance(right.op, ast.Add) else right  # a matrix product, with a bias or without
        if isinstance(operator, ast.Mult) and isinstance(product, ast.BinOp) and isinstance(product.op, ast.MatMult):
            gated = ast.BinOp(ast.BinOp(left, operator, product.left), product.op, product.right)
            yield gated if product is right else ast.BinOp(gated, right.op, right.right)
        if isinstance(right.op, ast.Pow) and isinstance(operator, PLUS):
            yield ast.BinOp(ast.BinOp(left, operator, right.left), right.op, right.right)
    if isinstance(left, ast.BinOp):
        if isinstance(left.op, PLUS) and isinstance(operator, (*TIMES, ast.Pow)):
            yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, operator, right))
        inner = left.right
        is_product = isinstance(left.op, ast.Mult) and isinstance(operator, TIMES)
        if is_product and isinstance(inner, ast.BinOp) and isinstance(inner.op, PLUS):
            last = ast.BinOp(inner.right, operator, right)
            yield ast.BinOp(ast.BinOp(left.left, left.op, inner.left), inner.op, last)


def _into_a_call(node: ast.BinOp) -> Iterator[ast.expr]:
    """``sqrt(a) + b`` as ``sqrt(a + b)``, ``sum(a) ** 2`` as ``sum(a ** 2)``."""
    call = node.left
    if not isinstance(call, ast.Call) or not call.args:
        return
    first, *rest = call.args
    is_plain = isinstance(node.op, ast.Add) and not rest and not call.keywords
    if is_plain or (isinstance(node.op, ast.Pow) and name_of(call.func) in REDUCTIONS):
        yield ast.Call(call.func, [ast.BinOp(first, node.op, node.right), *rest], call.keywords)


def _out_of_a_call(node: ast.Call) -> Iterator[ast.expr]:
    """``sqrt(a + b)`` as ``sqrt(a) + b``, ``sum(a * b)`` as ``sum(a) * b`` and as ``a * sum(b)``."""
    if not node.args or not isinstance(node.args[0], ast.BinOp):
        return
    first, *rest = node.args
    assert isinstance(first, ast.BinOp)
    if name_of(node.func) in REDUCTIONS:
        yield ast.BinOp(ast.Call(node.func, [first.left, *rest], node.keywords), first.op, first.right)
        yield ast.BinOp(first.left, first.op, ast.Call(node.func, [first.right, *rest], node.keywords))
    elif isinstance(first.op, (ast.Add, *TIMES)) and not rest and not node.keywords:
        match first:
            case ast.BinOp(left=ast.BinOp(left=one, op=ast.Add(), right=other), op=ast.Add(), right=last):
                inner = ast.BinOp(one, first.op, last)  # of three terms the middle one
                yield ast.BinOp(ast.Call(node.func, [inner], []), first.op, other)
        yield ast.BinOp(ast.Call(node.func, [first.left], []), first.op, first.right)
        if isinstance(first.op, TIMES):
            yield ast.BinOp(first.left, first.op, ast.Call(node.func, [first.right], []))


def _of_each(node: ast.Call) -> Iterator[ast.expr]:
    """``tanh(a + b)`` as ``tanh(a) + tanh(b)``, and of three terms each end by itself."""
    match node:
        case ast.Call(args=[ast.BinOp(op=ast.Add() | ast.Sub()) as whole, *rest], keywords=[]):
            if name_of(node.func) in REDUCTIONS or not all(isinstance(each, ast.Constant) for each in rest):
                return
            halves = [(whole.left, whole.op, whole.right)]
            if isinstance(whole.left, ast.BinOp) and isinstance(whole.left.op, ast.Add):
                halves.append((whole.left.left, ast.Add(), ast.BinOp(whole.left.right, whole.op, whole.right)))
            for one, sign, other in halves:
                yield ast.BinOp(ast.Call(node.func, [one, *rest], []), sign, ast.Call(node.func, [other, *rest], []))
