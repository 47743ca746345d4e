"""Assignment files: what must be there and what it is worth; mistakes in them are named."""

import shutil
from dataclasses import fields
from pathlib import Path

import pytest
from conftest import RELU

from gradproof.conformance.checks.results import Run, Status
from gradproof.conformance.engine.assignment import located, read
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.errors import UsageError
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.asked.tables import LimitsTable
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.limits import Limits

ROOT = Path(__file__).resolve().parent.parent
GOOD = """
name = "week 3"
advisory = ["stability"]
required = ["dtype"]
[dialect]
dropout_p = "drop"
[contracts]
relu = { forward = 2, gradient = 3.5 }
affine = {}
"""
ADVICE = """
name = "advice"
advisory = ["purity", "relu.gradient"]
required = ["affine.purity"]
[contracts]
relu = { forward = 2, gradient = 3, purity = 4, dtype = 5 }
affine = { purity = 6, gradient = 7 }
"""
FULL = """
name = "hidden and bounded"
hidden = ["finite_difference", "batchnorm.stability"]
compat = true
[limits]
case_seconds = 2
memory_mb = 512
[seeds]
policy = "per-submission"
[contracts]
batchnorm = { forward = 2 }
relu = { gradient = 1.5 }
"""


def written(folder: Path, content: str) -> Path:
    """The file."""
    path = folder / "assignment.toml"
    path.write_text(content)
    return path


def test_advice_costs_nothing_and_what_is_worth_points_is_none(tmp_path: Path) -> None:
    """In one contract or in all of them; what is required by name goes before."""
    task = read(written(tmp_path, ADVICE))
    assert task.to_points() == {"relu": {"forward": 2, "dtype": 5}, "affine": {"purity": 6, "gradient": 7}}
    assert task.max_score == 20


def test_a_good_file_is_read(tmp_path: Path) -> None:
    """Contracts, points, dialect, what is required."""
    task = read(written(tmp_path, GOOD))
    assert task.contracts == {"relu": {"forward": 2, "gradient": 3.5}, "affine": {}}
    assert task.to_dialect().dropout_p == "drop"
    assert task.to_dialect().momentum == DEFAULT.momentum
    worth = {"relu.forward": True, "relu.gradient": True}
    assert task.requirements() == {"stability": False, "dtype": True, **worth}


def test_hidden_checks_limits_seeds_and_the_shim_are_read(tmp_path: Path) -> None:
    """Limits that the file does not set are the default ones."""
    task = read(written(tmp_path, FULL))
    assert task.hidden == ("finite_difference", "batchnorm.stability")
    assert task.compat is True
    assert task.seeds.policy == "per-submission"
    assert task.to_limits() == Limits(case_seconds=2, memory_mb=512)
    assert task.max_score == 3.5


def test_nothing_is_hidden_and_the_class_shares_its_cases_by_default(tmp_path: Path) -> None:
    """And there is no shim."""
    task = read(written(tmp_path, GOOD))
    assert (task.hidden, task.compat, task.seeds.policy, task.to_limits()) == ((), False, "shared", Limits())


def test_every_limit_has_its_key() -> None:
    """A field of Limits that no file could set would be a limit that nobody can change."""
    assert set(LimitsTable.model_fields) == {field.name for field in fields(Limits)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"finite_difference"', '"finite_diference"'), "hidden: no check is called 'finite_diference'; did you mean"),
        (('"batchnorm.', '"batchnrom.'), "no contract of this assignment is called 'batchnrom'; did you mean 'batchno"),
        (
            ('"batchnorm.', '"layernorm.'),
            "no contract of this assignment is called 'layernorm'; there are batchnorm",
        ),
        ((".stability", ".stabilty"), "no check of batchnorm is called 'stabilty'; did you mean 'stability'?"),
        (("batchnorm.stability", "relu.running_statistics"), "no check of relu is called 'running_statistics'"),
        (("compat = true", 'compat = "yes"'), "compat: expected true or false, not 'yes'"),
        (("memory_mb", "memory_gb"), "limits.memory_gb is not a key of [limits]; did you mean 'memory_mb'?"),
        (("memory_mb = 512", "memory_mb = 0"), "limits.memory_mb: expected more than 0, not 0"),
        (("memory_mb = 512", "memory_mb = 1.5"), "limits.memory_mb: expected a whole number, not 1.5"),
        (("case_seconds = 2", "case_seconds = inf"), "limits.case_seconds: expected a finite number, not inf"),
        (("case_seconds = 2", "case_seconds = true"), "limits.case_seconds: expected a number, not True"),
        (("compat = true", 'lang = "fr"'), "lang: expected '', 'en' or 'zh', not 'fr'"),
        (("batchnorm = { forward = 2 }\nrelu = { gradient = 1.5 }\n", ""), "contracts: it is empty"),
        (("policy", "polcy"), "seeds.polcy is not a key of [seeds]; did you mean 'policy'?"),
        (('"per-submission"', '"secret"'), "seeds.policy: expected 'shared' or 'per-submission', not 'secret'"),
        (("compat = true", "memory_mb = 3"), "memory_mb is not a key of an assignment; did you mean 'limits.memory_mb"),
        (("memory_mb = 512", "seed = 3"), "limits.seed: seed is no key of [limits]; write it above the first [table]"),
        (("[contracts]", "[contracts]\nadvisory = []"), "contracts.advisory: advisory is no key of [contracts]; write"),
    ],
)
def test_a_mistake_in_the_further_keys_is_named_with_its_key(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    """At any depth, with the nearest valid name or the place where the key belongs."""
    with pytest.raises(UsageError) as caught:
        read(written(tmp_path, FULL.replace(*change)))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("name =", "nam ="), "nam is not a key of an assignment; did you mean 'name'?"),
        (("relu =", "rellu ="), "contracts: no contract is called 'rellu'; did you mean 'relu'?"),
        (("forward = 2", "foward = 2"), "no check of relu is called 'foward'; did you mean 'forward'?"),
        (("forward = 2", "forward = -2"), "relu.forward is worth -2 points, expected 0 or more"),
        (("forward = 2", 'forward = "two"'), "contracts.relu.forward: expected a number, not 'two'"),
        (('"stability"', '"stabilty"'), "no check is called 'stabilty'; did you mean 'stability'?"),
        (("dropout_p", "dropout_q"), "no convention is called 'dropout_q'; did you mean 'dropout_p'?"),
        (('"drop"', '"dropp"'), "no dropout_p convention is called 'dropp'; did you mean 'drop'?"),
        (("name =", "name ="), None),
        (("name =", "seed = -1\nname ="), "seed: expected 0 or more, not -1"),
        (('"week 3"', "3"), "name: expected a text in quotes, not 3"),
        (("[contracts]", "[contracts"), "is not TOML"),
        (
            ("relu = { forward = 2, gradient = 3.5 }\naffine = {}\n", ""),
            "contracts: it is empty",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, change: tuple[str, str], words: str | None) -> None:
    """And the nearest valid name."""
    path = written(tmp_path, GOOD.replace(*change))
    if words is None:
        read(path)
        return
    with pytest.raises(UsageError) as caught:
        read(path)
    assert words in str(caught.value)


