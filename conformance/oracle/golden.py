"""Golden fixtures: compute a set with torch and write it, and say what drifted.

The same seed and versions give the same bytes.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradproof import __version__
from gradproof.conformance.errors import FixtureError
from gradproof.conformance.oracle import published_values, yardstick
from gradproof.conformance.oracle.fixture_set import (
    FORMAT,
    FixtureSet,
    arrays_file,
    packed,
    stem_file,
    write,
)
from gradproof.conformance.oracle.oracle import DEFAULT_CASES, TorchOracle
from gradproof.conformance.spec.cases import DTYPES, PERIOD, Array, Case, drawn_in_turn_before
from gradproof.conformance.spec.contract import Answer, Contract, Observations
from gradproof.conformance.spec.contracts import contracts_of, stems
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.words.said import say

SAID = {
    "is new": "{array} is new",
    "is gone": "{array} is gone",
    "is another": "{array} was {old}, is {new}",
    "has other options": "{array} has other options",
    "has other names": "{array} has other inputs or observations",
    "has another shape": "{array} had shape {old}, has {new}",
    "is another input": "{array} is another input",
    "is another yardstick": "{array} is another yardstick",
    "moved": "{array} moved by {ratio:.3g} yardsticks",
}
MESSAGES = tuple(SAID.values())


@dataclass(frozen=True)
class Drift:
    """One array that is not what it was, and by how much (in yardsticks; None if it cannot be compared).

    Args:
        array: its name, or that of its case.
        what: a key of SAID.
        old, new: what it was and is, where that is said.
    """

    array: str
    what: str
    ratio: float | None = None
    old: object = None
    new: object = None

    @property
    def says(self) -> str:
        """The sentence of it."""
        return say(SAID[self.what], **vars(self))

    @property
    def is_beyond_yardstick(self) -> bool:
        """Whether the difference is more than rounding."""
        return self.ratio is None or not self.ratio <= 1


def regenerate(
    folder: Path,
    seed: int,
    cases: int = DEFAULT_CASES,
    tick: Callable[[str], None] = lambda _name: None,
    only: Sequence[Contract] | None = None,
) -> FixtureSet:
    """Compute a set with the torch reference and write it. ``tick`` is told each contract as it is done.

    Nothing is written before all is computed: where that fails, the set in the folder stays as it was.
    With ``only`` some contracts, what the set in the folder has of the others stays, if there is one.

    Raises:
        FixtureError: if that set was made otherwise, so that the two would not fit together.
    """
    folder.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "seed": seed,
        "cases_per_contract": cases,
        "versions": versions(),
        "yardstick": {"normwise": yardstick.NORMWISE, "elementwise": yardstick.ELEMENTWISE},
        "sources": {entry.case.id: entry.case.source for entry in published_values.entries()},
        "cases": {},
        "sha256": {},
    }
    kept = None if only is None else _kept(folder, manifest)
    if only is not None and (kept is None or kept.is_partial):
        manifest["partial"] = True
    files: dict[str, bytes] = {}
    for stem in stems():
        arrays: dict[str, Array] = {}
        listed = []
        for case, answer in _made(stem, seed, cases, tick, only, kept):
            arrays.update(packed(case, answer))
            listed.append(_fields_of(case, answer))
        if not listed:
            continue
        manifest["cases"][stem] = dict(Counter(fields["contract"] for fields in listed))
        files[arrays_file(stem)], manifest["sha256"][stem] = stem_file(listed, arrays)
    files["manifest.json"] = f"{json.dumps(manifest, indent=1, sort_keys=True)}\n".encode()
    for name, content in files.items():
        write(folder / name, content)
    return FixtureSet(folder, manifest)


def _kept(folder: Path, manifest: Mapping[str, Any]) -> FixtureSet | None:
    """The set in the folder, to which some contracts are added; None if there is none."""
    if not (folder / "manifest.json").exists():
        return None
    kept = FixtureSet.open(folder)
    for key in ("seed", "cases_per_contract", "versions", "yardstick"):
        if kept.manifest[key] != manifest[key]:
            raise FixtureError(
                say(
                    "the set in {folder} has {key} {manifest}, what is computed now has {now}; compute the whole "
                    "set, or take another --out",
                    folder=folder,
                    key=key,
                    manifest=kept.manifest[key],
                    now=manifest[key],
                )
            )
    return kept


def _made(
    stem: str,
    seed: int,
    cases: int,
    tick: Callable[[str], None],
    only: Sequence[Contract] | None,
    kept: FixtureSet | None,
) -> Iterator[tuple[Case, Answer]]:
    """The cases of a stem, contract by contract: computed, or kept as they are."""
    if only is None:
        yield from computed(stem, seed, cases, tick)
        return
    recorded = list(kept.records(stem)) if kept and stem in kept.manifest["cases"] else []
    wanted = {contract.name for contract in only}
    for contract in contracts_of(stem):
        if contract.name in wanted:
            yield from computed_of(contract, TorchOracle(seed), cases)
            tick(contract.name)
        else:
            yield from (record for record in recorded if record[0].contract == contract.name)


def computed(
    stem: str, seed: int, cases: int, tick: Callable[[str], None] = lambda _name: None
) -> Iterator[tuple[Case, Answer]]:
    """Every case of a stem, under every dialect that its contracts depend on, answered by torch."""
    oracle = TorchOracle(seed)
    for contract in contracts_of(stem):
        yield from computed_of(contract, oracle, cases)
        tick(contract.name)


def computed_of(contract: Contract, oracle: TorchOracle, cases: int) -> Iterator[tuple[Case, Answer]]:
    """Every case of one contract, under every dialect that it depends on."""
    for dialect in (DEFAULT, *DEFAULT.variants(contract.dialects)):
        for case in oracle.cases(contract, dialect, cases):
            if dialect == DEFAULT or (not case.source and is_recorded(contract, case, cases)):
                yield case, oracle.answer(case)


def is_recorded(contract: Contract, case: Case, cases: int) -> bool:
    """Whether a case is recorded under another dialect than the default one too.

    That is half of those that are drawn in turn, every scenario in both dtypes, and of those that have places of their
    own.
    """
    scenario = contract.scenario(case)
    if scenario is not None and scenario.places:
        return case.index % PERIOD in scenario.places[: (1 + len(scenario.places)) // 2]
    rounds = sum(scenario.share for scenario in contract.scenarios if not scenario.places) * len(DTYPES)
    return drawn_in_turn_before(contract.scenarios, case.index) < max(rounds, cases // 2)


def drift(old: FixtureSet, new: Callable[[str], Iterator[tuple[Case, Answer]]]) -> Iterator[Drift]:
    """What differs between a set and other records of it, array by array."""
    constants = {"normwise": yardstick.NORMWISE, "elementwise": yardstick.ELEMENTWISE}
    if old.manifest["yardstick"] != constants:
        yield Drift("yardstick", "is another", old=old.manifest["yardstick"], new=constants)
    for stem in stems():
        yield from drift_of(stem, old, new)


def drift_of(stem: str, old: FixtureSet, new: Callable[[str], Iterator[tuple[Case, Answer]]]) -> Iterator[Drift]:
    """What differs between a set's records of one stem and others."""
    if old.is_partial and stem not in old.manifest["cases"]:
        return
    recorded = {case.id: (case, answer) for case, answer in old.records(stem)} if stem in old.manifest["cases"] else {}
    holds = {case.contract for case, _ in recorded.values()}
    for case, answer in new(stem):
        if old.is_partial and case.contract not in holds:
            continue
        if case.id not in recorded:
            yield Drift(case.id, "is new")
            continue
        yield from _case_drift(*recorded.pop(case.id), case, answer)
    for case_id in recorded:
        yield Drift(case_id, "is gone")


