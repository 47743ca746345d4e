"""Finite differences: they find a gradient wrong by a tenth of a percent, and do not blame a right one."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.conformance.checks.gradcheck import (
    DIRECTIONS,
    FIRST_RUNG,
    LADDER,
    Slope,
    apart,
    asked,
    closer,
    directions,
    points,
    slopes,
)
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named


def measured(
    f: Callable[[np.ndarray], np.ndarray],
    t: np.ndarray,
    dout: np.ndarray,
    dt: np.ndarray,
    case: str = "case",
    steps: tuple[float, ...] = LADDER,
) -> tuple[Slope, ...]:
    """The slopes of f at t."""
    along = directions(case, {"t": t})
    outputs = np.stack([f(point) for point in points({"t": t}, along, steps)["t"]])
    return slopes(outputs, dout, {"t": t}, along, {"t": dt}, steps)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-3, 1.0, 30.0]))
def test_a_right_gradient_agrees_in_every_direction(seed: int, scale: float) -> None:
    """tanh, whatever the point and its magnitude."""
    rng = np.random.default_rng(seed)
    t, dout = scale * rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
    found = measured(np.tanh, t, dout, dout * (1 - np.tanh(t) ** 2), str(seed))
    assert all(slope.agrees or not slope.has_settled for slope in found)


@pytest.mark.parametrize("error", [5e-4, 1e-3, 1e-6])
def test_a_slightly_wrong_gradient_is_caught(error: float) -> None:
    """Wrong by 0.05 percent, and by a millionth."""
    rng = np.random.default_rng(0)
    t, dout = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
    found = measured(np.tanh, t, dout, (1 + error) * dout * (1 - np.tanh(t) ** 2))
    assert all(slope.has_settled and not slope.agrees for slope in found)


def test_two_opposite_errors_do_not_cancel() -> None:
    """Errors of +1 and -1 in two elements cancel along directions of equal entries, never along Gaussian ones."""
    t, dout = np.array([0.3, -0.2]), np.ones(2)
    found = measured(lambda x: x * x, t, dout, 2 * t + np.array([1.0, -1.0]))
    assert all(not slope.agrees for slope in found)


def test_a_ladder_across_a_kink_does_not_settle() -> None:
    """A step has no slope where it jumps: every rung gives another one, and none is believed."""
    t = np.full(3, 1e-9)
    found = measured(lambda x: np.where(x > 0, 1.0, 0.0), t, np.ones(3), np.zeros(3))
    assert not any(slope.has_settled for slope in found)


@pytest.mark.parametrize("distance", [0.0, 1e-12, 1e-8, -1e-8])
def test_a_kink_within_the_smallest_step_does_not_settle(distance: float) -> None:
    """There central differences agree on the mean of the two slopes, whichever of them the backward has."""
    t = np.array([distance, 1.0])
    for slope_at_the_kink in (0.0, 1.0):
        dt = np.array([slope_at_the_kink, 1.0])
        found = measured(lambda x: np.maximum(x, 0), t, np.ones(2), dt)
        assert not any(slope.has_settled and not slope.agrees for slope in found)


def disagreements_that_stay(
    f: Callable[[np.ndarray], np.ndarray], t: np.ndarray, dt: np.ndarray, case: str
) -> tuple[int, int]:
    """How many directions disagree, and how many of them still do, seen closer."""
    found = measured(f, t, np.ones_like(t), dt, case)
    wrong = [i for i, slope in enumerate(found) if slope.disagrees]
    again = {i: measured(f, t, np.ones_like(t), dt, case, closer(found[i]))[i] for i in wrong}
    stay = [i for i in wrong if found[i].is_confirmed_by(again[i])]
    return len(wrong), len(stay)


def test_many_kinks_of_opposite_jumps_are_not_blamed_on_the_gradient() -> None:
    """Their jumps cancel where their slopes do not, so ladders settle; seen closer, each of them agrees."""
    rng = np.random.default_rng(0)
    wrong = 0
    for case in range(200):
        t, jumps = 1e-8 * rng.standard_normal(40), 1e-3 * rng.standard_normal(40)
        seen, stay = disagreements_that_stay(
            lambda x, c=jumps: x + c * np.maximum(x, 0), t, 1 + jumps * (t > 0), str(case)
        )
        wrong += seen
        assert stay == 0
    assert wrong > 0


@pytest.mark.parametrize("error", [1e-2, 1e-4, 1e-6])
def test_a_wrong_gradient_is_still_wrong_seen_closer(error: float) -> None:
    """However close one looks."""
    t = np.random.default_rng(0).standard_normal(12)
    dt = (1 + error) * (1 - np.tanh(t) ** 2)
    assert disagreements_that_stay(np.tanh, t, dt, "case") == (DIRECTIONS, DIRECTIONS)


def test_a_true_slope_of_zero_settles() -> None:
    """A bias before batch normalization: rounding is all there is, and it is negligible."""
    rng = np.random.default_rng(1)
    t, dout, x = rng.standard_normal(3), rng.standard_normal((5, 3)), rng.standard_normal((5, 3))

    def f(b: np.ndarray) -> np.ndarray:
        y = x + b
        return (y - y.mean(axis=0)) / y.std(axis=0)

    found = measured(f, t, dout, np.full(3, 1e-17))
    assert all(slope.has_settled and slope.agrees for slope in found)


def test_directions_depend_on_the_case_alone() -> None:
    """The same on every machine."""
    x = np.ones((2, 3))
    assert np.array_equal(directions("a/0/1", {"x": x})["x"], directions("a/0/1", {"x": x, "w": x})["x"])
    assert not np.array_equal(directions("a/0/1", {"x": x})["x"], directions("a/0/2", {"x": x})["x"])


@pytest.mark.parametrize("steps", [FIRST_RUNG, LADDER], ids=["first rung", "ladder"])
@pytest.mark.parametrize("wrong", ["x", "w", "b"])
def test_an_error_in_any_of_several_inputs_moved_together_is_caught(wrong: str, steps: tuple[float, ...]) -> None:
    """A bias gradient wrong by a thousandth, beside weight gradients a hundred times larger."""
    rng = np.random.default_rng(0)
    inputs = {"x": rng.standard_normal((4, 30)), "w": rng.standard_normal((30, 5)), "b": rng.standard_normal(5)}
    dout = rng.standard_normal((4, 5))
    right = {"x": dout @ inputs["w"].T, "w": inputs["x"].T @ dout, "b": dout.sum(axis=0)}
    along = directions("case", inputs)
    stacks = points(inputs, along, steps)
    outputs = np.stack([stacks["x"][k] @ stacks["w"][k] + stacks["b"][k] for k in range(len(stacks["x"]))])
    assert all(slope.is_proven for slope in slopes(outputs, dout, inputs, along, right, steps))
    found = slopes(outputs, dout, inputs, along, {**right, wrong: 1.001 * right[wrong]}, steps)
    assert not any(slope.agrees or slope.is_proven for slope in found)


def test_inputs_moved_apart_tell_which_gradient_is_wrong_and_which_input_is_not_read() -> None:
    """A direction for each: w's gradient is wrong, and a forward that keeps what it made of x does not move with b."""
    rng = np.random.default_rng(0)
    inputs = {"x": rng.standard_normal((4, 3)), "w": rng.standard_normal((4, 3)), "b": rng.standard_normal((4, 3))}
    dout = rng.standard_normal((4, 3))
    along = apart(directions("case", inputs))
    stacks = points(inputs, along, FIRST_RUNG)
    outputs = stacks["x"] * stacks["w"] + inputs["b"]
    claimed = {"x": dout * inputs["w"], "w": 1.001 * dout * inputs["x"], "b": dout}
    found = slopes(outputs, dout, inputs, along, claimed, FIRST_RUNG)
    assert [slope.is_proven for slope in found] == [True, False, False]
    assert found[2].measured == 0


def test_everybody_is_asked_at_the_same_points_first() -> None:
    """They are made once for a case; what is asked of a few, or closer, is made as it is needed."""
    case = draw_case(contract_named("affine"), 0, 2)
    along, at = asked(case, ("x", "w"), FIRST_RUNG)
    assert asked(case, ("x", "w"), FIRST_RUNG)[1] is at
    assert asked(case, ("x", "w"), LADDER)[1] is not asked(case, ("x", "w"), LADDER)[1]
    assert asked(case, ("w",), FIRST_RUNG)[1].keys() == {"w"}
    again = points({name: case.inputs[name] for name in at}, directions(case.id, {n: case[n] for n in at}), FIRST_RUNG)
    assert all(np.array_equal(at[name], again[name]) for name in at)
    assert along.keys() == at.keys()
