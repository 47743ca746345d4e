"""What grading a class leaves behind: a header and one line a submission."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from gradproof.conformance.checks import serialized as runs
from gradproof.conformance.checks.hints import DEFAULT
from gradproof.conformance.checks.results import Run
from gradproof.conformance.engine.course import Course
from gradproof.conformance.engine.places import Place, Places
from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.course.roster import kept as kept_course
from gradproof.conformance.grading.course.standing import Standing, standings
from gradproof.conformance.spec.words.said import Said, as_plain, from_plain, say

NO_COURSE = Course()
SCHEMA = "gradproof-grade/1"
SECRET, PUBLIC, THESE = "secret", "public", "of this run"
HEADER, RESULTS, TIMINGS = "grading.json", "results.jsonl", "timings.jsonl"
NO_GRADING = "{folder} holds no grading ({filename}: {reason}); run 'gradproof grade'"
MESSAGES = (NO_GRADING,)


@dataclass(frozen=True)
class Header:
    """What every submission of a run was judged by; written once, and compared when the run is resumed."""

    assignment: str
    digest: str  # sha256 of the assignment file's content
    max_score: float
    seed_policy: str
    oracle: str
    seed: int
    hidden: tuple[str, ...] = ()  # checks, or contract.check, that students are not told of
    cases: str = SECRET  # or public: students have them, and a table of their answers passes
    versions: Mapping[str, str] = field(default_factory=dict)
    hints: int = DEFAULT  # how much of a mistake students are told, see checks.hints
    lang: str = ""  # of the reports, unless another is asked for
    schema: str = SCHEMA

    @property
    def is_public(self) -> bool:
        """Whether the cases are those that come with gradproof."""
        return self.cases == PUBLIC


class Outcome(StrEnum):
    """What became of a submission."""

    JUDGED = "judged"
    UNUSABLE = "unusable"  # it cannot be judged as it was handed in, and earns nothing
    BROKEN = "broken"  # gradproof or its machine failed: that is no result, in part or as a whole


@dataclass(frozen=True)
class Graded:
    """One submission's result. ``problem`` says why it could not be judged; then there is no run, and no points.

    What is broken is neither earned nor lost: the points of ``unjudged`` are not among those of ``max_score``.
    """

    submission: str  # the name of its file or folder in DIR, without suffix, unique in the class
    source: str  # the name itself
    digest: str  # sha256 of what was handed in
    score: float
    max_score: float
    problem: str | None = None
    run: Run | None = None
    status: Outcome = Outcome.JUDGED
    unjudged: float = 0.0  # points
    places: Places = field(default_factory=dict)  # of the functions that something is said of
    likeness: str = ""  # what it shares with those that say the same in other words
    returned: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)  # a tape, on its way

    def __post_init__(self) -> None:
        if self.problem and self.status == Outcome.JUDGED:
            object.__setattr__(self, "status", Outcome.UNUSABLE)

    @property
    def is_broken(self) -> bool:
        """Whether gradproof owes it a result, or a part of one."""
        return self.status == Outcome.BROKEN

    @property
    def is_unmade(self) -> bool:
        """Whether nothing of it was judged, by no fault of its own."""
        return self.is_broken and self.run is None


@dataclass(frozen=True)
class Grading:
    """A whole class, as read back from its folder."""

    header: Header
    submissions: tuple[Graded, ...]  # in the order of their names
    seconds: Mapping[str, float] = field(default_factory=dict)  # by submission
    times: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # seconds of each contract, by submission
    handed_in: Mapping[str, str] = field(default_factory=dict)  # when, in ISO 8601, by submission
    course: Course = NO_COURSE
    standings: Mapping[str, Standing] = field(default_factory=dict)  # by submission


def to_line(graded: Graded) -> str:
    """A line of results.jsonl, ASCII whatever a message holds. No time is in it: the same work gives the same bytes."""
    document = runs.document(graded.run) if graded.run else None
    findings = runs.findings(graded.run) if graded.run else None
    if graded.run and document:
        document["summary"].pop("seconds")
        document["discreet_notes"] = list(graded.run.discreet_notes)
        for result, told in zip(graded.run.results, document["results"], strict=True):
            told.update({"discreet_hint": result.discreet_hint} if result.discreet_hint != result.hint else {})
            told.update({"picture": asdict(result.picture)} if result.picture else {})
            ladders = {"ladder": result.ladder, "discreet_ladder": result.discreet_ladder}
            told.update(ladders if result.ladder else {})
            told.update({"said": runs.said(result)} if result.hint else {})
        document["said"] = {name: [as_plain(note) for note in getattr(graded.run, name)] for name in runs.NOTES}
    plain = {each.name: getattr(graded, each.name) for each in fields(graded) if each.name != "returned"}
    said = {"problem_said": as_plain(graded.problem)} if isinstance(graded.problem, Said) else {}
    return json.dumps({**plain, **said, "run": document, "findings": findings}, allow_nan=False) + "\n"


def from_line(line: str) -> Graded:
    """The submission of a line. Raises ValueError, KeyError or TypeError if it is none."""
    kept = json.loads(line)
    findings, said = kept.pop("findings", None), kept.pop("problem_said", None)
    kept["problem"] = from_plain(kept["problem"], said) if said else kept["problem"]
    run = runs.parse(kept["run"], findings) if kept["run"] else None
    places = {name: Place(*place) for name, place in kept.get("places", {}).items()}
    return Graded(**{**kept, "run": run, "places": places, "status": Outcome(kept.get("status", Outcome.JUDGED))})


def read(folder: Path) -> Grading:
    """A class from the folder that ``gradproof grade`` wrote. Raises UsageError if it is none, or damaged."""
    try:
        kept: dict[str, Any] = json.loads((folder / HEADER).read_text(encoding="utf-8"))
        header = Header(**{**kept, "hidden": tuple(kept["hidden"])})
        submissions = {one.submission: one for one in map(from_line, complete_lines(folder / RESULTS))}
        timings = {entry["submission"]: entry for entry in map(json.loads, complete_lines(folder / TIMINGS))}
        seconds = {name: float(entry["seconds"]) for name, entry in timings.items()}
        times = {name: dict(entry.get("contracts", {})) for name, entry in timings.items()}
        handed_in = {name: str(entry.get("handed_in", "")) for name, entry in timings.items()}
    except OSError as error:
        raise UsageError(
            say(
                NO_GRADING,
                folder=folder,
                filename=error.filename,
                reason=error.strerror,
            )
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            say(
                "{folder} holds a damaged grading ({name}: {reason})",
                folder=folder,
                name=type(error).__name__,
                reason=error,
            )
        ) from None
    ordered = tuple(submissions[name] for name in sorted(submissions))
    course = kept_course(folder)
    return Grading(header, ordered, seconds, times, handed_in, course, standings(ordered, course, handed_in))


def is_cut_off(folder: Path) -> bool:
    """Whether the last result was not written whole."""
    path = folder / RESULTS
    return path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0


def complete_lines(path: Path) -> tuple[str, ...]:
    """The lines that were written whole: a last one without its end was cut off by a crash."""
    if not path.exists():
        return ()
    *lines, _ = path.read_bytes().split(b"\n")
    return tuple(line.decode() + "\n" for line in lines)
