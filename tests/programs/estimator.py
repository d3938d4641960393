"""A class with fit and transform round the model, as for a scikit-learn pipeline."""

import pickle

import numpy as np
from gensim.models import Word2Vec


class W2VTransformer:
    def __init__(self, size=10, min_count=1, seed=1):
        self.size, self.min_count, self.seed = size, min_count, seed
        self.gensim_model = None

    def fit(self, X, y=None):
        self.gensim_model = Word2Vec(
            sentences=X, vector_size=self.size, min_count=self.min_count,
            seed=self.seed, workers=1,
        )  # fmt: skip
        return self

    def transform(self, X):
        wv = self.gensim_model.wv
        rows = [
            np.mean([wv[w] for w in words if w in wv] or [np.zeros(self.size)], axis=0)
            for words in X
        ]
        return np.array(rows)


X = [["good", "film"], ["bad", "film"], ["good", "book"], []]
fitted = W2VTransformer().fit(X)
again = pickle.loads(pickle.dumps(fitted))
features = again.transform([*X, ["unknown"]])
result = [
    features.shape,
    bool(features[0].any()),
    bool(features[4].any()),
    np.array_equal(features[:4], fitted.transform(X)),
]
