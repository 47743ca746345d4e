"""What the workers of an executor can do: which wall stands there, and which gradproof it is."""

from collections.abc import Iterator
from concurrent.futures import wait
from platform import node, python_version

from gradproof import __version__
from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading.cluster.running import Running
from gradproof.conformance.sandbox import walls

PROBES = 4  # a worker, so that none is left out by chance
SECONDS = 120.0


def here() -> tuple[str, bool, str]:
    """On a worker: the machine, whether a class can be judged there, and by what."""
    told = f"gradproof {__version__}, Python {python_version()}"
    try:
        return node(), True, f"wall {walls.pick('auto').name}; {told}"
    except UsageError as error:
        return node(), False, f"no wall can stand: {error}; {told}"


def looked_at(running: Running) -> Iterator[tuple[str, bool, str]]:
    """What the workers say, each machine once; nothing is judged."""
    with running.make() as executor:
        asked = [executor.submit(here) for _ in range(PROBES * running.workers)]
        done = wait(asked, SECONDS).done
        answers = [future.result() for future in done if future.exception() is None]
        failed = [str(future.exception()) for future in done if future.exception() is not None]
    yield from sorted(set(answers))
    yield from (("a worker", False, words) for words in dict.fromkeys(failed))
    if len(done) < len(asked):
        yield "a worker", False, f"did not answer within {SECONDS:g} seconds"
