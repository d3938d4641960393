"""How much memory a training will take, told before it takes any."""

from fastw2v.bundles import BLOCK, Settings
from fastw2v.config import TrainConfig
from fastw2v.memory import check_memory
from fastw2v.training.weights import padded_width

_FLOAT = 4
_INT = 4
# Of a word beside its rows: its share of noise, of thinning, of the vocabulary's copy.
_WORD_BYTES = 100


def check_fits(
    vocabulary: int, config: TrainConfig, settings: Settings, workers: int
) -> None:
    """Refuse a training whose weights and buffers would not fit.

    Parameters
    ----------
    vocabulary : int
        V.
    config : TrainConfig
    settings : Settings
    workers : int

    Raises
    ------
    TooLargeError
        They need more than is free; the message says how much each.
    """
    weights = weights_bytes(vocabulary, config, settings.private * workers)
    buffers = workers * scratch_bytes(config.dim, settings)
    check_memory(
        f"training {vocabulary} words of dim {config.dim}"
        f" ({weights / 2**20:,.0f} MiB of weights) on {workers} threads"
        f" ({buffers / 2**20:,.0f} MiB of buffers)",
        weights + buffers,
        "lower dim, max_vocab, threads, window or negatives, or raise min_count",
    )


def weights_bytes(vocabulary: int, config: TrainConfig, private_rows: int) -> int:
    """Return the bytes of all matrices and of the tables beside them."""
    matrices = 1 + (config.negatives > 0) + config.hierarchical_softmax
    rows = (vocabulary + private_rows) * matrices
    return rows * padded_width(config.dim) * _FLOAT + vocabulary * _WORD_BYTES


def scratch_bytes(dim: int, settings: Settings) -> int:
    """Return about the bytes of one worker's `Scratch`: its arrays that may be large."""
    contexts = 2 * settings.window
    outputs = (settings.negatives + BLOCK) // BLOCK * BLOCK
    of_a_step = max(min(contexts, settings.group), 3)
    lists = 2 * (contexts * outputs + settings.longest_path) + 2 * contexts
    rows = of_a_step + 3 + 3 * settings.private + contexts * settings.locked
    errors = of_a_step * max(outputs, settings.longest_path)
    return _INT * lists + _FLOAT * (rows * padded_width(dim) + errors)
