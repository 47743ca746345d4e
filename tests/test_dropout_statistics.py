"""The binomial bounds of dropout: exact, and small enough over a whole run."""

import math

import numpy as np
import pytest
from conftest import Functions, local_session

from gradproof import impl
from gradproof.conformance.spec.cases import Case, draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.contracts.dropout import (
    FALSE_ALARM,
    SAMPLE_SHAPE,
    TESTS_PER_CASE,
    is_beyond_chance,
    level_of,
    properties,
)


def sample_case() -> Case:
    """The first large one."""
    contract = contract_named("dropout")
    return next(case for case in (draw_case(contract, 0, i) for i in range(10)) if case.scenario.startswith("sample"))


@pytest.mark.parametrize("trials", [10, 60, 300])
@pytest.mark.parametrize("probability", [0.05, 0.3, 0.65, 0.9])
@pytest.mark.parametrize("level", [1e-2, 1e-4, 1e-9])
def test_the_bound_holds_exactly(trials: int, probability: float, level: float) -> None:
    """The probability of all counts that are called beyond chance, summed exactly, is at most the level."""
    flagged = (k for k in range(trials + 1) if is_beyond_chance(k, trials, probability, level))
    mass = sum(math.comb(trials, k) * probability**k * (1 - probability) ** (trials - k) for k in flagged)
    assert mass <= level


def test_the_levels_of_all_cases_together_stay_within_the_stated_one() -> None:
    """Every test of every case, added up."""
    total = sum(TESTS_PER_CASE * level_of(index) for index in range(100_000))
    assert 0.999 * FALSE_ALARM < total <= FALSE_ALARM <= 1e-6


def test_no_case_makes_more_tests_than_are_accounted_for(
    monkeypatch: pytest.MonkeyPatch, impl_functions: Functions
) -> None:
    """Each binomial test of a case is counted."""
    from gradproof.conformance.spec.contracts import dropout

    made = []
    monkeypatch.setattr(dropout, "is_beyond_chance", lambda *_arguments, **_options: made.append(1) or False)
    contract = contract_named("dropout")
    case = sample_case()
    observed = local_session(impl_functions).run(contract, case)
    assert list(properties(case, dict(observed.arrays))) == []
    assert len(made) + 8 == TESTS_PER_CASE  # rows and columns that repeat, and that keep one number, of two masks


@pytest.mark.parametrize("keep", [0.3, 0.65, 0.9])
def test_a_rate_off_by_a_tenth_is_beyond_chance(keep: float) -> None:
    """The sample is large enough to tell keep from drop, and randn from rand."""
    size = math.prod(SAMPLE_SHAPE)
    assert is_beyond_chance(round((keep - 0.1) * size), size, keep, FALSE_ALARM / 8000)


def test_a_thousand_independent_masks_raise_no_alarm(impl_functions: Functions) -> None:
    """Impl's dropout, unseeded, over many samples."""
    contract = contract_named("dropout")
    case = sample_case()
    session = local_session(impl_functions)
    for _ in range(200):
        observed = session.run(contract, case)
        assert list(properties(case, dict(observed.arrays))) == []


def test_a_sample_of_the_wrong_shape_is_an_interface_complaint(impl_functions: Functions) -> None:
    """A flattened output is not read as a mask."""
    contract = contract_named("dropout")
    case = sample_case()

    def flattened(x, dropout_param):
        out, cache = impl.dropout_forward(x, dropout_param)
        return out.reshape(-1), cache

    observed = local_session({**impl_functions, "dropout_forward": flattened}).run(contract, case)
    findings = list(properties(case, dict(observed.arrays)))
    assert {finding.check for finding in findings} == {"interface"}
    assert {(finding.observation, finding.expected) for finding in findings} == {("out", (60, 80))}


def test_seeded_masks_are_those_of_a_generator_of_their_own() -> None:
    """Impl never touches the global generator."""
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    impl.dropout_forward(np.ones((3, 4)), {"mode": "train", "p": 0.5, "seed": 3})
    impl.dropout_forward(np.ones((3, 4)), {"mode": "train", "p": 0.5})
    assert np.array_equal(before, np.random.get_state()[1])
