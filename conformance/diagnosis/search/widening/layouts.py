"""Entries in other places: by columns, turned round, in blocks for every so-many-th, every one with every other."""

import ast
from collections.abc import Iterator, Mapping

from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import of_text

KERNELS = ("w", "kernel", "kernels")
TURNED = (  # the pixels of images by columns, as if they were by rows
    "dout.reshape(*dout.shape[:2], dout.shape[3], dout.shape[2]).swapaxes(2, 3)",
    "dout.swapaxes(2, 3).reshape(dout.shape)",
)
LEADING = 2  # axes of kernels before those that are laid over a window

Other = parentheses.Other


def of(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Other]:
    """Every other layout of what is computed with."""
    match node:
        case ast.Call(func=ast.Attribute(attr="unravel_index"), args=[place, shape]):
            yield "order", ast.Call(node.func, [place, shape], [_by_columns()])
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="reshape"), args=[_, last]) if _is_rest(last):
            yield "order", ast.Call(node.func, node.args, [_by_columns()])
        case ast.Call(func=ast.Attribute(attr="mean") as mean, args=[ast.Name(id="x") as x]) if _is_of_pixels(node):
            yield "order", _channels_last(mean, x)
        case ast.Name(id="dout") if isinstance(parent, ast.Call | ast.BinOp) and _is_of_images(
            scope.arrays.get("dout", {})
        ):
            yield from (("order", of_text(text)) for text in TURNED)
        case ast.Name(id="mask" | "seen" as name) if isinstance(parent, ast.Call) and name in scope.arrays:
            yield "order", of_text(f"np.swapaxes({name}, -1, -2)")
        case ast.Name(id=name) if name in KERNELS and isinstance(parent, ast.Call | ast.BinOp):
            yield from _turned_round(node, max(map(len, scope.arrays.get(name, {}).values()), default=0))
        case ast.Subscript(value=array, slice=ast.Tuple(elts=slices)) if any(map(_is_every_nth, slices)):
            blocks = [_block(each, array, axis) if _is_every_nth(each) else each for axis, each in enumerate(slices)]
            yield "order", ast.Subscript(array, ast.Tuple(blocks, ast.Load()), ast.Load())
        case ast.BinOp(left=ast.Name(id="x"), op=ast.Sub(), right=ast.Name(id="y")):
            yield "pairs", _every_pair(node)


def _is_of_images(shapes: Mapping[int, tuple[int, ...]]) -> bool:
    return any(len(shape) == 2 * LEADING for shape in shapes.values())


def _is_of_pixels(node: ast.Call) -> bool:
    """Whether something is done along the axes of an image."""
    return "(2, 3)" in ast.unparse(node)


def _channels_last(mean: ast.expr, images: ast.Name) -> ast.expr:
    """The mean of each channel of images that are read as if their channels came last."""
    x = images.id
    text = f"{ast.unparse(mean)}({x}.reshape(len({x}), -1, {x}.shape[1]), axis=1)"
    return of_text(text)


def _by_columns() -> ast.keyword:
    return ast.keyword("order", ast.Constant("F"))


def _is_rest(node: ast.expr) -> bool:
    """Whether it is the -1 of a reshape."""
    return ast.unparse(node) == "-1"


def _turned_round(kernels: ast.Name, axes: int) -> Iterator[Other]:
    """Kernels whose entries are turned round, along all of their axes or one."""
    if axes > LEADING:
        kept: list[ast.expr] = [ast.Slice() for _ in range(LEADING)]
        last = range(axes - LEADING)
        for along in {tuple(last), *((axis,) for axis in last)}:
            turned = [ast.Slice(step=_minus_one()) if axis in along else ast.Slice() for axis in last]
            yield "order", ast.Subscript(kernels, ast.Tuple([*kept, *turned], ast.Load()), ast.Load())


def _is_every_nth(node: ast.expr) -> bool:
    """Whether it is ``k::scale``."""
    return isinstance(node, ast.Slice) and node.upper is None and node.lower is not None and node.step is not None


def _block(every: ast.expr, array: ast.expr, axis: int) -> ast.expr:
    """``k::scale`` as the k-th of scale blocks."""
    assert isinstance(every, ast.Slice)
    assert every.lower is not None
    assert every.step is not None
    start, length = ast.unparse(every.lower), f"({ast.unparse(array)}.shape[{axis}] // {ast.unparse(every.step)})"
    bounds = (f"{start} * {length}", f"({start} + 1) * {length}")
    return ast.Slice(*map(of_text, bounds))


def _every_pair(node: ast.BinOp) -> ast.expr:
    """A column less a row, as where one side was flattened: each entry less each."""
    column = ast.Call(ast.Attribute(node.left, "reshape", ast.Load()), [_minus_one(), ast.Constant(1)], [])
    row = ast.Call(ast.Attribute(node.right, "reshape", ast.Load()), [_minus_one()], [])
    return ast.BinOp(column, node.op, row)


def _minus_one() -> ast.expr:
    return ast.UnaryOp(ast.USub(), ast.Constant(1))
