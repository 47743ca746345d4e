"""Where an object keeps an array, and in which layout: ``W``, ``params.w``, ``W.T``, ``b[None]``, ``b[:, None]``."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

PLACE = re.compile(r"(?P<way>\w+(?:\.\w+)*?)(?P<layout>\.T|\[None\]|\[:, ?None\])?")


@dataclass(frozen=True)
class Place:
    """Attributes, keys or indices, one after the other, and the layout there."""

    way: tuple[str, ...]
    layout: str = ""

    def put(self, layer: Any, value: Any) -> None:
        """Leave a value there, as the object lays it out."""
        *way, last = self.way
        for step in way:
            layer = _step(layer, step)
        value = laid_out(value, self.layout)
        if isinstance(layer, dict):
            layer[last] = value
        elif isinstance(layer, list):
            layer[int(last)] = value
        else:
            setattr(layer, last, value)

    def get(self, layer: Any) -> Any:
        """What is there, laid out as gradproof does; what has another layout than was said as it is, to be told."""
        for step in self.way:
            layer = _step(layer, step)
        return laid_back(layer, self.layout)


def place(text: str) -> Place:
    """The place that a text names. Raises ValueError for one that names none."""
    match = PLACE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no place, expected one such as W, params.w, W.T, b[None] or b[:, None]")
    return Place(tuple(match["way"].split(".")), (match["layout"] or "").replace(" ", ""))


def laid_out(value: Any, layout: str) -> Any:
    """An array in that layout; a view, so that who writes to it is found out."""
    if layout == ".T":
        return value.T
    if layout:
        return value.reshape((1, -1) if layout == "[None]" else (-1, 1))
    return value


def laid_back(value: Any, layout: str) -> Any:
    """An array of that layout as it was before; anything else as it is."""
    shape = np.shape(value)
    if layout == ".T" and hasattr(value, "T"):
        return value.T
    if layout == "[None]" and len(shape) == 2 and shape[0] == 1:
        return value[0]
    if layout == "[:,None]" and len(shape) == 2 and shape[1] == 1:
        return value[:, 0]
    return value


def _step(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value[step]
    return value[int(step)] if step.isdigit() else getattr(value, step)
