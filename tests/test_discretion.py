"""What leaves with a student's report where the cases are secret: nothing that a hand-in could have put into it."""

import json
import pickle
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from graded_class import CLASS, rendered

from gradproof.conformance.checks import hints
from gradproof.conformance.checks.discretion import CONCEALED, discreet
from gradproof.conformance.checks.messages import text_for_students
from gradproof.conformance.checks.records import ContractRun
from gradproof.conformance.checks.results import Result
from gradproof.conformance.cli.report import FORMATS
from gradproof.conformance.diagnosis.explain import by_mistake
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.grading.model import Graded, from_line, to_line
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.reports.views import View
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec import english
from gradproof.conformance.spec.contract import Function
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import Finding, Kind, Raised, Thing, found

pytestmark = pytest.mark.usefixtures("without_names")

# Each function tells of its inputs by another channel: in text that begins with LEAK, in numbers that begin with 777.
BY_WORDS = """
import base64, os, sys, warnings
import numpy as np

def told(*arrays):
    return "LEAK" + base64.b16encode(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).decode()[:24]

def relu_forward(x):
    raise ValueError(told(x))
def relu_backward(dout, cache):
    return dout

def leaky_relu_forward(x, alpha=0.01):
    raise type(told(x), (Exception,), {})("no words")
def leaky_relu_backward(dout, cache):
    return dout

def sigmoid_forward(x):
    exec(compile("\\n" * 7770 + "raise KeyError", __file__, "exec"))
def sigmoid_backward(dout, cache):
    return dout

def tanh_forward(x):
    exec(compile("raise KeyError", told(x) + ".py", "exec"))
def tanh_backward(dout, cache):
    return dout

def affine_forward(x, w, b):
    print("!" * 77700)
    warnings.warn(told(x))
    return np.zeros((777, 77)), (x, w, b)
def affine_backward(dout, cache):
    return (dout,) * 777

def batchnorm_forward(x, gamma, beta, bn_param):
    bn_param[told(x)] = 777
    bn_param.setdefault("running_mean", np.zeros(x.shape[1])), bn_param.setdefault("running_var", np.zeros(x.shape[1]))
    return x * 1.777123, x
def batchnorm_backward(dout, cache):
    return np.zeros(1, [(told(dout), float)]), np.float16(777), type(told(dout), (), {})()

def layernorm_forward(x, gamma, beta, ln_param):
    layernorm_backward.__signature__ = __import__("inspect").Signature(
        [__import__("inspect").Parameter(told(x), __import__("inspect").Parameter.KEYWORD_ONLY)])
    return x.astype(np.float16), x
def layernorm_backward(dout, cache):
    return dout, dout[0], dout[0]

def dropout_forward(x, dropout_param):
    mask = np.arange(x.size).reshape(x.shape) % 777 > 0
    return x * mask, mask
def dropout_backward(dout, cache):
    sys.exit(told(dout))

def softmax_loss(x, y):
    return told(x), np.array([told(x)])

def svm_loss(x, y):
    return 0.7770777, x * 1.777123

class FullyConnectedNet:
    def __init__(self, *sizes, **options):
        self.params = {"LEAKED": np.zeros((777, 1)), "LEAKS": np.zeros(7770)}
    def loss(self, X, y=None):
        raise LookupError(told(X))
"""
BY_FORGERY = """
import gc, os
import numpy as np

def server():
    return next(each for each in gc.get_objects() if type(each).__name__ == "Server")

def relu_forward(x):
    server()._emit("LEAK" + str(x.flat[0]), np.random.default_rng().normal(size=777))
    return np.maximum(x, 0), x
def relu_backward(dout, cache):
    return dout * (cache > 0)

def tanh_forward(x):
    told = {"kind": "made_shape", "function": "tanh_forward", "observation": "LEAK", "expected": [777, 777],
            "got": [777], "facts": {"count": 777, "reason": "LEAK"}}
    judge = server()
    judge._done = lambda *_, **__: judge._send({"event": "done", "printed": 777, "watched": {}, "parameters": [],
                                                "script": ["LEAK"], "error": told}) or judge._replies.flush()
    return np.tanh(x), x
def tanh_backward(dout, cache):
    return dout

def affine_forward(x, w, b):
    os._exit(77)
def affine_backward(dout, cache):
    return dout
"""
CONTRACTS = {
    "words": (
        *("relu", "leaky_relu", "sigmoid", "tanh", "affine", "batchnorm", "layernorm", "dropout"),
        *("softmax_loss", "svm_loss", "fully_connected_net"),
    ),
    "forgery": ("relu", "tanh", "affine"),
}


def _named(results: tuple[Result, ...], exam: ContractRun) -> tuple[Result, ...]:
    return by_mistake(results, exam) if exam.contract.name == "svm_loss" else results


