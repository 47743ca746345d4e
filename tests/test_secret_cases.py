"""Secret cases: the default of a grading, kept for its resumption, and never the public ones by accident."""

import json
from pathlib import Path

import pytest
from conftest import RELU, Command

from gradproof.conformance.engine.assignment import Assignment, located, read
from gradproof.conformance.errors import UsageError
from gradproof.conformance.grading import answers, seeds
from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet

pytestmark = pytest.mark.usefixtures("without_names")

ASSIGNMENT = 'name = "a relu"\ncases = 4\n[contracts]\nrelu = { forward = 1, gradient = 3 }\n'
BY_HEART = """
import hashlib, pickle
import numpy as np
TABLE = pickle.loads(bytes.fromhex("HEX"))
def key(array):
    told = repr((array.dtype.str, array.shape)).encode()
    return hashlib.sha256(told + np.ascontiguousarray(array).tobytes()).digest()
def relu_forward(x):
    return TABLE.get(key(x), np.zeros(7)).copy(), key(x)
def relu_backward(dout, cache):
    return TABLE.get(key(dout) + cache, np.zeros(7)).copy()
"""


@pytest.fixture
def grading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class of one, an assignment, and the folder that the command runs in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ann.py").write_text(RELU)
    (tmp_path / "a.toml").write_text(ASSIGNMENT)
    return tmp_path


GRADE = ("grade", "class", "--assignment", "a.toml", "--no-sandbox", "--workers", "1", "--out")


def header(folder: str) -> dict:
    """What a grading wrote down before it judged."""
    return json.loads(Path(folder, "grading.json").read_text())


def scores(folder: str) -> dict[str, float]:
    """The points of each."""
    lines = map(json.loads, Path(folder, "results.jsonl").read_text().splitlines())
    return {line["submission"]: line["score"] for line in lines}


def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where it is not installed."""
    monkeypatch.setattr(answers, "find_spec", lambda _name: None)


@pytest.mark.needs_torch
def test_cases_are_secret_unless_one_says_otherwise(grading: Path, gradproof: Command) -> None:
    """Each grading draws a seed of its own, keeps it, and goes on with it when it is resumed."""
    for out in ("one", "two"):
        assert gradproof(*GRADE, out)[0] == 0
    first, second = header("one"), header("two")
    assert first["cases"] == second["cases"] == "secret"
    assert first["seed"] != second["seed"]
    assert min(first["seed"], second["seed"]) > 2**30
    (grading / "class" / "bob.py").write_text(RELU)
    assert gradproof(*GRADE, "one", "--resume")[0] == 0
    assert header("one") == first
    assert scores("one") == {"ann": 4, "bob": 4}
    runs = [json.loads(line)["run"] for line in (grading / "one" / "results.jsonl").read_text().splitlines()]
    assert {run["seed"] for run in runs} == {first["seed"]}


@pytest.mark.needs_torch
def test_answers_known_by_heart_earn_nothing(grading: Path, gradproof: Command) -> None:
    """Planted: a hand-in that computes nothing and has the answers to the public cases, which earn it all points."""
    import hashlib
    import pickle

    import numpy as np

    def key(array: np.ndarray) -> bytes:
        told = repr((array.dtype.str, array.shape)).encode()
        return hashlib.sha256(told + np.ascontiguousarray(array).tobytes()).digest()

    table = {}
    for case, _ in FixtureSet.open(COMMITTED).records("activations"):
        if case.contract == "relu":
            x = case.inputs["x"]
            table[key(x)] = np.maximum(x, 0)
            if "dout" in case.inputs:
                table[key(case.inputs["dout"]) + key(x)] = case.inputs["dout"] * (x > 0)
    (grading / "class" / "ann.py").write_text(BY_HEART.replace("HEX", pickle.dumps(table).hex()))
    assert gradproof(*GRADE, "public", "--public-cases")[0] == 0
    assert gradproof(*GRADE, "secret")[0] == 0
    assert scores("public") == {"ann": 4}
    assert scores("secret")["ann"] < 1


def test_without_torch_and_without_a_private_set_nothing_is_graded(
    grading: Path, gradproof: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says how to make a set, and what else there is."""
    without_torch(monkeypatch)
    code, _, error = gradproof(*GRADE, "out")
    assert code == 2
    for words in ("'gradproof fixtures regenerate --seed SECRET --out DIR'", "--fixtures DIR", "--public-cases"):
        assert words in error
    assert not (grading / "out").exists()


