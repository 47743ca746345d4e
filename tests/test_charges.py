"""A stand-in moves a charge and never removes it; an excuse is shown; a mistake that has a name costs half, once."""

import ast
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.engine.assignment import read, shipped
from gradproof.conformance.engine.charges import costs, settled
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.engine.selection import plan_of
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.asked.scope import Scope
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import Kind, found

pytestmark = pytest.mark.usefixtures("without_names")

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "submissions"
RIGHT = {
    "s1": "s1",
    "s2": "s2.py",
    "s3": "s3",
    "s4": "s4.py",
    "s5": "s5.py",
    "cs231n-a2-layers": "right",
    "cs231n-a2-convnets": "convnets",
    "week1-layers": "right",
}
FEW = 6  # cases, for what is judged once a function


def files_of(path: Path) -> list[Path]:
    """The sources of a hand-in."""
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def functions_in(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of a file, and every method as ``Class.method``."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{each.name}", each) for each in node.body if isinstance(each, ast.FunctionDef))


def stubbed(source: str, name: str) -> str:
    """The source with a function that is not written yet."""
    tree = ast.parse(source)
    dict(functions_in(tree))[name].body = [*ast.parse("raise NotImplementedError").body]
    return ast.unparse(tree)


STUBS = [
    (assignment, file.relative_to(EXAMPLES).as_posix(), name)
    for assignment, hand_in in RIGHT.items()
    for file in files_of(EXAMPLES / hand_in)
    for name, _ in functions_in(ast.parse(file.read_text(encoding="utf-8")))
]


def judged(path: Path, assignment: str, oracle: Oracle, cases: int | None = FEW) -> Run:
    """A hand-in by a shipped assignment."""
    session = in_this_process(path)
    plan = plan_of(session.inventory, path.name, read(shipped()[assignment]), str, cases=cases)
    return run(path.name, session, oracle, plan)


@pytest.fixture(scope="module")
def of_right_code(oracle: Oracle) -> Callable[[str], Run]:
    """What the right hand-in of an assignment earns."""
    return cache(lambda assignment: judged(EXAMPLES / RIGHT[assignment], assignment, oracle))


def test_every_shipped_assignment_has_a_right_hand_in() -> None:
    """So that none goes untested."""
    assert set(RIGHT) <= set(shipped())


@pytest.mark.release
@pytest.mark.parametrize(("assignment", "file", "name"), STUBS)
def test_what_a_stub_breaks_costs_points(
    assignment: str, file: str, name: str, oracle: Oracle, of_right_code: Callable[[str], Run], tmp_path: Path
) -> None:
    """Whichever function of a right hand-in is not written: if any verdict changes, points are lost."""
    broken_costs_points(assignment, file, name, oracle, of_right_code, tmp_path)


@pytest.mark.parametrize(
    ("assignment", "file", "name"),
    [
        ("s5", "s5.py", "TwoLayerNet.loss"),
        ("s2", "s2.py", "relu"),
        pytest.param("s4", "s4.py", "batchnorm_forward", marks=pytest.mark.release),
        pytest.param("s3", "s3/layers.py", "affine_forward", marks=pytest.mark.release),
    ],
)
def test_what_a_stub_breaks_costs_points_in_a_few(
    assignment: str, file: str, name: str, oracle: Oracle, of_right_code: Callable[[str], Run], tmp_path: Path
) -> None:
    """The same for a function of some assignments."""
    broken_costs_points(assignment, file, name, oracle, of_right_code, tmp_path)


def broken_costs_points(
    assignment: str, file: str, name: str, oracle: Oracle, of_right_code: Callable[[str], Run], folder: Path
) -> None:
    """Assert that a stub in the place of a function costs points if it changes any verdict."""
    right = of_right_code(assignment)
    hand_in, broken = EXAMPLES / RIGHT[assignment], EXAMPLES / file
    copy = folder / hand_in.name
    if hand_in.is_file():
        copy.write_text(stubbed(broken.read_text(encoding="utf-8"), name), encoding="utf-8")
    else:
        shutil.copytree(hand_in, copy)
        (copy / broken.relative_to(hand_in)).write_text(
            stubbed(broken.read_text(encoding="utf-8"), name), encoding="utf-8"
        )
    report = judged(copy, assignment, oracle)
    changed = [r for r, before in zip(report.results, right.results, strict=True) if r.status != before.status]
    assert (report.summary.score < right.summary.score) == bool(changed)
    assert report.summary.max_score == right.summary.max_score


