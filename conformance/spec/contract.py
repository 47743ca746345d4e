"""What a contract row is made of. The rows themselves stand in ``spec/contracts``."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib import import_module
from typing import Any, NoReturn, Protocol

import numpy as np

from gradproof.conformance.spec.cases import Array, Case, Draw, Drawn, Scenario
from gradproof.conformance.spec.conventions import CONVENTIONS, Dialect
from gradproof.conformance.spec.findings import CheckName, Finding, Kind

__all__ = [
    "Answer",
    "Array",
    "Case",
    "Contract",
    "Dialect",
    "Draw",
    "Drawn",
    "Exercise",
    "Finding",
    "Function",
    "Kind",
    "Observations",
    "Scenario",
    "Subject",
    "answered_by",
    "answered_in_order",
    "scalar_loss",
    "twin",
]

Observations = dict[str, Array]


@dataclass(frozen=True)
class Function:
    """A function of the canonical API: its name, the arguments it is called with, the values it returns."""

    name: str
    takes: tuple[str, ...]
    returns: tuple[str, ...]

    def signature(self) -> str:
        """``affine_forward(x, w, b) -> (out, cache)``."""
        values = ", ".join(self.returns)
        return f"{self.name}({', '.join(self.takes)}) -> {values if len(self.returns) == 1 else f'({values})'}"


class Subject(Protocol):
    """The code under test, as an exercise sees it."""

    script: list[str]  # what was done, as lines of Python, by an exercise that adapts to the subject's style

    def call(self, name: str, *arguments: object) -> tuple[object, ...]:
        """Call the subject's function; the values it returned, as many as its Function declares."""

    def offered(self, name: str) -> Any:
        """The subject's function or class of that name."""

    def attempt(self, name: str, action: Callable[[], Any], **given: object) -> Any:
        """Do something with the subject's objects under the name of a function; ``given`` is watched for writes."""

    def end(self, kind: Kind, name: str, **fields: Any) -> NoReturn:
        """End the exercise with a finding of this kind about the function ``name``."""

    def replaced(self, functions: Mapping[str, Callable[..., Any]]) -> AbstractContextManager[None]:
        """The subject's own functions of these names replaced, wherever its code calls them."""


@dataclass(frozen=True)
class Answer:
    """What is right for one case: float64 values and the yardstick of each."""

    values: Observations
    units: Observations
    kept: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # made of it once

    def of(self, names: Iterable[str]) -> "Answer":
        """The same of some observations alone."""
        kept = [name for name in names if name in self.values]
        return Answer({name: self.values[name] for name in kept}, {name: self.units[name] for name in kept})


Exercise = Callable[[Subject, Case], Iterator[tuple[str, object]]]


def _as_they_are(_case: Case, _observed: Observations, expected: Observations) -> Observations:
    return expected


def _no_properties(_case: Case, _observed: Observations) -> Iterator[Finding]:
    return iter(())


def scalar_loss(_case: Case) -> Array:
    """The upstream gradient of a loss: 1."""
    return np.ones(())


def _dout(case: Case) -> Array:
    return case.inputs["dout"]


