"""A misconception is of use if the suite catches it, if it differs from all others, and if the rest of it is right.

Each is judged as a submission by the first few of the recorded cases of the contract that it belongs to: it is caught,
and named. `gradproof power` judges each by all contracts that it names and on all cases; the record of that is in
score.json, and `tests/test_power.py` holds it. What is marked ``release`` here measures for the layers that no two look
alike on any contract, and that no other contract suffers.
"""

import re
from itertools import combinations

import numpy as np
import pytest
from conftest import bad_checks, local_session, one_in, taken_apart

from gradproof.conformance.checks.results import Result
from gradproof.conformance.diagnosis.keeping import everything_kept
from gradproof.conformance.diagnosis.misconceptions import (
    Functions,
    Misconception,
    all_misconceptions,
    misconceptions_of,
)
from gradproof.conformance.diagnosis.mistakes import MOST_NAMED
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.harness.caller import GLOBAL_GENERATOR, Observed, Watch
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.oracle.oracle import GoldenOracle
from gradproof.conformance.oracle.yardstick import compare
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Contract, Observations
from gradproof.conformance.spec.contracts import contract_named, contracts_of, stems
from gradproof.conformance.spec.conventions import DEFAULT

OTHERS = ("networks", "optim", "solver")  # whose misconceptions tests/test_misconceptions_of_networks.py has, too
LAYERS = {contract.name: contract for stem in stems() if stem not in OTHERS for contract in contracts_of(stem)}
HOMES = tuple(dict.fromkeys(each.contracts[0] for each in all_misconceptions()))
MISTAKES = [each for each in all_misconceptions() if each.contracts[0] in LAYERS]
TAKEN_APART = (
    "blocks/layers_in_a_row",
    "convolution/windows",
    "initialization/drawn",
    "pooling/taken_apart",
    "transformer_blocks/blocks",
)
FIRST_CASES = 6
AFTERWARDS = ("after", "end")
SHARE = 9
CONVENTIONS = {  # mistakes that are right under another convention, which is told first
    "dropout:p_is_taken_for_the_drop_probability": "dialect:dropout_p=drop",
    "batchnorm:momentum_is_swapped": "dialect:momentum=update",
    "relu:output_is_narrowed_to_float32": "dialect:precision=float32",
    "lstm_step:one_added_in_the_forget_gate": "dialect:lstm_forget=one",
    "spatial_groupnorm:parameter_gradients_lose_their_axes": "dialect:groupnorm_scale=vector",
}
MASK_IS_THE_MISTAKE = {
    "nothing_is_dropped",
    "mask_is_one_row_and_reversed",
    "mask_is_reversed",
    "mask_from_normal_numbers",
    "mask_from_normal_numbers_above_p",
    "mask_from_normal_numbers_above_the_share_that_is_dropped",
    "mask_from_normal_numbers_below_the_share_that_is_kept",
    "global_generator_is_seeded",
    "mask_is_reversed_in_backward",
    "modes_are_exchanged",
}


@pytest.fixture(scope="module")
def recorded() -> GoldenOracle:
    """The committed answers."""
    return GoldenOracle.open(None, None)


def judged(
    functions: Functions, contract: Contract, oracle: GoldenOracle, cases: int | None = None
) -> dict[str, Result]:
    """The results of functions by one contract, check by check."""
    plan = Plan((contract,), cases=cases)
    exam = gather(contract, local_session(functions), oracle, plan)
    return {result.check: result for result in judge(exam, oracle, plan)}


IN_STEPS = {name for each in TAKEN_APART for name in taken_apart(each)}


@pytest.mark.parametrize(
    "contract",
    [each for each in LAYERS.values() if not IN_STEPS.isdisjoint(function.name for function in each.functions)],
    ids=lambda contract: contract.name,
)
def test_the_steps_that_misconceptions_replace_are_right(contract: Contract, recorded: GoldenOracle) -> None:
    """With no step replaced, every check passes: what a misconception gets wrong is its mistake alone."""
    functions = {**donor(), **{name: function for each in TAKEN_APART for name, function in taken_apart(each).items()}}
    results = judged(functions, contract, recorded).items()
    assert {check: r.message for check, r in results if r.status.is_bad and r.required} == {}


