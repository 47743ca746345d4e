"""``@misconception(...)``: a mistake that a contract from outside is often implemented with, to be told by its name."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.conformance.errors import ContractFileError
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.open_row.reference import Place, Reference
from gradproof.conformance.spec.words.said import say

Functions = dict[str, Callable[..., Any]]
GIVES = "it gives {given}, expected a dict of some of {names}"
GIVES_NOTHING = "it gives nothing, expected a dict of some of {names}"
MESSAGES = (GIVES, GIVES_NOTHING)


@dataclass(frozen=True)
class Mistaken:
    """A mistake, as :func:`misconception` was told it."""

    name: str
    of: Contract | str  # the contract, or its name
    says: str
    hint: str
    function: Callable[..., Any]
    file: str
    line: int

    @property
    def contract(self) -> str:
        """The name of the contract that it gets wrong."""
        return self.of if isinstance(self.of, str) else self.of.name

    def wrong(self, complaint: str) -> ContractFileError:
        """The error that says what is wrong with it."""
        return ContractFileError(
            say(
                "{file}:{line}: misconception {name}: {complaint}",
                file=self.file,
                line=self.line,
                name=self.name,
                complaint=complaint,
            )
        )

    def functions_for(self, contract: Contract) -> Functions:
        """The contract's functions with this mistake and no other.

        Raises:
            ContractFileError: if it makes functions that the contract has not, or cannot be told of this contract.
        """
        reference = contract.reference
        place = Place(self.name, self.file, self.line)
        is_torch = bool(inspect.signature(self.function).parameters)
        if isinstance(reference, Reference):
            used = replace(reference, function=self.function, place=place) if is_torch else reference
            right = imitated(contract, used)
        elif is_torch:
            raise self.wrong(
                say("{name} is no torch function: let it take nothing and give wrong functions", name=contract.name)
            )
        else:
            right = {}
        if is_torch:
            return right
        made = self.function()
        names = [function.name for function in contract.functions]
        if not isinstance(made, Mapping) or not made or not {*made} <= {*names}:
            given = ", ".join(map(str, made)) if isinstance(made, Mapping) else type(made).__name__
            template = GIVES if given else GIVES_NOTHING
            raise self.wrong(say(template, given=given, names=", ".join(names)))
        return {**right, **made}


def misconception(of: Contract | str, says: str, hint: str = "") -> Callable[[Callable[..., Any]], Mistaken]:
    """Make a function a mistake that failures of a contract are compared with, and told by where they are the same.

        @gp.misconception(gelu, "You use the approximation by tanh; the error function is asked for.", "Which of them?")
        def tanh_approximation(x):
            import torch
            return torch.nn.functional.gelu(x, approximate="tanh")

    Args:
        of: the contract, or its name.
        says: one sentence to the student: what is done, and what should be.
        hint: where to look or what to ask oneself, without the code.

    The function is a torch function as the contract's own is, with the mistake; a gradient that forgets a path has a
    ``detach``. Or it takes nothing and gives wrong functions of the contract in NumPy, ``{"gelu_backward": ...}``:
    those that it does not give are right, and the cache of a right forward is the dictionary of its arguments.
    """

    def made(function: Callable[..., Any]) -> Mistaken:
        code = function.__code__
        found = Mistaken(function.__name__, of, says, hint, function, code.co_filename, code.co_firstlineno)
        if not isinstance(of, Contract | str):
            raise found.wrong(say("it is of {of!r}, expected a contract or the name of one", of=of))
        if not isinstance(says, str) or not says.strip() or not isinstance(hint, str):
            raise found.wrong(say("expected a sentence to the student, and a hint: what is done, and what should be"))
        return found

    return made


def imitated(contract: Contract, reference: Reference) -> Functions:
    """The functions of a contract made of a torch function: values of its own, gradients by autograd."""
    forward, *backward = contract.functions

    def answer(given: Mapping[str, Any], wrt: Mapping[str, str], upstream: Mapping[str, Any]) -> dict[str, Any]:
        arrays = {name: np.asarray(given[name]) for name in (*reference.inputs, *reference.state)}
        options = {name: value for name, value in given.items() if name not in arrays}
        return reference.once(arrays, options, wrt, upstream)

    def run(*arguments: Any) -> Any:
        given: dict[str, Any] = {}
        dictionaries = []
        for name, value in zip(forward.takes, arguments, strict=True):
            given |= value if isinstance(value, dict) else {name: value}
            dictionaries += [value] if isinstance(value, dict) else []
        joint = set(forward.returns) & {*reference.wrt}
        told = answer(given, reference.wrt if joint else {}, dict.fromkeys(reference.upstreams) if joint else {})
        for each in dictionaries:
            each.update({name: told[name] for name in reference.state})
        told["cache"] = given
        return _bare(tuple(told[name] for name in forward.returns))

    def back(*arguments: Any) -> Any:
        *upstream, cache = arguments
        told = answer(cache, reference.wrt, dict(zip(reference.upstreams, map(np.asarray, upstream), strict=True)))
        return _bare(tuple(told[name] for name in backward[0].returns))

    return {forward.name: run, **({backward[0].name: back} if backward else {})}


def _bare(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else values
