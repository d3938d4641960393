"""The actors of a run: started on their nodes, started again, done without."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from fastw2v.cluster.config import RayCluster
from fastw2v.cluster.driver import rule_of
from fastw2v.cluster.ray_calls import Waiting, asked, drain, waited
from fastw2v.cluster.ray_start import (
    Place,
    check_stores,
    connected,
    import_ray,
    places,
    stores_needed,
)
from fastw2v.cluster.team import RoundsLost
from fastw2v.cluster.worker import Task, Worker, versions
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ClusterError

_logger = logging.getLogger("fastw2v")


class Member(NamedTuple):
    """A worker, and where it was started."""

    place: Place
    worker: Any


class Crew:
    """The actors of a run.

    Parameters
    ----------
    corpus : EncodedCorpus
    config : TrainConfig
    cluster : RayCluster
    places : list of Place
        Where the workers are to run.

    Attributes
    ----------
    members : list of Member
        Empty until they are started.
    patience : float
        Seconds.
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        config: TrainConfig,
        cluster: RayCluster,
        places: list[Place],
    ) -> None:
        self.members: list[Member] = []
        self._places = places
        self.patience = cluster.patience
        fingerprint = corpus.fingerprint
        self._work = Task(
            corpus.folder or corpus, fingerprint, config, rule_of(cluster)
        )

    @property
    def threads(self) -> list[int]:
        """Of each worker, as planned."""
        return [place.threads for place in self._places]

    def start(self) -> None:
        """Start all, and wait until they have compiled.

        Raises
        ------
        ClusterError
            One cannot be started, or finds other versions or another corpus.
        """
        self._task = import_ray().put(self._work)
        self.members = [self._member(place) for place in self._places]
        self._check_versions()
        opening = [
            member.worker.open.remote(*self._given(member)) for member in self.members
        ]
        drain(self.revive(self.silent(opening)))

    def end(self) -> None:
        """Stop all."""
        for member in self.members:
            _kill(member)

    def _member(self, place: Place) -> Member:
        ray = import_ray()
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        options = {
            "max_restarts": -1,
            "max_task_retries": 0,
            "scheduling_strategy": NodeAffinitySchedulingStrategy(
                place.node, soft=True
            ),
        }
        worker = ray.remote(concurrency_groups={"control": 1, "reduce": 1})(Worker)
        return Member(place, worker.options(num_cpus=place.threads, **options).remote())

    def _given(self, member: Member) -> tuple[Any, int]:
        return self._task, member.place.threads

    def _check_versions(self) -> None:
        deadline = time.monotonic() + self.patience
        try:
            found = [
                drain(asked(member.worker.versions, deadline))
                for member in self.members
            ]
        except RoundsLost as error:
            raise ClusterError(
                f"workers of {self.threads} threads did not start within"
                f" {self.patience:g} s ({error}): are as many processors of the nodes"
                " free, and is fastw2v installed there?"
            ) from error
        here = versions()
        for member, (there,) in zip(self.members, found, strict=True):
            if there != here:
                differences = ", ".join(
                    f"{name} {there.get(name)} (here {here[name]})"
                    for name in here
                    if there.get(name) != here[name]
                )
                raise ClusterError(
                    f"the node {member.place.host} has {differences}: install the same"
                    " versions on all nodes"
                )

    def silent(self, refs: list[Any], seconds: float | None = None) -> list[Member]:
        """Return the members whose answers are lost; one of each is awaited.

        Who does not answer within so many seconds is started again, and is one of them.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        lost = []
        for number, (member, ref) in enumerate(zip(self.members, refs, strict=True)):
            try:
                drain(waited([ref], deadline))
            except RoundsLost:
                lost.append(member)
                if deadline is not None and time.monotonic() > deadline:
                    self.restart(number)
        return lost

    def revive(self, lost: list[Member]) -> Waiting:
        """Wait for workers that are started again; go on without those that are not."""
        for member in lost:
            _logger.warning("a worker on %s is lost: waiting for it", member.place.host)
            deadline = time.monotonic() + self.patience
            try:
                yield from asked(member.worker.open, deadline, *self._given(member))
            except RoundsLost:
                self._drop(member)
        return []

    def _drop(self, member: Member) -> None:
        _logger.warning(
            "a worker on %s did not come back within %g s: going on without it",
            member.place.host,
            self.patience,
        )
        self.members.remove(member)
        _kill(member)
        if not self.members:
            raise ClusterError(
                "all workers are lost; if the run has a checkpoint, start it again and"
                " resume (--resume)"
            )

    def restart(self, number: int) -> None:
        """Start a worker again that hangs."""
        member = self.members[number]
        _logger.warning("a worker on %s hangs: started again", member.place.host)
        import_ray().kill(member.worker, no_restart=False)

    def halt(self) -> None:
        """Let all end training within a shard."""
        for member in self.members:
            member.worker.halt.options(concurrency_group="control").remote()


@contextmanager
def crew_on(
    cluster: RayCluster, corpus: EncodedCorpus, config: TrainConfig
) -> Iterator[Crew]:
    """Give a crew on this cluster, not yet started, and end it with the block."""
    needed = stores_needed(corpus, config, cluster)
    with connected(cluster, needed[-1]):
        found = places(cluster, config)
        check_stores(found, needed)
        crew = Crew(corpus, config, cluster, found)
        try:
            yield crew
        finally:
            crew.end()


def _kill(member: Member) -> None:
    import_ray().kill(member.worker)
