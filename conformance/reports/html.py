"""The class as one HTML page that needs nothing else: points, mistakes by name, students and checks, a part a student.

Its only script, which sorts and filters, is ours: its digest stands in the Content-Security-Policy, which lets no other
run. Without it everything is there to read.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from statistics import mean, median
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.course.standing import absent
from gradproof.conformance.grading.model import THESE, Grading
from gradproof.conformance.reports.frequent import mistakes
from gradproof.conformance.reports.languages.speaking import listed, spoken, t
from gradproof.conformance.reports.overview import lateness
from gradproof.conformance.reports.page import drawing
from gradproof.conformance.reports.page.anchors import anchors, breaking, of_check, of_entry
from gradproof.conformance.reports.sheets import alike_of, scores_of
from gradproof.conformance.reports.views import ASKED, CASES, NOT_JUDGED, PUBLIC_CASES, Entry, Sheet, View, told
from gradproof.conformance.reports.wording import number, one_line, out_of
from gradproof.conformance.spec.words.said import NAMES, SENTENCES

TEMPLATE = "class.html.j2"
BAD = tuple(status for status in Status if status.is_bad)
UNDECIDED = (Status.SKIPPED, Status.INCONCLUSIVE, Status.BROKEN)
MOST_NAMED = 12
SIGNS = {"good": "✓", "part": "◐", "fail": "✗", "none": "·"}


@dataclass(frozen=True)
class Cell:
    """A student and a check."""

    name: str
    look: str
    words: str
    leads: str  # to what is said of it

    @property
    def sign(self) -> str:
        """What is seen where there are no colours."""
        return SIGNS[self.look]


@dataclass(frozen=True)
class Column:
    """A check, and who has it right."""

    name: str
    sentence: str
    judged: int
    right: int
    wrong: tuple[int, ...]


def render(grading: Grading, view: View = View.INSTRUCTOR) -> str:
    """The page. In the student's view, and of one check, it has no part that speaks of a class, and no script."""
    sheets, is_class = list(told(grading, view)), view == View.INSTRUCTOR and grading.header.cases != THESE
    at = anchors(sheets)
    entries = [{entry.name: entry for entry in one.entries} for one in sheets]
    columns = _columns(sheets) if is_class else []
    script = _part("page.js")
    environment = Environment(
        loader=PackageLoader("gradproof.conformance.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["breaking"] = breaking
    environment.filters["filled"] = lambda sentence, names: Markup(escape(sentence)).format(names=names)
    environment.globals.update(t=t, language=spoken(), out_of=out_of)
    return environment.get_template(TEMPLATE).render(
        assignment=one_line(grading.header.assignment),
        of_class=is_class,
        facts=_facts(grading) if is_class else (),
        figures=(*_figures(sheets), *_missing(grading)) if is_class else _figures(sheets),
        histogram=drawing.points(scores_of(sheets), grading.header.max_score),
        mistakes=mistakes(sheets) if is_class else (),
        most_named=MOST_NAMED,
        people=len({one.student for one in sheets}),
        sheets=sheets,
        anchor=at,
        kinds=[_kinds(one) for one in sheets],
        beside=[_beside(one) for one in sheets],
        columns=columns,
        cells=[[_cell(at[i], name, entries[i].get(name)) for name in columns] for i in range(len(sheets))],
        checks=[_column(name, entries) for name in columns],
        over_time=[_over_time(one, grading) for one in sheets],
        leads=lambda index, name: _leads(at[index], entries[index].get(name)),
        of_check=of_check,
        of_entry=of_entry,
        alike_of=alike_of,
        drawn=drawing.case,
        bad=BAD,
        undecided=UNDECIDED,
        passed=Status.PASSED,
        style=Markup(_part("page.css")),
        script=Markup(script),
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
    )


def _part(name: str) -> str:
    return (files("gradproof.conformance.reports") / "templates" / name).read_text(encoding="utf-8")


def _columns(sheets: Sequence[Sheet]) -> list[str]:
    """The checks that are worth points to somebody; all that count, where none is."""
    judged = [entry for one in sheets if not one.problem for entry in one.entries]
    worth = dict.fromkeys(entry.name for entry in judged if entry.max_points)
    return list(worth or dict.fromkeys(entry.name for entry in judged if entry.counts))


def _cell(student: str, name: str, entry: Entry | None) -> Cell:
    words = listed(NAMES, (entry.verdict, entry.worth)) if entry else t(NOT_JUDGED)
    return Cell(name, _look(entry), words, _leads(student, entry))


def _look(entry: Entry | None) -> str:
    if entry is None or entry.status == Status.BROKEN:
        return "none"
    if entry.is_partial or (0 < entry.points < entry.max_points):
        return "part"
    return "good" if entry.is_met else "none" if entry.status == Status.SKIPPED and not entry.max_points else "fail"


def _leads(student: str, entry: Entry | None) -> str:
    """To what is said of a check; what is right has no more to say than the student's own part."""
    return student if entry is None or entry.status == Status.PASSED else of_entry(student, entry)


def _column(name: str, entries: Sequence[dict[str, Entry]]) -> Column:
    seen = {index: each[name] for index, each in enumerate(entries) if name in each}
    wrong = tuple(index for index, entry in seen.items() if not entry.is_met)
    sentence = next((entry.sentence for entry in seen.values()), "")
    return Column(name, sentence, len(seen), len(seen) - len(wrong), wrong)


def _kinds(one: Sheet) -> str:
    """The words by which the page filters."""
    is_wrong = not one.is_clean and not one.problem
    told_of = {
        "clean": one.is_clean,
        "wrong": is_wrong,
        "problem": bool(one.problem),
        "late": one.standing.is_late,
        "again": len(one.standing.attempts) > 1,
    }
    return " ".join(name for name, holds in told_of.items() if holds)


def _beside(one: Sheet) -> str:
    late = lateness.words(one.standing)
    other = "" if one.standing.counts else t("another attempt counts")
    return listed(SENTENCES, (one.standing.name, late, other, one.problem or one.owed))


def _over_time(one: Sheet, grading: Grading) -> Markup:
    """The points of the student's attempts, if there are several."""
    scores = {each.submission: each.score for each in grading.submissions}
    attempts = [(one_line(name), scores[name]) for name in one.standing.attempts if name in scores]
    return drawing.attempts(attempts, grading.header.max_score)


def _facts(grading: Grading) -> tuple[tuple[str, str], ...]:
    header, policy = grading.header, one_line(grading.header.seed_policy)
    return (
        (t("assignment file"), f"sha256 {one_line(header.digest)}"),
        (t("oracle"), listed(NAMES, (t(ASKED, oracle=t(one_line(header.oracle)), seed=header.seed), t(policy)))),
        (t("cases"), t(PUBLIC_CASES) if header.is_public else t(CASES.get(header.cases, header.cases))),
        (t("hidden from students"), ", ".join(map(one_line, header.hidden)) or t("nothing")),
        (t("versions"), ", ".join(one_line(f"{name} {value}") for name, value in header.versions.items())),
    )


def _missing(grading: Grading) -> tuple[tuple[str, Any], ...]:
    """Who is in the roster and handed nothing in, by name where there is one."""
    members = [grading.course.member(each) for each in absent(grading.course, grading.standings.values())]
    names = [one_line(each.name or each.student) for each in members if each]
    return ((t("handed nothing in"), ", ".join(names)),) if names else ()


def _figures(sheets: list[Sheet]) -> tuple[tuple[str, Any], ...]:
    scores = scores_of(sheets)
    broken = sum(one.is_broken for one in sheets)
    owed = ((t("broken: gradproof itself failed"), broken),) if broken else ()
    if not scores:
        return ((t("submissions"), len(sheets)), *owed)
    return (
        (t("submissions"), len(sheets)),
        *owed,
        (t("could not be judged"), sum(bool(one.problem) for one in sheets if not one.is_broken)),
        (t("everything right"), sum(one.is_clean for one in sheets)),
        (t("mean score"), number(round(mean(scores), 2))),
        (t("median score"), number(round(median(scores), 2))),
    )