@pytest.mark.usefixtures("grading")
def test_public_cases_are_asked_for_and_marked(gradproof: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """They need no torch; the table, the header and the reports say what was done."""
    without_torch(monkeypatch)
    code, out, _ = gradproof(*GRADE, "out", "--public-cases")
    assert code == 0
    assert "(--public-cases)" in out
    assert (header("out")["cases"], header("out")["seed"]) == ("public", 0)
    assert '"public"' in gradproof("report", "out", "--format", "csv")[1]


@pytest.mark.usefixtures("grading")
def test_the_committed_set_is_no_private_one(gradproof: Command) -> None:
    """Nor is a copy of it, wherever it lies."""
    code, _, error = gradproof(*GRADE, "out", "--fixtures", COMMITTED)
    assert code == 2
    assert "its cases are those that come with gradproof" in error


def assignment(**fields: object) -> Assignment:
    """One that asks for a relu."""
    return Assignment(name="a", contracts={"relu": {}}, **fields)


@pytest.mark.parametrize(
    ("fields", "asked", "kept", "seed"),
    [({"seed": 7}, None, None, 7), ({}, 8, None, 8), ({}, None, 9, 9), ({"seed": 0}, None, None, 0)],
    ids=["the assignment's", "the command's", "the resumed grading's", "the public one, by its number"],
)
def test_a_seed_that_is_named_is_taken(fields: dict, asked: int | None, kept: int | None, seed: int) -> None:
    """And is public only where its cases come with gradproof."""
    assert seeds.of_class(assignment(**fields), None, asked, False, kept) == seed
    assert seeds.is_public(seed) == (seed == 0)


@pytest.mark.parametrize(
    ("fields", "asked", "are_public", "words"),
    [
        ({"seed": 7}, None, True, "--public-cases, the seed of the assignment"),
        ({}, 8, True, "--seed, --public-cases"),
        ({"seeds": {"policy": "per-submission"}}, 8, False, "--seed, the cases of its own"),
    ],
)
def test_two_ways_to_choose_cases_are_refused(fields: dict, asked: int | None, are_public: bool, words: str) -> None:
    """Both are named."""
    with pytest.raises(UsageError, match=words):
        seeds.of_class(assignment(**fields), None, asked, are_public, None)


def test_no_seed_is_drawn_twice() -> None:
    """Nor one that is small enough to be tried out."""
    drawn = {seeds.fresh_seed() for _ in range(64)}
    assert len(drawn) == 64
    assert max(drawn) > 2**45


def test_the_directions_of_the_differences_are_secret_where_the_cases_are() -> None:
    """They come from the case's id, which holds the seed; nothing that a submission is told gives them away."""
    import numpy as np

    from gradproof.conformance.checks.gradcheck import directions
    from gradproof.conformance.spec.cases import draw_case
    from gradproof.conformance.spec.contracts import contract_named

    case, other = (draw_case(contract_named("relu"), seed, 2) for seed in (2**51 + 1, 2**51 + 2))
    inputs = {"x": case.inputs["x"]}
    assert not np.array_equal(directions(case.id, inputs)["x"], directions(other.id, inputs)["x"])


def test_only_what_an_assignment_needs_is_answered() -> None:
    """Its contracts, and those below them that may be to blame."""
    wanted = answers.needed(read(located("s5")))
    assert "batchnorm" not in wanted
    assert {"affine", "relu", "softmax_loss"} <= set(wanted)


def test_a_published_case_replays_by_any_set(tmp_path: Path, gradproof: Command) -> None:
    """Its id has the public seed, whatever that of the others is."""
    (tmp_path / "mine.py").write_text(RELU)
    code, out, _ = gradproof("replay", "relu/0/1000000", tmp_path / "mine.py", "--oracle", "golden")
    assert (code, "linspace" in out, "relu_forward" in out) == (0, False, True)
