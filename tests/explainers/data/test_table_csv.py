import gzip

import pytest

pytest.importorskip("torch")

from explainers.data.table_csv import TableCsv
from explainers.errors import BadParameters, DataError
from explainers.registry import build

HOUSES = """\
rooms,heat,sold,price
3,gas,2006,100
1,,2006,50.5
5,oil,2007,200
4,gas,2010,130
2,none,2006,80
,oil,2007,90
7,gas,2006,300
6,gas,2010,240
"""
FIELDS = [
    {"column": "rooms", "name": "Rooms", "missing": "median"},
    {
        "column": "heat",
        "kind": "category",
        "levels": {"No": "none", "Yes": ["gas", "oil"]},
        "missing": "level",
    },
]


@pytest.fixture
def table(tmp_path):
    def write(text=HOUSES, name="houses.csv"):
        path = tmp_path / name
        content = text.encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return write


def reader(**parameters):
    return build("reader", "table-csv", {"truth": "price", "fields": FIELDS, **parameters})


def test_rows_become_numbers_levels_and_truths(table):
    data = reader(held_out=0.25).read(table(), ())
    rows = {tuple(row) for split in (data.train, data.test) for row in split.inputs.tolist()}
    median = sorted(rooms for rooms, _ in data.train.inputs.tolist())
    assert {(3, 1), (1, 2), (5, 1), (4, 1), (2, 0), (7, 1), (6, 1)} <= rows
    assert any(rooms in median for rooms, heat in rows if (rooms, heat) not in {(3, 1), (5, 1)})
    assert len(data.train) == 6
    assert len(data.test) == 2
    both = [*data.train.truths.tolist(), *data.test.truths.tolist()]
    assert sorted(both) == [50.5, 80, 90, 100, 130, 200, 240, 300]
    assert [field.name for field in data.fields] == ["Rooms", "heat"]
    assert data.fields[1].levels == ("No", "Yes", "Not known")
    assert data.fields[0].step == 1


