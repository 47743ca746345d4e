"""What may stand in an expression's place beside the operators that mutants are made by: the search's own.

A number that nobody knows beforehand is the name ``FREE``, which is solved for.
"""

import ast
from collections.abc import Iterator
from itertools import combinations, permutations

from gradproof.conformance.diagnosis.search.operators import name_of
from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening import (
    forms,
    keys,
    labels,
    layouts,
    limits,
    numbers,
    options,
    orders,
    parentheses,
    places,
    shares,
    unfolded,
)
from gradproof.conformance.diagnosis.search.widening.forms import of_numpy, of_text

FREE = forms.FREE
CALLED_TWICE = ("tanh", "exp", "log", "sqrt", "sigmoid")
MOST_AXES = 5
OF_IMAGES = ("(0, 2, 3)", "(2, 3)", "(1, 2, 3)")  # axes that images are averaged along
IMAGE = (0, 1, 2, 3)  # the axes of a batch of images, or of kernels

Other = parentheses.Other


def of(node: ast.expr, parent: ast.AST, field: str, scope: Scope) -> Iterator[Other]:
    """Every other expression, and the kind of the change."""
    yield from (*parentheses.of(node), *_transposed(node))
    yield from _flattened(node, scope)
    yield from _reductions(node)
    yield from _orders(node, parent)
    yield from _another_name(node, parent, scope)
    yield from _constants(node, parent, field)
    yield from (*shares.sizes(node), *_limits(node))
    yield from (*numbers.of(node, parent, field, scope), *options.of(node, parent, scope))
    yield from (*forms.of(node, parent), *unfolded.of(node), *orders.of(node, parent))
    yield from (*shares.of(node, parent), *layouts.of(node, parent, scope))
    yield from (*labels.of(node, parent), *limits.of(node, parent, scope))
    yield from (*places.of(node, parent, scope), *keys.of(node, scope))
    if _is_term(node, parent, field) and not scope.counts(ast.unparse(node)):
        if not (isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult | ast.Div | ast.MatMult)):
            yield from _factors(node, scope)  # of a product one factor is enough
            yield from shares.factors(node, scope)
        yield from _functions(node, scope)
        yield from _names(node, scope)
    if isinstance(parent, ast.Compare):
        yield from _names(node, scope)


def _names(node: ast.expr, scope: Scope) -> Iterator[Other]:
    """An array in the place of a whole term of its shape."""
    if not isinstance(node, ast.Name):
        yield from (("name", ast.Name(name, ast.Load())) for name in scope.of_the_shape_of(ast.unparse(node)))


def _is_term(node: ast.expr, parent: ast.AST, field: str) -> bool:
    """Whether it is a value of its own: what is assigned, returned, added, or handed to a function."""
    if isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.Slice):
        return False
    if isinstance(parent, ast.Assign | ast.AugAssign | ast.Return) and field == "value":
        return True
    if isinstance(parent, ast.BinOp | ast.UnaryOp):
        return True
    if isinstance(parent, ast.Dict) or (isinstance(parent, ast.Tuple) and not isinstance(node, ast.Name)):
        return True
    return isinstance(parent, ast.Call) and field == "args" and name_of(parent.func) not in ("range", "zeros", "arange")


def _times(node: ast.expr, other: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.Mult(), other)


def _over(node: ast.expr, other: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.Div(), other)


def _transposed(node: ast.expr) -> Iterator[Other]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        turned = [_turned(side) for side in (node.left, node.right)]
        yield "transposed", ast.Attribute(node, "T", ast.Load())
        yield "transposed", ast.BinOp(turned[1], node.op, turned[0])
        yield "transposed", ast.BinOp(turned[0], node.op, node.right)
        yield "transposed", ast.BinOp(node.left, node.op, turned[1])
        match node.left, node.right:
            case ast.Attribute(attr="T", value=a), b:
                yield "transposed", ast.BinOp(ast.Attribute(b, "T", ast.Load()), node.op, a)
                yield "transposed", ast.BinOp(a, node.op, b)
            case a, ast.Attribute(attr="T", value=b):
                yield "transposed", ast.BinOp(b, node.op, ast.Attribute(a, "T", ast.Load()))
    if isinstance(node, ast.Call) and name_of(node.func) == "transpose" and len(node.args) > 2:
        for order in permutations(node.args) if len(node.args) < MOST_AXES else combinations_swapped(node.args):
            yield "order", ast.Call(node.func, list(order), [])
    if isinstance(node, ast.Call) and name_of(node.func) == "reshape" and len(node.args) > 2:
        for i, j in combinations(range(len(node.args)), 2):
            order = list(node.args)
            order[i], order[j] = order[j], order[i]
            yield "order", ast.Call(node.func, order, [])


def _turned(node: ast.expr) -> ast.expr:
    """The transpose of an expression, which of a transpose is what it is of."""
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else ast.Attribute(node, "T", ast.Load())


