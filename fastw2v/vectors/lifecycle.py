"""What happened to a table, noted in its metadata."""

import json
import logging
import platform
from datetime import UTC, datetime
from typing import Any

from fastw2v.vectors.table import VectorTable
from fastw2v.version import __version__

logger = logging.getLogger(__name__)

ENTRY = "lifecycle_events"


class Lifecycle(VectorTable):
    """Events a program wants to remember; `save` keeps them."""

    @property
    def lifecycle_events(self) -> list[dict[str, Any]]:
        """All events so far, as new dicts."""
        events: list[dict[str, Any]] = json.loads(self.metadata.get(ENTRY, "[]"))
        return events

    def add_lifecycle_event(
        self, event_name: str, log_level: int | None = logging.INFO, **event: Any
    ) -> None:
        """Note and log an event.

        Parameters
        ----------
        event_name : str
        log_level : int or None
            None does not log.
        **event
            Further facts; what JSON cannot hold is kept as text.
        """
        facts = {
            **event,
            "event": event_name,
            "datetime": datetime.now(UTC).isoformat(),
            "fastw2v": __version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
        }
        events = [*self.lifecycle_events, facts]
        self.metadata[ENTRY] = json.dumps(events, default=str)
        if log_level is not None:
            logger.log(log_level, "%s: %s", event_name, facts)
