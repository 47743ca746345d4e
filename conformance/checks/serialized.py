"""The run as JSON, schema ``gradproof/1``."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from gradproof.conformance.checks.results import Picture, Result, Run, Status, Worst
from gradproof.conformance.spec.findings import Finding, Kind, found
from gradproof.conformance.spec.plain import as_plain, from_plain
from gradproof.conformance.spec.words.said import as_plain as as_said
from gradproof.conformance.spec.words.said import from_plain as phrased

SCHEMA = "gradproof/1"
HINTS, LADDERS, NOTES = ("hint", "discreet_hint"), ("ladder", "discreet_ladder"), ("notes", "discreet_notes")
CONTROLS = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")  # terminals obey these


def render(run: Run) -> str:
    """The whole run as one JSON document. Infinite ratios are written as null."""
    text = json.dumps(document(run), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def document(run: Run) -> dict[str, Any]:
    """The whole run as plain data."""
    return {
        "schema": SCHEMA,
        "subject": run.subject,
        "assignment": run.assignment,
        "dialect": run.dialect,
        "oracle": run.oracle,
        "seed": run.seed,
        "versions": run.versions,
        "results": [_result(result) for result in run.results],
        "notes": list(run.notes),
        "summary": asdict(run.summary),
    }


def findings(run: Run) -> list[list[dict[str, Any]]]:
    """The findings of each result as plain data: a document has them in words alone."""
    return [[as_plain(finding) for finding in result.findings] for result in run.results]


def parse(fields: Mapping[str, Any], told: Sequence[Sequence[Mapping[str, Any]]] | None = None) -> Run:
    """The run of a document, and of its findings where they were kept. Raises KeyError or TypeError if it is none."""
    kept = told or [()] * len(fields["results"])
    said = fields.get("said", {})
    return Run(
        **{name: fields[name] for name in ("subject", "assignment", "dialect", "oracle", "seed", "versions")},
        results=tuple(_parsed(result, each) for result, each in zip(fields["results"], kept, strict=True)),
        notes=_restored(fields["notes"], said.get("notes")),
        discreet_notes=_restored(fields.get("discreet_notes", fields["notes"]), said.get("discreet_notes")),
        cases=fields["summary"]["cases"],
        seconds=fields["summary"].get("seconds", 0.0),
    )


def _parsed(fields: Mapping[str, Any], told: Sequence[Mapping[str, Any]]) -> Result:
    kept = {name: value for name, value in fields.items() if name not in ("message", "evidence", "said")}
    worst, said = fields["worst"], fields.get("said", {})
    words = {"hint": fields["hint"] or "", "discreet_hint": fields.get("discreet_hint", fields["hint"]) or ""}
    ladders = {name: fields.get(name, ()) for name in LADDERS}
    return Result(
        **{
            **kept,
            "status": Status(fields["status"]),
            **{name: phrased(text, said.get(name)) for name, text in words.items()},
            **{name: _restored(texts, said.get(name)) for name, texts in ladders.items()},
            "findings": tuple(map(from_plain, told)) if told else _in_words(fields["message"], fields["evidence"]),
            "worst": Worst(**worst) if worst else None,
            "picture": _picture(fields.get("picture")),
        }
    )


def said(result: Result) -> dict[str, Any]:
    """What the hints of a result are made of, so that they can be told in another language later."""
    texts = {name: as_said(getattr(result, name)) for name in HINTS}
    return texts | {name: list(map(as_said, getattr(result, name))) for name in LADDERS if getattr(result, name)}


def _restored(texts: Sequence[str], plain: Sequence[Any] | None) -> tuple[str, ...]:
    return tuple(map(phrased, texts, plain if plain and len(plain) == len(texts) else [None] * len(texts)))


def _picture(told: Mapping[str, Any] | None) -> Picture | None:
    if told is None:
        return None
    rows = {name: tuple(map(tuple, told[name])) for name in ("expected", "got")}
    return Picture(told["observation"], tuple(told["corner"]), **rows)


def _in_words(message: str, evidence: Mapping[str, str] | None) -> tuple[Finding, ...]:
    """The finding of a document that has no more than words."""
    if not message and not evidence:
        return ()
    told = found(Kind.TOLD, reason=message)
    if evidence is None:
        return (told,)
    words = {f"{name}_words": evidence.get(name, "") for name in ("expected", "got", "error", "yardstick")}
    return (told.having(**words, element=evidence["element"]).on(evidence["case"], evidence["setting"]),)


def _result(result: Result) -> dict[str, Any]:
    ratio = result.worst.ratio if result.worst else None
    worst = (
        {"case": result.worst.case, "ratio": ratio if ratio is None or math.isfinite(ratio) else None}
        if result.worst
        else None
    )
    return {
        "contract": result.contract,
        "check": result.check,
        "status": result.status.value,
        "required": result.required,
        "cases": result.cases,
        "message": result.message,
        "diagnosis": result.diagnosis,
        "hint": result.hint or None,
        "evidence": asdict(result.evidence) if result.evidence else None,
        "worst": worst,
        "replay": result.replay,
        "right": result.right,
        "points": result.points,
        "max_points": result.max_points,
    }
