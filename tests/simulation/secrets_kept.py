"""Is a secret anywhere it should not be? Every artefact of a schedule is searched for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, make_url, text

if TYPE_CHECKING:
    from tests.simulation.checks import Verdicts
    from tests.simulation.run import Run

#: What is looked for: the part that every spelling of the planted secrets has.
PLANTED = "planted4f81c2d7"
_OTHER = "planted-4f81c2d7"


def check_secrets(run: Run, found: Verdicts) -> None:
    """Look into the logs with their metrics, the store's files, and where there are none, its tables."""
    needles = [PLANTED.encode(), _OTHER.encode()]
    for file in sorted(run.folder.iterdir()):
        content = file.read_bytes() if file.is_file() and file.name != "migrated.db" else b""
        if any(needle in content for needle in needles):
            found.add("secret", f"a token stands in {file.name}")
    url = make_url(run.store_url)
    if url.drivername.startswith("postgresql"):
        engine = create_engine(url.set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            names = connection.execute(
                text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
            ).scalars()
            for name in names.all():
                query = text(f'SELECT count(*) FROM "{name}" AS it WHERE it::text LIKE :one OR it::text LIKE :other')
                if connection.execute(query, {"one": f"%{PLANTED}%", "other": f"%{_OTHER}%"}).scalar():
                    found.add("secret", f"a token stands in the table {name}")
        engine.dispose()
