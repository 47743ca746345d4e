"""What most of a class got wrong."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gradproof.conformance.reports.views import Entry, Sheet


@dataclass(frozen=True)
class Frequent:
    """A check that submissions did not pass, and what was said of it most often."""

    name: str
    count: int
    message: str


def failures(sheets: Iterable[Sheet], most: int = 20) -> tuple[Frequent, ...]:
    """The checks that count and that most submissions did not pass; those alike in the order of their names."""
    bad = [entry for told in sheets for entry in told.entries if entry.counts and entry.status.is_bad]
    counts = Counter(entry.name for entry in bad)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    return tuple(Frequent(name, count, _said_most(bad, name)) for name, count in ranked)


def _said_most(bad: Iterable[Entry], name: str) -> str:
    return Counter(entry.message for entry in bad if entry.name == name).most_common(1)[0][0]
