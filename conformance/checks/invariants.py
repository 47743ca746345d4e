"""Checks of how a submission behaves, whatever its values: interface, dtype, determinism, purity."""

from collections.abc import Iterator, Mapping

import numpy as np

from gradproof.conformance.checks.records import Examination, Record, Verdict, complaint, errored, skipped
from gradproof.conformance.checks.results import Status
from gradproof.conformance.harness.caller import GLOBAL_GENERATOR, CallError
from gradproof.conformance.spec.cases import Array

BEHAVIOUR_CASES = 3


def judge_interface(exam: Examination, _unmet: frozenset[str]) -> Verdict:
    """Every function is there, takes and returns what the canonical API says, in arrays of the exact shapes."""
    complaints = [(record.case, message) for record in exam.records for message in _interface_complaints(record)]
    if complaints:
        by_subject = {message.split()[0]: message for _, message in reversed(complaints)}
        told = dict.fromkeys(by_subject[message.split()[0]] for _, message in complaints)
        return complaint(complaints[0][0], len(exam.records), "; ".join(told))
    if not any(record.observed.arrays for record in exam.records):
        return skipped(exam.first_error())
    return Verdict(Status.PASSED, len(exam.records))


def _interface_complaints(record: Record) -> Iterator[str]:
    observed = record.observed
    if observed.error is not None and observed.error.kind in ("missing", "interface"):
        yield observed.error.message
    known = record.answer.values or record.contract.observes
    for name, oddity in observed.oddities.items():
        if name in known:
            yield f"{name} is {oddity}; expected a numeric array"
    for name, expected in record.answer.values.items():
        got = observed.arrays.get(name)
        if got is not None and got.shape != expected.shape:
            yield f"{name} has shape {got.shape}, expected {expected.shape}"
    for check, message in record.contract.properties(record.case, dict(observed.arrays)):
        if check == "interface":
            yield message


def judge_dtype(exam: Examination, _unmet: frozenset[str]) -> Verdict:
    """What goes in as float32 comes out as float32, and float64 as float64."""
    judged = 0
    for record in exam.records:
        judged += 1
        for name, expected in record.answer.values.items():
            got = record.observed.arrays.get(name)
            if got is not None and expected.ndim and got.dtype.name != record.case.dtype:
                return complaint(
                    record.case, judged, f"{name} is {got.dtype.name} where the inputs are {record.case.dtype}"
                )
    if not any(record.observed.arrays for record in exam.records):
        return skipped(exam.first_error())
    return Verdict(Status.PASSED, judged)


def judge_determinism(exam: Examination, _unmet: frozenset[str]) -> Verdict:
    """The same inputs and the same seed give the same bits again."""
    for record in exam.records:
        for check, message in record.contract.properties(record.case, dict(record.observed.arrays)):
            if check == "determinism":
                return complaint(record.case, 1, message)
    records = exam.plain_records(BEHAVIOUR_CASES)
    if not records:
        return skipped(exam.first_error())
    for record in records:
        again = exam.session.run(exam.contract, record.case, attempt=1)
        if again.error is not None:
            return _errored(record, again.error, len(records))
        for name, array in record.observed.arrays.items():
            if name not in again.arrays or not _same_bits(array, again.arrays[name]):
                seed = record.case.scalar_options().get("seed")
                given = "" if seed is None else f" with the same seed {seed}"
                return complaint(
                    record.case, len(records), f"{name} differs between two calls on the same inputs{given}"
                )
    return Verdict(Status.PASSED, len(records))


def judge_purity(exam: Examination, unmet: frozenset[str]) -> Verdict:
    """Inputs, upstream gradients and options are left as they were, and calls do not disturb one another."""
    records = exam.plain_records(BEHAVIOUR_CASES)
    if not records:
        return skipped(exam.first_error())
    for record in records:
        watched = exam.session.run(exam.contract, record.case, watch=True)
        if watched.error is not None:
            return _errored(record, watched.error, len(records))
        for message in _written_arguments(watched.arrays):
            return complaint(record.case, len(records), message)
        for message in _written_options(watched.parameters, exam.contract.updates):
            return complaint(record.case, len(records), message)
        if "determinism" in unmet:
            continue
        disturbed = exam.session.run(exam.contract, record.case, disturb=True)
        if disturbed.error is not None:
            return _errored(record, disturbed.error, len(records))
        for name, array in record.observed.arrays.items():
            if name not in disturbed.arrays or not _same_bits(array, disturbed.arrays[name]):
                return complaint(
                    record.case,
                    len(records),
                    f"{name} changes when the same function is called on other values in between, as a net with two "
                    "such layers does; keep what the backward needs in the cache, and return arrays of your own",
                )
    return Verdict(Status.PASSED, len(records))


def judge_global_state(exam: Examination, _unmet: frozenset[str]) -> Verdict:
    """A function that is given a seed does not seed the generator that everybody shares."""
    records = exam.plain_records(BEHAVIOUR_CASES)
    for record in records:
        watched = exam.session.run(exam.contract, record.case, watch=True).parameters
        for key, before in watched.items():
            function, name, moment = key.split(":")
            if name == GLOBAL_GENERATOR and moment == "before" and watched.get(f"{function}:{name}:after") != before:
                words = f"{function} seeds {name}, and with it whatever else draws from it; use np.random.default_rng"
                return complaint(record.case, len(records), words)
    return Verdict(Status.PASSED, len(records)) if records else skipped(exam.first_error())


def _errored(record: Record, error: CallError, count: int) -> Verdict:
    if error.kind == "barred":
        return skipped(error.message)
    return errored(record.case, count, error, told="when it is called again, ")


def _written_arguments(watched: Mapping[str, Array]) -> Iterator[str]:
    for key, before in watched.items():
        place, _, moment = key.rpartition(":")
        if moment != "before":
            continue
        function, _, name = place.partition(":")
        if not _same_bits(before, watched.get(f"{place}:after", before)):
            yield f"{function} writes to its argument {name}; work on a copy"
        elif not _same_bits(before, watched.get(f"{place}:end", before)):
            yield f"{name}, an argument of {function}, is written to by a later call through the cache; work on a copy"


def _written_options(watched: Mapping[str, Mapping[str, object]], updates: tuple[str, ...]) -> Iterator[str]:
    for key, before in watched.items():
        place, _, moment = key.rpartition(":")
        if moment != "before":
            continue
        function, _, name = place.partition(":")
        if name == GLOBAL_GENERATOR:
            continue
        for option, value in watched.get(f"{place}:after", {}).items():
            if option not in updates and (option not in before or before[option] != value):
                yield f"{function} writes {option!r} into {name}, which belongs to the caller"


def _same_bits(a: Array, b: Array) -> bool:
    return a.shape == b.shape and a.dtype == b.dtype and bool(np.array_equal(a, b, equal_nan=True))
