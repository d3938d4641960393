"""spec2vec: train on mass spectra, save, load, and compare spectra."""

import tempfile
from pathlib import Path

import gensim
import numpy as np
from judging import report, timed
from matchms import Spectrum, calculate_scores
from spec2vec import Spec2Vec, SpectrumDocument
from spec2vec.model_building import train_new_word2vec_model

FAMILIES, MEMBERS = 8, 40
rng = np.random.default_rng(1)


def spectrum(family: int) -> Spectrum:
    """Return 20 of the 60 peaks that the family's spectra share, and 5 of any."""
    own = rng.choice(np.arange(60), 20, replace=False) + 100 + 70 * family
    mz = np.unique(np.append(own, rng.integers(100, 700, 5))).astype(float)
    return Spectrum(mz, rng.uniform(0.1, 1.0, len(mz)), {"compound_name": str(family)})


spectra = [spectrum(family) for family in range(FAMILIES) for _ in range(MEMBERS)]
documents = [SpectrumDocument(s, n_decimals=2) for s in spectra]
with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/references.model"
    model, seconds = timed(
        lambda: train_new_word2vec_model(
            documents, iterations=[5, 10], filename=path, workers=2
        )
    )
    assert Path(folder, "references_iter_5.model").exists()
    loaded = gensim.models.Word2Vec.load(path)
    assert (loaded.wv.vectors == model.wv.vectors).all()

scorer = Spec2Vec(model=model, intensity_weighting_power=0.5)
scores = scorer.matrix(spectra, spectra, is_symmetric=True)
calculate_scores(spectra[:5], spectra[:5], scorer)
np.fill_diagonal(scores, -1)
families = np.repeat(np.arange(FAMILIES), MEMBERS)
near = np.argsort(-scores, axis=1)[:, :10]
quality = float((families[near] == families[:, None]).mean())
done = "train with its callbacks, save in between, load, scores"
report("spec2vec", quality, seconds, done)
