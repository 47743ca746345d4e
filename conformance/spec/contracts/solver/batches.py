"""Networks that train themselves on samples that are told apart: which were used, with whose labels, in what order.

Every sample has a feature of its own and passes every hidden unit, so only its use moves its row of W1, and the way the
row moves tells the label. Where the training asks the network's own loss or backward, what it asks with is written down
as well.
"""

import random
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradproof.conformance.spec import network_styles
from gradproof.conformance.spec.cases import Array, Draw, choose, normal
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
from gradproof.conformance.spec.findings import CheckName, found

TRAINING = CheckName.TRAINING
NAME = "told_apart"
CLASSES, HIDDEN, EPOCHS = 3, 8, 4
SAMPLES = (13, 14, 17)  # no multiple of a batch: the last of an epoch is smaller
BATCH, STEPS, RATE = 4, 100, 1e-3  # so many steps that no sample is left out by chance: of 17 one in 2e9 times
HELD_OUT = BATCH + 2  # samples to validate on: too few to train on
SURE = 0.9  # the cosine between how a row moved and how its label moves it

SEEDING: tuple[tuple[Any, str], ...] = ((np.random, "seed"), (np.random, "default_rng"), (random, "seed"))

Train = Callable[[Any, Case], Any]


def told_apart(row_biases: bool = False) -> Scenario:
    """Trainings on samples that are told apart."""
    return Scenario(NAME, _draw(row_biases), check=TRAINING, smooth=False, repeatable=False, places=(9, 14, 18, 21))


def is_told_apart(case: Case) -> bool:
    """Whether the case is such a training."""
    return "x_train" in case.inputs


