"""Judging while somebody looks on: a drop box, Ctrl-C, what is slow."""

import os
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradproof.conformance.cli import grade
from gradproof.conformance.cli.kept import judging
from gradproof.conformance.cli.main import cli
from gradproof.conformance.grading import intake, ledger, schedule
from gradproof.conformance.grading.cluster import executors
from gradproof.conformance.grading.cluster.running import Running
from gradproof.conformance.grading.course.dropbox import Dropbox
from gradproof.conformance.grading.model import Graded, Header, read

HEADER = Header("a relu", "0" * 64, 4.0, "shared", "of the class", 0)


def put(folder: Path, name: str, text: str, when: int = 1) -> None:
    """Hand something in."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(text)
    os.utime(folder / f"{name}.py", (when, when))


def graded(name: str, digest: str = "d") -> Graded:
    """A result without a run."""
    return Graded(name, f"{name}.py", digest, 0.0, 4.0, "nothing to judge")


def test_what_looks_the_same_twice_has_arrived(tmp_path: Path) -> None:
    """What is still being copied has not; what is judged and stays as it is does not come again."""
    box, done = Dropbox(tmp_path / "class"), {}
    assert box.arrived({}, done) == ()
    put(tmp_path / "class", "ann", "x = 1")
    assert box.arrived({}, done) == ()
    put(tmp_path / "class", "ann", "x = 1; y = 2", 2)
    assert box.arrived({}, done) == ()
    (arrived,) = box.arrived({}, done)
    assert arrived.name == "ann"
    done["ann"] = intake.digest(arrived)
    assert box.arrived({}, done) == ()


@pytest.mark.parametrize("name", ["ann.py.part", "ann.zip.crdownload", "ann.tmp", "ANN.PY.FILEPART"])
def test_what_a_browser_is_still_fetching_is_waited_for(tmp_path: Path, name: str) -> None:
    """However long it rests under that name: it is nobody's hand-in yet."""
    put(tmp_path / "class", "bob", "x = 1")
    (tmp_path / "class" / name).write_text("x = 1")
    box = Dropbox(tmp_path / "class")
    box.arrived({}, {})
    assert [each.name for each in box.arrived({}, {})] == ["bob"]
    (tmp_path / "class" / name).rename(tmp_path / "class" / "ann.py")
    box.arrived({}, {})
    assert [each.name for each in box.arrived({}, {})] == ["ann"]


def test_what_is_handed_in_anew_arrives_again(tmp_path: Path) -> None:
    """Of another content; a file that was only touched is the same."""
    put(tmp_path / "class", "ann", "x = 1")
    box = Dropbox(tmp_path / "class")
    box.arrived({}, {})
    (arrived,) = box.arrived({}, {})
    done = {"ann": intake.digest(arrived)}
    for text, when, comes in (("x = 1", 5, 0), ("x = 2", 6, 1)):
        put(tmp_path / "class", "ann", text, when)
        box.arrived({}, done)
        assert len(box.arrived({}, done)) == comes


class Impatient:
    """Waits no second, and is interrupted the third time."""

    def __init__(self) -> None:
        self.times = 0

    def wait(self, _seconds: float) -> None:
        self.times += 1
        if self.times == 3:
            raise KeyboardInterrupt


