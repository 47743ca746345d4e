"""Where tapes are kept: each part under the digest of its bytes, so that what is equal lies there once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gradproof.conformance.grading.returned.tape import NotATape, Tape, unpacked
from gradproof.conformance.spec.words.said import say

FOLDER, INDEX = "returned", "returned.jsonl"
PRIVATE = 0o700  # of a folder in which seeds, answers or what others handed in lie
MOST_KEPT = 32 << 20  # bytes of one submission


@dataclass(frozen=True)
class Size:
    """How much is kept."""

    submissions: int
    bytes: int
    unshared: int  # bytes that it would be if nothing were shared

    @property
    def words(self) -> str:
        """How much it is, by itself and of each, and how much of it is shared."""
        each = self.unshared / max(self.submissions, 1)
        return say(
            "{size} of what came back are kept for 'gradproof regrade' ({each} a submission, {share:.0%} shared)",
            size=_told(self.bytes),
            each=_told(each),
            share=1 - self.bytes / max(self.unshared, 1),
        )


def _told(size: float) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"


def line_of(submission: str, digest: str, parts: Mapping[str, bytes]) -> str:
    """The line of a submission in the index."""
    told = {name: _digest(part) for name, part in sorted(parts.items())}
    return json.dumps({"submission": submission, "digest": digest, "parts": told}) + "\n"


def keep(out: Path, parts: Mapping[str, bytes]) -> None:
    """Write the parts of a tape, those that are not there. Too large a tape is left out by whoever calls."""
    for part in parts.values():
        path = _path(out, _digest(part))
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        begun = path.with_suffix(".part")
        begun.write_bytes(part)
        begun.replace(path)
    if parts:
        (out / FOLDER).chmod(PRIVATE)  # what right code gives are the answers


def index_of(lines: Iterable[str]) -> dict[str, dict[str, object]]:
    """The lines of the index, the last of each submission."""
    return {entry["submission"]: entry for entry in map(json.loads, lines)}


def parts_of(out: Path, entry: Mapping[str, object]) -> dict[str, bytes]:
    """The parts that a line names. Raises NotATape if one is gone or damaged."""
    named = entry.get("parts")
    parts = {}
    for name, digest in named.items() if isinstance(named, dict) else ():
        try:
            parts[name] = _path(out, str(digest)).read_bytes()
        except OSError as error:
            raise NotATape(f"{name} is gone: {error.strerror}") from None
        if _digest(parts[name]) != digest:
            raise NotATape(f"{name} is damaged")
    return parts


def tape_of(out: Path, entry: Mapping[str, object] | None, digest: str) -> Tape | None:
    """What is kept of a submission; None if that is nothing, is damaged, or is of another content."""
    if entry is None or entry.get("digest") != digest:
        return None
    try:
        return unpacked(parts_of(out, entry))
    except NotATape:
        return None


def size_of(out: Path, lines: Iterable[str]) -> Size:
    """How much is kept in a folder."""
    entries = index_of(lines)
    named = [digest for entry in entries.values() for digest in dict(entry["parts"]).values()]  # type: ignore[call-overload]
    sizes = {digest: path.stat().st_size for digest in set(named) if (path := _path(out, digest)).exists()}
    return Size(len(entries), sum(sizes.values()), sum(sizes.get(digest, 0) for digest in named))


def _digest(part: bytes) -> str:
    return sha256(part).hexdigest()


def _path(out: Path, digest: str) -> Path:
    return out / FOLDER / digest[:2] / digest
