"""What a submission gives on the cases of all contracts, before any of it is judged: the answers may come later."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial

from gradproof.conformance.checks.records import CaseRecord, ContractRun
from gradproof.conformance.checks.verdicts import Plan, cases_of, compared, exam_of
from gradproof.conformance.engine.our_faults import sure
from gradproof.conformance.harness.session import Session
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Contract


@dataclass
class Gathered:
    """What came back on a contract's cases, and the seconds that it took."""

    records: list[Callable[[], CaseRecord]] = field(default_factory=list)
    seconds: float = 0.0

    def exam(self, contract: Contract, session: Session, oracle: Oracle, plan: Plan) -> ContractRun:
        """What is judged. Waits for the answers."""
        return exam_of(contract, [record() for record in self.records], session, oracle, plan)


def gathered(
    session: Session, oracle: Oracle, plan: Plan, tick: Callable[[str], None] = lambda _name: None
) -> dict[str, Gathered]:
    """Put the cases of all contracts to the submission, one contract after the other. ``tick`` is told each.

    What has its answer already is compared while the submission is at work on the case that is following. A contract
    that our own code fails at is left out: it fails again where it is judged, and is told there.
    """
    made: dict[str, Gathered] = defaultdict(Gathered)
    left_out: set[str] = set()
    for contract, case, following in _asked(oracle, plan):
        name, begun = contract.name, time.perf_counter()
        run = partial(session.run, contract, case, following=following)
        observed = None if name in left_out else sure(run, lambda _ours: None)
        if observed is None:
            left_out.add(name)
            made.pop(name, None)
            continue
        record = cache(partial(compared, contract, case, observed, oracle))
        if oracle.is_ready(case):
            with suppress(Exception):
                record()
        made[name].records.append(record)
        made[name].seconds += time.perf_counter() - begun
        if following is None or following.contract != name:
            tick(name)
    return dict(made)


def _asked(oracle: Oracle, plan: Plan) -> Iterator[tuple[Contract, Case, Case | None]]:
    """Each case and the one after it, be it of another contract. Those of a contract are drawn when they are needed."""
    last: tuple[Contract, Case] | None = None
    for contract in plan.contracts:
        for case in sure(partial(cases_of, contract, oracle, plan, plan.dialect, plan.cases), lambda _ours: ()):
            if last is not None:
                yield *last, case
            last = contract, case
    if last is not None:
        yield *last, None
