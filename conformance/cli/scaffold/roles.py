"""What a name in somebody's class stands for: which layer, which parameter, which gradient."""

import re

LAYERS = {
    "affine": "affine dense linear fullyconnected fullconnected fullyconnect fc innerproduct",
    "relu": "relu rectifiedlinear rectifiedlinearunit",
    "leaky_relu": "leakyrelu lrelu",
    "sigmoid": "sigmoid logistic",
    "tanh": "tanh hyperbolictangent",
    "elu": "elu",
    "selu": "selu",
    "gelu": "gelu",
    "silu": "silu swish",
    "softplus": "softplus",
    "mish": "mish",
    "batchnorm": "batchnorm batchnormalization batchnorm1d batchnormalization1d bn",
    "layernorm": "layernorm layernormalization layernorm1d",
    "softmax_loss": "softmaxcrossentropy crossentropy softmaxwith softmaxcategoricalcrossentropy softmax"
    " softmaxandcrossentropy crossentropywithlogits softmaxcrossentropywithlogits categoricalcrossentropy",
    "mse_loss": "mse meansquarederror meansquared",
}
OF_LOSSES = "_loss"
BESIDE = re.compile(r"layer|activation|function|func|(?<![a-z0-9])act(?![a-z0-9])|[^a-z0-9]")
COST = re.compile(r"loss|cost|criterion")

PARAMETERS = {
    "w": "w weight weights kernel weightmatrix wt",
    "b": "b bias biases",
    "gamma": "gamma scale",
    "beta": "beta shift",
    "running_mean": "runningmean movingmean runmean runningmu popmean",
    "running_var": "runningvar movingvar runningvariance movingvariance runvar popvar",
    "eps": "eps epsilon",
    "momentum": "momentum",
    "x": "x input inputs in inp data z a",
    "training": "training train istraining trainmode istrain",
    "testing": "eval test testing istest inference",
    "negative_slope": "negativeslope alpha slope leak a negslope",
    "alpha": "alpha a",
}
OF_A_GRADIENT = re.compile(r"(?:gradients?|grad|dld|djd|dl|dj|delta|nabla|d)_?(.+)|(.+?)_?(?:gradients?|grads?)")
GRADIENTS = re.compile(r"d?grads?|gradients?|d?params?_?grads?")
RATES = re.compile(r"lr|eta|.*rate|.*optimi[sz]er|opt")
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
INPUTS = "in input inputs nin ninput ninputs inp fanin prev previous from d nx"
OUTPUTS = "out output outputs nout noutput noutputs fanout units neurons hidden nodes to next m ny"


def layer_of(name: str) -> str | None:
    """The contract that a class of that name is judged by, if any."""
    plain = BESIDE.sub("", name.lower())
    is_loss = COST.search(plain) is not None
    called = {COST.sub("", plain), name.lower().replace("_", "")}  # LayerNorm is not called so for being a layer
    found = [each for each, names in LAYERS.items() if not called.isdisjoint(names.split())]
    return next((each for each in found if each.endswith(OF_LOSSES) or not is_loss), None)


def is_of(name: str, side: str) -> bool:
    """Whether an argument of that name counts inputs, or outputs: ``n_in``, ``input_size``, ``numOutputs``."""
    return any(word.lower() in side.split() for word in WORDS.findall(name))


def holds(name: str, role: str) -> bool:
    """Whether an argument or a place of that name is a role: ``w``, ``running_mean``, ``training``."""
    return name.rpartition(".")[2].lower().replace("_", "") in PARAMETERS[role].split()


def is_gradient(place: str, role: str) -> bool:
    """Whether a place of that name holds the gradient by it: ``dW``, ``weights_grad``, ``grads.W``."""
    above, _, last = place.rpartition(".")
    match = OF_A_GRADIENT.fullmatch(last.lower())
    return (match is not None and holds(match[1] or match[2], role)) or (
        GRADIENTS.fullmatch(above.lower()) is not None and holds(last, role)
    )
