"""Whole networks: scores, loss, every gradient, running statistics after several steps, dropout with given masks."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np

from conformance import nets
from conformance.cases import Array, Draw, Scalar, choose, is_clear_of_kinks, length, normal, until
from conformance.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Exercise,
    Function,
    Observations,
    Scenario,
    Subject,
    scalar_loss,
)
from conformance.contracts import dropout

LAYERS = 4  # at most
LATER_STEPS = 2
REGS = (0.11, 0.5, 3.14)
KEEP = (0.5, 0.75)
CERTAIN = 0.98
KINDS = ("W", "b", "gamma", "beta")


def draw_net(
    hidden: tuple[int, ...],
    least_samples: int = 1,
    normalization: str | None = None,
    regs: tuple[float, ...] = (0.0,),
    keeps: tuple[float, ...] = (),
    row_biases: bool = False,
) -> Draw:
    """A network with one of ``hidden`` hidden layers and its batch, alive and clear of kinks.

    The weights are of the size of 1 / sqrt(inputs), so that no softmax saturates; biases are random, never 0.
    """

    def draw(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        options: dict[str, Scalar] = {"reg": choose(rng, regs)} if regs != (0.0,) else {}
        options |= {"normalization": normalization} if normalization else {}
        keep = choose(rng, keeps) if keeps else 1.0
        options |= {"dropout": keep if dialect.dropout_p == "keep" else round(1 - keep, 6)} if keeps else {}
        depth = choose(rng, hidden)

        def propose() -> Drawn:
            samples = length(rng, min(size, 7), least_samples)
            units = [length(rng, min(size, 5), 3 if normalization else 1) for _ in range(depth)]
            sizes = [length(rng, min(size, 6), 2 if normalization else 1), *units, length(rng, min(size, 5), 2)]
            inputs = dict(draw_parameters(rng, sizes, normalization, row_biases))
            inputs |= {
                "x": _batch(rng, samples, sizes[0], is_flat=row_biases),
                "y": rng.integers(sizes[-1], size=samples),
            }
            for i, count in enumerate(units if keeps else [], start=1):
                inputs[f"mask_{i}"] = (rng.random((samples, count)) < keep).astype(np.int64)
            if normalization == "batchnorm":
                inputs |= _later_batches(rng, samples, sizes)
            return Drawn(inputs, options)

        return until(propose, lambda drawn: is_telling(drawn.inputs, normalization, keep))

    return draw


def draw_parameters(
    rng: np.random.Generator, sizes: list[int], normalization: str | None, row_biases: bool
) -> Iterator[tuple[str, Array]]:
    """Weights of the size of 1 / sqrt(inputs), biases and shifts of the size of 1, scales of both signs."""
    for i, (inputs, units) in enumerate(pairwise(sizes), start=1):
        yield f"W{i}", normal(rng, inputs, units) * 1.5 / np.sqrt(inputs)
        yield f"b{i}", normal(rng, 1, units) if row_biases else normal(rng, units)
        if normalization and i < len(sizes) - 1:
            yield f"gamma{i}", rng.uniform(0.5, 2.0, units) * rng.choice([-1.0, 1.0], units)
            yield f"beta{i}", normal(rng, units)


def _batch(rng: np.random.Generator, samples: int, features: int, is_flat: bool) -> Array:
    """Every third time with more than two dimensions, unless the network takes (N, D) alone."""
    shape = (samples, features) if is_flat or features % 2 or rng.integers(3) else (samples, 2, features // 2)
    return normal(rng, *shape)


def _later_batches(rng: np.random.Generator, samples: int, sizes: list[int]) -> dict[str, Array]:
    steps = range(2, 2 + LATER_STEPS)
    batches = {f"x_{step}": normal(rng, samples, sizes[0]) for step in steps}
    labels = {f"y_{step}": rng.integers(sizes[-1], size=samples) for step in steps}
    return {**batches, **labels, "x_test": normal(rng, max(samples - 2, 1), sizes[0])}


def is_telling(inputs: Mapping[str, Array], normalization: str | None, keep: float) -> bool:
    """Whether no rectifier sits near its kink, some sample passes a unit in every layer, and none is surely right.

    A sample whose class is certain has a gradient of 0.
    """
    x = inputs["x"].reshape(len(inputs["x"]), -1)
    alive = np.ones(len(x), bool)
    last = sum(name.startswith("W") for name in inputs)
    for i in range(1, last):
        hidden = x @ inputs[f"W{i}"] + inputs[f"b{i}"]
        if normalization:
            axis = 0 if normalization == "batchnorm" else 1
            centred = hidden - hidden.mean(axis=axis, keepdims=True)
            deviation = np.sqrt(np.square(centred).mean(axis=axis, keepdims=True))
            if deviation.min() < 0.05:
                return False
            hidden = inputs[f"gamma{i}"] * centred / deviation + inputs[f"beta{i}"]
        x = np.maximum(hidden, 0) * inputs.get(f"mask_{i}", np.ones(1)) / keep
        alive &= (x > 0).any(axis=1)
        if not is_clear_of_kinks(hidden) or (normalization == "batchnorm" and not _two_units_are_mixed(x)):
            return False
    scores = x @ inputs[f"W{last}"] + inputs[f"b{last}"]
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    certainty = odds[np.arange(len(odds)), inputs["y"]] / odds.sum(axis=1)
    return bool(alive.any() and (certainty < CERTAIN).all())


def _two_units_are_mixed(active: Array) -> bool:
    """Whether two units are on for some samples and off for others.

    A batch normalization that follows takes any common shift out again, and the magnitude of a single input's weights.
    """
    on = active > 0
    return int((on.any(axis=0) & ~on.all(axis=0)).sum()) >= 2


def exercise(class_name: str, build: Callable[[Subject, str, Case], nets.Net]) -> Exercise:
    """Build the network, fill it, take its scores, loss and gradients; with batch norm, take further steps first."""

    def ask(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        net = build(subject, class_name, case)
        if "x_test" not in case.inputs:
            scores = net.scores("x")
            subject.script.append('got["scores"] = scores')
            yield "scores", scores
        for name, value in net.loss("x", "y"):
            subject.script.append(f'got["{name}"] = {net.expression(name)}')
            yield name, value
        if "x_test" not in case.inputs:
            return
        for step in range(2, 2 + LATER_STEPS):
            for _ in net.loss(f"x_{step}", f"y_{step}"):
                pass
        scores = net.scores("x_test")
        subject.script.append('got["test_scores"] = scores')
        yield "test_scores", scores

    return ask


def with_given_masks(ask: Exercise) -> Exercise:
    """The same with the submission's own dropout replaced: it keeps what the case's masks say, scaled as declared."""

    def ask_masked(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        masks = [name for name in case.inputs if name.startswith("mask_")]
        conventions = (case.dialect.dropout_p == "keep", case.dialect.dropout == "inverted")
        given = GivenMasks([case[name] for name in masks], *conventions)
        subject.offered("dropout_forward")
        subject.script += [
            *("from typing import Any", "Array = np.ndarray"),
            inspect.getsource(GivenMasks),
            f"dropout = GivenMasks([{', '.join(masks)}], {', '.join(map(str, conventions))})",
            "for module in list(sys.modules.values()):",
            "    for own, given_one in ((dropout_forward, dropout.forward), (dropout_backward, dropout.backward)):",
            "        if getattr(module, own.__name__, None) is own and module.__name__ != __name__:",
            "            setattr(module, own.__name__, given_one)",
        ]
        with subject.replaced({"dropout_forward": given.forward, "dropout_backward": given.backward}):
            for name, value in ask(subject, case):
                if name == "loss" and given.calls == 0:
                    told = "does not call dropout_forward in training; expected one call after each hidden layer's relu"
                    subject.end("interface", "FullyConnectedNet.loss", told)
                yield name, value

    return ask_masked


class GivenMasks:
    """Dropout with given masks, one call after the other; p and mode are what the submission passes on.

    Args:
        masks: of 0 and 1, one a hidden layer.
        p_is_keep: whether p is the probability to keep.
        inverted: whether training divides by that probability; if not, test time multiplies by it.
    """

    def __init__(self, masks: list[Array], p_is_keep: bool, inverted: bool) -> None:
        self.calls = 0
        self.masks, self.p_is_keep, self.inverted = masks, p_is_keep, inverted

    def forward(self, x: Array, dropout_param: dict[str, Any]) -> tuple[Array, Any]:
        """``x * mask / keep`` in training, x at test time; or ``x * mask`` and ``x * keep``."""
        keep = dropout_param["p"] if self.p_is_keep else 1 - dropout_param["p"]
        if dropout_param["mode"] == "test":
            return x * x.dtype.type(1 if self.inverted else keep), (dropout_param, None)
        mask = self.masks[self.calls % len(self.masks)].astype(x.dtype)
        factor = mask * x.dtype.type(1 / keep if self.inverted else 1)
        self.calls += 1
        return x * factor, (dropout_param, factor)

    def backward(self, dout: Array, cache: Any) -> Array:
        """``dout`` times what the forward multiplied by."""
        return dout if cache[1] is None else dout * cache[1]


def reference(case: Case, kink: int = 0, by_log_sum_exp: bool = False) -> Observations:
    """The torch module with the same parameters."""
    options, dialect = case.scalar_options(), case.dialect
    p = float(options.get("dropout", 1.0 if dialect.dropout_p == "keep" else 0.0))
    answers: Observations = import_module("reference.networks").answer(
        case.inputs,
        LATER_STEPS if "x_test" in case.inputs else 0,
        by_log_sum_exp,
        normalization=options.get("normalization"),
        reg=float(options.get("reg", 0.0)),
        l2=dialect.l2,
        keep=p if dialect.dropout_p == "keep" else round(1 - p, 6),
        inverted=dialect.dropout == "inverted",
        keep_unbiased=dialect.running_variance == "unbiased",
        kink=kink,
    )
    return answers


PENALISED = (
    "the penalty is 0.5 * reg * sum of W^2 over every weight matrix, once each (without the 0.5 under l2=full); "
    "biases, gamma and beta are not penalised"
)
OBSERVES = {
    "scores": "forward",
    "loss": "forward",
    **{f"d{kind}{i}": "gradient" for i in range(1, LAYERS + 1) for kind in KINDS},
}
AFTER_STEPS = {"test_scores": "running_statistics"}  # of batch norm, after further training steps
GRADIENTS = {f"d{kind}{i}": f"{kind}{i}" for i in range(1, LAYERS + 1) for kind in KINDS}
LAYERS_BELOW = ("affine", "relu", "softmax_loss")


def class_functions(cls: str) -> tuple[Function, ...]:
    """The constructor and the loss of a network class."""
    constructor = Function(cls, ("sizes", "options"), ("net",))
    return (constructor, Function(f"{cls}.loss", ("X", "y"), ("loss", "grads")))


def network(name: str, cls: str, scenarios: tuple[Scenario, ...], **fields: Any) -> Contract:
    """The row of a network of the dictionary style; ``fields`` are those in which it differs from the plain one."""
    plain = {
        "functions": class_functions(cls),
        "exercise": exercise(cls, nets.build),
        "dialects": ("l2",),
        "builds_on": LAYERS_BELOW,
        "marks": ((f"{cls}.loss",),),
        "observes": OBSERVES,
    }
    return Contract(
        name=name,
        scenarios=scenarios,
        reference=reference,
        alternatives=tuple(partial(reference, kink=kink, by_log_sum_exp=True) for kink in (-1, 1)),
        gradients=GRADIENTS,
        objective="loss",
        upstream=scalar_loss,
        transplants=True,
        **{**plain, **fields},
    )


def normalized(name: str, normalization: str, keywords: tuple[str, ...], **fields: Any) -> Contract:
    """The row of a network with a normalization after every hidden affine layer."""
    least = 4 if normalization == "batchnorm" else 1
    return network(
        name,
        "FullyConnectedNet",
        (
            Scenario("ordinary", draw_net((2,), least, normalization), share=2),
            Scenario("penalised", draw_net((2,), least, normalization, REGS), hint=PENALISED),
        ),
        marks=(("FullyConnectedNet.loss",), tuple(f"FullyConnectedNet({keyword})" for keyword in keywords)),
        **fields,
    )


def with_reg(depths: tuple[int, ...], **options: Any) -> tuple[Scenario, ...]:
    """Cases without and with a penalty."""
    return (
        Scenario("ordinary", draw_net(depths, **options)),
        Scenario("penalised", draw_net(depths, regs=REGS, **options), hint=PENALISED),
    )


CONTRACTS = (
    network("fully_connected_net", "FullyConnectedNet", with_reg((1, 2, 3))),
    normalized(
        "batchnorm_net",
        "batchnorm",
        ("normalization", "use_batchnorm"),
        dialects=("l2", "running_variance"),
        observes={**OBSERVES, **AFTER_STEPS},
        vanishes=("db1", "db2"),  # batch normalization takes the bias out again
        builds_on=(*LAYERS_BELOW, "batchnorm", "batchnorm_alt", "fully_connected_net"),
    ),
    normalized(
        "layernorm_net",
        "layernorm",
        ("normalization",),
        builds_on=(*LAYERS_BELOW, "layernorm", "fully_connected_net"),
    ),
    network(
        "dropout_net",
        "FullyConnectedNet",
        (Scenario("given_masks", draw_net((1, 2), keeps=KEEP, least_samples=2)),),
        functions=(*class_functions("FullyConnectedNet"), dropout.FORWARD, dropout.BACKWARD),
        borrowed=("dropout_forward", "dropout_backward"),
        exercise=with_given_masks(exercise("FullyConnectedNet", nets.build)),
        dialects=("dropout_p", "dropout"),
        builds_on=(*LAYERS_BELOW, "fully_connected_net"),
        marks=(
            ("FullyConnectedNet.loss",),
            ("FullyConnectedNet(dropout)", "FullyConnectedNet(dropout_keep_ratio)"),
            ("dropout_forward",),
        ),
    ),
    network("shallow_layer_net", "ShallowLayerNet", with_reg((1,))),
    network("two_layer_net", "TwoLayerNet", with_reg((1,))),
    network(
        "list_net",
        "Network",
        (Scenario("ordinary", draw_net((1, 2), row_biases=True)),),
        functions=(
            Function("Network", ("sizes",), ("net",)),
            Function("Network.forward", ("x",), ("scores",)),
            Function("Network.backward", ("x", "y"), ("loss", "dws", "dbs")),
        ),
        exercise=exercise("Network", nets.build_lists),
        dialects=(),
        builds_on=(*LAYERS_BELOW, "softmax_cross_entropy"),
        marks=(("Network.forward",), ("Network.backward",)),
    ),
)
