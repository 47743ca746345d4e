"""What stands in for a module that is not there: anything can be imported from it, and says so when it is used."""

import sys
from collections.abc import Iterable, Iterator
from dis import opname
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from gradproof.conformance.harness.absent.led import frames


def _is_at_import() -> bool:
    """Whether a module of the submission is being imported, so that there is no function to charge."""
    modules = (frame.f_globals for frame in frames() if frame.f_code.co_name == "<module>")
    return any(names.get("__name__") != "__main__" for names in modules)


NEWEST = "99.0.0"  # of a module that is not there: who asks whether it is new enough is not held up


class Absent(ModuleType):
    """A module that is not there: anything can be imported from it, and says so when it is used."""

    def __getattr__(self, name: str) -> Any:
        top = self.__name__.partition(".")[0]
        return _placeholder(self.__name__, name, f"{top} is not there where submissions are judged")


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
        return _placeholder(vars(self)["__wanted__"].replace("/", "."), name, vars(self)["__why__"], decorates=False)


class _Placeholder:
    """Something of a module that is not there. Used for a result it raises ImportError.

    While a file is imported it is called and decorates all the same, so that what does not need it is there.
    """

    def __init__(self, name: str, why: str, decorates: bool) -> None:
        vars(self).update(__name__=name, __why__=why, __decorates__=decorates)

    def __getattr__(self, name: str) -> Any:
        told = vars(self)
        return _placeholder(told["__name__"], name, told["__why__"], told["__decorates__"])

    def __instancecheck__(self, _instance: object) -> bool:
        return False

    def __mro_entries__(self, _bases: tuple[object, ...]) -> tuple[type, ...]:
        if not _is_at_import():
            _raise(self)
        return (type(vars(self)["__name__"], (), {"__new__": lambda *_arguments, **_options: _raise(self)}),)


def _placeholder(owner: str, name: str, why: str, decorates: bool = True) -> _Placeholder | str:
    if name == "__version__":
        return NEWEST
    if name.startswith("__"):
        raise AttributeError(f"{owner} has no attribute {name!r}")
    return _Placeholder(f"{owner}.{name}", why, decorates)


def _raise(used: _Placeholder, *_arguments: object, **_options: object) -> NoReturn:
    name, why = vars(used)["__name__"], vars(used)["__why__"]
    raise ImportError(f"{name} is used, and {why}", name=name.partition(".")[0])


def require_there(values: Iterable[object]) -> None:
    """Raise ImportError if one of the values that a function gives is nothing but what stands in."""
    for value in values:
        if type(value) is _Placeholder:
            _raise(value)


def _use(used: _Placeholder, *_arguments: object, **_options: object) -> _Placeholder:
    return used if _is_at_import() else _raise(used)


def _call(used: _Placeholder, *arguments: object, **options: object) -> object:
    """What ``numba.njit`` and its like decorate stays as it is, for they change no result; what is unknown might."""
    decorated = arguments[0] if len(arguments) == 1 and not options and vars(used)["__decorates__"] else None
    return decorated if isinstance(decorated, FunctionType | type) and _is_at_import() else _use(used)


def _parts(used: _Placeholder) -> Iterator[_Placeholder]:
    """As many as are asked for by ``figure, axes = ...``; none, for a loop."""
    frame = sys._getframe(1)
    if not _is_at_import():
        _raise(used)
    operation, count = frame.f_code.co_code[frame.f_lasti : frame.f_lasti + 2]
    return iter([used] * count if opname[operation] == "UNPACK_SEQUENCE" else [])


def _ask(used: _Placeholder, *_arguments: object) -> bool:
    return False if _is_at_import() else _raise(used)


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
    (_ask, ("bool", "contains", "eq", "exit", "ge", "gt", "le", "lt", "ne")),
    (_told, ("format",)),
    (_raise, ("array", "float", "index", "int", "len", "next", "setitem")),
):
    for _operation in _operations:
        setattr(_Placeholder, f"__{_operation}__", _answer)
