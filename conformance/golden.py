"""Fixture sets: the oracle's cases and answers, written down as safetensors and a manifest.

A set is a folder with ``manifest.json`` and one ``<stem>.safetensors`` a stem of ``contracts/``. For each case it has
the inputs, the float64 answers and their yardstick; the manifest has everything that is not an array (options, dialect,
layout, source), the seed, the versions that made it, and a SHA-256 of every array. The same seed and versions give the
same bytes.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conformance import __version__, published, yardstick
from conformance.cases import Array, Case, lay_out
from conformance.contract import Contract
from conformance.contracts import contract_named, contracts_of, stems
from conformance.dialect import DEFAULT, Dialect
from conformance.errors import FixtureError
from conformance.oracle import DEFAULT_CASES, Answer, TorchOracle

FORMAT = "gradproof-fixtures/1"
COMMITTED = Path(__file__).resolve().parent.parent / "fixtures"
PARTS = ("input", "value", "unit")


@dataclass(frozen=True)
class Drift:
    """One array that is not what it was, and by how much (in yardsticks; None if it cannot be compared)."""

    array: str
    what: str
    ratio: float | None = None

    @property
    def is_beyond_yardstick(self) -> bool:
        """Whether the difference is more than rounding."""
        return self.ratio is None or not self.ratio <= 1


class FixtureSet:
    """A fixture set on disk, read lazily and checked as it is read."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest

    @classmethod
    def open(cls, folder: Path) -> "FixtureSet":
        """Read the manifest. Raises FixtureError if there is none or it is of another format."""
        path = folder / "manifest.json"
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise FixtureError(
                f"{folder} is no fixture set: it has no manifest.json; "
                f"make one with 'gradproof fixtures regenerate --out {folder}'"
            ) from None
        except (OSError, ValueError) as error:
            raise FixtureError(f"{path} cannot be read: {error}") from None
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise FixtureError(
                f"{path} is not of the format {FORMAT}; make the set anew with 'gradproof fixtures regenerate'"
            )
        return cls(folder, manifest)

    @property
    def seed(self) -> int:
        """The suite seed the cases were drawn with."""
        return int(self.manifest["seed"])

    def arrays(self, stem: str) -> dict[str, Array]:
        """All arrays of one stem, each compared with its hash. Raises FixtureError for a missing or changed one."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        path = self.folder / f"{stem}.safetensors"
        try:
            arrays: dict[str, Array] = load(path.read_bytes())
        except (OSError, SafetensorError) as error:
            raise FixtureError(f"{path} cannot be read: {error}") from None
        recorded = self.manifest["hashes"].get(stem, {})
        if set(arrays) != set(recorded):
            raise FixtureError(f"{path} does not have the arrays that the manifest lists; regenerate the set")
        for name, array in arrays.items():
            if digest(array) != recorded[name]:
                raise FixtureError(
                    f"{path}: the content of {name} is not what the manifest says; the file was changed or damaged"
                )
        return arrays

    def records(self, stem: str) -> Iterator[tuple[Case, Answer]]:
        """The cases of one stem and their answers, in the order they were written."""
        arrays = self.arrays(stem)
        grouped: dict[str, dict[str, dict[str, Array]]] = {}
        for key in arrays:
            case_id, part, name = key.rsplit("|", 2)
            grouped.setdefault(case_id, {p: {} for p in PARTS})[part][name] = arrays[key]
        for fields in self.manifest["cases"][stem]:
            parts = grouped.get(fields["id"], {p: {} for p in PARTS})
            yield (
                _case_from(fields, parts["input"]),
                Answer(*(_in_order(parts[p], fields["observations"]) for p in PARTS[1:])),
            )


class GoldenOracle:
    """Reads the answers of a fixture set."""

    name = "golden"

    def __init__(self, fixtures: FixtureSet) -> None:
        self._fixtures = fixtures
        self._answers: dict[str, Answer] = {}
        self._cases: dict[str, list[Case]] = {}
        self._read: set[str] = set()

    @classmethod
    def open(cls, folder: str | None, seed: int | None) -> "GoldenOracle":
        """The oracle of a set (None: the committed one). Raises FixtureError if the set has another seed."""
        fixtures = FixtureSet.open(Path(folder) if folder else COMMITTED)
        if seed is not None and seed != fixtures.seed:
            raise FixtureError(
                f"the fixture set {fixtures.folder} was made with another seed than {seed}; make one with "
                f"'gradproof fixtures regenerate --seed {seed} --out DIR' and pass --fixtures DIR, "
                "or use --oracle torch"
            )
        return cls(fixtures)

    @property
    def seed(self) -> int:
        """See :class:`conformance.oracle.Oracle`."""
        return self._fixtures.seed

    def cases(self, contract: Contract, dialect: Dialect = DEFAULT, count: int | None = None) -> tuple[Case, ...]:
        """See :class:`conformance.oracle.Oracle`. Raises FixtureError if fewer cases were recorded."""
        self._require(contract)
        tag = dialect.restricted(contract.dialects).tag(contract.dialects)
        recorded = self._cases.get(contract.name, [])
        drawn = [case for case in recorded if case.tag == tag and not case.source]
        if not drawn:
            raise FixtureError(
                f"the fixture set {self._fixtures.folder} has no cases of {contract.name} {tag}; regenerate it"
            )
        if count is not None and count > len(drawn):
            raise FixtureError(
                f"the fixture set has {len(drawn)} cases of {contract.name}, {count} are asked for; use --oracle torch"
            )
        return (*drawn[:count], *(case for case in recorded if case.source))

    def answer(self, case: Case) -> Answer:
        """See :class:`conformance.oracle.Oracle`."""
        self._require(contract_named(case.contract))
        try:
            return self._answers[case.id]
        except KeyError:
            raise FixtureError(
                f"the fixture set has no case {case.id}; use --oracle torch, or regenerate the set"
            ) from None

    def _require(self, contract: Contract) -> None:
        stem = stem_of(contract)
        if stem in self._read:
            return
        for case, answer in self._fixtures.records(stem):
            self._cases.setdefault(case.contract, []).append(case)
            self._answers[case.id] = answer
        self._read.add(stem)


def stem_of(contract: Contract) -> str:
    """The stem whose row this is."""
    return next(stem for stem in stems() if any(row.name == contract.name for row in contracts_of(stem)))


def regenerate(
    folder: Path, seed: int, cases: int = DEFAULT_CASES, tick: Callable[[str], None] = lambda _name: None
) -> FixtureSet:
    """Compute a set with the torch reference and write it. ``tick`` is told each contract as it is done."""
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "seed": seed,
        "cases_per_contract": cases,
        "versions": versions(),
        "yardstick": {"normwise": yardstick.NORMWISE, "elementwise": yardstick.ELEMENTWISE},
        "sources": {entry.case.id: entry.case.source for entry in published.entries()},
        "cases": {},
        "hashes": {},
    }
    for stem in stems():
        arrays: dict[str, Array] = {}
        listed = []
        for case, answer in computed(stem, seed, cases, tick):
            arrays.update(_named_arrays(case, answer))
            listed.append(_fields_of(case, answer))
        manifest["cases"][stem] = listed
        manifest["hashes"][stem] = {name: digest(array) for name, array in sorted(arrays.items())}
        _write(folder / f"{stem}.safetensors", save(arrays))
    _write(folder / "manifest.json", (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
    return FixtureSet(folder, manifest)


def computed(
    stem: str, seed: int, cases: int, tick: Callable[[str], None] = lambda _name: None
) -> Iterator[tuple[Case, Answer]]:
    """Every case of a stem, under every dialect that its contracts depend on, answered by torch."""
    oracle = TorchOracle(seed)
    for contract in contracts_of(stem):
        for dialect in (DEFAULT, *DEFAULT.variants(contract.dialects)):
            for case in oracle.cases(contract, dialect, cases):
                if not case.source or dialect == DEFAULT:
                    yield case, oracle.answer(case)
        tick(contract.name)


def drift(old: FixtureSet, new: Callable[[str], Iterator[tuple[Case, Answer]]]) -> Iterator[Drift]:
    """What differs between a set and other records of it, array by array."""
    for stem in stems():
        recorded = (
            {case.id: (case, answer) for case, answer in old.records(stem)} if stem in old.manifest["cases"] else {}
        )
        for case, answer in new(stem):
            if case.id not in recorded:
                yield Drift(case.id, "is new")
                continue
            yield from _case_drift(*recorded.pop(case.id), case, answer)
        for case_id in recorded:
            yield Drift(case_id, "is gone")


def digest(array: Array) -> str:
    """SHA-256 over dtype, shape and content."""
    head = f"{array.dtype.name}{array.shape}".encode()
    return hashlib.sha256(head + np.ascontiguousarray(array).tobytes()).hexdigest()


def versions() -> dict[str, str]:
    """The versions that decide what a set contains."""
    import torch

    return {"gradproof": __version__, "numpy": np.__version__, "torch": torch.__version__.partition("+")[0]}


def _case_drift(old: Case, old_answer: Answer, new: Case, new_answer: Answer) -> Iterator[Drift]:
    if (old.options, old.dtype, old.layout, old.dialect) != (new.options, new.dtype, new.layout, new.dialect):
        yield Drift(old.id, "has other options")
    if set(old.inputs) != set(new.inputs) or set(old_answer.values) != set(new_answer.values):
        yield Drift(old.id, "has other inputs or observations")
        return
    for name, array in old.inputs.items():
        if digest(array) != digest(np.ascontiguousarray(new.inputs[name])):
            yield Drift(f"{old.id}|input|{name}", "is another input")
    for name, value in old_answer.values.items():
        now = new_answer.values[name]
        if value.shape != now.shape:
            yield Drift(f"{old.id}|value|{name}", f"had shape {value.shape}, has {now.shape}")
        elif digest(value) != digest(now):
            ratio = yardstick.compare(now, value, old_answer.units[name], old.dtype).ratio
            yield Drift(f"{old.id}|value|{name}", "moved", ratio)


def _named_arrays(case: Case, answer: Answer) -> dict[str, Array]:
    parts = zip(PARTS, (case.inputs, answer.values, answer.units), strict=True)
    return {
        f"{case.id}|{part}|{name}": np.array(array, order="C") for part, group in parts for name, array in group.items()
    }


def _fields_of(case: Case, answer: Answer) -> dict[str, Any]:
    fields = {
        name: getattr(case, name)
        for name in ("contract", "seed", "index", "scenario", "dtype", "layout", "tag", "source")
    }
    return {
        "id": case.id,
        **fields,
        "options": case.options,
        "dialect": asdict(case.dialect),
        "inputs": list(case.inputs),
        "observations": list(answer.values),
    }


def _case_from(fields: dict[str, Any], inputs: dict[str, Array]) -> Case:
    known = {name: value for name, value in fields.items() if name not in ("id", "observations", "inputs", "dialect")}
    ordered = _in_order(inputs, fields["inputs"])
    laid_out = {name: lay_out(array, fields["layout"]) for name, array in ordered.items()}
    return Case(**known, inputs=laid_out, dialect=Dialect(**fields["dialect"]))


def _in_order(arrays: dict[str, Array], names: list[str]) -> dict[str, Array]:
    try:
        return {name: arrays[name] for name in names}
    except KeyError as error:
        raise FixtureError(f"a fixture file lacks the array {error}; regenerate the set") from None


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(path.suffix + ".part")
    temporary.write_bytes(content)
    temporary.replace(path)
