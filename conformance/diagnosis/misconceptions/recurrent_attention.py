"""Mistakes in attention over a grid of features, and in the LSTM that looks at it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.attention.base import of_softmax, softmax
from gradproof.conformance.diagnosis.misconceptions.recurrent.base import lstm
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("lstm_gates", "lstm_forget")

Step = Callable[..., Any]
LOOK = "dot_product_attention"
WHOLE = "attention_lstm"


def looking(
    divisor: Step = lambda units: units**0.5,
    squashed: Step = lambda scores: softmax(scores.reshape(len(scores), -1)).reshape(scores.shape),
    back: Step = of_softmax,
    divisor_back: Step = lambda units: units**0.5,
    of_grid: Step = lambda by_mean, by_scores: by_mean + by_scores,
) -> Functions:
    """Attention over a grid taken apart into steps."""

    def dot_product_attention_forward(prev_h: Array, a: Array) -> Any:
        scores = np.einsum("nh,nhpq->npq", prev_h, a) / a.dtype.type(divisor(a.shape[1]))
        weights = squashed(scores)
        return np.einsum("nhpq,npq->nh", a, weights), weights, (prev_h, a, weights)

    def dot_product_attention_backward(dattn: Array, cache: Any) -> Any:
        prev_h, a, weights = cache
        places = a.reshape(*prev_h.shape, -1)
        flat = weights.reshape(len(a), -1)
        dscores = back(np.einsum("nh,nhp->np", dattn, places), flat) / a.dtype.type(divisor_back(a.shape[1]))
        by_mean, by_scores = (np.einsum("nh,np->nhp", *each) for each in ((dattn, flat), (prev_h, dscores)))
        return np.einsum("nhp,np->nh", places, dscores), of_grid(by_mean, by_scores).reshape(a.shape)

    return {
        "dot_product_attention_forward": dot_product_attention_forward,
        "dot_product_attention_backward": dot_product_attention_backward,
    }


def attending(
    seen: Step = lambda _x, attn: attn,
    dseen: Step = lambda dattn: dattn,
    dwattn: Step = lambda dwattn, _dwh: dwattn,
    looked_from: Step = lambda h, _first: h,
    first: Step = lambda mean: (mean, mean),
    after: Step = lambda by_gates, by_looking: by_gates + by_looking,
    of_start: Step = lambda dh, dc, places: (dh + dc) / places,
    of_steps: Step = lambda each: sum(each[1:], each[0]),
) -> Functions:
    """The LSTM that looks at a grid, one step and a whole sequence of it."""
    look, plain = looking(), lstm()

    def attention_lstm_step_forward(
        x: Array, prev_h: Array, prev_c: Array, attn: Array, wx: Array, wh: Array, wattn: Array, b: Array
    ) -> Any:
        both, weights = np.hstack([x, seen(x, attn)]), np.vstack([wx, wattn])
        next_h, next_c, cache = plain["lstm_step_forward"](both, prev_h, prev_c, weights, wh, b)
        return next_h, next_c, (cache, x.shape[1])

    def attention_lstm_step_backward(dnext_h: Array, dnext_c: Array, cache: Any) -> Any:
        of_step, inputs = cache
        dboth, dprev_h, dprev_c, dw, dwh, db = plain["lstm_step_backward"](dnext_h, dnext_c, of_step)
        dattn = dseen(dboth[:, inputs:])
        return dboth[:, :inputs], dprev_h, dprev_c, dattn, dw[:inputs], dwh, dwattn(dw[inputs:], dwh), db

    def attention_lstm_forward(x: Array, a: Array, wx: Array, wh: Array, wattn: Array, b: Array) -> Any:
        mean = a.mean(axis=(2, 3))
        h, c = first(mean)
        states, caches = [], []
        for t in range(x.shape[1]):
            attn, _, looked = look["dot_product_attention_forward"](looked_from(h, mean), a)
            h, c, stepped = attention_lstm_step_forward(x[:, t], h, c, attn, wx, wh, wattn, b)
            states.append(h)
            caches.append((looked, stepped))
        return np.stack(states, axis=1), (caches, a.shape)

    def attention_lstm_backward(dh: Array, cache: Any) -> Any:
        caches, shape = cache
        state, cell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
        each = []
        for t in reversed(range(len(caches))):
            looked, stepped = caches[t]
            dx, by_gates, cell, dattn, *weights = attention_lstm_step_backward(dh[:, t] + state, cell, stepped)
            by_looking, da = look["dot_product_attention_backward"](dattn, looked)
            state = after(by_gates, by_looking)
            each.append((dx, da, *weights))
        dx, da, *sums = zip(*each, strict=True)
        start = of_start(state, cell, shape[2] * shape[3])
        return (
            np.stack(dx[::-1], axis=1),
            of_steps(da) + start[:, :, None, None],
            *(sum(each[1:], each[0]) for each in sums),
        )

    return {
        "attention_lstm_step_forward": attention_lstm_step_forward,
        "attention_lstm_step_backward": attention_lstm_step_backward,
        "attention_lstm_forward": attention_lstm_forward,
        "attention_lstm_backward": attention_lstm_backward,
    }


@wrong(
    LOOK,
    "Your scores are divided by H; they are divided by the root of H.",
    "How large is the product of two random vectors of H numbers, as a rule?",
)
def scores_divided_by_the_width() -> Functions:
    return looking(divisor=lambda units: units, divisor_back=lambda units: units)


@wrong(
    LOOK,
    "Your scores are not divided; they are divided by the root of H.",
    "How large is the product of two random vectors of H numbers, as a rule?",
)
def scores_not_divided() -> Functions:
    return looking(divisor=lambda _units: 1, divisor_back=lambda _units: 1)


@wrong(
    LOOK,
    "Your backward leaves the scale of the scores out; what goes through the scores is divided by the root of H.",
    "Through which steps of the forward does the gradient of the scores go, on its way to prev_h?",
)
def scale_left_out_of_the_backward() -> Functions:
    return looking(divisor_back=lambda _units: 1)


@wrong(
    LOOK,
    "Your softmax runs over one axis of the grid; it runs over all places, so that a sample's weights sum to 1.",
    "Sum the weights of one sample: what is it, and what must it be?",
)
def softmax_over_one_axis_of_the_grid() -> Functions:
    def back(dweights: Array, weights: Array) -> Array:
        rows = (len(weights), 4, 4)
        return of_softmax(dweights.reshape(rows), weights.reshape(rows)).reshape(weights.shape)

    return looking(squashed=softmax, back=back)


@wrong(
    LOOK,
    "Your softmax backward is the diagonal alone, s * (1 - s); every weight depends on every score of its sample.",
    "If one score grows, what happens to the other weights?",
)
def softmax_backward_is_the_diagonal() -> Functions:
    return looking(back=lambda dweights, weights: dweights * weights * (1 - weights))


@wrong(
    LOOK,
    "Your dA has the path through the mean alone; A makes the scores too, and both paths add up.",
    "How often does A stand in your forward?",
)
def grid_without_the_path_through_the_scores() -> Functions:
    return looking(of_grid=lambda by_mean, _by_scores: by_mean)


@wrong(
    LOOK,
    "Your dA has the path through the scores alone; A is what is averaged too, and both paths add up.",
    "How often does A stand in your forward?",
)
def grid_without_the_path_through_the_mean() -> Functions:
    return looking(of_grid=lambda _by_mean, by_scores: by_scores)


@wrong(
    "attention_lstm_step",
    "Your step leaves attn out of the gates; attn @ Wattn is added to what they are told.",
    "Where do attn and Wattn enter your formula?",
)
def attention_left_out_of_the_gates() -> Functions:
    return attending(seen=lambda _x, attn: np.zeros_like(attn), dseen=np.zeros_like)


@wrong(
    "attention_lstm_step",
    "Your dWattn is that of Wh, by prev_h; it is attn that Wattn multiplied.",
    "Which array stands left of Wattn in the forward?",
)
def attention_weights_by_the_state() -> Functions:
    return attending(dwattn=lambda _dwattn, dwh: dwh)


@wrong(
    WHOLE,
    "Your LSTM looks at A once, from its first state; it looks anew from the state before each step.",
    "Which state do the scores of step t belong to?",
)
def looks_once() -> Functions:
    return attending(looked_from=lambda _h, mean: mean)


@wrong(
    WHOLE,
    "Your cell starts from zeros; it starts from the mean of A, as the hidden state does.",
    "What is the cell before the first step?",
)
def cell_starts_from_zeros() -> Functions:
    return attending(first=lambda mean: (mean, np.zeros_like(mean)), of_start=lambda dh, _dc, places: dh / places)


@wrong(
    WHOLE,
    "Your backward leaves out that a state is looked from; it reaches the next step by Wh and by its scores.",
    "Draw the arrows that leave a hidden state: how many are there?",
)
def state_without_the_path_through_attention() -> Functions:
    return attending(after=lambda by_gates, _by_looking: by_gates)


@wrong(
    WHOLE,
    "Your dA leaves out the first states; both are the mean of A, and their gradients go back to it.",
    "What did the first hidden state and the first cell come from?",
)
def grid_without_the_first_states() -> Functions:
    return attending(of_start=lambda dh, _dc, _places: np.zeros_like(dh))


@wrong(
    WHOLE,
    "Your dA gives each place the whole gradient of the first states; a mean gives each place its share, 1 / 16.",
    "How much does the mean of 16 numbers grow if one of them grows by 1?",
)
def first_states_not_shared_out() -> Functions:
    return attending(of_start=lambda dh, dc, _places: dh + dc)


@wrong(
    WHOLE,
    "Your dA is that of one step; every step looks at A, and all of them add to it.",
    "How many steps read A?",
)
def grid_of_one_step() -> Functions:
    return attending(of_steps=lambda each: each[-1])
