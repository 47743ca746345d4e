"""The shipped examples give the verdicts that their README promises."""

import re
from pathlib import Path

import pytest
from conftest import one_in

from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import all_contracts

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "submissions"
ROW = re.compile(r"^\| `(wrong_\w+(?:\.py|/))` \| [^|]* \| ([^|]*) \|", re.MULTILINE)
PROMISED = dict(ROW.findall((EXAMPLES / "README.md").read_text()))


def complaints(path: Path, oracle: Oracle) -> set[str]:
    """``contract: check`` of everything that failed."""
    with Sandbox(path) as session:
        offered = set(session.inventory.functions)
        plan = Plan(tuple(contract for contract in all_contracts() if contract.is_offered(offered)))
        report = run(str(path), session, oracle, plan)
    return {
        f"{result.contract}: {result.check}" for result in report.results if result.status.is_bad and result.required
    }


def test_every_wrong_example_is_in_the_table() -> None:
    """The table is complete."""
    assert {name.rstrip("/") for name in PROMISED} == {path.name for path in EXAMPLES.glob("wrong_*")}


@pytest.mark.usefixtures("without_names")
@pytest.mark.parametrize("name", one_in(4, PROMISED))
def test_a_wrong_example_fails_as_promised(name: str, oracle: Oracle) -> None:
    """By the checks of the table and no other."""
    promised = {row.replace(" (errored)", "").strip() for row in PROMISED[name].split(";")}
    assert complaints(EXAMPLES / name, oracle) == promised


@pytest.mark.parametrize(
    "name",
    [
        *("right", "right_flat.py", "convnets"),
        *(pytest.param(f"right_{name}.py", marks=pytest.mark.release) for name in ("sequences", "language_models")),
    ],
)
def test_a_right_example_passes(name: str, oracle: Oracle) -> None:
    """All of it."""
    assert complaints(EXAMPLES / name, oracle) == set()


def test_the_readme_shows_a_message_as_it_is_printed(oracle: Oracle) -> None:
    """Line for line."""
    from gradproof.conformance.checks import hints
    from gradproof.conformance.reports.text import failure_text
    from gradproof.conformance.spec.contracts import contract_named

    name = "examples/submissions/wrong_batchnorm_eps_outside.py"
    plan = Plan((contract_named("batchnorm"),), replay=f"gradproof replay {{}} {name} --oracle golden".format)
    with Sandbox(ROOT / name) as session:
        report = run(name, session, oracle, plan)
    (failed,) = [result for result in hints.up_to(report.results, hints.DEFAULT) if result.status.is_bad]
    assert failure_text(failed) in (ROOT / "README.md").read_text()
