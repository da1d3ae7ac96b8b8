"""HubSpot's endpoints through the official SDK, raw: its paths and bodies, our transport, our decoding.

The SDK makes a new pool at each access and slow models of each answer. Here its API objects are made once, they share
one transport, and answers stay bytes until they are decoded once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any
from urllib.parse import urlsplit

from hubspot import HubSpot as Sdk

from connectors.calls import Call, Caller, Reply
from connectors.exchange import Answer, RefusalError, Transport
from connectors.forecast import Effort
from connectors.hubspot import limits, query
from connectors.hubspot.credentials import Credentials
from connectors.hubspot.errors import error_of
from connectors.hubspot.tokens import PrivateToken, RefreshedToken, Tokens
from connectors.options import Options
from connectors.pacing import Pacer
from connectors.protocol import Budget, Observer
from connectors.width import Width
from syncd.clock import Clock
from syncd.errors import ConnectorError, CredentialsError, RefusedError

_HOST = "https://api.hubapi.com"
_BAD_REQUEST = 400
#: How long a page takes that nobody has asked for yet.
_USUAL_SECONDS = 0.4

_LIST = Call("list", ("burst",))
_BATCH_READ = Call("batch_read", ("burst",))
_SEARCH = Call("search", ("search",))
_BATCH_UPDATE = Call("batch_update", ("burst",), is_write=True)
#: Changes nothing, so that it may be sent by whoever does not hold the account, and sent again.
_PROBE = Call("batch_update", ("burst",))
_BATCH_CREATE = Call("batch_create", ("burst",), is_write=True)
_BATCH_ARCHIVE = Call("batch_archive", ("burst",), is_write=True)
_READ = Call("read", ("burst",))
_CREATE = Call("create", ("burst",), is_write=True)
_MERGE = Call("merge", ("burst",), is_write=True)
_SECOND_EMAIL = Call("secondary_email", ("burst",), is_write=True, is_json=False)
_LINKS_READ = Call("associations_read", ("burst", "associations"))
_LINKS_CREATE = Call("associations_create", ("burst", "associations"), is_write=True)
_LINKS_ARCHIVE = Call("associations_archive", ("burst", "associations"), is_write=True)
_LABELS = Call("association_labels", ("burst", "associations"))
_PROPERTIES = Call("properties", ("burst",))
_ACCOUNT = Call("account", ("burst",))
_OWNERS = Call("owners", ("burst",))
_TOKEN = Call("token", ())

_JSON: Mapping[str, Any] = {
    "header_params": {"Content-Type": "application/json", "Accept": "application/json"},
    "auth_settings": ["oauth2"],
}

#: Every endpoint name the observer can hear of.
ENDPOINTS = frozenset(
    call.endpoint
    for call in (
        _LIST,
        _BATCH_READ,
        _SEARCH,
        _BATCH_UPDATE,
        _BATCH_CREATE,
        _BATCH_ARCHIVE,
        _READ,
        _CREATE,
        _MERGE,
        _SECOND_EMAIL,
        _LINKS_READ,
        _LINKS_CREATE,
        _LINKS_ARCHIVE,
        _LABELS,
        _PROPERTIES,
        _ACCOUNT,
        _OWNERS,
        _TOKEN,
    )
)


class Client:
    """One account's calls. Safe to use from several threads."""

    def __init__(
        self, account: str, url: str, credentials: Credentials, options: Options, observer: Observer, clock: Clock
    ) -> None:
        self._account = account
        self._observer = observer
        self._clock = clock
        #: Where the account's day begins; known once the account has been identified.
        self._zone: tzinfo = UTC
        self._transport = Transport(options, clock, self._authorise)
        self._pacer = Pacer(
            limits.ALL, clock, share=options.share, daily_reserve=options.daily_reserve, book=options.book
        )
        self._caller = Caller(account, self, self._pacer, observer, clock, options)
        self._tokens: Tokens = PrivateToken(credentials)
        if not credentials.token:
            self._tokens = RefreshedToken(credentials, self._refresh, options.token_file, clock)
        self._hide = options.hide
        sdk = Sdk(host=(url or _HOST).rstrip("/"), api_factory=self._api)
        self._basic = sdk.crm.objects.basic_api
        #: The way there for what the SDK has no method for.
        self._way = self._basic.api_client.call_api
        self._batch = sdk.crm.objects.batch_api
        self._search_api = sdk.crm.objects.search_api
        self._links = sdk.crm.associations.v4.batch_api
        self._labels = sdk.crm.associations.v4.schema.definitions_api
        self._properties = sdk.crm.properties.core_api
        self._owners = sdk.crm.owners.owners_api
        self._oauth = sdk.oauth.tokens_api

    def list_page(
        self,
        object_name: str,
        properties: Sequence[str],
        *,
        after: str | None = None,
        links: Sequence[str] = (),
        limit: int = query.LIST_PAGE,
        archived: bool = False,
    ) -> Reply:
        """List records in the order of ids. `properties` have to fit into a URL."""
        asked: dict[str, Any] = {"limit": limit, "properties": [",".join(properties)]}
        if archived:
            asked["archived"] = "true"
        if after is not None:
            asked["after"] = after
        if links:
            asked["associations"] = [",".join(links)]
        return self._call(_LIST, self._basic.get_page, object_name, **asked)

    def batch_read(self, object_name: str, body: Mapping[str, Any]) -> Reply:
        """Read at most 100 records by id."""
        return self._call(_BATCH_READ, self._batch.read, object_name, body)

    def search(self, object_name: str, body: Mapping[str, Any]) -> Reply:
        """Ask the search index."""
        return self._call(_SEARCH, self._search_api.do_search, object_name, body)

    def batch_update(self, object_name: str, body: Mapping[str, Any]) -> Reply:
        """Write at most 100 records."""
        return self._call(_BATCH_UPDATE, self._batch.update, object_name, body)

    def update_nothing(self, object_name: str) -> None:
        """Write no records; RefusedError when that is not even allowed for none."""
        try:
            self._call(_PROBE, self._batch.update, object_name, {"inputs": []})
        except ConnectorError as problem:
            if problem.status != _BAD_REQUEST:
                raise

    def batch_create(self, object_name: str, body: Mapping[str, Any]) -> Reply:
        """Make at most 100 records."""
        return self._call(_BATCH_CREATE, self._batch.create, object_name, body)

    def batch_archive(self, object_name: str, body: Mapping[str, Any]) -> Reply:
        """Archive at most 100 records."""
        return self._call(_BATCH_ARCHIVE, self._batch.archive, object_name, body)

    def read_one(self, object_name: str, id_: str) -> Reply:
        """Read one record: an id that was merged away always answers with the record that took its place."""
        return self._call(_READ, self._basic.get_by_id, object_name, id_, properties=[query.ID])

    def create(self, object_name: str, body: Mapping[str, Any]) -> Reply:
        """Make one record with its associations."""
        return self._call(_CREATE, self._basic.create, object_name, body)

    def merge(self, object_name: str, body: Mapping[str, Any]) -> Reply:
        """Merge one record into another. The SDK knows this for a few objects only, the API for all that can merge."""
        path = "/crm/v3/objects/{type}/merge"
        return self._call(_MERGE, self._way, path, "POST", {"type": object_name}, body=body, **_JSON)

    def change_emails(self, contact: str, email: str, *, remove: bool) -> Reply:
        """Give a contact one more address, or take one of those away; no newer endpoint can write these."""
        path = "/contacts/v1/secondary-email/{contact}/email/{email}"
        method = "DELETE" if remove else "PUT"
        return self._call(_SECOND_EMAIL, self._way, path, method, {"contact": contact, "email": email}, **_JSON)

    def links_read(self, from_object: str, to_object: str, body: Mapping[str, Any]) -> Reply:
        """Read the associations of at most 1,000 records."""
        return self._call(_LINKS_READ, self._links.get_page, from_object, to_object, body)

    def links_create(self, from_object: str, to_object: str, body: Mapping[str, Any]) -> Reply:
        """Write at most 2,000 associations; the labels given replace those that are there."""
        return self._call(_LINKS_CREATE, self._links.create, from_object, to_object, body)

    def links_archive(self, from_object: str, to_object: str, body: Mapping[str, Any]) -> Reply:
        """Take associations away, with all their labels."""
        return self._call(_LINKS_ARCHIVE, self._links.archive, from_object, to_object, body)

    def link_labels(self, from_object: str, to_object: str) -> Reply:
        """Read which kinds of association there are between two objects."""
        return self._call(_LABELS, self._labels.get_all, from_object, to_object)

    def properties(self, object_name: str) -> Reply:
        """Read the properties of an object."""
        return self._call(_PROPERTIES, self._properties.get_all, object_name)

    def owners(self, *, after: str | None, archived: bool) -> Reply:
        """List owners, or those who have left."""
        asked = {"limit": query.OWNERS_PAGE, "archived": "true" if archived else "false"}
        more = {} if after is None else {"after": after}
        return self._call(_OWNERS, self._owners.get_page, **asked, **more)

    def account_details(self) -> Reply:
        """Read whose account this is."""
        reply = self._call(_ACCOUNT, self._way, "/account-info/v3/details", "GET", auth_settings=["oauth2"])
        self._zone = limits.zone_of(reply.body.get("timeZone"))
        return reply

    @property
    def width(self) -> Width:
        """Return how many calls of a pull may be under way."""
        return self._caller.width

    def effort(self, records: int, calls: int) -> Effort:
        """Return what listing takes; makes no call."""
        return self._pacer.effort(records, calls, _LIST.limits, _LIST.endpoint, _USUAL_SECONDS)

    @property
    def pace(self) -> float:
        """Return how many pages a second our share of the limits lets through for long."""
        return self.effort(0, 1).pace

    @property
    def search_seconds(self) -> float:
        """Return how long an answer of the search usually takes."""
        return self.width.usual_seconds(_SEARCH.endpoint)

    def budget(self) -> Budget:
        """Return what is known of the quota, without a call."""
        return self._pacer.budget()

    def close(self) -> None:
        """Let go of connections."""
        self._transport.close()

    # What the caller asks of us (`calls.Translator`).

    def error_of(self, answer: Answer, call: Call) -> ConnectorError:
        """Return our error for an answer that is no success."""
        return error_of(answer, call, self._resets_in(answer))

    def learn(self, answer: Answer, call: Call) -> None:
        """Take from any answer what it tells about limits."""
        left = limits.learn(self._pacer, answer, call, self._resets_in(answer))
        if left is not None:
            self._observer.quota_told(self._account, left)

    def renew(self, answer: Answer) -> bool:
        """Get a fresh token after an answer that said it had run out."""
        return self._tokens.renew(answer.sent_at)

    def _call(self, call: Call, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Reply:
        self._tokens.prepare()
        return self._send(call, operation, *args, **kwargs)

    def _send(self, call: Call, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Reply:
        def send() -> Answer:
            try:
                answer: Answer = operation(*args, _preload_content=False, **kwargs)
            except RefusalError as refusal:
                return refusal.answer
            return answer

        return self._caller.call(call, send)

    def _refresh(self, credentials: Credentials, refresh_token: str) -> Mapping[str, Any]:
        try:
            reply = self._send(
                _TOKEN,
                self._oauth.create,
                grant_type="refresh_token",
                client_id=credentials.client_id,
                client_secret=credentials.client_secret,
                refresh_token=refresh_token,
            )
        except RefusedError as problem:
            hint = "Authorise the app anew, and check its client id and secret."
            raise CredentialsError(
                "HubSpot does not accept the refresh token", hint=hint, status=problem.status
            ) from None
        answer: Mapping[str, Any] = reply.body
        self._hide(str(answer.get("access_token") or ""))
        return answer

    def _resets_in(self, answer: Answer) -> float:
        return limits.seconds_to_midnight(answer.moment or self._clock.now(), self._zone)

    def _authorise(self, url: str) -> Mapping[str, str]:
        if urlsplit(url).path.startswith("/oauth/"):
            return {}
        return {"Authorization": f"Bearer {self._tokens.value}"}

    def _api(self, package: Any, name: str, config: Mapping[str, Any]) -> Any:
        configuration = package.Configuration()
        configuration.host = config["host"]
        configuration.client_side_validation = False
        client = package.ApiClient(configuration=configuration)
        client.rest_client.pool_manager = self._transport
        client.user_agent = "syncd"
        return getattr(package, name)(api_client=client)
