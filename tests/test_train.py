"""``gradproof train`` as a user meets it, on a small data set in MNIST's own file format."""

import gzip
import json
import os
import pickle
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from conftest import waited_for

from gradproof.conformance.cli import main as cli
from gradproof.conformance.cli import train as cli_train
from gradproof.conformance.training import plot
from gradproof.conformance.training.config import SWEPT, RunConfig, recipe
from gradproof.impl import optim

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples" / "training").glob("*.toml"))
FEATURES, CLASSES = 16, 4
HAS_DIGITS = pytest.mark.skipif(find_spec("sklearn") is None, reason="scikit-learn is not installed")
BY = {rule: ("--update-rule", rule, "--lr-decay", "0.5") for rule in cli_train.RULES}
QUICK = ("--hidden", "8", "--batch-size", "20", "--epochs", "3", "--learning-rate", "0.01")


@pytest.fixture(scope="session")
def mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pairs of images and labels, pickled and zipped: classes that are overlapping clouds."""
    rng = np.random.default_rng(11)
    centres = rng.random((CLASSES, FEATURES))

    def split(count: int) -> tuple[np.ndarray, np.ndarray]:
        y = rng.integers(CLASSES, size=count)
        x = centres[y] + 0.2 * rng.standard_normal((count, FEATURES))
        return x.clip(0, 1).astype(np.float32), y

    path = tmp_path_factory.mktemp("data") / "mnist.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(tuple(split(count) for count in (100, 40, 50)), protocol=2)))
    return path


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mnist: Path, tmp_path: Path):
    """Run ``gradproof train`` in this process, in an empty folder: ``train("--epochs", 3)`` -> (code, out, err)."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object, data: str | None = f"mnist:{mnist}") -> tuple[int, str, str]:
        named = ["--data", data] if data else []
        monkeypatch.setattr(sys, "argv", ["gradproof", "train", *named, *map(str, arguments)])
        try:
            cli.main()
            code = 0
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def interrupt_at(step: int, monkeypatch: pytest.MonkeyPatch, how: Any) -> None:
    """Do something after a step of the training."""

    def watch(_advance):
        return lambda solver: how() if solver.step == step else None

    monkeypatch.setattr(cli_train, "_watch", watch)


def outputs(folder: Path) -> dict[str, bytes]:
    """Everything that must not depend on how a run was carried out."""
    return {name: (folder / name).read_bytes() for name in ("history.json", "best.safetensors", "result.json")}


def refused(answer: tuple[int, str, str], *words: str) -> None:
    """Exit code 2, and one line on stderr with these words."""
    code, out, err = answer
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert not [word for word in words if word not in err], err


def test_a_run_leaves_its_folder_and_says_the_test_accuracy(train) -> None:
    code, out, err = train(*QUICK)
    assert (code, err) == (0, "")
    assert "test accuracy" in out
    assert "runs/mnist-fully_connected-0" in out
    folder = Path("runs/mnist-fully_connected-0")
    written = {"config.json", "history.json", "best.safetensors", "checkpoint.npz", "result.json"}
    assert {file.name for file in folder.iterdir()} == written | ({"plot.png"} if plot.can_plot() else set())
    history = json.loads((folder / "history.json").read_text())
    assert len(history["loss"]) == 15
    assert history["accuracy_steps"] == [0, 5, 10, 15]


def test_json_has_the_config_and_the_result(train) -> None:
    code, out, _ = train(*QUICK, "--format", "json")
    content = json.loads(out)
    assert code == 0
    assert content["schema"] == "gradproof-train/1"
    assert content["config"]["hidden"] == [8]
    assert content["result"]["steps"] == 15
    assert content["result"]["test_accuracy"] > 0.5


@pytest.mark.parametrize(
    "options",
    [
        ("--net", "shallow", "--reg", "0.1", "--weight-scale", "0.1"),
        ("--net", "two_layer", "--reg", "0.1", "--weight-scale", "0.1"),
        ("--net", "list", "--dtype", "float64", "--update-rule", "sgd"),
        ("--normalization", "batchnorm", "--dropout", "0.8", "--sampling", "shuffled"),
        ("--normalization", "layernorm", "--update-rule", "nesterov", "--steps", "7"),
        ("--net", "convnet", "--filters", "3,4", "--filter-size", "3", "--reg", "0.1"),
    ],
    ids=lambda options: options[1],
)
def test_every_network_trains(train, options: tuple[str, ...]) -> None:
    code, out, err = train(*QUICK, *options)
    assert (code, err) == (0, "")
    assert "test accuracy" in out


