"""Another place: of parts that are put together, of a step in a sequence, of a row, of a size in a shape."""

import ast
from collections.abc import Iterator, Mapping

from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import of_text

JOINING = ("hstack", "vstack", "concatenate", "stack")
SEQUENCE, STATE = 3, 2  # axes: samples, steps and features; samples and features
STATES = ("h", "states")
EARLIER = "np.concatenate((np.zeros_like({name}[:, :1]), {name}[:, :-1]), axis=1)"  # a sequence one step earlier
ENDS = ("0", "-1")  # the first step and the last

Other = parentheses.Other


def of(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Other]:
    """Every other place of an expression."""
    yield from _of_channels(node, parent, scope)
    match node:
        case ast.Tuple(elts=parts) if _joins(parent):
            yield from (("name", ast.Tuple(order, ast.Load())) for order in _two_exchanged(parts))
        case ast.Tuple() if (pad := both_sides(node)) is not None and scope.counts(pad.id):
            yield from (("name", side(pad)) for side in (before_all, behind_all))
        case ast.Name(id=name) if (
            isinstance(parent, ast.Tuple) and both_sides(parent) is not None and scope.counts(name)
        ):
            yield "name", ast.Constant(0)  # nothing on one side
        case ast.Name(id=name) if isinstance(parent, ast.FormattedValue) and scope.scalars.get(name):
            yield "name", ast.Constant(1)
        case ast.Name(id=name) if (
            isinstance(parent, ast.Subscript) and parent.slice is node and scope.scalars.get(name)
        ):
            yield from (("name", of_text(end)) for end in ENDS)
        case ast.Name(id=name) if isinstance(parent, ast.Subscript) and parent.slice is node and name in scope.arrays:
            yield "name", ast.BinOp(node, ast.Sub(), ast.Constant(1))
        case ast.Name(id=name) if name in scope.arrays:
            yield from (("name", of_text(text)) for text in _steps(scope.arrays[name], scope))
            if name in STATES and any(len(shape) == SEQUENCE for shape in scope.arrays[name].values()):
                yield "name", of_text(EARLIER.format(name=name))
        case ast.Slice(lower=None, upper=ast.Name() as count, step=None):
            yield "name", ast.Slice(ast.UnaryOp(ast.USub(), count), None)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as array, attr="reshape"), args=sizes):
            if any(len(shape) == STATE for shape in scope.arrays.get(name, {}).values()):
                turned = ast.Attribute(array, "T", ast.Load())
                yield "order", ast.Call(ast.Attribute(turned, "reshape", ast.Load()), sizes, [])
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name), attr="shape"), slice=axis):
            others = _sizes(name, ast.unparse(axis), scope)
            yield from (("name", of_text(text)) for text in others)


def _of_channels(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Other]:
    """The first channel of a kernel or of a window for each of them."""
    match node:
        case ast.Subscript(value=ast.Name(id=name) as array, slice=ast.Name() as one, ctx=ast.Load()):
            if scope.counts(one.id) and _is_deep(scope.arrays.get(name, {})):
                yield "name", ast.Subscript(array, ast.Tuple([one, ast.Constant(0)], ast.Load()), ast.Load())
        case ast.Slice(lower=None, upper=None, step=None) if _is_of_an_image(parent):
            yield "name", ast.Slice(upper=ast.Constant(1))


def _is_deep(shapes: Mapping[int, tuple[int, ...]]) -> bool:
    """Whether it has images or kernels, of which one has channels."""
    return any(len(shape) > SEQUENCE for shape in shapes.values())


def _is_of_an_image(parent: ast.AST) -> bool:
    """Whether it takes the channels of a window, all of them."""
    elements = parent.elts if isinstance(parent, ast.Tuple) and isinstance(parent.ctx, ast.Load) else []
    return len(elements) > SEQUENCE and any(isinstance(each, ast.Slice) and each.lower for each in elements)


def both_sides(node: ast.expr) -> ast.Name | None:
    """The pad of ``(pad, pad)``."""
    match node:
        case ast.Tuple(elts=[ast.Name(id=before) as pad, ast.Name(id=behind)]) if before == behind:
            return pad
    return None


def before_all(pad: ast.expr) -> ast.expr:
    """``(2 * pad, 0)``, all of it at the beginning."""
    return ast.Tuple([ast.BinOp(ast.Constant(2), ast.Mult(), pad), ast.Constant(0)], ast.Load())


def behind_all(pad: ast.expr) -> ast.expr:
    """``(0, 2 * pad)``, all of it at the end."""
    return ast.Tuple([ast.Constant(0), ast.BinOp(ast.Constant(2), ast.Mult(), pad)], ast.Load())


def _joins(parent: ast.AST) -> bool:
    return isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.func.attr in JOINING


def _two_exchanged(parts: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for i in range(len(parts)):
        for j in range(i + 1, len(parts)):
            order = list(parts)
            order[i], order[j] = order[j], order[i]
            yield order


def _steps(shapes: Mapping[int, tuple[int, ...]], scope: Scope) -> Iterator[str]:
    """One end of each sequence whose steps have the shape of a state."""
    for name, seen in scope.arrays.items():
        steps = {(i, (shape[0], *shape[2:])) for i, shape in seen.items() if len(shape) == SEQUENCE}
        if not steps.isdisjoint((i, shape) for i, shape in shapes.items() if len(shape) == STATE):
            yield from (f"{name}[:, {end}]" for end in ENDS)


def _sizes(name: str, axis: str, scope: Scope) -> Iterator[str]:
    """The array's other sizes, and those of another array along the axes that both have."""
    for other, seen in scope.arrays.items():
        for i in range(min(len(shape) for shape in seen.values())):
            if (other, str(i)) != (name, axis):
                yield f"{other}.shape[{i}]"
