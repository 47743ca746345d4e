"""Other forms: a power divided first, a call in a sum, another rounding, an activation for another or for a slope."""

import ast
from collections.abc import Iterator
from copy import deepcopy
from typing import TypeVar

from gradproof.conformance.diagnosis.search.widening import parentheses

FREE = "_free"  # the name of a number that is solved for
USUAL_LEAK = 0.01
ROUNDED = ("ceil", "floor", "round")
PADDED = ("edge", "reflect", "wrap", "symmetric")
LOGARITHMS = ("log", "log2", "log10")

Other = parentheses.Other
Tree = TypeVar("Tree", bound=ast.AST)


def of(node: ast.expr, parent: ast.AST) -> Iterator[Other]:
    """Every other form of an expression."""
    yield from (*_of_call(node), *_of_slope(node), *_of_gate(node, parent), *_of_window(node, parent))
    match node:
        case ast.Compare(left=ast.Name(), ops=[ast.Gt()], comparators=[ast.Attribute() as best]):
            lowest = ast.Compare(node.left, [ast.Lt()], [best])
            yield "other", ast.BoolOp(ast.Or(), [ast.UnaryOp(ast.Not(), best), lowest])
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent) if not isinstance(exponent, ast.Constant | ast.UnaryOp):
            yield "name", ast.BinOp(exponent, ast.Pow(), base)
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent) if (twice := _twice(exponent)) is not None:
            power = ast.BinOp(base, ast.Pow(), ast.Constant(twice))
            yield "parentheses", ast.BinOp(power, ast.Div(), ast.Constant(2))
        case ast.Call(
            func=function,
            args=[ast.Call(func=ast.Name(id="sum") as adding, args=[ast.GeneratorExp(elt=each, generators=over)])],
        ):
            yield "inside", ast.Call(adding, [ast.GeneratorExp(ast.Call(function, [each], []), over)], [])
        case ast.Call(func=ast.Attribute(value=module, attr=name), args=arguments) if name in ROUNDED:
            for other in ROUNDED:
                if other != name:
                    yield "name", ast.Call(ast.Attribute(module, other, ast.Load()), arguments, [])
            if name == "ceil":
                below = ast.Call(ast.Attribute(module, "floor", ast.Load()), arguments, [])
                yield "name", ast.BinOp(below, ast.Add(), ast.Constant(1))
        case ast.Call(func=ast.Attribute(attr="maximum"), args=[inner, ast.Constant(value=0)]):
            yield from (("activation", _sigmoid(inner)), ("activation", of_numpy("tanh", inner)), ("activation", inner))
            yield "activation", of_text("({0}) / (1 + np.exp(-{1} * ({0})))".format(ast.unparse(inner), FREE))
            for slope in (ast.Constant(USUAL_LEAK), ast.Name(FREE, ast.Load())):
                leak = ast.BinOp(slope, ast.Mult(), inner)
                yield "activation", of_numpy("where", ast.Compare(inner, [ast.Gt()], [ast.Constant(0)]), inner, leak)
        case ast.Call(func=ast.Name(id="sigmoid"), args=[inner]):
            yield from (
                ("activation", of_numpy("tanh", inner)),
                ("activation", of_numpy("maximum", inner, ast.Constant(0))),
            )
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="tanh"), args=[inner]):
            yield from (("activation", of_numpy("maximum", inner, ast.Constant(0))), ("activation", _sigmoid(inner)))


