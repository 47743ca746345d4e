"""What came back is kept, and by it a class is judged again without running anybody's code."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gradproof.conformance.checks.gradcheck import alike
from gradproof.conformance.checks.results import Status
from gradproof.conformance.cli.kept.merge import merge
from gradproof.conformance.cli.kept.regrade import _kept, regrade
from gradproof.conformance.engine import attribution
from gradproof.conformance.engine.assignment import read as read_assignment
from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading import ledger
from gradproof.conformance.grading.course.standing import Standing
from gradproof.conformance.grading.judge import Task, of_session, setting_of
from gradproof.conformance.grading.model import Graded, Header, from_line, read, to_line
from gradproof.conformance.grading.returned import sessions, store, tape
from gradproof.conformance.grading.returned.again import Again, judged_again
from gradproof.conformance.grading.returned.sessions import NeedsRun, Remembering
from gradproof.conformance.grading.returned.tape import NotATape, Tape, packed, unpacked
from gradproof.conformance.harness.caller import Observed, Watch
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet
from gradproof.conformance.oracle.oracle import GoldenOracle
from gradproof.conformance.reports.overview.changes import change_of
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import CheckName, Kind, Thing, found
from gradproof.conformance.spec.words.said import parts, say
from gradproof.conformance.spec.words.sent import NOT_NUMPY

RELU = """import numpy as np


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout


def sigmoid_forward(x):
    out = 1 / (1 + np.exp(-x))
    return out, out


def sigmoid_backward(dout, cache):
    return dout * cache * (1 - cache)
"""
FIRST = 'name = "first"\ncases = 12\n[contracts]\nrelu = { forward = 1, gradient = 3 }\n'
HEADER = Header("first", "0" * 64, 4.0, "shared", "of the class", 0, cases="public")


@pytest.fixture(autouse=True)
def nobody_was_told_before() -> None:
    """What one test was told is forgotten by the next."""
    sessions._told_of_others.cache_clear()


def assignment(folder: Path, text: str) -> Path:
    """An assignment file."""
    path = folder / "assignment.toml"
    path.write_text(text)
    return path


def task(folder: Path, text: str = FIRST) -> Task:
    """An assignment, judged by the answers that come with gradproof."""
    return Task(read_assignment(assignment(folder, text)), COMMITTED, "plain")


def graded(folder: Path, what: Task, name: str = "ann", code: str = RELU) -> Graded:
    """A result with its tape, of a session in this process."""
    (folder / "layers.py").write_text(code)
    tape = Tape(setting=setting_of(what), wall="plain", given="class/ann.py")
    with Remembering(tape, lambda: in_this_process(folder / "layers.py", None, "")) as session:
        made = of_session(what, name, f"{name}.py", "d", session)
    return replace(made, returned=packed(tape))


def test_what_another_gave_too_is_explained_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who fails by the very same values is told the same in the same process; who is loaded otherwise is looked at."""
    explained = []
    by_mistake = attribution.by_mistake
    monkeypatch.setattr(attribution, "by_mistake", lambda *given: (explained.append(1), by_mistake(*given))[1])
    first, second = (graded(tmp_path, task(tmp_path), name) for name in ("ann", "bob"))
    assert (len(explained), first.run.results) == (1, second.run.results)
    other = replace(task(tmp_path), assignment=task(tmp_path).assignment.model_copy(update={"compat": True}))
    graded(tmp_path, other, "carol")
    assert len(explained) == 2


@pytest.fixture
def before(tmp_path: Path) -> Graded:
    """The first result of a submission."""
    return graded(tmp_path, task(tmp_path))


@pytest.fixture
def out(tmp_path: Path, before: Graded) -> Path:
    """The folder of its grading."""
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(before, 1.0)
    return tmp_path / "out"


def entry(out: Path, name: str = "ann") -> dict[str, object]:
    """Its line in the index."""
    return store.index_of((out / store.INDEX).read_text().splitlines())[name]


