"""What a web process or a light installation imports."""

import re
import subprocess
import sys

import pytest

from explainers.registry import EXPLAINERS
from tests.explainers.conftest import DIGITS, ROOT

HEAVY = ("torch", "numpy", "PIL", "django", "pandas", "safetensors")
BLOCKED = f"""
import sys
for name in {HEAVY}:
    sys.modules[name] = None  # importing it now fails
"""
TOLD = f"\nprint([name for name in {HEAVY} if sys.modules.get(name)])"


def python(code, *arguments):
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "imports",
    ["explainers", "explainers.bundle", "explainers.registry", "explainers.recipe", "explainers.commands"],
)
def test_importing_loads_nothing_heavy(imports):
    done = python(f"import sys, {imports}{TOLD}")
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_check_works_without_torch():
    code = f"{BLOCKED}\nfrom explainers.commands import main\nsys.exit(main())"
    done = python(code, "check", str(DIGITS / "bundle"))
    assert done.returncode == 0, done.stderr
    assert re.search(r"is sound: 52 items, 1 model, \d+ explainers, \d+ stimuli; sha256 ", done.stdout)


def test_list_works_without_torch():
    done = python(f"{BLOCKED}\nfrom explainers.commands import main\nsys.exit(main())", "list")
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == sorted(EXPLAINERS)


def test_prepare_says_that_it_needs_torch(tmp_path):
    code = f"{BLOCKED}\nfrom explainers.commands import main\nsys.exit(main())"
    done = python(code, "prepare", str(DIGITS / "recipe.yaml"), "--out", str(tmp_path / "bundle"))
    assert done.returncode == 1
    assert "needs torch, which is not installed: pip install -r requirements.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_faults_are_printed_and_the_exit_status_is_one(tmp_path):
    done = python(
        "from explainers.commands import main\nimport sys\nsys.exit(main())", "check", str(tmp_path)
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == f"{tmp_path}: 5 faults in this bundle."
    assert "manifest.json: is missing." in done.stderr
