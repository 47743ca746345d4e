"""Grading a class: every hand-in has its result, once, whatever its neighbours do, interrupted or not."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import waited_for

from gradproof.conformance.engine.assignment import read as read_assignment
from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading import intake, ledger
from gradproof.conformance.grading.judge import Task, judge
from gradproof.conformance.grading.model import Graded, Header, Outcome, from_line, read, to_line
from gradproof.conformance.grading.schedule import judge_all, judge_surely, process_pool
from gradproof.conformance.grading.seeds import own_seed, require_key
from gradproof.conformance.oracle.fixture_set import COMMITTED
from gradproof.conformance.sandbox import walls

ROOT = Path(__file__).resolve().parent.parent
HEAD = "import numpy as np\n\n\n"
RELU = HEAD + "def relu_forward(x):\n    return np.maximum(x, 0), x\n\n\ndef relu_backward(dout, cache):\n"
RIGHT, WRONG = RELU + "    return dout * (cache > 0)\n", RELU + "    return dout\n"
ASSIGNMENT = """
name = "a relu"
cases = 4

[contracts]
relu = { forward = 1, gradient = 3 }
"""
HEADER = Header("a relu", "0" * 64, 4.0, "shared", "of the class", 0)


@pytest.fixture(scope="module")
def wall() -> str:
    """The wall that stands here. In CI there must be one."""
    try:
        return walls.pick("auto").name
    except UsageError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        return "plain"


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    """A small assignment file."""
    path = tmp_path / "relu.toml"
    path.write_text(ASSIGNMENT)
    return path


@pytest.fixture
def task(assignment: Path, wall: str) -> Task:
    """The assignment, judged by the committed answers."""
    return Task(read_assignment(assignment), COMMITTED, wall)


def hand_in(folder: Path, **sources: str) -> tuple[intake.HandIn, ...]:
    """A class of single files."""
    folder.mkdir(exist_ok=True)
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source)
    return intake.find(folder)


def outcomes(task: Task, hand_ins: tuple[intake.HandIn, ...]) -> dict[str, str]:
    """Name -> the line of results.jsonl."""
    with ThreadPoolExecutor(2) as executor:
        return {one.submission: to_line(one) for one, _ in judge_all(task, hand_ins, executor, workers=2)}


def test_each_submission_gets_its_points(tmp_path: Path, task: Task) -> None:
    """Right, wrong, unusable."""
    ins = hand_in(tmp_path / "class", right=RIGHT, wrong=WRONG, empty="x = 1\n", broken="def relu_forward(x:\n")
    found = {name: from_line(line) for name, line in outcomes(task, ins).items()}
    assert {name: one.score for name, one in found.items()} == {"right": 4, "wrong": 2.5, "empty": 0, "broken": 0}
    assert {one.max_score for one in found.values()} == {4}
    assert "nothing to judge" in (found["empty"].problem or "")
    assert "syntax error in line 1" in (found["broken"].problem or "")


def test_a_result_survives_being_written_and_read(tmp_path: Path, task: Task) -> None:
    """Every field of it."""
    (only,) = hand_in(tmp_path / "class", wrong=WRONG)
    graded, seconds = judge(task, only)
    assert seconds > 0
    assert to_line(from_line(to_line(graded))) == to_line(graded)
    assert graded.run is not None
    assert from_line(to_line(graded)).run.results == graded.run.results


HOSTILE = {
    "exits": "import os\nos._exit(0)\n",
    "hangs": "def relu_forward(x):\n    while True:\n        pass\n",
    "crashes": "import ctypes\nctypes.string_at(0)\n",
    "floods": "print('x' * 10_000_000)\n" + RIGHT,
}


def test_the_neighbours_of_hostile_submissions_get_the_same_bytes(tmp_path: Path, assignment: Path, wall: str) -> None:
    """As in a class without them."""
    quick = assignment.with_name("quick.toml")
    quick.write_text(ASSIGNMENT + "\n[limits]\ncase_seconds = 1\nsubmission_seconds = 5\n")
    task = Task(read_assignment(quick), COMMITTED, wall)
    alone = outcomes(task, hand_in(tmp_path / "class", right=RIGHT, wrong=WRONG))
    beside = outcomes(task, hand_in(tmp_path / "class", **HOSTILE))
    assert beside.keys() == alone.keys() | HOSTILE.keys()
    assert {name: beside[name] for name in alone} == alone
    assert from_line(beside["floods"]).score == 4
    assert [from_line(beside[name]).score for name in ("exits", "hangs", "crashes")] == [0, 0, 0]


def test_a_bug_of_the_suite_is_no_result(tmp_path: Path, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not end the class, and costs nobody a point."""
    monkeypatch.setattr("gradproof.conformance.grading.judge.run", lambda *_: 1 / 0)
    (only,) = hand_in(tmp_path / "class", right=RIGHT)
    graded, _ = judge(task, only)
    assert graded.problem == "gradproof itself failed, please report this: ZeroDivisionError: division by zero"
    assert (graded.status, graded.max_score, graded.unjudged) == (Outcome.BROKEN, 0, 4)


