"""mol2vec: train on lines of substructures and sum up molecules, as its tests do."""

import tempfile
from pathlib import Path

import numpy as np
from gensim.models import word2vec
from judging import neighbours_alike, report, timed
from mol2vec.features import (
    insert_unk,
    mol2alt_sentence,
    sentences2vec,
    train_word2vec_model,
)
from rdkit import Chem

assert mol2alt_sentence(Chem.MolFromSmiles("CCO"), 1)
FAMILIES, PARTS = 4, 30
rng = np.random.default_rng(1)
families = rng.integers(0, FAMILIES, 1000)
lines = [
    [str(n) for n in rng.integers(0, PARTS, 20) + 1000 + family * PARTS]
    for family in families
]
with tempfile.TemporaryDirectory() as folder:
    corpus, known = f"{folder}/corpus", f"{folder}/known"
    Path(corpus).write_text("".join(" ".join(line) + "\n" for line in lines))
    insert_unk(corpus, known, threshold=3)
    path = f"{folder}/model"
    _, seconds = timed(
        lambda: train_word2vec_model(known, path, vector_size=50, sample=0, min_count=1)
    )
    model = word2vec.Word2Vec.load(path)
vectors = sentences2vec(lines, model)
report(
    "mol2vec",
    neighbours_alike(vectors, families),
    seconds,
    "train_word2vec_model, load, sentences2vec",
)
