"""The classes of networks, and how their constructors and losses are called."""

from gradproof.conformance.spec.contract import Function

CONSTRUCTORS = {
    "FullyConnectedNet": ("hidden_dims", "input_dim", "num_classes", "..."),
    "ShallowLayerNet": ("input_dim", "hidden_dim", "num_classes", "..."),
    "TwoLayerNet": ("input_size", "hidden_size", "num_classes", "..."),
    "Network": ("sizes",),
    "ConvNet": ("filters", "hidden_dims", "input_dim", "num_classes", "..."),
    "ThreeLayerConvNet": ("input_dim", "num_filters", "filter_size", "hidden_dim", "num_classes", "..."),
}


def class_functions(cls: str) -> tuple[Function, ...]:
    """The constructor and the loss of a network class."""
    constructor = Function(cls, CONSTRUCTORS[cls], ("net",))
    return (constructor, Function(f"{cls}.loss", ("X", "y"), ("loss", "grads")))
