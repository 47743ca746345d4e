"""A value that came back, beside the right one, and what a formula could have made of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Observations


@dataclass(frozen=True)
class Seen:
    """One observation of one case: what came back and what was right."""

    name: str
    case: Case
    got: Array
    expected: Array
    unit: Array
    others: Observations  # what else was right in this case

    def equals(self, wrong: Array) -> bool:
        """Whether what came back is this wrong value."""
        if wrong.shape != self.got.shape:
            return False
        even = np.full(wrong.shape, self.unit.max(initial=0.0))
        unit = yardstick.unit_of_wrong(even, self.expected, wrong, self.case.judged_in)
        return yardstick.compare(self.got, wrong.astype(np.float64), unit, self.case.judged_in).is_right

    @property
    def is_right(self) -> bool:
        """Whether it is within the yardstick."""
        return yardstick.compare(self.got, self.expected, self.unit, self.case.judged_in).is_right

    @property
    def right_elements(self) -> Array:
        """Which elements are right."""
        return yardstick.right_elements(self.got, self.expected, self.unit, self.case.judged_in)

    @property
    def samples(self) -> int:
        """The size of the batch."""
        return next((len(a) for name, a in self.case.inputs.items() if name in ("x", "dout") and a.ndim), 1) or 1

    def numbers(self) -> Mapping[str, float]:
        """The numbers of the case that a formula could have wrongly, or lack."""
        n, options = self.samples, self.case.scalar_options()
        given = {k: float(v) for k, v in options.items() if isinstance(v, float) and v}
        return {
            **{"-1": -1.0, "2": 2.0, "1/2": 0.5},
            **{"N": n, "1/N": 1 / n, "(N-1)/N": (n - 1) / n, "N/(N-1)": n / (n - 1) if n > 1 else 1.0},
            **given,
            **{f"1/{name}": 1 / value for name, value in given.items()},
            **{f"(1 - {name})": 1 - value for name, value in given.items() if 0 < value < 1},
        }

    def terms(self) -> Iterator[tuple[str, Array]]:
        """The inputs and other answers that have this observation's shape, or a row of it."""
        for name, array in (*self.case.inputs.items(), *self.others.items()):
            if array.dtype.kind == "f" and array.ndim and array.shape == self.got.shape[-array.ndim :]:
                yield name, np.broadcast_to(array, self.got.shape).astype(np.float64)
