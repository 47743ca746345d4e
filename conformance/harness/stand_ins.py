"""What Python 2 had and a current one has not: names, methods, and modules that stand in for those that are absent.

Runs beside untrusted code. A module that is not there for judging can be imported and says so when it is used for a
result, wherever a submission is judged: behind a wall, where it is hidden, and on a machine that has it. Whoever asks
whether it is there, by an import in a ``try`` that expects it to fail, hears that it is not.
"""

import importlib.util
import sys
from collections.abc import Callable, Mapping
from functools import reduce, wraps
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from itertools import zip_longest
from numbers import Integral
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from gradproof.conformance.harness.absent import notebook
from gradproof.conformance.harness.absent.guards import is_guarded
from gradproof.conformance.harness.absent.led import frames, is_import, is_inside
from gradproof.conformance.harness.absent.missing import NotHandedIn
from gradproof.conformance.harness.absent.placeholders import Absent

if TYPE_CHECKING:
    from importlib.abc import Loader

NAMES: Mapping[str, object] = {
    "basestring": str,
    "long": int,
    "raw_input": input,
    "reduce": reduce,
    "unichr": chr,
    "unicode": str,
    "xrange": range,
}
LISTS: Mapping[str, Callable[..., object]] = {  # what was a list, where Python 2 itself is asked for
    "filter": lambda *given: list(filter(*given)),
    "map": lambda function, *given: [function(*each) if function else each for each in zip_longest(*given)],
    "range": lambda *given: list(range(*given)),
    "zip": lambda *given: list(zip(*given, strict=False)),
}
VIEWS = ("items", "keys", "values")  # methods of a dictionary, the same
LAZY: Mapping[str, object] = {"ifilter": filter, "imap": map, "izip": zip, "izip_longest": zip_longest}  # of itertools
METHODS: Mapping[str, Callable[[Any], Callable[..., object]]] = {
    "has_key": lambda owner: lambda key: key in owner,
    "iteritems": lambda owner: lambda: iter(owner.items()),
    "iterkeys": lambda owner: lambda: iter(owner.keys()),
    "itervalues": lambda owner: lambda: iter(owner.values()),
}
ABSENT = frozenset(
    (
        *("IPython", "PIL", "autograd", "beartype", "cupy", "cv2", "einops", "google", "h5py", "idx2numpy", "imageio"),
        *(
            "ipywidgets",
            "jax",
            "jaxtyping",
            "joblib",
            "keras",
            "line_profiler",
            "matplotlib",
            "mpl_toolkits",
            "networkx",
        ),
        *(
            "nltk",
            "numba",
            "pandas",
            "plotly",
            "psutil",
            "pytest",
            "requests",
            "scipy",
            "seaborn",
            "skimage",
            "sklearn",
        ),
        *("sympy", "tensorboardX", "tensorflow", "termcolor", "torch", "torchaudio", "torchsummary", "torchvision"),
        *("tqdm", "typing_extensions", "wandb", "yaml"),
    )
)
BUILT = "_cython"  # ends the names of what a hand-out has built from .pyx
EXPECTED = ("ImportError", "ModuleNotFoundError")
Look = Callable[..., ModuleSpec | None]