@pytest.mark.parametrize("home", one_in(4, HOMES))
@pytest.mark.parametrize("share", [SHARE, pytest.param(1, marks=pytest.mark.release)])
def test_every_misconception_is_caught_and_named(home: str, share: int, recorded: GoldenOracle) -> None:
    """Handed in as a submission it fails a check, and is told as what it is or as one of a few, and as nothing else.

    The first cases tell nearly all of them; those that they do not are given all recorded ones. What a change is held
    to is one of nine of each contract: of all of them the record says the same, and a release asks it again.
    """
    mistakes = [each for each in all_misconceptions() if each.contracts[0] == home][::share]
    left = [each for each in mistakes if told(each, recorded, FIRST_CASES) != [expected(each)]]
    told_in_the_end = {each.id: (expected(each), told(each, recorded)) for each in left}
    assert {name: both for name, both in told_in_the_end.items() if not is_named(*both)} == {}


def expected(misconception: Misconception) -> str:
    """What a misconception is to be put down to."""
    return CONVENTIONS.get(misconception.id, misconception.id)


def told(misconception: Misconception, oracle: GoldenOracle, cases: int | None = None) -> list[str]:
    """What a misconception's failures are put down to, by the contract that it belongs to."""
    results = judged(misconception.functions, contract_named(misconception.contracts[0]), oracle, cases)
    return sorted({result.diagnosis for result in results.values() if result.status.is_bad and result.diagnosis})


def is_named(name: str, diagnoses: list[str]) -> bool:
    """Whether a name is among what is told, and what is told is one of three at most."""
    alternatives = [part.split("|") for each in diagnoses for part in each.split("+")]
    return any(name in names for names in alternatives) and all(len(n) <= MOST_NAMED for n in alternatives)


@pytest.mark.release
@pytest.mark.parametrize("contract", LAYERS)
def test_every_misconception_is_caught_by_each_contract_that_it_names(contract: str, recorded: GoldenOracle) -> None:
    """Not only by the one that it belongs to, on all recorded cases."""
    row = contract_named(contract)
    failing = {each.id: bad_checks(judged(each.functions, row, recorded)) for each in misconceptions_of(contract)}
    assert [name for name, checks in failing.items() if not checks] == []


@pytest.mark.parametrize("stem", stems())
def test_every_stem_has_misconceptions_that_are_asserted(stem: str) -> None:
    """None is listed by hand: a stem that is new is here, and so are its misconceptions."""
    assert {each.name for each in contracts_of(stem)} & {*HOMES}


@pytest.mark.release
@pytest.mark.parametrize("misconception", MISTAKES, ids=lambda each: each.id)
def test_no_other_contract_suffers(misconception: Misconception, recorded: GoldenOracle) -> None:
    """A contract that calls the wrong functions and is not named, nor builds on one that is, passes all that counts."""
    wrong = misconception.build().keys()
    others = [
        c
        for c in LAYERS.values()
        if wrong & {f.name for f in c.functions} and not {c.name, *c.builds_on}.intersection(misconception.contracts)
    ]
    results = {c.name: judged(misconception.functions, c, recorded) for c in others}
    bad = {name: {k for k in bad_checks(each) if each[k].required} for name, each in results.items()}
    assert {name: checks for name, checks in bad.items() if checks} == {}


def test_ids_are_unique() -> None:
    """One id, one mistake."""
    ids = [each.id for each in all_misconceptions()]
    assert sorted(ids) == sorted(set(ids))


def test_each_speaks_in_sentences() -> None:
    """What it says is what is done; what should be. The hint is a sentence or a question."""
    is_said = {each.id: re.fullmatch(r"(You|Your|In) .+[;,] .+\.", each.says) for each in MISTAKES}
    is_hinted = {each.id: re.fullmatch(r"[A-Z].+[.?]", each.hint) for each in MISTAKES}
    assert [name for name in is_said if not (is_said[name] and is_hinted[name])] == []