def test_what_came_back_is_the_same_after_being_kept() -> None:
    """To the bit: values that are no numbers, what is no array, errors, what was watched."""
    seen = Observed(
        arrays={"out": np.array([[np.nan, -0.0], [np.inf, 1e-310]], ">f4"), "loss": np.array(2.5)},
        oddities={"dx": Thing("nothing", "None"), "db": Thing("nothing", "None")},
        error=found(Kind.NOT_BACK, function="relu_forward", observation="db", count=3),
        printed=7,
        watched={Watch("relu_forward", "x", "before"): np.zeros((0, 3))},
        parameters={Watch("relu_forward", "p", "after"): {"mode": "train"}},
        script=("a = 1",),
    )
    tape = Tape(Inventory({"relu_forward": "layers.py"}, problems=("odd",)), "0", ("a note",))
    relu = contract_named("relu")
    for key, answer in (("run", seen), ("probe", np.arange(3.0)), ("stopped", seen.error)):
        tape.add(relu, key, answer)
    again = unpacked(packed(tape))
    told = again.get(relu, "run")
    assert {name: (each.dtype.str, each.tobytes()) for name, each in told.arrays.items()} == {
        name: (each.dtype.str, each.tobytes()) for name, each in seen.arrays.items()
    }
    plain = {"arrays": {}, "watched": {}}
    assert replace(told, **plain) == replace(seen, **plain)
    assert told.watched[Watch("relu_forward", "x", "before")].shape == (0, 3)
    assert ([*told.arrays], [*told.oddities]) == (["out", "loss"], ["dx", "db"])  # in the order in which they came
    assert again.get(relu, "stopped") == seen.error
    assert (again.inventory, again.notes, packed(again)) == (tape.inventory, tape.notes, packed(tape))


NEW = 'name = "new"\ncases = 12\n{}\n[contracts]\nrelu = {{ forward = {}, gradient = {} }}\n'


