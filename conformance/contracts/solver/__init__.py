"""Trainings: of networks by update rules, of networks by themselves, and of a scripted model by the Solver."""

from conformance.contracts.solver import own, scripted, training

CONTRACTS = (*training.CONTRACTS, *own.CONTRACTS, *scripted.CONTRACTS)
