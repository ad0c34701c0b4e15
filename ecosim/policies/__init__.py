"""Policies: dated, aimed, phased rules that change levers and nothing else."""
