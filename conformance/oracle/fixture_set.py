"""A fixture set on disk: the oracle's cases and answers, as safetensors and a manifest.

A set is a folder with ``manifest.json`` and one ``<stem>.safetensors.gz`` a stem of ``contracts/`` (gzip halves what is
recorded: most yardsticks are one number all over an array). For each case the file has its inputs, ``ID|input|NAME``,
and ``ID|answer``, float64 (2, n): all observations one after the other, flattened, in the first row their values and in
the second their yardstick. The manifest has everything that is not an array (options, dialect, layout, source, the
observations' shapes), the seed, the versions that made it, and a SHA-256 of every case.
"""

import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.conformance.errors import FixtureError
from gradproof.conformance.spec.cases import Array, Case, lay_out
from gradproof.conformance.spec.contract import Answer
from gradproof.conformance.spec.conventions import parse_tag

FORMAT = "gradproof-fixtures/3"
UNIT_BITS = 16
COMMITTED = Path(__file__).resolve().parents[2] / "fixtures"
KEYS = {"seed", "cases_per_contract", "versions", "yardstick", "cases"}


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

    @property
    def is_partial(self) -> bool:
        """Whether it was made of some contracts only, so that it lacks nothing if it lacks others."""
        return bool(self.manifest.get("partial"))

    def records(self, stem: str) -> Iterator[tuple[Case, Answer]]:
        """The cases of one stem and their answers, in the order they were written.

        Raises FixtureError if the file does not have what the manifest lists, to the bit.
        """
        return self.stem(stem).records()

    def stem(self, stem: str) -> "Stem":
        """What the file of a stem holds. Raises FixtureError if that are not the arrays that the manifest lists."""
        if stem not in self.manifest["cases"]:
            raise FixtureError(
                f"the fixture set {self.folder} has no cases of {stem}; make one with 'gradproof fixtures regenerate "
                "--contracts FILE --out DIR', or use --oracle torch"
            )
        arrays, listed = self._arrays(stem), self.manifest["cases"][stem]
        names = {name for fields in listed for name in _array_names(fields)}
        if lacking := names - arrays.keys():
            raise FixtureError(f"{arrays_file(stem)} lacks {lacking}; regenerate the set")
        if len(arrays) > len(names):
            raise FixtureError(f"{arrays_file(stem)} has arrays that the manifest does not list; regenerate the set")
        return Stem(self.folder / arrays_file(stem), listed, arrays)

    def _arrays(self, stem: str) -> dict[str, Array]:
        from safetensors import SafetensorError

        path = self.folder / arrays_file(stem)
        try:
            return load_arrays(path)
        except (OSError, EOFError, zlib.error, SafetensorError) as error:
            raise FixtureError(f"{path} cannot be read: {error}") from None


@dataclass(frozen=True)
class Stem:
    """The file of one stem, read and not yet taken apart: of many records few are asked for."""

    path: Path
    listed: Sequence[Mapping[str, Any]]
    arrays: Mapping[str, Array]

    def records(
        self, is_wanted: Callable[[Mapping[str, Any]], bool] = lambda _fields: True
    ) -> Iterator[tuple[Case, Answer]]:
        """The cases whose fields are wanted, and their answers. Raises FixtureError if one is not what it was."""
        for fields in filter(is_wanted, self.listed):
            own = {name: self.arrays[name] for name in _array_names(fields)}
            if sha256_of(own) != fields["sha256"]:
                raise FixtureError(
                    f"{self.path}: the content of {fields['id']} is not what the manifest says; "
                    "the file was changed or damaged"
                )
            yield _case_from(fields, own), _answer_from(fields, own[f"{fields['id']}|answer"])


def arrays_file(stem: str) -> str:
    """The name of the file that holds the arrays of a stem."""
    return f"{stem}.safetensors.gz"


def load_arrays(path: Path) -> dict[str, Array]:
    """All arrays of a file, by name. Raises OSError, EOFError, zlib.error or SafetensorError if it is damaged."""
    from safetensors.numpy import load

    arrays: dict[str, Array] = load(gzip.decompress(path.read_bytes()))
    return arrays


def save_arrays(path: Path, arrays: dict[str, Array]) -> None:
    """Write all arrays of a file, whole or not at all; the same arrays give the same bytes."""
    from safetensors.numpy import save

    write(path, gzip.compress(save(arrays), mtime=0))


def write(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    temporary = path.with_suffix(path.suffix + ".part")
    temporary.write_bytes(content)
    temporary.replace(path)


def packed(case: Case, answer: Answer) -> dict[str, Array]:
    """The arrays of a case, as they are written."""
    flat = [[part[name].ravel() for name in answer.values] for part in (answer.values, answer.units)]
    values, units = (np.concatenate([*arrays, np.zeros(0)]) for arrays in flat)
    inputs = {f"{case.id}|input|{name}": np.array(array, order="C") for name, array in case.inputs.items()}
    return {**inputs, f"{case.id}|answer": np.stack([values, shortened(units)])}


def shortened(units: Array) -> Array:
    """Yardsticks to ``UNIT_BITS`` binary digits, which are more than an estimate has, and a quarter of the space."""
    mantissa, exponent = np.frexp(units)
    short: Array = np.ldexp(np.round(np.ldexp(mantissa, UNIT_BITS)), exponent - UNIT_BITS)
    return short


def sha256_of(arrays: dict[str, Array]) -> str:
    """SHA-256 over names, dtypes, shapes and contents."""
    sha = hashlib.sha256()
    for name, array in arrays.items():
        sha.update(f"{name}{_name_of(array.dtype)}{array.shape}".encode())
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()


@cache
def _name_of(dtype: np.dtype[Any]) -> str:
    return dtype.name


def _array_names(fields: Mapping[str, Any]) -> list[str]:
    return [*(f"{fields['id']}|input|{name}" for name in fields["inputs"]), f"{fields['id']}|answer"]


def _case_from(fields: Mapping[str, Any], arrays: Mapping[str, Array]) -> Case:
    kept = ("contract", "seed", "index", "scenario", "dtype", "layout", "tag", "source", "options")
    inputs = {name: lay_out(arrays[f"{fields['id']}|input|{name}"], fields["layout"]) for name in fields["inputs"]}
    return Case(**{name: fields[name] for name in kept}, inputs=inputs, dialect=parse_tag(fields["tag"]))


def _answer_from(fields: Mapping[str, Any], packed_answer: Array) -> Answer:
    values, units = packed_answer
    answer, begin = Answer({}, {}), 0
    for name, shape in fields["observations"].items():
        end = begin + math.prod(shape)
        answer.values[name], answer.units[name] = values[begin:end].reshape(shape), units[begin:end].reshape(shape)
        begin = end
    return answer
