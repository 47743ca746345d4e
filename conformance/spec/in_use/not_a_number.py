"""Losses of what is not a number: no number either. Who hides it lets a training go on that has failed.

The loss alone is judged: no convention says what else there is beside it.
"""

from dataclasses import replace

import numpy as np

from gradproof.conformance.spec.contract import Contract, Dialect, Draw, Drawn, Scenario
from gradproof.conformance.spec.findings import CheckName

NAME, LOSS = "not_a_number", "loss"
HINT = "some scores are not numbers (NaN), as after a step that was too large: then the loss is NaN, and has to show it"


def losing(row: Contract, of: str, place: int = 23) -> Contract:
    """The row of a loss, with a case at ``place`` in which some of an input are NaN."""
    return replace(row, scenarios=(*row.scenarios, lost(row.scenarios[0].draw, of, place)))


def lost(draw: Draw, of: str, place: int) -> Scenario:
    """The cases of ``draw`` with NaN in the first row of an input: the last of those whose names begin so."""

    def draw_lost(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        drawn = draw(rng, size, dialect)
        name = max(name for name in drawn.inputs if name.startswith(of))
        array = drawn.inputs[name].copy()
        array[0] = np.nan
        return Drawn({**drawn.inputs, name: array}, drawn.options)

    return Scenario(
        NAME,
        draw_lost,
        check=CheckName.NAN_PROPAGATION,
        smooth=False,
        hint=HINT,
        places=(place,),
        may_refuse=True,
        judged=(LOSS,),
    )
