"""The shortest formula that gives what came back, in every case in which it is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gradproof.conformance.diagnosis.candidates import Accused
from gradproof.conformance.diagnosis.formulas.places import SIGNS, Place, Relation, numbers_of
from gradproof.conformance.diagnosis.formulas.regions import WRONG, Region, regions_of
from gradproof.conformance.diagnosis.formulas.tables import MOST_PARTS, Table
from gradproof.conformance.diagnosis.formulas.terms import OF_ONE, Bank, Term, joined
from gradproof.conformance.diagnosis.search.ways import way_of_impl, ways_of

SHORT = 3  # parts, of a formula beside which no pair of terms is looked for
SMALL = 250  # numbers of a case, by which terms are told apart at ease
LEAST_NUMBERS = 6  # that are wrong, for a formula to be more than chance
MOST_TRIED = 40  # formulas, the shortest first, that two cases do not tell apart
RELATED = 2  # parts more, where the right value is needed to tell it


OF_PAIRS = (Relation.IS, Relation.TIMES, Relation.MORE)  # the others are these, of a pair turned round


@dataclass(frozen=True)
class Formula:
    """What gives an observation as it came back.

    Args:
        name: of the observation.
        relation: to the right value.
        term: the formula.
        region: of the observation where it holds.
        cases: where the observation is wrong.
        follows_from: of a right formula the observations in it, of which one must be wrong.
    """

    name: str
    relation: Relation
    term: Term
    region: Region
    cases: frozenset[int]
    follows_from: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """As NumPy has it; the right value goes by the name of the observation."""
        return (
            self.term.text
            if self.relation not in SIGNS
            else joined(SIGNS[self.relation], Term(self.name), self.term).text
        )


def formula_of(name: str, accused: Accused) -> Formula | None:
    """The shortest formula of an observation that is wrong; None if there is none."""
    contract, dialect = accused.exam.contract, accused.exam.records[0].case.dialect
    ways = (*ways_of(contract, dialect)[:1], *way_of_impl(contract, dialect))
    judged = [Place(record, name, ways) for record in accused.exam.records if name in record.comparisons]
    wrong = [place for place in judged if (place.record.case.index, name) in accused.every]
    shown = _shown(wrong)
    if len(shown) < 2 or sum(int(place.wrong.sum()) for place in wrong) < LEAST_NUMBERS:
        return None
    for relation, term in _fitting(shown):
        if all(place.gives(relation, term) for place in wrong):
            regions = regions_of(wrong[0].record.case, wrong[0].seen.got.shape)
            region = next((r for r in regions if all(place.gives(relation, term, r) for place in judged)), WRONG)
            is_right = relation == Relation.IS and all(place.is_right(term) for place in shown)
            before = term.names & frozenset(contract.observes) if is_right else frozenset()
            return Formula(name, relation, term, region, frozenset(p.record.case.index for p in wrong), before)
    return None


def _shown(wrong: Sequence[Place]) -> tuple[Place, ...]:
    """Two small cases by which terms are told apart: of the same axes, which are as long as 3 if there are such."""
    exact = [place for place in wrong if place.record.case.dtype == "float64" and place.seen.got.size]
    exact = [place for place in exact if np.isfinite(place.seen.got).all()]
    alike = (pair for pair in combinations(exact, 2) if pair[0].shapes == pair[1].shapes)
    return min(alike, key=lambda pair: tuple(map(sum, zip(*map(_cost_of_case, pair), strict=True))), default=())


def _cost_of_case(place: Place) -> tuple[int, ...]:
    arrays = place.record.case.inputs.values()
    lengths = [length for array in arrays for length in array.shape]
    size = sum(array.size for array in arrays)
    return size > SMALL, sum(each < 2 for each in lengths), len(lengths), sum(each < 3 for each in lengths), size


def _fitting(shown: Sequence[Place]) -> Iterator[tuple[Relation, Term]]:
    """The formulas that two cases do not contradict, the shortest first."""
    table = Table(Bank([place.quantities for place in shown]), shown)
    got = numbers_of([place.seen.got[np.newaxis] for place in shown], shown)[0]
    right = numbers_of([place.seen.expected[np.newaxis] for place in shown], shown)[0]
    if not got.any():
        return  # whatever vanishes has these values
    of_the_right = [(Relation.OF, Term(how, 2, (Term(shown[0].name),))) for how in OF_ONE]
    if len(set(got.tolist())) < 2 or not table.terms:
        yield from of_the_right
        return
    every = {
        Relation.IS: got,
        Relation.TIMES: got / right,
        Relation.OVER: right / got,
        Relation.MORE: got - right,
        Relation.LESS: right - got,
    }
    targets = {relation: of for relation, of in every.items() if np.isfinite(of).all() and of.any()}
    alone = [(relation, term) for relation, of in targets.items() for term in table.alone(of)]
    short = [each for each in alone if _cost(each)[0] <= SHORT]
    yield from sorted(short, key=_cost)[:MOST_TRIED]
    yield from of_the_right
    paired = [(each, term) for each in OF_PAIRS if each in targets for term in table.in_pairs(targets[each])]
    longer = [
        each for each in (*(each for each in alone if _cost(each)[0] > SHORT), *paired) if _cost(each)[0] <= MOST_PARTS
    ]
    yield from sorted(longer, key=_cost)[:MOST_TRIED]


def _cost(found: tuple[Relation, Term]) -> tuple[int, int]:
    relation, term = found
    return term.parts + RELATED * (relation != Relation.IS), len(term.text)
