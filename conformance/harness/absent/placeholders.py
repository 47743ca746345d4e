"""What stands in for a module that is not there: anything can be imported from it, and says so when it is used."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dis import opname
from types import FunctionType, ModuleType
from typing import Any, NoReturn

import numpy as np

from gradproof.conformance.harness.absent.led import frames


def _is_at_import() -> bool:
    """Whether a module of the submission is being imported, so that there is no function to charge."""
    modules = (frame.f_globals for frame in frames() if frame.f_code.co_name == "<module>")
    return any(names.get("__name__") != "__main__" for names in modules)


def _nothing(*_arguments: object, **_options: object) -> None:
    """Do nothing."""


def _no(*_arguments: object, **_options: object) -> bool:
    return False


def _numpy(*_arrays: object) -> ModuleType:
    return np


ANSWERED: Mapping[str, Callable[..., object]] = {  # what is asked, or set, for the sake of the module alone
    **dict.fromkeys(("torch.is_tensor", "torch.cuda.is_available", "tensorflow.is_tensor"), _no),
    **dict.fromkeys(("torch.manual_seed", "torch.cuda.manual_seed", "torch.cuda.manual_seed_all"), _nothing),
    **dict.fromkeys(("tensorflow.random.set_seed", "keras.utils.set_random_seed"), _nothing),
    "cupy.get_array_module": _numpy,
}
SHOWING = re.compile(
    r"(?:matplotlib|mpl_toolkits|seaborn|plotly|wandb|tensorboardX|IPython|ipywidgets|\w+\.utils\.tensorboard)\b"
)
MAKES_OTHERS = re.compile(  # of a function that computes something else
    r".*\.(?:(?:gu)?vectorize|stencil|cfunc|[vp]map|(?:elementwise_|value_and_|multi)?grad|e?grad|jac\w*|hessian|jvp|vjp"
    r"|custom_\w+|delayed)|numba\.cuda\b.*"
)
ERROR = ("Error", "Exception")  # ends the name of what may stand in an ``except``
NEWEST = "99.0.0"  # of a module that is not there: who asks whether it is new enough is not held up


class Absent(ModuleType):
    """A module that is not there: anything can be imported from it, and says so when it is used."""

    def __getattr__(self, name: str) -> Any:
        top = self.__name__.partition(".")[0]
        return _of(self, self.__name__, name, f"{top} is not there where submissions are judged")


class Missing(ModuleType):
    """The same of a module that nobody handed in: what its decorators make of a function, nobody knows.

    Args:
        name: the module's.
        file: what it would lie in, without its suffix.
        why: what is missing, in words.
    """

    def __init__(self, name: str, file: str, why: str) -> None:
        super().__init__(name)
        vars(self).update(__wanted__=file, __why__=why)

    def __getattr__(self, name: str) -> Any:
        return _of(self, vars(self)["__wanted__"].replace("/", "."), name, vars(self)["__why__"], decorates=False)


class _Placeholder:
    """Something of a module that is not there. Used for a result it raises ImportError.

    While a file is imported it is called and decorates all the same, so that what does not need it is there. So is, at
    any time, what only shows something: no result hangs on a picture.
    """

    def __init__(self, name: str, why: str, decorates: bool) -> None:
        vars(self).update(__name__=name, __why__=why, __decorates__=decorates and not MAKES_OTHERS.fullmatch(name))

    def __getattr__(self, name: str) -> Any:
        told = vars(self)
        return _of(self, told.get("__name__", ""), name, told.get("__why__", ""), told.get("__decorates__", False))

    def __instancecheck__(self, _instance: object) -> bool:
        return False

    def __subclasscheck__(self, _class: object) -> bool:
        return False

    def __mro_entries__(self, _bases: tuple[object, ...]) -> tuple[type, ...]:
        if not _is_at_import():
            _raise(self)
        return (type(vars(self)["__name__"], (_Base,), {"__new__": lambda *_arguments, **_options: _raise(self)}),)


class _Base:
    """What a class derives from whose base is not there, whatever options that takes."""

    def __init_subclass__(cls, **_options: object) -> None:
        super().__init_subclass__()


def _of(owner: object, known_as: str, name: str, why: str, decorates: bool = True) -> object:
    """What an owner that is not there has of that name: the same whenever it is asked for, as a key may have to be."""
    if name == "__version__":
        return NEWEST
    if name.startswith("__"):
        raise AttributeError(f"{known_as} has no attribute {name!r}")
    made: dict[str, object] = vars(owner).setdefault("__made__", {})
    if name not in made:
        whole = f"{known_as}.{name}"
        made[name] = ANSWERED.get(whole) or (_error if name.endswith(ERROR) else _Placeholder)(whole, why, decorates)
    return made[name]


def _error(name: str, why: str, decorates: bool) -> type:
    """What can be expected in an ``except``; called it is a placeholder, for a loss may have such a name."""
    used = _Placeholder(name, why, decorates)

    def new(cls: type, *arguments: object, **options: object) -> object:
        return _call(used, *arguments, **options) if cls is made else Exception.__new__(cls, *arguments)

    made = type(name, (Exception,), {"__new__": new})
    return made


def _raise(used: _Placeholder, *_arguments: object, **_options: object) -> NoReturn:
    name, why = vars(used)["__name__"], vars(used)["__why__"]
    raise ImportError(f"{name} is used, and {why}", name=name.partition(".")[0])


def require_there(values: Iterable[object]) -> None:
    """Raise ImportError if one of the values that a function gives is nothing but what stands in."""
    for value in values:
        if type(value) is _Placeholder:
            _raise(value)


def _is_free(used: _Placeholder) -> bool:
    """Whether it may be used: nothing that is judged hangs on it."""
    return SHOWING.match(vars(used)["__name__"]) is not None or _is_at_import()


def _use(used: _Placeholder, *_arguments: object, **_options: object) -> _Placeholder:
    return used if _is_free(used) else _raise(used)


def _set(used: _Placeholder, *_arguments: object) -> bool:
    return False if _is_free(used) else _raise(used)


def _call(used: _Placeholder, *arguments: object, **options: object) -> object:
    """What ``numba.njit`` and its like decorate stays as it is, for they change no result; what is unknown might."""
    decorated = arguments[0] if len(arguments) == 1 and not options and vars(used)["__decorates__"] else None
    return decorated if isinstance(decorated, FunctionType | type) and _is_at_import() else _use(used)


def _parts(used: _Placeholder) -> Iterator[_Placeholder]:
    """As many as are asked for by ``figure, axes = ...``, or by ``first, *rest = ...``; none, for a loop."""
    frame = sys._getframe(1)
    if not _is_free(used):
        _raise(used)
    extended, after, operation, count = frame.f_code.co_code[max(0, frame.f_lasti - 2) : frame.f_lasti + 2]
    is_starred = opname[operation] == "UNPACK_EX"
    count += after if is_starred and opname[extended] == "EXTENDED_ARG" else 0
    return iter([used] * count if is_starred or opname[operation] == "UNPACK_SEQUENCE" else [])


def _ask(used: _Placeholder, *_arguments: object) -> bool:
    return False if _is_at_import() else _raise(used)


def _is(used: _Placeholder, other: object) -> bool:
    """Whether it is the other: what is there is nothing of a module that is not."""
    return used is other or (_ask(used) if not isinstance(other, type) else False)


def _is_not(used: _Placeholder, other: object) -> bool:
    return not _is(used, other)


def _told(used: _Placeholder, *_arguments: object) -> str:
    return str(vars(used)["__name__"] if _is_at_import() else _raise(used))


ARITHMETIC = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"),
    *("or", "and", "xor"),  # ``or`` of types, in an annotation
)
for _answer, _operations in (
    (_call, ("call",)),
    (_parts, ("iter",)),
    (_use, ("abs", "enter", "getitem", "invert", "neg", "pos", *ARITHMETIC, *(f"r{name}" for name in ARITHMETIC))),
    (_set, ("delitem", "exit", "setitem")),
    (_ask, ("bool", "contains", "ge", "gt", "le", "lt")),
    (_is, ("eq",)),
    (_is_not, ("ne",)),
    (_told, ("format",)),
    (_raise, ("array", "float", "index", "int", "len", "next")),
):
    for _operation in _operations:
        setattr(_Placeholder, f"__{_operation}__", _answer)
