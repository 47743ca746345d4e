"""The operations of ``operation_formulas.py`` that JAX has, in its own functions. Needs jax, which is no dependency."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import nn

jax.config.update("jax_enable_x64", True)


def _by(function: Callable[..., Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda inputs: np.asarray(function(*map(jnp.asarray, inputs.values())))


NAMED = (
    "relu leaky_relu elu selu silu mish softplus sigmoid tanh relu6 hard_sigmoid hard_silu hard_tanh soft_sign "
    "log_sigmoid"
)
OF_NUMPY = "exp expm1 log log1p sqrt square sign hypot logaddexp matmul"
AS_HERE = {
    "hard_sigmoid": "hardsigmoid",
    "hard_silu": "hardswish",
    "hard_tanh": "hardtanh",
    "soft_sign": "softsign",
    "log_sigmoid": "logsigmoid",
}
HANDS = {
    **{AS_HERE.get(name, name): _by(getattr(nn, name)) for name in NAMED.split()},
    **{name: _by(getattr(jnp, name)) for name in OF_NUMPY.split()},
    "gelu": _by(lambda x: nn.gelu(x, approximate=False)),
    "gelu_tanh": _by(lambda x: nn.gelu(x, approximate=True)),
    "rsqrt": _by(jax.lax.rsqrt),
    "erf": _by(jax.scipy.special.erf),
    "xlogy": _by(jax.scipy.special.xlogy),
    "sine": _by(jnp.sin),
    "floor": _by(lambda x: jnp.floor(10 * x)),
    "remainder": _by(lambda x: jnp.remainder(x, jnp.asarray(0.3, x.dtype))),
    "power": _by(lambda p: p**2.5),
    "total": _by(lambda x: x.sum(-1)),
    "mean": _by(lambda x: x.mean(-1)),
    "variance": _by(lambda x: x.var(-1, ddof=1)),
    "std": _by(lambda x: x.std(-1, ddof=1)),
    "logsumexp": _by(lambda x: nn.logsumexp(x, -1)),
    "norm": _by(lambda x: jnp.linalg.norm(x, axis=-1)),
    "maximum": _by(lambda x: x.max(-1)),
    "cumsum": _by(lambda x: jnp.cumsum(x, -1)),
    "prod": _by(lambda p: jnp.prod(p, -1)),
    "softmax": _by(nn.softmax),
    "log_softmax": _by(nn.log_softmax),
    "glu": _by(lambda sequence: nn.glu(sequence, 1)),
    "linear": _by(lambda x, w, b5: x @ w + b5),
    "outer": _by(lambda x, y: jnp.outer(x[0], y[1])),
    "covariance": _by(jnp.cov),
}