def test_of_a_flood_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would fill memory and disk; it is judged, and to judge it again it is run."""
    monkeypatch.setattr("gradproof.conformance.grading.returned.tape.MOST_HELD", 100)
    tape, relu = Tape(), contract_named("relu")
    for key in ("a", "b"):
        tape.add(relu, key, Observed({"out": np.zeros(10)}))
    assert (tape.is_full, tape.answers, packed(tape)) == (True, {}, {})


CHANGED = {
    "points": NEW.format("", 2, 5),
    "advisory": NEW.format('advisory = ["gradient"]', 1, 3),
    "withdrawn": NEW.format('withdrawn = ["relu/0/10"]', 1, 3),
    "fewer": NEW.format("", 1, 3).replace("12", "11"),
}


@pytest.mark.parametrize("text", CHANGED.values(), ids=CHANGED)
def test_judged_again_it_is_what_it_would_be_judged_anew(tmp_path: Path, out: Path, before: Graded, text: str) -> None:
    """Byte for byte, and nothing is run."""
    new = task(tmp_path, text)
    again = judged_again(new, out, entry(out), before, None)
    assert again.ran == {}
    assert to_line(again.graded) == to_line(graded(tmp_path, new))


def test_what_is_kept_of_a_case_is_no_other_cases() -> None:
    """Each has the key of its own inputs, whichever was asked first; the same once more is made once."""
    (case, *_) = GoldenOracle(FixtureSet.open(COMMITTED)).cases(contract_named("relu"))
    keys = [tape.key_of(each, (), {"attempt": 0}, {}) for each in (case, alike(case), alike(case, shift=0.4), case)]
    assert (len({*keys}), keys[0]) == (3, keys[3])
    assert tape.key_of(case, (), {"attempt": 1}, {}) != keys[0]
    assert alike(case) is alike(case)


FEW = ("purity", "determinism", "finite_difference")
EACH = "name = 'new'\ncases = 12\nwithdrawn = {}\n[contracts]\nsigmoid = {{ purity = 1, finite_difference = 1 }}\n"


@pytest.mark.parametrize("gone", [(0,), (1,), (0, 2), (3, 5)], ids=str)
def test_of_a_withdrawn_case_no_other_takes_the_place(tmp_path: Path, gone: tuple[int, ...]) -> None:
    """Where a check looks at a few it looks at those that are left of them: nothing is run, and it is as anew."""
    before = graded(tmp_path, task(tmp_path, EACH.format([])))
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(before, 1.0)
    new = task(tmp_path, EACH.format([f"sigmoid/0/{index}" for index in gone]))
    again = judged_again(new, tmp_path / "out", entry(tmp_path / "out"), before, None)
    assert again.why_not == ""
    assert to_line(again.graded) == to_line(graded(tmp_path, new))
    judged = {r.check: r.cases for r in again.graded.run.results if r.check in FEW}
    assert all(0 < judged[check] <= 3 for check in FEW)


RIGHT = (Path(__file__).parent.parent / "examples" / "submissions" / "right_flat.py").read_text(encoding="utf-8")
OF_BATCHNORM = "name = 'new'\ncases = 12\nwithdrawn = {}\n[contracts]\nbatchnorm = {{ finite_difference = 1 }}\n"


def test_a_withdrawn_case_without_a_gradient_takes_no_place_among_those_that_have_one(tmp_path: Path) -> None:
    """Batch norm's fourth case is one of its test mode: finite differences look at those that they looked at before."""
    before = graded(tmp_path, task(tmp_path, OF_BATCHNORM.format([])), code=RIGHT)
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(before, 1.0)
    new = task(tmp_path, OF_BATCHNORM.format(["batchnorm/0/3"]))
    again = judged_again(new, tmp_path / "out", entry(tmp_path / "out"), before, None)
    assert (again.why_not, again.ran) == ("", {})
    assert to_line(again.graded) == to_line(graded(tmp_path, new, code=RIGHT))
    assert {r.cases for r in again.graded.run.results if r.check == "finite_difference"} == {3}


def test_where_all_of_the_few_are_withdrawn_others_are_run(tmp_path: Path) -> None:
    """No check is made on nothing."""
    before = graded(tmp_path, task(tmp_path, EACH.format([])))
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(before, 1.0)
    new = task(tmp_path, EACH.format(["sigmoid/0/0", "sigmoid/0/1", "sigmoid/0/2"]))
    assert "sigmoid needs" in judged_again(new, tmp_path / "out", entry(tmp_path / "out"), before, None).why_not
    judged = {r.check: r.cases for r in graded(tmp_path, new).run.results}
    assert judged["purity"] == judged["determinism"] == 3


def test_what_was_never_asked_is_told_and_alone_is_run(tmp_path: Path, out: Path, before: Graded) -> None:
    """Of another contract, or of further cases."""
    new = task(tmp_path, FIRST + "sigmoid = { forward = 1 }\n")
    again = judged_again(new, out, entry(out), before, None)
    assert again.graded is None
    assert "sigmoid needs what its code gives on cases that it has not been asked" in again.why_not
    tape = unpacked(store.parts_of(out, entry(out)))
    with Remembering(tape, lambda: in_this_process(tmp_path / "layers.py", None, "")) as session:
        made = of_session(new, "ann", "ann.py", "d", session)
    assert set(session.asked_anew) == {"sigmoid"}
    assert to_line(made) == to_line(graded(tmp_path, new))


def test_what_is_loaded_in_another_way_must_be_run(tmp_path: Path, out: Path, before: Graded) -> None:
    """Old names put back may make it give something else."""
    again = judged_again(task(tmp_path, f"compat = true\n{FIRST}"), out, entry(out), before, None)
    assert "its code is loaded in another way now" in again.why_not


