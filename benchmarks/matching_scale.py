"""How matching a whole base grows: `python benchmarks/matching_scale.py [--peer PYTHON] [SIZE…]`.

Made people of countries that nothing was learned from (10,000, 100,000 and 1,000,000 unless said otherwise) are matched
by `syncd.matching` on two cores. With `--peer`, an interpreter that has Splink 5, Splink matches the same file on the
same two cores in the same run: blocking on what is equal, its own estimate of weights, clusters at one threshold.
Printed are wall seconds, processor seconds (which hardly suffer from what else the machine does), the peak memory of
all processes together, pairs for each record, and precision and recall of the pairs in one group against the truth.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

from matching_made import read_made
from matching_world import HELD_OUT
from rich.console import Console
from rich.table import Table

FIELDS = (
    "first_name", "last_name", "full_name", "email", "phone", "mobile", "job_title", "company_name", "website",
    "street", "city", "postal_code", "country", "birth_date", "linkedin",
)  # fmt: skip


def write_people(path: Path, count: int) -> set[tuple[str, str]]:
    """Write so many people to a file; return the pairs of them that are one."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", *FIELDS))
        made = read_made("person", count, 17, HELD_OUT)
        for record_id, values in made.values.items():
            writer.writerow((record_id, *(values.get(name) or "" for name in FIELDS)))
    return made.true_pairs()


def rows_of(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the people of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for record_id, *cells in reader:
            yield record_id, dict(zip(FIELDS, cells, strict=True))


def run_ours(path: Path, groups: Path) -> None:
    """Match a file and write its groups; the child process of a measurement."""
    from syncd.matching import Means, match_whole

    begun, stages, pairs = time.perf_counter(), {}, 0

    def tell(stage: str, _done: int, whole: int | None) -> None:
        nonlocal pairs
        stages.setdefault(stage, round(time.perf_counter() - begun, 1))
        pairs = whole or pairs

    with groups.open("w") as file:
        for cluster in match_whole("person", rows_of(path), means=Means(workers=2), tell=tell):
            for group in cluster.settled.same:
                if len(group) > 1:
                    file.write(json.dumps(group) + "\n")
    print(json.dumps({"pairs": pairs, "stages begun at": stages}))


PEER = '''
import json, sys
import duckdb, pyarrow.csv
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
import splink.comparison_library as compared
table = pyarrow.csv.read_csv(sys.argv[1], convert_options=pyarrow.csv.ConvertOptions(
    strings_can_be_null=True, column_types={name: "string" for name in sys.argv[3].split(",")}))
base = duckdb.connect(sys.argv[2] + ".duckdb")
base.execute("set threads=2")
base.execute("set memory_limit='3GB'")
base.register("people", table)
table = base.sql("""select id, lower(first_name) as first_name, lower(last_name) as last_name, lower(email) as email,
    right(regexp_replace(coalesce(nullif(phone, ''), mobile), '[^0-9]', '', 'g'), 8) as phone,
    lower(company_name) as company, lower(street) as street, lower(city) as city, postal_code
    from people""").to_arrow_table()
api = DuckDBAPI(connection=base)
rules = [block_on("email"), block_on("phone"), block_on("first_name", "last_name"),
    block_on("last_name", "postal_code"), block_on("last_name", "company"), block_on("first_name", "company")]
settings = SettingsCreator(link_type="dedupe_only", unique_id_column_name="id",
    blocking_rules_to_generate_predictions=rules,
    comparisons=[compared.JaroWinklerAtThresholds("first_name", [0.92, 0.8]),
        compared.JaroWinklerAtThresholds("last_name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        compared.JaroWinklerAtThresholds("email", [0.95]), compared.DamerauLevenshteinAtThresholds("phone", [1]),
        compared.JaroWinklerAtThresholds("company", [0.9]), compared.JaroWinklerAtThresholds("street", [0.9]),
        compared.ExactMatch("postal_code")])
linker = Linker(api.register(table), settings)
linker.training.estimate_probability_two_random_records_match([block_on("phone")], recall=0.5)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("first_name", "last_name"))
links = linker.inference.predict(threshold_match_probability=0.5)
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(links, 0.9)
found = {}
told = clusters.as_pyarrow_table()
for one, group in zip(told["id"].to_pylist(), told["cluster_id"].to_pylist()):
    found.setdefault(group, []).append(one)
with open(sys.argv[2], "w") as file:
    for group in found.values():
        if len(group) > 1:
            file.write(json.dumps(sorted(group)) + chr(10))
print(json.dumps({"pairs": 0}))
'''


def measured(command: list[str]) -> dict[str, object]:
    """Run a command; return what it printed last, with seconds, processor seconds and peak memory of its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = [0]
    watch = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watch.start()
    output, _ = process.communicate()
    watch.join()
    if process.returncode:
        raise SystemExit(f"{command[0]} failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told: dict[str, object] = json.loads(output.splitlines()[-1])
    return {**told, "wall": time.perf_counter() - begun, "spent": spent, "peak": peak[0] / 2**20}


def _watch(process: subprocess.Popen[str], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_memory, _family(process.pid))))
        time.sleep(0.2)


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in below for one in _family(int(child)))]


def _memory(pid: int) -> int:
    """Return the memory of a process in bytes; what is shared counts by its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _found(groups: Path, twins: set[tuple[str, str]]) -> tuple[float, float]:
    """Return precision and recall of the pairs within groups."""
    told = {pair for line in groups.open() for pair in combinations(sorted(json.loads(line)), 2)}
    both = len(told & twins)
    return (both / len(told) if told else 1.0), (both / len(twins) if twins else 1.0)


def compare(sizes: Iterable[int], peer: str) -> None:
    """Print a line for each size and engine."""
    columns = ("people", "engine", "wall s", "processor s", "peak MiB", "pairs / record", "precision", "recall")
    table = Table(*columns)
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            people, groups = Path(folder) / "people.csv", Path(folder) / "groups"
            twins = write_people(people, size)
            commands = {"syncd": [sys.executable, __file__, "--ours", str(people), str(groups)]}
            if peer:
                commands["splink"] = [peer, "-c", PEER, str(people), str(groups), ",".join(("id", *FIELDS))]
            for name, command in commands.items():
                told = measured(command)
                precision, recall = _found(groups, twins)
                pairs = f"{int(str(told['pairs'])) / size:.1f}" if told["pairs"] else ""
                numbers = (f"{told['wall']:.0f}", f"{told['spent']:.0f}", f"{told['peak']:,.0f}", pairs)
                table.add_row(f"{size:,}", name, *numbers, f"{precision:.3f}", f"{recall:.3f}")
                print(size, name, told, f"{precision:.3f} {recall:.3f}", flush=True)
    Console(width=140).print(table)


def main() -> None:
    """Measure the sizes that were named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--peer", default="", help="a Python that has Splink 5")
    parser.add_argument("--ours", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        run_ours(*options.ours)
        return
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    compare(options.sizes or (10_000, 100_000, 1_000_000), options.peer)


if __name__ == "__main__":
    main()
