"""Whose fault a failure is: one bug is charged once, to the contract and check where it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gradproof.conformance.checks import points
from gradproof.conformance.checks.records import ContractRun
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.verdicts import Plan, gather, results_of, unjudged
from gradproof.conformance.diagnosis.explain import by_convention, by_mistake
from gradproof.conformance.engine.excuses import explanations, takes_a_cache
from gradproof.conformance.engine.handed_out import excused
from gradproof.conformance.engine.our_faults import explained, sure
from gradproof.conformance.engine.recollection import recalled
from gradproof.conformance.harness.session import Session, transplanting
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import Kind, found
from gradproof.conformance.spec.words.said import say


@dataclass(frozen=True)
class ContractResults:
    """The results of a contract, what they come from if there is anything to explain, and whose layers were used.

    Mistakes are looked for at the end, in what is charged then: to name one takes longer than to judge.
    """

    results: tuple[Result, ...]
    exam: ContractRun | None = None
    transplanted: tuple[str, ...] = ()

    def explained(self, results: tuple[Result, ...]) -> tuple[Result, ...]:
        """The results, as they are charged in the end, with the mistakes behind them."""
        if self.exam is None:
            return results
        exam = self.exam
        with transplanting(exam.session, self.transplanted):
            return recalled(results, exam, lambda these: explained(these, lambda told: by_mistake(told, exam)))


def of_contract(exam: ContractRun, oracle: Oracle, plan: Plan) -> ContractResults:
    """What the checks find on a contract's cases, with the convention that would explain it."""
    results = explained(results_of(exam, plan), lambda told: by_convention(told, exam, oracle, plan))
    is_bad = any(result.status.is_bad for result in results)
    return ContractResults(results, exam if is_bad else None, exam.session.transplanted)


class Attribution:
    """The results of contracts on one submission, each found when first asked for, and charged where due."""

    def __init__(
        self, session: Session, oracle: Oracle, plan: Plan, known: Mapping[str, ContractResults] | None = None
    ) -> None:
        self.session, self.oracle, self.plan = session, oracle, plan
        self._known = dict(known or {})
        self._attributed: dict[str, tuple[tuple[Result, ...], str]] = {}
        self.blamed: set[str] = set()  # contracts that explain the failure of another one

    def own(self, name: str) -> ContractResults:
        """A contract's results, in whatever state the layers below are."""
        if name not in self._known:
            self._known[name] = self.anew(contract_named(name))
        return self._known[name]

    def attributed(self, name: str) -> tuple[tuple[Result, ...], str]:
        """What :func:`attribute` gives for a contract; nothing is required of one that is not due."""
        if not self.is_due(name):
            return tuple(replace(result, required=False) for result in self.own(name).results), ""
        if name not in self._attributed:
            given, contract = name in self.plan.handed_out, contract_named(name)
            self._attributed[name] = sure(
                lambda: (excused(self.own(name).results), "") if given else attribute(contract, self),
                lambda ours: (unjudged(contract, self.plan, ours), ""),
            )
        return self._attributed[name]

    def is_due(self, name: str) -> bool:
        """Whether a contract is what its functions promise, or one of the two that they may promise.

        The other one is if it is met where the first is not, or if a contract that is built on it blames it.
        """
        first = name if name not in self.plan.unasked else contract_named(name).instead_of
        other = next((each for each in self.plan.unasked if contract_named(each).instead_of == first), None)
        if other is None or first not in {contract.name for contract in self.plan.contracts}:
            return True
        if self._is_met(other):
            return name == (first if self._is_met(first) or self._is_used(first, other) else other)
        for contract in self.plan.contracts if name == other and other not in self.blamed else ():
            if other in contract.builds_on:
                self.attributed(contract.name)
        return name == first or other in self.blamed

    def _is_met(self, name: str) -> bool:
        results = [result for result in self.own(name).results if result.required]
        return not any(result.status.is_bad or result.status == Status.BROKEN for result in results)

    def _is_used(self, first: str, other: str) -> bool:
        """Whether a contract that is judged is built on the first of two, and not on the other."""
        built = (contract for contract in self.plan.contracts if first in contract.builds_on)
        return any(other not in (contract.name, *contract.builds_on) for contract in built)

    def explains(self, name: str) -> bool:
        """Whether a contract fails, is judged in the same report, and loses points if there are any to lose.

        Or it fails and is the course's own, for which nobody is charged.
        """
        is_given = name in self.plan.handed_out
        is_judged = is_given or contract_named(name) in self.plan.contracts
        if (
            not is_judged
            or not _count_bad(self.own(name).results)
            or not (name in self.plan.unasked or self.is_due(name))
        ):
            return False
        if is_given:
            return True
        is_worth = any(worth for checks in self.plan.points.values() for worth in checks.values())
        return not is_worth or any(result.points < result.max_points for result in self.own(name).results)

    def anew(self, contract: Contract) -> ContractResults:
        """A contract's results, whatever is known of it. Where our own code fails they are broken."""
        return sure(
            lambda: of_contract(gather(contract, self.session, self.oracle, self.plan), self.oracle, self.plan),
            lambda ours: ContractResults(unjudged(contract, self.plan, ours)),
        )