@pytest.mark.once
def test_processes_give_what_threads_give(tmp_path: Path, task: Task) -> None:
    """Any executor will do."""
    ins = hand_in(tmp_path / "class", right=RIGHT, wrong=WRONG)
    found = {one.submission: to_line(one) for one, _ in judge_surely(task, ins, process_pool, 2)}
    assert found == outcomes(task, ins)


class Dying(ThreadPoolExecutor):
    """An executor that breaks as a pool of processes does when one of them is killed, at a submission named killer."""

    def submit(self, fn: Callable, /, *args, **kwargs):
        from concurrent.futures import Future
        from concurrent.futures.process import BrokenProcessPool

        if args[1].name == "killer":
            broken: Future = Future()
            broken.set_exception(BrokenProcessPool("killed"))
            return broken
        return super().submit(fn, *args, **kwargs)


def test_a_process_that_dies_takes_no_other_result_along(tmp_path: Path, task: Task) -> None:
    """The submission at which its judge ends is named; all others have their results."""
    ins = hand_in(tmp_path / "class", a=RIGHT, killer=RIGHT, z=WRONG)
    found = {one.submission: one for one, _ in judge_surely(task, ins, Dying, 2)}
    points = {name: (one.score, one.max_score) for name, one in found.items()}
    assert points == {"a": (4, 4), "killer": (0, 0), "z": (2.5, 4)}
    assert "was killed" in (found["killer"].problem or "")


def graded(name: str, digest: str = "d") -> Graded:
    """A result without a run."""
    return Graded(name, f"{name}.py", digest, 0.0, 4.0, "nothing to judge")


def test_a_result_is_kept_once(tmp_path: Path) -> None:
    """The second one of a name is not written."""
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(graded("a"), 1.0)
        book.add(graded("a", "e"), 1.0)
    assert [one.digest for one in read(tmp_path / "out").submissions] == ["d"]


def test_a_line_that_was_cut_off_is_taken_away_on_resuming(tmp_path: Path) -> None:
    """And the submission counts as not yet judged."""
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(graded("a"), 1.0)
    with (tmp_path / "out" / "results.jsonl").open("a") as file:
        file.write(to_line(graded("b"))[:40])
    with ledger.opened(tmp_path / "out", HEADER, resume=True) as book:
        assert set(book.done) == {"a"}
        book.add(graded("b"), 1.0)
    assert [one.submission for one in read(tmp_path / "out").submissions] == ["a", "b"]


@pytest.mark.parametrize("text", ["\u2028", "\x85", "\ud800", "\r\n", "\x00"])
def test_no_message_breaks_a_line_or_the_class(tmp_path: Path, text: str) -> None:
    """Line separators and halves of characters, as an exception's name can have them."""
    problem = f"a{text}b"
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(Graded("a", "a.py", "d", 0.0, 4.0, problem), 1.0)
        book.add(graded("b"), 1.0)
    assert [one.problem for one in read(tmp_path / "out").submissions] == [problem, "nothing to judge"]


