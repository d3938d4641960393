"""New sentences come in: more vocabulary, more training."""

from gensim.models import Word2Vec

old = [["obama", "is", "the", "president"], ["paris", "is", "a", "city"]] * 5
new = [["lyon", "is", "a", "city", "too"]] * 5
model = Word2Vec(vector_size=16, min_count=5, workers=1)
model.build_vocab(old)
model.train(old, total_examples=model.corpus_count, epochs=model.epochs)
known = len(model.wv)
model.build_vocab(new, update=True)
model.train(new, total_examples=model.corpus_count, epochs=model.epochs)
model.save("online.model")
model = Word2Vec.load("online.model")
model.train([["hello", "world"]], total_examples=1, epochs=1)
result = [known, len(model.wv), "lyon" in model.wv, model.wv.get_vecattr("is", "count")]
