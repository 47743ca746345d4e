"""Mistakes in the loss of a transformer that says which word comes next, in what it writes, and in how it starts."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.char_rnn.base import drawn
from gradproof.conformance.diagnosis.misconceptions.transformer_lm.base import decoder
from gradproof.conformance.spec.cases import Array

LOSS = "transformer_lm"
WRITES = "transformer_sampling"
BOTH = f"{LOSS} {WRITES}"  # where what is written comes from the scores of the loss
DRAWN = "Print the mean and the standard deviation of each weight matrix of a new network: what should they be?"
KNOWN = "Print the parameters of a new network that are not drawn at random: what should they be?"


@wrong(
    BOTH,
    "Your words look at those that come later; a word sees itself and what stands before it.",
    "What is the mask of the attention here, and does it reach the softmax?",
)
def no_causal_mask() -> Functions:
    return decoder(seen=lambda steps: np.ones((steps, steps), bool))


@wrong(
    BOTH,
    "Your causal mask is shifted by one, so that each word sees the one to predict; it sees itself and no further.",
    "Is the diagonal of your mask the last thing that a word sees?",
)
def mask_sees_the_next_word() -> Functions:
    return decoder(seen=lambda steps: np.tril(np.ones((steps, steps), bool), 1))


@wrong(
    BOTH,
    "Your words have no positions; their sinusoids are added to the vectors.",
    "Exchange two words before the last one: do the scores change?",
)
def positions_left_out() -> Functions:
    return decoder(positions=lambda vectors: vectors)


@wrong(
    BOTH,
    "Your blocks leave out what goes in; each part is added to it.",
    "What is h + ... in the formula of a block?",
)
def nothing_beside() -> Functions:
    return decoder(beside=lambda _h, part: part, carried=lambda dpart, _dout: dpart)


@wrong(
    LOSS,
    "Your gradient goes through the parts of a block alone; what goes in is reached by itself too.",
    "How many ways lead from the input of a block to its output?",
)
def residual_gradient_lost() -> Functions:
    return decoder(carried=lambda dpart, _dout: dpart)


@wrong(
    LOSS,
    "Your gradient reaches the input of attention through the queries alone; it is the sum of three paths.",
    "What are q, k and v projections of?",
)
def gradient_of_queries_alone() -> Functions:
    return decoder(paths=lambda dq, _dk, _dv: dq)


@wrong(
    BOTH,
    "Your last normalization is left out; the output of the last block is normalized before the scores.",
    "What are gamma and beta without a number for?",
)
def last_normalization_left_out() -> Functions:
    return decoder(is_last_normed=False)


@wrong(
    BOTH,
    "Your feed-forward part has no gelu; without it two affine maps are one.",
    "What stands between W_in and W_out?",
)
def no_activation() -> Functions:
    return decoder(is_activated=False)


@wrong(
    BOTH,
    "Your blocks all use the parameters of the first; each has its own.",
    "Which number do the keys have in your loop?",
)
def first_block_again_and_again() -> Functions:
    return decoder(of_block=lambda _i, _layers: 1)


@wrong(
    BOTH,
    "Your blocks run from the last to the first; block 1 is what the words go through first.",
    "In which order does your loop go through the blocks?",
)
def blocks_in_reverse() -> Functions:
    return decoder(of_block=lambda i, layers: layers + 1 - i)


@wrong(
    LOSS,
    "Your loss is a sum over the words; it is their mean.",
    "By how many words is the sum divided, and the gradient?",
)
def loss_is_a_sum() -> Functions:
    return decoder(share=lambda _scores, _asked: 1)


@wrong(
    LOSS,
    "Your loss is divided by the samples alone; it is the mean over all words that are asked for.",
    "How many words does one sample have?",
)
def divided_by_the_samples() -> Functions:
    return decoder(share=lambda scores, _asked: len(scores))


@wrong(
    LOSS,
    "Your loss is divided by all words; those where y is -1 do not count there either.",
    "How many words are asked for where half of y is -1?",
)
def divided_by_all_words() -> Functions:
    return decoder(share=lambda scores, _asked: scores[..., 0].size)


@wrong(
    LOSS,
    "Your loss takes -1 for the last word; where y is -1 nothing is asked.",
    "Which row does NumPy give for index -1?",
)
def unasked_is_the_last_word() -> Functions:
    return decoder(where=lambda y: np.ones_like(y, dtype=bool))


@wrong(
    LOSS,
    "Your gradient of W_embed counts a repeated word once; every place where it stands adds to its row.",
    "What does dW[x] += dout do where x holds one index twice?",
)
def repeated_words_once() -> Functions:
    def once(x: Array, dw: Array, dvectors: Array) -> Array:
        rows = np.zeros_like(dw)
        rows[x] += dvectors
        return rows

    return decoder(to_words=once)


@wrong(
    WRITES,
    "Your text goes on from its last word alone; the scores hang on all that stands before.",
    "What do you pass to the network at each step?",
)
def reads_the_last_word_alone() -> Functions:
    return decoder(read=lambda text, _prompt: text[:, -1:])


@wrong(
    WRITES,
    "Your steps all read the prompt; the word that was just written belongs to what the next step reads.",
    "What do you pass to the network at the second step?",
)
def word_not_fed_back() -> Functions:
    return decoder(read=lambda _text, prompt: prompt)


@wrong(
    WRITES,
    "Your words come from the scores of the first place; those of the last say what comes next.",
    "At which place does the network say which word follows the text?",
)
def scores_of_the_first_place() -> Functions:
    return decoder(place=lambda scores: scores[:, 0])


@wrong(
    WRITES,
    "You return the prompt too; what is written after it is asked for, length words.",
    "Print the shape of what you return: how many columns should it have?",
)
def prompt_returned_too() -> Functions:
    return decoder(given_back=lambda text, _prompt: text)


@wrong(
    WRITES,
    "Your words are the worst ones; the best word is the one with the largest score.",
    "Do you look for the smallest or the largest score?",
)
def worst_word() -> Functions:
    return decoder(best_of=lambda scores: scores.argmin(axis=1))


@wrong(LOSS, "Your weights start with a deviation of their own; it is weight_scale.", DRAWN)
def weight_scale_is_ignored() -> Functions:
    return decoder(weights=lambda rng, _scale, shape: rng.standard_normal(shape))


@wrong(LOSS, "Your weights all start above 0; they are drawn from a normal distribution around 0.", DRAWN)
def weights_start_positive() -> Functions:
    return decoder(weights=lambda rng, scale, shape: np.abs(drawn(rng, scale, shape)))


@wrong(LOSS, "Your weights start at 0; they are random, or all units stay alike.", DRAWN)
def weights_start_at_0() -> Functions:
    return decoder(weights=lambda _rng, _scale, shape: np.zeros(shape))


@wrong(LOSS, "Your scales start at 0; they start at 1, so that normalization scales nothing yet.", KNOWN)
def scales_start_at_0() -> Functions:
    return decoder(scales=np.zeros)


@wrong(LOSS, "Your biases do not start at 0; they do, as the weights are random.", KNOWN)
def biases_do_not_start_at_0() -> Functions:
    return decoder(biases=np.ones)