def test_a_convolution_that_leaves_nothing_of_an_image_is_one_line(train) -> None:
    refused(train(*QUICK, "--net", "convnet", "--filters", "2,2,2"), "nothing is left of an image of 4 x 4")
    assert not Path("runs").exists()


def test_the_command_line_wins_over_the_file(train) -> None:
    Path("run.toml").write_text("hidden = [8, 6]\nepochs = 1\nbatch_size = 20\n")
    _, out, _ = train("--config", "run.toml", "--epochs", "2", "--format", "json")
    content = json.loads(out)
    assert content["config"]["hidden"] == [8, 6]
    assert content["result"]["epochs"] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("learning_rat = 0.1", ["learning_rat is not a key", "did you mean 'learning_rate'?"]),
        ("batch_size = 0", ["batch_size", "greater than or equal to 1, not 0"]),
        ("batch_size = '20'", ["batch_size", "valid integer, not '20'"]),
        ("net = 'deep'", ["net", "'fully_connected'", "not 'deep'"]),
        ("[sweep]\nlearning_rates = [1.0]", ["learning_rates cannot be swept", "did you mean 'learning_rate'?"]),
        ("[sweep]\nreg = []", ["the sweep of reg has no values"]),
        ("[sweep]\nreg = [0.0, -1.0]", ["sweep: reg", "greater than or equal to 0, not -1.0"]),
        ("sweep = 3", ["sweep is no table"]),
        ("net = 'list'\nreg = 0.1", ["the net list has neither reg nor weight_scale"]),
        ("net = 'shallow'\nhidden = [3, 3]", ["the net shallow has one hidden layer, hidden has 2"]),
        ("net = 'shallow'\ndropout = 0.5", ["the net shallow has no normalization and no dropout"]),
        ("filters = [3]", ["the net fully_connected has no convolution, and so no filters; convnet has"]),
        ("net = 'convnet'\nfilters = []", ["filters", "at least 1 item", "not []"]),
        ("net = 'convnet'\ndropout = 0.5", ["the net convnet has no normalization and no dropout"]),
        ("net = ", ["is not TOML"]),
    ],
)
def test_a_fault_in_the_file_is_named_in_one_line(train, text: str, words: list[str]) -> None:
    Path("run.toml").write_text(text)
    refused(train("--config", "run.toml", data=None), "run.toml", *words)
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--hidden", "8;6"), ["hidden '8;6'", "commas"]),
        (("--learning-rate", "0"), ["learning_rate", "greater than 0"]),
        pytest.param(
            ("--net", "convnet", "--filter-size", "99"),
            ["filter_size is 99, expected at most", "meet no pixel"],
            marks=HAS_DIGITS,
        ),
        (
            ("--data", "copy", "--net", "rnn", "--batch-size", "999999999"),
            ["batch_size is 999999999, expected at most"],
        ),
        (("--sweep", "reg"), ["--sweep reg: expected NAME=VALUE,VALUE"]),
        (("--sweep", "reg=a"), ["--sweep reg=a: expected numbers"]),
        (("--sweep", "epochs=1,2"), ["epochs cannot be swept"]),
        (("--sweep", "reg=0,1", "--against", "torch"), ["--against compares one run"]),
        (("--config", "none.toml"), ["none.toml cannot be read"]),
        (("--data", "mnist:none.gz"), ["--data mnist:none.gz", "no file none.gz"]),
        (("--data", "cifar"), ["--data cifar", "'cifar10:PATH'"]),
        (("--out", "run.txt"), ["--out run.txt"]),
        (("--out", "foreign"), ["--out foreign is there and holds no training run"]),
        (("--resume", "foreign", "--force"), ["there is no foreign/config.json"]),
        (("--resume", "foreign", "--epochs", "3"), ["takes its options from the run, leave out --epochs"]),
    ],
    ids=str,
)
def test_bad_usage_is_one_line(train, arguments: tuple[str, ...], words: list[str]) -> None:
    Path("run.txt").write_text("")
    Path("foreign").mkdir()
    Path("foreign", "thesis.tex").write_text("")
    refused(train(*arguments, data=None), *words)
    assert Path("foreign", "thesis.tex").exists()