def test_another_assignment_is_told_without_its_digest(tmp_path: Path) -> None:
    """And that regrade judges by it."""
    with ledger.opened(tmp_path / "out", HEADER, resume=False):
        pass
    other = Header(**{**HEADER.__dict__, "digest": "other"})
    with pytest.raises(UsageError, match="another assignment, or the file was changed"):  # noqa: SIM117
        with ledger.opened(tmp_path / "out", other, resume=True):
            pass


def test_results_are_not_mixed_with_those_of_another_assignment(tmp_path: Path) -> None:
    """Resuming tells what has changed."""
    with ledger.opened(tmp_path / "out", HEADER, resume=False):
        pass
    other = Header(**{**HEADER.__dict__, "seed": 7})
    with (
        pytest.raises(UsageError, match=r"begun with another seed \(0, now 7\)"),
        ledger.opened(tmp_path / "out", other, resume=True),
    ):
        pass


def test_a_folder_with_results_is_not_written_over(tmp_path: Path) -> None:
    """Without --resume it is left alone; a folder with something else always is."""
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(graded("a"), 1.0)
    for folder, resume, words in ((tmp_path / "out", False, "--resume goes on"), (tmp_path, True, "holds no grading")):
        with pytest.raises(UsageError, match=words), ledger.opened(folder, HEADER, resume):
            pass
    assert len(read(tmp_path / "out").submissions) == 1


def test_of_what_could_not_be_begun_nothing_is_left(tmp_path: Path) -> None:
    """As where no scheduler answers: the same with the right address is no second grading. Results always stay."""

    def graded_into(out: str, *results: Graded) -> None:
        with ledger.opened(tmp_path / out, HEADER, resume=True) as book:
            for one in results:
                book.add(one, 1.0)
            raise UsageError("no scheduler answers there")

    one = Graded("ann", "ann.py", "d", 0.0, 4.0, "nothing to judge")
    (tmp_path / "empty").mkdir()
    for out, results in (("new", ()), ("kept", (one,)), ("empty", ())):
        with pytest.raises(UsageError):
            graded_into(out, *results)
    assert [(tmp_path / out).exists() for out in ("new", "kept", "empty")] == [False, True, True]


