"""A fault of a layer is charged to the layer, and a fault of a network beside it to the network."""

from pathlib import Path

import net_styles
import pytest
from conftest import one_in
from net_faults import CLASSIFIER, DEEP_NETS
from net_judged import FewCases, bad, by_contract, few_cases, judged, judged_with, write_copy
from net_styles import STAR, package
from test_networks import FLAT_BIASES, MEAN_IN_LAYERS

from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named

pytestmark = pytest.mark.usefixtures("without_names")
oracle = few_cases

MEAN = ("affine.py", "reshape(x.shape), dw, db", "reshape(x.shape), dw, db / len(dout)")
STATISTICS = "dx_hat = dx_hat - through_mean - through_variance"
LAYER_FAULTS = {
    "bias_gradient_is_a_mean": ("affine", "gradient", MEAN, (*DEEP_NETS, "list_net")),
    "input_gradient_is_doubled": (
        "affine",
        "gradient",
        ("affine.py", "(dout @ _transposed(w))", "(2 * dout @ _transposed(w))"),
        ("shallow_layer_net", "two_layer_net"),
    ),
    "batchnorm_forgets_the_variance": (
        "batchnorm",
        "gradient",
        ("normalization.py", STATISTICS, STATISTICS + " * axis"),
        ("batchnorm_net",),
    ),
    "layernorm_forgets_the_variance": (
        "layernorm",
        "gradient",
        ("normalization.py", STATISTICS, STATISTICS + " * (1 - axis)"),
        ("layernorm_net",),
    ),
    "statistics_move_too_fast": (
        "batchnorm",
        "running_statistics",
        ("normalization.py", 'bn_param.get("momentum", 0.9))', 'bn_param.get("momentum", 0.9)) ** 2'),
        ("batchnorm_net",),
    ),
    "relu_passes_everything_back": (
        "relu",
        "gradient",
        ("activations.py", "return dout * (cache > 0).astype(dout.dtype)", "return dout"),
        ("fully_connected_net", "list_net"),
    ),
    "softmax_is_not_averaged": (
        "softmax_loss",
        "gradient",
        ("losses.py", "    dx[rows, y] -= 1\n    dx /= count\n", "    dx[rows, y] -= 1\n"),
        ("fully_connected_net", "two_layer_net"),
    ),
}


@pytest.mark.parametrize("name", one_in(3, LAYER_FAULTS))
def test_a_fault_of_a_layer_is_charged_to_the_layer(tmp_path: Path, oracle: FewCases, name: str) -> None:
    """The networks that it breaks are judged with a proven one in its place, and say so."""
    layer, check, edit, networks = LAYER_FAULTS[name]
    report = judged(write_copy(tmp_path, (edit,)), oracle, (layer, *networks))
    assert bad(report) == {layer: {check}}
    told = [f"{net}: judged with a proven {layer} in place of its own, which failed" for net in networks]
    assert judged_with(report) == told


def test_a_softmax_without_the_shift_fails_alone(tmp_path: Path, oracle: FewCases) -> None:
    """In the layer; that the network suffers is mentioned and not counted."""
    edit = ("losses.py", "by_class -= by_class.max(axis=0)", "pass")
    report = judged(write_copy(tmp_path, (edit,)), oracle, ("softmax_loss", "fully_connected_net"))
    assert bad(report) == {"softmax_loss": {"stability"}}
    assert judged_with(report) == []


def test_the_layer_to_blame_is_named_among_two_that_failed(tmp_path: Path, oracle: FewCases) -> None:
    """A relu that writes into its argument does no harm here; affine does."""
    impure = ("activations.py", "return dout * (cache > 0).astype(dout.dtype)", "dout[cache <= 0] = 0\n    return dout")
    report = judged(write_copy(tmp_path, (MEAN, impure)), oracle, ("affine", "relu", "fully_connected_net"))
    assert bad(report) == {"affine": {"gradient"}, "relu": {"purity"}}
    assert judged_with(report) == ["fully_connected_net: judged with a proven affine in place of its own, which failed"]


def test_two_layers_to_blame_are_both_named(tmp_path: Path, oracle: FewCases) -> None:
    """Neither helps alone."""
    unaveraged = LAYER_FAULTS["softmax_is_not_averaged"][2]
    report = judged(write_copy(tmp_path, (MEAN, unaveraged)), oracle, ("affine", "softmax_loss", "fully_connected_net"))
    assert bad(report) == {"affine": {"gradient"}, "softmax_loss": {"gradient"}}
    assert "judged with a proven affine, softmax_loss in place of its own" in judged_with(report)[0]