@pytest.mark.release
@pytest.mark.parametrize("contract", LAYERS.values(), ids=lambda contract: contract.name)
def test_no_two_look_the_same(contract: Contract, recorded: GoldenOracle, impl_functions: Functions) -> None:
    """Two misconceptions, or one and the right functions, differ in an observation of the first contract they share.

    What shows only where two runs need not give the same is no observation of a case: that it is caught is asked above.
    """
    cases = [case for case in recorded.cases(contract, DEFAULT) if is_repeatable(contract, case)]
    units = [recorded.answer(case).units for case in cases]
    mistakes = {each.id: each for each in misconceptions_of(contract.name)}
    subjects = {"right": impl_functions, **{name: each.functions for name, each in mistakes.items()}}
    seen = {name: [seen_of(functions, contract, case) for case in cases] for name, functions in subjects.items()}

    def are_alike(one: str, other: str) -> bool:
        is_here = first_shared(mistakes.get(one), mistakes[other]) == contract.name
        pairs = zip(seen[one], seen[other], cases, units, strict=True)
        return is_here and all(look_alike(a, b, *at) for a, b, *at in pairs)

    unseen = {name for name in mistakes if are_alike("right", name)}
    assert not unseen or not all(scenario.repeatable for scenario in contract.scenarios)
    others = [name for name in mistakes if name not in unseen]
    assert [pair for pair in combinations(others, 2) if are_alike(*pair)] == []


def first_shared(one: Misconception | None, other: Misconception) -> str:
    """The first contract that both get wrong. The right functions share any."""
    return next(name for name in other.contracts if one is None or name in one.contracts)


def is_repeatable(contract: Contract, case: Case) -> bool:
    """Whether two runs on the case must give the same."""
    scenario = contract.scenario(case)
    return scenario is None or scenario.repeatable


Written = frozenset[tuple[Watch, str]]  # arguments that are written to; of a dictionary, each option
Seen = tuple[Observed, Written]


def seen_of(functions: Functions, contract: Contract, case: Case) -> Seen:
    """What a case gives, and what becomes of its arguments."""
    session = local_session(functions)
    observed, then = session.run(contract, case), session.recall(contract)
    arrays = {at: array for at, array in then.watched.items() if at.moment == "before"}
    options = {at: told for at, told in then.parameters.items() if at.moment == "before"}
    later = {
        at: [then.watched.get(at._replace(moment=each), array) for each in AFTERWARDS] for at, array in arrays.items()
    }
    written = {
        (at, "") for at in arrays if not all(np.array_equal(arrays[at], each, equal_nan=True) for each in later[at])
    }
    for at, told in options.items():
        after = then.parameters.get(at._replace(moment="after"), told)
        changed = {name for name, value in after.items() if name not in told or told[name] != value}
        written |= {(at, name) for name in changed if at.argument != GLOBAL_GENERATOR and name not in contract.updates}
    return observed, frozenset(written)


def look_alike(seen: Seen, seen_too: Seen, case: Case, units: Observations) -> bool:
    """Whether two observations of a case are the same within the yardstick, and write to the same arguments."""
    (one, writes), (other, writes_too) = seen, seen_too
    told = (one.oddities, one.error, writes), (other.oddities, other.error, writes_too)
    if told[0] != told[1] or one.arrays.keys() != other.arrays.keys():
        return False
    return all(are_equal(one.arrays[name], other.arrays[name], units.get(name), case.dtype) for name in one.arrays)


def are_equal(one: np.ndarray, other: np.ndarray, unit: np.ndarray | None, dtype: str) -> bool:
    """Whether two arrays have one shape and dtype, and equal values: within their unit, or to the bit without one.

    Of a number alone, such as a loss, no dtype is asked.
    """
    if one.ndim and one.dtype != other.dtype:
        return False
    if unit is None or one.shape != other.shape or one.shape != unit.shape:
        return np.array_equal(one, other, equal_nan=True)
    return compare(one, other.astype(float), unit, dtype).is_right


@pytest.mark.parametrize(
    "misconception",
    [each for each in misconceptions_of("dropout") if each.name not in MASK_IS_THE_MISTAKE],
    ids=lambda each: each.name,
)
def test_a_diagnosis_may_keep_everything(misconception: Misconception) -> None:
    """Within everything_kept a variant drops nothing, so that a submission's own mask can be laid over it."""
    x, param = np.ones((6, 7)), {"mode": "train", "p": 0.4, "seed": 3}
    forward = misconception.functions["dropout_forward"]
    with everything_kept():
        out, _ = forward(x.copy(), dict(param))
    assert (out != 0).all()
    assert not (forward(x.copy(), dict(param))[0] != 0).all()
