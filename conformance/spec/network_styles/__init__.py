"""A submission's network, whatever its style: built, filled with given parameters, and asked. Runs beside it.

Known styles: ``net.params`` and ``net.loss(X, y)`` with reg in the constructor or in the loss; lists ``net.weights``
and ``net.bias`` with ``net.forward(x)`` and ``net.backward(x, y)``. Keywords, the numbering of keys and biases of
shape (1, H) vary from text to text and are taken as they come. What is done is written down as lines of Python, from
which a replay script is made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from gradproof.conformance.spec.cases import Array, Case, lay_out
from gradproof.conformance.spec.contract import Kind, Subject
from gradproof.conformance.spec.nearness import nearest
from gradproof.conformance.spec.network_styles.construction import (
    construct,
    construct_lists,
    named_parameters,
    parameters,
    parameters_of,
)
from gradproof.conformance.spec.values import as_array, described

_GIVEN = "{place} = {value}"
_WRITTEN = "held = {place}; held[...] = {value}; {place} = held"


class Net(Protocol):
    """What an exercise asks of a network; inputs are given by their names in the case."""

    @property
    def subject(self) -> Subject:
        """Whose it is."""

    def scores(self, x: str) -> object:
        """Scores in test mode."""

    def loss(self, x: str, y: str, is_watched: bool = True) -> Iterator[tuple[str, object]]:
        """The loss in training mode, then the gradients as dW1, db1, ..."""

    def expression(self, observed: str) -> str:
        """What :meth:`loss` gave under that name, as the script has it."""

    def hold(self, factor: float, in_place: bool = False) -> None:
        """Give every parameter the case's value times ``factor``, in an array of its own or as ``w -= step`` does."""


@dataclass(frozen=True)
class DictNet:
    """A network with ``params`` and ``loss``."""

    subject: Subject
    case: Case
    name: str  # of its class
    net: Any
    keys: Mapping[str, str]  # our name of a parameter -> the submission's key
    shapes: Mapping[str, tuple[int, ...]]  # our name -> the submission's shape
    loss_options: Mapping[str, float]
    misfit: Mapping[str, object] | None = None  # a parameter that was made of another size, and was put right

    def scores(self, x: str) -> object:
        """See :class:`Net`."""
        self.subject.script.append(f"scores = net.loss({x})")
        own = lay_out(self.case[x], self.case.layout)
        return self.subject.attempt(f"{self.name}.loss", lambda: self.net.loss(own), **{f"{x} (without y)": own})

    def loss(self, x: str, y: str, is_watched: bool = True) -> Iterator[tuple[str, object]]:
        """See :class:`Net`."""
        label = f"{self.name}.loss"
        given = {
            x: self.case[x],
            y: self.case[y],
            **{f"params[{key!r}]": self.net.params[key] for key in self.net.params},
        }
        words = ", ".join([x, y, *(f"{option}={value!r}" for option, value in self.loss_options.items())])
        self.subject.script.append(f"loss, grads = net.loss({words})")
        value = self.subject.attempt(
            label,
            lambda: self.net.loss(self.case[x], self.case[y], **self.loss_options),
            **(given if is_watched else {}),
        )
        loss, grads = _values(self.subject, label, value, ("loss", "grads"))
        yield "loss", loss
        if not isinstance(grads, dict):
            self.subject.end(Kind.RETURNS_AS, label, got=described(grads), observation="grads", expected="dictionary")
        lacking = [key for key in self.net.params if key not in grads]
        if lacking:
            others = [str(key) for key in grads if key not in self.net.params]
            near = next((key for key in others if nearest(key, [str(lacking[0])])), "")
            self.subject.end(Kind.LACKS_GRADIENT, label, observation=str(lacking[0]), near=near)
        for ours, key in self.keys.items():
            yield f"d{ours}", self._in_our_shape(ours, grads[key])

    def expression(self, observed: str) -> str:
        """See :class:`Net`."""
        if observed == "loss":
            return "loss"
        ours = observed.removeprefix("d")
        reshaped = "" if self.shapes[ours] == self.case[ours].shape else f".reshape({self.case[ours].shape})"
        return f'grads["{self.keys[ours]}"]{reshaped}'

    def parameter(self, ours: str) -> object:
        """A parameter as it is now."""
        return self._in_our_shape(ours, self.net.params[self.keys[ours]])

    def update(self, ours: str, value: object) -> None:
        """Give a parameter another value."""
        key, shape = self.keys[ours], self.shapes[ours]
        is_ours = isinstance(value, np.ndarray) and value.shape == self.case[ours].shape
        self.net.params[key] = np.reshape(value, shape) if isinstance(value, np.ndarray) and is_ours else value

    def hold(self, factor: float, in_place: bool = False) -> None:
        """See :class:`Net`."""
        for ours, key in self.keys.items():
            value, place = np.reshape(self.case[ours] * factor, self.shapes[ours]), f'net.params["{key}"]'
            self.net.params[key] = _written(self.net.params[key], value) if in_place else value
            line = _WRITTEN if in_place else _GIVEN
            self.subject.script.append(
                line.format(place=place, value=f"({factor} * {ours}).reshape({self.shapes[ours]})")
            )

    def _in_our_shape(self, ours: str, value: object) -> object:
        """In the case's shape if it has the shape of the submission's parameter; else as it is, to be complained of."""
        array = as_array(value) if isinstance(value, np.ndarray) else None
        is_theirs = array is not None and array.shape == self.shapes[ours] != self.case[ours].shape
        return array.reshape(self.case[ours].shape) if array is not None and is_theirs else value


