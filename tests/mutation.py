"""Whether anything notices when the write path is wrong: `python tests/mutation.py [--sample N] [--seed N] [MODULE…]`.

Small mistakes are put into the modules that decide, guard, write, recover and remember, one at a time: a comparison
turned round, a condition negated, a step left out. For each the tests that reach its line are run until one fails.
Mistakes that no test notices are listed; those of lines that none of the tests reaches, too.

The work is done in a copy of the tree. Which tests reach which line is found out first, by coverage with a context for
each test. SQLite only; the processes of the tests are forked from one that has imported the libraries already.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MODULES = (
    "syncd/engine/writing/write.py",
    "syncd/engine/guarding/compare.py",
    "syncd/engine/writing/recover.py",
    "syncd/engine/guarding/guard.py",
    "syncd/engine/merging/merging.py",
    "syncd/engine/writing/undo.py",
    "syncd/store/journal/journal.py",
    "syncd/store/journal/moves.py",
    "syncd/store/journal/life.py",
    "syncd/store/journal/deciding.py",
)
TESTS = (
    "tests/engine",
    "tests/store/test_deciding.py",
    "tests/store/test_deciding_about_merges.py",
    "tests/store/test_fix_life.py",
    "tests/store/test_aliases_overrides_runs.py",
    "tests/store/test_successors.py",
    "tests/journeys/test_faults_while_writing.py",
    "tests/journeys/test_records_vanish.py",
    "tests/journeys/test_guards.py",
    "tests/journeys/test_people_win.py",
    "tests/journeys/test_plan_and_apply.py",
    "tests/journeys/test_undo.py",
    "tests/journeys/test_merging.py",
    "tests/journeys/test_twins_become_one.py",
    "tests/journeys/test_letting_go.py",
    "tests/journeys/test_a_dirty_record_comes_out_clean.py",
)
#: Tests tried on a mistake at first, the most particular ones; whoever outlives them meets all that reach the line.
FIRST_TESTS = 12
#: No test that passes takes as long.
PATIENCE_S = 240


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake in one module."""

    module: str
    line: int
    what: str
    source: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.what}"


_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OTHERS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


class _Mistakes:
    """Finds places where a mistake can be made, and makes it in a copy of the tree."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self._module, self._tree = module, tree
        self._nodes = list(ast.walk(tree))
        self._quiet = {id(part) for node in self._nodes for part in _not_behaviour(node)}

    def all(self) -> Iterator[Mutant]:
        """Yield every mistake."""
        for place, node in enumerate(self._nodes):
            if id(node) in self._quiet or not hasattr(node, "lineno"):
                continue
            for what, change in self._changes(node):
                tree = copy.deepcopy(self._tree)
                change(list(ast.walk(tree))[place])
                yield Mutant(self._module, node.lineno, what, ast.unparse(ast.fix_missing_locations(tree)))

    @staticmethod
    def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None]]]:  # noqa: C901 - one case a kind
        match node:
            case ast.Compare(ops=[op]) if type(op) in _TURNED:
                new = _TURNED[type(op)]
                yield f"{_sign(op)} became {_sign(new())}: {ast.unparse(node)}", lambda it: it.ops.__setitem__(0, new())
            case ast.BoolOp(op=op):
                word = ast.Or if isinstance(op, ast.And) else ast.And
                yield f"{_sign(op)} became {_sign(word())}: {ast.unparse(node)}", lambda it: setattr(it, "op", word())
            case ast.UnaryOp(op=ast.Not()):
                yield f"not left out: {ast.unparse(node)}", _bare
            case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, ast.Compare | ast.UnaryOp):
                yield f"if turned round: {ast.unparse(test)}", _negate
            case ast.Constant(value=bool(value)):
                yield f"{value} became {not value}", lambda it: setattr(it, "value", not value)
            case ast.Constant(value=number) if isinstance(number, int) and not isinstance(number, bool):
                yield f"{number} became {number + 1}", lambda it: setattr(it, "value", number + 1)
            case ast.BinOp(op=op) if type(op) in _OTHERS:
                other = _OTHERS[type(op)]
                yield f"{_sign(op)} became {_sign(other())}: {ast.unparse(node)}", lambda it: setattr(it, "op", other())
            case ast.Expr(value=ast.Call() as call):
                yield f"left out: {ast.unparse(call)}", _nothing
            case ast.Set(elts=elements) if len(elements) > 1:
                yield f"last one left out: {ast.unparse(node)}", lambda it: it.elts.pop()
            case ast.Return(value=ast.AST() as value) if not isinstance(value, ast.Constant):
                yield f"nothing returned: {ast.unparse(value)}", lambda it: setattr(it, "value", ast.Constant(None))


def _bare(node: ast.UnaryOp) -> None:
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _negate(node: ast.If | ast.IfExp) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _nothing(node: ast.Expr) -> None:
    node.value = ast.Constant(None)


def _not_behaviour(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is below a node and says nothing of what the program does: annotations, docstrings, decorators."""
    parts: list[ast.AST | None] = []
    if isinstance(node, ast.FunctionDef):
        parts += [
            node.returns,
            *node.decorator_list,
            *(one.annotation for one in node.args.args + node.args.kwonlyargs),
        ]
    if isinstance(node, ast.AnnAssign):
        parts.append(node.annotation)
    if isinstance(node, ast.ClassDef):
        parts += node.decorator_list
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        parts.append(node)
    for part in parts:
        if part is not None:
            yield from ast.walk(part)


