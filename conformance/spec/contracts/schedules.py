"""step_schedule, exponential_schedule, cosine_schedule, warmup_schedule: a learning rate at a step."""

from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.open_row.declared import Choices
from gradproof.conformance.spec.open_row.ranges import uniform
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract

STEPS = (0, 1, 3, 5, 7, 10, 19)


def schedule(name: str, options: Choices) -> Contract:
    """A row without a gradient."""
    return contract(
        name=name,
        learning_rate=uniform("", 0.01, 1.0),
        returns={"rate": ""},
        wrt=(),
        options={"step": STEPS, **options},
    )(Later("schedules", name))


CONTRACTS = (
    schedule("step_schedule", {"step_size": (3, 5, 10), "gamma": (0.1, 0.5)}),
    schedule("exponential_schedule", {"gamma": (0.9, 0.5)}),
    schedule("cosine_schedule", {"total": (20, 30), "least": (0.0, 0.005)}),
    schedule("warmup_schedule", {"warmup": (1, 5, 10)}),
)
