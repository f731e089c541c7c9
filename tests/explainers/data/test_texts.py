"""The rule by which texts become tokens, and which of them are kept."""

import gzip

import pytest

pytest.importorskip("torch")

from explainers.data.texts import TextTsv
from explainers.data.tokens import read_as, words_of
from explainers.errors import BadParameters, DataError

LABELS = ("negative", "positive")


@pytest.fixture
def file(tmp_path):
    """Forty clear texts, one in the middle, one that is too long, one twice, one with a stray byte."""
    lines = [f"{n}\t{2.5 if n % 2 else -2.5}\tText {n} is {'good' if n % 2 else 'bad'}." for n in range(40)]
    lines += ["40\t0.5\tNeither here nor there.", f"41\t3\t{'long ' * 9}", "42\t2.5\tText 1 is good."]
    path = tmp_path / "texts.tsv.gz"
    path.write_bytes(gzip.compress("\r\n".join(lines).encode() + b"\r\n43\t3\tCaf\xe9 life"))
    return path


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Effective, but too-tepid.", ["Effective", ",", "but", "too-tepid", "."]),
        ("A ''gem.''", ["A", "“", "gem", ".", "”"]),
        ("(its) moments ...", ["(", "its", ")", "moments", "..."]),
        ("Lilo &amp; Stitch in 3.5", ["Lilo", "&", "Stitch", "in", "3.5"]),
        ("all comics    even those", ["all", "comics", "–", "even", "those"]),
        ("superfluous...epilogue  it's ", ["superfluous", "...", "epilogue", "it's"]),
        ("the boys' 'gentle' U.S.", ["the", "boys'", "'gentle'", "U.S", "."]),
        ("no 'shame.'", ["no", "'shame", ".", "’"]),
    ],
)
def test_people_read_what_was_written_in_words_and_marks(written, words):
    assert list(words_of(written)) == words


@pytest.mark.parametrize(
    ("word", "token"),
    [("Fun", "fun"), ("it's", "it's"), ("boys'", "boys"), ("'gentle'", "gentle"), ("...", "..."), ("'", "'")],
)
def test_the_model_reads_a_token_in_lower_case_without_apostrophes_around_it(word, token):
    assert read_as(word) == token


def test_labels_follow_the_sign_and_the_middle_and_the_long_are_left_out(file):
    data = TextTsv(middle=1.0, longest=8, min_count=1, seed=1).read(file, LABELS)
    both = [*zip(data.train.words, data.train.truths.tolist(), strict=True)]
    both += zip(data.test.words, data.test.truths.tolist(), strict=True)
    assert len(both) == 42  # 40 clear ones, the one that is there twice, and the café
    assert all(truth == ("bad" not in words) for words, truth in both)
    assert ("Caf\ufffd", "life") in [words for words, _ in both]


def test_the_vocabulary_knows_what_occurs_often_enough_in_the_training_texts(file):
    data = TextTsv(longest=8, min_count=3, seed=1).read(file, LABELS)
    assert data.vocabulary.tokens[:4] == ("", "?", ".", "is")
    assert set(data.vocabulary.tokens[4:]) == {"text", "good", "bad"}
    first = data.train.inputs[0].tolist()
    assert [data.vocabulary.tokens[number] for number in first[:5]] == ["text", "?", "is", "bad", "."]
    assert set(first[5:]) == {0}
    assert len(first) == 8


def test_a_text_that_occurs_twice_is_on_one_side(file):
    for seed in range(4):
        data = TextTsv(seed=seed).read(file, LABELS)
        assert not set(data.train.words) & set(data.test.words)


def test_the_same_seed_holds_out_the_same_texts(file):
    once, again, other = (TextTsv(seed=seed).read(file, LABELS).test.words for seed in (1, 1, 2))
    assert once == again != other


def test_a_line_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "texts.tsv"
    path.write_text("1\t2.0\tFine\n2\tgood\tNot a number\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2.*Needed: id, rating"):
        TextTsv().read(path, LABELS)


def test_a_damaged_file_three_labels_and_a_wrong_share_are_refused(tmp_path, file):
    (tmp_path / "damaged.gz").write_bytes(file.read_bytes()[:40])
    with pytest.raises(DataError, match="cannot be read"):
        TextTsv().read(tmp_path / "damaged.gz", LABELS)
    with pytest.raises(DataError, match="2 labels are needed, not 3"):
        TextTsv().read(file, ("bad", "middling", "good"))
    with pytest.raises(BadParameters, match="held_out is 1"):
        TextTsv(held_out=1)
