"""A class that comes in one archive, as learning systems give it out; and one submission, whatever it comes in."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from gradproof.conformance.errors import UsageError, words_of
from gradproof.conformance.grading import intake
from gradproof.conformance.grading.archives import Member, Names, content_of, members, safe_parts
from gradproof.conformance.grading.code import Opened, is_archive, newest_home
from gradproof.conformance.grading.handin import (
    DEFAULT,
    MAX_PART,
    Bounds,
    HandIn,
    IntakeProblem,
    Room,
    check_path,
    is_junk,
    shown,
    too_large,
    too_many,
)
from gradproof.conformance.sandbox.folders import private_folder
from gradproof.conformance.spec.limits import MIB
from gradproof.conformance.spec.words.said import say

CLASS = Bounds(size=4096 * MIB, entries=100_000, depth=DEFAULT.depth)
MOST_SHOWN = 50  # characters of a name that no file system takes
OF_A_STUDENT = "_assignsubmission_"  # in the names of Moodle's folders: one of these is a student, never the class


@contextmanager
def of(given: Path, may_be_empty: bool = False, out: Path | None = None) -> Iterator[tuple[HandIn, ...]]:
    """The hand-ins of a class, a folder or an archive of one, which is unpacked for as long as they are needed.

    The folder ``out`` of their results is none of them, though it may lie there.

    Raises:
        UsageError: if there is none, unless more may come, or the archive cannot be read.
    """
    if given.is_dir() or not is_archive(given):
        yield intake.find(given, may_be_empty=may_be_empty, out=out)
        return
    with _scratch() as folder:
        try:
            problems = _unpack(given, folder)
        except IntakeProblem as problem:
            raise UsageError(say("{path}: {problem}", path=intake.printable(str(given)), problem=problem)) from None
        except FileNotFoundError:
            raise UsageError(say("{path} does not exist", path=intake.printable(str(given)))) from None
        yield tuple(replace(one, given=given / one.path.name) for one in intake.find(folder, problems))


@contextmanager
def submission(given: Path) -> Iterator[Opened]:
    """A submission for ``check`` and ``replay``: a .py file or folder as it lies there, all else as a class has it.

    A path may lead into an archive: ``class.zip/alice``.

    Raises:
        UsageError: if there is nothing there, or nothing that can be judged.
    """
    if given.is_dir() and any(given.rglob("*.py")):
        yield newest_home(given)
    elif given.suffix == ".py" and given.is_file():
        yield Opened(given)
    else:
        with one(given) as hand_in, _scratch() as folder:
            try:
                made = intake.prepared(hand_in, folder)
            except IntakeProblem as problem:
                raise UsageError(say("{path}: {problem}", path=intake.printable(str(given)), problem=problem)) from None
            yield made


@contextmanager
def one(given: Path) -> Iterator[HandIn]:
    """What was handed in at a path, which may lead into an archive of a class. Raises UsageError if nothing was."""
    archive = next((path for path in given.parents if is_archive(path) and path.is_file()), None)
    if archive is not None:
        name = given.relative_to(archive).parts[0]
        with of(archive) as hand_ins:
            found = [each for each in hand_ins if each.path.name == name]
            if not found:
                raise UsageError(
                    say(
                        "{path} holds no {name}",
                        path=intake.printable(str(archive)),
                        name=intake.printable(name),
                    )
                )
            yield found[0]
        return
    if not given.exists():
        raise UsageError(say("{path} does not exist", path=intake.printable(str(given))))
    yield intake.one(given)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for a while; where there are file locks, one that goes even if this process is killed."""
    if find_spec("fcntl") is not None:
        with private_folder() as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory(prefix="gradproof-", ignore_cleanup_errors=True) as made:
        yield Path(made)


def _unpack(archive: Path, folder: Path) -> dict[str, str]:
    """Write the hand-ins of a class; gives the problem of each that has one, which is no other's.

    Raises:
        IntakeProblem: if the archive as a whole is damaged, odd or too large.
    """
    around = _folders_around([(safe_parts(m.name), m.is_folder) for m in members(archive, folder, CLASS)])
    problems: dict[str, str] = {}
    rooms: dict[str, tuple[Room, Names]] = {}
    total = 0
    for member in members(archive, folder, CLASS):
        parts = safe_parts(member.name)[around:]
        if not parts or any(map(is_junk, parts)) or parts[0] in problems:
            continue
        room, names = rooms.setdefault(parts[0], (Room(folder, DEFAULT), Names()))
        total -= room.written
        try:
            _put(member, parts, room, names)
        except IntakeProblem as problem:
            name = parts[0] if len(os.fsencode(parts[0])) <= MAX_PART else f"{parts[0][:MOST_SHOWN]}..."
            problems[parts[0]] = problems[name] = words_of(problem)
            if not (folder / name).exists():
                (folder / name).mkdir()
        total += room.written
        if total > CLASS.size:
            raise too_large(CLASS.size)
    return problems


def _put(member: Member, parts: tuple[str, ...], room: Room, names: Names) -> None:
    check_path(parts, DEFAULT)
    names.add(parts, member.is_folder)
    if len(names.spelled) > DEFAULT.entries:
        raise too_many(DEFAULT)
    if member.oddity:
        raise IntakeProblem(say("it holds {name}, which is {what}", name=shown(parts), what=member.oddity))
    if not member.is_folder:
        room.put(parts, content_of(member), member.modified)


def _folders_around(entries: Iterable[tuple[tuple[str, ...], bool]]) -> int:
    """1 if one folder stands around the hand-ins, as archives often have one; else 0."""
    seen = [(parts, is_folder) for parts, is_folder in entries if parts and not any(map(is_junk, parts))]
    tops = {parts[0] for parts, _ in seen}
    if len(tops) != 1 or OF_A_STUDENT in min(tops):
        return 0
    below: dict[str, bool] = {}
    for parts, is_folder in seen:
        if len(parts) > 1:
            below[parts[1]] = below.get(parts[1], False) or len(parts) > 2 or is_folder or is_archive(Path(parts[1]))
    return int(len(below) > 1 and all(below.values()))
