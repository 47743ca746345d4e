"""Whose fault a failure is: one bug is charged once, to the contract and check where it is made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from gradproof.conformance.checks import points
from gradproof.conformance.checks.records import ContractRun
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.table import CHECKS
from gradproof.conformance.checks.verdicts import Plan, gather, results_of, unjudged
from gradproof.conformance.diagnosis.explain import by_convention, by_mistake
from gradproof.conformance.engine.handed_out import excused
from gradproof.conformance.engine.our_faults import explained, sure
from gradproof.conformance.harness.session import Session, transplanting
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import CheckName, Kind, found


class When(Enum):
    """On what an edge of blame depends."""

    ALWAYS = "the cause failed"
    SAME_SUBJECT = "the cause complains of the same value or function"
    UNMADE = "the cause kept the layer's own check of that name from being made"


@dataclass(frozen=True)
class Edge:
    """A failure of ``cause`` in a contract below explains one of ``effect`` in a contract that builds on it."""

    cause: str
    effect: str
    when: When


def edges(contract: Contract) -> tuple[Edge, ...]:
    """What may explain a contract's failures, of every contract below it.

    The same check does, or one that it depends on. A failure of the interface does if it kept the layer's own check
    from being made, if the complaint is about the same value, or if the contract has no functions of its own. A
    contract that borrows a forward is not excused by the backward that it does not use.
    """
    borrows_forwards = bool(contract.borrowed) and not contract.transplants
    unused = (CheckName.GRADIENT, CheckName.FINITE_DIFFERENCE) if borrows_forwards else ()
    return tuple(
        Edge(cause, effect, when)
        for effect in CheckName
        for cause, when in _causes(effect, has_own=bool(contract.own_functions()))
        if cause not in unused
    )


def _causes(effect: str, has_own: bool) -> Iterator[tuple[str, When]]:
    yield from ((cause, When.ALWAYS) for cause in (effect, *dependencies(effect)) if cause != CheckName.INTERFACE)
    if effect != CheckName.INTERFACE:
        yield CheckName.INTERFACE, When.UNMADE
    else:
        yield CheckName.INTERFACE, When.SAME_SUBJECT if has_own else When.ALWAYS


@cache
def dependencies(check: str) -> frozenset[str]:
    """The checks whose failure explains one of this check, directly or by way of others."""
    direct = next((*row.after, *row.yields_to, *row.within) for row in CHECKS if row.name == check)
    return frozenset(direct).union(*map(dependencies, direct))


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
            return explained(results, lambda told: by_mistake(told, exam))


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

    def own(self, name: str) -> ContractResults:
        """A contract's results, in whatever state the layers below are; none if the submission does not offer it."""
        if name not in self._known:
            contract, offered = contract_named(name), set(self.session.inventory.functions)
            is_offered = contract in self.plan.contracts or contract.is_offered(offered)
            self._known[name] = self.anew(contract) if is_offered else ContractResults(())
        return self._known[name]

    def attributed(self, name: str) -> tuple[tuple[Result, ...], str]:
        """What :func:`attribute` gives for a contract."""
        if name not in self._attributed:
            given, contract = name in self.plan.handed_out, contract_named(name)
            self._attributed[name] = sure(
                lambda: (excused(self.own(name).results), "") if given else attribute(contract, self),
                lambda ours: (unjudged(contract, self.plan, ours), ""),
            )
        return self._attributed[name]

    def anew(self, contract: Contract) -> ContractResults:
        """A contract's results, whatever is known of it. Where our own code fails they are broken."""
        return sure(
            lambda: of_contract(gather(contract, self.session, self.oracle, self.plan), self.oracle, self.plan),
            lambda ours: ContractResults(unjudged(contract, self.plan, ours)),
        )


def attribute(contract: Contract, attribution: Attribution) -> tuple[tuple[Result, ...], str]:
    """The results of a contract in the light of the layers it builds on: one bug is charged once.

    A network is judged again with proven layers in place of those that failed, and the second verdict counts, with a
    note that says so. What else fails is skipped if a failure below explains it.
    """
    own = attribution.own(contract.name)
    if not _count_bad(own.results):
        return own.explained(own.results), ""
    others: Mapping[str, tuple[Result, ...]] = {name: attribution.own(name).results for name in contract.builds_on}
    note = ""
    if contract.transplants:
        layers = [name for name in others if not contract_named(name).transplants]
        own, note, others = _recovered(contract, own, layers, others, attribution)
    return own.explained(_excused(contract, own.results, others, attribution)), note


