"""``gradproof new adapter``: what somebody's classes say of themselves, as a declaration that runs at once."""

from pathlib import Path

import pytest
from conftest import Command, one_in

from gradproof.conformance.cli.scaffold.drafting import draft_of
from gradproof.conformance.harness.source.objects import objects_of

pytestmark = pytest.mark.usefixtures("without_names")

STYLES = Path(__file__).resolve().parent.parent / "examples" / "submissions"
DENSE = """
import numpy as np


class Layer:
    def forward(self, x):
        raise NotImplementedError

    def backward(self, grad):
        raise NotImplementedError


class Dense(Layer):
    def __init__(self, n_in, n_out):
        self.params = {"W": np.random.randn(n_in, n_out), "b": np.zeros((1, n_out))}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, grad):
        self.grads["W"] = self.x.T @ grad
        self.grads["b"] = grad.sum(axis=0, keepdims=True)
        self.x = None
        return grad @ self.params["W"].T


class ReLU(Layer):
    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0)

    def backward(self, grad):
        return np.where(self.mask, grad, 0)
"""
LOSS = """

class SoftmaxCrossEntropy:
    def forward(self, scores, labels):
        shifted = scores - scores.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.p, self.labels = np.exp(logs), labels
        return -logs[np.arange(len(labels)), labels].mean()

    def backward(self):
        d = self.p.copy()
        d[np.arange(len(self.labels)), self.labels] -= 1
        return d
"""


def said_of(source: str, folder: Path) -> dict[str, dict[str, str]]:
    """What the draft says of each contract's layer."""
    (folder / "mine.py").write_text(source)
    return {each.contract: dict(each.said) for each in draft_of(objects_of([folder / "mine.py"])).layers}


def failing(gradproof: Command, path: Path, folder: Path) -> tuple[int, str]:
    """The exit code and the report of a submission by the adapter that is drafted of it."""
    made = folder / "drafted.py"
    code, _, err = gradproof("new", "adapter", path, "--out", made)
    assert (code, err) == (0, "")
    code, told, _ = gradproof(
        *("check", path, "--adapter", made, "--oracle", "golden", "--cases", "6", "--no-sandbox", "--hints", "0")
    )
    return code, told


@pytest.mark.parametrize(
    ("style", "layers"),
    one_in(
        2,
        [
            ("styles/hw1_2022", 5),
            ("right_classes.py", 2),
            ("styles/attributes.py", 3),
            ("styles/hw1_2023", 5),
            ("styles/dicts.py", 2),
            ("styles/hw3_hw4_2024.py", 3),
        ],
    ),
)
def test_a_right_submission_passes_by_its_draft(style: str, layers: int, tmp_path: Path, gradproof: Command) -> None:
    """Layouts, places, means and names of methods as the source has them: no alarm."""
    code, told = failing(gradproof, STYLES / style, tmp_path)
    assert code == 0, told
    assert (tmp_path / "drafted.py").read_text().count("gp.layer(") == layers


def test_a_layer_may_forget_what_its_forward_left(tmp_path: Path, gradproof: Command) -> None:
    """One backward for each forward is all that layers of this kind promise."""
    path = tmp_path / "mine.py"
    path.write_text(DENSE)
    code, told = failing(gradproof, path, tmp_path)
    assert code == 0, told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class ReLU(Layer)", "class Act_ReLU(Layer)"),
        (
            "    def __init__(self, n_in, n_out):\n",
            "    def __init__(self, n_in, n_out, bias=True):\n        self.bias = bias\n",
        ),
    ],
)
def test_a_name_or_a_place_may_have_company(old: str, new: str, tmp_path: Path, gradproof: Command) -> None:
    """``Act_`` is how some begin the names of activations; what says whether there is a bias is no bias."""
    path = tmp_path / "mine.py"
    assert DENSE.count(old) == 1
    path.write_text(DENSE.replace(old, new))
    code, told = failing(gradproof, path, tmp_path)
    assert code == 0, told
    assert {"affine", "relu"} <= {*told.split()}


