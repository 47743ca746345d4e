"""What is taken of one alone, laid as it was, or counted by more or less than one number."""

import ast
from collections.abc import Iterator

from gradproof.conformance.diagnosis.search.operators import name_of
from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import of_numpy, of_text

MOST_COUNTS = 4  # where more are counted, as of images, no root of any is taken
OF_SEQUENCES = 3  # axes: samples, steps and features
TURNING = ("swapaxes", "transpose", "moveaxis")

Other = parentheses.Other


def of(node: ast.expr, parent: ast.AST) -> Iterator[Other]:
    """The first or the last for the sum of all; an array that is not transposed; a variance for a mean square."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=arguments, keywords=keywords):
            is_numpy = isinstance(value, ast.Name) and value.id == "np"
            if is_numpy and not arguments:
                return
            inner = arguments[0] if is_numpy else value
            if name in TURNING:
                yield "untransposed", inner
            if name == "mean" and not keywords:
                rows = ast.Call(ast.Name("len", ast.Load()), [inner], [])
                yield "name", ast.BinOp(of_numpy("sum", inner), ast.Div(), rows)
            if name in ("sum", "mean") and _is_along_the_first(keywords):
                yield from (("one_only", ast.Subscript(inner, place, ast.Load())) for place in _ends())
            if name == "mean" and (squared := _squared(inner)) is not None:
                variance = of_numpy("var", squared)
                variance.keywords.extend(keywords)
                yield "name", variance
            if name == "sum" and _keeps_the_first(keywords):
                yield "one_only", ast.Subscript(inner, ast.Slice(upper=ast.Constant(1)), ast.Load())

        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=2)) if not _is_reduced(parent):
            yield from (("everything", of_numpy(name, node)) for name in ("mean", "sum"))


def _is_reduced(parent: ast.AST) -> bool:
    """Whether a sum or mean is taken there already."""
    return isinstance(parent, ast.Call) and name_of(parent.func) in parentheses.REDUCTIONS


def _squared(node: ast.expr) -> ast.expr | None:
    """What a square is of; None of anything else."""
    match node:
        case ast.BinOp(left=inner, op=ast.Pow(), right=ast.Constant(value=2)):
            return inner
    return None


def _is_along_the_first(keywords: list[ast.keyword]) -> bool:
    """Whether a reduction runs over the first axis and drops it."""
    given = {each.arg: each.value for each in keywords}
    axis = given.get("axis")
    return given.keys() == {"axis"} and isinstance(axis, ast.Constant) and axis.value == 0


def _keeps_the_first(keywords: list[ast.keyword]) -> bool:
    """Whether a reduction runs over the first axis and keeps it."""
    return {each.arg: ast.unparse(each.value) for each in keywords} == {"axis": "0", "keepdims": "True"}


def _ends() -> tuple[ast.expr, ast.expr]:
    return ast.Constant(0), ast.UnaryOp(ast.USub(), ast.Constant(1))


def several(axes: ast.expr) -> list[int]:
    """The axes of several, by their numbers."""
    return [n.value for n in getattr(axes, "elts", ()) if isinstance(n, ast.Constant) and isinstance(n.value, int)]


def sizes(node: ast.expr) -> Iterator[Other]:
    """The number of rows for that of all entries, and the other way round."""
    if isinstance(node, ast.Attribute) and node.attr == "size":
        yield "name", ast.Call(ast.Name("len", ast.Load()), [node.value], [])
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "len" and len(node.args) == 1:
        yield "name", ast.Attribute(node.args[0], "size", ast.Load())


def _sizes_of(scope: Scope) -> list[str]:
    """The number of rows, and the root of the number of columns, of what is there."""
    columns = [name for name, shapes in scope.arrays.items() if any(len(shape) == 2 for shape in shapes.values())]
    return [*(f"len({name})" for name in list(scope.arrays)[:1]), *(f"{name}.shape[1] ** 0.5" for name in columns[:1])]


def _other_averages(scope: Scope) -> list[str]:
    """The number of samples over one of features, by which one mean differs from the other."""
    if "dout" not in scope.arrays:
        return []
    flat = [name for name, shapes in scope.arrays.items() if all(len(shape) == 2 for shape in shapes.values())]
    features = [*(f"{name}.shape[1]" for name in flat[:2]), *(f"{name}.shape[0]" for name in flat if name in "wW")]
    return [f"(len(dout) / {size})" for size in features]


def factors(node: ast.expr, scope: Scope) -> Iterator[Other]:
    """Times or over the root of what is counted there, or a product of two counts."""
    products = [text for text in sorted(scope.whole) if "*" in text and "**" not in text]
    counts = [name for name, is_whole in scope.scalars.items() if is_whole]
    images = [name for name, shapes in scope.arrays.items() if any(len(shape) > 2 for shape in shapes.values())]
    pixels = [f"np.prod({name}.shape[2:])" for name in images[:1]]
    if not counts:
        products = [*products, *_sizes_of(scope)]
    own = ast.unparse(node)
    if isinstance(node, ast.Name) and any(len(shape) == OF_SEQUENCES for shape in scope.arrays.get(own, {}).values()):
        products = [*products, f"{own}.shape[-1] ** 0.5"]
    masks = sorted(scope.questions | {"mask"} & scope.arrays.keys())
    products = [*products, *masks, *(f"{mask}.reshape(-1, 1)" for mask in masks)]
    few = [*(f"{name} ** 0.5" for name in counts), *pixels] if len(counts) <= MOST_COUNTS else []
    for text in (*few, *products):
        number = of_text(text)
        yield "times", ast.BinOp(node, ast.Mult(), number)
        yield "over", ast.BinOp(node, ast.Div(), number)
    yield from (("times", ast.BinOp(node, ast.Mult(), of_text(text))) for text in _other_averages(scope))
