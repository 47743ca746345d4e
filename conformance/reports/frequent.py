"""What most of a class got wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.reports.views import Sheet
from gradproof.conformance.spec.english_phrases import TOGETHER


@dataclass(frozen=True)
class Frequent:
    """A check that submissions did not pass, and what was said of it most often, with how often if not always."""

    name: str
    count: int
    message: str


def failures(sheets: Iterable[Sheet], most: int = 20) -> tuple[Frequent, ...]:
    """The checks that count and that most submissions did not pass; those alike in the order of their names."""
    bad = [entry for told in sheets for entry in told.entries if entry.counts and entry.status.is_bad]
    counts = Counter(entry.name for entry in bad)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    said = {name: [entry.of_class or entry.message for entry in bad if entry.name == name] for name, _ in ranked}
    return tuple(Frequent(name, count, _said_most(said[name])) for name, count in ranked)


def _said_most(texts: Sequence[str]) -> str:
    """The text that is there most often. Where others are too it is told of how many it is true."""
    ((most, count),) = Counter(texts).most_common(1)
    return most if count == len(texts) else t("{count} of {all}: {words}", count=count, all=len(texts), words=most)


@dataclass(frozen=True)
class Mistake:
    """A mistake that has a name; or, where none is known, a check that failed."""

    name: str
    students: tuple[int, ...]  # the places in the class of what they handed in, of each the last that has it
    says: str


def mistakes(sheets: Sequence[Sheet]) -> tuple[Mistake, ...]:
    """What students got wrong, by how many of them did, with what is said of it most often; each counts once a student.

    Known by its name where it has one, so that one mistake is one line wherever it shows; several at once are one each.
    What could not be judged is a line for each reason.
    """
    seen: dict[tuple[str, str], dict[str, tuple[int, list[str]]]] = {}
    unnamed: set[str] = set()
    for index, told in enumerate(sheets):
        for entry in told.entries:
            if entry.counts and entry.status.is_bad:
                says = entry.hint if entry.diagnosis and entry.hint else entry.of_class or entry.message
                unnamed |= set() if entry.diagnosis else {entry.name}
                for name in (entry.diagnosis or entry.name).split(TOGETHER):
                    of = seen.setdefault((name, says if told.problem else ""), {})
                    of[told.student] = (index, [*of.get(told.student, (0, []))[1], says])
    made = []
    for (name, _), of in seen.items():
        texts = [says for _, each in of.values() for says in each]
        says = _said_most(texts) if name in unnamed else Counter(texts).most_common(1)[0][0]
        made.append(Mistake(name, tuple(index for index, _ in of.values()), says))
    return tuple(sorted(made, key=lambda each: (-len(each.students), each.name)))