@dataclass(frozen=True)
class ListNet:
    """A network with lists of weights and biases."""

    subject: Subject
    case: Case
    name: str
    net: Any
    bias_name: str  # of the attribute

    def biases(self) -> Any:
        """The list of biases."""
        return getattr(self.net, self.bias_name)

    def scores(self, x: str) -> object:
        """See :class:`Net`."""
        self.subject.script.append(f"scores = net.forward({x})")
        own = lay_out(self.case[x], self.case.layout)
        return self.subject.attempt(f"{self.name}.forward", lambda: self.net.forward(own), **{x: own})

    def loss(self, x: str, y: str, is_watched: bool = True) -> Iterator[tuple[str, object]]:
        """See :class:`Net`."""
        label = f"{self.name}.backward"
        self.subject.script.append(f"loss, dws, dbs = net.backward({x}, {y})")
        held = {f"weights[{i}]": w for i, w in enumerate(self.net.weights)}
        held |= {f"{self.bias_name}[{i}]": b for i, b in enumerate(self.biases())}
        given = {x: self.case[x], y: self.case[y], **held}
        given = given if is_watched else {}
        value = self.subject.attempt(label, lambda: self.net.backward(self.case[x], self.case[y]), **given)
        loss, dws, dbs = _values(self.subject, label, value, ("loss", "dws", "dbs"))
        yield "loss", loss
        layers = sum(key.startswith("W") for key in parameters(self.case))
        for name, values in (("dws", dws), ("dbs", dbs)):
            if not isinstance(values, list | tuple) or len(values) != layers:
                told = {"observation": name, "expected": "arrays_one_a_layer", "count": layers}
                self.subject.end(Kind.RETURNS_AS, label, got=described(values), **told)
        for i in range(layers):
            yield from ((f"dW{i + 1}", dws[i]), (f"db{i + 1}", dbs[i]))

    def expression(self, observed: str) -> str:
        """See :class:`Net`."""
        kind, number = observed.rstrip("0123456789"), observed.lstrip("dWb")
        return "loss" if observed == "loss" else f"{kind.lower()}s[{int(number) - 1}]"

    def hold(self, factor: float, in_place: bool = False) -> None:
        """See :class:`Net`."""
        for attribute, kind in (("weights", "W"), (self.bias_name, "b")):
            held = getattr(self.net, attribute)
            for i in range(len(held)):
                value = self.case[f"{kind}{i + 1}"] * factor
                held[i] = _written(held[i], value) if in_place else value
                line = _WRITTEN if in_place else _GIVEN
                self.subject.script.append(
                    line.format(place=f"net.{attribute}[{i}]", value=f"{factor} * {kind}{i + 1}")
                )


