"""What a real training meets: each fault is caught and said, and the example that it was planted in is right."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import training_faults
from conftest import bad_checks, one_in, undrawn
from net_judged import by_contract, judged, write_copy
from test_networks_replayed import replayed
from use_faults import DIALECTS, FAULTS, LAYERS, UseFault, write_example

from gradproof.conformance.checks.results import Run
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.cases import PERIOD, draw_case
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.in_use.draws import pairwise

pytestmark = pytest.mark.usefixtures("without_names")


def report_on(path: Path, oracle: Oracle, example: str, contracts: tuple[str, ...]) -> Run:
    """The report on an example, under the dialect of its text."""
    return judged(path, oracle, contracts, dialect=Dialect(**DIALECTS.get(example, {})))


def complaints(report: Run) -> dict[str, set[str]]:
    """What complains, contract by contract, advisory checks among them."""
    return {name: bad for name, results in by_contract(report).items() if (bad := bad_checks(results))}


@pytest.mark.parametrize(
    "fault", one_in(3, [pytest.param(fault, id=fault.name) for fault in (*FAULTS, *training_faults.FAULTS)])
)
def test_a_fault_that_a_training_meets_is_caught(tmp_path: Path, oracle: Oracle, fault: UseFault) -> None:
    """By the checks that are named and no others, in words that say what it is."""
    report = report_on(write_example(tmp_path, fault.example, fault.edits), oracle, fault.example, (*fault.caught,))
    assert complaints(report) == {name: checks for name, checks in fault.caught.items() if checks}
    told = (f"{result.message} | {result.hint}" for result in report.results if result.status.is_bad)
    assert fault.says in "\n".join(told)


@pytest.mark.parametrize("example", sorted({fault.example for fault in FAULTS}))
def test_the_example_is_right(tmp_path: Path, oracle: Oracle, example: str) -> None:
    """So what complains above is the fault's doing."""
    contracts = tuple(sorted({name for fault in FAULTS if fault.example == example for name in fault.caught}))
    assert complaints(report_on(write_example(tmp_path, example), oracle, example, contracts)) == {}


def test_a_file_that_sets_errors_for_everybody_is_told(tmp_path: Path) -> None:
    """As a note: it is no function's doing. Whoever imports it has the errors that there were."""
    edit = (LAYERS, "import numpy as np\n", 'import numpy as np\n\nnp.seterr(all="raise")\n')
    before = np.geterr()
    session = in_this_process(write_example(tmp_path, "s1", (edit,)))
    assert "importing cs231n/layers.py changes NumPy's error handling" in " ".join(session.inventory.problems)
    assert np.geterr() == before


@pytest.mark.parametrize(
    ("contract", "index"),
    one_in(
        2,
        [
            ("fully_connected_net", 10),
            ("dropout_batchnorm_net", 13),
            ("list_net", 16),
            ("conv_net", 19),
            ("affine", 21),
        ],
    ),
)
def test_a_case_of_real_use_replays(tmp_path: Path, oracle: Oracle, contract: str, index: int) -> None:
    """Two networks, two steps, pixels: the script gives what the submission gave."""
    assert replayed(write_copy(tmp_path), oracle, contract, index) == {}


# the draws


def placed() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Contract, scenario and places of every scenario that has places of its own."""
    for contract in all_contracts():
        yield from ((contract.name, each.name, each.places) for each in contract.scenarios if each.places)


def test_places_are_each_a_scenarios_own() -> None:
    """No two scenarios of a contract want the same place, and every period has them all."""
    for contract in all_contracts():
        places = [place for name, _, places in placed() if name == contract.name for place in places]
        assert len(places) == len(set(places))
        assert max(places, default=0) < PERIOD


@pytest.mark.parametrize(("contract", "scenario", "places"), [*placed()])
def test_a_scenario_is_drawn_in_its_places_and_nowhere_else(
    contract: str, scenario: str, places: tuple[int, ...]
) -> None:
    """In the first cases of a contract."""
    row = undrawn(contract_named(contract))
    drawn = [index for index in range(PERIOD) if draw_case(row, 3, index).scenario == scenario]
    assert drawn == sorted(places)


def test_every_two_options_meet() -> None:
    """With fewer settings than there are combinations."""
    factors = {"depth": (1, 2, 3), "reg": (0.0, 0.5), "axes": (2, 3, 4), "labels": ("uint8", "int64")}
    settings = pairwise(**factors)
    assert len(settings) < 12
    for one, other in combinations(factors, 2):
        met = {(setting[one], setting[other]) for setting in settings}
        assert len(met) == len(factors[one]) * len(factors[other])


def test_labels_come_in_the_dtypes_of_lists_and_files() -> None:
    """And so many of them that an 8-bit product overflows, or so many classes that 8 bits do not hold them."""
    cases = [draw_case(contract_named("softmax_loss"), 0, index) for index in range(PERIOD)]
    assert {case["y"].dtype.name for case in cases} == {"int64", "int32", "uint8"}
    assert any(case["y"].dtype == np.uint8 and int(case["y"].max()) * len(case["y"]) > 255 for case in cases)
    assert any(case["y"].max() > 255 for case in cases)


def test_networks_have_up_to_twelve_layers() -> None:
    """One of them has more weights than names sort rightly."""
    for name in ("fully_connected_net", "batchnorm_net", "layernorm_net", "dropout_net", "list_net"):
        cases = [draw_case(contract_named(name), 0, index) for index in range(2 * PERIOD)]
        depths = {sum(key.startswith("W") for key in case.inputs) for case in cases if case.scenario != "initial"}
        assert max(depths) == 12
        assert len(depths) >= 5


def test_a_running_variance_that_starts_at_1_is_right_over_many_steps_too(tmp_path: Path, oracle: Oracle) -> None:
    """A convention, whatever the number of steps."""
    edit = (LAYERS, '"running_var", np.zeros(D, dtype=x.dtype)', '"running_var", np.ones(D, dtype=x.dtype)')
    report = report_on(write_example(tmp_path, "s1", (edit,)), oracle, "s1", ("batchnorm",))
    assert complaints(report) == {}
