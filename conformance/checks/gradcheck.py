"""Finite differences: whether a backward is right for its own forward, whatever the reference says.

Directional: the inputs t_1, ..., t_m of a case are moved together along Gaussian directions v_j ~ N(0, 1).
``phi(h) = <dout, f(t_1 + h v_1, ..., t_m + h v_m)>`` is differentiated by central differences D_i on a ladder of steps
h_i, with one Richardson step ``R = (16 D_(i+1) - D_i) / 15``, and compared with ``sum_j <dt_j, v_j>``. So a handful of
forward calls judges all gradients of a layer, however many elements they have. The error estimate of a rung is

    e = |R - D_(i+1)| + |J| / 2 + 4 eps sum|dout * f| / h + eps sum_j |dt_j * t_j| / h

that is: what the last step still changed, the kink, the rounding of the outputs, and the rounding of the moved inputs.
At a kink closer than the smallest step, central differences settle on the mean of the two slopes, which is no slope of
the function. The even part tells it: with ``S_i = phi(h_i) + phi(-h_i)``, the quotient ``A_i = (S_i - S_(i+1)) / (h_i -
h_(i+1))`` shrinks with h where phi is smooth and stays the jump J of the slope at a kink, so ``J = (4 A_(i+1) - A_i) /
3``, from three steps. The rung with the smallest e is kept. The check disagrees beyond 10 e. A ladder of which fewer
than two rungs settle (a kink was crossed) says nothing: the caller takes another case, and no bound is ever loosened. A
single rung in the middle of the ladder is tried first: if it is precise and agrees, the gradients are proven at half
the cost, for no kink hits a claimed slope to a millionth. The forward is never asked at t itself, whose answer a
submission may know.

Many kinks of opposite jumps, as a network with small weights has them around its start, hide from J together. But a
wrong gradient stays as wrong as it is however close one looks, and a kink falls out of sight: a disagreement counts
only if it is there again, with the same slope, at the :func:`closer` steps, so small that rounding is a fixed part of
the gap.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gradproof.conformance.spec.cases import Array, Case, generator

DIRECTIONS = 2
EPS = float(np.finfo(np.float64).eps)
LADDER = tuple(EPS**0.25 / 4**rung for rung in range(5))
FIRST_RUNG = LADDER[1:3]
DISAGREEMENT = 10.0
SETTLED = 1e-3
PRECISE = 1e-6
CLOSER = 2.0
NEGLIGIBLE = 1e-7


@dataclass(frozen=True)
class Slope:
    """One directional derivative, as measured and as the backward has it."""

    measured: float
    claimed: float
    error: float  # of the best rung
    second_error: float  # of the next best; infinite if there is none
    scale: float  # sum |dt_j * v_j|: what the claimed slope is made of
    magnitude: float  # sum |dout * f|: what phi is made of
    rounding: float  # of phi

    @property
    def has_settled(self) -> bool:
        """Whether two rungs converged; if not, nothing can be concluded. A true slope of 0 leaves a negligible error.

        One rung can look settled by chance where the function jumps.
        """
        slope = max(abs(self.measured), abs(self.claimed), self.scale)
        return self.second_error <= max(SETTLED * slope, NEGLIGIBLE * self.magnitude)

    @property
    def is_proven(self) -> bool:
        """Whether one rung is precise and agrees: chance does not hit a claimed slope to a millionth."""
        slope = max(abs(self.measured), abs(self.claimed), self.scale)
        return self.agrees and self.error <= max(PRECISE * slope, NEGLIGIBLE * self.magnitude)

    @property
    def agrees(self) -> bool:
        """Whether the backward has the slope that was measured."""
        return abs(self.measured - self.claimed) <= DISAGREEMENT * self.error

    @property
    def disagrees(self) -> bool:
        """Whether the ladder settled on another slope than the backward's, by so much that one can look closer."""
        return self.has_settled and not self.agrees and closer(self)[-1] < LADDER[-1]

    def is_confirmed_by(self, closer: "Slope") -> bool:
        """Whether a closer look at the same direction finds the same slope, and disagrees too."""
        change = abs(closer.measured - self.measured)
        return not closer.agrees and change <= DISAGREEMENT * (closer.error + self.error)


def closer(slope: Slope) -> tuple[float, float, float]:
    """The steps at which a disagreement must be there again: rounding is 1 / (CLOSER * DISAGREEMENT) of the gap."""
    h = CLOSER * DISAGREEMENT * slope.rounding / abs(slope.measured - slope.claimed)
    return 16 * h, 4 * h, h