def _written(held: object, value: Array) -> object:
    """An array with another's values written to it; the other one where that cannot be."""
    if not (isinstance(held, np.ndarray) and held.shape == value.shape and held.flags.writeable):
        return value
    held[...] = value
    return held


def _values(subject: Subject, label: str, value: object, names: tuple[str, ...]) -> tuple[Any, ...]:
    if isinstance(value, tuple | list) and len(value) == len(names):
        return tuple(value)
    return subject.end(Kind.RETURNS, label, got=described(value), count=len(names), expected=names)


def build(subject: Subject, name: str, case: Case, puts_right: bool = False) -> DictNet:
    """A network of class ``name`` for the shapes and options of a case, holding its parameters.

    A parameter that it made of another size ends the exercise; or it is put right, so that the rest can be judged, and
    is left to be told at the end.
    """
    given = parameters(case)
    options = case.scalar_options()
    net, wanted = construct(subject, name, case)
    held, keys = named_parameters(subject, name, net, given)
    shapes = {ours: np.shape(held[key]) for ours, key in keys.items()}
    misfit: dict[str, object] | None = None
    for ours, key in keys.items():
        if np.size(held[key]) != given[ours].size:
            told = {"observation": f"params[{key!r}]", "got": shapes[ours], "expected": given[ours].shape}
            if not puts_right:
                subject.end(Kind.MADE_SHAPE, name, **told)
            misfit, shapes[ours] = misfit or told, given[ours].shape
        held[key] = given[ours].reshape(shapes[ours]).copy()
        is_same = shapes[ours] == given[ours].shape
        subject.script.append(f'net.params["{key}"] = {ours}{"" if is_same else f".reshape({shapes[ours]})"}.copy()')
    if options.get("normalization") == "batchnorm":
        _start_statistics(subject, net, [np.size(given[f"gamma{i}"]) for i in range(1, 1 + _hidden(given))], case)
    takes_reg = "reg" in parameters_of(subject.attempt(name, lambda: net.loss))
    reg = float(options.get("reg", 0.0))
    if "reg" not in wanted and not takes_reg:
        net.reg = reg
        subject.script.append(f"net.reg = {reg!r}")
    return DictNet(subject, case, name, net, keys, shapes, {"reg": reg} if takes_reg else {}, misfit)


def _hidden(given: Mapping[str, Array]) -> int:
    return sum(name.startswith("gamma") for name in given)


def _start_statistics(subject: Subject, net: Any, sizes: Sequence[int], case: Case) -> None:
    """Let running statistics start at 0 where the network holds them in ``bn_params``: some layers start at 1."""
    held = getattr(net, "bn_params", None)
    if not isinstance(held, list) or not all(isinstance(each, dict) for each in held):
        return
    for i, (each, size) in enumerate(zip(held, sizes, strict=False)):
        for name in ("running_mean", "running_var"):
            each.setdefault(name, np.zeros(size, case.dtype))
            subject.script.append(f'net.bn_params[{i}].setdefault("{name}", np.zeros({size}, "{case.dtype}"))')


def build_lists(subject: Subject, name: str, case: Case) -> ListNet:
    """The same for a network with lists."""
    given = parameters(case)
    net, lists = construct_lists(subject, name, case)
    for (attribute, held), kind in zip(lists.items(), "Wb", strict=True):
        for i in range(len(held)):
            value = given[f"{kind}{i + 1}"]
            if np.shape(held[i]) != value.shape:
                told = {"observation": f"{attribute}[{i}]", "got": np.shape(held[i]), "expected": value.shape}
                subject.end(Kind.MADE_SHAPE, name, **told)
            held[i] = value.copy()
            subject.script.append(f"net.{attribute}[{i}] = {kind}{i + 1}.copy()")
    return ListNet(subject, case, name, net, [*lists][1])
