"""ctc_loss of scores, texts and their lengths."""

from functools import partial

import numpy as np

from gradproof.conformance.spec.cases import length, normal
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Function,
    Scenario,
    answered_by,
    scalar_loss,
    twin,
)

LONG, APART = 60, 20.0  # steps, and how far the scores lie apart
REPEATED_HINT = "a symbol is repeated in the text: a blank must stand between the two, so that no path skips it"
LONG_HINT = (
    f"{LONG} steps of scores that lie {APART:.0f} apart: the probability of a path is below the smallest number, "
    "and only its logarithm can be added up"
)


def draw(
    rng: np.random.Generator, size: int, _dialect: Dialect, repeated: bool = False, steps: int = 0, scale: float = 1.0
) -> Drawn:
    """Texts of different lengths, each short enough for the steps; what is behind the end of one is 0."""
    samples, longest, symbols = length(rng, 3), length(rng, min(size, 4)), length(rng, 5, 3)
    longest = max(longest, 2) if repeated else longest
    lengths = rng.integers(1, longest + 1, samples)
    lengths[0] = longest
    y = rng.integers(1, symbols, (samples, longest))
    if repeated:
        y[:, 1] = y[:, 0]
    y[np.arange(longest) >= lengths[:, np.newaxis]] = 0
    time = steps or 2 * longest + int(rng.integers(1, 4))
    return Drawn({"x": scale * normal(rng, time, samples, symbols), "y": y, "lengths": lengths})


def asked(case: Case) -> dict[str, object]:
    """What the reference is told beside the arrays."""
    return {"reduction": case.dialect.reduction, "average": case.dialect.ctc_average}


CONTRACTS = (
    Contract(
        name="ctc_loss",
        functions=(Function("ctc_loss", ("x", "y", "lengths"), ("loss", "dx")),),
        scenarios=(
            Scenario("ordinary", draw, share=2),
            Scenario("repeated", partial(draw, repeated=True), hint=REPEATED_HINT),
            Scenario("long", partial(draw, steps=LONG, scale=APART), check="stability", smooth=False, hint=LONG_HINT),
        ),
        **answered_by(
            *(
                twin("ctc", formula, returns=("loss",), wrt={"dx": "x"}, objective="loss", options=asked)
                for formula in ("ctc_loss", "ctc_loss_by_both_ways")
            )
        ),
        observes={"loss": "forward", "dx": "gradient"},
        dialects=("reduction", "ctc_average"),
        gradients={"dx": "x"},
        objective="loss",
        upstream=scalar_loss,
    ),
)
