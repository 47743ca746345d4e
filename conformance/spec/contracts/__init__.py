"""The rows. Every module in this folder is a stem; its ``CONTRACTS`` are found here, nothing else lists them.

Beside them stand the rows from outside, from the moment that they are :func:`added` to the end of :func:`visiting`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from gradproof.conformance.errors import ContractFileError, UsageError
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.open_row.mistaken import Mistaken
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

NO_CONTRACT = "no contract is called {name!r}"
MESSAGES = (NO_CONTRACT,)


@dataclass(frozen=True)
class Guests:
    """Contracts from outside that came together, with mistakes, and the file that they came from, if it was named."""

    rows: tuple[Contract, ...]
    mistakes: tuple[Mistaken, ...] = ()
    file: Path | None = None


@dataclass(frozen=True, eq=False)
class Known:
    """What is known beside gradproof's own, by its stem."""

    guests: Mapping[str, Guests] = field(default_factory=dict)


# Of the thread or task that let it be known: one that judges beside it knows its own.
_KNOWN: ContextVar[Known] = ContextVar("contracts from outside", default=Known())  # noqa: B039 - nobody writes to it


def all_contracts() -> tuple[Contract, ...]:
    """Every contract, stem by stem in alphabetical order, those from outside last."""
    return _all_of(_KNOWN.get())


@lru_cache
def _all_of(known: Known) -> tuple[Contract, ...]:
    return tuple(contract for stem in (*_own_stems(), *known.guests) for contract in _rows(stem, known))


def stems() -> tuple[str, ...]:
    """The stems that have contracts."""
    return (*_own_stems(), *_KNOWN.get().guests)


@cache
def _own_stems() -> tuple[str, ...]:
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def contracts_of(stem: str) -> tuple[Contract, ...]:
    """The contracts of one stem."""
    return _rows(stem, _KNOWN.get())


@cache
def _rows(stem: str, known: Known) -> tuple[Contract, ...]:
    if stem in known.guests:
        return known.guests[stem].rows
    rows: tuple[Contract, ...] = import_module(f"{__name__}.{stem}").CONTRACTS
    return rows


def from_outside() -> tuple[Contract, ...]:
    """The contracts that were added."""
    return tuple(contract for guests in _KNOWN.get().guests.values() for contract in guests.rows)


def mistakes_from_outside() -> tuple[Mistaken, ...]:
    """The mistakes that came with them, or alone."""
    return tuple(each for guests in _KNOWN.get().guests.values() for each in guests.mistakes)


def files_from_outside() -> tuple[Path, ...]:
    """The files that they came from."""
    return tuple(guests.file for guests in _KNOWN.get().guests.values() if guests.file)


@contextmanager
def visiting() -> Iterator[None]:
    """What is added within is known until the end of it, and no longer: a command's, a call's, a run of pytest's."""
    before = _KNOWN.set(_KNOWN.get())
    try:
        yield
    finally:
        _KNOWN.reset(before)


def added(stem: str, rows: Sequence[Contract], mistakes: Sequence[Mistaken] = (), file: Path | None = None) -> None:
    """Let contracts from outside be known; see :func:`visiting` for how long. None does away with those of that stem.

    Raises:
        ContractFileError: if a name is taken, that of a contract or of one of its functions; for a mistake of a
            contract that there is not.
    """
    others = {name: guests for name, guests in _KNOWN.get().guests.items() if name != stem}
    known = _all_of(Known(others))
    taken = {contract.name: contract for contract in known}
    owners = {name: contract for contract in known for name in contract.own_functions()}
    for row in rows:
        clash = taken.get(row.name) or next((owners[name] for name in row.own_functions() if name in owners), None)
        if clash is not None:
            where = clash.place or say("one of gradproof's own")
            raise ContractFileError(
                say(
                    "{value}: contract {name}: {other} is there already, {where}, and asks for {names}; give it "
                    "another name",
                    value=row.place or stem,
                    name=row.name,
                    other=clash.name,
                    where=where,
                    names=", ".join(clash.own_functions()),
                )
            )
        taken[row.name] = row
        owners.update(dict.fromkeys(row.own_functions(), row))
    for each in mistakes:
        if each.contract not in taken:
            raise each.wrong(with_nearest(say(NO_CONTRACT, name=each.contract), each.contract, taken))
    if rows or mistakes:
        others[stem] = Guests(tuple(rows), tuple(mistakes), file)
    _KNOWN.set(Known(others))


def stem_of(contract: Contract) -> str:
    """The stem whose row this is."""
    return _by_name(_KNOWN.get())[contract.name][0]


def contract_named(name: str) -> Contract:
    """The contract of that name. Raises UsageError, with the nearest name, if there is none."""
    known = _by_name(_KNOWN.get())
    if name not in known:
        raise UsageError(with_nearest(say(NO_CONTRACT, name=name), name, known))
    return known[name][1]


@lru_cache
def _by_name(known: Known) -> Mapping[str, tuple[str, Contract]]:
    """The stem and the row of each name."""
    return {row.name: (stem, row) for stem in (*_own_stems(), *known.guests) for row in _rows(stem, known)}


def with_nearest(complaint: str, word: str, words: Iterable[str]) -> str:
    """The complaint, and what was meant: ``; did you mean 'affine'?`` or, if nothing is near, what there is."""
    from difflib import get_close_matches

    known = list(words)
    near = [each for each in known if each.lower() == word.lower()] or get_close_matches(word, known, n=1)
    hint = say("did you mean {name!r}?", name=near[0]) if near else say("there are {names}", names=", ".join(known))
    return joined(SENTENCES, (complaint, hint))


def function_names() -> frozenset[str]:
    """Every function and class of the canonical API; methods, written ``Class.method``, come with their class."""
    return _functions_of(_KNOWN.get())


@lru_cache
def _functions_of(known: Known) -> frozenset[str]:
    names = {function.name for contract in _all_of(known) for function in contract.functions}
    return frozenset(name for name in names if "." not in name)
