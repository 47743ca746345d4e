"""``style(...)``: the canonical functions of layers that are objects, made of what is said of each class.

    import gradproof as gp

    globals().update(
        gp.style(
            batch="rows",
            affine=gp.layer("Linear", given="in out", w="W.T", b="b[None]", dw="dW.T", db="db[None]"),
            relu=gp.layer("ReLU"),
        )
    )

is a whole adapter.
"""

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from gradproof.conformance.spec.layer_styles.places import laid_out, place

BATCHES = {"": "", "rows": "", "columns": ".T"}
USUAL = {"momentum": 0.9, "eps": 1e-5}  # of options that a case leaves out
FORWARD, BACKWARD = "_forward", "_backward"

Functions = dict[str, Callable[..., Any]]
Left = tuple[dict[str, Any], list[tuple[dict[str, Any] | list[Any], Any]]]


@dataclass(frozen=True)
class Layer:
    """What :func:`layer` was told."""

    names: tuple[str, ...]
    made: Callable[..., Any] | None
    given: tuple[str, ...]
    methods: tuple[str, str]
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    result: str
    derivative: bool
    lazy: bool
    means: frozenset[str]
    per_sample: frozenset[str]
    batch: str | None
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    places: Mapping[str, str]


def layer(
    names: str = "",
    *,
    made: Callable[..., Any] | None = None,
    given: str = "",
    methods: str = "forward backward",
    forward: str = "x",
    backward: str = "dout",
    result: str = "",
    derivative: bool = False,
    lazy: bool = False,
    means: str = "",
    per_sample: str = "",
    batch: str | None = None,
    takes: str = "",
    gives: str = "",
    **places: str,
) -> Layer:
    """How a class writes a layer.

    Args:
        names: what the class may be called; the first that is there. There is no layer where none is.
        made: what makes the layer, if calling its class does not; given what the constructor would be.
        given: what its constructor is given, one after the other: an argument of the forward by its name, ``in`` and
            ``out`` (features of w), ``features`` (of x), an option such as ``momentum``, or a number.
        methods: its forward's and its backward's name.
        forward: what the forward is given: ``x``, ``training`` or ``testing`` (true or false), ``training?`` (where it
            takes a second argument), ``y``, ``one_hot`` (labels as rows of 0 and 1).
        backward: what the backward is given: ``dout``, or nothing.
        result: where the forward leaves its result, if it does not return it.
        derivative: the backward gives the derivative alone, to be multiplied by the upstream gradient.
        lazy: it makes its parameters when it is called for the first time, so that is done before they are put there.
        means: gradients that are means over the batch where sums are asked for.
        per_sample: what stands for each sample where the mean is asked for: ``loss``, ``dx``.
        batch: "rows" (samples, features), "columns" (features, samples), or "" as gradproof has it (default: the
            style's).
        takes, gives: the forward's arguments and the gradients, for a contract that is not gradproof's own.
        places: where the object keeps parameters, options, running statistics and gradients, and how they are laid out:
            ``w="W.T"``, ``b="params.b[None]"``, ``db="grads.b[:, None]"``. What has none is returned.

    Raises:
        ValueError: for a place or a batch that there cannot be.
    """
    for each in (*places.values(), *([result] if result else ())):
        place(each)
    if (batch or "") not in BATCHES:
        raise ValueError(f"batch is {batch!r}, expected rows, columns or nothing")
    called = (*methods.split(), "backward")[:2]
    return Layer(
        tuple(names.split()),
        made,
        tuple(given.split()),
        (called[0], called[1]),
        tuple(forward.split()),
        tuple(backward.split()),
        result,
        derivative,
        lazy,
        frozenset(means.split()),
        frozenset(per_sample.split()),
        batch,
        tuple(takes.split()),
        tuple(gives.split()),
        places,
    )


def style(batch: str = "", **layers: Layer) -> Functions:
    """The canonical functions of the layers that the submission has, for an adapter: ``globals().update(style(...))``.

    Args:
        batch: how the layers take a batch; see :func:`layer`.
        layers: contract -> how its layer is written.

    Raises:
        ValueError: for a contract that has no forward of that kind.
    """
    submission = import_module("submission")
    made: Functions = {}
    for contract, each in layers.items():
        own = next((found for name in each.names if (found := getattr(submission, name, None))), None)
        cls = each.made if each.made and (own or not each.names) else own
        if cls is not None:
            takes, gives, is_joint = _asked(contract, each)
            made |= Written(each, cls, takes, gives, batch if each.batch is None else each.batch).functions(
                contract, is_joint
            )
    return made


