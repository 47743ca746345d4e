r"""The table ``[course]`` of an assignment: when hand-ins are due, what lateness costs, and which of several counts.

    [course]
    deadline = 2026-10-05T23:59:00+02:00
    grace_minutes = 15
    late_per_day = 0.1
    late_at_most = 0.5
    closes = 2026-10-12T23:59:00+02:00
    attempts = "best"
    student = '(.+)_attempt\\d+'
    roster = "roster.csv"
    reveal = "after_due_date"
    leaderboard = true

None of it changes what is judged: it is applied when a report is made, to points that stay as they are in the ledger.
"""

import re
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gradproof.conformance.spec.words.said import say

SECONDS_A_DAY = 86_400.0
FILE = "course.json"


class Member(BaseModel):
    """A line of the roster."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    student: str
    name: str = ""
    deadline: datetime | None = None  # one of their own


class Course(BaseModel):
    """Deadline, lateness, attempts and who is in the class."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    deadline: datetime | None = None
    grace_minutes: float = Field(default=0.0, ge=0)
    late_per_day: float = Field(default=0.0, ge=0, le=1)  # of the points, for each day that has begun
    late_at_most: float = Field(default=1.0, ge=0, le=1)
    closes: datetime | None = None  # what comes later earns nothing
    attempts: Literal["last", "best"] = "last"
    student: str = ""  # a regular expression that a hand-in's name fits: its group is the student
    roster: Path | None = None  # a CSV file with a column student, and name and deadline if there are such
    reveal: Literal["never", "after_due_date", "after_published"] = "never"  # of hidden checks, where a service can
    leaderboard: bool = False
    members: tuple[Member, ...] = ()  # read from the roster

    @field_validator("deadline", "closes")
    @classmethod
    def _is_somewhere(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(
                say("{value} has no time zone, expected one as in 2026-10-05T23:59:00+02:00", value=value.isoformat())
            )
        return value

    @model_validator(mode="after")
    def _closes_when_it_was_due(self) -> Self:
        if self.closes and self.deadline and self.closes < self.deadline:
            raise ValueError(say("closes is before the deadline, and nothing would earn anything"))
        return self

    @field_validator("student")
    @classmethod
    def _has_a_group(cls, value: str) -> str:
        try:
            groups = re.compile(value).groups
        except re.error as error:
            raise ValueError(say("{value!r} is no regular expression: {reason}", value=value, reason=error)) from None
        if value and groups != 1:
            raise ValueError(
                say(
                    "{value!r} has {groups} groups, expected one, around the student: '(.+)_attempt\\d+'",
                    value=value,
                    groups=groups,
                )
            )
        return value

    def student_of(self, submission: str) -> str:
        """Who handed in a submission of that name."""
        names = (submission, submission.rpartition(".")[0])  # what cannot be opened keeps its suffix
        found = next(filter(None, (re.fullmatch(self.student, name) for name in names)), None) if self.student else None
        return (found and found[1]) or submission

    def member(self, student: str) -> Member | None:
        """The student's line in the roster, if there is one."""
        return next((each for each in self.members if each.student == student), None)

    def due(self, student: str) -> datetime | None:
        """The deadline of a student."""
        member = self.member(student)
        return member.deadline if member and member.deadline else self.deadline

    def days_late(self, student: str, handed_in: datetime | None) -> int:
        """How many days after the deadline and its grace have begun; 0 where either time is not known."""
        due = self.due(student)
        if due is None or handed_in is None:
            return 0
        seconds = (handed_in - due).total_seconds()
        return 0 if seconds <= 60 * self.grace_minutes else ceil(seconds / SECONDS_A_DAY)

    def share_lost(self, student: str, handed_in: datetime | None) -> float:
        """The share of its points that a hand-in loses by being late."""
        if self.closes is not None and handed_in is not None and handed_in > self.closes:
            member = self.member(student)
            if member is None or member.deadline is None or handed_in > member.deadline:
                return 1.0
        return min(self.late_at_most, self.late_per_day * self.days_late(student, handed_in))
