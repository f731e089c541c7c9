"""No log holds a query string: a recruiter's link carries who the participant is."""

from __future__ import annotations

import logging
import re
import runpy

from django.conf import settings

from studyapp.logs import DropQueryStrings
from tests.project.subprocesses import ROOT


def filtered(message: str, *arguments: object) -> str:
    record = logging.LogRecord("django.server", logging.INFO, __file__, 1, message, arguments, None)
    assert DropQueryStrings().filter(record)
    return record.getMessage()


def test_the_query_string_is_cut_from_a_request_line():
    said = filtered('"%s" %s %s', "GET /s/digits/?PROLIFIC_PID=5f3a&STUDY_ID=b HTTP/1.1", "302", "0")
    assert said == '"GET /s/digits/ HTTP/1.1" 302 0'


def test_the_query_string_is_cut_from_an_address_in_the_midst_of_a_text():
    assert filtered("Not Found: /s/none/?PROLIFIC_PID=5f3a") == "Not Found: /s/none/"
    assert "5f3a" not in filtered("GET 'http://host/s/x/?PROLIFIC_PID=5f3a' failed")


def test_every_handler_has_the_filter():
    for name, handler in settings.LOGGING["handlers"].items():
        assert "no_query" in handler["filters"], name
    assert settings.LOGGING["filters"]["no_query"]["()"] == "studyapp.logs.DropQueryStrings"


def test_gunicorn_logs_the_path_alone():
    access_log_format = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["access_log_format"]
    atoms = set(re.findall(r"%\(([^)]+)\)", access_log_format))
    assert "U" in atoms
    assert not atoms & {"r", "q", "f"}  # request line, query string, referrer
    assert not any(atom.startswith("{") for atom in atoms)  # headers, environment


def test_the_proxy_that_the_docs_show_logs_no_query_string():
    nginx = (ROOT / "docs" / "hosting.md").read_text()
    (shown,) = re.findall(r"log_format no_query '([^']+)'", nginx)
    assert "$uri" in shown
    assert not re.search(r"\$(request\b|request_uri|args|query_string|http_referer)", shown)
