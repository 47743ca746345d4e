"""A fixture set on disk: the oracle's cases and answers, as safetensors and a manifest.

A set is a folder with ``manifest.json`` and one ``<stem>.safetensors.gz`` a stem of ``contracts/`` (gzip halves what is
recorded: most yardsticks are one number all over an array). For each case the file has its inputs, ``ID|input|NAME``,
and ``ID|answer``, float64 (2, n): all observations one after the other, flattened, in the first row their values and in
the second their yardstick. What is no array (options, dialect, layout, source, the observations' shapes) is JSON, a
list of the cases, in the file's metadata under ``cases``. The manifest has the seed, the versions that made it, how
many cases of which contracts each file has, and the SHA-256 of what is compressed in it.
"""

import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.conformance.errors import FixtureError, told
from gradproof.conformance.spec.cases import Array, Case, lay_out
from gradproof.conformance.spec.contract import Answer
from gradproof.conformance.spec.conventions import parse_tag
from gradproof.conformance.spec.words.said import say

FORMAT = "gradproof-fixtures/4"
UNIT_BITS = 16
DTYPES = {"BOOL": "?", **{f"{kind.upper()}{8 * size}": f"<{kind}{size}" for kind in "iuf" for size in (1, 2, 4, 8)}}
COMMITTED = Path(__file__).resolve().parents[2] / "fixtures"
KEYS = {"seed", "cases_per_contract", "versions", "yardstick", "cases", "sha256"}


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
        except (FileNotFoundError, NotADirectoryError):
            raise FixtureError(
                say(
                    "{folder} is no fixture set: it has no manifest.json; make one with 'gradproof fixtures "
                    "regenerate --out DIR'",
                    folder=folder,
                )
            ) from None
        except (OSError, ValueError) as error:
            raise FixtureError(say("{path} cannot be read: {reason}", path=path, reason=told(error))) from None
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not manifest.keys() >= KEYS:
            raise FixtureError(
                say(
                    "{path} is not of the format {format}; make the set anew with 'gradproof fixtures regenerate'",
                    path=path,
                    format=FORMAT,
                )
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
        """What the file of a stem holds. Raises FixtureError if it is not the file that was written."""
        if stem not in self.manifest["cases"]:
            raise FixtureError(
                say(
                    "the fixture set {folder} has no cases of {stem}; compute them with 'gradproof fixtures "
                    "regenerate' (of contracts of your own with --contracts FILE --out DIR), or use --oracle torch",
                    folder=self.folder,
                    stem=stem,
                )
            )
        path = self.folder / arrays_file(stem)
        try:
            content = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise FixtureError(say("{path} cannot be read: {reason}", path=path, reason=told(error))) from None
        if sha256_of(content) != self.manifest["sha256"].get(stem):
            raise FixtureError(
                say(
                    "{path} is not what the manifest says; it was changed or damaged, or the manifest was: make the "
                    "set anew with 'gradproof fixtures regenerate'",
                    path=path,
                )
            )
        return Stem(content)


@dataclass(frozen=True)
class Stem:
    """The file of one stem, decompressed and not yet taken apart: of many records few are asked for."""

    content: bytes

    def records(
        self, is_wanted: Callable[[Mapping[str, Any]], bool] = lambda _fields: True
    ) -> Iterator[tuple[Case, Answer]]:
        """The cases whose fields are wanted, and their answers, in the order they were written."""
        for fields in filter(is_wanted, self.listed):
            yield self._case(fields), self._answer(fields)

    @cached_property
    def listed(self) -> Sequence[Mapping[str, Any]]:
        """What each case has that is no array."""
        listed: list[dict[str, Any]] = json.loads(self._header["__metadata__"]["cases"])
        return listed

    def array(self, name: str) -> Array:
        """One array, to keep: as the safetensors header says where it is."""
        place = self._header[name]
        begin = self._start + place["data_offsets"][0]
        flat = np.frombuffer(self.content, DTYPES[place["dtype"]], math.prod(place["shape"]), begin)
        return flat.reshape(place["shape"]).copy()

    @cached_property
    def _start(self) -> int:
        return 8 + int.from_bytes(self.content[:8], "little")

    @cached_property
    def _header(self) -> dict[str, Any]:
        header: dict[str, Any] = json.loads(self.content[8 : self._start])
        return header

    def _case(self, fields: Mapping[str, Any]) -> Case:
        kept = ("contract", "seed", "index", "scenario", "dtype", "layout", "tag", "source", "options")
        stored = {name: self.array(f"{fields['id']}|input|{name}") for name in fields["inputs"]}
        inputs = {name: lay_out(array, fields["layout"]) for name, array in stored.items()}
        return Case(**{name: fields[name] for name in kept}, inputs=inputs, dialect=parse_tag(fields["tag"]))

    def _answer(self, fields: Mapping[str, Any]) -> Answer:
        values, units = self.array(f"{fields['id']}|answer")
        answer, begin = Answer({}, {}), 0
        for name, shape in fields["observations"].items():
            end = begin + math.prod(shape)
            answer.values[name], answer.units[name] = values[begin:end].reshape(shape), units[begin:end].reshape(shape)
            begin = end
        return answer


def arrays_file(stem: str) -> str:
    """The name of the file that holds the arrays of a stem."""
    return f"{stem}.safetensors.gz"


def stem_file(listed: Sequence[Mapping[str, Any]], arrays: dict[str, Array]) -> tuple[bytes, str]:
    """The file of a stem, and the SHA-256 of what is in it; the same cases give the same bytes."""
    from safetensors.numpy import save

    content = save(arrays, {"cases": json.dumps(listed, separators=(",", ":"))})
    return gzip.compress(content, mtime=0), sha256_of(content)


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


def sha256_of(content: bytes) -> str:
    """What the manifest has of a file."""
    return hashlib.sha256(content).hexdigest()
