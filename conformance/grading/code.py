"""Where the code is in what was handed in: in a folder, in an archive or notebook in it, in the newest of several.

One rule for all: Python files count before archives, archives before notebooks, and of several that are alike the
newest (:mod:`gradproof.conformance.spec.versions`). Each thing that is left out by it has a note.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gradproof.conformance.errors import words_of
from gradproof.conformance.grading import notebooks
from gradproof.conformance.grading.archives import unpack
from gradproof.conformance.grading.handin import Bounds, IntakeProblem, Kind, Room, contents, shown, too_large
from gradproof.conformance.harness.loader import TEST, source_files
from gradproof.conformance.harness.source.names import defined_names, written_names
from gradproof.conformance.spec.contracts import function_names
from gradproof.conformance.spec.versions import MINUTE, newest, original
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

SUFFIXES: dict[str, Kind] = {
    ".tar.gz": "archive",
    ".tgz": "archive",
    ".tar": "archive",
    ".zip": "archive",
    ".ipynb": "notebook",
    ".py": "file",
}
UNOPENED = (".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".lz4", ".z", ".cab", ".iso")
NOTEBOOK = "notebook.py"
HERE = "."
MOST_NESTED = 2  # archives inside one another, the first one aside
MOST_TRIED = 5  # archives in one folder
MOST_PARSED = 1 << 18  # bytes of one hand-in: what else its files define is looked up in their text

SEVERAL = "it holds several versions: {name} is judged, the newest, and not {others}"
SEVERAL_HERE = "it holds several versions: what lies in no folder is judged, the newest, and not {others}"
IS_TEXT = "{name} is a text by its name: call it {right}"
MESSAGES = (SEVERAL, SEVERAL_HERE, IS_TEXT)


@dataclass(frozen=True)
class Opened:
    """A copy of a hand-in, a folder or a Python file, and what was left out of it."""

    path: Path
    notes: tuple[str, ...] = ()


def with_code(folder: Path, notes: Sequence[str], bounds: Bounds, nested: int = 0) -> Opened:
    """Where the code is below a folder that may be written to. Raises IntakeProblem if there is none."""
    folder = _innermost(folder)
    notes = (*notes, *_unopened(folder))
    files = list(source_files(folder))
    if any(defined for _, defined in _defined(files)):
        return newest_home(folder, (*notes, *_left_shut(folder)), is_ours=True)
    if nested < MOST_NESTED and (found := _in_archives(folder, notes, bounds, nested)):
        return found
    if files:
        return Opened(folder, notes)
    books = [path for path in sorted(folder.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
    if not books:
        said = (say("it holds no Python file and no notebook"), *notes, *_tests(folder))
        raise IntakeProblem(joined(SENTENCES, said))
    if len({(path.parent, original(path.stem)) for path in books}) > 1:
        raise IntakeProblem(say("it holds no Python file and {count} notebooks, expected one", count=len(books)))
    chosen, others = _newest(books)
    found = converted(chosen, Room(chosen.parent, bounds), bounds)
    return Opened(found.path, (*notes, *others, *found.notes))


def newest_home(folder: Path, notes: Sequence[str] = (), is_ours: bool = False) -> Opened:
    """The folder; or the newest of the folders in it that are versions of one submission.

    Where only some of their functions are alike they are several submissions, which the loader does not take. If the
    copy is ours, versions beside the newest files are removed from it.
    """
    versions = _versions(folder)
    if len(versions) < 2:
        return Opened(folder, tuple(notes))
    times = {name: version.modified for name, version in versions.items()}
    chosen = HERE if times.get(HERE, 0.0) >= max(times.values()) - MINUTE else newest(times)
    others = {name: version.path for name, version in versions.items() if name != chosen}
    is_whole = all(version.defined <= versions[chosen].defined for version in versions.values())
    if not is_whole or (chosen == HERE and not is_ours):
        return Opened(folder, tuple(notes))
    left = shown((", ".join(others),))
    if chosen != HERE:
        told = say(SEVERAL, name=shown((chosen,)), others=left)
        return Opened(versions[chosen].path, (*notes, told))
    for path in others.values():
        shutil.rmtree(path)
    return Opened(folder, (*notes, say(SEVERAL_HERE, others=left)))


@dataclass
class Version:
    """A folder that defines functions which others beside it define too."""

    path: Path
    modified: float = 0.0
    defined: set[str] = field(default_factory=set)


def _versions(folder: Path) -> dict[str, Version]:
    """The folders that each define a function that another does, by their names below what holds them all."""
    files = list(source_files(folder))
    if len({file.parent for file in files}) < 2:
        return {}
    homes: dict[Path, set[str]] = {}
    for file, defined in _defined(files):
        homes.setdefault(file.parent, set()).update(defined)
    rivals = [home for home in homes if any(homes[home] & homes[other] for other in homes if other != home)]
    if not rivals:
        return {}
    above = Path(os.path.commonpath(rivals))
    versions: dict[str, Version] = {}
    for home, defined in homes.items():
        if not home.is_relative_to(above) or not defined:
            continue
        name = home.relative_to(above).parts[0] if home != above else HERE
        version = versions.setdefault(name, Version(above / name))
        version.defined |= defined
        version.modified = max(version.modified, *(file.stat().st_mtime for file in home.glob("*.py")))
    return versions


def _defined(files: Iterable[Path]) -> Iterator[tuple[Path, set[str]]]:
    """The functions of the canonical API that each file defines, read on our own time and in our own memory."""
    left, names = MOST_PARSED, set(function_names())
    for file in files:
        left -= file.stat().st_size if file.is_file() else 0
        yield file, names & (defined_names(file)[0] if left >= 0 else written_names(file))


def converted(notebook: Path, room: Room, bounds: Bounds) -> Opened:
    """A notebook as a Python file; with one for each cell that is no Python, so that what it defines is known."""
    made = notebooks.convert(b"".join(bounded(notebook, bounds.notebook)), bounds)
    room.put((NOTEBOOK,), [made.source.encode()])
    for name, text in made.unreadable:
        room.put((name,), [text.encode(errors="replace")])
    return Opened(room.folder if made.unreadable else room.folder / NOTEBOOK, made.notes)


def bounded(path: Path, size: int) -> Iterator[bytes]:
    """The bytes of a file. Raises IntakeProblem if it is larger."""
    room = size
    for chunk in contents(path):
        room -= len(chunk)
        if room < 0:
            raise too_large(size)
        yield chunk


def is_archive(path: Path) -> bool:
    """Whether a file is called as an archive is that can be opened."""
    return any(kind == "archive" and path.name.lower().endswith(suffix) for suffix, kind in SUFFIXES.items())


def _in_archives(folder: Path, notes: Sequence[str], bounds: Bounds, nested: int) -> Opened | None:
    """What the newest archive holds that has code in it; None if none has."""
    left = [path for path in sorted(folder.rglob("*")) if path.is_file() and is_archive(path)]
    empty: list[str] = []
    while left and len(empty) < MOST_TRIED:
        chosen, others = _newest(left)
        target = folder / f"{chosen.name} opened"
        try:
            unpack(chosen, Room(target, bounds), bounds)
        except IntakeProblem as problem:
            raise IntakeProblem(
                say("it holds {name}, and of that: {problem}", name=shown((chosen.name,)), problem=words_of(problem))
            ) from None
        try:
            return with_code(target, (*notes, *empty, *others), bounds, nested + 1)
        except IntakeProblem as problem:
            empty.append(say("{name}: {problem}", name=shown((chosen.name,)), problem=words_of(problem)))
        left.remove(chosen)
    return None


def _newest(paths: Sequence[Path]) -> tuple[Path, tuple[str, ...]]:
    """The newest of some files, and a note for each other."""
    by_stem = {path.name.removesuffix(path.suffix).removesuffix(".tar"): path for path in reversed(paths)}
    chosen = by_stem[newest({stem: path.stat().st_mtime for stem, path in by_stem.items()})]
    others = [path for path in paths if path != chosen]
    return chosen, tuple(
        say("{name} was left out: {other} is the newest", name=shown((p.name,)), other=shown((chosen.name,)))
        for p in others
    )


def _unopened(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in UNOPENED and path.is_file() and not is_archive(path):
            yield say("{name} was not opened: only .zip, .tar.gz, .tgz and .tar archives are", name=shown((path.name,)))
        elif path.name.lower().endswith((".py.txt", ".ipynb.txt")):
            yield say(IS_TEXT, name=shown((path.name,)), right=shown((path.stem,)))


def _tests(folder: Path) -> Iterator[str]:
    """The files that only their names leave out."""
    if files := sorted(path.name for path in folder.rglob(f"{TEST}*.py")):
        yield say(sent.IS_TEST, files=shown((", ".join(files),)))


def _left_shut(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and is_archive(path):
            yield say("{name} was not opened: there are Python files beside it", name=shown((path.name,)))


def _innermost(folder: Path) -> Path:
    """The folder that holds more than one folder: archives often have one around all."""
    while len(inside := list(folder.iterdir())) == 1 and inside[0].is_dir():
        folder = inside[0]
    return folder
