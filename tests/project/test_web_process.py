"""A web process stays small: it never imports what only explanations and statistics need."""

from __future__ import annotations

from tests.project.subprocesses import run_python
from tests.studyapp.small_study import write_study

HEAVY = [
    "torch",
    "torchvision",
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "matplotlib",
    "pyarrow",
    "analysis",
]

SERVE = f"""
import sys
from studyapp.wsgi import application
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, get_resolver
from studyapp.models import Participant, Study
from tests.studyapp.visitor import Visitor

def views(patterns):
    for pattern in patterns:
        yield from [pattern.callback] if isinstance(pattern, URLPattern) else views(pattern.url_patterns)

assert len(list(views(get_resolver().url_patterns))) >= 5
client = Client(headers={{"host": "localhost"}})
visitor = Visitor(Study.objects.get(), client=client).arrive(PROLIFIC_PID="5f4c0000a").walk_to_the_end()
assert visitor.participant.outcome == "finished", visitor.html
assert client.get(visitor.url + "leave/").status_code == 200
client.force_login(get_user_model().objects.create_superuser("researcher"))
for path in ["", "monitor/small/", "protocol/small/", "report/small/"]:
    assert client.get("/console/" + path).status_code == 200, path
print(sorted(name for name in {HEAVY!r} if name in sys.modules))
"""


def test_a_web_process_that_served_whole_sessions_has_imported_nothing_heavy(tmp_path):
    places = {"DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}", "MEDIA_ROOT": str(tmp_path / "media")}
    study = write_study(tmp_path / "small")
    for command in (["migrate"], ["load", str(study)], ["launch", "small"]):
        done = run_python("manage.py", *command, "--verbosity=0", **places)
        assert done.returncode == 0, done.stderr
    done = run_python("-c", SERVE, **places)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_reading_a_bundle_and_a_protocol_imports_nothing_heavy():
    code = f"""
import sys, explainers.bundle, explainers, protocol, protocol.schema
print(sorted(name for name in {[*HEAVY, "django", "studyapp"]!r} if name in sys.modules))
"""
    done = run_python("-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_analysis_imports_neither_django_nor_torch():
    code = """
import sys, pkgutil, importlib, analysis
for module in pkgutil.walk_packages(analysis.__path__, "analysis."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(sorted(name for name in ["django", "torch", "studyapp", "explainers"] if name in sys.modules))
"""
    done = run_python("-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
