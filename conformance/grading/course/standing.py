"""How a submission stands in its course: whose it is, when it came, what that costs, and whether it counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gradproof.conformance.engine.course import Course
from gradproof.conformance.grading.course.likeness import Result, alike


@dataclass(frozen=True)
class Standing:
    """What a course adds to a submission's points."""

    student: str = ""
    name: str = ""  # the student's, as the roster has it
    is_listed: bool = True  # in the roster, if there is one
    handed_in: datetime | None = None
    days_late: int = 0
    share_lost: float = 0.0
    attempt: int = 1  # of the student's, in the order in which they came
    attempts: tuple[str, ...] = ()  # the names of all of them, in that order
    counts: bool = True
    alike: tuple[str, ...] = ()  # others that say the same

    @property
    def is_late(self) -> bool:
        """Whether it came after its deadline, or after the course had closed."""
        return bool(self.days_late or self.share_lost)


def standings(submissions: Sequence[Result], course: Course, times: Mapping[str, str]) -> dict[str, Standing]:
    """Of every submission, by name. ``times`` has when each was handed in."""
    twins = alike(submissions)
    of: dict[str, list[Result]] = {}
    for one in submissions:
        of.setdefault(course.student_of(one.submission), []).append(one)
    made = {}
    for student, attempts in of.items():
        member = course.member(student)
        arrived = {one.submission: _read(times.get(one.submission, "")) for one in attempts}
        ordered = sorted(attempts, key=lambda one: (_stamp(arrived[one.submission]), one.submission))
        lost = {name: course.share_lost(student, when) for name, when in arrived.items()}
        chosen = _counting(ordered, course, lost)
        names = tuple(one.submission for one in ordered)
        for number, name in enumerate(names, start=1):
            made[name] = Standing(
                student=student,
                name=member.name if member else "",
                is_listed=member is not None or not course.members,
                handed_in=arrived[name],
                days_late=course.days_late(student, arrived[name]),
                share_lost=lost[name],
                attempt=number,
                attempts=names,
                counts=name == chosen,
                alike=tuple(other for other in twins.get(name, ()) if other not in names),
            )
    return made


def absent(course: Course, made: Iterable[Standing]) -> tuple[str, ...]:
    """Who is in the roster and handed nothing in."""
    there = {each.student for each in made}
    return tuple(member.student for member in course.members if member.student not in there)


def _counting(ordered: Sequence[Result], course: Course, lost: Mapping[str, float]) -> str:
    """The last of a student's attempts, or the best, by what lateness leaves of it; of equals the last."""
    if course.attempts == "last":
        return ordered[-1].submission
    judged = [one for one in ordered if not one.is_unmade] or ordered
    return max(reversed(judged), key=lambda one: one.score * (1 - lost[one.submission])).submission


def _read(time: str) -> datetime | None:
    try:
        return datetime.fromisoformat(time) if time else None
    except ValueError:
        return None


def _stamp(when: datetime | None) -> float:
    return when.timestamp() if when else 0.0
