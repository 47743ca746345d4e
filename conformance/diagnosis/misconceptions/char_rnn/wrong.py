"""Mistakes in the loss of a language model of characters, in what it writes, and in how it starts."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.char_rnn.base import drawn, reader
from gradproof.conformance.spec.cases import Array

LOSS = "char_rnn char_lstm"
LSTM = "char_sampling_lstm"
WRITES = f"char_sampling_rnn {LSTM}"
DRAWN = "Print the mean and the standard deviation of each weight matrix of a new network: what should they be?"


@wrong(
    LOSS,
    "Your loss is a sum over the characters; it is their mean.",
    "By how many characters is the sum divided, and the gradient?",
)
def loss_is_a_sum() -> Functions:
    return reader(share=lambda _scores, _asked: 1)


@wrong(
    LOSS,
    "Your loss is divided by the samples alone; it is the mean over all characters that are asked for.",
    "How many characters does one sample have?",
)
def divided_by_the_samples() -> Functions:
    return reader(share=lambda scores, _asked: len(scores))


@wrong(
    LOSS,
    "Your loss is divided by all characters; those where y is -1 do not count there either.",
    "How many characters are asked for where half of y is -1?",
)
def divided_by_all_characters() -> Functions:
    return reader(share=lambda scores, _asked: scores[..., 0].size)


@wrong(
    LOSS,
    "Your loss takes -1 for the last character; where y is -1 nothing is asked.",
    "Which row does NumPy give for index -1?",
)
def unasked_is_the_last_character() -> Functions:
    return reader(where=lambda y: np.ones_like(y, dtype=bool))


@wrong(
    LOSS,
    "Your first hidden state is ones; a text begins from zeros.",
    "What does the network know before it has read anything?",
)
def starts_from_ones() -> Functions:
    return reader(first=np.ones)


@wrong(
    LOSS,
    "Your gradient of Wx counts a repeated character once; every place where it stands adds to its row.",
    "What does dW[x] += d do where x holds one index twice?",
)
def repeated_characters_once() -> Functions:
    def last_share(x: Array, dwx: Array, _dhot: Array) -> Array:
        counts = np.bincount(x.ravel(), minlength=len(dwx))[:, np.newaxis]
        return np.asarray(dwx / np.maximum(counts, 1).astype(dwx.dtype))

    return reader(to_table=last_share)


@wrong(
    WRITES,
    "Your text goes on from the prompt's last character alone; all of the prompt is read first.",
    "What does the hidden state know when the first character is written?",
)
def reads_the_last_character_alone() -> Functions:
    return reader(read_first=lambda prompt: prompt[:, -1:])


@wrong(
    WRITES,
    "Your steps all read the prompt's last character; the character that was just written is what the next step reads.",
    "Which character does the second step read?",
)
def character_not_fed_back() -> Functions:
    return reader(fed=lambda _best, prompt: prompt[:, -1])


@wrong(
    WRITES,
    "Your hidden state is not carried; each step starts from the state of the step before.",
    "What becomes of next_h at the end of your loop?",
)
def state_not_carried() -> Functions:
    return reader(state=np.zeros_like)


@wrong(
    LSTM,
    "Your cell state is not carried; each step starts from the cell of the step before.",
    "What becomes of next_c at the end of your loop?",
)
def cell_not_carried() -> Functions:
    return reader(cell=np.zeros_like)


@wrong(
    WRITES,
    "You return the prompt too; what is written after it is asked for, length characters.",
    "Print the shape of what you return: how many columns should it have?",
)
def prompt_returned_too() -> Functions:
    return reader(given_back=lambda prompt, columns: np.stack([*prompt.T, *columns], axis=1))


@wrong(
    WRITES,
    "Your first character is the prompt's last, and every other stands one column late; it is the first one written.",
    "Which character do you write at a step: the one that you read, or the one that you found?",
)
def one_column_late() -> Functions:
    return reader(given_back=lambda prompt, columns: np.stack([prompt[:, -1], *columns[:-1]], axis=1))


@wrong(
    WRITES,
    "Your characters are the worst ones; the best is the one with the largest score.",
    "Do you look for the smallest or the largest score?",
)
def worst_character() -> Functions:
    return reader(best_of=lambda scores: scores.argmin(axis=1))


@wrong(LOSS, "Your weights start with a deviation of their own; it is weight_scale.", DRAWN)
def weight_scale_is_ignored() -> Functions:
    return reader(weights=lambda rng, _scale, shape: rng.standard_normal(shape))


@wrong(LOSS, "Your weights all start above 0; they are drawn from a normal distribution around 0.", DRAWN)
def weights_start_positive() -> Functions:
    return reader(weights=lambda rng, scale, shape: np.abs(drawn(rng, scale, shape)))


@wrong(LOSS, "Your weights start at 0; they are random, or all hidden units stay alike.", DRAWN)
def weights_start_at_0() -> Functions:
    return reader(weights=lambda _rng, _scale, shape: np.zeros(shape))


@wrong(LOSS, "Your biases do not start at 0; they do, as the weights are random.", DRAWN)
def biases_do_not_start_at_0() -> Functions:
    return reader(biases=np.ones)
