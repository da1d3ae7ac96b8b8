from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from syncd import errors
from syncd.cli.frame.exits import exit_code_of
from syncd.settings import WebSettings

LOCKS = ("requirements.lock", "deploy/image/runtime.lock", "deploy/image/build.lock")


def yaml_of(path: Path):
    return YAML(typ="safe", pure=True).load(path.read_text())


def pins_of(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", path.read_text(), re.MULTILINE))


def test_locks_pin_with_hashes_and_name_no_address(root):
    for lock in (*LOCKS, "deploy/scale.lock"):
        text = (root / lock).read_text()
        entries = re.split(r"\n(?=[a-z])", text)[1:]

        assert entries
        assert all("--hash=sha256:" in entry for entry in entries), lock
        assert "://" not in text, lock
        assert "--index-url" not in text, lock


def test_lock_holds_every_dependency_at_a_version_that_is_allowed(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["postgres"],
        *(one for group in project["dependency-groups"].values() for one in group if isinstance(one, str)),
    ]

    pins = pins_of(root / "requirements.lock")
    requirements = [Requirement(one) for one in wanted]

    assert [one.name for one in requirements if canonicalize_name(one.name) not in pins] == []
    assert [str(one) for one in requirements if pins[canonicalize_name(one.name)] not in one.specifier] == []


def test_image_runs_the_versions_that_were_tested(root):
    tested = pins_of(root / "requirements.lock").items()

    for lock in LOCKS[1:]:
        assert pins_of(root / lock).items() <= tested, "run `make lock`"


def test_spark_is_tried_with_the_versions_that_were_tested(root):
    tested, scale = pins_of(root / "requirements.lock"), pins_of(root / "deploy/scale.lock")

    assert {name: pin for name, pin in scale.items() if name not in tested}.keys() == {"pyspark", "py4j"}
    assert all(tested.get(name, pin) == pin for name, pin in scale.items())


def test_image_holds_no_tool_of_development(root):
    pins = pins_of(root / "deploy/image/runtime.lock")

    assert {"pytest", "ruff", "mypy", "hatchling", "uv", "pip"} & pins.keys() == set()


def test_dockerfile_runs_the_proved_script_as_a_user_without_rights(root):
    text = (root / "Dockerfile").read_text()

    runs = re.findall(r"^RUN (.+)$", text, re.MULTILINE)
    stages = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]

    assert len(stages) == 2
    assert [run for run in runs if "install.sh" in run] == [
        "sh deploy/image/install.sh dependencies /source /opt/syncd",
        "sh deploy/image/install.sh project /source /opt/syncd",
    ]
    assert re.search(r"^USER syncd$", stages[1], re.MULTILINE)
    assert "HEALTHCHECK" in stages[1]
    assert not re.search(r"(?i)^(ENV|ARG) .*(token|password|secret)", text, re.MULTILINE)


def test_ports_outside_are_the_default_of_the_settings(root):
    port = WebSettings().port

    assert f"EXPOSE {port}\n" in (root / "Dockerfile").read_text()
    assert f"127.0.0.1:{port}/healthz" in (root / "deploy/image/healthcheck.py").read_text()
    assert f"127.0.0.1:{port}:{port}" in (root / "compose.example.yaml").read_text()
    assert yaml_of(root / "deploy/prometheus.yml")["scrape_configs"][0]["static_configs"][0]["targets"] == [
        f"syncd:{port}"
    ]


def test_compose_mounts_files_that_exist_and_opens_ports_on_loopback_only(root):
    services = yaml_of(root / "compose.example.yaml")["services"]

    mounted = [one.split(":")[0] for service in services.values() for one in service.get("volumes", [])]
    ours = [one for one in mounted if one.startswith("./") and one != "./syncd.yaml"]
    ports = [one for service in services.values() for one in service.get("ports", [])]

    assert ours
    assert [one for one in ours if not (root / one).exists()] == []
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_runbook_knows_every_error_with_its_exit_code(root):
    told = dict(re.findall(r"^\| `(\w+Error)` \| (\d+) \|", (root / "docs/runbook.md").read_text(), re.MULTILINE))

    families = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.SyncdError)]
    codes = {one.__name__: str(exit_code_of(one("")).value) for one in families if one is not errors.SyncdError}

    assert told == codes


def test_pre_commit_only_calls_make(root):
    repos = yaml_of(root / ".pre-commit-config.yaml")["repos"]

    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE))

    assert [repo["repo"] for repo in repos] == ["local"]
    for hook in repos[0]["hooks"]:
        command, target = hook["entry"].split()
        assert command == "make"
        assert target in targets


def test_make_lists_every_command_with_one_line(root):
    phony = re.findall(r"^\.PHONY: (.+)$", (root / "Makefile").read_text(), re.MULTILINE)

    listed = subprocess.run(["make", "-C", str(root)], check=True, capture_output=True, text=True).stdout

    assert re.findall(r"^make ([a-z-]+) +\S", listed, re.MULTILINE) == phony


def test_make_with_an_old_python_says_what_to_do(root, tmp_path):
    old = tmp_path / "python3"
    # Stands for Python 3.9: fails the comparison, answers with its version.
    old.write_text('#!/bin/sh\ncase "$2" in *exit*) exit 1 ;; *) echo 3.9.18 ;; esac\n')
    old.chmod(0o755)

    script = ["sh", str(root / "deploy/find-python.sh")]
    answer = subprocess.run(
        script, check=False, capture_output=True, text=True, env={"PYTHON": str(old), "PATH": "/usr/bin:/bin"}
    )

    assert answer.returncode == 1
    assert "needs Python 3.11 or newer; Python 3.9.18" in answer.stderr
    assert "make PYTHON=/path/to/python3.12 demo" in answer.stderr


def test_build_script_is_executable_and_runs_what_the_readme_says(root):
    script = root / ".ci/run"

    assert script.stat().st_mode & 0o111
    assert "make test" in script.read_text()
    assert "make demo" in script.read_text()
