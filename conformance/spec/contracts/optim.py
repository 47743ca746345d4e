"""sgd, sgd_momentum, nesterov, rmsprop, adam: trajectories of the parameters and of the state, step by step."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import signature
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array, choose, length, normal
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Draw,
    Drawn,
    Exercise,
    Function,
    Observations,
    Scenario,
    Subject,
)

STEPS, MORE_STEPS = 5, 12
ALL_GRADIENTS = tuple(f"dw_{step}" for step in range(1, MORE_STEPS + 1))
GRADIENTS = ALL_GRADIENTS[:STEPS]
FOUR_EVERY = 4
NO_GRADIENT, FEW_GRADIENTS = "dw_4", "dw_7"  # of steps at which some unit is dead: what is kept goes on
EPSILON = 1e-3  # of rules under way: none that is written into the code is as large
STATE = {"sgd": (), "sgd_momentum": ("velocity",), "nesterov": ("velocity",), "rmsprop": ("cache",), "adam": ("m", "v")}
DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "sgd": {"learning_rate": 1e-2},
    "sgd_momentum": {"learning_rate": 1e-2, "momentum": 0.9},
    "nesterov": {"learning_rate": 1e-2, "momentum": 0.9},
    "rmsprop": {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8},
    "adam": {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0},
}
CHOICES = {
    "learning_rate": (0.5, 0.03, 1e-3),
    "momentum": (0.5, 0.75, 0.95),
    "decay_rate": (0.6, 0.9),
    "epsilon": (1e-8, 1e-3),
    "beta1": (0.5, 0.8),
    "beta2": (0.7, 0.95),
    "t": (0, 3, 20),
}


TWO_HINT = (
    f"there are {MORE_STEPS} steps, in turn with those of another parameter of the same shape: "
    "each has a config and state of its own, and counts its own steps, also those whose gradient is 0"
)


def settings_of(rule: str) -> tuple[str, ...]:
    """What a rule may be told, or leaves to its defaults."""
    return tuple(name for name in DEFAULTS[rule] if name != "t")


def settings_in_turn(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Some of them, none first; of any two there is a choice that tells one and leaves the other to its default."""
    bits = range((len(names) - 1).bit_length())
    return ((), *(tuple(name for at, name in enumerate(names) if not at >> bit & 1) for bit in bits))


