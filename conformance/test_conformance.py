"""The conformance suite as pytest tests: one for each contract of the submission and each check of the contract."""

import pytest

from gradproof.conformance.checks.results import Status
from gradproof.conformance.plugin import Results
from gradproof.conformance.reports.text import failure_text


def test_submission_meets(contract_results: Results, contract_name: str, check_name: str) -> None:
    """The submission meets one check of one contract on every case."""
    result = contract_results(contract_name).get(check_name)
    if result is None:
        pytest.skip(f"none of the drawn cases of {contract_name} is for {check_name}")
    if result.status == Status.BROKEN or (result.status.is_bad and result.required):
        pytest.fail(failure_text(result), pytrace=False)
    if result.status.is_bad:
        pytest.xfail(f"advisory: {result.message}")
    if result.status in (Status.SKIPPED, Status.INCONCLUSIVE):
        pytest.skip(f"{result.status.value}: {result.message}")
