"""adamw, nadam, adagrad, adadelta: trajectories of the parameters. How a rule calls its state is its own affair.

So is what it takes where it is not told, unless torch's defaults are asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradproof.conformance.spec.cases import choose, length, normal
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
)
from gradproof.conformance.spec.contracts.optim import settings_in_turn

STEPS = 4
MOST = 5  # of an axis
CHOICES: Mapping[str, Sequence[float]] = {
    "learning_rate": (0.5, 0.03, 1e-3),
    "beta1": (0.5, 0.8),
    "beta2": (0.7, 0.95),
    "epsilon": (1e-3, 0.1),
    "decay_rate": (0.6, 0.9),
    "momentum": (0.5, 0.75, 0.95),
    "weight_decay": (0.5, 0.02),
}
BETAS = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "adamw": {"learning_rate": 1e-3, **BETAS, "weight_decay": 1e-2},
    "nadam": {"learning_rate": 2e-3, **BETAS},
    "adagrad": {"learning_rate": 1e-2, "epsilon": 1e-10},
    "adadelta": {"decay_rate": 0.9, "epsilon": 1e-6},
}
SMALL = 1e-3  # of gradients, so that an epsilon of 1e-10 tells
PLACES = (17, 18, 21, 22)


@dataclass(frozen=True)
class Rule:
    """An update rule, exercised from its start.

    Args:
        name: of the rule.
        config: the keys that it is given.
    """

    name: str
    config: tuple[str, ...]

    def draw(self, rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        """Parameters, and the gradients of the steps, of one to three axes."""
        axes = 1 + size % 3
        shape = tuple(length(rng, min(size, MOST if axes < 3 else 3)) for _ in range(axes))
        magnitude = choose(rng, (1.0, 1.0, 1e-3, 30.0))
        steps = {f"dw_{step}": magnitude * normal(rng, *shape) for step in range(1, STEPS + 1)}
        return Drawn(
            {"w": normal(rng, *shape), **steps}, {"config": {name: choose(rng, CHOICES[name]) for name in self.config}}
        )

    def by_default(self, told: tuple[str, ...]) -> Draw:
        """Cases that tell some of the keys alone, where it is known what is taken for the others."""

        def draw(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
            inputs, options = self.draw(rng, size, dialect)
            keys = self.config if dialect.adaptive_defaults == "open" else told
            given = options["config"]
            assert isinstance(given, Mapping)
            inputs = {name: array if name == "w" else SMALL * array for name, array in inputs.items()}
            return Drawn(inputs, {"config": {name: given[name] for name in keys}})

        return draw

    def exercise(self, subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        """Several steps, each from where the last one ended. The submission may write to what it is given."""
        w: object = case["w"].copy()
        config: object = case.namespace()["config"]
        for step in range(1, STEPS + 1):
            w, config = subject.call(self.name, w, case[f"dw_{step}"], config)
            yield f"w_{step}", w

    def reference(self, case: Case) -> Observations:
        """torch.optim from the same start."""
        from gradproof.reference.optim_adaptive import trajectory

        given = {name: float(value) for name, value in case.scalar_options().items()}
        options = {**DEFAULTS.get(self.name, {}), **given}
        asked = {"adamw_eps": case.dialect.adamw_eps, "nadam": case.dialect.nadam}
        answers: Observations = trajectory(self.name, case.inputs, options, asked)
        return answers


def update_rule(name: str, config: Iterable[str], dialects: tuple[str, ...] = ()) -> Contract:
    """The row of a rule. Writing w or the config in place is what the hand-outs do: purity is advisory."""
    rule = Rule(name, tuple(config))
    by_default = [rule.by_default(told) for told in settings_in_turn(rule.config)] if name in DEFAULTS else []
    return Contract(
        name=name,
        functions=(Function(name, ("w", "dw", "config"), ("next_w", "config")),),
        scenarios=(
            Scenario("from_the_start", rule.draw),
            *(Scenario("defaults", first, further=tuple(by_default[1:]), places=PLACES) for first in by_default[:1]),
        ),
        exercise=rule.exercise,
        reference=rule.reference,
        observes={f"w_{step}": "forward" for step in range(1, STEPS + 1)},
        dialects=(*dialects, *(["adaptive_defaults"] if by_default else ())),
        updates=("learning_rate", *rule.config, "m", "v", "t", "cache", "delta", "velocity"),
        advisory=("purity",),
    )


CONTRACTS = (
    update_rule("adamw", DEFAULTS["adamw"], ("adamw_eps",)),
    update_rule("nadam", DEFAULTS["nadam"], ("nadam",)),
    update_rule("adagrad", DEFAULTS["adagrad"]),
    update_rule("adadelta", DEFAULTS["adadelta"]),
)
