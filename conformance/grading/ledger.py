"""The folder of a grading: each result is on the disk before the next one counts, and none is written twice.

A line belongs to the file or folder that was handed in, by its name and digest, and keeps the name that it was given:
whatever is handed in later, it neither inherits nor replaces another's. Only what is broken is judged again.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import IO, Any

from gradproof.conformance.errors import Broken, UsageError, told
from gradproof.conformance.grading.model import (
    HEADER,
    RESULTS,
    TIMINGS,
    Graded,
    Header,
    complete_lines,
    from_line,
    to_line,
)
from gradproof.conformance.grading.returned import store
from gradproof.conformance.spec.words.said import say

FILES = (RESULTS, TIMINGS, store.INDEX)
ANOTHER = "--resume {folder}: it was begun with another {name} ({theirs!r}, now {mine!r}); grade into another folder"
ANOTHER_FILE = (
    "--resume {folder}: it was begun by another assignment, or the file was changed; grade into another folder, or "
    "'gradproof regrade' judges what is there by the new one"
)
MESSAGES = (ANOTHER, ANOTHER_FILE)


class Ledger:
    """The results of a class, as they come.

    Args:
        folder: where they are kept.
        kept: those that were there already, the last of each name.
    """

    def __init__(
        self, folder: Path, results: IO[str], timings: IO[str], returned: IO[str], kept: Iterable[Graded]
    ) -> None:
        self.folder = folder
        self.kept = {one.submission: one for one in kept}
        self._results, self._timings, self._returned = results, timings, returned

    @property
    def done(self) -> dict[str, str]:
        """The submissions that have a result, with the digest of what was judged."""
        return {one.submission: one.digest for one in self.kept.values() if not one.is_broken}

    @property
    def names(self) -> dict[str, str]:
        """The name of each file or folder that has a line, by what it is called in the class."""
        return {one.source: one.submission for one in self.kept.values()}

    @property
    def broken(self) -> tuple[str, ...]:
        """The submissions that still have no result, or not all of it."""
        return tuple(sorted(one.submission for one in self.kept.values() if one.is_broken))

    def add(self, graded: Graded, seconds: float, handed_in: str = "") -> None:
        """Write a result down, durably, and when it was handed in. One that is there already is left as it is.

        Raises:
            Broken: if it cannot be written.
        """
        if graded.submission in self.done:
            return
        try:
            self._timings.write(json.dumps(_timing(graded, seconds, handed_in)) + "\n")
            self._timings.flush()
            self._keep(graded)
            self._results.write(to_line(graded))
            self._results.flush()
            os.fsync(self._results.fileno())
        except OSError as error:
            raise Broken(
                say(
                    "--out {folder} cannot be written: {reason}; --resume goes on from there",
                    folder=self.folder,
                    reason=told(error),
                )
            ) from None
        self.kept[graded.submission] = replace(graded, returned={})

    def forget(self, submission: str) -> None:
        """Have it judged anew. Its line stays until there is another."""
        del self.kept[submission]

    def _keep(self, graded: Graded) -> None:
        """Write down what came back, for another judgement of the same."""
        if graded.returned and sum(map(len, graded.returned.values())) <= store.MOST_KEPT:
            store.keep(self.folder, graded.returned)
            self._returned.write(store.line_of(graded.submission, graded.digest, graded.returned))
            self._returned.flush()


def _timing(graded: Graded, seconds: float, handed_in: str) -> dict[str, Any]:
    """All that is not the same when the same work is done again."""
    contracts = {name: round(each, 3) for name, each in graded.run.times.items()} if graded.run else {}
    told = {"submission": graded.submission, "seconds": round(seconds, 3), "contracts": contracts}
    return {**told, "handed_in": handed_in} if handed_in else told


def kept_seed(folder: Path) -> int | None:
    """The seed of the grading in a folder, if there is one that can be read."""
    try:
        return int(json.loads((folder / HEADER).read_text(encoding="utf-8"))["seed"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def opened(folder: Path, header: Header, resume: bool) -> Iterator[Ledger]:
    """The ledger of a folder, for this process alone. A last line that a crash cut off is taken away.

    Raises:
        UsageError: if this system has no file locks, or the folder cannot be used: it holds a grading and ``resume`` is
            not asked for, or one by another assignment or seed; another process is at work in it; it holds something
            else or cannot be written.
    """
    if find_spec("fcntl") is None:
        raise UsageError(
            say(
                "'gradproof grade' needs a POSIX system, whose file locks keep two gradings of one folder apart; "
                "'gradproof check' judges a submission here"
            )
        )
    is_new = not folder.exists()
    with ExitStack() as files:
        try:
            _require_usable(folder, resume)
            folder.mkdir(store.PRIVATE, parents=True, exist_ok=True)
            lock(folder, files)
            _settle_header(folder, header)
            kept = {one.submission: one for one in _kept(folder)}
            results, timings, returned = (
                files.enter_context((folder / name).open("a", encoding="utf-8", newline="\n")) for name in FILES
            )
        except OSError as error:
            raise UsageError(
                say(
                    "--out {folder} cannot be written: {reason} ({filename})",
                    folder=folder,
                    reason=error.strerror,
                    filename=error.filename,
                )
            ) from None
        book = Ledger(folder, results, timings, returned, kept.values())
        try:
            yield book
        except UsageError:  # what was asked for cannot be begun: the same with another word is no second grading
            if is_new and not book.kept:
                rmtree(folder, ignore_errors=True)
            raise
        _drop_replaced(folder / RESULTS)


def _require_usable(folder: Path, resume: bool) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / HEADER).is_file():
        raise UsageError(say("--out {folder} is there and holds no grading, name another folder", folder=folder))
    if not resume:
        raise UsageError(
            say(
                "--out {folder} holds a grading already; --resume goes on with it, or name another folder",
                folder=folder,
            )
        )


def lock(folder: Path, files: ExitStack) -> None:
    """Keep others out as long as ``files`` are open. The folder itself is locked: nothing is left of that."""
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    files.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(say("--out {folder}: another 'gradproof grade' is at work there", folder=folder)) from None


def _drop_replaced(results: Path) -> None:
    """Keep the last line of each submission: what was broken and has its result now needs no line any more."""
    lines = complete_lines(results)
    last = {from_line(line).submission: line for line in lines}
    if len(last) == len(lines):
        return
    part = results.with_suffix(".part")
    try:
        part.write_text("".join(last.values()), encoding="utf-8", newline="\n")
        part.replace(results)
    except OSError:
        part.unlink(missing_ok=True)  # reports take the last line of each, too


def _settle_header(folder: Path, header: Header) -> None:
    path = folder / HEADER
    mine = json.loads(json.dumps(asdict(header)))
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_text(json.dumps(mine, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
        return
    try:
        theirs = {"lang": "", **json.loads(path.read_text(encoding="utf-8"))}  # older ones name no language
    except ValueError as error:
        raise UsageError(say("{path} is damaged ({reason}); name another folder", path=path, reason=error)) from None
    differ = sorted(name for name in mine if theirs.get(name) != mine[name])
    if differ:
        name = differ[0]
        if name == "digest":
            raise UsageError(say(ANOTHER_FILE, folder=folder))
        numbers = {"theirs": theirs.get(name), "mine": mine[name]}
        raise UsageError(say(ANOTHER, folder=folder, name=name.replace("_", " "), **numbers))


def _kept(folder: Path) -> Iterator[Graded]:
    for name in FILES:
        path = folder / name
        whole = sum(len(line.encode()) for line in complete_lines(path))
        if path.exists() and path.stat().st_size != whole:
            os.truncate(path, whole)
    for number, line in enumerate(complete_lines(folder / RESULTS), start=1):
        try:
            yield from_line(line)
        except (ValueError, KeyError, TypeError) as error:
            place = f"{folder / RESULTS}, line {number}"
            raise UsageError(
                say(
                    "{place} is damaged ({name}); take the line out and --resume",
                    place=place,
                    name=type(error).__name__,
                )
            ) from None
