"""The messages of the Pub/Sub API, put together from their field numbers when the server is started."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto  # type: ignore[import-untyped]
from google.protobuf.descriptor_pool import DescriptorPool  # type: ignore[import-untyped]
from google.protobuf.message_factory import GetMessageClass  # type: ignore[import-untyped]

PACKAGE = "eventbus.v1"
SERVICE = f"{PACKAGE}.PubSub"

_TEXT, _BYTES, _INT32, _BOOL, _ENUM = "string", "bytes", "int32", "bool", "enum"
_KINDS = {
    _TEXT: FieldDescriptorProto.TYPE_STRING,
    _BYTES: FieldDescriptorProto.TYPE_BYTES,
    _INT32: FieldDescriptorProto.TYPE_INT32,
    _BOOL: FieldDescriptorProto.TYPE_BOOL,
}
#: Message, then name and type of each field; `*` repeats. A type that is none of the above is a message.
_MESSAGES: dict[str, dict[int, tuple[str, str]]] = {
    "TopicRequest": {1: ("topic_name", _TEXT)},
    "TopicInfo": {
        1: ("topic_name", _TEXT), 2: ("tenant_guid", _TEXT), 3: ("can_publish", _BOOL), 4: ("can_subscribe", _BOOL),
        5: ("schema_id", _TEXT), 6: ("rpc_id", _TEXT),
    },
    "SchemaRequest": {1: ("schema_id", _TEXT)},
    "SchemaInfo": {1: ("schema_json", _TEXT), 2: ("schema_id", _TEXT), 3: ("rpc_id", _TEXT)},
    "EventHeader": {1: ("key", _TEXT), 2: ("value", _BYTES)},
    "ProducerEvent": {
        1: ("id", _TEXT), 2: ("schema_id", _TEXT), 3: ("payload", _BYTES), 4: ("headers", "*EventHeader"),
    },
    "ConsumerEvent": {1: ("event", "ProducerEvent"), 2: ("replay_id", _BYTES)},
    "FetchRequest": {
        1: ("topic_name", _TEXT), 2: ("replay_preset", _ENUM), 3: ("replay_id", _BYTES), 4: ("num_requested", _INT32),
    },
    "FetchResponse": {
        1: ("events", "*ConsumerEvent"), 2: ("latest_replay_id", _BYTES), 3: ("rpc_id", _TEXT),
        4: ("pending_num_requested", _INT32),
    },
}  # fmt: skip
PRESETS = ("LATEST", "EARLIEST", "CUSTOM")
LATEST, EARLIEST, CUSTOM = range(3)


def message_classes() -> dict[str, Any]:
    """Return the classes of all messages by their names."""
    file = FileDescriptorProto(name="sandbox_pubsub.proto", package=PACKAGE, syntax="proto3")
    presets = file.enum_type.add(name="ReplayPreset")
    for number, name in enumerate(PRESETS):
        presets.value.add(name=name, number=number)
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, (field, kind) in fields.items():
            made = message.field.add(name=field, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
            if kind.startswith("*"):
                made.label = FieldDescriptorProto.LABEL_REPEATED
            if kind in _KINDS:
                made.type = _KINDS[kind]
            elif kind == _ENUM:
                made.type, made.type_name = FieldDescriptorProto.TYPE_ENUM, f".{PACKAGE}.ReplayPreset"
            else:
                made.type = FieldDescriptorProto.TYPE_MESSAGE
                made.type_name = f".{PACKAGE}.{kind.removeprefix('*')}"
    pool = DescriptorPool()
    pool.Add(file)
    return {name: GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}")) for name in _MESSAGES}
