"""What models and explainers cannot work with is told with split, row and column."""

from dataclasses import replace

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

from explainers.data.base import Data, Field, Split  # noqa: E402
from explainers.data.soundness import require_sound  # noqa: E402
from explainers.errors import BadParameters, DataError  # noqa: E402

FIELDS = (Field("Rooms", "number"), Field("Heat", "category", ("gas", "oil")))
ROWS, TRUTHS = [[3.0, 0.0], [4.0, 1.0], [5.0, 0.0]], [0, 1, 1]


def table(inputs=ROWS, truths=TRUTHS, **more):
    split = Split(inputs, truths)
    return replace(Data("table", ("cheap", "dear"), split, split, FIELDS), **more)


def test_arrays_and_lists_become_tensors():
    for kind in (np.array, list, torch.tensor):
        data = table(kind(ROWS), kind(TRUTHS))
        assert data.test.inputs.dtype == (torch.float32 if kind is torch.tensor else torch.float64)
        assert data.test.truths.dtype == torch.int64
        require_sound(data)
    for kind in (">f8", np.longdouble):
        assert table(np.array(ROWS, dtype=kind)).test.inputs.tolist() == ROWS
    whole = Split(np.array([[3, 0], [4, 1]], dtype=np.int32), np.array([0, 1], dtype=np.uint8))
    data = Data("table", ["cheap", "dear"], whole, whole, list(FIELDS))
    assert data.test.inputs.is_floating_point()
    assert data.labels == ("cheap", "dear")
    require_sound(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: table([[3, 0], [float("nan"), 1], [5, 0]]), 'train, row 1, column "Rooms": is nan. Allowed: finite'),
        (lambda: table([[3, 0], [4, 1], [5, 2]]), 'row 2, column "Heat": is 2. Allowed: the number of a level, 0 to 1'),
        (lambda: table(truths=[0, 1]), "train has inputs (3, 2) and truths (2,). Allowed: one truth for each row"),
        (lambda: table(truths=[0.0, 1.0, 1.0]), "truths of float64, but the data have labels. Allowed: whole numbers"),
        (lambda: table(truths=[0, 1, 2]), "row 2: the truth is 2. Allowed: 0 to 1, the number of one of cheap, dear."),
        (lambda: table(labels=()), "truths of int64, but the data have no labels. Allowed: floating-point numbers"),
        (lambda: table(fields=FIELDS[:1]), "has 2 columns for 1 of `fields` (Rooms). Allowed: one field for each"),
        (lambda: table(inputs=torch.zeros(0, 2), truths=[]), "train has no rows"),
        (lambda: table(kind="image"), "train has inputs (3, 2). Allowed for data of kind image: (N, C, H, W)."),
        (lambda: table(kind="text", fields=()), "train has 3 texts, but words of 0. Allowed: `words`"),
        (lambda: ROWS, "The data are a list. Allowed: explainers.data.base.Data"),
    ],
)  # fmt: skip
def test_data_that_are_not_sound_are_told(data, message):
    with pytest.raises(DataError) as caught:
        require_sound(data())
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        (np.full((2, 1, 4, 4), 7, np.uint8), "pictures of uint8. Allowed: floating-point numbers in [0, 1]; divide"),
        (torch.full((2, 1, 4, 4), 7.0), "train, row 0, place (0, 0, 0): is 7. Allowed in pictures: 0 to 1."),
        (torch.full((2, 1, 4, 4), float("inf")), "train, row 0, place (0, 0, 0): is inf. Allowed: finite numbers."),
    ],
)  # fmt: skip
def test_pictures_are_numbers_from_0_to_1(pictures, message):
    split = Split(pictures, [0, 1])
    with pytest.raises(DataError) as caught:
        require_sound(Data("image", ("a", "b"), split, split))
    assert message in str(caught.value)


def test_texts_have_a_word_for_each_token():
    split = Split(torch.tensor([[2, 3, 0], [2, 0, 0]]), [0, 1], (("a", "b"), ("a", "b")))
    with pytest.raises(DataError, match="train, row 1: has 1 tokens, but 2 words"):
        require_sound(Data("text", ("a", "b"), split, split))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Split(ROWS, ["cheap", "dear", "dear"]), "truths are of type <U5. Allowed: a tensor or an array"),
        (lambda: Split([[1, 2], [3]], TRUTHS), "Split: inputs cannot be read as numbers"),
        (lambda: table(labels="dear"), "Data: labels are 'dear'. Allowed: a list of them"),
        (lambda: table(labels=(0, 1)), "Data: labels hold 0, a int. Allowed: text."),
        (lambda: table(fields=["Rooms", "Heat"]), "Data: fields hold 'Rooms', a str. Allowed: Field."),
        (lambda: table(train=(ROWS, TRUTHS)), "Data: train is a tuple. Allowed: Split(inputs, truths)."),
    ],
)  # fmt: skip
def test_what_cannot_become_data_is_told(made, message):
    with pytest.raises(DataError) as caught:
        made()
    assert message in str(caught.value)


def test_a_field_is_a_number_or_a_category():
    with pytest.raises(BadParameters, match="Field .Rooms.: kind is 'numeric'. Allowed: number, category."):
        Field("Rooms", "numeric")