def _sign(op: ast.AST) -> str:
    names = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Add": "+", "Sub": "-",
             "BitOr": "|", "BitAnd": "&"}  # fmt: skip
    name = type(op).__name__
    return names.get(name, name.lower())


def mutants_of(root: Path, modules: Sequence[str]) -> list[Mutant]:
    """Return every mistake that can be made in the modules."""
    return [one for module in modules for one in _Mistakes(module, ast.parse((root / module).read_text("utf-8"))).all()]


def reached(root: Path, tests: Sequence[str]) -> dict[tuple[str, int], list[str]]:
    """Return the tests that reach each line, those that reach the fewest lines first."""
    settings = root / "mutation.coveragerc"
    settings.write_text("[run]\ndynamic_context = test_function\nsource = syncd\ndata_file = mutation.coverage\n")
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", *_OPTIONS, *tests]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The tests fail without any mistake:\n{done.stdout[-3000:]}")
    import coverage

    data = coverage.CoverageData(str(root / "mutation.coverage"))
    data.read()
    files = {path.stem: str(path.relative_to(root)) for path in (root / "tests").rglob("test_*.py")}
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    sizes: Counter[str] = Counter()
    for file in data.measured_files():
        for line, contexts in data.contexts_by_lineno(file).items():
            for context in contexts:
                module, _, name = context.rpartition(".")
                test = f"{files.get(module.rpartition('.')[2], '')}::{name}"
                if not test.startswith("::"):
                    sizes[test] += 1
                    found[str(Path(file).relative_to(root)), line].add(test)
    return {place: sorted(tests, key=lambda one: (sizes[one], one)) for place, tests in found.items()}


_OPTIONS = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "-k", "not postgresql and not salesforce")


def is_noticed(root: Path, mutant: Mutant, tests: Sequence[str]) -> bool:
    """Return whether a test fails (or hangs) with the mistake in place."""
    file = root / mutant.module
    right = file.read_text("utf-8")
    file.write_text(mutant.source, "utf-8")
    try:
        child = os.fork()
        if child == 0:
            _run(root, tests)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status) != 0
            if time.monotonic() > deadline:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return True
            time.sleep(0.05)
    finally:
        file.write_text(right, "utf-8")


def _run(root: Path, tests: Sequence[str]) -> None:
    """Run tests in this process, which was forked for it, and end it."""
    os.setpgrp()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.dont_write_bytecode = True
    import pytest

    code = 3
    try:
        code = int(pytest.main([*_OPTIONS, f"--rootdir={root}", *tests]))
    finally:
        os._exit(code)


def main() -> None:
    """Make mistakes, and list those that nothing noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--tests", nargs="+", default=TESTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tree", type=Path, default=ROOT)
    asked = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="mutation-")) / "tree"
    shutil.copytree(asked.tree, root, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache"))
    os.chdir(root)
    sys.path.insert(0, str(root))
    by_line = reached(root, asked.tests)
    _warm_up()
    every = mutants_of(root, asked.modules)
    met = [one for one in every if by_line.get((one.module, one.line))]
    _tell(f"{len(every)} mistakes can be made, {len(met)} of them on lines that the tests reach")
    for one in every:
        if one not in met:
            _tell(f"not reached: {one}")
    chosen = random.Random(asked.seed).sample(met, min(asked.sample, len(met)))
    for module in asked.modules:
        plain = Mutant(module, 0, "no mistake", ast.unparse(ast.parse((root / module).read_text("utf-8"))))
        tests = next((found for (file, _), found in by_line.items() if file == module), [])
        if tests and is_noticed(root, plain, tests[:FIRST_TESTS]):
            sys.exit(f"{module}: the tests fail without any mistake: {tests[:FIRST_TESTS]}")
    noticed: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for place, one in enumerate(chosen, 1):
        tests = by_line[one.module, one.line]
        is_found = is_noticed(root, one, tests[:FIRST_TESTS]) or (
            len(tests) > FIRST_TESTS and is_noticed(root, one, tests[FIRST_TESTS:])
        )
        (noticed if is_found else left)[one.module] += 1
        _tell(f"{place}/{len(chosen)} {'noticed' if is_found else 'SURVIVED'}: {one}")
    _tell(json.dumps({name: [noticed[name], left[name]] for name in asked.modules}, indent=1))
    _tell(f"noticed {noticed.total()} of {len(chosen)}")


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _warm_up() -> None:
    """Import what no mistake is made in, once for all."""
    for name in ("pytest", "sqlalchemy.dialects.sqlite", "alembic", "connectors.sandbox", "rich.console"):
        __import__(name)
    for name in ("quality", "mappings", "typer", "simple_salesforce", "hubspot", "cryptography.hazmat.primitives"):
        __import__(name)


if __name__ == "__main__":
    main()
