"""How an edit is told, and how plain it is: the plainest are looked at first, and of several that fit it is told."""

import ast
from collections.abc import Callable, Mapping
from functools import cache

from gradproof.conformance.diagnosis.search import wider
from gradproof.conformance.diagnosis.search.edits import Edit
from gradproof.conformance.diagnosis.search.widening.parentheses import REDUCTIONS

UNKNOWN = "?"  # in a text, a number that is solved for
Text = Callable[[ast.AST | None], str]

OPERATORS: Mapping[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**", ast.FloorDiv: "//"},
    **{ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!="},
    **{ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.Mod: "%"},
}
KNOWN = (
    *("parentheses", "sign", "factor", "number", "not_reduced", "everything", "axis", "keepdims", "times", "over"),
    *("activation", "untransposed", "pairs", "labels", "fixed", "throughout"),
)
PLAIN = (
    *(
        "parentheses",
        "operator",
        "part",
        "exchanged",
        "overwritten",
        "not_reduced",
        "everything",
        "axis",
        "untransposed",
        "branch",
        "limited",
        "done_to",
        "anew",
        "kept",
        "always",
        "in_any_case",
        "in_every_pass",
    ),
)
MOVED = ("later", "in_the_loop", "only_if")  # statements: few, so they come before the others
AS_THEY_ARE = {  # kinds that are told as such, whatever they change
    **{kind: kind for kind in ("exchanged", "always", "in_any_case", "only_if")},
    "unasked": "always",
}
FARFETCHED = ("factor", "times", "over", "function", "power", "arguments", *MOVED)


@cache
def plainness(edit: Edit, but_for_its_number: bool = False) -> int:
    """0 for the plainest; a number that is solved for explains the most by chance."""
    how, _ = how_told(edit, _unsaid)
    is_farfetched = edit.kind in FARFETCHED and edit.kind not in MOVED
    is_turned_over = isinstance(edit.old, ast.Compare) and edit.kind != "unasked"  # which may look like another sign
    is_doubtful = is_turned_over or _draws_in(edit) or _hands_on_an_argument(edit)
    is_asked_of = isinstance(edit.parent, ast.Compare)  # a limit may lie anywhere between the values that are compared
    kind = 0 if how in PLAIN and not is_doubtful else 2 if how in FARFETCHED or is_asked_of else 1
    of_its_number = 1 if edit.kind == "activation" else 2  # a leak is written down, and hardly ever comes of chance
    return kind + of_its_number * (edit.has_parameter and not but_for_its_number) + is_farfetched


def _hands_on_an_argument(edit: Edit) -> bool:
    """Whether an argument comes back in the place of a result: so it does where the step to the result is left out."""
    names = {each.arg for each in edit.function.args.args}
    return edit.kind == "exchanged" and isinstance(edit.statement, ast.Return) and getattr(edit.new, "id", "") in names


def _draws_in(edit: Edit) -> bool:
    """Whether a term outside of a product is put into it, which often has the values of a term that is left out."""
    old, new = edit.old, edit.new
    if edit.kind != "parentheses" or not isinstance(old, ast.BinOp) or not isinstance(new, ast.BinOp):
        return False
    return isinstance(old.op, ast.Add | ast.Sub) and isinstance(new.op, ast.Mult | ast.Div | ast.MatMult)


def how_told(edit: Edit, text: Text | None = None) -> tuple[str, dict[str, str]]:
    """How the edit is told, and what of it: as text, unless only how is asked for."""
    text = text or _text
    old, new = edit.old, edit.new
    texts = {"old": header(old) if isinstance(old, ast.stmt) else text(old), "new": text(new)}
    if isinstance(old, ast.stmt) or edit.kind in AS_THEY_ARE:
        return AS_THEY_ARE.get(edit.kind, edit.kind), texts
    if told := _by_its_place(edit, texts, text) or _by_its_sign(old, new, texts, text):
        return told
    if edit.kind in ("axis", "everything"):
        return edit.kind, {**texts, "old_axis": _axis(old, text), "new_axis": _axis(new, text)}
    match old, new:
        case ast.Attribute(attr=before), ast.Attribute(attr=after) if before in REDUCTIONS and after in REDUCTIONS:
            return "reduction", texts
        case ast.Call(func=ast.Attribute() as before), ast.Call(func=ast.Attribute() as after) if (
            edit.kind == "reduction"
        ):
            return "reduction", {"old": text(before), "new": text(after)}
        case ast.BinOp(left=left, right=right, op=op), ast.BinOp(left=left_2, right=right_2, op=op_2) if (
            type(op) is not type(op_2) and _same(left, left_2) and _same(right, right_2)
        ):
            return "operator", {**texts, "old_sign": OPERATORS[type(op)], "new_sign": OPERATORS[type(op_2)]}
        case ast.Compare(ops=[op]), ast.Compare(ops=[op_2]) if type(op) is not type(op_2):
            return "operator", {**texts, "old_sign": OPERATORS[type(op)], "new_sign": OPERATORS[type(op_2)]}
        case ast.IfExp(body=one, orelse=other), _ if _same(new, one) or _same(new, other):
            return "branch", texts
        case ast.BinOp(left=left), _ if _same(new, left):
            if _is_kept_as_it_is(edit, left):
                return "left_out", {**texts, "old": header(edit.statement)}
            whole, kept = text(old), text(left)
            return "part", {**texts, "part": whole.removeprefix(kept).removeprefix(f"({kept})").strip()}
        case ast.BinOp(right=right), _ if _same(new, right):
            whole, kept = text(old), text(right)
            return "part", {**texts, "part": whole.removesuffix(kept).removesuffix(f"({kept})").strip()}
    if isinstance(old, ast.Call) and len(old.args) == 1 and _same(new, old.args[0]):
        return "call", {**texts, "call": text(old.func)}
    return _otherwise(edit, texts, text)


def _by_its_place(edit: Edit, texts: dict[str, str], text: Text) -> tuple[str, dict[str, str]] | None:
    """How an edit of a number is told that is an axis, or the step of a slice, and so has no sign."""
    old, new = edit.old, edit.new
    match edit.parent:
        case ast.keyword(arg="axis") if _is_axis(old) and _is_axis(new):
            return "axis", {**texts, "old_axis": text(old), "new_axis": text(new)}
        case ast.keyword(arg=str() as name) if isinstance(old, ast.Constant) and isinstance(new, ast.Constant):
            how = "keepdims" if name == "keepdims" else "replaced"
            return how, {**texts, "old": f"{name}={text(old)}", "new": f"{name}={text(new)}"}
        case ast.Slice(lower=lower, upper=upper) as every if edit.field == "step" and isinstance(new, ast.expr):
            return "replaced", {**texts, "old": text(every), "new": text(ast.Slice(lower, upper, new))}
    return None


def _by_its_sign(
    old: ast.AST | None, new: ast.AST | None, texts: dict[str, str], text: Text
) -> tuple[str, dict[str, str]] | None:
    inner = _of_other_sign(old, new) or _of_other_sign(new, old)
    return ("sign", {**texts, "old": text(inner)}) if inner else None


def _otherwise(edit: Edit, texts: dict[str, str], text: Text) -> tuple[str, dict[str, str]]:
    """How an edit is told that is neither an operator nor a part left out."""
    old, new = edit.old, edit.new
    if edit.kind == "added":
        inner = old.right if isinstance(old, ast.BinOp) else old.args[0] if isinstance(old, ast.Call) else None
        return "added", {**texts, "inner": text(inner)}
    if edit.kind in ("limited", "topped"):
        return edit.kind, {**texts, "inner": ", ".join(map(text, _cut_off(old, new)))}
    if edit.kind in ("floor", "clipped"):
        within = old.args[0] if isinstance(old, ast.Call) and not _is_clipped(new) else old
        return edit.kind, {**texts, "inner": text(within)}
    if _is_number(old) and _is_number(new):
        return "number", texts
    return (edit.kind if edit.kind in KNOWN else "replaced"), texts


def _is_kept_as_it_is(edit: Edit, left: ast.expr) -> bool:
    """Whether a step comes to ``w = w``."""
    targets = getattr(edit.statement, "targets", ())
    return edit.old is getattr(edit.statement, "value", None) and ast.unparse(left) in map(ast.unparse, targets)


def _is_clipped(node: ast.AST | None) -> bool:
    """Whether it is cut off as a whole, and not within a logarithm."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "clip"


def _cut_off(old: ast.AST | None, new: ast.AST | None) -> list[ast.AST | None]:
    """What is cut off: of several values those that are."""
    if isinstance(old, ast.Tuple) and isinstance(new, ast.Tuple):
        return [one for one, other in zip(old.elts, new.elts, strict=True) if not _same(one, other)]
    return [old]


def _of_other_sign(one: ast.AST | None, other: ast.AST | None) -> ast.AST | None:
    """What stands behind the minus of the other, if that is all that they differ in."""
    is_minus = isinstance(other, ast.UnaryOp) and isinstance(other.op, ast.USub)
    return one if is_minus and isinstance(other, ast.UnaryOp) and _same(one, other.operand) else None


def header(statement: ast.stmt) -> str:
    """Its first line."""
    return ast.unparse(statement).split("\n")[0].rstrip(":")


def targets_of(statement: ast.stmt) -> list[str]:
    """The names that it gives a value."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return [
        node.id for target in targets if target is not None for node in ast.walk(target) if isinstance(node, ast.Name)
    ]


def _axis(node: ast.AST | None, text: Text) -> str:
    """The axes of a reduction, or the axes themselves."""
    if isinstance(node, ast.Call):
        return next((text(keyword.value) for keyword in node.keywords if keyword.arg == "axis"), "")
    return text(node)


def _unsaid(_node: ast.AST | None) -> str:
    """No text, which costs more than all else where only how an edit is told is asked for."""
    return ""


def _text(node: ast.AST | None) -> str:
    if node is None:
        return ""
    return ast.unparse(node).replace(wider.FREE, UNKNOWN)


def _is_axis(node: ast.AST | None) -> bool:
    """Whether it is a number, counted from the front or from the end."""
    return _is_number(node.operand if isinstance(node, ast.UnaryOp) else node)


def _is_number(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _same(one: ast.AST | None, other: ast.AST | None) -> bool:
    return one is not None and other is not None and ast.dump(one) == ast.dump(other)
