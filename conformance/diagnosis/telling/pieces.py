"""What kind of piece of a step an edit is about, and by which names it is known: no code of what is right."""

import ast
from collections.abc import Mapping

from gradproof.conformance.diagnosis.search.edits import Edit
from gradproof.conformance.diagnosis.search.kinds import how_told

MISSING: Mapping[type[ast.AST], str] = {
    **{ast.Div: "no_division", ast.FloorDiv: "no_division", ast.Mult: "no_factor", ast.MatMult: "no_product"},
    **{ast.Add: "no_term", ast.Sub: "no_term", ast.Pow: "no_power"},
}
STANDS: Mapping[type[ast.AST], str] = {
    **{ast.Div: "a_quotient", ast.Mult: "a_product", ast.Add: "a_sum", ast.Sub: "a_difference", ast.Pow: "a_power"},
}
TURNED: Mapping[type[ast.AST], str] = {
    **{ast.Sub: "turned_difference", ast.Div: "turned_quotient", ast.MatMult: "turned_product"},
}
TOLD_BY_HOW = (
    *("sign", "call", "axis", "left_out", "twice", "later"),
    *("times", "over", "branch", "factor", "keepdims", "everything", "not_reduced"),
    *("always", "in_any_case", "only_if", "in_every_pass"),
)
MOST = 2  # names


def piece_of(edit: Edit) -> tuple[str, tuple[str, ...]]:
    """What is missing, or what stands in the wrong place; and the names in it. Empty where the kind says it all."""
    how, _ = how_told(edit)
    old, new = edit.old, edit.new
    match how, old, new:
        case "part", ast.BinOp(left=left, right=right, op=op), _:
            is_right_gone = ast.dump(left) == ast.dump(new) if new is not None else True
            return MISSING.get(type(op), ""), _names(right if is_right_gone else left)
        case "operator", _, ast.BinOp(op=op):
            return STANDS.get(type(op), ""), ()
        case "operator", ast.Compare(), _:
            return "a_comparison", ()
        case "replaced", ast.BinOp(left=one, op=op), ast.BinOp(right=other, op=op_2) if type(op) is type(
            op_2
        ) and ast.dump(one) == ast.dump(other):
            return TURNED.get(type(op), ""), ()
        case "number", ast.Call() | ast.Subscript(), _:
            return "a_setting", ()
        case "reduction", _, ast.Attribute(attr=name) | ast.Call(func=ast.Attribute(attr=name)):
            return "a_name", (name,)
        case "replaced", _, ast.Name(id=name) if name.isidentifier():
            return "a_name", (name,)
    return (how if how in TOLD_BY_HOW else ""), ()


def _names(part: ast.AST) -> tuple[str, ...]:
    """The names of values in a part of a formula, if there are few."""
    called = {node.func.id for node in ast.walk(part) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    found = (node.id for node in ast.walk(part) if isinstance(node, ast.Name))
    names = tuple(dict.fromkeys(name for name in found if name not in called | {"np"}))
    return names if len(names) <= MOST else ()
