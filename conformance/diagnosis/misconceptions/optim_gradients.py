"""Mistakes in what is done to gradients."""

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong

SUPPOSES = ("clip_eps",)
RULES = ("adadelta", "adagrad", "adamw", "nadam", "sgd_weight_decay", "sgd_dampened")


@wrong(
    " ".join(RULES),
    "Your step is 0, so that w stays what it was; every step moves it.",
    "Print the step and each of its factors: which of them is 0?",
)
def no_step_is_taken() -> Functions:
    return {name: lambda w, _dw, config: (w.copy(), config) for name in RULES}
