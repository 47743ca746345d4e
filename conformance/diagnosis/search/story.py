"""What an edit says of a submission: which of its values, which step, and what stands there in place of what."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gradproof.conformance.checks.discretion import CONCEALED
from gradproof.conformance.checks.messages import STEP
from gradproof.conformance.diagnosis.candidates import Facts
from gradproof.conformance.diagnosis.search.edits import Edit
from gradproof.conformance.diagnosis.search.kinds import UNKNOWN, header, how_told, plainness, targets_of
from gradproof.conformance.diagnosis.search.looking import PLAIN_ENOUGH, Match
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.findings import Finding, Kind, found


@dataclass(frozen=True)
class Edited:
    """A mistake that was found by an edit, as a misconception is told."""

    id: str
    says: str
    told: Finding
    match: Match
    hint: str = ""
    discreet: str = ""  # what it says without the number that was measured, if there is one

    @property
    def is_plain(self) -> bool:
        """Whether no other kind of edit is plainer by much, and a number that is measured is a round one."""
        edit, number = self.match.attempt.edit, self.match.attempt.number
        return plainness(edit, but_for_its_number=True) <= PLAIN_ENOUGH and (number is None or _digits(number) == 1)


@dataclass(frozen=True)
class Both:
    """Two edits that only together give what the submission gives, as one mistake and as two."""

    parts: tuple[Edited, ...]
    hint: str = ""

    @property
    def id(self) -> str:
        """That of both."""
        return "+".join(part.id for part in self.parts)

    @property
    def says(self) -> str:
        """What the first does; the second is told beside it."""
        return self.parts[0].says


def best(matches: Iterable[Match], contract: str) -> dict[Facts, tuple[Edited | Both, int]]:
    """For each set of facts the edit that is told of those that explain it, and how much else it has otherwise."""
    chosen: dict[Facts, Match] = {}
    for match in matches:
        if match.explains not in chosen or _cost(match) < _cost(chosen[match.explains]):
            chosen[match.explains] = match
    return {facts: (_told(match, contract), match.unlike) for facts, match in chosen.items()}


def finding_of(match: Match) -> Finding:
    """What is told of a match."""
    edit, number = match.attempt.edit, match.attempt.number
    names = tuple(dict.fromkeys(STEP.sub("", name) for name in match.observations))
    how, facts = how_told(edit)
    targets = targets_of(edit.statement)
    facts["where"] = _where(edit)
    given = facts["new"] if how == "number" and number is None else None
    if number is not None:
        facts["new"] = facts["new"].replace(UNKNOWN, _number(number)).replace("+ -", "- ")
    return found(
        Kind.EDITED,
        function=edit.function.name,
        observation=names[0] if names else "result",
        names=names or ("result",),
        how=how,
        is_own=bool(set(targets) & set(names)),
        statement=header(edit.statement),
        number=given if number is None else _number(number),
        **facts,
    )


def _told(match: Match, contract: str) -> Edited | Both:
    parts = tuple(_edited(replace(match, attempt=part), contract) for part in match.attempt.parts)
    return parts[0] if len(parts) == 1 else Both(parts)


def _edited(match: Match, contract: str) -> Edited:
    told = finding_of(match)
    _, unknown = how_told(match.attempt.edit)
    discreet = "" if told["number"] is None else sentence(told.having(number=CONCEALED, new=unknown["new"]))
    name = f"{contract}:edit:{told.observation}:{told['how']}"
    return Edited(name, sentence(told), told, match, discreet=discreet)


def _cost(match: Match) -> tuple[int, ...]:
    """That of its edit, or of both together."""
    return tuple(map(sum, zip(*(_cost_of(replace(match, attempt=part)) for part in match.attempt.parts), strict=True)))


def _cost_of(match: Match) -> tuple[bool, int, int, int, bool, bool, bool, int]:
    """What differs in nothing else first, then the plainest.

    Of equal ones the roundest number, the step that makes the value, a step before what is handed on, a name for a name
    before one for a whole term, the shortest text; of what may be left out the most is.
    """
    edit = match.attempt.edit
    is_own = bool(set(targets_of(edit.statement)) & {STEP.sub("", name) for name in match.observations})
    length = len(ast.unparse(edit.new)) if edit.new is not None else 0
    how, facts = how_told(edit)
    length -= len(facts.get("part", ""))
    digits = 0 if match.attempt.number is None else _digits(match.attempt.number)
    is_handed_on = isinstance(edit.statement, ast.Return)
    is_of_a_term = how == "replaced" and isinstance(edit.new, ast.Name) and not isinstance(edit.old, ast.Name)
    return bool(match.unlike), plainness(edit), match.unlike, digits, not is_own, is_handed_on, is_of_a_term, length


def _where(edit: Edit) -> str:
    """What the name is that is exchanged, or left out of a product: the last step before it that makes it."""
    old = edit.old
    if isinstance(old, ast.BinOp) and isinstance(old.op, ast.Mult) and isinstance(old.right, ast.Name):
        return _made(edit, old.right.id, ast.Name) if edit.new is old.left else ""
    if not isinstance(old, ast.Name) or not isinstance(edit.new, ast.Name):
        return ""
    return _made(edit, old.id, ast.expr)


def _made(edit: Edit, name: str, target: type[ast.expr]) -> str:
    """The last step before an edit that makes a name, if it makes it in this way; nothing of a whole cache.

    Nor of what another branch makes: that is not what stands there.
    """
    line = edit.statement.lineno
    steps = [node for node in ast.walk(edit.function) if isinstance(node, ast.Assign) and name in targets_of(node)]
    step = max((each for each in steps if each.lineno < line), key=lambda each: each.lineno, default=None)
    if step is None or not isinstance(step.targets[0], target) or not _leads_to(edit.function, step, line):
        return ""
    return ast.unparse(step)


def _leads_to(function: ast.FunctionDef, step: ast.stmt, line: int) -> bool:
    """Whether whoever gets to a line has passed a step: it stands before it in a block that the line is in."""
    blocks = (
        block for node in ast.walk(function) for block in (getattr(node, "body", ()), getattr(node, "orelse", ()))
    )
    return any(
        step in block and any(each.lineno <= line <= (each.end_lineno or line) for each in block)
        for block in blocks
        if isinstance(block, list)
    )


def _digits(number: float) -> int:
    """How many digits tell it, wherever its point is: 1000 is as round as 1."""
    return len(f"{abs(number):.5e}".partition("e")[0].replace(".", "").rstrip("0"))


def _number(number: float) -> str:
    return f"{number:.6g}"
