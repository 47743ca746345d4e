"""Old submissions: what the shim puts back, what it leaves alone, and what is said where it is not asked for.

The shim changes the process it is in, so that it is tried in processes of its own, in which there is Python, NumPy
and the suite, and no other package: as where submissions are judged.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import partial
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import RELU, bad_checks

from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.harness.caller import told_of
from gradproof.conformance.harness.python2_syntax import parsed_as_old
from gradproof.conformance.harness.source.names import defined_names
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec import english
from gradproof.conformance.spec.contracts import contract_named

DRIVER = """
import builtins, json, sys
from pathlib import Path
from gradproof.conformance.harness.caller import told_of
from gradproof.conformance.spec import english
from gradproof.conformance.harness import stand_ins
from gradproof.conformance.harness.loader import load

path, adapter, compat = json.loads(sys.argv[1])
stand_ins.install(Path(path))
found, inventory = load(Path(path), frozenset({"probe"}), Path(adapter) if adapter else None, compat=compat)
answer = {"problems": inventory.problems, "leaked": hasattr(builtins, "xrange")}
try:
    answer["value"] = found["probe"]() if found else None
except BaseException as error:
    answer["error"] = english.exception(told_of(error))
print(json.dumps(answer, default=lambda number: number.item()))
"""
Answer = dict[str, Any]
Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which there is NumPy and the suite."""
    folder = tmp_path_factory.mktemp("bare")
    package = Path(np.__file__).parent
    libraries = package.parent / "numpy.libs"
    suite = Path(__file__).resolve().parent.parent / "gradproof"
    for source in (package, suite, *([libraries] if libraries.is_dir() else [])):
        (folder / source.name).symlink_to(source)
    return folder


