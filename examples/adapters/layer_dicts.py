"""An adapter: layers whose parameters and gradients are in dictionaries, as joelnet's are.

``Linear(input_size, output_size)`` has ``params["w"]`` (in, out) and ``params["b"]``; ``backward(grad)`` returns dx and
fills ``grads``. An activation is a class such as ``Tanh``, or the general ``Activation(f, f_prime)`` with a pair of
functions such as ``tanh`` and ``tanh_prime``: what is given functions is no object by itself, so it is made one here.
No convention is to be declared.

    gradproof check joelnet --adapter examples/adapters/layer_dicts.py
"""

from functools import partial

import submission

import gradproof as gp


def activation(name):
    """Of its own class; or of the general one with its two functions."""
    functions = [getattr(submission, f"{name.lower()}{suffix}", None) for suffix in ("", "_prime")]
    general = getattr(submission, "Activation", None)
    if hasattr(submission, name) or not general or not all(functions):
        return gp.layer(name)
    return gp.layer(made=partial(general, *functions))


globals().update(
    gp.style(
        affine=gp.layer("Linear", given="in out", batch="rows", w="params.w", b="params.b", dw="grads.w", db="grads.b"),
        relu=activation("ReLU"),
        sigmoid=activation("Sigmoid"),
        tanh=activation("Tanh"),
    )
)
