"""How GELU goes wrong, to be told by name: ``--contracts gelu.py --contracts gelu_mistakes.py``."""

import gradproof as gp


@gp.misconception(
    "erf_gelu",
    "You use the approximation by tanh; the normal distribution itself is asked for.",
    "The error function has no cubic term. Which of the two formulas is exact?",
)
def approximated_by_tanh(x):
    import torch

    return torch.nn.functional.gelu(x, approximate="tanh")


@gp.misconception(
    "erf_gelu",
    "Your gradient treats Phi(x) as a constant; it depends on x as well.",
    "x * Phi(x) is a product, and both factors change with x.",
)
def gate_is_held_constant(x):
    import torch

    return x * torch.special.ndtr(x.detach())


@gp.misconception("erf_gelu", "Your backward leaves out dout; the chain rule multiplies by it.", "Where is dout used?")
def dout_is_left_out():
    from math import erf

    import numpy as np

    def backward(dout, cache):
        x = cache["x"]
        gate = np.array([(1 + erf(each / 2**0.5)) / 2 for each in x.flat]).reshape(x.shape)
        return gate + x * np.exp(-(x**2) / 2) / (2 * np.pi) ** 0.5 + 0 * dout

    return {"erf_gelu_backward": backward}
