"""What was said of the very same failure before, so that the mistake need not be looked for again.

A session may keep that (``explanations``), and share what was said of others that gave the very same (``alike``); one
that runs a submission for a report does neither.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np

from gradproof import __version__
from gradproof.conformance.checks.records import ContractRun
from gradproof.conformance.checks.results import Result
from gradproof.conformance.spec.plain import as_plain

Results = tuple[Result, ...]
FIELDS = ("diagnosis", "hint", "discreet_hint", "ladder", "discreet_ladder")  # what an explanation says
Told = dict[str, dict[str, Any]]  # check -> these
MOST_ALIKE = 4096  # explanations that a process keeps for the next submission


def recalled(results: Results, exam: ContractRun, explain: Callable[[Results], Results]) -> Results:
    """The results as they were explained when the same cases had the same answers and the same came back."""
    kept: dict[str, Told] | None = getattr(exam.session, "explanations", None)
    if kept is None or not any(result.status.is_bad for result in results):
        return explain(results)
    alike: dict[str, Told] = getattr(exam.session, "alike", {})
    key = _key(results, exam)
    told = kept.get(key) or alike.get(key)
    if told is None:
        made = explain(results)
        told = {result.check: {name: getattr(result, name) for name in FIELDS} for result in made}
        if _as_told(results, told) != made:
            return made  # more was changed than what is told
        if len(alike) < MOST_ALIKE:
            alike[key] = told
    kept[key] = told
    return _as_told(results, told)


def _as_told(results: Results, told: Told) -> Results:
    return tuple(replace(result, **told[result.check]) for result in results)


def _key(results: Results, exam: ContractRun) -> str:
    """A digest of all that an explanation is made of."""
    total = sha256(f"{__version__} {exam.contract.name} {sorted(exam.session.transplanted)}".encode())
    parameters = exam.session.inventory.parameters
    total.update(repr([parameters.get(function.name) for function in exam.contract.functions]).encode())
    for part in (*_of_results(results), *_of_records(exam)):
        total.update(part)
    return total.hexdigest()[:32]


def _of_results(results: Iterable[Result]) -> Iterator[bytes]:
    for each in results:
        findings = [as_plain(finding) for finding in each.findings]
        told = [each.check, each.status, each.required, each.diagnosis, each.hint, each.right, findings]
        yield json.dumps(told, default=str, sort_keys=True).encode()


def _of_records(exam: ContractRun) -> Iterator[bytes]:
    for record in exam.records:
        yield f"{record.case.id} {record.is_refused} {sorted(record.observed.oddities)}".encode()
        error = record.observed.error
        yield json.dumps(as_plain(error), default=str, sort_keys=True).encode() if error else b""
        for arrays in (record.answer.values, record.answer.units, record.observed.arrays):
            for name, array in sorted(arrays.items()):
                told = np.asarray(array)
                yield f"{name} {told.dtype.str} {told.shape}".encode() + told.tobytes()
