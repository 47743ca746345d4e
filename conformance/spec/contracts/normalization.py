"""batchnorm, batchnorm_alt (the simplified backward) and layernorm."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

import numpy as np

from gradproof.conformance.spec.cases import Array, Scalar, choose, length, normal
from gradproof.conformance.spec.contract import (
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
    twin,
)
from gradproof.conformance.spec.in_use.draws import MANY_HINT, MANY_SAMPLES, upstream
from gradproof.conformance.spec.in_use.unusual import UNKNOWN_MODE, is_of_unknown_mode, taken_for_training, unusual

LATER_BATCHES = tuple(f"x_{step}" for step in range(2, 9))
SHORT, LONG = 2, 7  # further batches of a sequence
FORWARD = Function("batchnorm_forward", ("x", "gamma", "beta", "bn_param"), ("out", "cache"))
GRADIENTS = {"dx": "x", "dgamma": "gamma", "dbeta": "beta"}
FAR_MEANS = (-1000.0, -100.0, 100.0, 1000.0)  # in deviations
STATISTICS = ("running_mean", "running_var")


Counts = Callable[[np.random.Generator, int, int, int], tuple[int, int]]


def rows(rng: np.random.Generator, size: int, least_samples: int, least_features: int) -> tuple[int, int]:
    """How many samples and features a batch has."""
    return length(rng, size, least_samples), length(rng, size, least_features)


def batch(rng: np.random.Generator, samples: int, features: int, axis: int = 0) -> Array:
    """Rows whose every slice along ``axis`` has a mean of the order of its deviation; a slice of two is kept apart.

    Two values standardise to +1 and -1 whatever they are, so the gradient by them is all eps. At a distance of about
    0.02 that is well above rounding.
    """
    shape = (samples, features)
    if shape[axis] > 2:
        scale = rng.uniform(0.5, 2.0, (1, features) if axis == 0 else (samples, 1))
        return scale * (normal(rng, *shape) + rng.uniform(-1, 1, scale.shape))
    signs = np.moveaxis(np.broadcast_to([-1.0, 1.0], (shape[1 - axis], 2)), 1, axis)
    half = rng.uniform(0.005, 0.02, shape[1 - axis])
    centre = half * rng.uniform(-1, 1, shape[1 - axis])
    return np.asarray(np.expand_dims(half, axis) * signs + np.expand_dims(centre, axis))


def affine_part(rng: np.random.Generator, features: int) -> dict[str, Array]:
    """Scale, well off 0, and shift."""
    return {"gamma": rng.uniform(0.5, 2.0, features) * rng.choice([-1.0, 1.0], features), "beta": normal(rng, features)}


def _running(rng: np.random.Generator, features: int) -> dict[str, Array]:
    return {"running_mean": normal(rng, features), "running_var": rng.uniform(0.2, 3.0, features)}


def eps_option(rng: np.random.Generator) -> dict[str, float]:
    """The epsilon of a call, or none."""
    return choose(rng, ({}, {"eps": 1e-5}, {"eps": 1e-3}))  # type: ignore[no-any-return]


def _momentum(rng: np.random.Generator, dialect: Dialect) -> dict[str, float]:
    kept = choose(rng, (0.9, 0.75, 0.6))
    if dialect.momentum == "update":
        return {"momentum": round(1 - kept, 2)}
    return {} if kept == 0.9 else {"momentum": kept}


def draw_train(
    rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows, least_features: int = 1
) -> Drawn:
    """One training step from given running statistics."""
    samples, features = counts(rng, size, 2, least_features)
    inputs = {"x": batch(rng, samples, features), **affine_part(rng, features), **_running(rng, features)}
    inputs["dout"] = upstream(rng, size, samples, features)
    return Drawn(inputs, {"bn_param": {"mode": "train", **eps_option(rng), **_momentum(rng, dialect)}})


def many_rows(rng: np.random.Generator, _size: int, _least_samples: int, _least_features: int) -> tuple[int, int]:
    """As many samples as a training has."""
    return int(rng.integers(*MANY_SAMPLES)), 7


def draw_unknown_mode(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """A mode that is neither training nor test."""
    inputs, options = draw_test(rng, size + 2, dialect, counts)
    return Drawn(inputs, {"bn_param": {**cast("dict[str, Scalar]", options["bn_param"]), "mode": UNKNOWN_MODE}})


def draw_test(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """One call in test mode with given running statistics; a batch of one is fair."""
    samples, features = counts(rng, size, 1, 1)
    inputs = {"x": normal(rng, samples, features), **affine_part(rng, features), **_running(rng, features)}
    return Drawn(inputs, {"bn_param": {"mode": "test", **eps_option(rng), **_momentum(rng, dialect)}})


def draw_sequence(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """Three training steps on three batches, then test mode. Every other time the statistics start unset: at 0."""
    samples, features = counts(rng, size, 2, 1)
    inputs = {"x": batch(rng, samples, features), **affine_part(rng, features)}
    inputs.update({name: batch(rng, samples, features) for name in LATER_BATCHES[:SHORT]})
    inputs["x_test"] = normal(rng, samples, features)
    if size % 2:
        inputs.update(_running(rng, features))
    return Drawn(inputs, {"bn_param": {"mode": "train", **eps_option(rng), **_momentum(rng, dialect)}})


def draw_long_sequence(rng: np.random.Generator, _size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """Eight training steps on batches of two sizes in turn, with a look at test mode after each."""
    samples, features = counts(rng, 5, 3, 2)
    inputs = {"x": batch(rng, samples, features), **affine_part(rng, features)}
    sizes = {name: samples + (step % 2) * samples for step, name in enumerate(LATER_BATCHES[:LONG], start=1)}
    inputs.update({name: batch(rng, count, features) for name, count in sizes.items()})
    inputs["x_test"] = normal(rng, samples, features)
    return Drawn(inputs, {"bn_param": {"mode": "train", **_momentum(rng, dialect)}})


def draw_large_mean(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """Features whose mean is 100 or 1,000 times their deviation: E[x^2] - E[x]^2 cancels there."""
    drawn = draw_train(rng, size + 2, dialect, counts, least_features=2)
    x = drawn.inputs["x"]
    drawn.inputs["x"] = x + x.std(axis=0) * rng.choice(FAR_MEANS, x.shape[1])
    return drawn


def draw_dead_feature(rng: np.random.Generator, size: int, dialect: Dialect, counts: Counts = rows) -> Drawn:
    """The first feature is the same in the whole batch: its variance is 0, and only eps keeps the root away from 0."""
    drawn = draw_train(rng, size + 2, dialect, counts, least_features=2)
    drawn.inputs["x"][:, 0] = drawn.inputs["x"][0, 0]
    return drawn


def draw_rows(rng: np.random.Generator, size: int, _dialect: Dialect, counts: Counts = rows) -> Drawn:
    """Samples for layer normalization."""
    samples, features = counts(rng, size, 1, 2)
    inputs = {"x": batch(rng, samples, features, axis=1), **affine_part(rng, features)}
    inputs["dout"] = upstream(rng, size, samples, features)
    return Drawn(inputs, {"ln_param": eps_option(rng)})


def draw_rows_of_large_mean(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
    """Samples whose mean is 100 or 1,000 times their deviation."""
    drawn = draw_rows(rng, size + 2, dialect)
    x = drawn.inputs["x"]
    drawn.inputs["x"] = x + x.std(axis=1, keepdims=True) * rng.choice(FAR_MEANS, (x.shape[0], 1))
    return drawn


def exercise_batchnorm(backward: str, with_statistics: bool, forward: str = "batchnorm_forward") -> Exercise:
    """Train once and go backward; or train on further batches and then test; or test. The case says which."""

    def exercise(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        known = case.namespace()
        bn_param = known["bn_param"]
        assert isinstance(bn_param, dict)
        bn_param.update({name: case[name].copy() for name in STATISTICS if name in case.inputs})

        def call(x: Array) -> tuple[object, ...]:
            return subject.call(forward, x, case["gamma"], case["beta"], bn_param)

        is_long = LATER_BATCHES[SHORT] in case.inputs
        out, cache = call(case["x"])
        yield "out", out
        if with_statistics:
            yield from ((name, bn_param.get(name)) for name in STATISTICS)
        for step, name in enumerate(LATER_BATCHES, start=2):
            if name in case.inputs:
                if is_long:
                    bn_param["mode"] = "test"
                    call(case["x_test"])
                    bn_param["mode"] = "train"
                call(case[name])
                yield from ((f"{statistic}_{step}", bn_param.get(statistic)) for statistic in STATISTICS)
        if "x_test" in case.inputs:
            bn_param["mode"] = "test"
            test_out, _ = call(case["x_test"])
            yield "test_out", test_out
        if "dout" in case.inputs:
            yield from zip(GRADIENTS, subject.call(backward, case["dout"], cache), strict=True)

    return exercise


def reference_batchnorm(case: Case) -> Observations:
    """Torch's batch norm, its conventions converted, step after step; nothing for a mode that it does not know."""
    if is_of_unknown_mode(case):
        return {}
    from gradproof.reference.normalization import batchnorm_sequence

    answers: Observations = batchnorm_sequence(
        case.inputs,
        case.scalar_options(),
        LATER_BATCHES,
        GRADIENTS,
        keep_unbiased=case.dialect.running_variance == "unbiased",
        momentum_is_update=case.dialect.momentum == "update",
    )
    return answers


