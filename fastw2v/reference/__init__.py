"""The NumPy twin of the kernels: the same mathematics, written to be read."""
