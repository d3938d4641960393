"""The processes of a Ray cluster, found without asking Ray."""

import os
import signal
import threading
import time
from pathlib import Path


def parent_of(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def is_below(pid, ancestor):
    while pid > 1:
        pid = parent_of(pid)
        if pid == ancestor:
            return True
    return False


def title_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode()
    except OSError:
        return ""


def actors_of(ancestor, title):
    """Return the pids of actors under a process whose call begins like this."""
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [p for p in pids if title_of(p).startswith(title) and is_below(p, ancestor)]


class Killer(threading.Thread):
    """Kills workers in the middle of a round, again and again.

    Parameters
    ----------
    pauses : iterable of float
        Seconds to wait before each kill.
    title : str
        Of the calls that workers are killed in.
    number : signal
        SIGSTOP lets a worker hang.
    """

    def __init__(self, pauses, title="ray::Worker.train", number=signal.SIGKILL):
        super().__init__(daemon=True)
        self.pauses = iter(pauses)
        self.title = title
        self.number = number
        self.killed = []
        self.is_over = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc_info):
        self.is_over.set()
        self.join()

    def run(self):
        for pause in self.pauses:
            if self.is_over.wait(pause):
                return
            while not (found := actors_of(os.getpid(), self.title)):
                if self.is_over.wait(0.002):
                    return
            pid = found[len(self.killed) % len(found)]
            os.kill(pid, self.number)
            self.killed.append((pid, time.monotonic()))
