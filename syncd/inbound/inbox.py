"""A folder that files are put into: what is complete is taken, row by row, and put away with what became of it.

A file is moved to `taking/` first, where nobody else writes. Each row is kept under the hash of its file and its place,
in the transaction that counts it as taken: whenever the process dies, the next one goes on behind the last row that was
kept, and takes none twice. Nothing is opened but plain files of a bearable size; links are left where they are.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from errno import ENOTDIR
from itertools import islice
from pathlib import Path

from syncd.engine import Tools
from syncd.errors import ConfigError, SyncdError
from syncd.inbound.doors import FolderDoor
from syncd.inbound.entering import enter, is_forgotten
from syncd.inbound.files import Row, rows_in
from syncd.inbound.gate import Gate, Problem
from syncd.inbound.results import Result, result_at
from syncd.store import ArrivalFile, ArrivalState, FileState
from syncd.telemetry.inbound import ACCEPTED, REFUSED

TAKING, DONE, FAILED = "taking", "done", "failed"
#: Rows kept in one transaction.
BATCH = 100
#: Files looked at in one turn.
_MOST_FILES = 1_000
#: A result is completed for so long, as records come to be; what waits longer is found by `syncd inbound`.
_COMPLETED_FOR = timedelta(days=1)
_BLOCK = 1 << 20
#: A row in such a state may still become a record by itself.
_OPEN = frozenset({ArrivalState.RECEIVED, ArrivalState.PENDING})
_NOT_HERE = Problem("", "not_here", "cannot be taken: the person asked to be forgotten")


@dataclass(slots=True)
class Inbox:
    """One folder."""

    door: FolderDoor
    tools: Tools
    #: Called when rows were kept: whoever holds the account need not wait any longer.
    wake: Callable[[], object] = lambda: None
    #: Called now and then: work goes on.
    beat: Callable[[], object] = lambda: None
    gate: Gate = field(init=False)
    #: Files as they were seen last: size, moment of the last change, and since when nothing changed.
    _seen: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gate = Gate(self.door)

    def look(self) -> None:
        """Take what is complete, go on with what was begun, and complete results; StoreError stops it where it is."""
        try:
            for name in (TAKING, DONE, FAILED):
                self._make(self.door.path / name)
            for path in sorted(self._plain(self.door.path / TAKING)):
                self._take(path)
            for name in self._complete():
                if self.tools.stop.is_set():
                    return
                self._claim(name)
            self._complete_results()
        except OSError as error:
            self.tools.telemetry.inbound.folder_failed(self.door.name, error.strerror or type(error).__name__)

    @staticmethod
    def _make(folder: Path) -> None:
        """Make one of our own folders; whoever put a link in its place would lead us elsewhere."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise NotADirectoryError(ENOTDIR, "is no folder of our own", str(folder))

    # Which files

    def _plain(self, folder: Path) -> Iterator[Path]:
        """Yield plain files that are no one's half-written ones."""
        with os.scandir(folder) as entries:
            for entry in islice(entries, _MOST_FILES):
                if entry.name[:1] not in {".", "~"} and entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)

    def _complete(self) -> list[str]:
        """Return the names of CSV files that have not changed for long enough."""
        now = self.tools.clock.monotonic()
        seen: dict[str, tuple[int, int, float]] = {}
        ready = []
        for path in self._plain(self.door.path):
            if path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
                continue
            found = path.lstat()
            before = self._seen.get(path.name)
            is_same = before is not None and before[:2] == (found.st_size, found.st_mtime_ns)
            since = before[2] if before is not None and is_same else now
            seen[path.name] = (found.st_size, found.st_mtime_ns, since)
            if now - since >= self.door.settle.total_seconds():
                ready.append(path.name)
        self._seen = seen
        return sorted(ready)

    def _claim(self, name: str) -> None:
        """Move a file to where nobody else writes, and take it."""
        claimed = self.door.path / TAKING / name
        if claimed.exists():
            return  # one of this name is under way
        (self.door.path / name).rename(claimed)
        self._take(claimed)

    # Taking one

    def _take(self, path: Path) -> None:
        try:
            digest = self._digest(path)
        except ConfigError as error:
            self._fail(path, error)
            return
        with self.tools.store.transaction() as tx:
            known = tx.arrival_files.begin(self.door.name, digest, path.name)
        try:
            if not self._take_rows(path, known):
                return
            self._put_away(path, digest)
        except ConfigError as error:
            with self.tools.store.transaction() as tx:
                tx.arrival_files.move(self.door.name, digest, FileState.FAILED)
            self._fail(path, error)

    def _digest(self, path: Path) -> str:
        """Return a hash of all that a file holds; ConfigError for what is not to be opened."""
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(number, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise ConfigError(f"{path.name} is no plain file.")
            if found.st_size > self.door.max_bytes:
                raise ConfigError(f"{path.name} is larger than {self.door.max_bytes} bytes.", hint="Split it.")
            digest = hashlib.sha256()
            while block := file.read(_BLOCK):
                digest.update(block)
                self.beat()
        return digest.hexdigest()

    def _take_rows(self, path: Path, known: ArrivalFile) -> bool:
        """Keep the rows behind the last that was kept; return whether that came to the end of the file."""
        with rows_in(path, self.door, self.gate, self.tools.clock.now()) as rows:
            behind = (row for row in rows if row.number > known.taken)
            while batch := list(islice(behind, BATCH)):
                if self.tools.stop.is_set():
                    return False
                self._keep(known.digest, batch)
                self.beat()
        return True

    def _keep(self, digest: str, rows: list[Row]) -> None:
        door, kept = self.door, 0
        with self.tools.store.transaction() as tx:
            for row in rows:
                if row.checked.errors or is_forgotten(tx, door, row.checked):
                    continue
                enter(tx, door, self.gate, row.checked, _mark(digest, row.number), digest, shown=row.shown)
                kept += 1
            tx.arrival_files.move(door.name, digest, FileState.TAKING, taken=rows[-1].number)
        self.tools.telemetry.inbound.received(door.name, ACCEPTED, kept)
        self.tools.telemetry.inbound.received(door.name, REFUSED, len(rows) - kept)
        if kept:
            self.wake()

    # Putting it away

    def _put_away(self, path: Path, digest: str) -> None:
        """Move a file that was taken to done/, with its result beside it."""
        counts = self._write_result(path, digest)
        with self.tools.store.transaction() as tx:
            state = FileState.SETTLING if _unsettled(counts) else FileState.DONE
            tx.arrival_files.move(
                self.door.name, digest, state, outcomes=counts, count=sum(counts.values()), name=path.name
            )
        # Cut off before this, it is found in taking/ once more, with no row left to take.
        path.replace(self._place(DONE, path.name, digest))
        self.tools.telemetry.inbound.file_taken(self.door.name, counts)

    def _write_result(self, path: Path, digest: str, name: str = "") -> dict[str, int]:
        """Write what became of the rows of a file, from the store; what was refused is told once more by the gate."""
        target = self._place(DONE, name or path.name, digest).with_suffix(".result.csv")
        with result_at(target) as result, rows_in(path, self.door, self.gate, self.tools.clock.now()) as rows:
            while batch := list(islice(rows, BATCH)):
                self._tell(result, digest, batch)
                self.beat()
        return result.counts

    def _tell(self, result: Result, digest: str, rows: list[Row]) -> None:
        marks = {row.number: _mark(digest, row.number) for row in rows}
        with self.tools.store.reading() as tx:
            found = tx.arrivals.by_marks(self.door.name, list(marks.values()))
        for row in rows:
            arrival = found.get(marks[row.number])
            problems = row.checked.errors or (row.checked.notes if arrival is not None else (_NOT_HERE,))
            result.write(row.number, arrival, problems)

    def _complete_results(self) -> None:
        """Write the results of files anew whose records have come to be by now."""
        with self.tools.store.reading() as tx:
            files = [one for one in tx.arrival_files.in_state(FileState.SETTLING) if one.door == self.door.name]
            counts = {one.digest: tx.arrivals.counts_of_file(one.door, one.digest) for one in files}
        for one in files:
            left = counts[one.digest]
            is_matched = ArrivalState.RECEIVED.value in one.outcomes and ArrivalState.RECEIVED not in left
            is_over = left.keys().isdisjoint(_OPEN) or _is_late(one, self.tools.clock.now())
            if is_over or is_matched:
                self._complete_result(one, FileState.DONE if is_over else FileState.SETTLING)

    def _complete_result(self, file: ArrivalFile, state: FileState) -> None:
        path = self._place(DONE, file.name, file.digest)
        counts = dict(file.outcomes)
        try:
            counts = self._write_result(path, file.digest, file.name)
        except (ConfigError, FileNotFoundError):
            # Somebody has taken the file away: there is nothing to complete.
            state = FileState.DONE
        with self.tools.store.transaction() as tx:
            tx.arrival_files.move(self.door.name, file.digest, state, outcomes=counts)

    def _fail(self, path: Path, error: SyncdError) -> None:
        """Move a file that cannot be read to failed/, with the reason beside it."""
        target = self._place(FAILED, path.name, str(self.tools.clock.now().timestamp()))
        path.replace(target)
        reason = target.with_suffix(".reason.txt")
        reason.write_text("\n".join(filter(None, (error.message, error.hint))) + "\n", "utf-8")
        self.tools.telemetry.inbound.file_failed(self.door.name, error)

    def _place(self, folder: str, name: str, digest: str) -> Path:
        """Return where a file is put away: two of one name do not meet."""
        short = hashlib.sha256(digest.encode()).hexdigest()[:8]
        path = Path(name)
        return self.door.path / folder / f"{path.stem[:150]}-{short}{path.suffix}"


def _mark(digest: str, number: int) -> str:
    return f"{digest}/{number}"


def _unsettled(counts: dict[str, int]) -> bool:
    return bool(counts.keys() & {state.value for state in _OPEN})


def _is_late(file: ArrivalFile, now: datetime) -> bool:
    return now - file.moved_at >= _COMPLETED_FOR
