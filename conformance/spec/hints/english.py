"""The sentences of the levels below the formula, in English: the concept, the place, the numbers."""

import re
from collections.abc import Mapping
from typing import Any

from gradproof.conformance.spec.english_edits import named
from gradproof.conformance.spec.findings import Finding, Kind
from gradproof.conformance.spec.hints import formulas
from gradproof.conformance.spec.words.said import SENTENCES, TEXTS, joined, say

NAMED, MADE = 4, 3  # values at most

BATCH = "Batch normalization gives each feature mean 0 and variance 1 over the batch, then scales and shifts it."
CONCEPTS: Mapping[str, str] = {  # by the name of the contract; the first that fits
    r"relu": "A rectifier lets what is above 0 through and stops the rest.",
    r"leaky_relu|prelu": "A leaky rectifier lets what is above 0 through and shrinks the rest.",
    r"sigmoid": "The sigmoid squeezes every number to between 0 and 1.",
    r"tanh": "The hyperbolic tangent squeezes every number to between -1 and 1.",
    r"elu|selu|gelu|silu|softplus|mish": "An activation turns each number into another one, each on its own.",
    r"affine|temporal_affine": "A fully connected layer adds up weighted inputs, sample by sample, and a bias.",
    r"\w+_relu|conv_relu_pool": "A block calls its layers in turn, and on the way back in the opposite order.",
    r"conv_net|\w*_net": "A network sends a batch through its layers, and its gradient back through all of them.",
    r"conv\w*": "A convolution lays each filter on every window, multiplies, adds up, and adds a bias.",
    r"dropout": "Dropout sets units to 0 at random in training; the mean of each stays what it is at test time.",
    r"\w+_embedding": "An embedding looks up a row of a table for every word; a word that comes twice counts twice.",
    r"svm_loss\w*": "The hinge loss adds up by how much other classes come within 1 of the right one.",
    r"bce_\w+|sigmoid_cross_entropy": "This loss is -log of the share that was given to what is true.",
    r"nll_loss|kl_loss|focal_loss|cross_entropy\w*": "The loss is small where the right class has a large share.",
    r"mse_loss|l1_loss|huber_loss": "The loss grows as what comes out moves away from what should come out.",
    r"\w*attention": "Attention mixes the values; the weights of each query add up to 1 over the keys.",
    r"\w*softmax\w*": "Softmax turns scores into shares that add up to 1, for each sample on its own.",
    r"\w*training|solver\w*": "Each step of a training moves every parameter a little against its gradient.",
    r"batchnorm\w*": BATCH,
    r"layernorm\w*": "Layer normalization gives each sample mean 0 and variance 1, then scales and shifts it.",
    r"spatial_batchnorm": "Spatial batch normalization gives each channel mean 0 and variance 1 over batch and pixels.",
    r"spatial_groupnorm|instancenorm": "Each image gets mean 0 and variance 1 in every group of its channels.",
    r"sgd": "A step goes against the gradient, as far as the learning rate says.",
    r"sgd_momentum|sgd_dampened|nesterov": "Momentum keeps a velocity: gradients push it, and it moves the weights.",
    r"rmsprop|n?adamw?|adagrad|adadelta": "Each weight has a step of its own, by the size of its gradients so far.",
    r"max_pool\w*": "Max pooling keeps the largest number of every window, and only that one gets a gradient.",
    r"\w*avg_pool\w*": "Average pooling keeps the mean of every window, and each of its numbers gets an equal share.",
    r"ctc_loss": "This loss adds up over all ways to stretch the labels over the steps, with blanks between them.",
    r"dropout2d": "Dropout of channels sets whole channels to 0 at random, and scales up those that it keeps.",
    r"\w*feed_forward": "A feed-forward block has two layers with an activation between, for each step on its own.",
    r"(xavier|he)_\w+": "How widely first weights spread depends on how many inputs and outputs the layer has.",
    r"rmsnorm": "RMS norm divides each sample by the root of its mean square, then scales it.",
    r"sgd_weight_decay": "Weight decay pulls every weight toward 0, beside the step against its gradient.",
    r"clip_grad_\w+": "Clipping keeps gradients within a limit; what is within it stays as it is.",
    r"positional_encoding|learned_positions": "Each place in a sequence has its own vector, added to its word.",
    r"rope": "Each pair of features is turned by an angle that grows with the place in the sequence.",
    r"flatten": "To flatten is to lay out each sample as one row, in the order of its entries.",
    r"upsample": "Each pixel comes in many copies; on the way back the gradients of its copies add up.",
    r"\w+_schedule": "A schedule gives the learning rate of each step by the number of the step.",
    r"\w+_norm_block|transformer_\w+": "A block adds to its input what attention makes of it, then what two layers do.",
    r"\w*rnn\w*|gru\w*": (
        "A recurrent step mixes its input with the state before it; gradients come from above and from later."
    ),
    r"\w*lstm\w*": "A cell keeps what its gates let it keep; the way back passes every gate and both states.",
}
GRADIENT = "A gradient has the shape of what it belongs to, and is the product of the slopes on the way there."

