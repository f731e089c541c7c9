"""Krippendorff's alpha against the numbers of his own papers."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.metrics.krippendorff import krippendorff_alpha

NAN = float("nan")
# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C: four observers, twelve units
FOUR = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)
# the same, example A: binary data, two observers, ten units
TWO = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]])


def long(data):
    _, units = np.nonzero(~np.isnan(data))
    return units, data[~np.isnan(data)]


@pytest.mark.parametrize(
    ("scale", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_four_observers_with_missing_values_as_published(scale, published):
    assert krippendorff_alpha(*long(FOUR), scale)[0] == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_binary_data_as_published_have_one_alpha_on_every_scale(scale):
    assert krippendorff_alpha(*long(TWO.astype(float)), scale)[0] == pytest.approx(0.095, abs=5e-4)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_a_weight_of_two_is_the_same_unit_twice(scale):
    units, values = long(FOUR)
    doubled = np.concatenate([units, 12 + units[units == 5]]), np.concatenate([values, values[units == 5]])
    weights = np.ones((1, 12))
    weights[0, 5] = 2
    told = krippendorff_alpha(units, values, scale, weights)
    assert told[0] == pytest.approx(krippendorff_alpha(*doubled, scale)[0])


def test_large_numbers_do_not_cancel():
    units, values = long(FOUR)
    told = krippendorff_alpha(units, values + 1e8, "interval")[0]
    assert told == pytest.approx(krippendorff_alpha(units, values, "interval")[0], abs=1e-6)


def test_labels_may_be_text():
    told = krippendorff_alpha([0, 0, 1, 1], ["cat", "cat", "dog", "dog"])
    assert told[0] == 1


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_values_that_do_not_vary_or_have_no_pair_are_undefined(scale):
    assert np.isnan(krippendorff_alpha([0, 0, 1, 1], [3.0, 3.0, 3.0, 3.0], scale)[0])
    assert np.isnan(krippendorff_alpha([0, 1, 2], [1.0, 2.0, 3.0], scale)[0])
    assert np.isnan(krippendorff_alpha([], [], scale)[0])


def test_an_unknown_scale_is_refused():
    with pytest.raises(ValueError, match="'ratio'; allowed are nominal, ordinal, interval"):
        krippendorff_alpha([0, 0], [1, 2], "ratio")
