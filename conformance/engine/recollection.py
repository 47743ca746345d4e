"""What was said of the very same failure before, so that the mistake need not be looked for again.

A session may keep that (``explanations``), with what it was said of (``grounds``), and share what was said of others
that gave the very same (``alike``); one that runs a submission for a report does neither.

Where cases are judged no more, and all that is left was there before, one mistake that explained a check explains what
is left of it. It is kept if every check ends as it did, in the same words.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from typing import Any

import numpy as np

from gradproof import __version__
from gradproof.conformance.checks.records import CaseRecord, ContractRun
from gradproof.conformance.checks.results import Result
from gradproof.conformance.spec.english_phrases import NOT_EXPLAINED, TOGETHER
from gradproof.conformance.spec.plain import as_plain
from gradproof.conformance.spec.words.said import holds

Results = tuple[Result, ...]
FIELDS = ("diagnosis", "hint", "discreet_hint", "ladder", "discreet_ladder")  # what an explanation says
Told = dict[str, dict[str, Any]]  # check -> these
Grounds = dict[str, dict[str, str]]  # digests of what it was said of: each case, each check, and the whole
CASES, CHECKS, WHOLE = "cases", "checks", "whole"
MOST_ALIKE = 4096  # explanations that a process keeps for the next submission


def recalled(results: Results, exam: ContractRun, explain: Callable[[Results], Results]) -> Results:
    """The results as they were explained when the same cases had the same answers and the same came back."""
    kept: dict[str, Told] | None = getattr(exam.session, "explanations", None)
    if kept is None or not any(result.status.is_bad for result in results):
        return explain(results)
    alike: dict[str, Told] = getattr(exam.session, "alike", {})
    grounds: dict[str, Grounds] = getattr(exam.session, "grounds", {})
    parts = {record.case.id: tuple(_of_record(record)) for record in exam.records}
    key, own = _key(results, exam, parts), _grounds(results, exam, parts)
    told = kept.get(key) or alike.get(key) or _of_more_cases(results, own, kept, grounds)
    grounds[key] = own
    if told is None:
        made = explain(results)
        told = {result.check: _fields(result) for result in made}
        if _as_told(results, told) != made:
            return made  # more was changed than what is told
        if len(alike) < MOST_ALIKE:
            alike[key] = told
    kept[key] = told
    return _as_told(results, told)


def _fields(result: Result) -> dict[str, Any]:
    return {name: getattr(result, name) for name in FIELDS}


def _as_told(results: Results, told: Told) -> Results:
    return tuple(replace(result, **told[result.check]) for result in results)


def _of_more_cases(
    results: Results, own: Grounds, kept: Mapping[str, Told], grounds: Mapping[str, Grounds]
) -> Told | None:
    """What was said when there were these cases and others, if that holds of these alone; None if nothing does."""
    for key, before in grounds.items():
        gone = before[CASES].keys() - own[CASES].keys()
        is_left = gone and own[CASES].items() <= before[CASES].items()
        if key in kept and is_left and all(own[part] == before[part] for part in (WHOLE, CHECKS)):
            told = {r.check: kept[key][r.check] for r in results if r.status.is_bad}
            is_one = all(_is_one_mistake(told[r.check]) for r in results if r.status.is_bad and r.required)
            if is_one and not any(_speaks_of(gone, each) for each in told.values()):
                return told | {r.check: _fields(r) for r in results if not r.status.is_bad}
    return None


def _is_one_mistake(told: Mapping[str, Any]) -> bool:
    """Whether a check was put down to a mistake that accounts for all that it found, and to no other beside it."""
    return bool(told["diagnosis"]) and TOGETHER not in told["diagnosis"] and not holds(told["hint"], NOT_EXPLAINED)


def _speaks_of(cases: Iterable[str], told: Mapping[str, Any]) -> bool:
    words = (told["hint"], told["discreet_hint"], *told["ladder"], *told["discreet_ladder"])
    return any(f"{case}:" in each for case in cases for each in words)


def _grounds(results: Results, exam: ContractRun, parts: Mapping[str, tuple[bytes, ...]]) -> Grounds:
    """What an explanation is made of, taken apart: a case's digest is not moved by what other cases gave."""
    return {
        CASES: {case: _digest(told) for case, told in parts.items()},
        CHECKS: {result.check: _digest(_of_check(result)) for result in results},
        WHOLE: {WHOLE: _digest(_of_exam(exam))},
    }


def _of_check(result: Result) -> Iterator[bytes]:
    """How it ended and in what words, counts and cases aside."""
    findings = [[repr(finding.kin), finding.get("names")] for finding in result.findings]
    told = [result.status, result.required, result.diagnosis, result.hint, findings]
    yield json.dumps(told, default=str).encode()


def _key(results: Results, exam: ContractRun, parts: Mapping[str, tuple[bytes, ...]]) -> str:
    """A digest of all that an explanation is made of."""
    return _digest(chain(_of_exam(exam), _of_results(results), *parts.values()))


def _digest(parts: Iterable[bytes]) -> str:
    total = sha256()
    for part in parts:
        total.update(part)
    return total.hexdigest()[:32]


def _of_exam(exam: ContractRun) -> Iterator[bytes]:
    yield f"{__version__} {exam.contract.name} {sorted(exam.session.transplanted)}".encode()
    parameters = exam.session.inventory.parameters
    yield repr([parameters.get(function.name) for function in exam.contract.functions]).encode()


def _of_results(results: Iterable[Result]) -> Iterator[bytes]:
    for each in results:
        findings = [as_plain(finding) for finding in each.findings]
        told = [each.check, each.status, each.required, each.diagnosis, each.hint, each.right, findings]
        yield json.dumps(told, default=str, sort_keys=True).encode()


def _of_record(record: CaseRecord) -> Iterator[bytes]:
    yield f"{record.case.id} {record.is_refused} {sorted(record.observed.oddities)}".encode()
    error = record.observed.error
    yield json.dumps(as_plain(error), default=str, sort_keys=True).encode() if error else b""
    for arrays in (record.answer.values, record.answer.units, record.observed.arrays):
        for name, array in sorted(arrays.items()):
            told = np.asarray(array)
            yield f"{name} {told.dtype.str} {told.shape}".encode() + told.tobytes()
