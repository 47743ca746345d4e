"""Other numbers: one that hides, one of the module, a count that is one off, a product of sizes with all of them."""

import ast
from collections.abc import Iterator, Mapping
from itertools import combinations

from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import FREE, in_place_of, of_numpy, of_text

COUNTS_OF_IMAGES = 4  # numbers that an image's shape has
SIDES = {"H": "W", "HH": "WW", "height": "width", "rows": "columns"}
OTHER_SIDE = SIDES | {other: side for side, other in SIDES.items()}
OTHER_ACTIVATIONS = (
    f"x / (1 + np.exp(-{FREE} * x))",
    f"np.clip({FREE} * x + 0.5, 0, 1)",
    "np.tanh(x)",
    "np.maximum(x, 0)",
)
SHARES_KEPT = ("mask.mean()", "mask.mean(axis=-1, keepdims=True)", "mask.mean(axis=0)")
OTHER_PI = (180.0, 3.14, 3.1416, 3.0)
LEAST_HALVED = 3  # less than that is 0 or 1 by half, which stands there anyway
USUAL_COUNTS = (1, 0, 2)  # what is written where an option should be asked

Other = parentheses.Other


def free() -> ast.expr:
    """A number that is solved for."""
    return ast.Name(FREE, ast.Load())


def of(node: ast.expr, parent: ast.AST, field: str, scope: Scope) -> Iterator[Other]:
    """Every other number in the place of an expression; a limit to what is made last."""
    yield from (*_limited(node, parent, field, scope), *_counted(node, parent, scope), *_unless_0(node, parent, scope))
    yield from (*_of_circles(node), *_of_penalty(node, parent))
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Attribute(attr="inf")):
            yield from (("number", ast.Constant(0.0)), ("number", free()))
            beside = (ast.BinOp(each, ast.Add(), free()) for each in _beside_in_a_choice(node, parent))
            yield from (("name", each) for each in beside)
        case ast.Name(id=name) if name in scope.constants:
            yield "number", free()
        case ast.Name(id=name) if scope.scalars.get(name):
            yield "one_more", ast.BinOp(node, ast.Add(), ast.Constant(1))
            if (other := OTHER_SIDE.get(name, "")) in scope.scalars:
                yield "name", of_text(f"min({name}, {other})")
            if field == "right" and isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Div):
                matrix = next((array for array, seen in scope.arrays.items() if _is_matrix(seen)), None)
                yield from () if matrix is None else (("name", _size_of(matrix)),)
                masks = sorted(scope.questions | {"mask"} & scope.arrays.keys())
                yield from (("name", of_text(f"max({mask}.sum(), 1)")) for mask in masks)
        case ast.BinOp(left=ast.Name(id="reg"), op=ast.Mult()):  # the half of a penalty, once too often or not at all
            yield from (("name", ast.BinOp(ast.Constant(each), ast.Mult(), node)) for each in (0.5, 2))
        case ast.Tuple() if isinstance(parent, ast.Call):
            yield from _written_out(node, scope)
        case ast.Constant(value=0) if isinstance(parent, ast.Assign) and type(node.value) is int:
            counting = [name for name, counts in scope.scalars.items() if counts]
            last = (ast.BinOp(ast.Name(name, ast.Load()), ast.Sub(), ast.Constant(1)) for name in counting)
            yield from (("name", each) for each in last)
        case ast.Constant(value=int() | float()) if isinstance(parent, ast.Compare):
            yield from (("name", ast.Name(name, ast.Load())) for name, counts in scope.scalars.items() if not counts)
        case ast.BinOp(left=over, op=ast.Div(), right=under) if all(_is_number(n, scope) for n in (over, under)):
            yield "other", ast.BinOp(over, ast.FloorDiv(), under)
        case ast.BinOp(op=ast.Mult()) if field == "right" and isinstance(parent, ast.BinOp):
            yield from _of_all_sizes(node, scope) if isinstance(parent.op, ast.Div) else ()


def _of_circles(node: ast.expr) -> Iterator[Other]:
    """Degrees for pi, few digits of it, twice or half of it."""
    match node:
        case ast.Attribute(attr="pi"):
            yield from (("number", ast.Constant(each)) for each in OTHER_PI)
            yield from (("name", of_text(f"({ast.unparse(node)} {change})")) for change in ("* 2", "/ 2"))


def _of_penalty(node: ast.expr, parent: ast.AST) -> Iterator[Other]:
    """The sum of all weights, or of their squares, for each weight where the slope of a penalty is taken."""
    match node, parent:
        case ast.Name(id=name), ast.BinOp(left=factor, op=ast.Mult(), right=weights) if weights is node:
            if "reg" in (n.id for n in ast.walk(factor) if isinstance(n, ast.Name)):
                yield from (("everything", of_text(f"np.sum({each})")) for each in (f"{name}**2", name))


