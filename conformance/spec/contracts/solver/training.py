"""Whole trainings: networks with update rules.

A training is compared step by step with torch from the same start and on the same batches. The yardstick is carried
through the steps: the float32 runs of the reference train as well, from parameters moved by an ulp.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import numpy as np

from gradproof.conformance.spec import network_styles
from gradproof.conformance.spec.cases import Array, Draw, Scalar, choose, length, normal, until
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Exercise,
    Function,
    Observations,
    Scenario,
    Subject,
    answered_in_order,
)
from gradproof.conformance.spec.contracts import networks, optim
from gradproof.conformance.spec.contracts.networks.classes import class_functions
from gradproof.conformance.spec.contracts.networks.draws import draw_parameters, is_telling

STEPS, AGAIN = 5, 2
RATES = {"sgd": 0.1, "sgd_momentum": 0.05, "rmsprop": 0.01, "adam": 0.01}
TRAINING = "training"


def draw_training(rules: tuple[str, ...], normalization: str | None = None) -> Draw:
    """A network, the batches of some steps, the second of which is the first again, and the rule that updates it."""

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
            inputs |= {"x_2": inputs["x_1"], "y_2": inputs["y_1"]}
            inputs["x_test"] = normal(rng, 3, sizes[0])
            return Drawn(inputs, options)

        return until(propose, lambda drawn: teaches(drawn.inputs, normalization))

    return draw


def teaches(inputs: Mapping[str, Array], normalization: str | None) -> bool:
    """Whether the first batch of a training tells right from wrong."""
    return is_telling({**inputs, "x": inputs["x_1"], "y": inputs["y_1"]}, normalization, keep=1.0)


def train(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """Several steps: the network's loss and gradients, then the submission's rule for every parameter."""
    options = case.scalar_options()
    rule = str(options["update_rule"])
    net = network_styles.build(subject, "FullyConnectedNet", case)
    subject.script.append(f'configs = {{key: {{"learning_rate": {options["learning_rate"]}}} for key in net.params}}')
    configs: dict[str, object] = {ours: {"learning_rate": options["learning_rate"]} for ours in net.keys}
    for step in range(1, STEPS + 1):
        batch = 1 if step == AGAIN else step  # the very same arrays, as a training on all of its data has them
        told = dict(net.loss(f"x_{batch}", f"y_{batch}"))
        subject.script.append(f'got["loss_{step}"] = loss')
        yield f"loss_{step}", told["loss"]
        subject.script += [
            "for key in net.params:",
            f"    net.params[key], configs[key] = {rule}(net.params[key], grads[key], configs[key])",
        ]
        for ours in net.keys:
            value, configs[ours] = subject.call(rule, net.parameter(ours), told[f"d{ours}"], configs[ours])
            net.update(ours, value)
    yield from trained_parameters(subject, net)


def trained_parameters(subject: Subject, net: network_styles.DictNet) -> Iterator[tuple[str, object]]:
    """The parameters after a training, and the scores of other samples."""
    for ours, key in net.keys.items():
        subject.script.append(f'got["last_{ours}"] = net.params["{key}"].reshape({ours}.shape)')
        yield f"last_{ours}", net.parameter(ours)
    scores = net.scores("x_test")
    subject.script.append('got["scores"] = scores')
    yield "scores", scores


def roundings(case: Case) -> Iterator[Observations]:
    """The same training by torch, and its other stable formulas."""
    options, dialect = case.scalar_options(), case.dialect
    rule = str(options.get("update_rule", "sgd"))
    answers: Iterator[Observations] = import_module("gradproof.reference.solver").trajectories(
        case.inputs,
        STEPS,
        rule,
        {**optim.DEFAULTS[rule], "learning_rate": float(options["learning_rate"])},
        lr_decay=float(options.get("lr_decay", 1.0)),
        eps_inside=rule == "adam" and dialect.adam_eps == "inside",
        normalization=options.get("normalization"),
        reg=float(options.get("reg", 0.0)),
        l2=dialect.l2,
        keep_unbiased=dialect.running_variance == "unbiased",
    )
    return answers


WEIGHTS = [f"{kind}{i}" for i in range(1, 4) for kind in networks.KINDS]
OBSERVES = {
    **{f"loss_{step}": TRAINING for step in range(1, STEPS + 1)},
    **{f"last_{name}": TRAINING for name in WEIGHTS},
    "scores": TRAINING,
}
RULE_NAMES = ("sgd_momentum", "rmsprop", "adam")


def training(
    name: str,
    scenarios: tuple[Scenario, ...],
    exercise: Exercise,
    functions: tuple[Function, ...],
    answers: Callable[[Case], Iterator[Observations]] = roundings,
    **fields: Any,
) -> Contract:
    """The row of a training; a submission that offers all of the functions is judged by it."""
    return Contract(
        name=name,
        functions=functions,
        borrowed=tuple(function.name for function in functions),
        scenarios=scenarios,
        exercise=exercise,
        **answered_in_order(answers),
        observes=OBSERVES,
        transplants=True,
        **fields,
    )


def trained(draw: Draw, name: str = "ordinary", share: int = 1) -> Scenario:
    """A way of drawing trainings. They need not repeat themselves: their parts are judged for that."""
    return Scenario(name, draw, share, repeatable=False)


def rules(*names: str) -> tuple[Function, ...]:
    """Their functions."""
    return tuple(Function(name, ("w", "dw", "config"), ("next_w", "config")) for name in names)


CONTRACTS = (
    training(
        "training",
        (trained(draw_training(RULE_NAMES)),),
        train,
        (*class_functions("FullyConnectedNet"), *rules(*RULE_NAMES)),
        dialects=("l2", "adam_eps"),
        builds_on=(*networks.LAYERS_BELOW, *RULE_NAMES, "fully_connected_net"),
    ),
    training(
        "batchnorm_training",
        (trained(draw_training(("sgd_momentum",), "batchnorm")),),
        train,
        (*class_functions("FullyConnectedNet"), *rules("sgd_momentum")),
        dialects=("l2", "running_variance"),
        builds_on=(*networks.LAYERS_BELOW, "batchnorm", "batchnorm_alt", "sgd_momentum", "batchnorm_net"),
        marks=(tuple(f"FullyConnectedNet({keyword})" for keyword in ("normalization", "use_batchnorm")),),
    ),
)
