"""A whole run: every trial judged, the floors taken."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from itertools import chain

from gradproof.conformance.engine.runner import Plan, gather
from gradproof.conformance.errors import UsageError
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.power import floor, pool, submissions
from gradproof.conformance.power.equivalents import complaints, equivalents
from gradproof.conformance.power.floor import Floor
from gradproof.conformance.power.judging import Outcome
from gradproof.conformance.power.mutants import PACKAGE, Mutant, all_mutants
from gradproof.conformance.power.pool import Source
from gradproof.conformance.power.reach import Called, may_show, reached
from gradproof.conformance.power.score import Score
from gradproof.conformance.power.submissions import Trial, contracts_judging, loaded_from
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.words.said import say


@dataclass(frozen=True)
class Scope:
    """What to run: the contracts whose names match, and how many of the mutants (None: all)."""

    only: tuple[str, ...] = ()
    sample: int | None = None

    def names(self) -> tuple[str, ...]:
        """The contracts. Raises UsageError if a pattern fits none."""
        known = [contract.name for contract in all_contracts()]
        for pattern in self.only:
            if not any(fnmatchcase(name, pattern) for name in known):
                raise UsageError(
                    say("--only {names} matches no contract; see 'gradproof list contracts'", names=pattern)
                )
        return tuple(name for name in known if not self.only or any(fnmatchcase(name, each) for each in self.only))


def trials(scope: Scope, oracle: Oracle) -> tuple[Trial, ...]:
    """What is judged. A mutant is judged by all contracts of its stem or not at all, so that no survivor is made up."""
    names = set(scope.names())
    mutants = [each for each in all_mutants() if names & {*contracts_judging(each.stem)}]
    called = reached((contract_named(name) for name in _judging(mutants)), oracle)
    chosen = (_mutant_trial(each, called) for each in sampled(mutants, scope.sample))
    others = chain(submissions.misconceptions(), submissions.variants())
    return (*(each for each in others if names & {*each.contracts}), *chosen)


def _judging(mutants: Sequence[Mutant]) -> Iterator[str]:
    return (name for stem in dict.fromkeys(each.stem for each in mutants) for name in contracts_judging(stem))


def _mutant_trial(mutant: Mutant, called: Mapping[str, Called]) -> Trial:
    """Judged by the contracts of its stem that call what is changed."""
    judging = (name for name in contracts_judging(mutant.stem) if may_show(mutant, name, called))
    return Trial("mutant", mutant.id, tuple(judging))


def sampled(mutants: Sequence[Mutant], count: int | None) -> Sequence[Mutant]:
    """As many of them, the same ones wherever they stand: those whose ids have the smallest hashes."""
    return mutants if count is None else sorted(mutants, key=lambda each: sha256(each.id.encode()).digest())[:count]


def measured(
    todo: Sequence[Trial],
    floors: Sequence[Floor],
    source: Source,
    workers: int | None = None,
    tick: Callable[[str], None] = lambda _kind: None,
) -> Score:
    """Judge the trials. The same for any number of workers. ``tick`` is told the kind of each as it is done."""
    started = time.perf_counter()
    judged = pool.outcomes(todo, source, workers, tick)
    listed = equivalents()
    told = tuple(complaints(listed, {mutant.id for mutant in all_mutants()}, judged))
    return Score(source.oracle, tuple(judged), listed, tuple(floors), told, time.perf_counter() - started)


def names_of(scope: Scope, recorded: Score, workers: int | None = None) -> list[Outcome]:
    """Whether each mutant that contracts in scope are the first to kill is given a name. The record says which."""
    names, known = set(scope.names()), {mutant.id for mutant in all_mutants()}
    killed = (each for each in recorded.of("mutant") if each.killers and each.trial.name in known)
    first = [(each.trial.name, each.killers[0].partition(".")[0]) for each in killed]
    todo = [Trial("mutant", name, (contract,)) for name, contract in first if contract in names]
    return pool.outcomes(todo, Source(recorded.oracle, names=True), workers)


def floors_of(scope: Scope, oracle: Oracle, cases: int | None = None) -> Iterator[Floor]:
    """The detection floor of every contract in scope."""
    with loaded_from(PACKAGE) as session:
        for name in scope.names():
            contract = contract_named(name)
            yield from floor.floors(gather(contract, session, oracle, Plan((contract,), cases=cases)))
