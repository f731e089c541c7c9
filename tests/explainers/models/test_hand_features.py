"""Five features of a picture: against scipy's operators, by hand, and as good as a published overview's."""

import numpy as np
import pytest

from tests.explainers.conftest import DIGITS

torch = pytest.importorskip("torch")
from scipy import ndimage  # noqa: E402

from explainers.models.hand_features import HAND_FEATURES, HandFeatures, Pixels, as_shown  # noqa: E402


def feature(name):
    return next(one for one in HAND_FEATURES if one.field.name == name)


@pytest.fixture(scope="module")
def mnist():
    with np.load(DIGITS / "data" / "mnist.npz") as file:
        return {name: file[name] for name in file.files}


@pytest.fixture(scope="module")
def pictures(mnist):
    return torch.from_numpy(mnist["x_test"][:40]).double() / 255


@pytest.fixture(scope="module")
def box():
    """White, 6 rows by 9 columns, on black."""
    made = torch.zeros(1, 1, 28, 28, dtype=torch.float64)
    made[0, 0, 10:16, 5:14] = 1
    return made


def test_a_box_measured_by_hand(box):
    # the outline: two lines of cells along the edge, inside and outside
    rim = (8 * 11) - (4 * 7)
    expected = [round(54 / 784 * 100, 1), round(rim / 784 * 100, 1), 4, 9, 6]
    assert HandFeatures()(box).tolist() == [pytest.approx(expected)]


def test_an_empty_picture_has_no_figure():
    assert HandFeatures()(torch.zeros(1, 1, 28, 28)).tolist() == [[0, 0, 0, 0, 0]]


def test_outline_brightness_is_scipys_morphological_gradient(pictures):
    expected = [
        ndimage.grey_dilation(one, size=3, mode="nearest") - ndimage.grey_erosion(one, size=3, mode="nearest")
        for one in pictures.numpy()
    ]
    found = feature("Outline").measure(pictures)
    assert found.tolist() == pytest.approx([100 * one.mean() for one in expected])


def test_corners_are_harris_peaks_of_scipys_operators(pictures):
    found = feature("Number of corners").measure(pictures)
    window = np.array([1, 6, 15, 20, 15, 6, 1]) / 64

    def smooth(values):
        across = ndimage.correlate1d(values, window, axis=1, mode="constant")
        return ndimage.correlate1d(across, window, axis=0, mode="constant")

    for one, count in zip(pictures.numpy(), found.tolist(), strict=True):
        right, down = (ndimage.sobel(one, axis=axis, mode="constant") / 8 for axis in (1, 0))
        xx, yy, xy = smooth(right**2), smooth(down**2), smooth(right * down)
        response = xx * yy - xy**2 - 0.05 * (xx + yy) ** 2
        peaks = np.isclose(response, ndimage.maximum_filter(response, size=3), rtol=1e-12, atol=0)
        assert count == (peaks & (response > 0.3 * response.max())).sum()


def test_width_and_height_are_those_of_the_bright_pixels(pictures):
    for one, width, height in zip(
        pictures.numpy(), feature("Width").measure(pictures), feature("Height").measure(pictures), strict=True
    ):
        rows, columns = np.nonzero(one > 0.5)
        assert width == columns.max() - columns.min() + 1
        assert height == rows.max() - rows.min() + 1


def test_features_are_the_numbers_that_are_told(pictures):
    entry = HandFeatures()
    for row in entry(pictures.unsqueeze(1)).tolist():
        for place, value in enumerate(row):
            assert float(entry.told(place, value).split()[0]) == pytest.approx(value, abs=1e-9)
    assert entry.told(0, 13.1) == "13.1 %"
    assert entry.told(3, 14.0) == "14 pixels"


def test_single_and_double_precision_have_the_same_features(pictures):
    inputs = pictures.unsqueeze(1)
    assert torch.equal(HandFeatures()(inputs).float(), HandFeatures()(inputs.float()))


def test_pixels_are_told_by_row_and_column_from_one():
    picture = torch.zeros(1, 1, 3, 4)
    picture[0, 0, 2, 1] = 128 / 255
    entry = Pixels(3, 4)
    values = entry(picture)[0]
    place = int(values.argmax())
    assert entry.names[place] == "Row 3, column 2"
    assert entry.place(place) == (3, 2)
    assert entry.told(place, float(values[place])) == "50.2 %"


def test_what_is_measured_is_what_is_shown():
    assert as_shown(torch.full((1, 1, 2, 2), 0.5004))[0, 0, 0] == 128 / 255


@pytest.mark.parametrize(
    ("features", "depth", "published", "within"),
    [("hand", 3, 0.33, 0.04), ("hand", 10, 0.50, 0.05), ("pixels", 3, 0.50, 0.05)],
)
def test_trees_are_as_good_as_the_overviews(mnist, features, depth, published, within):
    """Published: five interpretable features, depth 3: 33 %, depth 10: about 50 %; raw pixels, depth 3: 50 %."""
    from explainers.data.base import Data, Split
    from explainers.models.looking import outputs_of
    from explainers.models.picture_tree import PictureTreeArchitecture
    from explainers.recipe.schema import Training

    def split(which):
        inputs = torch.from_numpy(mnist[f"x_{which}"]).float().unsqueeze(1) / 255
        return Split(inputs, torch.from_numpy(mnist[f"y_{which}"]).long())

    data = Data("image", tuple("0123456789"), split("train"), split("test"))
    architecture = PictureTreeArchitecture(features, depth)
    tree = architecture.build(data)
    list(architecture.fit(tree, data, Training(seed=7)))
    right = outputs_of(tree, data.test.inputs).argmax(1) == data.test.truths
    assert float(right.double().mean()) == pytest.approx(published, abs=within)