def from_either_start(case: Case, observed: Observations, expected: Observations) -> Observations:
    """What is right where the running variance is not given: it may start at 0, or at 1 as torch's own does.

    Of a start at 1, its share is left after each step: momentum to the power of the steps.
    """
    options = case.scalar_options()
    if "running_var" in case.inputs or options["mode"] != "train" or "running_var" not in observed:
        return expected
    kept = float(options.get("momentum", 0.1 if case.dialect.momentum == "update" else 0.9))
    kept = 1 - kept if case.dialect.momentum == "update" else kept
    variances = [name for name in ("running_var", "running_var_2", "running_var_3") if name in expected]
    moved = dict(expected)
    moved.update((name, expected[name] + kept**step) for step, name in enumerate(variances, start=1))
    first = observed["running_var"]
    if np.abs(first - moved["running_var"]).sum() > np.abs(first - expected["running_var"]).sum():
        return expected
    if "test_out" in expected:
        last = variances[-1]
        moved["test_out"] = _normalized(case, expected[last.replace("var", "mean")], moved[last])
    return moved


def _normalized(case: Case, mean: Array, variance: Array) -> Array:
    """What test mode gives with these statistics."""
    x, gamma, beta = (case[name].astype(np.float64) for name in ("x_test", "gamma", "beta"))
    eps = float(case.scalar_options().get("eps", 1e-5))
    rows = (array.reshape(1, -1, *(1,) * (x.ndim - 2)) for array in (gamma / np.sqrt(variance + eps), mean, beta))
    scale, centre, shift = rows
    return np.asarray(scale * (x - centre) + shift)


