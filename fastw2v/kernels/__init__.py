"""The compiled inner loops.

Three storeys: row helpers (`rng`, `sampling`, `sigmoid`, `logistic`), one serial
worker over a shard (`walk`, `hogwild.train_shard`), thin parallel entries over it.
Shapes and bundles are those of `fastw2v.bundles`; nothing is compiled on import.
"""
