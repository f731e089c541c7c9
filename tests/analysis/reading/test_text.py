"""CSV files as text: what is kept, what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import ExportError
from analysis.reading import text
from analysis.reading.text import as_text, by_value, read_text


def written(folder, content: str):
    (folder / "table.csv").write_text(content, "utf-8")
    return folder / "table.csv"


def test_every_field_stays_as_it_was_written(tmp_path):
    table = read_text(written(tmp_path, 'a,b\n007,"x, y"\n1.50,NA\n,nan\n'))
    assert table["a"].tolist() == ["007", "1.50", ""]
    assert table["b"].tolist() == ["x, y", "NA", "nan"]


def test_rows_beyond_one_chunk_are_read_in_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "CHUNK", 3)
    values = [str(number % 4) for number in range(10)]
    table = read_text(written(tmp_path, "a,b\n" + "".join(f"{value},x\n" for value in values)))
    assert table["a"].tolist() == values
    assert table["a"].cat.categories.tolist() == ["0", "1", "2", "3"]


def test_a_header_alone_is_an_empty_table(tmp_path):
    table = read_text(written(tmp_path, "a,b\n"))
    assert table.columns.tolist() == ["a", "b"]
    assert len(table) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2,3\n", "rows have more fields than its header, which has 2"),
        ("a,b\n1,2\n1,2,3\n", "is not a CSV file"),
        ("a,a\n1,2\n", "the column 'a' stands twice"),
        ("", "is empty; a header line is needed"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, message):
    with pytest.raises(ExportError, match=message):
        read_text(written(tmp_path, content))


def test_fields_that_a_row_lacks_are_empty(tmp_path):
    assert read_text(written(tmp_path, "a,b\n1,2\n3\n"))["b"].tolist() == ["2", ""]


def test_values_become_text_and_numbers_lose_no_digit():
    values = pd.Series([1.0, 0.1 + 0.2, None, 1e-300])
    assert as_text(values).tolist() == ["1", "0.30000000000000004", "", "1e-300"]
    assert as_text(pd.Series([True, pd.NA, False], dtype="boolean")).tolist() == ["true", "", "false"]


def test_a_function_of_the_distinct_texts_reaches_every_row():
    raw = pd.Series(["b", "a", "b"], dtype="category", index=[4, 7, 9])
    assert by_value(raw, lambda texts: texts.str.upper()).to_dict() == {4: "B", 7: "A", 9: "B"}
