"""Arithmetic on rows of matrices: vector code, or plain loops when the JIT is off."""

from fastw2v.kernels._jit import JIT_IS_ON

if JIT_IS_ON:
    from fastw2v.kernels.simd import (
        add_first_rows,
        add_rows,
        copy_row,
        dots,
        prefetch_rows,
    )
    from fastw2v.kernels.simd_logistic import errors_from_scores
else:
    from fastw2v.kernels.loops import (
        add_first_rows,
        add_rows,
        copy_row,
        dots,
        errors_from_scores,
        prefetch_rows,
    )

__all__ = [
    "add_first_rows",
    "add_rows",
    "copy_row",
    "dots",
    "errors_from_scores",
    "prefetch_rows",
]