def test_a_damaged_tape_is_none(out: Path, before: Graded) -> None:
    """A part that is gone, or whose bytes are others, or that holds something else."""
    assert store.tape_of(out, entry(out), "d") is not None
    assert store.tape_of(out, entry(out), "e") is None
    part = next((out / store.FOLDER).glob("??/*"))
    part.write_bytes(b"x")
    assert store.tape_of(out, entry(out), "d") is None
    with pytest.raises(NotATape):
        unpacked({"inventory": b"x"})


def test_equal_arrays_of_a_class_are_kept_once(tmp_path: Path, before: Graded) -> None:
    """The second of two that give the same takes the room of its index alone; nobody else can read what lies there."""
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(before, 1.0)
        one = len(list((tmp_path / "out" / store.FOLDER).glob("??/*")))
        book.add(replace(before, submission="bob"), 1.0)
    assert len(list((tmp_path / "out" / store.FOLDER).glob("??/*"))) == one == len(before.returned)
    assert all((tmp_path / "out" / each).stat().st_mode & 0o77 == 0 for each in (".", store.FOLDER))
    size = store.size_of(tmp_path / "out", (tmp_path / "out" / store.INDEX).read_text().splitlines())
    assert (size.submissions, size.unshared) == (2, 2 * size.bytes)


def test_a_mistake_is_looked_for_once(tmp_path: Path, out: Path, before: Graded, monkeypatch) -> None:
    """Of the same failure the same is said; of another, as where other checks count, it is looked for anew."""
    asked = []
    search = attribution.by_mistake
    monkeypatch.setattr(attribution, "by_mistake", lambda told, exam: asked.append(1) or search(told, exam))
    again = judged_again(task(tmp_path, CHANGED["points"]), out, entry(out), before, None)
    named = [(r.diagnosis, r.hint) for r in before.run.results]
    assert [(r.diagnosis, r.hint) for r in again.graded.run.results] == named
    assert any(diagnosis for diagnosis, _ in named)
    assert asked == []
    judged_again(task(tmp_path, CHANGED["advisory"]), out, entry(out), before, None)
    assert asked == [1]


@pytest.mark.parametrize("change", ["fewer", "withdrawn"])
def test_where_cases_are_judged_no_more_a_mistake_that_explained_all_is_kept(
    tmp_path: Path, out: Path, before: Graded, monkeypatch, change: str
) -> None:
    """It explains what is left: nothing is looked for, and it is told as it was."""
    monkeypatch.setattr(attribution, "by_mistake", lambda *_: pytest.fail("it was looked for"))
    again = judged_again(task(tmp_path, CHANGED[change]), out, entry(out), before, None)
    said = [[(r.diagnosis, r.hint, r.ladder) for r in each.run.results] for each in (before, again.graded)]
    assert said[0] == said[1]
    assert any(diagnosis for diagnosis, *_ in said[0])


def test_a_hint_that_speaks_of_a_withdrawn_case_is_made_anew(tmp_path: Path, monkeypatch) -> None:
    """Its third level has the numbers of the smallest case."""
    oracle = GoldenOracle(FixtureSet.open(COMMITTED))
    first = oracle.cases(contract_named("relu"))[0]
    before = graded(tmp_path, task(tmp_path), code=RELU.replace("return dout\n", "return dout * (cache > 0) * 2\n"))
    with ledger.opened(tmp_path / "out", HEADER, resume=False) as book:
        book.add(before, 1.0)
    asked = []
    search = attribution.by_mistake
    monkeypatch.setattr(attribution, "by_mistake", lambda told, exam: asked.append(1) or search(told, exam))
    told = next(r for r in before.run.results if r.diagnosis)
    assert any(first.id in each for each in told.ladder)
    new = task(tmp_path, FIRST.replace("[contracts]", f'withdrawn = ["{first.id}"]\n[contracts]'))
    again = judged_again(new, tmp_path / "out", entry(tmp_path / "out"), before, None).graded
    assert asked == [1]
    assert not any(first.id in each for r in again.run.results for each in r.ladder)


