"""Mistakes in the loss of captions and its gradients."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.captioning.base import writer
from gradproof.conformance.spec.cases import Array

BOTH = "captioning_rnn captioning_lstm"


@wrong(
    BOTH,
    "Your loss counts <NULL> as a word; where the next word is <NULL> nothing counts.",
    "What is the mask of the loss for?",
)
def empty_words_counted() -> Functions:
    return writer(mask=lambda _read, said, _null: np.ones_like(said, dtype=bool))


@wrong(
    BOTH,
    "Your mask looks at the words that are read; it is of the words that are to be said.",
    "The last word of a short caption is followed by <NULL>: is that <NULL> to be learnt?",
)
def mask_of_the_words_read() -> Functions:
    return writer(mask=lambda read, _said, null: read != null)


@wrong(
    BOTH,
    "Your network learns the word that it reads; it learns the next one.",
    "By how much are captions_in and captions_out apart?",
)
def words_not_shifted() -> Functions:
    return writer(cut=lambda captions: (captions[:, :-1], captions[:, :-1]))


@wrong(
    BOTH,
    "Your first hidden state is zeros; it is the projection of the features.",
    "How does the network know what is in the picture?",
)
def features_left_out() -> Functions:
    return writer(started=np.zeros_like, to_start=lambda dh0, _dh: np.zeros_like(dh0))


@wrong(
    BOTH,
    "Your loss is divided by the steps as well; it is summed over time and divided by the samples alone.",
    "What does temporal_softmax_loss divide by already?",
)
def divided_by_the_steps() -> Functions:
    return writer(divided=lambda said: said.shape[1])


@wrong(
    BOTH,
    "Your gradient of W_embed counts a repeated word once; every place where it stands adds to its row.",
    "What does dW[x] += dout do where x holds one index twice?",
)
def repeated_words_once() -> Functions:
    def once(net: Any, dvectors: Array, kept: Any) -> Array:
        words, table = kept
        dw = np.zeros_like(table)
        dw[words] += dvectors
        return np.asarray(dw)

    return writer(to_words=once)


@wrong(
    BOTH,
    "Your gradient of the projection is that of the first step's output; it is dh0, which came back through the cell.",
    "Which of the values that the recurrent backward returns belongs to h0?",
)
def projection_by_the_first_output() -> Functions:
    return writer(to_start=lambda _dh0, dh: dh[:, 0])


@wrong(
    BOTH,
    "Your gradient of b_proj is the mean over the samples; it is the sum.",
    "Each sample adds its own share to the loss: does anything divide by N here?",
)
def projection_bias_gradient_is_a_mean() -> Functions:
    return writer(b_proj=lambda dh0: dh0.mean(axis=0))
