"""The torch oracle that has the help of a process of its own."""

from concurrent.futures import Future
from threading import Lock

from gradproof.conformance.oracle.beside import Answering, Answers
from gradproof.conformance.oracle.oracle import Oracle, TorchOracle
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Answer, Contract
from gradproof.conformance.spec.conventions import DEFAULT, Dialect


class Beside:
    """A torch oracle whose answers are found by a process of its own from when the cases are drawn.

    Args:
        own: what draws the cases, and answers in this process what the other one does not.
        answering: that process.
    """

    name = "torch"

    def __init__(self, own: TorchOracle, answering: Answering) -> None:
        self.seed = own.seed
        self._own, self._answering = own, answering
        self._told: dict[str, tuple[Future[Answers], int]] = {}  # by the case's id
        self._asking = Lock()

    def cases(self, contract: Contract, dialect: Dialect = DEFAULT, count: int | None = None) -> tuple[Case, ...]:
        """See :class:`gradproof.conformance.oracle.oracle.Oracle`."""
        cases = self._own.cases(contract, dialect, count)
        with self._asking:
            new = tuple(case for case in cases if case.id not in self._told and not case.source)
            if new and not contract.place:  # that process knows our own contracts, and none of a file
                told = self._answering.ask(new)
                self._told.update((case.id, (told, k)) for k, case in enumerate(new))
        return cases

    def is_ready(self, case: Case) -> bool:
        """See :class:`gradproof.conformance.oracle.oracle.Oracle`."""
        return self._told[case.id][0].done() if case.id in self._told else self._own.is_ready(case)

    def answer(self, case: Case) -> Answer:
        """See :class:`gradproof.conformance.oracle.oracle.Oracle`."""
        if case.id in self._told:
            told, k = self._told[case.id]
            answer = told.result()[k]
            if answer is not None:
                return answer
        return self._own.answer(case)


def with_help(oracle: Oracle, answering: Answering | None) -> Oracle:
    """That oracle, with the help of a process that answers as it does, if there is one."""
    return Beside(oracle, answering) if answering is not None and isinstance(oracle, TorchOracle) else oracle
