"""What an edit says of a submission: which of its values, which step, and what stands there in place of what."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gradproof.conformance.checks.discretion import CONCEALED
from gradproof.conformance.diagnosis.candidates import Facts
from gradproof.conformance.diagnosis.search import wider
from gradproof.conformance.diagnosis.search.edits import Edit
from gradproof.conformance.diagnosis.search.looking import Match
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.findings import Finding, Kind, found

STEP = re.compile(r"_\d+$")
OPERATORS: Mapping[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**", ast.FloorDiv: "//"},
    **{ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!="},
    **{ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.Mod: "%"},
}
PLAIN = (
    "parentheses",
    "operator",
    "part",
    "exchanged",
    "overwritten",
    "not_reduced",
    "everything",
    "axis",
    "transposed",
)
FARFETCHED = ("factor", "times", "over", "function", "power", "arguments", "later", "always", "in_the_loop")


@dataclass(frozen=True)
class Edited:
    """A mistake that was found by an edit, as a misconception is told."""

    id: str
    says: str
    hint: str = ""
    discreet: str = ""  # what it says without the number that was measured, if there is one


def best(matches: Iterable[Match], contract: str) -> dict[Facts, tuple[Edited, int]]:
    """For each set of facts the edit that is told of those that explain it, and how much else it has otherwise."""
    chosen: dict[Facts, Match] = {}
    for match in matches:
        if match.explains not in chosen or _cost(match) < _cost(chosen[match.explains]):
            chosen[match.explains] = match
    return {facts: (_edited(match, contract), match.unlike) for facts, match in chosen.items()}


def finding_of(match: Match) -> Finding:
    """What is told of a match."""
    edit, number = match.trial.edit, match.trial.number
    names = tuple(dict.fromkeys(STEP.sub("", name) for name in match.observations))
    how, facts = _how(edit)
    targets = _targets(edit.statement)
    facts["where"] = _where(edit)
    return found(
        Kind.EDITED,
        function=edit.function.name,
        observation=names[0] if names else "result",
        names=names or ("result",),
        how=how,
        is_own=bool(set(targets) & set(names)),
        statement=_header(edit.statement),
        number=None if number is None else f"{number:.6g}",
        **facts,
    )


def _edited(match: Match, contract: str) -> Edited:
    told = finding_of(match)
    discreet = "" if told["number"] is None else sentence(told.having(number=CONCEALED))
    return Edited(f"{contract}:edit:{told.observation}:{told['how']}", sentence(told), discreet=discreet)


def _cost(match: Match) -> tuple[int, int, int, int]:
    """The plainest change first; of equal ones that in the step that makes the value, and the shortest."""
    edit = match.trial.edit
    how, _ = _how(edit)
    kind = 0 if how in PLAIN else 2 if how in FARFETCHED or edit.kind in FARFETCHED else 1
    kind += 2 * (match.trial.number is not None) + (edit.kind in FARFETCHED)
    is_own = bool(set(_targets(edit.statement)) & {STEP.sub("", name) for name in match.observations})
    length = len(ast.unparse(edit.new)) if edit.new is not None else 0
    return kind, match.unlike, -is_own, length


def _where(edit: Edit) -> str:
    """What the names are that are exchanged: the last steps before it that make them."""
    if not isinstance(edit.old, ast.Name) or not isinstance(edit.new, ast.Name):
        return ""
    made: dict[str, str] = {}
    for node in ast.walk(edit.function):
        if isinstance(node, ast.Assign) and node.lineno < edit.statement.lineno:
            made |= {name: ast.unparse(node) for name in _targets(node)}
    return made.get(edit.old.id, "")


def _targets(statement: ast.stmt) -> list[str]:
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return [
        node.id for target in targets if target is not None for node in ast.walk(target) if isinstance(node, ast.Name)
    ]


def _header(statement: ast.stmt) -> str:
    return ast.unparse(statement).split("\n")[0].rstrip(":")


def _how(edit: Edit) -> tuple[str, dict[str, str]]:
    """How the edit is told, and what of it."""
    old, new = edit.old, edit.new
    texts = {"old": _header(old) if isinstance(old, ast.stmt) else _text(old), "new": _text(new)}
    if isinstance(old, ast.stmt) or edit.kind in ("exchanged", "always"):
        return edit.kind, texts
    if edit.kind in ("axis", "everything"):
        return edit.kind, {**texts, "old_axis": _axis(old), "new_axis": _axis(new)}
    match old, new:
        case ast.BinOp(left=left, right=right, op=op), ast.BinOp(left=left_2, right=right_2, op=op_2) if (
            type(op) is not type(op_2) and _same(left, left_2) and _same(right, right_2)
        ):
            return "operator", {**texts, "old_sign": OPERATORS[type(op)], "new_sign": OPERATORS[type(op_2)]}
        case ast.Compare(ops=[op]), ast.Compare(ops=[op_2]) if type(op) is not type(op_2):
            return "operator", {**texts, "old_sign": OPERATORS[type(op)], "new_sign": OPERATORS[type(op_2)]}
        case ast.BinOp(left=left, right=right, op=op), _ if _same(new, left):
            return "part", {**texts, "part": f"{OPERATORS[type(op)]} {_text(right)}"}
        case ast.BinOp(left=left, right=right, op=op), _ if _same(new, right):
            return "part", {**texts, "part": f"{_text(left)} {OPERATORS[type(op)]}"}
    if isinstance(old, ast.Call) and len(old.args) == 1 and _same(new, old.args[0]):
        return "call", {**texts, "call": ast.unparse(old.func)}
    if edit.kind == "added":
        inner = old.right if isinstance(old, ast.BinOp) else old.args[0] if isinstance(old, ast.Call) else None
        return "added", {**texts, "inner": _text(inner)}
    if edit.kind in ("floor", "clipped"):
        return edit.kind, {**texts, "inner": _text(old.args[0]) if isinstance(old, ast.Call) else ""}
    known = (
        "parentheses",
        "sign",
        "factor",
        "number",
        "not_reduced",
        "everything",
        "axis",
        "keepdims",
        "times",
        "over",
    )
    return (edit.kind if edit.kind in known else "replaced"), texts


def _axis(node: ast.AST | None) -> str:
    """The axes of a reduction, or the axes themselves."""
    if isinstance(node, ast.Call):
        return next((_text(keyword.value) for keyword in node.keywords if keyword.arg == "axis"), "")
    return _text(node)


def _text(node: ast.AST | None) -> str:
    if node is None:
        return ""
    return ast.unparse(node).replace(wider.FREE, "?")


def _same(one: ast.AST | None, other: ast.AST | None) -> bool:
    return one is not None and other is not None and ast.dump(one) == ast.dump(other)
