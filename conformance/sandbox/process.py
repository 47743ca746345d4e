"""The suite's handle on the process that runs a submission: start it, ask it, give up on it in time.

A hang or an exit of the submission ends only that process. The function it happened in is barred for the rest of the
run and a new process takes over, so that every other check is still made.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from gradproof.conformance.errors import PASSING, Broken, SubmissionUnusable, is_of_the_machine, words_of
from gradproof.conformance.errors import told as told_of
from gradproof.conformance.harness import wire
from gradproof.conformance.harness.caller import Observed
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.server import READY, fields_of
from gradproof.conformance.harness.session import Again, Confirmed, error_of_probe, error_of_recall, error_of_run
from gradproof.conformance.sandbox import from_outside
from gradproof.conformance.sandbox.allowance import Clock, Room, Stopped
from gradproof.conformance.sandbox.connection import BROKEN, Connection
from gradproof.conformance.sandbox.control import confirmed
from gradproof.conformance.sandbox.places import explained, lines_of, placed
from gradproof.conformance.sandbox.unusable import NOT_READY, import_ends, import_is_long, import_upsets, stopped_often
from gradproof.conformance.sandbox.walls import Order, Wall, system
from gradproof.conformance.sandbox.walls.launching import HASH_SEED, AtHand
from gradproof.conformance.sandbox.walls.plain import Plain
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import from_outside as contracts_from_outside
from gradproof.conformance.spec.contracts import function_names
from gradproof.conformance.spec.findings import Finding, Kind, Thing, found
from gradproof.conformance.spec.limits import DEFAULT, Limits
from gradproof.conformance.spec.open_row.travel import packed
from gradproof.conformance.spec.words.said import say

LOAD_SECONDS = 30.0
MOST_REFUTED = 3  # claims of one submission's processes that our own code failed
OF_A_CRASH = ("exit", "killed", "upset")  # how a process ends that our own code may have ended
MAX_STOPS = 20  # of one submission's processes


class Sandbox:
    """A submission in a child process.

    Args:
        path: the submission, a file or a folder.
        adapter: a Python file that defines canonical names in terms of the submission.
        limits: what it may use.
        wall: what stands around the process.
        compat: whether old Python and NumPy names are put back for it; ``"python2"``: its division as well.
        is_proven: whether it is no submission but our own code, whose failures are ours.

    Raises:
        SubmissionUnusable: if it cannot be loaded at all.
        Broken: if its process cannot be started, be it later: nothing of the submission has to do with that.
    """

    def __init__(
        self,
        path: Path,
        adapter: Path | None = None,
        limits: Limits = DEFAULT,
        wall: Wall | None = None,
        compat: bool | str = False,
        is_proven: bool = False,
    ) -> None:
        self._path = path.resolve()
        self._adapter = adapter.resolve() if adapter else None
        self._limits = limits
        self._wall = wall or Plain()
        self._compat = compat
        start = partial(proven, limits, self._wall)
        self._confirmed: Confirmed = (lambda claim, *_: claim) if is_proven else partial(confirmed, start=start)
        self._clock = Clock(limits, limits.submission_seconds)
        self._room = Room()
        self._stops = self._refuted = 0
        self._barred: set[str] = set()
        self._recent: tuple[Case, ...] = ()
        self._lost: SubmissionUnusable | None = None  # why it cannot be started again
        self._connection: Connection | None = None
        self._at_hand, self._is_loading = AtHand(), False
        self._inventory: Inventory | None = None
        self.transplanted: tuple[str, ...] = ()
        self.hash_seed = HASH_SEED
        self._start()

    @property
    def inventory(self) -> Inventory:
        """What the submission offers. Waits for the child to have loaded it."""
        if self._inventory is None:
            assert self._connection is not None
            self._inventory = self._loaded(self._connection)
        return self._inventory

    def run(self, contract: Contract, case: Case, *, attempt: int = 0, following: Case | None = None) -> Observed:
        """Exercise the submission on one case; a hang or an exit becomes the observation's error."""
        again = partial(error_of_run, contract=contract, case=case, attempt=attempt)
        self._recent = (*self._recent[-1:], case)
        observed = self._observed(contract, self._run_of(case, attempt), case.inputs, again)
        if following is not None and self._connection is not None:
            self._connection.send_ahead(self._run_of(following), dict(following.inputs))
        return observed

    def recall(self, contract: Contract, back: int = 0) -> Observed:
        """See :class:`Session`."""
        again = partial(error_of_recall, contract=contract, cases=self._recent[-1 - back :])
        return self._observed(contract, self._request("recall", contract=contract.name, back=back), {}, again)

    def _run_of(self, case: Case, attempt: int = 0) -> dict[str, object]:
        return self._request("run", case=fields_of(case), attempt=attempt, barred=sorted(self._barred))

    def _request(self, op: str, **told: object) -> dict[str, object]:
        return {"op": op, **told, "transplanted": list(self.transplanted)}

    def _observed(
        self, contract: Contract, request: Mapping[str, object], inputs: Mapping[str, Array], again: Again
    ) -> Observed:
        arrays: dict[str, Array] = {}
        oddities: dict[str, Thing] = {}
        calling = contract.functions[0].name
        try:
            connection = self._asked(contract, request, dict(inputs))
            with self._clock.charging():
                while True:
                    event = from_outside.event(connection.receive(), contract)
                    calling = event.function or calling
                    arrays |= event.arrays
                    oddities |= event.things
                    if event.end is not None:
                        end = self._believed(event.end)
                        break
            observed = end.observed(arrays, oddities)
            if observed.error is None:
                return observed
            return replace(observed, error=self._counted(observed.error, contract, again))
        except BROKEN as failure:
            return Observed(arrays, oddities, self._stopped_in(calling, failure, contract, again))

    def probe(self, contract: Contract, case: Case, values: Mapping[str, Array]) -> Array | Finding:
        """The contract's objective at each of the stacked ``values`` of some inputs; or the error that stopped it."""
        calling = contract.functions[0].name
        again = partial(error_of_probe, contract=contract, case=case, values=values)
        try:
            stacks = {f"{name}{wire.STACKED}": stack for name, stack in values.items()}
            connection = self._asked(contract, self._request("probe", case=fields_of(case)), {**case.inputs, **stacks})
            with self._clock.charging():
                while True:
                    event = from_outside.outcome(connection.receive(), contract, len(next(iter(values.values()))))
                    calling = event.function or calling
                    if event.end is not None:
                        end = self._believed(event.end)
                        break
            return self._counted(end.error, contract, again) or event.arrays["value"]
        except BROKEN as failure:
            return self._stopped_in(calling, failure, contract, again)

    def close(self) -> None:
        """End the child and everything it started in its process group."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, asked: Collection[str] = ()) -> Connection:
        self._at_hand = self._at_hand.anew(self.transplanted, asked)
        order = Order(self._path, self._adapter, self._limits, self._at_hand.functions)
        try:
            connection = self._connection = Connection(order, self._wall, self._clock, self._room)
        except (*PASSING, RuntimeError) as error:
            raise Broken(say("a process could not be started: {reason}", reason=told_of(error))) from error
        request: dict[str, object] = {
            "op": "load",
            "path": connection.launch.submission,
            "adapter": connection.launch.adapter,
            "names": sorted(function_names()),
            "declared": [packed(contract) for contract in contracts_from_outside()],
            "compat": self._compat,
        }
        try:
            connection.send(request, {})
        except (Stopped, OSError):
            self.close()
            raise Broken(NOT_READY) from None
        self._is_loading = True
        return connection

    def _require_ready(self, connection: Connection) -> None:
        """Wait until the worker stands. Nothing of the submission has run by then: it cannot be its fault."""
        self._clock.allow(LOAD_SECONDS, LOAD_SECONDS)
        try:
            is_ready = connection.receive().header.get("event") == READY
        except BROKEN:
            is_ready = False
        if not is_ready and self._clock.seconds_left > 0:
            self.close()
            raise Broken(NOT_READY)

    def _loaded(self, connection: Connection) -> Inventory:
        self._require_ready(connection)
        self._clock.allow(LOAD_SECONDS, LOAD_SECONDS)
        try:
            with self._clock.charging():
                inventory = from_outside.inventory(connection.receive().header["inventory"])
        except BROKEN as failure:
            self.close()
            raise _unusable(wire.plain(self._path.name), failure) from None
        self._is_loading = False
        return inventory

    def _asked(self, contract: Contract, request: Mapping[str, object], arrays: dict[str, Array]) -> Connection:
        """The process, after it was asked. One that works on something else, asked ahead for nothing, is given up."""
        names = [function.name for function in contract.functions]
        if not self._connected(names).is_free_for(request, arrays):
            self.close()
        connection = self._connected(names)
        connection.send(request, arrays)
        return connection

    def _connected(self, asked: Collection[str]) -> Connection:
        if self._lost is not None:
            raise self._lost
        if self._clock.seconds_left <= 0:
            raise Stopped(found(Kind.TIMED_OUT, how="not_called", seconds=self._limits.submission_seconds))
        held = self._connection
        if held and held.launch.is_confined and not self._at_hand.suits(self.transplanted, asked):
            self.close()
        connection = self._connection or self._start(asked)
        if self._is_loading:
            loaded = self._loaded(connection)
            self._inventory = self._inventory or loaded
        return connection

    def _stopped_in(self, function: str, failure: Exception, contract: Contract, again: Again) -> Finding:
        self.close()
        if isinstance(failure, SubmissionUnusable):
            self._lost = failure
            return found(Kind.LOST, function=function, reason=words_of(failure))
        if isinstance(failure, OSError) and is_of_the_machine(failure):
            raise Broken(say("its process could not be asked: {failure}", failure=told_of(failure))) from failure
        self._count_stop(function)
        told = found(Kind.DIED, how="broke", reason=str(failure))
        told = replace(failure.finding if isinstance(failure, Stopped) else told, function=function)
        if told.get("how") in OF_A_CRASH:
            told = self._asked_of_proven_code(told, contract, again)
        if told.kind != Kind.HARNESS:
            self._barred.add(function)
        return told

    def _count_stop(self, function: str) -> None:
        self._stops += self._clock.seconds_left > 0
        if self._stops > MAX_STOPS:
            self._lost = stopped_often(self._stops, function)

    def _believed(self, end: from_outside.End) -> from_outside.End:
        """The end, with what only the suite knows: what is called no more, which places there are, if it is adapted."""
        if end.error is None or end.error.kind == Kind.HARNESS:  # whose place is in our own files
            return end
        is_barred = end.error.kind == Kind.BARRED and end.error.function not in self._barred
        if is_barred or (end.error.kind == Kind.DECLINED and self._adapter is None):
            raise wire.WireError(from_outside.NO_ERROR)
        return replace(end, error=placed(explained(end.error, self.inventory.broken), self._lines))

    @cached_property
    def _lines(self) -> dict[str, int]:
        return lines_of(path for path in (self._path, self._adapter) if path)

    def _counted(self, told: Finding | None, contract: Contract, again: Again) -> Finding | None:
        """What ended a request, as it counts. Whose fault a failure of ours is, is asked when its process has ended."""
        if told is None or told.kind != Kind.HARNESS:
            return told
        self.close()
        self._count_stop(told.function)
        return self._asked_of_proven_code(told, contract, again)

    def _asked_of_proven_code(self, told: Finding, contract: Contract, again: Again) -> Finding:
        """What ended a request, as it counts. Whose own fault it was several times is believed no more."""
        if self._refuted < MOST_REFUTED:
            counts = self._confirmed(told, contract, again, self.transplanted)
            self._refuted += counts.kind != Kind.HARNESS
            return counts
        return replace(told, kind=Kind.UPSET).having(tried=False) if told.kind == Kind.HARNESS else told


def _unusable(file: str, failure: Exception) -> SubmissionUnusable:
    """Why a submission cannot be judged whose import ended in this."""
    if not isinstance(failure, Stopped) or failure.finding.get("how") == "upset":
        return import_upsets(file)
    return import_is_long(file, LOAD_SECONDS) if failure.finding.kind == Kind.TIMED_OUT else import_ends(file)


def proven(limits: Limits = DEFAULT, wall: Wall | None = None) -> Sandbox:
    """Our own ``impl`` in a process of its own: what fails there is no submission's fault."""
    return Sandbox(system.IMPL, None, limits, wall, is_proven=True)
