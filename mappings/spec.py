"""The shape of the files in this folder, as pydantic models; what a name in them means is checked by `compile`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from mappings.values import ValueType
from syncd.model import Raw

#: A property as a CRM spells it. It ends up in queries, so nothing but a name fits.
PropertyName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.]*$", max_length=200)]
#: An object as a CRM spells it, custom ones included (`2-3465404`, `Invoice__c`).
ObjectName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


def _listed(given: object) -> object:
    return [given] if isinstance(given, str) else given


#: One property, or several.
Sources = Annotated[
    list[PropertyName],
    Field(min_length=1),
    BeforeValidator(_listed, json_schema_input_type=PropertyName | list[PropertyName]),
]


class FieldSpec(_Part):
    """Where one of our fields comes from, and whether it may be written back."""

    source: Sources | None = None
    """The CRM's property; a list only with `read: [is_set]` or `read: [first_named]`, which look at all of them."""
    first_of: Annotated[list[PropertyName], Field(min_length=1)] | None = None
    """Instead of `source`: the field is the first of these properties that the account has."""
    read: list[str] = []
    """Transforms on the way in, in this order: trim, lower, collapse_blanks, digits, zone_words, long_id; or is_set or
    first_named alone."""
    write: bool = False
    """Whether a fix may write the property. Fields are read-only unless this says so."""
    type: Annotated[ValueType, Field(strict=False)] | None = None
    """What the field holds. Needed for fields of your own (`x_...`) only; ours have their type."""
    values: dict[str, str] = {}
    """Picklist values, the CRM's on the left and ours on the right. Others come through as they are."""
    optional: bool = False
    """An account without the property loses this field and nothing else."""

    @property
    def properties(self) -> tuple[str, ...]:
        """Return every property that may hold the field."""
        return tuple(self.source or self.first_of or ())


class ExampleSpec(_Part):
    """One record on its way in (`given`, `becomes`) and back out (`writes`). Every example is a test."""

    given: dict[PropertyName, Raw]
    """What the CRM sends."""
    becomes: dict[str, Any]
    """All of our fields that it gives. A property that cannot be understood gives none."""
    writes: dict[PropertyName, Raw] | None = None
    """What writing those of the fields back would send that may be written."""


class MappingSpec(_Part):
    """One object of one CRM, field by field, both ways."""

    crm: str
    """The CRM's name, as in the settings: hubspot."""
    object: ObjectName
    """The object as the CRM spells it: contacts."""
    kind: str
    """What a record of it is to us: person, company, deal, ticket, activity, or custom: any other object."""
    fields: Annotated[dict[str, FieldSpec], Field(min_length=1)]
    """Our field names and where each comes from."""
    links: dict[str, ObjectName] = {}
    """The objects whose linked ids come along, by what they are to us: {company: companies}."""
    leave_alone: dict[str, bool | str] = {}
    """Our fields and values that tell records nobody should judge or change: {x_is_converted: true}."""
    rules: dict[str, dict[str, Any]] = {}
    """Parameters of rules that follow from what this CRM keeps. What the settings say stands above them."""
    examples: Annotated[list[ExampleSpec], Field(min_length=1)]
    """At least one example, so that the file shows what it does and a test holds it to that."""


class CanonicalFieldSpec(_Part):
    """One of our own fields."""

    type: Annotated[ValueType, Field(strict=False)]
    """What it holds."""
    meaning: str
    """One sentence for people."""
    read_only: bool = False
    """The CRM alone sets it: no mapping may write it."""
    note: bool = False
    """What syncd notes beside the record's own values: writing it where it is empty changes nothing anybody entered."""
    policy: Annotated[str, StringConstraints(pattern=r"^(newest|complete|strictest|latest|fill|never)$")] = "never"
    """Which value wins where several linked accounts hold one, unless the settings say otherwise; of fields that belong
    together, as those of an address, only the first has one."""
    alert: bool = False
    """Whether a record that holds another value than the one that wins is a finding somebody should see."""


class CanonicalSpec(_Part):
    """All of our fields for one kind of record."""

    kind: str
    fields: dict[str, CanonicalFieldSpec]


class TasksSpec(_Part):
    """Tasks as a CRM keeps them: what a rule cannot mend is given to people so."""

    object: ObjectName
    """The object as the CRM spells it."""
    type: str = ""
    """What kind of task it is, in our words; empty where nobody has to say."""
    open: str
    """The state of a task that is to be done, in the CRM's own list."""
    done: str
    """The state of one that is done."""


class CrmSpec(_Part):
    """What holds for a CRM whatever the object."""

    usual: list[str]
    """The objects that are watched where none is named."""
    empty: str | None
    """What to write to clear a property."""
    scalars: Annotated[str, StringConstraints(pattern=r"^(text|json)$")]
    tasks: TasksSpec | None = None
    """Where people find what they have to do; nothing said: nowhere."""
    """Whether numbers and truth values travel as text or as JSON."""
