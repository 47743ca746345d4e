"""Which of several versions of one thing counts: the newest, by a rule that can be said.

The newest is what was modified last. Times within a minute of one another say nothing, for files that are copied or
unpacked together have them: of these the name decides. A copy, as browsers and file managers call one, comes before
its original, ``v9`` before ``v10``, and both before a name without a mark.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from gradproof.conformance.spec.words.said import say
from gradproof.conformance.spec.words.sent import IS_COPY, IS_OLDER

MINUTE = 60.0
COPY = re.compile(
    r"(.+?)(?:\s*\(\d+\)|\s+-\s+copy(?:\s*\(\d+\))?|[ _]copy(?: ?\d+)?|-copy\d+)",
    re.IGNORECASE,
)
LEFT_BEHIND = re.compile(r"(.+?)[ ._-](?:old|backup|bak|orig)", re.IGNORECASE)
HAND_OUT = re.compile(
    r"(?:.*[ ._-])?(?:starter|skeleton|template|handout|hand[ _-]out|boilerplate)(?:[ ._-].*)?", re.IGNORECASE
)
COPY_OF = re.compile(r"copy (?:\(\d+\) )?of (.+)", re.IGNORECASE)
VERSION = re.compile(r"(.+?)[ ._-]*(?<![a-z])v(?:ersion)?[ ._-]*(\d+)", re.IGNORECASE)


def is_copy(stem: str) -> bool:
    """Whether a name without suffix is that of a copy: ``layers (1)``, ``layers_old``, or what was begun with."""
    return any(pattern.fullmatch(stem) for pattern in (COPY, LEFT_BEHIND, COPY_OF, HAND_OUT))


def original(stem: str) -> str:
    """What versions share: the name without the marks of copies and versions."""
    for pattern in (COPY, LEFT_BEHIND, COPY_OF, VERSION):
        if found := pattern.fullmatch(stem):
            return original(found[1])
    return stem


def newest(times: Mapping[str, float]) -> str:
    """The stem that counts, of stems with their times of modification. Raises ValueError if there are none."""
    latest = max(times.values())
    return max((stem for stem, time in times.items() if time >= latest - MINUTE), key=_rank)


def newest_original(times: Mapping[str, float]) -> str:
    """The same, but a copy beside its original does not count: no other file can import one."""
    return newest({stem: time for stem, time in times.items() if not _is_spare(stem, times)} or times)


def _is_spare(stem: str, beside: Iterable[str]) -> bool:
    """Whether it is a copy of one beside it. A second version that was saved once too often is none of the first."""
    copied = COPY.fullmatch(stem) or COPY_OF.fullmatch(stem)
    return copied[1] in beside if copied else is_copy(stem)


def older_versions(files: Iterable[Path], defined: Callable[[Path], set[str]]) -> dict[Path, str]:
    """The files of which another version in the same folder defines as much, and what is said of each."""
    versions: dict[tuple[Path, str], dict[str, Path]] = {}
    for file in files:
        versions.setdefault((file.parent, original(file.stem)), {})[file.stem] = file
    older: dict[Path, str] = {}
    for group in (each for each in versions.values() if len(each) > 1):
        chosen = group[newest_original({stem: file.stat().st_mtime for stem, file in group.items()})]
        for file in group.values():
            if file != chosen and (own := defined(file)) and own <= defined(chosen):
                why = IS_COPY if _is_spare(file.stem, group) else IS_OLDER
                older[file] = say(why, file=file.name, chosen=chosen.name)
    return older


def _rank(stem: str) -> tuple[bool, bool, int, tuple[tuple[int, str], ...]]:
    """Copies, then versions by their numbers, then the name without a mark; others as people count."""
    version = VERSION.fullmatch(stem)
    parts = re.split(r"(\d+)", stem)
    natural = tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)
    return not is_copy(stem), version is None, int(version[2]) if version else 0, natural
