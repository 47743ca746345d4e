"""How values are wrong, where no known mistake fits: a factor, a term, an order, a place. Said only if it always holds.

Each rule looks at all wrong values of one observation and gives what they have in common, or nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product

import numpy as np

from gradproof.conformance.checks.discretion import CONCEALED, Words, discreet_words, frank_words
from gradproof.conformance.checks.records import CaseRecord, ContractRun
from gradproof.conformance.diagnosis import pattern_words as words
from gradproof.conformance.diagnosis.seen import Seen
from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.english_edits import named
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

LEAST_VALUES = 4  # that a rule is read from
MOST_TOLD, MOST_UNFILLED = 3, 4  # observations
LINES, STEPS = ((0, "row"), (-1, "column")), ((1, "step"),)
LEAST_AXES = {"row": 0, "column": 1, "step": 2}  # that an array has more of, for its lines to be called so
PLACES = ((0, "first"), (-1, "last"))
GROWTH = 2.0  # from the smallest batch to the largest, to be called growth


Rule = Callable[[Sequence[Seen], Sequence[Seen]], str]  # the wrong ones, all


@np.errstate(all="ignore")
def of(check: str, exam: ContractRun) -> str:
    """What the wrong values of a check have in common, observation by observation; nothing if no rule fits."""
    if check == "interface":
        return joined(SENTENCES, (say(words.TRANSPOSED, name=name) for name in _turned(exam)))
    names = dict.fromkeys(name for record in exam.records for name in record.judged_by(check))
    if is_unfilled(check, exam):
        one, several = words.UNFILLED, words.ALL_UNFILLED
        return say(several, names=named(tuple(names), MOST_UNFILLED)) if len(names) > 1 else say(one, name=min(names))
    told = list(filter(None, (_told(list(_seen(name, check, exam))) for name in names)))[:MOST_TOLD]
    return Words(joined(SENTENCES, map(frank_words, told)), joined(SENTENCES, map(discreet_words, told)))


def is_unfilled(check: str, exam: ContractRun) -> bool:
    """Whether all gradients are 0 in all cases, and should be in few: nobody has begun them."""
    if check != "gradient":
        return False
    pairs = [
        (record.usable[name], record.expected[name])
        for record in exam.records
        for name in record.judged_by(check)
        if name in record.usable
    ]
    return sum(bool(right.any()) for _, right in pairs) > 1 and not any(got.any() for got, _ in pairs)


def _told(seen: Sequence[Seen]) -> str:
    wrong = [each for each in seen if not each.is_right]
    if sum(each.got.size for each in wrong) < LEAST_VALUES:
        return ""
    return next(filter(None, (rule(wrong, seen) for rule in RULES)), "")


def _seen(name: str, check: str, exam: ContractRun) -> Iterator[Seen]:
    for record in exam.records:
        if name in record.usable and record.contract.judge_of(record.case, name) == check:
            others = {other: value for other, value in record.expected.items() if other != name}
            got, expected = record.usable[name].astype(np.float64), record.expected[name]
            yield Seen(name, record.case, got, expected, record.answer.units[name], others)


def is_nothing(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``dx is 0 everywhere``."""
    return say("{name} is 0 everywhere", name=wrong[0].name) if all(not each.got.any() for each in wrong) else ""


