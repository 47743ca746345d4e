"""Mistakes in writing captions word by word."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.captioning.base import writer
from gradproof.conformance.spec.cases import Array

LSTM = "caption_sampling_lstm"
BOTH = f"caption_sampling_rnn {LSTM}"


@wrong(
    BOTH,
    "Your captions begin with <START>, and every word stands one column late; the first column is the first word said.",
    "Which word do you write at step t: the one that you read, or the one that you found?",
)
def start_is_written_first() -> Functions:
    return writer(said=lambda _best, read: read)


@wrong(
    BOTH,
    "Your hidden state is not carried; each step starts from the state of the step before.",
    "What becomes of next_h at the end of your loop?",
)
def state_not_carried() -> Functions:
    return writer(state=lambda _new, _before, h0: h0)


@wrong(
    BOTH,
    "Your steps all read <START>; the word that was just found is what the next step reads.",
    "Which word does step 1 read?",
)
def word_not_fed_back() -> Functions:
    return writer(fed=lambda _best, read: read)


@wrong(
    BOTH,
    "Your first step reads <NULL>; a caption starts from <START>.",
    "Which number do you begin with, and which word has it?",
)
def starts_from_null() -> Functions:
    return writer(first=lambda net: net.words["<NULL>"])


@wrong(
    BOTH,
    "Your scores are those of the state before the step; they come from the state after it.",
    "Which of prev_h and next_h knows the word that was just read?",
)
def scores_of_the_state_before() -> Functions:
    return writer(scored=lambda _new, before: before)


@wrong(
    BOTH,
    "Your captions hold the last word alone; each step writes its own column.",
    "Is the line that writes into captions inside of the loop?",
)
def only_the_last_column_written() -> Functions:
    def last(columns: list[Array], net: Any) -> Array:
        captions = np.full((len(columns[0]), len(columns)), net.words["<NULL>"])
        captions[:, -1] = columns[-1]
        return captions

    return writer(written=last)


@wrong(
    BOTH,
    "Your first column stays <NULL>, and every word stands one column late; step 0 writes into column 0.",
    "Where does your loop start, and which column does its first step write?",
)
def first_column_left_empty() -> Functions:
    def late(columns: list[Array], net: Any) -> Array:
        return np.stack([np.full_like(columns[0], net.words["<NULL>"]), *columns[:-1]], axis=1)

    return writer(written=late)


@wrong(
    BOTH,
    "Your last column is never written; there are max_length steps, one a column.",
    "How often does your loop run?",
)
def last_column_left_empty() -> Functions:
    def short(columns: list[Array], net: Any) -> Array:
        return np.stack([*columns[:-1], np.full_like(columns[0], net.words["<NULL>"])], axis=1)

    return writer(written=short)


@wrong(
    BOTH,
    "Your captions have one column more than max_length, for <START>; it is not part of what is said.",
    "Print the shape of your captions: what is max_length?",
)
def one_column_too_many() -> Functions:
    def long(columns: list[Array], net: Any) -> Array:
        return np.stack([np.full_like(columns[0], net.words["<START>"]), *columns], axis=1)

    return writer(written=long)


@wrong(
    BOTH,
    "Your captions lose their first axis where there is one sample; they have shape (N, max_length), with N = 1 too.",
    "What does np.squeeze do with an axis of length 1?",
)
def batch_of_one_squeezed() -> Functions:
    return writer(written=lambda columns, _net: np.squeeze(np.stack(columns, axis=1)))


@wrong(
    BOTH,
    "Your words are the worst ones; the best word is the one with the largest score.",
    "Do you look for the smallest or the largest score?",
)
def worst_word() -> Functions:
    return writer(best_of=lambda scores: scores.argmin(axis=1))


@wrong(
    LSTM,
    "Your cell state is not carried; each step starts from the cell of the step before.",
    "What becomes of next_c at the end of your loop?",
)
def cell_not_carried() -> Functions:
    return writer(cell=np.zeros_like)


@wrong(
    LSTM,
    "Your hidden state and your cell are exchanged in the call of the step; prev_h comes first, then prev_c.",
    "In which order does lstm_step_forward take its two states?",
)
def state_and_cell_exchanged() -> Functions:
    return writer(given=lambda h, c: (c, h))


@wrong(
    LSTM,
    "Your cell starts each step from the hidden state; it is a state of its own, and starts from zeros.",
    "Which two states does a step return?",
)
def cell_is_the_state() -> Functions:
    return writer(given=lambda h, _c: (h, h))