def _of_window(node: ast.expr, parent: ast.AST) -> Iterator[Other]:
    """A window that ends elsewhere, of which the first entry alone is meant, or everything that it is cut out of."""
    match node:
        case ast.Subscript(value=array, slice=ast.Tuple(elts=slices)) if sum(map(_has_length, slices)) > 1:
            for cut in (_up_to_the_length, _up_to_minus_the_start, _first_alone):
                others = [cut(each) if _has_length(each) else each for each in slices]
                yield "name", ast.Subscript(array, ast.Tuple(others, ast.Load()), ast.Load())
        case ast.Subscript(value=ast.Name() as array, slice=ast.Tuple(elts=slices), ctx=ast.Load()) if all(
            isinstance(each, ast.Slice) and each.step is None for each in slices
        ):
            yield "name", array
        case ast.Tuple(elts=slices) if isinstance(getattr(parent, "ctx", None), ast.Store):
            if sum(map(_has_length, slices)) > 1:
                entry = [_first_alone(each) if _has_length(each) else each for each in slices]
                yield "name", ast.Tuple(entry, ast.Load())
        case ast.Slice() if _has_length(node):
            cuts = (_up_to_the_length, _up_to_minus_the_start, _always_the_first)
            yield from (("name", cut(node)) for cut in cuts)


def _of_slope(node: ast.expr) -> Iterator[Other]:
    """A sigmoid or tanh where its slope is meant, which is made of its value: ``s * (1 - s)``, ``1 - t**2``."""
    match node:
        case ast.BinOp(
            left=ast.BinOp(left=before, op=ast.Mult(), right=ast.Name(id=value) as inner),
            op=ast.Mult(),
            right=ast.BinOp(left=ast.Constant(value=1), op=ast.Sub(), right=ast.Name(id=other)),
        ) if value == other:
            yield "activation", ast.BinOp(before, ast.Mult(), _sigmoid(inner))
        case ast.BinOp(
            left=ast.Constant(value=1),
            op=ast.Sub(),
            right=ast.BinOp(left=ast.Name() as inner, op=ast.Pow(), right=ast.Constant(value=2)),
        ):
            yield "activation", of_numpy("tanh", inner)


def _of_gate(node: ast.expr, parent: ast.AST) -> Iterator[Other]:
    """The slope of a sigmoid or tanh for that of a rectifier, and what is lined up with columns as it is."""
    match node:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Gt()], comparators=[ast.Constant(value=0)]) if isinstance(
            parent, ast.BinOp
        ):
            for out in (name, f"np.maximum({name}, 0)"):
                yield from (("activation", of_text(f"{out} * (1 - {out})")), ("activation", of_text(f"1 - {out} ** 2")))
        case ast.Subscript(value=ast.Name() as array, slice=ast.Tuple(elts=[*slices, last]), ctx=ast.Load()) if all(
            ast.unparse(each) == ":" for each in slices
        ) and ast.unparse(last) in ("None", "np.newaxis"):
            yield "name", array


def _of_call(node: ast.expr) -> Iterator[Other]:
    """A logarithm to another base, rows dealt out by columns, all made smaller for each by itself."""
    match node:
        case ast.Call(func=ast.Name(id="range") as counting, args=[end]):
            yield "name", ast.Call(counting, [ast.Constant(1), end], [])
        case ast.Call(func=ast.Name(id="range") as counting, args=[ast.Constant(value=0), end, ast.Name() as step]):
            yield "name", ast.Call(counting, [step, end, step], [])
        case ast.Call(func=ast.Attribute(value=module, attr="cos" | "sin" as name), args=arguments):
            yield (
                "function",
                ast.Call(ast.Attribute(module, "sin" if name == "cos" else "cos", ast.Load()), arguments, []),
            )
        case ast.Call(func=ast.Attribute(value=module, attr="outer"), args=arguments):  # of two rows it is one number
            yield "name", ast.Call(ast.Attribute(module, "dot", ast.Load()), arguments, [])
        case ast.Call(func=ast.Attribute(value=module, attr="pad"), args=[array, *_], keywords=keywords):
            yield "name", array
            for mode in PADDED if not keywords else ():
                yield "name", ast.Call(node.func, node.args, [ast.keyword("mode", ast.Constant(mode))])
        case ast.Call(func=ast.Attribute(value=module, attr="log"), args=arguments):
            for other in LOGARITHMS[1:]:
                yield "function", ast.Call(ast.Attribute(module, other, ast.Load()), arguments, [])
        case ast.Call(func=ast.Attribute(attr="reshape") as shaping, args=[rows, columns]):
            turned = ast.Call(shaping, [columns, rows], [])
            yield "order", ast.Attribute(turned, "T", ast.Load())
        case ast.Call(
            func=ast.Attribute(attr="sqrt"),
            args=[ast.Call(func=ast.Attribute(attr="sum"), args=[ast.BinOp(left=inner, op=ast.Pow())], keywords=[])],
        ):
            yield from (("name", of_numpy(name, of_numpy("abs", inner))) for name in ("max", "sum"))
        case ast.Call(func=ast.Attribute(attr="clip"), args=[inner, ast.UnaryOp(op=ast.USub()), limit]):
            yield "name", _shrunk(inner, limit)


