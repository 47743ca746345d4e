"""The torch function of a contract from outside, as a reference. Whatever it does wrong is told with its place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from gradproof.conformance.errors import ContractFileError
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Observations
from gradproof.conformance.spec.open_row.shapes import shape_of
from gradproof.conformance.spec.words.said import say

LACKS = "its reference gives no {missing!r}; it gives {given}"
GIVES_NOTHING = "its reference gives no {missing!r}; it gives nothing"
MESSAGES = (LACKS, GIVES_NOTHING)


@dataclass(frozen=True)
class Place:
    """Where a contract was written, and what it is called."""

    contract: str
    file: str
    line: int

    def wrong(self, complaint: str) -> ContractFileError:
        """The error that says what is wrong with it."""
        return ContractFileError(
            say(
                "{file}:{line}: contract {contract}: {complaint}",
                file=self.file,
                line=self.line,
                contract=self.contract,
                complaint=complaint,
            )
        )


@dataclass(frozen=True)
class Later:
    """A function of ``reference/<stem>.py``: gradproof's own rows import it when the first case is answered."""

    stem: str
    name: str

    def __call__(self, **given: Any) -> Any:
        """Call it."""
        return getattr(import_module(f"gradproof.reference.{self.stem}"), self.name)(**given)


@dataclass(frozen=True)
class Reference:
    """Answers a case with a torch function.

    Args:
        function: takes the inputs and options as keywords; returns a tensor, a tuple or a dict of them.
        place: where it was written.
        returns: its results.
        wrt: gradient -> input.
        upstreams: result that is differentiated -> the input that it is contracted with, "" for a scalar.
        inputs: what it is given of a case, at the first step.
        steps, again, carry, state: see :class:`gradproof.conformance.spec.open_row.stepwise.Stepwise`.
    """

    function: Callable[..., Any]
    place: Place
    returns: tuple[str, ...]
    wrt: Mapping[str, str]
    upstreams: Mapping[str, str]
    inputs: tuple[str, ...]
    shapes: Mapping[str, str] = field(default_factory=dict)
    steps: int = 1
    again: tuple[str, ...] = ()
    carry: tuple[tuple[str, str], ...] = ()
    state: tuple[str, ...] = ()
    by_dialect: bool = False  # the function is told the dialect

    def __call__(self, case: Case) -> Observations:
        """The results of every step, then the gradients through the first."""
        given = {name: case.inputs[name] for name in (*self.inputs, *self.state) if name in case.inputs}
        upstream = {result: case.inputs.get(name) for result, name in self.upstreams.items()}
        options = {**case.scalar_options(), **({"dialect": case.dialect} if self.by_dialect else {})}
        answers: Observations = {}
        gradients: Observations = {}
        for step in range(1, self.steps + 1):
            suffix = "" if step == 1 else f"_{step}"
            given.update({name: case.inputs[name + suffix] for name in self.again})
            told = self.once(given, options, self.wrt if step == 1 else {}, upstream)
            gradients |= {name: told[name] for name in self.wrt if name in told}
            answers |= {f"{name}{suffix}": told[name] for name in (*self.returns, *self.state)}
            given.update({name: told[name] for name in self.state})
            given.update({argument: told[result] for result, argument in self.carry})
        return {**answers, **gradients}

    def shapes_of(self, inputs: Mapping[str, Array], options: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
        """The shapes of its results on these inputs. Raises ContractFileError if it is random."""
        given = {name: inputs[name] for name in (*self.inputs, *self.state) if name in inputs}
        once, again = (self.once(given, options, {}, {}) for _ in range(2))
        for name, value in once.items():
            if not np.array_equal(value, again[name], equal_nan=value.dtype.kind == "f"):
                raise self.place.wrong(
                    say(
                        "its reference is random: two calls on the same inputs gave different values of {name}; "
                        "draw what is random as an input",
                        name=name,
                    )
                )
        return {name: once[name].shape for name in self.returns}

    def require_shapes(self, found: Mapping[str, Sequence[int]], sizes: Mapping[str, int]) -> None:
        """Raises ContractFileError if a result has not the shape that was declared."""
        for name, text in self.shapes.items():
            if tuple(found[name]) != shape_of(text, sizes):
                drawn = ", ".join(f"{symbol} = {length}" for symbol, length in sizes.items())
                raise self.place.wrong(
                    say(
                        "its reference gives {name} in shape {got}; {text!r} is declared, {expected} here ({drawn})",
                        name=name,
                        got=tuple(found[name]),
                        text=text,
                        expected=shape_of(text, sizes),
                        drawn=drawn,
                    )
                )

    def once(
        self,
        given: Mapping[str, Array],
        options: Mapping[str, object],
        wrt: Mapping[str, str],
        upstream: Mapping[str, Array | None],
    ) -> Observations:
        """The results of one call, and the gradients that are asked for. Raises ContractFileError if it cannot be."""
        bridge = import_module("gradproof.reference.bridge")
        try:
            told: Observations = bridge.run(
                self._named, given, dict(options), (*self.returns, *self.state), wrt, upstream if wrt else {}
            )
        except ContractFileError:
            raise
        except Exception as error:
            raise self._told(error) from error
        return told

    def _named(self, **given: Any) -> dict[str, Any]:
        """The results by name, whatever form they come in."""
        results = self.function(**given)
        wanted = (*self.returns, *self.state)
        if isinstance(results, dict):
            if missing := [name for name in wanted if name not in results]:
                template = LACKS if results else GIVES_NOTHING
                raise self.place.wrong(say(template, missing=missing[0], given=", ".join(results)))
            named = {name: results[name] for name in wanted}
        else:
            values = results if isinstance(results, tuple | list) else (results,)
            if len(values) != len(wanted):
                raise self.place.wrong(
                    say(
                        "its reference gives {count} results, expected {wanted}: {names}",
                        count=len(values),
                        wanted=len(wanted),
                        names=", ".join(wanted),
                    )
                )
            named = dict(zip(wanted, values, strict=True))
        torch = import_module("torch")
        for name, value in named.items():
            if not isinstance(value, torch.Tensor):
                raise self.place.wrong(
                    say("its reference gives {name} as {kind}, expected a tensor", name=name, kind=type(value).__name__)
                )
        return named

    def _told(self, error: Exception) -> ContractFileError:
        if "does not require grad" in str(error) or "does not have a grad_fn" in str(error):
            return self.place.wrong(
                say(
                    "its reference is not differentiable by {inputs}: no gradient gets from {results} back to it (a "
                    "detach, an argmax, a round trip through NumPy?); say wrt=() if it has no backward",
                    inputs=", ".join(self.wrt.values()),
                    results=", ".join(self.upstreams),
                )
            )
        return self.place.wrong(say("its reference raised {kind}: {reason}", kind=type(error).__name__, reason=error))
