"""Arguments in another order than they are called with: told by their names, so it is certain."""

from collections.abc import Mapping

from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.words.said import say

ID = "arguments:swapped"


def words(contract: Contract, parameters: Mapping[str, str]) -> str:
    """What is said of a contract's function that takes the right arguments in the wrong order; empty if none does.

    Args:
        contract: the one that failed.
        parameters: the names that the submission's functions take, as in ``x, w, b``.
    """
    for function in contract.functions:
        own = tuple(filter(None, parameters.get(function.name, "").split(", ")))
        if own != function.takes and sorted(own) == sorted(function.takes):
            return say(
                "Your {function} takes ({own}); it is called with ({asked}), by position. In which order does its "
                "description name them?",
                function=function.name,
                own=", ".join(own),
                asked=", ".join(function.takes),
            )
    return ""