def _recovered(
    contract: Contract,
    own: ContractResults,
    layers: Sequence[str],
    others: Mapping[str, tuple[Result, ...]],
    attribution: Attribution,
) -> tuple[ContractResults, str, Mapping[str, tuple[Result, ...]]]:
    """A network's results with proven layers in place of those that failed, a note, and what may still excuse it.

    One layer is tried alone before all of them together, so that the one to blame is named. Where the network gets
    worse by it, because it relies on how its own layers are made, its own results stay and its layers' failures excuse
    it; where it gets no better, the fault is its own.
    """
    broken = [name for name in layers if _count_bad(others[name])]
    networks = {name: results for name, results in others.items() if name not in layers}
    is_worse = False
    for names in dict.fromkeys((*((name,) for name in broken), tuple(broken))):
        again = _with_proven(names, contract, attribution) if names else own
        bad = _count_bad(again.results)
        is_worse |= bad > _count_bad(own.results) or _count_errors(again.results) > _count_errors(own.results)
        says_else = _claims(again.results) != _claims(own.results)
        if not bad or (names == tuple(broken) and says_else and not is_worse):
            note = f"{contract.name}: judged with a proven {', '.join(names)} in place of its own, which failed"
            return again, note, networks
    return own, "", others if is_worse else networks


def _with_proven(layers: Sequence[str], contract: Contract, attribution: Attribution) -> ContractResults:
    """The results of a network with proven layers. All functions that share a forward are replaced together."""
    functions = {f.name for name in layers for f in contract_named(name).functions}
    kin = [contract_named(name).functions for name in contract.builds_on]
    functions |= {f.name for row in kin if any(g.name in functions for g in row) for f in row}
    offered = attribution.session.inventory.functions
    with transplanting(attribution.session, tuple(sorted(functions.intersection(offered)))):
        return attribution.anew(contract)


def _count_bad(results: Sequence[Result]) -> int:
    return sum(result.status.is_bad and result.required for result in results)


def _count_errors(results: Sequence[Result]) -> int:
    return sum(result.status == Status.ERRORED for result in results)


def _claims(results: Sequence[Result]) -> list[list[object]]:
    return [[finding.claim for finding in result.findings] for result in results]


def _excused(
    contract: Contract, own: tuple[Result, ...], others: Mapping[str, Sequence[Result]], attribution: Attribution
) -> tuple[Result, ...]:
    """The results, those skipped that failures below explain; of several explanations the one that earned least."""

    def earned(other: Result) -> float:
        return points.share_earned(attribution.attributed(other.contract)[0])

    bad = {result.check: _explanations(contract, result, others) for result in own if result.status.is_bad}
    explained = {check: min(causes, key=earned) for check, causes in bad.items() if causes}
    plan = attribution.plan
    kept = {check: plan.hides(other.contract, other.check) for check, other in explained.items()}
    results = tuple(_excused_by(explained[r.check], r, kept[r.check]) if r.check in explained else r for r in own)
    return points.with_share_below(results, {check: earned(other) for check, other in explained.items()})


def _excused_by(cause: Result, result: Result, is_told: bool) -> Result:
    """The result, not charged. What was found stays where the cause is hidden: that is all that a student is told."""
    told = found(Kind.EXCUSED, check=cause.check, contract=cause.contract, status=cause.status.value)
    plain = replace(result, status=Status.SKIPPED, findings=(told, *(result.findings if is_told else ())), worst=None)
    return replace(plain, hint="", discreet_hint="", diagnosis=None, replay=None)


def _explanations(contract: Contract, result: Result, others: Mapping[str, Sequence[Result]]) -> list[Result]:
    """For each contract below that explains this failure, its first failure that does."""
    towards = {edge.cause: edge.when for edge in edges(contract) if edge.effect == result.check}
    below = [{o.check: o for o in others.get(name, ()) if o.required} for name in contract.builds_on]
    first = (next((o for o in each.values() if _explains(o, result, each, towards)), None) for each in below)
    return [other for other in first if other is not None]


def _explains(cause: Result, effect: Result, below: Mapping[str, Result], towards: Mapping[str, When]) -> bool:
    """Whether a failure below explains one above, by the edge between them."""
    if not cause.status.is_bad:
        return False
    match towards.get(cause.check):
        case When.ALWAYS:
            return True
        case When.SAME_SUBJECT:
            return effect.findings[0].subject == cause.findings[0].subject
        case When.UNMADE:
            own = below.get(effect.check)
            return own is not None and own.status == Status.SKIPPED
    return False