def _asked(contract: str, declared: Layer) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The arguments of the forward, the gradients, and whether one function gives all."""
    if declared.takes:
        return declared.takes, declared.gives, False
    rows = import_module("gradproof.conformance.spec.contracts")
    forward, *backward = rows.contract_named(contract).functions
    if len(backward) > 1 or (not backward and "loss" not in forward.returns):
        raise ValueError(f"{contract} has no forward and backward, and is no loss: write its functions out")
    gradients = backward[0].returns if backward else forward.returns[1:]
    return forward.takes, gradients, not backward


@dataclass(frozen=True)
class Written:
    """A layer of a submission, and what is asked of it."""

    layer: Layer
    cls: Callable[..., Any]
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    batch: str

    def functions(self, contract: str, is_joint: bool) -> Functions:
        """Forward and backward, or the one function of a loss."""
        if is_joint:
            return {contract: _signed(self.both, contract, self.takes)}
        names = contract + FORWARD, contract + BACKWARD
        return {
            names[0]: _signed(self.forward, names[0], self.takes),
            names[1]: _signed(self.backward, names[1], ("dout", "cache")),
        }

    def forward(self, *arguments: Any) -> Any:
        """A new layer for each call, which is the cache."""
        known = dict(zip(self.takes, arguments, strict=True))
        options = next((value for value in known.values() if isinstance(value, dict)), {})
        x = self._in(known["x"])
        known = {**USUAL, **options, **known, "x": x, **_sizes(known, np.shape(known["x"])[0])}
        if np.shape(known.get("y", ())) == np.shape(arguments[0]):  # no labels: what should have come out
            known["y"] = self._in(known["y"])
        if "one_hot" in self.layer.forward:
            known["one_hot"] = np.eye(np.shape(x)[1], dtype=x.dtype)[known["y"]]
        made = self.cls(*(float(each) if _is_number(each) else known[each] for each in self.layer.given))
        method = getattr(made, self.layer.methods[0])
        asked = [known[name.rstrip("?")] for name in self.layer.forward if _is_taken(name, method)]
        if self.layer.lazy:
            method(*asked)
        kept = [name for name in self.layer.places if name.startswith("running_")]
        for name, where in self.layer.places.items():
            if name in kept:
                place(where).put(made, options[name] if name in options else np.zeros_like(arguments[1]))
            elif name in known:
                place(where).put(made, known[name])
        out = method(*asked)
        out = place(self.layer.result).get(made) if self.layer.result else out
        options.update({name: place(self.layer.places[name]).get(made) for name in kept})
        return self._out(out, arguments[0]), (made, arguments[0], _left(made))

    def backward(self, dout: Any, cache: Any) -> Any:
        """The gradients, where the layer leaves them: of the layer as its forward left it, which it may empty."""
        made, x, left = cache
        _put_back(made, left)
        upstream = self._in(dout)
        told = getattr(made, self.layer.methods[1])(*([upstream] if self.layer.backward else ()))
        told = upstream * told if self.layer.derivative and told is not None else told
        found = tuple(self._gradient(name, made, told, x) for name in self.gives)
        return found[0] if len(found) == 1 else found

    def both(self, *arguments: Any) -> Any:
        """The loss, which some keep as (1, 1), and its gradient."""
        n = len(arguments[0])
        loss, cache = self.forward(*arguments)
        loss = np.sum(loss) / n if "loss" in self.layer.per_sample else np.squeeze(loss)
        made, x, _ = cache
        told = getattr(made, self.layer.methods[1])()
        return loss, *(self._gradient(name, made, told, x) for name in self.gives)

    def _gradient(self, name: str, made: Any, returned: Any, x: Any) -> Any:
        where = self.layer.places.get(name)
        found = place(where).get(made) if where else returned
        if found is None:
            return None
        if name in self.layer.means:
            found = found * len(x)
        if name in self.layer.per_sample:
            found = found / len(x)
        return self._out(found, x, np.shape(x)) if name == "dx" else found

    def _in(self, array: Any) -> Any:
        if not self.batch or np.ndim(array) == 0:
            return array
        return laid_out(array.reshape(len(array), -1), BATCHES[self.batch])

    def _out(self, array: Any, x: Any, shape: tuple[int, ...] = ()) -> Any:
        """As the batch came; without a row for each sample as it is, for the report to say."""
        if not self.batch or len(np.shape(array)) != 2:
            return array
        array = array.T if self.batch == "columns" else array
        wanted = shape or (np.shape(x) if array.size == np.size(x) and self.gives == ("dx",) else array.shape)
        fits = np.shape(array)[:1] == wanted[:1] and array.size == np.prod(wanted)
        return np.reshape(array, wanted) if fits else array


def _left(made: Any) -> Left:
    """What an object holds now, and what its dictionaries and lists do; the arrays themselves are no copies."""
    held = dict(vars(made)) if hasattr(made, "__dict__") else {}
    return held, [(each, copy(each)) for each in held.values() if isinstance(each, dict | list)]


def _put_back(made: Any, left: Left) -> None:
    """Let an object hold that again."""
    held, contents = left
    if held:
        vars(made).update(held)
    for each, content in contents:
        each.clear()
        if isinstance(each, dict):
            each.update(content)
        else:
            each.extend(content)


def _sizes(known: Mapping[str, Any], samples: int) -> dict[str, Any]:
    """What else can be asked for by a name."""
    mode = next((value.get("mode") for value in known.values() if isinstance(value, dict)), "train")
    told: dict[str, Any] = {"training": mode != "test", "testing": mode == "test"}
    told["features"] = int(np.size(known["x"])) // max(samples, 1)
    if len(np.shape(known.get("w", ()))) == 2:
        told["in"], told["out"] = known["w"].shape
    return told


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("e-", "", 1).isdigit()


def _is_taken(name: str, method: Callable[..., Any]) -> bool:
    return not name.endswith("?") or len(inspect.signature(method).parameters) > 1


def _signed(function: Callable[..., Any], name: str, takes: tuple[str, ...]) -> Callable[..., Any]:
    """A function of that name and these parameters."""

    def call(*arguments: Any) -> Any:
        return function(*arguments)

    call.__name__ = call.__qualname__ = name
    parameters = [inspect.Parameter(each, inspect.Parameter.POSITIONAL_OR_KEYWORD) for each in takes]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return call
