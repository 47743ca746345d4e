"""``gradproof train``: train the networks of ``impl``, one run or a grid, alone or beside a PyTorch twin."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradproof.conformance.cli.output import Whole, lang_option, say
from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports.languages.speaking import t, tell

if TYPE_CHECKING:
    from gradproof.conformance.training.config import Recipe
    from gradproof.conformance.training.folder import RunFolder
    from gradproof.conformance.training.report import Outcome
    from gradproof.impl.solver import Solver

NETS = ("fully_connected", "shallow", "two_layer", "list", "convnet", "rnn", "lstm", "transformer")
RULES = ("sgd", "sgd_momentum", "nesterov", "rmsprop", "adam")

# The name of a hyper-parameter, its type, what it means. The defaults are those of the config.
HYPER: tuple[tuple[str, Any, str], ...] = (
    ("net", click.Choice(NETS), "The network.  [default: fully_connected]"),
    (
        "data",
        str,
        "digits, mnist1d, mnist:PATH or cifar10:PATH; of sequences text (the pages of docs/), "
        "text:PATH, copy, reverse or mnist1d.  [default: digits]",
    ),
    (
        "hidden",
        str,
        "Units of each hidden affine layer, such as 100,50; of rnn and lstm; the transformer's width.  [default: 100]",
    ),
    ("filters", str, "Filters of each convolution of the convnet, such as 16,32.  [default: 32]"),
    ("filter_size", int, "Side of the convnet's kernels.  [default: 3]"),
    ("stride", int, "Of the convnet's convolutions.  [default: 1]"),
    ("pool", int, "Side of the convnet's max pooling; 1 for no pooling.  [default: 2]"),
    ("layers", int, "Blocks of the transformer.  [default: 2]"),
    ("heads", int, "Of each attention of the transformer.  [default: 4]"),
    ("length", int, "Steps of a sequence.  [default: 32]"),
    ("normalization", click.Choice(["none", "batchnorm", "layernorm"]), "[default: none]"),
    ("dropout", float, "The probability to keep a unit; 1 for no dropout.  [default: 1.0]"),
    ("reg", float, "The strength of the L2 penalty.  [default: 0.0]"),
    ("weight_scale", float, "Standard deviation of the initial weights.  [default: the network's own]"),
    ("update_rule", click.Choice(RULES), "[default: adam]"),
    ("learning_rate", float, "[default: 0.001]"),
    ("lr_decay", float, "What the learning rate is multiplied by after each epoch.  [default: 1.0]"),
    ("batch_size", int, "[default: 100]"),
    ("epochs", int, "[default: 10]"),
    ("steps", int, "How many steps to train, in place of epochs."),
    (
        "sampling",
        click.Choice(["replacement", "shuffled"]),
        "Batches drawn anew from all samples, or a permutation in each epoch.  [default: replacement]",
    ),
    ("dtype", click.Choice(["float32", "float64"]), "[default: float32]"),
    ("seed", int, "Of the initial weights, the batches and the dropout masks.  [default: 0]"),
)


def _hyper(command: Callable[..., None]) -> Callable[..., None]:
    for name, kind, text in reversed(HYPER):
        command = click.option(f"--{name.replace('_', '-')}", name, type=kind, help=text)(command)
    return command


@click.command()
@click.option("--config", metavar="FILE", help="A TOML file with any of the options; the command line wins.")
@_hyper
@click.option(
    "--sweep",
    metavar="NAME=VALUE,VALUE",
    multiple=True,
    help="Train every combination, e.g. --sweep reg=0,0.1 --sweep hidden=50/100,100 (a slash between lists); "
    "learning_rate, weight_scale, reg and hidden can be swept.",
)
@click.option("--workers", type=Whole(min=1), help="Processes of a sweep.  [default: one a core]")
@click.option("--against", type=click.Choice(["torch"]), help="Train a PyTorch twin on the same batches, and compare.")
@click.option("--out", metavar="DIR", help="The folder of the run.  [default: runs/<data>-<net>-<seed>]")
@click.option("--force", is_flag=True, help="Start anew in a folder that holds a run.")
@click.option("--resume", metavar="DIR", help="Go on with an interrupted run, to the very same result.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The form of the report.",
)
@lang_option
def train(
    config: str | None,
    sweep: tuple[str, ...],
    workers: int | None,
    against: str | None,
    out: str | None,
    force: bool,
    resume: str | None,
    style: str,
    **hyper: Any,
) -> None:
    """Train a network of this repository and report its test accuracy.

    The folder of the run gets config.json, history.json, best.safetensors, checkpoint.npz, result.json and plot.png.
    Ctrl-C leaves a checkpoint. Exit code 1 if the training diverged.
    """
    from gradproof.conformance.sandbox.threads import one_thread_each

    one_thread_each()
    from gradproof.conformance.training.folder import RunFolder, default_path
    from gradproof.conformance.training.models import require_runnable

    given = {name: value for name, value in hyper.items() if value is not None}
    if resume:
        _require_nothing_else(resume, {**given, "config": config, "sweep": sweep, "against": against, "out": out})
        folder = RunFolder(Path(resume))
        recipe = folder.recipe()
    else:
        recipe = _recipe(config, given, sweep, against)
        folder = RunFolder(Path(out) if out else default_path(recipe.config))
        folder.require_free(force)
        require_runnable(recipe)
        folder.start(recipe, force)
    outcome = _train(folder, recipe, workers or os.cpu_count() or 1)
    _write(outcome, style)
    sys.exit(1 if outcome.result.diverged else 0)


def _require_nothing_else(resume: str, others: dict[str, Any]) -> None:
    named = [f"--{name.replace('_', '-')}" for name, value in others.items() if value not in (None, ())]
    if named:
        raise UsageError(
            t(
                "--resume {resume} takes its options from the run, leave out {names}",
                resume=resume,
                names=", ".join(named),
            )
        )


def _recipe(config: str | None, given: dict[str, Any], sweep: tuple[str, ...], against: str | None) -> "Recipe":
    from gradproof.conformance.training.config import LISTS, recipe, sizes

    given = {name: sizes(name, value) if name in LISTS else value for name, value in given.items()}
    return recipe(Path(config) if config else None, given, sweep, against)


def _train(folder: "RunFolder", recipe: "Recipe", workers: int) -> "Outcome":
    from gradproof.conformance.training import run, sweep
    from gradproof.conformance.training.folder import read_json
    from gradproof.conformance.training.plot import HOW_TO_GET_PLOTS, can_plot, draw
    from gradproof.conformance.training.report import Outcome

    members: tuple[sweep.Member, ...] = ()
    try:
        if folder.is_finished:
            result = run.finished(folder)
            members = sweep.members_of(folder, recipe) if recipe.sweep else ()
        elif recipe.sweep:
            with _bar(t("sweep"), len(list(recipe.configs()))) as advance:
                members = sweep.execute_all(folder, recipe, workers, lambda member: advance(_line(member)))
            result = sweep.best_of(members).result
        else:
            with run.interruptible() as should_stop, _bar(t("training"), None) as advance:
                result = run.execute(folder, recipe.config, _watch(advance), should_stop, recipe.against)
    except run.Interrupted:
        say(t("gradproof: interrupted; gradproof train --resume {folder} goes on", folder=folder.path), err=True)
        sys.exit(130)
    history = read_json(folder.history, str(folder.path))
    config = sweep.best_of(members).config if members else recipe.config
    if can_plot():
        draw(history, config.title, folder.plot)
    return Outcome(folder, recipe, result, history, members, () if can_plot() else (HOW_TO_GET_PLOTS,))


def _line(member: Any) -> str:
    return t("run {index:03d}: validation {accuracy:.4f}", index=member.index, accuracy=member.result.best_val_accuracy)


def _watch(advance: Callable[..., None]) -> "Callable[[Solver], None]":
    def watch(solver: "Solver") -> None:
        loss, val = solver.loss_history[-1], solver.val_acc_history[-1]
        text = t("epoch {epoch}  loss {loss:.4f}  validation {val:.4f}", epoch=solver.epoch, loss=loss, val=val)
        advance(text, completed=solver.step, total=solver.total_steps)

    return watch


@contextmanager
def _bar(verb: str, total: int | None) -> Iterator[Callable[..., None]]:
    """A bar on stderr; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _text, **_progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(verb, total=total)

        def advance(text: str, **progress: Any) -> None:
            bar.update(task, description=text, **(progress or {"advance": 1}))

        yield advance


def _write(outcome: "Outcome", style: str) -> None:
    from gradproof.conformance.reports.console import console
    from gradproof.conformance.training import report

    if style == "json":
        click.echo(report.as_json(outcome), nl=False)
        for note in outcome.notes:
            say(t("gradproof: {problem}", problem=note), err=True)
        return
    report.render(outcome, console(), tell)
