"""One connection to the Pub/Sub API: calls with the token of the moment, errors in our words."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from connectors.salesforce.pubsub.messages import CUSTOM, GET_SCHEMA, GET_TOPIC, LATEST, SUBSCRIBE, message
from syncd.errors import ConfigError, ConnectorError, CredentialsError, RefusedError, RetryableError

HOST = "https://api.pubsub.salesforce.com:7443"
#: Events asked for at a time: as many as may be.
MOST = 100
_CALL_S = 30.0
#: Salesforce says something at least every 270 s; after this long it has gone away without a word.
SILENCE_S = 330.0
_TOO_OLD = "replayid"


class ReplayExpiredError(RefusedError):
    """The place in the feed is not known any more: it is too old, or of another org."""


class Channel:
    """Calls one address. `metadata` returns who we are, as every call has to say."""

    def __init__(self, url: str, metadata: Callable[[], tuple[tuple[str, str], ...]]) -> None:
        try:
            import fastavro as _avro  # noqa: F401 - all of the extra or nothing
            import grpc  # type: ignore[import-untyped]
        except ModuleNotFoundError as problem:
            hint = "pip install 'syncd[pubsub]', or set change_events: false."
            raise ConfigError("Salesforce's change events need the extra `pubsub`.", hint=hint) from problem
        parts = urlsplit(url or HOST)
        options = [("grpc.keepalive_time_ms", 60_000), ("grpc.max_receive_message_length", 16 * 1024 * 1024)]
        target = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
        self._grpc = grpc
        self._channel = (
            grpc.secure_channel(target, grpc.ssl_channel_credentials(), options)
            if parts.scheme == "https"
            else grpc.insecure_channel(target, options)
        )
        self._metadata = metadata

    def topic(self, name: str) -> Any:
        """Return what is known of a topic."""
        return self._call(GET_TOPIC, message("TopicRequest")(topic_name=name), "TopicInfo")

    def schema(self, schema_id: str) -> str:
        """Return a schema as JSON."""
        answer = self._call(GET_SCHEMA, message("SchemaRequest")(schema_id=schema_id), "SchemaInfo")
        return str(answer.schema_json)

    def subscribe(self, topic: str, replay: bytes, stop: threading.Event) -> Iterator[Any]:
        """Yield answers from a place on (empty: from now on), until `stop`. More is asked for when the last was taken.

        ReplayExpiredError when the place is gone.
        """
        method = self._channel.stream_stream(
            SUBSCRIBE,
            request_serializer=message("FetchRequest").SerializeToString,
            response_deserializer=message("FetchResponse").FromString,
        )
        requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        preset = CUSTOM if replay else LATEST
        requests.put(message("FetchRequest")(topic_name=topic, replay_preset=preset, replay_id=replay,
                                             num_requested=MOST))  # fmt: skip
        call = method(iter(requests.get, None), metadata=self._metadata())
        watch = _Watch(call, stop)
        try:
            for answer in call:
                watch.heard()
                yield answer
                if answer.pending_num_requested == 0:
                    requests.put(message("FetchRequest")(topic_name=topic, num_requested=MOST))
        except self._grpc.RpcError as problem:
            if not stop.is_set():
                raise self._error(problem) from problem
        finally:
            watch.over()
            requests.put(None)
            call.cancel()

    def close(self) -> None:
        """Let go of the connection."""
        self._channel.close()

    def _call(self, method: str, request: Any, answer: str) -> Any:
        call = self._channel.unary_unary(
            method,
            request_serializer=type(request).SerializeToString,
            response_deserializer=message(answer).FromString,
        )
        try:
            return call(request, metadata=self._metadata(), timeout=_CALL_S)
        except self._grpc.RpcError as problem:
            raise self._error(problem) from problem

    def _error(self, problem: Any) -> ConnectorError:
        code, details = problem.code(), str(problem.details() or "").strip()
        told = " ".join(str(value) for name, value in problem.trailing_metadata() or () if name == "error-code")
        message_text = f"Salesforce's Pub/Sub API: {details or code.name.lower()}"
        codes = self._grpc.StatusCode
        if code is codes.UNAUTHENTICATED:
            return CredentialsError(message_text)
        if _TOO_OLD in f"{told} {details}".lower().replace(" ", ""):
            return ReplayExpiredError(message_text)
        if code in {codes.NOT_FOUND, codes.PERMISSION_DENIED, codes.INVALID_ARGUMENT, codes.UNIMPLEMENTED}:
            return RefusedError(message_text, hint="Is Change Data Capture switched on for the object?")
        return RetryableError(message_text)


class _Watch:
    """Ends a call when it is to stop, or nobody has said anything for too long."""

    def __init__(self, call: Any, stop: threading.Event) -> None:
        self._call = call
        self._stop = stop
        self._over = threading.Event()
        self._heard = threading.Event()
        threading.Thread(target=self._wait, name="pubsub-watch", daemon=True).start()

    def heard(self) -> None:
        """Hear that something was said."""
        self._heard.set()

    def over(self) -> None:
        """Watch no longer."""
        self._over.set()

    def _wait(self) -> None:
        silent_s = 0.0
        while not self._over.is_set() and not self._stop.wait(0.25):
            silent_s = 0.0 if self._heard.is_set() else silent_s + 0.25
            self._heard.clear()
            if silent_s >= SILENCE_S:
                break
        self._call.cancel()
