"""A fixture set on disk: the oracle's cases and answers, as safetensors and a manifest.

A set is a folder with ``manifest.json`` and one ``<stem>.safetensors`` a stem of ``contracts/``. For each case it has
the inputs, the float64 answers and their yardstick; the manifest has everything that is not an array (options, dialect,
layout, source), the seed, the versions that made it, and a SHA-256 of every array.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from conformance.cases import Array, Case, lay_out
from conformance.contract import Answer
from conformance.dialect import Dialect
from conformance.errors import FixtureError

FORMAT = "gradproof-fixtures/1"
COMMITTED = Path(__file__).resolve().parent.parent / "fixtures"
KEYS = {"seed", "cases_per_contract", "versions", "yardstick", "cases", "hashes"}
PARTS = ("input", "value", "unit")


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
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not manifest.keys() >= KEYS:
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


def digest(array: Array) -> str:
    """SHA-256 over dtype, shape and content."""
    head = f"{array.dtype.name}{array.shape}".encode()
    return hashlib.sha256(head + np.ascontiguousarray(array).tobytes()).hexdigest()


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