NET_ON_STUBS = """
import numpy as np


def affine_forward(x, w, b): raise NotImplementedError
def affine_backward(dout, cache): raise NotImplementedError
def relu_forward(x): raise NotImplementedError
def relu_backward(dout, cache): raise NotImplementedError
def softmax_loss(x, y): raise NotImplementedError


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        self.params = {
            "W1": std * np.random.randn(input_size, hidden_size), "b1": np.zeros(hidden_size),
            "W2": std * np.random.randn(hidden_size, num_classes), "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None, reg=0.0):
        p = self.params
        a, c1 = affine_forward(X.reshape(len(X), -1), p["W1"], p["b1"])
        h, c2 = relu_forward(a)
        scores, c3 = affine_forward(h, p["W2"], p["b2"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads["W2"], grads["b2"] = affine_backward(d, c3)
        _, grads["W1"], grads["b1"] = affine_backward(relu_backward(d, c2), c1)
        for name in ("W1", "W2"):
            loss, grads[name] = loss + reg * np.sum(p[name] ** 2), grads[name] + 2 * reg * p[name]
        return loss, grads
"""


def by_points(path: Path, points: dict[str, dict[str, float]], oracle: Oracle, **fields: object) -> Run:
    """A hand-in for points."""
    plan = Plan(tuple(map(contract_named, points)), points=points, cases=8, **fields)  # type: ignore[arg-type]
    return run("local", in_this_process(path), oracle, plan)


def test_a_network_on_stubs_earns_nothing_where_its_layers_are_not_asked_for(oracle: Oracle, tmp_path: Path) -> None:
    """It is judged as it is: nothing of it runs."""
    path = tmp_path / "mallory.py"
    path.write_text(NET_ON_STUBS)
    assert judged(path, "s5", oracle).summary.score == 0


def test_a_network_on_stubs_has_its_own_points_where_the_layers_pay(oracle: Oracle, tmp_path: Path) -> None:
    """The charge is moved, and stands in the same report."""
    path = tmp_path / "mallory.py"
    path.write_text(NET_ON_STUBS)
    layers = {name: {"forward": 2.0, "gradient": 2.0} for name in ("affine", "relu", "softmax_loss")}
    report = by_points(path, {**layers, "two_layer_net": {"interface": 6.0}}, oracle)
    assert (report.summary.score, report.summary.max_score) == (6, 18)


MASKED = """
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, m = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm, rv = bn_param.get("running_mean", np.zeros(x.shape[1])), bn_param.get("running_var", np.zeros(x.shape[1]))
    cache = None
    if bn_param["mode"] == "train":
        mu, var = x.mean(0), x.var(0)
        std = np.sqrt(var + eps)
        xhat = (x - mu) / std
        rm, rv = m * rm + (1 - m) * mu, m * rv + (1 - m) * var
        cache = (xhat, std, gamma)
    else:
        xhat = (x - rm) / (np.sqrt(rv) + eps)
    bn_param["running_mean"], bn_param["running_var"] = rm.astype(x.dtype), rv.astype(x.dtype)
    return gamma * xhat + beta, cache


def batchnorm_backward(dout, cache):
    xhat, std, gamma = cache
    d = dout * gamma
    return (d - d.mean(0) - xhat * (d * xhat).mean(0)) / std, (dout * xhat).sum(0), dout.sum(0)


def batchnorm_backward_alt(dout, cache):
    CHANGED
    return batchnorm_backward(dout, cache)
"""
BATCHNORM = tuple(map(contract_named, ("batchnorm", "batchnorm_alt")))


@pytest.mark.parametrize(
    ("change", "bad"),
    [
        ("pass", {"batchnorm.forward"}),
        ("xhat, std = cache", {"batchnorm.forward", "batchnorm_alt.gradient"}),
        ("dout = 2 * dout", {"batchnorm.forward", "batchnorm_alt.gradient"}),
    ],
    ids=["right", "raises", "wrong"],
)
def test_a_wrong_test_mode_excuses_no_backward(change: str, bad: set[str], oracle: Oracle, tmp_path: Path) -> None:
    """The backward's cases are all of training, where the forward is right."""
    path = tmp_path / "layers.py"
    path.write_text(MASKED.replace("CHANGED", change))
    report = run("local", in_this_process(path), oracle, Plan(BATCHNORM))
    assert {f"{r.contract}.{r.check}" for r in report.results if r.status.is_bad and r.required} == bad


def result(name: str, lost: float, worth: float = 4.0, diagnosis: str | None = None, right: float = 0.5) -> Result:
    """A result of ``contract.check``."""
    contract, _, check = name.partition(".")
    status = Status.FAILED if lost else Status.PASSED
    plain = Result(contract, check, status, required=True, cases=1, diagnosis=diagnosis, right=right)
    return replace(plain, points=worth - lost, max_points=worth)


def points_of(results: tuple[Result, ...]) -> list[float]:
    """What each earns."""
    return [each.points for each in results]