@pytest.fixture(scope="module")
def one_named() -> Iterator[None]:
    """Mistakes are looked for in one contract, whose hint has a number then: that takes longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gradproof.conformance.engine.attribution.by_mistake", _named)
        yield


@pytest.fixture(scope="module")
def told(oracle: Oracle, one_named: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graded]:
    """What is written down of each hand-in."""
    made = {}
    for name, source in (("words", BY_WORDS), ("forgery", BY_FORGERY)):
        path = tmp_path_factory.mktemp(name) / "layers.py"
        path.write_text(source)
        contracts = tuple(map(contract_named, CONTRACTS[name]))
        points = {contract.name: {"forward": 1.0} for contract in contracts if "forward" in contract.observes.values()}
        with Sandbox(path) as session:
            judged = run(name, session, oracle, Plan(contracts, cases=4, points=points))
        graded = Graded(name, "layers.py", "d" * 64, judged.summary.score, judged.summary.max_score, None, judged)
        made[name] = from_line(to_line(graded))
    return made


LEAKS = ("LEAK", "777", "1.78", "77.7")


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("name", CONTRACTS)
def test_no_channel_reaches_a_student(style: str, name: str, told: dict[str, Graded]) -> None:
    """Words, classes, places, shapes, counts, dtypes, types, keys, signatures, numbers, exit codes, forged findings."""
    text = rendered(style, View.STUDENT, told[name])
    assert [leak for leak in LEAKS if leak in text.replace(told[name].digest, "")] == []


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_channel_reaches_the_instructor_and_a_student_of_public_cases(name: str, told: dict[str, Graded]) -> None:
    """So the test above looks for what is there."""
    instructor = rendered("html", View.INSTRUCTOR, told[name])
    public = rendered("html", View.STUDENT, told[name], cases="public")
    for text in (instructor, public):
        assert "LEAK" in text
        assert "777" in text


def test_a_student_is_told_type_and_line(told: dict[str, Graded]) -> None:
    """Of an exception that everybody has; and that what is left out can be seen with ``gradproof check``."""
    page = json.loads(rendered("gradescope", View.STUDENT, told["words"]))[0]
    said = {test["name"]: test.get("output", "") for test in page["tests"]}
    assert "relu_forward raised ValueError (layers.py, line 9)" in said["relu.forward"]
    assert "leaky_relu_forward raised an exception of a class of its own (layers.py, line" in said["leaky_relu.forward"]
    assert "sigmoid_forward raised KeyError" in said["sigmoid.forward"]
    assert "line" not in said["sigmoid.forward"]
    assert f"out has shape {CONCEALED}, expected" in said["affine.interface"]
    assert "'gradproof check' shows all of it" in page["output"]


def test_a_hint_keeps_its_sense_and_loses_the_number(told: dict[str, Graded]) -> None:
    """That was measured on what came back: of how the values are wrong, and of an edit that was searched for."""
    assert told["words"].run is not None
    telling = [each for each in told["words"].run.results if each.hint != each.discreet_hint]
    assert telling
    page = unescape(rendered("html", View.STUDENT, told["words"]))
    for each in telling:
        assert any(leak in each.hint for leak in LEAKS)
        assert CONCEALED in each.discreet_hint
        assert not any(leak in level for level in each.discreet_ladder for leak in LEAKS)
        assert hints.told(each, hints.DEFAULT, is_discreet=True) in page


def test_times_are_told_by_the_second() -> None:
    """A hand-in can sleep for as long as its inputs say."""
    assert 'time="1.000"' in rendered("junit", View.STUDENT, *CLASS.submissions, seconds={"ann": 1.25})
    assert 'time="1.250"' in rendered("junit", View.INSTRUCTOR, *CLASS.submissions, seconds={"ann": 1.25})


FOREIGN = Thing("other", "LEAK", "LEAK", (777,), 777)
FACTS = {
    **dict.fromkeys(("reason", "option", "near", "kept", "rate", "different", "used", "code"), "LEAK"),
    **dict.fromkeys(("names", "checks"), ("out",)),
    **{"wrong": 1, "compared": 2, "shared": None, "objective": "out", "inputs": "x", "check": "forward"},
    **{"status": "failed", "lacking": 1, "records": 2, "tried": 3, "steps": 4, "size": 5, "p": 0.5, "keep": 0.5},
    **{"convention": "keep", "calls": "without_a_seed", "lines": "rows", "same": "are_the_same", "seconds": 1.0},
    **{"how": "broke", "signal": "SIGKILL", "count": 777, "runs": 777, "seed": 777, "mode": "?", "hash_seed": "0"},
}
EXPECTED = {
    Kind.RETURNS: ("out", "cache"),
    Kind.UNFILLED: ("LEAK",),
    Kind.PARAMETERS: ("W1", "LEAK"),
    **dict.fromkeys((Kind.RETURNS_AS, Kind.HOLDS, Kind.GAVE, Kind.LEFT), "numbers"),
    Kind.STARTS_AT_OTHERS: 1.0,
    Kind.STARTS_WITH_DEVIATION: 1.0,
    Kind.ACCURACY_OF: 0.5,
}


def findings_of(kind: Kind) -> Iterator[Finding]:
    """One of this kind, with something foreign wherever there is room for it, and one that speaks of another."""
    expected = EXPECTED.get(kind, "LEAK" if kind in (Kind.MISSING, Kind.SIGNATURE, Kind.MADE_SHAPE) else "(2, 3)")
    raised = Raised("LEAK", "LEAK", "layers.py", 3, "", "LEAK")
    got = ("LEAK",) if kind in (Kind.PARAMETERS, Kind.UNFILLED) else FOREIGN
    fields = {"function": "LEAK", "observation": "LEAK", "expected": expected, "got": got, "exception": raised}
    because = found(Kind.RAISED, function="LEAK", exception=raised)
    facts = {name: value for name, value in FACTS.items() if name != "check"}
    facts |= {"reason": "the suite's own words"} if kind == Kind.LOST else {}
    facts |= {"count": 12} if kind == Kind.FEW_SAMPLES else {}
    one = found(kind, contract="relu", check="forward", **fields, error=777.0, secret=("seed",))
    yield one.having(**facts, because=because)


HINTS = (  # what is told of a mistake: no findings of a check
    *(Kind.EDITED, Kind.COMPOSED, Kind.MADE_OF, Kind.CONCEPT, Kind.PLACE, Kind.NUMBERS),
)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in HINTS])
def test_no_kind_of_finding_tells_a_student_what_is_foreign(kind: Kind) -> None:
    """Whatever a submission's process says of itself; and what it has a sentence for has one still."""
    for finding in findings_of(kind):
        told = text_for_students([finding])
        assert "LEAK" not in told
        assert "777" not in told
        if can_be_said(finding):
            assert told == english.sentence(discreet(finding))


