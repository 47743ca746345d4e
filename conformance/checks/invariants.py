"""Checks of how a submission behaves, whatever its values: interface, dtype, determinism, purity."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from gradproof.conformance.checks import points
from gradproof.conformance.checks.records import CaseRecord, ContractRun, Verdict, complaint, errored, skipped
from gradproof.conformance.checks.results import Status
from gradproof.conformance.harness.caller import FORWARDS, GLOBAL_GENERATOR, Observed
from gradproof.conformance.harness.counting.rewritten import moved
from gradproof.conformance.harness.wire import name_of
from gradproof.conformance.oracle.yardstick import compare, unit_of_wrong
from gradproof.conformance.spec.cases import LOCKED, Array
from gradproof.conformance.spec.findings import OF_THE_INTERFACE, Finding, Kind, found

BEHAVIOUR_CASES = 3
LOCKED_TEXT = "is read-only"  # ends what NumPy says to whoever writes there
LEAST_NUMBERS, MOST_NUMBERS = 16, 400  # of the gradient for which it is counted how often a backward runs the forward


def judge_interface(exam: ContractRun, _unmet: frozenset[str]) -> Verdict:
    """Every function is there, takes and returns what the canonical API says, in arrays of the exact shapes.

    Zeros for everything are no answer: a hand-out leaves its functions at ``loss = 0.0; dW = np.zeros_like(W)``.
    """
    if gives_only_zeros(exam):
        only_zeros = found(Kind.ONLY_ZEROS, function=exam.contract.functions[0].name)
        return replace(complaint(exam.records[0].case, len(exam.records), only_zeros), share=0.0)
    complaints = [(record.case, finding) for record in exam.records for finding in interface_complaints(record)]
    if complaints:
        strange = {case.id for case, _ in complaints}
        share = points.share(len(exam.records) - len(strange), len(exam.records))
        first_of = {finding.subject: finding for _, finding in reversed(complaints)}
        told = dict.fromkeys(first_of[finding.subject] for _, finding in complaints)
        return replace(complaint(complaints[0][0], len(exam.records), *told), share=share)
    if not exam.complete_records():
        return skipped(exam.first_error())
    return Verdict(Status.PASSED, len(exam.records))


def gives_only_zeros(exam: ContractRun) -> bool:
    """Whether all that came back in all cases is 0, though it should not be in several of them."""
    records = [record for record in exam.records if not record.is_refused]
    telling = [record for record in records if any(value.any() for value in record.answer.values.values())]
    return len(telling) > 1 and all(map(_is_zero, records))


def _is_zero(record: CaseRecord) -> bool:
    observed = record.observed
    is_whole = observed.error is None and not observed.oddities and bool(observed.arrays)
    return is_whole and not any(array.any() for array in observed.arrays.values())


def interface_complaints(record: CaseRecord) -> Iterator[Finding]:
    """What in a case is not what the canonical API says."""
    observed = record.observed
    if observed.error is not None and observed.error.kind in OF_THE_INTERFACE:
        yield observed.error
    known = record.answer.values or record.contract.observes
    for name, oddity in observed.oddities.items():
        if name in known:
            yield found(Kind.NO_ARRAY, observation=name, got=oddity)
    for name, expected in record.answer.values.items() if not record.contract.may_refuse(record.case) else ():
        got = observed.arrays.get(name)
        if got is not None and got.shape != expected.shape:
            yield found(Kind.SHAPE, observation=name, got=got.shape, expected=expected.shape)
    yield from record.properties_of("interface")


def judge_dtype(exam: ContractRun, _unmet: frozenset[str]) -> Verdict:
    """What goes in as float32 comes out as float32, and float64 as float64."""
    asked = [record for record in exam.records if not exam.contract.may_refuse(record.case)]
    for judged, record in enumerate(asked, start=1):
        for name, expected in record.answer.values.items():
            got = record.observed.arrays.get(name)
            if (
                got is not None
                and expected.ndim
                and name_of(got.dtype) not in (record.case.dtype, record.case.judged_in)
            ):
                told = found(Kind.DTYPE, observation=name, got=got.dtype.name, expected=record.case.dtype)
                return complaint(record.case, judged, told)
    if not {*asked} <= {*exam.complete_records()}:
        return skipped(exam.first_error())
    return Verdict(Status.PASSED, len(asked))


def judge_determinism(exam: ContractRun, _unmet: frozenset[str]) -> Verdict:
    """The same inputs and the same seed give the same values again, rounding aside; other bits are told.

    A sum whose order varies, as one over a set of objects does, is no mistake.
    """
    other_bits: tuple[Finding, ...] = ()
    for record in exam.records:
        for finding in record.properties_of("determinism"):
            return complaint(record.case, 1, finding)
    records = exam.plain_records(BEHAVIOUR_CASES)
    if not records:
        return skipped(exam.first_error())
    for record in records:
        again = exam.again(record).observed
        if again.error is not None:
            return _errored(record, again.error, len(records))
        for name in _changed(record, again):
            seed = record.case.scalar_options().get("seed")
            told = found(Kind.NOT_REPEATED, observation=name, seed=seed, secret=("seed",))
            return complaint(record.case, len(records), told)
        seed = exam.session.hash_seed
        names = _in_other_bits(record, again)
        other_bits = other_bits or tuple(found(Kind.OTHER_BITS, observation=name, hash_seed=seed) for name in names)
    return Verdict(Status.PASSED, len(records), other_bits)


def judge_purity(exam: ContractRun, unmet: frozenset[str]) -> Verdict:
    """Inputs, upstream gradients and options are left as they were, and calls do not disturb one another."""
    records = exam.plain_records(BEHAVIOUR_CASES)
    if not records:
        return skipped(exam.first_error())
    for record in records:
        watched = exam.again(record).watched
        if watched.error is not None:
            return _errored(record, watched.error, len(records))
        seeding = (each for each in _global_changes(watched) if each.kind == Kind.SEEDS_GLOBAL)
        surprising = (each for each in seeding if not _may_seed(exam, each.function))
        written = (*_written_arguments(watched), *_written_options(exam, watched))
        for finding in (*written, *surprising):
            return complaint(record.case, len(records), finding)
        if "determinism" in unmet:
            continue
        changed = dict.fromkeys(_disturbed(record, watched))
        for name in changed if changed else ():
            if name not in _disturbed(record, exam.undisturbed(record)):
                return complaint(record.case, len(records), found(Kind.DISTURBED, observation=name))
        for finding in () if changed or "gradient" in unmet else _kept_by_array(record, watched):
            return complaint(record.case, len(records), finding)
    return Verdict(Status.PASSED, len(records), (*_numeric(exam), *_put_back(exam)))


def judge_global_state(exam: ContractRun, _unmet: frozenset[str]) -> Verdict:
    """What everybody shares is left alone: NumPy's generator, by what is given a seed too, its errors, functions.

    A case is run once more in the end, since what was put in the place of a function is told of all runs before.
    """
    records = exam.plain_records(BEHAVIOUR_CASES)
    seen = [(record, exam.again(record).watched) for record in records]
    for record, watched in (*seen, *((record, exam.undisturbed(record)) for record in exam.still_plain(1))):
        for finding in _global_changes(watched):
            if finding.kind != Kind.SEEDS_GLOBAL or _may_seed(exam, finding.function):
                return complaint(record.case, len(records), finding)
    return Verdict(Status.PASSED, len(records)) if records else skipped(exam.first_error())


def _numeric(exam: ContractRun) -> Iterator[Finding]:
    """The functions that run the forward once for each number of a gradient. It is told, and costs nothing.

    One case is enough, best one that has been run again, and no other where cases are withdrawn.
    """
    plain = exam.plain_records(BEHAVIOUR_CASES if exam.withdrawn else len(exam.records))
    sizes = {r: max((r.answer.values[name].size for name in r.gradients), default=0) for r in plain}
    large = [record for record, size in sizes.items() if LEAST_NUMBERS <= size <= MOST_NUMBERS]
    run_again = exam.plain_records(BEHAVIOUR_CASES)
    record = min(large, key=lambda r: (r not in run_again, sizes[r]), default=None)
    for at, told in exam.again(record).watched.parameters.items() if record else ():
        count = told.get("forwards")
        if at.argument == FORWARDS and isinstance(count, int) and record and count >= sizes[record]:
            yield found(Kind.NUMERIC, function=at.function, runs=count, size=sizes[record])
            return


def _put_back(exam: ContractRun) -> Iterator[Finding]:
    """Whether it writes to arguments that look afterwards as before: it cannot where they are locked. Told, no more."""
    for record in exam.still_plain(1):
        if not {name for function in exam.contract.functions for name in function.takes}.issuperset(record.case.inputs):
            return  # what lies in a dictionary of parameters may be written to
        error = exam.session.run(exam.contract, replace(record.case, layout=LOCKED)).error
        if error is not None and error.exception is not None and error.exception.text.endswith(LOCKED_TEXT):
            yield found(Kind.PUTS_BACK, function=error.function)


def _global_changes(watched: Observed) -> Iterator[Finding]:
    for at, told in watched.parameters.items():
        if at.argument == GLOBAL_GENERATOR and told.get("seeded"):
            yield found(Kind.SEEDS_GLOBAL, function=at.function)
        if at.argument == GLOBAL_GENERATOR and told.get("errors"):
            yield found(Kind.SETS_ERRORS, function=at.function)
        if at.argument == GLOBAL_GENERATOR and (names := told.get("replaced")):
            yield found(Kind.REPLACES_SHARED, function=at.function, replaced=names)


def _may_seed(exam: ContractRun, function: str) -> bool:
    """Whether a seed is no surprise there: one is given, a network is made, or a whole training begins."""
    return exam.contract.takes_seed or (function[:1].isupper() and ("." not in function or function.endswith(".train")))


def _disturbed(record: CaseRecord, observed: Observed) -> Iterator[str]:
    """The values that were returned and are no longer what they were, or not what the same call returns now."""
    for at, returned in observed.watched.items():
        moment, _, call = at.moment.partition(" ")
        if moment != "returned":
            continue
        for later in ("kept", "again"):
            now = observed.watched.get(at._replace(moment=f"{later} {call}"), returned)
            if not _same_bits(returned, now) and not _same_but_for_rounding(record, at.argument, returned, now):
                yield at.argument


def _kept_by_array(record: CaseRecord, observed: Observed) -> Iterator[Finding]:
    """Values that are those of before, or others than in new arrays, where the same arrays hold more than before.

    A gradient is more by as much as the upstream gradient is; for all else new arrays tell what there should be.
    """
    for at, now in observed.watched.items():
        moment, _, call = at.moment.partition(" ")
        if moment != "moved" or at.argument not in record.answer.units:
            continue
        fresh, before = (observed.watched.get(at._replace(moment=f"{each} {call}")) for each in ("fresh", "returned"))
        is_kept = before is not None and at.argument in record.gradients and _same_bits(before, now)
        right = fresh if fresh is not None else moved(before) if before is not None and is_kept else now
        if not _same_but_for_rounding(record, at.argument, now, right):
            takes = (name for name in record.contract.function(at.function).takes if name in record.case.inputs)
            yield found(Kind.KEPT_BY_ARRAY, function=at.function, observation=at.argument, inputs=", ".join(takes))


def _changed(record: CaseRecord, again: Observed) -> Iterator[str]:
    """The observations that another run of the case does not give again, rounding aside."""
    for name, array in record.observed.arrays.items():
        if name not in again.arrays or not _same_but_for_rounding(record, name, array, again.arrays[name]):
            yield name


def _in_other_bits(record: CaseRecord, again: Observed) -> Iterator[str]:
    return (name for name, array in record.observed.arrays.items() if not _same_bits(array, again.arrays[name]))


def _same_but_for_rounding(record: CaseRecord, name: str, one: Array, other: Array) -> bool:
    """Whether two values are the same within the yardstick of the right one; to the bit, where there is none."""
    if _same_bits(one, other):
        return True
    unit, right = record.answer.units.get(name), record.answer.values.get(name)
    if unit is None or right is None or one.dtype != other.dtype or not one.shape == other.shape == right.shape:
        return False
    dtype = record.case.judged_in
    return compare(other, one, unit_of_wrong(unit, right, one, dtype), dtype).is_right


def _errored(record: CaseRecord, error: Finding, count: int) -> Verdict:
    if error.kind == Kind.BARRED:
        return skipped(error)
    return errored(record.case, count, error.having(again=True))


def _written_arguments(observed: Observed) -> Iterator[Finding]:
    watched = observed.watched
    for at, before in watched.items():
        if at.moment != "before":
            continue
        place = {"function": at.function, "observation": at.argument}
        if not _same_bits(before, watched.get(at._replace(moment="after"), before)):
            yield found(Kind.WRITES_ARGUMENT, **place)
        elif not _same_bits(before, watched.get(at._replace(moment="end"), before)):
            yield found(Kind.WRITES_LATER, **place)


def _written_options(exam: ContractRun, observed: Observed) -> Iterator[Finding]:
    """Options that are not what they were. One that was left to its default may be filled in: that changes no call.

    What is added to a dictionary that is given back is what the function hands on to its next call, whatever its name.
    """
    watched, updates = observed.parameters, exam.contract.updates
    for at, before in watched.items():
        if at.moment != "before" or at.argument == GLOBAL_GENERATOR:
            continue
        for option, value in watched.get(at._replace(moment="after"), {}).items():
            is_default = (
                option not in before and option in _options(exam, at.argument) and isinstance(value, int | float)
            )
            is_handed_on = option not in before and at.argument in exam.contract.function(at.function).returns
            is_known = option in updates or is_default or is_handed_on
            if not is_known and (option not in before or before[option] != value):
                yield found(Kind.WRITES_OPTION, function=at.function, observation=at.argument, option=option)


def _options(exam: ContractRun, argument: str) -> set[str]:
    """What a parameter dictionary has in some case."""
    given = (record.case.options.get(argument) for record in exam.records)
    return {option for each in given if isinstance(each, Mapping) for option in each}


def _same_bits(a: Array, b: Array) -> bool:
    return a.shape == b.shape and a.dtype == b.dtype and bool(np.array_equal(a, b, equal_nan=True))
