"""The class as one HTML page that needs nothing else: a table, the most frequent failures, every complaint."""

from statistics import mean, median
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.model import Grading
from gradproof.conformance.reports.frequent import failures
from gradproof.conformance.reports.views import PUBLIC_CASES, Sheet, View, told
from gradproof.conformance.reports.wording import number, one_line

TEMPLATE = "class.html.j2"
BAD = tuple(status for status in Status if status.is_bad)
UNDECIDED = (Status.SKIPPED, Status.INCONCLUSIVE, Status.BROKEN)


def render(grading: Grading, view: View = View.INSTRUCTOR) -> str:
    """The page. In the student's view it has no part that speaks of the class."""
    sheets = list(told(grading, view))
    environment = Environment(
        loader=PackageLoader("gradproof.conformance.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    return environment.get_template(TEMPLATE).render(
        assignment=one_line(grading.header.assignment),
        of_class=view == View.INSTRUCTOR,
        facts=_facts(grading) if view == View.INSTRUCTOR else (),
        figures=_figures(sheets),
        failures=failures(sheets),
        sheets=sheets,
        bad=BAD,
        undecided=UNDECIDED,
        passed=Status.PASSED,
    )


def _facts(grading: Grading) -> tuple[tuple[str, str], ...]:
    header = grading.header
    return (
        ("assignment file", f"sha256 {one_line(header.digest)}"),
        ("oracle", f"{one_line(header.oracle)}, seed {header.seed}, {one_line(header.seed_policy)}"),
        ("cases", PUBLIC_CASES if header.is_public else one_line(header.cases)),
        ("hidden from students", ", ".join(map(one_line, header.hidden)) or "nothing"),
        ("versions", ", ".join(one_line(f"{name} {value}") for name, value in header.versions.items())),
    )


def _figures(sheets: list[Sheet]) -> tuple[tuple[str, Any], ...]:
    scores = [one.score for one in sheets if not one.is_broken]
    broken = len(sheets) - len(scores)
    owed = (("broken: gradproof itself failed", broken),) if broken else ()
    if not scores:
        return (("submissions", len(sheets)), *owed)
    return (
        ("submissions", len(sheets)),
        *owed,
        ("could not be judged", sum(bool(one.problem) for one in sheets if not one.is_broken)),
        ("everything right", sum(one.is_clean for one in sheets)),
        ("mean score", number(round(mean(scores), 2))),
        ("median score", number(round(median(scores), 2))),
    )