def test_what_was_not_called_for_the_sake_of_a_withdrawn_case_must_be_run(tmp_path: Path) -> None:
    """A function that has ended the process is called no more: of that nothing is left without the case that did it."""
    relu = contract_named("relu")
    stopped = found(Kind.TIMED_OUT, function="relu_forward", how="late", seconds=2.0)
    barred = found(Kind.BARRED, function="relu_forward")
    one, two, three = GoldenOracle(FixtureSet.open(COMMITTED)).cases(relu)[:3]
    kept = Tape(Inventory({"relu_forward": "layers.py"}))
    for case, error in ((one, stopped), (two, barred), (three, barred)):
        kept.add(relu, f"{tape.key_of(case, (), {'attempt': 0}, {})} 1", Observed({}, error=error))
    session = Remembering(kept)
    assert [session.run(relu, case).error.kind for case in (one, two)] == [Kind.TIMED_OUT, Kind.BARRED]
    with pytest.raises(NeedsRun):
        Remembering(kept).run(relu, two)
    (tmp_path / "layers.py").write_text(RELU)
    with Remembering(kept, lambda: in_this_process(tmp_path / "layers.py", None, "")) as running:
        assert running.run(relu, two).error is None
        assert set(running.asked_anew) == {"relu"}
    assert Remembering(kept).run(relu, two).error is None  # and that is kept


def test_what_is_kept_of_a_submission_is_told_in_another_language(tmp_path: Path) -> None:
    """Its notes come from what it offers: they stay sentences."""
    kept = Tape(Inventory({}, (say(NOT_NUMPY, files="a.py"),), {"relu_forward": say(NOT_NUMPY, files="b.py")}))
    again = unpacked(packed(kept)).inventory
    assert again == kept.inventory
    assert [parts(each) for each in (*again.problems, *again.broken.values())] == [
        (NOT_NUMPY, {"files": "a.py"}),
        (NOT_NUMPY, {"files": "b.py"}),
    ]


def test_nothing_is_run_where_nothing_can_be() -> None:
    """A submission that is not there."""
    with pytest.raises(NeedsRun):
        _ = Remembering(Tape()).inventory


def run(command, *arguments: object) -> Result:
    """What a command does."""
    return CliRunner().invoke(command, list(map(str, arguments)), obj=None)


def test_the_difference_is_told_student_by_student(tmp_path: Path, out: Path) -> None:
    """With the reason; written only if that is asked for."""
    kept = (out / "results.jsonl").read_bytes()
    new = assignment(tmp_path, CHANGED["points"])
    told = run(regrade, out, "--assignment", new, "--workers", 1)
    assert told.exit_code == 0, told.output
    words = " ".join(told.output.split())
    assert "ann 2.12 3.88 relu.forward: worth 2, was 1; relu.gradient: worth 5, was 3" in words
    assert "1 judged again: 1 have other points" in words
    assert (out / "results.jsonl").read_bytes() == kept
    assert run(regrade, out, "--assignment", new, "--workers", 1, "--apply").exit_code == 0
    after = read(out)
    assert (after.header.assignment, after.submissions[0].score) == ("new", 3.875)
    assert (out / "before-regrade-results.jsonl").read_bytes() == kept


