"""The compiled inner loops.

Three storeys: helpers for draws and rows (`rng`, `sampling`; `rows`, which is the
vector code of `simd*` or its twin `loops`; the gradient step `logistic`), one serial
worker over a shard (`walk`, `hogwild.train_shard`), a parallel entry over it.
Shapes and bundles are those of `fastw2v.bundles`; nothing is compiled on import.
"""
