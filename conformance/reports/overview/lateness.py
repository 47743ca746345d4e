"""What is said of a submission's standing in its course: when it came, what that costs, which attempt counts."""

from collections.abc import Iterator

from gradproof.conformance.engine.course import Course
from gradproof.conformance.grading.course.standing import Standing
from gradproof.conformance.grading.model import Graded
from gradproof.conformance.reports.languages.speaking import t, tell
from gradproof.conformance.reports.sheets import View
from gradproof.conformance.reports.wording import number, one_line
from gradproof.conformance.spec.words.said import say

LATE = "{days} days late: {lost} of the {earned} points that were earned are taken off for it"
LATE_ONE = "{days} day late: {lost} of the {earned} points that were earned are taken off for it"
CLOSED = "handed in after the course had closed: {lost} of the {earned} points that were earned are taken off for it"
SHORT, SHORT_ONE, SHORT_CLOSED = "{days} days late", "{days} day late", "after the course had closed"
COSTS = "{late}: {points} points off"
COUNTING = {  # by which of several counts, and whether this is it
    ("last", True): "attempt {attempt} of {attempts}: the last one counts, which is this one",
    ("last", False): "attempt {attempt} of {attempts}: the last one counts, which is another",
    ("best", True): "attempt {attempt} of {attempts}: the best one counts, which is this one",
    ("best", False): "attempt {attempt} of {attempts}: the best one counts, which is another",
}
ALIKE = "the same code, layout and variables' names aside, as {names}"
MESSAGES = (LATE, LATE_ONE, CLOSED, SHORT, SHORT_ONE, SHORT_CLOSED, COSTS, *COUNTING.values(), ALIKE)


def words(standing: Standing, points: float = 0.0) -> str:
    """How late it came, and what that costs; nothing, if it is in time."""
    if not standing.is_late:
        return ""
    short = SHORT_ONE if standing.days_late == 1 else SHORT if standing.days_late else SHORT_CLOSED
    late = say(short, days=standing.days_late)
    return tell(say(COSTS, late=late, points=number(points)) if points else late)


def notes(standing: Standing, graded: Graded, course: Course, view: View) -> Iterator[str]:
    """Lateness and attempts for everybody; who is alike, and who is in no roster, for the instructor."""
    if standing.is_late and not graded.score:
        yield words(standing)
    elif standing.is_late:
        is_closed = course.closes and standing.handed_in and standing.handed_in > course.closes
        template = LATE_ONE if standing.days_late == 1 else LATE
        template = CLOSED if is_closed or not standing.days_late else template
        lost, earned = number(graded.score * standing.share_lost), number(graded.score)
        yield t(template, days=standing.days_late, lost=lost, earned=earned)
    if len(standing.attempts) > 1:
        template = COUNTING[course.attempts, standing.counts]
        yield t(template, attempt=standing.attempt, attempts=len(standing.attempts))
    if view == View.STUDENT:
        return
    if standing.alike:
        yield t(ALIKE, names=one_line(", ".join(standing.alike), 500))
    if not standing.is_listed:
        yield t("{student} is not in the roster", student=one_line(standing.student))
