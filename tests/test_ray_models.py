"""gensim's class trained by workers of a Ray cluster."""

import pytest
from conftest import TEXT

from fastw2v.models import Word2Vec

ray = pytest.importorskip("ray", reason="Ray is not installed: fastw2v[ray]")
pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("default")]


def test_two_worker_processes_give_the_bits_of_the_simulation():
    settings = {"vector_size": 16, "min_count": 1, "workers": 1, "epochs": 2, "sg": 1}
    text = TEXT * 400
    simulated = Word2Vec(text, cluster="sim:2", **settings)
    real = Word2Vec(text, cluster="local:2", **settings)
    assert (real.wv.vectors == simulated.wv.vectors).all()
    assert (real.syn1neg == simulated.syn1neg).all()
    assert not ray.is_initialized()
