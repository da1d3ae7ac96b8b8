# noqa: INP001 - Alembic loads it by path
"""What Alembic runs. syncd hands over the connection; `alembic` on the command line takes `-x url=…`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from syncd.store.opening.database import open_engine, read_url
from syncd.store.schema import metadata


def _run(connection: Connection) -> None:
    # SQLite cannot alter a column: batch mode copies the table instead.
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=is_sqlite)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with open_engine(read_url(context.get_x_argument(as_dictionary=True)["url"])).connect() as own, own.begin():
        _run(own)