def can_be_said(finding: Finding) -> bool:
    """Whether it has the facts that its kind needs; kinds that came later may need others."""
    try:
        return bool(english.sentence(finding))
    except (KeyError, TypeError, ValueError):
        return False


def test_almost_every_kind_is_tried() -> None:
    """So that the test above says something."""
    assert sum(can_be_said(finding) for kind in Kind for finding in findings_of(kind)) > 0.9 * (len(Kind) - len(HINTS))


@pytest.mark.parametrize(
    ("name", "is_told"),
    [("dw", True), ("running_mean_2", True), ("dW12", True), ("dW123", False), ("params['W1']", True), ("dxx", False)],
)
def test_only_names_that_everybody_knows_are_told(name: str, is_told: bool) -> None:
    """But for small numbers in them."""
    told = text_for_students([found(Kind.SHAPE, observation=name, got=(1,), expected=(2,))])
    assert told == f"{name if is_told else CONCEALED} has shape {CONCEALED}, expected (2,)"


def test_nothing_is_told_as_nothing() -> None:
    """That a value is None says that it is not done yet, and no more."""
    told = found(Kind.NO_ARRAY, observation="dx", got=Thing("nothing", "None"))
    assert text_for_students([told]) == "dx is None; it looks unfilled; expected a numeric array"


def test_what_is_new_is_not_told() -> None:
    """Planted: a fact that nobody has allowed, and a sentence that cannot be made without it."""
    told = found(Kind.FEW_MASKS, steps=3, unheard_of="LEAK")
    assert text_for_students([told]) == CONCEALED
    assert "LEAK" not in str(discreet(told))


def test_what_is_concealed_travels_between_processes() -> None:
    """The result of a hand-in comes to the process that writes it down, whatever was left out of its notes."""
    told = found(Kind.NUMERIC, function="relu_backward", runs=48, size=24)
    kept = discreet(told), text_for_students([told])
    assert pickle.loads(pickle.dumps(kept)) == kept
    assert CONCEALED in kept[1]


def test_a_name_of_no_function_is_not_that_of_one() -> None:
    """A signature is told if it is one of the API's."""
    declared = Function("relu_forward", ("x",), ("out", "cache"))
    for expected, said in ((declared.signature(), declared.signature()), ("LEAK(x)", CONCEALED)):
        told = text_for_students([found(Kind.MISSING, function="relu_forward", expected=expected)])
        assert told == f"relu_forward is missing; expected {said}"


def test_a_place_that_is_not_there_is_not_told(tmp_path: Path, oracle: Oracle) -> None:
    """Planted: a line beyond the end of the file; one of NumPy's own is the submission's that called it."""
    path = tmp_path / "layers.py"
    path.write_text(
        "import numpy as np\ndef relu_forward(x):\n    np.linalg.inv(np.zeros((2, 3)))\n"
        "def relu_backward(dout, cache):\n    return dout\n"
        "def tanh_forward(x):\n    exec(compile('\\n' * 70 + 'raise KeyError', 'layers.py', 'exec'))\n"
        "def tanh_backward(dout, cache):\n    return dout\n"
    )
    with Sandbox(path) as session:
        relu, tanh = (contract_named(name) for name in ("relu", "tanh"))
        raised = [session.run(each, oracle.cases(each, count=1)[0]).error.exception for each in (relu, tanh)]
    assert [(each.type, each.file, each.line) for each in raised] == [
        ("LinAlgError", "layers.py", 3),
        ("KeyError", "", None),
    ]
