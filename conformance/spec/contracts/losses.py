"""softmax_loss, svm_loss, and softmax_cross_entropy with its derivative."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from gradproof.conformance.spec.cases import KINK_DISTANCE, Array, choose, length, normal, until
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Draw,
    Drawn,
    Function,
    Observations,
    Scenario,
    Subject,
    answered_by,
    scalar_loss,
    twin,
)
from gradproof.conformance.spec.in_use.draws import CLASSES_HINT, MANY_SAMPLES, labels, labels_of_many
from gradproof.conformance.spec.in_use.not_a_number import losing

HUGE = 1000.0
GAP = 1000.0
LEAST_LOSS = 0.3
HUGE_HINT = (
    "scores lie 1,000 apart: without each row's own maximum taken out exp overflows, and a probability that underflows "
    "to 0 has no logarithm; log-sum-exp has neither problem"
)


def _loss(scores: Array, y: Array) -> float:
    right = np.take_along_axis(scores, y[:, np.newaxis], axis=1)
    return float((np.logaddexp.reduce(scores, axis=1, keepdims=True) - right).mean())


def draw(rng: np.random.Generator, size: int, _dialect: Dialect, name: str = "x") -> Drawn:
    """Scores of a few units, labels at random, a loss that is not close to 0.

    A loss near 0 is the difference of two scores, right to rounding of the scores and not of itself; which of the
    usual stable forms keeps more digits there is no matter of right and wrong.
    """

    def propose() -> Drawn:
        samples, classes = length(rng, size), length(rng, size, least=2)
        scores = choose(rng, (0.1, 1.0, 3.0)) * normal(rng, samples, classes)
        return Drawn({name: scores, "y": labels(rng, classes, samples, size)})

    return until(propose, lambda drawn: _loss(drawn.inputs[name], drawn.inputs["y"]) > LEAST_LOSS)


def draw_huge(rng: np.random.Generator, size: int, dialect: Dialect, name: str = "x") -> Drawn:
    """Rows far from 0, up or down by 1,000: exp overflows unless each row's own maximum is taken out.

    In every third row the right class lies 1,000 below the maximum, where its probability is 0 in any dtype and only
    log-sum-exp has the logarithm.
    """
    drawn = draw(rng, size + 2, dialect, name)
    scores, y = drawn.inputs[name], drawn.inputs["y"]
    scores += rng.choice([-HUGE, 0.0, HUGE], (len(y), 1))
    far = np.arange(0, len(y), 3)
    scores[far, y[far]] -= GAP
    return drawn


def draw_many(rng: np.random.Generator, _size: int, _dialect: Dialect, name: str = "x") -> Drawn:
    """As many samples as a training has, labels of 8 bits."""
    samples, classes = int(rng.integers(*MANY_SAMPLES)), 3
    return Drawn({name: normal(rng, samples, classes), "y": rng.integers(classes, size=samples, dtype=np.uint8)})


def draw_many_classes(rng: np.random.Generator, _size: int, _dialect: Dialect, name: str = "x") -> Drawn:
    """More classes than there are numbers of 8 bits."""
    samples = 5
    classes, y = labels_of_many(rng, samples)
    return Drawn({name: normal(rng, samples, classes), "y": y})


def draw_hinge(rng: np.random.Generator, size: int, dialect: Dialect, draw: Draw = draw) -> Drawn:
    """Scores whose margins are clear of the kink; the first row violates at least one."""

    def propose() -> Drawn:
        drawn = draw(rng, size, dialect)
        drawn.inputs["y"][0] = int(drawn.inputs["x"][0].argmin())
        return drawn

    def accept(drawn: Drawn) -> bool:
        x, y = drawn.inputs["x"], drawn.inputs["y"]
        margins = x - np.take_along_axis(x, y[:, np.newaxis], axis=1) + 1
        return bool(np.abs(margins).min() > KINK_DISTANCE)

    return until(propose, accept)


def draw_logits(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
    """As :func:`draw`, under the name that softmax_cross_entropy gives its argument."""
    return draw(rng, size, dialect, "logits")


def draw_huge_logits(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
    """As :func:`draw_huge`, likewise."""
    return draw_huge(rng, size, dialect, "logits")


def exercise_cross_entropy(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """Probabilities and loss, then the derivative from those probabilities."""
    a, loss = subject.call("softmax_cross_entropy", case["logits"], case["y"])
    yield "a", a
    yield "loss", loss
    (dlogits,) = subject.call("softmax_cross_entropy_backward", a, case["y"])
    yield "dlogits", dlogits


def sum_of_rows(case: Case) -> Array:
    """The derivative is each row's own, so it belongs to N times the mean loss."""
    return np.asarray(float(case["y"].size))


