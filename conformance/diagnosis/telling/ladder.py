"""The levels of a hint: the concept and a question; where; the numbers of the smallest case; what is right."""

import ast
from collections.abc import Callable, Sequence

import numpy as np

from gradproof.conformance.checks.discretion import Words
from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.candidates import Accused, Mistake
from gradproof.conformance.diagnosis.formulas.made_of import Composed
from gradproof.conformance.diagnosis.mistakes import Diagnosis, in_halves, one_of
from gradproof.conformance.diagnosis.search.kinds import how_told, targets_of
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
    concepts = dict.fromkeys(_concept(mistake, check, accused) for mistake in every)
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


def _concept(mistake: Mistake, check: str, accused: Accused) -> str:
    contract = accused.exam.contract
    names = _wrong(check, accused)
    is_gradient = bool(names) and all(name in contract.gradients for name in names)
    how = how_told(mistake.match.attempt.edit)[0] if isinstance(mistake, Edited) else ""
    how = mistake.how if isinstance(mistake, Composed) else how
    return sentence(
        found(Kind.CONCEPT, contract=contract.name, is_gradient=is_gradient, how=how, question=mistake.hint)
    )


def _place(mistake: Mistake, accused: Accused) -> str:
    """Of a known mistake what is done; of an edit the step, and what kind of thing is wrong there."""
    if isinstance(mistake, Composed):
        return sentence(mistake.place)
    if not isinstance(mistake, Edited):
        done, right = in_halves(mistake)
        return say("{done}.", done=done) if right else done
    edit, told = mistake.match.attempt.edit, mistake.told
    own = {function.name for function in accused.exam.contract.functions}
    targets = targets_of(edit.statement)
    piece, within = piece_of(edit)
    return sentence(
        found(
            Kind.PLACE,
            function=edit.function.name if edit.function.name in own else "",
            names=told["names"],
            how=told["how"],
            piece=piece,
            within=within,
            step=_step(edit.statement, targets),
            target=targets[0] if targets else "",
        )
    )


def _step(statement: ast.stmt, targets: Sequence[str]) -> str:
    if isinstance(statement, MAKES) and targets:
        return "makes"
    kinds = {ast.Return: "returns", ast.For: "loop", ast.While: "loop", ast.If: "branch"}
    return kinds.get(type(statement), "other")


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
