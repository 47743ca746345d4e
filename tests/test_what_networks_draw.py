"""What networks draw themselves, and trainings on batches of their own: judged by what is fixed, never by chance."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from conftest import Functions, Judge, bad_checks, local_session

from gradproof import impl
from gradproof.conformance.diagnosis.misconceptions import misconceptions_of
from gradproof.conformance.spec.cases import Case, draw_case, generator
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.contracts.dropout import TESTS_PER_CASE
from gradproof.conformance.spec.contracts.networks import initial
from gradproof.conformance.spec.contracts.networks.masks import STEPS, anew_each_step
from gradproof.conformance.spec.contracts.solver.training import STEPS as EPOCHS
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.findings import Kind

pytestmark = pytest.mark.usefixtures("without_names")


def drawn(contract: str, scenario: str, count: int = 100) -> Iterator[Case]:
    """The cases of a scenario among those of a seed that is not the recorded one."""
    cases = (draw_case(contract_named(contract), 5, index) for index in range(count))
    return (case for case in cases if case.scenario == scenario)


@pytest.mark.parametrize("count", [5, 40, 300])
@pytest.mark.parametrize("level", [0.2, 0.02])
def test_normal_values_are_called_strange_no_more_often_than_stated(count: int, level: float) -> None:
    """Each of the two tests that chance can fail has the level as its bound."""
    rng, trials = generator("normal values", count), 2000
    told = [initial.strangeness(rng.standard_normal((count, 1)), 1.0, level) for _ in range(trials)]
    kinds = [each and each.kind for each in told]
    assert kinds.count(Kind.STARTS_WITH_DEVIATION) <= level * trials
    assert kinds.count(Kind.STARTS_AROUND) <= level * trials


@pytest.mark.parametrize("contract", ["fully_connected_net", "layernorm_net", "two_layer_net", "list_net"])
def test_no_case_makes_more_tests_than_are_accounted_for(
    monkeypatch: pytest.MonkeyPatch, impl_functions: Functions, contract: str
) -> None:
    """Two for each array that is drawn; dropout's samples are allowed as many."""
    made: list[float] = []
    monkeypatch.setattr(initial, "strangeness", lambda _values, _scale, level: made.append(level))
    session = local_session(impl_functions)
    for case in drawn(contract, "initial", 40):
        made.clear()
        observed = session.run(contract_named(contract), case).arrays
        assert list(initial.start_as_they_should(case, dict(observed))) == []
        assert 2 <= 2 * len(made) <= TESTS_PER_CASE


STRANGE: dict[str, tuple[Callable[[np.ndarray], np.ndarray], str]] = {
    "not_a_number": (lambda w: w * np.nan, ""),
    "infinite": (lambda w: np.where(w > 0, np.inf, w), "standard deviation of inf"),
    "one_value": (lambda w: 0 * w, "one value throughout"),
    "positive": (np.abs, "around"),
    "squared_scale": (lambda w: 0.1 * w, "standard deviation of 0.0"),
    "inverse": (lambda w: 0.01 / w, "standard deviation"),
    "repeated": (lambda w: w[:, [0] * w.shape[1]], "columns that are the same"),
    "one_number_a_unit": (lambda w: w[[0] * len(w)], "one and the same number for all weights of a unit"),
    "too_small_to_square": (lambda w: w * 1e-200, ""),
}


@pytest.mark.parametrize("name", STRANGE)
def test_values_that_are_no_such_draws_are_told_of(name: str) -> None:
    """Whatever they are, values that are not finite included."""
    change, words = STRANGE[name]
    told = initial.strangeness(change(0.1 * generator("weights").standard_normal((40, 30))), 0.1, 1e-9)
    assert sentence(told).startswith(" starts ")
    assert words in sentence(told)


class NoScale(impl.FullyConnectedNet):
    """As some write it: what deviation the weights start with is its own affair."""

    def __init__(self, hidden_dims: Any, input_dim: int, num_classes: int, reg: float = 0.0, dtype: Any = None) -> None:
        super().__init__(hidden_dims, input_dim, num_classes, reg=reg, dtype=dtype, weight_scale=7.0)


