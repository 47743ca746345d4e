"""The solver: what it records, what it keeps, and that an interrupted training goes on bit by bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof.impl import optim
from gradproof.impl.networks import FullyConnectedNet, Network, ShallowLayerNet, TwoLayerNet
from gradproof.impl.solver import Solver

pytestmark = pytest.mark.usefixtures("without_names")

FEATURES, CLASSES = 12, 4


def data(train: int = 50, val: int = 30) -> dict[str, Any]:
    """Classes that are overlapping clouds."""
    rng = np.random.default_rng(7)
    centres = 2 * rng.standard_normal((CLASSES, FEATURES))
    y = rng.integers(CLASSES, size=train + val)
    x = (centres[y] + rng.standard_normal((train + val, FEATURES))).astype(np.float32)
    return {"X_train": x[:train], "y_train": y[:train], "X_val": x[train:], "y_val": y[train:]}


def network(**options: Any) -> FullyConnectedNet:
    return FullyConnectedNet(**{"hidden_dims": (10, 8), "weight_scale": 0.3, "seed": 3, **options}, **SHAPE)


SHAPE = {"input_dim": FEATURES, "num_classes": CLASSES}
MODELS = {
    "plain": network,
    "batchnorm and dropout": lambda: network(normalization="batchnorm", dropout=0.7, reg=0.1),
    "layernorm": lambda: network(normalization="layernorm"),
    "shallow": lambda: ShallowLayerNet(FEATURES, 10, CLASSES, 0.3, 0.1, seed=3),
    "two_layer": lambda: TwoLayerNet(FEATURES, 10, CLASSES, 0.3, seed=3),
    "list": lambda: Network((FEATURES, 10, CLASSES), seed=3),
}


def contents(solver: Solver) -> dict[str, Any]:
    """Everything that must be the same, to the bit."""
    groups = {"params": solver.model.params, "best": solver.best_params}
    arrays = {f"{group}/{name}": a.tobytes() for group, named in groups.items() for name, a in named.items()}
    names = ("loss_history", "train_acc_history", "val_acc_history", "best_val_acc", "step", "epoch", "diverged")
    return {**arrays, **{name: getattr(solver, name) for name in names}}


def test_there_is_a_loss_a_step_and_an_accuracy_before_the_first_step_and_after_every_epoch() -> None:
    solver = Solver(network(), data(), batch_size=20, num_epochs=3)
    solver.train()
    assert solver.steps_per_epoch == 2
    assert len(solver.loss_history) == solver.total_steps == 6
    assert len(solver.train_acc_history) == len(solver.val_acc_history) == 4
    assert solver.epoch == 3


def test_a_number_of_steps_may_end_in_mid_epoch_and_is_measured_there() -> None:
    solver = Solver(network(), data(), batch_size=20, total_steps=5)
    solver.train()
    assert len(solver.loss_history) == 5
    assert len(solver.val_acc_history) == 4


def test_a_batch_larger_than_the_data_makes_an_epoch_of_one_step() -> None:
    for sampling in ("replacement", "shuffled"):
        solver = Solver(network(), data(), batch_size=1000, num_epochs=2, sampling=sampling)
        solver.train()
        assert len(solver.loss_history) == 2


@pytest.mark.parametrize("normalization", [None, "batchnorm"])
def test_the_model_ends_with_the_best_parameters_and_statistics_not_the_last(normalization: str | None) -> None:
    last: dict[str, bytes] = {}

    def spoil(solver: Solver) -> None:
        if solver.step == 38:
            solver.model.params["W3"] *= -1
        last.update({name: w.tobytes() for name, w in solver.model.params.items()})

    options = {"optim_config": {"learning_rate": 0.1}, "batch_size": 10, "num_epochs": 8}
    solver = Solver(network(normalization=normalization), data(), on_step=spoil, **options)
    solver.train()
    assert solver.best_val_acc == max(solver.val_acc_history) > solver.val_acc_history[-1]
    assert {name: w.tobytes() for name, w in solver.model.params.items()} != last
    assert solver.check_accuracy(solver.X_val, solver.y_val) == solver.best_val_acc


def test_the_learning_rate_decays_at_the_end_of_each_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    rates: list[float] = []

    def spy(w, dw, config):
        rates.append(config["learning_rate"])
        return optim.sgd(w, dw, config)

    monkeypatch.setattr("gradproof.impl.solver.loop.RULES", {"sgd": spy})
    model = network(hidden_dims=())
    Solver(model, data(), optim_config={"learning_rate": 1.0}, lr_decay=0.5, batch_size=25, num_epochs=3).train()
    assert rates == [1.0] * 4 + [0.5] * 4 + [0.25] * 4


@pytest.mark.parametrize("rule", ["sgd", "sgd_momentum", "nesterov", "rmsprop", "adam"])
def test_every_update_rule_overfits_fifty_samples(rule: str) -> None:
    rate = {"sgd": 0.3, "sgd_momentum": 0.05, "nesterov": 0.05}.get(rule, 0.01)
    solver = Solver(network(), data(), update_rule=rule, optim_config={"learning_rate": rate}, batch_size=25)
    solver.settings = type(solver.settings)(update_rule=rule, batch_size=25, num_epochs=60)
    solver.train()
    assert solver.train_acc_history[-1] == 1.0


@pytest.mark.parametrize("name", MODELS)
def test_every_network_learns_in_its_own_arrays(name: str) -> None:
    model = MODELS[name]()
    arrays = list(model.params.values())
    solver = Solver(model, data(), optim_config={"learning_rate": 0.1}, batch_size=25, num_epochs=20)
    solver.train()
    assert solver.best_val_acc > solver.val_acc_history[0]
    assert all(one is other for one, other in zip(arrays, model.params.values(), strict=True))


def test_the_global_generator_is_left_alone_and_the_seed_decides() -> None:
    before = np.random.get_state()[1].copy()
    runs = []
    for seed in (0, 0, 1):
        solver = Solver(network(), data(), batch_size=10, num_epochs=2, seed=seed, num_train_samples=5)
        solver.train()
        runs.append(contents(solver))
    assert runs[0] == runs[1] != runs[2]
    assert (np.random.get_state()[1] == before).all()


def test_the_batches_do_not_depend_on_how_accuracies_are_sampled() -> None:
    losses = []
    for samples in (None, 5):
        solver = Solver(network(), data(), batch_size=10, num_epochs=2, num_train_samples=samples)
        solver.train()
        losses.append(solver.loss_history)
    assert losses[0] == losses[1]


def test_shuffled_batches_go_through_every_sample_once() -> None:
    batches: list[np.ndarray] = []
    solver = Solver(network(), data(), batch_size=25, num_epochs=2, sampling="shuffled")
    solver.on_step = lambda s: batches.append(s.batch)
    solver.train()
    for epoch in (batches[:2], batches[2:]):
        assert sorted(np.concatenate(epoch)) == list(range(50))
    assert not np.array_equal(batches[0], batches[2])


@pytest.mark.parametrize("sampling", ["replacement", "shuffled"])
@pytest.mark.parametrize("rule", ["adam", "sgd_momentum"])
@pytest.mark.parametrize("name", MODELS)
def test_a_saved_training_goes_on_bit_by_bit(name: str, rule: str, sampling: str, tmp_path: Path) -> None:
    options = {
        "update_rule": rule,
        "optim_config": {"learning_rate": 0.02},
        "lr_decay": 0.9,
        "batch_size": 12,
        "num_epochs": 4,
        "sampling": sampling,
        "num_train_samples": 20,
    }
    straight = Solver(MODELS[name](), data(), **options)
    straight.train()
    first = Solver(MODELS[name](), data(), **options)
    first.train(6)
    first.save(tmp_path / "half.npz")
    second = Solver.load(tmp_path / "half.npz", MODELS[name](), data())
    assert contents(second) == contents(first)
    second.train()
    first.train()
    assert contents(second) == contents(first) == contents(straight)


def test_a_checkpoint_is_written_every_epoch_and_holds_the_training_up_to_there(tmp_path: Path) -> None:
    path = tmp_path / "last.npz"
    solver = Solver(network(), data(), batch_size=10, num_epochs=2, checkpoint_name=path)
    solver.train(7)
    loaded = Solver.load(path, network(), data())
    assert (loaded.step, loaded.epoch) == (5, 1)
    assert list(tmp_path.iterdir()) == [path]


def test_what_on_step_raises_leaves_a_solver_that_can_go_on() -> None:
    def interrupt(solver: Solver) -> None:
        if solver.step == 3:
            raise KeyboardInterrupt

    straight, cut = (Solver(network(), data(), batch_size=10, num_epochs=2) for _ in range(2))
    straight.train()
    cut.on_step = interrupt
    with pytest.raises(KeyboardInterrupt):
        cut.train()
    cut.train()
    assert contents(cut) == contents(straight)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    solver = Solver(network(), data(), batch_size=10)
    solver.train(3)
    solver.save(tmp_path / "saved.npz")
    return tmp_path / "saved.npz"


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, -30, -1])
def test_a_checkpoint_cut_short_is_refused(saved: Path, kept: float) -> None:
    content = saved.read_bytes()
    saved.write_bytes(content[: int(len(content) * kept) if 0 < kept < 1 else int(kept)])
    with pytest.raises(ValueError, match=r"saved.npz is no whole checkpoint"):
        Solver.load(saved, network(), data())


def test_a_checkpoint_with_a_flipped_byte_is_refused(saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 255
    saved.write_bytes(content)
    with pytest.raises(ValueError, match=r"saved.npz is no whole checkpoint"):
        Solver.load(saved, network(), data())


def test_another_npz_or_npy_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", header=np.array("{}"), w=np.zeros(3))
    np.save(tmp_path / "array.npy", np.zeros(3))
    np.savez(tmp_path / "objects.npz", header=np.array([{}], dtype=object))
    for name in ("other.npz", "array.npy", "objects.npz"):
        with pytest.raises(ValueError, match="checkpoint"):
            Solver.load(tmp_path / name, network(), data())


def test_a_checkpoint_of_another_model_or_other_data_is_refused(saved: Path) -> None:
    with pytest.raises(ValueError, match=r"another model: it has float32 \(10, 8\) as W2, expected float32 \(10, 9\)"):
        Solver.load(saved, network(hidden_dims=(10, 9)), data())
    with pytest.raises(ValueError, match="it has nothing as beta1"):
        Solver.load(saved, network(normalization="batchnorm"), data())
    with pytest.raises(ValueError, match=r"shape \(50, 12\), X_train is \(49, 12\)"):
        Solver.load(saved, network(), data(train=49))


def test_a_loss_that_is_not_finite_ends_the_training_with_the_best_model_intact() -> None:
    options = {"update_rule": "sgd", "optim_config": {"learning_rate": 1e30}, "batch_size": 10}
    solver = Solver(network(), data(), **options)
    solver.train()
    assert solver.diverged
    assert solver.is_finished
    assert not np.isfinite(solver.loss_history[-1])
    assert len(solver.loss_history) < solver.total_steps
    assert all(np.isfinite(w).all() for w in solver.model.params.values())


def test_verbose_reports_iterations_and_epochs() -> None:
    lines: list[str] = []
    Solver(network(), data(), batch_size=25, num_epochs=2, print_every=3, verbose=True, report=lines.append).train()
    assert [line.partition(")")[0] + ")" for line in lines] == [
        "(Epoch 0)",
        "(Iteration 1 / 4)",
        "(Epoch 1)",
        "(Iteration 4 / 4)",
        "(Epoch 2)",
    ]


def test_verbose_writes_to_standard_output_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    Solver(network(), data(), batch_size=25, num_epochs=1, verbose=True).train()
    assert "(Iteration 1 / 2) loss: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"update_rule": "adamw"}, "'adamw', expected one of 'sgd', 'sgd_momentum', 'nesterov', 'rmsprop', 'adam'"),
        ({"sampling": "random"}, "expected one of 'replacement', 'shuffled'"),
        ({"batch_size": 0}, "batch_size is 0, expected 1 or more"),
        ({"num_epochs": -1}, "num_epochs is -1, expected 0 or more"),
        ({"print_every": 0}, "print_every is 0"),
        ({"lr_decay": 0.0}, "lr_decay is 0.0, expected a positive number"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_setting_out_of_range_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Solver(network(), data(), **options)


def test_data_that_does_not_match_is_named() -> None:
    with pytest.raises(ValueError, match=r"y_val has shape \(29,\), expected \(30,\)"):
        Solver(network(), {**data(), "y_val": data()["y_val"][1:]})
    with pytest.raises(ValueError, match="the data lacks X_val, y_val"):
        Solver(network(), {name: data()[name] for name in ("X_train", "y_train")})
    with pytest.raises(ValueError, match="X_train has no samples"):
        Solver(network(), data(train=0))


def test_gradients_of_other_parameters_are_named() -> None:
    class Wrong:
        def __init__(self):
            self.params = {"W1": np.zeros((FEATURES, CLASSES))}

        def loss(self, x, y=None):
            return x @ self.params["W1"] if y is None else (1.0, {"w1": self.params["W1"]})

    with pytest.raises(ValueError, match=r"parameters \['W1'\] and gradients \['w1'\]"):
        Solver(Wrong(), data()).train()


def test_an_object_with_the_splits_as_attributes_will_do() -> None:
    class Splits:
        X_train, y_train, X_val, y_val = (data()[n] for n in ("X_train", "y_train", "X_val", "y_val"))

    solver = Solver(network(), Splits(), num_epochs=1)
    solver.train()
    assert len(solver.val_acc_history) == 2
