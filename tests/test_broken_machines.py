"""What fails on our side is no result: disk, memory, threads, a process that is killed. Nobody is charged for it."""

import errno
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from test_grade import ASSIGNMENT, HEADER, RIGHT, WRONG, hand_in

from gradproof.conformance.engine.assignment import read as read_assignment
from gradproof.conformance.errors import Broken
from gradproof.conformance.grading import judge as judges
from gradproof.conformance.grading import ledger
from gradproof.conformance.grading import schedule as schedules
from gradproof.conformance.grading.judge import Task, judge
from gradproof.conformance.grading.model import Graded, Outcome, read
from gradproof.conformance.grading.schedule import ATTEMPTS, Pool, judge_surely, process_pool
from gradproof.conformance.oracle.fixture_set import COMMITTED
from gradproof.conformance.sandbox.process import Sandbox

pytestmark = pytest.mark.posix
FULL = OSError(errno.ENOSPC, "No space left on device")
NO_THREADS = BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    """A small assignment file."""
    path = tmp_path / "relu.toml"
    path.write_text(ASSIGNMENT)
    return path


@pytest.fixture
def task(assignment: Path) -> Task:
    """The assignment, judged by the committed answers, without a wall: these tests are about our own side."""
    return Task(read_assignment(assignment), COMMITTED, "plain")


class Planned(Executor):
    """An executor that judges nothing: each submission meets what is planned for its attempts, then is judged."""

    def __init__(self, plan: dict[str, list[BaseException]], max_score: float = 4.0) -> None:
        self.plan, self.max_score = plan, max_score
        self.is_broken = False

    def submit(self, _fn: Callable, /, *args, **_kwargs) -> Future:
        name, planned = args[1].name, self.plan.get(args[1].name, [])
        future: Future = Future()
        if planned and isinstance(planned[0], OSError):
            raise planned.pop(0)
        self.is_broken |= bool(planned)
        if self.is_broken:  # as a pool of processes does: whatever it holds is lost
            future.set_exception(planned.pop(0) if planned else BrokenProcessPool("its neighbour was killed"))
        else:
            future.set_result((Graded(name, f"{name}.py", "d", 4.0, self.max_score), 0.0))
        return future


def outcomes(task: Task, hand_ins, plan: dict[str, list[BaseException]]) -> dict[str, Graded]:
    """Name -> what became of it, where pools break as planned."""
    found = [one for one, _ in judge_surely(task, hand_ins, lambda _workers: Planned(plan), 2)]
    assert len(found) == len({one.submission for one in found})
    return {one.submission: one for one in found}


@pytest.mark.parametrize("failure", [BrokenProcessPool("killed"), NO_THREADS, FULL])
@pytest.mark.parametrize("times", [1, 2])
def test_what_fails_on_our_side_is_tried_again(tmp_path: Path, task: Task, failure: Exception, times: int) -> None:
    """Within the run; its neighbours, which the pool lost too, have their results."""
    ins = hand_in(tmp_path / "class", a=RIGHT, b=RIGHT, c=RIGHT)
    found = outcomes(task, ins, {"b": [failure] * times})
    assert {name: (one.status, one.score) for name, one in found.items()} == dict.fromkeys("abc", ("judged", 4.0))


@pytest.mark.parametrize("failure", [BrokenProcessPool("killed"), NO_THREADS])
def test_what_fails_each_time_is_broken(tmp_path: Path, task: Task, failure: Exception) -> None:
    """It earns no points and no 0: it has none to earn as yet."""
    ins = hand_in(tmp_path / "class", a=RIGHT, b=RIGHT)
    plan = {"b": [failure] * (ATTEMPTS + 1)}
    found = outcomes(task, ins, plan)
    assert len(plan["b"]) == 1
    assert found["a"].status == Outcome.JUDGED
    assert (found["b"].status, found["b"].max_score, found["b"].unjudged) == ("broken", 0.0, 4.0)


