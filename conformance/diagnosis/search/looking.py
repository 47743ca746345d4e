"""The search: every edit of every way, the plainest first, given up at the first case that disagrees."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby

import numpy as np

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.diagnosis.candidates import NONE, Accused, Facts, is_outweighed
from gradproof.conformance.diagnosis.search import pairs, solving
from gradproof.conformance.diagnosis.search.attempts import Attempt, Budget, attempts_of, calls, runs
from gradproof.conformance.diagnosis.search.comparing import (
    Agreement,
    Comparer,
    can_explain,
    can_tell,
    complaints,
    explained,
    is_nothing_but,
    size,
)
from gradproof.conformance.diagnosis.search.kinds import plainness
from gradproof.conformance.diagnosis.search.reach import Aims, Given, Reach
from gradproof.conformance.diagnosis.search.ways import Way, way_of_impl, ways_of
from gradproof.conformance.harness.global_state.generators import generators_put_back
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.findings import Kind

MOST_ATTEMPTS = 4000  # of a way, the plainest first: more than any layer has
PLAIN_ENOUGH = 1  # how plain what nobody looks beyond is, though it differs in what nobody is charged with
MOST_CALLS = 3_600_000  # that the edits of a layer may take together, a bound that no machine moves
MOST_CALLS_OF_A_NETWORK = 2_400_000  # of which a call takes longer
MOST_CALLS_OF_TWO = 1_500_000  # that the plain edits of a way may take again, each once
MOST_PAIRS = 40  # of edits that are tried together
CHANGES = ("all", "any", "some")  # of what is wrong: see Aims
IN_LAYERS = 0.5  # of a level later come the plain edits of a network's layers, where no layer is offered by itself
LEAST_VALUES = 3  # wrong numbers that must be the same, for a name to be more than chance


@dataclass(frozen=True)
class Match:
    """An edit that contradicts nothing, the facts that it explains, and in how much it disagrees beside them."""

    attempt: Attempt
    explains: Facts
    observations: tuple[str, ...]
    unlike: int
    is_in_part: bool = False  # whether something else is wrong in it as well as in the submission, differently


def matches(accused: Accused, sought: Facts) -> list[Match]:
    """The edits that explain some of what is sought of what failed; none where nothing came back.

    The plainest edits of all ways are looked at first, and no others where one of them explains all. To ``impl``, where
    there are textbooks, only plain ones are made. Of a network what explains a part leaves half to what explains all.
    """
    dialect = accused.exam.records[0].case.dialect
    wanted = frozenset(fact for fact in sought if can_explain(fact, accused))
    found: list[Match] = []
    if not wanted or not any(record.observed.arrays for record in accused.exam.records):
        return found
    with generators_put_back(), np.errstate(all="ignore"):
        contract = accused.exam.contract
        budget = Budget(MOST_CALLS_OF_A_NETWORK if contract.transplants else MOST_CALLS)
        textbooks = [_Search(accused, way, dialect, budget, sought) for way in ways_of(contract, dialect)]
        others = [_Search(accused, way, dialect, budget, sought) for way in way_of_impl(contract, dialect)]
        levels = sorted({level for search in (*textbooks, *others) for level in search.attempts})
        for how_plain, change in rounds(levels, contract.transplants):
            is_plain = how_plain <= PLAIN_ENOUGH or not textbooks
            kept_for_later = budget.left // 2 if change == CHANGES[-1] and contract.transplants else 0
            budget.left -= kept_for_later
            for search in (*textbooks, *others) if is_plain else textbooks:
                found.extend(search.matches(how_plain, change))
                if any(wanted <= match.explains and not match.unlike for match in found):
                    return found
            budget.left += kept_for_later
            if how_plain >= PLAIN_ENOUGH and any(wanted <= match.explains for match in found):
                return found  # that one differs in nothing else is looked for among the plain ones alone
            together = (match.explains for match in found if not match.is_in_part)
            if how_plain >= PLAIN_ENOUGH and contract.transplants and wanted <= NONE.union(*together):
                return found  # several plain ones that explain a network together are told before one that is not
        if not wanted <= NONE.union(*(match.explains for match in found)) and not contract.transplants:
            found.extend(chain.from_iterable(search.of_two() for search in textbooks))
    return found


def rounds(levels: Sequence[float], is_network: bool) -> Iterator[tuple[float, str]]:
    """In which order levels are gone through, and by what edits change: within a level what changes all comes first.

    Of a layer what may explain all comes before what explains a part, as far as one level beyond the plain ones, and
    what is known to change all before that of which nobody knows: of those there are more.
    """
    last = -1 if is_network else PLAIN_ENOUGH + 1
    near, far = [each for each in levels if each <= last], [each for each in levels if each > last]
    plain = [each for each in near if each < last]
    yield from ((level, change) for change in CHANGES[:2] for level in plain)
    yield from ((level, change) for level in near[len(plain) :] for change in CHANGES[:2])
    yield from ((level, CHANGES[2]) for level in near)
    yield from ((level, change) for level in far for change in CHANGES)


@dataclass(frozen=True, eq=False)
class _Search:
    """The edits of one way held against one submission."""

    accused: Accused
    way: Way
    dialect: Dialect
    budget: Budget
    sought: Facts

    @cached_property
    def failing(self) -> list[CaseRecord]:
        """A case of each scenario that shows a wrong value, and those that complaints are told of; small ones first."""
        told = (*self.accused.smallest.values(), *self.accused.complained_of.values())
        records = [record for record in told if record in self.records]
        return sorted({id(r): r for r in records}.values(), key=size)

    @cached_property
    def quickest(self) -> list[CaseRecord]:
        """Those of them in which anything can be the same, those in which the way calls the least first."""
        return sorted(filter(can_tell, self.failing), key=self.price.__getitem__)

    @cached_property
    def price(self) -> dict[CaseRecord, int]:
        """How many calls the way takes on each failing case, as often as it is run: the first time takes more."""
        return {record: calls(self.way, record, self.is_local) for record in self.outset}

    @cached_property
    def records(self) -> list[CaseRecord]:
        """Those that have an answer for certain."""
        return [record for record in self.accused.exam.records if not record.contract.may_refuse(record.case)]

    @cached_property
    def is_local(self) -> bool:
        """Whether the submission knows the suite's seed."""
        return isinstance(self.accused.exam.session, LocalSession)

    @cached_property
    def outset(self) -> dict[CaseRecord, Given]:
        """What the way gives on the failing cases as it is. Asked before anything is edited."""
        return {record: runs(self.way, record, self.is_local)[0].observed.arrays for record in self.failing}

    @cached_property
    def comparers(self) -> dict[CaseRecord, Comparer]:
        """One for each case, the failing ones first."""
        return {
            record: Comparer(record, self.accused, self.way, self.is_local, self.outset.get(record, {}))
            for record in dict.fromkeys((*self.quickest, *self.records))
        }

    @cached_property
    def attempts(self) -> dict[float, list[Attempt]]:
        """The edits of the way by how plain they are; none if the way itself gives what is to be explained."""
        if not self.quickest or not self.outset[self.failing[0]] or self._is_wrong_alike():
            return {}
        told = {record.case.scenario: record for record in self.failing}
        contract = self.accused.exam.contract
        reaching = list(told.values())[: 1 if contract.transplants else None]  # what one scenario reaches is much
        attempts = attempts_of(self.way, contract, self.dialect, reaching)
        by_level = groupby(attempts[:MOST_ATTEMPTS], key=_plainness)
        found: dict[float, list[Attempt]] = {level: list(alike) for level, alike in by_level}
        if contract.transplants and not any(map(_is_of_a_layer, self.accused.exam.session.inventory.functions)):
            inner = attempts_of(self.way, contract, self.dialect, reaching, in_layers=True)
            plain = groupby(inner, key=_plainness)
            found |= {level + IN_LAYERS: list(alike) for level, alike in plain if level <= PLAIN_ENOUGH}
        return found

    def matches(self, how_plain: float, change: str) -> list[Match]:
        """The matches among the edits that are so plain, and change so much."""
        likely = filter(self._aims.may_explain, self.attempts.get(how_plain, ()))
        return list(filter(None, (self._match(each) for each in likely if self._aims.changes(each) == change)))

    def of_two(self) -> Iterator[Match]:
        """The matches of two plain edits that give one value together."""
        plain = [each for level in range(PLAIN_ENOUGH + 1) for each in self.attempts.get(level, ())]
        likely = [each for each in plain if each.edit.code is not None and self._aims.may_explain(each)]
        shown = pairs.telling(self.records, self.accused.every)
        if len(likely) > 1 and shown:
            price = sum(calls(self.way, record, self.is_local) for record in shown)
            tried = pairs.likely(self.way, likely[: MOST_CALLS_OF_TWO // price], shown, self.is_local)
            self.budget.left = MOST_PAIRS * sum(self.price[each] for each in self.quickest)
            yield from filter(None, map(self._confirmed, tried[:MOST_PAIRS]))

    def _is_wrong_alike(self) -> bool:
        """Whether the way as it is explains all: of an edit that is no merit."""
        return all(self._same_in(record) for record in self.failing) and self.accused.every <= self.given

    def _same_in(self, record: CaseRecord) -> bool:
        return bool((found := self.comparers[record].agreement()) and found.same)

    @cached_property
    def _aims(self) -> Aims:
        return Aims(
            self.accused, self.records, self.comparers, Reach(self.way, self.outset, self.is_local), self.sought
        )

    @cached_property
    def given(self) -> Facts:
        """What the way explains as it is, where it is no right one: of an edit that is no merit."""
        found = {record: comparer.agreement() for record, comparer in self.comparers.items()}
        kept = {record.case.index: each for record, each in found.items() if each is not None}
        return explained(kept, self.accused, self._alike()) if len(kept) == len(found) else NONE

    @cached_property
    def _complaining(self) -> dict[Kind, list[CaseRecord]]:
        """What the contract itself complains of, and the cases where it does."""
        found: dict[Kind, list[CaseRecord]] = {}
        for record in self.records:
            for kind in complaints(record):
                found.setdefault(kind, []).append(record)
        return found

    def _alike(self) -> frozenset[Kind]:
        """What the contract complains of in the way as it is now in the same cases as in the submission."""
        if not self._complaining:
            return frozenset()
        own = {record: complaints(runs(self.way, record, self.is_local)[0]) for record in self.records}
        told = self._complaining.items()
        return frozenset(kind for kind, where in told if where == [r for r in self.records if kind in own[r]])

    def _match(self, attempt: Attempt) -> Match | None:
        """The match of an edit, at the number that fits if one is free; None if there is none."""
        if self.budget.left <= 0 or attempt.edit.code is None:
            return None
        if not attempt.edit.has_parameter:
            return self._confirmed(attempt)
        solved = solving.numbers(attempt, self._targets(attempt), self.is_local, self._spend)
        for exact in chain(solving.usual(attempt), solved):
            tried = dict.fromkeys((exact, solving.meant(exact, attempt.edit.kind in solving.GUARDS)))
            if found := next(filter(None, (self._confirmed(attempt.with_number(each)) for each in tried)), None):
                rounded = (self._confirmed(attempt.with_number(number)) for number in solving.rounded(exact))
                return next(filter(None, rounded), found)
        return None

    def _spend(self, record: CaseRecord) -> None:
        self.budget.left -= self.price[record]

    def _targets(self, attempt: Attempt) -> list[solving.Target]:
        """The values that a number may be solved for from: any one that the edit changes for certain, or all.

        And one more, for where the first has no value left and right of the number: a root of 1 - decay_rate.
        """
        reached, targets = self._aims.reach.of(attempt), solving.targets(self.accused, self.failing)
        return targets if reached is None else [each for each in targets if each[1] in reached][:2]

    def _confirmed(self, attempt: Attempt) -> Match | None:
        """The match of an edit if it contradicts no case and explains some fact."""
        in_part = attempt.number is None and attempt.other is None and plainness(attempt.edit) <= PLAIN_ENOUGH
        with attempt.made():
            if not self._explains_one(in_part):
                return None
            agreements: dict[int, Agreement] = {}
            for record, comparer in self.comparers.items():
                found = comparer.agreement(in_part)
                if found is None:
                    return None
                agreements[record.case.index] = found
            facts = explained(agreements, self.accused, self._alike())
        against = frozenset[str]().union(*(each.against for each in agreements.values()))
        if against:
            facts = frozenset(fact for fact in facts if isinstance(fact[0], int) and fact[1] not in against)
        if facts <= self.given:
            return None
        values = sum(each.values for each in agreements.values())
        if values < LEAST_VALUES + (attempt.number is not None) and not solving.is_usual_guard(attempt):
            return None
        names = {name for each in agreements.values() for name in each.same} - against
        written = getattr(attempt.edit.new, "value", None) if attempt.number is None else attempt.number
        is_chance = isinstance(written, int | float) and is_nothing_but(written, agreements, self.records)
        if is_chance or is_outweighed(names, against, self.accused):
            return None
        unlike, order = sum(each.unlike for each in agreements.values()), self.accused.exam.contract.observes
        return Match(attempt, facts, tuple(name for name in order if name in names), unlike, bool(against))

    def _explains_one(self, in_part: bool) -> bool:
        """Whether it is wrong as the submission is in a smallest failing case, and contradicts none before."""
        against: set[str] = set()
        for record in self.quickest:
            self._spend(record)
            found = self.comparers[record].agreement(in_part)
            if found is None or found.same:
                return found is not None
            against |= found.against
            if not self._aims.ended and self._aims.charged <= against:
                return False
        return False


def _plainness(attempt: Attempt) -> int:
    return plainness(attempt.edit)


def _is_of_a_layer(function: str) -> bool:
    """Whether a function that is offered is a layer's, which is judged by itself."""
    return function.endswith("_forward")
