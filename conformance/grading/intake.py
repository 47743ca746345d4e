"""The hand-ins of a class: which there are, what each one's digest is, and a copy of one that can be judged.

A hand-in is a folder, a Python file, a zip or tar archive, or a notebook. Nothing of it is run here, nothing is written
outside the scratch folder, and what is wrong with one is an :class:`IntakeProblem` of that one.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType

from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading import folders
from gradproof.conformance.grading.archives import unpack
from gradproof.conformance.grading.code import SUFFIXES, UNOPENED, Opened, bounded, converted, with_code
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
)
from gradproof.conformance.spec.words.said import few, say

__all__ = [
    "DEFAULT",
    "Bounds",
    "HandIn",
    "IntakeProblem",
    "Opened",
    "digest",
    "find",
    "one",
    "opened",
    "prepared",
    "printable",
    "with_names",
]
HOME = "cs231n"  # files that were handed in without their folder may import each other from it


def find(
    directory: Path,
    problems: Mapping[str, str] = MappingProxyType({}),
    may_be_empty: bool = False,
    out: Path | None = None,
) -> tuple[HandIn, ...]:
    """All that was handed in to a class, by name; ``problems`` are known ones, by what is called so in DIR.

    The folder ``out`` of their results is none of them, though it may lie there. What cannot be opened is a hand-in as
    well, one with a problem: nothing that a student handed in vanishes. Raises UsageError if there is none that can be,
    unless more may come.
    """
    found = [(path, *kind_of(path)) for path in _listed(directory) if not _lies_at(path, directory, out)]
    if not may_be_empty and all(kind == "other" for _, _, kind in found):
        wanted = say("folders, .py files, notebooks and .zip, .tar.gz, .tgz or .tar archives")
        raise UsageError(
            say("{directory} holds no hand-in, expected {wanted}", directory=printable(str(directory)), wanted=wanted)
        )
    names = _unique([(printable(stem), printable(path.name)) for path, stem, _ in found])
    hand_ins = [
        HandIn(name, path, kind, problems.get(path.name) or (_refused(path) if kind == "other" else ""))
        for name, (path, _, kind) in zip(names, found, strict=True)
    ]
    return tuple(sorted(hand_ins, key=lambda hand_in: hand_in.name))


def one(path: Path) -> HandIn:
    """What was handed in at a path. Raises UsageError if that is no hand-in."""
    name, kind = kind_of(path)
    if kind == "other":
        wanted = say("a folder, a .py file, a notebook or a .zip, .tar.gz, .tgz or .tar archive")
        raise UsageError(say("{path} is no hand-in, expected {wanted}", path=printable(str(path)), wanted=wanted))
    return HandIn(printable(name), path, kind)


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


def digest(hand_in: HandIn, bounds: Bounds = DEFAULT) -> str:
    """The sha256 of what was handed in. Raises IntakeProblem if it cannot be read or is too large."""
    if hand_in.path.is_symlink():
        return hashlib.sha256(os.fsencode(hand_in.path.readlink())).hexdigest()
    if hand_in.kind == "other" and not hand_in.path.is_file():
        return hashlib.sha256().hexdigest()
    if hand_in.kind == "folder":
        return folders.digest(hand_in.path, bounds)
    total = hashlib.sha256()
    for chunk in bounded(hand_in.path, bounds.size):
        total.update(chunk)
    return total.hexdigest()


def opened(hand_in: HandIn, scratch: Path, bounds: Bounds = DEFAULT) -> Path:
    """The path of :func:`prepared`, without its notes."""
    return prepared(hand_in, scratch, bounds).path


def prepared(hand_in: HandIn, scratch: Path, bounds: Bounds = DEFAULT) -> Opened:
    """Copy, unpack or convert a hand-in into ``scratch``, an empty folder. Raises IntakeProblem if it cannot be."""
    made = _prepared(hand_in, scratch, bounds)
    return replace(made, notes=few(made.notes))


def _prepared(hand_in: HandIn, scratch: Path, bounds: Bounds) -> Opened:
    path = hand_in.path
    if hand_in.problem:
        raise IntakeProblem(hand_in.problem)
    if path.is_symlink():
        raise IntakeProblem(say("it is a link, expected the file or folder itself"))
    room = Room(scratch / HOME, bounds)
    match hand_in.kind:
        case "file":
            name = _own_name(path)
            room.put((name,), contents(path))
            return Opened(room.folder / name)
        case "notebook":
            return converted(path, room, bounds)
        case "archive":
            unpack(path, room, bounds)
            return with_code(room.folder, (), bounds)
        case "folder":
            return with_code(room.folder, folders.copy(path, room, bounds), bounds)
        case _:
            raise IntakeProblem(_refused(path))


def _own_name(path: Path) -> str:
    """What its student calls the file, by which reports tell of it; another, where that cannot be printed."""
    name = f"{path.name[: -len('.py')]}.py"
    return name if name.isprintable() else "handin.py"


def _listed(directory: Path) -> list[Path]:
    try:
        return [path for path in directory.iterdir() if not is_junk(path.name)]
    except OSError as error:
        where = printable(str(directory))
        raise UsageError(
            say("{where} cannot be read as a folder of hand-ins: {reason}", where=where, reason=error.strerror)
        ) from None


def _lies_at(path: Path, directory: Path, out: Path | None) -> bool:
    """Whether what lies in a folder is that one; what is a link, round in a circle perhaps, is not followed."""
    return out is not None and directory.resolve() / path.name == out.resolve()


def kind_of(path: Path) -> tuple[str, Kind]:
    """The name without its suffix, and what it is. What is a link is never looked into."""
    is_link = path.is_symlink()
    if (is_link and not path.suffix) or (not is_link and path.is_dir()):
        return path.name, "folder"
    if is_link or path.is_file():
        for suffix, kind in SUFFIXES.items():
            if path.name.lower().endswith(suffix):
                return path.name[: -len(suffix)], kind
    return path.name, "other"


def _refused(path: Path) -> str:
    if not path.is_file():
        return say("it is no plain file")
    if path.suffix.lower() in UNOPENED:
        return say(
            "it is an archive of a kind that is not opened ({suffix}): hand in a .zip or .tar.gz archive",
            suffix=path.suffix,
        )
    return say("it is no folder, Python file, notebook or archive (.zip, .tar.gz), and so cannot be judged")


def _unique(names: list[tuple[str, str]]) -> list[str]:
    """Each short name, or the full one where short ones would be confused."""
    chosen = [short for short, _ in names]
    while True:
        counts = Counter(map(folded, chosen))
        again = [full if counts[folded(name)] > 1 else name for name, (_, full) in zip(chosen, names, strict=True)]
        if again == chosen:
            return chosen
        chosen = again
