"""The run as JSON, schema ``gradproof/1``."""

import json
import math
from dataclasses import asdict
from typing import Any

from conformance.results import Result, Run

SCHEMA = "gradproof/1"


def render(run: Run) -> str:
    """The whole run as one JSON document. Infinite ratios are written as null."""
    document = {
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
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


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
