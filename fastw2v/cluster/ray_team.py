"""Workers that are actors of a Ray cluster; what they merge goes by its object store."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from fastw2v.bundles import Shards, Totals
from fastw2v.cluster.config import RayCluster
from fastw2v.cluster.driver import WAVE_ROWS
from fastw2v.cluster.pulls import Backlog
from fastw2v.cluster.ray_calls import Laggards, drain, wait_for, waited
from fastw2v.cluster.ray_crew import Crew, Member, crew_on
from fastw2v.cluster.ray_start import import_ray
from fastw2v.cluster.ray_wave import Wave
from fastw2v.cluster.team import NOTHING, RoundsLost
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.training.backends import ShardEnds
from fastw2v.training.feed import Feed
from fastw2v.training.work import Work

# How long a round may still go on once the run is to stop.
_LAST_ROUND_SECONDS = 1.0


@contextmanager
def ray_team(
    corpus: EncodedCorpus, config: TrainConfig, cluster: RayCluster
) -> Iterator["RayTeam"]:
    """Give a team on this cluster, which is ended with the block.

    Raises
    ------
    ClusterError
        There is no such cluster, or it cannot be used.
    MissingExtraError
        Ray is not installed.
    """
    with crew_on(cluster, corpus, config) as crew:
        yield RayTeam(crew, len(corpus.vocab), crew.threads)


class _Merge(NamedTuple):
    """Rows that are merged, and what was trained of them until they were given."""

    wave: Wave
    backlog: Backlog


class RayTeam:
    """A `Team` of actors, one replica each.

    Parameters
    ----------
    crew : Crew
    words : int
        V.
    threads : list of int
        Of each worker.
    """

    def __init__(self, crew: Crew, words: int, threads: list[int]) -> None:
        self.threads = threads
        self.trained: list[range] = []
        self._crew = crew
        self._words = words
        self._measured: dict[Any, float] = {}
        self._state = 0
        self._late: _Merge | None = None
        self._ahead: Wave | None = None
        self._deltas: list[Any] = []
        self._settling: list[Any] = []

    @property
    def workers(self) -> int:
        """W."""
        return len(self._crew.members) or len(self.threads)

    @property
    def speeds(self) -> list[float]:
        """Tokens a second of each worker; of one that is not known, the mean.

        None is said to be slower than a tenth of it, so that it is measured again.
        """
        known = list(self._measured.values())
        mean = sum(known) / len(known) if known else 1.0
        members = self._crew.members
        return [max(self._measured.get(m.worker, mean), mean / 10) for m in members]

    def load(self, work: Work, epoch: int) -> None:
        """Give all workers the weights of `work`; start them before the first time."""
        self._weights, self._epoch = work.weights, epoch
        if not self._crew.members:
            self._crew.start()
        while True:
            try:
                self._load(self._crew.members)
            except RoundsLost:
                drain(self._crew.revive(self._lost()))
            else:
                return

    def train(
        self, _shards: Shards, feed: Feed, stops: Sequence[int], prefix: int
    ) -> ShardEnds:
        """Train all workers at once; their shards are told of when all are through.

        Who is through gives its deltas at once, whether they will be merged or not; but
        not while others are under way, which have to be applied first.
        """
        first = feed.next
        end = first + len(feed.take(max(stops[-1] - first, 0)))
        cuts = [first, *(min(max(stop, first), end) for stop in stops)]
        spans = [range(*cut) for cut in pairwise(cuts)]
        self.trained = [range(span.start, span.start) for span in spans]
        refs = [
            member.worker.train.remote(self._state, self._epoch, span)
            for member, span in zip(self._crew.members, spans, strict=True)
        ]
        if self._late is not None:
            self._late.wave.reduce(self._late.backlog)  # beside the training
        elif self.workers > 1 and prefix <= WAVE_ROWS:
            self._ahead = self._given(slice(0, prefix))
        try:
            for _ in self._rounds_end(refs, feed):
                yield first, NOTHING
        except RoundsLost:
            self._crew.halt()
            raise
        except BaseException:
            self._note_trained(self._halted(refs), spans)
            raise
        ended = import_ray().get(refs)
        self._note_trained(ended, spans)
        for span, (totals, _) in zip(spans, ended, strict=True):
            for shard, (centers, kept, pairs, loss) in zip(
                span, totals.tolist(), strict=True
            ):
                yield shard, Totals(int(centers), int(kept), int(pairs), loss)

    def _rounds_end(self, refs: list[Any], feed: Feed) -> Iterator[None]:
        """Wait until all have trained; a round that is to end is given up in the end."""
        laggards = Laggards([self._deltas, refs])
        closed = None
        waiting = refs
        while waiting:
            # What comes first is looked at first: its errors say more.
            self._settling = wait_for(self._settling)
            waiting = wait_for(waiting)
            if waiting and feed.ends_at_once:
                closed = closed or time.monotonic()
                if time.monotonic() - closed > _LAST_ROUND_SECONDS:
                    raise RoundsLost("the run was to end inside a long round")
            if waiting:
                for number in laggards.found():
                    self._crew.restart(number)
                yield

    def _note_trained(self, ended: list[Any], spans: list[range]) -> None:
        self.trained = []
        for k, ((totals, seconds), span) in enumerate(zip(ended, spans, strict=True)):
            self.trained.append(range(span.start, span.start + len(totals)))
            if len(totals):
                tokens = totals[:, 0].sum()
                worker = self._crew.members[k].worker
                self._measured[worker] = tokens / max(seconds, 1e-9)

    def _halted(self, refs: list[Any]) -> list[Any]:
        """Let all end within a shard, and return what they have trained."""
        ended = []
        for ref in refs:
            try:
                waiting = [ref]
                while waiting:
                    self._crew.halt()
                    waiting = wait_for(waiting)
                ended.append(import_ray().get(ref))
            except RoundsLost:
                ended.append((np.zeros((0, 4)), 0.0))
        return ended

    def merge(self, prefix: int, backlog: Backlog) -> None:
        """Let all merge the first rows, some ten thousand at a time.

        Waits for nothing: whoever wants something of the workers next waits for it.
        """
        if self.workers == 1:
            (member,) = self._crew.members
            self._settling = [member.worker.keep.remote(self._state, prefix)]
            return
        for start in range(0, prefix, WAVE_ROWS):
            wave = self._wave(slice(start, min(start + WAVE_ROWS, prefix)))
            self._settle(_Merge(wave, backlog), is_late=False)

    def give(self, prefix: int, backlog: Backlog) -> None:
        """Let the deltas of the first rows go their way."""
        self._late = _Merge(self._wave(slice(0, prefix)), backlog)

    def take(self) -> None:
        """Let all workers apply the change that was on its way."""
        merge, self._late = self._late, None
        if merge is not None:
            self._settle(merge, is_late=True)

    def _wave(self, rows: slice) -> Wave:
        """Return what workers have given ahead, if it is these rows, or let them give."""
        ahead, self._ahead = self._ahead, None
        return ahead if ahead is not None and ahead.rows == rows else self._given(rows)

    def _given(self, rows: slice) -> Wave:
        return Wave(self._crew.members, self._state, rows)

    def _settle(self, merge: _Merge, *, is_late: bool) -> None:
        self._deltas = merge.wave.deltas
        self._settling = merge.wave.settle(merge.backlog, is_late=is_late)
        self._state += 1

    def mark(self) -> None:
        """Let all workers remember the base."""
        for member in self._crew.members:
            member.worker.mark.remote(self._state)

    def rewind(self) -> Iterator[bool]:
        """Go back to what survivors have marked, and give it to those started again."""
        has_mark = True
        while True:
            try:
                lost = self._lost()
                # Once they had to be loaded anew, that is what survivors have.
                has_mark = has_mark and len(lost) < len(self._crew.members)
                yield has_mark
                survivors = [m for m in self._crew.members if m not in lost]
                for _ in self._crew.revive(lost):
                    yield has_mark
                revived = [m for m in self._crew.members if m in lost]
                self._load(revived, survivors)
            except RoundsLost:
                continue
            return

    def _lost(self) -> list[Member]:
        """Let those go back that have a model, and return the others."""
        self._state += 1
        self._late = self._ahead = None
        for ref in self._settling:
            # It may wait for what a lost node gave, and others behind it.
            import_ray().cancel(ref)
        self._deltas, self._settling = [], []
        refs = [m.worker.rewind.remote(self._state) for m in self._crew.members]
        return self._crew.silent(refs, self._crew.patience)

    def _load(self, takers: list[Member], survivors: Sequence[Member] = ()) -> None:
        """Give workers what a survivor has marked, else the weights that were loaded."""
        weights = self._weights
        if survivors:
            marked = survivors[0].worker.marked
            self._send(takers, lambda rows: marked.remote(self._state, rows))
        else:
            self._send(
                takers, lambda rows: import_ray().put([m[rows] for m in weights])
            )

    def _send(self, takers: list[Member], piece: Callable[[slice], Any]) -> None:
        """Give workers all rows of a model, of which `piece` gives some."""
        if not takers:
            return
        for start in range(0, self._words, WAVE_ROWS):
            rows = slice(start, min(start + WAVE_ROWS, self._words))
            becomes = self._state if rows.stop == self._words else -1
            ref = piece(rows)
            loads = [m.worker.load.remote(rows, ref, becomes) for m in takers]
            drain(waited(loads))

    def fetch(self) -> None:
        """Get the base from the first worker that has it."""
        drain(waited(self._settling))
        for member in self._crew.members:
            try:
                for start in range(0, self._words, WAVE_ROWS):
                    rows = slice(start, min(start + WAVE_ROWS, self._words))
                    ref = member.worker.based.remote(self._state, rows)
                    (values,) = drain(waited([ref]))
                    for matrix, new in zip(self._weights, values, strict=True):
                        matrix[rows] = new
            except RoundsLost:
                continue
            return
        raise RoundsLost("no worker has the model")
