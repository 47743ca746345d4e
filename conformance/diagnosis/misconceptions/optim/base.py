"""Mistakes in gradient descent, momentum and RMSProp."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.rules import (
    by_velocity,
    looking_ahead,
    momentum,
    nothing,
    over_the_root,
    rmsprop,
    rule,
    sgd,
    with_fixed_epsilon,
)

DEFAULT = "Call it with an empty config: which value do you take, and which does the handout give?"

DOWNHILL = "Does a single step from a fresh config lower the loss?"
CACHE = "Of what is the cache the average, and how much of the old one does it keep?"
EPSILON = "Where does the formula have epsilon: what is under the root, and what is not?"
TWO_STEPS = "Take two steps by hand with the same gradient: how long is the first, how long the second?"
REMEMBERED = "Print the config after a call: what will the next call find in it?"


@wrong("sgd", "You add the gradient; the loss falls against it.", DOWNHILL)
def climbs() -> Functions:
    return sgd(lambda dw, rate: rate * dw)


@wrong("sgd", "You multiply by the learning rate twice; once is enough.", "Does half the learning rate halve the step?")
def learning_rate_applied_twice_by_sgd() -> Functions:
    return sgd(lambda dw, rate: -rate * rate * dw)


@wrong(
    "sgd",
    "You step by the default learning rate whatever the config says; the config's counts.",
    "Does another learning rate in the config change the step?",
)
def learning_rate_is_hard_coded() -> Functions:
    return sgd(lambda dw, _rate: -1e-2 * dw)


@wrong("sgd", "You step by the whole gradient; it is multiplied by the learning rate.", "How long is your step?")
def learning_rate_is_left_out() -> Functions:
    return sgd(lambda dw, _rate: -dw)


@wrong("sgd_momentum", "You add learning_rate * dw to the velocity and the velocity to w, which climbs.", DOWNHILL)
def momentum_climbs() -> Functions:
    return momentum("sgd_momentum", lambda v, dw, rate, mu: mu * v + rate * dw)


@wrong(
    "sgd_momentum",
    "You keep the velocity with its sign turned and subtract it; here v = mu * v - learning_rate * dw is added to w.",
    "Your steps are right: in which direction does the velocity that you store point?",
)
def velocity_points_uphill() -> Functions:
    return momentum("sgd_momentum", lambda v, dw, rate, mu: mu * v + rate * dw, lambda v, *_: -v)


@wrong(
    "sgd_momentum",
    "You keep the velocity without the learning rate; here it is part of the velocity.",
    "In what unit is the velocity that you store: that of w, or that of dw?",
)
def velocity_without_the_learning_rate() -> Functions:
    return momentum("sgd_momentum", lambda v, dw, _rate, mu: mu * v - dw, lambda v, _old, _dw, rate, _mu: rate * v)


@wrong("sgd_momentum", "You take Nesterov's step; classical momentum adds the velocity alone.", TWO_STEPS)
def nesterov_for_classical() -> Functions:
    return momentum("sgd_momentum", move=looking_ahead)


@wrong(
    "sgd_momentum",
    "You write momentum 0.9 into the rule; it comes from the config.",
    "Does a config with another momentum change the second step?",
)
def momentum_is_hard_coded() -> Functions:
    return momentum("sgd_momentum", sees=lambda c: {**c, "momentum": 0.9})


@wrong(
    "sgd_momentum",
    "You multiply the velocity by the learning rate once more when it is added to w; it has it already.",
    "Follow the learning rate from the gradient to w: how often is it a factor?",
)
def learning_rate_applied_twice() -> Functions:
    return momentum("sgd_momentum", move=lambda v, _old, _dw, rate, _mu: rate * v)


@wrong("sgd_momentum", "You do not store the velocity; the next call needs it.", REMEMBERED)
def velocity_is_not_kept() -> Functions:
    return momentum("sgd_momentum", keeps=nothing)


@wrong("sgd_momentum", "You dampen the gradient by 1 - momentum; it enters the velocity in full.", TWO_STEPS)
def gradient_is_dampened() -> Functions:
    return momentum("sgd_momentum", lambda v, dw, rate, mu: mu * v - (1 - mu) * rate * dw)


@wrong("sgd_momentum", "You multiply the new gradient by the momentum too; only the old velocity decays.", TWO_STEPS)
def momentum_decays_the_gradient_too() -> Functions:
    return momentum("sgd_momentum", lambda v, dw, rate, mu: mu * (v - rate * dw))


@wrong(
    "sgd_momentum",
    "You add the old velocity to w; the new one is added.",
    "How far does the first step of a fresh config go?",
)
def steps_by_the_old_velocity() -> Functions:
    return momentum("sgd_momentum", move=lambda _v, old, *_: old)


@wrong(
    "sgd_momentum",
    "You compute the velocity and step by the gradient alone; w moves by the velocity.",
    "Where is the velocity used?",
)
def velocity_is_not_used() -> Functions:
    return momentum("sgd_momentum", move=lambda _v, _old, dw, rate, _mu: -rate * dw)


@wrong("sgd_momentum", "You let the velocity grow without decay; it is multiplied by the momentum first.", TWO_STEPS)
def velocity_does_not_decay() -> Functions:
    return momentum("sgd_momentum", lambda v, dw, rate, _mu: v - rate * dw)


@wrong("nesterov", "You take the step of classical momentum; Nesterov's looks one velocity ahead.", TWO_STEPS)
def classical_for_nesterov() -> Functions:
    return momentum("nesterov", move=by_velocity)


@wrong(
    "nesterov",
    "You add the whole new velocity beside the gradient's step; it is multiplied by the momentum there.",
    TWO_STEPS,
)
def look_ahead_without_the_momentum() -> Functions:
    return momentum("nesterov", move=lambda v, _old, dw, rate, _mu: v - rate * dw)


@wrong(
    "nesterov",
    "You exchange the old velocity and the new one in the step; the new one weighs 1 + mu, the old one -mu.",
    "With an old velocity of 0, how long is the step?",
)
def old_and_new_velocity_exchanged() -> Functions:
    return momentum("nesterov", move=lambda v, old, _dw, _rate, mu: (1 + mu) * old - mu * v)


@wrong("nesterov", "You add the step to the gradient's side; Nesterov's step goes against the gradient.", DOWNHILL)
def nesterov_climbs() -> Functions:
    return momentum(
        "nesterov", lambda v, dw, rate, mu: mu * v + rate * dw, lambda v, _old, dw, rate, mu: mu * v + rate * dw
    )


@wrong("nesterov", "You do not store the velocity; the next call needs it.", REMEMBERED)
def nesterov_velocity_is_not_kept() -> Functions:
    return momentum("nesterov", move=looking_ahead, keeps=nothing)


@wrong("rmsprop", "You divide by the cache; RMSProp divides by its root.", "In what unit is the cache, in what dw?")
def root_is_missing() -> Functions:
    return rmsprop(direction=lambda dw, cache, epsilon, _: dw / (cache + epsilon))


@wrong("rmsprop", "You take the root of cache + epsilon; epsilon is added to the root of the cache.", EPSILON)
def epsilon_inside_the_root() -> Functions:
    return rmsprop(direction=lambda dw, cache, epsilon, _: dw / np.sqrt(cache + epsilon))


@wrong("rmsprop", "You leave epsilon out; it is added to the root of the cache.", EPSILON)
def epsilon_is_missing() -> Functions:
    return rmsprop(direction=lambda dw, cache, _epsilon, _: dw / np.sqrt(cache))


@wrong("rmsprop", "You keep 1 - decay_rate of the cache and add decay_rate; it is the other way round.", CACHE)
def decay_and_update_fractions_swapped() -> Functions:
    return rmsprop(mean=lambda old, new, decay: (1 - decay) * old + decay * new)


@wrong("rmsprop", "You let the cache grow as AdaGrad does; RMSProp's is a moving average.", CACHE)
def cache_is_a_plain_sum() -> Functions:
    return rmsprop(mean=lambda old, new, _decay: old + new)


@wrong("rmsprop", "You add dw squared in full; it enters the cache with the weight 1 - decay_rate.", CACHE)
def new_square_enters_in_full() -> Functions:
    return rmsprop(mean=lambda old, new, decay: decay * old + new)


@wrong("rmsprop", "Your cache is an average of dw; it is the average of dw squared.", CACHE)
def cache_is_not_squared() -> Functions:
    return rmsprop(square=np.positive)


@wrong("rmsprop", "You do not store the cache; the next call needs it.", REMEMBERED)
def cache_is_not_kept() -> Functions:
    return rmsprop(keeps=nothing)


@wrong(
    "rmsprop",
    "You write decay_rate 0.99 into the rule; it comes from the config.",
    "Does a config with another decay_rate change the second step?",
)
def decay_rate_is_hard_coded() -> Functions:
    return rmsprop(sees=lambda c: {**c, "decay_rate": 0.99})


@wrong("rmsprop", "You add the step to w; the loss falls against the gradient.", DOWNHILL)
def climbs_with_rmsprop() -> Functions:
    return rmsprop(direction=lambda *pieces: -over_the_root(*pieces))


@wrong("sgd", "Your learning rate is 1e-3 where the config has none; the default is 1e-2.", DEFAULT)
def default_learning_rate_is_another() -> Functions:
    return rule("sgd", lambda w, dw, c: (w - c["learning_rate"] * dw, {}), starts={"learning_rate": 1e-3})


@wrong("sgd_momentum", "Your learning rate is 1e-3 where the config has none; the default is 1e-2.", DEFAULT)
def momentum_default_learning_rate_is_another() -> Functions:
    return momentum("sgd_momentum", starts={"learning_rate": 1e-3})


@wrong("rmsprop", "Your learning rate is 1e-3 where the config has none; the default is 1e-2.", DEFAULT)
def rmsprop_default_learning_rate_is_another() -> Functions:
    return rmsprop(starts={"learning_rate": 1e-3})


@wrong(
    "rmsprop",
    "Your epsilon is always 1e-8; it is the one of the config, under the name epsilon.",
    "Does another epsilon in the config change the step?",
)
def rmsprop_epsilon_is_hard_coded() -> Functions:
    return rmsprop(sees=with_fixed_epsilon)