def test_a_missing_number_is_the_median_of_the_training_rows(table):
    text = "a,y\n" + "".join(f"{n},1\n" for n in (1, 2, 3, 4, 50, 60, 70)) + ",9\n"
    fields = [{"column": "a", "missing": "median"}]
    data = reader(truth="y", fields=fields, held_out=0.25).read(table(text), ())
    both = [(split is data.train, *row) for split in (data.train, data.test) for row in zip(
        split.inputs.flatten().tolist(), split.truths.tolist(), strict=True)]  # fmt: skip
    known = sorted(value for is_train, value, truth in both if is_train and truth != 9)
    (filled,) = [value for _, value, truth in both if truth == 9]
    assert filled == known[(len(known) - 1) // 2]


def test_ranges_are_those_of_the_training_rows(table):
    data = reader(held_out=0.5).read(table(), ())
    rooms = data.train.inputs[:, 0]
    assert (data.fields[0].low, data.fields[0].high) == (rooms.min(), rooms.max())


def test_rows_are_held_out_by_a_draw_from_the_seed_alone(table):
    first = reader(seed=1).read(table(), ())
    again = reader(seed=1).read(table(name="houses.csv.gz"), ())
    other = reader(seed=2).read(table(), ())
    assert first.test.truths.tolist() == again.test.truths.tolist()
    assert first.test.truths.tolist() != other.test.truths.tolist()


def test_labels_are_told_in_answer_order(table):
    text = "a,y\n" + "1,0\n2,1\n" * 4
    parameters = {"truth": "y", "fields": [{"column": "a"}], "truth_labels": {"0": "No", "1": "Yes"}}
    data = reader(**parameters).read(table(text), ("Yes", "No"))
    for split in (data.train, data.test):
        assert split.truths.tolist() == [int(value == 1) for value in split.inputs.flatten().tolist()]


def test_rows_are_kept_and_set_apart_by_conditions(table):
    conditions = {
        "keep": [{"column": "price", "at_most": 250}],
        "shifted": [{"column": "sold", "is_in": ["2010"]}],
    }
    data = reader(truth_per=10, **conditions).read(table(), ())
    assert data.shifted.truths.tolist() == [13, 24]
    assert len(data.train) + len(data.test) == 5
    assert max(data.train.truths.max(), data.test.truths.max()) == 20


def test_numbers_are_told_in_their_unit_and_years_without_a_comma(table):
    fields = [
        {"column": "sold", "grouped": False},
        {"column": "price", "unit": "dollars", "decimals": 1},
        {"column": "rooms", "missing": "median", "step": 2},
    ]
    data = reader(fields=fields).read(table(), ())
    assert [field.told(2006) for field in data.fields] == ["2006", "2,006.0 dollars", "2,006"]
    assert [field.step for field in data.fields] == [1, pytest.approx(0.1), 2]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("3,gas,2006", "three,gas,2006", 'line 2, column "rooms": is "three". Allowed: a number.'),
        ("3,gas,2006", "inf,gas,2006", 'line 2, column "rooms": is "inf". Allowed: a number.'),
        ("5,oil", "5,coal", 'line 4, column "heat": is "coal". Allowed: none, gas, oil, empty.'),
        ("2006,50.5", "2006,", 'line 3, column "price": is empty. Allowed: a number.'),
        ("2,none,2006", "2,none", "line 6: has 3 cells. Allowed: 4, as the header."),
        ("rooms,heat", "room,heat", 'has no column "rooms". Its columns: room, heat, sold, price.'),
        ("rooms,heat", "heat,heat", 'has no column "rooms"'),
        ("heat,sold", "heat,heat", 'has more than one column "heat"'),
        ("3,gas", '"3,gas', "cannot be read as CSV: unexpected end of data"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(table, old, new, message):
    assert old in HOUSES
    with pytest.raises(DataError) as told:
        reader().read(table(HOUSES.replace(old, new, 1)), ())
    assert message in str(told.value)
    assert "houses.csv" in str(told.value)


def test_what_is_missing_is_refused_unless_a_rule_is_given(table):
    fields = [{"column": "rooms"}]
    with pytest.raises(DataError, match=r'line 7, column "rooms": is empty. Allowed: a number.'):
        reader(fields=fields).read(table(), ())
    fields = [{"column": "rooms", "missing_values": ["", "7"]}]
    with pytest.raises(DataError, match=r'line 8, column "rooms": is "7"|line 7'):
        reader(fields=fields).read(table(), ())
    fields = [{"column": "heat", "kind": "category"}]
    with pytest.raises(DataError, match='line 3, column "heat": is empty. Allowed: gas, none, oil'):
        reader(fields=fields).read(table(), ())


def test_a_file_that_is_no_gzip_or_no_text_is_told(tmp_path):
    for name, content in (("a.csv.gz", b"rooms"), ("a.csv", b"rooms,\xff\n")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match=f"{name} cannot be read as CSV"):
            reader().read(tmp_path / name, ())


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"held_out": 1.0}, "held_out is 1.0. Allowed: a share between 0 and 1"),
        ({"fields": [{"column": "a"}, {"column": "b", "name": "a"}]}, 'Two fields are called "a"'),
        ({"fields": [{"column": "a", "kind": "category", "missing": "median"}]}, "a category has no median"),
        ({"fields": [{"column": "a", "missing": "level"}]}, "a number has no levels"),
        (
            {"fields": [{"column": "a", "kin": "number"}]},
            'has no parameter "fields[0].kin". Known ones: column, decimals',
        ),
        ({"keep": [{"column": "a", "is": ["x"]}]}, 'has no parameter "keep[0].is". Known ones: at_least'),
        ({"keep": [{"column": "a"}]}, 'Condition on "a" says nothing'),
        ({"fields": [{"column": "a", "kind": "word"}]}, "parameter \"fields[0].kind\" is 'word'"),
    ],
)
def test_parameters_that_make_no_sense_are_told(parameters, message):
    with pytest.raises(BadParameters) as told:
        reader(**parameters)
    assert message in str(told.value)


def test_truth_labels_must_be_the_recipes(table):
    with pytest.raises(BadParameters, match='truth_labels names "Maybe". The labels: Yes, No'):
        reader(truth_labels={"1": "Maybe"}).read(table(), ("Yes", "No"))
    assert isinstance(reader(), TableCsv)
