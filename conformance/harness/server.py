"""Answers the suite's requests about a submission, beside it: loads it, runs cases on it, sends raw arrays back.

Everything of this project that is ever needed here is imported with this module: once the submission is loaded, the
name gradproof may be its own.
"""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import IO, Any

from gradproof.conformance.harness import stand_ins, wire
from gradproof.conformance.harness.importing import step_aside
from gradproof.conformance.harness.loader import Inventory, load
from gradproof.conformance.harness.printed import Counter
from gradproof.conformance.harness.session import LocalSession, with_absent
from gradproof.conformance.harness.source.brought import put_at_hand
from gradproof.conformance.spec.cases import Case, blinded
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import added, all_contracts, contract_named
from gradproof.conformance.spec.conventions import DEFAULT, Dialect
from gradproof.conformance.spec.findings import Finding, Thing
from gradproof.conformance.spec.open_row.travel import unpacked
from gradproof.conformance.spec.plain import as_plain
from gradproof.conformance.spec.values import MAX_ELEMENTS, too_large
from gradproof.conformance.spec.words import said

RENEWAL = 0.02  # seconds between two announcements of one function: each gives the call its full time
READY = "ready"
LONG = 1 << 20  # bytes of an observation that does not wait for the next event
FIELDS = "fields"  # of a case, among what is made of it once


class Server:
    """Answers requests with events; the last event of each answer is ``done``.

    Args:
        requests: where they come from.
        replies: where events go.
        printed: counts what the submission prints.
        root: the folder that holds the package gradproof.
    """

    def __init__(self, requests: IO[bytes], replies: IO[bytes], printed: Counter, root: str) -> None:
        self._requests = requests
        self._replies = replies
        self._printed = printed
        self._root = root
        self._announced = self._request = ""
        self._announced_at = 0.0
        self._room = 0
        self._arrays: dict[str, Any] = {}
        self._oddities: dict[str, Any] = {}
        self._session: Any = None

    def serve(self) -> None:
        """Work until the requests end."""
        all_contracts()  # which takes a while, and nothing of it waits for the suite
        operations = {"load": self._load, "run": self._run, "recall": self._recall, "probe": self._probe}
        while True:
            try:
                header, arrays = wire.read(self._read_exactly)
            except EOFError:
                return
            self._printed.written = 0
            self._announced, self._request, self._room = "", header["request"], header["room"]
            operations[header["op"]](header, arrays)

    def _load(self, header: dict[str, Any], _arrays: Mapping[str, Any]) -> None:
        added("from outside", tuple(map(unpacked, header["declared"])))
        all_contracts()  # everything of the suite is imported before anything of the submission
        path, adapter = Path(header["path"]), Path(header["adapter"]) if header["adapter"] else None
        step_aside(self._root, path)
        self._send({"event": READY})  # what ends this process before it is not the submission's: nothing of it has run
        self._replies.flush()
        sys.dont_write_bytecode = True  # which the next of that second and size would be taken for
        put_at_hand(path)
        finder = stand_ins.install(path)
        functions, inventory = load(path, frozenset(header["names"]), adapter, header["compat"])
        inventory = with_absent(inventory, finder)
        self._session = LocalSession(functions, inventory, is_alone=True, adapter=adapter)
        self._send({"event": "done", "inventory": _plain(inventory)})
        self._replies.flush()

    def _run(self, header: dict[str, Any], arrays: Mapping[str, Any]) -> None:
        contract, case = _contract_and_case(header, arrays)
        self._take_as_announced(contract)
        self._session.transplanted = tuple(header["transplanted"])
        observed = self._session.run(
            contract,
            case,
            attempt=header["attempt"],
            barred=header["barred"],
            announce=self._announce,
            emit=self._emit,
        )
        self._done(observed.error or observed.left_out, script=list(observed.script))

    def _recall(self, header: dict[str, Any], _arrays: Mapping[str, Any]) -> None:
        observed = self._session.recall(contract_named(header["contract"]), header["back"], announce=self._announce)
        named = {f"watched {i}": key for i, key in enumerate(observed.watched)}
        for name, key in named.items():
            self._emit(name, observed.watched[key])
        self._done(
            observed.error,
            watched=named,
            parameters=[[*key, value] for key, value in observed.parameters.items()],
        )

    def _probe(self, header: dict[str, Any], arrays: Mapping[str, Any]) -> None:
        values = {name.removesuffix(wire.STACKED): a for name, a in arrays.items() if name.endswith(wire.STACKED)}
        contract, case = _contract_and_case(header, {n: a for n, a in arrays.items() if not n.endswith(wire.STACKED)})
        self._take_as_announced(contract)
        self._session.transplanted = tuple(header["transplanted"])
        outcome = self._session.probe(contract, case, values, announce=self._announce)
        if isinstance(outcome, Finding):
            self._done(outcome)
        else:
            self._done(None, {"value": outcome})

    def _take_as_announced(self, contract: Contract) -> None:
        """The first function of a contract is called unless another is announced, so the suite takes it."""
        self._announced, self._announced_at = contract.functions[0].name, monotonic()

    def _announce(self, function: str) -> None:
        """Tell which function is called, so that it is charged with what happens next, and that time goes on."""
        now = monotonic()
        if function != self._announced or now - self._announced_at > RENEWAL:
            self._announced, self._announced_at = function, now
            self._send({"event": "calling", "function": function})
            self._replies.flush()  # what the function does next may be its last

    def _emit(self, name: str, value: Any) -> None:
        """Keep an observation for the next event, or send it if it is long; what has no room is only described."""
        if not isinstance(value, Thing) and (value.size > MAX_ELEMENTS or value.nbytes > self._room):
            value = too_large(value)
        if isinstance(value, Thing):
            self._oddities[name] = asdict(value)
            return
        self._arrays[name] = value
        self._room -= value.nbytes
        if value.nbytes > LONG:
            self._send({"event": "observed"})

    def _done(self, error: Finding | None, arrays: Mapping[str, Any] | None = None, **fields: object) -> None:
        told = None if error is None else as_plain(error)
        plain = {"printed": self._printed.written, "watched": {}, "parameters": [], "script": []}
        self._send({"event": "done", "error": told, **plain, **fields}, arrays)
        self._replies.flush()

    def _send(self, header: Mapping[str, object], arrays: Mapping[str, Any] | None = None) -> None:
        """Write an event, and with it what was observed since the last."""
        told = {**header, "request": self._request, "oddities": self._oddities}
        self._replies.write(wire.encode(told, {**self._arrays, **(arrays or {})}))
        self._arrays, self._oddities = {}, {}

    def _read_exactly(self, count: int) -> bytes:
        data = self._requests.read(count)
        if len(data) < count:
            raise EOFError
        return data


