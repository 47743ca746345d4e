"""The picture of a run: loss by step, accuracy by step, and the twin's curves over them."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gradproof.conformance.errors import install
from gradproof.conformance.spec.words.said import say

HOW_TO_GET_PLOTS = say("no plot: matplotlib is not installed ({command})", command=install("plots"))


def can_plot() -> bool:
    """Whether matplotlib is there."""
    return find_spec("matplotlib") is not None


def draw(history: Mapping[str, Any], title: str, path: Path) -> None:
    """Write the picture as PNG."""
    from matplotlib.figure import Figure

    twin = history.get("torch")
    figure = Figure(figsize=(11, 4), layout="constrained")
    figure.suptitle(title)
    losses, accuracies = figure.subplots(1, 2)
    losses.plot(_steps(history["loss"]), _plotted(history["loss"]), linewidth=0.8, label="NumPy")
    if twin:
        losses.plot(_steps(twin["loss"]), _plotted(twin["loss"]), "--", linewidth=0.8, label="PyTorch")
    losses.set(xlabel="step", ylabel="training loss", yscale="log")
    steps = history["accuracy_steps"]
    accuracies.plot(steps, history["train_accuracy"], ".-", label="training")
    accuracies.plot(steps, history["val_accuracy"], ".-", label="validation")
    if twin:
        accuracies.plot(steps, twin["val_accuracy"], ".--", label="validation, PyTorch")
    accuracies.set(xlabel="step", ylabel="accuracy")
    for axes in (losses, accuracies):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=120)


def _steps(values: Sequence[object]) -> range:
    return range(1, len(values) + 1)


def _plotted(values: Sequence[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]
