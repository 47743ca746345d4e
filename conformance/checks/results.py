"""What a run found: frozen, plain, the same for every report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from gradproof.conformance.checks import messages
from gradproof.conformance.checks.messages import Evidence
from gradproof.conformance.spec.findings import Finding


class Status(StrEnum):
    """The outcome of one check."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    SKIPPED = "skipped"
    INCONCLUSIVE = "inconclusive"
    TIMED_OUT = "timed_out"
    BROKEN = "broken"  # gradproof itself failed: it says nothing of the submission

    @property
    def words(self) -> str:
        """As it stands in a sentence: ``timed out``."""
        return self.value.replace("_", " ")

    @property
    def is_bad(self) -> bool:
        """Whether it counts against the submission."""
        return self in (Status.FAILED, Status.ERRORED, Status.TIMED_OUT)


@dataclass(frozen=True)
class Worst:
    """The case with the largest error, and that error over the yardstick's limit (passes up to 1)."""

    case: str
    ratio: float | None


Rows = tuple[tuple[float | None, ...], ...]  # None: what is not finite


@dataclass(frozen=True)
class Picture:
    """Values of a failing case, as tables: what is right, and what came back."""

    observation: str
    corner: tuple[int, int]  # of the part that is told
    expected: Rows
    got: Rows


@dataclass(frozen=True)
class Result:
    """One check of one contract."""

    contract: str
    check: str
    status: Status
    required: bool
    cases: int
    findings: tuple[Finding, ...] = ()
    worst: Worst | None = None
    diagnosis: str | None = None
    hint: str = ""
    discreet_hint: str = ""  # the same without the numbers that were measured on the submission
    ladder: tuple[str, ...] = ()  # the hint of a mistake in levels, each of which tells more, see checks.hints
    discreet_ladder: tuple[str, ...] = ()
    replay: str | None = None
    points: float = 0.0
    max_points: float = 0.0
    right: float | None = None  # the share of the values it judges that are right; None where it judges none
    picture: Picture | None = None

    @cached_property
    def message(self) -> str:
        """What was found, in words."""
        return messages.text(self.findings)

    @cached_property
    def evidence(self) -> Evidence | None:
        """The smallest case on which it failed, in words."""
        return messages.evidence(self.findings[0]) if self.status.is_bad and self.findings else None


@dataclass(frozen=True)
class Summary:
    """Counts over the required checks, advisory complaints apart."""

    passed: int
    failed: int
    errored: int
    skipped: int
    inconclusive: int
    timed_out: int
    broken: int  # advisory ones too
    advisory: int
    cases: int
    score: float
    max_score: float  # of what could be judged
    unjudged: float  # points of what is broken: neither earned nor lost
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Whether every required check that ran was passed, and none is broken."""
        return self.failed + self.errored + self.timed_out + self.broken == 0


@dataclass(frozen=True)
class Run:
    """Everything a report needs."""

    subject: str
    assignment: str | None
    dialect: dict[str, str]
    oracle: str
    seed: int
    versions: dict[str, str]
    results: tuple[Result, ...]
    notes: tuple[str, ...]
    cases: int
    seconds: float
    discreet_notes: tuple[str, ...] = ()  # for whoever may not know the cases
    times: Mapping[str, float] = field(default_factory=dict)  # seconds of each contract
    summary: Summary = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "summary", summarize(self.results, self.cases, self.seconds))


def summarize(results: Iterable[Result], cases: int, seconds: float) -> Summary:
    """Count the results."""
    results = tuple(results)
    required = [result.status for result in results if result.required]
    broken = [result for result in results if result.status == Status.BROKEN]
    return Summary(
        **{**{status.value: required.count(status) for status in Status}, Status.BROKEN.value: len(broken)},
        advisory=sum(result.status.is_bad for result in results if not result.required),
        cases=cases,
        score=sum(result.points for result in results),
        max_score=sum(result.max_points for result in results if result.status != Status.BROKEN),
        unjudged=sum(result.max_points for result in broken),
        seconds=round(seconds, 3),
    )
