"""A session that keeps what came back, and answers what it has been asked before from what it kept."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from gradproof.conformance.engine.recollection import Grounds, Told
from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.returned.tape import Answer, Tape, key_of
from gradproof.conformance.harness.caller import Observed
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import RECALLED, Session
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.findings import Finding, Kind
from gradproof.conformance.spec.words.said import say

NEVER_ASKED = "{contract} needs what its code gives on cases that it has not been asked"
THE_SUBMISSION = "the submission"
MESSAGES = (NEVER_ASKED, THE_SUBMISSION)


class NeedsRun(UsageError):
    """What is asked was never asked before, and the submission is not there to be run."""

    def __init__(self, contract: str) -> None:
        super().__init__(say(NEVER_ASKED, contract=contract))
        self.contract = contract


@cache
def _told_of_others(setting: str) -> dict[str, Told]:  # noqa: ARG001 - one for each
    return {}


@dataclass(frozen=True)
class Request:
    """A run, as it can be made once more."""

    contract: Contract
    case: Case
    attempt: int
    transplanted: tuple[str, ...]
    key: str

    def of(self, session: Session, following: Case | None = None) -> Observed:
        """Make it."""
        session.transplanted = self.transplanted
        return session.run(self.contract, self.case, attempt=self.attempt, following=following)


def _error(answer: Answer) -> Finding | None:
    """What ended it, if anything did."""
    return answer.error if isinstance(answer, Observed) else answer if isinstance(answer, Finding) else None


class Remembering:
    """A submission of which a tape is kept.

    The second time that the same is asked is another request than the first, for it may be answered otherwise: so while
    a submission is judged for the first time every request reaches it.

    Args:
        tape: what is known of it; what is asked anew is added.
        start: the session that runs it, begun when first needed. Without one NeedsRun is raised.
    """

    def __init__(self, tape: Tape, start: Callable[[], Session] | None = None) -> None:
        self.tape = tape
        self.transplanted: tuple[str, ...] = ()
        self.asked_anew: dict[str, int] = {}  # contract -> how often
        self._start = start
        self._is_first = not tape.answers  # so that whatever is asked reaches the session
        self._session: Session | None = None
        self._times: Counter[str] = Counter()
        self._recent: tuple[Request, ...] = ()
        self._at: tuple[Request, ...] = ()  # the last runs that the session itself has seen
        self._stopped: set[str] = set()  # the functions that a request of this time has ended at

    @property
    def inventory(self) -> Inventory:
        """What the submission offers."""
        if self.tape.inventory is None:
            session = self._running(say(THE_SUBMISSION))
            self.tape.inventory, self.tape.hash_seed = session.inventory, session.hash_seed
        return self.tape.inventory

    @property
    def hash_seed(self) -> str:
        """PYTHONHASHSEED of its process."""
        return self.tape.hash_seed

    @hash_seed.setter
    def hash_seed(self, value: str) -> None:
        self.tape.hash_seed = value

    @property
    def explanations(self) -> dict[str, Told]:
        """What was said of its failures, see :mod:`gradproof.conformance.engine.recollection`."""
        return self.tape.explanations

    @property
    def grounds(self) -> dict[str, Grounds]:
        """Of what it was said."""
        return self.tape.grounds

    @property
    def alike(self) -> dict[str, Told]:
        """What was said in this process of the failures of others that were loaded alike."""
        return _told_of_others(self.tape.setting)

    def run(self, contract: Contract, case: Case, *, attempt: int = 0, following: Case | None = None) -> Observed:
        """What came back of a case."""
        key = self._key(case, {"attempt": attempt}, {})
        request = Request(contract, case, attempt, self.transplanted, key)
        self._recent = (*self._recent, request)[-RECALLED:]
        ahead = following if self._is_first else None
        answer = self._answer(contract, key, partial(self._run, request, ahead))
        assert isinstance(answer, Observed)
        return answer

    def recall(self, contract: Contract, back: int = 0) -> Observed:
        """How the arguments and results of a run before look afterwards."""
        key = " ".join((f"recall {back}", *(each.key for each in self._recent[-1 - back :])))
        answer = self._answer(contract, key, partial(self._recall, contract, back))
        assert isinstance(answer, Observed)
        return answer

    def probe(self, contract: Contract, case: Case, values: Mapping[str, Array]) -> Array | Finding:
        """The objective at the values, or what stopped it."""
        key = self._key(case, {"probe": True}, values)
        answer = self._answer(contract, key, lambda session: session.probe(contract, case, values))
        assert not isinstance(answer, Observed)
        return answer

    def close(self) -> None:
        """End the process, if there is one."""
        if self._session is not None:
            self._session.close()

    def __enter__(self) -> "Remembering":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _key(self, case: Case, how: Mapping[str, object], more: Mapping[str, Array]) -> str:
        key = key_of(case, self.transplanted, how, more)
        self._times[key] += 1
        return f"{key} {self._times[key]}"

    def _answer(self, contract: Contract, key: str, ask: Callable[[Session], Answer]) -> Answer:
        answer = self.tape.get(contract, key)
        if answer is None or self._was_barred_for_another(answer):
            answer = ask(self._running(contract.name))
            self.asked_anew[contract.name] = self.asked_anew.get(contract.name, 0) + 1
            self.tape.put(contract, key, answer)
        if (error := _error(answer)) is not None and error.kind != Kind.BARRED:
            self._stopped.add(error.function)
        return answer

    def _was_barred_for_another(self, answer: Answer) -> bool:
        """Whether it was not called, for the sake of a request at which it had ended and that is made no more."""
        error = _error(answer)
        return error is not None and error.kind == Kind.BARRED and error.function not in self._stopped

    def _run(self, request: Request, following: Case | None, session: Session) -> Observed:
        self._at = (*self._at, request)[-RECALLED:]
        return request.of(session, following)

    def _recall(self, contract: Contract, back: int, session: Session) -> Observed:
        """A recall of runs that the session itself has not seen: they are made once more before it."""
        asked = self._recent[-1 - back :]
        if self._at[-1 - back :] != asked:
            for each in asked:
                self._run(each, None, session)
        session.transplanted = self.transplanted
        return session.recall(contract, back)

    def _running(self, contract: str) -> Session:
        """The session that runs it, with the same proven functions in place."""
        if self._session is None:
            if self._start is None:
                raise NeedsRun(contract)
            self._session = self._start()
        self._session.transplanted = self.transplanted
        return self._session