def test_two_gradings_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second one is turned away."""
    with (
        ledger.opened(tmp_path / "out", HEADER, resume=False),
        pytest.raises(UsageError, match="another 'gradproof grade' is at work"),
        ledger.opened(tmp_path / "out", HEADER, resume=True),
    ):
        pass


def test_secret_seeds_differ_and_repeat() -> None:
    """By submission, by what it holds and by key; the same ones on every run."""
    key, other = "k" * 16, "l" * 16
    seeds = {own_seed(each, name, digest) for each in (key, other) for name in ("alice", "bob") for digest in "de"}
    assert len(seeds) == 8
    assert own_seed(key, "alice", "d") == own_seed(key, "alice", "d")
    assert 2**40 < max(seeds) < 2**52
    with pytest.raises(UsageError, match="set GRADPROOF_KEY to 16 characters"):
        require_key("short")


@pytest.mark.needs_torch
def test_each_submission_can_have_cases_of_its_own(tmp_path: Path, assignment: Path, wall: str) -> None:
    """Drawn from the key, its name and its content: handed in anew it is asked something else."""
    task = Task(read_assignment(assignment), None, wall, key="k" * 16)
    ins = hand_in(tmp_path / "class", a=RIGHT, b=RIGHT)
    found = [judge(task, each)[0] for each in ins]
    (tmp_path / "class" / "a.py").write_text(f"{RIGHT}# once more\n")
    found.append(judge(task, ins[0])[0])
    assert [one.run.seed for one in found] == [own_seed("k" * 16, one.submission, one.digest) for one in found]
    assert len({one.run.seed for one in found}) == 3
    assert {one.run.oracle for one in found} == {"torch"}


def command(*arguments: object) -> list[str]:
    """``gradproof grade`` by the public cases, as a process of its own."""
    return [sys.executable, "-m", "conformance", "grade", "--public-cases", *map(str, arguments)]


def graded_by(arguments: list[str], **options) -> subprocess.CompletedProcess:
    """What the command said."""
    return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False, **options)


def test_a_class_from_the_command_line(tmp_path: Path, assignment: Path, wall: str) -> None:
    """A table, totals, the most frequent failures; once more with --resume does nothing anew."""
    hand_in(tmp_path / "class", right=RIGHT, wrong=WRONG, other=WRONG)
    arguments = command(tmp_path / "class", "--assignment", assignment, "--out", tmp_path / "out", "--workers", 1)
    arguments += ["--no-sandbox"] if wall == "plain" else []
    first = graded_by(arguments)
    assert (first.returncode, first.stderr) == (0, "")
    assert "3 submissions judged" in first.stdout
    assert "by the cases that come with gradproof" in first.stdout
    assert "relu.gradient 2 of 3 dx differs" in " ".join(first.stdout.split())
    before = (tmp_path / "out" / "results.jsonl").read_bytes()
    again = graded_by([*arguments, "--resume"])
    assert again.returncode == 0
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == before


@pytest.mark.once
def test_a_grading_killed_in_the_middle_is_finished_by_resuming(
    tmp_path: Path, task: Task, assignment: Path, wall: str
) -> None:
    """Each result is there once, and is the one that an unbroken grading has."""
    hand_ins = hand_in(tmp_path / "class", **{f"s{i}": (RIGHT, WRONG)[i % 2] for i in range(4)})
    arguments = command(tmp_path / "class", "--assignment", assignment, "--out", tmp_path / "out", "--workers", 1)
    arguments += ["--no-sandbox"] if wall == "plain" else []
    process = subprocess.Popen(arguments, cwd=ROOT, start_new_session=True)
    results = tmp_path / "out" / "results.jsonl"
    waited_for(lambda: results.exists() and results.stat().st_size)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert graded_by([*arguments, "--resume"]).returncode == 0
    lines = sorted(results.read_text().splitlines())
    assert lines == sorted(line.rstrip() for line in outcomes(task, hand_ins).values())
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "--assignment", "s1", "--out", "out", "--public-cases"), "nowhere"),
        (("class", "--assignment", "s9", "--out", "out"), "no shipped assignment of that name"),
        (
            ("class", "--assignment", "s1", "--out", "class", "--public-cases"),
            "--out class is there and holds no grading",
        ),
        (("class", "--assignment", "s1", "--out", "out", "--fixtures", "no"), "no is no fixture set"),
        (
            ("class", "--assignment", "s1", "--out", "out", "--public-cases", "--no-sandbox", "--executor", "threads"),
            "--executor threads: expected processes, dask:local",
        ),
        (
            ("class", "--assignment", "s1", "--out", "out", "--public-cases", "--no-sandbox", "--executor", "os:no"),
            "--executor os:no: module 'os' has no attribute 'no'",
        ),
        (("class", "--assignment", "s1", "--out", "out", "--watch", "inf"), "inf is not in the range"),
        (
            ("class", "--assignment", "s1", "--out", "out", "--adapter", "no.py"),
            "--adapter no.py: there is no such file",
        ),
    ],
)
def test_bad_usage_is_one_line(gradproof, tmp_path: Path, monkeypatch, arguments: tuple[str, ...], words: str) -> None:
    """On stderr, with exit code 2, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path / "class", right=RIGHT)
    code, out, err = gradproof("grade", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert words in err
    assert not (tmp_path / "out").exists()


def test_nothing_of_a_submission_is_left_behind(tmp_path: Path, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that an archive was unpacked to is gone."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "layers.py").write_text(RIGHT)
    (tmp_path / "class").mkdir()
    shutil.make_archive(str(tmp_path / "class" / "mine"), "zip", tmp_path, "mine")
    (only,) = intake.find(tmp_path / "class")
    assert judge(task, only)[0].score == 4
    assert list(scratch.iterdir()) == []


def test_lines_hold_no_time(tmp_path: Path, task: Task) -> None:
    """So that the same class gives the same file."""
    (only,) = hand_in(tmp_path / "class", right=RIGHT)
    document = json.loads(to_line(judge(task, only)[0]))
    assert "seconds" not in document["run"]["summary"]
