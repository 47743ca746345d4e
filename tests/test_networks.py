"""Networks: planted faults are charged once and to the right part, other styles pass, seeds hold."""

from pathlib import Path

import net_styles
import pytest
from conftest import one_in
from net_faults import DEEP, DEEP_NETS, FAULTS, NetFault
from net_judged import (
    NETWORKS,
    OLD_NETS,
    FewCases,
    bad,
    by_contract,
    few_cases,
    judged,
    judged_with,
    messages,
    write_copy,
)
from net_styles import LAYERS, QUALIFIED, RELATIVE, STAR, flat, package

from gradproof.conformance.checks.results import Status
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.harness.loader import load
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.oracle.oracle import TorchOracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named, function_names
from gradproof.conformance.spec.conventions import Dialect

pytestmark = pytest.mark.usefixtures("without_names")
ROOT = Path(__file__).resolve().parent.parent
oracle = few_cases


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
    assert "it is the forward that is wrong" not in forward.hint, "nothing is, under that convention"


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
