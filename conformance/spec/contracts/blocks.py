"""affine_relu, affine_bn_relu, affine_ln_relu, and the shallow net whose values are published."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from gradproof.conformance.spec.cases import Array, Draw, is_clear_of_kinks, length, normal, until
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Exercise,
    Function,
    Scenario,
    Subject,
    answered_by,
    scalar_loss,
    twin,
)
from gradproof.conformance.spec.contracts.normalization.draws import STATISTICS, batch
from gradproof.conformance.spec.in_use.draws import upstream

AFFINE_GRADIENTS = {"dx": "x", "dw": "w", "db": "b"}
NORM_GRADIENTS = {**AFFINE_GRADIENTS, "dgamma": "gamma", "dbeta": "beta"}
OBSERVES_WITH_BATCHNORM = {
    "out": "forward",
    "running_mean": "running_statistics",
    **dict.fromkeys(NORM_GRADIENTS, "gradient"),
}
BN_TAKES = ("x", "w", "b", "gamma", "beta", "bn_param")


def _identity(scores: Array, _inputs: dict[str, Array]) -> Array:
    return scores


def _normalized(axis: int) -> Callable[[Array, dict[str, Array]], Array]:
    def normalize(scores: Array, inputs: dict[str, Array]) -> Array:
        centred = scores - scores.mean(axis=axis, keepdims=True)
        variance = np.square(centred).mean(axis=axis, keepdims=True)
        return np.asarray(inputs["gamma"] * centred / np.sqrt(variance + 1e-5) + inputs["beta"])

    return normalize


def draw_block(
    preactivation: Callable[[Array, dict[str, Array]], Array],
    least: tuple[int, int, int],
    options: dict[str, dict[str, str]],
) -> Draw:
    """A batch, weights and, under a parameter dictionary, scale and shift, such that no rectifier sits near its kink.

    ``least`` bounds samples, units and features: batch normalization of a single feature does not depend on the
    weight's magnitude, and statistics of two values hardly depend on the values, so that true gradients would be 0.
    """

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        def propose() -> Drawn:
            samples, units = length(rng, min(size, 7), least[0]), length(rng, min(size, 7), least[1])
            features = length(rng, size, least[2])
            inputs = {
                "x": batch(rng, samples, features) if samples > 1 else normal(rng, samples, features),
                "w": normal(rng, features, units),
                "b": normal(rng, units),
            }
            if options:
                inputs.update(gamma=rng.uniform(0.5, 2.0, units), beta=normal(rng, units))
            inputs["dout"] = upstream(rng, size, samples, units)
            return Drawn(inputs, options)

        def accept(drawn: Drawn) -> bool:
            inputs = drawn.inputs
            before_relu = preactivation(inputs["x"] @ inputs["w"] + inputs["b"], inputs)
            return is_clear_of_kinks(before_relu) and bool((before_relu > 0).any(axis=0).all())

        return until(propose, accept)

    return draw


def exercise_with_batchnorm(block_name: str, takes: tuple[str, ...]) -> Exercise:
    """Forward and backward once; the block hands on the dictionary in which batch normalization keeps its mean."""

    def exercise(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        known = case.namespace()
        bn_param = known["bn_param"]
        assert isinstance(bn_param, dict)
        out, cache = subject.call(f"{block_name}_forward", *(known[name] for name in takes))
        yield "out", out
        yield "running_mean", bn_param.get("running_mean")
        yield from zip(NORM_GRADIENTS, subject.call(f"{block_name}_backward", case["dout"], cache), strict=True)

    return exercise


def block(
    layers: tuple[str, ...],
    name: str,
    takes: tuple[str, ...],
    gradients: dict[str, str],
    draw: Draw,
) -> Contract:
    """The row of a block of ``layers``: forward with ``takes``, backward with a gradient for each array among them."""
    return Contract(
        name=name,
        builds_on=layers,
        functions=(
            Function(f"{name}_forward", takes, ("out", "cache")),
            Function(f"{name}_backward", ("dout", "cache"), tuple(gradients)),
        ),
        scenarios=(Scenario("ordinary", draw),),
        reference=twin("blocks", f"{name}_forward", wrt=gradients),
        observes={"out": "forward", **dict.fromkeys(gradients, "gradient")},
        gradients=gradients,
    )


def exercise_shallow_net(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """Affine - relu - affine - softmax, forward through the submission's own layers."""
    hidden, _ = subject.call("affine_forward", case["x"], case["w1"], case["b1"])
    active, _ = subject.call("relu_forward", hidden)
    scores, _ = subject.call("affine_forward", active, case["w2"], case["b2"])
    yield "scores", scores
    loss, _ = subject.call("softmax_loss", scores, case["y"])
    yield "loss", loss


def draw_shallow_net(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """A small net and its batch, clear of kinks."""

    def propose() -> Drawn:
        samples, features, hidden, classes = (length(rng, min(size, 5), least) for least in (1, 1, 2, 2))
        return Drawn(
            {
                "x": normal(rng, samples, features),
                "w1": normal(rng, features, hidden),
                "b1": normal(rng, hidden),
                "w2": normal(rng, hidden, classes),
                "b2": normal(rng, classes),
                "y": rng.integers(classes, size=samples),
            }
        )

    def accept(drawn: Drawn) -> bool:
        return is_clear_of_kinks(drawn.inputs["x"] @ drawn.inputs["w1"] + drawn.inputs["b1"])

    return until(propose, accept)


BORROWED = (
    Function("affine_forward", ("x", "w", "b"), ("out", "cache")),
    Function("relu_forward", ("x",), ("out", "cache")),
    Function("softmax_loss", ("x", "y"), ("loss", "dx")),
)

CONTRACTS = (
    block(("affine", "relu"), "affine_relu", ("x", "w", "b"), AFFINE_GRADIENTS, draw_block(_identity, (1, 1, 1), {})),
    replace(
        block(
            ("affine", "batchnorm", "relu"),
            "affine_bn_relu",
            BN_TAKES,
            NORM_GRADIENTS,
            draw_block(_normalized(0), (3, 1, 2), {"bn_param": {"mode": "train"}}),
        ),
        exercise=exercise_with_batchnorm("affine_bn_relu", BN_TAKES),
        reference=twin("blocks", "affine_bn_relu_forward", returns=("out", "running_mean"), wrt=NORM_GRADIENTS),
        observes=OBSERVES_WITH_BATCHNORM,
        vanishes=("db",),  # batch normalization takes the bias out again
        updates=STATISTICS,
    ),
    block(
        ("affine", "layernorm", "relu"),
        "affine_ln_relu",
        ("x", "w", "b", "gamma", "beta", "ln_param"),
        NORM_GRADIENTS,
        draw_block(_normalized(1), (1, 3, 1), {"ln_param": {}}),
    ),
    Contract(
        name="shallow_net",
        functions=BORROWED,
        scenarios=(Scenario("ordinary", draw_shallow_net),),
        exercise=exercise_shallow_net,
        **answered_by(
            twin("blocks", "shallow_net", returns=("scores", "loss"), wrt={}, objective="loss"),
            twin("blocks", "shallow_net_by_log_sum_exp", returns=("scores", "loss"), wrt={}, objective="loss"),
        ),
        observes={"scores": "forward", "loss": "forward"},
        objective="loss",
        upstream=scalar_loss,
        builds_on=("affine", "relu", "softmax_loss"),
        borrowed=tuple(function.name for function in BORROWED),
    ),
)
