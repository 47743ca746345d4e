"""An option that is not asked for: a number in its place, wherever it is used."""

import ast
from collections.abc import Iterator

from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.widening import parentheses
from gradproof.conformance.diagnosis.search.widening.forms import of_text
from gradproof.conformance.diagnosis.search.widening.numbers import USUAL_COUNTS, free

ASKING = ("get", "setdefault", "pop")
USUAL_CLASSES = 10
OF_POOLS = ("pool_height", "pool_width", "stride")
TWO_NUMBERS = ("stride", "pad", "dilation")
OTHER_KEYS = {key: tuple(other for other in OF_POOLS if other != key) for key in OF_POOLS}

Other = parentheses.Other


def of(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Other]:
    """A number for what is looked up, and for a count of classes the one that the usual data have."""
    match node, parent:
        case ast.Call(func=ast.Name(), args=[asked]), ast.Assign() if _is_asked(asked):
            yield from (("name", of_text(f"({each}, {each})")) for each in USUAL_COUNTS)
    match node:
        case ast.Call(func=ast.Attribute(attr=name), args=[ast.Constant(value=str()), ast.Constant(value=float())]):
            if name in ASKING:
                yield "number", free()
        case ast.Subscript(slice=ast.Constant(value=str() as own)):
            text = ast.unparse(node)
            others = (ast.Constant(key) for key in OTHER_KEYS.get(own, ()))
            yield from (("name", ast.Subscript(node.value, key, ast.Load())) for key in others)
            if text in scope.whole:
                yield from (("name", ast.Constant(each)) for each in USUAL_COUNTS)
            elif () in scope.terms.get(text, {}).values():
                yield "number", free()
        case ast.Name() | ast.Subscript(value=ast.Attribute(attr="shape")):
            match parent:
                case ast.Call(func=ast.Name(id="range"), args=[bound]) if bound is node:
                    yield "name", ast.Constant(USUAL_CLASSES)


def _is_asked(node: ast.expr) -> bool:
    """Whether it is an option that is one number or two."""
    keys = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return len(keys) == 1 and keys[0] in TWO_NUMBERS
