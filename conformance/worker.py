"""The child process in which a submission runs: it takes cases, calls the submission, and sends raw arrays back.

Run as ``python worker.py ROOT REPLY_FD``; requests come on standard input. It holds no answer and judges nothing.
What the submission prints is counted and dropped.
"""

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any


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


def main() -> None:
    """Serve requests until standard input ends."""
    root, reply_fd = sys.argv[1], int(sys.argv[2])
    sys.path.append(root)
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(reply_fd, "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    sys.argv = ["submission"]
    serve(requests, replies)


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer each request with events, ``done`` last."""
    from dataclasses import asdict

    from conformance import wire
    from conformance.calls import CallError
    from conformance.contracts import contract_named
    from conformance.session import LocalSession
    from conformance.subject import load

    def send(header: Mapping[str, object], arrays: Mapping[str, Any] | None = None) -> None:
        replies.write(wire.encode(header, arrays))
        replies.flush()

    announced = ""

    def announce(function: str) -> None:
        nonlocal announced
        if function != announced:
            announced = function
            send({"event": "calling", "function": function})

    def emit(name: str, value: Any) -> None:
        try:
            if isinstance(value, str):
                send({"event": "oddity", "name": name, "text": value})
            else:
                send({"event": "observed", "name": name}, {"value": value})
        except wire.WireError:
            send({"event": "oddity", "name": name, "text": f"an array of {value.size:,} elements, too large to send"})

    def error_fields(error: CallError | None) -> dict[str, object]:
        return {"error": None if error is None else [error.kind, error.function, error.message[:1000]]}

    def read_exactly(count: int) -> bytes:
        data = requests.read(count)
        if len(data) < count:
            raise EOFError
        return data

    session: LocalSession | None = None
    printed = Counter()
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        warnings.simplefilter("ignore")
        while True:
            try:
                header, arrays = wire.read(read_exactly)
            except EOFError:
                return
            printed.written = 0
            announced = ""
            if header["op"] == "load":
                adapter = Path(header["adapter"]) if header["adapter"] else None
                functions, inventory = load(Path(header["path"]), frozenset(header["names"]), adapter)
                session = LocalSession(functions, inventory)
                send({"event": "done", "inventory": asdict(inventory)})
                continue
            assert session is not None, "load comes first"
            contract = contract_named(header["case"]["contract"])
            case = case_from(header["case"], {k: v for k, v in arrays.items() if k != "values"})
            if header["op"] == "run":
                observed = session.run(
                    contract,
                    case,
                    attempt=header["attempt"],
                    watch=header["watch"],
                    disturb=header["disturb"],
                    barred=header["barred"],
                    announce=announce,
                    emit=emit,
                )
                for name in observed.arrays:
                    if ":" in name:
                        emit(name, observed.arrays[name])
                send({
                    "event": "done",
                    "printed": printed.written,
                    "parameters": dict(observed.parameters),
                    **error_fields(observed.error),
                })
            else:
                outcome = session.probe(contract, case, header["name"], arrays["values"], announce=announce)
                if isinstance(outcome, CallError):
                    send({"event": "done", "printed": printed.written, **error_fields(outcome)})
                else:
                    send({"event": "done", "printed": printed.written, "error": None}, {"value": outcome})


def case_from(fields: dict[str, Any], arrays: Mapping[str, Any]) -> Any:
    """The case that the suite sent, in its memory layout."""
    from conformance.cases import Case, lay_out
    from conformance.dialect import Dialect

    inputs = {name: lay_out(array, fields["layout"]) for name, array in arrays.items()}
    return Case(**{**fields, "dialect": Dialect(**fields["dialect"]), "inputs": inputs})


if __name__ == "__main__":
    main()
