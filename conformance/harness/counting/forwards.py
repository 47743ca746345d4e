"""How often a backward runs the forward: numeric differentiation does so for each number, or for each direction.

A call counts that is given a whole array, of a shape that the forward was given. So a step that both do row by row is
none, nor is what NumPy's own Python code does.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import numpy as np

from gradproof.conformance.harness.counting.profiling import profiled
from gradproof.conformance.spec.cases import Array

NUMPY = str(Path(np.__file__).parent)


@dataclass(frozen=True)
class Called:
    """A call, with what went in and what came out; and copies of what came out from before anything else was called."""

    function: str
    action: Callable[..., Any]
    arguments: tuple[object, ...]
    values: Mapping[str, object]
    copies: Mapping[str, Array]


def forwards(calls: Sequence[Called], made: Callable[[Called], Callable[[], object]]) -> Iterator[tuple[str, int]]:
    """Each function that is given another's cache, and how often it runs that; ``made`` makes a call again."""
    for k, back in enumerate(calls):
        for ahead in calls[:k]:
            if any(argument is value for argument in back.arguments for value in ahead.values.values()):
                shapes = {argument.shape for argument in ahead.arguments if isinstance(argument, np.ndarray)}
                yield back.function, forwards_in(made(back), made(ahead), shapes)


def forwards_in(
    backward: Callable[[], object], forward: Callable[[], object], shapes: Container[tuple[int, ...]]
) -> int:
    """How often the one does what the other does once."""
    once, again = _calls(forward, shapes), _calls(backward, shapes)
    return max((again[code] // count for code, count in once.items()), default=0)


def _calls(action: Callable[[], object], shapes: Container[tuple[int, ...]]) -> Counter[CodeType]:
    made: Counter[CodeType] = Counter()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and not code.co_filename.startswith(NUMPY):
            given = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
            if any(isinstance(each, np.ndarray) and each.shape in shapes for each in given):
                made[code] += 1

    with profiled(note):
        action()
    return made