@pytest.mark.once
def test_a_run_is_not_overwritten_unless_forced(train) -> None:
    assert train(*QUICK, "--out", "run")[0] == 0
    before = outputs(Path("run"))
    refused(train(*QUICK, "--out", "run", "--seed", 1), "holds a finished run", "--resume run", "--force")
    assert outputs(Path("run")) == before
    assert train(*QUICK, "--out", "run", "--seed", 1, "--force")[0] == 0
    assert outputs(Path("run")) != before


@pytest.mark.once
def test_resuming_a_finished_run_shows_it_again(train) -> None:
    _, first, _ = train(*QUICK, "--out", "run")
    assert train("--resume", "run", data=None) == (0, first, "")


@pytest.mark.once
@pytest.mark.parametrize("step", [3, 10, 13])
def test_an_interrupted_run_goes_on_to_the_very_same_result(train, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    options = (*QUICK, "--normalization", "batchnorm", "--dropout", "0.7", "--sampling", "shuffled")
    train(*options, "--out", "straight")
    with monkeypatch.context() as patch:
        interrupt_at(step, patch, lambda: signal.raise_signal(signal.SIGINT))
        code, _, err = train(*options, "--out", "cut")
    assert (code, err) == (130, "gradproof: interrupted; gradproof train --resume cut goes on\n")
    refused(train(*options, "--out", "cut"), "holds an interrupted run")
    assert train("--resume", "cut", data=None)[0] == 0
    assert outputs(Path("cut")) == outputs(Path("straight"))


@pytest.mark.once
def test_a_run_that_was_killed_goes_on_from_its_last_epoch(train, monkeypatch: pytest.MonkeyPatch) -> None:
    def die() -> None:
        raise MemoryError

    train(*QUICK, "--out", "straight")
    with monkeypatch.context() as patch:
        interrupt_at(8, patch, die)
        assert train(*QUICK, "--out", "cut")[0] == 3
    assert train("--resume", "cut", data=None)[0] == 0
    assert outputs(Path("cut")) == outputs(Path("straight"))


def test_a_damaged_run_is_refused(train, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        interrupt_at(3, patch, lambda: signal.raise_signal(signal.SIGINT))
        train(*QUICK, "--out", "cut")
    checkpoint = Path("cut/checkpoint.npz")
    checkpoint.write_bytes(checkpoint.read_bytes()[:-100])
    refused(train("--resume", "cut", data=None), "checkpoint.npz is no whole checkpoint")
    Path("cut/config.json").write_text("{")
    refused(train("--resume", "cut", data=None), "cut/config.json is damaged")
    Path("cut/config.json").write_text("[]")
    refused(train("--resume", "cut", data=None), "cut/config.json")


def test_a_training_that_diverges_exits_with_1_and_keeps_the_best(train) -> None:
    code, out, _ = train(*QUICK, "--update-rule", "sgd", "--learning-rate", "1e30", "--out", "run")
    assert code == 1
    assert "diverged" in out
    assert json.loads(Path("run/history.json").read_text())["loss"][-1] is None


def test_without_matplotlib_it_says_so_and_writes_no_plot(train, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plot, "find_spec", lambda _name: None)
    code, out, _ = train(*QUICK, "--out", "run")
    assert code == 0
    assert out.splitlines()[-1] == plot.HOW_TO_GET_PLOTS
    assert not Path("run/plot.png").exists()


@pytest.mark.parametrize("against", [(), ("--against", "torch")], ids=["alone", "twin"])
def test_the_plot_is_a_picture(train, against: tuple[str, ...]) -> None:
    pytest.importorskip("matplotlib")
    if against:
        pytest.importorskip("torch")
    train(*QUICK, *against, "--out", "run")
    assert Path("run/plot.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.once
def test_a_sweep_is_the_same_with_any_number_of_workers_and_its_best_is_a_run(train) -> None:
    grid = ("--sweep", "learning_rate=1e-5,1e-2", "--sweep", "hidden=4/8,6")
    reports = {}
    for workers in (1, 2):
        code, out, err = train(*QUICK, *grid, "--workers", workers, "--out", f"sweep{workers}", "--format", "json")
        assert code == 0, err
        reports[workers] = {**json.loads(out), "folder": None}
    assert reports[1] == reports[2]
    assert outputs(Path("sweep1")) == outputs(Path("sweep2"))
    runs = reports[1]["runs"]
    assert [(run["learning_rate"], run["hidden"]) for run in runs] == [
        (1e-5, [4]),
        (1e-5, [8, 6]),
        (1e-2, [4]),
        (1e-2, [8, 6]),
    ]
    accuracies = [run["result"]["best_val_accuracy"] for run in runs]
    best = accuracies.index(max(accuracies))
    assert reports[1]["result"] == runs[best]["result"]
    assert outputs(Path("sweep1")) == outputs(Path("sweep1/sweep", f"{best:03d}"))
    config = reports[1]["config"]
    hidden = ",".join(map(str, config["hidden"]))
    train(*QUICK, "--hidden", hidden, "--learning-rate", config["learning_rate"], "--out", "alone")
    assert outputs(Path("alone")) == outputs(Path("sweep1"))


@pytest.mark.once
def test_a_sweep_goes_on_with_the_runs_that_are_left(train) -> None:
    arguments = (*QUICK, "--sweep", "reg=0,0.1", "--workers", 1)
    _, out, _ = train(*arguments, "--out", "sweep")
    before = outputs(Path("sweep"))
    for name in ("result.json", "sweep/001/result.json", "sweep/001/checkpoint.npz"):
        Path("sweep", name).unlink()
    assert train("--resume", "sweep", "--workers", 1, data=None) == (0, out, "")
    assert outputs(Path("sweep")) == before


def test_a_sweep_whose_data_cannot_be_read_is_one_line(train) -> None:
    refused(train("--sweep", "reg=0,1", "--data", "mnist:none.gz", data=None), "mnist:none.gz", "no file none.gz")
    assert not Path("runs").exists()


@pytest.mark.needs_torch
@pytest.mark.parametrize(
    "options",
    [
        ("--net", "shallow", "--reg", "0.3", *BY["sgd"]),
        ("--net", "two_layer", "--reg", "0.3", *BY["sgd_momentum"]),
        ("--net", "list", *BY["sgd"]),
        ("--hidden", "8,6", "--normalization", "batchnorm", "--dropout", "0.7", *BY["adam"]),
        ("--normalization", "layernorm", "--dtype", "float64", "--steps", "13", *BY["nesterov"]),
        ("--net", "convnet", "--filters", "3", "--reg", "0.3", "--dtype", "float64", *BY["rmsprop"]),
        ("--net", "convnet", "--filters", "3,4", "--stride", "2", "--pool", "1", "--hidden", "", *BY["adam"]),
    ],
    ids=" ".join,
)
def test_the_twin_has_the_same_losses_to_the_end(train, options: tuple[str, ...]) -> None:
    code, out, err = train(*QUICK, *options, "--against", "torch", "--out", "run")
    assert (code, err) == (0, "")
    assert "to the end: all" in out
    history = json.loads(Path("run/history.json").read_text())
    assert len(history["torch"]["loss"]) == len(history["loss"])
    assert len(history["torch"]["val_accuracy"]) == len(history["val_accuracy"])


@pytest.mark.needs_torch
def test_a_rule_that_is_a_little_wrong_parts_from_the_twin(train, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(w, dw, config):
        return optim.sgd(w, dw * w.dtype.type(1.001), config)

    monkeypatch.setattr("gradproof.impl.solver.loop.RULES", {"sgd": wrong})
    _, out, _ = train(*QUICK, "--update-rule", "sgd", "--weight-scale", "0.3", "--against", "torch", "--format", "json")
    assert 0 < json.loads(out)["result"]["agrees_until"] < 10


@pytest.mark.needs_torch
def test_a_run_with_a_twin_that_was_interrupted_comes_to_the_same_result(train, monkeypatch) -> None:
    arguments = (*QUICK, "--against", "torch", "--out")
    train(*arguments, "straight")
    with monkeypatch.context() as patch:
        interrupt_at(7, patch, lambda: signal.raise_signal(signal.SIGINT))
        assert train(*arguments, "cut")[0] == 130
    assert train("--resume", "cut", data=None)[0] == 0
    assert outputs(Path("cut")) == outputs(Path("straight"))


def test_the_help_tells_the_defaults_that_the_config_has() -> None:
    texts = {name: text for name, _, text in cli_train.HYPER}
    assert list(texts) == list(RunConfig.model_fields)
    for name, default in RunConfig().model_dump().items():
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else default
        expected = "" if default is None else f"[default: {shown}]"
        assert expected in texts[name]
    choices = {name: kind.choices for name, kind, _ in cli_train.HYPER if isinstance(kind, click.Choice)}
    for name, offered in choices.items():
        assert tuple(offered) == RunConfig.model_fields[name].annotation.__args__


def test_the_command_line_starts_without_heavy_imports() -> None:
    heavy = ("numpy", "torch", "pydantic", "matplotlib", "impl")
    script = f"import sys, gradproof.conformance.cli.main; print([name for name in {heavy!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout == "[]\n"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_shipped_configs_are_sound(path: Path) -> None:
    made = recipe(path, {}, (), None)
    assert set(made.sweep) <= set(SWEPT)
    assert f"gradproof train --config examples/training/{path.name}" in path.read_text()


@pytest.mark.once
@HAS_DIGITS
def test_the_digits_are_learned(train) -> None:
    code, out, _ = train("--config", ROOT / "examples/training/digits.toml", "--format", "json", data=None)
    assert code == 0
    assert json.loads(out)["result"]["test_accuracy"] >= 0.97


@pytest.mark.release
def test_ctrl_c_stops_a_sweep_between_two_steps_and_it_goes_on(mnist: Path, tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "conformance", "train", "--data", f"mnist:{mnist}", "--hidden", "8"]
    grid = ["--sweep", "reg=0,0.1,0.2", "--workers", "2", "--epochs", "1000", "--out", str(tmp_path / "cut")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.Popen(
        [*arguments, *grid], start_new_session=True, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    )
    first = tmp_path / "cut" / "sweep" / "000" / "checkpoint.npz"
    waited_for(first.exists)
    os.killpg(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode in (0, 130)
    if run.returncode == 130:
        assert err == f"gradproof: interrupted; gradproof train --resume {tmp_path / 'cut'} goes on\n"
    resumed = [*arguments[:4], "--resume", str(tmp_path / "cut"), "--workers", "2"]
    subprocess.run(resumed, check=True, capture_output=True, env=environment, cwd=tmp_path)
    subprocess.run([*arguments, *grid[:-1], "straight"], check=True, capture_output=True, env=environment, cwd=tmp_path)
    assert outputs(tmp_path / "cut") == outputs(tmp_path / "straight")


def test_a_network_that_reads_sequences_is_trained_and_says_something(train) -> None:
    """Its accuracy is the share of what is asked; what it makes of the first test sample stands in the report."""
    code, out, err = train("--net", "rnn", "--hidden", 8, "--length", 4, "--steps", 3, data="copy")
    assert (code, err) == (0, "")
    assert "it says" in out
    assert "right: " in out


@pytest.mark.needs_torch
def test_the_twin_reads_the_same_sequences(train) -> None:
    """A transformer's losses agree as long as rounding lets them."""
    small = ("--hidden", 4, "--heads", 2, "--layers", 1, "--length", 4)
    code, out, _ = train("--net", "transformer", *small, "--steps", 3, "--against", "torch", data="reverse")
    assert code == 0
    assert "to the end: all 3 steps" in out


@pytest.mark.parametrize(
    ("arguments", "data", "says"),
    [
        (("--net", "rnn"), "digits", "the net rnn reads text, text:PATH, copy, reverse or mnist1d, not digits"),
        (("--net", "convnet"), "copy", "copy is data for the nets rnn, lstm, transformer, not for convnet"),
        (("--net", "lstm", "--heads", 2), "copy", "the net lstm has no heads; transformer has"),
        (("--net", "transformer", "--hidden", "8,8"), "copy", "one size as hidden: its units, or its width"),
        (("--length", 8), "digits", "the net fully_connected reads no sequences, and so has no length"),
        (("--net", "rnn"), "text:nowhere.txt", "nowhere.txt cannot be read: No such file or directory"),
    ],
)
def test_what_does_not_fit_sequences_is_one_line(train, arguments, data: str, says: str) -> None:
    """And exit code 2."""
    code, _, err = train(*arguments, data=data)
    assert code == 2
    assert says in err
    assert len(err.splitlines()) == 1