class RowBiases(impl.TwoLayerNet):
    """Biases may be rows."""

    def __init__(self, *sizes: int, std: float = 1e-4) -> None:
        super().__init__(*sizes, std=std, dtype=np.float64)
        self.params = {name: w[np.newaxis] if w.ndim == 1 else w for name, w in self.params.items()}


def own(contract: str, functions: Functions, case: Case) -> dict[str, np.ndarray]:
    """What a submission gives on a case."""
    return dict(local_session(functions).run(contract_named(contract), case).arrays)


def test_weights_of_a_network_that_takes_no_deviation_are_not_judged(judge_impl: Judge) -> None:
    """Its biases are."""
    assert bad_checks(judge_impl("fully_connected_net", FullyConnectedNet=NoScale)) == set()


def test_biases_may_start_as_rows(impl_functions: Functions) -> None:
    """They are taken as they come."""
    for case in drawn("two_layer_net", "initial", 20):
        observed = own("two_layer_net", {**impl_functions, "TwoLayerNet": RowBiases}, case)
        assert observed.keys() == {"W1", "b1", "W2", "b2"}
        assert list(initial.start_as_they_should(case, observed)) == []


def test_an_array_of_another_shape_is_told_of(impl_functions: Functions) -> None:
    """What comes back is not trusted to have the right one."""
    case = next(drawn("list_net", "initial"))
    observed = own("list_net", impl_functions, case)
    told = list(initial.start_as_they_should(case, {**observed, "W1": np.zeros(0), "b1": np.zeros(())}))
    assert {finding.kind for finding in told} == {Kind.STARTS_IN_SHAPE}
    assert [(finding.observation, finding.got) for finding in told] == [("W1", (0,)), ("b1", ())]


def test_a_wrong_start_is_charged_to_the_interface_alone(judge_impl: Judge) -> None:
    """Scores and gradients are judged with parameters that are given."""
    wrong = next(each for each in misconceptions_of("shallow_layer_net") if each.name == "weight_scale_is_ignored")
    results = judge_impl("shallow_layer_net", **wrong.build())
    assert bad_checks(results) == {"interface"}
    assert "W1 starts with a standard deviation of " in results["interface"].message


def test_masks_that_repeat_themselves_are_told_of() -> None:
    """All of them, or a few."""
    case, steps = next(drawn("dropout_net", "own_masks")), generator("steps").standard_normal((STEPS, 4))
    assert list(anew_each_step(case, {"weight_gradients": steps})) == []
    for wrong, words in ((np.ones_like(steps), "drops the same"), (np.tile(steps[:25], (2, 1)), "only 25 of 50")):
        (finding,) = anew_each_step(case, {"weight_gradients": wrong})
        assert finding.check == "dropout_scaling"
        assert words in sentence(finding)


def test_a_gradient_of_nothing_tells_of_no_mask() -> None:
    """Rectified scores are wrong in another way; what is dropped twice among the others is seen all the same."""
    case, steps = next(drawn("dropout_net", "own_masks")), generator("steps").standard_normal((STEPS, 4))
    steps[::3] = 0
    assert list(anew_each_step(case, {"weight_gradients": steps})) == []
    steps[1] = steps[2]
    (finding,) = anew_each_step(case, {"weight_gradients": steps})
    assert "only 32 of 33" in sentence(finding)


def test_a_network_in_which_all_units_are_on_shows_every_mask(impl_functions: Functions) -> None:
    """A unit that is off anyway would hide that it is dropped."""
    for case in drawn("dropout_net", "own_masks"):
        assert (case["x"] @ case["W1"] + case["b1"] > 0).all()
        gradients = own("dropout_net", impl_functions, case)["weight_gradients"]
        assert len({step.tobytes() for step in gradients}) == STEPS


def test_a_networks_own_masks_replay(impl_functions: Functions) -> None:
    """The script takes the same steps."""
    case = next(drawn("dropout_net", "own_masks"))
    lines = local_session(impl_functions).run(contract_named("dropout_net"), case).script
    got: dict[str, np.ndarray] = {}
    exec("\n".join(lines), {**impl_functions, **case.inputs, "np": np, "got": got})
    assert got["weight_gradients"].shape == (STEPS, *case["W2"].shape)
    assert list(anew_each_step(case, got)) == []


