"""What a submission gave, request by request, as bytes.

Each contract has two parts: what was said, in which names of files may stand, and the arrays, each once. So two
submissions that give the same share the latter.
"""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np

from gradproof.conformance.engine.places import Place
from gradproof.conformance.engine.recollection import Grounds, Told
from gradproof.conformance.harness.caller import Observed, Watch
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.findings import Finding
from gradproof.conformance.spec.limits import MIB
from gradproof.conformance.spec.plain import as_plain, from_plain, thing_from_plain
from gradproof.conformance.spec.words import said

Answer = Observed | Finding | Array  # of a case, and of a probe
ARRAYS = ".arrays"
LEVEL = 3  # of zlib: 6 makes it a tenth smaller in twice the time
MOST = 256 * MIB  # bytes of a part, unpacked
ALIKE = 2 * MIB  # bytes, unpacked, of a part that is kept for a while: right submissions of a class give the same
MOST_HELD = 128 * MIB  # bytes of all arrays of one submission
ABOUT = "inventory"  # the part that is about the submission itself
TOLD = ("hash_seed", "notes", "given", "setting", "wall", "places", "likeness", "explanations", "grounds")


class NotATape(ValueError):
    """The bytes are no part of a tape, or not of this version."""


@dataclass
class Tape:
    """The answers of one submission."""

    inventory: Inventory | None = None
    hash_seed: str = ""
    notes: tuple[str, ...] = ()  # of what was left out of the hand-in
    given: str = ""  # where its owner finds the hand-in
    setting: str = ""  # how it was loaded: what is loaded otherwise may give something else
    wall: str = ""
    places: dict[str, Place] = field(default_factory=dict)  # of its functions
    likeness: str = ""
    explanations: dict[str, Told] = field(default_factory=dict)  # what was said of failures
    grounds: dict[str, Grounds] = field(default_factory=dict)  # and of what
    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)  # by contract and request
    is_full: bool = False  # it gave more than is kept: nothing of it is
    _bytes: int = 0

    def add(self, contract: Contract, key: str, answer: Answer) -> None:
        """Keep an answer; the first one to a request stays. What a flood gives is not kept."""
        self._bytes += _size(answer)
        if self._bytes > MOST_HELD:
            self.is_full = True
            self.answers.clear()
        if not self.is_full:
            self.answers.setdefault(contract.name, {}).setdefault(key, answer)

    def put(self, contract: Contract, key: str, answer: Answer) -> None:
        """Keep an answer in the place of an earlier one."""
        self.answers.get(contract.name, {}).pop(key, None)
        self.add(contract, key, answer)

    def get(self, contract: Contract, key: str) -> Answer | None:
        """The answer to a request, if it was made."""
        return self.answers.get(contract.name, {}).get(key)


def key_of(case: Case, transplanted: tuple[str, ...], how: Mapping[str, object], more: Mapping[str, Array]) -> str:
    """A digest of all that a request asks. That of a case is made once; what a probe asks beside it is its own."""
    asked = ("key", transplanted, *sorted(how.items()))
    if more or asked not in case.kept:
        made = _key_of(case, transplanted, how, more)
        return made if more else str(case.kept.setdefault(asked, made))
    return str(case.kept[asked])


