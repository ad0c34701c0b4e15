"""The arithmetic of the model: numba kernels over plain arrays, importing nothing of the rest."""
