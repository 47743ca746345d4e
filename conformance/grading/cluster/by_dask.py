"""A class on Dask: a cluster on this machine, or a scheduler that is there, whatever started it.

Dask gives up on what was on a worker that died, whoever killed it, once that has happened too often. So it may happen
often, and how often a hand-in was begun we count ourselves: each begins by saying so.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from gradproof.conformance.errors import UsageError, install
from gradproof.conformance.grading.cluster.running import Running
from gradproof.conformance.grading.cluster.travel import Parcel
from gradproof.conformance.spec.words.said import say

TOPIC = "gradproof"
ALLOWED_FAILURES = 1_000_000
SECONDS = 30  # to reach a scheduler


@contextmanager
def running(address: str, workers: int | None) -> Iterator[Running]:
    """The cluster at an address, or a local one. Raises UsageError if Dask or the scheduler is not there."""
    try:
        from distributed import Client, LocalCluster
        from distributed.comm import get_address_host_port
    except ImportError:
        raise UsageError(
            say("--executor dask:{address} needs distributed ({command})", address=address, command=install("cluster"))
        ) from None

    try:
        if address != "local":
            get_address_host_port(address)  # a client of what is no address takes a minute to end
        cluster = (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            if address == "local"
            else None
        )
        client = Client(cluster or address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            say("--executor dask:{address}: no scheduler answers there ({reason})", address=address, reason=error)
        ) from None
    try:
        client.run_on_scheduler(_be_patient)
        begun: Counter[str] = Counter()
        client.subscribe_topic(TOPIC, lambda event: begun.update([event[1]]))
        count = len(client.scheduler_info(n_workers=-1)["workers"])
        yield Running(lambda: _Dask(client), count, lambda name: begun[name])
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def _be_patient(dask_scheduler: Any) -> None:
    dask_scheduler.allowed_failures = ALLOWED_FAILURES


class _Dask(Executor):
    """The client's own executor, on which each hand-in says that it is begun."""

    def __init__(self, client: Any) -> None:
        self._executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """As any executor does."""
        future: Future[Any] = self._executor.submit(_begun, fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Forget what is not done."""
        self._executor.shutdown(wait=wait and not cancel_futures)


def _begun(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    from distributed import get_worker

    parcel = next((each for each in args if isinstance(each, Parcel)), None)
    if parcel is not None:
        get_worker().log_event(TOPIC, parcel.hand_in.name)
    return fn(*args, **kwargs)
