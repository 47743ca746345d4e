"""Sixty-odd operations of torch, written out: ``m`` has the functions, of NumPy or of what stands in for it.

Each is the torch function that ``TORCH`` has under its name, on inputs drawn as ``INPUTS`` says. What is wrong with an
implementation is made of these texts by ``operations.py``.
"""

# ruff: noqa: ANN001, ANN201, ARG001, D103, SIM905 - formulas, by torch's names
import torch
from torch.nn import functional as F  # noqa: N812 - as everybody has it

ROWS, IMAGE, SEQUENCE = (6, 9), (2, 4, 6, 5), (2, 4, 11)


def relu(m, x):
    return m.maximum(x, 0)


def leaky_relu(m, x):
    return m.where(x > 0, x, 0.01 * x)


def elu(m, x):
    return m.where(x > 0, x, m.expm1(m.minimum(x, 0)))


def selu(m, x):
    return 1.0507009873554805 * m.where(x > 0, x, 1.6732632423543772 * m.expm1(m.minimum(x, 0)))


def gelu(m, x):
    return 0.5 * x * m.erfc(-x / m.sqrt(2.0))


def gelu_tanh(m, x):
    return 0.5 * x * (1 + m.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))


def silu(m, x):
    return x / (1 + m.exp(-x))


def mish(m, x):
    return x * m.tanh(m.maximum(x, 0) + m.log1p(m.exp(-m.abs(x))))


def softplus(m, x):
    return m.maximum(x, 0) + m.log1p(m.exp(-m.abs(x)))


def softsign(m, x):
    return x / (1 + m.abs(x))


def sigmoid(m, x):
    return 1 / (1 + m.exp(-x))


def logsigmoid(m, x):
    return m.minimum(x, 0) - m.log1p(m.exp(-m.abs(x)))


def tanh(m, x):
    return m.tanh(x)


def hardsigmoid(m, x):
    return m.minimum(m.maximum(x + 3, 0), 6) / 6


def hardswish(m, x):
    return x * m.minimum(m.maximum(x + 3, 0), 6) / 6


def hardtanh(m, x):
    return m.minimum(m.maximum(x, -1), 1)


def relu6(m, x):
    return m.minimum(m.maximum(x, 0), 6)


def tanhshrink(m, x):
    return x - m.tanh(x)


def softshrink(m, x):
    return m.where(x > 0.5, x - 0.5, m.where(x < -0.5, x + 0.5, 0 * x))


def hardshrink(m, x):
    return m.where(m.abs(x) > 0.5, x, 0 * x)


def floor(m, x):
    return m.floor(10 * x)


def remainder(m, x):
    return x - 0.3 * m.floor(x / 0.3)


def sign(m, x):
    return m.where(x > 0, 1 + 0 * x, m.where(x < 0, -1 + 0 * x, 0 * x))


def exp(m, x):
    return m.exp(x)


def expm1(m, x):
    return m.expm1(x)


def log(m, p):
    return m.log(p)


def log1p(m, p):
    return m.log1p(p)


def sqrt(m, p):
    return m.sqrt(p)


def rsqrt(m, p):
    return 1 / m.sqrt(p)


def square(m, x):
    return x * x


def power(m, p):
    return m.exp(2.5 * m.log(p))


def sine(m, x):
    return m.sin(x)


def erf(m, x):
    return m.erf(x)


def xlogy(m, x, p):
    return x * m.log(p)


def hypot(m, x, y):
    return m.sqrt(x * x + y * y)


def logaddexp(m, x, y):
    return m.maximum(x, y) + m.log1p(m.exp(-m.abs(x - y)))


def total(m, x):
    return m.sum(x, axis=-1)


def mean(m, x):
    return m.sum(x, axis=-1) / x.shape[-1]


def variance(m, x):
    centred = x - m.mean(x, axis=-1, keepdims=True)
    return m.sum(centred * centred, axis=-1) / (x.shape[-1] - 1)


def std(m, x):
    centred = x - m.mean(x, axis=-1, keepdims=True)
    return m.sqrt(m.sum(centred * centred, axis=-1) / (x.shape[-1] - 1))


def logsumexp(m, x):
    top = m.max(x, axis=-1, keepdims=True)
    return m.log(m.sum(m.exp(x - top), axis=-1)) + top[..., 0]


def norm(m, x):
    return m.sqrt(m.sum(x * x, axis=-1))


def l1_norm(m, x):
    return m.sum(m.abs(x), axis=-1)


def maximum(m, x):
    return m.max(x, axis=-1)


def cumsum(m, x):
    return m.matmul(x, m.triu(x.shape[-1], x))


def prod(m, p):
    return m.exp(m.sum(m.log(p), axis=-1))


