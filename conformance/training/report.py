"""What a run came to, as text or as JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradproof.conformance.spec.words.said import SENTENCES, joined, say
from gradproof.conformance.training.config import Recipe
from gradproof.conformance.training.folder import RunFolder
from gradproof.conformance.training.run import Result
from gradproof.conformance.training.sweep import Member, best_of, ranked

SCHEMA = "gradproof-train/1"
ROWS = 10
LABEL = 19  # places that a label takes
AT_STEP = "{accuracy:.4f}, at step {step} of {steps}"
DIVERGED = "the loss of step {step} is not finite; the best before it is kept"
OF_TWIN = "validation {validation:.4f}, test {test:.4f}"
STAYS = "PyTorch, moved by roundings, stays with itself"
PARTS = "PyTorch, moved by roundings, parts from itself after {step}"
HEADS = ("step", "loss NumPy", "loss PyTorch", "val NumPy", "val PyTorch", "largest parameter difference")
MESSAGES = (AT_STEP, DIVERGED, OF_TWIN, STAYS, PARTS, *HEADS)
Tell = Callable[[str], str]


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


def render(outcome: Outcome, console: Console, tell: Tell = str) -> None:
    """Print the tables and the figures; ``tell`` gives a sentence in the reader's language."""
    for line in _lines(outcome, tell):
        console.print(line, soft_wrap=True)


def _lines(outcome: Outcome, tell: Tell) -> "list[Table | Text]":
    result, recipe = outcome.result, outcome.recipe
    config = best_of(outcome.members).config if outcome.members else recipe.config
    tables = [_sweep_table(outcome, tell)] if outcome.members else []
    tables += [_twin_table(outcome.history, tell)] if "torch" in outcome.history else []
    best = say(AT_STEP, accuracy=result.best_val_accuracy, step=result.best_at_step, steps=result.steps)
    rows: list[tuple[str, str]] = [
        (say("validation accuracy"), best),
        (say("test accuracy"), f"{result.test_accuracy:.4f}"),
    ]
    if result.diverged:
        rows.append((say("diverged"), say(DIVERGED, step=result.steps)))
    if result.twin_test_accuracy is not None:
        theirs = say(OF_TWIN, validation=result.twin_val_accuracy, test=result.twin_test_accuracy)
        rows += [("PyTorch", theirs), (say("the same losses"), _horizon(result))]
    if result.said is not None:
        rows.append((say("it says"), repr(result.said)))
    rows.append((say("folder"), str(outcome.folder.path)))
    width = max(LABEL, *(cell_len(tell(label)) for label, _ in rows))
    lines = [f"{set_cell_size(tell(label), width)}  {tell(words)}" for label, words in rows]
    return [*tables, *map(Text, [config.title, *lines, *map(tell, outcome.notes)])]


def _horizon(result: Result) -> str:
    parts = result.rounding_shows_at
    own = say(STAYS) if parts is None else say(PARTS, step=parts)
    if result.agrees_until is None:
        return joined(SENTENCES, (say("to the end: all {steps} steps", steps=result.steps), own))
    return joined(SENTENCES, (say("for {until} of {steps} steps", until=result.agrees_until, steps=result.steps), own))


def _sweep_table(outcome: Outcome, tell: Tell) -> Table:
    swept = list(outcome.recipe.sweep)
    shown = ranked(outcome.members)[:ROWS]
    table = _table(tell(say("run")), *swept, tell(say("validation")), tell(say("loss")), "")
    for member in shown:
        values = [getattr(member.config, name) for name in swept]
        result = member.result
        loss = "" if result.final_loss is None else f"{result.final_loss:.4g}"
        cells = [f"{member.index:03d}", *map(_cell, values), f"{result.best_val_accuracy:.4f}", loss]
        table.add_row(*cells, tell(say("diverged")) if result.diverged else "")
    if len(outcome.members) > len(shown):
        table.caption = tell(say("the best {shown} of {count} runs", shown=len(shown), count=len(outcome.members)))
    return table


def _twin_table(history: Mapping[str, Any], tell: Tell) -> Table:
    twin, steps = history["torch"], history["accuracy_steps"]
    heads = (say(each) for each in HEADS)
    table = _table(*map(tell, heads))
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
