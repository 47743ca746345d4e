"""What is sent to a worker that shares no files with us: the hand-in as bytes with its digest, the answers once.

A worker that has not seen the answers says so, and is sent them: so a class of any size sends them once to each.
"""

import io
import tarfile
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from gradproof import __version__
from gradproof.conformance.errors import Broken
from gradproof.conformance.grading import folders
from gradproof.conformance.grading.handin import DEFAULT, HandIn
from gradproof.conformance.grading.intake import IntakeProblem, digest
from gradproof.conformance.grading.judge import Task, Timed, judge, told_of
from gradproof.conformance.oracle.fixture_set import COMMITTED
from gradproof.conformance.sandbox import walls
from gradproof.conformance.sandbox.folders import private_folder
from gradproof.conformance.spec.words.said import say

ANSWERS, ADAPTER, CONTRACTS = "answers", "adapter", "contracts"


class OtherBytes(Broken):
    """What arrived is not what was sent."""


@dataclass(frozen=True)
class Parcel:
    """A hand-in on its way."""

    hand_in: HandIn  # its path is that of the sender
    content: bytes  # a tar file
    digest: str


@dataclass(frozen=True)
class Order:
    """The task without what lies in files here."""

    task: Task
    luggage: str  # the digest of these files; nothing, if there are none
    version: str = __version__


@dataclass(frozen=True)
class Lacks:
    """A worker has not seen the files of an order yet."""

    luggage: str


@dataclass
class Sender:
    """Sends hand-ins to an executor. Those that cannot be opened need no worker: they are judged here."""

    task: Task
    order: Order = field(init=False)
    files: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.order, self.files = packed_order(self.task)

    def submit(self, executor: Executor, hand_in: HandIn, is_lacking: bool = False) -> "Future[Timed | Lacks]":
        """Hand one over, with the files of the order if the worker lacked them."""
        try:
            parcel = packed(hand_in)
        except IntakeProblem:
            done: Future[Timed | Lacks] = Future()
            done.set_result(judge(self.task, hand_in))
            return done
        return executor.submit(judge_parcel, self.order, parcel, self.files if is_lacking else None)


def packed(hand_in: HandIn) -> Parcel:
    """A hand-in as bytes. Raises IntakeProblem for one that cannot be opened anyway."""
    if hand_in.problem or hand_in.kind == "other":
        raise IntakeProblem(hand_in.problem or say("it is no hand-in"))
    fingerprint, file = digest(hand_in), io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as made:
        if hand_in.kind == "folder" and not hand_in.path.is_symlink():
            itself = tarfile.TarInfo("it")  # which nothing may lie in
            itself.type, itself.mode = tarfile.DIRTYPE, 0o700
            made.addfile(itself)
            for parts in folders.entries(hand_in.path, DEFAULT):
                made.add(hand_in.path.joinpath(*parts), "/".join(("it", *parts)), recursive=False)
        else:
            made.add(hand_in.path, "it", recursive=False)
    return Parcel(hand_in, file.getvalue(), fingerprint)


def unpacked(parcel: Parcel, folder: Path) -> HandIn:
    """The hand-in in a folder of ours. Raises OtherBytes if it is not what was sent."""
    with tarfile.open(fileobj=io.BytesIO(parcel.content)) as made:
        made.extraction_filter = lambda member, _path: member  # written by packed, links as they were; none is followed
        made.extractall(folder)
    sent = parcel.hand_in
    (folder / "it").rename(folder / sent.path.name)
    here = replace(sent, path=folder / sent.path.name, given=sent.given or sent.path)
    if digest(here) != parcel.digest:
        raise OtherBytes(f"{sent.name} did not arrive as it was sent")
    return here


def packed_order(task: Task) -> tuple[Order, dict[str, bytes]]:
    """The order and its files: the answers, unless they come with gradproof, the adapter, contracts from outside."""
    files: dict[str, bytes] = {}
    if task.answers and task.answers != COMMITTED:
        for file in sorted(task.answers.iterdir()):
            files[f"{ANSWERS}/{file.name}"] = file.read_bytes()
    if task.adapter:
        files[f"{ADAPTER}/{task.adapter.name}"] = task.adapter.read_bytes()
    for number, contract in enumerate(task.contracts):
        files[f"{CONTRACTS}/{number}/{contract.name}"] = contract.read_bytes()
    total = sha256()
    for name, content in files.items():
        total.update(f"{name} {len(content)} ".encode() + content)
    return Order(replace(task, told=told_of(task)), total.hexdigest() if files else ""), files


def judge_parcel(order: Order, parcel: Parcel, files: dict[str, bytes] | None = None) -> Timed | Lacks:
    """On a worker: the result of a hand-in; or that the files of the order are not there yet."""
    if order.version != __version__:
        raise Broken(
            say("a worker has gradproof {version}, expected {expected}", version=__version__, expected=order.version)
        )
    home = _home()
    place = home / order.luggage
    if order.luggage and not place.exists():
        if files is None:
            return Lacks(order.luggage)
        _write(files, place)
    with private_folder() as folder:
        return judge(_here(order.task, place), unpacked(parcel, folder))


def _here(task: Task, place: Path) -> Task:
    """The task with the files where they are on this machine, and the wall that stands here."""
    wall = task.wall if task.wall == "plain" else walls.pick("auto").name
    answers = place / ANSWERS if task.answers and task.answers != COMMITTED else task.answers and COMMITTED
    adapter = place / ADAPTER / task.adapter.name if task.adapter else None
    contracts = tuple(place / CONTRACTS / str(n) / file.name for n, file in enumerate(task.contracts))
    return replace(task, wall=wall, answers=answers, adapter=adapter, contracts=contracts)


def _write(files: dict[str, bytes], place: Path) -> None:
    part = place.with_suffix(".part")
    for name, content in files.items():
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        (part / name).write_bytes(content)
    part.mkdir(exist_ok=True)
    part.rename(place)


@cache
def _home() -> Path:
    """A folder of this process for what is the same for all hand-ins; it goes with the process."""
    return _HELD.enter_context(private_folder())


_HELD = ExitStack()