def test_a_network_is_no_layer_of_a_network_above(tmp_path: Path, oracle: FewCases) -> None:
    """Dropout is replaced in a network with batch normalization, and no class that calls it."""
    edits = (
        ("dropout.py", "draws < keep", "draws > keep"),
        (CLASSIFIER, "return loss, grads", "return 2 * loss, grads"),
    )
    report = judged(write_copy(tmp_path, edits), oracle, ("dropout", "dropout_batchnorm_net"))
    assert bad(report) == {"dropout": {"dropout_scaling"}, "dropout_batchnorm_net": {"forward"}}


def test_a_fault_of_a_layer_and_one_of_a_network_are_both_charged(tmp_path: Path, oracle: FewCases) -> None:
    """The second verdict shows what the first one hid or mixed up: the net's own fault alone."""
    edits = (MEAN, (CLASSIFIER, "                grads[name] += ", '                grads[name] += (name != "W1") * '))
    report = judged(write_copy(tmp_path, edits), oracle, ("affine", "fully_connected_net"))
    assert bad(report) == {"affine": {"gradient"}, "fully_connected_net": {"gradient"}}


def test_the_second_verdict_names_the_networks_own_fault_alone(tmp_path: Path, oracle: FewCases) -> None:
    """Affine's wrong db is not told again beside the net's wrong dW1."""
    edits = (MEAN, (CLASSIFIER, "                grads[name] += ", '                grads[name] += (name != "W1") * '))
    report = judged(write_copy(tmp_path, edits), oracle, ("affine", "fully_connected_net"))
    assert by_contract(report)["fully_connected_net"]["gradient"].message.startswith("dW1 differs")


@pytest.mark.parametrize("training", ["captioning_training", "char_training"])
def test_a_training_with_either_cell_is_built_on_both(tmp_path: Path, oracle: FewCases, training: str) -> None:
    """An LSTM that is wrong, or not there yet, is no mistake of the training that has it in some of its cases."""
    wrong = ("recurrent.py", "c[0], h[0] = 0, h0\n    entering, gates", "c[0], h[0] = 1, h0\n    entering, gates")
    report = judged(write_copy(tmp_path, (wrong,)), oracle, ("lstm", training))
    assert bad(report) == {"lstm": {"forward"}}


def test_a_solver_that_fails_is_charged_once(tmp_path: Path, oracle: FewCases) -> None:
    """A row that builds on it is excused: of networks and trainings nothing proven ever stands in."""
    refusing = ("solver/loop.py", "        self.model = model\n", '        raise RuntimeError("not today")\n')
    report = judged(write_copy(tmp_path, (refusing,)), oracle, ("sgd_momentum", "solver", "solver_momentum"))
    assert bad(report) == {"solver": {"training"}}


def test_a_submission_called_impl_has_its_layers_replaced_too(tmp_path: Path, oracle: FewCases) -> None:
    """The proven layers are this project's, whatever the submission is called."""
    rows = tuple(map(contract_named, ("affine", "fully_connected_net")))
    with Sandbox(write_copy(tmp_path, (MEAN,), name="impl")) as session:
        report = run("impl", session, oracle, Plan(rows))
    assert bad(report) == {"affine": {"gradient"}}


@pytest.mark.parametrize("net", [net_styles.DEEP_2016, FLAT_BIASES], ids=["layers", "blocks"])
def test_a_broken_layer_is_replaced_in_a_star_import(tmp_path: Path, oracle: FewCases, net: str) -> None:
    """In every module that holds it, blocks included."""
    path = package(tmp_path, {"fc_net.py": STAR + net}, MEAN_IN_LAYERS)
    report = judged(path, oracle, ("affine", "fully_connected_net", "dropout_net"))
    assert bad(report) == {"affine": {"gradient"}}
    assert len(judged_with(report)) == 2


def test_a_broken_layer_is_charged_once_in_a_net_with_bias_rows(tmp_path: Path, oracle: FewCases) -> None:
    """Biases (1, H) are taken as they come by the layers that stand in, too."""
    path = package(tmp_path, {"fc_net.py": STAR + net_styles.BY_BLOCKS}, MEAN_IN_LAYERS)
    assert bad(judged(path, oracle, ("affine", "fully_connected_net"))) == {"affine": {"gradient"}}
