"""xavier_uniform, xavier_normal, he_uniform, he_normal: judged by bounds that chance keeps, as dropout's masks are.

No answer is recorded, for every draw is another: mean, deviation and what keeps a distribution from being the one that
is asked for are properties of what was drawn.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from gradproof.conformance.spec.cases import Array, choose
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Finding,
    Function,
    Kind,
    Observations,
    Scenario,
    Subject,
)
from gradproof.conformance.spec.contracts.dropout import level_of
from gradproof.conformance.spec.contracts.networks.initial import strangeness
from gradproof.conformance.spec.findings import CheckName, found

FANS = ((40, 90), (90, 40), (25, 160), (160, 25))
OBSERVED = "weights_"


@dataclass(frozen=True)
class Rule:
    """What a function draws.

    Args:
        name: of the function.
    """

    name: str

    @property
    def is_uniform(self) -> bool:
        """Whether the values lie between two bounds."""
        return self.name.endswith("uniform")

    def draw(self, rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
        """Two different fans, so that each is told from the other."""
        fan_in, fan_out = choose(rng, FANS)
        jitter = int(rng.integers(0, 10))
        return Drawn({"fan_in": np.array(fan_in + jitter), "fan_out": np.array(fan_out + jitter)})

    def exercise(self, subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        """Draw twice."""
        for nth in ("1", "2"):
            (weights,) = subject.call(self.name, int(case["fan_in"]), int(case["fan_out"]))
            yield f"{OBSERVED}{nth}", weights

    def deviation(self, case: Case) -> float:
        """The standard deviation that is asked for."""
        fan_in, fan_out = int(case["fan_in"]), int(case["fan_out"])
        if self.name.startswith("he"):
            return math.sqrt(2 / (fan_in if case.dialect.he_fan == "in" else fan_out))
        return math.sqrt(2 / (fan_in + fan_out) if case.dialect.xavier == "both" else 1 / fan_in)

    def properties(self, case: Case, observed: Observations) -> Iterator[Finding]:
        """Shape, mean, deviation, the kind of distribution, and another draw in the second call."""
        shape = (int(case["fan_in"]), int(case["fan_out"]))
        names = [name for name in (f"{OBSERVED}1", f"{OBSERVED}2") if name in observed]
        for name in names:
            strange = self._strange(observed[name].astype(np.float64), shape, case)
            if strange:
                yield replace(strange, check=CheckName.FORWARD, observation=name)
                return
        if len(names) > 1 and np.array_equal(observed[names[0]], observed[names[1]]):
            yield found(Kind.DRAWN_ONCE, check=CheckName.FORWARD, observation=names[1])

    def _strange(self, values: Array, shape: tuple[int, ...], case: Case) -> Finding | None:
        if values.shape != shape:
            return found(Kind.STARTS_IN_SHAPE, got=values.shape, expected=shape)
        scale = self.deviation(case)
        if strange := strangeness(values, scale, level_of(case.index)):
            return strange
        limit = math.sqrt(3) * scale
        is_within = bool(np.abs(values).max() <= limit * (1 + 1e-6))
        if is_within == self.is_uniform:
            return None
        return found(Kind.NOT_UNIFORM if self.is_uniform else Kind.NOT_NORMAL, expected=limit)


def no_answer(_case: Case) -> Observations:
    """Every draw is another."""
    return {}


def initial_weights(name: str, convention: str) -> Contract:
    """The row of one."""
    rule = Rule(name)
    return Contract(
        name=name,
        functions=(Function(name, ("fan_in", "fan_out"), ("weights",)),),
        scenarios=(Scenario("sample", rule.draw, repeatable=False, smooth=False),),
        exercise=rule.exercise,
        reference=no_answer,
        observes={f"{OBSERVED}1": "forward", f"{OBSERVED}2": "forward"},
        dialects=(convention,),
        takes_seed=True,
        properties=rule.properties,
        advisory=("dtype",),
    )


CONTRACTS = (
    initial_weights("xavier_uniform", "xavier"),
    initial_weights("xavier_normal", "xavier"),
    initial_weights("he_uniform", "he_fan"),
    initial_weights("he_normal", "he_fan"),
)
