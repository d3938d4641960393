"""Training one window: skip-gram or CBOW, against noise, a path in the tree, or both.

All are `logistic.step` on other rows. Skip-gram's input rows are those of the contexts,
CBOW's one is the hidden vector; the output rows are the center and noise words, or the
inner nodes on the way to the center (hierarchical softmax, Morin and Bengio 2005;
Mikolov et al. 2013b, section 2.1). A function whose first argument is None is compiled
to nothing.
"""

from fastw2v.bundles import PATH_SHAPE, Matrices
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.locks import hold_back, keep_rows
from fastw2v.kernels.logistic import pairs_fit, step, step_of_one
from fastw2v.kernels.rows import gather, prefetch_rows, scatter
from fastw2v.kernels.walk import outputs_of, path_of


@kernel
def train_window(
    skipgram, cbow_mean, weights, scratch, windows, tables, learning_rate, shape
):
    """Train the first of two `windows`, each the (first, stop) of its contexts.

    `tables` are (sampling, settings); the first two arguments are those of the settings.
    The output rows of the step that follows, in this window or in the second, are
    prefetched: they lie anywhere in memory, and waiting for them would take as long as
    the arithmetic.
    """
    sampling, settings = tables
    noise, nodes, rate = sampling.noise_table, sampling.path_nodes, learning_rate
    contexts = windows[0]
    keep_rows(sampling.lock_factors, weights.w_in, scratch, contexts)
    # Not "else": of each branch Numba compiles what None does not rule out.
    if skipgram is not None:
        _skipgram_on_noise(noise, weights, scratch, windows, settings, rate, shape)
        _skipgram_on_path(nodes, weights, scratch, windows, settings, rate)
    if cbow_mean is not None and contexts[0] < contexts[1]:
        gather(weights.w_in, scratch, contexts, cbow_mean)
        _cbow_on_noise(noise, weights, scratch, windows, settings, rate, shape)
        _cbow_on_path(nodes, weights, scratch, windows, settings, rate)
        scatter(weights.w_in, scratch, contexts, settings.cbow_exact == cbow_mean)
    hold_back(sampling.lock_factors, weights.w_in, scratch, contexts)


@kernel
def _skipgram_on_noise(
    noise_table, weights, scratch, windows, settings, learning_rate, shape
):
    if noise_table is None:
        return
    matrices = Matrices(weights.w_in, weights.w_out)
    (first, stop), coming = windows
    group = settings.group
    contexts = 2 if pairs_fit(len(shape)) else group
    for begin in range(first, stop, contexts):
        end = min(begin + contexts, stop)
        # A window here is never empty unless its sentence has one word: reach is
        # at least 1, so where this one has contexts the coming one has too.
        following, past = (end, stop) if end < stop else coming
        for drawn in range(following, min(following + contexts, past), group):
            rows = outputs_of(drawn, settings)
            prefetch_rows(weights.w_out, scratch.outputs, rows)
        outputs = outputs_of(begin, settings)
        step(matrices, scratch, (begin, end), outputs, 1, learning_rate, shape)


@kernel
def _skipgram_on_path(path_nodes, weights, scratch, windows, settings, learning_rate):
    if path_nodes is None:
        return
    matrices = Matrices(weights.w_in, weights.w_nodes)
    (first, stop), coming = windows
    outputs, targets = path_of(first, settings, scratch)
    following, _ = path_of(coming[0], settings, scratch)
    prefetch_rows(weights.w_nodes, scratch.outputs, following)
    for begin in range(first, stop, settings.group):
        inputs = (begin, min(begin + settings.group, stop))
        step(matrices, scratch, inputs, outputs, targets, learning_rate, PATH_SHAPE)


@kernel
def _cbow_on_noise(
    noise_table, weights, scratch, windows, settings, learning_rate, shape
):
    if noise_table is None:
        return
    matrices = Matrices(scratch.hidden, weights.w_out)
    place = scratch.inputs.shape[0] - 2
    current, coming = windows
    if coming[0] < coming[1]:
        rows = outputs_of(coming[0], settings)
        prefetch_rows(weights.w_out, scratch.outputs, rows)
    outputs = outputs_of(current[0], settings)
    inputs = (place, place + 1)
    step_of_one(matrices, scratch, inputs, outputs, learning_rate, shape)


@kernel
def _cbow_on_path(path_nodes, weights, scratch, windows, settings, learning_rate):
    if path_nodes is None:
        return
    matrices = Matrices(scratch.hidden, weights.w_nodes)
    place = scratch.inputs.shape[0] - 1
    current, coming = windows
    outputs, targets = path_of(current[0], settings, scratch)
    following, _ = path_of(coming[0], settings, scratch)
    prefetch_rows(weights.w_nodes, scratch.outputs, following)
    inputs = (place, place + 1)
    step(matrices, scratch, inputs, outputs, targets, learning_rate, PATH_SHAPE)
