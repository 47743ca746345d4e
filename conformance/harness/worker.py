"""The child process in which a submission runs: it takes cases, calls the submission, and sends raw arrays back.

Run as ``python worker.py ROOT LIMITS``; requests come on standard input, replies go to standard output, and both are
taken away from them before the submission is loaded. It knows no answer, judges nothing. What the submission prints is
counted and dropped. It ends with the suite, even in the middle of a call.
"""

import contextlib
import io
import json
import os
import sys
import threading
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

CPU_MARGIN = 5  # seconds
RENEWAL = 0.02  # seconds between two announcements of one function: each gives the call its full time
LONG = 1 << 20  # bytes of an observation that does not wait for the next event


class Counter(io.TextIOBase):
    """A standard output that counts what is written to it and keeps nothing."""

    written = 0

    def write(self, text: str) -> int:
        """Count the characters."""
        self.written += len(text)
        return len(text)

    def writable(self) -> bool:
        """True."""
        return True

    def reconfigure(self, **_options: object) -> None:
        """Nothing to configure; submissions set their encoding here."""


class Server:
    """Answers requests with events; the last event of each answer is ``done``."""

    def __init__(self, requests: IO[bytes], replies: IO[bytes], printed: Counter) -> None:
        self._requests = requests
        self._replies = replies
        self._printed = printed
        self._announced = self._request = ""
        self._announced_at = 0.0
        self._arrays: dict[str, Any] = {}
        self._oddities: dict[str, str] = {}
        self._session: Any = None

    def serve(self) -> None:
        """Work until the requests end."""
        from gradproof.conformance.harness import wire

        operations = {"load": self._load, "run": self._run, "probe": self._probe}
        while True:
            try:
                header, arrays = wire.read(self._read_exactly)
            except EOFError:
                return
            self._printed.written = 0
            self._announced, self._request = "", header["request"]
            operations[header["op"]](header, arrays)

    def _load(self, header: dict[str, Any], _arrays: Mapping[str, Any]) -> None:
        from dataclasses import asdict

        from gradproof.conformance.harness.loader import load
        from gradproof.conformance.harness.session import LocalSession
        from gradproof.conformance.spec.contracts import all_contracts

        all_contracts()  # everything of the suite is imported before anything of the submission
        adapter = Path(header["adapter"]) if header["adapter"] else None
        functions, inventory = load(Path(header["path"]), frozenset(header["names"]), adapter, header["compat"])
        self._session = LocalSession(functions, inventory, is_alone=True)
        self._send({"event": "done", "inventory": asdict(inventory)})
        self._replies.flush()

    def _run(self, header: dict[str, Any], arrays: Mapping[str, Any]) -> None:
        contract, case = _contract_and_case(header, arrays)
        self._session.transplanted = tuple(header["transplanted"])
        observed = self._session.run(
            contract,
            case,
            attempt=header["attempt"],
            watch=header["watch"],
            disturb=header["disturb"],
            barred=header["barred"],
            announce=self._announce,
            emit=self._emit,
        )
        self._done(observed.error, parameters=dict(observed.parameters), script=list(observed.script))

    def _probe(self, header: dict[str, Any], arrays: Mapping[str, Any]) -> None:
        from gradproof.conformance.harness.caller import CallError
        from gradproof.conformance.harness.wire import STACKED

        values = {name.removesuffix(STACKED): a for name, a in arrays.items() if name.endswith(STACKED)}
        contract, case = _contract_and_case(header, {n: a for n, a in arrays.items() if not n.endswith(STACKED)})
        self._session.transplanted = tuple(header["transplanted"])
        outcome = self._session.probe(contract, case, values, announce=self._announce)
        if isinstance(outcome, CallError):
            self._done(outcome)
        else:
            self._done(None, {"value": outcome})

    def _announce(self, function: str) -> None:
        """Tell which function is called, so that it is charged with what happens next, and that time goes on."""
        now = time.monotonic()
        if function != self._announced or now - self._announced_at > RENEWAL:
            self._announced, self._announced_at = function, now
            self._send({"event": "calling", "function": function})
            self._replies.flush()  # what the function does next may be its last

    def _emit(self, name: str, value: Any) -> None:
        """Keep an observation for the next event, or send it if it is long."""
        from gradproof.conformance.harness import wire

        text = value if isinstance(value, str) else wire.too_large(value) if value.size > wire.MAX_ELEMENTS else None
        if text is not None:
            self._oddities[name] = text
            return
        self._arrays[name] = value
        if value.nbytes > LONG:
            self._send({"event": "observed"})

    def _done(self, error: Any, arrays: Mapping[str, Any] | None = None, **fields: object) -> None:
        told = None if error is None else [error.kind, error.function, error.message[:1000]]
        self._send({"event": "done", "printed": self._printed.written, "error": told, **fields}, arrays)
        self._replies.flush()

    def _send(self, header: Mapping[str, object], arrays: Mapping[str, Any] | None = None) -> None:
        """Write an event, and with it what was observed since the last."""
        from gradproof.conformance.harness import wire

        told = {**header, "request": self._request, "oddities": self._oddities}
        self._replies.write(wire.encode(told, {**self._arrays, **(arrays or {})}))
        self._arrays, self._oddities = {}, {}

    def _read_exactly(self, count: int) -> bytes:
        data = self._requests.read(count)
        if len(data) < count:
            raise EOFError
        return data