def directions(case_id: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """DIRECTIONS directions for each input, (DIRECTIONS, *shape): Gaussian, so that no two errors cancel."""
    rng = generator("direction", case_id)
    return {name: rng.standard_normal((DIRECTIONS, *t.shape)) for name, t in inputs.items()}


def apart(along: Mapping[str, Array]) -> dict[str, Array]:
    """As many directions as there are inputs: each moves one of them and leaves the others where they are."""
    return {
        name: np.stack([v[0] if name == moved else np.zeros_like(v[0]) for moved in along]) for name, v in along.items()
    }


def asked(
    case: Case, names: Sequence[str], steps: Sequence[float], is_apart: bool = False
) -> tuple[dict[str, Array], dict[str, Array]]:
    """The directions of some inputs, all moved at once or each by itself, and the :func:`points` on them.

    Those that everybody is asked first are made once.
    """
    key = ("points", *names, is_apart)
    if steps == FIRST_RUNG and key in case.kept:
        known: tuple[dict[str, Array], dict[str, Array]] = case.kept[key]
        return known
    inputs = {name: case.inputs[name] for name in names}
    along = directions(case.id, inputs)
    along = apart(along) if is_apart else along
    made = along, points(inputs, along, steps)
    if steps == FIRST_RUNG:
        case.kept[key] = made
    return made


def points(inputs: Mapping[str, Array], along: Mapping[str, Array], steps: Sequence[float]) -> dict[str, Array]:
    """Where the forward must be known, stacked: for each direction and step, t + h v and t - h v."""
    signed = np.array([sign * h for h in steps for sign in (1, -1)])
    return {name: _points(t, along[name], signed) for name, t in inputs.items()}


@np.errstate(invalid="ignore", over="ignore")
def slopes(
    outputs: Array,
    upstream: Array,
    inputs: Mapping[str, Array],
    along: Mapping[str, Array],
    gradients: Mapping[str, Array],
    steps: Sequence[float],
) -> tuple[Slope, ...]:
    """The slope along each direction, from the forward's ``outputs`` at :func:`points` and from the gradients.

    Args:
        outputs: stacked in the order of :func:`points`.
        upstream: what they are contracted with.
        inputs: the inputs that were moved, by name.
        along: their directions.
        gradients: what the backward says, by the name of the input.
        steps: those of the points, from large to small.
    """
    shape = len(outputs) // (2 * len(steps)), 2 * len(steps), -1
    phi = (upstream * (outputs - outputs[0])).reshape(shape).sum(axis=2)
    magnitude = np.abs(upstream * outputs).reshape(shape).sum(axis=2).max(axis=1)
    moved = sum(float(np.abs(gradients[name] * t).sum()) for name, t in inputs.items())
    products = [_flat(along[name] * gradients[name]) for name in inputs]
    claimed = sum(product.sum(axis=1) for product in products)
    scale = sum(np.abs(product).sum(axis=1) for product in products)
    return tuple(_slope(*each, moved, steps) for each in zip(phi, magnitude, claimed, scale, strict=True))


def _points(t: Array, along: Array, signed: Array) -> Array:
    offsets = signed.reshape(1, -1, *([1] * t.ndim)) * along[:, np.newaxis]
    return np.asarray((t + offsets).reshape(-1, *t.shape))


def _flat(stack: Array) -> Array:
    return stack.reshape(len(stack), -1)


def _slope(phi: Array, magnitude: float, claimed: float, scale: float, moved: float, steps: Sequence[float]) -> Slope:
    rounding = 4 * EPS * magnitude + EPS * moved
    differences = [float(phi[2 * i] - phi[2 * i + 1]) / (2 * h) for i, h in enumerate(steps)]
    extrapolated = [(16 * fine - coarse) / 15 for coarse, fine in pairwise(differences)]
    errors = [
        _or_infinite(abs(r - fine) + abs(jump) / 2 + float(rounding) / h)
        for r, fine, jump, h in zip(extrapolated, differences[1:], _jumps(phi, steps), steps[1:], strict=True)
    ]
    best = errors.index(min(errors))
    return Slope(
        measured=extrapolated[best],
        claimed=float(claimed),
        error=errors[best],
        second_error=min((error for rung, error in enumerate(errors) if rung != best), default=math.inf),
        scale=float(scale),
        magnitude=float(magnitude),
        rounding=float(rounding),
    )


def _jumps(phi: Array, steps: Sequence[float]) -> list[float]:
    """The jump of the slope as each rung sees it. The first of several lacks a coarser one and has no say."""
    even = [float(phi[2 * i] + phi[2 * i + 1]) for i in range(len(steps))]
    quotients = [(even[i] - even[i + 1]) / (steps[i] - steps[i + 1]) for i in range(len(steps) - 1)]
    if len(quotients) == 1:
        return [0.0]
    return [math.inf, *((4 * fine - coarse) / 3 for coarse, fine in pairwise(quotients))]


def _or_infinite(error: float) -> float:
    return math.inf if math.isnan(error) else error


def alike(case: Case, moved: Collection[str] | None = None, shift: float = 0.25) -> Case:
    """A case of the same shapes and dtypes and other values, which may stand where these may; or of some inputs.

    With another shift, up to a half, they are others again. Made once: all submissions are asked the same.
    """
    asked = ("alike", None if moved is None else frozenset(moved), shift)
    if asked not in case.kept:
        case.kept[asked] = _moved(case, moved, shift)
    made: Case = case.kept[asked]
    return made


def _moved(case: Case, moved: Collection[str] | None, shift: float) -> Case:
    chosen = {name for name, a in case.inputs.items() if a.dtype.kind == "f" and (moved is None or name in moved)}
    others = {n: np.flip(a * a.dtype.type(0.5) + a.dtype.type(shift)) for n, a in case.inputs.items() if n in chosen}
    return case.with_inputs({**case.inputs, **others})
