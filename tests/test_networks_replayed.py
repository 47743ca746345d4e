"""A failing case of a network is a script that shows the same failure, whatever its style."""

import re
import subprocess
import sys
from pathlib import Path

import net_styles
import pytest
from conftest import one_in
from net_faults import CLASSIFIER, CONVOLUTIONAL, DEEP, LISTS
from net_judged import OLD_NETS, FewCases, few_cases, judged, write_copy
from net_styles import LAYERS, STAR, flat, package

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.checks.results import Status
from gradproof.conformance.cli.replay_script import script
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT, Dialect

pytestmark = pytest.mark.usefixtures("without_names")
oracle = few_cases

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
