"""What is said of a submission's standing in its course: when it came, what that costs, which attempt counts."""

from collections.abc import Iterator

from gradproof.conformance.engine.course import Course
from gradproof.conformance.grading.course.standing import Standing
from gradproof.conformance.grading.model import Graded
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.reports.sheets import View
from gradproof.conformance.reports.wording import number, one_line

LATE = "{days} days late: {lost} of the {earned} points that were earned are taken off for it"
LATE_ONE = "{days} day late: {lost} of the {earned} points that were earned are taken off for it"
CLOSED = "handed in after the course had closed: {lost} of the {earned} points that were earned are taken off for it"
COUNTING = {  # by which of several counts, and whether this is it
    ("last", True): "attempt {attempt} of {attempts}: the last one counts, which is this one",
    ("last", False): "attempt {attempt} of {attempts}: the last one counts, which is another",
    ("best", True): "attempt {attempt} of {attempts}: the best one counts, which is this one",
    ("best", False): "attempt {attempt} of {attempts}: the best one counts, which is another",
}
ALIKE = "the same code, layout and variables' names aside, as {names}"
MESSAGES = (LATE, LATE_ONE, CLOSED, *COUNTING.values(), ALIKE)


def notes(standing: Standing, graded: Graded, course: Course, view: View) -> Iterator[str]:
    """Lateness and attempts for everybody; who is alike, and who is in no roster, for the instructor."""
    if standing.is_late:
        template = LATE_ONE if standing.days_late == 1 else LATE if standing.days_late else CLOSED
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
