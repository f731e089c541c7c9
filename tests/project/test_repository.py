"""The README's commands exist, what is installed is used, and nothing private is in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.project.subprocesses import ROOT

ROOMS = ("protocol", "studyapp", "explainers", "analysis")
HELPERS = ("benchmarks", "scripts", "tests", "manage.py", "gunicorn.conf.py")

EVERY_FILE = ("requirements-light.txt", "requirements.txt", "requirements-photos.txt", "requirements-dev.txt")

# Used without being imported: through a command line, or by name.
BY_NAME = {
    "gunicorn": "the server",
    "psycopg": "Django's PostgreSQL back end",
    "whitenoise": "MIDDLEWARE",
    "django-htmx": "MIDDLEWARE",
    "pytest-django": "a plug-in of pytest",
    "pytest-xdist": "a plug-in of pytest",
    "ruff": "make lint",
    "mypy": "make types",
    "django-stubs": "make types",
    "pandas-stubs": "make types",
    "types-tqdm": "make types",
    "import-linter": "make contracts",
}


def tracked_files() -> list[Path]:
    """Files that are, or would be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def requirements(*names: str) -> dict[str, str]:
    """Each direct dependency, in lower case, with its line."""
    lines = [line for name in names for line in (ROOT / name).read_text().splitlines()]
    found = [(re.match(r"[A-Za-z][\w.-]*", line), line) for line in lines]
    return {match.group(0).lower(): line for match, line in found if match}


def imported(*places: str) -> set[str]:
    """Names of the distributions, in lower case, that Python files import."""
    modules = set()
    for place in places:
        path = ROOT / place
        for file in [path] if path.is_file() else path.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    modules.add(node.module.partition(".")[0])
    distributions = packages_distributions()
    modules -= sys.stdlib_module_names
    return {name.lower() for module in modules for name in distributions.get(module, [])}


@pytest.mark.parametrize(
    "document", [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "ARCHITECTURE.md"]
)
def test_make_commands_in_documents_exist(document):
    if not document.exists():
        pytest.fail(f"{document.name} is missing")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    used = set(re.findall(r"(?:`|^\$ |^)make ([a-z]+)\b", document.read_text(), flags=re.MULTILINE))
    assert used <= targets


def test_the_readme_names_the_two_commands():
    used = (ROOT / "README.md").read_text()
    assert "make demo" in used
    assert "make test" in used


def test_ci_runs_the_readme_s_test_command():
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text()


def test_every_dependency_has_a_reason_and_a_range():
    for name, line in requirements("requirements-light.txt", "requirements.txt").items():
        assert re.search(r"\s# \w", line), f"{name}: a reason is missing"
        assert re.search(r"[<>=]=", line), f"{name}: a range is missing"
        assert "==" not in line, f"{name}: a range, not one version; versions stand in constraints.txt"


def test_every_dependency_is_used():
    used = imported(*ROOMS) | set(BY_NAME)
    assert set(requirements("requirements-light.txt", "requirements.txt")) - used == set()


def test_every_development_dependency_is_used():
    used = imported(*ROOMS, *HELPERS) | set(BY_NAME)
    assert set(requirements("requirements-dev.txt")) - used == set()


def test_everything_imported_is_required():
    asked = set(requirements(*EVERY_FILE))
    implied = {"pydantic_core", "pydantic-core"}  # versions that fit are pinned by pydantic itself
    assert imported(*ROOMS, *HELPERS) - asked - implied == set()


def test_the_light_requirements_hold_all_but_the_making_of_explanations():
    light = set(requirements("requirements-light.txt"))
    assert light.isdisjoint({"torch", "torchvision", "captum", "safetensors"})
    implied = {"pydantic_core", "pydantic-core"}
    assert imported("protocol", "studyapp", "analysis", "explainers/bundle") - light - implied == set()


def test_every_requirement_but_torch_has_a_tested_version():
    pinned = {line.partition("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines()}
    asked = set(requirements("requirements-light.txt", "requirements.txt", "requirements-dev.txt"))
    assert asked - pinned - {"torch", "torchvision"} == set()
    assert pinned.isdisjoint({"torch", "torchvision"})


def test_no_file_names_a_package_index_or_a_machine():
    # Spelled in parts, so that this file does not find itself.
    forbidden = re.compile(
        "|".join(
            [
                r"(extra-|--)index" + r"-url",
                r"--find" + r"-links",
                r"pypi\." + r"(org|python)",
                r"files\.python" + r"hosted",
                r"download\.py" + r"torch",
                r"deb\.deb" + r"ian\.org",
                r"registry\.npm" + r"js",
                r"/root" + r"/",
                r"/work" + r"/",
                r"/home" + r"/[a-z]+/",
            ]
        )
    )
    guilty = []
    for path in tracked_files():
        if path.stat().st_size > 2_000_000:
            continue
        text = path.read_bytes().decode("utf-8", errors="ignore")
        guilty += [f"{path.relative_to(ROOT)}: {found.group(0)}" for found in forbidden.finditer(text)]
    assert guilty == []


def test_no_secret_or_database_is_committed():
    bad = (".sqlite3", ".env", ".pem", ".key")
    assert [str(path) for path in tracked_files() if path.name.endswith(bad)] == []


def test_no_cache_is_committed():
    command = ["git", "ls-files", "-z"]  # also what an ignore file would hide
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    caches = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache"}
    names = [Path(name) for name in listed.stdout.split("\0") if name]
    assert names
    assert [str(name) for name in names if caches & set(name.parts) or name.suffix == ".pyc"] == []
