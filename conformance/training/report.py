"""What a run came to, as text or as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradproof.conformance.training.config import Recipe
from gradproof.conformance.training.folder import RunFolder
from gradproof.conformance.training.run import Result
from gradproof.conformance.training.sweep import Member, best_of, ranked

SCHEMA = "gradproof-train/1"
ROWS = 10


@dataclass(frozen=True)
class Outcome:
    """A finished run or sweep."""

    folder: RunFolder
    recipe: Recipe
    result: Result
    history: Mapping[str, Any]
    members: tuple[Member, ...] = ()
    notes: tuple[str, ...] = field(default=())


def as_json(outcome: Outcome) -> str:
    """One object: the recipe, the result, the runs of a sweep, the twin's table."""
    recipe, twin = outcome.recipe, outcome.history.get("torch")
    best = best_of(outcome.members).config if outcome.members else recipe.config
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "folder": str(outcome.folder.path),
        "config": best.model_dump(),
        "result": asdict(outcome.result),
        "val_accuracy": outcome.history["val_accuracy"],
    }
    if twin:
        content["torch"] = {name: twin[name] for name in ("val_accuracy", "largest_parameter_difference")}
    if outcome.members:
        content["runs"] = [
            {
                "index": member.index,
                **{name: getattr(member.config, name) for name in recipe.sweep},
                "result": asdict(member.result),
            }
            for member in outcome.members
        ]
    return json.dumps(content, indent=2) + "\n"


def render(outcome: Outcome, console: Console) -> None:
    """Print the tables and the figures."""
    for line in _lines(outcome):
        console.print(line, soft_wrap=True)


def _lines(outcome: Outcome) -> "list[Table | Text]":
    result, recipe = outcome.result, outcome.recipe
    config = best_of(outcome.members).config if outcome.members else recipe.config
    tables = [_sweep_table(outcome)] if outcome.members else []
    tables += [_twin_table(outcome.history)] if "torch" in outcome.history else []
    lines = [
        config.title,
        f"validation accuracy  {result.best_val_accuracy:.4f}, at step {result.best_at_step} of {result.steps}",
        f"test accuracy        {result.test_accuracy:.4f}",
    ]
    if result.diverged:
        lines.append(f"diverged             the loss of step {result.steps} is not finite; the best before it is kept")
    if result.twin_test_accuracy is not None:
        lines += [
            f"PyTorch              validation {result.twin_val_accuracy:.4f}, test {result.twin_test_accuracy:.4f}",
            f"the same losses      {_horizon(result)}",
        ]
    if result.said is not None:
        lines.append(f"it says              {result.said!r}")
    lines.append(f"folder               {outcome.folder.path}")
    return [*tables, *map(Text, [*lines, *outcome.notes])]


def _horizon(result: Result) -> str:
    parts = result.rounding_shows_at
    alone = "stays with itself" if parts is None else f"parts from itself after {parts}"
    own = f"PyTorch, moved by roundings, {alone}"
    if result.agrees_until is None:
        return f"to the end: all {result.steps} steps; {own}"
    return f"for {result.agrees_until} of {result.steps} steps; {own}"


def _sweep_table(outcome: Outcome) -> Table:
    swept = list(outcome.recipe.sweep)
    shown = ranked(outcome.members)[:ROWS]
    table = _table("run", *swept, "validation", "loss", "")
    for member in shown:
        values = [getattr(member.config, name) for name in swept]
        result = member.result
        loss = "" if result.final_loss is None else f"{result.final_loss:.4g}"
        cells = [f"{member.index:03d}", *map(_cell, values), f"{result.best_val_accuracy:.4f}", loss]
        table.add_row(*cells, "diverged" if result.diverged else "")
    if len(outcome.members) > len(shown):
        table.caption = f"the best {len(shown)} of {len(outcome.members)} runs"
    return table


def _twin_table(history: Mapping[str, Any]) -> Table:
    twin, steps = history["torch"], history["accuracy_steps"]
    table = _table("step", "loss NumPy", "loss PyTorch", "val NumPy", "val PyTorch", "largest parameter difference")
    columns = (history["val_accuracy"], twin["val_accuracy"], twin["largest_parameter_difference"])
    for step, ours, theirs, (apart, name) in zip(steps, *columns, strict=True):
        losses = [_cell(side["loss"][step - 1], 6) if step else "" for side in (history, twin)]
        table.add_row(str(step), *losses, f"{ours:.4f}", f"{theirs:.4f}", f"{apart:.2g} {name}")
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True, justify="right")
    return table


def _cell(value: object, digits: int = 4) -> str:
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