def test_a_killed_process_ends_the_class_for_nobody(tmp_path: Path, task: Task, monkeypatch) -> None:
    """Planted: a submission at which the process that judges is killed, really."""
    monkeypatch.setattr(schedules, "judge", killed_at_b)
    ins = hand_in(tmp_path / "class", a=RIGHT, b=RIGHT, c=WRONG)
    found = {one.submission: one for one, _ in judge_surely(task, ins, process_pool, 2)}
    assert {name: one.status for name, one in found.items()} == {"a": "judged", "b": "broken", "c": "judged"}
    assert "was killed, as by a lack of memory" in (found["b"].problem or "")
    assert (found["a"].score, found["c"].score) == (4, 2.5)


class NoWayBack(str):
    """A text that can be sent and cannot be read where it comes to."""

    def __new__(cls, text: str, _also: str) -> "NoWayBack":
        """The text."""
        return super().__new__(cls, text)


def test_a_result_that_cannot_travel_is_our_own_fault(tmp_path: Path, task: Task, monkeypatch) -> None:
    """Planted: the pool that gets it would say that its process was killed, as by a lack of memory."""
    monkeypatch.setattr(judges, "likeness", lambda _path: NoWayBack("x", "y"))
    (given,) = hand_in(tmp_path / "class", a=RIGHT)
    one, _ = judge(task, given)
    assert one.status == "broken"
    assert (one.problem or "").startswith("gradproof itself failed, please report this: TypeError: ")


def killed_at_b(task: Task, one):
    """As judge, but for b."""
    if one.name == "b":
        os.kill(os.getpid(), signal.SIGKILL)
    return judge(task, one)


@pytest.mark.parametrize("method", ["start", "run"])
def test_a_pool_that_gets_no_thread_loses_nobody_and_ends(tmp_path: Path, task: Task, monkeypatch, method: str) -> None:
    """Planted: the pool's own thread cannot be started; or it ends, since it can start none itself."""
    monkeypatch.setattr(Pool, "_adjust_process_count", lambda _pool: None)
    thread = "concurrent.futures.process._ExecutorManagerThread"
    given = failing(RuntimeError("can't start new thread")) if method == "start" else lambda _thread: None
    monkeypatch.setattr(f"{thread}.{method}", given)
    ins = hand_in(tmp_path / "class", a=RIGHT, b=RIGHT)
    found = [one for one, _ in judge_surely(task, ins, process_pool, 2)]
    assert {(one.submission, one.status) for one in found} == {("a", "broken"), ("b", "broken")}


def failing(error: BaseException) -> Callable:
    """A function that raises it."""

    def fail(*_args, **_kwargs):
        raise error

    return fail


