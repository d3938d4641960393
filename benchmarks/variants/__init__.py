"""Contenders for the kernels: same names and arguments, other ways to compute."""