def _flattened(node: ast.expr, scope: Scope) -> Iterator[Other]:
    """Images or kernels whose axes are put in another order before they are flattened."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as array, attr="reshape")) if any(
            len(shape) == len(IMAGE) for shape in scope.arrays.get(name, {}).values()
        ):
            for order in permutations(IMAGE):
                if order != IMAGE and order[0] == 0:
                    axes: list[ast.expr] = [ast.Constant(axis) for axis in order]
                    turned = ast.Call(ast.Attribute(array, "transpose", ast.Load()), axes, [])
                    yield "order", ast.Call(ast.Attribute(turned, "reshape", ast.Load()), node.args, [])


def combinations_swapped(elements: list[ast.expr]) -> Iterator[list[ast.expr]]:
    """The elements, two of them exchanged."""
    for i, j in combinations(range(len(elements)), 2):
        order = list(elements)
        order[i], order[j] = order[j], order[i]
        yield order


def _reductions(node: ast.expr) -> Iterator[Other]:
    """Another reduction, along other axes, or none."""
    if not isinstance(node, ast.Call) or name_of(node.func) not in parentheses.REDUCTIONS:
        return
    if isinstance(node.func, ast.Name):  # Python's own, which is a limit
        yield from (("branch", each) for each in node.args if not isinstance(each, ast.GeneratorExp))
        return
    is_method = isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id == "np"
    )
    base = node.func.value if is_method and isinstance(node.func, ast.Attribute) else node.args[0]
    yield from (("not_reduced", base), ("number", numbers.free()))
    for name in parentheses.REDUCTIONS[:4]:
        if isinstance(node.func, ast.Attribute) and name != node.func.attr:
            yield "reduction", ast.Call(ast.Attribute(node.func.value, name, ast.Load()), node.args, node.keywords)
    for keyword in node.keywords:
        others = [each for each in node.keywords if each is not keyword]
        if keyword.arg == "axis":
            if isinstance(base, ast.Name) and name_of(node.func) == "sum":
                yield from (
                    ("over", _over(node, of_text(f"{base.id}.shape[{i}]"))) for i in shares.several(keyword.value)
                )
            yield "everything", ast.Call(node.func, node.args, others)
            for axes in _axes(keyword.value):
                yield "axis", ast.Call(node.func, node.args, [ast.keyword("axis", axes), *others])
        if keyword.arg == "keepdims":
            yield "keepdims", ast.Call(node.func, node.args, others)
    if node.keywords and all(keyword.arg != "keepdims" for keyword in node.keywords):
        yield "keepdims", ast.Call(node.func, node.args, [*node.keywords, ast.keyword("keepdims", ast.Constant(True))])
    if node.keywords:
        only = [keyword for keyword in node.keywords if keyword.arg not in ("axis", "keepdims")]
        yield "everything", ast.Call(node.func, node.args, only)
    if name_of(node.func) == "var":
        yield "ddof", ast.Call(node.func, node.args, [*node.keywords, ast.keyword("ddof", ast.Constant(1))])


def _axes(value: ast.expr) -> Iterator[ast.expr]:
    match value:
        case ast.Constant(value=int(last)):
            yield from (ast.Constant(other) for other in (0, 1) if other != last)
            yield from (ast.Tuple([ast.Constant(other), value], ast.Load()) for other in range(last))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            yield from map(of_text, ("0", "1", "(0, -1)", "(1, -1)"))
        case ast.Name():
            yield from (ast.Constant(other) for other in (0, 1, -1))
            yield from map(of_text, OF_IMAGES)
        case ast.Tuple(elts=elements):
            numbers = [each.value for each in elements if isinstance(each, ast.Constant)]
            every = range(max(4, len(elements) + 2, *(each for each in numbers if type(each) is int)))
            for size in range(1, len(elements) + 2):
                for chosen in combinations(every, size):
                    if list(chosen) != numbers:
                        axes: list[ast.expr] = [ast.Constant(each) for each in chosen]
                        yield ast.Tuple(axes, ast.Load()) if size > 1 else axes[0]


def _orders(node: ast.expr, parent: ast.AST) -> Iterator[Other]:
    """Arguments the other way round; a tuple of axes, or of results, in other words."""
    if isinstance(node, ast.Call) and len(node.args) > 1 and name_of(node.func) not in ("transpose", "reshape"):
        for order in combinations_swapped(node.args):
            yield "arguments", ast.Call(node.func, order, node.keywords)
    if isinstance(node, ast.Call) and name_of(node.func) == "where" and len(node.args) == 3:
        yield from (("branch", branch) for branch in node.args[1:])
    if (
        isinstance(node, ast.Tuple)
        and isinstance(parent, ast.Assign)
        and all(isinstance(e, ast.Constant) for e in node.elts)
    ):
        yield from (("axis", axes) for axes in _axes(node))


def _another_name(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Other]:
    """Another array of its shape, or another number; in the place of a question only another question."""
    if not isinstance(node, ast.Name):
        return
    if node.id in scope.arrays:
        others = scope.of_the_shape_of(node.id)
        if isinstance(parent, ast.Call) and name_of(parent.func) == "where" and parent.args[0] is node:
            others = [name for name in others if name in scope.questions]
    else:
        kind = scope.scalars.get(node.id)
        others = [name for name, other in scope.scalars.items() if name != node.id and other == kind]
    yield from (("name", ast.Name(name, ast.Load())) for name in others)
    for name in filter(scope.shares.get, (node.id, *others) if scope.shares.get(node.id) else ()):
        yield "complement", ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(name, ast.Load()))
    if node.id in scope.moved:
        yield "name", of_text(f"({node.id} - {FREE} * ({scope.moved[node.id]}))")
    if node.id[0] == "W" and isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow):
        weights = (name for name in scope.arrays if name[0] == "W" and name[1:].isdigit() and name != node.id)
        yield from (("name", ast.Name(name, ast.Load())) for name in weights)
    if node.id == "gamma" and node.id in scope.arrays:
        yield "name", ast.BinOp(ast.Constant(1), ast.Add(), node)
    if scope.scalars.get(node.id):
        yield "one_less", ast.BinOp(node, ast.Sub(), ast.Constant(1))
    elif node.id in scope.scalars:
        yield "complement", ast.BinOp(ast.Constant(1), ast.Sub(), node)
        yield from (("number", numbers.free()),) if node.id in scope.given else ()


def _constants(node: ast.expr, parent: ast.AST, field: str) -> Iterator[Other]:
    """A number as one that is solved for; where it counts places it is not."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool) or not isinstance(node.value, int | float):
        return
    if isinstance(parent, ast.Subscript | ast.Slice | ast.keyword | ast.Tuple) or field == "slice":
        return
    yield "number", numbers.free()