def test_nothing_is_lost_however_often_a_class_is_judged_again(tmp_path: Path, out: Path) -> None:
    """Results, header and course of each time stay, under names that are told."""
    told, kept = [], []
    for change in ("points", "advisory", "fewer"):
        new = assignment(tmp_path, f"{CHANGED[change]}[course]\ndeadline = 2026-10-0{len(kept) + 1}T12:00:00Z\n")
        kept.append(
            {
                name: (out / name).read_bytes()
                for name in ("results.jsonl", "grading.json", "course.json")
                if (out / name).exists()
            }
        )
        told.append(run(regrade, out, "--assignment", new, "--workers", 1, "--apply").output)
    for number, (words, files) in enumerate(zip(told, kept, strict=True), start=1):
        name = "before-regrade" if number == 1 else f"before-regrade-{number}"
        assert str(out / f"{name}-results.jsonl") in words.replace("\n", "")
        assert {each: (out / f"{name}-{each}").read_bytes() for each in files} == files
    assert len(kept[-1]) == 3


def test_nothing_is_replaced_where_some_cannot_be_judged(tmp_path: Path, out: Path) -> None:
    """They are named, with the reason; exit code 3."""
    new = assignment(tmp_path, FIRST + "sigmoid = { forward = 1 }\n")
    told = run(regrade, out, "--assignment", new, "--workers", 1)
    assert told.exit_code == 3
    assert "ann keeps its result: sigmoid needs" in told.output
    error = run(regrade, out, "--assignment", new, "--workers", 1, "--apply").exception
    assert isinstance(error, UsageError)
    assert "1 of 1 could not be judged again" in str(error)


def test_those_who_keep_their_results_for_one_reason_are_told_in_a_line() -> None:
    """A class of hundreds is no flood of lines."""
    assert _kept({"a": Again(None, "x"), "b": Again(None), "c": Again(None, "x"), "d": Again(None, "y")}) == {
        "x": ["a", "c"],
        "y": ["d"],
    }


def test_reasons_say_what_changed(before: Graded) -> None:
    """A check that is not asked any more, one that counts now, one that ends otherwise."""
    results = before.run.results
    fewer = replace(before, run=replace(before.run, results=tuple(r for r in results if r.check != "gradient")))
    assert change_of(before, fewer).reasons == ("relu.gradient is asked no more",)
    turned = tuple(replace(r, required=not r.required) if r.check == "dtype" else r for r in results)
    assert change_of(before, replace(before, run=replace(before.run, results=turned))).reasons == (
        "relu.dtype: counts now",
    )


def test_what_counts_is_told_and_what_lateness_takes_of_it(before: Graded) -> None:
    """Points as they are earned say nothing of a late hand-in's; a new deadline and another attempt are reasons."""
    two, none = Standing("ann", days_late=2, share_lost=0.2), Standing("ann")
    before, better = replace(before, score=5.0), replace(before, score=6.0)
    told = change_of(before, better, two, two)
    assert told.after - told.before == pytest.approx(0.8)
    assert (told.reasons, told.late) == ((), "2 days late: 1.2 points off")
    told = change_of(before, before, two, none)
    assert (told.before, told.after) == (4.0, 5.0)
    assert told.reasons == ("in time, was 2 days late: 1 points off",)
    assert change_of(before, before, none, replace(none, counts=False)).reasons == ("another attempt counts now",)
    assert not change_of(before, before, two, two).is_one


def test_what_is_not_a_number_is_told_as_before(before: Graded) -> None:
    """NaN is not equal to NaN, and yet nothing has changed."""
    lost = [
        replace(r, status=Status.FAILED, findings=(found(Kind.TOLD, reason="x", got=float("nan")),))
        for r in before.run.results
    ]
    one = replace(before, run=replace(before.run, results=tuple(lost)))
    assert change_of(one, from_line(to_line(one))).reasons == ()


def test_what_a_ledger_has_in_plain_text_is_told_as_before(before: Graded) -> None:
    """The name of a check is no other after it was written down; another mistake behind the same finding is told."""
    rate = found(
        Kind.KEEP_RATE, check=CheckName.DROPOUT_SCALING, kept=1, size=2, rate=0.5, keep=0.3, p=0.3, convention="keep"
    )
    bad = [replace(r, status=Status.FAILED, findings=(rate,), diagnosis="relu:a") for r in before.run.results]
    one = replace(before, run=replace(before.run, results=tuple(bad)))
    assert change_of(one, from_line(to_line(one))).reasons == ()
    other = replace(one, run=replace(one.run, results=(replace(bad[0], diagnosis="relu:b"), *bad[1:])))
    assert change_of(one, other).reasons == (f"relu.{bad[0].check}: told otherwise",)


