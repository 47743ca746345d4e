"""Cases: a pure function of seed, contract and index, varied as the suite needs them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from conftest import one_in, undrawn
from hypothesis import given
from hypothesis import strategies as st

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec import cases
from gradproof.conformance.spec.cases import (
    DTYPES,
    LAYOUTS,
    LENGTHS,
    PERIOD,
    Array,
    Case,
    Draw,
    Drawn,
    Scenario,
    draw_case,
    lay_out,
    parse_case_id,
)
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.conventions import Dialect

FIRST = 80  # cases, among which all there is to a draw occurs
FEW = 4
CONTRACTS = pytest.mark.parametrize("contract", all_contracts(), ids=lambda contract: contract.name)

WITH_FURTHER_WAYS = [
    contract
    for contract in all_contracts()
    if any(scenario.further for scenario in contract.scenarios) and "dout" in draw_case(contract, 0, 0).inputs
]


@cache
def case_of(name: str, index: int) -> Case:
    """A case of a contract, drawn once."""
    return draw_case(contract_named(name), 0, index)


def first_cases(contract: Contract) -> Iterator[Case]:
    """The first cases of a contract, each drawn when it is asked for."""
    return (case_of(contract.name, index) for index in range(FIRST))


def cases_of_all_ways(contract: Contract) -> Iterator[Case]:
    """The first PERIOD cases, and of each way of drawing that seldom has its turn the first few of all."""
    few = {index for indices in cases_by_way(contract).values() for index in indices[:FEW]}
    return (case_of(contract.name, index) for index in sorted({*range(PERIOD), *few}))


def cases_by_way(contract: Contract) -> dict[tuple[str, object], list[int]]:
    """Which cases are drawn by each way of each scenario, until each has had a few turns; none is drawn."""
    row, turns = undrawn(contract), max(1 + len(scenario.further) for scenario in contract.scenarios)
    by_way: dict[tuple[str, object], list[int]] = {}
    for case in (draw_case(row, 0, index) for index in range(FEW * PERIOD * turns)):
        by_way.setdefault((case.scenario, case.options["way"]), []).append(case.index)
    return by_way


@CONTRACTS
def test_a_case_is_a_function_of_its_id(contract: Contract) -> None:
    """Drawn alone, in any order, a case is the same."""
    in_order = [draw_case(contract, 5, index) for index in range(8)]
    for case in reversed(in_order):
        wanted = parse_case_id(case.id)
        again = draw_case(contract, wanted.seed, wanted.index, wanted.dialect)
        assert again.options == case.options
        assert all(np.array_equal(again[name], case[name], equal_nan=True) for name in case.inputs)


@CONTRACTS
def test_another_seed_gives_other_values(contract: Contract) -> None:
    """The seed matters."""
    a, b = (draw_case(contract, seed, 3) for seed in (0, 1))
    name = next(iter(a.inputs))
    assert a[name].shape != b[name].shape or not np.array_equal(a[name], b[name])


@CONTRACTS
def test_both_dtypes_and_all_layouts_occur(contract: Contract) -> None:
    """float32, float64 and every memory layout are among the first cases of every contract."""
    wanted = {*DTYPES, *LAYOUTS}
    for case in first_cases(contract):
        wanted -= {case.dtype, case.layout}
        if not wanted:
            break
    assert wanted == set()


def upstream(case: Case) -> Array:
    """The upstream gradient of a case, if it has one."""
    return case.inputs.get("dout", np.zeros(0))


@CONTRACTS
def test_the_upstream_gradient_is_never_constant(contract: Contract) -> None:
    """With a constant upstream gradient the true dx of a normalization is 0."""
    upstreams = [upstream(case) for case in cases_of_all_ways(contract)]
    assert all(np.ptp(dout) > 0 for dout in upstreams if dout.size > 2)


@CONTRACTS
def test_shapes_are_not_always_square(contract: Contract) -> None:
    """A transposition hides in a square."""
    matrices = [a for case in cases_of_all_ways(contract) for a in case.inputs.values() if a.ndim in {2, 4}]
    assert not matrices or any(matrix.shape[-2] != matrix.shape[-1] for matrix in matrices)


def with_draws(contract: Contract, planted: Callable[[Draw], Draw], *ways: tuple[str, object]) -> Contract:
    """The contract with others in the place of some of its draws."""

    def changed(each: Scenario) -> Scenario:
        draws = [planted(d) if (each.name, n) in ways else d for n, d in enumerate((each.draw, *each.further))]
        return replace(each, draw=draws[0], further=tuple(draws[1:]))

    return replace(contract, scenarios=tuple(map(changed, contract.scenarios)))


def with_ones(draw: Draw) -> Draw:
    """Every upstream gradient is 1."""

    def drawn(*arguments: Any) -> Drawn:
        inputs, options = draw(*arguments)
        return Drawn({name: np.ones_like(a) if name == "dout" else a for name, a in inputs.items()}, options)

    return drawn


def in_squares(draw: Draw) -> Draw:
    """Every array ends in a square."""

    def drawn(*arguments: Any) -> Drawn:
        inputs, options = draw(*arguments)
        sides = {name: min(1, *array.shape) if array.ndim > 1 else 0 for name, array in inputs.items()}
        cut = {name: a[..., : sides[name], : sides[name]] if a.ndim > 1 else a for name, a in inputs.items()}
        return Drawn(cut, options)

    return drawn


@pytest.mark.parametrize("contract", one_in(6, WITH_FURTHER_WAYS), ids=lambda contract: contract.name)
def test_one_way_of_drawing_with_constant_gradients_is_seen(
    contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of them: planted, each fails the test above."""
    for way, indices in cases_by_way(contract).items():
        if any(upstream(draw_case(contract, 0, index)).size > 2 for index in indices[:FEW]):
            row = with_draws(contract, with_ones, way)
            monkeypatch.setitem(globals(), "case_of", lambda _name, index, row=row: draw_case(row, 0, index))
            with pytest.raises(AssertionError):
                test_the_upstream_gradient_is_never_constant(row)


