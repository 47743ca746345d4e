"""Networks whose parameters have names of their own, in a dictionary: filled, asked for their loss, or only made."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.conformance.spec.contract import Array, Case, Finding, Function, Kind, Observations, Subject
from gradproof.conformance.spec.contracts.networks.initial import CHECK, strangeness
from gradproof.conformance.spec.findings import found
from gradproof.conformance.spec.values import as_array, described


@dataclass(frozen=True)
class Start:
    """How a parameter starts.

    Args:
        shape: of it.
        value: where it is not random, the one value that it has.
        deviations: of what is random; any of them is right, the first is told. None: any deviation is.
    """

    shape: tuple[int, ...]
    value: float | None = None
    deviations: tuple[float, ...] = ()


EVERY = 3  # cases, one in so many

Starts = Mapping[str, Start]


def usual_deviations(fan_in: int, fan_out: int) -> tuple[float, ...]:
    """The one of the variance 1 / fan_in, and those of Xavier, of He and of torch's own layers."""
    variances = (1 / fan_in, 2 / (fan_in + fan_out), 2 / fan_in, 1 / (3 * fan_in))
    return tuple(map(math.sqrt, variances))


def new(subject: Subject, name: str, *given: object, **settings: object) -> Any:
    """A network of the class ``name``, as its constructor makes it."""
    cls = subject.offered(name)
    net = subject.attempt(name, lambda: cls(*given, **settings))
    told = [*map(_source, given), *(f"{key}={_source(value)}" for key, value in settings.items())]
    subject.script.append(f"net = {name}({', '.join(told)})")
    return net


def held_by(subject: Subject, name: str, net: Any, parameters: Iterable[str]) -> dict[str, Any]:
    """The dictionary of a network's parameters, which has these names."""
    held = getattr(net, "params", None)
    if not isinstance(held, dict):
        subject.end(Kind.RETURNS_AS, name, got=described(held), observation="params", expected="dictionary")
    if lacking := [each for each in parameters if each not in held]:
        kind = Kind.PARAMETERS if held else Kind.UNFILLED
        subject.end(kind, name, got=tuple(map(str, held)), expected=tuple(lacking))
    return held


def fill(subject: Subject, name: str, held: dict[str, Any], parameters: Mapping[str, Array]) -> None:
    """Put a case's parameters in place of those that a network has."""
    for each, value in parameters.items():
        if np.shape(held[each]) != value.shape:
            told = {"observation": f"params[{each!r}]", "got": np.shape(held[each]), "expected": value.shape}
            subject.end(Kind.MADE_SHAPE, name, **told)
        held[each] = value.copy()
        subject.script.append(f'net.params["{each}"] = {each}.copy()')


def gradients_of(
    subject: Subject,
    function: Function,
    net: Any,
    parameters: Iterable[str],
    given: Mapping[str, Array],
    suffix: str = "",
) -> tuple[object, dict[str, Any]]:
    """The loss of a batch and its gradients, one for each parameter; ``suffix`` follows the names in a script."""
    value = subject.attempt(function.name, lambda: net.loss(*given.values()), **given)
    subject.script.append(f"loss, grads = net.loss({', '.join(name + suffix for name in given)})")
    if not isinstance(value, tuple | list) or len(value) != len(function.returns):
        subject.end(Kind.RETURNS, function.name, got=described(value), count=2, expected=function.returns)
    loss, grads = value
    if not isinstance(grads, dict):
        subject.end(Kind.RETURNS_AS, function.name, got=described(grads), observation="grads", expected="dictionary")
    for name in parameters:
        if name not in grads:
            subject.end(Kind.LACKS_GRADIENT, function.name, observation=name, near="")
    return loss, grads


def is_asked_again(case: Case) -> bool:
    """Whether a network is asked for its loss once more before: what it keeps of a call is seen in the next one."""
    return case.index % EVERY == 1


def loss_of(
    subject: Subject, function: Function, net: Any, parameters: Iterable[str], is_again: bool = False, **given: Array
) -> Iterator[tuple[str, object]]:
    """The loss of a batch, and the gradient of every parameter; in some cases the second time that it is asked for."""
    if is_again:
        subject.attempt(function.name, lambda: net.loss(*given.values()), **given)
        subject.script.append(f"net.loss({', '.join(given)})")
    loss, grads = gradients_of(subject, function, net, parameters, given)
    subject.script.append('got["loss"] = loss')
    yield "loss", loss
    for name in parameters:
        subject.script.append(f'got["d{name}"] = grads["{name}"]')
        yield f"d{name}", grads[name]


def whole_numbers(value: object, dtype: str) -> object:
    """Words, of whatever type of whole numbers, as numbers of a case."""
    array = as_array(value) if isinstance(value, np.ndarray) else None
    return value if array is None or array.dtype.kind == "f" else array.astype(dtype)


def made(
    subject: Subject, name: str, held: Mapping[str, Any], starts: Starts, dtype: str
) -> Iterator[tuple[str, object]]:
    """The parameters of a new network, each of the dtype that the network was given."""
    for each in starts:
        value = as_array(held[each])
        if value is not None and value.dtype.name != dtype:
            told = {"observation": f"params[{each!r}]", "got": value.dtype.name, "expected": dtype}
            subject.end(Kind.MADE_DTYPE, name, **told)
        subject.script.append(f'got["{each}"] = net.params["{each}"]')
        yield each, held[each]


def strange_starts(starts: Starts, level: float, observed: Observations) -> Iterator[Finding]:
    """What keeps parameters from being those of a new network; ``level`` is the chance of a false alarm of a test."""
    for name, start in starts.items():
        strange = _strange(observed[name].astype(np.float64), start, level) if name in observed else None
        if strange:
            yield replace(strange, check=CHECK, observation=name)


def unless(left_out: Callable[[Case], bool], answer: Callable[[Case], Observations]) -> Callable[[Case], Observations]:
    """The reference of cases; nothing where chance has its part."""
    return lambda case: {} if left_out(case) else answer(case)


def _strange(values: Array, start: Start, level: float) -> Finding | None:
    if values.shape != start.shape:
        return found(Kind.STARTS_IN_SHAPE, got=values.shape, expected=start.shape)
    if start.value is not None:
        return None if (values == start.value).all() else found(Kind.STARTS_AT_OTHERS, expected=start.value)
    strange = [strangeness(values, scale, level) for scale in start.deviations or (1.0,)]
    first = strange[0]
    if None in strange or first is None:
        return None
    return None if first.kind is Kind.STARTS_WITH_DEVIATION and not start.deviations else first


def _source(value: object) -> str:
    return f"np.{value.__name__}" if isinstance(value, type) else repr(value)
