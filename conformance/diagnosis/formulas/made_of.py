"""What is told of the formulas that give what came back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gradproof.conformance.checks.messages import STEP
from gradproof.conformance.diagnosis.candidates import Accused, Candidate, Facts
from gradproof.conformance.diagnosis.formulas.fitting import Formula, formula_of
from gradproof.conformance.diagnosis.formulas.places import Relation
from gradproof.conformance.diagnosis.search.attempts import DROPPING
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.findings import Finding, Kind, found

MOST_OBSERVATIONS = 3  # that a formula is looked for of
LIKE: Mapping[Relation, str] = {
    **dict.fromkeys((Relation.IS, Relation.OF), "replaced"),
    **dict.fromkeys((Relation.TIMES, Relation.OVER), "factor"),
    **dict.fromkeys((Relation.MORE, Relation.LESS), "part"),
}


@dataclass(frozen=True)
class Composed:
    """A mistake of which it is known what comes of it, as a misconception is told."""

    id: str
    formula: Formula
    says: str
    hint: str = ""

    @property
    def how(self) -> str:
        """The change of a formula that it is most like, by which the question is chosen that goes with it."""
        return LIKE[self.formula.relation]

    @property
    def place(self) -> Finding:
        """What the wrong value is made of, without the formula."""
        formula = self.formula
        quantities = tuple(sorted(each for each in formula.term.names if not each.isdigit()))
        return found(
            Kind.MADE_OF,
            observation=formula.name,
            relation=str(formula.relation),
            region=formula.region.kind,
            where=formula.region.text,
            quantities=quantities,
        )


def candidates(accused: Accused, checks: Collection[str]) -> list[Candidate]:
    """A formula of each wrong value of these checks that has one, and with it of those that follow from that.

    None of networks, whose values are too far from what they are made of, of what comes step by step, and where what is
    right depends on what was drawn.
    """
    contract = accused.exam.contract
    names = {str(name) for check in checks for place, name in accused.facts[check] if isinstance(place, int)}
    is_drawn = contract.takes_seed or contract.name in DROPPING
    if contract.transplants or is_drawn or any(map(STEP.search, names)):
        return []
    ordered = [name for name in contract.observes if name in names][:MOST_OBSERVATIONS]
    formulas = {name: formula for name in ordered if (formula := formula_of(name, accused)) is not None}
    return [
        Candidate(_composed(contract.name, formula), _facts(formula, formulas), 0)
        for formula in formulas.values()
        if not formula.follows_from
    ]


def _composed(contract: str, formula: Formula) -> Composed:
    told = found(
        Kind.COMPOSED,
        observation=formula.name,
        is_of_the_right=formula.relation != Relation.IS,
        formula=formula.text,
        region=formula.region.kind,
        where=formula.region.text,
    )
    return Composed(f"{contract}:formula:{formula.name}", formula, sentence(told))


def _facts(formula: Formula, every: Mapping[str, Formula]) -> Facts:
    """The values that are wrong by a formula: its own, and those that would be right if that were."""
    own: Facts = frozenset((case, formula.name) for case in formula.cases)
    following = (each for each in every.values() if formula.name in each.follows_from)
    return own.union(*(_facts(each, every) for each in following))