def test_squares_alone_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted in all ways of a contract they fail the test above."""
    row = contract_named("affine")
    row = with_draws(row, in_squares, *cases_by_way(row))
    monkeypatch.setitem(globals(), "case_of", lambda _name, index: draw_case(row, 0, index))
    with pytest.raises(AssertionError):
        test_shapes_are_not_always_square(row)


@pytest.mark.parametrize(
    ("name", "values"), [("DTYPES", ("float64", "float64")), ("LAYOUTS", ("C", "F", "strided", "C"))]
)
def test_a_dtype_or_layout_that_is_never_drawn_is_missed(
    name: str, values: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted, it fails the test above."""
    monkeypatch.setattr(cases, name, values)
    monkeypatch.setitem(globals(), "case_of", case_of.__wrapped__)
    with pytest.raises(AssertionError):
        test_both_dtypes_and_all_layouts_occur(contract_named("affine"))


def test_a_batch_of_one_that_is_never_drawn_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted, it fails the test below."""
    monkeypatch.setattr(cases, "LENGTHS", LENGTHS[1:])
    with pytest.raises(AssertionError):
        test_a_batch_of_one_and_a_single_feature_occur()


def test_a_batch_of_one_and_a_single_feature_occur() -> None:
    """N=1 and D=1 are among affine's cases."""
    shapes = [draw_case(contract_named("affine"), 0, index)["x"].shape for index in range(40)]
    assert any(shape[0] == 1 for shape in shapes)
    assert any(np.prod(shape[1:]) == 1 for shape in shapes)
    assert any(len(shape) == 4 for shape in shapes)


def test_small_batches_and_far_off_means_occur_in_batchnorm() -> None:
    """N=2, and means of 100 deviations."""
    cases = [draw_case(contract_named("batchnorm"), 0, index) for index in range(70)]
    assert any(case["x"].shape[0] == 2 for case in cases)
    far = [case["x"] for case in cases if case.scenario == "large_mean"]
    assert all((np.abs(x.mean(axis=0)) > 50 * x.std(axis=0)).all() for x in far)


def test_dropout_rates_include_ones_away_from_a_half_and_four_fifths() -> None:
    """At p = 0.8 randn passes for rand, at 0.5 keep passes for drop: other rates are drawn."""
    rates = {draw_case(contract_named("dropout"), 0, i).scalar_options()["p"] for i in range(60)}
    assert {0.3, 0.65, 0.9, 0.05, 1.0} <= rates


@given(st.sampled_from(LAYOUTS), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_a_layout_keeps_the_values(layout: str, shape: list[int]) -> None:
    """Only strides differ."""
    array = np.arange(float(np.prod(shape))).reshape(shape)
    assert np.array_equal(lay_out(array, layout), array)


def test_layouts_are_what_they_say() -> None:
    """Fortran order, gaps, a negative stride."""
    array = np.arange(12.0).reshape(3, 4)
    assert lay_out(array, "F").flags.f_contiguous
    assert lay_out(array, "strided").strides == (64, 16)
    assert lay_out(array, "reversed").strides == (-32, 8)


def test_an_unknown_layout_is_refused() -> None:
    """A ValueError that lists the layouts."""
    with pytest.raises(ValueError, match="expected one of C, F, strided, reversed"):
        lay_out(np.ones(3), "diagonal")


def test_a_case_id_carries_its_dialect() -> None:
    """Under another dialect the id says so, and replays it."""
    case = draw_case(contract_named("dropout"), 0, 2, Dialect(dropout_p="drop", dropout="vanilla"))
    assert case.id == "dropout/0/2/dropout_p=drop,dropout=vanilla"
    assert parse_case_id(case.id).dialect == case.dialect


@pytest.mark.parametrize("text", ["", "affine", "affine/x/1", "affine/0/-1", "affine/0/1/../..", "affine/0/1/p=drop"])
def test_a_bad_case_id_is_refused(text: str) -> None:
    """Anything but an id of a report is a usage error."""
    with pytest.raises(UsageError):
        parse_case_id(text)


def test_drawing_leaves_the_global_generators_alone() -> None:
    """No global random state."""
    np.random.seed(3)
    expected = np.random.random()
    np.random.seed(3)
    for contract in all_contracts():
        draw_case(contract, 0, 1)
    assert np.random.random() == expected


@pytest.mark.parametrize(
    ("contract", "name", "kind"),
    [("he_normal", "fan_in", int), ("step_schedule", "learning_rate", float), ("step_schedule", "step", int)],
)
def test_a_scalar_is_handed_over_as_a_number(contract: str, name: str, kind: type) -> None:
    """Code that is right with numbers, ``learning_rate *= gamma``, would write to an array without an axis."""
    assert isinstance(case_of(contract, 0).namespace()[name], kind)


def test_a_scalar_of_single_precision_keeps_it() -> None:
    """A float of Python would be computed with in double."""
    single = next(case for case in first_cases(contract_named("step_schedule")) if case.dtype == "float32")
    assert isinstance(single.namespace()["learning_rate"], np.float32)
