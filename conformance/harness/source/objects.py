"""The classes of a submission that have a forward and a backward, read without running them."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gradproof.conformance.harness import compat as shim
from gradproof.conformance.harness.source.reading import source_of

PAIRS = (
    *(("forward", "backward"), ("forward", "backprop"), ("forward", "back"), ("__call__", "backward")),
    *(("forward_pass", "backward_pass"), ("forward_propagation", "backward_propagation"), ("fprop", "bprop")),
    *(("forward_prop", "backward_prop"), ("forward_prop", "back_prop"), ("feed_forward", "back_propagation")),
    *(("forward_propagate", "backward_propagate"), ("feedforward", "backpropagate"), ("call", "backward")),
)
NOTHING = ast.Constant(None)
OF_BASE = "super().__init__"  # the constructor of a class below, which the own one calls
ABSTRACT = ("ABC", "abc.ABC", "Protocol")


@dataclass(frozen=True)
class Method:
    """A function of a class."""

    node: ast.FunctionDef

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Those that a call must give, the object aside."""
        given = (*self.node.args.posonlyargs, *self.node.args.args)[not self._is_static :]
        return tuple(each.arg for each in given[: len(given) - len(self.node.args.defaults)])

    @cached_property
    def options(self) -> tuple[str, ...]:
        """Those that a call may give."""
        given = (*self.node.args.posonlyargs, *self.node.args.args)
        return tuple(each.arg for each in given[len(given) - len(self.node.args.defaults) :])

    @cached_property
    def usual(self) -> Mapping[str, ast.expr]:
        """What each of these is where a call does not give it."""
        return dict(zip(self.options, self.node.args.defaults, strict=True))

    @cached_property
    def results(self) -> tuple[ast.expr, ...]:
        """What it returns, in the order of its lines."""
        found = (node.value for node in ast.walk(self.node) if isinstance(node, ast.Return))
        return tuple(value for value in found if value is not None)

    @cached_property
    def left(self) -> Mapping[str, ast.expr]:
        """What it leaves in the object: places such as ``W``, ``params.W`` and ``grads.0``, and what is put there."""
        return {place: value for node in ast.walk(self.node) for place, value in _left(node)}

    @property
    def is_written(self) -> bool:
        """Whether it does more than to say that another class is to write it."""
        *_, last = self.node.body
        is_words = isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant)
        return not (isinstance(last, ast.Pass | ast.Raise) or is_words)

    @property
    def _is_static(self) -> bool:
        return any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in self.node.decorator_list)


@dataclass(frozen=True)
class ObjectClass:
    """A class whose objects are layers, the classes that it builds on included."""

    name: str
    methods: Mapping[str, Method]
    pair: tuple[str, str]

    @property
    def forward(self) -> Method:
        """What gives the layer's values."""
        return self.methods[self.pair[0]]

    @property
    def backward(self) -> Method:
        """What gives its gradients."""
        return self.methods[self.pair[1]]

    @property
    def called(self) -> tuple[str, str]:
        """The names by which forward and backward are called: an object may keep something when it is called itself."""
        call = self.methods.get("__call__")
        return ("__call__", self.pair[1]) if call is not None and call.left else self.pair

    @property
    def made(self) -> Method | None:
        """The constructor, if it has one."""
        return self.methods.get("__init__")

    @cached_property
    def kept(self) -> Mapping[str, ast.expr]:
        """What an object has before its forward is called: what the constructor puts there, before all others."""
        setting_up = (*self._others, *([self.made] if self.made else ()))
        return {place: value for each in setting_up for place, value in each.left.items()}

    @cached_property
    def made_later(self) -> Mapping[str, ast.expr]:
        """What the constructor leaves out, or leaves as None, and its forward or what that may call puts there."""
        first = self.made.left if self.made else {}
        later = (each for method in (*self._others, self.forward) for each in method.left.items())
        return {place: value for place, value in later if _is_none(first.get(place, NOTHING)) and not _is_none(value)}

    def made_at_the_first_call(self) -> "ObjectClass":
        """The same class, of which an object is looked at after its first call."""
        return _Called(self.name, self.methods, self.pair)

    @property
    def _others(self) -> tuple[Method, ...]:
        return tuple(each for name, each in self.methods.items() if name not in (*self.pair, "__init__"))


class _Called(ObjectClass):
    @cached_property
    def kept(self) -> Mapping[str, ast.expr]:
        """What an object has after its first call."""
        before = {place: value for place, value in super().kept.items() if not _is_none(value)}
        return {**before, **self.made_later}


def objects_of(files: Iterable[Path]) -> tuple[ObjectClass, ...]:
    """The classes of these files that are layers, in the order in which they stand there."""
    classes: dict[str, ast.ClassDef] = {}
    for file in files:
        with suppress(OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            for node in shim.parsed(source_of(file), file).body:
                if isinstance(node, ast.ClassDef):
                    classes.setdefault(node.name, node)
    found = (_layer(name, _methods(name, classes)) for name in classes)
    return tuple(each for each in found if each is not None)


def _layer(name: str, methods: Mapping[str, Method]) -> ObjectClass | None:
    for pair in PAIRS:
        if all(each in methods and methods[each].is_written for each in pair):
            return ObjectClass(name, methods, pair)
    return None


def _methods(name: str, classes: Mapping[str, ast.ClassDef], below: frozenset[str] = frozenset()) -> dict[str, Method]:
    """A class's own functions, before those of what it builds on."""
    node = classes.get(name)
    if node is None or name in below:
        return {}
    found: dict[str, Method] = {}
    for base in reversed([each.id for each in node.bases if isinstance(each, ast.Name)]):
        found.update(_methods(base, classes, below | {name}))
    own = {each.name: Method(each) for each in node.body if isinstance(each, ast.FunctionDef)}
    if "__init__" in found and "__init__" in own:
        found[OF_BASE] = found["__init__"]
    return {**found, **own}


def _left(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _put(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign) and node.value is not None:
        yield from _put(node.target, node.value)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _put(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The places that a target names, each with its value: those of a tuple, a list or a dictionary one by one."""
    if isinstance(target, ast.Tuple | ast.List):
        is_split = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        values = value.elts if is_split and isinstance(value, ast.Tuple | ast.List) else [value] * len(target.elts)
        for each, one in zip(target.elts, values, strict=True):
            yield from _put(each, one)
    elif place := _place(target):
        yield place, value
        yield from ((f"{place}.{step}", part) for step, part in _parts(value))


def _parts(value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(value, ast.Dict):
        for key, part in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), part
    elif isinstance(value, ast.List):
        yield from ((str(index), part) for index, part in enumerate(value.elts))
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
        yield from ((word.arg, word.value) for word in value.keywords if word.arg)


def _place(target: ast.expr) -> str:
    """``params.W`` of ``self.params["W"]`` and of ``self.params["W"][...]``; nothing of what is no part of self."""
    if isinstance(target, ast.Attribute):
        if isinstance(target.value, ast.Name):
            return target.attr if target.value.id == "self" else ""
        above = _place(target.value)
        return f"{above}.{target.attr}" if above else ""
    if isinstance(target, ast.Subscript):
        above, key = _place(target.value), target.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str | int):
            return f"{above}.{key.value}" if above else ""
        return above if isinstance(key, ast.Slice | ast.Tuple | ast.Constant) else ""
    return ""
