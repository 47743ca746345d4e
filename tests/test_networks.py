"""Networks: planted faults are charged once and to the right part, other styles pass, cases replay, seeds hold."""

import re
import subprocess
import sys
from pathlib import Path

import net_styles
import pytest
from conftest import one_in
from net_faults import (
    CLASSIFIER,
    CONVOLUTIONAL,
    DEEP,
    DEEP_NETS,
    FAULTS,
    LISTS,
    NETWORKS,
    FewCases,
    NetFault,
    bad,
    by_contract,
    judged,
    messages,
    write_copy,
)
from net_styles import LAYERS, QUALIFIED, RELATIVE, STAR, flat, package

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.checks.results import Run, Status
from gradproof.conformance.cli.replay_script import script
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.harness.loader import load
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.oracle.oracle import TorchOracle, pick
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named, function_names
from gradproof.conformance.spec.conventions import DEFAULT, Dialect

pytestmark = pytest.mark.usefixtures("without_names")

ROOT = Path(__file__).resolve().parent.parent
OLD_NETS = ("fully_connected_net", "batchnorm_net", "dropout_net")


@pytest.fixture(scope="module")
def oracle() -> FewCases:
    """A few cases of each contract: what fails on none of them is a gap."""
    return FewCases(pick("golden", None, None))


@pytest.mark.parametrize("fault", one_in(9, [pytest.param(f, id=f.name) for f in FAULTS]))
def test_a_fault_of_a_network_is_charged_once(tmp_path: Path, oracle: FewCases, fault: NetFault) -> None:
    """By the checks that are named, and by no other of any network that shares the lines."""
    report = judged(write_copy(tmp_path, fault.edits), oracle, fault.contracts)
    assert bad(report) == fault.bad
    assert fault.says in messages(report)
    assert fault.hint in messages(report)


def test_an_unedited_copy_of_impl_passes(tmp_path: Path, oracle: FewCases) -> None:
    """So what fails below is the fault's doing."""
    assert bad(judged(write_copy(tmp_path), oracle)) == {}


def test_a_penalty_whose_gradient_is_another_ones_is_seen_by_differences_too(tmp_path: Path, oracle: FewCases) -> None:
    """Loss 2 reg W^2 with gradient 2 reg W: the report says that one is not the derivative of the other."""
    (fault,) = [fault for fault in FAULTS if fault.name == "l2_loss_four_times_gradient_twice"]
    results = by_contract(judged(write_copy(tmp_path, fault.edits), oracle, ("fully_connected_net",)))
    differences = results["fully_connected_net"]["finite_difference"]
    assert differences.status == Status.SKIPPED
    assert "is not the derivative of the submission's own loss" in differences.message


def test_a_penalty_wrong_in_loss_and_gradient_alike_is_hinted_at(tmp_path: Path, oracle: FewCases) -> None:
    """An omitted layer is consistent with itself; the hint still says what the penalty is."""
    (fault,) = [fault for fault in FAULTS if fault.name == "l2_omits_the_last_layer"]
    assert "every weight matrix" in messages(
        judged(write_copy(tmp_path, fault.edits), oracle, ("fully_connected_net",))
    )


def test_a_dropout_in_front_of_the_rectifier_is_right(tmp_path: Path, oracle: FewCases) -> None:
    """Scaling by a positive number commutes with it."""
    edits = (
        (
            DEEP,
            "            x, relu_cache = relu_forward(x)\n            x, dropout_cache = self._drop(x, mode)",
            "            x, dropout_cache = self._drop(x, mode)\n            x, relu_cache = relu_forward(x)",
        ),
        (
            DEEP,
            "            dx = dx if dropout_cache is None else dropout_backward(dx, dropout_cache)\n"
            "            dx = relu_backward(dx, relu_cache)\n",
            "            dx = relu_backward(dx, relu_cache)\n"
            "            dx = dx if dropout_cache is None else dropout_backward(dx, dropout_cache)\n",
        ),
    )
    assert bad(judged(write_copy(tmp_path, edits), oracle, DEEP_NETS)) == {}


# one bug of a layer, charged to the layer

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


def judged_with(report: Run) -> list[str]:
    """The notes of networks that were judged with proven layers."""
    return [note for note in report.notes if "judged with a proven" in note]


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


# styles

MEAN_IN_LAYERS = LAYERS.replace("T.dot(dout), dout.sum(axis=0)", "T.dot(dout), dout.mean(axis=0)")
FLAT_BIASES = net_styles.BY_BLOCKS.replace("np.zeros((1, dims[i + 1]), dtype)", "np.zeros(dims[i + 1], dtype)").replace(
    '            g[f"b{i}"] = g[f"b{i}"].reshape(1, -1)\n', ""
)
STYLES = {
    "keywords_of_2016": ({}, net_styles.DEEP_2016, OLD_NETS),
    "star_import_from_another_file": ({"fc_net.py": STAR + net_styles.DEEP_2016}, "", OLD_NETS),
    "blocks_keys_from_0_bias_rows": ({"fc_net.py": STAR + net_styles.BY_BLOCKS}, "", OLD_NETS),
    "blocks_by_relative_imports": ({"fc_net.py": RELATIVE + FLAT_BIASES}, "", OLD_NETS),
    "qualified_calls": ({"fc_net.py": QUALIFIED + net_styles.TWO_LAYER_A2}, "", ("shallow_layer_net",)),
    "lists_called_biases": ({}, net_styles.LISTS, ("list_net",)),
}


