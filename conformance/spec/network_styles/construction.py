"""How a submission's network is made for a case, with keywords by the names that its constructor knows."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Kind, Subject
from gradproof.conformance.spec.values import described

KEY = re.compile(r"(w|b|gamma|beta)_?(\d+)", re.IGNORECASE)
PARAMETER = re.compile(r"(W|b|gamma|beta)\d+")
SEED = 7
FILTERS = ("num_filters", "filter_size", "hidden_dim", "num_classes")
KEYWORDS = {
    "input_dim": ("input_dim", "input_size"),
    "num_classes": ("num_classes", "output_size", "output_dim"),
    "batchnorm": ("normalization", "use_batchnorm"),
    "dropout": ("dropout", "dropout_keep_ratio"),
    "weight_scale": ("weight_scale", "std"),
}


def construct(subject: Subject, name: str, case: Case) -> tuple[Any, dict[str, object]]:
    """A network of class ``name`` as its constructor makes it for a case, and the keywords given."""
    cls = subject.offered(name)
    positional, wanted = _arguments(name, parameters_of(cls), case)
    _say_construction(subject, name, positional, wanted)
    given = {**dict(zip(("hidden_dims",), positional, strict=False)), **wanted}
    lists = {key: value for key, value in given.items() if isinstance(value, list)}
    return subject.attempt(name, lambda: cls(*positional, **wanted), **lists), wanted


def named_parameters(
    subject: Subject, name: str, net: Any, names: Iterable[str]
) -> tuple[dict[Any, Any], dict[str, str]]:
    """A network's parameters, and our name of each -> its key."""
    held = subject.attempt(name, lambda: net.params)
    if not isinstance(held, dict):
        subject.end(Kind.HOLDS, name, got=described(held), observation="params", expected="dictionary_of_arrays")
    return held, _keys(subject, name, names, held)


def construct_lists(subject: Subject, name: str, case: Case) -> tuple[Any, dict[str, list[Any]]]:
    """A network with lists as its constructor makes it, and its lists by the names of their attributes."""
    sizes = sizes_of(case)
    layers = len(sizes) - 1
    cls = subject.offered(name)
    wanted = dict(_seed(parameters_of(cls), case))
    _say_construction(subject, name, (sizes,), wanted)
    net = subject.attempt(name, lambda: cls(sizes, **wanted), sizes=sizes)
    attributes = subject.attempt(name, lambda: set(dir(net)))
    biases = next((attribute for attribute in ("bias", "biases") if attribute in attributes), "bias")
    lists = {attribute: subject.attempt(name, partial(getattr, net, attribute)) for attribute in ("weights", biases)}
    for attribute, held in lists.items():
        if not isinstance(held, list) or len(held) != layers:
            told = {"got": described(held), "observation": attribute, "expected": "list_of_arrays", "count": layers}
            subject.end(Kind.HOLDS, name, **told)
    return net, lists


def image_of(inputs: Mapping[str, Array]) -> tuple[int, ...]:
    """(C, H, W) of a sample."""
    return tuple(int(side) for side in (inputs["image"] if "image" in inputs else inputs["x"].shape[1:]))


def parameters(case: Case) -> dict[str, Array]:
    """The inputs of a case that are parameters."""
    return {name: array for name, array in case.inputs.items() if PARAMETER.fullmatch(name)}


def _units(case: Case) -> list[int]:
    """Of every layer, the last of which has one a class."""
    given = parameters(case)
    return [int(given[f"b{i}"].size) for i in range(1, 1 + sum(key.startswith("W") for key in given))]


def sizes_of(case: Case) -> list[int]:
    """Features, hidden units, classes."""
    if "sizes" in case.inputs:
        return [int(size) for size in case["sizes"]]
    return [int(case["W1"].shape[0]), *_units(case)]


def _seed(known: tuple[str, ...], case: Case) -> Iterator[tuple[str, object]]:
    if "seed" in known and case.scalar_options().get("is_seeded", True):
        yield "seed", SEED


def _arguments(name: str, known: tuple[str, ...], case: Case) -> tuple[tuple[object, ...], dict[str, object]]:
    """What the constructor is given, by position and by keyword."""
    options = dict(_keywords(known, case))
    if name in CONVOLUTIONAL:
        return (), {"input_dim": image_of(case.inputs), **CONVOLUTIONAL[name](case), **options}
    sizes = sizes_of(case)
    if "hidden_dims" not in known and name != "FullyConnectedNet":
        return tuple(sizes), options
    ends = {_spelled(known, "input_dim"): sizes[0], _spelled(known, "num_classes"): sizes[-1]}
    if "hidden_dims" in known[1:]:
        return (), {**ends, "hidden_dims": sizes[1:-1], **options}
    return (sizes[1:-1],), {**ends, **options}


