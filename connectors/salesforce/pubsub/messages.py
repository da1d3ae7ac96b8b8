"""The messages of the Pub/Sub API (`eventbus.v1`), as far as they are needed: built when they are needed, from the
numbers of their fields. There is no generated code.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_PACKAGE = "eventbus.v1"
SUBSCRIBE, GET_SCHEMA, GET_TOPIC = (f"/{_PACKAGE}.PubSub/{name}" for name in ("Subscribe", "GetSchema", "GetTopic"))
#: Where a subscription begins: with what comes, or behind an event that is named.
LATEST, CUSTOM = 0, 2

#: Name, number and type of fields; `[]` repeats, a capital letter begins a message's name.
_FIELDS = {
    "TopicRequest": "topic_name=1:string",
    "TopicInfo": "topic_name=1:string can_subscribe=4:bool schema_id=5:string",
    "SchemaRequest": "schema_id=1:string",
    "SchemaInfo": "schema_json=1:string schema_id=2:string",
    "ProducerEvent": "id=1:string schema_id=2:string payload=3:bytes",
    "ConsumerEvent": "event=1:ProducerEvent replay_id=2:bytes",
    # The preset is an enumeration; on the wire that is a number.
    "FetchRequest": "topic_name=1:string replay_preset=2:int32 replay_id=3:bytes num_requested=4:int32",
    "FetchResponse": "events=1:ConsumerEvent[] latest_replay_id=2:bytes pending_num_requested=4:int32",
}


@cache
def message(name: str) -> Any:
    """Return the class of a message."""
    from google.protobuf.message_factory import GetMessageClass  # type: ignore[import-untyped]

    return GetMessageClass(_pool().FindMessageTypeByName(f"{_PACKAGE}.{name}"))


@cache
def _pool() -> Any:
    from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto  # type: ignore[import-untyped]
    from google.protobuf.descriptor_pool import DescriptorPool  # type: ignore[import-untyped]

    file = FileDescriptorProto(name="syncd/pubsub.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _FIELDS.items():
        made = file.message_type.add(name=name)
        for spelled in fields.split():
            field_name, _, rest = spelled.partition("=")
            number, _, kind = rest.partition(":")
            field = made.field.add(name=field_name, number=int(number))
            is_many, kind = kind.endswith("[]"), kind.removesuffix("[]")
            field.label = FieldDescriptorProto.LABEL_REPEATED if is_many else FieldDescriptorProto.LABEL_OPTIONAL
            if kind[0].isupper():
                field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
            else:
                field.type = getattr(FieldDescriptorProto, f"TYPE_{kind.upper()}")
    # A pool of its own: others in this process may know messages of the same name.
    pool = DescriptorPool()
    pool.Add(file)
    return pool