@pytest.mark.parametrize("style", one_in(3, STYLES))
def test_a_style_passes(tmp_path: Path, oracle: FewCases, style: str) -> None:
    """Whatever its keywords, keys, bias shapes and imports."""
    nets, alone, contracts = STYLES[style]
    renamed = {name: source.replace("TwoLayerNet", "ShallowLayerNet") for name, source in nets.items()}
    path = package(tmp_path, renamed) if nets else flat(tmp_path, alone)
    report = judged(path, oracle, contracts)
    assert bad(report) == {}
    assert {result.status for result in report.results if result.required} == {Status.PASSED}


def test_a_package_offers_its_networks(tmp_path: Path) -> None:
    """Those that its constructor knows the keywords for, found beside its layers."""
    with Sandbox(package(tmp_path, {"fc_net.py": STAR + net_styles.DEEP_2016})) as session:
        offered = {name for name in NETWORKS if contract_named(name).is_offered(set(session.inventory.functions))}
    assert offered - {"dropout_batchnorm_net"} == set(OLD_NETS)


@pytest.mark.parametrize("l2", ["half", "full"])
def test_the_two_layer_net_of_assignment_1_is_right_without_the_half(tmp_path: Path, oracle: FewCases, l2: str) -> None:
    """Under l2=full it passes; under the default it is told that it would."""
    report = judged(flat(tmp_path, net_styles.TWO_LAYER_A1, ""), oracle, ("two_layer_net",), dialect=Dialect(l2=l2))
    assert bad(report) == ({} if l2 == "full" else {"two_layer_net": {"forward"}})
    forward = by_contract(report)["two_layer_net"]["forward"]
    assert forward.diagnosis == (None if l2 == "full" else "dialect:l2=full")
    assert l2 == "full" or "right under another convention, l2=full" in forward.hint


def test_the_two_layer_net_of_assignment_2_has_the_half(tmp_path: Path, oracle: FewCases) -> None:
    """Its reg goes to the constructor, and a layer's bug is found through the module it calls."""
    nets = {"fc_net.py": QUALIFIED + net_styles.TWO_LAYER_A2}
    report = judged(package(tmp_path, nets, MEAN_IN_LAYERS), oracle, ("affine", "two_layer_net"))
    assert bad(report) == {"affine": {"gradient"}}
    assert judged_with(report) == ["two_layer_net: judged with a proven affine in place of its own, which failed"]


CONVENTIONS = {
    "dropout_p": ("drop", {"< p) / p": "< 1 - p) / (1 - p)"}),
    "dropout": (
        "vanilla",
        {"< p) / p": "< p)", "return x, (dropout_param, None)": "return x * p, (dropout_param, None)"},
    ),
    "running_variance": ("unbiased", {"* var  # STATISTICS": "* var * len(x) / (len(x) - 1)"}),
}


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_network_follows_the_convention_of_its_layers(tmp_path: Path, oracle: FewCases, convention: str) -> None:
    """Its own layers and the given masks are those of the declared dialect."""
    value, changes = CONVENTIONS[convention]
    layers = LAYERS
    for old, new in changes.items():
        assert layers.count(old) == 1
        layers = layers.replace(old, new)
    contracts = ("batchnorm_net",) if convention == "running_variance" else ("dropout_net",)
    path = flat(tmp_path, net_styles.DEEP_2016, layers)
    report = judged(path, oracle, contracts, dialect=Dialect(**{convention: value}))
    assert bad(report) == {}
    assert {result.status for result in report.results if result.required} == {Status.PASSED}


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


# replay

LINE = re.compile(r"(\w+)\[.*\]: expected (\S+), got (\S+); (\S+) units over the array")


