"""Networks that train themselves.

They draw their own batches, so all samples of a training are the same one, and every batch is. Where a training goes
through its data in batches, all others are learned already: whichever comes first, they change nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from operator import getitem
from typing import Any

import numpy as np

from gradproof.conformance.spec import network_styles
from gradproof.conformance.spec.cases import Array, Draw, Scalar, choose, length, normal, until
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Exercise,
    Finding,
    Function,
    Kind,
    Observations,
    Scenario,
    Subject,
)
from gradproof.conformance.spec.contracts import networks
from gradproof.conformance.spec.contracts.networks.classes import class_functions
from gradproof.conformance.spec.contracts.networks.draws import draw_parameters
from gradproof.conformance.spec.contracts.solver.batches import (
    batches_tell,
    but_for_one,
    by_epochs,
    by_steps,
    epochs_of_steps,
    is_told_apart,
    told_apart,
)
from gradproof.conformance.spec.contracts.solver.epochs import (
    a_batch_comes_again,
    decays_once_an_epoch,
    has_several_steps,
    losses_of,
    or_several_steps,
    several_steps,
)
from gradproof.conformance.spec.contracts.solver.lists import epochs_tell, train_lists
from gradproof.conformance.spec.contracts.solver.training import (
    RATES,
    STEPS,
    TRAINING,
    roundings,
    teaches,
    trained,
    trained_parameters,
    training,
)
from gradproof.conformance.spec.findings import found
from gradproof.conformance.spec.values import described

LEARNED, MOST = 45.0, 80.0  # how far a learned sample's score is above the others, and any score at most
CLEAR = 0.3  # how far the right score is above the others where a sample stays classified rightly
HISTORIES = {"train_acc_history": 1.0, "val_acc_history": 0.75}  # and what they are where a training is watched
OF_THE_CONSTRUCTOR = 0.25  # so much more is the penalty there: the one of the training counts
VALIDATION = 4  # samples, one of them with a label that is not its own


def draw_alike(row_biases: bool, rates: tuple[float, ...]) -> Draw:
    """A network with one hidden layer and the one sample that it trains on, as often as a batch is long."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        samples = length(rng, 5, 2)
        options: dict[str, Scalar] = {"learning_rate": RATES["sgd"], "samples": samples, "batch_size": samples}
        options |= {"reg": choose(rng, (0.0, 0.5)), "lr_decay": choose(rng, rates)} if rates else {}
        return until(lambda: Drawn(_propose(rng, size, row_biases), options), _teaches)

    return draw