def _limits(node: ast.expr) -> Iterator[Other]:
    """One limit alone of two; a sign that is not taken; the root of what is added up."""
    match node:
        case ast.Call(func=ast.Attribute(attr="clip"), args=[inner, lower, upper]):
            yield from (("name", of_numpy("minimum", inner, upper)), ("name", of_numpy("maximum", inner, lower)))
        case ast.Call(func=ast.Attribute(attr="sign"), args=[inner]):
            yield from (("name", inner), ("name", of_numpy("maximum", node, ast.Constant(0))))
        case ast.Call(func=ast.Attribute(attr=name)) if name in ("sum", "mean"):
            yield "function", of_numpy("sqrt", node)


def _factors(node: ast.expr, scope: Scope) -> Iterator[Other]:
    """Times or over a number that is known there, or any number; with the other sign."""
    yield "sign", ast.UnaryOp(ast.USub(), node)
    others = {name: counts for name, counts in scope.scalars.items() if name != ast.unparse(node)}  # by itself it is 1
    for name, counts in others.items():
        number = ast.Name(name, ast.Load())
        yield from (("times", _times(node, number)), ("over", _over(node, number)))
        if not counts:
            yield "times", _times(node, ast.BinOp(ast.Constant(1), ast.Sub(), number))
    for text in scope.factors:
        again = of_text(text)
        yield from (("times", _times(node, again)), ("over", _over(node, again)))
    yield "factor", _times(node, numbers.free())


def _functions(node: ast.expr, scope: Scope) -> Iterator[Other]:
    """A function more, or another one."""
    is_square = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
    if is_square and isinstance(node, ast.BinOp):
        yield "function", of_numpy("abs", node.left)
    if isinstance(node, ast.Name) and node.id in scope.arrays:
        yield from (("function", of_numpy(name, node)) for name in ("sqrt", "abs", "tanh", "exp", "log", "sign"))
        yield "power", ast.BinOp(node, ast.Pow(), ast.Constant(2))
    elif isinstance(node, ast.Name) and scope.scalars.get(node.id) is False:
        yield from (("power", ast.BinOp(node, ast.Pow(), ast.Constant(each))) for each in (2, 0.5))
    elif isinstance(node, ast.Call) and name_of(node.func) in CALLED_TWICE:
        yield "function", ast.Call(node.func, [node], [])
        if slope := _slope(node):
            yield "times", _times(node, slope)
            yield "function", slope if name_of(node.func) == "tanh" else _times(node, slope)


def _slope(call: ast.Call) -> ast.expr | None:
    """What a sigmoid or tanh is multiplied by, or replaced by, where its slope is taken."""
    if name_of(call.func) == "sigmoid":
        return ast.BinOp(ast.Constant(1), ast.Sub(), call)
    if name_of(call.func) == "tanh":
        return ast.BinOp(ast.Constant(1), ast.Sub(), ast.BinOp(call, ast.Pow(), ast.Constant(2)))
    return None