def replayed(
    path: Path, oracle: FewCases, contract_name: str, index: int, dialect: Dialect = DEFAULT
) -> dict[str, float]:
    """What the script of a case prints: observation -> units over the array."""
    contract = contract_named(contract_name)
    case = oracle.cases(contract, dialect)[index]
    with Sandbox(path) as session:
        source = script(
            CaseRecord(contract, case, oracle.answer(case), session.run(contract, case)), path, session.inventory
        )
    done = subprocess.run([sys.executable, "-I", "-"], input=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    matches = [LINE.fullmatch(line) for line in done.stdout.splitlines()]
    assert all(matches), done.stdout
    assert {match[1] for match in matches} == set(oracle.answer(case).values)
    wrong = {match[1]: match for match in matches if float(match[4]) > 32}
    assert all(match[2] != match[3] for match in wrong.values())
    return {name: float(match[4]) for name, match in wrong.items()}


REPLAYED = {
    "fully_connected_net": (
        (CLASSIFIER, "                grads[name] += ", '                grads[name] += (name != "W1") * '),
        "dW1",
    ),
    "batchnorm_net": ((DEEP, 'param["mode"] = mode', 'param["mode"] = "train"'), "test_scores"),
    "layernorm_net": ((DEEP, "return layernorm_forward(x, gamma,", "return layernorm_forward(x, -gamma,"), "scores"),
    "dropout_net": ((DEEP, '"mode": mode, **seed', '"mode": "train", **seed'), "scores"),
    "shallow_layer_net": ((CLASSIFIER, "                loss += ", "                loss += 2 * "), "loss"),
    "two_layer_net": ((CLASSIFIER, "                loss += ", "                loss += 2 * "), "loss"),
    "list_net": ((LISTS, "dbs.append(db[np.newaxis])", "dbs.append(db[np.newaxis] + 1)"), "db2"),
    "conv_net": ((CONVOLUTIONAL, "x, relu = relu_forward(x)", "x, relu = relu_forward(2 * x)"), "scores"),
    "three_layer_conv_net": (
        (CLASSIFIER, "                grads[name] += ", '                grads[name] += (name != "W1") * '),
        "dW1",
    ),
}


@pytest.mark.parametrize("contract", one_in(3, REPLAYED))
def test_a_failing_case_of_a_network_replays(tmp_path: Path, oracle: FewCases, contract: str) -> None:
    """By a script of NumPy and the submission, which prints what was expected beside what came."""
    edit, observation = REPLAYED[contract]
    path = write_copy(tmp_path, (edit,))
    report = judged(path, oracle, (contract,))
    evidence = next(result.evidence for result in report.results if result.status == Status.FAILED)
    assert evidence.element.partition("[")[0] == observation
    assert observation in replayed(path, oracle, contract, int(evidence.case.split("/")[2]))


@pytest.mark.parametrize("contract", OLD_NETS)
def test_another_style_replays_without_an_error(tmp_path: Path, oracle: FewCases, contract: str) -> None:
    """Keys from W0 on, biases (1, H), blocks, the case's own masks."""
    path = package(tmp_path, {"fc_net.py": STAR + net_styles.BY_BLOCKS})
    assert replayed(path, oracle, contract, 3) == {}


def test_dropout_under_another_convention_replays(tmp_path: Path, oracle: FewCases) -> None:
    """With p as the probability to drop, in one flat file."""
    path = flat(tmp_path, net_styles.DEEP_2016, LAYERS.replace("< p) / p", "< 1 - p) / (1 - p)"))
    assert replayed(path, oracle, "dropout_net", 2, Dialect(dropout_p="drop")) == {}


def test_a_reg_given_to_the_loss_replays(tmp_path: Path, oracle: FewCases) -> None:
    """Wrong by the half alone: loss and weight gradients of a penalised case, and nothing else."""
    path = flat(tmp_path, net_styles.TWO_LAYER_A1, "")
    assert set(replayed(path, oracle, "two_layer_net", 2)) == {"loss", "dW1", "dW2"}
    assert replayed(path, oracle, "two_layer_net", 2, Dialect(l2="full")) == {}


@pytest.mark.parametrize("name", ["my nets.py", "json.py"])
def test_given_masks_replay_in_a_file_of_any_name(tmp_path: Path, oracle: FewCases, name: str) -> None:
    """Also in one that a script cannot import by its name."""
    path = flat(tmp_path, net_styles.DEEP_2016).rename(tmp_path / name)
    assert replayed(path, oracle, "dropout_net", 2) == {}


# repetition


def test_a_child_process_and_this_one_agree(oracle: FewCases) -> None:
    """The same verdicts, messages and ratios, to the bit."""
    plan = Plan(tuple(contract_named(name) for name in NETWORKS[::2]))
    local = run("impl", LocalSession(*load(ROOT / "impl", function_names())), oracle, plan)
    with Sandbox(ROOT / "impl") as session:
        child, again = (run("impl", session, oracle, plan) for _ in range(2))
    assert local.results == child.results == again.results
    assert local.notes == child.notes


@pytest.mark.release
@pytest.mark.needs_torch
@pytest.mark.parametrize("seed", range(2))
def test_no_seed_draws_a_case_that_impl_fails_or_that_tells_nothing(seed: int) -> None:
    """A case whose true gradient is about 0 would be an error of the suite."""
    plan = Plan(tuple(contract_named(name) for name in NETWORKS))
    with Sandbox(ROOT / "impl") as session:
        report = run("impl", session, FewCases(TorchOracle(seed), 12), plan)
    assert [(r.contract, r.check, r.message) for r in report.results if r.status != Status.PASSED] == []
