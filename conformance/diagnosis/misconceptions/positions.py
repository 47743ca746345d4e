"""Mistakes in what tells where a token stands."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("feature_pairs",)

Step = Callable[..., Any]


def pairs(x: Array) -> Array:
    """The exponent of each pair: 0, 2 / D, 4 / D."""
    return np.asarray(np.arange(0, x.shape[2], 2) / x.shape[2])


def angles_of(x: Array, base: float = 1e4, first: int = 0, exponent: Step = pairs) -> Array:
    """An angle for every position and pair."""
    return np.asarray(np.outer(np.arange(first, first + x.shape[1]), base ** -exponent(x)).astype(x.dtype))


def encoding(
    angles: Step = angles_of,
    waves: Step = lambda a: (np.sin(a), np.cos(a)),
    dx: Step = lambda dout: dout.copy(),
) -> Functions:
    """The sinusoids."""

    def positional_encoding_forward(x: Array) -> Any:
        table = np.stack(waves(angles(x)), axis=-1)
        return x + table.reshape(*table.shape[:-2], -1), x

    def positional_encoding_backward(dout: Array, _cache: Any) -> Any:
        return dx(dout)

    return {
        "positional_encoding_forward": positional_encoding_forward,
        "positional_encoding_backward": positional_encoding_backward,
    }


def turned(x: Array, a: Array) -> Array:
    """Every pair turned by its angle."""
    one, other = x[..., 0::2], x[..., 1::2]
    both = one * np.cos(a) - other * np.sin(a), one * np.sin(a) + other * np.cos(a)
    return np.stack(both, axis=-1).reshape(x.shape)


def rope(angles: Step = angles_of, turn: Step = turned, back: Step = lambda dout, a: turned(dout, -a)) -> Functions:
    """The rotations."""

    def rope_forward(x: Array) -> Any:
        a = angles(x)
        return turn(x, a), a

    def rope_backward(dout: Array, a: Array) -> Any:
        return back(dout, a)

    return {"rope_forward": rope_forward, "rope_backward": rope_backward}


@wrong(
    "positional_encoding",
    "Your wave lengths grow to 100,000; the base of the frequencies is 10,000.",
    "Count the zeros.",
)
def base_of_100000() -> Functions:
    return encoding(lambda x: angles_of(x, base=1e5))


@wrong(
    "positional_encoding",
    "Your positions start from 1; the first step has position 0.",
    "What is added to the first step of an ordinary text: sin(0) and cos(0), or sin(1) and cos(1)?",
)
def positions_from_one() -> Functions:
    return encoding(lambda x: angles_of(x, first=1))


@wrong(
    "positional_encoding",
    "Your exponent is i / D; it is 2i / D for pair i, which is the even feature's own number over D.",
    "Is your i the number of the feature, or that of the pair?",
)
def exponent_halved() -> Functions:
    return encoding(lambda x: angles_of(x, exponent=lambda x: pairs(x) / 2))


@wrong(
    "positional_encoding",
    "Your exponent is 4i / D; it is 2i / D for pair i, and your i counts the features already.",
    "Is your i the number of the feature, or that of the pair?",
)
def exponent_doubled() -> Functions:
    return encoding(lambda x: angles_of(x, exponent=lambda x: pairs(x) * 2))


@wrong(
    "positional_encoding",
    "Your cosines have frequencies of their own; a sine and the cosine beside it have the same.",
    "Which exponent does an odd feature take?",
)
def cosines_by_their_own_number() -> Functions:
    def waves(a: Array) -> tuple[Array, Array]:
        later = a * 1e4 ** (-1 / (2 * a.shape[1]))
        return np.sin(a), np.cos(later.astype(a.dtype))

    return encoding(waves=waves)


@wrong(
    "positional_encoding",
    "Your sines and cosines are exchanged; the even features get the sine.",
    "What do you add to feature 0 of the first step?",
)
def sines_and_cosines_exchanged() -> Functions:
    return encoding(waves=lambda a: (np.cos(a), np.sin(a)))


@wrong(
    "positional_encoding",
    "Your positions count the samples; they count the steps, the second axis of x.",
    "Which axis is the time?",
)
def positions_of_samples() -> Functions:
    return encoding(lambda x: angles_of(x.swapaxes(0, 1))[:, np.newaxis])


@wrong(
    "positional_encoding",
    "Your frequencies multiply where they divide; the angle is t / 10000**(2i / D).",
    "Which features should turn slowly, the first or the last?",
)
def frequencies_the_other_way() -> Functions:
    return encoding(lambda x: angles_of(x, exponent=lambda x: -pairs(x)))


@wrong(
    "rope",
    "Your backward turns the same way as the forward; it turns back, by the opposite angle.",
    "What is the transposed matrix of a rotation?",
)
def turned_twice() -> Functions:
    return rope(back=turned)


@wrong(
    "rope",
    "Your backward hands dout on; it turns every pair back.",
    "Is a rotation the identity?",
)
def not_turned_back() -> Functions:
    return rope(back=lambda dout, _a: dout.copy())


@wrong(
    "rope",
    "Your pairs turn the wrong way round; the first of a pair is x[2i] * cos - x[2i + 1] * sin.",
    "Which of the two sines has the minus?",
)
def turned_the_other_way() -> Functions:
    return rope(turn=lambda x, a: turned(x, -a), back=turned)


@wrong(
    "rope",
    "Your rotation lacks its minus; a pair that is turned keeps its length.",
    "What is cos**2 + sin**2, and is it what your matrix gives?",
)
def minus_left_out() -> Functions:
    def both(x: Array, a: Array) -> Array:
        one, other = x[..., 0::2], x[..., 1::2]
        mixed = one * np.cos(a) + other * np.sin(a), one * np.sin(a) + other * np.cos(a)
        return np.stack(mixed, axis=-1).reshape(x.shape)

    return rope(turn=both, back=both)


@wrong(
    "rope",
    "Your positions start from 1; the first step has position 0 and is not turned.",
    "By which angle does your first step turn?",
)
def turned_from_one() -> Functions:
    return rope(lambda x: angles_of(x, first=1))


@wrong(
    "rope",
    "Your pairs all turn with one frequency; pair i has 10000**(-2i / D).",
    "Which pair should turn slowly?",
)
def one_frequency_for_all() -> Functions:
    return rope(lambda x: angles_of(x, exponent=lambda x: 0 * pairs(x)))


ROWS = "learned_positions"


def learned(
    rows: Step = lambda x, w: w[: x.shape[1]],
    dw: Step = lambda dout, w: _behind(dout.sum(axis=0), w),
    dx: Step = lambda dout: dout.copy(),
) -> Functions:
    """Rows that are added."""

    def learned_positions_forward(x: Array, w: Array) -> Any:
        return x + rows(x, w), w

    def learned_positions_backward(dout: Array, w: Array) -> Any:
        return dx(dout), dw(dout, w)

    return {
        "learned_positions_forward": learned_positions_forward,
        "learned_positions_backward": learned_positions_backward,
    }


def _behind(of_steps: Array, w: Array, first: int = 0) -> Array:
    out = np.zeros_like(w)
    out[first : first + len(of_steps)] = of_steps
    return out


@wrong(
    ROWS,
    "Your first step has position 1; it has position 0, the first row of W.",
    "Which row does the first step get?",
)
def learned_rows_start_from_one() -> Functions:
    return learned(lambda x, w: w[1 : x.shape[1] + 1], lambda dout, w: _behind(dout.sum(axis=0), w, 1))


@wrong(
    ROWS,
    "Your dW is a mean over the samples; a row was added to each of them, so it is the sum.",
    "How many samples does one row of W reach?",
)
def learned_rows_are_means() -> Functions:
    return learned(dw=lambda dout, w: _behind(dout.mean(axis=0), w))


@wrong(
    ROWS,
    "Your dW has a row for each step alone; W has a row for every position there can be, the rest of them 0.",
    "Compare the shapes of W and dW.",
)
def learned_rows_behind_the_last_step_missing() -> Functions:
    return learned(dw=lambda dout, _w: dout.sum(axis=0))


@wrong(
    ROWS,
    "Your dW is that of the last sample; a row was added to each sample, so it is the sum.",
    "Is it = or += in your loop over the samples?",
)
def learned_rows_of_the_last_sample() -> Functions:
    return learned(dw=lambda dout, w: _behind(dout[-1], w))