def cross_entropy_rows(function: str) -> Callable[[Case], Observations]:
    """A twin of the rows' derivative."""
    return twin("losses", function, returns=("a", "loss"), wrt={"dlogits": "logits"}, objective="total")


MANY_HINT = (
    "there are more samples than in the other cases, and labels are of 8 bits (uint8), as files of images have them: "
    "arithmetic with the labels themselves, such as n * C + y, overflows there"
)


def many(draw_samples: Draw, draw_classes: Draw) -> tuple[Scenario, ...]:
    """Cases with many samples, and with many classes, however drawn."""
    return (
        Scenario("many_samples", draw_samples, places=(21,), hint=MANY_HINT),
        Scenario("many_classes", draw_classes, places=(22,), hint=CLASSES_HINT),
    )


CROSS_ENTROPY = Function("softmax_cross_entropy", ("logits", "y"), ("a", "loss"))
LOGIT_SCENARIOS = (
    Scenario("ordinary", draw_logits, share=3),
    Scenario("huge_logits", draw_huge_logits, check="stability", smooth=False, hint=HUGE_HINT),
    *many(partial(draw_many, name="logits"), partial(draw_many_classes, name="logits")),
)

CONTRACTS = (
    losing(
        Contract(
            name="softmax_loss",
            functions=(Function("softmax_loss", ("x", "y"), ("loss", "dx")),),
            scenarios=(
                Scenario("ordinary", draw, share=3),
                Scenario("huge_logits", draw_huge, check="stability", smooth=False, hint=HUGE_HINT),
                *many(draw_many, draw_many_classes),
            ),
            **answered_by(
                twin("losses", "softmax_loss", returns=("loss",), wrt={"dx": "x"}, objective="loss"),
                twin("losses", "softmax_loss_by_log_sum_exp", returns=("loss",), wrt={"dx": "x"}, objective="loss"),
            ),
            observes={"loss": "forward", "dx": "gradient"},
            gradients={"dx": "x"},
            objective="loss",
            upstream=scalar_loss,
        ),
        "x",
    ),
    Contract(
        name="svm_loss",
        functions=(Function("svm_loss", ("x", "y"), ("loss", "dx")),),
        scenarios=(
            Scenario("ordinary", draw_hinge),
            *many(partial(draw_hinge, draw=draw_many), partial(draw_hinge, draw=draw_many_classes)),
        ),
        reference=twin("losses", "svm_loss", returns=("loss",), wrt={"dx": "x"}, objective="loss"),
        observes={"loss": "forward", "dx": "gradient"},
        gradients={"dx": "x"},
        objective="loss",
        upstream=scalar_loss,
    ),
    losing(
        Contract(
            name="softmax_cross_entropy",
            functions=(CROSS_ENTROPY,),
            scenarios=LOGIT_SCENARIOS,
            **answered_by(
                twin("losses", "softmax_cross_entropy", returns=("a", "loss"), wrt={}, objective="loss"),
                twin("losses", "softmax_cross_entropy_by_log_sum_exp", returns=("a", "loss"), wrt={}, objective="loss"),
            ),
            observes={"a": "forward", "loss": "forward"},
            objective="loss",
            upstream=scalar_loss,
        ),
        "logits",
    ),
    Contract(
        name="softmax_cross_entropy_backward",
        functions=(CROSS_ENTROPY, Function("softmax_cross_entropy_backward", ("a", "y"), ("dlogits",))),
        scenarios=LOGIT_SCENARIOS,
        exercise=exercise_cross_entropy,
        **answered_by(
            cross_entropy_rows("softmax_cross_entropy_rows"), cross_entropy_rows("softmax_cross_entropy_by_log_sum_exp")
        ),
        observes={"a": "forward", "loss": "forward", "dlogits": "gradient"},
        gradients={"dlogits": "logits"},
        objective="loss",
        upstream=sum_of_rows,
        builds_on=("softmax_cross_entropy",),
        borrowed=("softmax_cross_entropy",),
    ),
)