def draw_trajectory(
    rule: str, told: tuple[str, ...], with_state: bool = False, gradients: tuple[str, ...] = GRADIENTS
) -> Draw:
    """Parameters, the gradients of the steps, the settings that are told, and, of a rule under way, its state."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        axes = 4 if size % FOUR_EVERY == 0 else int(rng.integers(1, 3))
        shape = tuple(length(rng, size if axes < 4 else 3, axes // 4 + 1) for _ in range(axes))
        magnitude = choose(rng, (1.0, 1.0, 1e-3, 30.0))
        inputs = {"w": normal(rng, *shape), **{name: magnitude * normal(rng, *shape) for name in gradients}}
        drawn = {name: choose(rng, CHOICES[name]) for name in settings_of(rule)}
        config = {name: drawn[name] for name in told}
        if with_state:
            config |= {"epsilon": EPSILON} if "epsilon" in config else {}
            inputs |= {name: _state(rng, name, magnitude, shape) for name in STATE[rule]}
            config |= {"t": choose(rng, CHOICES["t"])} if rule == "adam" else {}
        return Drawn(inputs, {"config": config})

    return draw


def draw_two(rule: str) -> Draw:
    """Two parameters of one shape, updated in turn; and more steps than the other cases have."""

    def draw(rng: np.random.Generator, _size: int, dialect: Dialect) -> Drawn:
        drawn = draw_trajectory(rule, (), gradients=ALL_GRADIENTS)(rng, 3, dialect)
        shape = drawn.inputs["w"].shape
        drawn.inputs[NO_GRADIENT][...] = 0
        drawn.inputs[FEW_GRADIENTS][rng.random(shape) < 0.5] = 0
        return Drawn({**drawn.inputs, "w_other": normal(rng, *shape), "dw_other": normal(rng, *shape)}, drawn.options)

    return draw


def _state(rng: np.random.Generator, name: str, magnitude: float, shape: tuple[int, ...]) -> Array:
    is_square = name in ("cache", "v")
    return magnitude**2 * rng.uniform(0.1, 2.0, shape) if is_square else magnitude * normal(rng, *shape)


def exercise(rule: str) -> Exercise:
    """Several steps, each from where the last one ended. The submission may write to what it is given."""

    def take_steps(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        given = case.namespace()["config"]
        assert isinstance(given, dict)
        config: object = {**given, **{name: case[name].copy() for name in STATE[rule] if name in case.inputs}}
        w: object = case["w"].copy()
        other: tuple[object, ...] = ()
        if "w_other" in case.inputs:
            config, others = _left_out(subject.offered(rule), rule) or (config, dict(given))
            other = case["w_other"].copy(), others
        for step, gradient in enumerate(gradients_of(case), start=1):
            w, config = subject.call(rule, w, case[gradient], config)
            if other:
                other = subject.call(rule, other[0], case["dw_other"], other[1])
            yield f"w_{step}", w
            entry = getattr(config, "get", lambda _name: None)
            yield from ((f"{name}_{step}", entry(name)) for name in observed_state(rule))

    return take_steps


def _left_out(function: Callable[..., Any], rule: str) -> tuple[object, object] | None:
    """The configs of two parameters for which none is given: the function's own, if that is a dictionary.

    It is one and the same, so a state that is put there is shared. None if it has other values than the text.
    """
    try:
        default = [*signature(function).parameters.values()][-1].default
    except (TypeError, ValueError, IndexError):
        return None
    usual = {name: DEFAULTS[rule][name] for name in settings_of(rule)}
    is_usual = isinstance(default, dict) and all(default.get(name, value) == value for name, value in usual.items())
    return (default, default) if is_usual else None


def gradients_of(case: Case) -> tuple[str, ...]:
    """The gradients of the steps that a case has."""
    return tuple(name for name in ALL_GRADIENTS if name in case.inputs)


def observed_state(rule: str) -> tuple[str, ...]:
    """The entries of the config that are compared."""
    return (*STATE[rule], "t") if rule == "adam" else STATE[rule]


def reference(rule: str) -> Callable[[Case], Observations]:
    """torch.optim from the same start."""

    def answer(case: Case) -> Observations:
        from gradproof.reference.optim import trajectory

        given = {name: float(value) for name, value in case.scalar_options().items()}
        options = {**DEFAULTS[rule], **given}
        eps_inside = rule == "adam" and case.dialect.adam_eps == "inside"
        answers: Observations = trajectory(rule, case.inputs, options, gradients_of(case), eps_inside=eps_inside)
        return answers

    return answer


def update_rule(rule: str) -> Contract:
    """The row of one rule. Writing w or the config in place is what the handouts do: purity is advisory."""
    names = [f"{name}_{step}" for step in range(1, MORE_STEPS + 1) for name in ("w", *observed_state(rule))]
    under_way = (
        (Scenario("under_way", draw_trajectory(rule, settings_of(rule), with_state=True)),) if STATE[rule] else ()
    )
    by_default = tuple(draw_trajectory(rule, told) for told in settings_in_turn(settings_of(rule)))
    return Contract(
        name=rule,
        functions=(Function(rule, ("w", "dw", "config"), ("next_w", "config")),),
        scenarios=(
            Scenario("from_the_start", draw_trajectory(rule, settings_of(rule)), share=2),
            *under_way,
            Scenario("defaults", by_default[0], further=by_default[1:]),
            Scenario("two_at_once", draw_two(rule), places=(20, 23), hint=TWO_HINT),
        ),
        exercise=exercise(rule),
        reference=reference(rule),
        observes=dict.fromkeys(names, "forward"),
        dialects=("adam_eps",) if rule == "adam" else (),
        updates=(*DEFAULTS[rule], *STATE[rule]),
        advisory=("purity",),
    )


CONTRACTS = tuple(update_rule(rule) for rule in STATE)
