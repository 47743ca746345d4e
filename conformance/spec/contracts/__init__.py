"""The rows. Every module in this folder is a stem; its ``CONTRACTS`` are found here, nothing else lists them."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.contract import Contract


@cache
def all_contracts() -> tuple[Contract, ...]:
    """Every contract, stem by stem in alphabetical order."""
    return tuple(contract for stem in stems() for contract in contracts_of(stem))


@cache
def stems() -> tuple[str, ...]:
    """The stems that have contracts."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


@cache
def contracts_of(stem: str) -> tuple[Contract, ...]:
    """The contracts of one stem."""
    rows: tuple[Contract, ...] = import_module(f"{__name__}.{stem}").CONTRACTS
    return rows


def stem_of(contract: Contract) -> str:
    """The stem whose row this is."""
    return next(stem for stem in stems() if any(row.name == contract.name for row in contracts_of(stem)))


def contract_named(name: str) -> Contract:
    """The contract of that name. Raises UsageError, with the nearest name, if there is none."""
    for contract in all_contracts():
        if contract.name == name:
            return contract
    raise UsageError(f"no contract is called {name!r}{did_you_mean(name, [c.name for c in all_contracts()])}")


def did_you_mean(word: str, words: list[str]) -> str:
    """``; did you mean 'affine'?`` or, if nothing is near, the list of what there is."""
    from difflib import get_close_matches

    near = get_close_matches(word, words, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(words)}"


@cache
def function_names() -> frozenset[str]:
    """Every function and class of the canonical API; methods, written ``Class.method``, come with their class."""
    names = {function.name for contract in all_contracts() for function in contract.functions}
    return frozenset(name for name in names if "." not in name)
