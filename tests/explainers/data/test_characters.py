"""Running text as inputs of characters, each with the one that follows."""

import pytest

pytest.importorskip("torch")

from explainers.data.characters import Characters
from explainers.errors import BadParameters, DataError

FIRST, SECOND = "abc abd\nabe abf abg ", "xyz xyz xyz xyz xyz "  # with seed 1, the second is held out


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(f"{FIRST}\f{SECOND}", encoding="utf-8")
    return path


def read(file, **parameters):
    settings = {"length": 4, "windows": 3, "min_count": 1, "held_out": 0.5, "seed": 1} | parameters
    return Characters(**settings).read(file, ())


def test_training_inputs_follow_each_other_without_gap_or_overlap(file):
    data = read(file)
    assert ["".join(words) for words in data.train.words] == ["abc ", "abd\n", "abe ", "abf "]
    assert [data.truth_of(data.train, row) for row in range(4)] == ["a", "a", "a", "a"]
    spelt = [data.vocabulary.tokens[number] for number in data.train.inputs.flatten().tolist()]
    assert "".join(spelt) == FIRST[:16]
    assert data.vocabulary.joined_by == ""


def test_characters_that_nobody_would_see_have_names_as_labels(file):
    data = read(file)
    assert data.labels == ("new line", "space", "a", "b", "c", "d", "e", "f", "g")
    assert len(data.vocabulary.tokens) == len(data.labels) + 2


def test_held_out_inputs_end_before_a_character_that_is_known(file):
    data = read(file)
    assert [data.truth_of(data.test, row) for row in range(len(data.test))] == ["space"] * 3
    assert {"".join(words) for words in data.test.words} == {" xyz"}  # only the blank after it is known
    unknown = data.test.inputs[0].tolist()
    assert unknown[1:] == [1, 1, 1]


def test_seldom_characters_are_unknown(file):
    assert read(file, min_count=4).labels == ("space", "a", "b")
    with pytest.raises(DataError, match="no known character follows"):
        read(file, min_count=5)


def test_labels_a_short_text_and_a_length_of_nothing_are_refused(file):
    with pytest.raises(DataError, match="Leave `labels` out"):
        Characters().read(file, ("a", "b"))
    with pytest.raises(DataError, match="Needed: more than 400 of both"):
        read(file, length=400)
    with pytest.raises(BadParameters, match="length 0"):
        read(file, length=0)
    with pytest.raises(DataError, match="cannot be read"):
        Characters().read(file.with_name("missing.txt"), ())
