"""Texts from a table of one's own: labels, numbers, what is held out, and what is wrong with a file."""

import gzip

import pytest

pytest.importorskip("torch")

from explainers.data.texts import TextTsv
from explainers.errors import BadParameters, DataError
from explainers.registry import build

LABELS = ("praise", "question", "complaint")
KINDS = {"praise": "I love it, thanks!", "question": "Where is my order?", "complaint": "It broke."}
ROWS = [(f"{text} ({n})", kind) for n in range(12) for kind, text in KINDS.items()]


@pytest.fixture
def table(tmp_path):
    def write(text=None, name="letters.csv", between=","):
        if text is None:
            lines = [f'"{said}"{between}{kind}{between}{len(said)}' for said, kind in ROWS]
            text = "\n".join([between.join(("message", "kind", "size")), *lines])
        path = tmp_path / name
        content = text.encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return write


def reader(**parameters):
    return build("reader", "text-csv", {"text": "message", "truth": "kind", **parameters})


def told(data):
    return [
        (" ".join(words), data.truth_of(split, row))
        for split in (data.train, data.test)
        for row, words in enumerate(split.words)
    ]


def test_every_text_keeps_its_label_whatever_the_order_of_the_labels(table):
    for labels in (LABELS, LABELS[::-1]):
        data = reader().read(table(), labels)
        assert data.labels == labels
        assert data.outputs == 3
        assert len(told(data)) == 36
        for said, kind in told(data):
            assert said.startswith(KINDS[kind].split(",")[0][:5])


def test_people_read_what_was_written_and_the_model_lower_case(table):
    data = reader(min_count=5).read(table(), LABELS)
    assert any(words[:5] == ("I", "love", "it", ",", "thanks") for words in data.train.words)
    tokens = data.vocabulary.tokens
    assert {"i", "love", "thanks", "broke", "order"} <= set(tokens)
    assert "7" not in tokens
    assert data.train.inputs.shape[1] == 60
    first = [tokens[n] for n in data.train.inputs[0] if n]
    known = [word.lower() if word.lower() in tokens else "?" for word in data.train.words[0]]
    assert first == known


def test_the_file_may_be_separated_and_packed_in_any_way(table):
    usual = told(reader().read(table(), LABELS))
    ways = [("a.tsv", "\t", ""), ("a.tsv.gz", "\t", ""), ("a.csv.gz", ",", ""), ("a.csv", ";", ";")]
    for name, between, delimiter in ways:
        assert told(reader(delimiter=delimiter).read(table(None, name, between), LABELS)) == usual


def test_a_mark_of_byte_order_is_no_part_of_the_first_column(table):
    text = table().read_text(encoding="utf-8")
    assert len(reader().read(table("\ufeff" + text), LABELS).train) > 0


def test_the_truth_may_be_a_number(table):
    data = reader(truth="size", unit="letters").read(table(), ())
    assert data.outputs == 1
    assert data.unit == "letters"
    assert data.train.truths.is_floating_point()
    written = {len(said) for said, _ in ROWS}
    assert {*data.train.truths.tolist(), *data.test.truths.tolist()} == written


def test_values_of_the_file_may_be_told_by_other_labels(table):
    names = {"praise": "good", "question": "other", "complaint": "other"}
    data = reader(truth_labels=names).read(table(), ("good", "other"))
    assert {kind for said, kind in told(data) if said.startswith("I love")} == {"good"}
    assert {kind for said, kind in told(data) if said.startswith("Where")} == {"other"}


def test_texts_are_held_out_by_a_draw_from_seed_and_text_as_text_tsv_draws_them(table, tmp_path):
    held = {seed: reader(seed=seed).read(table(), LABELS).test.words for seed in (1, 2)}
    assert held[1] != held[2]
    assert reader(seed=1).read(table(), LABELS).test.words == held[1]
    rated = tmp_path / "rated.tsv"
    rated.write_text("\n".join(f"{n}\t1\t{said}" for n, (said, _) in enumerate(ROWS)), encoding="utf-8")
    same = TextTsv(seed=1, longest=60).read(rated, ("bad", "good"))
    assert same.test.words == held[1]


def test_a_text_that_occurs_twice_is_on_one_side(table):
    text = "message,kind\n" + "".join(f"word {n},praise\nword {n},question\n" * 2 for n in range(20))
    data = reader().read(table(text), LABELS)
    assert not set(data.train.words) & set(data.test.words)


def test_texts_that_are_too_long_are_left_out(table):
    data = reader(longest=8).read(table(), LABELS)
    assert {kind for _, kind in told(data)} == {"question", "complaint"}  # praise has nine tokens
    assert data.train.inputs.shape[1] == 8


def test_blanks_and_new_lines_are_no_dashes(table):
    text = "message,kind\n" + "".join(f'"one\n\n\n two {n}",praise\n' for n in range(20))
    assert all(words[:2] == ("one", "two") for words in reader().read(table(text), LABELS).train.words)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("(0)\",praise", '(0)",prase', 'line 2, column "kind": is "prase". Allowed: praise, question, complaint.'),
        ("(0)\",question", '(0)",', 'line 3, column "kind": is empty. Allowed: praise, question, complaint.'),
        ('"It broke. (0)"', '" "', 'line 4, column "message": is empty. Allowed: a text of one word or more.'),
        ("message,kind", "said,kind", 'has no column "message". Its columns: said, kind, size.'),
        ("message,kind", "message,sort", 'has no column "kind". Its columns: message, sort, size.'),
        ('"It broke. (0)",complaint', "It broke, sadly,complaint", "line 4: has 4 cells. Allowed: 3, as the header."),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(table, old, new, message):
    text = table().read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(DataError) as said:
        reader().read(table(text.replace(old, new, 1)), LABELS)
    assert message in str(said.value)
    assert "letters.csv" in str(said.value)


def test_a_number_that_is_none_is_told(table):
    with pytest.raises(DataError, match=r'line \d+, column "kind": is "\w+". Allowed: a number'):
        reader().read(table(), ())


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"longest": 3}, "gives 0 texts to learn from and 0 held out; 36 of more than 3 tokens are left out"),
        ({"held_out": 0.0001}, "gives 36 texts to learn from and 0 held out; 0 of more"),
        ({"min_count": 99}, 'column "message": no token occurs 99 times'),
    ],
)
def test_too_few_texts_are_told(table, parameters, message):
    with pytest.raises(DataError) as said:
        reader(**parameters).read(table(), LABELS)
    assert message in str(said.value)


def test_one_label_is_too_few(table):
    with pytest.raises(DataError, match='"praise" is the only label. Needed: 2 or more'):
        reader().read(table(), ("praise",))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"held_out": 1.0}, "held_out is 1.0. Allowed: above 0, below 1"),
        ({"longest": 0}, "longest 0, min_count 3"),
        ({"delimiter": "tab"}, "delimiter is 'tab'. Allowed: one character"),
        ({"colum": "a"}, 'has no parameter "colum"'),
    ],
)
def test_parameters_that_make_no_sense_are_told(parameters, message):
    with pytest.raises(BadParameters) as said:
        reader(**parameters)
    assert message in str(said.value)