SIGNS, PARTS, NUMBERS, AXES, STEPS, PASSES, NAMES, ORDER, BRACKETS, CASES = (
    *("signs", "parts", "numbers", "axes", "steps", "passes", "names", "order", "brackets", "cases"),
)
GROUPS: Mapping[str, str] = {  # of the changes, see english_edits.CHANGES
    **dict.fromkeys(("operator", "sign"), SIGNS),
    **dict.fromkeys(("part", "call", "times", "over", "all_without"), PARTS),
    **dict.fromkeys(("factor", "number", "added", "floor", "clipped", "all_nothing"), NUMBERS),
    **dict.fromkeys(("limited", "topped", "fixed"), NUMBERS),
    **dict.fromkeys(("not_reduced", "everything", "axis", "all_everything", "all_axes", "keepdims"), AXES),
    **dict.fromkeys(("reduction", "all_reductions"), AXES),
    **dict.fromkeys(("left_out", "twice", "later", "done_to"), STEPS),
    **dict.fromkeys(("always", "in_any_case", "only_if", "branch"), CASES),
    **dict.fromkeys(
        (
            "overwritten",
            "repeated_once",
            "first_pass",
            "first_only",
            "returns",
            "after_the_loop",
            "in_the_loop",
            "in_every_pass",
            "anew",
            "kept",
        ),
        PASSES,
    ),
    **dict.fromkeys(("replaced", "other", "all_names", "throughout", "activation", "untransposed"), NAMES),
    **dict.fromkeys(("pairs", "labels"), NAMES),
    "exchanged": ORDER,
    "parentheses": BRACKETS,
}
QUESTIONS: Mapping[str, str] = {
    SIGNS: "Derive it by hand, term by term: which sign and which operator does each of them have?",
    PARTS: "Write the formula down beside your code: is each of its factors and terms there, and there once?",
    NUMBERS: "Which numbers stand in the formula, and where does each of them come from?",
    AXES: "Is it added up or averaged, over which axes, and which shape has to come out?",
    STEPS: "Which steps does the text list, and is each of them done once, in that order?",
    PASSES: "Follow two passes of the loop by hand: what is kept of the first one after the second?",
    NAMES: "Go through the formula name by name: which array belongs in each place?",
    ORDER: "In which order are the values handed on, and in which order are they taken?",
    CASES: "Under which condition does each step count, and which steps stand under it in your code?",
    BRACKETS: "What does Python compute first here, and what does the formula compute first?",
}
PLACES: Mapping[str, str] = {
    SIGNS: "one sign or operator in it is not the right one",
    PARTS: "one factor, term or function in it is missing or comes in once too often",
    NUMBERS: "one number in it is not the right one",
    AXES: "it adds up, averages or compares in another way, or other entries, than it should",
    STEPS: "it is left out, done twice, or done at another time than it should",
    PASSES: "its passes overwrite, miss or repeat something",
    NAMES: "something in it stands in the place of something else",
    ORDER: "two values in it have changed places",
    CASES: "it depends on another condition than it should, or on none",
    BRACKETS: "it groups its terms in another way than the formula",
}
PIECES: Mapping[str, str] = {  # where more is known than the kind of change; see telling/pieces.py
    "no_division": "a division is missing in it",
    "no_factor": "a factor is missing in it",
    "no_product": "a matrix product is missing in it",
    "no_term": "a term is missing in it",
    "no_power": "a power is missing in it",
    "call": "a function is missing in it",
    "a_quotient": "it divides where it should not",
    "a_product": "it multiplies where it should not",
    "a_sum": "it adds where it should not",
    "a_difference": "it subtracts where it should not",
    "a_power": "it takes a power where it should not",
    "turned_difference": "the two sides of a difference in it have changed places",
    "turned_quotient": "a quotient in it is turned over",
    "turned_product": "the two sides of a matrix product in it have changed places",
    "a_comparison": "it compares in the wrong way",
    "a_name": "{within} stands in it in the place of something else",
    "a_setting": "a number stands in it where one belongs that is given",
    "times": "it multiplies once too often",
    "over": "it divides once too often",
    "factor": "one factor in it is not the right one",
    "branch": "it takes one of two ways in every case",
    "keepdims": "it keeps an axis that should be gone, or loses one that should be kept",
    "everything": "it goes over all axes at once",
    "not_reduced": "a sum or a mean is missing in it",
    "sign": "the sign of one term in it is turned over",
    "axis": "it goes along another axis than it should",
    "left_out": "it is left out",
    "twice": "it is done twice",
    "later": "it is done too late",
    "always": "it is done whatever its condition says",
    "in_any_case": "a step that belongs under it is done in any case",
    "only_if": "a step stands under it that should not",
    "in_every_pass": "something is done in every pass of a loop that should be done once",
}
WITH = "{what}, the one with {within}"
BOTH = "{one} and {other}"
STEPS_OF: Mapping[str, str] = {
    "makes": "the step that makes {made}",
    "helped": "the step that makes {made} by `{helper}`",
    "returns": "what is returned at the end",
    "loop": "the loop that makes {made}",
    "branch": "the condition on which {made} depends",
    "other": "a step",
}