def asked(bare: Path, folder: Path, compat: bool = True, adapter: str | None = None, **files: str) -> Answer:
    """Call ``probe`` of a submission, given as its files, in a process of its own."""
    submission = folder / "submission"
    for name, source in files.items():
        file = submission / f"{name.replace('__in__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    if adapter:
        (folder / "adapter.py").write_text(adapter)
    argument = json.dumps([str(submission), str(folder / "adapter.py") if adapter else None, compat])
    done = subprocess.run(
        [sys.executable, "-S", "-c", DRIVER, argument],
        env={"PYTHONPATH": str(bare), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def ask(tmp_path: Path, bare: Path) -> Ask:
    """:func:`asked` on a submission of this test's own."""
    return partial(asked, bare, tmp_path)


def probing(expressions: Iterable[str]) -> str:
    """A submission whose ``probe`` gives the value of each expression, or the error in words."""
    lines = "".join(f"        {text!r}: _told(lambda: {text}),\n" for text in expressions)
    return f"""
import numpy as np
d = {{'a': 1}}
def _told(value):
    try:
        return value()
    except Exception as error:
        return type(error).__name__ + ': ' + str(error)
def probe():
    return {{
{lines}    }}
"""


OLD: dict[str, object] = {
    "list(xrange(3))": [0, 1, 2],
    "unicode('a') + unichr(98)": "ab",
    "list(__import__('itertools').izip('ab', [1, 2]))": [["a", 1], ["b", 2]],
    "isinstance('a', basestring)": True,
    "long(3)": 3,
    "reduce(lambda a, b: a * b, [2, 3])": 6,
    "raw_input is input": True,
    "sorted(d.iteritems())": [["a", 1]],
    "next(d.iteritems())": ["a", 1],
    "list(d.itervalues())": [1],
    "list(d.iterkeys())": ["a"],
    "[d.has_key('a'), d.has_key('b')]": [True, False],
    "type('Own', (), {'iteritems': 5}).iteritems": 5,
    "np.zeros(2, np.int).dtype.kind + np.zeros(2, np.float).dtype.kind": "if",
    "np.zeros(2, np.bool).dtype.kind + np.zeros(2, np.object).dtype.kind": "bO",
    "int(np.product([2, 3]))": 6,
    "np.cumproduct([2, 3]).tolist()": [2, 6],
    "[bool(np.alltrue([1, 0])), bool(np.sometrue([1, 0]))]": [False, True],
    "np.in1d([[1, 2], [3, 4]], [2, 3]).tolist()": [False, True, True, False],
    "np.row_stack([[1], [2]]).tolist()": [[1], [2]],
    "np.lib.pad([1], 1, 'constant').tolist()": [0, 1, 0],
    "7 / 2": 3.5,
}


def test_old_names_methods_and_aliases_are_back(ask: Ask) -> None:
    """Each as it was, own methods of such a name left alone; and a division is what Python 3 makes of it."""
    answer = ask(layers=probing(OLD))
    assert answer == {"problems": [], "leaked": False, "value": OLD}


def test_nothing_is_back_unless_it_is_asked_for(ask: Ask) -> None:
    """All of that is an error, but for the division, what NumPy has still and what the submission has itself."""
    given = ask(compat=False, layers=probing(OLD))["value"]
    right = [text for text in OLD if given[text] == OLD[text]]
    assert set(right) <= {"7 / 2", "type('Own', (), {'iteritems': 5}).iteritems", "np.row_stack([[1], [2]]).tolist()"}


def test_all_files_of_a_package_are_reached(ask: Ask) -> None:
    """Those that others import relatively and absolutely as well."""
    answer = ask(
        cs231n__in__layers="from .helpers import count\nfrom cs231n.more import total\n"
        "def probe(): return [count(3), total({'a': 2})]\n",
        cs231n__in__helpers="def count(n): return len(xrange(n))\n",
        cs231n__in__more="def total(d): return sum(v for k, v in d.iteritems())\n",
    )
    assert (answer["problems"], answer["value"]) == ([], [3, 2])


def test_an_error_still_names_the_line(ask: Ask) -> None:
    """Of the file as it was handed in."""
    answer = ask(layers="def probe():\n    for k, v in {'a': 1}.iteritems():\n        pass\n    return 1 / 0\n")
    assert "ZeroDivisionError: division by zero (layers.py, line 4)" in answer["error"]


def test_compiled_files_are_neither_written_nor_read(ask: Ask, tmp_path: Path) -> None:
    """What was compiled without the shim would lack it, and what it leaves behind would be taken for plain."""
    files = {"pack__in____init__": "", "pack__in__layers": "def probe(): return list({'a': 1}.iterkeys())\n"}
    plain = ask(compat=False, **files)
    assert "'dict' object has no attribute 'iterkeys'" in plain["error"]
    caches = list((tmp_path / "submission").rglob("*.pyc"))
    assert caches
    assert ask(**files)["value"] == ["a"]
    for cache in caches:
        cache.unlink()
    ask(**files)
    assert not list((tmp_path / "submission").rglob("*.pyc"))


def test_an_adapter_is_not_old(ask: Ask) -> None:
    """It is the course's own, and no advice to use the shim is given where it is in use."""
    answer = ask(adapter="import submission\ndef probe(): return xrange(3)\n", layers="old = xrange(3)\n")
    assert "name 'xrange' is not defined" in answer["error"]
    assert "--compat" not in answer["error"]


IMPORTS = """
from __future__ import print_function
from future import standard_library
standard_library.install_aliases()
from builtins import range, object
from past.builtins import xrange
from past.utils import old_div
from six.moves import range, cPickle as pickle
import six.moves.cPickle
import cPickle, __builtin__, six, future.utils, h5py, imageio, cv2, IPython
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
plt.rcParams['figure.figsize'] = (10.0, 8.0)
import matplotlib.gridspec as gridspec
from scipy.misc import imread, imresize
from scipy.ndimage import imread as other_imread
from scipy import misc
from tqdm import tqdm, trange
from tqdm.notebook import tqdm as notebook_tqdm
from PIL import Image
from IPython import display
import numpy as np
"""


OLD_MODULES: dict[str, object] = {
    "list(xrange(2))": [0, 1],
    "[old_div(7, 2), old_div(-7, 2), old_div(7.0, 2), old_div(np.array([7]), 2).tolist()]": [3, -4, 3.5, [3.5]],
    "pickle.loads(cPickle.dumps([1]))": [1],
    "sorted(six.iteritems({'a': 1}))": [["a", 1]],
    "sorted(future.utils.itervalues({'a': 1}))": [1],
    "[__builtin__.xrange(3)[1], six.moves.xrange(3)[2]]": [1, 2],
    "[n for n in tqdm([1, 2], desc='x')] + list(trange(2)) + list(notebook_tqdm([3]))": [1, 2, 0, 1, 3],
}
ABSENT = {
    "float(plt.plot([1]))": "matplotlib.pyplot.plot",
    "len(gridspec.GridSpec(2, 2))": "matplotlib.gridspec.GridSpec",
    "imread('cat.jpg')": "scipy.misc.imread",
    "misc.imread('cat.jpg')": "scipy.misc.imread",
    "other_imread('cat.jpg')": "scipy.ndimage.imread",
    "cv2.imread('cat.jpg')": "cv2.imread",
    "cv2.COLOR + 1": "cv2.COLOR",
    "1 + cv2.COLOR": "cv2.COLOR",
    "np.asarray(cv2.COLOR)": "cv2.COLOR",
    "[1 for _ in imageio.frames]": "imageio.frames",
    "h5py.File('x')['y']": "h5py.File",
    "h5py.files['y']": "h5py.files",
    "1 if IPython.here else 2": "IPython.here",
    "Image.open('x')": "PIL.Image.open",
    "__import__('types').new_class('Sub', (display.Base,))": "IPython.display.Base",
}


@pytest.fixture(scope="module")
def with_imports(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """What all of these give in a submission that imports all of those."""
    folder = tmp_path_factory.mktemp("imports")
    return asked(bare, folder, layers=IMPORTS + probing([*OLD_MODULES, *ABSENT]))


@pytest.mark.parametrize("expression", OLD_MODULES)
def test_modules_of_old_are_stood_in_for(with_imports: Answer, expression: str) -> None:
    """With what is used of them."""
    assert with_imports["problems"] == []
    assert with_imports["value"][expression] == OLD_MODULES[expression]


@pytest.mark.parametrize("use", ABSENT)
def test_what_is_absent_can_be_imported_and_says_so_when_it_is_used(with_imports: Answer, use: str) -> None:
    """By its full name, whatever is done with it."""
    name, module = ABSENT[use], ABSENT[use].partition(".")[0]
    told = f"ImportError: {name} is used, and {module} is not there where submissions are judged"
    assert with_imports["value"][use] == told


def test_a_module_that_is_there_is_not_stood_in_for(ask: Ask) -> None:
    """The submission's own file of such a name, for one."""
    layers = "import tqdm, past\ndef probe(): return [tqdm.mine, past.mine]\n"
    assert ask(layers=layers, tqdm="mine = 1", past="mine = 2")["value"] == [1, 2]


def test_compiled_parts_of_a_submission_are_as_if_not_built(ask: Ask, tmp_path: Path) -> None:
    """The handout asks for them in a try, and so goes on."""
    library = tmp_path / "submission" / "cs231n" / f"im2col_cython{EXTENSION_SUFFIXES[0]}"
    library.parent.mkdir(parents=True)
    library.write_bytes(b"")
    guarded = "try:\n    from cs231n.im2col_cython import im2col\nexcept ImportError as error:\n    told = str(error)\n"
    answer = ask(cs231n__in____init__="", cs231n__in__layers=guarded + "def probe(): return told\n")
    assert (answer["problems"], answer["value"]) == ([], "cs231n.im2col_cython is compiled, and only source is run")


SHIM = "judge with --compat, or compat = true in the assignment"
HANDOUT = "the handout's compiled part is not run; the assignment cs231n-a2-convnets asks for no fast layers"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("xrange(3)", f"; Python 2: {SHIM}"),
        ("unicode('a')", f"; Python 2: {SHIM}"),
        ("{}.iteritems()", f"; Python 2: {SHIM}"),
        ("{}.has_key(1)", f"; Python 2: {SHIM}"),
        ("from itertools import izip", f"; Python 2: {SHIM}"),
        ("import itertools; itertools.imap", f"; Python 2: {SHIM}"),
        ("np.int", f"; an old NumPy: {SHIM}"),
        ("np.product", f"; an old NumPy: {SHIM}"),
        ("np.alltrue", f"; an old NumPy: {SHIM}"),
        ("np.lib.pad", f"; an old NumPy: {SHIM}"),
        ("np.zeros(4 / 2)", "; Python 2 integer division? write //, or judge with --python2"),
        ("np.zeros((4 / np.float64(2), 1))", "; Python 2 integer division? write //, or judge with --python2"),
        ("range(4 / 2)", "; Python 2 integer division? write //, or judge with --python2"),
        ("x = [1, 2]; x[2 / 2]", "; Python 2 integer division? write //, or judge with --python2"),
        ("x = [1, 2]; x[:2 / 2]", "; Python 2 integer division? write //, or judge with --python2"),
        ("np.ones(3)[4 / 2]", "; Python 2 integer division? write //, or judge with --python2"),
        ("np.ones(3)[4 / 2:]", "; Python 2 integer division? write //, or judge with --python2"),
        ("np.arange(4).repeat(np.arange(4) / 2)", "; Python 2 integer division? write //, or judge with --python2"),
        ("col2im_6d_cython()", f"; {HANDOUT}"),
        ("im2col()", f"; {HANDOUT}"),
        ("{}.keys()[0]", "; a list in Python 2? write list(...), or judge with --python2"),
        ("map(abs, [1])[0]", "; a list in Python 2? write list(...), or judge with --python2"),
        ("range(3) + [1]", "; a list in Python 2? write list(...), or judge with --python2"),
        ("undefined", ""),
        ("{}.nothing", ""),
        ("np.nothing", ""),
        ("import nowhere", ""),
        ("[][0]", ""),
        ("np.zeros('a')", ""),
    ],
)
def test_an_error_that_is_owed_to_age_says_what_to_do(code: str, words: str) -> None:
    """And no other error does."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is
        exec(code, {"np": np})
    told = english.exception(told_of(caught.value))
    assert told.endswith(words)
    assert words or not any(each in told for each in ("--compat", "write"))


PRINTS = """
print 'hello'
if True: print 'a', 'b' % (), ; x = 1
print '%d of %d' % (
    1, 2)  # of them
print "(", x  # not )
def _told(name):
    print 'told', name
    return print_count
print_count = 3
"""


def test_print_statements_are_read_as_calls(capsys: pytest.CaptureFixture[str]) -> None:
    """On one line or several, beside others, with comments behind them."""
    space: dict[str, Any] = {}
    exec(compile(parsed_as_old(PRINTS.encode(), "layers.py"), "layers.py", "exec"), space)
    assert space["_told"]("once") == 3
    assert capsys.readouterr().out.splitlines() == ["hello", "a b", "1 of 2", "( 1", "told once"]


@pytest.mark.parametrize("compat", [False, True])
def test_a_file_with_print_statements_is_judged_with_the_shim_alone(tmp_path: Path, compat: bool) -> None:
    """Without it the message says so."""
    path = tmp_path / "layers.py"
    path.write_text(RELU + PRINTS)
    with Sandbox(path, compat=compat) as session:
        offered, problems = session.inventory.functions, session.inventory.problems
    assert ("relu_forward" in offered) == compat
    assert [problem.endswith(f"; Python 2: {SHIM}") for problem in problems] == ([] if compat else [True])


@pytest.mark.parametrize(
    ("line", "is_old"),
    [
        ("exec 'x = 1'", True),
        ("raise ValueError, 'wrong'", True),
        ("if 1 <> 2: pass", True),
        ("x = `1`", True),
        ("x = 10L", True),
        ("x = 0777", True),
        ("x = ur'a'", True),
        ("try:\n    pass\nexcept ValueError, e:\n    pass", True),
        ("x = = 1", False),
        ("x = 1 +  # `as` in <> 10L", False),
        ("def f(x) return x", False),
        ("print('a'", False),
    ],
)
def test_python_2_syntax_is_named_and_not_judged(tmp_path: Path, line: str, is_old: bool) -> None:
    """With file and line; another error of syntax is not taken for it."""
    path = tmp_path / "layers.py"
    path.write_text(f"import numpy as np\n{line}\n")
    names, problem = defined_names(path)
    assert names == set()
    assert problem.startswith("layers.py: syntax error in line ")
    assert ("the syntax of Python 2, which cannot be judged" in problem) == is_old


@pytest.mark.parametrize("compat", [True, False])
def test_an_old_submission_is_judged_with_the_shim_alone(tmp_path: Path, oracle: Oracle, compat: bool) -> None:
    """It passes with it; without it, each call says what would help."""
    path = tmp_path / "layers.py"
    body = "    for _ in xrange(1): {'x': np.float(1)}.iteritems()\n    return np.maximum"
    path.write_text(RELU.replace("    return np.maximum", body))
    with Sandbox(path, compat=compat) as session:
        report = run("layers.py", session, oracle, Plan((contract_named("relu"),), cases=6))
    results = {result.check: result for result in report.results}
    assert bad_checks(results) == (set() if compat else {"forward"})
    assert compat or results["forward"].message.endswith(SHIM)