@dataclass(frozen=True)
class Contract:
    """One row: how a case is drawn, how a subject is exercised, what the reference answers.

    ``exercise`` and everything it needs runs beside untrusted code; ``reference``, ``align`` and ``properties`` run on
    the trusted side only.
    """

    name: str
    functions: tuple[Function, ...]
    scenarios: tuple[Scenario, ...]
    reference: Callable[[Case], Observations]
    observes: Mapping[str, str]  # observation -> the check that judges it, in the order they are made
    gradients: Mapping[str, str] = field(default_factory=dict)  # observation -> the input it is the gradient by
    exercise: Exercise | None = None  # None: call the functions in order
    objective: str | tuple[str, ...] = "out"  # the observation whose gradient is taken, or several together ...
    upstream: Callable[[Case], Array] = _dout  # ... and what it is contracted with
    roundings: Callable[[Case], Iterable[Observations]] | None = (
        None  # the reference and every other stable formula, where there are more; what each loses counts
    )
    dialects: tuple[str, ...] = ()  # the conventions that the answer depends on
    align: Callable[[Case, Observations, Observations], Observations] = (
        _as_they_are  # expected, given what the subject chose freely
    )
    properties: Callable[[Case, Observations], Iterator[Finding]] = (
        _no_properties  # findings beyond equality of values, each with the check that makes it
    )
    vanishes: tuple[str, ...] = ()  # gradients whose true value is 0: judged against the rounding of the others
    needs: Mapping[str, str] = field(default_factory=dict)  # observation -> a check that must hold before it is judged
    also: tuple[str, ...] = ()  # observations that no answer has, for ``properties``; whatever number they end with
    updates: tuple[str, ...] = ()  # keys of a parameter dictionary that the forward is meant to write
    advisory: tuple[str, ...] = ()  # checks whose failure is mentioned and not counted, unless an assignment counts it
    builds_on: tuple[
        str, ...
    ] = ()  # contracts whose failure explains a failure of this one, so that it is charged once
    borrowed: tuple[
        str, ...
    ] = ()  # functions that another contract owns: offering only these does not offer this contract
    marks: tuple[tuple[str, ...], ...] = ()  # of each group the subject must offer one to mean this contract
    instead_of: str = ""  # a contract of the same functions: unless this one is asked for they promise one of the two
    takes_seed: bool = False  # a function draws random numbers of its own
    transplants: bool = False  # judged again with proven layers in place of those it builds on that failed
    place: str = ""  # file and line of a contract from outside
    shapes: Mapping[str, str] = field(default_factory=dict)  # of the inputs, where they were declared

    def __post_init__(self) -> None:
        """Raises ValueError for a name that there is not: a slip of whoever wrote the row would take a check away."""
        checks = (*self.observes.values(), *self.needs.values(), *self.advisory, *(s.check for s in self.scenarios))
        observed = (*self.gradients, *self.needs, *(self.objectives if self.gradients else ()), *self.vanishes)
        for kind, names, known in (
            ("check", checks, CheckName),
            ("observation", observed, self.observes),
            ("convention", self.dialects, CONVENTIONS),
            ("function", self.borrowed, [function.name for function in self.functions]),
        ):
            unknown = {name for name in names if name is not None} - set(known)
            if unknown:
                told = f"no {kind} is called {min(unknown)!r}; there are {', '.join(known)}"
                raise ValueError(f"contract {self.name}: {told}")

    @property
    def objectives(self) -> tuple[str, ...]:
        """The observations that the gradients are of."""
        return (self.objective,) if isinstance(self.objective, str) else self.objective

    def own_functions(self) -> tuple[str, ...]:
        """The functions whose presence says that a submission means to fulfil this contract."""
        return tuple(f.name for f in self.functions if f.name not in self.borrowed)

    def is_offered(self, names: set[str]) -> bool:
        """Whether a submission with these functions is to be judged by this contract."""
        own = self.own_functions()
        if not all(names.intersection(group) for group in self.marks):
            return False
        if own:
            return any(name in names for name in own)
        return all(function.name in names for function in self.functions)

    def function(self, name: str) -> Function:
        """The function of that name. Raises KeyError if the contract has none."""
        for function in self.functions:
            if function.name == name:
                return function
        raise KeyError(name)

    def owner(self, function_name: str) -> str:
        """The check that is charged when this function raises: the one that judges what it returns first."""
        returns = self.function(function_name).returns
        return next((self.observes[name] for name in returns if name in self.observes), "forward")

    def scenario(self, case: Case) -> Scenario | None:
        """The scenario a case was drawn by; None for a published case."""
        return self._scenarios.get(case.scenario)

    @cached_property
    def _scenarios(self) -> Mapping[str, Scenario]:
        return {scenario.name: scenario for scenario in reversed(self.scenarios)}

    def is_expected(self, observation: str) -> bool:
        """Whether the exercise makes an observation of that name."""
        return observation in self.observes or observation.rstrip("0123456789") in self.also

    def may_still_refuse(self, case: Case, answered: bool) -> bool:
        """Whether a submission may, that has answered something of the case already, or nothing."""
        scenario = self.scenario(case)
        return self.may_refuse(case) and not (answered and scenario is not None and scenario.at_once)

    def may_refuse(self, case: Case) -> bool:
        """Whether a submission may raise on a case: no text promises an answer."""
        scenario = self.scenario(case)
        return scenario is not None and scenario.may_refuse

    def judged(self, case: Case, values: Observations) -> Observations:
        """Of the observations of a case those that are judged there."""
        scenario = self.scenario(case)
        return {name: values[name] for name in (scenario and scenario.judged) or values}

    def judge_of(self, case: Case, observation: str) -> str:
        """The check that judges an observation of a case."""
        scenario = self.scenario(case)
        return (scenario and scenario.check) or self.observes[observation]

    def rounded(self, case: Case) -> Iterable[Observations]:
        """What each stable formula answers to a case in float32."""
        return [self.reference(case)] if self.roundings is None else self.roundings(case)

    def run(self, subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        """Exercise the subject on the case; observations come one by one, so that those before an error are kept."""
        return (self.exercise or partial(in_order, self))(subject, case)


def in_order(contract: Contract, subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """The usual exercise: call the contract's functions one after the other, each fed from all that is known by then.

    A case without an upstream gradient ends before the backward.
    """
    known = case.namespace()
    for function in contract.functions:
        if not known.keys() >= set(function.takes):
            return
        values = subject.call(function.name, *(known[name] for name in function.takes))
        known.update(zip(function.returns, values, strict=True))
        for name in function.returns:
            if name in contract.observes:
                yield name, known[name]


def answered_by(*formulas: Callable[[Case], Observations]) -> dict[str, Any]:
    """The fields of a contract whose reference is the first of some stable formulas."""
    return answered_in_order(lambda case: (formula(case) for formula in formulas))


def answered_in_order(roundings: Callable[[Case], Iterable[Observations]]) -> dict[str, Any]:
    """The same where one function gives what each formula answers, the reference's own first, or nothing at all."""
    return {"reference": lambda case: next(iter(roundings(case)), {}), "roundings": roundings}


def twin(
    stem: str,
    function: str,
    *,
    returns: tuple[str, ...] = ("out",),
    wrt: Mapping[str, str],
    objective: str = "out",
    options: Callable[[Case], Mapping[str, object]] = Case.scalar_options,
) -> Callable[[Case], Observations]:
    """The usual reference: ``reference/<stem>.py``'s function of the same name, its gradients by autograd.

    torch is imported when the first case is answered, not before.
    """

    def reference(case: Case) -> Observations:
        bridge = import_module("gradproof.reference.bridge")
        torch_function = getattr(import_module(f"gradproof.reference.{stem}"), function)
        inputs = {name: array for name, array in case.inputs.items() if name != "dout"}
        upstream = {objective: case.inputs.get("dout")}
        answers: Observations = bridge.run(torch_function, inputs, dict(options(case)), returns, wrt, upstream)
        return answers

    return reference
