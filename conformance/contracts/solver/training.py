"""Whole trainings: networks with update rules, and networks that train themselves.

A training is compared step by step with torch from the same start and on the same batches. The yardstick is carried
through the steps: the float32 runs of the reference train as well, from parameters moved by an ulp. Where a network
draws its own batches all samples are the same one, so that every batch is.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from conformance import nets
from conformance.calls import describe_value
from conformance.cases import Array, Draw, Scalar, choose, length, normal, until
from conformance.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Exercise,
    Finding,
    Function,
    Observations,
    Scenario,
    Subject,
)
from conformance.contracts import networks, optim
from conformance.contracts.networks.draws import draw_parameters, is_telling

STEPS = 5
RATES = {"sgd": 0.1, "sgd_momentum": 0.05, "rmsprop": 0.01, "adam": 0.01}
TRAINING = "training"


def draw_training(rules: tuple[str, ...], normalization: str | None = None) -> Draw:
    """A network, the batches of some steps, and the rule that updates it."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        rule = choose(rng, rules)
        options: dict[str, Scalar] = {"update_rule": rule, "learning_rate": RATES[rule], "reg": choose(rng, (0.0, 0.5))}
        options |= {"normalization": normalization} if normalization else {}

        def propose() -> Drawn:
            least = 3 if normalization else 1
            sizes = [length(rng, min(size, 5), least) for _ in range(3)]
            sizes.append(length(rng, min(size, 5), 2))
            samples = length(rng, 7, 4)
            inputs = dict(draw_parameters(rng, sizes, normalization, row_biases=False))
            for step in range(1, STEPS + 1):
                inputs[f"x_{step}"] = normal(rng, samples, sizes[0])
                inputs[f"y_{step}"] = rng.integers(sizes[-1], size=samples)
            inputs["x_test"] = normal(rng, 3, sizes[0])
            return Drawn(inputs, options)

        return until(propose, lambda drawn: _is_telling(drawn.inputs, normalization))

    return draw


