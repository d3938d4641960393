"""Read the records of training runs that ``fastw2v train --json`` prints."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.streams import PathLike


class RunRecord(NamedTuple):
    """What a run was asked for, and the loss of each epoch.

    Parameters
    ----------
    config : dict
        Hyper-parameters by name.
    losses : list of float
        NaN where an epoch had no pairs.
    """

    config: dict[str, Any]
    losses: list[float]


def read_run(path: PathLike) -> RunRecord:
    """Read the record of a run.

    Raises
    ------
    FormatError
        The file is no such record.
    """
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        config = dict(record["config"])
        epochs = record["history"]["epochs"]
        # JSON has no NaN, so a loss that is none was printed as null.
        losses = [
            float("nan") if epoch["loss"] is None else float(epoch["loss"])
            for epoch in epochs
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(
            f"{path} is no record of a run ({type(error).__name__}: {error}): give what "
            "`fastw2v train --json` printed"
        ) from error
    return RunRecord(config, losses)