def test_a_mistake_with_a_name_costs_half_of_a_contract() -> None:
    """Of all its checks together; one without a name costs what it costs."""
    passed = result("affine.purity", 0, 2)
    named = [result("affine.forward", 4, diagnosis="a:b"), result("affine.gradient", 4, diagnosis="a:b"), passed]
    nameless = [replace(each, diagnosis=None) for each in named]
    assert sum(points_of(settled(named))) == 5
    assert sum(points_of(settled(nameless))) == 2
    assert sum(points_of(settled(named, is_strict=True))) == 2


def test_what_is_wrong_throughout_may_cost_all() -> None:
    """A name is no merit."""
    named = [result("relu.forward", 4, diagnosis="a:b", right=0.0), result("relu.gradient", 4, right=0.0)]
    assert points_of(settled(named)) == [0, 0]


def test_two_mistakes_may_cost_all() -> None:
    """Each has its half."""
    assert points_of(settled([result("affine.forward", 4, diagnosis="a:b+a:c")])) == [0]


def test_a_mistake_with_a_name_costs_once_over_the_submission() -> None:
    """The contract pays in which it costs most; what may be one of two is the same as either."""
    results = [
        result("batchnorm.forward", 1, diagnosis="bn:eps"),
        result("batchnorm_alt.forward", 2, diagnosis="bn:eps|bn:other"),
        result("layernorm.forward", 2, diagnosis="ln:eps"),
    ]
    assert points_of(settled(results)) == [4, 2, 2]


def test_what_was_skipped_for_a_named_mistake_counts_with_it() -> None:
    """It was lost to the same."""
    depends = found(Kind.DEPENDS, check="forward", status="failed")
    skipped = replace(result("affine.finite_difference", 4), status=Status.SKIPPED, findings=(depends,))
    assert sum(points_of(settled([result("affine.forward", 4, diagnosis="a:b"), skipped]))) == 4
    (cost,) = costs([result("affine.forward", 4, diagnosis="a:b"), skipped])
    assert (cost.mistake, cost.points, cost.where) == ("a:b", 8, ("affine.forward", "affine.finite_difference"))


def test_a_check_without_a_case_is_worth_nothing(oracle: Oracle) -> None:
    """Four cases of relu have no huge inputs: right code has all points that there are."""
    session = in_this_process(EXAMPLES / "right")
    points = {"relu": {"forward": 3.0, "stability": 2.0}}
    report = run("local", session, oracle, Plan((contract_named("relu"),), points=points, cases=4))
    assert (report.summary.score, report.summary.max_score) == (3, 3)


def test_an_assignment_knows_what_it_has_no_case_for(tmp_path: Path) -> None:
    """The same total for whoever could not be judged."""
    file = tmp_path / "a.toml"
    file.write_text('name = "a"\ncases = 4\n[contracts]\nrelu = { forward = 3, stability = 2 }\n')
    assert read(file).max_score == 3
    file.write_text('name = "a"\n[contracts]\nrelu = { forward = 3, stability = 2 }\n')
    assert read(file).max_score == 5


def test_a_contract_may_be_asked_of_some_shapes_alone(oracle: Oracle, tmp_path: Path) -> None:
    """As in the assignment: of dropout those of two axes, of a convolution those that are square."""
    file = tmp_path / "a.toml"
    file.write_text('name = "a"\n[contracts]\ndropout = { gradient = 3, shapes = ["2d"] }\nconv = { square = true }\n')
    task = read(file)
    assert task.contracts == {"dropout": {"gradient": 3}, "conv": {}}
    assert task.to_scopes() == {"dropout": Scope(("2d",)), "conv": Scope(square=True)}
    for name, scope in task.to_scopes().items():
        cases = oracle.cases(contract_named(name), task.to_dialect(), None)
        kept = [case for case in cases if scope.holds(case)]
        assert 0 < len(kept) < len(cases)
        assert name != "dropout" or {case["x"].ndim for case in kept} == {2}
        assert name != "conv" or all(case["w"].shape[2] == case["w"].shape[3] for case in kept)


@pytest.mark.parametrize(("factor", "bad"), [("", {"interface"}), ("3 * ", {"interface", "forward"})])
def test_a_parameter_of_another_size_hides_no_wrong_penalty(
    factor: str, bad: set[str], oracle: Oracle, tmp_path: Path
) -> None:
    """It is put right, so that the rest of the network is judged."""
    source = (EXAMPLES / "s5.py").read_text(encoding="utf-8")
    path = tmp_path / "s5.py"
    for right, wrong in {"(hidden_size, num": "(hidden_size + 1, num", "+ reg * (": f"+ {factor}reg * ("}.items():
        assert source.count(right) == 1
        source = source.replace(right, wrong)
    path.write_text(source, encoding="utf-8")
    report = judged(path, "s5", oracle, cases=None)
    assert {r.check for r in report.results if r.contract == "two_layer_net" and r.status.is_bad} == bad