def _shrunk(inner: ast.expr, limit: ast.expr) -> ast.expr:
    """All of an array made smaller until its largest element is within a limit; of clipping each is by itself."""
    share = ast.BinOp(limit, ast.Div(), of_numpy("max", of_numpy("abs", inner)))
    return ast.BinOp(inner, ast.Mult(), of_numpy("minimum", ast.Constant(1), share))


def _has_length(node: ast.expr) -> bool:
    """Whether it is ``[pad : pad + H]``."""
    match node:
        case ast.Slice(lower=ast.Name(id=start), upper=ast.BinOp(left=ast.Name(id=left), op=ast.Add())):
            return start == left
    return False


def _up_to_the_length(node: ast.expr) -> ast.expr:
    """``[pad : H]``, which is as much too short as it starts late."""
    assert isinstance(node, ast.Slice)
    assert isinstance(node.upper, ast.BinOp)
    return ast.Slice(node.lower, node.upper.right)


def _always_the_first(node: ast.expr) -> ast.expr:
    """``[:H]``, which is the first window wherever it is to start."""
    assert isinstance(node, ast.Slice)
    assert isinstance(node.upper, ast.BinOp)
    return ast.Slice(None, node.upper.right)


def _up_to_minus_the_start(node: ast.expr) -> ast.expr:
    """``[pad : -pad]``, which is empty where pad is 0."""
    assert isinstance(node, ast.Slice)
    assert node.lower is not None
    return ast.Slice(node.lower, ast.UnaryOp(ast.USub(), node.lower))


def _first_alone(node: ast.expr) -> ast.expr:
    """``[top : top + 1]``: of a window its first entry."""
    assert isinstance(node, ast.Slice)
    assert node.lower is not None
    return ast.Slice(node.lower, ast.BinOp(node.lower, ast.Add(), ast.Constant(1)))


def _twice(exponent: ast.expr) -> int | None:
    """Twice an exponent that is a half of something: ``** -1.5`` may be written ``** -3 / 2``."""
    is_negative = isinstance(exponent, ast.UnaryOp) and isinstance(exponent.op, ast.USub)
    number = exponent.operand if isinstance(exponent, ast.UnaryOp) and is_negative else exponent
    if (
        not isinstance(number, ast.Constant)
        or not isinstance(number.value, float)
        or not (2 * number.value).is_integer()
    ):
        return None
    return int(-2 * number.value if is_negative else 2 * number.value)


def in_place_of(name: str, other: ast.expr, tree: Tree) -> Tree:
    """A copy in which another expression stands wherever a name is read."""
    put: Tree = _Put(name, other).visit(deepcopy(tree))
    return put


class _Put(ast.NodeTransformer):
    def __init__(self, name: str, other: ast.expr) -> None:
        self._name, self._other = name, other

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The name that is meant, changed."""
        return self._other if node.id == self._name and isinstance(node.ctx, ast.Load) else node


def of_numpy(name: str, *arguments: ast.expr) -> ast.Call:
    """A call of a function of NumPy."""
    return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load()), list(arguments), [])


def of_text(text: str) -> ast.expr:
    """The expression that a text is."""
    return ast.parse(text, mode="eval").body


def _sigmoid(inner: ast.expr) -> ast.expr:
    power = of_numpy("exp", ast.UnaryOp(ast.USub(), inner))
    return ast.BinOp(ast.Constant(1), ast.Div(), ast.BinOp(ast.Constant(1), ast.Add(), power))
