"""How likely a known mistake passes every check, over the seeds that cases may be drawn with: answered by torch.

    python benchmarks/escapes.py [--only GLOB] [--seeds N] [--limit P]
    python benchmarks/escapes.py --whole [--only GLOB] [--seeds N]

A class with secret cases is judged by one seed: a mistake that passes under one seed of a hundred is missed in one
class of a hundred. Each case is drawn by a generator of its own, so a mistake passes with the product of the chances
that it passes each case. That is bounded, with a confidence of 95 %, from the share of cases that it passes:

1. Under the first seeds every case is asked. Were it to pass each of k cases with chances of mean q, it passes all of
   them with q^k at most, and q is at most what the seeds leave for it (Clopper and Pearson; Hoeffding 1956: chances
   that differ only make the count less uncertain).
2. Where that does not suffice, the cases that showed the mistake under each of the first seeds are its own; if there
   are fewer than three, those that showed it most often. Only they are asked, under further seeds, up to the limit or
   to the last seed. The chance of each is bounded for itself, with a share of the doubt, so that the few that show it
   under any seed are not blurred by one that showed it by luck.

With --whole nothing is bounded: a mistake is judged as a submission is, seed by seed, by all checks, and the seeds
under which it passes are counted. Mistakes that no single case shows, such as those who write to their arguments, are
judged so under the first seeds, and listed apart: nothing that is drawn decides there. Those who pass then are told by
checks that do not count.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from fnmatch import fnmatchcase
from io import StringIO
from math import prod
from typing import NamedTuple

import numpy as np

from gradproof.conformance.checks.invariants import interface_complaints
from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.checks.table import checks_of
from gradproof.conformance.checks.verdicts import Plan, cases_of, gather, record_of, results_of
from gradproof.conformance.diagnosis.misconceptions import Misconception, all_misconceptions
from gradproof.conformance.diagnosis.simulation import session_of
from gradproof.conformance.oracle.oracle import DEFAULT_CASES, Oracle, TorchOracle, pick
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import CheckName

FIRST_SEEDS = 4
FEWEST = 3  # places that are enough
DOUBT = 0.05


Bound = tuple[str, float | None, str]


class Place(NamedTuple):
    """A case of a contract, whatever the seed."""

    contract: str
    index: int


def escapes(misconception: Misconception, oracle: Oracle) -> bool:
    """Whether every required check of every contract that the mistake gets wrong passes."""
    return all(_passes(misconception, name, oracle) for name in misconception.contracts)


def _passes(misconception: Misconception, contract: str, oracle: Oracle) -> bool:
    row, session = contract_named(contract), session_of(misconception)
    plan = Plan((row,))
    for case in cases_of(row, oracle, plan, plan.dialect, plan.cases):
        if is_shown(row, record_of(row, case, session, oracle)):
            return False
    return not any(r.status.is_bad and r.required for r in results_of(gather(row, session, oracle, plan), plan))


def is_shown(row: Contract, record: CaseRecord) -> bool:
    """Whether this case alone fails a required check."""
    names = [check.name for check in checks_of(row) if check.required and check.name not in row.advisory]
    is_odd = CheckName.INTERFACE in names and any(True for _ in interface_complaints(record))
    return is_odd or any(record.shows(name) for name in names)


def shown(mistakes: Iterable[Misconception], places: Iterable[Place], seed: int) -> Iterator[tuple[str, Place]]:
    """Each mistake and place at which it is shown under a seed. Answers are kept no longer than for their case."""
    by_contract = defaultdict(list)
    for each in mistakes:
        for name in each.contracts:
            by_contract[name].append(each)
    for place in places:
        row, oracle = contract_named(place.contract), TorchOracle(seed)
        case = draw_case(row, seed, place.index)
        for each in by_contract[place.contract]:
            if is_shown(row, record_of(row, case, session_of(each), oracle)):
                yield each.id, place


def most(passed: int, asked: int, doubt: float = DOUBT) -> float:
    """The largest chance to pass that is not refuted by as few as ``passed`` of ``asked``."""
    from scipy.stats import beta

    return 1.0 if passed >= asked else float(beta.ppf(1 - doubt, passed + 1, asked - passed))


def bound(places: int, passed: int, asked: int) -> float:
    """The chance to pass at all of the places, at most."""
    return most(passed, asked) ** places


def bounded(mistakes: Sequence[Misconception], seeds: int, limit: float) -> Iterator[Bound]:
    """Each mistake, the chance that it passes at most (None: no case shows it), and what that was measured by."""
    places = [Place(name, index) for name in _contracts(mistakes) for index in range(DEFAULT_CASES)]
    counts: dict[str, Counter[Place]] = defaultdict(Counter)
    for seed in range(1, FIRST_SEEDS + 1):
        for name, place in shown(mistakes, places, seed):
            counts[name][place] += 1
    own: dict[str, tuple[Place, ...]] = {}
    for each in mistakes:
        cases = DEFAULT_CASES * len(each.contracts)
        asked = cases * FIRST_SEEDS
        at_most = bound(cases, asked - counts[each.id].total(), asked)
        if at_most <= limit:
            yield each.id, at_most, f"{cases} cases, {FIRST_SEEDS} seeds"
        elif counts[each.id]:
            own[each.id] = _own(counts[each.id])
        else:
            passed = sum(escapes(each, pick("torch", seed, None)) for seed in range(1, FIRST_SEEDS + 1))
            yield each.id, None, f"no case shows it; by all checks it passed {passed} of {FIRST_SEEDS} seeds"
    yield from _by_their_own([each for each in mistakes if each.id in own], own, seeds, limit)


def _by_their_own(
    mistakes: Sequence[Misconception], own: dict[str, tuple[Place, ...]], seeds: int, limit: float
) -> Iterator[Bound]:
    passed: Counter[tuple[str, Place]] = Counter()
    left = list(mistakes)
    for asked, seed in enumerate(range(FIRST_SEEDS + 1, seeds + 1), start=1):
        if not left:
            return
        places = sorted({place for each in left for place in own[each.id]})
        seen = set(shown(left, places, seed))
        passed.update({(each.id, place) for each in left for place in own[each.id]} - seen)
        for each in [*left]:
            times = [passed[each.id, place] for place in own[each.id]]
            at_most = prod(most(count, asked, DOUBT / len(times)) for count in times)
            if at_most <= limit or seed == seeds:
                left.remove(each)
                yield each.id, at_most, f"its {len(times)} cases, {asked} seeds more, passed {sum(times)}"


def _own(counts: Counter[Place]) -> tuple[Place, ...]:
    """The places that always show a mistake; else those that do most often, as many as seem hardest to pass all of."""
    ranked = counts.most_common()
    always = tuple(place for place, count in ranked if count == FIRST_SEEDS)
    if len(always) >= FEWEST:
        return always
    passes = np.cumsum([FIRST_SEEDS - count + 0.5 for _, count in ranked]) / (FIRST_SEEDS + 1)
    lengths = np.arange(1, 1 + len(ranked))
    return tuple(place for place, _ in ranked[: 1 + int(np.argmin((passes / lengths) ** lengths))])


def _contracts(mistakes: Iterable[Misconception]) -> list[str]:
    return sorted({name for each in mistakes for name in each.contracts})


def _count_whole(chosen: Sequence[Misconception], seeds: int) -> None:
    passed: Counter[str] = Counter()
    for seed in range(1, seeds + 1):
        oracle = pick("torch", seed, None)
        passed.update(each.id for each in chosen if escapes(each, oracle))
    for name, count in passed.most_common():
        print(f"{name}: {count} of {seeds} seeds")
    print(f"{len(chosen)} mistakes, {len(passed)} of them escaped under some of {seeds} seeds")


@np.errstate(all="ignore")
def main() -> None:
    """Print each mistake whose chance is not bounded by the limit; or each that escaped under some seed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", default=["*"], help="mistakes whose name matches, e.g. 'max_pool:*'")
    parser.add_argument("--seeds", type=int, default=400, help="how many, from 1")
    parser.add_argument("--limit", type=float, default=1e-4, help="the chance that is low enough")
    parser.add_argument("--whole", action="store_true", help="judge by all checks, seed by seed")
    options = parser.parse_args()
    chosen = [each for each in all_misconceptions() if any(fnmatchcase(each.id, glob) for glob in options.only)]
    if options.whole:
        _count_whole(chosen, options.seeds)
        return
    with redirect_stdout(StringIO()):  # what a submission prints
        found = [*bounded(chosen, options.seeds, options.limit)]
    above = [(at_most, name, words) for name, at_most, words in found if at_most and at_most > options.limit]
    apart = [(name, words) for name, at_most, words in found if at_most is None]
    for at_most, name, words in sorted(above, reverse=True):
        print(f"{name}: {at_most:.1e} at most ({words})")
    for name, words in sorted(apart):
        print(f"{name}: {words}")
    print(f"{len(chosen)} mistakes, {len(above)} of them with a chance above {options.limit:g}, {len(apart)} apart")


if __name__ == "__main__":
    main()
