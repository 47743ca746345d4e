"""The five published systems: code that follows each text gets full points, and the published mistakes are named."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import bad_checks, one_in
from net_judged import by_contract, messages

from gradproof.conformance.checks.results import Run
from gradproof.conformance.engine.assignment import Assignment, located, read
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.oracle.oracle import Oracle, pick
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "submissions"
SYSTEMS = {"s1": "s1", "s2": "s2.py", "s3": "s3", "s4": "s4.py", "s5": "s5.py"}

Edit = tuple[str, str, str]  # a file of the right example ("" if it is one), a text that stands in it once, another
Bad = dict[str, set[str]]  # contract -> the checks that report the mistake


@dataclass(frozen=True)
class Mistake:
    """A published mistake, put into the right example."""

    system: str
    name: str
    edits: tuple[Edit, ...]
    bad: Bad
    says: tuple[str, ...] = ()  # words of the messages, hints included
    explains: dict[str, str] = field(default_factory=dict)  # "contract check" -> words of why it is skipped

    def write(self, folder: Path) -> Path:
        """The example with the mistake."""
        source = EXAMPLES / SYSTEMS[self.system]
        target = folder / source.name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
        for place, old, new in self.edits:
            path = target / place if place else target
            text = path.read_text()
            assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path.name}"
            path.write_text(text.replace(old, new))
        return target


def judged(path: Path, system: str, oracle: Oracle) -> Run:
    """The report on a submission under the assignment of that name."""
    task = read(located(system))
    rows = tuple(map(contract_named, task.contracts))
    plan = Plan(rows, task.to_dialect(), points=task.contracts, required=task.requirements())
    with Sandbox(path) as session:
        return run(path.name, session, oracle, plan)


def bad(report: Run) -> Bad:
    """What is bad and counts."""
    required = {name: {c: r for c, r in rows.items() if r.required} for name, rows in by_contract(report).items()}
    return {name: checks for name, rows in required.items() if (checks := bad_checks(rows))}


def worth(task: Assignment) -> float:
    """The points of an assignment."""
    return sum(sum(points.values()) for points in task.contracts.values())


LAYERS, DEEP, NETS = "cs231n/layers.py", "cs231n/classifiers/fc_net.py", "nets.py"

GRAPH = "    dbeta = np.sum(dout, axis=0)\n    dgamma = np.sum(dout * xhat, axis=0)\n\n"
SIMPLIFIED = GRAPH.replace("\n\n", "\n    N = len(dout)\n")
GENERATOR = '    rng = np.random.default_rng(dropout_param.get("seed"))\n'
GLOBAL_SEED = '    if "seed" in dropout_param:\n        np.random.seed(dropout_param["seed"])\n'
DEEP_LOSS, DEEP_GRADIENT = "loss += 0.5 * self.reg * np.sum(W * W)", "+= self.reg * W\n"
RELU = ("", "    return np.maximum(z, 0)\n", "    z[z < 0] = 0\n    return z\n")
DERIVATIVE = ("", "    return (z > 0).astype(z.dtype)\n", "    z[z > 0] = 1\n    z[z <= 0] = 0\n    return z\n")
FULL_HINT = "right under another convention, l2=full: the penalty of a network is reg * sum of W^2"
HALF_HINT = "right under another convention, l2=half: the penalty of a network is 0.5 * reg * sum of W^2"
PENALTY_HINT = "biases, gamma and beta are not penalised"


def rows(text: str) -> str:
    """Sums over the batch that keep their axis."""
    return text.replace("axis=0)", "axis=0, keepdims=True)")


MISTAKES = (
    Mistake(
        "s1",
        "gradients_of_gamma_and_beta_are_rows",
        ((LAYERS, GRAPH, rows(GRAPH)), (LAYERS, SIMPLIFIED, rows(SIMPLIFIED))),
        {"batchnorm": {"interface"}},
        ("dgamma has shape (1, 2), expected (2,)", "dbeta has shape (1, 2), expected (2,)"),
        {"batchnorm_alt interface": "interface of batchnorm failed, on which it builds"},
    ),
    Mistake(
        "s1",
        "running_statistics_are_rows",
        (
            (LAYERS, "np.mean(x, axis=0)", "np.mean(x, axis=0, keepdims=True)"),
            (LAYERS, "np.var(x, axis=0)", "np.var(x, axis=0, keepdims=True)"),
        ),
        {"batchnorm": {"interface"}},
        ("running_mean has shape (1, 2), expected (2,)", "running_var has shape (1, 2), expected (2,)"),
    ),
    Mistake(
        "s1",
        "dropout_does_not_scale_at_test_time",
        ((LAYERS, "        out = x * p\n", "        out = x\n"),),
        {"dropout": {"forward"}},
        ("test_out differs from the reference in 2 of 2 cases",),
    ),
    Mistake(
        "s1",
        "dropout_seeds_the_global_generator",
        ((LAYERS, GENERATOR, GLOBAL_SEED), (LAYERS, "rng.random(x.shape) < p", "np.random.rand(*x.shape) < p")),
        {},  # as the handout does: it is mentioned and costs nothing
        ("dropout_forward seeds NumPy's global generator",),
    ),
    Mistake(
        "s1",
        "penalty_without_the_half",
        (
            (DEEP, DEEP_LOSS, DEEP_LOSS.replace("0.5 * ", "")),
            (DEEP, DEEP_GRADIENT, DEEP_GRADIENT.replace("self", "2 * self")),
        ),
        {"fully_connected_net": {"forward"}},
        ("loss differs from the reference in", FULL_HINT),
        {"batchnorm_net forward": "forward of fully_connected_net failed, on which it builds"},
    ),
    Mistake(
        "s1",
        "penalty_without_the_half_in_the_loss_alone",
        ((DEEP, DEEP_LOSS, DEEP_LOSS.replace("0.5 * ", "")),),
        {"fully_connected_net": {"forward"}},
        ("loss differs from the reference in", PENALTY_HINT),
    ),
    Mistake(
        "s2",
        "softmax_reads_an_undefined_name",
        (("", "a = exps / total\n", "a = exps / totals\n"),),
        {"softmax_cross_entropy": {"forward"}},
        ("softmax_cross_entropy raised NameError: name 'totals' is not defined (s2.py, line 18)",),
    ),
    Mistake(
        "s2",
        "relu_and_its_derivative_write_into_their_argument",
        (RELU, DERIVATIVE),
        {"list_net": {"gradient"}},
        ("differ from the reference in",),
    ),
    Mistake(
        "s2",
        "logarithm_of_a_probability_that_is_0",
        (("", "log_a = z - np.log(total)", "log_a = np.log(a)"),),
        {"softmax_cross_entropy": {"stability"}},
        ("loss differs from the reference in", "a probability that underflows to 0 has no logarithm"),
    ),
    Mistake(
        "s2",
        "softmax_without_the_row_maximum",
        (("", "z = logits - logits.max(axis=1, keepdims=True)", "z = logits"),),
        {"softmax_cross_entropy": {"stability"}},
        ("a, loss differ from the reference in", "without each row's own maximum taken out exp overflows"),
    ),
    Mistake(
        "s3",
        "penalty_of_the_deep_net_without_the_half",
        (
            (NETS, "loss += 0.5 * self.reg * np.sum(self.", "loss += self.reg * np.sum(self."),
            (NETS, "dW + self.reg", "dW + 2 * self.reg"),
        ),
        {"fully_connected_net": {"forward"}},
        ("loss differs from the reference in", FULL_HINT),
    ),
    Mistake(
        "s3",
        "penalty_of_the_shallow_net_without_the_half",
        (
            (NETS, "0.5 * self.reg * (np", "self.reg * (np"),
            (NETS, "dW1 + self.reg", "dW1 + 2 * self.reg"),
            (NETS, "dW2 + self.reg", "dW2 + 2 * self.reg"),
        ),
        {"shallow_layer_net": {"forward"}},
        ("loss differs from the reference in", FULL_HINT),
        {"shallow_training training": "forward of shallow_layer_net failed, on which it builds"},
    ),
    Mistake(
        "s4",
        "p_is_the_probability_to_keep",
        (("", "rng.rand(*X.shape) >= p) / (1.0 - p)", "rng.rand(*X.shape) < p) / p"),),
        {"dropout": {"dropout_scaling"}},
        ("the probability to drop a unit", "right under another convention, dropout_p=keep"),
    ),
    Mistake(
        "s4",
        "plain_dropout",
        (
            ("", ">= p) / (1.0 - p))", ">= p))"),
            ("", "        return X, None\n    p", '        return X * (1 - dropout_param["p"]), None\n    p'),
        ),
        {"dropout": {"dropout_scaling"}},
        ("right under another convention, dropout=vanilla: training only masks",),
    ),
    Mistake(
        "s5",
        "penalty_is_twice_what_its_gradient_belongs_to",
        (("", "data_loss + reg * (", "data_loss + 2 * reg * ("),),
        {"two_layer_net": {"forward"}},
        ("loss differs from the reference in", PENALTY_HINT),
        {
            "two_layer_net finite_difference": "forward failed, while the gradients are those of the reference",
            "two_layer_training training": "forward of two_layer_net failed, on which it builds",
        },
    ),
    Mistake(
        "s5",
        "penalty_with_the_half",
        (
            ("", "data_loss + reg * (", "data_loss + 0.5 * reg * ("),
            ("", "2 * reg * W1", "reg * W1"),
            ("", "2 * reg * W2", "reg * W2"),
        ),
        {"two_layer_net": {"forward"}},
        ("loss differs from the reference in", HALF_HINT),
    ),
    Mistake(
        "s5",
        "backward_reads_an_undefined_name",
        (("", "dscores.dot(W2.T)", "dscore.dot(W2.T)"),),
        {"two_layer_net": {"forward"}},
        ("TwoLayerNet.loss raised NameError: name 'dscore' is not defined (s5.py, line 38)",),
    ),
)
# as the texts have it, x is (N, D): a network that does not flatten is right
FLAT = (
    Mistake(
        "s2",
        "x_is_not_flattened",
        (("", "a = x.reshape(len(x), -1)", "a = x"), ("", "[x.reshape(len(x), -1)]", "[x]")),
        {},
    ),
    Mistake(
        "s5",
        "x_is_not_flattened",
        (("", "        X = X.reshape(N, -1)\n", ""),),
        {},
    ),
)

OTHER_ORDER = Mistake(
    "s3",
    "inputs_come_before_hidden_layers",
    (
        (NETS, "hidden_dims, input_dim=3 * 32 * 32,", "input_dim=3 * 32 * 32, hidden_dims=[50, 50],"),
        (NETS, "reg=0.0, weight_scale=1e-2,", "reg=0.0, weight_scale=1e-3,"),
    ),
    {},
)


def as_parameters(mistakes: tuple[Mistake, ...]) -> list[object]:
    """Each under its name; what is not met yet must fail."""
    return [pytest.param(each, id=f"{each.system}-{each.name}") for each in mistakes]


@pytest.fixture(scope="module")
def golden() -> Oracle:
    """The committed answers."""
    return pick("golden", None, None)


@pytest.mark.parametrize(
    "answers", ["golden", pytest.param("torch", marks=[pytest.mark.needs_torch, pytest.mark.release])]
)
@pytest.mark.parametrize("system", SYSTEMS)
def test_code_that_follows_the_text_gets_full_points(system: str, answers: str) -> None:
    """Every check is passed, the advisory ones too."""
    report = judged(EXAMPLES / SYSTEMS[system], system, pick(answers, None, None))
    assert messages(report) == ""
    assert (report.summary.passed, report.summary.advisory) == (sum(r.required for r in report.results), 0)
    assert report.summary.score == report.summary.max_score == worth(read(located(system)))


@pytest.mark.parametrize("mistake", one_in(6, as_parameters(MISTAKES)))
def test_a_published_mistake_is_named_and_costs_points(tmp_path: Path, golden: Oracle, mistake: Mistake) -> None:
    """By the checks that it belongs to and no other, in words that say what is wrong."""
    report = judged(mistake.write(tmp_path), mistake.system, golden)
    assert bad(report) == mistake.bad
    told = " | ".join(f"{result.message} {result.hint}" for result in report.results if result.status.is_bad)
    for words in mistake.says:
        assert words in told
    results = by_contract(report)
    for place, words in mistake.explains.items():
        contract, check = place.split()
        assert words in results[contract][check].message
    assert (report.summary.score < worth(read(located(mistake.system)))) == bool(mistake.bad)


@pytest.mark.parametrize("variant", as_parameters(FLAT))
def test_a_network_need_not_flatten_where_the_text_has_rows(tmp_path: Path, golden: Oracle, variant: Mistake) -> None:
    report = judged(variant.write(tmp_path), variant.system, golden)
    assert bad(report) == {}


def test_a_deep_network_takes_its_sizes_in_the_order_of_either_text(tmp_path: Path, golden: Oracle) -> None:
    """S3's has the inputs first, S1's the hidden layers: nobody loses a point by it."""
    report = judged(OTHER_ORDER.write(tmp_path), OTHER_ORDER.system, golden)
    assert messages(report) == ""
    assert report.summary.score == report.summary.max_score == worth(read(located(OTHER_ORDER.system)))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (RELU, "relu_forward writes to its argument x; work on a copy"),
        (DERIVATIVE, "x, an argument of relu_forward, is written to by a later call through the cache"),
    ],
    ids=["relu", "derivative"],
)
def test_a_relu_that_writes_into_its_argument_is_named_through_an_adapter(
    tmp_path: Path, golden: Oracle, edit: Edit, words: str
) -> None:
    """One of the two alone changes no number of the network; an adapter shows the functions themselves."""
    path = Mistake("s2", "", (edit,), {}).write(tmp_path)
    assert bad(judged(path, "s2", golden)) == {}
    adapter = tmp_path / "adapter.py"
    adapter.write_text(
        "import submission\n"
        "def relu_forward(x):\n    return submission.relu(x), x\n"
        "def relu_backward(dout, cache):\n    return dout * submission.relu_derivative(cache)\n"
    )
    with Sandbox(path, adapter) as session:
        report = run(path.name, session, golden, Plan((contract_named("relu"),)))
    assert bad(report) == {"relu": {"purity"}}
    assert words in messages(report)


def test_an_assignment_is_known_by_name_in_capitals_too(gradproof) -> None:
    """And the report has the points."""
    code, out, err = gradproof("check", EXAMPLES / "s5.py", "--assignment", "S5", "--oracle", "golden")
    assert (code, err) == (0, "")
    assert "23 of 23 points" in out


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "what stands after --assignment is empty"),
        ("s6", "there is no such file, and no shipped assignment of that name; "),
        ("week1-layer", "no shipped assignment of that name; did you mean 'week1-layers'?"),
        ("s1.toml", "assignment s1.toml cannot be read: No such file or directory"),
        ("s1/s2", "assignment s1/s2 cannot be read: No such file or directory"),
    ],
)
def test_a_wrong_name_of_an_assignment_gets_one_line(
    gradproof, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, words: str
) -> None:
    """On stderr, with exit code 2, and with the names that there are or the nearest one."""
    monkeypatch.chdir(tmp_path)
    code, out, err = gradproof("check", EXAMPLES / "s5.py", "--assignment", given)
    assert (code, out) == (2, "")
    assert err.startswith("gradproof: ")
    assert err.count("\n") == 1
    assert words in err


def test_the_assignments_are_listed(gradproof) -> None:
    """With their points and contracts."""
    code, out, _ = gradproof("list", "assignments")
    assert code == 0
    lines = {line.split()[0]: line for line in out.splitlines() if not line.startswith(" ")}
    for system in SYSTEMS:
        task = read(located(system))
        assert f" {worth(task):g} " in lines[system]
        assert task.name in lines[system]
