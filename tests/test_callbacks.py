"""CallbackAny2Vec: the same tests on gensim's and on ours."""

import inspect

import pytest

import fastw2v
from fastw2v.models import callbacks as ours
from fastw2v.training.callbacks import StopTraining

EVENTS = ["on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end"]


@pytest.fixture(params=["fastw2v", "gensim"])
def base(request):
    if request.param == "gensim":
        module = pytest.importorskip("gensim.models.callbacks")
        return module.CallbackAny2Vec
    return ours.CallbackAny2Vec


def test_every_event_takes_the_model_and_does_nothing(base):
    own = [n for n, _ in inspect.getmembers(base, inspect.isfunction) if n[0] != "_"]
    assert sorted(own) == sorted(EVENTS)
    for event in EVENTS:
        assert getattr(base(), event)("model") is None
        assert getattr(base(), event)(model="model") is None


def test_events_can_be_overridden_one_by_one(base):
    class Counting(base):
        epochs = 0

        def on_epoch_end(self, model):
            self.epochs += 1

    counting = Counting()
    for event in EVENTS:
        getattr(counting, event)(None)
    assert counting.epochs == 1


def test_stop_training_is_no_error_of_ours():
    """So that catching what went wrong does not catch it."""
    assert fastw2v.StopTraining is ours.StopTraining is StopTraining
    assert not issubclass(StopTraining, fastw2v.Fastw2vError)
