"""What is seen in the functions of a way when a case runs through them."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.search.operators import name_of
from gradproof.conformance.harness.counting.profiling import traced

HARMLESS = (
    *(
        "sum",
        "mean",
        "max",
        "min",
        "var",
        "reshape",
        "transpose",
        "astype",
        "copy",
        "exp",
        "log",
        "sqrt",
        "abs",
        "tanh",
    ),
    *("square", "maximum", "minimum", "where", "zeros_like", "ones_like", "argmax"),
)
LOOKED_UP = ("get", "setdefault", "pop", "float", "int", "dtype", "type")  # functions that make nothing new of a number
MOST_VISITS = 8  # of a line, to look at its terms


@dataclass(frozen=True)
class Scope:
    """What is seen where a statement is reached, each time that it is.

    Args:
        arrays: the shapes of the arrays, by name and visit.
        scalars: the names of the numbers, and whether each counts something.
        terms: the shapes of the expressions, by text and visit; of those that can be asked again without harm.
        whole: the expressions that are whole numbers.
        constants: the names of the module's numbers.
        questions: the names of the arrays of yes and no.
        shares: whether an array has nothing but shares in it, between 0 and 1, whenever it is seen, by its name.
        given: the names of what is handed over or looked up: all others are computed.
        tables: the shapes of the arrays in a table, by its text and their keys.
        moved: what an array is after a step along its gradient, which the function computes, by its name.
        factors: what the function multiplies or divides by elsewhere that is a number and can be asked for here.
    """

    arrays: dict[str, dict[int, tuple[int, ...]]] = field(default_factory=dict)
    scalars: dict[str, bool] = field(default_factory=dict)
    terms: dict[str, dict[int, tuple[int, ...]]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    constants: set[str] = field(default_factory=set)
    questions: set[str] = field(default_factory=set)
    shares: dict[str, bool] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    tables: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    factors: set[str] = field(default_factory=set)

    def of_the_shape_of(self, text: str) -> list[str]:
        """The arrays that have the shape of an expression, at some visit."""
        shapes = (self.arrays.get(text) or self.terms.get(text, {})).items()
        return [name for name, own in self.arrays.items() if name != text and not own.items().isdisjoint(shapes)]

    def counts(self, text: str) -> bool:
        """Whether an expression is a whole number, which is counted with and not calculated."""
        return self.scalars.get(text, False) or text in self.whole


Scopes = Mapping[int, Scope]  # by the line of the statement


@dataclass
class _Function:
    """What has been seen of a function so far."""

    terms: Mapping[int, list[str]]
    seen: dict[int, Scope] = field(default_factory=dict)
    visits: dict[int, int] = field(default_factory=dict)

    def see(self, frame: FrameType) -> None:
        """Look around at a line."""
        line = frame.f_lineno
        self.visits[line] = self.visits.get(line, 0) + 1
        if self.visits[line] > MOST_VISITS:
            return
        scope, visit = self.seen.setdefault(line, Scope()), self.visits[line]
        for name, value in dict(frame.f_locals).items():
            if isinstance(value, np.ndarray):
                scope.arrays.setdefault(name, {})[visit] = value.shape
                scope.questions.update({name} if value.dtype == bool else ())
                scope.shares[name] = scope.shares.get(name, True) and _has_shares(value)
            elif _is_number(value):
                scope.scalars[name] = isinstance(value, int)
            elif visit == 1:
                scope.tables.update(_tables(name, value))
        scope.constants.update(name for name, value in frame.f_globals.items() if isinstance(value, float))
        for text in self.terms.get(line, ()):
            value = _value(text, frame)
            if isinstance(value, int):
                scope.whole.add(text)
            elif isinstance(value, np.ndarray) or _is_number(value):
                scope.terms.setdefault(text, {})[visit] = np.shape(value)


def _tables(name: str, value: object) -> dict[str, dict[str, tuple[int, ...]]]:
    """The shapes in a table of arrays, or in those that an object has as ``self``, by their text."""
    inner = vars(value) if name == "self" and hasattr(value, "__dict__") else {}
    tables = {name: value, **{f"self.{each}": inner[each] for each in inner}}
    return {
        text: {key: array.shape for key, array in table.items() if isinstance(array, np.ndarray)}
        for text, table in tables.items()
        if isinstance(table, dict)
    }


def _has_shares(array: np.ndarray) -> bool:
    """Whether all numbers of an array are between 0 and 1, as those of gates and softmax are."""
    return array.dtype.kind == "f" and array.size > 0 and bool(((array > 0) & (array < 1)).all())


def scopes_of(trees: Mapping[CodeType, ast.FunctionDef], action: Callable[[], object]) -> dict[CodeType, Scopes]:
    """What is seen in these functions while something is done. Those that are not reached are left out."""
    functions: dict[CodeType, _Function] = {}

    def entered(frame: FrameType, _event: str, _argument: object) -> Any:
        return within if frame.f_code in trees else None

    def within(frame: FrameType, event: str, _argument: object) -> Any:
        if frame.f_code not in functions:
            functions[frame.f_code] = _Function(_terms(trees[frame.f_code]))
        if event == "line":
            functions[frame.f_code].see(frame)
        return within

    with traced(entered):
        action()
    for code, function in functions.items():
        _tell_factors(trees[code], function.seen)
        given, moved = _given(trees[code]), _moved(trees[code])
        for scope in function.seen.values():
            scope.given.update(given)
            scope.moved.update({name: text for name, text in moved.items() if name in scope.arrays})
    return {code: function.seen for code, function in functions.items()}


def _tell_factors(function: ast.FunctionDef, seen: Scopes) -> None:
    """Tell every line what numbers the function multiplies or divides by, if their names are bound there."""
    products = (n for n in ast.walk(function) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mult | ast.Div))
    sides = {
        ast.unparse(side): side
        for n in products
        for side in (n.left, n.right)
        if isinstance(side, ast.BinOp | ast.Call)
    }
    for text, side in sides.items():
        shapes = [shape for scope in seen.values() for shape in scope.terms.get(text, {}).values()]
        names = {n.id for n in ast.walk(side) if isinstance(n, ast.Name)} - {"np"}
        if shapes and not any(shapes):
            for scope in seen.values():
                if names <= scope.arrays.keys() | scope.scalars.keys():
                    scope.factors.add(text)


def _moved(function: ast.FunctionDef) -> dict[str, str]:
    """What is handed over less some of its gradient, where a backward computes that in one step."""
    steps = (n for n in function.body if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name))
    made = {step.targets[0].id: ast.unparse(step.value) for step in steps if isinstance(step.targets[0], ast.Name)}
    return {name[1:]: text for name, text in made.items() if name[0] == "d" and name[1:] in ("w", "W", "Wh", "Wx")}


def _given(function: ast.FunctionDef) -> set[str]:
    """The names of what is handed over, taken out of what is, looked up by a word, or a number that is written."""
    names = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and not any(map(_is_made, ast.walk(node.value))):
            names |= {n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return names


def _is_made(node: ast.AST) -> bool:
    """Whether something is computed: more than a value looked up, or a number turned into another type."""
    if isinstance(node, ast.Call):
        return name_of(node.func) not in LOOKED_UP
    return isinstance(node, ast.BinOp) and any(isinstance(n, ast.Call) for n in ast.walk(node))


def _terms(function: ast.FunctionDef) -> dict[int, list[str]]:
    """The harmless expressions of each line."""
    terms: dict[int, list[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.BinOp | ast.Call | ast.Subscript | ast.Attribute) and _is_harmless(node):
            terms.setdefault(node.lineno, []).append(ast.unparse(node))
    return terms


def _is_harmless(node: ast.AST) -> bool:
    """Whether an expression only computes: its calls are of NumPy's functions or of an array's own."""
    return not any(
        isinstance(each, ast.Store)
        or (isinstance(each, ast.Call) and not (isinstance(each.func, ast.Attribute) and each.func.attr in HARMLESS))
        for each in ast.walk(node)
    )


def _value(text: str, frame: FrameType) -> Any:
    """What an expression is; None if it cannot be told, as a name may not be bound yet."""
    try:
        return eval(text, frame.f_globals, dict(frame.f_locals))
    except Exception:  # noqa: BLE001
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