def draw_watched(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """The same where the sample is classified rightly from the start, and so after every step without a penalty."""
    samples = length(rng, 5, 2)
    options: dict[str, Scalar] = {"learning_rate": RATES["sgd"], "samples": samples, "batch_size": samples}

    def propose() -> Drawn:
        inputs = _propose(rng, size, row_biases=False)
        inputs["y_1"] = _scores(inputs, inputs["x_1"]).argmax(axis=1)
        return Drawn(inputs, {**options, "reg": 0.0, "lr_decay": choose(rng, (1.0, 0.8))})

    return until(propose, lambda drawn: _teaches(drawn) and _lead(drawn.inputs, "x_1") > CLEAR)


def draw_mini_batches(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """Batches of one sample out of two. Both are of one class; the second has a feature of its own, and is learned.

    What is learned from the first sample only raises the score of its class, so the second stays learned.
    """
    options: dict[str, Scalar] = {"learning_rate": RATES["sgd"], "samples": 2, "batch_size": 1}

    def propose() -> Drawn:
        inputs = _propose(rng, size, row_biases=True, spare_features=1)
        direction = np.zeros_like(inputs["x_1"])
        direction[0, -1] = 1.0
        towards = np.maximum(direction @ inputs["W1"], 0) @ inputs["W2"]
        inputs["y_1"] = towards.argmax(axis=1)
        inputs["x_learned"] = direction * (LEARNED + MOST) / 2 / towards.max().clip(min=1e-6)
        return Drawn(inputs, options)

    return until(propose, lambda drawn: _teaches(drawn) and _is_learned(drawn.inputs))


def _propose(rng: np.random.Generator, size: int, row_biases: bool, spare_features: int = 0) -> dict[str, Array]:
    sizes = [length(rng, min(size, 6)) + spare_features, length(rng, min(size, 6)), length(rng, min(size, 5), 2)]
    inputs = dict(draw_parameters(rng, sizes, None, row_biases))
    inputs |= {"x_1": normal(rng, 1, sizes[0]), "y_1": rng.integers(sizes[-1], size=1)}
    inputs["x_1"][:, sizes[0] - spare_features :] = 0.0
    return inputs | {"x_test": normal(rng, 3, sizes[0])}


def _teaches(drawn: Drawn) -> bool:
    return teaches({name: array for name, array in drawn.inputs.items() if name != "x_learned"}, None)


def _scores(inputs: dict[str, Array], x: Array) -> Array:
    hidden = np.maximum(x @ inputs["W1"] + inputs["b1"], 0)
    return np.asarray(hidden @ inputs["W2"] + inputs["b2"])


def _lead(inputs: dict[str, Array], x: str) -> float:
    """How far the score of the label is above all others."""
    scores = _scores(inputs, inputs[x])[0]
    return float(scores[inputs["y_1"][0]] - np.delete(scores, inputs["y_1"][0]).max())


def _is_learned(inputs: dict[str, Array]) -> bool:
    return _lead(inputs, "x_learned") > LEARNED and float(_scores(inputs, inputs["x_learned"]).max()) < MOST


def train_itself(class_name: str) -> Exercise:
    """``net.train`` on copies of one sample, each batch as large as the data, so that an epoch is a step."""

    def ask(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        options, label = case.scalar_options(), f"{class_name}.train"
        made_with = {**case.options, "reg": float(options["reg"]) + OF_THE_CONSTRUCTOR}
        net = network_styles.build(subject, class_name, replace(case, options=made_with))
        count = int(options["samples"])
        x, y = np.repeat(case["x_1"], count, axis=0), np.repeat(case["y_1"], count)
        settings = {
            "learning_rate": options["learning_rate"],
            "learning_rate_decay": options["lr_decay"],
            "reg": options["reg"],
            "num_iters": STEPS,
            "batch_size": options["batch_size"],
            "verbose": False,
        }
        words = ", ".join(f"{name}={value!r}" for name, value in settings.items())
        validation = np.repeat(case["x_1"], VALIDATION, axis=0), but_for_one(case["y_1"], VALIDATION)
        subject.script += [
            f"x, y = np.repeat(x_1, {count}, axis=0), np.repeat(y_1, {count})",
            f"x_val, y_val = np.repeat(x_1, {VALIDATION}, axis=0), np.array({validation[1].tolist()})",
            f"stats = net.train(x, y, x_val, y_val, {words})",
            'losses = stats["loss_history"] if isinstance(stats, dict) else stats[0]',
            'got |= {f"loss_{i}": loss for i, loss in enumerate(losses, 1)}',
        ]
        stats = subject.attempt(label, lambda: net.net.train(x, y, *validation, **settings), X=x, y=y)
        losses = losses_of(subject, label, stats, STEPS)
        yield from ((f"loss_{i}", loss) for i, loss in enumerate(losses, 1))
        yield from trained_parameters(subject, net)
        predicted = subject.attempt(f"{class_name}.predict", lambda: net.net.predict(case["x_test"].copy()))
        yield "predicted", predicted
        if case.scenario == "watched":
            yield from _accuracies(subject, label, stats, is_owed=class_name == "ShallowLayerNet")

    return ask


def _accuracies(subject: Subject, label: str, stats: Any, is_owed: bool) -> Iterator[tuple[str, object]]:
    for at, name in enumerate(HISTORIES, start=1):
        if not is_owed and not (isinstance(stats, dict) and np.size(stats.get(name, ()))):
            continue
        told = subject.attempt(label, partial(getitem, stats, name if isinstance(stats, dict) else at))
        if not isinstance(told, list | tuple | np.ndarray):
            subject.end(Kind.GAVE, label, got=described(told), observation=name, expected="accuracies")
        yield name, subject.attempt(label, partial(np.array, told, np.float64))


def is_told_rightly(case: Case, observed: Observations) -> Iterator[Finding]:
    """The class of each sample is the one with its highest score; where all are right, every accuracy is 1."""
    if {"scores", "predicted"} <= observed.keys() and observed["scores"].ndim == 2:
        best = observed["scores"].argmax(axis=1)
        if not np.array_equal(observed["predicted"], best):
            got, expected = str(observed["predicted"].tolist()), str(best.tolist())
            yield found(Kind.PREDICTS_OTHERS, check=TRAINING, got=got, expected=expected, secret=("got", "expected"))
    for name, share in HISTORIES.items() if case.scenario == "watched" else ():
        told = observed.get(name)
        if told is not None and not told.size:
            yield found(Kind.NO_ACCURACY, check=TRAINING, observation=name)
        elif told is not None and not (told == share).all():
            wrong = float(told.flat[(told != share).argmax()])
            kind = Kind.ACCURACY if share == 1 else Kind.ACCURACY_OF
            yield found(kind, check=TRAINING, observation=name, got=wrong, expected=share)


def roundings_of_own(case: Case) -> Iterator[Observations]:
    """The same training by torch; nothing where the submission draws the batches."""
    return iter(()) if is_told_apart(case) or has_several_steps(case) else roundings(case)


def without_losses(case: Case) -> Iterator[Observations]:
    """The same, of a network that does not tell its losses."""
    for answer in roundings_of_own(case):
        yield {name: value for name, value in answer.items() if not name.startswith("loss_")}


def in_order_and_told(case: Case, observed: Observations) -> Iterator[Finding]:
    """What is asked of a training beyond its values."""
    yield from is_told_rightly(case, observed)
    told = tuple(batches_tell(case, observed))
    yield from told
    if not told and is_told_apart(case):
        yield from a_batch_comes_again(observed, epochs_of_steps(case))
    yield from decays_once_an_epoch(case, observed)


ALIKE = draw_alike(row_biases=False, rates=(1.0, 0.8))


def own_training(name: str, class_name: str, net: str, scenarios: tuple[Scenario, ...]) -> Contract:
    """The row of a two-layer network that trains itself."""
    parameters = ("X", "y", "X_val", "y_val", "...")
    return training(
        name,
        (*scenarios, told_apart(), several_steps(ALIKE)),
        by_steps(class_name, or_several_steps(class_name, train_itself(class_name))),
        (
            *class_functions(class_name),
            Function(f"{class_name}.train", parameters, ("stats",)),
            Function(f"{class_name}.predict", ("X",), ("predicted",)),
        ),
        answers=roundings_of_own,
        properties=in_order_and_told,
        also=("predicted", "numbers", "labels", "counts", "seedings", *HISTORIES),
        dialects=("l2",),
        builds_on=(*networks.LAYERS_BELOW, net),
    )


CONTRACTS = (
    own_training(
        "shallow_training",
        "ShallowLayerNet",
        "shallow_layer_net",
        (trained(ALIKE, share=3), trained(draw_watched, "watched")),
    ),
    own_training(
        "two_layer_training",
        "TwoLayerNet",
        "two_layer_net",
        (trained(ALIKE, share=3), trained(draw_watched, "watched")),
    ),
    training(
        "list_training",
        (
            trained(draw_alike(row_biases=True, rates=())),
            trained(draw_mini_batches, "mini_batches"),
            told_apart(row_biases=True),
        ),
        by_epochs(train_lists),
        (
            Function("Network", ("sizes",), ("net",)),
            Function("Network.forward", ("x",), ("scores",)),
            Function("Network.backward", ("x", "y"), ("loss", "dws", "dbs")),
            Function(
                "Network.train",
                ("training_data", "validation_data", "learning_rate", "epochs", "batch_size"),
                ("history",),
            ),
        ),
        without_losses,
        properties=epochs_tell,
        also=("numbers", "labels", "counts", "seedings", "noted", "noted_of_two"),
        builds_on=(*networks.LAYERS_BELOW, "softmax_cross_entropy", "list_net"),
    ),
)
