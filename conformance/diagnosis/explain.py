"""What a failure is told beside its finding: another convention, a known mistake, or how the values are wrong."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Lock

import numpy as np

from gradproof.conformance.checks.discretion import discreet_words, frank_words
from gradproof.conformance.checks.invariants import judge_interface
from gradproof.conformance.checks.records import CaseRecord, ContractRun
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.values import judge_values
from gradproof.conformance.checks.verdicts import Plan, cases_of, record_of
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.oracle.yardstick import held_to
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.conventions import CONVENTIONS, OF_EVERY_CONTRACT, Dialect
from gradproof.conformance.spec.english_edits import IN_BRACKETS
from gradproof.conformance.spec.findings import Kind, found
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

VALUE_CHECKS = ("dropout_scaling", "forward", "gradient", "running_statistics")
DIALECT_CHECKS = ("interface", *VALUE_CHECKS)  # the first is charged


def by_convention(results: tuple[Result, ...], exam: ContractRun, oracle: Oracle, plan: Plan) -> tuple[Result, ...]:
    """The results where forward or dialect explain them: what is right under another convention is charged once."""
    if not any(result.status.is_bad for result in results):
        return results
    status = {result.check: result.status for result in results}
    broken = tuple(check for check in DIALECT_CHECKS if check in status and status[check].is_bad)
    if broken and _is_right_in_float32(exam):
        return _named_dialect(results, broken, plan.dialect.in_precision("float32"), exam, plan)
    other, explained = _dialect_that_fits(exam, oracle, plan, broken) if broken else (None, ())
    wrong_forward = status.get("forward") == Status.FAILED and status.get("gradient") == Status.SKIPPED
    if wrong_forward and status.get("finite_difference") == Status.PASSED and "forward" not in explained:
        hint = say("the backward is right for this forward; it is the forward that is wrong")
        results = _hinted(results, ("forward",), hint, None)
    return results if other is None else _named_dialect(results, explained, other, exam, plan)


_ONE_AT_A_TIME = Lock()  # an edit is made in a way itself, which all threads share, to be found and to be told


def by_mistake(results: tuple[Result, ...], exam: ContractRun) -> tuple[Result, ...]:
    """The results with the misconceptions that explain them, or else with how the values are wrong."""
    if any(result.diagnosis for result in results) or not any(result.status.is_bad for result in results):
        return results
    from gradproof.conformance.diagnosis import error_patterns, exceptions, mistakes, swapped
    from gradproof.conformance.diagnosis.candidates import Accused
    from gradproof.conformance.diagnosis.telling import ladder

    if words := swapped.words(exam.contract, exam.session.inventory.parameters):
        return _hinted(results, [result.check for result in results if result.status.is_bad], words, swapped.ID)

    accused = Accused(results, exam)
    with _ONE_AT_A_TIME, warnings.catch_warnings(action="ignore"):  # of what is tried
        named = {
            check: (each.id, each.words, ladder.of(each, check, accused))
            for check, each in mistakes.of(accused).items()
            if each.is_known or not error_patterns.is_unfilled(check, exam)
        }
    named = {r.check: (*told, ()) for r in results if (told := exceptions.undefined_name(r)) is not None} | named
    for check, (name, words, levels) in named.items():
        results = _hinted(results, (check,), words, name, levels)
    for result in results:
        if result.status == Status.FAILED and result.check not in named:
            results = _hinted(results, (result.check,), error_patterns.of(result.check, exam), None)
        elif result.check not in named and (asked := exceptions.lost_axis(result)):
            results = _hinted(results, (result.check,), asked, None)
    return results


def _named_dialect(
    results: tuple[Result, ...], broken: tuple[str, ...], other: Dialect, exam: ContractRun, plan: Plan
) -> tuple[Result, ...]:
    named = other.restricted(exam.contract.dialects)
    spoken = (*exam.contract.dialects, *OF_EVERY_CONTRACT)
    changed = [n for n in spoken if getattr(named, n) != getattr(plan.dialect, n)]
    meaning = joined(SENTENCES, (say(CONVENTIONS[n][getattr(named, n)]) for n in changed))
    tag = ",".join(f"{n}={getattr(named, n)}" for n in changed)
    words = say("right under another convention, {tag}: {meaning}", tag=tag, meaning=meaning)
    results = _hinted(results, broken, words, f"dialect:{tag}")
    return tuple(_charged_already(r, broken[0]) if r.check in broken[1:] else r for r in results)


def _charged_already(result: Result, check: str) -> Result:
    findings = (found(Kind.SAME_CONVENTION, check=check), *result.findings)
    return replace(result, status=Status.SKIPPED, findings=findings, worst=None, replay=None)


def _hinted(
    results: tuple[Result, ...], checks: Sequence[str], hint: str, named: str | None, levels: Sequence[str] = ()
) -> tuple[Result, ...]:
    """The results, those of ``checks`` with a hint more and, if it names something, with a diagnosis."""
    return tuple(
        replace(
            r,
            hint=_joined(r.hint, frank_words(hint), named),
            discreet_hint=_joined(r.discreet_hint, discreet_words(hint), named),
            ladder=_beside(tuple(map(frank_words, levels)), r.hint),
            discreet_ladder=_beside(tuple(map(discreet_words, levels)), r.discreet_hint),
            diagnosis=named,
        )
        if r.check in checks
        else r
        for r in results
    )


def _beside(levels: Sequence[str], before: str) -> tuple[str, ...]:
    """The levels of a hint; what narrows a mistake down is told where its place is."""
    return tuple(
        say(IN_BRACKETS, before=each, after=before) if i == 1 and before else each for i, each in enumerate(levels)
    )


def _joined(before: str, hint: str, named: str | None) -> str:
    """Both hints; what names a mistake stands before what narrows it down."""
    if before and named:
        return say(IN_BRACKETS, before=hint, after=before)
    return joined(SENTENCES, (before, hint))


def _dialect_that_fits(
    exam: ContractRun, oracle: Oracle, plan: Plan, broken: tuple[str, ...]
) -> tuple[Dialect | None, tuple[str, ...]]:
    """The convention under which nothing is wrong that is wrong now, and which of the broken checks it explains.

    A check that is not made under the convention is not explained by it: a backward that ends its process or never
    returns is not called again, and nothing of it is right.
    A broken interface may have another reason than wrong values have; alone it must be whole under the convention.
    """
    for dialect in plan.dialect.variants(exam.contract.dialects):
        other = ContractRun(exam.contract, exam.session, tuple(_until_wrong(exam, oracle, plan, dialect)))
        status = {name: judge_values(name, other).status for name in VALUE_CHECKS}
        if Status.PASSED not in status.values() or any(each.is_bad for each in status.values()):
            continue
        is_whole = not judge_interface(other, frozenset()).status.is_bad
        explained = tuple(c for c in broken if (is_whole if c == "interface" else status[c] == Status.PASSED))
        if explained:
            return dialect, explained
    return None, ()


def _is_right_in_float32(exam: ContractRun) -> bool:
    """Whether nothing is wrong but what was given in float64 and computed in float32, and that is right as such."""
    wrong = [
        (record, name)
        for record in exam.records
        for name, each in record.comparisons.items()
        if not each.is_right and record.contract.judge_of(record.case, name) in VALUE_CHECKS
    ]
    if not wrong or not all(_is_of_float32(r.usable[name]) for r, name in wrong):
        return False
    single = ContractRun(exam.contract, exam.session, tuple(map(_in_float32, exam.records)))
    return not any(judge_values(name, single).status.is_bad for name in VALUE_CHECKS)


def _is_of_float32(array: Array) -> bool:
    """Whether all numbers of an array are such as float32 has, and no rounder ones."""
    with np.errstate(over="ignore"):
        kept = {name: np.array_equal(array, array.astype(name), equal_nan=True) for name in ("float32", "float16")}
    return array.dtype.name == "float32" or (kept["float32"] and not kept["float16"])


def _in_float32(record: CaseRecord) -> CaseRecord:
    case = record.case.in_precision("float32")
    return CaseRecord(record.contract, case, held_to(case, record.answer), record.observed, record.is_refused)


def _until_wrong(exam: ContractRun, oracle: Oracle, plan: Plan, dialect: Dialect) -> Iterator[CaseRecord]:
    """The submission under another convention, case after case up to the first that is wrong or raises."""
    for case in cases_of(exam.contract, oracle, plan, dialect, None):
        record = record_of(exam.contract, case, exam.session, oracle)
        if record.is_declined:
            continue
        yield record
        is_cut_short = record.error is not None and bool(record.lacking())
        if is_cut_short or any(map(record.is_wrong, VALUE_CHECKS)):
            return
