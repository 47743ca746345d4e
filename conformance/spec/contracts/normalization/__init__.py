"""batchnorm, batchnorm_alt (the simplified backward) and layernorm."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Drawn,
    Exercise,
    Finding,
    Function,
    Observations,
    Scenario,
    Subject,
    twin,
)
from gradproof.conformance.spec.contracts.normalization.draws import (
    FORWARD,
    GRADIENTS,
    LATER_BATCHES,
    LONG,
    SHORT,
    STATISTICS,
    draw_dead_feature,
    draw_large_mean,
    draw_long_sequence,
    draw_rows,
    draw_rows_of_large_mean,
    draw_sequence,
    draw_sequences,
    draw_steps,
    draw_test,
    draw_train,
    draw_unknown_mode,
    draw_vector,
    many_features,
    many_rows,
)
from gradproof.conformance.spec.in_use.draws import MANY_HINT
from gradproof.conformance.spec.in_use.unusual import is_of_unknown_mode, taken_for_training, unusual
from gradproof.conformance.spec.running import from_either_start


def of_rows_alone(case: Case, observed: Observations, expected: Observations) -> Observations:
    """A forward that takes no sequences, as its output shows, is free there: nobody asked for them.

    Its output is then no nearer to the right one than 0 is, for it is standardised along other axes.
    """
    if case["x"].ndim == ROWS or "out" not in observed or observed["out"].shape != expected["out"].shape:
        return expected
    takes_them = np.linalg.norm(observed["out"] - expected["out"]) < np.linalg.norm(expected["out"]) / 2
    return expected if takes_them else {name: observed.get(name, value) for name, value in expected.items()}


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


LAYERNORM = (
    Function("layernorm_forward", ("x", "gamma", "beta", "ln_param"), ("out", "cache")),
    Function("layernorm_backward", ("dout", "cache"), tuple(GRADIENTS)),
)
USED_BY = ("pre_norm_block_forward", "post_norm_block_forward", "TransformerLM.loss")  # whose rows have three axes


def many(draw: Callable[..., Drawn]) -> Scenario:
    """Cases with many samples, and with many features."""
    first, second = (partial(draw, counts=counts) for counts in (many_rows, many_features))
    return Scenario("many_samples", first, places=(20, 23), hint=MANY_HINT, further=(second,))


LARGE_MEAN = Scenario("large_mean", draw_large_mean, check="stability", smooth=False, hint=FAR_MEAN_HINT)
MANY_ROWS = many(draw_train)
DEAD_FEATURE = Scenario("dead_feature", draw_dead_feature, check="stability", smooth=False, hint=DEAD_FEATURE_HINT)

ROWS = 2  # axes
SEQUENCES_HINT = (
    "each sample is a sequence of rows, as in a transformer: every row is standardised over the last axis alone, and "
    "the gradients of gamma and beta add up over all rows"
)
LONG_HINT = (
    "there are eight training steps, on batches of two sizes in turn and with test mode in between: the running "
    "statistics are averaged on, step by step, and test mode leaves them alone"
)
AXES_HINT = (
    "x has one axis, or four: every row of features is standardised by itself, however many axes stand before it"
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
            Scenario("test_of_many", partial(draw_test, counts=many_rows), places=(19,), hint=MANY_HINT),
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
        functions=LAYERNORM,
        scenarios=(
            Scenario("ordinary", draw_rows, share=4),
            Scenario("large_mean", draw_rows_of_large_mean, check="stability", smooth=False, hint=FAR_MEAN_HINT),
            many(draw_rows),
            unusual("sequences", draw_sequences, 22, SEQUENCES_HINT, at_once=True),
        ),
        reference=twin("normalization", "layernorm_forward", wrt=GRADIENTS),
        observes=JUDGES,
        gradients=GRADIENTS,
        align=of_rows_alone,
    ),
    Contract(
        name="layernorm_sequences",
        functions=LAYERNORM,
        scenarios=(
            Scenario("ordinary", draw_steps, share=4, hint=SEQUENCES_HINT),
            Scenario(
                "large_mean",
                partial(draw_rows_of_large_mean, draw=draw_steps),
                check="stability",
                smooth=False,
                hint=FAR_MEAN_HINT,
            ),
            many(draw_steps),
            unusual("one_axis", draw_vector, 21, AXES_HINT, at_once=True),
            unusual("four_axes", partial(draw_sequences, steps=(3, 2)), 22, AXES_HINT, at_once=True),
        ),
        reference=twin("normalization", "layernorm_forward", wrt=GRADIENTS),
        observes=JUDGES,
        gradients=GRADIENTS,
        marks=(USED_BY,),
        instead_of="layernorm",
        builds_on=("layernorm",),
    ),
)
