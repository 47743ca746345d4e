"""sgd_weight_decay and sgd_dampened; clip_grad_norm and clip_grad_value of gradients by name."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gradproof.conformance.spec.cases import choose, length, normal
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Function,
    Observations,
    Scenario,
    Subject,
)
from gradproof.conformance.spec.contracts.optim_adaptive import update_rule

NAMES = ("W1", "b1", "W2")
SIZES = (0.1, 1.0, 5.0)  # of the gradients: of a norm below 1 the square is smaller, not larger
SHORTER, LONGER = (0.05, 0.5, 0.9), (1.5,)  # the bound, in norms of what is clipped


@dataclass(frozen=True)
class Clipping:
    """A function of gradients by name and of a bound.

    Args:
        name: of the function.
        bound: what its second argument is called.
        by_norm: whether the bound is one of the common norm, and not of every element.
    """

    name: str
    bound: str
    by_norm: bool

    def draw(self, rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        """Gradients of a layer and a half; the bound is below what they have, or above it."""
        fan_in, fan_out = length(rng, min(size, 5)), length(rng, min(size, 5))
        shapes = {"W1": (fan_in, fan_out), "b1": (fan_out,), "W2": (fan_out, 2)}
        gradients = {name: choose(rng, SIZES) * normal(rng, *shape) for name, shape in shapes.items()}
        values = np.concatenate([each.ravel() for each in gradients.values()])
        norm = math.sqrt(math.fsum(values**2))  # BLAS adds up in an order of each machine's own
        whole = norm if self.by_norm else np.abs(values).max()
        return Drawn(gradients, {self.bound: float(whole * choose(rng, (*SHORTER, *LONGER)))})

    def exercise(self, subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        """Clip copies; the submission may write to them."""
        given = {name: case[name].copy() for name in NAMES}
        (clipped,) = subject.call(self.name, given, case.options[self.bound])
        copies = ", ".join(f'"{name}": {name}.copy()' for name in NAMES)
        subject.script.append(f"clipped = {self.name}({{{copies}}}, {case.options[self.bound]!r})")
        subject.script += [f'got["clipped_{name}"] = clipped["{name}"]' for name in NAMES]
        yield from ((f"clipped_{name}", _entry(clipped, name)) for name in NAMES)

    def reference(self, case: Case) -> Observations:
        """torch.nn.utils."""
        from gradproof.reference import optim_gradients

        dialect = {"dialect": case.dialect} if self.by_norm else {}
        bound = float(case.scalar_options()[self.bound])
        answers: Observations = getattr(optim_gradients, self.name)(case.inputs, bound, **dialect)
        return answers


def _entry(clipped: object, name: str) -> object:
    return clipped.get(name) if isinstance(clipped, Mapping) else clipped


def clipping(name: str, bound: str, dialects: tuple[str, ...] = ()) -> Contract:
    """The row of one."""
    of = Clipping(name, bound, by_norm=bool(dialects))
    return Contract(
        name=name,
        functions=(Function(name, ("grads", bound), ("clipped",)),),
        scenarios=(Scenario("ordinary", of.draw),),
        exercise=of.exercise,
        reference=of.reference,
        observes={f"clipped_{each}": "forward" for each in NAMES},
        dialects=dialects,
        advisory=("purity",),
    )


CONTRACTS = (
    update_rule("sgd_weight_decay", ("learning_rate", "weight_decay")),
    update_rule("sgd_dampened", ("learning_rate", "momentum")),
    clipping("clip_grad_norm", "max_norm", ("clip_eps",)),
    clipping("clip_grad_value", "limit"),
)
