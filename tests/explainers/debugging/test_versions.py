"""What marks come to, and the data that a version of the model learns from: by hand, on data of a few rows."""

import pytest

torch = pytest.importorskip("torch")
from explainers.data.base import Data, Field, Split, Vocabulary  # noqa: E402
from explainers.debugging.answers import MarkedSet  # noqa: E402
from explainers.debugging.edit import Edit  # noqa: E402
from explainers.debugging.marks import Marks  # noqa: E402
from explainers.debugging.places import THIRDS, place_of  # noqa: E402
from explainers.debugging.random_marks import random_edit  # noqa: E402
from explainers.debugging.versions import edited, rows_learnt  # noqa: E402
from explainers.errors import DataError, ExportError  # noqa: E402
from explainers.recipe.schema import Variation  # noqa: E402

PLAIN = Variation()
ROWS = torch.tensor([[1.0, 10.0, 0], [2.0, 20.0, 1], [3.0, 30.0, 1], [4.0, 40.0, 0], [5.0, 50.0, 1]])
FIELDS = (Field("Rooms", "number"), Field("Area", "number"), Field("Pool", "category", levels=("no", "yes")))
TABLE = Data(
    "table",
    labels=("cheap", "fair", "dear"),
    train=Split(ROWS, torch.tensor([0, 0, 1, 2, 2])),
    test=Split(ROWS + 1, torch.tensor([0, 0, 1, 2, 2])),
    shifted=Split(ROWS + 2, torch.tensor([0, 0, 1, 2, 2])),
    fields=FIELDS,
)
BAG = MarkedSet(
    "bag", {"a": "train:1", "b": "train:3", "c": ""}, {"a": "cheap", "b": "dear", "c": "dear"}, ()
)


def marked(*marks, data=TABLE, variation=PLAIN):
    return Marks(data, variation).read(marks, BAG, "p1")


def test_examples_are_left_out_relabelled_and_added():
    data = edited(TABLE, PLAIN, marked("a", "train:2=dear").edit, seed=0)
    assert data.train.inputs[:, 0].tolist() == [1, 3, 4, 5]
    assert data.train.truths.tolist() == [0, 2, 2, 2]
    few = Variation(only_first=3)
    data = edited(TABLE, few, marked("+b", variation=few).edit, seed=0)
    assert data.train.inputs[:, 0].tolist() == [1, 2, 3, 4]


def test_rows_keep_their_numbers_where_labels_are_left_out():
    variation = Variation(without_labels=("cheap",))
    assert rows_learnt(TABLE, variation).tolist() == [2, 3, 4]
    found = marked("train:3", "a", variation=variation)
    assert found == type(found)(Edit(left_out=frozenset({3})), without_effect=1)  # it never learnt from a
    data = edited(TABLE, variation, found.edit, seed=0)
    assert data.train.inputs[:, 0].tolist() == [3, 5]


def test_a_hidden_field_is_one_value_wherever_the_model_is_asked():
    data = edited(TABLE, PLAIN, marked("Area", "Pool").edit, seed=0)
    for split in (data.train, data.test, data.shifted):
        assert set(split.inputs[:, 1].tolist()) == {30.0}
        assert set(split.inputs[:, 2].tolist()) == {1.0}
    assert data.test.inputs[:, 0].tolist() == [2, 3, 4, 5, 6]
    assert TABLE.train.inputs[0, 1] == 10


def test_a_field_that_the_model_was_not_given_can_be_given_back():
    variation = Variation(without_fields=("Area", "Rooms"))
    hidden = edited(TABLE, variation, Edit(), seed=0)
    assert set(hidden.train.inputs[:, 1].tolist()) == {30.0}
    assert torch.equal(hidden.test.inputs, TABLE.test.inputs)  # as `varied` does: the model is blind to it
    back = edited(TABLE, variation, marked("+Area", variation=variation).edit, seed=0)
    assert torch.equal(back.train.inputs[:, 1], TABLE.train.inputs[:, 1])
    assert set(back.train.inputs[:, 0].tolist()) == {3.0}


def test_without_marks_the_data_are_the_variation_s_own():
    from explainers.models.variations import varied

    variation = Variation(noisy_labels=0.5, only_first=4)
    ours, theirs = edited(TABLE, variation, Edit(), seed=3), varied(TABLE, variation, 3)
    assert torch.equal(ours.train.inputs, theirs.train.inputs)
    assert torch.equal(ours.train.truths, theirs.train.truths)


