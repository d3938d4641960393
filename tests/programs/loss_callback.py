"""Printing the loss of each epoch, by differences."""
# ruff: noqa: T201

from gensim.models import Word2Vec
from gensim.models.callbacks import CallbackAny2Vec


class LossLogger(CallbackAny2Vec):
    def __init__(self):
        self.epoch = 0
        self.previous = 0.0
        self.losses = []

    def on_epoch_end(self, model):
        loss = model.get_latest_training_loss()
        self.losses.append(loss - self.previous)
        print(f"Loss after epoch {self.epoch}: {loss - self.previous}")
        self.previous = loss
        self.epoch += 1


sentences = [["cat", "dog", "mouse", "cheese"], ["car", "road", "wheel", "engine"]] * 30
logger = LossLogger()
model = Word2Vec(
    sentences=sentences, vector_size=10, window=2, min_count=1, sg=1, epochs=8, alpha=0.1,
    compute_loss=True, callbacks=[logger], workers=1, sample=0,
)  # fmt: skip
result = [
    logger.epoch,
    all(loss > 0 for loss in logger.losses),
    logger.losses[-1] < logger.losses[0],
    model.get_latest_training_loss() == logger.previous,
]
