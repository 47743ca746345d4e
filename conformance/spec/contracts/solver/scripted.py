"""The Solver, on a model whose losses, gradients and accuracies are scripted."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array, choose, length, normal
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Finding,
    Function,
    Kind,
    Observations,
    Scenario,
    Subject,
)
from gradproof.conformance.spec.contracts.optim import DEFAULTS
from gradproof.conformance.spec.contracts.solver.batches import out_of_order, seedings_after
from gradproof.conformance.spec.contracts.solver.epochs import a_batch_comes_again
from gradproof.conformance.spec.findings import found
from gradproof.conformance.spec.sources import source_of
from gradproof.conformance.spec.values import described

CLASSES = 3
EPOCHS = 5  # at most
VALIDATION = 201  # samples, more than a Solver scores at a time
TRAINING = "training"
HISTORIES = ("loss_history", "train_acc_history", "val_acc_history")


def draw_solver(rule: str, decays: tuple[float, ...], rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
    """A scripted model: its gradients are always the same, and its accuracy is best in the middle of the training.

    Or late in one of five epochs, at every other size, where the rate decays if any does: by then it has, often.
    """
    is_late = size % 2 == 0
    epochs, per_epoch = EPOCHS if is_late else int(rng.integers(3, 6)), int(rng.integers(2, 5))
    batch = int(rng.integers(3, 6))
    accuracies = rng.choice(np.arange(1, 7), epochs + 1) / 10
    accuracies[epochs - 1 if is_late else int(rng.integers(1, epochs))] = 0.8
    shape = (length(rng, 3), length(rng, 5))
    count = 10 * -(-per_epoch * batch // 10)
    inputs = {
        "w": normal(rng, *shape),
        "dw": normal(rng, *shape),
        "losses": rng.uniform(0.5, 3.0, epochs * (count // batch)),
        "v": normal(rng, shape[1]),
        "dv": normal(rng, shape[1]),
        "accuracies": accuracies,
        "on_training": np.roll(accuracies, 1),  # best an epoch later
    }
    options = {
        "update_rule": rule,
        "learning_rate": choose(rng, (0.5, 0.1)),
        "lr_decay": choose(rng, decays[is_late:] or decays),
    }
    return Drawn(inputs, {"solver": {**options, "epochs": epochs, "batch_size": batch, "samples": count}})


class ScriptedModel:
    """What a Solver trains in a case: it counts how often it is asked, and keeps what it is asked with.

    A sample is (its number, its label). The t-th loss is ``losses[t]``, the gradients always the same; in epoch e the
    share ``accuracies[e]`` of every ten samples is classified rightly, ``on_training[e]`` of those below ``count``.

    Args:
        params, grads, losses, accuracies, on_training, count: as above.
        per_epoch: steps in an epoch.
        classes: the labels go round these.
    """

    def __init__(
        self,
        params: dict[str, Array],
        grads: dict[str, Array],
        losses: Array,
        accuracies: Array,
        on_training: Array,
        count: int,
        per_epoch: int,
        classes: int,
    ) -> None:
        self.params = {name: w.copy() for name, w in params.items()}
        self.grads, self.losses = grads, losses
        self.accuracies, self.on_training, self.count = accuracies, on_training, count
        self.per_epoch, self.classes = per_epoch, classes
        self.batches: list[Array] = []
        self.labels: list[Array] = []

    def loss(self, X: Array, y: Array | None = None) -> Any:  # noqa: N803 - the name that a Solver may use
        """Scores, or the loss and its gradients."""
        if y is None:
            epoch = min(len(self.batches) // self.per_epoch, len(self.accuracies) - 1)
            shares = np.where(X[:, 0] < self.count, self.on_training[epoch], self.accuracies[epoch])
            is_right = 3 * X[:, 0] % 10 < np.round(10 * shares)
            answered = np.where(is_right, X[:, 1], X[:, 1] + 1).astype(int) % self.classes
            return np.eye(self.classes)[answered]
        self.batches.append(np.array(X))
        self.labels.append(np.array(y))
        return self.losses[min(len(self.batches), len(self.losses)) - 1], {
            name: dw.copy() for name, dw in self.grads.items()
        }


def ask_solver(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """Train the scripted model: histories, the parameters that are left, and what the batches were."""
    options, label = case.scalar_options(), "Solver.train"
    count, per_epoch = int(options["samples"]), steps_per_epoch(case)
    samples = count + VALIDATION
    params, grads = {"w": case["w"], "v": case["v"]}, {"w": case["dw"], "v": case["dv"]}
    scripted = (case["losses"], case["accuracies"], case["on_training"])
    model = ScriptedModel(params, grads, *scripted, count, per_epoch, CLASSES)
    x, y = _samples(samples, case.dtype)
    data = {"X_train": x[:count], "y_train": y[:count], "X_val": x[count:], "y_val": y[count:]}
    settings = {
        "update_rule": options["update_rule"],
        "optim_config": {"learning_rate": options["learning_rate"]},
        "lr_decay": options["lr_decay"],
        "num_epochs": options["epochs"],
        "batch_size": options["batch_size"],
        "verbose": False,
    }
    words = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    subject.script += [
        *("from typing import Any", "Array = np.ndarray"),
        source_of("ScriptedModel", __file__),
        'params, grads = {"w": w, "v": v}, {"w": dw, "v": dv}',
        f"model = ScriptedModel(params, grads, losses, accuracies, on_training, {count}, {per_epoch}, {CLASSES})",
        f"y = np.arange({samples}) % {CLASSES}",
        f"x = np.stack([np.arange({samples}), y], axis=1).astype(np.{case.dtype})",
        f'data = {{"X_train": x[:{count}], "y_train": y[:{count}], "X_val": x[{count}:], "y_val": y[{count}:]}}',
        f"solver = Solver(model, data, {words})",
        "solver.train()",
        *(f'got["{name}"] = solver.{name}' for name in HISTORIES),
        'got["best_val_acc"] = solver.best_val_acc',
        'got |= {"last_w": model.params["w"], "last_v": model.params["v"]}',
        'got["batch_sizes"] = [len(labels) for labels in model.labels]',
    ]
    cls = subject.offered("Solver")
    solver = subject.attempt("Solver", lambda: cls(model, data, **settings))
    with seedings_after(model.batches) as seedings:
        subject.attempt(label, solver.train)
    if not model.batches:
        subject.end(Kind.NO_LOSS_ASKED, label)
    for name in HISTORIES:
        held = subject.attempt(label, partial(getattr, solver, name))
        if not isinstance(held, list | np.ndarray):
            subject.end(Kind.LEFT, label, got=described(held), observation=name, expected="numbers")
        yield name, subject.attempt(label, partial(np.array, held, case.dtype))
    yield "best_val_acc", subject.attempt(label, lambda: solver.best_val_acc)
    yield "last_w", model.params["w"]
    yield "last_v", model.params["v"]
    yield "batch_sizes", np.array([len(labels) for labels in model.labels], case.dtype)
    yield "numbers", np.concatenate([batch[:, 0] for batch in model.batches])
    yield "labels", np.concatenate(model.labels)
    yield "seedings", len(seedings)


def _samples(count: int, dtype: str) -> tuple[Array, Array]:
    numbers = np.arange(count)
    labels = numbers % CLASSES
    return np.stack([numbers, labels], axis=1).astype(dtype), labels


def steps_per_epoch(case: Case) -> int:
    """How many whole batches the training data have."""
    options = case.scalar_options()
    return int(options["samples"]) // int(options["batch_size"])


def solver_reference(case: Case) -> Observations:
    """Histories as scripted; the best epoch's parameters by torch's SGD and ExponentialLR."""
    options, per_epoch = case.scalar_options(), steps_per_epoch(case)
    epochs, count, batch = (int(options[name]) for name in ("epochs", "samples", "batch_size"))
    rates = float(options["learning_rate"]), float(options["lr_decay"])
    momentum = {"sgd": 0.0, "sgd_momentum": DEFAULTS["sgd_momentum"]["momentum"]}[str(options["update_rule"])]
    descend = partial(import_module("gradproof.reference.solver").constant_descent, momentum=momentum)
    shares, on_training = (case[name].astype(float).round(1) for name in ("accuracies", "on_training"))
    validation = 3 * np.arange(count, count + VALIDATION) % 10
    accuracies = (validation < np.round(10 * shares)[:, np.newaxis]).mean(axis=1)
    best = int(accuracies.argmax()) - 1
    return {
        "loss_history": case["losses"],
        "train_acc_history": on_training,
        "val_acc_history": accuracies,
        "best_val_acc": accuracies.max(),
        "last_w": descend(case["w"], case["dw"], *rates, epochs, per_epoch)[best],
        "last_v": descend(case["v"], case["dv"], *rates, epochs, per_epoch)[best],
        "batch_sizes": np.full(epochs * per_epoch, float(batch)),
    }


def batches_are_samples(case: Case, observed: Observations) -> Iterator[Finding]:
    """Rows of the training set, each with its own label, and not always the same ones."""
    if not {"numbers", "labels"} <= observed.keys() or observed["numbers"].shape != observed["labels"].shape:
        return
    numbers, labels = observed["numbers"], observed["labels"]
    used = len(set(numbers))
    if not np.array_equal(numbers % CLASSES, labels):
        yield found(Kind.LABELS_OF_OTHERS, check=TRAINING)
    elif used <= int(case.scalar_options()["batch_size"]):
        yield found(Kind.SAME_SAMPLES, check=TRAINING, used=used)
    else:
        options = case.scalar_options()
        epochs = int(options["epochs"])
        told = tuple(out_of_order(observed, int(options["samples"]), epochs))
        counts = observed.get("batch_sizes", np.zeros(0))
        yield from told or a_batch_comes_again({"numbers": numbers, "counts": counts}, (epochs,), EPOCHS)


def _scripted(rule: str, decays: tuple[float, ...]) -> Scenario:
    return Scenario("scripted", partial(draw_solver, rule, decays), smooth=False, repeatable=False)


SOLVER = Contract(
    name="solver",
    functions=(Function("Solver", ("model", "data", "..."), ("solver",)), Function("Solver.train", (), ())),
    scenarios=(_scripted("sgd", (1.0, 0.5, 0.9)),),
    exercise=ask_solver,
    reference=solver_reference,
    observes=dict.fromkeys((*HISTORIES, "best_val_acc", "last_w", "last_v", "batch_sizes"), TRAINING),
    properties=batches_are_samples,
    also=("labels", "numbers", "seedings"),
    marks=(("Solver.train",),),
    transplants=True,
)
MOMENTUM = Function("sgd_momentum", ("w", "dw", "config"), ("next_w", "config"))
CONTRACTS = (
    SOLVER,
    replace(
        SOLVER,
        name="solver_momentum",
        functions=(*SOLVER.functions, MOMENTUM),
        borrowed=tuple(function.name for function in (*SOLVER.functions, MOMENTUM)),
        scenarios=(_scripted("sgd_momentum", (1.0,)),),
        builds_on=("sgd_momentum", "solver"),
    ),
)
