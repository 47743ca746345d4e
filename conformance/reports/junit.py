"""JUnit XML, one test suite a submission, as Jenkins (junit-10.xsd) and Ant (JUnit.xsd) read it.

A failure is wrong, an error could not run, skipped is what was not made or could not be decided. An advisory complaint
is skipped too: it does not count. A contract is run once for all its checks: its seconds stand at the first of them.
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.model import Grading
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.reports.views import NOT_JUDGED, Entry, Sheet, View, told
from gradproof.conformance.reports.wording import exact, one_line

UNKNOWN_TIME = "1970-01-01T00:00:00"
TAGS = {Status.FAILED: "failure", Status.ERRORED: "error", Status.TIMED_OUT: "error", Status.BROKEN: "error"}


def render(grading: Grading, view: View = View.INSTRUCTOR, when: str = UNKNOWN_TIME) -> str:
    """The whole class as one document. ``when`` is ISO 8601 without a time zone, as the schema wants it."""
    root = Element("testsuites")
    for index, one in enumerate(told(grading, view)):
        _add_suite(root, one, index, one_line(grading.header.assignment) or "gradproof", when)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _add_suite(root: Element, told: Sheet, index: int, assignment: str, when: str) -> None:
    tags = [_tag(entry) for entry in told.entries]
    suite = SubElement(
        root,
        "testsuite",
        name=told.submission,
        package=assignment,
        id=str(index),
        timestamp=when,
        hostname="localhost",
        tests=str(len(tags)),
        failures=str(tags.count("failure")),
        errors=str(tags.count("error")),
        skipped=str(tags.count("skipped")),
        time=_seconds(told.seconds),
    )
    properties = SubElement(suite, "properties")
    facts = (("score", exact(told.score)), ("max_score", exact(told.max_score)), *told.facts)
    for name, value in facts:
        SubElement(properties, "property", name=name, value=value)
    _add_cases(suite, told)
    SubElement(suite, "system-out").text = "\n".join([told.summary, *told.notes])
    SubElement(suite, "system-err")


def _add_cases(suite: Element, told: Sheet) -> None:
    left = dict(told.times)
    for entry in told.entries:
        is_unjudged = entry.name == t(NOT_JUDGED)
        contract = NOT_JUDGED if is_unjudged else entry.contract
        name = NOT_JUDGED if is_unjudged else entry.name.removeprefix(f"{contract}.")
        time = _seconds(left.pop(entry.contract, None))
        case = SubElement(suite, "testcase", classname=f"{told.submission}.{contract}", name=name, time=time)
        tag = _tag(entry)
        if tag:
            words = one_line(entry.message) or entry.verdict
            kind = {} if tag == "skipped" else {"type": entry.status.value}
            SubElement(case, tag, kind, message=words).text = entry.text()


def _tag(entry: Entry) -> str:
    if entry.status == Status.PASSED:
        return ""
    counts = entry.counts or entry.status == Status.BROKEN
    return TAGS.get(entry.status, "skipped") if counts else "skipped"


def _seconds(value: float | None) -> str:
    return f"{value or 0:.3f}"