def attribute(contract: Contract, attribution: Attribution) -> tuple[tuple[Result, ...], str]:
    """The results of a contract in the light of the layers it builds on: one bug is charged once.

    Only what is charged in the same report explains anything. What fails is judged again with proven layers in place of
    those that failed. Of a network the second verdict counts, with a note that says so; elsewhere what it repairs is
    skipped. Where proven layers cannot be tried, a failure below explains what fails where it shows itself; of what
    nobody asked for it does only where a proven layer is seen to repair all.
    """
    own = attribution.own(contract.name)
    if not _count_bad(own.results):
        return own.explained(own.results), ""
    below = {name: attribution.own(name) for name in contract.builds_on if attribution.explains(name)}
    networks = {name: each for name, each in below.items() if contract_named(name).transplants}
    layers = tuple(name for name in below if name not in networks)
    again = _repaired(contract, own, layers, attribution)
    if again is None:
        asked = {name: each for name, each in below.items() if name not in attribution.plan.unasked}
        return own.explained(_excused(own, _explanations(contract, own, asked), attribution)), ""
    names, tried = again
    if contract.transplants or not names:
        told = say(
            "{contract}: judged with a proven {names} in place of its own, which failed",
            contract=contract.name,
            names=", ".join(names),
        )
        causes = _explanations(contract, tried, networks)
        attribution.blamed.update(names)
        return tried.explained(_excused(tried, causes, attribution)), told if names else ""
    causes = _repairs(contract, own, tried, {name: below[name] for name in names})
    pairs = zip(own.results, tried.results, strict=True)
    mixed = replace(tried, results=tuple(second if second.status.is_bad else first for first, second in pairs))
    return mixed.explained(_excused(mixed, causes, attribution)), ""


def _repaired(
    contract: Contract, own: ContractResults, layers: tuple[str, ...], attribution: Attribution
) -> tuple[tuple[str, ...], ContractResults] | None:
    """The layers in whose place proven ones repair something, and what is found then; none, if that changes nothing.

    One layer is tried alone before all of them together, so that the one to blame is named. None, if it cannot be
    tried: a function that stays is handed what a layer keeps in its cache, or the contract gets worse by it, because it
    relies on how its own layers are made; or a block of layers stays as it is, because it does not call them by name.
    """
    is_worse = has_effect = False
    together = tuple(name for name in layers if name not in attribution.plan.unasked)
    for names in filter(None, dict.fromkeys((*((name,) for name in layers), together))):
        functions = _functions_of(names, contract, attribution)
        if takes_a_cache(contract, functions):
            return None
        again = _with_proven(functions, contract, attribution)
        bad = _count_bad(again.results)
        is_worse |= bad > _count_bad(own.results) or _count_errors(again.results) > _count_errors(own.results)
        says_else = _claims(again.results) != _claims(own.results)
        has_effect |= says_else
        if not bad or (names == together and says_else and not is_worse):
            return names, again
    is_tried = contract.transplants or has_effect or not layers
    return ((), own) if is_tried and not is_worse else None


def _functions_of(layers: Sequence[str], contract: Contract, attribution: Attribution) -> tuple[str, ...]:
    """Their functions that the submission offers. All layers that share a forward are replaced together."""
    functions = {f.name for name in layers for f in contract_named(name).functions}
    kin = [row.functions for row in map(contract_named, contract.builds_on) if not row.transplants]
    functions |= {f.name for row in kin if any(g.name in functions for g in row) for f in row}
    return tuple(sorted(functions.intersection(attribution.session.inventory.functions)))


def _with_proven(functions: tuple[str, ...], contract: Contract, attribution: Attribution) -> ContractResults:
    """The results of a contract with proven functions."""
    with transplanting(attribution.session, functions):
        return attribution.anew(contract)


def _count_bad(results: Sequence[Result]) -> int:
    return sum(result.status.is_bad and result.required for result in results)


def _count_errors(results: Sequence[Result]) -> int:
    return sum(result.status == Status.ERRORED for result in results)


def _claims(results: Sequence[Result]) -> list[list[object]]:
    return [[finding.claim for finding in result.findings] for result in results]


Causes = Mapping[str, Sequence[Result]]  # check -> the failures below that explain its own


def _explanations(contract: Contract, own: ContractResults, below: Mapping[str, ContractResults]) -> Causes:
    """What explains each failure of a contract, of those below it."""
    found = {name: (each.results, each.exam) for name, each in below.items()}
    return {r.check: explanations(r, own.exam, contract, found) for r in own.results if r.status.is_bad}


def _repairs(
    contract: Contract, own: ContractResults, again: ContractResults, below: Mapping[str, ContractResults]
) -> Causes:
    """What explains each failure that is not there with proven layers: something of these layers."""
    still = {result.check for result in again.results if result.status.is_bad}
    any_of_them = [next(r for r in each.results if r.status.is_bad and r.required) for each in below.values()]
    told = _explanations(contract, own, below)
    return {check: causes or any_of_them for check, causes in told.items() if check not in still}


def _excused(own: ContractResults, causes: Causes, attribution: Attribution) -> tuple[Result, ...]:
    """The results, those skipped that failures below explain; of several explanations the one that earned least."""

    def earned(other: Result) -> float:
        if other.contract in attribution.plan.handed_out:
            return 1.0
        return points.share_earned(attribution.attributed(other.contract)[0])

    attribution.blamed.update(cause.contract for each in causes.values() for cause in each)
    explained = {check: min(each, key=earned) for check, each in causes.items() if each}
    plan = attribution.plan
    kept = {check: plan.hides(other.contract, other.check) for check, other in explained.items()}
    results = tuple(
        _excused_by(explained[r.check], r, kept[r.check]) if r.check in explained else r for r in own.results
    )
    return points.with_share_below(results, {check: earned(other) for check, other in explained.items()})


def _excused_by(cause: Result, result: Result, is_told: bool) -> Result:
    """The result, not charged. What was found stays where the cause is hidden: that is all that a student is told."""
    told = found(Kind.EXCUSED, check=cause.check, contract=cause.contract, status=cause.status.value)
    plain = replace(result, status=Status.SKIPPED, findings=(told, *(result.findings if is_told else ())), worst=None)
    return replace(plain, hint="", discreet_hint="", diagnosis=None, replay=None, picture=None)
