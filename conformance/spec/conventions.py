"""Conventions that published texts disagree on. They are declared, never guessed silently."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from itertools import product
from typing import Any

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.words.said import say


def _convention(default: str, **choices: str) -> Any:
    return field(default=default, metadata={"choices": choices})


OF_EVERY_CONTRACT = ("precision",)  # conventions that none names
MOST_TOGETHER = 2  # conventions that are tried in every combination


@dataclass(frozen=True)
class Dialect:
    """One value for each convention; the defaults are the ones of the cs231n handouts."""

    dropout_p: str = _convention(
        "keep", keep="p is the probability to keep a unit", drop="p is the probability to drop a unit"
    )
    dropout: str = _convention(
        "inverted",
        inverted="training divides by the keep probability, test time is the identity",
        vanilla="training only masks, test time multiplies by the keep probability",
    )
    running_variance: str = _convention(
        "biased", biased="the running variance averages var = sum/N", unbiased="it averages sum/(N-1), as torch does"
    )
    momentum: str = _convention(
        "decay",
        decay="running = momentum * running + (1 - momentum) * batch",
        update="running = (1 - momentum) * running + momentum * batch, as torch has it",
    )
    relu_slope: str = _convention(
        "either",
        zero="the slope of relu at 0 is 0, as torch has it",
        one="the slope of relu at 0 is 1 (the negative side's slope is left at 0)",
        either="any slope of relu at 0 from 0 to 1 is accepted",
    )
    pool_ties: str = _convention(
        "either",
        first="of several maxima in a pooling window the first gets the gradient, as torch has it",
        all="each of several maxima in a pooling window gets the whole gradient",
        split="several maxima in a pooling window share the gradient equally",
        either="of several maxima in a pooling window the first or all may get the gradient, or each an equal share",
    )
    groupnorm_scale: str = _convention(
        "image",
        image="gamma and beta of group normalization have shape (1, C, 1, 1)",
        vector="gamma and beta of group normalization have shape (C,)",
    )
    adam_eps: str = _convention(
        "outside",
        outside="Adam adds epsilon to the corrected root, sqrt(v / (1 - beta2^t)) + epsilon, as torch does",
        inside="Adam adds epsilon to the root before its correction, sqrt(v) + epsilon",
    )

    lstm_gates: str = _convention(
        "ifog",
        ifog="the gates of an LSTM stand in the order input, forget, output, candidate",
        ifgo="they stand in the order input, forget, candidate, output, as torch has them",
        fgio="they stand in the order forget, candidate, input, output",
    )
    lstm_forget: str = _convention(
        "none",
        none="an LSTM adds nothing of its own to the forget gate's sum",
        one="it adds 1 to the forget gate's sum, beside the bias",
    )
    attention_mask: str = _convention(
        "keep",
        keep="a mask of attention is true where a query may look at a key",
        drop="it is true where a query may not look at a key",
        additive="it is a number that is added to the score: 0, or far below",
    )
    attention_scale: str = _convention(
        "root",
        root="the scores of attention are divided by the root of the width of the keys",
        none="they are not scaled",
    )
    feature_pairs: str = _convention(
        "neighbours",
        neighbours="positions act on pairs of features side by side, 2i and 2i + 1",
        halves="they act on pairs of a feature of the first half and one of the second, i and i + D/2",
    )
    gru_reset: str = _convention(
        "after",
        after="the reset gate of a GRU acts after the product, r * (h @ Wh + bh), as torch has it",
        before="it acts before the product, (r * h) @ Wh + bh",
    )
    gru_update: str = _convention(
        "keeps",
        keeps="the update gate of a GRU keeps the old state, (1 - z) * n + z * h, as torch has it",
        takes="it takes the new one, z * n + (1 - z) * h",
    )
    heads_scale: str = _convention(
        "head",
        head="the scores of several heads are divided by the root of one head's width",
        model="they are divided by the root of the width of all heads together",
    )
    projection_weights: str = _convention(
        "in_out",
        in_out="attention projects by x @ W + b, W of shape (in, out)",
        out_in="it projects by x @ W.T + b, W of shape (out, in), as torch has it",
    )
    hidden_unit: str = _convention(
        "relu",
        relu="the hidden layer of a transformer's block is rectified",
        gelu="the hidden layer of a transformer's block has GELU, by tanh",
    )
    masked_rows: str = _convention(
        "either",
        either="what attention gives for a query that may look at no key is left open",
        zeros="it gives zeros there, as torch's scaled_dot_product_attention does",
        mean="it gives the mean of the values there, as equal scores do",
        unmasked="it gives there what it would give without a mask, as adding -1e10 to all scores does",
        nan="it gives nan there, as softmax of nothing but -inf does",
    )
    temporal_average: str = _convention(
        "samples",
        samples="the loss over time is summed over the steps and divided by the number of samples",
        tokens="the loss over time is divided by the number of steps that the mask keeps",
    )
    gelu: str = _convention(
        "tanh",
        tanh="GELU is x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3)))",
        exact="GELU is x times the normal distribution's own function, by erf",
    )
    reduction: str = _convention(
        "mean",
        mean="a loss is averaged over all elements, one of classes over the samples (by their weights)",
        sum="a loss is summed over everything",
        batchmean="a loss is summed over everything and divided by the number of samples",
    )
    ctc_average: str = _convention(
        "samples",
        samples="the loss of CTC is reduced as each text has it",
        lengths="each text's loss of CTC is divided by the text's length first, as torch's mean does",
    )
    adamw_eps: str = _convention(
        "outside",
        outside="AdamW adds epsilon to the corrected root, as torch does",
        root="AdamW adds epsilon under the corrected root, sqrt(v / (1 - beta2^t) + epsilon)",
    )
    nadam: str = _convention(
        "constant",
        constant="the momentum of Nadam is beta1 at every step",
        schedule="it has the schedule beta1 * (1 - 0.5 * 0.96^(0.004 t)), as in torch",
    )
    adaptive_defaults: str = _convention(
        "open",
        open="what adamw, nadam, adagrad and adadelta take where a config lacks a key is left open",
        torch="where a config lacks a key they take what torch.optim does, which other texts do not",
    )
    clip_eps: str = _convention(
        "none",
        none="clipping by norm multiplies by max_norm / norm",
        torch="it multiplies by max_norm / (norm + 1e-6), as torch does",
    )
    xavier: str = _convention(
        "both",
        both="Xavier's variance is 2 / (fan_in + fan_out)",
        **{"in": "Xavier's variance is 1 / fan_in"},
    )
    he_fan: str = _convention(
        "in",
        **{"in": "He's variance is 2 / fan_in", "out": "He's variance is 2 / fan_out"},
    )
    classifier_l2: str = _convention(
        "full",
        full="the penalty of a linear classifier is reg * sum of W^2, its gradient 2 * reg * W",
        half="the penalty of a linear classifier is 0.5 * reg * sum of W^2, its gradient reg * W",
    )
    l2: str = _convention(
        "half",
        half="the penalty of a network is 0.5 * reg * sum of W^2, its gradient reg * W",
        full="the penalty of a network is reg * sum of W^2, its gradient 2 * reg * W",
    )

    precision: str = _convention(
        "given",
        given="values are computed in the dtype of the inputs, and float64 is judged as float64",
        float32="values may be computed in float32 whatever the inputs are, and float64 is judged as float32 is",
    )

    def __post_init__(self) -> None:
        for name, choices in CONVENTIONS.items():
            value = getattr(self, name)
            if value not in choices:
                raise UsageError(
                    say(
                        "dialect: {name} is {value!r}, expected one of {names}",
                        name=name,
                        value=value,
                        names=", ".join(choices),
                    )
                )

    def tag(self, conventions: Iterable[str]) -> str:
        """The values that differ from the default, as ``name=value,name=value``; empty under the default dialect."""
        return ",".join(
            f"{name}={getattr(self, name)}"
            for name in (*conventions, *OF_EVERY_CONTRACT)
            if getattr(self, name) != getattr(DEFAULT, name)
        )

    def restricted(self, conventions: Iterable[str]) -> "Dialect":
        """This dialect in the given conventions and those of every contract, the default one in all others."""
        return replace(DEFAULT, **{name: getattr(self, name) for name in (*conventions, *OF_EVERY_CONTRACT)})

    @property
    def is_single(self) -> bool:
        """Whether all is judged as float32 is."""
        return self.precision == "float32"

    def in_precision(self, precision: str) -> "Dialect":
        """The same with that precision."""
        return replace(self, precision=precision)

    def variants(self, conventions: tuple[str, ...]) -> tuple["Dialect", ...]:
        """Every dialect that differs from this one in some of ``conventions``, fewest differences first.

        Of three conventions or more, those dialects alone that have at most one value that is not the default.
        """
        combinations = product(*(CONVENTIONS[name] for name in conventions))
        others = [replace(self, **dict(zip(conventions, values, strict=True))) for values in combinations]
        if len(conventions) > MOST_TOGETHER:
            others = [each for each in others if DEFAULT._distance(each, conventions) <= 1]
        return tuple(sorted((d for d in others if d != self), key=lambda d: self._distance(d, conventions)))

    def _distance(self, other: "Dialect", conventions: tuple[str, ...]) -> int:
        return sum(getattr(self, name) != getattr(other, name) for name in conventions)


CONVENTIONS: Mapping[str, Mapping[str, str]] = {f.name: f.metadata["choices"] for f in fields(Dialect)}
DEFAULT = Dialect()


@cache
def parse_tag(tag: str) -> Dialect:
    """The dialect that :meth:`Dialect.tag` wrote. Raises UsageError for an unknown convention or value."""
    pairs = [part.partition("=") for part in tag.split(",") if part]
    for name, _, _ in pairs:
        if name not in CONVENTIONS:
            raise UsageError(
                say(
                    "dialect: no convention is called {name!r}; there are {names}",
                    name=name,
                    names=", ".join(CONVENTIONS),
                )
            )
    return replace(DEFAULT, **{name: value for name, _, value in pairs})
