"""YAML → `RecordMapping`, or every mistake in the file at once."""

from __future__ import annotations

import functools
from pathlib import Path as FilePath
from types import MappingProxyType

from mappings.check import Checking
from mappings.examples import example_mistakes
from mappings.fields import field_mapping
from mappings.mapping import RecordMapping
from mappings.shipped import canonical_fields, crm_spec, mapped_objects, mapping_file
from mappings.spec import MappingSpec
from syncd.errors import ConfigError, Mistake
from syncd.located import Document, Path, read_document, shaped


def load_mapping(path: FilePath) -> RecordMapping:
    """Return the mapping in a file; raise ConfigError with every mistake in it."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError([Mistake(str(path), 0, 0, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise ConfigError([Mistake(str(path), 0, 0, "is not UTF-8 text")]) from None
    return parse_mapping(text, str(path))


def parse_mapping(text: str, file: str) -> RecordMapping:
    """Return the mapping in `text`; `file` is its name in messages. Raises ConfigError with every mistake."""
    document = read_document(text, file)
    spec, found = shaped(document, MappingSpec)
    mistakes = [mistake for _, mistake in found]
    if spec is not None:
        hollow = _places_around([path for path, _ in found], document)
        mistakes += [one for one in Checking(spec, document).mistakes() if (one.line, one.column) not in hollow]
    if spec is None or mistakes:
        raise ConfigError(sorted(set(mistakes)))
    return _compiled(spec, document)


def _places_around(bad: list[Path], document: Document) -> set[tuple[int, int]]:
    """Return where the parts stand that lack one of the `bad` parts: what is said of them may follow from that."""
    around = {path[:length] for path in bad for length in range(1, len(path))}
    told = [document.mistake(path, "", of_key=of_key) for path in around for of_key in (True, False)]
    return {(one.line, one.column) for one in told}


@functools.cache
def shipped_mapping(crm: str, object_name: str) -> RecordMapping | None:
    """Return the mapping that comes with syncd for this object; None when there is none."""
    file = mapping_file(crm, object_name)
    if file is None:
        return None
    return parse_mapping(file.read_text("utf-8"), f"mappings/{crm}/{file.name}")


def shipped_mappings(crm: str) -> tuple[RecordMapping, ...]:
    """Return all mappings that come with syncd for a CRM."""
    found = (shipped_mapping(crm, object_name) for object_name in mapped_objects(crm))
    return tuple(mapping for mapping in found if mapping is not None)


def _compiled(spec: MappingSpec, document: Document) -> RecordMapping:
    canonical, dialect = canonical_fields(spec.kind), crm_spec(spec.crm)
    mapping = RecordMapping(
        crm=spec.crm,
        object=spec.object,
        kind=spec.kind,
        fields=MappingProxyType(
            {name: field_mapping(name, field, canonical, dialect) for name, field in spec.fields.items()}
        ),
        links=MappingProxyType(dict(spec.links)),
        dialect=dialect,
        leave_alone=MappingProxyType(dict(spec.leave_alone)),
        rules=MappingProxyType(dict(spec.rules)),
        file=document.file,
    )
    mistakes = example_mistakes(mapping, spec, document)
    if mistakes:
        raise ConfigError(sorted(mistakes))
    return mapping
