"""What a mutation does to one expression or statement: yields what may stand in its place."""

import ast
from collections.abc import Callable, Iterator
from itertools import chain

BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
METHODS = (
    ("mean", "sum"),
    ("max", "min"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("exp", "expm1"),
    ("any", "all"),
)
NAMES = (
    ("mean", "variance"),
    ("gamma", "beta"),
    ("dgamma", "dbeta"),
    ("dw", "db"),
    ("running_mean", "running_var"),
    ("beta1", "beta2"),
    ("m", "v"),
    ("train", "test"),
    ("corrected_m", "corrected_v"),
    ("through_mean", "through_variance"),
    ("batchnorm", "layernorm"),
)
DROPPED_METHODS = ("T", "copy", "astype", "reshape")
DROPPED_FUNCTIONS = ("sqrt", "square", "exp", "log", "abs", "tanh", "reversed", "enumerate", "sort")
NEUTRAL_AXES = ("axis", "keepdims")


def expressions(node: ast.expr) -> Iterator[ast.expr]:
    """What may stand in an expression's place, each another text than it has."""
    original = ast.unparse(node)
    seen = {original}
    for other in chain.from_iterable(operator(node) for operator in OPERATORS):
        text = ast.unparse(other)
        if text not in seen:
            seen.add(text)
            yield other


def statements(node: ast.stmt) -> Iterator[ast.stmt]:
    """What may stand in a statement's place; ``pass`` where it is deleted."""
    if isinstance(node, ast.AugAssign):
        for operator in BINARY.get(type(node.op), ()):
            yield ast.AugAssign(node.target, operator(), node.value)
        yield ast.Assign([node.target], node.value, lineno=node.lineno)
    if _has_effect(node):
        yield ast.Pass()


def _has_effect(node: ast.stmt) -> bool:
    """Whether it can be deleted and the rest still runs: it binds no name."""
    match node:
        case ast.AugAssign() | ast.If(orelse=[]) | ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            return True
        case ast.Assign(targets=targets):
            return not any(isinstance(target, ast.Name | ast.Tuple) for target in targets)
    return False


def _arithmetic(node: ast.expr) -> Iterator[ast.expr]:
    """Another operator, one operand alone, the operands the other way round, the opposite sign."""
    if not isinstance(node, ast.BinOp) or type(node.op) not in BINARY:
        return
    for operator in BINARY[type(node.op)]:
        yield ast.BinOp(node.left, operator(), node.right)
    yield node.left
    yield node.right
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, ast.Mult | ast.Div | ast.MatMult):
        yield ast.UnaryOp(ast.USub(), node)


def _comparison(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in COMPARISONS[type(node.ops[0])]:
            yield ast.Compare(node.left, [operator()], node.comparators)


def _logic(node: ast.expr) -> Iterator[ast.expr]:
    """Negations, and for or, one branch of a choice alone."""
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        yield from node.values
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse, ast.IfExp(node.test, node.orelse, node.body))


def _constant(node: ast.expr) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from (ast.Constant(other) for other in (value + 1, value - 1, 0, 1, 2 * value))
    elif isinstance(value, float):
        yield from (ast.Constant(other) for other in (2 * value, 0.5 * value, 10 * value, 0.0))
    elif isinstance(value, str):
        yield from (ast.Constant(other) for other in _partners(value, NAMES))


def name_of(called: ast.expr) -> str:
    """``sum`` of ``sum`` and of ``x.sum``; nothing of what is no name."""
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _name(node: ast.expr) -> Iterator[ast.expr]:
    """The other one of a pair: sum for mean, beta for gamma."""
    if isinstance(node, ast.Attribute):
        yield from (ast.Attribute(node.value, other, node.ctx) for other in _partners(node.attr, METHODS))
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from (ast.Name(other, node.ctx) for other in _partners(node.id, NAMES))


def _call(node: ast.expr) -> Iterator[ast.expr]:
    """A transpose, copy, function or link of the chain left out; the branches of a selection the other way round."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if not isinstance(node, ast.Call):
        return
    name = name_of(node.func)
    if isinstance(node.func, ast.Attribute) and name in DROPPED_METHODS:
        yield node.func.value
    elif (name in DROPPED_FUNCTIONS and len(node.args) == 1) or name.endswith("_backward"):
        yield node.args[0]
    elif name == "where":
        condition, one, other = node.args
        yield ast.Call(node.func, [condition, other, one], node.keywords)


def _axis(node: ast.expr) -> Iterator[ast.expr]:
    """The other axis, all axes at once, the reduced axis kept or not."""
    if not isinstance(node, ast.Call):
        return
    for keyword in node.keywords:
        others = [each for each in node.keywords if each is not keyword]
        if keyword.arg in NEUTRAL_AXES:
            yield ast.Call(node.func, node.args, others)
        if keyword.arg == "axis":
            other = ast.BinOp(ast.Constant(1), ast.Sub(), keyword.value)
            if not isinstance(keyword.value, ast.Constant):
                yield ast.Call(node.func, node.args, [ast.keyword("axis", other), *others])


def _bounds(node: ast.expr) -> Iterator[ast.expr]:
    """A range or slice that begins or ends one off. Bounds that are constants are moved as constants."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "range":
        for i, bound in enumerate(node.args):
            for moved in _one_off(bound):
                yield ast.Call(node.func, [*node.args[:i], moved, *node.args[i + 1 :]], [])
    elif isinstance(node, ast.Slice):
        lower, upper = node.lower, node.upper
        yield from (ast.Slice(moved, upper, node.step) for moved in (*_one_off(lower), *([None] if lower else [])))
        yield from (ast.Slice(lower, moved, node.step) for moved in (*_one_off(upper), *([None] if upper else [])))


def _one_off(bound: ast.expr | None) -> Iterator[ast.expr]:
    if bound is not None and not isinstance(bound, ast.Constant):
        yield from (ast.BinOp(bound, operator, ast.Constant(1)) for operator in (ast.Add(), ast.Sub()))


def _partners(word: str, pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for one, other in pairs:
        if word in (one, other):
            yield other if word == one else one


Operator = Callable[[ast.expr], Iterator[ast.expr]]
OPERATORS: tuple[Operator, ...] = (_arithmetic, _comparison, _logic, _constant, _name, _call, _axis, _bounds)