def _key_of(case: Case, transplanted: tuple[str, ...], how: Mapping[str, object], more: Mapping[str, Array]) -> str:
    told = {"case": case.id, "options": case.scalar_options(), "how": dict(how), "proven": sorted(transplanted)}
    digest = sha256(json.dumps(told, sort_keys=True, default=str).encode())
    for name, array in sorted({**case.inputs, **{f"probe {name}": each for name, each in more.items()}}.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(_content(array))
    return digest.hexdigest()[:32]


def packed(tape: Tape) -> dict[str, bytes]:
    """The parts of a tape, by contract, and one about the submission; none, if it is full.

    The same answers make the same bytes.
    """
    if tape.is_full:
        return {}
    about = {name: getattr(tape, name) for name in TOLD}
    about["notes"] = [_plainly(note) for note in tape.notes]
    about["explanations"] = {
        key: {check: {name: _plainly(words) for name, words in told.items()} for check, told in of.items()}
        for key, of in tape.explanations.items()
    }
    offered = asdict(tape.inventory or Inventory({}))
    about["inventory"] = {name: _each(_plainly, value) for name, value in offered.items()}
    parts = {ABOUT: _packed(about, [])}
    for name, answers in tape.answers.items():
        arrays = _Arrays()
        index = {key: _plain(answers[key], arrays) for key in sorted(answers)}
        parts[name] = _packed(index, arrays.kept)
        parts[f"{name}{ARRAYS}"] = _deflated(b"".join(map(_content, arrays.kept)))
    return parts


def unpacked(parts: Mapping[str, bytes]) -> Tape:
    """The tape of these parts. Raises NotATape."""
    try:
        about, _ = _unpacked(parts[ABOUT], zlib.compress(b""))
        tape = Tape(_inventory(about["inventory"]), **{name: about[name] for name in TOLD})
        tape.notes = tuple(map(_said, tape.notes))
        tape.explanations = {
            key: {check: {name: _said(words) for name, words in told.items()} for check, told in of.items()}
            for key, of in tape.explanations.items()
        }
        tape.places = {name: Place(*place) for name, place in tape.places.items()}
        for name, part in parts.items():
            if name != ABOUT and not name.endswith(ARRAYS):
                index, arrays = _unpacked(part, parts[f"{name}{ARRAYS}"])
                tape.answers[name] = {key: _answer(told, arrays) for key, told in index.items()}
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise NotATape(f"{type(error).__name__}: {error}") from None
    return tape


def _plainly(words: Any) -> Any:
    """What an explanation says, as plain data: a text with what it is made of, or several."""
    if isinstance(words, tuple):
        return [_plainly(each) for each in words]
    return said.kept(words)


def _each(made: Callable[[Any], Any], value: Any) -> Any:
    """Texts by name, or several texts, each made into what is kept of it, or back."""
    return {name: made(each) for name, each in value.items()} if isinstance(value, dict) else made(value)


def _said(words: Any) -> Any:
    return tuple(map(_said, words)) if isinstance(words, list) else said.restored(words)


class _Arrays:
    """Arrays, each once; one is told by its number."""

    def __init__(self) -> None:
        self.kept: list[Array] = []
        self._numbers: dict[tuple[str, tuple[int, ...], bytes], int] = {}

    def number(self, array: Array) -> int:
        content = _content(array)
        key = (array.dtype.str, array.shape, content)
        if key not in self._numbers:
            self._numbers[key] = len(self.kept)
            self.kept.append(array)
        return self._numbers[key]


def _packed(index: Mapping[str, Any], arrays: list[Array]) -> bytes:
    shapes = [[array.dtype.str, list(array.shape)] for array in arrays]
    return _deflated(json.dumps({"arrays": shapes, "index": index}).encode())  # in the order in which it came


def _unpacked(told: bytes, arrays: bytes) -> tuple[dict[str, Any], list[Array]]:
    head, content, at = json.loads(_inflated(told)), _inflated(arrays), 0
    found = []
    for kind, shape in head["arrays"]:
        dtype = np.dtype(kind)
        size = dtype.itemsize * int(np.prod(shape, dtype=int))
        found.append(np.frombuffer(content[at : at + size], dtype).reshape(shape))
        at += size
    return head["index"], found


def _deflated(content: bytes) -> bytes:
    return _same_deflated(content) if len(content) <= ALIKE else zlib.compress(content, LEVEL)


@lru_cache(maxsize=32)
def _same_deflated(content: bytes) -> bytes:
    return zlib.compress(content, LEVEL)


def _inflated(part: bytes) -> bytes:
    decoder = zlib.decompressobj()
    content = decoder.decompress(part, MOST)
    if decoder.unconsumed_tail:
        raise NotATape(f"a part of more than {MOST // MIB} MiB")
    return content


def _content(array: Array) -> bytes:
    return np.ascontiguousarray(array).tobytes()


def _size(answer: Answer) -> int:
    """Bytes of its arrays."""
    if isinstance(answer, np.ndarray):
        return answer.nbytes
    if isinstance(answer, Finding):
        return 0
    return sum(each.nbytes for each in (*answer.arrays.values(), *answer.watched.values()))


def _plain(answer: Answer, arrays: _Arrays) -> dict[str, Any]:
    if isinstance(answer, Finding):
        return {"finding": as_plain(answer)}
    if isinstance(answer, np.ndarray):
        return {"array": arrays.number(answer)}
    told = {
        "arrays": {name: arrays.number(each) for name, each in answer.arrays.items()},
        "oddities": {name: asdict(each) for name, each in answer.oddities.items()},
        "error": as_plain(answer.error) if answer.error else None,
        "printed": answer.printed,
        "watched": [[*key, arrays.number(each)] for key, each in answer.watched.items()],
        "parameters": [[*key, dict(each)] for key, each in answer.parameters.items()],
        "script": list(answer.script),
    }
    return {name: value for name, value in told.items() if value}


def _answer(told: Mapping[str, Any], arrays: list[Array]) -> Answer:
    if "finding" in told:
        return from_plain(told["finding"])
    if "array" in told:
        array: Array = arrays[told["array"]]
        return array
    return Observed(
        arrays={name: arrays[number] for name, number in told.get("arrays", {}).items()},
        oddities={name: thing_from_plain(each, str) for name, each in told.get("oddities", {}).items()},
        error=from_plain(told["error"]) if "error" in told else None,
        printed=told.get("printed", 0),
        watched={Watch(*key): arrays[number] for *key, number in told.get("watched", ())},
        parameters={Watch(*key): each for *key, each in told.get("parameters", ())},
        script=tuple(told.get("script", ())),
    )


def _inventory(told: Mapping[str, Any]) -> Inventory:
    fields: dict[str, Any] = {name: _each(_said, value) for name, value in told.items()}
    return Inventory(**fields)
