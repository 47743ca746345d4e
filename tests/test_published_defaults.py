"""What the five published texts print and how they call things, with nothing but impl's defaults.

A printed value is met to half a unit of its last decimal, a printed relative error if it prints the same.
"""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof import impl
from gradproof.conformance.checks.gradcheck import LADDER, Slope, directions, points, slopes
from gradproof.conformance.oracle import published_values
from gradproof.conformance.oracle.yardstick import NORMWISE
from gradproof.conformance.spec.cases import Case

SIZES = (5, 50, 7)  # of the shallow net whose scores and losses are printed
LOSS, LOSS_WITH_PENALTY = 3.4702243556, 26.5948426952
EPS = float(np.finfo(np.float64).eps)
H = 1e-5  # the step of a numeric gradient
STEPS = tuple(h / 16 for h in LADDER)  # two rungs closer, clear of the kinks of the deep net
TWO_LAYERS = {"ShallowLayerNet": impl.ShallowLayerNet, "TwoLayerNet": impl.TwoLayerNet}


def printed(contract: str) -> tuple[Case, dict[str, np.ndarray]]:
    """The published case of a contract without a penalty, and its values."""
    case = published_values.cases(contract)[0]
    return case, published_values.answer(case).values


def rounding(contract: str, name: str) -> float:
    """Half a unit of the last decimal that is printed."""
    return float((published_values.answer(published_values.cases(contract)[0]).units[name] * NORMWISE).max())


def filled(net: Any) -> Any:
    """The net with the published parameters, which have to fit what it has, in the dtype that it has."""
    case, _ = printed("shallow_layer_net")
    for name, w in net.params.items():
        assert w.shape == case[name].shape
        net.params[name] = case[name].astype(w.dtype)
    return net


def samples() -> tuple[np.ndarray, np.ndarray]:
    """The published samples and labels of the shallow net."""
    case, _ = printed("shallow_layer_net")
    return case["x"], case["y"]


def penalised(net: Any, reg: float) -> Any:
    """The net with another strength of its penalty, set as the text sets it."""
    net.reg = reg
    return net


def is_printed(value: Any, expected: Any, contract: str, name: str) -> bool:
    """Whether values print as the text has them."""
    return float(np.abs(value - expected).max()) <= rounding(contract, name)


# layers


@pytest.mark.parametrize(
    ("contract", "arguments", "error"), [("affine", "xwb", "9.8e-10"), ("relu", "x", "5.0e-08")], ids=["affine", "relu"]
)
def test_a_layer_gives_the_printed_values(contract: str, arguments: str, error: str) -> None:
    """S3's affine and relu: to the last digit, and with the relative error that the text prints."""
    case, expected = printed(contract)
    out, _ = getattr(impl, f"{contract}_forward")(*(case[name] for name in arguments))
    assert is_printed(out, expected["out"], contract, "out")
    assert f"{impl.rel_error(out, expected['out']):.1e}" == error


def test_small_scores_lose_about_the_logarithm_of_the_classes() -> None:
    """S3's softmax at 50 x 10 scores of 0.001 randn: 2.3026, but for what the scores are apart."""
    rng = np.random.default_rng(0)
    scores = 0.001 * rng.standard_normal((50, 10))
    loss, _ = impl.softmax_loss(scores, rng.integers(10, size=50))
    assert f"{np.log(10):.4f}" == "2.3026"
    assert abs(loss - np.log(10)) <= np.ptp(scores)


def test_batchnorm_has_the_published_eps_momentum_and_statistics() -> None:
    """S1 and S4: 1e-5, 0.9, the biased variance, in the dictionary as (D,)."""
    x = np.random.default_rng(0).standard_normal((4, 3))
    ones, zeros, param = np.ones(3), np.zeros(3), {"mode": "train"}
    given = {"mode": "train", "eps": 1e-5, "momentum": 0.9, "running_mean": zeros, "running_var": zeros}
    assert np.array_equal(
        impl.batchnorm_forward(x, ones, zeros, param)[0], impl.batchnorm_forward(x, ones, zeros, given)[0]
    )
    for name, statistic in (("running_mean", x.mean(axis=0)), ("running_var", x.var(axis=0, ddof=0))):
        assert np.array_equal(param[name], given[name])
        assert impl.rel_error(param[name], 0.1 * statistic) < len(x) * EPS


# the shallow nets


@pytest.mark.parametrize("name", TWO_LAYERS)
def test_a_shallow_net_gives_the_printed_scores(name: str) -> None:
    """S3 and S5, as their constructors make them: every digit of D, H, C = 5, 50, 7."""
    _, expected = printed("shallow_layer_net")
    net = filled(TWO_LAYERS[name](*SIZES))
    assert is_printed(net.loss(samples()[0]), expected["scores"], "shallow_layer_net", "scores")


