"""The simulated org: everything it holds, and the few questions all of its parts ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.sandbox.effects import Actor, Cause
from connectors.sandbox.salesforce import dml, recycle_bin
from connectors.sandbox.salesforce.callers import Caller, Permissions, WriteOptions
from connectors.sandbox.salesforce.computed import computed_fields
from connectors.sandbox.salesforce.duplicates import DuplicateRule, fresh_duplicate_rules
from connectors.sandbox.salesforce.history import fresh_tracking
from connectors.sandbox.salesforce.ids import make_id, to_18
from connectors.sandbox.salesforce.quota import Quota
from connectors.sandbox.salesforce.readings import Readings
from connectors.sandbox.salesforce.recycle_bin import Deleted
from connectors.sandbox.salesforce.rows import Row, Table, Value
from connectors.sandbox.salesforce.rules import AssignmentRule, ValidationRule
from connectors.sandbox.salesforce.schema import ObjectSchema, fresh_objects
from connectors.sandbox.salesforce.sessions import Sessions
from connectors.sandbox.salesforce.setup import furnish
from connectors.sandbox.salesforce.values import spell
from connectors.sandbox.world import World

ORG_NUMBER = 1


class Org:
    """One org."""

    def __init__(self, world: World, *, edition: str = "enterprise") -> None:
        self.world = world
        #: Whether somebody may want to know who did what (`causes`).
        self.is_heard = False
        self.quota = Quota(edition)
        self.sessions = Sessions()
        self.clear()

    def clear(self) -> None:
        """Go back to an org without records, but for what every org is furnished with."""
        self.readings = Readings()
        self.has_person_accounts = False
        self.tables: dict[str, Table] = {}
        self.id = make_id("00D", ORG_NUMBER)
        self.take_schema(fresh_objects())
        self.permissions: dict[str, Permissions] = {}
        self.validation_rules: list[ValidationRule] = []
        self.duplicate_rules: list[DuplicateRule] = fresh_duplicate_rules()
        self.assignment_rules: dict[str, AssignmentRule] = {}
        self.tracked = fresh_tracking()
        #: Locked record ids, and until when.
        self.locks: dict[str, int] = {}
        self.deletions: dict[str, list[Deleted]] = {}
        #: Id of a record that went to the bin with another one, to that one's.
        self.deleted_with: dict[str, str] = {}
        #: Record id to what is true of it, as JSON text, by object.
        self.truth: dict[str, dict[str, bytes]] = {}
        #: Who the call that is being served is made by; None: Salesforce itself.
        self.user: Caller | None = None
        #: Who did what since it was last told, by the number of the effect.
        self.causes: dict[int, Actor] = {}
        self._depth = 0
        furnish(self)

    # --- what there is

    def take_schema(self, objects: dict[str, ObjectSchema]) -> None:
        """Have these objects; records of objects that stay are kept."""
        self.objects = objects
        self.tables = {name: self.tables.get(name) or Table() for name in objects}
        self._by_lower = {name.lower(): name for name in objects}
        self._prefixes: dict[str, str] = {}
        for name, kind in objects.items():
            self.tables[name].computed = computed_fields(self, kind)
            for row in self.tables[name].rows.values():
                row._computed = self.tables[name].computed  # noqa: SLF001 - a row belongs to its table
            self.set_flags(name)
            self._prefixes.setdefault(kind.key_prefix, name)
        self.schema_changed()

    def set_flags(self, name: str) -> None:
        """Give records the boolean fields they do not have yet: those are never without a value."""
        flags = {it.name: bool(it.default_value) for it in self.objects[name].fields.values() if it.type == "boolean"}
        for row in self.tables[name].rows.values():
            for field, value in flags.items():
                row.setdefault(field, value)

    def schema_changed(self) -> None:
        """Forget what was worked out from definitions and permissions."""
        self._seen: dict[str | None, dict[str, ObjectSchema]] = {}
        self.schema_at = self.stamp()

    @property
    def schema(self) -> Mapping[str, ObjectSchema]:
        """The objects and fields the calling user may see."""
        key = self.user.id if self.user else None
        found = self._seen.get(key)
        if found is None:
            permissions = self.permissions.get(key or "")
            found = self._seen[key] = permissions.applied(self.objects) if permissions else self.objects
        return found

    def object_named(self, name: str) -> ObjectSchema | None:
        """Return an object the caller may see, by its name in any case."""
        return self.schema.get(self._by_lower.get(name.lower(), ""))

    def object_of(self, record_id: str) -> str | None:
        """Return the name of the object an id belongs to."""
        return self._prefixes.get(record_id[:3])

    def default_record_type(self, name: str) -> str | None:
        """Return the record type a new record gets; None where the object has none."""
        return next((row.id for row in self.record_types(name)), None)

    def record_types(self, name: str) -> list[Row]:
        """Return the active record types of an object."""
        rows = self.tables["RecordType"].having("SobjectType", name)
        return [row for row in rows if row["IsActive"] is True]

    def may_see_all(self) -> bool:
        """Whether the caller sees records of others."""
        permissions = self.permissions.get(self.user.id) if self.user else None
        return permissions is None or permissions.may_view_all

    # --- time

    def now_ms(self) -> int:
        """Return the moment it is, in milliseconds since 1970."""
        return self.world.clock.now_ms()

    def now(self) -> datetime:
        """Return the moment it is."""
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def stamp(self) -> datetime:
        """Return the moment as SystemModstamp keeps it: in whole seconds."""
        return datetime.fromtimestamp(self.now_ms() // 1000, UTC)

    # --- reading

    def rows(self, name: str, *, include_deleted: bool = False) -> Iterator[Row]:
        """Yield records as queries see them, in ascending order of id."""
        recycle_bin.sweep(self, name)
        for row in self.tables[name].visible(self.now_ms()):
            if (include_deleted or not row.is_deleted) and self.is_shown(row):
                yield row

    def rows_since(self, name: str, since: datetime, *, include_deleted: bool = False) -> Iterator[Row]:
        """Yield records whose SystemModstamp is not before a moment, in its order."""
        recycle_bin.sweep(self, name)
        for row in self.tables[name].stamped(since, None, self.now_ms()):
            if (include_deleted or not row.is_deleted) and self.is_shown(row):
                yield row

    def find(self, name: str, record_id: str, *, include_deleted: bool = False) -> Row | None:
        """Return one record by its id of 15 or 18 characters."""
        long_id = to_18(record_id)
        row = self.tables[name].rows.get(long_id) if long_id else None
        if row is None or (row.is_deleted and not include_deleted) or not self.is_shown(row):
            return None
        return row

    def is_shown(self, row: Row) -> bool:
        """Return whether the calling user may see a record at all."""
        if self.user is None or self.may_see_all():
            return True
        owner = row["OwnerId"]
        return owner is None or owner == self.user.id

    # --- writing

    def create(self, name: str, values: Mapping[str, Any], cause: Cause, options: WriteOptions | None = None) -> str:
        """Make a record; return its id. SalesforceError says why not."""
        return dml.create(self, name, values, cause, options or WriteOptions())

    def update(
        self, name: str, record_id: str, values: Mapping[str, Any], cause: Cause, options: WriteOptions | None = None
    ) -> str:
        """Change a record; return its id of 18 characters. SalesforceError says why not."""
        return dml.update(self, name, record_id, values, cause, options or WriteOptions())

    def delete(self, name: str, record_id: str, cause: Cause) -> str:
        """Move a record and what hangs on it to the recycle bin; objects without one lose it for good."""
        return recycle_bin.delete(self, name, record_id, cause)

    def undelete(self, name: str, record_id: str, cause: Cause) -> str:
        """Bring a record back, with what went away with it."""
        return recycle_bin.undelete(self, name, record_id, cause)

    def purge(self, name: str, record_id: str, cause: Cause) -> None:
        """Take a record out of the recycle bin for good."""
        recycle_bin.purge(self, name, record_id, cause)

    def new_id(self, name: str) -> str:
        """Return the id of the next record of an object."""
        return make_id(self.objects[name].key_prefix, self.tables[name].take_number())

    def put(self, name: str, row: Row, values: Mapping[str, Value], *, late_s: float = 0.0) -> None:
        """Set fields of a record as they stand, hiding the change from queries for as long as knobs say."""
        lag_ms = self.world.knobs.lag_ms() + round(late_s * 1000)
        if lag_ms > 0:
            self.tables[name].hide(row.id, row, self.now_ms(), self.now_ms() + lag_ms)
        self.tables[name].change(row, values)

    def add(self, name: str, values: Mapping[str, Value], *, late_s: float = 0.0) -> Row:
        """Take up a record as it stands."""
        lag_ms = self.world.knobs.lag_ms() + round(late_s * 1000)
        if lag_ms > 0:
            self.tables[name].hide(str(values["Id"]), None, self.now_ms(), self.now_ms() + lag_ms)
        return self.tables[name].insert(values)

    def stamps_of(self, cause: Cause) -> dict[str, Value]:
        """Return what a change by somebody leaves in the audit fields."""
        at = self.stamp()
        return {"LastModifiedDate": at, "SystemModstamp": at, "LastModifiedById": self.user_of(cause)}

    def user_of(self, cause: Cause) -> str:
        """Return the id of the user a cause stands for; without one it is the org's own automated process."""
        return to_18(cause.actor.user_id) or self.automated_user

    @property
    def automated_user(self) -> str:
        """The user Salesforce's own processes work as."""
        return next(iter(self.tables["User"].rows))

    def note(
        self,
        cause: Cause,
        kind: str,
        name: str,
        record_id: str,
        field: str = "",
        before: Value = None,
        after: Value = None,
    ) -> None:
        """Write one line of the effect log."""
        self.world.effects.add(self.now_ms(), cause, kind, name, record_id, field, spell(before), spell(after))
        # What is taken back gives its number to another effect, whose actor takes its place here.
        if self.is_heard:
            self.causes[self.world.effects.last_seq] = cause.actor

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what is written within is taken back when an exception leaves; they may be nested."""
        tables = list(self.tables.values())
        outer = [table.journal for table in tables]
        last = self.world.effects.last_seq
        lengths = {name: len(rows) for name, rows in self.deletions.items()}
        with_before = dict(self.deleted_with) if self._depth == 0 else None
        for table in tables:
            table.journal = []
        self._depth += 1
        try:
            yield
        except BaseException:
            for table in tables:
                journal, table.journal = table.journal or [], None
                for undo in reversed(journal):
                    undo()
            self.world.effects.rewind(last)
            for name, rows in self.deletions.items():
                del rows[lengths.get(name, 0) :]
            if with_before is not None:
                self.deleted_with = with_before
            for table, before in zip(tables, outer, strict=True):
                table.journal = before
            raise
        else:
            for table, before in zip(tables, outer, strict=True):
                table.journal = None if before is None else before + (table.journal or [])
        finally:
            self._depth -= 1

    def is_locked(self, record_ids: Iterable[Value]) -> str | None:
        """Return the first of these records that somebody else holds."""
        if not self.locks:
            return None
        now_ms = self.now_ms()
        return next((str(it) for it in record_ids if it and self.locks.get(str(it), 0) > now_ms), None)

    def open_since(self) -> datetime | None:
        """Return when the oldest transaction began whose changes cannot be seen yet."""
        now_ms = self.now_ms()
        found = [ms for table in self.tables.values() if (ms := table.open_since_ms(now_ms)) is not None]
        return datetime.fromtimestamp(min(found) // 1000, UTC) if found else None

    def bin_since(self) -> datetime:
        """Return the moment before which the recycle bin keeps nothing."""
        return self.stamp() - timedelta(days=self.readings.bin_days)
