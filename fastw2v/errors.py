"""Exceptions a caller can tell apart.

Each message names the offending value, the limit and the remedy, on one line.
"""


class Fastw2vError(Exception):
    """Base of every error that fastw2v raises on purpose."""


class ConfigError(Fastw2vError, ValueError):
    """A hyper-parameter is out of its range."""


class CorpusError(Fastw2vError, ValueError):
    """Text or an encoded corpus that cannot be used as it is."""


class CheckpointError(Fastw2vError, ValueError):
    """A checkpoint that the run at hand cannot go on from."""


class FormatError(Fastw2vError, ValueError):
    """A file does not hold what its format promises."""


class VectorsError(Fastw2vError, ValueError):
    """Vectors that cannot be judged or drawn as they are."""


class TooLargeError(Fastw2vError, MemoryError):
    """What is asked for does not fit the memory of the machine or its cgroup."""


class MissingExtraError(Fastw2vError, ImportError):
    """A package is not installed that only some functions need."""


class ClusterError(Fastw2vError, RuntimeError):
    """A cluster that cannot be reached or used, or is lost."""


class TruncatedError(FormatError, EOFError):
    """A file ends before it should."""


class EncodingError(FormatError, UnicodeDecodeError):
    """Text in a file is not in the encoding it was read with.

    Parameters
    ----------
    message : str
    cause : UnicodeDecodeError
        What the codec found.
    """

    def __init__(self, message: str, cause: UnicodeDecodeError) -> None:
        UnicodeDecodeError.__init__(
            self, cause.encoding, cause.object, cause.start, cause.end, cause.reason
        )
        self.message = message

    def __str__(self) -> str:
        return self.message


class DownloadError(Fastw2vError, OSError):
    """A public corpus could not be fetched whole."""


class DivergenceError(Fastw2vError, ArithmeticError):
    """Training produced weights that are no longer finite."""