def main() -> None:
    """Take over the standard streams and serve."""
    root = sys.argv[1]
    _hold_to(json.loads(sys.argv[2]))
    sys.path.insert(0, root)
    requests: IO[bytes] = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    sys.argv = ["submission"]
    if hasattr(os, "fork"):  # and so an orphan has another parent
        threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    else:
        requests = _ending_with(requests)
    printed = Counter()
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        warnings.simplefilter("ignore")
        Server(requests, replies, printed).serve()


def _hold_to(limits: Mapping[str, float]) -> None:
    """Set what the kernel can hold this process and its children to. The suite's own clock sees to the rest."""
    if not limits:
        return
    import resource  # where there are walls

    mib = 1 << 20
    bounds = {
        resource.RLIMIT_AS: limits["memory_mb"] * mib,
        resource.RLIMIT_FSIZE: limits["disk_mb"] * mib,
        resource.RLIMIT_CPU: limits["submission_seconds"] + CPU_MARGIN,
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        _, hard = resource.getrlimit(kind)
        most = int(bound) if hard == resource.RLIM_INFINITY else min(int(bound), hard)
        resource.setrlimit(kind, (most, most))


def end_with(parent: int) -> None:
    """Poll for the parent's end and end with it, even if this process is in a loop that reads no request."""
    never = threading.Event()
    while os.getppid() == parent:
        never.wait(1.0)
    os._exit(1)


def _ending_with(requests: IO[bytes]) -> IO[bytes]:
    """The same requests, read by a thread that ends this process where they end: the suite is gone."""
    read_fd, write_fd = os.pipe()

    def pass_on() -> None:
        with requests, os.fdopen(write_fd, "wb") as onward:
            while chunk := os.read(requests.fileno(), LONG):
                onward.write(chunk)
                onward.flush()
            os._exit(1)

    threading.Thread(target=pass_on, daemon=True).start()
    return os.fdopen(read_fd, "rb")


def _contract_and_case(header: dict[str, Any], arrays: Mapping[str, Any]) -> tuple[Any, Any]:
    from gradproof.conformance.spec.cases import Case, lay_out
    from gradproof.conformance.spec.contracts import contract_named
    from gradproof.conformance.spec.conventions import Dialect

    fields = header["case"]
    inputs = {name: lay_out(array, fields["layout"]) for name, array in arrays.items()}
    case = Case(**{**fields, "dialect": Dialect(**fields["dialect"]), "inputs": inputs})
    return contract_named(case.contract), case


if __name__ == "__main__":
    main()
