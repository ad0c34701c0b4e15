"""Experiments: a folder per question, with the command that answers it."""