def _draw(row_biases: bool) -> Draw:
    def draw(rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
        samples = int(choose(rng, SAMPLES))
        b1, b2 = np.full(HIDDEN, 2.0), 0.1 * normal(rng, CLASSES)
        inputs = {
            "W1": rng.uniform(-1, 1, (samples, HIDDEN)),
            "b1": b1[np.newaxis] if row_biases else b1,
            "W2": 0.3 * normal(rng, HIDDEN, CLASSES),
            "b2": b2[np.newaxis] if row_biases else b2,
            "x_train": np.eye(samples),
            "y_train": rng.permutation(np.resize(np.arange(CLASSES), samples)),
        }
        return Drawn(inputs, {"reg": 0.0, "learning_rate": RATE, "batch_size": BATCH})

    return draw


def or_told_apart(
    class_name: str, build: Callable[[Subject, str, Case], Any], asks: str, train: Train, line: str, ask: Exercise
) -> Exercise:
    """The exercise; or a training on samples that are told apart, whose batches are written down.

    Args:
        class_name, build: of the network.
        asks: the method that a training asks for the gradients of a batch.
        train: trains the network on the case's samples.
        line: the same in a script.
        ask: the exercise for all other cases.
    """

    def told(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        if not is_told_apart(case):
            yield from ask(subject, case)
            return
        net, label = build(subject, class_name, case), f"{class_name}.train"
        batches: list[tuple[Any, Any]] = []
        subject.attempt(label, lambda: _write_down(net.net, asks, batches))
        subject.script.append(line)
        own = case.with_inputs({name: array.copy() for name, array in case.inputs.items()})  # it may be put in order
        with seedings_after(batches) as seedings:
            subject.attempt(label, lambda: train(net.net, own))
        held = "weights[0]" if isinstance(net, network_styles.ListNet) else f'params["{net.keys["W1"]}"]'
        subject.script.append(f'got["last_W1"] = net.{held}')
        is_list = isinstance(net, network_styles.ListNet)
        yield "last_W1", net.net.weights[0] if is_list else net.parameter("W1")
        yield from _of_samples(batches, case)
        yield "seedings", len(seedings)

    return told


def by_steps(class_name: str, ask: Exercise) -> Exercise:
    """Of a network that trains for a number of steps."""

    def train(net: Any, case: Case) -> Any:
        x, y = case["x_train"], case["y_train"]
        settings = {"learning_rate": RATE, "learning_rate_decay": 1.0, "reg": 0.0, "num_iters": STEPS}
        return net.train(x, y, x[:BATCH] / 2, y[:BATCH], **settings, batch_size=BATCH, verbose=False)

    line = (
        f"net.train(x_train, y_train, x_train[:{BATCH}] / 2, y_train[:{BATCH}], learning_rate={RATE}, "
        f"learning_rate_decay=1.0, reg=0.0, num_iters={STEPS}, batch_size={BATCH}, verbose=False)"
    )
    return or_told_apart(class_name, network_styles.build, "loss", train, line, ask)


def by_epochs(ask: Exercise) -> Exercise:
    """Of the network with lists, which trains for a number of epochs."""

    def train(net: Any, case: Case) -> Any:
        x, y = case["x_train"], case["y_train"]
        return net.train((x, y), (x[:HELD_OUT], y[:HELD_OUT]), RATE, EPOCHS, BATCH)

    line = f"net.train((x_train, y_train), (x_train[:{HELD_OUT}], y_train[:{HELD_OUT}]), {RATE}, {EPOCHS}, {BATCH})"
    return or_told_apart("Network", network_styles.build_lists, "backward", train, line, ask)


@contextmanager
def seedings_after(batches: Sized) -> Iterator[list[str]]:
    """While it lasts, what seeds a generator is written down, once there is a batch."""
    seen: list[str] = []

    def noting(own: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            seen.extend([name] if len(batches) else [])
            return own(*arguments, **named)

        return call

    own = [getattr(module, name) for module, name in SEEDING]
    try:
        for (module, name), each in zip(SEEDING, own, strict=True):
            setattr(module, name, noting(each, name))
        yield seen
    finally:
        for (module, name), each in zip(SEEDING, own, strict=True):
            setattr(module, name, each)


def _write_down(net: Any, method: str, batches: list[tuple[Any, Any]]) -> None:
    """From now on, what a method of a network is asked with, if it is asked with labels."""
    own = getattr(net, method, None)
    if own is None or not hasattr(net, "__dict__"):
        return

    def noting(*arguments: Any, **named: Any) -> Any:
        x = arguments[0] if arguments else named.get("X", named.get("x"))
        y = arguments[1] if len(arguments) > 1 else named.get("y")
        if y is not None:
            batches.append((np.array(x), np.array(y)))
        return own(*arguments, **named)

    setattr(net, method, noting)


def _of_samples(batches: list[tuple[Any, Any]], case: Case) -> Iterator[tuple[str, object]]:
    """The numbers of the samples that make up the batches, their labels, and the sizes of the batches."""
    known = {row.tobytes(): number for number, row in enumerate(np.ascontiguousarray(case["x_train"]))}
    kept = []
    for x, y in batches:
        rows = np.ascontiguousarray(x.reshape(len(x), -1)[:, : len(known)], case.dtype) if x.ndim > 1 else x
        numbers = [known.get(row.tobytes(), -1) for row in rows]
        if len(numbers) == y.size < len(known) and min(numbers, default=-1) >= 0:
            kept.append((numbers, y.reshape(-1)))
    if kept:
        yield "numbers", np.concatenate([numbers for numbers, _ in kept]).astype(np.int64)
        yield "labels", np.concatenate([labels for _, labels in kept]).astype(np.int64)
        yield "counts", np.array([len(numbers) for numbers, _ in kept])


def but_for_one(y: Array, count: int) -> Array:
    """Labels of validation samples: the sample's own, but for the last."""
    return np.concatenate([np.repeat(y, count - 1), np.where(y == 0, 1, 0)])


def batches_tell(case: Case, observed: Observations) -> Iterator[Finding]:
    """Samples go with their own labels, all of them are used, and their order is drawn anew."""
    if not is_told_apart(case):
        return
    count, is_by_epoch = len(case["y_train"]), case.contract == "list_training"
    numbers = observed.get("numbers", np.zeros(0, np.int64))
    if (observed.get("labels", numbers) != case["y_train"][numbers]).any() or _moves_as_others(case, observed):
        yield found(Kind.LABELS_OF_OTHERS, check=TRAINING)
        return
    used = len(set(numbers.tolist())) if numbers.size else _used(case, observed)
    if used is not None and used <= BATCH:
        yield found(Kind.SAME_SAMPLES, check=TRAINING, used=used)
    elif used is not None and is_by_epoch and used < count - count % BATCH:
        yield found(Kind.FEW_SAMPLES, check=TRAINING, used=used, count=count)
    elif not is_by_epoch and 0 < len(numbers) < STEPS * BATCH:
        yield found(Kind.ENDS_EARLY, check=TRAINING, got=len(numbers) // BATCH, expected=STEPS)
    elif not is_by_epoch and _leaves_out_the_last(numbers, count):
        yield found(Kind.NEVER_DRAWN, check=TRAINING, expected=STEPS)
    elif is_by_epoch and _weighs_otherwise(case, observed):
        yield found(Kind.UNEVEN_BATCH, check=TRAINING)
    else:
        yield from out_of_order(observed, count, EPOCHS if is_by_epoch else 1)


def epochs_of_steps(case: Case) -> tuple[int, int]:
    """How many epochs the steps are, with what is short of a batch left out or taken."""
    count = len(case["y_train"])
    return STEPS // (count // BATCH), STEPS // -(-count // BATCH)


def out_of_order(observed: Observations, count: int, epochs: int) -> Iterator[Finding]:
    """That the samples of a training come in their own order, or in the same one in every epoch for a seed's sake.

    No text forbids to shuffle once, before the first epoch; who seeds after a batch means to draw anew.
    """
    numbers = observed.get("numbers", np.zeros(0)).astype(np.int64)
    if not numbers.size or len(numbers) % epochs:
        return
    orders = numbers.reshape(epochs, -1)
    if all(np.array_equal(order, np.resize(np.arange(count), len(order))) for order in orders):
        yield found(Kind.NOT_SHUFFLED, check=TRAINING)
    elif epochs > 1 and (orders == orders[0]).all() and observed.get("seedings", np.zeros(1)).any():
        yield found(Kind.SAME_ORDER, check=TRAINING)


def _moved(case: Case, observed: Observations) -> Array | None:
    """How each sample's row of W1 moved."""
    last, w = observed.get("last_W1"), case["W1"].astype(np.float64)
    return None if last is None or last.shape != w.shape or not np.isfinite(last).all() else last - w


def _used(case: Case, observed: Observations) -> int | None:
    moved = _moved(case, observed)
    return None if moved is None else int((moved != 0).any(axis=1).sum())


def _moves_as_others(case: Case, observed: Observations) -> bool:
    """Whether a row moved as labels move it, and not as its own does."""
    moved = _moved(case, observed)
    if moved is None:
        return False
    w2 = case["W2"].astype(np.float64)
    pulls = np.linalg.lstsq(w2, moved.T, rcond=None)[0].T  # of each class on each sample
    by_labels = _cosine(pulls @ w2.T, moved) > SURE
    by_own = _cosine(pulls, -_by_scores(case)) > SURE
    return bool((by_labels & ~by_own).any())


def _weighs_otherwise(case: Case, observed: Observations) -> bool:
    """Whether the samples of smaller batches move their rows as if these were as large as the others.

    A step is small, so a sample moves its row by its first gradient for each of its batches, over that batch's size.
    """
    moved, numbers, counts = _moved(case, observed), observed.get("numbers"), observed.get("counts")
    samples = len(case["y_train"])
    if moved is None or numbers is None or counts is None or len(numbers) != EPOCHS * samples:
        return False
    gradient = _by_scores(case) @ case["W2"].astype(np.float64).T

    def size_of(divisors: Array) -> Array:
        shares = np.bincount(numbers, 1 / np.repeat(divisors, counts), samples)
        return np.asarray(shares * np.linalg.norm(gradient, axis=1))

    sizes = np.linalg.norm(moved, axis=1) / RATE
    own, others = (np.abs(sizes - size_of(each)).sum() for each in (counts, np.full_like(counts, BATCH)))
    return bool(others < (1 - SURE) * own)


def _by_scores(case: Case) -> Array:
    """The derivative of each sample's own loss by its scores, before the training."""
    w, b, w2, b2 = (case[name].astype(np.float64) for name in ("W1", "b1", "W2", "b2"))
    scores = np.maximum(w + b.reshape(-1), 0) @ w2 + b2.reshape(-1)
    return by_scores(scores, case["y_train"])


def _leaves_out_the_last(numbers: Array, count: int) -> bool:
    """Whether random batches never have the last samples, and have all others.

    Those that go through the samples in one order may leave some out, as what is too little for a batch: such batches
    have none twice before all of them had their turn.
    """
    used, turn = set(numbers.tolist()), numbers[: count - count % BATCH].tolist()
    return 0 < len(used) < count and used == set(range(len(used))) and len(set(turn)) < len(turn)


def _cosine(one: Array, other: Array) -> Array:
    """Of each row of one with the same of the other; 0 of a row of zeros."""
    sizes = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1) / np.where(sizes > 0, sizes, 1))