def softmax(m, x):
    powers = m.exp(x - m.max(x, axis=-1, keepdims=True))
    return powers / m.sum(powers, axis=-1, keepdims=True)


def softmin(m, x):
    powers = m.exp(m.min(x, axis=-1, keepdims=True) - x)
    return powers / m.sum(powers, axis=-1, keepdims=True)


def log_softmax(m, x):
    shifted = x - m.max(x, axis=-1, keepdims=True)
    return shifted - m.log(m.sum(m.exp(shifted), axis=-1, keepdims=True))


def layer_norm(m, x, g, b):
    centred = x - m.mean(x, axis=-1, keepdims=True)
    return g * centred / m.sqrt(m.mean(centred * centred, axis=-1, keepdims=True) + 1e-5) + b


def rms_norm(m, x, g):
    return g * x / m.sqrt(m.mean(x * x, axis=-1, keepdims=True) + 1e-6)


def batch_norm(m, x, g, b):
    centred = x - m.mean(x, axis=0, keepdims=True)
    return g * centred / m.sqrt(m.mean(centred * centred, axis=0, keepdims=True) + 1e-5) + b


def instance_norm(m, image):
    centred = image - m.mean(image, axis=(2, 3), keepdims=True)
    return centred / m.sqrt(m.mean(centred * centred, axis=(2, 3), keepdims=True) + 1e-5)


def group_norm(m, image):
    groups = image.reshape(2, 2, 2, 6, 5)
    centred = groups - m.mean(groups, axis=(2, 3, 4), keepdims=True)
    normal = centred / m.sqrt(m.mean(centred * centred, axis=(2, 3, 4), keepdims=True) + 1e-5)
    return normal.reshape(image.shape)


def normalize(m, x):
    return x / m.maximum(m.sqrt(m.sum(x * x, axis=-1, keepdims=True)), 1e-12)


def mse_loss(m, x, y):
    return m.mean((x - y) * (x - y), axis=(0, 1))


def l1_loss(m, x, y):
    return m.mean(m.abs(x - y), axis=(0, 1))


def smooth_l1_loss(m, x, y):
    off = m.abs(x - y)
    return m.mean(m.where(off < 1, 0.5 * off * off, off - 0.5), axis=(0, 1))


def huber_loss(m, x, y):
    off = m.abs(x - y)
    return m.mean(m.where(off < 0.7, 0.5 * off * off, 0.7 * (off - 0.35)), axis=(0, 1))


def binary_cross_entropy(m, q, t):
    return -m.mean(t * m.log(q) + (1 - t) * m.log1p(-q), axis=(0, 1))


def bce_with_logits(m, x, t):
    return m.mean(m.maximum(x, 0) - x * t + m.log1p(m.exp(-m.abs(x))), axis=(0, 1))


def cross_entropy(m, x, labels):
    shifted = x - m.max(x, axis=-1, keepdims=True)
    logs = shifted - m.log(m.sum(m.exp(shifted), axis=-1, keepdims=True))
    return -m.mean(logs[range(len(x)), labels], axis=0)


def kl_div(m, q, t):
    return m.sum(t * (m.log(t) - m.log(q)), axis=(0, 1)) / len(q)


def soft_margin_loss(m, x, y):
    return m.mean(m.log1p(m.exp(-m.abs(x * y))) + m.maximum(-x * y, 0), axis=(0, 1))


def cosine_similarity(m, x, y):
    lengths = m.sqrt(m.sum(x * x, axis=-1)) * m.sqrt(m.sum(y * y, axis=-1))
    return m.sum(x * y, axis=-1) / m.maximum(lengths, 1e-8)


def pairwise_distance(m, x, y):
    apart = x - y + 1e-6
    return m.sqrt(m.sum(apart * apart, axis=-1))


def matmul(m, x, w):
    return m.matmul(x, w)


def linear(m, x, w, b5):
    return m.matmul(x, w) + b5


def outer(m, x, y):
    return x[0][:, None] * y[1][None, :]


def covariance(m, x):
    centred = x - m.mean(x, axis=1, keepdims=True)
    return m.matmul(centred, centred.T) / (x.shape[1] - 1)


def attention(m, x, y):
    scores = m.matmul(x, y.T) / m.sqrt(9.0)
    powers = m.exp(scores - m.max(scores, axis=-1, keepdims=True))
    return m.matmul(powers / m.sum(powers, axis=-1, keepdims=True), y)


def glu(m, sequence):
    return sequence[:, :2] / (1 + m.exp(-sequence[:, 2:]))


def avg_pool1d(m, sequence):
    return (sequence[:, :, 0:9:2] + sequence[:, :, 1:10:2] + sequence[:, :, 2:11:2]) / 3


