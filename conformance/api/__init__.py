"""What ``import gradproof`` offers beside contracts: judging from Python, and closeness without a tolerance."""
