"""Scenarios of what no text promises an answer for: to refuse it is fine, to answer it wrongly is not.

Their check is advisory.
"""

from collections.abc import Iterator

import numpy as np

from gradproof.conformance.spec.contract import Case, Dialect, Draw, Drawn, Finding, Kind, Scenario
from gradproof.conformance.spec.findings import CheckName, found

UNUSUAL = CheckName.UNUSUAL_INPUT
UNKNOWN_MODE = "eval"
WHOLE_NUMBERS, PIXELS = OF_WHOLE_NUMBERS = ("whole_numbers", "pixels")  # the scenarios whose data are integers
OF_THE_BATCH = ("x", "dout")
WHOLE_HINT = "the data are whole numbers, as files of images have them: no gradient is to be rounded to their dtype"
EMPTY_HINT = "the batch has no samples: there is nothing to sum up, gradients of parameters are 0, and nothing is NaN"


def unusual(name: str, draw: Draw, place: int, hint: str = "", at_once: bool = False) -> Scenario:
    """Cases that may be refused; ``at_once``: by the first function that is called, or not at all."""
    return Scenario(
        name,
        draw,
        check=UNUSUAL,
        smooth=False,
        repeatable=False,
        hint=hint,
        places=(place,),
        may_refuse=True,
        at_once=at_once,
    )


def whole_numbers(draw: Draw, place: int) -> Scenario:
    """Cases whose data are integers, however drawn."""
    return unusual(WHOLE_NUMBERS, draw, place, WHOLE_HINT)


def an_empty_batch(draw: Draw, place: int) -> Scenario:
    """The cases of ``draw`` without any sample."""

    def draw_empty(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        drawn = draw(rng, size, dialect)
        return Drawn({name: a[:0] if name in OF_THE_BATCH else a for name, a in drawn.inputs.items()}, drawn.options)

    return unusual("empty_batch", draw_empty, place, EMPTY_HINT)


def is_of_unknown_mode(case: Case) -> bool:
    """Whether the case has a mode that is neither training nor test."""
    return case.scalar_options().get("mode") == UNKNOWN_MODE


def taken_for_training(function: str) -> Iterator[Finding]:
    """That a function trains in a mode that it does not know."""
    yield found(Kind.MODE_IS_TRAINING, check=UNUSUAL, function=function, mode=UNKNOWN_MODE)