@pytest.mark.parametrize("name", TWO_LAYERS)
def test_a_shallow_net_gives_the_printed_loss(name: str) -> None:
    """3.4702243556 without a penalty, which is how both start."""
    loss, _ = filled(TWO_LAYERS[name](*SIZES)).loss(*samples())
    assert is_printed(loss, LOSS, "shallow_layer_net", "loss")


LOSSES_WITH_PENALTY: dict[str, Callable[[], Any]] = {
    "S3, reg of the constructor": lambda: filled(impl.ShallowLayerNet(*SIZES, reg=1.0)).loss(*samples()),
    "S3, reg of the network": lambda: penalised(filled(impl.ShallowLayerNet(*SIZES)), 1.0).loss(*samples()),
    "S5, which has no half": lambda: filled(impl.TwoLayerNet(*SIZES)).loss(*samples(), reg=0.5),
}


@pytest.mark.parametrize("name", LOSSES_WITH_PENALTY)
def test_a_shallow_net_gives_the_printed_loss_with_the_penalty(name: str) -> None:
    """26.5948426952 with 0.5 times the sum of the squared weights."""
    loss, _ = LOSSES_WITH_PENALTY[name]()
    assert is_printed(loss, LOSS_WITH_PENALTY, "shallow_layer_net", "loss")


def test_the_penalty_of_one_loss_is_not_that_of_the_next() -> None:
    """S5: ``loss(X, y=None, reg=0.0)``."""
    net = filled(impl.TwoLayerNet(*SIZES))
    plain, _ = net.loss(*samples())
    assert net.loss(*samples(), reg=0.7)[0] > plain == net.loss(*samples())[0]


def test_a_training_is_penalised_as_it_is_told() -> None:
    """S5: with ``train(reg=...)``, in every step, although the loss itself has no penalty unless it is asked for."""
    x, y = samples()
    options: dict[str, Any] = {"num_iters": 3, "batch_size": 2, "learning_rate": 1e-3}
    losses = []
    for reg in (0.0, 0.5):
        net = filled(impl.TwoLayerNet(*SIZES, seed=0))
        losses.append(net.train(x, y, x, y, reg=reg, **options)["loss_history"])
    (first, *_), (first_with_penalty, *_) = losses
    added = LOSS_WITH_PENALTY - LOSS
    assert abs(first_with_penalty - first - added) <= 2 * rounding("shallow_layer_net", "loss")
    assert all(with_penalty > plain for plain, with_penalty in zip(*losses, strict=True))


# how they are called


SIGNATURES: dict[str, tuple[Callable[..., Any], str]] = {
    "S1 FullyConnectedNet": (
        impl.FullyConnectedNet,
        "hidden_dims, input_dim=3072, num_classes=10, dropout=1, normalization=None, reg=0.0, weight_scale=0.01, "
        "dtype=float32, seed=None",
    ),
    "S1 batchnorm_forward": (impl.batchnorm_forward, "x, gamma, beta, bn_param"),
    "S1 dropout_forward": (impl.dropout_forward, "x, dropout_param"),
    "S2 Network": (impl.Network, "sizes"),
    "S2 forward": (impl.Network.forward, "self, x"),
    "S2 backward": (impl.Network.backward, "self, x, y"),
    "S2 softmax_cross_entropy": (impl.softmax_cross_entropy, "logits, y"),
    "S2 train": (
        impl.Network.train,
        "self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100",
    ),
    "S3 affine_forward": (impl.affine_forward, "x, w, b"),
    "S3 affine_relu_forward": (impl.affine_relu_forward, "x, w, b"),
    "S3 softmax_loss": (impl.softmax_loss, "x, y"),
    "S3 rel_error": (impl.rel_error, "x, y"),
    "S3 ShallowLayerNet": (
        impl.ShallowLayerNet,
        "input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=0.001, reg=0.0",
    ),
    "S3 train": (
        impl.ShallowLayerNet.train,
        "self, X, y, X_val, y_val, num_iters=100, batch_size=200, learning_rate=0.001, learning_rate_decay=0.95, "
        "reg=None, verbose=False",
    ),
    "S3 loss": (impl.ShallowLayerNet.loss, "self, X, y=None"),
    "S5 TwoLayerNet": (impl.TwoLayerNet, "input_size, hidden_size, num_classes, std=0.0001"),
    "S5 loss": (impl.TwoLayerNet.loss, "self, X, y=None, reg=0.0"),
}


