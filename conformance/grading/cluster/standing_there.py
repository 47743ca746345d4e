"""What the workers of an executor can do: which wall stands there, and which gradproof it is."""

from collections.abc import Iterator
from concurrent.futures import wait
from platform import node, python_version

from gradproof import __version__
from gradproof.conformance.errors import UsageError, words_of
from gradproof.conformance.grading.cluster.running import Running
from gradproof.conformance.sandbox import walls
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

PROBES = 4  # a worker, so that none is left out by chance
SECONDS = 120.0
A_WORKER = "a worker"
MESSAGES = (A_WORKER,)


def here() -> tuple[str, bool, str]:
    """On a worker: the machine, whether a class can be judged there, and by what."""
    told = f"gradproof {__version__}, Python {python_version()}"
    try:
        return node(), True, joined(SENTENCES, (say("wall {name}", name=walls.pick("auto").name), told))
    except UsageError as error:
        return node(), False, joined(SENTENCES, (words_of(error), told))


def looked_at(running: Running) -> Iterator[tuple[str, bool, str]]:
    """What the workers say, each machine once; nothing is judged."""
    with running.make() as executor:
        asked = [executor.submit(here) for _ in range(PROBES * running.room)]
        done = wait(asked, SECONDS).done
        answers = [future.result() for future in done if future.exception() is None]
        failed = [str(future.exception()) for future in done if future.exception() is not None]
    yield from sorted(set(answers))
    yield from ((say(A_WORKER), False, words) for words in dict.fromkeys(failed))
    if len(done) < len(asked):
        yield say(A_WORKER), False, say("did not answer within {seconds:g} seconds", seconds=SECONDS)
