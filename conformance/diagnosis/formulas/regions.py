"""Where in an observation a formula holds: everywhere, where something is negative, at the label of each sample."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gradproof.conformance.spec.cases import Array, Case

QUESTIONS: Mapping[str, Callable[[Array], Array]] = {
    "{} < 0": lambda a: a < 0,
    "{} > 0": lambda a: a > 0,
    "{} == 0": lambda a: a == 0,
}


@dataclass(frozen=True)
class Region:
    """Some of the numbers of an observation.

    Args:
        kind: ``whole``, ``wrong``, ``where`` a question has yes for an answer, at the ``label`` or at the ``others``.
        name: of the input that decides.
        question: that is asked of it.
    """

    kind: str
    name: str = ""
    question: str = ""

    @property
    def text(self) -> str:
        """The question, as NumPy has it."""
        return self.question.format(self.name)

    def places(self, case: Case, shape: tuple[int, ...]) -> Array | None:
        """The places of its numbers in a case; None if it does not have such."""
        if self.kind == "whole":
            return np.ones(shape, bool)
        given = case.inputs.get(self.name)
        if given is None:
            return None
        if self.kind == "where":
            return np.asarray(QUESTIONS[self.question](given)) if given.shape == shape else None
        if given.shape != shape[:-1]:
            return None
        at_the_label = np.arange(shape[-1]) == given[..., np.newaxis]
        return np.asarray(at_the_label == (self.kind == "label"))


WHOLE, WRONG = Region("whole"), Region("wrong")


def regions_of(case: Case, shape: tuple[int, ...]) -> Iterator[Region]:
    """The regions that there may be, the plainest first."""
    yield WHOLE
    for name, given in case.inputs.items():
        if given.dtype.kind == "f" and given.shape == shape:
            yield from (Region("where", name, question) for question in QUESTIONS)
        elif given.dtype.kind in "iu" and given.ndim and given.shape == shape[:-1]:
            yield from (Region(kind, name) for kind in ("label", "others"))