def test_a_folder_is_watched_until_ctrl_c(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """What arrives is judged, in the place of what was judged before of that name; the end says how to go on."""
    put(tmp_path / "class", "ann", "x = 1")
    seen = []
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(graded("ann"), 1.0)

        def judge(arrived) -> None:
            seen.append([each.name for each in arrived])
            book.add(graded("ann", "e"), 1.0)

        with pytest.raises(SystemExit) as ended:
            judging.watched(str(tmp_path / "class"), 1.0, book, judge, Impatient())
    assert (ended.value.code, seen) == (130, [["ann"]])
    assert [one.digest for one in read(tmp_path / "out").submissions] == ["e"]
    assert "the same command with --resume goes on" in capsys.readouterr().err


def test_results_that_lie_in_the_folder_that_is_watched_are_no_hand_in(tmp_path: Path) -> None:
    """They change with each result: they would be judged for ever."""
    box = Dropbox(tmp_path / "class", tmp_path / "class" / "out")
    for name in ("ann", "out"):
        put(tmp_path / "class", name, "x = 1")
    put(tmp_path / "class" / "out", "results", "x = 1")
    box.arrived({}, {})
    assert [(each.name, each.path.name) for each in box.arrived({}, {})] == [("ann", "ann.py"), ("out", "out.py")]
    seen = []
    with ledger.opened(tmp_path / "class" / "graded", HEADER, resume=False) as book, pytest.raises(SystemExit):
        judging.watched(
            str(tmp_path / "class"), 1.0, book, lambda new: seen.extend(each.name for each in new), Impatient()
        )
    assert "graded" not in seen


class Endless(Executor):
    """Judges for ever."""

    stopped: dict[str, bool]

    def submit(self, fn, /, *args, **kwargs) -> Future:
        return Future()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.stopped = {"wait": wait, "cancel_futures": cancel_futures} if cancel_futures else self.stopped


def test_ctrl_c_waits_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is being judged is left where it is."""
    put(tmp_path / "class", "ann", "x = 1")
    executor = Endless()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(schedule, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(
            schedule._surely(
                None, intake.find(tmp_path / "class"), lambda _: executor, Running(Endless, 1), lambda *_: Future()
            )
        )
    assert executor.stopped == {"wait": False, "cancel_futures": True}


def test_ctrl_c_loses_nothing_and_says_how_to_go_on(tmp_path: Path, monkeypatch, capsys) -> None:
    """How many are judged, how many are left; exit code 130."""
    for name in ("ann", "bob"):
        put(tmp_path / "class", name, "x = 1")

    def one_and_no_more(*_: object):
        yield graded("ann"), 1.0
        raise KeyboardInterrupt

    monkeypatch.setattr(schedule, "judge_surely", one_and_no_more)
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book, pytest.raises(SystemExit) as ended:
        judging.judged(None, intake.find(tmp_path / "class"), book, "processes", 1, {})
    assert ended.value.code == 130
    assert "1 are judged and kept in" in (said := capsys.readouterr().err)
    assert "1 are left; the same command with --resume goes on" in said
    assert [one.submission for one in read(tmp_path / "out").submissions] == ["ann"]


@pytest.mark.parametrize(("workers", "words"), [(0, "has no worker yet; it is waited for"), (1, "")])
def test_who_waits_for_a_worker_is_told_so(tmp_path: Path, monkeypatch, capsys, workers: int, words: str) -> None:
    """A scheduler may be there before its workers are."""
    put(tmp_path / "class", "ann", "x = 1")
    monkeypatch.setattr(executors, "opened", lambda *_: nullcontext(Running(Endless, workers)))
    monkeypatch.setattr(schedule, "judge_anywhere", lambda *_: iter([(graded("ann"), 1.0)]))
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        judging.judged(None, intake.find(tmp_path / "class"), book, "dask:x", 1, {})
        assert set(book.done) == {"ann"}
    assert words in (said := capsys.readouterr().err)
    assert bool(said) == bool(words)


def test_what_is_slow_is_told_if_something_is() -> None:
    """Beside the others, and in seconds."""
    seconds = dict.fromkeys("abcdef", 2.0)
    assert judging.slow_ones(seconds) == ""
    told = judging.slow_ones({**seconds, "ben": 61.25})
    assert told == "slow: ben 61.2 s; half of all took 2.0 s or less"


def test_a_terminal_is_told_rate_and_slowest(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    """And nothing else is told anything."""
    with judging.class_progress(2) as tick:
        tick("ann", 1.0)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with judging.class_progress(2) as tick:
        tick("ann", 1.0)
        tick("bob", 3.0)


def test_a_folder_that_is_watched_may_be_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a drop box is in the morning; and what comes first may be what cannot be judged."""
    (tmp_path / "class").mkdir()
    monkeypatch.setattr(grade, "watched", lambda folder, *_: put(Path(folder), "seen", "x = 1"))
    arguments = [tmp_path / "class", "--assignment", "week1-layers", "--out", tmp_path / "out", "--public-cases"]
    arguments += ["--no-sandbox"]
    told = CliRunner().invoke(cli, ["grade", *map(str, arguments), "--watch", "1"])
    assert told.exit_code == 0, told.output
    assert (tmp_path / "class" / "seen.py").exists()
    box = Dropbox(tmp_path / "box")
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "ann.docx").touch()
    assert box.arrived({}, {}) == ()
    assert [each.name for each in box.arrived({}, {})] == ["ann.docx"]


def test_ctrl_c_before_anything_is_judged_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the answers are computed, which takes torch some seconds."""
    put(tmp_path / "class", "ann", "x = 1")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(grade, "computed_answers", interrupted)
    arguments = (tmp_path / "class", "--assignment", "week1-layers", "--out", tmp_path / "out", "--seed", "1" * 12)
    told = CliRunner().invoke(cli, ["grade", *map(str, arguments), "--no-sandbox"])
    assert told.exit_code == 130
    assert f"0 are judged and kept in {tmp_path / 'out'}, 1 are left" in told.output


def test_a_result_that_was_being_written_at_ctrl_c_is_not_waited_for() -> None:
    """Its process is killed in the middle of it, and nobody else writes the rest: this process ends all the same."""
    pool = schedule.process_pool(1)
    assert pool.submit(int).result() == 0
    thread = pool._executor_manager_thread
    os.write(pool._result_queue._writer.fileno(), b"\0\0\0\x10 half")
    schedule._stop(pool)
    thread.join(10)
    assert not thread.is_alive()
