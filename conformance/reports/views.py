"""What is told of a submission: the instructor is told everything, the student what is on the list here.

The student's view is built up from nothing: what :func:`_for_student` does not take over is in no report.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from gradproof.conformance.checks import hints
from gradproof.conformance.checks.discretion import CONCEALED
from gradproof.conformance.checks.messages import text, text_for_students, text_of_a_class
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.table import check_named
from gradproof.conformance.engine.charges import costs
from gradproof.conformance.engine.course import Course
from gradproof.conformance.engine.places import Place, place_of
from gradproof.conformance.grading.course.standing import Standing
from gradproof.conformance.grading.model import NO_COURSE, PUBLIC, SECRET, THESE, Graded, Grading, Header
from gradproof.conformance.reports.languages.speaking import t, tell
from gradproof.conformance.reports.overview import lateness
from gradproof.conformance.reports.sheets import NOT_JUDGED, Concealed, Entry, Sheet, View
from gradproof.conformance.reports.wording import ABOUT, names, number, one_line, plain
from gradproof.conformance.spec.findings import Finding, Kind
from gradproof.conformance.spec.words.said import say, without_values

__all__ = ["HIDDEN", "NOT_JUDGED", "PUBLIC_CASES", "Concealed", "Entry", "Sheet", "View", "is_hidden", "sheet", "told"]
HIDDEN = "hidden test"
PUBLIC_CASES = "judged by the cases that come with gradproof, whose answers everybody has (--public-cases)"
DISCREET = "the cases are secret, so what your code says or gives is left out; 'gradproof check' shows all of it"
NOT_THEIR_FAULT = "it could not be judged, by no fault of yours: tell the course's staff"
WORST = "{case}, {ratio:.3g} times what passes"
ASKED = "{oracle}, seed {seed}"
LOST_TO = "{points} to {mistake}: {where}"
CASES = {SECRET: "secret", PUBLIC: "public", THESE: "of this run"}
FACTS = ("handed in as", "cases", "oracle", "lost", "conventions", "versions")
LABELS = ("smallest case", "at", "expected", "got", "error", "worst case", "diagnosis", "replay")
OF_CLASS = ("of the class", "shared", "per-submission")  # as a header has it
MESSAGES = (
    *OF_CLASS,
    PUBLIC_CASES,
    DISCREET,
    NOT_THEIR_FAULT,
    NOT_JUDGED,
    WORST,
    ASKED,
    LOST_TO,
    *CASES.values(),
    *FACTS,
    *LABELS,
)
MOST_NOTES = 50
NONE: Mapping[str, float] = {}
NOT_STANDING = Standing()


def told(grading: Grading, view: View) -> tuple[Sheet, ...]:
    """Every submission of a class as it is told to its student or to the instructor."""
    return tuple(
        sheet(
            one,
            grading.header,
            view,
            grading.seconds.get(one.submission),
            grading.times.get(one.submission, {}),
            grading.standings.get(one.submission, NOT_STANDING),
            grading.course,
        )
        for one in grading.submissions
    )


def sheet(
    graded: Graded,
    header: Header,
    view: View,
    seconds: float | None = None,
    times: Mapping[str, float] = NONE,
    standing: Standing = NOT_STANDING,
    course: Course = NO_COURSE,
) -> Sheet:
    """A submission as it is told to the student or to the instructor."""
    results = graded.run.results if graded.run else ()
    entries: Iterable[Entry] = (_for_instructor(result, header, graded) for result in results)
    concealed: Iterable[Concealed] = ()
    problem, facts = tell(graded.problem or ""), _facts(graded, header)
    sees_all = view == View.INSTRUCTOR or header.is_public
    if view == View.STUDENT:
        hidden = [result for result in results if not _is_told(result, header)]
        entries = (_for_student(result, header, graded) for result in results if _is_told(result, header))
        concealed = (_concealed(result, header, graded, course) for result in hidden if _worth(result))
        problem, facts = (t(NOT_THEIR_FAULT) if graded.is_broken and problem else problem), iter(())
    return Sheet(
        submission=one_line(graded.submission) or t("unnamed"),
        score=graded.score * (1 - standing.share_lost),
        max_score=graded.max_score,
        is_clean=graded.run is not None and graded.run.summary.is_clean,
        problem=plain(problem),
        entries=(_not_judged(plain(problem), graded),) if problem else tuple(entries),
        concealed=tuple(concealed),
        notes=(*lateness.notes(standing, graded, course, view), *islice(_notes(graded, header, view), MOST_NOTES)),
        unjudged=graded.unjudged,
        facts=tuple(fact for fact in facts if fact[1]),
        seconds=seconds if sees_all or seconds is None else float(round(seconds)),  # they could tell of secret cases
        times={one_line(name): each for name, each in times.items()} if sees_all else {},
        standing=replace(standing, alike=()) if view == View.STUDENT else standing,
        view=view,
        earned=graded.score,
        reveal=course.reveal,
    )


def is_hidden(result: Result, header: Header) -> bool:
    """Whether students are not told of a check."""
    return not {result.check, f"{result.contract}.{result.check}"}.isdisjoint(header.hidden)


def _concealed(result: Result, header: Header, graded: Graded, course: Course) -> Concealed:
    """What is kept from the student: the verdict alone, if for ever, and all that students are told, if till later."""
    entry = _for_student(result, header, graded)
    if course.reveal == "never":
        entry = replace(entry, message="", hint="", place=None)
    return Concealed(result.points, _worth(result), entry)


def _for_student(result: Result, header: Header, graded: Graded) -> Entry:
    hint = hints.told(result, header.hints, is_discreet=not header.is_public)
    hint = "" if _speaks_of_hidden(hint, result, header) else hint
    told = _visible(result, header)
    message = _message(told, header)
    is_own = result.status == Status.SKIPPED and len(told) < len(result.findings)
    return Entry(
        name=_name(result),
        contract=one_line(result.contract),
        status=Status.FAILED if is_own else result.status,
        counts=result.required,
        points=result.points,
        max_points=_worth(result),
        message=plain(tell(message)),
        sentence=_sentence(result),
        hint=plain(tell(hint)),
        place=_place(result, graded),
        picture=result.picture if header.is_public and result.status.is_bad else None,
    )


def _place(result: Result, graded: Graded) -> tuple[str, Place] | None:
    """The function that it is about and where it stands, fit to show."""
    found = place_of(result, graded.places) if graded.places else None
    return (found[0], _shown(found[1])) if found else None


def _shown(place: Place) -> Place:
    return Place(one_line(place.file), place.line)


def _message(findings: Iterable[Finding], header: Header) -> str:
    """What a student is told of a result: all where the cases are public, else nothing that could hold one."""
    return text(findings) if header.is_public else text_for_students(findings)


def _visible(result: Result, header: Header) -> tuple[Finding, ...]:
    """The findings that say nothing of a hidden check."""
    return tuple(finding for finding in result.findings if not _is_of_hidden(finding, result, header))


def _is_told(result: Result, header: Header) -> bool:
    """Whether a student is told of a result: none that is hidden, nor one that only a hidden one kept from being made.

    Of a check that failed beside a hidden one, and is not charged for its sake, its own findings are told.
    """
    if is_hidden(result, header):
        return False
    return result.status != Status.SKIPPED or not result.findings or bool(_visible(result, header))


def _for_instructor(result: Result, header: Header, graded: Graded) -> Entry:
    return Entry(
        name=_name(result),
        contract=one_line(result.contract),
        status=result.status,
        counts=result.required,
        points=result.points,
        max_points=_worth(result),
        message=plain(tell(result.message)),
        of_class=plain(tell(text_of_a_class(result.findings))),
        sentence=_sentence(result),
        hint=plain(tell(result.hint)),
        is_hidden=is_hidden(result, header),
        details=tuple((t(label), plain(tell(text))) for label, text in _evidence(result) if text),
        diagnosis=one_line(result.diagnosis or ""),
        place=_place(result, graded),
        picture=result.picture if result.status.is_bad else None,
    )


def _name(result: Result) -> str:
    return one_line(f"{result.contract}.{result.check}")


def _worth(result: Result) -> float:
    """What it is worth; what is broken is worth nothing as yet, so that the points add up."""
    return 0.0 if result.status == Status.BROKEN else result.max_points


def _sentence(result: Result) -> str:
    check = check_named(result.check)
    return t(check.sentence) if check else ""


def _not_judged(problem: str, graded: Graded) -> Entry:
    status = Status.BROKEN if graded.is_broken else Status.ERRORED
    of_class = plain(tell(without_values(graded.problem or "", CONCEALED)))
    place = next(((name, _shown(place)) for name, place in graded.places.items()), None)
    name, most = t(NOT_JUDGED), graded.max_score
    return Entry(name, name, status, True, 0.0, most, problem, of_class=of_class, place=place)


def _evidence(result: Result) -> Iterator[tuple[str, str]]:
    if result.evidence:
        yield "smallest case", say(ABOUT, name=result.evidence.case, words=result.evidence.setting)
        yield "at", result.evidence.element
        yield "expected", result.evidence.expected
        yield "got", result.evidence.got
        yield "error", result.evidence.error
    if result.worst:
        case, ratio = result.worst.case, result.worst.ratio
        yield "worst case", case if ratio is None else say(WORST, case=case, ratio=ratio)
    yield "diagnosis", result.diagnosis or ""
    yield "replay", result.replay or ""


def _is_of_hidden(finding: Finding, result: Result, header: Header) -> bool:
    """Whether a finding is about a hidden check: one that it names, or, in a document's words, any."""
    if finding.kind == Kind.TOLD:
        return _speaks_of_hidden(finding["reason"], result, header)
    checks = {*((finding.check,) if finding.check else ()), *finding.get("checks", ())}
    contract = finding.contract or result.contract
    because = finding.get("because")
    return any(not {check, f"{contract}.{check}"}.isdisjoint(header.hidden) for check in checks) or (
        because is not None and _is_of_hidden(because, result, header)
    )