BATCHNORM = """

class BatchNorm(Layer):
    def __init__(self, dim, momentum=0.9, eps=1e-5):
        super().__init__()
        self.gamma, self.beta, self.momentum, self.eps = np.ones(dim), np.zeros(dim), momentum, eps
        self.running_mean, self.running_var = np.zeros(dim), np.zeros(dim)

    def forward(self, x):
        if self.mode == "train":
            mean, var, m = x.mean(axis=0), x.var(axis=0), self.momentum
            self.running_mean = m * self.running_mean + (1 - m) * mean
            self.running_var = m * self.running_var + (1 - m) * var
        else:
            mean, var = self.running_mean, self.running_var
        self.std = np.sqrt(var + self.eps)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, grad):
        self.dgamma, self.dbeta = (grad * self.x_hat).sum(axis=0), grad.sum(axis=0)
        d = grad * self.gamma
        return (d - d.mean(axis=0) - self.x_hat * (d * self.x_hat).mean(axis=0)) / self.std
"""


@pytest.mark.parametrize(("other", "is_drafted"), [("train", True), ("eval", False)])
def test_a_mode_may_be_a_word_that_a_class_below_keeps(
    other: str, is_drafted: bool, tmp_path: Path, gradproof: Command
) -> None:
    """It is asked by "train" and "test"; where it is compared with others nobody knows which there are."""
    base = "class Layer:\n    def __init__(self):\n        self.mode = 'train'\n"
    path = tmp_path / "mine.py"
    path.write_text(DENSE.replace("class Layer:\n", f"{base}\n") + BATCHNORM.replace('"train"', f'"{other}"'))
    assert ("batchnorm" in [each.contract for each in draft_of(objects_of([path])).layers]) is is_drafted
    if is_drafted:
        code, told = failing(gradproof, path, tmp_path)
        assert code == 0, told
        assert "batchnorm" in told


def test_what_should_come_out_is_laid_out_as_what_comes_out(tmp_path: Path, gradproof: Command) -> None:
    """A loss of two arrays takes both in the style's rows, whatever axes a case has."""
    path = tmp_path / "mine.py"
    path.write_text(
        "class MSELoss:\n    def forward(self, x, y):\n        self.x, self.y = x, y\n"
        "        return ((x - y) ** 2).mean()\n\n    def backward(self):\n"
        "        return 2 * (self.x - self.y) / self.x.size\n"
    )
    code, told = failing(gradproof, path, tmp_path)
    assert code == 0, told
    assert "mse_loss" in told


@pytest.mark.parametrize(
    ("right", "wrong", "check"),
    [
        ("self.x.T @ grad", "self.x.T @ grad * 2", "affine: gradient"),
        ("np.where(self.mask, grad, 0)", "grad", "relu: gradient"),
        ("        self.x = None", "        self.x *= 0", "affine: purity"),
    ],
)
def test_what_is_wrong_is_seen_through_a_draft(
    right: str, wrong: str, check: str, tmp_path: Path, gradproof: Command
) -> None:
    """What spoils an array that the forward left is told, though what a layer forgets is put back."""
    path = tmp_path / "mine.py"
    assert DENSE.count(right) == 1
    path.write_text(DENSE.replace(right, wrong))
    code, told = failing(gradproof, path, tmp_path)
    assert code == 1
    assert f"{check} failed" in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("randn(n_in, n_out)", "randn(n_out, n_in)", {"w": "params.W.T", "dw": "grads.W.T"}),
        ("np.zeros((1, n_out))", "np.zeros(n_out)", {"b": "params.b", "db": "grads.b"}),
        ("np.zeros((1, n_out))", "np.zeros((n_out, 1))", {"b": "params.b[:, None]"}),
        ("def __init__(self, n_in, n_out)", "def __init__(self, n_out, n_in)", {"given": "out in"}),
        ("def __init__(self, n_in, n_out)", "def __init__(self, n_in, n_out, std=0.1)", {"given": "in out"}),
        (
            "    def forward(self, x):\n        self.x = x",
            "    def __call__(self, x):\n        self.x = x\n        return self.forward(x)\n\n"
            "    def forward(self, x):",
            {"methods": "__call__ backward"},
        ),
    ],
)
def test_a_layout_is_that_of_the_shape_it_is_made_in(old: str, new: str, said: dict[str, str], tmp_path: Path) -> None:
    """And an order that of the constructor's arguments."""
    assert DENSE.count(old) == 1
    assert said.items() <= said_of(DENSE.replace(old, new), tmp_path)["affine"].items()


