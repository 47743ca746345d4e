"""The levels of a hint: the concept and a question; where; the numbers of the smallest case; what is right."""

import ast
from collections.abc import Callable, Sequence

import numpy as np

from gradproof.conformance.checks.discretion import Words
from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.candidates import Accused, Mistake
from gradproof.conformance.diagnosis.formulas.made_of import Composed
from gradproof.conformance.diagnosis.mistakes import Diagnosis, in_halves, one_of
from gradproof.conformance.diagnosis.search.kinds import how_told
from gradproof.conformance.diagnosis.search.reach import name_within
from gradproof.conformance.diagnosis.search.story import Edited
from gradproof.conformance.diagnosis.telling import steps
from gradproof.conformance.diagnosis.telling.pieces import piece_of
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.findings import Kind, found
from gradproof.conformance.spec.words.said import TEXTS, joined, say

MAKES = (ast.Assign, ast.AugAssign)


@np.errstate(all="ignore")
def of(diagnosis: Diagnosis, check: str, accused: Accused) -> tuple[Words, ...]:
    """The four levels of what a check is put down to."""
    every = [mistake for group in diagnosis.mistakes for mistake in group]
    asked = {(_how(mistake), mistake.hint): mistake for mistake in every}
    concepts = (_concept(each, check, accused, is_first=at == 0) for at, each in enumerate(asked.values()))
    formulas = [_all_told(diagnosis, tell) for tell in (_formula, _discreet_formula)]
    return (
        _open(joined(TEXTS, concepts)),
        _open(_all_told(diagnosis, lambda mistake: _place(mistake, accused))),
        Words(_numbers(every, check, accused), ""),
        Words(*formulas),
    )


def _open(words: str) -> Words:
    """Words that are the same for everybody."""
    return Words(words, words)


def _all_told(diagnosis: Diagnosis, say: Callable[[Mistake], str]) -> str:
    return diagnosis.listed(lambda group: one_of([say(mistake) for mistake in group]))


def _concept(mistake: Mistake, check: str, accused: Accused, is_first: bool) -> str:
    """What the layer is for, which is said once, and a question."""
    contract = accused.exam.contract
    names = _wrong(check, accused)
    is_gradient = bool(names) and all(name in contract.gradients for name in names)
    return sentence(
        found(
            Kind.CONCEPT,
            contract=contract.name if is_first else "",
            is_gradient=is_gradient and is_first,
            how=_how(mistake),
            question=mistake.hint,
        )
    )


def _how(mistake: Mistake) -> str:
    """The kind of change that a mistake is, or is most like; nothing of a known one, which has its question."""
    if isinstance(mistake, Edited):
        return how_told(mistake.match.attempt.edit)[0]
    return mistake.how if isinstance(mistake, Composed) else ""


def _place(mistake: Mistake, accused: Accused) -> str:
    """Of a known mistake what is done; of an edit the step, and what kind of thing is wrong there."""
    if isinstance(mistake, Composed):
        return sentence(mistake.place)
    if not isinstance(mistake, Edited):
        done, right = in_halves(mistake)
        return say("{done}.", done=done) if right else done
    edit, told = mistake.match.attempt.edit, mistake.told
    own = {function.name for function in accused.exam.contract.functions}
    made = _made(edit.statement)
    piece, within = piece_of(edit)
    return sentence(
        found(
            Kind.PLACE,
            function=edit.function.name if edit.function.name in own else "",
            names=told["names"],
            how=told["how"],
            piece=piece,
            within=within,
            step=_step(edit.statement, made),
            made=made,
            helper=_helper(edit.statement),
        )
    )


def _made(statement: ast.stmt) -> tuple[str, ...]:
    """The names that a step gives a value, or an entry, or those that the steps within it do."""
    makers = (node for node in ast.walk(statement) if isinstance(node, MAKES))
    targets = (each for node in makers for each in (node.targets if isinstance(node, ast.Assign) else [node.target]))
    elements = (each for target in targets for each in getattr(target, "elts", [target]))
    return tuple(dict.fromkeys(filter(None, map(name_within, elements))))


def _step(statement: ast.stmt, made: Sequence[str]) -> str:
    kinds = {ast.Return: "returns", ast.For: "loop", ast.While: "loop", ast.If: "branch"}
    if type(statement) in kinds and (made or isinstance(statement, ast.Return)):
        return kinds[type(statement)]
    return "other" if not made else "helped" if _helper(statement) else "makes"


def _helper(statement: ast.stmt) -> str:
    """The function of its own by which a step makes all that it makes; nothing if it computes it there."""
    match statement:
        case ast.Assign(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name))):
            return name
    return ""


def _numbers(mistakes: Sequence[Mistake], check: str, accused: Accused) -> str:
    """The steps of the smallest case that shows it."""
    names = _wrong(check, accused)
    record = _smallest(check, names, accused)
    if record is None:
        return ""
    within = [step for each in mistakes if isinstance(each, Edited) for step in steps.inside(each.match, record)]
    told = tuple([*within, *steps.outside(record, names)][: steps.MOST])
    return sentence(found(Kind.NUMBERS, steps=told).on(record.case.id, record.case.describe())) if told else ""


def _smallest(check: str, names: tuple[str, ...], accused: Accused) -> CaseRecord | None:
    wrong = {place for place, name in accused.facts.get(check, ()) if isinstance(place, int) and name in names}
    return next((record for record in accused.exam.records if record.case.index in wrong), None)


def _wrong(check: str, accused: Accused) -> tuple[str, ...]:
    """The observations that the check is charged with, in the order in which they are made."""
    wrong = {name for place, name in accused.facts.get(check, ()) if isinstance(place, int)}
    return tuple(name for name in accused.exam.contract.observes if name in wrong)


def _formula(mistake: Mistake) -> str:
    """Of an edit the formula with the wrong place in it; of a known mistake what is right."""
    if isinstance(mistake, Edited):
        return mistake.says
    done, right = in_halves(mistake)
    return say("To be exact: {right}", right=right) if right else done


def _discreet_formula(mistake: Mistake) -> str:
    return (mistake.discreet or mistake.says) if isinstance(mistake, Edited) else _formula(mistake)