def test_words_become_unknown():
    vocabulary = Vocabulary(("", "?", "good", "bad", "film"))
    split = Split(
        torch.tensor([[2, 4, 0], [3, 4, 2]]),
        torch.tensor([0, 1]),
        (("good", "film"), ("bad", "film", "good")),
    )
    data = Data("text", ("pos", "neg"), train=split, test=split, vocabulary=vocabulary)
    made = edited(data, PLAIN, marked("good", data=data).edit, seed=0)
    assert made.train.inputs.tolist() == [[1, 4, 0], [3, 4, 1]]
    assert made.test.inputs.tolist() == [[1, 4, 0], [3, 4, 1]]
    with pytest.raises(ExportError, match=r"the mark '\?' is not known\. .*words that the model knows"):
        marked("?", data=data)


def test_places_are_masked_with_the_median():
    pictures = torch.full((3, 1, 6, 6), 0.25)
    pictures[0, 0, :2, :2] = 1
    split = Split(pictures, torch.tensor([0, 1, 1]))
    data = Data("image", ("a", "b"), train=split, test=split, shifted=split)
    assert (edited(data, PLAIN, marked("top left", data=data).edit, seed=0).shifted.inputs == 0.25).all()
    kept = edited(data, PLAIN, marked("box:0,0,1,2", data=data).edit, seed=0).train.inputs
    assert kept[0, 0, :2, :2].tolist() == [[0.25, 0.25], [1, 1]]


def test_the_nine_places_cover_a_picture_once():
    cover = torch.zeros(28, 31)
    for name in THIRDS:
        cover[place_of(name, 28, 31)] += 1
    assert (cover == 1).all()
    assert place_of("top left", 28, 28) == (slice(0, 9), slice(0, 9))
    assert place_of("box:20,3,8,25", 28, 28) == (slice(20, 28), slice(3, 28))
    assert [place_of(name, 28, 28) for name in ("box:20,3,9,25", "box:0,0,0,1", "top")] == [None] * 3


def test_the_same_marks_are_the_same_edit_and_are_told_in_one_order():
    one, other = (
        marked("Pool", "a", "train:3=fair", "Area"),
        marked("train:3=fair", "Area", "train:1", "Pool", "a"),
    )
    assert one == other
    assert one.edit.told(TABLE) == ["train:1", "train:3=fair", "Area", "Pool"]
    assert len(one.edit) == 4
    assert marked("a", "a=dear").edit == marked("a").edit  # left out, whatever its label


def test_what_cannot_be_marked_is_told():
    for mark in ("Garden", "train:5", "train:x", "a=huge", "+Garden", "train:-1", "b=", "train:1=", ""):
        with pytest.raises(ExportError, match="is not known") as error:
            marked(mark)
        assert "fields (Area, Pool, Rooms)" in str(error.value)
        assert "members that are training examples (a, b)" in str(error.value)


def test_leaving_everything_out_is_refused():
    with pytest.raises(DataError, match="no training example"):
        edited(TABLE, PLAIN, marked(*(f"train:{row}" for row in range(5))).edit, seed=0)


def test_random_marks_have_the_kinds_and_number_of_the_real_ones():
    marks = Marks(TABLE, PLAIN)
    real = marked("a", "b=cheap", "Area").edit
    drawn = [random_edit(real, BAG, marks, seed=1, who=f"p{number}") for number in range(30)]
    assert {(len(one.left_out), len(one.relabelled), len(one.hidden)) for one in drawn} == {(1, 1, 1)}
    assert {name for one in drawn for name in one.hidden} == {"Rooms", "Area", "Pool"}
    for one in drawn:
        ((row, value),) = one.relabelled
        assert {row, *one.left_out} == {1, 3}  # the set's own examples
        assert value != TABLE.train.truths[row]
    assert drawn[0] == random_edit(real, BAG, marks, seed=1, who="p0")


def test_random_boxes_keep_their_size():
    split = Split(torch.zeros(2, 1, 9, 9), torch.tensor([0, 1]))
    data = Data("image", ("a", "b"), train=split, test=split)
    real = marked("box:1,1,4,2", data=data).edit
    drawn = {random_edit(real, BAG, Marks(data, PLAIN), 1, f"p{n}").hidden for n in range(20)}
    assert len(drawn) > 10
    assert {tuple(box.split(",")[2:]) for (box,) in drawn} == {("4", "2")}
