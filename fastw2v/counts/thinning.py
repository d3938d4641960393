"""The text that subsampling leaves."""

from contextlib import closing
from pathlib import Path

import numpy as np

from fastw2v.bundles import Text
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.spool import new_spool
from fastw2v.counts.blocks import spans
from fastw2v.counts.config import CountConfig
from fastw2v.reference.rng import SUBSAMPLE_STREAM, stream_key
from fastw2v.training.subsample import keep_probabilities


def kept_text(
    corpus: EncodedCorpus, config: CountConfig, folder: str | Path | None
) -> Text:
    """Drop tokens of frequent words at random (Mikolov et al. 2013b, section 2.3).

    The draw for a token follows from the seed and its position alone.

    Parameters
    ----------
    corpus : EncodedCorpus
    config : CountConfig
    folder : path or None
        Where to keep the tokens; None for in memory.
    """
    from fastw2v.kernels.cooccurrence import subsample_span

    text = Text(corpus.tokens, corpus.offsets)
    keep_prob = keep_probabilities(corpus.vocab.counts, config.subsample)
    key = stream_key(np.uint64(config.seed), SUBSAMPLE_STREAM)[()]
    with (
        closing(new_spool(np.int32, folder)) as tokens,
        closing(new_spool(np.int64, folder)) as offsets,
    ):
        offsets.append(np.zeros(1))
        for start, stop, _ in spans(text.offsets):
            # Sentences that end in this part, but not at its very beginning.
            first, last = np.searchsorted(text.offsets, [start, stop], "right")
            ends = text.offsets[first:last].copy()
            words = np.empty(stop - start, np.int32)
            kept = subsample_span(text, keep_prob, key, (start, stop), words, ends)
            offsets.append(ends + len(tokens))
            tokens.append(words[:kept])
        arrays = tokens.array(), offsets.array()
    for array in arrays:
        array.flags.writeable = False
    return Text(*arrays)