def positional(function: Callable[..., Any]) -> str:
    """What may be given by position, with the defaults."""

    def text(parameter: inspect.Parameter) -> str:
        default = parameter.default
        if default is inspect.Parameter.empty:
            return parameter.name
        return f"{parameter.name}={default.__name__ if isinstance(default, type) else repr(default)}"

    found = inspect.signature(function).parameters.values()
    return ", ".join(text(each) for each in found if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD)


@pytest.mark.parametrize("name", SIGNATURES)
def test_arguments_have_the_published_names_order_and_defaults(name: str) -> None:
    """What a text gives by position or leaves out means the same here; what is impl's own is by keyword alone."""
    function, expected = SIGNATURES[name]
    assert positional(function) == expected


PRECISIONS: dict[str, tuple[Callable[[], Any], type]] = {
    "S1": (lambda: impl.FullyConnectedNet([3], 4, 2, normalization="batchnorm"), np.float32),
    "S2": (lambda: impl.Network([4, 3, 2]), np.float64),
    "S3": (lambda: impl.ShallowLayerNet(4, 3, 2), np.float64),
    "S5": (lambda: impl.TwoLayerNet(4, 3, 2), np.float64),
}


@pytest.mark.parametrize("system", PRECISIONS)
def test_parameters_start_in_the_precision_of_the_text(system: str) -> None:
    """float32 where the text has ``dtype=float32``, float64 where it says nothing."""
    make, dtype = PRECISIONS[system]
    assert {w.dtype for w in make().params.values()} == {np.dtype(dtype)}


def test_sizes_of_a_deep_net_are_understood_in_the_order_of_either_text() -> None:
    """S1 has the hidden layers first, S3 the inputs; by keyword both say the same."""
    nets = [
        impl.FullyConnectedNet([20, 30], 15, 10, seed=0),
        impl.FullyConnectedNet(15, [20, 30], 10, seed=0),
        impl.FullyConnectedNet(np.int64(15), (20, 30), 10, seed=0),
        impl.FullyConnectedNet(np.array([20, 30]), 15, 10, seed=0),
        impl.FullyConnectedNet(input_dim=15, hidden_dims=[20, 30], num_classes=10, seed=0),
    ]
    first = nets[0].params
    assert [w.shape for w in first.values()] == [(15, 20), (20,), (20, 30), (30,), (30, 10), (10,)]
    for net in nets[1:]:
        assert all(np.array_equal(w, first[name]) for name, w in net.params.items())


@pytest.mark.parametrize("sizes", [(15, 10), (15,), ([20], [15])], ids=str)
def test_sizes_that_could_mean_either_are_refused(sizes: tuple[Any, ...]) -> None:
    """Two numbers or two sequences."""
    with pytest.raises(ValueError, match="expected a sequence of sizes and a number"):
        impl.FullyConnectedNet(*sizes)


def test_a_dropout_of_1_is_none() -> None:
    """S1's default: a training step drops nothing, and draws nothing."""
    net = impl.FullyConnectedNet([6, 6], 5, 7, seed=0)
    before = net.state()["generator"]
    x, y = samples()
    first, again = (net.loss(x, y)[0] for _ in range(2))
    assert first == again == impl.softmax_loss(net.loss(x), y)[0]
    assert net.state()["generator"] == before


def test_a_training_tells_the_named_histories() -> None:
    """S3: in this order, a loss a step."""
    x, y = samples()
    told = impl.ShallowLayerNet(*SIZES, seed=0).train(x, y, x, y, 6, 2)
    assert list(told) == ["loss_history", "train_acc_history", "val_acc_history", "best_val_acc"]
    assert len(told["loss_history"]) == len(told["val_acc_history"]) == 6
    assert told["best_val_acc"] == max(told["val_acc_history"])


# gradients


def measured(net: Any, loss: Callable[[], tuple[Any, dict[str, np.ndarray]]], scale: float = 1.0) -> tuple[Slope, ...]:
    """The slopes of the loss, all parameters moved together, against the gradients that the net gives, times scale."""
    start = {name: w.copy() for name, w in net.params.items()}
    along = directions("published", start)
    gradients = {name: scale * gradient for name, gradient in loss()[1].items()}
    moved = points(start, along, STEPS)

    def at(i: int) -> Any:
        for name, w in start.items():
            net.params[name] = moved[name][i].astype(w.dtype)
        return loss()[0]

    outputs = np.array([at(i) for i in range(len(next(iter(moved.values()))))], np.float64)
    net.params.update(start)
    return slopes(outputs[:, np.newaxis], np.ones(1), start, along, gradients, STEPS)