def is_no_number(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``dx is not a number where it is wrong``."""
    is_so = all((e.right_elements | np.isnan(e.got)).all() for e in wrong)
    return say("{name} is not a number where it is wrong", name=wrong[0].name) if is_so else ""


def is_another(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``dx is dout itself``."""
    same = _first_common({name: None for name, term in each.terms() if each.equals(term)} for each in wrong)
    return say("{name} is {same} itself", name=wrong[0].name, same=same) if same else ""


def has_a_factor(wrong: Sequence[Seen], seen: Sequence[Seen]) -> str:
    """``db is 1/N times what it should be``; ``in every case`` only if what is right is 0."""
    times = _first_common(
        {name: None for name, k in each.numbers().items() if each.equals(k * each.expected)} for each in wrong
    )
    if times:
        return say(words.TIMES_N if "N" in times else words.TIMES, name=wrong[0].name, times=times)
    telling = max(wrong, key=lambda each: (each.case.dtype == "float64", each.got.size))
    factor = _slope(telling.expected, telling.got)
    is_so = bool(np.isfinite(factor)) and len(wrong) > 1 and all(each.equals(factor * each.expected) for each in seen)
    told = (say(words.ALWAYS_TIMES, name=wrong[0].name, times=times) for times in (f"{factor:.6g}", CONCEALED))
    return Words(*told) if is_so else ""


def is_transposed(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``dw is transposed``: seen in squares, where the shape does not tell."""
    is_so = all(e.got.ndim == 2 and e.equals(e.expected.T) for e in wrong)
    return say(words.TRANSPOSED, name=wrong[0].name) if is_so else ""


def is_reordered(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``dx has its rows in reverse``."""
    for axis, what in ((0, "rows"), (-1, "columns")):
        if not all(each.got.ndim > -axis for each in wrong):
            continue
        if all(each.equals(np.flip(each.expected, axis)) for each in wrong):
            return say(words.REVERSED[what], name=wrong[0].name)
        if all(each.equals(_in_the_order_of(each.got, each.expected, axis)) for each in wrong):
            return say(words.REORDERED[what], name=wrong[0].name)
    return ""


def has_a_term(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``dW1 lacks reg * W1``."""
    return _first_common(dict.fromkeys(_differences(each)) for each in wrong)


def has_an_offset(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``out is right but for a number that is added everywhere``."""
    offset = float(np.median(wrong[0].got - wrong[0].expected))
    is_so = bool(np.isfinite(offset)) and all(each.equals(each.expected + offset) for each in wrong)
    return say("{name} is right but for one and the same number, added everywhere", name=wrong[0].name) if is_so else ""


def is_cut_off(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``dW is what is right, cut off at -5 and 5``."""
    limit = float(np.abs(wrong[0].got).max())
    is_so = len(wrong) > 1 and all(each.equals(np.clip(each.expected, -limit, limit)) for each in wrong)
    told = (say(words.CUT_OFF, name=wrong[0].name, limit=each) for each in (f"{limit:.6g}", CONCEALED))
    return Words(*told) if is_so else ""


def is_one_step_for_all(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``h[:, t] is for every t what only h[:, -1] should be``: a loop that overwrites what it has made."""
    for (place, where), (axis, what) in product(PLACES, STEPS):
        one = [np.take(each.expected, [place], axis) for each in wrong if each.got.ndim > LEAST_AXES[what]]
        if len(one) == len(wrong) and all(
            each.equals(np.broadcast_to(of_one, each.expected.shape)) for each, of_one in zip(wrong, one, strict=True)
        ):
            return say(words.ONE_FOR_ALL[where, what], name=wrong[0].name)
    return ""


def is_wrong_in_a_place(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``out is right in its first row only``."""
    for (axis, what), (place, where) in product((*LINES, *STEPS), PLACES):
        if all(each.got.ndim > LEAST_AXES[what] for each in wrong):
            lines = [_right_lines(each, axis) for each in wrong]
            places = [np.isin(np.arange(len(line)), (len(line) + place) % len(line)) for line in lines]
            for word, are_right in (("right", places), ("wrong", [~each for each in places])):
                if len(lines) > 1 and all(map(np.array_equal, lines, are_right)) and max(map(len, lines)) > 1:
                    return say(words.ONLY_IN[word, where, what], name=wrong[0].name)
    return ""


def is_wrong_at_zeros_or_ties(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``dx is wrong only where x is 0``."""
    inputs = [each.case.inputs.get("x", np.zeros(0)) for each in wrong]
    if any(x.shape != each.got.shape for x, each in zip(inputs, wrong, strict=True)):
        return ""
    for template, places in ((words.AT_ZEROS, _zeros), (words.AT_TIES, _ties)):
        if all((each.right_elements | places(x)).all() for x, each in zip(inputs, wrong, strict=True)):
            return say(template, name=wrong[0].name)
    return ""


def is_right_for_one(wrong: Sequence[Seen], seen: Sequence[Seen]) -> str:
    """``dx is right for a batch of one``."""
    right = {each.samples for each in seen if each.is_right}
    is_so = right == {1} and all(each.samples > 1 for each in wrong)
    return say("{name} is right for a batch of one and wrong for every other", name=wrong[0].name) if is_so else ""


def is_wrong_in_float32(wrong: Sequence[Seen], seen: Sequence[Seen]) -> str:
    """Say ``out is right in float64``: in cases of the same kind, or it is no loss of digits."""
    right = {_kind_of(each.case) for each in seen if each.is_right and each.case.dtype == "float64"}
    is_so = {each.case.dtype for each in wrong} == {"float32"} and {_kind_of(each.case) for each in wrong} <= right
    return say("{name} is right in float64; in float32 too many digits are lost", name=wrong[0].name) if is_so else ""


def _kind_of(case: Case) -> tuple[object, ...]:
    """What a case chooses from a few: its options that are no floats."""
    chosen = {name: str(value) for name, value in case.scalar_options().items() if not isinstance(value, float)}
    return tuple(sorted(chosen.items()))


def grows_with_the_batch(wrong: Sequence[Seen], _all: Sequence[Seen]) -> str:
    """``loss is the further off the larger the batch is``: of any two batches, so that no other size is meant."""
    errors: dict[int, list[float]] = {}
    for each in sorted(wrong, key=lambda each: each.samples):
        errors.setdefault(each.samples, []).append(_relative_error(each))
    told = list(errors.values())
    grows = len(told) > 2 and all(max(fewer) < min(more) for fewer, more in pairwise(told))
    grows = grows and min(told[-1]) >= GROWTH * max(told[0])
    return say("{name} is the further off the larger the batch is", name=wrong[0].name) if grows else ""


RULES: tuple[Rule, ...] = (
    is_nothing,
    is_no_number,
    is_another,
    has_a_factor,
    is_transposed,
    is_reordered,
    has_a_term,
    has_an_offset,
    is_cut_off,
    is_one_step_for_all,
    is_wrong_in_a_place,
    is_wrong_at_zeros_or_ties,
    is_right_for_one,
    is_wrong_in_float32,
    grows_with_the_batch,
)


def _first_common(named: Iterable[Mapping[str, None]]) -> str:
    """The first of the names that all have."""
    first, *others = named
    return next((name for name in first if all(name in other for other in others)), "")


def _slope(x: Array, y: Array) -> float:
    """The factor k for which k * x is nearest to y."""
    return float((x * y).sum() / (x * x).sum())


def _differences(seen: Seen) -> Iterator[str]:
    """The ways in which a term more or less makes right what came back."""
    error = seen.got - seen.expected
    for name, term in seen.terms():
        factor = _slope(term, error)
        if not seen.equals(seen.expected + factor * term):
            continue
        for number, value in {"1": 1.0, **seen.numbers()}.items():
            if value > 0 and seen.equals(seen.expected + np.sign(factor) * value * term):
                times = "" if number == "1" else f"{number} * "
                yield say(words.LACKS if factor < 0 else words.HAS_TOO_MANY, name=seen.name, term=f"{times}{name}")


def _in_the_order_of(got: Array, expected: Array, axis: int) -> Array:
    """The lines of ``expected``, each once, in the order in which ``got`` has them; as they are if it has others."""
    ours, theirs = (np.moveaxis(a, axis, 0).reshape(a.shape[axis], -1) for a in (expected, got))
    order = np.abs(theirs[:, np.newaxis] - ours).sum(axis=-1).argmin(axis=1)
    return np.take(expected, order, axis) if len(set(order.tolist())) == len(order) else expected


def _right_lines(seen: Seen, axis: int) -> Array:
    right = np.moveaxis(seen.right_elements, axis, 0)
    return np.asarray(right.reshape(len(right), -1).all(axis=1))


def _zeros(x: Array) -> Array:
    return np.asarray(x == 0)


def _ties(x: Array) -> Array:
    return np.asarray((x[..., np.newaxis] == x[..., np.newaxis, :]).sum(axis=-1) > 1)


def _relative_error(seen: Seen) -> float:
    return float(np.abs(seen.got - seen.expected).max() / np.abs(seen.expected).max())


def _turned(exam: ContractRun) -> Iterator[str]:
    """The observations that came back transposed."""
    for name in exam.contract.observes:
        pairs = [(r, r.observed.arrays.get(name), r.answer.values.get(name)) for r in exam.records]
        odd = [
            (r, got, want) for r, got, want in pairs if got is not None and want is not None and got.shape != want.shape
        ]
        if odd and all(_is_turned(record, name, got, want) for record, got, want in odd):
            yield name


def _is_turned(record: CaseRecord, name: str, got: Array, expected: Array) -> bool:
    is_alike = got.ndim == 2 and got.T.shape == expected.shape
    return is_alike and yardstick.compare(got.T, expected, record.answer.units[name], record.case.judged_in).is_right
