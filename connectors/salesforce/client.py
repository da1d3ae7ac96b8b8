"""Salesforce's endpoints through `simple-salesforce`, raw: its addresses, our transport, our tokens, our decoding."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from connectors.calls import Call, Caller, Reply
from connectors.exchange import Answer, RefusalError, Transport
from connectors.forecast import Effort
from connectors.options import Options
from connectors.pacing import Pacer
from connectors.protocol import Budget, Observer
from connectors.salesforce import limits, query
from connectors.salesforce.address import Address
from connectors.salesforce.credentials import Credentials, Flow
from connectors.salesforce.errors import error_of
from connectors.salesforce.login import TOKEN_PATH, Grant, form_of, grant_of
from connectors.salesforce.tokens import GivenToken, GrantedToken, Tokens
from syncd.clock import Clock
from syncd.errors import BrokenPromiseError, ConnectorError, RefusedError

if TYPE_CHECKING:
    from connectors.salesforce.rest import Rest

_LIMITS = (limits.CALLS.name,)
#: How long 2,000 rows take that nobody has asked for yet.
_USUAL_SECONDS = 2.0
#: The same of a piece of a job's results, its share of the waiting for the job included.
_USUAL_BULK_SECONDS = 5.0
_QUERY = Call("query", _LIMITS)
_QUERY_ALL = Call("query_all", _LIMITS)
_QUERY_MORE = Call("query_more", _LIMITS)
_DESCRIBE = Call("describe", _LIMITS)
_DELETED = Call("deleted", _LIMITS)
_UPDATE = Call("collections_update", _LIMITS, is_write=True)
_CREATE = Call("collections_create", _LIMITS, is_write=True)
_DELETE = Call("collections_delete", _LIMITS, is_write=True)
_BULK_CREATE = Call("bulk_create", _LIMITS)
_BULK_STATE = Call("bulk_state", _LIMITS)
_BULK_RESULTS = Call("bulk_results", _LIMITS, is_json=False)
_BULK_ABORT = Call("bulk_abort", _LIMITS)
MERGE = Call("merge", _LIMITS, is_write=True, is_json=False)
UNDELETE = Call("undelete", _LIMITS, is_write=True, is_json=False)
_USER = Call("userinfo", _LIMITS)
_TOKEN = Call("token", ())

#: Every endpoint name the observer can hear of.
ENDPOINTS = frozenset(
    call.endpoint
    for call in (
        _QUERY,
        _QUERY_ALL,
        _QUERY_MORE,
        _DESCRIBE,
        _DELETED,
        _UPDATE,
        _CREATE,
        _DELETE,
        _BULK_CREATE,
        _BULK_STATE,
        _BULK_RESULTS,
        _BULK_ABORT,
        MERGE,
        UNDELETE,
        _USER,
        _TOKEN,
    )
)

#: How our calls are known to the org, in its logs and in the events of changes.
CLIENT_NAME = "syncd"
#: Assignment rules would give records new owners: a fix is no new lead. Duplicate rules that only warn let a fix pass;
#: those that block still do.
_WRITE_HEADERS = {
    "Sforce-Auto-Assign": "FALSE",
    "Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=false; runAsCurrentUser=true",
}
#: A new record that looks like another one is refused, also by duplicate rules that only warn.
_CAREFUL = {"Sforce-Duplicate-Rule-Header": "allowSave=false; includeRecordDetails=false; runAsCurrentUser=true"}


class Client:
    """One org's calls. Safe to use from several threads."""

    def __init__(
        self, account: str, url: str, credentials: Credentials, options: Options, observer: Observer, clock: Clock
    ) -> None:
        self._account = account
        self._credentials = credentials
        self._address = Address.of(url, credentials.flow)
        self._observer = observer
        self._clock = clock
        self._transport = Transport(options, clock, self._authorise)
        self._pacer = Pacer(
            limits.ALL, clock, share=options.share, daily_reserve=options.daily_reserve, book=options.book
        )
        self._caller = Caller(account, self, self._pacer, observer, clock, options)
        self._tokens: Tokens = GivenToken(credentials)
        if credentials.flow is not Flow.TOKEN:
            self._tokens = GrantedToken(credentials, self._log_in, options.token_file, clock)
        self._hide = options.hide
        self._asked_user = ""
        self._opening = threading.Lock()
        self._rest: Rest | None = None

    @property
    def user(self) -> str:
        """Return the id of the user we are, where the login told or we have asked."""
        return self._tokens.grant.user or self._asked_user

    def ask_user(self) -> str:
        """Return the id of the user we are, if need be by a call; empty when Salesforce would not tell."""
        if not self.user:
            try:
                body = self._call(_USER, lambda rest: rest.exchange_at("GET", "/services/oauth2/userinfo")).body
            except RefusedError:
                # Not every token may ask; then it stays unknown.
                return ""
            self._asked_user = str(body.get("user_id") or "") if isinstance(body, dict) else ""
        return self.user

    def query(self, soql: str, *, with_deleted: bool = False) -> Reply:
        """Ask for rows; those in the recycle bin only when told so."""
        call = _QUERY_ALL if with_deleted else _QUERY
        if query.fits_url(soql):
            path = "queryAll/" if with_deleted else "query/"
            return self._call(call, lambda rest: rest.exchange("GET", path, params={"q": soql}))
        body = orjson.dumps(query.composite(soql, with_deleted=with_deleted))
        return self._call(call, lambda rest: _unwrapped(rest.exchange("POST", "composite/", data=body)))

    def query_more(self, place: str) -> Reply:
        """Ask for the next page of an answer that was cut; `place` is what it said."""
        return self._call(_QUERY_MORE, lambda rest: rest.exchange_at("GET", place))

    def describe(self, object_name: str) -> Reply:
        """Read what an object is made of."""
        path = f"sobjects/{query.name(object_name)}/describe"
        return self._call(_DESCRIBE, lambda rest: rest.exchange("GET", path))

    def deleted(self, object_name: str, start: str, end: str) -> Reply:
        """Read which records were deleted between two moments, those no longer in the recycle bin included."""
        path = f"sobjects/{query.name(object_name)}/deleted/"
        return self._call(_DELETED, lambda rest: rest.exchange("GET", path, params={"start": start, "end": end}))

    def update(self, body: Mapping[str, Any]) -> Reply:
        """Write at most 200 records."""
        data = orjson.dumps(body)
        return self._call(
            _UPDATE, lambda rest: rest.exchange("PATCH", "composite/sobjects", data=data, headers=_WRITE_HEADERS)
        )

    def create(self, body: Mapping[str, Any], *, by_rules: bool) -> Reply:
        """Make at most 200 records; `by_rules`: the org's assignment rules say whose they are."""
        headers = {**_CAREFUL, "Sforce-Auto-Assign": "TRUE" if by_rules else "FALSE"}
        data = orjson.dumps(body)
        return self._call(_CREATE, lambda rest: rest.exchange("POST", "composite/sobjects", data=data, headers=headers))

    def delete(self, ids: list[str]) -> Reply:
        """Delete at most 200 records, into the recycle bin."""
        params = {"ids": ",".join(ids), "allOrNone": "false"}
        return self._call(_DELETE, lambda rest: rest.exchange("DELETE", "composite/sobjects", params=params))

    def bulk_create(self, soql: str) -> Reply:
        """Start a job that reads everything a query matches."""
        data = orjson.dumps({"operation": "query", "query": soql, "columnDelimiter": "COMMA", "lineEnding": "LF"})
        return self._call(_BULK_CREATE, lambda rest: rest.exchange("POST", "jobs/query", data=data))

    def bulk_state(self, job: str) -> Reply:
        """Ask how far a job is."""
        return self._call(_BULK_STATE, lambda rest: rest.exchange("GET", f"jobs/query/{job}"))

    def bulk_results(self, job: str, locator: str, rows: int) -> Reply:
        """Read a piece of what a job found, as CSV."""
        params = {"maxRecords": str(rows), **({"locator": locator} if locator else {})}
        headers = {"Accept": "text/csv"}
        path = f"jobs/query/{job}/results"
        return self._call(_BULK_RESULTS, lambda rest: rest.exchange("GET", path, params=params, headers=headers))

    def bulk_abort(self, job: str) -> Reply:
        """Stop a job."""
        data = orjson.dumps({"state": "Aborted"})
        return self._call(_BULK_ABORT, lambda rest: rest.exchange("PATCH", f"jobs/query/{job}", data=data))

    def soap(self, call: Call, envelope: Callable[[str], bytes]) -> Reply:
        """Send a SOAP request, MERGE or UNDELETE; it gets the token of the moment."""
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""', "Accept": "text/xml"}
        path = f"/services/Soap/u/{query.VERSION}"
        return self._call(
            call,
            lambda rest: rest.exchange_at("POST", path, data=envelope(self._tokens.grant.token), headers=headers),
        )

    def effort(self, records: int, calls: int, *, in_bulk: bool) -> Effort:
        """Return what reading rows takes; makes no call."""
        call, guess = (_BULK_RESULTS, _USUAL_BULK_SECONDS) if in_bulk else (_QUERY, _USUAL_SECONDS)
        return self._pacer.effort(records, calls, _LIMITS, call.endpoint, guess)

    def feed_access(self) -> tuple[str, str]:
        """Return the access token of the moment and where the org is, for calls that do not go by HTTP."""
        self._tokens.prepare()
        return self._tokens.grant.token, self._instance()

    def renew_access(self, used_at: float) -> bool:
        """Replace the token that was used at that (monotonic) moment; return whether there is a newer one."""
        return self._tokens.renew(used_at)

    @property
    def is_stand_in(self) -> bool:
        """Return whether a sandbox or a proxy stands for Salesforce."""
        return self._address.is_stand_in

    def budget(self) -> Budget:
        """Return what is known of the quota, without a call."""
        return self._pacer.budget()

    def close(self) -> None:
        """Let go of connections. The session stays valid: others may share it."""
        self._transport.close()

    # What the caller asks of us (`calls.Translator`).

    def error_of(self, answer: Answer, call: Call) -> ConnectorError:
        """Return our error for an answer that is no success."""
        return error_of(answer, call)

    def learn(self, answer: Answer, call: Call) -> None:
        """Take from any answer what it tells about limits."""
        del call
        left = limits.learn(self._pacer, answer)
        if left is not None:
            self._observer.quota_told(self._account, left)

    def renew(self, answer: Answer) -> bool:
        """Get a fresh token after an answer that said it had run out."""
        return self._tokens.renew(answer.sent_at)

    def _call(self, call: Call, operation: Callable[[Rest], Answer]) -> Reply:
        self._tokens.prepare()
        rest = self._opened()

        def send() -> Answer:
            try:
                return operation(rest)
            except RefusalError as refusal:
                return refusal.answer

        return self._caller.call(call, send)

    def _opened(self) -> Rest:
        with self._opening:
            if self._rest is None:
                from connectors.salesforce.rest import Rest

                self._rest = Rest(self._transport, self._instance, query.VERSION)
            return self._rest

    def _instance(self) -> str:
        return self._address.instance(self._tokens.grant.instance)

    def _log_in(self, refresh_token: str) -> Grant:
        form = form_of(self._credentials, refresh_token, self._address, self._clock.now)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}

        def send() -> Answer:
            try:
                url = self._address.login + TOKEN_PATH
                return self._transport.request("POST", url, headers=headers, body=urlencode(form))
            except RefusalError as refusal:
                return refusal.answer

        grant = grant_of(self._caller.call(_TOKEN, send).body)
        self._hide(grant.token)
        return grant

    def _authorise(self, url: str) -> Mapping[str, str]:
        ours = {"User-Agent": CLIENT_NAME}
        if url.endswith(TOKEN_PATH):
            return ours
        return {
            **ours,
            "Authorization": f"Bearer {self._tokens.grant.token}",
            "Sforce-Call-Options": f"client={CLIENT_NAME}",
            "X-PrettyPrint": "0",
        }


def _unwrapped(answer: Answer) -> Answer:
    """Return the answer to the one call inside a composite; RefusalError when that was refused."""
    try:
        inner = orjson.loads(answer.data)["compositeResponse"][0]
        unwrapped = Answer(
            int(inner["httpStatusCode"]), answer.headers, orjson.dumps(inner["body"]), sent_at=answer.sent_at
        )
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError, ValueError):
        raise BrokenPromiseError("Salesforce's composite answer has no answer in it") from None
    if not 200 <= unwrapped.status < 300:
        raise RefusalError(unwrapped)
    return unwrapped
