"""The training of the network with lists, asked on one sample, or on two of which one is learned already."""

from collections.abc import Iterator
from contextlib import suppress

import numpy as np

from gradproof.conformance.spec import network_styles
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contract import Case, Finding, Kind, Observations, Subject
from gradproof.conformance.spec.contracts.solver.batches import EPOCHS, batches_tell, is_told_apart
from gradproof.conformance.spec.contracts.solver.epochs import a_batch_comes_again
from gradproof.conformance.spec.contracts.solver.training import STEPS, TRAINING
from gradproof.conformance.spec.findings import found

HUGE = 100.0  # a learning rate after which samples are of other classes


def train_lists(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """``Network.train`` on copies of one sample in one batch; or on two samples, one of them learned, in two."""
    net, label = network_styles.build_lists(subject, "Network", case), "Network.train"
    options = case.scalar_options()
    count = int(options["samples"])
    is_learned = "x_learned" in case.inputs
    x = np.concatenate([case["x_1"], case["x_learned"]]) if is_learned else np.repeat(case["x_1"], count, axis=0)
    data = x, np.repeat(case["y_1"], count)
    settings = (options["learning_rate"], STEPS, int(options["batch_size"]))  # in the published order
    rows = "np.concatenate([x_1, x_learned])" if is_learned else f"np.repeat(x_1, {count}, axis=0)"
    subject.script += [
        f"data = {rows}, np.repeat(y_1, {count})",
        f"net.train(data, data, {', '.join(map(str, settings))})",
    ]
    subject.attempt(label, lambda: net.net.train(data, data, *settings), x=data[0], y=data[1])
    layers = sum(name.startswith("W") for name in case.inputs)
    for i in range(1, layers + 1):
        for kind, held in (("W", net.net.weights), ("b", subject.attempt(label, net.biases))):
            subject.script.append(f'got["last_{kind}{i}"] = net.{"weights" if kind == "W" else net.bias_name}[{i - 1}]')
            yield f"last_{kind}{i}", held[i - 1]
    scores = net.scores("x_test")
    subject.script.append('got["scores"] = scores')
    yield "scores", scores
    if (noted := _noted(subject, case, data, count)) is not None:
        yield "noted", noted
        if (of_two := _noted_of_two(subject, case, data, count)) is not None:
            yield "noted_of_two", of_two


def _noted(subject: Subject, case: Case, data: tuple[Array, Array], count: int) -> Array | None:
    """What an epoch of huge steps notes of samples that are labelled as they are told before it, and what is right.

    None where no single number is noted. How such steps end is nothing to be charged with.
    """
    script = len(subject.script)
    with suppress(Exception), np.errstate(all="ignore"):
        net = network_styles.build_lists(subject, "Network", case)
        labels = np.asarray(net.scores("x_test")).argmax(axis=1)
        told = net.net.train(data, (case["x_test"].copy(), labels.copy()), HUGE, 1, count)
        if isinstance(told, list | tuple | np.ndarray) and np.size(told) == 1:
            right = (np.asarray(net.scores("x_test")).argmax(axis=1) == labels).mean()
            subject.script.append(f"noted = net.train(data, (x_test, np.array({labels.tolist()})), {HUGE}, 1, {count})")
            return np.array([np.ravel(np.asarray(told, np.float64))[0], right])
    del subject.script[script:]
    return None


def _noted_of_two(subject: Subject, case: Case, data: tuple[Array, Array], count: int) -> Array | None:
    """What an epoch of two batches notes that learn nothing, of samples that are classified as they are labelled."""
    script, half = len(subject.script), -(-count // 2)
    with suppress(Exception), np.errstate(all="ignore"):
        net = network_styles.build_lists(subject, "Network", case)
        labels = np.asarray(net.scores("x_test")).argmax(axis=1)
        told = net.net.train(data, (case["x_test"].copy(), labels.copy()), 0.0, 1, half)
        if isinstance(told, list | tuple | np.ndarray) and np.shape(told) == (2,):
            subject.script.append(f"noted = net.train(data, (x_test, np.array({labels.tolist()})), 0.0, 1, {half})")
            return np.asarray(told, np.float64)
    del subject.script[script:]
    return None


def epochs_tell(case: Case, observed: Observations) -> Iterator[Finding]:
    """What the batches of a training in epochs tell, and whether one is left out for another."""
    told = tuple(batches_tell(case, observed))
    yield from told
    noted, right = observed.get("noted", (np.nan, np.nan))
    if noted == 1 and right < 1:
        yield found(Kind.NOTED_BEFORE, check=TRAINING)
    if (observed.get("noted_of_two", np.zeros(1)) == 1).all():  # no two losses are 1, and no two batches an epoch
        yield found(Kind.NOTED_AT_EVERY_BATCH, check=TRAINING)
    if not told and is_told_apart(case):
        yield from a_batch_comes_again(observed, (EPOCHS,))
