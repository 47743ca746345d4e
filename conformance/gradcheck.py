"""Finite differences: whether a backward is right for its own forward, whatever the reference says.

Directional: for an input t and a direction v ~ N(0, 1), ``phi(h) = <dout, f(t + h v)>`` is differentiated by central
differences D_i on a ladder of steps h_i, with one Richardson step ``R = (16 D_(i+1) - D_i) / 15``, and compared with
``<dt, v>``. The error estimate of a rung is

    e = |R - D_(i+1)| + 4 eps sum|dout * f| / h + eps sum|dt * t| / h

that is: what the last step still changed, the rounding of the outputs, and the rounding of the moved inputs. The rung
with the smallest e is kept. The check disagrees beyond 10 e. A ladder of which fewer than two rungs settle (a kink was
crossed) says nothing: the caller takes another case, and no bound is ever loosened.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from conformance.cases import Array, generator

DIRECTIONS = 4
EPS = float(np.finfo(np.float64).eps)
STEPS = tuple(EPS**0.25 / 4**rung for rung in range(4))
DISAGREEMENT = 10.0
SETTLED = 1e-3
NEGLIGIBLE = 1e-7
POINTS_PER_DIRECTION = 2 * len(STEPS)


@dataclass(frozen=True)
class Slope:
    """One directional derivative, as measured and as the backward has it."""

    measured: float
    claimed: float
    error: float  # of the best rung
    second_error: float  # of the next best
    scale: float  # sum |dt * v|: what the claimed slope is made of
    magnitude: float  # sum |dout * f|: what phi is made of

    @property
    def has_settled(self) -> bool:
        """Whether two rungs converged; if not, nothing can be concluded. A true slope of 0 leaves a negligible error.

        One rung can look settled by chance where the function jumps.
        """
        slope = max(abs(self.measured), abs(self.claimed), self.scale)
        return self.second_error <= max(SETTLED * slope, NEGLIGIBLE * self.magnitude)

    @property
    def agrees(self) -> bool:
        """Whether the backward has the slope that was measured."""
        return abs(self.measured - self.claimed) <= DISAGREEMENT * self.error


def directions(case_id: str, name: str, shape: tuple[int, ...]) -> Array:
    """The directions in which an input of a case is moved, (DIRECTIONS, *shape): Gaussian, so that no errors cancel."""
    return generator("direction", case_id, name).standard_normal((DIRECTIONS, *shape))


def points(t: Array, along: Array) -> Array:
    """All inputs at which the forward must be known: for each direction and step, t + h v and t - h v."""
    signed = np.array([sign * h for h in STEPS for sign in (1, -1)])
    offsets = signed.reshape(1, -1, *([1] * t.ndim)) * along[:, np.newaxis]
    return np.asarray((t + offsets).reshape(-1, *t.shape))


def slopes(outputs: Array, upstream: Array, t: Array, along: Array, dt: Array) -> tuple[Slope, ...]:
    """The directional derivatives from the forward's ``outputs`` at :func:`points`, beside what ``dt`` claims."""
    weighted = upstream * outputs
    weighted = weighted.reshape(len(along), POINTS_PER_DIRECTION, -1)
    phi = weighted.sum(axis=2)
    magnitude = np.abs(weighted).sum(axis=2).max(axis=1)
    moved = float(np.abs(dt * t).sum())
    return tuple(_slope(phi[k], float(magnitude[k]), EPS * moved, along[k], dt) for k in range(len(along)))


def _slope(phi: Array, magnitude: float, moved: float, v: Array, dt: Array) -> Slope:
    rounding = 4 * EPS * magnitude + moved
    differences = [(phi[2 * i] - phi[2 * i + 1]) / (2 * h) for i, h in enumerate(STEPS)]
    extrapolated = [(16 * fine - coarse) / 15 for coarse, fine in pairwise(differences)]
    errors = [abs(r - fine) + rounding / h for r, fine, h in zip(extrapolated, differences[1:], STEPS[1:], strict=True)]
    order = np.argsort(np.nan_to_num(errors, nan=np.inf))
    best, second = int(order[0]), int(order[1])
    products = dt * v
    return Slope(
        measured=float(extrapolated[best]),
        claimed=float(products.sum()),
        error=float(errors[best]),
        second_error=float(errors[second]),
        scale=float(np.abs(products).sum()),
        magnitude=magnitude,
    )