def reference_gradients(case: Case) -> Observations:
    """The same without the running statistics."""
    return {name: value for name, value in reference_batchnorm(case).items() if name not in STATISTICS}


def is_no_training(case: Case, observed: Observations) -> Iterator[Finding]:
    """A mode that is not known leaves the running statistics alone."""
    if is_of_unknown_mode(case) and any(
        name in observed and not np.array_equal(observed[name], case[name]) for name in STATISTICS
    ):
        yield from taken_for_training(case.contract + "_forward")


def functions(backward: str) -> tuple[Function, ...]:
    """Batch normalization's forward and the given backward."""
    return FORWARD, Function(backward, ("dout", "cache"), tuple(GRADIENTS))


FAR_MEAN_HINT = (
    "the mean is 100 or 1,000 deviations: a variance as E[x^2] - E[x]^2 cancels there, "
    "the mean of the squared deviations does not"
)
DEAD_FEATURE_HINT = (
    "a feature is the same in the whole batch: its variance is 0, and eps is all there is under the root"
)
LARGE_MEAN = Scenario("large_mean", draw_large_mean, check="stability", smooth=False, hint=FAR_MEAN_HINT)
MANY_ROWS = Scenario("many_samples", partial(draw_train, counts=many_rows), places=(20, 23), hint=MANY_HINT)
DEAD_FEATURE = Scenario("dead_feature", draw_dead_feature, check="stability", smooth=False, hint=DEAD_FEATURE_HINT)

LONG_HINT = (
    "there are eight training steps, on batches of two sizes in turn and with test mode in between: the running "
    "statistics are averaged on, step by step, and test mode leaves them alone"
)
STEPS = tuple(f"{statistic}_{step}" for step in range(2, 2 + LONG) for statistic in STATISTICS)
JUDGES = {"out": "forward", **dict.fromkeys(GRADIENTS, "gradient")}

CONTRACTS = (
    Contract(
        name="batchnorm",
        functions=functions("batchnorm_backward"),
        scenarios=(
            Scenario("train", draw_train, share=3),
            Scenario("test", draw_test),
            Scenario("sequence", draw_sequence),
            LARGE_MEAN,
            DEAD_FEATURE,
            MANY_ROWS,
            Scenario("long_sequence", draw_long_sequence, places=(18, 21), hint=LONG_HINT),
            unusual("unknown_mode", draw_unknown_mode, place=22),
        ),
        exercise=exercise_batchnorm("batchnorm_backward", with_statistics=True),
        properties=is_no_training,
        reference=reference_batchnorm,
        observes={**JUDGES, **dict.fromkeys((*STATISTICS, *STEPS, "test_out"), "running_statistics")},
        gradients=GRADIENTS,
        dialects=("running_variance", "momentum"),
        needs={"test_out": "forward"},
        align=from_either_start,
        updates=STATISTICS,
    ),
    Contract(
        name="batchnorm_alt",
        functions=functions("batchnorm_backward_alt"),
        scenarios=(Scenario("train", draw_train, share=3), LARGE_MEAN, DEAD_FEATURE, MANY_ROWS),
        exercise=exercise_batchnorm("batchnorm_backward_alt", with_statistics=False),
        reference=reference_gradients,
        observes=JUDGES,
        gradients=GRADIENTS,
        updates=STATISTICS,
        builds_on=("batchnorm",),
        borrowed=("batchnorm_forward",),
    ),
    Contract(
        name="layernorm",
        functions=(
            Function("layernorm_forward", ("x", "gamma", "beta", "ln_param"), ("out", "cache")),
            Function("layernorm_backward", ("dout", "cache"), tuple(GRADIENTS)),
        ),
        scenarios=(
            Scenario("ordinary", draw_rows, share=4),
            Scenario("large_mean", draw_rows_of_large_mean, check="stability", smooth=False, hint=FAR_MEAN_HINT),
            Scenario("many_samples", partial(draw_rows, counts=many_rows), places=(20, 23), hint=MANY_HINT),
        ),
        reference=twin("normalization", "layernorm_forward", wrt=GRADIENTS),
        observes=JUDGES,
        gradients=GRADIENTS,
    ),
)
