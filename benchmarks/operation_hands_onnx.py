"""The operations of ``operation_formulas.py`` that are one of ONNX, by its reference evaluator. Needs onnx.

Not in float64: attributes such as the slope of LeakyRelu are float32 by the standard, and the evaluator's erf, in Gelu
too, gives float32. The yardstick finds both, off by 1e-8.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

KINDS = {"float16": TensorProto.FLOAT16, "float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}
OPSET = 20


def _node(kind: str, axes: tuple[int, ...] = (), **attributes: Any) -> Callable[[dict[str, Any]], Any]:
    """One operator, evaluated; ``axes`` is an input of the reductions."""

    def run(inputs: dict[str, Any]) -> Any:
        given = {name: np.asarray(value) for name, value in inputs.items()}
        if next(iter(given.values())).dtype == np.float64:
            raise NotImplementedError("attributes are float32")
        dtype = KINDS[str(next(iter(given.values())).dtype)]
        described = [helper.make_tensor_value_info(name, dtype, value.shape) for name, value in given.items()]
        names, held = list(given), []
        if axes:
            names, held = [*names, "axes"], [helper.make_tensor("axes", TensorProto.INT64, [len(axes)], axes)]
        out = helper.make_tensor_value_info("out", dtype, None)
        graph = helper.make_graph([helper.make_node(kind, names, ["out"], **attributes)], kind, described, [out], held)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        return ReferenceEvaluator(model).run(None, given)[0]

    return run


HANDS = {
    "relu": _node("Relu"),
    "leaky_relu": _node("LeakyRelu", alpha=0.01),
    "elu": _node("Elu", alpha=1.0),
    "selu": _node("Selu", alpha=1.0 * 1.6732632423543772, gamma=1.0507009873554805),
    "gelu": _node("Gelu"),
    "gelu_tanh": _node("Gelu", approximate="tanh"),
    "mish": _node("Mish"),
    "softplus": _node("Softplus"),
    "softsign": _node("Softsign"),
    "sigmoid": _node("Sigmoid"),
    "tanh": _node("Tanh"),
    "hardswish": _node("HardSwish"),
    "exp": _node("Exp"),
    "log": _node("Log"),
    "sqrt": _node("Sqrt"),
    "sine": _node("Sin"),
    "erf": _node("Erf"),
    "sign": _node("Sign"),
    "total": _node("ReduceSum", axes=(-1,), keepdims=0),
    "mean": _node("ReduceMean", axes=(-1,), keepdims=0),
    "logsumexp": _node("ReduceLogSumExp", axes=(-1,), keepdims=0),
    "norm": _node("ReduceL2", axes=(-1,), keepdims=0),
    "l1_norm": _node("ReduceL1", axes=(-1,), keepdims=0),
    "maximum": _node("ReduceMax", axes=(-1,), keepdims=0),
    "prod": _node("ReduceProd", axes=(-1,), keepdims=0),
    "softmax": _node("Softmax", axis=-1),
    "log_softmax": _node("LogSoftmax", axis=-1),
    "matmul": _node("MatMul"),
}
