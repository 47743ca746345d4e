"""Mistakes in the embedding and in the layers over time."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def added_up(dw: Array, x: Array, dout: Array) -> None:
    """Every place adds to its word's row."""
    np.add.at(dw, x, dout)


def embedding(out: Step = lambda w, x: w[x], add: Callable[[Array, Array, Array], Any] = added_up) -> Functions:
    """The embedding; ``add`` puts the upstream gradient into rows of zeros."""

    def word_embedding_forward(x: Array, w: Array) -> Any:
        return out(w, x), (x, w)

    def word_embedding_backward(dout: Array, cache: Any) -> Any:
        x, w = cache
        dw = np.zeros_like(w)
        add(dw, x, dout)
        return dw

    return {"word_embedding_forward": word_embedding_forward, "word_embedding_backward": word_embedding_backward}


def _last_of_each(dw: Array, x: Array, dout: Array) -> None:
    dw[x] += dout


@wrong(
    "word_embedding",
    "Your dW counts a repeated word once; every place where it stands adds to its row.",
    "What does dW[x] += dout do where x holds one index twice?",
)
def repeated_words_once() -> Functions:
    return embedding(add=_last_of_each)


def _set_of_each(dw: Array, x: Array, dout: Array) -> None:
    dw[x] = dout


@wrong(
    "word_embedding",
    "Your dW holds what came from one place of each word; every place where it stands adds to its row.",
    "What is left of the first of two values that are assigned to one row?",
)
def repeated_words_assigned() -> Functions:
    return embedding(add=_set_of_each)


@wrong(
    "word_embedding",
    "Your dW is divided by how often a word stands in the text; the places add up.",
    "Does each place add its own share to the loss?",
)
def repeated_words_averaged() -> Functions:
    def averaged(dw: Array, x: Array, dout: Array) -> None:
        np.add.at(dw, x, dout)
        dw /= np.maximum(np.bincount(x.ravel(), minlength=len(dw)), 1)[:, np.newaxis].astype(dw.dtype)

    return embedding(add=averaged)


@wrong(
    "word_embedding",
    "Your dW takes the first word of each text alone; all places count.",
    "Which axes does x have?",
)
def only_the_first_words() -> Functions:
    return embedding(add=lambda dw, x, dout: np.add.at(dw, x[:, 0], dout[:, 0]))


def padded(w_read: Step = lambda w, _padding: w, row: Step = lambda dw, padding: dw[padding] * 0) -> Functions:
    """The embedding with a row of padding; ``row`` is what becomes of the row's gradient."""

    def padded_embedding_forward(x: Array, w: Array, padding: int) -> Any:
        return w_read(w, padding)[x], (x, w, padding)

    def padded_embedding_backward(dout: Array, cache: Any) -> Any:
        x, w, padding = cache
        dw = np.zeros_like(w)
        np.add.at(dw, x, dout)
        dw[padding] = row(dw, padding)
        return dw

    return {
        "padded_embedding_forward": padded_embedding_forward,
        "padded_embedding_backward": padded_embedding_backward,
    }


@wrong(
    "padded_embedding",
    "Your padding has a gradient; its row is read, and stays as it is.",
    "Is a word that only fills up the text to be learned?",
)
def padding_has_a_gradient() -> Functions:
    return padded(row=lambda dw, padding: dw[padding])


@wrong(
    "padded_embedding",
    "Your padding is read as zeros; its row is read like any other.",
    "Which row of W does the forward take for the padding?",
)
def padding_read_as_zeros() -> Functions:
    def blanked(w: Array, padding: int) -> Array:
        return np.where((np.arange(len(w)) == padding)[:, np.newaxis], w.dtype.type(0), w)

    return padded(w_read=blanked)


def temporal_affine(
    dx: Step = lambda dout, w: dout @ w.T,
    dw: Step = lambda dout, x: np.einsum("ntd,ntm->dm", x, dout),
    db: Step = lambda dout: dout.sum(axis=(0, 1)),
) -> Functions:
    """The affine map at every step."""

    def temporal_affine_forward(x: Array, w: Array, b: Array) -> Any:
        return x @ w + b, (x, w)

    def temporal_affine_backward(dout: Array, cache: Any) -> Any:
        x, w = cache
        return dx(dout, w), dw(dout, x), db(dout)

    return {"temporal_affine_forward": temporal_affine_forward, "temporal_affine_backward": temporal_affine_backward}


