"""A CSV file as text: each column keeps its distinct values once, so that a million rows stay small and quick."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import ExportError

CHUNK = 65_536  # rows that are text objects at one time
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
MORE_FIELDS = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
OPEN_QUOTE = re.compile(r"EOF inside string starting at row (\d+)")
MAX_FIELD = 10_000_000  # a field of free text may be long


def read_text(path: Path, *, encoding: str = "utf-8", separator: str = ",") -> pd.DataFrame:
    """Read a CSV file with every field as text; an empty field is the empty string.

    Parameters
    ----------
    path : where the file lies
    encoding : `utf-8-sig` lets a byte-order mark pass
    separator : what stands between two fields

    Returns
    -------
    DataFrame of categorical columns whose categories are the distinct texts
        Row 0 is the first below the header.

    Raises
    ------
    ExportError : there is no header, a column's name stands twice, a row has more fields than the header,
        or the bytes are not such a file; the message says which. Fields that a row lacks are empty.
    """
    try:
        names = _header(path, encoding, separator)
        parts = _parts(path, encoding, separator)
        return _joined(parts, names, path.name)
    except pd.errors.EmptyDataError:
        raise ExportError(f"{path.name} is empty; a header line is needed.") from None
    except UnicodeDecodeError:
        raise ExportError(f"{path.name} is not a CSV file in UTF-8: {_undecodable(path)}") from None
    except (pd.errors.ParserError, csv.Error) as error:
        raise ExportError(f"{path.name} is not a CSV file in UTF-8: {_unparsable(str(error))}") from error
    except OSError as error:
        raise ExportError(f"{path.name} cannot be read: {error.strerror}.") from error


def _undecodable(path: Path) -> str:
    """Say in which line the first bytes stand that are not UTF-8."""
    content = path.read_bytes()
    if content[:2] in UTF_16:
        return "it begins as UTF-16 does. Save it as UTF-8."
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return f"line {line} holds the byte 0x{content[error.start]:02x}. Save it as UTF-8."
    return "its bytes cannot be read. Save it as UTF-8."


def _unparsable(told: str) -> str:
    """Return what pandas says of a file in our words, with the line; otherwise as it is."""
    if found := MORE_FIELDS.search(told):
        return f"line {found[2]} has {found[3]} fields, its header {found[1]}."
    if found := OPEN_QUOTE.search(told):
        return f"a quotation mark in line {int(found[1]) + 1} is never closed."
    return f"{told.rstrip('.')}."


def by_value(raw: pd.Series, function: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Apply a function to the distinct texts of a column and hand each row the result for its text."""
    distinct = pd.Series(raw.cat.categories, dtype="str")
    results = function(distinct)
    return results.take(raw.cat.codes.to_numpy()).set_axis(raw.index).rename(raw.name)


def map_text(raw: pd.Series, function: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Apply a function from text to text to the distinct texts of a column; the result is categorical again."""
    distinct = pd.Series(raw.cat.categories, dtype="str")
    return _categorical(raw.cat.codes.to_numpy(), function(distinct), raw)


def as_text(values: pd.Series) -> pd.Series:
    """Return a column of any kind as categorical text: missing is empty, booleans are true and false."""
    codes, distinct = pd.factorize(values)
    texts = pd.Series([*map(as_field, distinct), ""], dtype="str")
    return _categorical(np.where(codes < 0, len(distinct), codes), texts, values)


def _categorical(codes: np.ndarray, texts: pd.Series, like: pd.Series) -> pd.Series:
    """Return the texts of `codes`, where several codes may stand for one text."""
    merged, kept = pd.factorize(texts)
    made = pd.Categorical.from_codes(merged[codes], categories=pd.Index(kept, dtype="str"))
    return pd.Series(made, index=like.index, name=like.name)


def as_field(value: object) -> str:
    """Return a value as it stands in a field: numbers without a needless `.0`, `true`, `false`."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return (
            "" if math.isnan(value) else str(int(value)) if float(value).is_integer() else repr(float(value))
        )
    return str(value)


def _header(path: Path, encoding: str, separator: str) -> list[str]:
    csv.field_size_limit(MAX_FIELD)
    with path.open(encoding=encoding, newline="") as file:
        names = next(csv.reader(file, delimiter=separator), [])
    if twice := [name for name in names if name and names.count(name) > 1]:
        raise ExportError(f"{path.name}: the column {twice[0]!r} stands twice in the header.")
    return names


def _parts(path: Path, encoding: str, separator: str) -> Iterator[pd.DataFrame]:
    with pd.read_csv(
        path,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        encoding=encoding,
        sep=separator,
        chunksize=CHUNK,
    ) as parts:
        yield from parts


def _joined(parts: Iterator[pd.DataFrame], names: list[str], file: str) -> pd.DataFrame:
    distinct: list[dict[str, int]] = []
    codes: list[list[np.ndarray]] = []
    columns: list[str] = []
    for part in parts:
        if not columns:
            columns = list(part.columns)
            distinct, codes = [{} for _ in columns], [[] for _ in columns]
        if not isinstance(part.index, pd.RangeIndex):
            raise ExportError(f"{file}: its rows have more fields than its header, which has {len(names)}.")
        for place, name in enumerate(columns):
            codes[place].append(_coded(part[name], distinct[place]))
    _refuse_nul(distinct, columns, file)
    return pd.DataFrame(
        {
            name: pd.Categorical.from_codes(
                np.concatenate(codes[place]), categories=pd.Index(list(distinct[place]), dtype="str")
            )
            for place, name in enumerate(columns)
        }
    )


def _refuse_nul(distinct: list[dict[str, int]], columns: list[str], file: str) -> None:
    """Raise `ExportError` where a field holds the character NUL, as files that are no text do."""
    for name, texts in zip(columns, distinct, strict=True):
        if bad := next((text for text in texts if "\0" in text), None):
            raise ExportError(
                f"{file}, column {name!r}: {bad!r} holds a NUL, so the file is no CSV in UTF-8."
            )


def _coded(column: pd.Series, distinct: dict[str, int]) -> np.ndarray:
    """Return the numbers of a column's texts, adding those that are new to `distinct`."""
    codes, texts = pd.factorize(column)
    numbers = np.array(
        [distinct.setdefault(text, len(distinct)) for text in texts.to_numpy(dtype=object)], dtype=np.int32
    )
    return numbers[codes] if len(numbers) else codes.astype(np.int32)