def _speaks_of_hidden(text: str, result: Result, header: Header) -> bool:
    """Whether a text about a result names a hidden check: its own contract's, or that of a contract it names."""
    parts = (name.rpartition(".") for name in header.hidden)
    return any(names(text, [check]) and (of in ("", result.contract) or names(text, [of])) for of, _, check in parts)


def _notes(graded: Graded, header: Header, view: View) -> Iterator[str]:
    """Each note once; a student is told none that could speak of a hidden check."""
    if header.is_public:
        yield t(PUBLIC_CASES)
    if graded.run is None:
        return
    if view == View.STUDENT and not header.is_public:
        yield t(DISCREET)
    with_hidden = {result.contract for result in graded.run.results if is_hidden(result, header)}
    secret = {*with_hidden, *(name.rpartition(".")[2] for name in header.hidden)}
    notes = graded.run.notes if view == View.INSTRUCTOR or header.is_public else graded.run.discreet_notes
    for note in dict.fromkeys(notes):
        if view == View.INSTRUCTOR or not names(note, secret):
            yield one_line(tell(note), limit=500)


def _facts(graded: Graded, header: Header) -> Iterator[tuple[str, str]]:
    """Of which the first is one of FACTS, or a name that every language has."""
    yield "handed in as", one_line(graded.source)
    yield "sha256", one_line(graded.digest)
    yield "cases", t(CASES[header.cases]) if header.cases in CASES else header.cases
    if graded.run:
        yield "oracle", t(ASKED, oracle=graded.run.oracle, seed=graded.run.seed)
        for cost in costs(graded.run.results):
            lost = t(LOST_TO, points=number(cost.points), mistake=cost.mistake, where=", ".join(cost.where))
            yield "lost", one_line(lost, limit=500)
        yield "conventions", ", ".join(f"{name}={value}" for name, value in graded.run.dialect.items())
        yield "versions", ", ".join(f"{name} {value}" for name, value in graded.run.versions.items())
    else:
        yield "oracle", t(ASKED, oracle=t(header.oracle), seed=header.seed)