def versions() -> dict[str, str]:
    """The versions that decide what a set contains."""
    import torch

    return {"gradproof": __version__, "numpy": np.__version__, "torch": torch.__version__.partition("+")[0]}


def _case_drift(old: Case, old_answer: Answer, new: Case, new_answer: Answer) -> Iterator[Drift]:
    if (old.options, old.dtype, old.layout, old.dialect) != (new.options, new.dtype, new.layout, new.dialect):
        yield Drift(old.id, "has other options")
    if set(old.inputs) != set(new.inputs) or set(old_answer.values) != set(new_answer.values):
        yield Drift(old.id, "has other names")
        return
    for name, array in old.inputs.items():
        yield from _input_drift(f"{old.id}|input|{name}", array, new.inputs[name])
    for name, value in old_answer.values.items():
        now = new_answer.values[name]
        if value.shape != now.shape:
            yield Drift(f"{old.id}|value|{name}", "has another shape", old=value.shape, new=now.shape)
        elif not _is_same(value, now):
            ratio = yardstick.compare(now, value, old_answer.units[name], old.dtype).ratio
            yield Drift(f"{old.id}|value|{name}", "moved", ratio)
    for names in _judged_together(old_answer.units, new_answer.units):
        were, are = (np.concatenate([answer.units[n].ravel() for n in names]) for answer in (old_answer, new_answer))
        if were.shape != are.shape or yardstick.units_differ(were, are):
            yield Drift(f"{old.id}|unit|{','.join(names)}", "is another yardstick")


def _judged_together(old: Observations, new: Observations) -> Iterator[tuple[str, ...]]:
    """The observations of a case whose yardsticks are compared as one: arrays each by itself, single numbers together.

    The yardstick of one number is the largest of a few roundings of it, which from machine to machine is mostly chance.
    """
    numbers = tuple(name for name in old if old[name].size == new[name].size == 1)
    yield from ((name,) for name in old if name not in numbers)
    if numbers:
        yield numbers


def _input_drift(name: str, old: Array, new: Array) -> Iterator[Drift]:
    """An input that is not the same to the bit. What a draw computes is rounded as the machine at hand does it."""
    if old.dtype == new.dtype and _is_same(old, new):
        return
    if old.dtype != new.dtype or old.shape != new.shape or old.dtype.kind != "f":
        yield Drift(name, "is another input")
        return
    dtype, expected = old.dtype.name, old.astype(np.float64)
    yield Drift(name, "moved", yardstick.compare(new, expected, yardstick.unit(expected, (), dtype), dtype).ratio)


def _is_same(one: Array, other: Array) -> bool:
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f" and other.dtype.kind == "f"))


def _fields_of(case: Case, answer: Answer) -> dict[str, Any]:
    fields = {
        name: getattr(case, name)
        for name in ("contract", "seed", "index", "scenario", "dtype", "layout", "tag", "source")
    }
    return {
        "id": case.id,
        **fields,
        "options": case.options,
        "inputs": list(case.inputs),
        "observations": {name: list(value.shape) for name, value in answer.values.items()},
    }
