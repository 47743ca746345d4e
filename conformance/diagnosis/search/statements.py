"""What may stand in the place of a list of statements: one of them left out, doubled, moved, or ended early."""

import ast
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise

from gradproof.conformance.diagnosis.search import operators
from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening import keys, steps
from gradproof.conformance.diagnosis.search.widening.forms import in_place_of, of_text

PADS = ("pad", "padding")  # of which there are two, one on each side
IMAGE_AXES = ("rows", "columns")
SIMPLE = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)

Changed = tuple[str, list[ast.stmt], ast.AST | None, ast.AST | None]  # kind, the statements, the old one, the new one


def of(body: list[ast.stmt], position: int, end: ast.stmt, scope: Scope) -> Iterator[Changed]:
    """Every change of a body at a statement. ``end`` is the last one of the function."""
    statement, before, after = body[position], body[:position], body[position + 1 :]
    yield "left_out", [*before, *(after or [ast.Pass()])] if before or after else [ast.Pass()], statement, None
    for other in operators.statements(statement):
        if not isinstance(other, ast.Pass):
            kind = "overwritten" if isinstance(other, ast.Assign) else "other"
            yield kind, [*before, other, *after], statement, other
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Mult):
        other = ast.AugAssign(statement.target, ast.Sub(), statement.value)
        yield "other", [*before, other, *after], statement, other
    if _repeats(statement):
        yield "twice", [*before, statement, statement, *after], statement, statement
    if after and not isinstance(after[0], ast.Return):
        yield "later", [*before, after[0], statement, *after[1:]], statement, after[0]
        yield from _past_the_next(statement, before, after)
    yield from _of_results(statement, before, after)
    yield from steps.of(statement, before, after, scope)
    for kind, other in throughout(statement, scope):
        yield kind, [*before, other, *after], statement, other
    if isinstance(statement, ast.For):
        yield from _of_loop(statement, before, after, end)
    if isinstance(statement, ast.If):
        yield "always", [*before, *statement.body, *after], statement.test, None
        yield from _of_question(statement, before, after)
    if isinstance(statement, ast.Continue):
        yield "other", [*before, ended := ast.Break(), *after], statement, ended
    if isinstance(statement, ast.Expr):
        yield from _of_call(statement.value, before, after, statement)


def _past_the_next(statement: ast.stmt, before: list[ast.stmt], after: list[ast.stmt]) -> Iterator[Changed]:
    """The statement behind the next one that makes the same value, if others stand between them."""
    target = _target(statement)
    for at, other in enumerate(after):
        if target and _target(other) == target:
            if at > 0:
                yield "later", [*before, *after[: at + 1], statement, *after[at + 1 :]], statement, other
            return


def _target(statement: ast.stmt) -> str:
    """The name that a statement gives a value, if it is one."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
            return name
    return ""


def _repeats(statement: ast.stmt) -> bool:
    """Whether it makes a difference to do it twice."""
    if isinstance(statement, ast.AugAssign):
        return True
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        name = statement.targets[0].id
        return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(statement.value))
    return False


def _of_results(statement: ast.stmt, before: list[ast.stmt], after: list[ast.stmt]) -> Iterator[Changed]:
    """Two values of a tuple exchanged."""
    value = getattr(statement, "value", None)
    if not isinstance(statement, ast.Return | ast.Assign) or not isinstance(value, ast.Tuple):
        return
    for i in range(len(value.elts)):
        for j in range(i + 1, len(value.elts)):
            elements = list(value.elts)
            elements[i], elements[j] = elements[j], elements[i]
            other = ast.Tuple(elements, ast.Load())
            changed = ast.Return(other) if isinstance(statement, ast.Return) else ast.Assign(statement.targets, other)
            yield "exchanged", [*before, changed, *after], value.elts[i], value.elts[j]


def _of_loop(loop: ast.For, before: list[ast.stmt], after: list[ast.stmt], end: ast.stmt) -> Iterator[Changed]:
    """The loop ended after its first pass, its last statement after it, the next one in it."""

    def with_body(body: list[ast.stmt]) -> ast.For:
        return ast.For(loop.target, loop.iter, body, loop.orelse)

    yield "first_pass", [*before, with_body([*loop.body, ast.Break()]), *after], loop, None
    if isinstance(end, ast.Return):
        yield "returns", [*before, with_body([*loop.body, end]), *after], loop, end
    if (is_first := _is_first_pass(loop)) is not None:
        for at, each in enumerate(loop.body):
            if isinstance(each, ast.AugAssign):
                once = ast.If(is_first, [each], [])
                whole = with_body([*loop.body[:at], once, *loop.body[at + 1 :]])
                yield "first_only", [*before, whole, *after], each, loop
    if len(loop.body) > 1:
        moved = loop.body[-1]
        yield "after_the_loop", [*before, with_body(loop.body[:-1]), moved, *after], moved, loop
    if after and isinstance(after[0], ast.Assign | ast.AugAssign):
        yield "in_the_loop", [*before, with_body([*loop.body, after[0]]), *after[1:]], after[0], loop
        if len(after) > 1 and isinstance(after[0], ast.Assign) and isinstance(after[1], ast.AugAssign | ast.Assign):
            yield "in_the_loop", [*before, with_body([*loop.body, after[1]]), after[0], *after[2:]], after[1], loop


def _of_question(question: ast.If, before: list[ast.stmt], after: list[ast.stmt]) -> Iterator[Changed]:
    """One of several steps behind a question that does not ask it, and the next step with it."""
    if question.orelse:
        return
    for at, each in enumerate(question.body if len(question.body) > 1 else ()):
        if isinstance(each, ast.AugAssign):
            rest = ast.If(question.test, [*question.body[:at], *question.body[at + 1 :]], [])
            yield "in_any_case", [*before, each, rest, *after], question.test, each
    if after and isinstance(after[0], ast.AugAssign):
        more = ast.If(question.test, [*question.body, after[0]], [])
        yield "only_if", [*before, more, *after[1:]], question.test, after[0]


def _is_first_pass(loop: ast.For) -> ast.expr | None:
    """The question whether it is the first pass of a loop over numbers; None of any other."""
    match loop:
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=[_, *_] as bounds)):
            first = bounds[0] if len(bounds) > 1 else ast.Constant(0)
            return ast.Compare(ast.Name(name, ast.Load()), [ast.Eq()], [first])
    return None


def _of_call(call: ast.expr, before: list[ast.stmt], after: list[ast.stmt], statement: ast.stmt) -> Iterator[Changed]:
    """``np.add.at(a, index, b)`` as ``a[index] += b``, in which what is repeated is added once."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="add"), attr="at"), args=[array, index, value]):
            target = ast.Subscript(array, index, ast.Store())
            other = ast.AugAssign(target, ast.Add(), value)
            yield "repeated_once", [*before, other, *after], statement, other


