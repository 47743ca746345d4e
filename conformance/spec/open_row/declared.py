"""What ``@contract`` was told, and the row that it makes of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import DRAW_ATTEMPTS, Array, Case, Draw, Drawn, Scalar, Scenario, choose, normal
from gradproof.conformance.spec.contract import Contract, Dialect, Exercise, Function, answered_by, scalar_loss
from gradproof.conformance.spec.conventions import CONVENTIONS
from gradproof.conformance.spec.findings import CheckName
from gradproof.conformance.spec.open_row.ranges import Values
from gradproof.conformance.spec.open_row.reference import Place, Reference
from gradproof.conformance.spec.open_row.shapes import draw_sizes, shape_of
from gradproof.conformance.spec.open_row.stepwise import Stepwise
from gradproof.conformance.spec.words.said import say

Choices = Mapping[str, Sequence[Scalar]]
Inputs = Mapping[str, str | Values]
Accept = Callable[[Mapping[str, Array]], bool]
Arrange = Callable[[Mapping[str, Array], Dialect], Mapping[str, Array]]
NO_SUCH = {
    "name": "{where}: no name is called {name!r}; there are {known}",
    "input": "{where}: no input is called {name!r}; there are {known}",
    "gradient": "{where}: no gradient is called {name!r}; there are {known}",
    "check": "{where}: no check is called {name!r}; there are {known}",
    "convention": "{where}: no convention is called {name!r}; there are {known}",
}
MESSAGES = tuple(NO_SUCH.values())


@dataclass(frozen=True)
class Variant:
    """One more way of drawing the cases; see :func:`gradproof.conformance.spec.open_row.row.scenario`."""

    name: str
    inputs: Mapping[str, Values]
    options: Choices
    sizes: Mapping[str, int]
    share: int
    check: str | None
    smooth: bool
    hint: str
    accept: Accept | None = None
    arrange: Arrange | None = None
    left_out: tuple[str, ...] = ()  # inputs that are None


@dataclass(frozen=True)
class Declared:
    """The arguments of :func:`gradproof.conformance.spec.open_row.row.contract`, each in one form."""

    function: Callable[..., Any]
    place: Place
    inputs: Mapping[str, Values]
    returns: Mapping[str, str]  # result -> its shape, "" where none is declared
    wrt: Mapping[str, str] | None
    objective: tuple[str, ...]
    joint: bool
    takes: tuple[str, ...]
    options: Choices
    param: str
    state: Mapping[str, Values]
    steps: int
    again: tuple[str, ...]
    carry: tuple[tuple[str, str], ...]
    smooth: bool
    scenarios: tuple[Variant, ...]
    checks: Mapping[str, str]
    alternatives: tuple[Callable[..., Any], ...]
    dialects: tuple[str, ...]
    vanishes: tuple[str, ...]
    advisory: tuple[str, ...]
    builds_on: tuple[str, ...]
    accept: Accept | None = None
    arrange: Arrange | None = None
    longest: int | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot hold together."""
        if not self.place.contract.isidentifier() or not self.place.contract.islower():
            raise ValueError(
                say("{name!r} is no name for it, expected one such as gelu or my_norm", name=self.place.contract)
            )
        if not self.inputs:
            raise ValueError(say('it has no input, expected at least one, such as @contract(x="N D")'))
        _require_known("again", self.again, self.inputs)
        _require_known("carry", [result for result, _ in self.carry], self.returns)
        _require_known("carry", [argument for _, argument in self.carry], self.inputs)
        _require_known("wrt", self.gradients.values(), self.inputs)
        _require_known("objective", self.objective, self.returns)
        _require_known("checks", self.checks, self._observed())
        _require_known("checks", self.checks.values(), CheckName, "check")
        _require_known("advisory", self.advisory, CheckName, "check")
        _require_known("vanishes", self.vanishes, self.gradients, "gradient")
        _require_known("dialects", self.dialects, CONVENTIONS, "convention")
        _require_known("takes", self.takes, {*self.inputs, *self.options, self.param})
        for each in self.scenarios:
            _require_known(f"scenario({each.name!r})", (*each.inputs, *each.left_out), self.inputs, "input")
        if labels := [name for name in self.gradients.values() if not self.inputs[name].is_float]:
            raise ValueError(
                say("there is no gradient by {name}, which is drawn as integers or booleans", name=labels[0])
            )
        if self.state and not self.param:
            raise ValueError(say('state lives in a dictionary of options; say which by param="NAME"'))
        if self.steps < 1 or (self.steps == 1 and (self.again or self.carry)):
            raise ValueError(
                say("steps = {steps}: again and carry are about later steps, expected 2 or more", steps=self.steps)
            )
        if self.joint and len(self.returns) > 1:
            raise ValueError(say("joint: expected one result, the loss, beside its gradients"))

    def row(self) -> Contract:
        """The contract."""
        gradients = {} if not self.upstreams else self.gradients
        reference = self._reference(self.function)
        return Contract(
            name=self.place.contract,
            functions=self.functions,
            scenarios=(self._scenario("ordinary"), *(self._scenario(each.name, each) for each in self.scenarios)),
            observes=self._observed(),
            gradients=gradients,
            exercise=self._exercise(),
            objective=tuple(self.upstreams) or tuple(self.returns),
            upstream=self._upstream,
            **{**answered_by(reference, *map(self._reference, self.alternatives)), "reference": reference},
            dialects=self.dialects,
            vanishes=self.vanishes,
            updates=tuple(self.state),
            advisory=self.advisory,
            builds_on=self.builds_on,
            shapes={name: values.shape or "a number" for name, values in self.inputs.items()},
            place=f"{self.place.file}:{self.place.line}" if self.place.file else "",
        )

    @cached_property
    def gradients(self) -> Mapping[str, str]:
        """Gradient -> input."""
        if self.wrt is not None:
            return self.wrt
        return {f"d{name}": name for name, values in self.inputs.items() if values.is_float}

    @cached_property
    def upstreams(self) -> Mapping[str, str]:
        """Result that is differentiated -> the argument of the backward that it is contracted with; "" for a loss."""
        if not self.gradients:
            return {}
        differentiated = self.objective or tuple(self.returns)
        if self.joint:
            return dict.fromkeys(differentiated, "")
        return {name: f"d{name}" for name in differentiated}

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """What a submission must offer."""
        name, takes = (
            self.place.contract,
            self.takes or (*self.inputs, *((self.param,) if self.param else self.options)),
        )
        if self.joint or not self.gradients:
            return (Function(name, takes, (*self.returns, *self.gradients)),)
        return (
            Function(f"{name}_forward", takes, (*self.returns, "cache")),
            Function(f"{name}_backward", (*self.upstreams.values(), "cache"), tuple(self.gradients)),
        )

    def _observed(self) -> dict[str, str]:
        """Observation -> the check that judges it, step by step."""
        told = {
            **{f"{name}{suffix}": "forward" for suffix in self._suffixes() for name in self.returns},
            **{f"{name}{suffix}": "running_statistics" for suffix in self._suffixes() for name in self.state},
            **dict.fromkeys(self.gradients, "gradient"),
        }
        return {name: self.checks.get(name, check) for name, check in told.items()}

    def _suffixes(self) -> tuple[str, ...]:
        return ("", *(f"_{step}" for step in range(2, self.steps + 1)))

    def _exercise(self) -> Exercise | None:
        if self.steps == 1 and not self.state:
            return None
        forward, *backward = self.functions
        return Stepwise(
            forward,
            backward[0] if backward else None,
            self.steps,
            self.again,
            self.carry,
            self.param,
            tuple(self.state),
        )

    def _reference(self, function: Callable[..., Any]) -> Reference:
        return Reference(
            function,
            self.place,
            tuple(self.returns),
            self.gradients,
            self.upstreams,
            tuple(self.inputs),
            {name: shape for name, shape in self.returns.items() if shape},
            self.steps,
            self.again,
            self.carry,
            tuple(self.state),
            bool(self.dialects),
        )

    def _upstream(self, case: Case) -> Array:
        """What the differentiated results are contracted with, one after the other."""
        parts = [case.inputs[name] if name else scalar_loss(case) for name in self.upstreams.values()]
        return parts[0] if len(parts) == 1 else np.concatenate([part.ravel() for part in parts])

    def _scenario(self, name: str, variant: Variant | None = None) -> Scenario:
        if variant is None:
            drawn = self._draw(self.inputs, self.options, accept=self.accept, arrange=self.arrange)
            return Scenario(name, drawn, share=3, smooth=self.smooth)
        inputs = {
            name: each for name, each in {**self.inputs, **variant.inputs}.items() if name not in variant.left_out
        }
        options = {**self.options, **variant.options, **dict.fromkeys(variant.left_out, (None,))}
        return Scenario(
            name,
            self._draw(inputs, options, variant.sizes, variant.accept or self.accept, variant.arrange or self.arrange),
            variant.share,
            variant.check,
            variant.smooth and self.smooth,
            hint=variant.hint,
        )

    def _draw(
        self,
        inputs: Mapping[str, Values],
        options: Mapping[str, Sequence[Any]],
        fixed: Mapping[str, int] | None = None,
        accept: Accept | None = None,
        arrange: Arrange | None = None,
    ) -> Draw:
        returns = {name: of_inputs(shape, inputs) for name, shape in self.returns.items()}
        reference = replace(
            self._reference(self.function), shapes={name: shape for name, shape in returns.items() if shape}
        )
        shapes = [values.shape for values in (*inputs.values(), *self.state.values())]

        def draw(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
            sizes = draw_sizes(rng, min(size, self.longest or size), shapes, fixed)
            arrays = self._accepted(accept, partial(_drawn, {**inputs, **self.state}, rng, sizes))
            for suffix in self._suffixes()[1:]:
                arrays.update({f"{name}{suffix}": inputs[name].draw(rng, sizes) for name in self.again})
            chosen = {name: choose(rng, values) for name, values in options.items()}
            if self.place.file:
                found = reference.shapes_of(arrays, {**chosen, **({"dialect": dialect} if self.dialects else {})})
                reference.require_shapes(found, sizes)
            else:  # the shapes of gradproof's own are declared: to draw a case takes no torch
                found = {result: shape_of(shape, sizes) for result, shape in returns.items()}
            for result, name in self.upstreams.items():
                if name:
                    arrays[name] = normal(rng, *found[result])
                elif found[result]:
                    raise self.place.wrong(
                        say(
                            "its {result} has shape {got}, expected one number of a loss",
                            result=result,
                            got=found[result],
                        )
                    )
            arrays.update(arrange(arrays, dialect) if arrange else {})
            return Drawn(arrays, {self.param: chosen} if self.param else chosen)

        return draw

    def _accepted(self, accept: Accept | None, propose: Callable[[], dict[str, Array]]) -> dict[str, Array]:
        """The first proposal that is accepted."""
        for _ in range(DRAW_ATTEMPTS if accept else 1):
            arrays = propose()
            if accept is None or accept(arrays):
                return arrays
        raise self.place.wrong(
            say("accept refused {count} draws in a row; draw the inputs nearer to what it takes", count=DRAW_ATTEMPTS)
        )


def of_inputs(shape: str, inputs: Mapping[str, Values]) -> str:
    """A shape of a result, in which the name of an input stands for all of that input's axes."""
    return " ".join(inputs[part].shape if part in inputs else part for part in shape.split())


def _drawn(values: Mapping[str, Values], rng: np.random.Generator, sizes: Mapping[str, int]) -> dict[str, Array]:
    return {name: each.draw(rng, sizes) for name, each in values.items()}


def _require_known(where: str, names: Iterable[str], known: Iterable[str], kind: str = "name") -> None:
    there = [*filter(None, known)]
    if unknown := [name for name in names if name and name not in there]:
        raise ValueError(say(NO_SUCH[kind], where=where, name=unknown[0], known=", ".join(there)))
