"""A web process stays small: it never imports what only explanations and statistics need."""

from __future__ import annotations

from tests.project.subprocesses import run_python

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
from django.test import Client
from django.urls import URLPattern, get_resolver

def views(patterns):
    for pattern in patterns:
        yield from [pattern.callback] if isinstance(pattern, URLPattern) else views(pattern.url_patterns)

assert len(list(views(get_resolver().url_patterns))) >= 5
for path in ["/console/", "/console/login/"]:
    assert Client(headers={{"host": "localhost"}}).get(path).status_code < 500, path
print(sorted(name for name in {HEAVY!r} if name in sys.modules))
"""


def test_a_web_process_imports_nothing_heavy():
    # No database: the console's first page sends an unknown visitor to the login before it asks one.
    done = run_python("-c", SERVE, DATABASE_URL="sqlite://:memory:")
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
