"""A class on other machines: any executor judges it, whose workers share no file with us, and may die."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from pickle import dumps, loads

import pytest

from gradproof.conformance.engine.assignment import read as read_assignment
from gradproof.conformance.errors import Broken, UsageError
from gradproof.conformance.grading import intake, schedule
from gradproof.conformance.grading.cluster import executors, standing_there, travel
from gradproof.conformance.grading.cluster.running import Running
from gradproof.conformance.grading.judge import Task, judge
from gradproof.conformance.grading.model import Graded, Outcome, to_line
from gradproof.conformance.grading.schedule import ATTEMPTS, judge_anywhere
from gradproof.conformance.oracle.fixture_set import COMMITTED

ROOT = Path(__file__).resolve().parent.parent
RELU = """import numpy as np


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout
"""


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """A small assignment, judged by answers that are somewhere of their own."""
    path = tmp_path / "relu.toml"
    path.write_text('name = "a relu"\ncases = 2\n[contracts]\nrelu = { forward = 1, gradient = 3 }\n')
    return Task(read_assignment(path), COMMITTED, "plain")


@pytest.fixture
def hand_ins(tmp_path: Path) -> tuple[intake.HandIn, ...]:
    """Files, a folder with a link that leads out of it, an empty one, and what cannot be opened."""
    folder = tmp_path / "class"
    (folder / "fay").mkdir(parents=True)
    (folder / "eve").mkdir()
    (folder / "eve" / "layers.py").write_text(RELU)
    (folder / "eve" / "out.txt").symlink_to("/etc/hostname")
    for name in ("ann", "bob", "cy"):
        (folder / f"{name}.py").write_text(f"{RELU}# {name}\n")
    (folder / "dan.rar").write_text("x")
    return intake.find(folder)


class Elsewhere(Executor):
    """An executor that sends bytes, as one on other machines does, and answers at once.

    ``dies`` says of a name whether its worker dies this time.
    """

    def __init__(self, dies: Callable[[str], bool] = lambda _name: False, breaks: bool = False) -> None:
        self.dies, self.breaks, self.is_broken = dies, breaks, False

    def submit(self, fn, /, *args, **kwargs) -> Future:
        done: Future = Future()
        if self.is_broken:
            raise RuntimeError("no more workers")
        sent, arguments = loads(dumps((fn, args)))
        name = arguments[1].hand_in.name
        if self.dies(name):
            self.is_broken = self.breaks
            done.set_exception(BrokenExecutor("killed") if self.breaks else KilledWorker(name))
        else:
            done.set_result(sent(*arguments))
        return done


class KilledWorker(Exception):
    """As Dask calls it."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is judged is not the matter here: a result says where it was made, and of what."""

    def quickly(task: Task, hand_in: intake.HandIn) -> tuple[Graded, float]:
        problem = hand_in.problem or f"{sorted(p.name for p in hand_in.path.rglob('*'))} {task.told} {hand_in.given}"
        return Graded(hand_in.name, hand_in.path.name, intake.digest(hand_in), 0.0, 4.0, problem), 0.1

    monkeypatch.setattr(travel, "judge", quickly)


def ledger(outcomes) -> dict[str, str]:
    """The line of each, of which there is one."""
    lines = [(one.submission, to_line(one)) for one, _ in outcomes]
    assert len({name for name, _ in lines}) == len(lines)
    return dict(lines)


def serial(task: Task, hand_ins) -> dict[str, str]:
    """What each gives by itself."""
    order, _ = travel.packed_order(task)
    given = [each if each.problem else replace(each, given=each.path) for each in hand_ins]
    return ledger(travel.judge(order.task if not each.problem else task, each) for each in given)


def test_a_hand_in_travels_as_bytes_with_its_digest(tmp_path: Path, hand_ins) -> None:
    """A folder and a file arrive as they were, links too; what is changed on the way is not judged."""
    for each in hand_ins:
        if each.problem:
            continue
        parcel = loads(dumps(travel.packed(each)))
        (tmp_path / each.name).mkdir()
        assert intake.digest(travel.unpacked(parcel, tmp_path / each.name)) == intake.digest(each)
    (tmp_path / "changed").mkdir()
    with pytest.raises(Broken, match="did not arrive as it was sent"):
        travel.unpacked(replace(parcel, digest="0"), tmp_path / "changed")


def test_any_executor_gives_what_a_serial_run_gives(task: Task, hand_ins) -> None:
    """Each once, and where its owner finds the hand-in is told as before."""
    for workers in (2, 0):  # none yet
        assert ledger(judge_anywhere(task, hand_ins, Running(Elsewhere, workers))) == serial(task, hand_ins)


@pytest.mark.parametrize("breaks", [False, True])
def test_workers_that_die_at_random_take_no_result_along(task: Task, hand_ins, breaks: bool) -> None:
    """Whether the executor goes on, as Dask does, or breaks, as a pool of processes does, and is made anew."""
    draw = random.Random(0)
    died: Counter[str] = Counter()

    def dies(name: str) -> bool:
        died[name] += (it := draw.random() < 0.5 and died[name] < (1 if breaks else ATTEMPTS - 1))
        return it

    running = Running(lambda: Elsewhere(dies, breaks), 2)
    assert ledger(judge_anywhere(task, hand_ins, running)) == serial(task, hand_ins)
    assert sum(died.values()) > 1