def test_what_a_new_network_starts_with_replays(impl_functions: Functions) -> None:
    """Parameter by parameter."""
    for contract in ("layernorm_net", "list_net"):
        case = next(drawn(contract, "initial"))
        observed = local_session(impl_functions).run(contract_named(contract), case)
        got: dict[str, np.ndarray] = {}
        exec("\n".join(observed.script), {**impl_functions, "np": np, "got": got})
        assert {name: w.shape for name, w in got.items()} == {name: w.shape for name, w in observed.arrays.items()}


class Idle:
    """Takes no step."""

    def __init__(self, model: Any, data: Any, **_settings: Any) -> None:
        self.loss_history: list[float] = []

    def train(self) -> None:
        """Nothing."""


def test_a_solver_that_asks_for_no_loss_is_told_so(judge_impl: Judge) -> None:
    """The suite does not fail over it."""
    results = judge_impl("solver", Solver=Idle)
    assert "Solver.train asked the model for no loss, expected one a step" in results["interface"].message


def network_of(case: Case) -> impl.Network:
    net = impl.Network([len(case["W1"]), *(case[f"b{i}"].size for i in (1, 2))])
    net.weights, net.bias = [case[f"W{i}"].copy() for i in (1, 2)], [case[f"b{i}"].copy() for i in (1, 2)]
    return net


def test_a_learned_sample_teaches_nothing_at_any_time_of_a_training() -> None:
    """So it does not matter which of the two comes first."""
    cases = [case for case in drawn("list_training", "mini_batches") if case.dtype == "float64"]
    for case in cases:
        net, rate = network_of(case), case.scalar_options()["learning_rate"]
        for _ in range(EPOCHS + 1):
            _, dws, dbs = net.backward(case["x_learned"], case["y_1"])
            assert max(np.abs(gradient).max() for gradient in (*dws, *dbs)) < np.finfo(np.float64).eps
            net.train((case["x_1"], case["y_1"]), (case["x_1"], case["y_1"]), rate, 1, 1)
    assert len(cases) >= 20


def test_a_watched_sample_stays_right() -> None:
    """Whenever a text takes its accuracies, they are 1."""
    cases = list(drawn("shallow_training", "watched", 200))
    for case in cases:
        sizes = (len(case["W1"]), case["b1"].size, case["b2"].size)
        net = impl.ShallowLayerNet(*sizes, dtype=np.float64)
        net.params = {name: case[name].astype(np.float64) for name in net.params}
        assert net.predict(case["x_1"]) == case["y_1"]
        step = partial(net.train, case["x_1"], case["y_1"], case["x_1"], case["y_1"], batch_size=1, learning_rate=0.1)
        told = step(num_iters=EPOCHS, learning_rate_decay=1.0)
        assert told["train_acc_history"] == told["val_acc_history"] == [1.0] * EPOCHS
    assert len(cases) >= 40


@pytest.mark.needs_torch
def test_a_solver_scores_every_validation_sample() -> None:
    """Its best accuracy is a number of samples over 201, not of tens."""
    contract = contract_named("solver")
    for case in drawn("solver", "scripted", 12):
        right = 201 * contract.reference(case)["val_acc_history"]
        assert np.array_equal(right.round(9), right.round())


def test_an_epoch_may_be_cut_into_nearly_equal_parts(judge_impl: Judge) -> None:
    """``np.array_split`` makes batches of one sample more than was asked for: every sample is there all the same."""

    class Network(impl.Network):
        def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
            x, y = training_data
            rng = np.random.default_rng(3)
            for _ in range(epochs):
                for rows in np.array_split(rng.permutation(len(x)), max(len(x) // batch_size, 1)):
                    _, dws, dbs = self.backward(x[rows], y[rows])
                    rate = dws[0].dtype.type(learning_rate)
                    self.weights = [w - rate * dw for w, dw in zip(self.weights, dws, strict=True)]
                    self.bias = [b - rate * db for b, db in zip(self.bias, dbs, strict=True)]

    told = judge_impl("list_training", Network=Network)
    assert {name: told[name].message for name in bad_checks(told)} == {}
