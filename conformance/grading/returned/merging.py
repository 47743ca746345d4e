"""Ledgers of one class, graded on several machines, put together."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from gradproof.conformance.engine.course import FILE
from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.answers import FOLDER as ANSWERS
from gradproof.conformance.grading.model import HEADER, NO_GRADING, RESULTS, TIMINGS, Graded, complete_lines, from_line
from gradproof.conformance.grading.returned import store
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

OF_CASES = ("seed", "oracle")  # of a header: by which cases it was graded

OTHER = "{first} and {folder} were graded with another {name}"
OTHER_TEXT = (
    "{first} and {folder} were graded by assignments of another text; 'gradproof regrade' judges one by the other's"
)
MESSAGES = (OTHER, OTHER_TEXT)


def merged(folders: Sequence[Path], out: Path) -> int:
    """Write the ledgers of ``folders`` as one, into ``out``; gives how many submissions that are.

    Raises:
        UsageError: if one is no ledger, or they were not graded by the same, or something was handed in twice.
    """
    if out.exists() and any(out.iterdir()):
        raise UsageError(say("--out {out} is there already, name another folder", out=out))
    header = _header(folders[0])
    lines: dict[str, str] = {}
    seen: dict[str, tuple[Graded, Path]] = {}
    for folder in folders:
        _require_same(folders[0], header, folder)
        for line in _lines(folder, RESULTS):
            one = _read(line, folder)
            other, where = seen.get(one.submission, (one, folder))
            if other.digest != one.digest:
                raise UsageError(
                    say(
                        "{submission} was judged in {where} and in {folder}, of different content; judge it in one",
                        submission=one.submission,
                        where=where,
                        folder=folder,
                    )
                )
            if one.submission not in seen or other.is_broken:
                seen[one.submission], lines[one.submission] = (one, folder), line
    out.mkdir(store.PRIVATE, parents=True, exist_ok=True)
    for name in (TIMINGS, store.INDEX):
        kept = {folder: {json.loads(line)["submission"]: line for line in _lines(folder, name)} for folder in folders}
        told = ((each, kept[where]) for each, (_, where) in sorted(seen.items()))
        _write(out / name, [own[each] for each, own in told if each in own])
    for folder in folders:
        for part in (folder / store.FOLDER).glob("??/*"):
            target = out / part.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True, mode=store.PRIVATE)
            if not target.exists():
                shutil.copyfile(part, target)
    if (out / store.FOLDER).exists():
        (out / store.FOLDER).chmod(store.PRIVATE)
    _copy_once(folders, out)
    _write(out / RESULTS, [lines[name] for name in sorted(lines)])
    _write(out / HEADER, [json.dumps(header, indent=1) + "\n"])
    return len(lines)


def _copy_once(folders: Sequence[Path], out: Path) -> None:
    """What all share: the answers, and the rules of the course."""
    for folder in folders:
        if (folder / ANSWERS).is_dir() and not (out / ANSWERS).exists():
            shutil.copytree(folder / ANSWERS, out / ANSWERS)
            (out / ANSWERS).chmod(store.PRIVATE)
        if (folder / FILE).is_file() and not (out / FILE).exists():
            shutil.copyfile(folder / FILE, out / FILE)


def _damaged(path: Path, error: Exception) -> UsageError:
    return UsageError(say("{path} is damaged ({name})", path=path, name=type(error).__name__))


def _read(line: str, folder: Path) -> Graded:
    try:
        return from_line(line)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(folder / RESULTS, error) from None


def _header(folder: Path) -> dict[str, object]:
    try:
        return dict(json.loads((folder / HEADER).read_text(encoding="utf-8")))
    except OSError as error:
        told = say(NO_GRADING, folder=folder, filename=HEADER, reason=error.strerror)
        raise UsageError(told) from None
    except ValueError as error:
        raise _damaged(folder / HEADER, error) from None


def _require_same(first: Path, header: dict[str, object], folder: Path) -> None:
    theirs = _header(folder)
    differ = sorted(name for name in {*header, *theirs} if header.get(name) != theirs.get(name))
    if differ:
        name = differ[0]
        template = OTHER_TEXT if name == "digest" else OTHER
        told = say(template, first=first, folder=folder, name=name)
        hint = say("grade both with the same --seed, or with the same --fixtures") if name in OF_CASES else ""
        raise UsageError(joined(SENTENCES, (told, hint)))


def _lines(folder: Path, name: str) -> list[str]:
    try:
        return list(complete_lines(folder / name))
    except (OSError, ValueError) as error:
        raise _damaged(folder / name, error) from None


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
