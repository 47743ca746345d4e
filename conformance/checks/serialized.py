"""The run as JSON, schema ``gradproof/1``."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gradproof.conformance.checks.results import Evidence, Result, Run, Status, Worst

SCHEMA = "gradproof/1"


def render(run: Run) -> str:
    """The whole run as one JSON document. Infinite ratios are written as null."""
    return json.dumps(document(run), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


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


def parse(fields: Mapping[str, Any]) -> Run:
    """The run of a document. Raises KeyError or TypeError if it is none."""
    return Run(
        **{name: fields[name] for name in ("subject", "assignment", "dialect", "oracle", "seed", "versions")},
        results=tuple(map(_parsed, fields["results"])),
        notes=tuple(fields["notes"]),
        cases=fields["summary"]["cases"],
        seconds=fields["summary"].get("seconds", 0.0),
    )


def _parsed(fields: Mapping[str, Any]) -> Result:
    evidence, worst = fields["evidence"], fields["worst"]
    return Result(
        **{
            **fields,
            "status": Status(fields["status"]),
            "hint": fields["hint"] or "",
            "evidence": Evidence(**evidence) if evidence else None,
            "worst": Worst(**worst) if worst else None,
        }
    )


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
        "points": result.points,
        "max_points": result.max_points,
    }
