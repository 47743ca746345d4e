"""The Solver, on a model whose losses, gradients and accuracies are scripted."""

import inspect
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from conformance.calls import describe_value
from conformance.cases import Array, choose, length, normal
from conformance.contract import (
    Case,
    Contract,
    Dialect,
    Drawn,
    Finding,
    Function,
    Observations,
    Scenario,
    Subject,
)

CLASSES = 3
TRAINING = "training"
HISTORIES = ("loss_history", "train_acc_history", "val_acc_history")


def draw_solver(rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
    """A scripted model: its gradient is always the same, and its accuracy is best in the middle of the training."""
    epochs, per_epoch = int(rng.integers(3, 6)), int(rng.integers(2, 5))
    batch = int(rng.integers(3, 6))
    accuracies = rng.choice(np.arange(1, 7), epochs + 1) / 10
    accuracies[int(rng.integers(1, epochs))] = 0.8
    shape = (length(rng, 3), length(rng, 5))
    count = 10 * -(-per_epoch * batch // 10)
    inputs = {
        "w": normal(rng, *shape),
        "dw": normal(rng, *shape),
        "losses": rng.uniform(0.5, 3.0, epochs * (count // batch)),
        "accuracies": accuracies,
    }
    options = {"learning_rate": choose(rng, (0.5, 0.1)), "lr_decay": choose(rng, (1.0, 0.5, 0.9))}
    return Drawn(inputs, {"solver": {**options, "epochs": epochs, "batch_size": batch, "samples": count}})


class ScriptedModel:
    """What a Solver trains in a case: it counts how often it is asked, and keeps what it is asked with.

    A sample is (its number, its label). The t-th loss is ``losses[t]``, the gradient always ``dw``; in epoch e the
    share ``accuracies[e]`` of every ten samples is classified rightly.

    Args:
        w, dw, losses, accuracies: as above.
        per_epoch: steps in an epoch.
        classes: the labels go round these.
    """

    def __init__(self, w: Array, dw: Array, losses: Array, accuracies: Array, per_epoch: int, classes: int) -> None:
        self.params = {"w": w.copy()}
        self.dw, self.losses, self.accuracies = dw, losses, accuracies
        self.per_epoch, self.classes = per_epoch, classes
        self.batches: list[Array] = []
        self.labels: list[Array] = []

    def loss(self, X: Array, y: Array | None = None) -> Any:  # noqa: N803 - the name that a Solver may use
        """Scores, or the loss and its gradients."""
        if y is None:
            epoch = min(len(self.batches) // self.per_epoch, len(self.accuracies) - 1)
            is_right = X[:, 0] % 10 < round(10 * float(self.accuracies[epoch]))
            answered = np.where(is_right, X[:, 1], X[:, 1] + 1).astype(int) % self.classes
            return np.eye(self.classes)[answered]
        self.batches.append(np.array(X))
        self.labels.append(np.array(y))
        return self.losses[min(len(self.batches), len(self.losses)) - 1], {"w": self.dw.copy()}


def ask_solver(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """Train the scripted model: histories, the parameters that are left, and what the batches were."""
    options, label = case.scalar_options(), "Solver.train"
    count = int(options["samples"])
    per_epoch = count // int(options["batch_size"])
    model = ScriptedModel(case["w"], case["dw"], case["losses"], case["accuracies"], per_epoch, CLASSES)
    x, y = _samples(count, case.dtype)
    data = {"X_train": x, "y_train": y, "X_val": x[:10], "y_val": y[:10]}
    settings = {
        "update_rule": "sgd",
        "optim_config": {"learning_rate": options["learning_rate"]},
        "lr_decay": options["lr_decay"],
        "num_epochs": options["epochs"],
        "batch_size": options["batch_size"],
        "verbose": False,
    }
    words = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    subject.script += [
        *("from typing import Any", "Array = np.ndarray"),
        inspect.getsource(ScriptedModel),
        f"model = ScriptedModel(w, dw, losses, accuracies, {per_epoch}, {CLASSES})",
        f"y = np.arange({count}) % {CLASSES}",
        f"x = np.stack([np.arange({count}), y], axis=1).astype(np.{case.dtype})",
        'data = {"X_train": x, "y_train": y, "X_val": x[:10], "y_val": y[:10]}',
        f"solver = Solver(model, data, {words})",
        "solver.train()",
        *(f'got["{name}"] = solver.{name}' for name in HISTORIES),
        'got["best_val_acc"] = solver.best_val_acc',
        'got["last_w"] = model.params["w"]',
        'got["batch_sizes"] = [len(labels) for labels in model.labels]',
    ]
    cls = subject.offered("Solver")
    solver = subject.attempt("Solver", lambda: cls(model, data, **settings))
    subject.attempt(label, solver.train)
    for name in HISTORIES:
        held = subject.attempt(label, partial(getattr, solver, name))
        if not isinstance(held, list | np.ndarray):
            subject.end("interface", label, f"left {describe_value(held)} as {name}, expected a list of numbers")
        yield name, subject.attempt(label, partial(np.array, held, case.dtype))
    yield "best_val_acc", subject.attempt(label, lambda: solver.best_val_acc)
    yield "last_w", model.params["w"]
    yield "batch_sizes", np.array([len(labels) for labels in model.labels], case.dtype)
    yield "numbers", np.concatenate([batch[:, 0] for batch in model.batches])
    yield "labels", np.concatenate(model.labels)


def _samples(count: int, dtype: str) -> tuple[Array, Array]:
    numbers = np.arange(count)
    labels = numbers % CLASSES
    return np.stack([numbers, labels], axis=1).astype(dtype), labels


def solver_reference(case: Case) -> Observations:
    """Histories as scripted; the best epoch's parameters by torch's SGD and ExponentialLR."""
    options = case.scalar_options()
    epochs, count, batch = (int(options[name]) for name in ("epochs", "samples", "batch_size"))
    rates = float(options["learning_rate"]), float(options["lr_decay"])
    after = import_module("reference.solver").constant_descent(case["w"], case["dw"], *rates, epochs, count // batch)
    accuracies = case["accuracies"].astype(float).round(1)
    return {
        "loss_history": case["losses"],
        "train_acc_history": accuracies,
        "val_acc_history": accuracies,
        "best_val_acc": accuracies.max(),
        "last_w": after[int(accuracies.argmax()) - 1],
        "batch_sizes": np.full(epochs * (count // batch), float(batch)),
    }


def batches_are_samples(case: Case, observed: Observations) -> Iterator[Finding]:
    """Rows of the training set, each with its own label, and not always the same ones."""
    if not {"numbers", "labels"} <= observed.keys() or observed["numbers"].shape != observed["labels"].shape:
        return
    numbers, labels = observed["numbers"], observed["labels"]
    if not np.array_equal(numbers % CLASSES, labels):
        yield TRAINING, "the batches pair samples with the labels of others"
    elif len(set(numbers)) <= int(case.scalar_options()["batch_size"]):
        yield TRAINING, f"all batches are made of the same {len(set(numbers))} samples, expected random ones"


CONTRACTS = (
    Contract(
        name="solver",
        functions=(Function("Solver", ("model", "data", "..."), ("solver",)), Function("Solver.train", (), ())),
        scenarios=(Scenario("scripted", draw_solver, smooth=False, repeatable=False),),
        exercise=ask_solver,
        reference=solver_reference,
        observes=dict.fromkeys((*HISTORIES, "best_val_acc", "last_w", "batch_sizes"), TRAINING),
        properties=batches_are_samples,
        marks=(("Solver.train",),),
    ),
)
