"""What a step is made of: vector code, or plain loops when the JIT is off."""

from fastw2v.kernels._jit import JIT_IS_ON

if JIT_IS_ON:
    from fastw2v.kernels.simd import score, update
    from fastw2v.kernels.simd_hidden import gather, scatter
    from fastw2v.kernels.simd_lists import has_repeats, prefetch_rows, two_pairs_repeat
    from fastw2v.kernels.simd_logistic import errors_from_scores
    from fastw2v.kernels.simd_pairs import train_pair, train_two_pairs
    from fastw2v.kernels.simd_sampling import draw_outputs
else:
    from fastw2v.kernels.hidden import gather, scatter
    from fastw2v.kernels.loops import (
        errors_from_scores,
        has_repeats,
        prefetch_rows,
        score,
        train_pair,
        train_two_pairs,
        two_pairs_repeat,
        update,
    )
    from fastw2v.kernels.sampling import draw_outputs

__all__ = [
    "draw_outputs",
    "errors_from_scores",
    "gather",
    "has_repeats",
    "prefetch_rows",
    "scatter",
    "score",
    "train_pair",
    "train_two_pairs",
    "two_pairs_repeat",
    "update",
]