def _unless_0(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Other]:
    """Another number under a fraction, and 1 where that is 0."""
    match node, parent:
        case ast.Name(id=name), ast.BinOp(op=ast.Div(), right=under) if (
            under is node and scope.scalars.get(name) is False
        ):
            others = (other for other, counts in scope.scalars.items() if counts is False and other != name)
            yield from (("name", of_text(f"({other} or 1)")) for other in others)
            if "mask" in scope.questions:
                yield from (("name", of_text(share)) for share in SHARES_KEPT)


def _beside_in_a_choice(node: ast.expr, parent: ast.AST) -> list[ast.expr]:
    """What stands in a choice in the place of a value where the value does not: what is hidden, and may be added to."""
    match parent:
        case ast.Call(func=ast.Attribute(attr="where"), args=[_, *branches]):
            return [each for each in branches if each is not node]
    return []


def _limited(node: ast.expr, parent: ast.AST, field: str, scope: Scope) -> Iterator[Other]:
    """A limit to an output or to a gradient, where it is made; for a function of each x another one."""
    if isinstance(parent, ast.Assign) and field == "value" and isinstance(target := parent.targets[0], ast.Name):
        if target.id == "out":
            yield "topped", of_numpy("minimum", node, free())
            yield "clipped", of_numpy("clip", node, free(), ast.BinOp(ast.Constant(1), ast.Sub(), free()))
            yield "name", of_numpy("maximum", ast.Constant(0), node)
            yield from (("activation", of_text(each)) for each in OTHER_ACTIVATIONS if _is_of_each("x", node, scope))
        elif target.id.startswith("d"):
            yield "name", of_numpy("maximum", ast.Constant(0), node)
            yield "limited", of_numpy("clip", node, ast.UnaryOp(ast.USub(), free()), free())


def _is_of_each(name: str, node: ast.expr, scope: Scope) -> bool:
    """Whether an expression has nothing but an array and numbers in it."""
    arrays = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} & scope.arrays.keys()
    return (
        name in scope.arrays and bool(arrays) and all(name in scope.of_the_shape_of(each) for each in arrays - {name})
    )


def _written_out(node: ast.Tuple, scope: Scope) -> Iterator[Other]:
    """``(pad, pad)`` as ``(1, 1)``, whatever pad is: a name that counts, several times in a tuple, as a number."""
    counting = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and scope.scalars.get(each.id)]
    for name in dict.fromkeys(counting):
        for number in USUAL_COUNTS if counting.count(name) > 1 else ():
            yield "name", in_place_of(name, ast.Constant(number), node)


def _counted(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Other]:
    """A place that is the first in any case, a quotient rounded up or at most 1; what is above 0 for what is not 0."""
    match node:
        case ast.Constant(value=int(count)) if type(count) is int and count > LEAST_HALVED and count % 2 == 0:
            yield "name", ast.Constant(count // 2)
        case ast.BinOp(left=ast.Name(id=turn), op=ast.Mult(), right=ast.Name(id=each)) if isinstance(
            parent, ast.Assign
        ) and all(map(scope.scalars.get, (turn, each))):
            yield "name", ast.Constant(0)
        case ast.BinOp(left=over, op=ast.FloorDiv(), right=under):
            yield "other", ast.BinOp(over, ast.Mod(), under)
            less = ast.UnaryOp(ast.USub(), over)
            yield "name", ast.UnaryOp(ast.USub(), ast.BinOp(less, ast.FloorDiv(), under))
            yield "name", ast.Call(ast.Name("min", ast.Load()), [node, ast.Constant(1)], [])
            yield "name", ast.Call(ast.Name("round", ast.Load()), [ast.BinOp(over, ast.Div(), under)], [])
        case ast.Compare(left=one, ops=[ast.NotEq()], comparators=[ast.Constant(value=0) as nothing]):
            yield "other", ast.Compare(one, [ast.Gt()], [nothing])


def _is_number(node: ast.expr, scope: Scope) -> bool:
    """Whether an expression is one number, and no array."""
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    text = ast.unparse(node)
    shapes = scope.terms.get(text, {}).values()
    return text in scope.scalars or scope.counts(text) or (bool(shapes) and not any(shapes))


def _is_matrix(shapes: Mapping[int, tuple[int, ...]]) -> bool:
    """Whether an array has rows and columns at some visit."""
    return any(len(shape) == 2 for shape in shapes.values())


def _size_of(array: str) -> ast.expr:
    return ast.Attribute(ast.Name(array, ast.Load()), "size", ast.Load())


def _of_all_sizes(product: ast.BinOp, scope: Scope) -> Iterator[Other]:
    """``H * W`` as ``H * W * N * C``: the size of everything."""
    own = {side.id for side in (product.left, product.right) if isinstance(side, ast.Name)}
    if len(own) < 2 or not all(scope.scalars.get(name) for name in own):
        return
    others = [name for name, counts in scope.scalars.items() if counts and name not in own and name.isupper()]
    if len(own) + len(others) <= COUNTS_OF_IMAGES + 1:
        for pair in combinations(others, COUNTS_OF_IMAGES - len(own)):
            whole: ast.expr = product
            for name in pair:
                whole = ast.BinOp(whole, ast.Mult(), ast.Name(name, ast.Load()))
            yield "name", whole
