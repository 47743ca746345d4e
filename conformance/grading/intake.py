"""The hand-ins of a class: which there are, what each one's digest is, and a copy of one that can be judged.

A hand-in is a folder, a Python file, a zip or tar archive, or a notebook. Nothing of it is run here, nothing is written
outside the scratch folder, and what is wrong with one is an :class:`IntakeProblem` of that one.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading import folders, notebooks
from gradproof.conformance.grading.archives import unpack
from gradproof.conformance.grading.handin import (
    DEFAULT,
    Bounds,
    HandIn,
    IntakeProblem,
    Kind,
    Room,
    contents,
    folded,
    is_junk,
    printable,
    too_large,
)

__all__ = [
    "DEFAULT",
    "Bounds",
    "HandIn",
    "IntakeProblem",
    "Opened",
    "digest",
    "find",
    "ignored",
    "one",
    "opened",
    "prepared",
    "printable",
    "with_names",
]

SUFFIXES: dict[str, Kind] = {
    ".tar.gz": "archive",
    ".tgz": "archive",
    ".tar": "archive",
    ".zip": "archive",
    ".ipynb": "notebook",
    ".py": "file",
}
HOME = "cs231n"  # files that were handed in without their folder may import each other from it
NOTEBOOK = "notebook.py"


@dataclass(frozen=True)
class Opened:
    """A copy of a hand-in, a folder or a Python file, and what was left out of it."""

    path: Path
    notes: tuple[str, ...] = ()


def find(directory: Path) -> tuple[HandIn, ...]:
    """The hand-ins of a class, by name. Raises UsageError if there is none."""
    found = [(path, *kind) for path in _listed(directory) if (kind := _kind(path))]
    if not found:
        wanted = "folders, .py files, notebooks and .zip, .tar.gz, .tgz or .tar archives"
        raise UsageError(f"{printable(str(directory))} holds no hand-in, expected {wanted}")
    names = _unique([(printable(stem), printable(path.name)) for path, stem, _ in found])
    hand_ins = [HandIn(name, path, kind) for name, (path, _, kind) in zip(names, found, strict=True)]
    return tuple(sorted(hand_ins, key=lambda hand_in: hand_in.name))


def one(path: Path) -> HandIn:
    """What was handed in at a path. Raises UsageError if that is no hand-in."""
    kind = _kind(path)
    if kind is None:
        wanted = "a folder, a .py file, a notebook or a .zip, .tar.gz, .tgz or .tar archive"
        raise UsageError(f"{printable(str(path))} is no hand-in, expected {wanted}")
    return HandIn(printable(kind[0]), path, kind[1])


def with_names(hand_ins: Iterable[HandIn], given: Mapping[str, str]) -> tuple[HandIn, ...]:
    """The same, with the names that some were given before, by what they are called in DIR. None takes another's."""
    hand_ins = tuple(hand_ins)
    given_away, named = {folded(name) for name in given.values()}, []
    taken = given_away | {folded(each.name) for each in hand_ins}
    for each in hand_ins:
        name, whole = given.get(each.path.name, each.name), printable(each.path.name)
        if each.path.name not in given and folded(name) in given_away:
            name = next(n for n in chain((whole,), (f"{whole} ({k})" for k in count(2))) if folded(n) not in taken)
            taken.add(folded(name))
        named.append(replace(each, name=name))
    return tuple(sorted(named, key=lambda hand_in: hand_in.name))


def ignored(directory: Path) -> tuple[str, ...]:
    """The printable names of what is there and is no hand-in, hidden files and systems' leftovers aside."""
    return tuple(sorted(printable(path.name) for path in _listed(directory) if not _kind(path)))


def digest(hand_in: HandIn, bounds: Bounds = DEFAULT) -> str:
    """The sha256 of what was handed in. Raises IntakeProblem if it cannot be read or is too large."""
    if hand_in.path.is_symlink():
        return hashlib.sha256(os.fsencode(hand_in.path.readlink())).hexdigest()
    if hand_in.kind == "folder":
        return folders.digest(hand_in.path, bounds)
    total = hashlib.sha256()
    for chunk in _bounded(hand_in.path, bounds.size):
        total.update(chunk)
    return total.hexdigest()


