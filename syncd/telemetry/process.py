"""Facts about the process itself: its start and end, its settings, its store, whether it may write."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection

from prometheus_client.exposition import choose_encoder

from syncd.clock import Clock
from syncd.errors import SyncdError
from syncd.model import Stream
from syncd.telemetry.heard import Fact, Heard, Listener
from syncd.telemetry.logs import logger
from syncd.telemetry.metrics import Metrics
from syncd.telemetry.redaction import Redaction


class ProcessFacts:
    """What is told of the process, and what all other facts are told by: the log, the metrics, who listens."""

    def __init__(self, clock: Clock, redaction: Redaction | None = None) -> None:
        self.redaction = redaction or Redaction()
        self.metrics = Metrics()
        self._clock = clock
        self._log = logger()
        self._lock = threading.Lock()
        self._moved: Callable[[], None] = lambda: None
        self._listener: Listener = lambda _heard: None
        #: What the store fails of now; empty while it works.
        self._store_failure = ""

    def hear_progress(self, heard: Callable[[], None]) -> None:
        """Call `heard` whenever something moved on: what liveness is measured by."""
        self._moved = heard

    def hear_facts(self, listener: Listener) -> None:
        """Let `listener` hear of the facts that may call for a person."""
        self._listener = listener

    def config_reloaded(self, ok: bool, error: BaseException | None = None) -> None:  # noqa: FBT001 - the fact itself
        """Tell whether a changed configuration is in force; a bad one is refused and the old one stays."""
        self.metrics.reload_success.set(1 if ok else 0)
        self._listener(Heard(Fact.CONFIG_TAKEN if ok else Fact.CONFIG_REFUSED, error=error))
        if ok:
            self._log.info("config_reloaded")
        else:
            self._log.error("config_refused", error=str(error or "the configuration cannot be used"))

    def daemon_started(self, streams: Collection[Stream], **facts: str | int | None) -> None:
        """Tell that the daemon is at work."""
        self._log.info("daemon_started", streams=[stream.name for stream in streams], **facts)

    def order_settled(self, account: str, kind: str, state: str, unforeseen: str = "") -> None:
        """Tell what became of something that was ordered in the console."""
        level = self._log.error if unforeseen else self._log.info
        level("order_settled", account=account, kind=kind, state=state, **({"error": unforeseen} if unforeseen else {}))

    def daemon_stopped(self, reason: str = "") -> None:
        """Tell that the daemon ended in order."""
        self._log.info("daemon_stopped", reason=reason)

    def store_failed(self, error: SyncdError, pause_s: float) -> None:
        """Tell that the store cannot be used: nothing is read or written until it can; told when it begins."""
        self.metrics.store_usable.set(0)
        self._listener(Heard(Fact.STORE_FAILED, error=error))
        is_known, self._store_failure = self._store_failure == error.message, error.message
        if not is_known:
            self._log.error("store_failed", error=error.message, hint=error.hint, next_try_in_s=round(pause_s, 1))

    def store_recovered(self) -> None:
        """Tell that the store can be used again; says nothing of one that did not fail."""
        if self._store_failure:
            self.metrics.store_usable.set(1)
            self._store_failure = ""
            self._listener(Heard(Fact.STORE_RECOVERED))
            self._log.info("store_recovered")

    def writing_stopped(self, reason: str) -> None:
        """Tell that nothing is written to any CRM until a person says so."""
        self.metrics.writing_stopped.set(1)
        self._listener(Heard(Fact.WRITING_STOPPED))
        self._log.error("writing_stopped", reason=reason, hint="Look at `syncd plan`, then `syncd stop --lift`.")

    def writing_resumed(self) -> None:
        """Tell that CRMs may be written to again."""
        self.metrics.writing_stopped.set(0)
        self._listener(Heard(Fact.WRITING_RESUMED))
        self._log.info("writing_resumed")

    def exposed_widely(self, host: str, port: int) -> None:
        """Tell that what is served can be reached from other machines."""
        self._log.warning("web_exposed", host=host, port=port, detail="reachable from other machines, without a login")

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """Return all metrics as text and its content type, in the dialect `accept` prefers."""
        encode, content_type = choose_encoder(accept)
        return encode(self.metrics.registry), content_type