@pytest.mark.usefixtures("cold")
@pytest.mark.parametrize("error", [FULL, NO_THREADS, MemoryError(), RuntimeError("can't start new thread")])
def test_a_process_that_cannot_be_started_is_not_the_submissions_fault(
    tmp_path: Path, task: Task, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Be it for the lack of threads, memory or disk."""
    (only,) = hand_in(tmp_path / "class", a=RIGHT)
    monkeypatch.setattr(subprocess, "Popen", failing(error))
    graded, _ = judge(task, only)
    assert graded.status == Outcome.BROKEN
    assert "a process could not be started" in (graded.problem or "")


@pytest.mark.usefixtures("cold")
def test_a_process_that_cannot_be_started_again_is_not_charged(tmp_path: Path, monkeypatch) -> None:
    """One that hung is barred, and what then fails on our side is no further mistake of it."""
    from gradproof.conformance.oracle.oracle import pick
    from gradproof.conformance.spec.contracts import contract_named
    from gradproof.conformance.spec.conventions import DEFAULT

    path = tmp_path / "layers.py"
    path.write_text("import os\n" + WRONG.replace("    return dout\n", "    os._exit(0)\n"))
    relu = contract_named("relu")
    case = pick("golden", None, None).cases(relu, DEFAULT, 1)[0]
    with Sandbox(path) as session:
        assert session.run(relu, case).error is not None
        monkeypatch.setattr(subprocess, "Popen", failing(NO_THREADS))
        with pytest.raises(Broken, match="could not be started: Resource temporarily unavailable"):
            session.run(relu, case)


@pytest.mark.usefixtures("cold")
def test_a_worker_that_ends_before_the_submission_is_loaded_is_ours(tmp_path: Path, monkeypatch) -> None:
    """Nothing of it has run: planted, a worker that cannot import what it needs."""
    from gradproof.conformance.sandbox.walls import plain, system

    copy = tmp_path / "root"
    (copy / "gradproof").mkdir(parents=True)
    (copy / "gradproof" / "__init__.py").write_text("raise MemoryError\n")
    monkeypatch.setattr(plain.system, "root", lambda: copy)
    assert system.root() == copy
    path = tmp_path / "layers.py"
    path.write_text(RIGHT)
    with Sandbox(path) as session, pytest.raises(Broken, match="before it could load anything"):
        _ = session.inventory


def test_a_process_that_ends_as_it_loads_the_submission_is_the_submissions(tmp_path: Path, task: Task) -> None:
    """It does not escape by ending its own process: 0 points, not none."""
    killing = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    graded, _ = judge(task, hand_in(tmp_path / "class", a=killing + RIGHT)[0])
    assert (graded.status, graded.score, graded.max_score) == ("unusable", 0, 4)


def test_a_full_disk_while_a_hand_in_is_unpacked_is_ours(tmp_path: Path, task: Task, monkeypatch) -> None:
    """Whatever its kind."""
    (tmp_path / "class").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "layers.py").write_text(RIGHT)
    shutil.make_archive(str(tmp_path / "class" / "zipped"), "zip", tmp_path, "mine")
    shutil.copytree(tmp_path / "mine", tmp_path / "class" / "folder")
    monkeypatch.setattr("gradproof.conformance.grading.handin.Room.put", failing(FULL))
    found = [judge(task, each)[0] for each in hand_in(tmp_path / "class", file=RIGHT)]
    assert {one.status for one in found} == {Outcome.BROKEN}
    assert {one.problem for one in found} == {"the machine failed: No space left on device (OSError)"}


def test_a_hand_in_that_cannot_be_read_is_unusable(tmp_path: Path, task: Task, monkeypatch) -> None:
    """That is about its file, not about the machine."""
    (only,) = hand_in(tmp_path / "class", a=RIGHT)
    monkeypatch.setattr(Path, "open", failing(PermissionError(errno.EACCES, "Permission denied")))
    assert judge(task, only)[0].status == Outcome.UNUSABLE


def broken(name: str) -> Graded:
    """What our side owes a submission."""
    return Graded(name, f"{name}.py", "d", 0.0, 0.0, "the machine failed", None, Outcome.BROKEN, 4.0)


def test_what_is_broken_is_judged_again_on_resuming(tmp_path: Path) -> None:
    """Its line says so until then, and gives way to the result; each has one line in the end."""
    out = tmp_path / "out"
    with ledger.opened(out, HEADER, resume=False) as book:
        book.add(broken("a"), 1.0)
        book.add(Graded("b", "b.py", "d", 4.0, 4.0), 1.0)
    assert json.loads((out / "results.jsonl").read_text().splitlines()[0])["status"] == "broken"
    with ledger.opened(out, HEADER, resume=True) as book:
        assert (set(book.done), book.broken) == ({"b"}, ("a",))
        book.add(Graded("a", "a.py", "d", 4.0, 4.0), 1.0)
        assert [one.score for one in read(out).submissions] == [4.0, 4.0]
        assert book.broken == ()
    assert len((out / "results.jsonl").read_text().splitlines()) == 2
    assert [one.status for one in read(out).submissions] == ["judged", "judged"]


def test_results_that_cannot_be_written_end_the_run_without_a_loss(tmp_path: Path, monkeypatch) -> None:
    """One line that says what to do."""
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        monkeypatch.setattr(os, "fsync", failing(FULL))
        with pytest.raises(Broken, match=r"No space left on device .*--resume goes on"):
            book.add(broken("a"), 1.0)


def test_a_grading_leaves_its_results_and_nothing_else(tmp_path: Path) -> None:
    """No lock, no parts."""
    for resume in (False, True):
        with ledger.opened(tmp_path / "out", HEADER, resume=resume) as book:
            book.add(broken("a"), 1.0)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "grading.json",
        "results.jsonl",
        "returned.jsonl",
        "timings.jsonl",
    ]


def test_a_run_that_owes_results_says_so(gradproof, tmp_path: Path, assignment: Path, monkeypatch) -> None:
    """Exit code 3, whom it concerns, and that --resume judges them; which then it does."""
    hand_in(tmp_path / "class", ada=RIGHT, ben=RIGHT)
    arguments = (
        "grade",
        tmp_path / "class",
        "--assignment",
        assignment,
        "--out",
        tmp_path / "out",
        "--no-sandbox",
        "--public-cases",
    )
    monkeypatch.setattr(schedules, "process_pool", lambda _workers: ThreadPoolExecutor(1))
    with monkeypatch.context() as patch:
        patch.setattr("gradproof.conformance.grading.judge.digest", failing_for("ben"))
        code, out, err = gradproof(*arguments)
    assert code == 3
    assert "ben: the machine failed: No space left on device" in err
    assert "1 submission could not be judged, or not wholly, by no fault of theirs" in err
    assert "ben" in out
    assert gradproof(*arguments, "--resume")[0] == 0
    assert [one.score for one in read(tmp_path / "out").submissions] == [4.0, 4.0]


def failing_for(name: str) -> Callable:
    """A digest that finds the disk full at one submission."""

    def digest(one) -> str:
        if one.name == name:
            raise FULL
        return "d"

    return digest


# Nobody inherits or replaces another's line.


def test_a_late_hand_in_inherits_nothing(gradproof, tmp_path: Path, assignment: Path, monkeypatch) -> None:
    """A wrong folder ``alice`` beside ``alice.py``, whose line and name stay hers."""
    monkeypatch.setattr(schedules, "process_pool", lambda _workers: ThreadPoolExecutor(1))
    hand_in(tmp_path / "class", alice=RIGHT)
    arguments = (
        "grade",
        tmp_path / "class",
        "--assignment",
        assignment,
        "--out",
        tmp_path / "out",
        "--no-sandbox",
        "--public-cases",
    )
    assert gradproof(*arguments)[0] == 0
    (tmp_path / "class" / "alice").mkdir()
    (tmp_path / "class" / "alice" / "layers.py").write_text(WRONG)
    code, _, err = gradproof(*arguments, "--resume")
    assert (code, err) == (0, "")
    found = {one.submission: (one.source, one.score) for one in read(tmp_path / "out").submissions}
    assert found == {"alice": ("alice.py", 4.0), "alice (2)": ("alice", 2.5)}
    before = (tmp_path / "out" / "results.jsonl").read_bytes()
    assert gradproof(*arguments, "--resume")[0] == 0
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == before


def test_a_hand_in_that_stands_in_for_another_inherits_nothing(
    gradproof, tmp_path: Path, assignment: Path, monkeypatch
) -> None:
    """Nor does a folder, once the file of that name is gone."""
    monkeypatch.setattr(schedules, "process_pool", lambda _workers: ThreadPoolExecutor(1))
    hand_in(tmp_path / "class", alice=RIGHT)
    arguments = (
        "grade",
        tmp_path / "class",
        "--assignment",
        assignment,
        "--out",
        tmp_path / "out",
        "--no-sandbox",
        "--public-cases",
    )
    assert gradproof(*arguments)[0] == 0
    (tmp_path / "class" / "alice.py").unlink()
    shutil.make_archive(str(tmp_path / "class" / "alice"), "zip", tmp_path, "relu.toml")
    (tmp_path / "class" / "alice.zip").rename(tmp_path / "class" / "Alice.zip")
    assert gradproof(*arguments, "--resume")[0] == 0
    found = {one.submission: (one.source, one.score) for one in read(tmp_path / "out").submissions}
    assert found == {"alice": ("alice.py", 4.0), "Alice.zip": ("Alice.zip", 0.0)}
