"""Calls that are made again, on what they were given, and on other values in the very same arrays.

A loop that uses its arrays again has those.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from typing import TypeGuard

import numpy as np

from gradproof.conformance.harness.counting.forwards import Called
from gradproof.conformance.spec.cases import Array

CACHE = "cache"  # is the function's own business
LEAST = 2.0**-40  # of whose root float32 sees eight steps
Values = Mapping[str, object]


def made_again(calls: Sequence[Called], once_more: Callable[[Called], Values]) -> Iterator[tuple[int, str, Values]]:
    """What each call returned, ``returned``; the same now, ``kept``; and what it returns now, ``again``, and ``moved``.

    Only a call that is given what another returned is made again; ``moved``, if that is a cache, on other gradients.
    """
    earlier: list[object] = []
    for k, call in enumerate(calls):
        again = once_more(call) if _takes_of(call, earlier) else {}
        earlier += call.values.values()
        for moment, values in (("returned", call.copies), ("kept", call.values), ("again", again)):
            yield k, moment, values
    caches = [call.values[CACHE] for call in calls if CACHE in call.values]
    for k, call in enumerate(calls):
        if _takes_of(call, caches):
            with rewritten(each for each in call.arguments if not any(each is value for value in earlier)) as is_any:
                if is_any:
                    yield k, "moved", once_more(call)


def made_ahead(calls: Sequence[Called], once_more: Callable[[Called], Values]) -> Iterator[tuple[int, str, Values]]:
    """What the first call returns where all its floats are ``moved``, and in new arrays that hold the same, ``fresh``.

    It was made just before, so that what is kept of the last call alone is there.
    """
    for call in calls[:1]:
        with rewritten(call.arguments) as is_any:
            if is_any:
                yield 0, "moved", once_more(_with(call, _own_dictionary))
                yield 0, "fresh", once_more(_with(call, deepcopy))


def _with(call: Called, copied: Callable[[object], object]) -> Called:
    return replace(call, arguments=tuple(map(copied, call.arguments)))


def _own_dictionary(argument: object) -> object:
    """A dictionary that may be written to; whatever else it is, itself."""
    return deepcopy(argument) if isinstance(argument, dict) else argument


def _takes_of(call: Called, values: Sequence[object]) -> bool:
    return any(argument is value for argument in call.arguments for value in values)


def moved(array: Array) -> Array:
    """A little more of each value: so little that few digits do not tell it, and enough for who computes in float32."""
    more: Array = array * array.dtype.type(1 + np.sqrt(max(np.finfo(array.dtype).eps, LEAST)))
    return more


@contextmanager
def rewritten(arguments: Iterable[object]) -> Iterator[bool]:
    """Those of them that are arrays of floats are moved, until the end; whether there is any."""
    held = [(each, each.copy()) for each in arguments if _is_writable(each)]
    for array, values in held:
        array[...] = moved(values)
    try:
        yield bool(held)
    finally:
        for array, values in held:
            array[...] = values


def _is_writable(argument: object) -> TypeGuard[Array]:
    return isinstance(argument, np.ndarray) and argument.dtype.kind == "f" and argument.flags.writeable
