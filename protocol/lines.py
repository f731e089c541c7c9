"""Reading YAML 1.2 so that every value still knows its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from protocol.errors import Problem, ProtocolError

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Lines:
    """Where each value of a file stands. Empty for a protocol that was read from the database."""

    file: str = "protocol.yaml"
    at: Mapping[Path, int] = field(default_factory=dict)

    def of(self, path: Path) -> int | None:
        """Return the line of `path`, or of the nearest thing around it that has one."""
        for length in range(len(path), -1, -1):
            if (line := self.at.get(path[:length])) is not None:
                return line
        return None

    def problem(self, message: str, *path: str | int) -> Problem:
        """Return a problem with the line of `path`."""
        return Problem(self.file, message, self.of(path))


def parse(text: str, file: str) -> tuple[Any, Lines]:
    """Return the data in `text` with their lines; ProtocolError where it is no YAML or has a key twice."""
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_duplicate_keys = True  # found below, all at once and with both lines
    try:
        node = yaml.compose(text)
        if node is None:
            raise ProtocolError([Problem(file, "the file is empty; a protocol is needed.")])
        reader = _Reader(yaml, file)
        data = reader.value(node, ())
    except MarkedYAMLError as error:
        raise ProtocolError([_unreadable(error, file)]) from error
    except YAMLError as error:  # a character that YAML forbids: the only fault without a mark
        where = getattr(error, "position", None)
        line = None if where is None else text.count("\n", 0, where) + 1
        raise ProtocolError(
            [Problem(file, "a control character stands here; YAML allows none.", line)]
        ) from error
    if reader.problems:
        raise ProtocolError(reader.problems)
    return data, Lines(file, reader.at)


class _Reader:
    """Turns YAML nodes into plain data and notes the line of each."""

    def __init__(self, yaml: YAML, file: str) -> None:
        self.yaml = yaml
        self.file = file
        self.at: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self._open: list[Node] = []

    def value(self, node: Node, path: Path) -> Any:
        self.at.setdefault(path, _line(node))
        if isinstance(node, ScalarNode):
            return self.yaml.constructor.construct_object(node)
        if node in self._open:
            self.problems.append(Problem(self.file, "an alias (*) refers to what it stands in.", _line(node)))
            return None
        self._open.append(node)
        try:
            if isinstance(node, SequenceNode):
                return [self.value(child, (*path, number)) for number, child in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.pop()

    def _mapping(self, node: Node, path: Path) -> dict[Any, Any]:
        data: dict[Any, Any] = {}
        first: dict[Any, int] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, ScalarNode):
                self.problems.append(
                    Problem(self.file, "a key must be a word, not a list or block.", _line(key_node))
                )
                continue
            key = str(key_node.value)
            if key in first:
                message = f'the key "{key}" stands twice: here and in line {first[key]}. Keep one.'
                self.problems.append(Problem(self.file, message, _line(key_node)))
                continue
            first[key] = _line(key_node)
            self.at[*path, key] = first[key]
            data[key] = self.value(child, (*path, key))
        return data


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _unreadable(error: MarkedYAMLError, file: str) -> Problem:
    """Tell what stops YAML from being read in words that help to mend it."""
    mark = error.problem_mark or error.context_mark
    line = None if mark is None else mark.line + 1
    cause = str(error.problem or error.context or "")
    if "\\t" in cause or "\t" in cause:
        message = "a tab stands here; YAML allows only spaces for indenting."
    elif "mapping values are not allowed" in cause:
        message = (
            "not readable as YAML: a colon stands where none is expected. Check the indent of this line and "
            'the one before, and put text that holds ": " in quotes.'
        )
    elif "another document" in cause:
        message = 'a second document starts here ("---"); one is allowed.'
    elif "undefined alias" in cause:
        message = f"not readable as YAML: {cause.removeprefix('found ')} (define it above with &)."
    elif "constructor for the tag" in cause:
        message = f"not readable as YAML: unknown tag {cause.rsplit(' ', 1)[-1]}; tags (!) are not allowed."
    else:
        started = (
            ""
            if error.context_mark is None
            else f" (what is not closed or out of place starts in line {error.context_mark.line + 1})"
        )
        message = f"not readable as YAML: {cause}{started}. Check the indent and the quotes of this line."
    return Problem(file, message, line)