@wrong(
    "temporal_affine",
    "Your bias gradient is summed over the samples alone; it is summed over the steps as well.",
    "To how many places is the same bias added?",
)
def bias_gradient_of_each_step() -> Functions:
    return temporal_affine(db=lambda dout: dout.sum(axis=0))


@wrong(
    "temporal_affine",
    "Your weight gradient is that of the last step; the same weights work at every step, so all steps add up.",
    "Which steps does your sum run over?",
)
def weight_gradient_of_the_last_step() -> Functions:
    return temporal_affine(dw=lambda dout, x: x[:, -1].T @ dout[:, -1])


def over_time(
    read: Step = lambda x, _mask: x,
    shift: Step = lambda x: x - x.max(axis=2, keepdims=True),
    kept: Step = lambda mask: mask.astype(bool),
    divisor: Step = len,
    counted: Step = lambda own, mask: own * mask,
    masked: Step = lambda dx, mask: dx * mask[..., np.newaxis],
    sign: float = 1.0,
) -> Functions:
    """Cross entropy over time."""

    def temporal_softmax_loss(x: Array, y: Array, mask: Array) -> Any:
        shifted = shift(read(x, mask))
        logs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
        own = np.take_along_axis(logs, y[..., np.newaxis].astype(int), axis=2)[..., 0]
        weights = kept(mask)
        dx = np.exp(logs) - np.eye(x.shape[2], dtype=x.dtype)[y]
        return -sign * counted(own, weights).sum() / divisor(mask), (masked(dx, weights) / divisor(mask)).astype(
            x.dtype
        )

    return {"temporal_softmax_loss": temporal_softmax_loss}


@wrong(
    "temporal_softmax_loss",
    "Your loss is divided by the samples and the steps; it is divided by the samples alone.",
    "What does your text say the sum over time is divided by?",
)
def divided_by_samples_and_steps() -> Functions:
    return over_time(divisor=lambda mask: mask.size)


@wrong(
    "temporal_softmax_loss",
    "Your loss is not divided by the number of samples; it is.",
    "Is it a sum or an average over the batch?",
)
def not_divided() -> Functions:
    return over_time(divisor=lambda _mask: 1)


@wrong(
    "temporal_softmax_loss",
    "Your gradient ignores the mask; steps that do not count have a gradient of 0.",
    "Does the loss change with the scores of a step that is masked?",
)
def gradient_not_masked() -> Functions:
    return over_time(masked=lambda dx, _mask: dx)


@wrong(
    "temporal_softmax_loss",
    "Your mask is turned round; what it says is true counts, what it says is false does not.",
    "Is the mask true where there is a word, or where there is none?",
)
def mask_turned_round() -> Functions:
    return over_time(kept=lambda mask: ~mask.astype(bool))


@wrong(
    "temporal_softmax_loss",
    "Your loss lacks its minus; it is minus the logarithm of the right word's probability.",
    "Can a cross entropy be negative?",
)
def loss_without_its_minus() -> Functions:
    return over_time(sign=-1.0)


@wrong(
    "temporal_softmax_loss",
    "Your softmax takes exp of the scores as they are; the largest of each step must be taken out first.",
    "What is exp(1000)?",
)
def maximum_not_taken_out() -> Functions:
    return over_time(shift=lambda x: x)


@wrong(
    "temporal_softmax_loss",
    "Your mask multiplies the scores, so that a step that does not count adds log(V) to the loss; it multiplies what "
    "each step loses.",
    "What is the softmax of scores that are all 0, and its logarithm?",
)
def mask_multiplies_the_scores() -> Functions:
    return over_time(read=lambda x, mask: x * mask.astype(x.dtype)[..., np.newaxis], counted=lambda own, _mask: own)