def deep(reg: float) -> tuple[Any, Callable[[], Any]]:
    """D = 15, hidden layers 20, 30, 20, ten classes in S3's order; the dtype is told, for S1's default is float32."""
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((2, 15)), rng.integers(10, size=2)
    net = impl.FullyConnectedNet(15, [20, 30, 20], 10, reg=reg, weight_scale=5e-2, dtype=np.float64, seed=1)
    return net, lambda: net.loss(x, y)


def shallow(reg: float) -> tuple[Any, Callable[[], Any]]:
    """S3's, with the published parameters."""
    net = filled(impl.ShallowLayerNet(*SIZES, reg=reg))
    return net, lambda: net.loss(*samples())


def two_layers(reg: float) -> tuple[Any, Callable[[], Any]]:
    """S5's, with the published parameters."""
    net = filled(impl.TwoLayerNet(*SIZES))
    return net, lambda: net.loss(*samples(), reg)


CHECKED = [
    *((deep, reg) for reg in (0.0, 0.11, 3.14)),
    *((make, reg) for make in (shallow, two_layers) for reg in (0.0, 0.7)),
]


@pytest.mark.parametrize(("make", "reg"), CHECKED, ids=lambda each: getattr(each, "__name__", str(each)))
def test_gradients_are_the_slopes_of_the_loss_at_the_published_shapes(
    make: Callable[[float], tuple[Any, Callable[[], Any]]], reg: float
) -> None:
    """Along every direction; a gradient that is wrong by a hundredth of a percent is not."""
    net, loss = make(reg)
    assert all(slope.has_settled and slope.agrees for slope in measured(net, loss))
    assert all(slope.has_settled and not slope.agrees for slope in measured(net, loss, scale=1.0001))


# the numeric gradient of the texts


def test_a_numeric_gradient_of_a_parabola_is_its_derivative() -> None:
    """Central differences are exact there but for the rounding of f over the step; x is as it was."""
    x = np.random.default_rng(0).standard_normal((3, 4))
    before, rounding_of_f = x.copy(), EPS * np.square(x).sum() / H
    assert np.abs(impl.eval_numerical_gradient(lambda t: np.square(t).sum(), x) - 2 * x).max() <= 2 * rounding_of_f
    assert np.array_equal(x, before)


def test_a_numeric_gradient_of_an_array_takes_the_upstream_gradient() -> None:
    """As the one of its product with it."""
    rng = np.random.default_rng(0)
    x, w, dout = rng.standard_normal((2, 3)), rng.standard_normal((3, 4)), rng.standard_normal((2, 4))
    found = impl.eval_numerical_gradient_array(lambda t: t @ w, x, dout)
    rounding_of_f = EPS * np.abs(dout * (x @ w)).sum() / H
    assert np.abs(found - dout @ w.T).max() <= 2 * rounding_of_f


def test_a_numeric_gradient_reaches_the_parameter_of_a_network() -> None:
    """S3's check: f ignores its argument and asks the network, whose array is moved in place.

    It errs by the rounding of the loss, and by much less than it changes from ten times the step.
    """
    net, loss = shallow(0.7)
    value, grads = loss()
    for name, w in net.params.items():
        found = impl.eval_numerical_gradient(lambda _: loss()[0], w)
        change = np.abs(impl.eval_numerical_gradient(lambda _: loss()[0], w, 10 * H) - found)
        assert (np.abs(found - grads[name]) <= change + 4 * EPS * value / H).all()


def test_what_f_raises_leaves_x_as_it_was() -> None:
    x = np.ones(2)
    with pytest.raises(ZeroDivisionError):
        impl.eval_numerical_gradient(lambda _: 1 / 0, x)
    assert np.array_equal(x, np.ones(2))


@pytest.mark.parametrize(
    ("x", "y", "error"), [([1.0, 3.0], [1.0, 1.0], 0.5), ([0.0], [0.0], 0.0), ([0.0], [1e-9], 0.1)], ids=str
)
def test_the_relative_error_is_by_the_sum_of_both_sizes(x: list[float], y: list[float], error: float) -> None:
    """Over 1e-8 at least, so that two zeros agree."""
    assert f"{impl.rel_error(np.array(x), np.array(y)):.12g}" == f"{error:g}"


def test_the_relative_error_of_two_shapes_is_refused() -> None:
    """Nothing broadcasts."""
    with pytest.raises(ValueError, match=r"y has shape \(3, 1\), expected \(3,\)"):
        impl.rel_error(np.ones(3), np.ones((3, 1)))
