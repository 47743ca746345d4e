"""Steps in another order, or with another memory: done to a later value, begun where the last call ended."""

import ast
from collections.abc import Iterator, Sequence
from copy import deepcopy

from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening.forms import in_place_of, of_text

LEFT = "_left_in_"  # the attribute that has what the last call left in a name
AGAIN = "{name} = self.{left} if getattr(self, '{left}', 0 * {name}[:0]).shape == {name}.shape else {name}"

Changed = tuple[str, list[ast.stmt], ast.AST | None, ast.AST | None]  # kind, the statements, the old one, the new one


def of(statement: ast.stmt, before: list[ast.stmt], after: list[ast.stmt], scope: Scope) -> Iterator[Changed]:
    """Every such change of a list of statements at one of them."""
    yield from _done_to_another(statement, before, after, scope)
    yield from _heard_again(statement, before, after)
    yield from _begun_anew(statement, before, after, scope)
    yield from _in_every_pass(statement, before, after)
    if isinstance(statement, ast.For) and "self" in scope.given:
        yield from _kept_between_calls(statement, before, after, scope)


def _done_to_another(
    statement: ast.stmt, before: list[ast.stmt], after: list[ast.stmt], scope: Scope
) -> Iterator[Changed]:
    """What is done to one value done to another that is made later: a scale after softmax, a norm after the sum."""
    name, instead = _done(statement, scope)
    for at, other in enumerate(after if name else ()):
        later = _first_target(other)
        if later is None or later.id == name or not isinstance(other, ast.Assign) or not _computes(other.value):
            continue
        body = [*before, *instead, *after[: at + 1], _done_to(statement, name, later.id), *after[at + 1 :]]
        yield "done_to", body, statement, ast.Name(later.id, ast.Load())


def _done(statement: ast.stmt, scope: Scope) -> tuple[str, list[ast.stmt]]:
    """The array to which a statement does something, and what stands there if it does not; no name of any other."""
    match statement:
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Mult() | ast.Div()) if name in scope.arrays:
            return name, []
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(left=ast.Name(id=own))) if name == own:
            return (name, []) if name in scope.arrays else ("", [])
        case ast.Assign(value=ast.Call(func=function, args=[ast.Name(id=name), *_])) if name in scope.arrays:
            made = _first_target(statement)
            if made is None or "back" in ast.unparse(function) or max(map(len, scope.arrays[name].values())) < 2:
                return "", []
            bypass = ast.Assign([made], ast.Name(name, ast.Load()))
            return name, [] if made.id == name else [ast.copy_location(bypass, statement)]
    return "", []


def _done_to(statement: ast.stmt, name: str, later: str) -> ast.stmt:
    """The same to another value, which it becomes."""
    other = deepcopy(statement)
    if isinstance(other, ast.AugAssign):
        other.target = ast.Name(later, ast.Store())
        return other
    assert isinstance(other, ast.Assign)
    made = ast.Name(later, ast.Store())
    if isinstance(other.targets[0], ast.Tuple):
        other.targets[0].elts[0] = made
    else:
        other.targets = [made]
    other.value = in_place_of(name, ast.Name(later, ast.Load()), other.value)
    return other


def _first_target(statement: ast.stmt) -> ast.Name | None:
    """The name that a statement gives its value, or the first of several."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=[ast.Name() as target, *_])]):
            return target
        case ast.Assign(targets=[ast.Name() as target]):
            return target
    return None


def _computes(value: ast.expr) -> bool:
    return any(isinstance(node, ast.BinOp | ast.Call) for node in ast.walk(value))


def _heard_again(statement: ast.stmt, before: Sequence[ast.stmt], after: list[ast.stmt]) -> Iterator[Changed]:
    """The first of what a loop has collected in the place of what it has just made."""
    for earlier in before:
        match earlier:
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=all_of), attr="append"), args=[ast.Name(id=made)])
            ):
                first = of_text(f"{all_of}[0]")
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=all_of), slice=ast.Tuple(elts=[ast.Slice(), ast.Name()]))],
                value=ast.Name(id=made),
            ):
                first = of_text(f"{all_of}[:, 0]")
            case _:
                continue
        if any(isinstance(n, ast.Name) and n.id == made and isinstance(n.ctx, ast.Load) for n in ast.walk(statement)):
            other = in_place_of(made, first, statement)
            yield "name", [*before, other, *after], ast.Name(made, ast.Load()), first


def _begun_anew(statement: ast.stmt, before: list[ast.stmt], after: list[ast.stmt], scope: Scope) -> Iterator[Changed]:
    """What a call goes on with in each pass of a loop, 0 in each."""
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
        read = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
        carried = [name for name in _targets(statement) if name in read and name in scope.arrays]
        other = statement
        for name in carried:
            other = in_place_of(name, ast.BinOp(ast.Constant(0), ast.Mult(), ast.Name(name, ast.Load())), other)
        if carried:
            names = ast.Tuple([ast.Name(name, ast.Load()) for name in carried], ast.Load())
            yield "anew", [*before, other, *after], statement, names if len(carried) > 1 else names.elts[0]


def _in_every_pass(statement: ast.stmt, before: list[ast.stmt], after: list[ast.stmt]) -> Iterator[Changed]:
    """What is added to a value before a loop, or multiplied by, which goes on with it: in each of its passes."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(left=begun, op=operator, right=other)):
            first: ast.stmt = ast.Assign([ast.Name(name, ast.Store())], begun, lineno=statement.lineno)
        case ast.AugAssign(target=ast.Name(id=name), op=operator, value=other):
            first = ast.Pass()
        case _:
            return
    if not isinstance(operator, ast.Add | ast.Sub | ast.Mult) or not isinstance(other, ast.Call | ast.Name):
        return
    for at, loop in enumerate(after):
        if isinstance(loop, ast.For) and name in _made_in(loop, ast.Assign):
            done = ast.BinOp(ast.Name(name, ast.Load()), operator, other)
            again = ast.Assign([ast.Name(name, ast.Store())], done, lineno=loop.lineno)
            passes = ast.For(loop.target, loop.iter, [again, *loop.body], loop.orelse, lineno=loop.lineno)
            yield "in_every_pass", [*before, first, *after[:at], passes, *after[at + 1 :]], loop, again


def _kept_between_calls(
    loop: ast.For, before: list[ast.stmt], after: list[ast.stmt], scope: Scope
) -> Iterator[Changed]:
    """What a loop goes on with, begun where the last call of the object ended; what it adds up alike."""
    for kind in (ast.Assign, ast.AugAssign):
        carried = [n for n in _made_in(loop, kind) if n in scope.arrays and any(n in _targets(each) for each in before)]
        if not carried:
            continue
        again = [ast.parse(AGAIN.format(name=name, left=LEFT + name)).body[0] for name in carried]
        left = [ast.parse(f"self.{LEFT}{name} = {name}").body[0] for name in carried]
        begun = next(each for each in before if carried[0] in _targets(each))
        yield "kept", [*before, *again, loop, *left, *after], begun, None


def _made_in(loop: ast.For, kind: type[ast.stmt]) -> list[str]:
    """The names that a loop gives a value, in the order in which it does."""
    made = (_targets(node) for node in ast.walk(loop) if isinstance(node, kind))
    return list(dict.fromkeys(name for names in made for name in names))


def _targets(statement: ast.AST) -> list[str]:
    """The names that a statement gives a value, and not those that it changes an entry of."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    elements = (each for target in targets for each in (target.elts if isinstance(target, ast.Tuple) else [target]))
    return [each.id for each in elements if isinstance(each, ast.Name)]
