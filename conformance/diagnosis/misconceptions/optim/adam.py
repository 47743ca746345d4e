"""Mistakes in Adam."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.rules import (
    Config,
    adam,
    correction,
    nothing,
    over_the_root,
    uncorrected,
    with_fixed_epsilon,
)

FIRST_STEPS = "Take one step by hand: with m and v at 0 before it, how long is the step, and what should it be?"
MOMENTS = "Of what are m and v the averages, and how much of the old value does each keep?"
EPSILON = "Where the formula of the paper has epsilon: what is under the root, and what is not?"


@wrong("adam", "You use m and v as they are; Adam divides each by 1 - beta ** t, for both start at 0.", FIRST_STEPS)
def no_bias_correction() -> Functions:
    return adam(correct_m=uncorrected, correct_v=uncorrected)


@wrong("adam", "You correct m only; v starts at 0 as well, so it is divided by 1 - beta2 ** t.", FIRST_STEPS)
def second_moment_is_not_corrected() -> Functions:
    return adam(correct_v=uncorrected)


@wrong("adam", "You correct v only; m starts at 0 as well, so it is divided by 1 - beta1 ** t.", FIRST_STEPS)
def first_moment_is_not_corrected() -> Functions:
    return adam(correct_m=uncorrected)


@wrong(
    "adam",
    "You never store the next t; it grows by 1 at every call, and the corrections fade with it.",
    "Print t after each call: what was it, what is it, and who remembers it?",
)
def t_is_frozen() -> Functions:
    return adam(keeps=lambda _config, new: {"m": new["m"], "v": new["v"]})


@wrong(
    "adam",
    "Your t is 2 at the first step; it counts the steps, so it is 1 there.",
    "What is t before the first step, and how often is it raised until it is used?",
)
def t_starts_at_two() -> Functions:
    return adam(starts={"t": 1})


@wrong(
    "adam",
    "You raise t after the corrections; it is raised before them, so that they never divide by 1 - beta ** 0.",
    "What is beta ** t at the first step of a fresh config?",
)
def t_is_counted_after_use() -> Functions:
    def late(beta: float, t: int) -> float:
        return correction(beta, t - 1)

    return adam(correct_m=late, correct_v=late)


@wrong(
    "adam",
    "You divide by 1 - beta at every step; at step t the moments are divided by 1 - beta ** t.",
    "What does the correction do after a thousand steps, and what should it do by then?",
)
def correction_without_the_power() -> Functions:
    def constant(beta: float, _t: int) -> float:
        return 1 - beta

    return adam(correct_m=constant, correct_v=constant)


@wrong(
    "adam",
    "You correct by 1 - beta * t; the correction has beta to the power of t.",
    "What is the divisor of m at the tenth step, and can it be that?",
)
def correction_by_a_product() -> Functions:
    def linear(beta: float, t: int) -> float:
        return 1 - beta * t

    return adam(correct_m=linear, correct_v=linear)


@wrong(
    "adam",
    "You multiply the moments by 1 - beta ** t; the correction divides by it.",
    "m starts at 0 and is too small at first: does your correction make it larger?",
)
def correction_multiplies() -> Functions:
    def inverse(beta: float, t: int) -> float:
        return 1 / correction(beta, t)

    return adam(correct_m=inverse, correct_v=inverse)


@wrong(
    "adam",
    "You correct m by beta2 and v by beta1; each moment is corrected by its own beta.",
    "Which beta made which moment?",
)
def corrections_swapped() -> Functions:
    return adam(corrected_by=("beta2", "beta1"))


@wrong(
    "adam",
    "You store the corrected moments; m and v are kept uncorrected, and corrected for the step alone.",
    "What does the next call do with the m and v that this one leaves?",
)
def corrected_moments_are_stored() -> Functions:
    def corrected(config: Config, new: Config) -> Config:
        m, v = (new[name] / correction(config[beta], new["t"]) for name, beta in (("m", "beta1"), ("v", "beta2")))
        return {"m": m, "v": v, "t": new["t"]}

    return adam(keeps=corrected)


@wrong("adam", "You use beta1 for v and beta2 for m; beta1 belongs to m and beta2 to v.", MOMENTS)
def betas_swapped() -> Functions:
    return adam(sees=lambda c: {**c, "beta1": c["beta2"], "beta2": c["beta1"]})


@wrong("adam", "You keep 1 - beta of the old moment and add beta of the new; it is the other way round.", MOMENTS)
def decay_and_update_fractions_swapped() -> Functions:
    return adam(mean=lambda old, new, beta: (1 - beta) * old + beta * new)


@wrong("adam", "You add the new value to beta * moment in full; it enters with the weight 1 - beta.", MOMENTS)
def moments_are_sums() -> Functions:
    return adam(mean=lambda old, new, beta: beta * old + new)


@wrong("adam", "Your v is an average of dw; it is the average of dw squared.", MOMENTS)
def second_moment_is_not_squared() -> Functions:
    return adam(square=np.positive)


@wrong(
    "adam",
    "You do not store m and v; the next call needs them.",
    "What does the second call find in its config?",
)
def moments_are_not_kept() -> Functions:
    return adam(keeps=lambda _config, new: {"t": new["t"]})


@wrong(
    "adam",
    "You store nothing of m, v and t in the config; the next call starts where this one ends.",
    "Print the config after a call: what has changed in it?",
)
def state_is_not_kept() -> Functions:
    return adam(keeps=nothing)


@wrong("adam", "You take the root of v + epsilon; epsilon is added to the root of v.", EPSILON)
def epsilon_inside_the_root() -> Functions:
    return adam(direction=lambda m, v, epsilon, _dw: m / np.sqrt(v + epsilon))


@wrong("adam", "You leave epsilon out; it is added to the root of v.", EPSILON)
def epsilon_is_missing() -> Functions:
    return adam(direction=lambda m, v, _epsilon, _dw: m / np.sqrt(v))


@wrong("adam", "You divide by v; Adam divides by its root.", "In what unit is v, and in what unit is m?")
def root_is_missing() -> Functions:
    return adam(direction=lambda m, v, epsilon, _dw: m / (v + epsilon))


@wrong(
    "adam",
    "You correct v after its root is taken; v is corrected first and the root taken of that.",
    "In which order do root and correction come for v?",
)
def correction_outside_the_root() -> Functions:
    def before_the_root(beta: float, t: int) -> float:
        return correction(beta, t) ** 2

    return adam(correct_v=before_the_root)


@wrong(
    "adam",
    "You step along dw; Adam steps along the corrected m.",
    "m is computed and stored: where is it used?",
)
def first_moment_is_not_used() -> Functions:
    return adam(direction=lambda _m, v, epsilon, dw: over_the_root(dw, v, epsilon, dw))


@wrong(
    "adam",
    "You write beta1 = 0.9 and beta2 = 0.999 into the rule; both come from the config.",
    "Does a config with other betas change your step?",
)
def betas_are_hard_coded() -> Functions:
    return adam(sees=lambda c: {**c, "beta1": 0.9, "beta2": 0.999})


@wrong("adam", "You add the step to w; the loss falls against the gradient.", "Does a single step lower the loss?")
def climbs_with_adam() -> Functions:
    return adam(direction=lambda *pieces: -over_the_root(*pieces))


@wrong(
    "adam",
    "Your epsilon is always 1e-8; it is the one of the config, under the name epsilon.",
    "Does another epsilon in the config change the step?",
)
def epsilon_is_hard_coded() -> Functions:
    return adam(sees=with_fixed_epsilon)


@wrong(
    "adam",
    "Your t is 2 at the first step, and your epsilon is always 1e-8; t counts the steps, so it is 1 there, and epsilon "
    "is the one of the config.",
    "Print t at the first step. Does another epsilon in the config change the step?",
)
def t_starts_at_two_and_epsilon_is_hard_coded() -> Functions:
    return adam(starts={"t": 1}, sees=with_fixed_epsilon)


@wrong(
    "adam",
    "You count t from 2 and use m and v as they are; t is 1 at the first step, and divides each by 1 - beta ** t.",
    "For what do you need t, and what is it at the first step?",
)
def t_starts_at_two_and_is_not_used() -> Functions:
    return adam(correct_m=uncorrected, correct_v=uncorrected, starts={"t": 1})