def test_a_mean_is_one_convention_with_a_loss_that_divides_nothing(tmp_path: Path) -> None:
    """The affine layer divides what no loss has divided: neither is a mistake. One alone is declared as it is."""
    mean = DENSE.replace("self.x.T @ grad", "self.x.T @ grad / len(self.x)")
    both = said_of(mean + LOSS, tmp_path)
    assert (both["affine"]["means"], both["softmax_loss"]["per_sample"]) == ("dw db", "dx")
    assert "means" not in said_of(mean, tmp_path)["affine"]
    assert "per_sample" not in said_of(DENSE + LOSS, tmp_path)["softmax_loss"]
    divided = LOSS.replace("return d\n", "return d / len(d)\n")
    assert "means" not in said_of(mean + divided, tmp_path)["affine"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("def __init__(self, n_in, n_out)", "def __init__(self, n_out)", "its constructor wants n_out"),
        (
            "def backward(self, grad):\n        self.grads",
            "def backward(self, grad, lr):\n        self.grads",
            "updates it",
        ),
        ('self.grads["W"] =', 'self.grads["q"] =', "its backward leaves nothing that is called dw"),
        (
            'return grad @ self.params["W"].T',
            'return grad @ self.params["W"].T, 1',
            "it returns several values at once",
        ),
        ("def backward(self, grad):\n        self.grads", "def backward(self, x):\n        self.grads", "given x"),
        ("class Dense", "class Thing", "its name is not that of a layer that can be declared"),
    ],
)
def test_what_the_source_does_not_say_is_listed_with_the_reason(old: str, new: str, why: str, tmp_path: Path) -> None:
    """And not guessed: a wrong declaration accuses right code."""
    assert DENSE.count(old) == 1
    (tmp_path / "mine.py").write_text(DENSE.replace(old, new))
    draft = draft_of(objects_of([tmp_path / "mine.py"]))
    assert [each.contract for each in draft.layers] == ["relu"]
    assert [reason for _, reason in draft.others if why in reason]


@pytest.mark.parametrize(
    ("old", "new", "labels"),
    [
        ("[np.arange(len(labels)), labels].mean()", "[np.arange(len(labels)), labels].mean()", "x y"),
        ("-logs[np.arange(len(labels)), labels].mean()", "-(labels * logs).sum() / len(labels)", "x one_hot"),
    ],
)
def test_labels_are_what_the_forward_does_with_them(old: str, new: str, labels: str, tmp_path: Path) -> None:
    """An index is made of numbers; scores are multiplied by rows."""
    assert said_of("import numpy as np\n" + LOSS.replace(old, new), tmp_path)["softmax_loss"]["forward"] == labels


def test_who_hands_in_classes_is_told_of_adapters(tmp_path: Path, gradproof: Command) -> None:
    """Where there is nothing else to judge; a class of the canonical API that makes no contract whole is no judge."""
    path = tmp_path / "mine.py"
    path.write_text(DENSE)
    code, _, err = gradproof("check", path, "--no-sandbox")
    assert code == 2
    assert "'gradproof new adapter mine.py' drafts one" in err
    path.write_text("class Network:\n    def fit(self):\n        pass\n")
    code, _, err = gradproof("check", path, "--no-sandbox")
    assert code == 2
    assert "makes no contract whole: Network" in err
    path.write_text(f"{DENSE}\n\nclass HuberLoss:\n    pass\n")
    code, _, err = gradproof("check", path, "--no-sandbox")
    assert code == 2
    assert ("no contract covers them" in err, "'gradproof new adapter mine.py' drafts one" in err) == (True, True)


