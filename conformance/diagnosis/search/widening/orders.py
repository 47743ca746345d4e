"""Another order: of two functions, of a function and a factor or a term; + for *; one of two that come together."""

import ast
from collections.abc import Iterator

from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import of_numpy, of_text

AVERAGING = ("mean", "sum")
BENDING = ("log", "sqrt", "exp", "square", "abs", "tanh")  # functions that differ of a mean and in the mean

Other = parentheses.Other


def of(node: ast.expr, parent: ast.AST) -> Iterator[Other]:
    """Every other order of an expression."""
    yield from _in_time(node)
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=outer), args=[ast.Call() as call, *rest]):
            yield from _functions_exchanged(outer, call, rest, node.keywords)
        case ast.Call(func=ast.Attribute(value=ast.Call() as call, attr=outer)):
            yield from _functions_exchanged(outer, call, node.args, node.keywords)
        case ast.BinOp(left=ast.Name() as factor, op=ast.Mult(), right=ast.Call(args=[inner]) as call) if _bends(call):
            yield "inside", ast.Call(call.func, [ast.BinOp(factor, ast.Mult(), inner)], [])
        case ast.BinOp(left=over, op=ast.Div(), right=ast.Call(args=[ast.BinOp(op=ast.Add()) as under]) as call):
            quotient = ast.BinOp(over, ast.Div(), ast.Call(call.func, [under.left], call.keywords))
            yield "outside", ast.BinOp(quotient, ast.Add(), under.right)
        case ast.BinOp(left=ast.BinOp(left=over, op=ast.Div(), right=under), op=ast.Add() as plus, right=term):
            yield "parentheses", ast.BinOp(ast.BinOp(over, plus, term), ast.Div(), under)
    match node:
        case ast.BinOp(left=ast.Name() as one, op=ast.Add() | ast.Mult() as operator, right=ast.Name() as other):
            exchanged = ast.Mult() if isinstance(operator, ast.Add) else ast.Add()
            yield "operator", ast.BinOp(one, exchanged, other)
        case ast.Call(func=function, args=[upstream, _]) if isinstance(parent, ast.Assign) and _is_backward(function):
            others: ast.expr = ast.Subscript(node, ast.Slice(ast.Constant(1)), ast.Load())
            yield "name", ast.Tuple([upstream, ast.Starred(others, ast.Load())], ast.Load())


def _in_time(node: ast.expr) -> Iterator[Other]:
    """Of what comes from above and from the step after the second alone, but for the last step, which has none."""
    match node:
        case ast.BinOp(left=ast.Subscript(value=ast.Name(id=steps)) as own, op=ast.Add(), right=ast.Name() as later):
            match own.slice:
                case ast.Tuple(elts=[ast.Slice(), ast.Name(id=t)]):
                    yield "name", ast.IfExp(of_text(f"{t} < {steps}.shape[1] - 1"), later, own)


def _is_backward(function: ast.expr) -> bool:
    """Whether it is a backward, which its upstream gradient may pass by."""
    return ast.unparse(function).endswith("_backward")


def _functions_exchanged(
    outer: str, call: ast.Call, rest: list[ast.expr], keywords: list[ast.keyword]
) -> Iterator[Other]:
    """``mean(log(p))`` as ``log(mean(p))``."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=inner), args=[value], keywords=[]):
            if outer in AVERAGING and inner in BENDING:
                averaged = of_numpy(outer, value, *rest)
                averaged.keywords.extend(keywords)
                yield "exchanged_functions", of_numpy(inner, averaged)


def _bends(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in BENDING