OF = "{step} in {function}"
A_NUMBER = "{name} is {got}, where {right} is right"
MESSAGES = (
    *(*CONCEPTS.values(), GRADIENT, *QUESTIONS.values(), *PLACES.values(), *PIECES.values(), *STEPS_OF.values()),
    *(WITH, BOTH, OF, A_NUMBER),
)


def words(finding: Finding) -> dict[str, str]:
    """What the sentence of a level needs."""
    facts = {**dict(finding.facts), "contract": finding.contract, "function": finding.function}
    levels = {Kind.CONCEPT: _concept, Kind.PLACE: _place, Kind.NUMBERS: _numbers, Kind.MADE_OF: formulas.words}
    return {**levels[finding.kind](facts), "case": finding.case}


def _concept(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the first level needs: what the layer is for, and a question."""
    told = next((words for name, words in CONCEPTS.items() if re.fullmatch(name, facts["contract"])), "")
    question = facts["question"] or QUESTIONS[GROUPS[facts["how"]]]
    return {
        "concept": joined(TEXTS, map(say, filter(None, (told, GRADIENT if facts["is_gradient"] else "", question))))
    }


def _place(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the second level needs: which values, which step, and what kind of thing is wrong there."""
    made = named([f"`{name}`" for name in facts["made"]], MADE)
    step = say(STEPS_OF[facts["step"]], **{**facts, "made": made})
    return {
        "observations": named(facts["names"], NAMED),
        "step": say(OF, step=step, function=facts["function"]) if facts["function"] else step,
        "what": _piece(facts) if facts["piece"] else say(PLACES[GROUPS[facts["how"]]]),
    }


def _piece(facts: Mapping[str, Any]) -> str:
    """What is missing, or stands where something else belongs, by the names in it."""
    names = [f"`{name}`" for name in facts["within"]]
    within = say(BOTH, one=names[0], other=names[1]) if names[1:] else "".join(names)
    what = say(PIECES[facts["piece"]], within=within)
    return say(WITH, what=what, within=within) if names and facts["piece"] != "a_name" else what


def _numbers(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the third level needs: each step, with what it is and what is right."""
    steps = (say(A_NUMBER, name=name, got=got, right=right) for name, got, right in facts["steps"])
    return {"steps": joined(SENTENCES, steps)}
