"""When something was handed in: as a list says, or else when the newest of its files was modified."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.course.spreadsheets import table
from gradproof.conformance.grading.handin import HandIn, is_junk
from gradproof.conformance.spec.words.said import say

MOST_LOOKED_AT = 10_000  # files of one hand-in


def told(given: str | None) -> Mapping[str, str]:
    """The times that ``--handed-in`` gives, by submission; one time for all stands under the empty name.

    Args:
        given: a time in ISO 8601 with its zone, or a CSV file with the columns submission and time.

    Raises:
        UsageError: if it is neither.
    """
    if given is None:
        return {}
    path = Path(given)
    if not path.is_file():
        return {"": _time(given, "--handed-in")}
    try:
        rows = table(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(say("--handed-in {given} cannot be read: {reason}", given=given, reason=error)) from None
    if not {"submission", "time"} <= set(rows.fieldnames or ()):
        raise UsageError(
            say("--handed-in {given}: expected a CSV file with the columns submission and time", given=given)
        )
    return {row["submission"]: _time(row["time"] or "", f"--handed-in {given}, line {rows.line_num}") for row in rows}


def arrival(hand_in: HandIn, times: Mapping[str, str]) -> str:
    """When it came, in ISO 8601; nothing where that is not known."""
    return times.get(hand_in.name) or times.get("") or _modified(hand_in.path)


def _time(text: str, where: str) -> str:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            say("{where}: {text!r} is no time, expected one as in 2026-10-05T23:59:00+02:00", where=where, text=text)
        ) from None
    if read.tzinfo is None:
        raise UsageError(
            say(
                "{where}: {text} has no time zone, expected one as in 2026-10-05T23:59:00+02:00", where=where, text=text
            )
        )
    return read.astimezone(UTC).isoformat()


def _modified(path: Path) -> str:
    """When the newest file was modified; of what is no folder, when it was itself."""
    times = []
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not is_junk(name)]
        times += [_mtime(Path(folder, name)) for name in files if not is_junk(name)]
        if len(times) > MOST_LOOKED_AT:
            break
    newest = max(times, default=0.0) or _mtime(path)
    try:
        return datetime.fromtimestamp(newest, UTC).isoformat(timespec="seconds") if newest else ""
    except (OverflowError, OSError, ValueError):
        return ""


def _mtime(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0
