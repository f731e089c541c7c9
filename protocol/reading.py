"""Reading `protocol.yaml`: every fault at once, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from protocol.checking import BundleFacts, check_against_bundle, unknown_explainer
from protocol.errors import Problem, ProtocolError
from protocol.library import UnknownInstrument, get_instrument
from protocol.lines import Lines, parse
from protocol.schema import SCHEMA_VERSION, Protocol
from protocol.wording import tell


def read_protocol(path: Path, *, known_explainers: Collection[str] | None = None) -> Protocol:
    """Read the protocol in `path`; ProtocolError lists every fault that was found.

    With `known_explainers`, an arm that names another explainer is a fault too.
    """
    return read_with_lines(path, known_explainers=known_explainers)[0]


def read_and_check(path: Path, facts: BundleFacts) -> Protocol:
    """Read the protocol in `path` and compare it to its bundle; ProtocolError lists every fault found."""
    protocol, lines = read_with_lines(path, known_explainers=facts.explainers)
    if problems := check_against_bundle(protocol, facts, lines):
        raise ProtocolError(problems)
    return protocol


def read_with_lines(path: Path, *, known_explainers: Collection[str] | None = None) -> tuple[Protocol, Lines]:
    """Read the protocol in `path` and where each of its values stands, for checks that follow."""
    data, lines = parse(_text(path), str(path))
    if problem := _other_version(data, lines):
        raise ProtocolError([problem])
    problems = list(_beyond_the_schema(data, lines, path, known_explainers))
    try:
        protocol = Protocol.model_validate(data, strict=True)
    except ValidationError as error:
        problems += tell(error, data, Protocol, lines)
        raise ProtocolError(_in_order(problems)) from error
    if problems:
        raise ProtocolError(_in_order(problems))
    return protocol, lines


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ProtocolError(
            [Problem(str(path), "there is no such file. A study folder needs a protocol.yaml.")]
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ProtocolError([Problem(str(path), "not UTF-8 text; save the file as UTF-8.", line)]) from error
    except OSError as error:
        raise ProtocolError([Problem(str(path), f"it cannot be read: {error.strerror}.")]) from error


def _other_version(data: Any, lines: Lines) -> Problem | None:
    if not isinstance(data, dict):
        return lines.problem('a protocol is a block of keys with values, such as "study: digits".')
    version = data.get("schema_version", SCHEMA_VERSION)
    if type(version) is int and version == SCHEMA_VERSION:
        return None
    return lines.problem(
        f"schema_version is {version}; this Foretell reads {SCHEMA_VERSION}. Use the Foretell that the study "
        "was written for, or bring the protocol to this version.",
        "schema_version",
    )


def _beyond_the_schema(
    data: dict[str, Any], lines: Lines, path: Path, known_explainers: Collection[str] | None
) -> Iterator[Problem]:
    """Yield what no field can know by itself: the folder's name, explainers and instruments."""
    study, folder = data.get("study"), path.resolve().parent.name
    if isinstance(study, str) and study != folder:
        message = (
            f'study is "{study}", but its folder is called "{folder}". Rename one: both must be the same.'
        )
        yield lines.problem(message, "study")
    for number, arm in enumerate(_blocks(data.get("arms"))):
        explainer = arm.get("explainer", "none")
        if (
            known_explainers is not None
            and isinstance(explainer, str)
            and explainer not in {*known_explainers, "none"}
        ):
            yield unknown_explainer(
                str(arm.get("name", number + 1)), explainer, known_explainers, lines, number
            )
    for place, phase in enumerate(_blocks(data.get("phases"))):
        for number, use in enumerate(_blocks(phase.get("instruments"))):
            if not isinstance(use.get("name"), str) or use.get("instrument"):
                continue
            try:
                get_instrument(use["name"])
            except UnknownInstrument as error:
                yield lines.problem(str(error), "phases", place, "instruments", number, "name")


def _blocks(value: Any) -> list[dict[str, Any]]:
    """Return a list's blocks; anything else in it becomes an empty one, so that places stay right."""
    return [entry if isinstance(entry, dict) else {} for entry in value] if isinstance(value, list) else []


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.line or 0)