def opened(hand_in: HandIn, scratch: Path, bounds: Bounds = DEFAULT) -> Path:
    """The path of :func:`prepared`, without its notes."""
    return prepared(hand_in, scratch, bounds).path


def prepared(hand_in: HandIn, scratch: Path, bounds: Bounds = DEFAULT) -> Opened:
    """Copy, unpack or convert a hand-in into ``scratch``, an empty folder. Raises IntakeProblem if it cannot be."""
    path = hand_in.path
    if path.is_symlink():
        raise IntakeProblem("it is a link, expected the file or folder itself")
    room = Room(scratch / HOME, bounds)
    match hand_in.kind:
        case "file":
            room.put((_module_file(path),), contents(path))
            return Opened(room.folder / _module_file(path))
        case "notebook":
            return _converted(path, room, bounds)
        case "archive":
            unpack(path, room, bounds)
            return _with_code(_innermost(room.folder), (), bounds)
        case "folder":
            notes = folders.copy(path, room, bounds)
            return _with_code(_innermost(room.folder), notes, bounds)


def _with_code(folder: Path, notes: tuple[str, ...], bounds: Bounds) -> Opened:
    """The folder, if it holds Python files; if it holds one notebook instead, that."""
    if next(folder.rglob("*.py"), None):
        return Opened(folder, notes)
    found = sorted(folder.rglob("*.ipynb"))
    if len(found) != 1:
        what = f"{len(found)} notebooks, expected one" if found else "no notebook"
        raise IntakeProblem(f"it holds no Python file and {what}")
    converted = _converted(found[0], Room(found[0].parent, bounds), bounds)
    return Opened(converted.path, (*notes, *converted.notes))


def _converted(notebook: Path, room: Room, bounds: Bounds) -> Opened:
    converted = notebooks.convert(b"".join(_bounded(notebook, bounds.notebook)), bounds)
    room.put((NOTEBOOK,), [converted.source.encode()])
    return Opened(room.folder / NOTEBOOK, converted.notes)


def _innermost(folder: Path) -> Path:
    """The folder that holds more than one folder: archives often have one around all."""
    while len(inside := list(folder.iterdir())) == 1 and inside[0].is_dir():
        folder = inside[0]
    return folder


def _module_file(path: Path) -> str:
    """A name that Python can import; students' files have names such as ``smith (1).v2.py``."""
    stem = path.name[: -len(".py")]
    return f"{stem}.py" if stem.isidentifier() else "handin.py"


def _bounded(path: Path, size: int) -> Iterator[bytes]:
    room = size
    for chunk in contents(path):
        room -= len(chunk)
        if room < 0:
            raise too_large(size)
        yield chunk


def _listed(directory: Path) -> list[Path]:
    try:
        return [path for path in directory.iterdir() if not is_junk(path.name)]
    except OSError as error:
        where = printable(str(directory))
        raise UsageError(f"{where} cannot be read as a folder of hand-ins: {error.strerror}") from None


def _kind(path: Path) -> tuple[str, Kind] | None:
    """The name without its suffix, and what it is; or None. What is a link is never looked into."""
    is_link = path.is_symlink()
    if (is_link and not path.suffix) or (not is_link and path.is_dir()):
        return path.name, "folder"
    if not is_link and not path.is_file():
        return None
    for suffix, kind in SUFFIXES.items():
        if path.name.lower().endswith(suffix):
            return path.name[: -len(suffix)], kind
    return None


def _unique(names: list[tuple[str, str]]) -> list[str]:
    """Each short name, or the full one where short ones would be confused."""
    chosen = [short for short, _ in names]
    while True:
        counts = Counter(map(folded, chosen))
        again = [full if counts[folded(name)] > 1 else name for name, (_, full) in zip(chosen, names, strict=True)]
        if again == chosen:
            return chosen
        chosen = again