def _three_layers(case: Case) -> dict[str, object]:
    """Filters, their size, hidden units and classes."""
    if "sizes" in case.inputs:
        return dict(zip(FILTERS, sizes_of(case), strict=True))
    filters, *units = _units(case)
    return dict(zip(FILTERS, (filters, case["W1"].shape[-1], *units), strict=True))


def _any_layers(case: Case) -> dict[str, object]:
    """The same for any number of convolutions and hidden layers, with strides and pooling; one of each if only made."""
    if "sizes" in case.inputs:
        filters, kernel, hidden, classes = sizes_of(case)
        return {"filters": [filters], "filter_size": kernel, "hidden_dims": [hidden], "num_classes": classes}
    units, weights = _units(case), [value for name, value in parameters(case).items() if name.startswith("W")]
    convolutions = sum(w.ndim > 2 for w in weights)
    options = case.scalar_options()
    return {
        "filters": units[:convolutions],
        "hidden_dims": units[convolutions:-1],
        "num_classes": units[-1],
        "filter_size": case["W1"].shape[-1],
        **{name: int(options[name]) for name in ("stride", "pool")},
    }


CONVOLUTIONAL = {"ThreeLayerConvNet": _three_layers, "ConvNet": _any_layers}


def _spelled(known: tuple[str, ...], ours: str) -> str:
    """The name that the constructor knows a keyword by."""
    return next((name for name in KEYWORDS[ours] if name in known), ours)


def _keywords(known: tuple[str, ...], case: Case) -> Iterator[tuple[str, object]]:
    """The constructor's keywords that the case has a value for."""
    options = case.scalar_options()
    values: dict[str, object] = {"reg": float(options.get("reg", 0.0)), "dtype": np.dtype(case.dtype).type}
    values |= {"l2": case.dialect.l2}
    yield from ((name, value) for name, value in values.items() if name in known)
    yield from _seed(known, case)
    normalization = options.get("normalization")
    if normalization == "batchnorm" and "use_batchnorm" in known:
        yield "use_batchnorm", True
    elif normalization is not None:
        yield "normalization", normalization
    if "dropout" in options:
        yield _spelled(known, "dropout"), float(options["dropout"])
    if "weight_scale" in options:
        yield from ((name, float(options["weight_scale"])) for name in KEYWORDS["weight_scale"] if name in known)


def _keys(subject: Subject, name: str, names: Iterable[str], held: Mapping[Any, Any]) -> dict[str, str]:
    """Our name of each parameter -> the submission's key: of each kind, in the order of their numbers."""
    numbered: dict[str, list[tuple[int, str]]] = {}
    for key in held:
        match = KEY.fullmatch(str(key))
        if match:
            numbered.setdefault(match[1].lower(), []).append((int(match[2]), str(key)))
    keys = {}
    for ours in names:
        kind, number = ours.rstrip("0123456789"), int(ours.lstrip("Wbetagm"))
        candidates = sorted(numbered.get(kind.lower(), []))
        if len(candidates) < number:
            kind = Kind.PARAMETERS if held else Kind.UNFILLED
            subject.end(kind, name, got=tuple(map(str, held)), expected=tuple(names))
        keys[ours] = candidates[number - 1][1]
    return keys


def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters in their order, none if it does not tell."""
    own = function.__func__ if isinstance(function, MethodType) and type(function) is MethodType else None
    if type(own) is FunctionType and own.__code__.co_argcount:
        return _parameters_of(own)[1:]
    return _parameters_of(function) if type(function) in (FunctionType, type) else _told(function)


def _told(function: Callable[..., Any]) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()


_parameters_of = lru_cache(64)(_told)  # asked of the same class for every network that is made of it


def _say_construction(subject: Subject, name: str, positional: tuple[object, ...], keywords: Mapping[str, Any]) -> None:
    def text(value: object) -> str:
        return f"np.{value.__name__}" if isinstance(value, type) else repr(value)

    arguments = [*map(text, positional), *(f"{key}={text(value)}" for key, value in keywords.items())]
    subject.script.append(f"net = {name}({', '.join(arguments)})")
