"""Trainings: of networks by update rules, of networks by themselves, and of a scripted model by the Solver."""

from gradproof.conformance.spec.contracts.solver import own, scripted, sequences, training

CONTRACTS = (*training.CONTRACTS, *own.CONTRACTS, *scripted.CONTRACTS, *sequences.CONTRACTS)
