"""Where a value jumps near by: there a right answer may have fallen on either side."""

from collections.abc import Sequence

import numpy as np

from gradproof.conformance.oracle.yardstick import ELEMENTWISE, NORMWISE, in_float64, precision
from gradproof.conformance.spec.cases import Array, Case, generator


def moved_to_a_jump(case: Case, run: int) -> Case:
    """The case in float64, every float of it moved as far as an error that passes may move what is made of it.

    Runs come in pairs of opposite signs: a function that jumps near by (floor, a remainder, a quantile) jumps in one.
    """
    rng = generator("jump", case.contract, case.seed, case.index, run // 2)
    step = (1 - 2 * (run % 2)) * NORMWISE * precision(case.dtype).eps

    def moved(array: Array) -> Array:
        return np.asarray(array * (1 + step * (2 * rng.integers(2, size=array.shape) - 1)))

    exact = in_float64(case)
    return exact.with_inputs({name: moved(a) if a.dtype.kind == "f" else a for name, a in exact.inputs.items()})


@np.errstate(invalid="ignore", over="ignore")
def beyond_float32(runs32: Sequence[Array], value: Array, moved: Sequence[Array], dtype: str) -> list[Array]:
    """The float32 runs; in float64, where these overflow, what the moved inputs tell, as it would be in float32."""
    eps32 = float(np.finfo(np.float32).eps)
    if precision(dtype).eps >= eps32:
        return [*runs32]
    grown = eps32 / precision(dtype).eps / NORMWISE
    told = [np.where(np.isfinite(value), value + (each - value) * grown, value) for each in moved]
    return [np.where(np.isfinite(run), run, told[k % len(told)]) for k, run in enumerate(runs32)]


@np.errstate(invalid="ignore")
def sides(value: Array, moved: Sequence[Array], unit: Array) -> tuple[Array, Array]:
    """The least and the largest that are right: the value, and where it jumps near by what it is beyond the jump.

    A value jumps where it moves by more than any rounding may: there a right answer may have fallen on either side.
    """
    jumps = np.max([np.abs(each - value) for each in moved], axis=0) > ELEMENTWISE * unit
    every = np.stack([value, *moved])
    return np.where(jumps, np.min(every, axis=0), value), np.where(jumps, np.max(every, axis=0), value)


def on_its_side(got: Array, least: Array, largest: Array, value: Array) -> Array:
    """The right values that are nearest to these: beside a jump that of their side."""
    got64 = got.astype(np.float64)
    return np.asarray(np.where((least < largest) & np.isfinite(got64), np.clip(got64, least, largest), value))