def draw_own_training(row_biases: bool) -> Draw:
    """A network with one hidden layer and the one sample that it trains on."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        options: dict[str, Scalar] = {"learning_rate": RATES["sgd"], "samples": length(rng, 5, 2)}
        options |= {} if row_biases else {"reg": choose(rng, (0.0, 0.5)), "lr_decay": choose(rng, (1.0, 0.8))}

        def propose() -> Drawn:
            sizes = [length(rng, min(size, 6)), length(rng, min(size, 6)), length(rng, min(size, 5), 2)]
            inputs = dict(draw_parameters(rng, sizes, None, row_biases))
            inputs |= {"x_1": normal(rng, 1, sizes[0]), "y_1": rng.integers(sizes[-1], size=1)}
            inputs["x_test"] = normal(rng, 3, sizes[0])
            return Drawn(inputs, options)

        return until(propose, lambda drawn: _is_telling(drawn.inputs, None))

    return draw


def _is_telling(inputs: Mapping[str, Array], normalization: str | None) -> bool:
    return is_telling({**inputs, "x": inputs["x_1"], "y": inputs["y_1"]}, normalization, keep=1.0)


def train(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """Several steps: the network's loss and gradients, then the submission's rule for every parameter."""
    options = case.scalar_options()
    rule = str(options["update_rule"])
    net = nets.build(subject, "FullyConnectedNet", case)
    subject.script.append(f'configs = {{key: {{"learning_rate": {options["learning_rate"]}}} for key in net.params}}')
    configs: dict[str, object] = {ours: {"learning_rate": options["learning_rate"]} for ours in net.keys}
    for step in range(1, STEPS + 1):
        told = dict(net.loss(f"x_{step}", f"y_{step}"))
        subject.script.append(f'got["loss_{step}"] = loss')
        yield f"loss_{step}", told["loss"]
        subject.script += [
            "for key in net.params:",
            f"    net.params[key], configs[key] = {rule}(net.params[key], grads[key], configs[key])",
        ]
        for ours in net.keys:
            value, configs[ours] = subject.call(rule, net.parameter(ours), told[f"d{ours}"], configs[ours])
            net.update(ours, value)
    yield from _last(subject, net)


def _last(subject: Subject, net: nets.DictNet) -> Iterator[tuple[str, object]]:
    for ours, key in net.keys.items():
        subject.script.append(f'got["last_{ours}"] = net.params["{key}"].reshape({ours}.shape)')
        yield f"last_{ours}", net.parameter(ours)
    scores = net.scores("x_test")
    subject.script.append('got["scores"] = scores')
    yield "scores", scores


def train_itself(class_name: str) -> Exercise:
    """``net.train`` on copies of one sample, each batch as large as the data, so that an epoch is a step."""

    def ask(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        net, label = nets.build(subject, class_name, case), f"{class_name}.train"
        options = case.scalar_options()
        count = int(options["samples"])
        x, y = np.repeat(case["x_1"], count, axis=0), np.repeat(case["y_1"], count)
        settings = {
            "learning_rate": options["learning_rate"],
            "learning_rate_decay": options["lr_decay"],
            "reg": options["reg"],
            "num_iters": STEPS,
            "batch_size": count,
            "verbose": False,
        }
        words = ", ".join(f"{name}={value!r}" for name, value in settings.items())
        subject.script += [
            f"x, y = np.repeat(x_1, {count}, axis=0), np.repeat(y_1, {count})",
            f"stats = net.train(x, y, x, y, {words})",
            'losses = stats["loss_history"] if isinstance(stats, dict) else stats[0]',
            'got |= {f"loss_{i}": loss for i, loss in enumerate(losses, 1)}',
        ]
        stats = subject.attempt(label, lambda: net.net.train(x, y, x, y, **settings), X=x, y=y)
        losses = subject.attempt(label, lambda: stats["loss_history"] if isinstance(stats, dict) else stats[0])
        if not isinstance(losses, list | tuple | np.ndarray) or len(losses) != STEPS:
            told = f"{len(losses)} losses" if isinstance(losses, list | np.ndarray) else describe_value(losses)
            subject.end("interface", label, f"gave {told} as loss_history, expected {STEPS} losses, one a step")
        yield from ((f"loss_{i}", loss) for i, loss in enumerate(losses, 1))
        yield from _last(subject, net)
        predicted = subject.attempt(f"{class_name}.predict", lambda: net.net.predict(case["x_test"].copy()))
        yield "predicted", predicted

    return ask


def train_lists(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """``Network.train`` on copies of one sample, each batch as large as the data."""
    net, label = nets.build_lists(subject, "Network", case), "Network.train"
    options = case.scalar_options()
    count = int(options["samples"])
    data = np.repeat(case["x_1"], count, axis=0), np.repeat(case["y_1"], count)
    settings = (options["learning_rate"], STEPS, count)  # in the published order
    subject.script += [
        f"data = np.repeat(x_1, {count}, axis=0), np.repeat(y_1, {count})",
        f"net.train(data, data, {', '.join(map(str, settings))})",
    ]
    subject.attempt(label, lambda: net.net.train(data, data, *settings), x=data[0], y=data[1])
    layers = sum(name.startswith("W") for name in case.inputs)
    for i in range(1, layers + 1):
        for kind, held in (("W", net.net.weights), ("b", subject.attempt(label, net.biases))):
            subject.script.append(f'got["last_{kind}{i}"] = net.{"weights" if kind == "W" else net.bias_name}[{i - 1}]')
            yield f"last_{kind}{i}", held[i - 1]
    scores = net.scores("x_test")
    subject.script.append('got["scores"] = scores')
    yield "scores", scores


def reference(case: Case, kink: int = 0) -> Observations:
    """The same training by torch."""
    options, dialect = case.scalar_options(), case.dialect
    rule = str(options.get("update_rule", "sgd"))
    answers: Observations = import_module("reference.solver").trajectory(
        case.inputs,
        STEPS,
        rule,
        {**optim.DEFAULTS[rule], "learning_rate": float(options["learning_rate"])},
        lr_decay=float(options.get("lr_decay", 1.0)),
        eps_inside=rule == "adam" and dialect.adam_eps == "inside",
        kink=kink,
        normalization=options.get("normalization"),
        reg=float(options.get("reg", 0.0)),
        l2=dialect.l2,
        keep_unbiased=dialect.running_variance == "unbiased",
    )
    return answers


def predictions_follow_the_scores(_case: Case, observed: Observations) -> Iterator[Finding]:
    """The class of each sample is the one with its highest score."""
    if {"scores", "predicted"} <= observed.keys() and observed["scores"].ndim == 2:
        best = observed["scores"].argmax(axis=1)
        if not np.array_equal(observed["predicted"], best):
            yield (
                TRAINING,
                f"predict gives {observed['predicted'].tolist()} where the highest scores are of {best.tolist()}",
            )


def reference_without_losses(case: Case, kink: int = 0) -> Observations:
    """The same, of a network that does not tell its losses."""
    return {name: value for name, value in reference(case, kink).items() if not name.startswith("loss_")}


WEIGHTS = [f"{kind}{i}" for i in range(1, 4) for kind in networks.KINDS]
OBSERVES = {
    **{f"loss_{step}": TRAINING for step in range(1, STEPS + 1)},
    **{f"last_{name}": TRAINING for name in WEIGHTS},
    "scores": TRAINING,
}
RULE_NAMES = ("sgd_momentum", "rmsprop", "adam")


def training(
    name: str,
    draw: Draw,
    exercise: Exercise,
    functions: tuple[Function, ...],
    answer: Callable[..., Observations] = reference,
    **fields: Any,
) -> Contract:
    """The row of a training; a submission that offers all of the functions is judged by it."""
    return Contract(
        name=name,
        functions=functions,
        borrowed=tuple(function.name for function in functions),
        scenarios=(Scenario("ordinary", draw, repeatable=False),),  # its parts are judged for that
        exercise=exercise,
        reference=answer,
        alternatives=tuple(partial(answer, kink=kink) for kink in (-1, 1)),
        observes=OBSERVES,
        transplants=True,
        **fields,
    )


def rules(*names: str) -> tuple[Function, ...]:
    """Their functions."""
    return tuple(Function(name, ("w", "dw", "config"), ("next_w", "config")) for name in names)


def own_training(name: str, class_name: str, net: str) -> Contract:
    """The row of a two-layer network that trains itself."""
    parameters = ("X", "y", "X_val", "y_val", "...")
    return training(
        name,
        draw_own_training(row_biases=False),
        train_itself(class_name),
        (
            *networks.class_functions(class_name),
            Function(f"{class_name}.train", parameters, ("stats",)),
            Function(f"{class_name}.predict", ("X",), ("predicted",)),
        ),
        properties=predictions_follow_the_scores,
        dialects=("l2",),
        builds_on=(*networks.LAYERS_BELOW, net),
    )


CONTRACTS = (
    training(
        "training",
        draw_training(RULE_NAMES),
        train,
        (*networks.class_functions("FullyConnectedNet"), *rules(*RULE_NAMES)),
        dialects=("l2", "adam_eps"),
        builds_on=(*networks.LAYERS_BELOW, *RULE_NAMES, "fully_connected_net"),
    ),
    training(
        "batchnorm_training",
        draw_training(("sgd_momentum",), "batchnorm"),
        train,
        (*networks.class_functions("FullyConnectedNet"), *rules("sgd_momentum")),
        dialects=("l2", "running_variance"),
        builds_on=(*networks.LAYERS_BELOW, "batchnorm", "batchnorm_alt", "sgd_momentum", "batchnorm_net"),
        marks=(tuple(f"FullyConnectedNet({keyword})" for keyword in ("normalization", "use_batchnorm")),),
    ),
    own_training("shallow_training", "ShallowLayerNet", "shallow_layer_net"),
    own_training("two_layer_training", "TwoLayerNet", "two_layer_net"),
    training(
        "list_training",
        draw_own_training(row_biases=True),
        train_lists,
        (
            Function("Network", ("sizes",), ("net",)),
            Function("Network.forward", ("x",), ("scores",)),
            Function("Network.backward", ("x", "y"), ("loss", "dws", "dbs")),
            Function(
                "Network.train",
                ("training_data", "validation_data", "learning_rate", "epochs", "batch_size"),
                ("history",),
            ),
        ),
        reference_without_losses,
        builds_on=(*networks.LAYERS_BELOW, "softmax_cross_entropy", "list_net"),
    ),
)
