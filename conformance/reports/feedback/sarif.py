"""SARIF 2.1.0, as code scanning and editors read it: a rule a check, a result a complaint, at the function's line.

GitHub refuses a whole log in which a single result names no file: what has no line names the submission.
"""

from typing import Any
from urllib.parse import quote

from gradproof import __version__
from gradproof.conformance.checks.results import Status
from gradproof.conformance.checks.table import CHECKS
from gradproof.conformance.engine.places import Place, function_of
from gradproof.conformance.grading.model import Header
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.reports.sheets import NOT_JUDGED, Entry, Sheet
from gradproof.conformance.reports.wording import ABOUT, one_line

UNJUDGED = "not_judged"
SCHEMA, VERSION = "https://json.schemastore.org/sarif-2.1.0.json", "2.1.0"


def of(told: Sheet, header: Header, folder: str = "", home: str = "") -> dict[str, Any]:
    """The log, of one run.

    ``folder`` leads from the repository's root to where the submission's files are, ``home`` to the submission itself.
    """
    bad = [entry for entry in told.entries if entry.status.is_bad or entry.status == Status.BROKEN]
    rules = list(dict.fromkeys(map(_rule, bad)))
    sentences = {UNJUDGED: t(NOT_JUDGED), **{check.name: t(check.sentence) for check in CHECKS}}
    words = [told.summary, *told.notes]
    run = {
        "tool": {
            "driver": {
                "name": "gradproof",
                "version": __version__,
                "rules": [{"id": rule, "shortDescription": {"text": sentences.get(rule, rule)}} for rule in rules],
            }
        },
        "automationDetails": {"id": f"{one_line(header.assignment) or 'gradproof'}/{told.submission}"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not told.is_broken,
                "toolExecutionNotifications": [{"level": "note", "message": {"text": each}} for each in words],
            }
        ],
        "results": [_result(entry, rules.index(_rule(entry)), folder, home or told.submission) for entry in bad],
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(entry: Entry) -> str:
    """The check; what could not be judged has a name of its own."""
    return UNJUDGED if entry.name == t(NOT_JUDGED) else entry.name.removeprefix(f"{entry.contract}.")


def _result(entry: Entry, index: int, folder: str, home: str) -> dict[str, Any]:
    level = "error" if entry.status.is_bad and entry.counts else "warning"
    made: dict[str, Any] = {"ruleId": _rule(entry), "ruleIndex": index, "level": level}
    made["message"] = {"text": t(ABOUT, name=entry.name, words=entry.text())}
    name, place = entry.place or ("", None)
    located = f"{folder}{place.file}" if place else home
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": function_of(name) or entry.name}],
        "physicalLocation": {"artifactLocation": {"uri": quote(located)}, "region": {"startLine": _line(place)}},
    }
    return {**made, "locations": [location]}


def _line(place: Place | None) -> int:
    return place.line if place else 1
