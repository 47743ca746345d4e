"""What happens once an epoch where an epoch has several steps, the last of them on fewer samples.

When the learning rate decays, at the start of an epoch or at its end, is left to the text. What the rates add up to
tells whether it decays at every step: by small steps on one sample a bias moves by its first gradient times that sum.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from gradproof.conformance.spec import network_styles
from gradproof.conformance.spec.cases import Draw
from gradproof.conformance.spec.contract import (
    Case,
    Dialect,
    Drawn,
    Exercise,
    Finding,
    Kind,
    Observations,
    Scenario,
    Subject,
)
from gradproof.conformance.spec.contracts.networks.draws import by_scores
from gradproof.conformance.spec.findings import CheckName, Thing, found
from gradproof.conformance.spec.values import described

TRAINING = CheckName.TRAINING
NAME = "several_steps_an_epoch"
SAMPLES, BATCH, STEPS, RATE, DECAY = 14, 4, 12, 1e-4, 0.5
AT_EVERY_STEP = sum(DECAY**step for step in range(STEPS))
AT_FIRST = sum(DECAY ** -(-step // (SAMPLES // BATCH)) for step in range(STEPS))  # the fewest that are right
LEAST = (AT_EVERY_STEP + AT_FIRST) / 2
HINT = "an epoch has several steps, and not a whole number of batches: the learning rate decays once an epoch"


def several_steps(draw: Draw) -> Scenario:
    """Trainings on copies of the sample that ``draw`` has, whose learning rate decays."""

    def draw_several(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        inputs, _ = draw(rng, size, dialect)
        return Drawn(inputs, {"reg": 0.0, "learning_rate": RATE, "lr_decay": DECAY, "batch_size": BATCH})

    return Scenario(NAME, draw_several, check=TRAINING, smooth=False, repeatable=False, hint=HINT, places=(16,))


def has_several_steps(case: Case) -> bool:
    """Whether the case is such a training."""
    return case.scenario == NAME


def or_several_steps(class_name: str, ask: Exercise) -> Exercise:
    """The exercise; or a training of several steps an epoch, and the bias that it leaves."""

    def trained(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        if not has_several_steps(case):
            yield from ask(subject, case)
            return
        net, label = network_styles.build(subject, class_name, case), f"{class_name}.train"
        x, y = np.repeat(case["x_1"], SAMPLES, axis=0), np.repeat(case["y_1"], SAMPLES)
        settings = {"learning_rate": RATE, "learning_rate_decay": DECAY, "reg": 0.0, "num_iters": STEPS}
        settings |= {"batch_size": BATCH, "verbose": False}
        words = ", ".join(f"{name}={value!r}" for name, value in settings.items())
        subject.script += [
            f"x, y = np.repeat(x_1, {SAMPLES}, axis=0), np.repeat(y_1, {SAMPLES})",
            f"net.train(x, y, x[:2], y[:2], {words})",
            f'got["last_b2"] = net.params["{net.keys["b2"]}"].reshape(b2.shape)',
        ]
        stats = subject.attempt(label, lambda: net.net.train(x, y, x[:2], y[:2], **settings), X=x, y=y)
        yield "last_b2", net.parameter("b2")
        losses_of(subject, label, stats, STEPS)

    return trained


def losses_of(subject: Subject, label: str, stats: Any, steps: int) -> Any:
    """The losses of a training, of which there is one a step; ends the exercise if there is not."""
    losses = subject.attempt(label, lambda: stats["loss_history"] if isinstance(stats, dict) else stats[0])
    if not isinstance(losses, list | tuple | np.ndarray) or len(losses) != steps:
        is_list = isinstance(losses, list | np.ndarray)
        given = Thing("count", "losses", length=len(losses)) if is_list else described(losses)
        told = {"observation": "loss_history", "expected": "losses_one_a_step", "count": steps}
        subject.end(Kind.GAVE, label, got=given, **told)
    return losses


def decays_once_an_epoch(case: Case, observed: Observations) -> Iterator[Finding]:
    """That the rates add up to less than they do where they decay once an epoch."""
    last = observed.get("last_b2")
    if not has_several_steps(case) or last is None or last.shape != case["b2"].shape:
        return
    w1, b1, w2, b2, x = (case[name].astype(np.float64) for name in ("W1", "b1", "W2", "b2", "x_1"))
    (gradient,) = by_scores(np.maximum(x @ w1 + b1, 0) @ w2 + b2, case["y_1"])
    rates = -(last - b2) @ gradient / (RATE * gradient @ gradient)
    if 0 < rates < LEAST:
        yield found(Kind.DECAYS_TOO_OFTEN, check=TRAINING)


def a_batch_comes_again(observed: Observations, epochs: Iterable[int], least: int = 4) -> Iterator[Finding]:
    """That in every epoch a batch has the samples of another one of it, however many of ``epochs`` there are.

    Who fills the last one up, leaves it smaller or leaves it out has what a text may have, and random batches may be
    alike; chance makes them so neither in each of ``least`` epochs nor in more.
    """
    numbers, counts = (observed.get(name, np.zeros(0)).astype(np.int64) for name in ("numbers", "counts"))
    if not counts.size or counts.sum() != len(numbers):
        return
    batches = list(map(tuple, map(sorted, np.split(numbers, counts.cumsum()[:-1]))))
    for count in epochs:
        each = len(batches) // count
        parts = [batches[at : at + each] for at in range(0, each * count, each)] if each > 1 else []
        if len(parts) >= least and all(len(set(part)) < len(part) for part in parts):
            yield found(Kind.BATCH_AGAIN, check=TRAINING)
            return
