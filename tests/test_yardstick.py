"""The yardstick: what it lets pass, what it does not, and that nothing passes silently."""

import numpy as np
import pytest

from gradproof.conformance.oracle import yardstick
from gradproof.conformance.oracle.yardstick import ELEMENTWISE, NORMWISE, compare, is_vacuous, moved_by_an_ulp, unit
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contract import Answer
from gradproof.conformance.spec.contracts import all_contracts, contract_named

ONES = np.ones(4)


def test_equal_arrays_have_ratio_zero() -> None:
    """No error, no ratio."""
    assert compare(ONES, ONES, ONES * 1e-16, "float64").ratio == 0


@pytest.mark.parametrize(("multiple", "is_right"), [(0.99, True), (1.01, False)])
def test_the_norm_of_the_error_is_bounded(multiple: float, is_right: bool) -> None:
    """An error spread over the array passes up to NORMWISE yardsticks."""
    error = multiple * NORMWISE * 1e-12
    assert compare(ONES + error, ONES, ONES * 1e-12, "float64").is_right is is_right


@pytest.mark.parametrize(("multiple", "is_right"), [(0.9, True), (1.1, False)])
def test_a_single_element_is_bounded(multiple: float, is_right: bool) -> None:
    """An error at one element of a large array, too small for the norm, passes up to ELEMENTWISE yardsticks."""
    expected = np.ones(100_000)
    got = expected.copy()
    got[7] += multiple * ELEMENTWISE * 1e-12
    comparison = compare(got, expected, expected * 1e-12, "float64")
    assert comparison.is_right is is_right
    assert comparison.worst == (7,)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_never_passes_for_one_that_is(value: float) -> None:
    """NaN and infinity are wrong where a number is expected, however large the yardstick."""
    got = ONES.copy()
    got[2] = value
    assert not compare(got, ONES, ONES * 1e300, "float64").is_right


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_never_passes_for_a_value_that_is_not_finite(value: float) -> None:
    """And the other way round."""
    expected = ONES.copy()
    expected[2] = value
    assert not compare(ONES, expected, ONES * 1e300, "float64").is_right
    assert compare(expected.copy(), expected, ONES, "float64").is_right


def test_infinities_of_opposite_sign_differ() -> None:
    """-inf is not inf."""
    assert not compare(np.array([-np.inf]), np.array([np.inf]), np.ones(1), "float64").is_right


def test_shapes_are_never_broadcast() -> None:
    """A (1, D) array is not compared with a (D,) one."""
    with pytest.raises(ValueError, match=r"got has shape \(1, 4\), expected \(4,\)"):
        compare(ONES[np.newaxis], ONES, ONES, "float64")


def test_the_unit_is_what_float32_loses_scaled_to_the_dtype() -> None:
    """S = max |ref32 - ref64| * eps_T / eps_32 + eps_T |ref64| (+ tiny)."""
    runs = [np.array([1.0 + 1e-6], np.float32), np.array([1.0 - 3e-6], np.float32)]
    deviation = abs(float(runs[1][0]) - 1.0)
    for dtype in ("float32", "float64"):
        eps = np.finfo(dtype).eps
        expected = deviation * eps / np.finfo(np.float32).eps + eps
        assert unit(np.ones(1), runs, dtype)[0] == pytest.approx(expected, rel=1e-6)


def test_an_overflow_of_the_float32_reference_is_an_error_of_the_suite() -> None:
    """An infinite yardstick would let anything pass."""
    with pytest.raises(ValueError, match="draw smaller values"):
        unit(np.array([1e300]), [np.array([np.inf], np.float32)], "float64")


@pytest.mark.parametrize("contract", [contract.name for contract in all_contracts()])
def test_perturbed_inputs_are_one_float32_ulp_away(contract: str) -> None:
    """Every non-zero finite float moves by one ulp; zeros, infinities, NaN and labels stay."""
    case = draw_case(contract_named(contract), 0, 0)
    for moved in moved_by_an_ulp(case):
        for name, array in case.inputs.items():
            if array.dtype.kind != "f":
                assert moved[name] is array
                continue
            rounded = array.astype(np.float32)
            still = ~np.isfinite(rounded) | (rounded == 0)
            assert np.array_equal(moved[name][still], rounded[still], equal_nan=True)
            steps = np.abs(moved[name] - rounded)[~still] / np.spacing(np.abs(rounded[~still]))
            assert ((steps >= 0.5) & (steps <= 1)).all()


