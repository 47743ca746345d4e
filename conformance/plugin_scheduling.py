"""How pytest-xdist's workers share a run that judges: whole contracts, those that take longest first."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from gradproof.conformance.spec.contracts import all_contracts

JUDGING = "::test_submission_meets["


def contract_of(nodeid: str) -> str | None:
    """The contract that a test of ``test_conformance.py`` judges; None of any other test."""
    _, found, parameters = nodeid.partition(JUDGING)
    return parameters.partition("-")[0] if found else None


class ByContract(LoadScopeScheduling):
    """The tests of a contract go to one worker together, so that it is judged once.

    Other tests go with those of their file, so that what these share is made once.
    What builds on the most other contracts takes longest and comes first: trainings, networks, blocks, layers.
    """

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        self._weights = {each.name: 1 + len(each.builds_on) for each in all_contracts()}
        self._is_ordered = False

    def _split_scope(self, nodeid: str) -> str:
        return contract_of(nodeid) or nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        if not self._is_ordered:
            waiting = sorted(self.workqueue.items(), key=lambda unit: -self._weights.get(unit[0], 0))
            self.workqueue.clear()
            self.workqueue.update(waiting)
            self._is_ordered = True
        super()._assign_work_unit(node)
