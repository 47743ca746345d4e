"""Exercises that are data: a forward called once or over several steps, then the backward. They travel behind walls."""

from collections.abc import Iterator
from dataclasses import dataclass

from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Function, Subject


@dataclass(frozen=True)
class Stepwise:
    """Call the forward ``steps`` times, then the backward with what the first call kept.

    Args:
        forward: the forward.
        backward: the backward, if there is one.
        steps: how often the forward is called.
        again: inputs that every later call has anew: ``x_2`` in the second.
        carry: result -> the argument that it is in the next call.
        param: the argument that is a dictionary of options.
        state: the keys of it that the forward keeps up to date. They are given at the start, and looked at after each
            call.
    """

    forward: Function
    backward: Function | None = None
    steps: int = 1
    again: tuple[str, ...] = ()
    carry: tuple[tuple[str, str], ...] = ()
    param: str = ""
    state: tuple[str, ...] = ()

    def __call__(self, subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        """Exercise a subject; observations of later steps are called ``out_2``, ``out_3``."""
        known = case.namespace()
        options = known.get(self.param)
        if isinstance(options, dict):
            options.update({name: case[name].copy() for name in self.state})
        first: dict[str, object] = {}
        for step in range(1, self.steps + 1):
            suffix = "" if step == 1 else f"_{step}"
            known.update({name: case[name + suffix] for name in self.again})
            values = subject.call(self.forward.name, *(known[name] for name in self.forward.takes))
            results = dict(zip(self.forward.returns, values, strict=True))
            first = first or results
            yield from ((f"{name}{suffix}", value) for name, value in results.items() if name != "cache")
            if isinstance(options, dict):
                yield from ((f"{name}{suffix}", options.get(name)) for name in self.state)
            known.update({argument: results[result] for result, argument in self.carry})
        if self.backward is not None and {*self.backward.takes} <= {*known, *first}:
            at_first = {**known, **first}
            gradients = subject.call(self.backward.name, *(at_first[name] for name in self.backward.takes))
            yield from zip(self.backward.returns, gradients, strict=True)