def test_a_draft_takes_no_files_place(tmp_path: Path, gradproof: Command) -> None:
    """Nor is one written of what has no layers, or is not there."""
    path = tmp_path / "mine.py"
    path.write_text(DENSE)
    assert gradproof("new", "adapter", path, "--out", path)[0] == 2
    assert path.read_text() == DENSE
    path.write_text("x = 1\n")
    for given, told in (
        (path, "no class of its files has a forward and a backward"),
        (tmp_path / "none", "no such file"),
    ):
        code, _, err = gradproof("new", "adapter", given, "--out", tmp_path / "made.py")
        assert code == 2
        assert told in err


LAZY = """
import numpy as np


class Dense:
    def __init__(self, units, seed=None):
        self.units = units
        self.W = self.b = None

    def build(self, n_in):
        self.W = np.random.randn(n_in, self.units) * 0.01
        self.b = np.zeros((1, self.units))

    def forward(self, x):
        if self.W is None:
            self.build(x.shape[1])
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0, keepdims=True)
        return grad @ self.W.T


class LayerNorm:
    def __init__(self, epsilon=1e-5):
        self.epsilon = epsilon
        self.is_built = False

    def forward(self, x):
        if not self.is_built:
            self.gamma, self.beta = np.ones(x.shape[1]), np.zeros(x.shape[1])
            self.is_built = True
        self.std = np.sqrt(x.var(axis=1, keepdims=True) + self.epsilon)
        self.xhat = (x - x.mean(axis=1, keepdims=True)) / self.std
        return self.gamma * self.xhat + self.beta

    def backward(self, grad):
        self.dgamma, self.dbeta = (grad * self.xhat).sum(axis=0), grad.sum(axis=0)
        d = grad * self.gamma
        d = d - d.mean(axis=1, keepdims=True) - self.xhat * (d * self.xhat).mean(axis=1, keepdims=True)
        return d / self.std
"""
TURNED = (  # (out, in), in a dictionary that is empty at first
    ("        self.W = self.b = None\n", "        self.params = {}\n"),
    ("        self.W = np.random.randn(n_in, self.units) * 0.01\n", ""),
    (
        "        self.b = np.zeros((1, self.units))\n",
        "        self.params['W'] = np.zeros((self.units, n_in))\n        self.params['b'] = np.zeros(self.units)\n",
    ),
    ("if self.W is None:", "if not self.params:"),
    ("x @ self.W + self.b", "x @ self.params['W'].T + self.params['b']"),
    ("self.dW = self.x.T @ grad", "self.dW = grad.T @ self.x"),
    ("grad.sum(axis=0, keepdims=True)\n        return", "grad.sum(axis=0)\n        return"),
    ("grad @ self.W.T", "grad @ self.params['W']"),
)


@pytest.mark.parametrize("edits", [(), TURNED], ids=("attributes", "turned"))
def test_layers_that_make_their_parameters_at_the_first_call_are_drafted(
    edits: tuple[tuple[str, str], ...], tmp_path: Path, gradproof: Command
) -> None:
    """The sizes come with the batch; a wrong sum is told of them as of any others."""
    source = LAZY
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    said = said_of(source, tmp_path)
    assert (said["affine"]["given"], said["affine"]["lazy"]) == ("out", "True")
    assert "given" not in said["layernorm"]
    path = tmp_path / "mine.py"
    code, told = failing(gradproof, path, tmp_path)
    assert code == 0, told
    wrong = tmp_path / "wrong.py"
    wrong.write_text(source.replace("self.db = grad.sum", "self.db = 2 * grad.sum"))
    (tmp_path / "drafted.py").unlink()
    assert "affine: gradient failed" in failing(gradproof, wrong, tmp_path)[1]


def test_a_product_of_weights_in_a_dictionary_is_one_of_columns(tmp_path: Path) -> None:
    """What stands first says whether a sample is a row or a column, wherever the weights are kept."""
    source = DENSE.replace('x @ self.params["W"] + self.params["b"]', 'self.params["W"] @ x + self.params["b"]')
    (tmp_path / "mine.py").write_text(source)
    assert draft_of(objects_of([tmp_path / "mine.py"])).batch == "columns"