def max_pool1d(m, sequence):
    return m.maximum(m.maximum(sequence[:, :, 0:9:2], sequence[:, :, 1:10:2]), sequence[:, :, 2:11:2])


def conv1d(m, sequence, kernel):
    windows = [sequence[:, :, at : at + 3].reshape(2, 12) for at in range(9)]
    return m.stack([m.matmul(each, kernel.reshape(5, 12).T) for each in windows], axis=-1)


def rnn_cell(m, x, h, w, u):
    return m.tanh(m.matmul(x, w) + m.matmul(h, u))


def gru_update(m, x, h, w, u):
    z = 1 / (1 + m.exp(-(m.matmul(x, w) + m.matmul(h, u))))
    return (1 - z) * m.tanh(m.matmul(x, w)) + z * h


INPUTS = {  # name -> shape, and what it is drawn as
    "x": (ROWS, "normal"),
    "y": (ROWS, "normal"),
    "p": (ROWS, "positive"),
    "q": (ROWS, "share"),
    "t": (ROWS, "share"),
    "g": ((9,), "normal"),
    "b": ((9,), "normal"),
    "b5": ((5,), "normal"),
    "w": ((9, 5), "normal"),
    "h": ((6, 5), "normal"),
    "u": ((5, 5), "normal"),
    "image": (IMAGE, "normal"),
    "sequence": (SEQUENCE, "normal"),
    "kernel": ((5, 4, 3), "normal"),
    "labels": ((6,), "labels"),
}
TORCH = {
    **{
        name: getattr(F, name)
        for name in (
            "relu leaky_relu elu selu gelu silu mish softplus softsign logsigmoid hardsigmoid hardswish hardtanh relu6 "
            "tanhshrink softshrink hardshrink mse_loss l1_loss smooth_l1_loss binary_cross_entropy soft_margin_loss "
            "cosine_similarity pairwise_distance"
        ).split()
    },
    **{name: getattr(torch, name) for name in "sigmoid tanh exp expm1 log log1p sqrt rsqrt square erf xlogy".split()},
    **{name: getattr(torch, name) for name in "hypot logaddexp matmul".split()},
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "floor": lambda x: torch.floor(10 * x),
    "remainder": lambda x: torch.remainder(x, 0.3),
    "sign": torch.sign,
    "power": lambda p: p**2.5,
    "sine": torch.sin,
    "total": lambda x: x.sum(-1),
    "mean": lambda x: x.mean(-1),
    "variance": lambda x: x.var(-1),
    "std": lambda x: x.std(-1),
    "logsumexp": lambda x: torch.logsumexp(x, -1),
    "norm": lambda x: torch.linalg.vector_norm(x, dim=-1),
    "l1_norm": lambda x: torch.linalg.vector_norm(x, 1, dim=-1),
    "maximum": lambda x: x.amax(-1),
    "cumsum": lambda x: torch.cumsum(x, -1),
    "prod": lambda p: torch.prod(p, -1),
    "softmax": lambda x: torch.softmax(x, -1),
    "softmin": lambda x: F.softmin(x, -1),
    "log_softmax": lambda x: torch.log_softmax(x, -1),
    "layer_norm": lambda x, g, b: F.layer_norm(x, (9,), g, b),
    "rms_norm": lambda x, g: F.rms_norm(x, (9,), g, 1e-6),
    "batch_norm": lambda x, g, b: F.batch_norm(x, None, None, g, b, training=True),
    "instance_norm": F.instance_norm,
    "group_norm": lambda image: F.group_norm(image, 2),
    "normalize": lambda x: F.normalize(x, dim=-1),
    "huber_loss": lambda x, y: F.huber_loss(x, y, delta=0.7),
    "bce_with_logits": F.binary_cross_entropy_with_logits,
    "cross_entropy": F.cross_entropy,
    "kl_div": lambda q, t: F.kl_div(q.log(), t, reduction="batchmean"),
    "linear": lambda x, w, b5: F.linear(x, w.T, b5),
    "outer": lambda x, y: torch.outer(x[0], y[1]),
    "covariance": torch.cov,
    "attention": lambda x, y: F.scaled_dot_product_attention(x[None], y[None], y[None])[0],
    "glu": lambda sequence: F.glu(sequence, 1),
    "avg_pool1d": lambda sequence: F.avg_pool1d(sequence, 3, 2),
    "max_pool1d": lambda sequence: F.max_pool1d(sequence, 3, 2),
    "conv1d": F.conv1d,
    "rnn_cell": lambda x, h, w, u: torch.tanh(x @ w + h @ u),
    "gru_update": lambda x, h, w, u: torch.lerp(torch.tanh(x @ w), h, torch.sigmoid(x @ w + h @ u)),
}
FORMULAS = {name: globals()[name] for name in TORCH}