def test_one_is_judged_anew_without_its_line_being_taken_out(out: Path, before: Graded) -> None:
    """Its line stays until there is another, which takes its place."""
    with ledger.opened(out, HEADER, resume=True) as book:
        book.forget("ann")
        assert [one.score for one in read(out).submissions] == [before.score]
        book.add(replace(before, score=1.0), 1.0)
    assert [one.score for one in read(out).submissions] == [1.0]
    assert len((out / "results.jsonl").read_text().splitlines()) == 1


def other(folder: Path, before: Graded, header: Header = HEADER, **changes) -> Path:
    """The ledger of another machine."""
    with ledger.opened(folder, header, resume=False) as book:
        book.add(replace(before, **changes), 2.0)
    return folder


def test_ledgers_of_two_machines_are_one(tmp_path: Path, out: Path, before: Graded) -> None:
    """With all that was kept, times too; what was graded twice stands once."""
    second = other(tmp_path / "second", before, submission="bob", source="bob.py")
    third = other(tmp_path / "third", before)
    assert run(merge, out, second, third, "--out", tmp_path / "all").exit_code == 0
    made = read(tmp_path / "all")
    assert [one.submission for one in made.submissions] == ["ann", "bob"]
    assert made.seconds == {"ann": 1.0, "bob": 2.0}
    assert store.tape_of(tmp_path / "all", entry(tmp_path / "all", "bob"), "d") is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digest": "e"}, "of different content"),
        ({"header": replace(HEADER, seed=7)}, "another seed; grade both with the same --seed"),
        ({"header": replace(HEADER, digest="1" * 64)}, "assignments of another text; 'gradproof regrade'"),
    ],
)
def test_ledgers_that_do_not_fit_are_not_merged(tmp_path: Path, out: Path, before: Graded, changes, words: str) -> None:
    """Of other cases, or with one hand-in in two versions."""
    second = other(tmp_path / "second", before, **changes)
    error = run(merge, out, second, "--out", tmp_path / "all").exception
    assert isinstance(error, UsageError)
    assert words in str(error)
    assert not (tmp_path / "all").exists()


def test_a_damaged_ledger_is_told_and_not_merged(tmp_path: Path, out: Path, before: Graded) -> None:
    """By its file, not as a fault of ours."""
    second = other(tmp_path / "second", before)
    with (second / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    error = run(merge, out, second, "--out", tmp_path / "all").exception
    assert isinstance(error, UsageError)
    assert "results.jsonl is damaged" in str(error)


@pytest.mark.parametrize("name", ["relu/7/0", "relu/0/99", "affine/0/0"])
def test_a_withdrawn_case_that_nobody_was_asked_is_told(tmp_path: Path, out: Path, name: str) -> None:
    """Of another seed, beyond the last, of another contract: nothing would be withdrawn, and nobody would see it."""
    new = assignment(tmp_path, CHANGED["withdrawn"].replace("relu/0/10", name))
    error = run(regrade, out, "--assignment", new, "--workers", 1).exception
    assert isinstance(error, UsageError)
    assert f"{name} is no case that the class was asked" in str(error)


def test_a_withdrawn_case_is_one_of_a_contract(tmp_path: Path) -> None:
    """Another id is told when the assignment is read."""
    with pytest.raises(UsageError, match="not a case id"):
        read_assignment(assignment(tmp_path, f'withdrawn = ["relu"]\n{FIRST}'))
    assert read_assignment(assignment(tmp_path, CHANGED["withdrawn"])).withdrawn == ("relu/0/10",)
