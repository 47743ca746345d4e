"""The process that answers cases with torch, see ``beside``: run as ``python -P answering.py ROOT``.

Cases come pickled on standard input, a tuple a request, and their answers go to standard output. It ends where the
requests do, and prints nothing.
"""

import gc
import os
import pickle
import signal
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradproof.conformance.oracle.oracle import Oracle
    from gradproof.conformance.spec.cases import Case
    from gradproof.conformance.spec.contract import Answer


@cache
def oracle_of(seed: int) -> "Oracle":
    """The one that has the cases of that seed."""
    from gradproof.conformance.oracle.oracle import pick

    return pick("torch", seed, None)


def answers_to(cases: tuple["Case", ...]) -> tuple["Answer | None", ...]:
    """The answers, None where there is none: the suite's own process is told why."""
    answers: list[Answer | None] = []
    for case in cases:
        try:
            answers.append(oracle_of(case.seed).answer(case))
        except Exception:  # noqa: BLE001 - as above
            answers.append(None)
    return tuple(answers)


def main() -> None:
    """Import torch at once, and answer until nothing more is asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted is the suite, and ends this process
    sys.path.insert(0, sys.argv[1])
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    gc.disable()  # there is no garbage yet, and to look for it takes a tenth of the time
    import torch  # noqa: F401

    gc.enable()
    while True:
        try:
            cases = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(answers_to(cases), replies)
        replies.flush()


if __name__ == "__main__":
    main()