class StandIns:
    """Finds what is not there for judging, before everybody else, and what Python 2's time had.

    Args:
        submission: the file or folder that is judged; what lies in it is found as ever.
    """

    def __init__(self, submission: Path) -> None:
        self._folder = (submission if submission.is_dir() else submission.parent).absolute()
        self.given: set[str] = set()  # the absent ones that were imported
        self.last = NotHandedIn(submission.absolute(), self.given)  # what is asked after everybody else

    def find_spec(self, fullname: str, path: Any = None, _target: object = None) -> ModuleSpec | None:
        """What importlib asks for. Raises ModuleNotFoundError where an absent one is asked for in case it is there."""
        parent, _, name = fullname.rpartition(".")
        top = fullname.partition(".")[0]
        is_absent = top in ABSENT or isinstance(sys.modules.get(parent), Absent) or name.endswith(BUILT)
        if not is_absent and fullname not in CONTENTS:
            return None
        found = PathFinder.find_spec(fullname, path)
        if found is not None and (not is_absent or self._is_own(found)):
            return None
        led = frames()
        if not is_import(led) or any(is_guarded(frame, *EXPECTED) for frame in led):
            if found is None:
                return None
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        self.given.update({top} if is_absent else ())
        return ModuleSpec(fullname, cast("Loader", self), is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module, or one whose every name says that it is not there."""
        top = spec.name.partition(".")[0]
        is_old = spec.name in CONTENTS and top not in ABSENT
        return ModuleType(spec.name) if is_old else Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Fill it with what it has."""
        module.__dict__.update(CONTENTS.get(module.__name__, dict)())

    def _is_own(self, spec: ModuleSpec) -> bool:
        places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
        return any(is_inside(place, self._folder) for place in places)


def install(submission: Path) -> StandIns:
    """From now on, absent modules are stood in for in this process. For one that has imported none of them itself."""
    finder = StandIns(submission)
    sys.meta_path[:] = [finder, *sys.meta_path, finder.last]
    notebook.stand_in()
    importlib.util.find_spec = asking(importlib.util.find_spec)
    return finder


def asking(look: Look) -> Look:
    """``importlib.util.find_spec`` as it is where absent modules are stood in for: none of them is there."""

    @wraps(look)
    def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
        try:
            return look(name, package)
        except ModuleNotFoundError as error:
            if name.partition(".")[0] in ABSENT and error.name == name:
                return None
            raise

    return find_spec


class _Bar:
    """``tqdm``: what it is given, one after the other, and methods that do nothing."""

    def __init__(self, iterable: Any = (), *_arguments: object, **_options: object) -> None:
        self._iterable = iterable

    def __iter__(self) -> Any:
        return iter(self._iterable)

    def __getattr__(self, name: str) -> Any:
        return _nothing


def _nothing(*_arguments: object, **_options: object) -> None:
    """Do nothing."""


def _old_div(first: Any, second: Any) -> Any:
    both = isinstance(first, Integral) and isinstance(second, Integral)
    return first // second if both else first / second


def _public(module: str) -> dict[str, object]:
    return {name: value for name, value in vars(import_module(module)).items() if not name.startswith("__")}


def _as_lists() -> dict[str, object]:
    makers: dict[str, Callable[..., Any]] = {"filter": filter, "map": map, "range": range, "zip": zip}
    return {name: lambda *arguments, make=make: list(make(*arguments)) for name, make in makers.items()}


def _functions() -> dict[str, object]:
    return {name: lambda owner, method=method: method(owner)() for name, method in METHODS.items() if name[0] == "i"}


def _bars() -> dict[str, object]:
    return {"tqdm": _Bar, "tqdm_notebook": _Bar, "trange": lambda *bounds, **_options: _Bar(range(*bounds))}


CONTENTS: Mapping[str, Callable[[], Mapping[str, object]]] = {
    "__builtin__": lambda: {**_public("builtins"), **NAMES},
    "cPickle": lambda: _public("pickle"),
    "future": dict,
    "future.builtins": lambda: _public("builtins"),
    "future.standard_library": lambda: {"install_aliases": _nothing},
    "future.utils": _functions,
    "past": dict,
    "past.builtins": lambda: {**_public("builtins"), **NAMES, **_as_lists()},
    "past.utils": lambda: {"old_div": _old_div},
    "six": lambda: {"PY2": False, "PY3": True, **_functions(), "moves": import_module("six.moves")},
    "six.moves": lambda: {**_public("builtins"), **NAMES, "cPickle": import_module("pickle")},
    "six.moves.cPickle": lambda: _public("pickle"),
    "matplotlib": lambda: {"rcParams": {}, "use": _nothing},
    "matplotlib.pyplot": lambda: {"rcParams": {}, "ion": _nothing},
    "numba": lambda: {"prange": range},
    "tqdm": _bars,
    "tqdm.auto": _bars,
    "tqdm.notebook": _bars,
}