def test_a_hand_in_at_which_each_worker_dies_is_tried_three_times(task: Task, hand_ins) -> None:
    """Then it is broken, by name; the others have their results."""
    tried: Counter[str] = Counter()

    def dies(name: str) -> bool:
        tried[name] += 1
        return name == "bob"

    found = {one.submission: one for one, _ in judge_anywhere(task, hand_ins, Running(lambda: Elsewhere(dies), 2))}
    assert tried["bob"] == ATTEMPTS
    assert found["bob"].status == Outcome.BROKEN
    assert "the process that judged it was killed" in (found["bob"].problem or "")
    assert {name for name, one in found.items() if one.is_broken} == {"bob"}


def test_what_an_executor_begins_again_by_itself_is_counted_too(task: Task, hand_ins) -> None:
    """One that never ends, because its worker dies each time, is given up; nobody waits for it for ever."""

    class Silent(Elsewhere):
        def submit(self, fn, /, *args, **kwargs) -> Future:
            return Future() if args[1].hand_in.name == "bob" else super().submit(fn, *args, **kwargs)

    running = Running(Silent, 2, lambda name: 9 if name == "bob" else 1)
    found = {one.submission: one for one, _ in judge_anywhere(task, hand_ins, running)}
    assert found["bob"].is_broken
    assert len(found) == len(hand_ins)


def test_the_answers_are_sent_to_a_worker_once(task: Task, hand_ins, tmp_path: Path, monkeypatch) -> None:
    """It says that it lacks them, and keeps them; a path of ours means nothing there."""
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "manifest.json").write_text("{}")
    monkeypatch.setattr(travel, "_home", lambda: tmp_path / "there")
    monkeypatch.setattr(schedule, "WAITING", 1)
    sent = []

    class Watching(Elsewhere):
        def submit(self, fn, /, *args, **kwargs) -> Future:
            sent.append(args[2] is not None)
            return super().submit(fn, *args, **kwargs)

    own = replace(task, answers=tmp_path / "answers")
    made = ledger(judge_anywhere(own, hand_ins, Running(Watching, 1)))
    assert len(made) == len(hand_ins)
    assert sum(sent) == 1
    (place,) = (tmp_path / "there").iterdir()
    assert (place / "answers" / "manifest.json").read_text() == "{}"


def test_another_version_on_a_worker_is_told(task: Task, hand_ins) -> None:
    """It would judge otherwise."""
    order, _ = travel.packed_order(task)
    with pytest.raises(Broken, match=r"a worker has gradproof .*, expected 0\.0"):
        travel.judge_parcel(replace(order, version="0.0"), travel.packed(hand_ins[0]))


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("threads", "expected processes, dask:local"),
        ("os:nothing", "has no attribute 'nothing'"),
        ("no_such_module:x", "No module named"),
        (":x", "expected processes, dask:local"),
        ("../x:y", "expected processes, dask:local"),
        ("exits_at_once:x", "SystemExit: 3"),
        ("dask:nonsense", "missing port number"),
    ],
)
def test_an_executor_that_is_none_is_told(
    named: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what there is."""
    if named.startswith("dask"):
        pytest.importorskip("distributed")
    (tmp_path / "exits_at_once.py").write_text("raise SystemExit(3)\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match=words), executors.opened(named, 1):
        pass


def test_a_factory_that_makes_something_else_is_told() -> None:
    """When the executor is made."""
    with executors.opened("collections:Counter", 1) as running, pytest.raises(UsageError, match="gave Counter"):
        running.make()
    failing = {"sys:exit": "SystemExit", "operator:index": "TypeError", "sys:maxsize": "not callable"}
    for factory, words in failing.items():
        with executors.opened(factory, 1) as running, pytest.raises(UsageError, match=words):
            running.make()
    with executors.opened("concurrent.futures:ThreadPoolExecutor", 1) as running:
        assert isinstance(running.make(), ThreadPoolExecutor)


def test_doctor_asks_the_workers_which_wall_stands_there(gradproof, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line a machine; where none can stand it says so, and ends with 1."""
    told = iter([("node1", True, "wall bubblewrap"), ("node2", False, "no wall can stand")] * 100)
    monkeypatch.setattr(standing_there, "here", lambda: next(told))
    code, out, _ = gradproof("doctor", "--executor", "concurrent.futures:ThreadPoolExecutor")
    assert code == 1
    assert [line.split()[:2] for line in out.splitlines()] == [["node1", "ok"], ["node2", "missing"]]


@pytest.mark.once
@pytest.mark.parametrize(("workers", "count", "kills"), [(2, 2, 1), pytest.param(4, 9, 2, marks=pytest.mark.release)])
def test_a_local_cluster_under_random_kills_gives_the_ledger_of_a_serial_run(
    task: Task, hand_ins, monkeypatch, workers: int, count: int, kills: int
) -> None:
    """Workers of Dask, one killed as each of the first results comes; each result once."""
    pytest.importorskip("distributed")
    import os
    import signal

    from distributed import Client

    monkeypatch.undo()
    hand_ins = hand_ins[:count]
    clients: list[Client] = []
    made_by = Client.__init__

    def kept(self, *args, **options) -> None:
        made_by(self, *args, **options)
        clients.append(self)

    monkeypatch.setattr(Client, "__init__", kept)
    alone = {each.name: judge(task, each if each.problem else replace(each, given=each.path))[0] for each in hand_ins}
    found, draw, killed = {}, random.Random(0), 0
    with executors.opened("dask:local", workers) as running:
        for one, _ in judge_anywhere(task, hand_ins, running):
            assert one.submission not in found
            found[one.submission] = to_line(one)
            pids = list(clients[0].run(os.getpid, on_error="ignore").values())
            if len(found) <= kills and pids:
                os.kill(draw.choice(pids), signal.SIGKILL)
                killed += 1
    assert killed  # or nothing is shown
    assert found == {name: to_line(one) for name, one in alone.items()}
