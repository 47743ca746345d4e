"""What is told of a submission, as data: an entry a check, and what belongs to the whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gradproof.conformance.checks.results import Picture, Status
from gradproof.conformance.engine.places import Place
from gradproof.conformance.grading.course.standing import Standing
from gradproof.conformance.reports.languages.speaking import listed, t
from gradproof.conformance.reports.wording import ABOUT, counted, ended, of_points, standing, unjudged
from gradproof.conformance.spec.english_edits import IN_BRACKETS
from gradproof.conformance.spec.words.said import NAMES, SENTENCES

NOT_JUDGED = "could not be judged"
PARTLY = "partly right"


class View(StrEnum):
    """Whom a report is for."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


@dataclass(frozen=True)
class Entry:
    """One check of one contract, as it is told. All its text is fit to show."""

    name: str  # batchnorm.gradient
    contract: str
    status: Status
    counts: bool  # required, not advisory
    points: float
    max_points: float
    message: str
    sentence: str = ""  # what must hold
    hint: str = ""
    is_hidden: bool = False  # from students; only the instructor's view holds such a one
    details: tuple[tuple[str, str], ...] = ()  # the instructor's alone
    diagnosis: str = ""  # the mistake's name: the instructor's alone
    place: tuple[str, Place] | None = None  # the function that it is about; "": no function, an import that ends there
    picture: Picture | None = None  # of the failing case: not for whoever may not know it
    of_class: str = ""  # the message as it may stand for others' too: no word of the submission's own

    @property
    def is_partial(self) -> bool:
        """Whether it failed, and earned something by what is right."""
        return self.status.is_bad and 0 < self.points < self.max_points

    @property
    def is_met(self) -> bool:
        """Whether nothing is lost by it: passed, or not made and yet worth all its points, or only advisory."""
        if self.status in (Status.PASSED, Status.INCONCLUSIVE) or self.status == Status.BROKEN:
            return self.status != Status.BROKEN
        is_whole = not self.status.is_bad and self.points == self.max_points != 0
        return is_whole or not self.counts

    @property
    def verdict(self) -> str:
        """The status in words. What earned a part of its points is not called a failure."""
        advisory = "" if self.counts else t("advisory, it does not count")
        marks = listed(SENTENCES, (advisory, t("hidden from students") if self.is_hidden else ""))
        words = t(PARTLY) if self.is_partial and self.status == Status.FAILED else ended(self.status)
        return t(IN_BRACKETS, before=words, after=marks) if marks else words

    @property
    def worth(self) -> str:
        """``7.5 of 10 points``; nothing, if it is worth none."""
        return of_points(self.points, self.max_points) if self.max_points else ""

    @property
    def title(self) -> str:
        """Its name, how it ended, and its points."""
        return listed(NAMES, (t(ABOUT, name=self.name, words=self.verdict), self.worth))

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Label and text of what there is to tell, in the order in which one wants to read it."""
        held = ((t("must hold"), self.sentence),) if self.sentence else ()
        return (*held, *self.beside)

    @property
    def beside(self) -> tuple[tuple[str, str], ...]:
        """The same without what must hold."""
        told = (
            (t("found"), self.message),
            *self.details,
            (t("hint"), self.hint),
            (t("where"), standing(self.place) if self.place and self.place[0] and not self.is_met else ""),
        )
        return tuple((label, text) for label, text in told if text)

    def text(self) -> str:
        """The verdict and what there is to tell, line by line."""
        return "\n".join([self.verdict, *(t(ABOUT, name=label, words=text) for label, text in self.lines())])


@dataclass(frozen=True)
class Alike:
    """Checks of which the same is told, but for what must hold: those that wait for one thing, for instance."""

    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """Their names, how they ended, and their points."""
        if len(self.entries) == 1:
            return self.entries[0].title
        names = ", ".join(entry.name for entry in self.entries)
        most = sum(entry.max_points for entry in self.entries)
        worth = of_points(sum(entry.points for entry in self.entries), most) if most else ""
        return listed(NAMES, (t(ABOUT, name=names, words=self.entries[0].verdict), worth))

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What there is to tell of them all."""
        return self.entries[0].lines() if len(self.entries) == 1 else self.entries[0].beside


def alike_of(entries: Iterable[Entry]) -> list[Alike]:
    """The entries, those together of which the same is told, in the order of the first of each."""
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        is_alone = entry.picture is not None or not entry.message
        groups.setdefault(entry.name if is_alone else (entry.verdict, entry.counts, entry.beside), []).append(entry)
    return [Alike(tuple(group)) for group in groups.values()]


@dataclass(frozen=True)
class Concealed:
    """A check that a student is not told of, now or ever: what it gave, so that the points add up.

    ``entry`` is for a format that can keep it from students, and show it to instructors, or later; no other reads it.
    """

    points: float
    max_points: float
    entry: Entry


@dataclass(frozen=True)
class Sheet:
    """Everything that is told of a submission."""

    submission: str
    score: float
    max_score: float
    is_clean: bool  # every required check that ran was passed
    problem: str  # why it could not be judged, or nothing
    entries: tuple[Entry, ...]
    concealed: tuple[Concealed, ...]
    notes: tuple[str, ...]
    unjudged: float  # points that are not in max_score, because gradproof itself failed
    facts: tuple[
        tuple[str, str], ...
    ]  # by English names that a program may look for: where it comes from and how it was judged: the instructor's alone
    seconds: float | None
    times: Mapping[str, float] = field(default_factory=dict)  # seconds of each contract
    standing: Standing = field(default_factory=Standing)
    earned: float = 0.0  # before what lateness takes
    reveal: str = "never"  # when hidden checks are shown, where a service can do that
    view: View = View.INSTRUCTOR

    @property
    def student(self) -> str:
        """Who handed it in."""
        return self.standing.student or self.submission

    def count(self, *statuses: Status) -> int:
        """How many of the checks that count ended so."""
        return sum(entry.status in statuses for entry in self.entries if entry.counts)

    @property
    def summary(self) -> str:
        """``7.5 of 10 points; checks: 12 passed, 1 failed``; and what is owed."""
        counts = listed(NAMES, (counted(status, count) for status in Status if (count := self.count(status))))
        points = of_points(self.score, self.max_score) if self.max_score else ""
        checks = t("checks: {counts}", counts=counts) if counts else ""
        return listed(SENTENCES, (points, self.owed, t(NOT_JUDGED) if self.problem else checks))

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, each as a line that says that it is one."""
        return tuple(t("note: {note}", note=note) for note in self.notes)

    @property
    def owed(self) -> str:
        """The points that could not be judged, in words, if there are any."""
        return unjudged(self.unjudged) if self.unjudged else ""

    @property
    def is_broken(self) -> bool:
        """Whether gradproof owes it a result, or a part of one."""
        return bool(self.unjudged) or any(entry.status == Status.BROKEN for entry in self.entries)


def scores_of(sheets: Iterable[Sheet]) -> list[float]:
    """The points of the class: of each student's attempts the one that counts, and nothing that is broken."""
    return [one.score for one in sheets if not one.is_broken and one.standing.counts]
