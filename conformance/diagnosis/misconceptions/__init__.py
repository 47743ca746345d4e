"""Wrong-on-purpose variants, each named for its mistake: a failure is compared with them, the suite measured by them.

Every module or folder here is a stem; what is ``wrong`` there is found here, nothing else lists them. Those that are a
right way with other lines stand in tables, ``NAME.toml``: which lines, and what is said of it. The way is one of the
search's, or (``./NAME``) a file beside the table that takes apart what is right.
"""

import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from gradproof.conformance.diagnosis.edited import edited
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named, contracts_of, mistakes_from_outside, stem_of
from gradproof.conformance.spec.conventions import DEFAULT, Dialect
from gradproof.conformance.spec.open_row.mistaken import Mistaken

Functions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Misconception:
    """A mistake.

    Args:
        name: the mistake in a few words, ``variance_by_n_minus_1``.
        contracts: the contracts that it gets wrong; it belongs to the first.
        says: one sentence to the student that says what is done and what should be.
        hint: where to look or what to ask oneself, without the code.
        build: makes the functions of the canonical API that have the mistake. All others are right.
        supposes: conventions that its words, or its functions, have as they are by default. Under others it is not
            told. What a whole file supposes stands there as ``SUPPOSES``.
        build_under: makes them under other conventions, of a network's penalty.
    """

    name: str
    contracts: tuple[str, ...]
    says: str
    hint: str
    build: Callable[[], Functions]
    supposes: tuple[str, ...] = ()
    build_under: Callable[[Dialect], Functions] | None = None

    @property
    def id(self) -> str:
        """``batchnorm:variance_by_n_minus_1``."""
        return f"{self.contracts[0]}:{self.name}"

    @cached_property
    def functions(self) -> Functions:
        """A whole submission that has this mistake and no other."""
        return {**donor(), **self.build()}

    def under(self, penalty: str) -> Functions:
        """The same where a network's penalty is written so, see ``Dialect.l2``."""
        if penalty == DEFAULT.l2 or self.build_under is None:
            return self.functions
        return {**donor(), **self.build_under(Dialect(l2=penalty))}


def wrong(
    contracts: str, says: str, hint: str, supposes: tuple[str, ...] = ()
) -> Callable[[Callable[[], Functions]], Misconception]:
    """Make a function that builds wrong functions a Misconception of the contracts, which blanks separate."""

    def made(build: Callable[[], Functions]) -> Misconception:
        of_its_file = getattr(sys.modules[build.__module__], "SUPPOSES", ())
        return Misconception(build.__name__, tuple(contracts.split()), says, hint, build, (*supposes, *of_its_file))

    return made


def all_misconceptions() -> tuple[Misconception, ...]:
    """Every one, stem by stem, as they stand in the files; those from outside last."""
    return (*_own(), *map(_from_outside, mistakes_from_outside()))


@cache
def _own() -> tuple[Misconception, ...]:
    made = (each for module in _modules() for each in vars(module).values() if isinstance(each, Misconception))
    return (*made, *(each for table in sorted(Path(__file__).parent.rglob("*.toml")) for each in rows(table)))


def rows(table: Path) -> Iterator[Misconception]:
    """What stands in a table: contract by contract the mistakes by their names, what all of them share before them.

    What some share stands before them under ``[[CONTRACT]]``; a question that several ask has a name in ``[hints]``.
    """
    told = tomllib.loads(table.read_text(encoding="utf-8"))
    every, hints = told.pop("shared", {}), told.pop("hints", {})
    for contract, found in told.items():
        for group in found if isinstance(found, list) else (found,):
            mistakes = {name: row for name, row in group.items() if isinstance(row, dict) and "says" in row}
            shared = _beside(every, {name: value for name, value in group.items() if name not in mistakes})
            for name, row in mistakes.items():
                yield _row(contract, name, _beside(shared, row), hints, table.parent)


def _beside(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What is shared and what is a row's own, which goes first; of lines both."""
    return {**shared, **own, "lines": {**shared.get("lines", {}), **own.get("lines", {})}}


def _row(contract: str, name: str, row: Mapping[str, Any], hints: Mapping[str, str], folder: Path) -> Misconception:
    contracts = (contract, *row.get("others", "").split())
    way = str(folder / row["way"]) if row["way"].startswith("./") else row["way"]
    build = partial(_edited, way, row["lines"], contracts, row.get("alias", {}))
    hint = hints.get(row["hint"], row["hint"])
    supposes = tuple(row.get("supposes", "").split())
    return Misconception(name, contracts, row["says"], hint, build, supposes, partial(_under, build))


def _under(build: Callable[[Dialect], Functions], dialect: Dialect) -> Functions:
    """What is built under other conventions; nothing, if a line is not there then."""
    try:
        return build(dialect)
    except ValueError:
        return {}


def _edited(
    way: str,
    lines: Mapping[str, str],
    contracts: tuple[str, ...],
    alias: Mapping[str, str],
    dialect: Dialect = DEFAULT,
) -> Functions:
    """What a way with other lines has of these contracts, and of those that go together with them."""
    return edited(way, lines, sorted(_going_together(contracts)), alias, dialect)


def _going_together(contracts: tuple[str, ...]) -> set[str]:
    """The functions of contracts, and of all of the first one's stem that share one: a cache has several readers."""
    own = {name for each in contracts for name in _functions_of(contract_named(each))}
    rows = [_functions_of(row) for row in contracts_of(stem_of(contract_named(contracts[0])))]
    while more := {name for names in rows if names & own for name in names} - own:
        own |= more
    return own


def _functions_of(row: Contract) -> set[str]:
    return {function.name.partition(".")[0] for function in row.functions}


def misconceptions_of(contract: str) -> tuple[Misconception, ...]:
    """Those that get a contract wrong."""
    return tuple(each for each in all_misconceptions() if contract in each.contracts)


def _from_outside(told: Mistaken) -> Misconception:
    row = contract_named(told.contract)
    return Misconception(told.name, (row.name,), told.says, told.hint, partial(told.functions_for, row), row.dialects)


def _modules() -> Iterator[ModuleType]:
    """Every module here: a stem's own, or those of its folder, what the others build on first."""
    for stem in sorted(module.name for module in iter_modules(__path__)):
        found = import_module(f"{__name__}.{stem}")
        yield found
        parts = {part.name for part in iter_modules(getattr(found, "__path__", ()))}
        yield from (import_module(f"{found.__name__}.{part}") for part in sorted(parts, key=lambda n: (n != "base", n)))
