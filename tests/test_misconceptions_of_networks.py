"""Misconceptions of networks, update rules and trainings, beside what ``tests/test_misconceptions.py`` has of all.

What is marked ``release`` measures that each is caught by every contract that it names, and told from every other.
"""

import re
from collections import Counter
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from conftest import local_session, one_in, taken_apart

from gradproof.conformance.checks.invariants import judge_purity
from gradproof.conformance.checks.records import CaseRecord, ContractRun
from gradproof.conformance.checks.results import Status
from gradproof.conformance.checks.table import checks_of
from gradproof.conformance.diagnosis.misconceptions import (
    Functions,
    Misconception,
    all_misconceptions,
    misconceptions_of,
)
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.oracle.oracle import pick
from gradproof.conformance.oracle.yardstick import compare
from gradproof.conformance.spec.contracts import contract_named, contracts_of
from gradproof.conformance.spec.conventions import Dialect

GOLDEN = pick("golden", None, None)
CONTRACTS = tuple(c.name for stem in ("networks", "optim", "solver") for c in contracts_of(stem))
MINE = tuple(m for m in all_misconceptions() if m.contracts[0] in CONTRACTS)
CONVOLUTIONAL = "three_layer_conv_net"
ON_IMAGES = misconceptions_of(CONVOLUTIONAL)
OWN_ON_IMAGES = tuple(m for m in ON_IMAGES if m.contracts == (CONVOLUTIONAL,))
JUDGED = [(m, contract) for m in MINE for contract in m.contracts]
TAKEN_APART: Functions = {**donor(), **taken_apart("networks/stack")}


def examined(functions: Functions, contract: str) -> ContractRun:
    row = contract_named(contract)
    return gather(row, local_session(functions), GOLDEN, Plan((row,)))


@cache
def exam_of(misconception: Misconception, contract: str) -> ContractRun:
    return examined(misconception.functions, contract)


def is_caught(exam: ContractRun) -> bool:
    """Whether a check that counts is not passed."""
    required = [check for check in checks_of(exam.contract) if check.name not in exam.contract.advisory]
    return any(check.required and check.judge(exam, frozenset()).status.is_bad for check in required)


def tells_apart(one: CaseRecord, other: CaseRecord) -> bool:
    """Whether two submissions gave something else on a case, by more than the yardstick allows."""
    arrays, others = one.observed.arrays, other.observed.arrays
    if arrays.keys() != others.keys() or one.observed.error != other.observed.error:
        return True
    for name, unit in one.answer.units.items():
        if name in arrays:
            is_alike = arrays[name].shape == others[name].shape == unit.shape
            if not is_alike and not np.array_equal(arrays[name], others[name]):
                return True
            if is_alike and not compare(arrays[name], others[name].astype(float), unit, one.case.dtype).is_right:
                return True
    return any(not np.array_equal(arrays[name], others[name]) for name in arrays if name not in one.answer.units)


def look_the_same(one: ContractRun, other: ContractRun) -> bool:
    """Whether neither a value nor what is written to tells two submissions apart."""
    if any(map(tells_apart, one.records, other.records)):
        return False
    return judge_purity(one, frozenset()).message == judge_purity(other, frozenset()).message


@pytest.mark.parametrize("contract", one_in(4, CONTRACTS))
def test_what_mistakes_are_made_of_is_right_without_one(contract: str) -> None:
    """The networks and rules taken apart pass every check, so a failure below is the mistake's."""
    exam = examined(TAKEN_APART, contract)
    results = judge(exam, GOLDEN, Plan((exam.contract,)))
    assert {r.check: r.message for r in results if r.status != Status.PASSED} == {}


@pytest.mark.release
@pytest.mark.parametrize(
    ("misconception", "contract"), [pytest.param(*each, id=f"{each[0].id}-{each[1]}") for each in JUDGED]
)
def test_a_misconception_is_caught_by_every_contract_that_it_names(misconception: Misconception, contract: str) -> None:
    """Alone on the contract's recorded cases it fails a check that counts."""
    assert is_caught(exam_of(misconception, contract))


@pytest.mark.release
@pytest.mark.parametrize("contract", CONTRACTS)
def test_no_two_misconceptions_of_a_contract_look_the_same(contract: str) -> None:
    """On some case they differ by more than the yardstick, so that a failure can be given one name."""
    rivals = [m for m, named in JUDGED if named == contract]
    exams = {m.id: exam_of(m, contract) for m in rivals}
    assert [pair for pair in combinations(exams, 2) if look_the_same(*map(exams.get, pair))] == []


def test_there_are_many_and_no_two_have_the_same_id() -> None:
    """A name may stand for a mistake of several contracts, not twice for one."""
    assert len(MINE) >= 180
    assert [name for name, count in Counter(m.id for m in MINE).items() if count > 1] == []


@pytest.mark.release
@pytest.mark.parametrize("misconception", ON_IMAGES, ids=lambda m: m.id)
def test_the_network_with_a_convolution_is_told_its_mistakes(misconception: Misconception) -> None:
    """Those that it shares with other networks are named as exactly as those that are its own."""
    exam = exam_of(misconception, CONVOLUTIONAL)
    results = judge(exam, GOLDEN, Plan((exam.contract,)))
    assert {r.diagnosis for r in results if r.status.is_bad} - {None} == {misconception.id}


def test_a_mistake_with_the_convolution_leaves_other_networks_right() -> None:
    """It is made in the one network that has a convolution."""
    assert [m.id for m in OWN_ON_IMAGES if set(m.build()) != {"ThreeLayerConvNet"}] == []


def test_a_misconception_speaks_to_the_student_in_one_sentence() -> None:
    """It says what is done and what is right, and the hint is a question that shows no assignment and no call."""
    assert [m.id for m in MINE if not re.fullmatch(r"[A-Z][^?!]*[;:,][^?!]*\.", m.says)] == []
    assert [m.id for m in MINE if not m.hint.endswith("?") or re.search(r"\w\(|\w = ", m.hint)] == []


def test_a_misconception_builds_functions_of_the_canonical_api() -> None:
    """What it changes stands in the place of something right."""
    assert [m.id for m in MINE if not m.build().keys() <= donor().keys()] == []


def test_a_training_by_itself_is_named_where_its_penalty_has_no_half() -> None:
    """A row's right lines are those of the convention that was asked for; others are never like the submission."""
    never = next(m for m in MINE if m.name == "own_rate_never_decays")
    row, full = contract_named("shallow_training"), Dialect(l2="full")
    plan, oracle = Plan((row,), full), pick("torch", 0, None)
    results = judge(gather(row, local_session(never.under("full")), oracle, plan), oracle, plan)
    assert {result.diagnosis for result in results if result.status.is_bad and result.required} == {never.id}
