"""How often a known mistake passes every check, by the seed that the cases are drawn with: answered by torch.

    python benchmarks/escapes.py [--only GLOB] [--seeds N]

A class with secret cases is judged by one seed: a mistake that passes under one seed of a hundred is missed in one
class of a hundred. Cases are asked up to the first that is wrong; where none is, all checks are made.
"""

import argparse
from collections import Counter
from fnmatch import fnmatchcase

import numpy as np

from gradproof.conformance.checks.verdicts import Plan, cases_of, gather, record_of, results_of
from gradproof.conformance.diagnosis.misconceptions import Misconception, all_misconceptions
from gradproof.conformance.diagnosis.simulation import session_of
from gradproof.conformance.oracle.oracle import Oracle, pick
from gradproof.conformance.spec.contracts import contract_named


def escapes(misconception: Misconception, oracle: Oracle) -> bool:
    """Whether every required check of every contract that the mistake gets wrong passes."""
    return all(_passes(misconception, name, oracle) for name in misconception.contracts)


def _passes(misconception: Misconception, contract: str, oracle: Oracle) -> bool:
    row, session = contract_named(contract), session_of(misconception)
    plan = Plan((row,))
    for case in cases_of(row, oracle, plan, plan.dialect, plan.cases):
        record = record_of(row, case, session, oracle)
        scenario = row.scenario(case)
        if scenario is not None and scenario.check is None and any(not c.is_right for c in record.comparisons.values()):
            return False
    return not any(r.status.is_bad and r.required for r in results_of(gather(row, session, oracle, plan), plan))


@np.errstate(all="ignore")
def main() -> None:
    """Print each mistake that escaped under some seed, and how often."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default="*", help="mistakes whose name matches, e.g. 'max_pool:*'")
    parser.add_argument("--seeds", type=int, default=400, help="how many, from 1")
    options = parser.parse_args()
    chosen = [each for each in all_misconceptions() if fnmatchcase(each.id, options.only)]
    passed: Counter[str] = Counter()
    for seed in range(1, options.seeds + 1):
        oracle = pick("torch", seed, None)
        passed.update(each.id for each in chosen if escapes(each, oracle))
    for name, count in passed.most_common():
        print(f"{name}: {count} of {options.seeds} seeds")
    print(f"{len(chosen)} mistakes, {len(passed)} of them escaped under some of {options.seeds} seeds")


if __name__ == "__main__":
    main()