def test_what_an_assignment_asks_for_and_a_submission_lacks_fails(tmp_path: Path, oracle: Oracle) -> None:
    """Points for what passed, none for what is missing."""
    (tmp_path / "mine.py").write_text(RELU.replace("dout * (cache > 0)", "np.cumsum(dout).reshape(dout.shape)"))
    task = read(written(tmp_path, GOOD.replace('dropout_p = "drop"', "")))
    plan = Plan(tuple(map(contract_named, task.contracts)), points=task.contracts, required=task.requirements())
    with Sandbox(tmp_path / "mine.py") as session:
        report = run("mine.py", session, oracle, plan)
    results = {(r.contract, r.check): r for r in report.results}
    assert results["affine", "interface"].status == Status.FAILED
    assert "affine_forward is missing" in results["affine", "interface"].message
    assert (results["relu", "forward"].points, results["relu", "gradient"].points) == (2, 0)
    assert (report.summary.score, report.summary.max_score) == (2, 5.5)


def test_what_is_worth_points_counts_though_it_is_advice_elsewhere(tmp_path: Path, oracle: Oracle) -> None:
    """Nobody loses points by what is said not to count."""
    (tmp_path / "mine.py").write_text(RELU.replace("dout * (cache > 0)", "np.float64(dout * (cache > 0))"))
    task = read(written(tmp_path, ADVICE))
    plan = Plan((contract_named("relu"),), points=task.to_points(), required=task.requirements())
    with Sandbox(tmp_path / "mine.py") as session:
        results = {r.check: r for r in run("mine.py", session, oracle, plan).results}
    assert (results["dtype"].status, results["dtype"].required) == (Status.FAILED, True)
    assert (results["dtype"].points, results["dtype"].max_points) == (0, 5)
    assert not results["gradient"].required
    assert results["interface"].required


def graded(path: Path, name: str, oracle: Oracle) -> Run:
    """The report on a submission under a shipped assignment."""
    task = read(located(name))
    plan = Plan(
        tuple(map(contract_named, task.contracts)),
        task.to_dialect(),
        points=task.contracts,
        required=task.requirements(),
    )
    with Sandbox(path, compat=task.compat) as session:
        return run(path.name, session, oracle, plan)


def test_every_function_of_the_layers_assignment_counts(oracle: Oracle) -> None:
    """Right code has all of its 100 points."""
    report = graded(ROOT / "impl", "cs231n-a2-layers", oracle)
    assert (report.summary.score, report.summary.max_score) == (100, 100)
    assert report.summary.is_clean


@pytest.mark.parametrize("path", [ROOT / "impl", ROOT / "examples" / "submissions" / "convnets"], ids=["impl", "loops"])
def test_every_function_of_the_convnets_assignment_counts(oracle: Oracle, path: Path) -> None:
    """Right code has all of its 76 points, in loops over windows too."""
    report = graded(path, "cs231n-a2-convnets", oracle)
    assert (report.summary.score, report.summary.max_score) == (76, 76)
    assert report.summary.is_clean


def test_what_the_layers_assignment_asks_for_is_missed_and_nothing_else(tmp_path: Path, oracle: Oracle) -> None:
    """Right layers without update rules miss those alone: not the blocks, which nobody asked for."""
    shutil.copytree(ROOT / "examples" / "submissions" / "right", tmp_path / "right")
    blocks = tmp_path / "right" / "cs231n" / "layer_utils.py"
    blocks.write_text(blocks.read_text().partition("def affine_bn_relu_forward")[0])
    report = graded(tmp_path / "right", "cs231n-a2-layers", oracle)
    missing = {r.contract: r.message for r in report.results if r.status.is_bad and r.required}
    assert set(missing) == {"sgd_momentum", "rmsprop", "adam"}
    assert missing["adam"] == "adam is missing; expected adam(w, dw, config) -> (next_w, config)"
    assert (report.summary.score, report.summary.max_score) == (85, 100)
