"""What is said of a submission's standing in its course: when it came, what that costs, which attempt counts."""

from collections.abc import Iterator

from gradproof.conformance.engine.course import Course
from gradproof.conformance.grading.course.standing import Standing
from gradproof.conformance.grading.model import Graded
from gradproof.conformance.reports.sheets import View
from gradproof.conformance.reports.wording import number, one_line


def notes(standing: Standing, graded: Graded, course: Course, view: View) -> Iterator[str]:
    """Lateness and attempts for everybody; who is alike, and who is in no roster, for the instructor."""
    if standing.is_late:
        days = f"{standing.days_late} day{'' if standing.days_late == 1 else 's'} late"
        when = days if standing.days_late else "handed in after the course had closed"
        lost = graded.score * standing.share_lost
        yield f"{when}: {number(lost)} of the {number(graded.score)} points that were earned are taken off for it"
    if len(standing.attempts) > 1:
        which = "which is this one" if standing.counts else "which is another"
        yield f"attempt {standing.attempt} of {len(standing.attempts)}: the {course.attempts} one counts, {which}"
    if view == View.STUDENT:
        return
    if standing.alike:
        yield f"the same code, layout and variables' names aside, as {one_line(', '.join(standing.alike), 500)}"
    if not standing.is_listed:
        yield f"{one_line(standing.student)} is not in the roster"
