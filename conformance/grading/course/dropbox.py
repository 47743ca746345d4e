"""A folder into which students put their hand-ins at any time: what has arrived there whole since one last looked."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.handin import HandIn, IntakeProblem, is_junk
from gradproof.conformance.grading.intake import digest, find, with_names

Look = tuple[float, int, int]  # when the newest file was modified, bytes, files
ON_THEIR_WAY = (".part", ".partial", ".filepart", ".crdownload", ".opdownload", ".download", ".tmp")


@dataclass
class Dropbox:
    """What was seen of a folder.

    A hand-in has arrived when it looks the same twice in a row: what is still being copied does not. What has the name
    that browsers and copying programs give until all is there is waited for, however long it rests.
    """

    folder: Path
    out: Path | None = None  # of the results, which may lie in it
    _seen: dict[str, Look] = field(default_factory=dict)
    _known: dict[str, Look] = field(default_factory=dict)  # as it was when its content was looked at

    def arrived(self, names: Mapping[str, str], done: Mapping[str, str]) -> tuple[HandIn, ...]:
        """What is to be judged: new, or of another content than what was judged.

        Args:
            names: those that hand-ins were given before, by what they are called in the folder.
            done: the digest of what was judged, by name.
        """
        try:
            hand_ins = with_names(filter(has_its_name, find(self.folder, may_be_empty=True, out=self.out)), names)
        except UsageError:  # it cannot be read, or not yet
            hand_ins = ()
        looks = {each.name: look(each.path) for each in hand_ins}
        quiet = [each for each in hand_ins if self._seen.get(each.name) == looks[each.name]]
        self._seen = looks
        fresh = [each for each in quiet if self._known.get(each.name) != looks[each.name]]
        self._known |= {each.name: looks[each.name] for each in fresh}
        return tuple(each for each in fresh if done.get(each.name) != _digest(each))


def batches(
    box: Dropbox,
    names: Callable[[], Mapping[str, str]],
    done: Callable[[], Mapping[str, str]],
    pause: Callable[[], object],
) -> Iterator[tuple[HandIn, ...]]:
    """What has arrived, whenever something has; ``pause`` waits between two looks."""
    while True:
        if new := box.arrived(names(), done()):
            yield new
        pause()


def has_its_name(hand_in: HandIn) -> bool:
    """Whether it is called as its owner calls it, and not as something that is on its way."""
    return not hand_in.path.name.lower().endswith(ON_THEIR_WAY)


def look(path: Path) -> Look:
    """How a hand-in looks from outside."""
    files = [path]
    for folder, folders, inside in os.walk(path):
        folders[:] = [name for name in folders if not is_junk(name)]
        files += [Path(folder, name) for name in inside if not is_junk(name)]
    stats = []
    for file in files:
        try:
            stats.append(file.lstat())
        except OSError:  # it is being replaced
            continue
    return max((s.st_mtime for s in stats), default=0.0), sum(s.st_size for s in stats), len(stats)


def _digest(hand_in: HandIn) -> str:
    try:
        return digest(hand_in)
    except IntakeProblem:
        return ""
