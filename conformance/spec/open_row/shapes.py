"""Shapes by symbols: ``"N D"``, ``"D 4H"``, ``"N 3 H+1 W"``, ``"N>=2 D<=5"``; ``""`` is a scalar."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from gradproof.conformance.spec.cases import LENGTHS, length
from gradproof.conformance.spec.words.said import say

AXIS = re.compile(r"(?P<factor>\d*)(?P<symbol>[A-Za-z_]\w*)?(?P<more>[+-]\d+)?(>=(?P<least>\d+))?(<=(?P<most>\d+))?")

LONGEST = max(LENGTHS)


@dataclass(frozen=True)
class Axis:
    """The length ``factor * symbol + more``; without a symbol, ``factor``."""

    factor: int
    symbol: str
    more: int
    least: int  # of the symbol
    most: int | None = None

    def length(self, sizes: Mapping[str, int]) -> int:
        """The length under these sizes of the symbols."""
        return self.factor * (sizes[self.symbol] if self.symbol else 1) + self.more


def parsed(text: str) -> tuple[Axis, ...]:
    """The axes of a shape. Raises ValueError that names the part at fault."""
    return tuple(map(_axis, text.split()))


def _axis(text: str) -> Axis:
    match = AXIS.fullmatch(text)
    if (
        match is None
        or not (match["factor"] or match["symbol"])
        or ((match["least"] or match["most"]) and not match["symbol"])
    ):
        raise ValueError(
            say(
                "{text!r} is no axis of a shape, expected a symbol or a number, such as N, 3, 4H, D+1, N>=2 or N<=5",
                text=text,
            )
        )
    factor, more = int(match["factor"] or 1), int(match["more"] or 0)
    if factor == 0 or (not match["symbol"] and factor + more < 1):
        raise ValueError(say("the axis {text!r} has no length, expected 1 or more", text=text))
    fits = 1 + max(0, -more) // factor if more < 0 else 1
    least, most = max(int(match["least"] or 1), fits), int(match["most"]) if match["most"] else None
    if most is not None and most < least:
        raise ValueError(
            say("the axis {text!r} has no length between {least} and {most}", text=text, least=least, most=most)
        )
    return Axis(factor, match["symbol"] or "", more, least, most)


def draw_sizes(
    rng: np.random.Generator, size: int, shapes: Iterable[str], fixed: Mapping[str, int] | None = None
) -> dict[str, int]:
    """A length for every symbol in the shapes, in the order in which they first stand there."""
    least: dict[str, int] = {}
    most: dict[str, int] = {}
    for axis in (axis for shape in shapes for axis in parsed(shape)):
        if axis.symbol:
            least[axis.symbol] = max(axis.least, least.get(axis.symbol, 1))
            most[axis.symbol] = min(axis.most or LONGEST, most.get(axis.symbol, LONGEST))
    drawn = {symbol: min(length(rng, min(size, most[symbol]), bound), most[symbol]) for symbol, bound in least.items()}
    return {**drawn, **(fixed or {})}


def shape_of(text: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The lengths of a shape's axes."""
    return tuple(axis.length(sizes) for axis in parsed(text))