def throughout(statement: ast.stmt, scope: Scope) -> Iterator[tuple[str, ast.stmt]]:
    """The same change in all places of a statement that has several: of its reductions, or of a number that counts."""
    yield from _reductions(statement)
    if not isinstance(statement, SIMPLE):
        return
    yield from (("all_names", other) for other in keys.throughout(statement, scope))
    loaded = [n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    counting = [name for name, counts in scope.scalars.items() if counts]
    for name in (each for each in counting if loaded.count(each) > 1):
        without = _Without(name)
        other = without.visit(deepcopy(statement))
        if without.count > 1:
            yield "all_without", other
        yield from (("all_names", in_place_of(name, ast.Name(n, ast.Load()), statement)) for n in counting if n != name)
        if name in PADS:
            yield "all_names", in_place_of(name, of_text(f"2 * {name}"), statement)
        if loaded.count(name) == len(IMAGE_AXES):
            pairs = (pair for pair in pairwise(counting) if name not in pair)
            yield from (("all_names", _NamedInTurn(name, pair).visit(deepcopy(statement))) for pair in pairs)
    for name in dict.fromkeys(each for each in loaded if loaded.count(each) > 1):
        if name in scope.arrays:
            others = scope.of_the_shape_of(name)
            yield from (("all_names", in_place_of(name, ast.Name(other, ast.Load()), statement)) for other in others)
            if f"1 - {name}" in ast.unparse(statement):
                yield "all_names", _Rest(name).visit(deepcopy(statement))
        elif scope.scalars.get(name) is False:
            yield "all_nothing", in_place_of(name, ast.Constant(0), statement)
            yield "all_names", _Rest(name).visit(deepcopy(statement))


def _reductions(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """Along other axes, or of another kind."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call) and _is_reduction(node)]
    if len(calls) < 2 or isinstance(statement, ast.For | ast.If):
        return
    for axis in (None, 0, 1):
        keywords = [] if axis is None else [ast.keyword("axis", ast.Constant(axis))]
        yield "all_axes" if keywords else "all_everything", _Reducing(keywords, None).visit(deepcopy(statement))
    for name in ("sum", "mean"):
        yield "all_reductions", _Reducing(None, name).visit(deepcopy(statement))


def _is_reduction(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("sum", "mean", "max")


class _Reducing(ast.NodeTransformer):
    """Gives every reduction these axes, or this name."""

    def __init__(self, axes: list[ast.keyword] | None, name: str | None) -> None:
        self.axes, self.name = axes, name

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """A reduction, changed."""
        self.generic_visit(node)
        if not _is_reduction(node) or not isinstance(node.func, ast.Attribute):
            return node
        if self.axes is not None:
            kept = [each for each in node.keywords if self.axes and each.arg == "keepdims"]
            return ast.Call(node.func, node.args, [*self.axes, *kept])
        return ast.Call(
            ast.Attribute(node.func.value, self.name or node.func.attr, ast.Load()), node.args, node.keywords
        )


class _Without(ast.NodeTransformer):
    """``i * stride`` as ``i``, and counts how often."""

    def __init__(self, name: str) -> None:
        self.name, self.count = name, 0

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """A product, without the number."""
        self.generic_visit(node)
        match node:
            case ast.BinOp(left=kept, op=ast.Mult(), right=ast.Name(id=name)) if name == self.name:
                self.count += 1
                return kept
            case ast.BinOp(left=ast.Name(id=name), op=ast.Mult(), right=kept) if name == self.name:
                self.count += 1
                return kept
        return node


class _Rest(ast.NodeTransformer):
    """``1 - m`` in the place of a share m, and m in that of ``1 - m``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """What is left of 1, as the share itself."""
        match node:
            case ast.BinOp(left=ast.Constant(value=1), op=ast.Sub(), right=ast.Name(id=name)) if name == self.name:
                return node.right
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The share that is meant, as what is left of 1."""
        is_meant = node.id == self.name and isinstance(node.ctx, ast.Load)
        return ast.BinOp(ast.Constant(1), ast.Sub(), node) if is_meant else node


class _NamedInTurn(ast.NodeTransformer):
    """One name in the first place of another, and one in its second: height and width for stride."""

    def __init__(self, name: str, others: tuple[str, str]) -> None:
        self.name, self.others = name, iter(others)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """The name that is meant, changed."""
        is_meant = node.id == self.name and isinstance(node.ctx, ast.Load)
        return ast.Name(next(self.others), ast.Load()) if is_meant else node