def test_two_neighbours_move_against_each_other_in_one_run_of_each_pair() -> None:
    """The difference of a batch of two is moved for certain, or its unit would be far too small now and then."""
    case = draw_case(contract_named("batchnorm"), 0, 0)
    x = case["x"].astype(np.float32)
    assert x.shape[0] == 2
    signs = [np.sign(each["x"] - x) for each in moved_by_an_ulp(case)]
    for first, second in zip(signs[::2], signs[1::2], strict=True):
        assert ((first[0] != first[1]) | (second[0] != second[1])).all()


def test_an_answer_of_zero_within_the_yardstick_is_vacuous() -> None:
    """Where zeros would pass, the case is of no use."""
    assert is_vacuous(np.full(3, 1e-16), np.full(3, 1e-16))
    assert not is_vacuous(np.full(3, 1e-10), np.full(3, 1e-16))


@pytest.mark.needs_torch
def test_an_upstream_gradient_of_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With ones the true dx of layer normalization without scale is 0: the guard turns such a case into an error."""
    from dataclasses import replace

    from gradproof.conformance.errors import VacuousCaseError
    from gradproof.conformance.oracle.computed import computed_answer

    case = draw_case(contract_named("layernorm"), 0, 6)
    ones = {**case.inputs, "dout": np.ones_like(case["dout"]), "gamma": np.ones_like(case["gamma"])}
    with pytest.raises(VacuousCaseError, match="dx is 0 within the yardstick"):
        computed_answer(replace(case, inputs=ones))


def test_the_unit_of_a_wrong_value_grows_with_it() -> None:
    """Ten times the value has ten times the rounding; a smaller one is not held to less."""
    right, unit = np.array([1.0, 2.0]), np.array([1e-15, 1e-15])
    larger, smaller = (yardstick.unit_of_wrong(unit, right, k * right, "float64") for k in (10.0, 0.1))
    assert (larger >= 10 * unit).all()
    assert (smaller >= unit).all()
    assert (smaller < larger).all()


def test_what_is_right_by_rounding_alone_makes_no_two_wrong_values_one() -> None:
    """The gradient of a bias below batch normalization is 0 but for rounding; 0.9 and -0.1 are still not the same."""
    right, unit, wrong = np.array([3e-16, -4e-17]), np.array([6e-16, 2e-16]), np.array([0.9, -0.1])
    held = yardstick.unit_of_wrong(unit, right, wrong, "float64")
    assert (held < 1e-6).all()
    assert not yardstick.compare(wrong[::-1], wrong, held, "float64").is_right


def test_right_elements_are_told_one_by_one() -> None:
    """A wrong neighbour makes no right element wrong; NaN is right where it is expected."""
    expected = np.array([1.0, 2.0, np.nan, 4.0])
    got = np.array([1.0, 3.0, np.nan, np.nan])
    right = yardstick.right_elements(got, expected, np.full(4, 1e-16), "float64")
    assert right.tolist() == [True, False, True, False]


@pytest.mark.needs_torch
def test_what_many_additions_round_off_is_no_mistake() -> None:
    """Loops add a sample once a class to the column of the right one: right code was at 35 of 32 in this case."""
    from gradproof.conformance.oracle.computed import computed_answer
    from gradproof.impl import svm_loss_naive

    case = draw_case(contract_named("svm_loss_naive"), 118, 11)
    answer = computed_answer(case)
    _, got = svm_loss_naive(*(case.inputs[name] for name in "WXy"), float(case.scalar_options()["reg"]))
    assert compare(got, answer.values["dW"], answer.units["dW"], case.judged_in).normwise < 8


def test_what_an_answer_is_compared_by_is_made_once_and_is_the_same() -> None:
    """A class is held against one answer; in another precision it is another yardstick."""
    answer = Answer({"out": ONES}, {"out": ONES * 1e-16})
    made = yardstick.measure_in(answer, "out", "float64")
    got = ONES + 1e-15
    assert yardstick.measure_in(answer, "out", "float64") is made
    assert yardstick.measure_in(answer, "out", "float32") is not made
    assert yardstick.against(got, made) == compare(got, ONES, ONES * 1e-16, "float64")
