"""The spread that torch.nn.init gives weights."""

from torch.nn import init


def deviation(rule: str, fan_in: int, fan_out: int) -> float:
    """The standard deviation of weights (fan_in, fan_out) by a rule, xavier, he by fan in, or he_out by fan out."""
    if rule == "xavier":
        return float((2 / (fan_in + fan_out)) ** 0.5)
    return float(init.calculate_gain("relu") / (fan_in if rule == "he" else fan_out) ** 0.5)
