"""Bulk jobs: what all of them have, and where an org's are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from connectors.sandbox.salesforce.callers import Caller
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import SalesforceError, not_found
from connectors.sandbox.salesforce.ids import make_id, to_18
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.values import spell_moment

Wire = dict[str, Any]
Kind = TypeVar("Kind", bound="Job")
PREFIX = "750"
LIFE_MS = 7 * 86_400_000
#: States in which a job does nothing any more.
OVER = frozenset({"JobComplete", "Failed", "Aborted"})
DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


@dataclass(slots=True, kw_only=True)
class Job:
    """One job. It moves on when somebody asks how it is doing: a step for each question."""

    id: str
    operation: str
    object: str
    version: str
    caller: Caller | None
    created_ms: int
    delimiter: str
    ending: str
    state: str
    error: str = ""
    changed_ms: int = 0
    processed: int = 0
    failed: int = 0
    #: What the client said beyond what every job has.
    extra: Wire = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in OVER

    @property
    def marks(self) -> tuple[str, str]:
        """The delimiter and the line ending themselves."""
        return marks(self.delimiter, self.ending)

    def head(self, org: Org) -> Wire:
        """Return what creating it and listing it tell."""
        return {
            "id": self.id, "operation": self.operation, "object": self.object,
            "createdById": self.caller.id if self.caller else org.automated_user,
            "createdDate": _moment(self.created_ms),
            "systemModstamp": _moment(self.changed_ms or self.created_ms),
            "state": self.state, "concurrencyMode": "Parallel", "contentType": "CSV",
            "apiVersion": float(self.version), **self.extra,
            "lineEnding": self.ending, "columnDelimiter": self.delimiter,
        }  # fmt: skip

    def move(self, state: str, now_ms: int, error: str = "") -> None:
        """Go over to another state."""
        self.state, self.changed_ms, self.error = state, now_ms, error


class Jobs:
    """The jobs of one org, by id; they are of the moment: a restart forgets them."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._next = 1

    def new_id(self, prefix: str = PREFIX) -> str:
        """Return the id of the next job, or of a part of one."""
        self._next += 1
        return make_id(prefix, self._next)

    def add(self, job: Job) -> None:
        """Keep a job."""
        self._jobs[job.id] = job

    def remove(self, job: Job) -> None:
        """Forget a job."""
        self._jobs.pop(job.id, None)

    def find(self, record_id: str, now_ms: int) -> Job | None:
        """Return a job by its id of 15 or 18 characters; old ones are gone."""
        job = self._jobs.get(to_18(record_id) or "")
        return None if job is None or now_ms - job.created_ms > LIFE_MS else job

    def all(self, now_ms: int) -> list[Job]:
        """Return every job, newest first."""
        return [job for job in reversed(self._jobs.values()) if now_ms - job.created_ms <= LIFE_MS]


_JOBS: WeakKeyDictionary[Org, Jobs] = WeakKeyDictionary()


def jobs_of(org: Org) -> Jobs:
    """Return the jobs of an org."""
    return _JOBS.setdefault(org, Jobs())


def forget(org: Org) -> None:
    """Forget every job of an org."""
    _JOBS.pop(org, None)


def named(call: Call, kind: type[Kind]) -> Kind:
    """Return the job the path names; 404 where there is none of that kind."""
    job = jobs_of(call.org).find(call.parts["job"], call.org.now_ms())
    if not isinstance(job, kind):
        raise not_found()
    return job


def formats(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the names of delimiter and line ending a job asks for."""
    delimiter = str(body.get("columnDelimiter") or "COMMA")
    ending = str(body.get("lineEnding") or "LF")
    for name, known in ((delimiter, DELIMITERS), (ending, ENDINGS)):
        if name not in known:
            raise SalesforceError("API_ERROR", f"{name} is not one of {', '.join(known)}")
    if str(body.get("contentType") or "CSV") != "CSV":
        raise SalesforceError("API_ERROR", "contentType has to be CSV")
    return delimiter, ending


@contextmanager
def acting(org: Org, job: Job) -> Iterator[None]:
    """Let the org serve whoever made the job."""
    before, org.user = org.user, job.caller
    try:
        yield
    finally:
        org.user = before


def marks(delimiter: str, ending: str) -> tuple[str, str]:
    """Return the delimiter and the line ending behind their names."""
    return DELIMITERS[delimiter], ENDINGS[ending]


def wrong_state(message: str) -> SalesforceError:
    """400: the job is not in a state for this."""
    return SalesforceError("INVALIDJOBSTATE", message)


def _moment(at_ms: int) -> str:
    return spell_moment(datetime.fromtimestamp(at_ms // 1000, UTC))