def fields_of(case: Case) -> dict[str, Any]:
    """What a request tells of a case, but for its inputs. It is made once: all submissions are asked the same."""
    if FIELDS not in case.kept:
        case.kept[FIELDS] = _fields_of(case)
    made: dict[str, Any] = case.kept[FIELDS]
    return made


def _fields_of(case: Case) -> dict[str, Any]:
    return {
        "contract": case.contract,
        "seed": blinded(case.seed),
        "index": case.index,
        "scenario": case.scenario,
        "dtype": case.dtype,
        "layout": case.layout,
        "options": {k: dict(v) if isinstance(v, Mapping) else v for k, v in case.options.items()},
        "dialect": {name: value for name, value in vars(case.dialect).items() if value != getattr(DEFAULT, name)},
        "tag": case.tag,
    }


def _contract_and_case(header: dict[str, Any], arrays: Mapping[str, Any]) -> tuple[Any, Any]:
    fields = header["case"]
    dialect = Dialect(**fields["dialect"]) if fields["dialect"] else DEFAULT
    case = Case(**{**fields, "dialect": dialect, "inputs": dict(arrays)})
    return contract_named(case.contract), case


def _plain(inventory: Inventory) -> dict[str, Any]:
    """What is sent of it: what is said of its files as fields."""
    broken = {name: said.as_plain(why) for name, why in inventory.broken.items()}
    return {**asdict(inventory), "problems": list(map(said.as_plain, inventory.problems)), "broken": broken}
