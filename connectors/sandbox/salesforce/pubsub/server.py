"""The Pub/Sub API itself: gRPC on a port of its own, each subscriber in a thread."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import grpc  # type: ignore[import-untyped]
from fastavro import parse_schema, schemaless_writer

from connectors.sandbox.clock import from_iso
from connectors.sandbox.salesforce.pubsub.bus import Bus, ChangeEvent
from connectors.sandbox.salesforce.pubsub.messages import CUSTOM, EARLIEST, SERVICE, message_classes
from connectors.sandbox.salesforce.pubsub.schemas import EventSchema

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

_MOST = 100
_SUBSCRIBERS = 16
_POLL_S = 0.5
_ERROR = "sfdc.platform.eventbus.grpc"
_EPOCH = date(1970, 1, 1)


class Server:
    """Serves the events of a bus."""

    def __init__(self, org: Org, bus: Bus, port: int) -> None:
        self._org = org
        self._bus = bus
        self._made = message_classes()
        self._schemas: dict[str, EventSchema] = {}
        self._is_over = threading.Event()
        self._grpc = grpc.server(ThreadPoolExecutor(_SUBSCRIBERS, thread_name_prefix="sandbox-pubsub"))
        self._grpc.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, self._methods()),))
        self.url = f"http://127.0.0.1:{self._grpc.add_insecure_port(f'127.0.0.1:{port}')}"
        self._grpc.start()

    def close(self) -> None:
        """Stop serving."""
        self._is_over.set()
        with self._bus.changed:
            self._bus.changed.notify_all()
        self._grpc.stop(grace=0.2).wait(2)

    def _methods(self) -> dict[str, Any]:
        def unary(answer: Any, asked: str) -> Any:
            return grpc.unary_unary_rpc_method_handler(
                answer, request_deserializer=self._made[asked].FromString, response_serializer=_serialized
            )

        return {
            "GetTopic": unary(self._topic, "TopicRequest"),
            "GetSchema": unary(self._schema, "SchemaRequest"),
            "Subscribe": grpc.stream_stream_rpc_method_handler(
                self._subscribe,
                request_deserializer=self._made["FetchRequest"].FromString,
                response_serializer=_serialized,
            ),
        }

    # The calls

    def _topic(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._check_session(context)
        name = self._object_of(request.topic_name, context)
        schema = self._schema_of(name) if name else None
        return self._made["TopicInfo"](
            topic_name=request.topic_name, tenant_guid=self._org.id, can_publish=False, can_subscribe=True,
            schema_id=schema.id if schema else "", rpc_id=str(uuid.uuid4()),
        )  # fmt: skip

    def _schema(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._check_session(context)
        found = next((one for one in self._schemas.values() if one.id == request.schema_id), None)
        if found is None:
            _refuse(context, grpc.StatusCode.NOT_FOUND, "schema.not.found", "The schema does not exist.")
            raise AssertionError
        return self._made["SchemaInfo"](schema_json=found.json, schema_id=found.id, rpc_id=str(uuid.uuid4()))

    def _subscribe(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        self._check_session(context)
        first = next(requests, None)
        if first is None:
            return
        self._object_of(first.topic_name, context)
        place = self._place(first, context)
        wanted = _Wanted(first.num_requested, context)
        threading.Thread(target=self._hear, args=(requests, wanted), daemon=True).start()
        yield from self._told(first.topic_name, place, wanted, context)

    def _hear(self, requests: Iterator[Any], wanted: _Wanted) -> None:
        """Take what a subscriber asks for besides."""
        try:
            for request in requests:
                with self._bus.changed:
                    wanted.add(request.num_requested)
                    self._bus.changed.notify_all()
        except grpc.RpcError:
            # The subscriber is gone; whoever serves it notices.
            return

    def _told(self, topic: str, place: int, wanted: _Wanted, context: grpc.ServicerContext) -> Iterator[Any]:
        cut, silent_s = self._bus.cut, 0.0
        while context.is_active() and not self._is_over.is_set():
            with self._bus.changed:
                events = self._bus.behind(topic, place)[: min(wanted.number, _MOST)]
                if not events and self._bus.cut == cut:
                    self._bus.changed.wait(min(_POLL_S, self._bus.keep_alive_s))
                    silent_s += min(_POLL_S, self._bus.keep_alive_s)
                    events = self._bus.behind(topic, place)[: min(wanted.number, _MOST)]
                newest = self._bus.newest
            if self._bus.cut != cut:
                context.abort(grpc.StatusCode.UNAVAILABLE, "the connection was cut")
            if events or silent_s >= self._bus.keep_alive_s:
                place = events[-1].replay if events else place
                silent_s = 0.0
                wanted.number -= len(events)
                yield self._response(events, max(newest, place), wanted.number)

    def _response(self, events: list[ChangeEvent], newest: int, pending: int) -> Any:
        told = [self._made["ConsumerEvent"](event=self._produced(one), replay_id=_replay(one.replay)) for one in events]
        return self._made["FetchResponse"](
            events=told, latest_replay_id=_replay(newest), rpc_id=str(uuid.uuid4()), pending_num_requested=pending
        )

    def _produced(self, event: ChangeEvent) -> Any:
        schema = self._schema_of(event.object)
        header = {
            "entityName": event.object, "recordIds": list(event.ids), "changeType": event.change,
            "changeOrigin": event.origin, "transactionKey": event.transaction, "sequenceNumber": 1,
            "commitTimestamp": event.at_ms, "commitNumber": event.replay * 1_000_003, "commitUser": event.user,
            "nulledFields": schema.bitmaps(event.nulled), "diffFields": [],
            "changedFields": schema.bitmaps(event.changed),
        }  # fmt: skip
        content = {"ChangeEventHeader": header, **_values(schema.avro["fields"][1:], event.values)}
        payload = BytesIO()
        schemaless_writer(payload, parse_schema(dict(schema.avro)), content)
        return self._made["ProducerEvent"](id=str(uuid.uuid4()), schema_id=schema.id, payload=payload.getvalue())

    # What is asked for

    def _check_session(self, context: grpc.ServicerContext) -> None:
        said = dict(context.invocation_metadata())
        session = self._org.sessions.find(str(said.get("accesstoken", "")), self._org.now_ms())
        if session is None or not said.get("instanceurl") or said.get("tenantid") != self._org.id:
            _refuse(context, grpc.StatusCode.UNAUTHENTICATED, "service.auth.error", "Authentication failed.")

    def _object_of(self, topic: str, context: grpc.ServicerContext) -> str:
        """Return the object of a topic; empty for that of all of them."""
        if topic == "/data/ChangeEvents":
            return ""
        name = topic.removeprefix("/data/").removesuffix("ChangeEvent")
        if topic != f"/data/{name}ChangeEvent" or name not in self._bus.objects or name not in self._org.objects:
            _refuse(context, grpc.StatusCode.NOT_FOUND, "topic.not.found", f"The topic {topic} does not exist.")
        return name

    def _place(self, request: Any, context: grpc.ServicerContext) -> int:
        if request.replay_preset == EARLIEST:
            return 0
        if request.replay_preset != CUSTOM:
            return self._bus.newest
        replay = int.from_bytes(request.replay_id, "big")
        if not self._bus.is_known(replay):
            message = "The Replay ID validation failed. Ensure that the Replay ID is valid."
            _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, "subscription.fetch.replayid.validation.failed", message)
        return replay

    def _schema_of(self, name: str) -> EventSchema:
        if name not in self._schemas:
            self._schemas[name] = EventSchema(self._org.objects[name])
        return self._schemas[name]


class _Wanted:
    """How many more events a subscriber has asked for."""

    def __init__(self, number: int, context: grpc.ServicerContext) -> None:
        self.number = 0
        self._context = context
        self.add(number)

    def add(self, number: int) -> None:
        """Count what is asked for; too many at a time are an error."""
        if number > _MOST or number < 1:
            message = f"num_requested must be from 1 to {_MOST}"
            _refuse(self._context, grpc.StatusCode.INVALID_ARGUMENT, "subscription.fetch.requests.invalid", message)
        self.number += number


def _serialized(message: Any) -> bytes:
    content: bytes = message.SerializeToString()
    return content


def _replay(number: int) -> bytes:
    return number.to_bytes(8, "big")


def _refuse(context: grpc.ServicerContext, status: grpc.StatusCode, code: str, message: str) -> None:
    context.set_trailing_metadata((("error-code", f"{_ERROR}.{code}"), ("rpc-id", str(uuid.uuid4()))))
    context.abort(status, message)


def _values(fields: list[dict[str, Any]], values: dict[str, str | None]) -> dict[str, Any]:
    """Return values as Avro has them: what did not change is empty."""
    content: dict[str, Any] = {}
    for one in fields:
        kind = one["type"][1]
        if isinstance(kind, dict):
            inner = _values(kind["fields"], values)
            content[one["name"]] = inner if any(value is not None for value in inner.values()) else None
        else:
            content[one["name"]] = _typed(kind, values.get(one["name"]))
    return content


def _typed(kind: str, value: str | None) -> Any:
    if value is None or kind == "string":
        return value
    if kind == "boolean":
        return value == "true"
    if kind != "long":
        return float(value) if kind == "double" else int(float(value))
    if len(value) == 10:
        return (date.fromisoformat(value) - _EPOCH).days
    ms = from_iso(value.replace("+0000", "+00:00"))
    return ms or 0
