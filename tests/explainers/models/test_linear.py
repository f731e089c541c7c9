from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from explainers.errors import BadParameters
from explainers.models.linear import LeastSquares, LogisticRegression, rounded
from tests.explainers.made_tables import learnt, made_table


def told(model, data):
    return {(term.field.name, term.level): term.weights for term in model.terms(data.fields)}


def test_least_squares_finds_the_weights_that_made_the_numbers():
    data = made_table(is_number=True)  # 10 rooms + area + 30 where the heating is oil
    model = learnt(LeastSquares(), data)
    weights = {name: weight for name, (weight,) in told(model, data).items()}
    expected = {("Rooms", ""): 10, ("Area", ""): 1, ("Heating", "gas"): 0, ("Heating", "oil"): 30}
    assert weights == pytest.approx(expected, abs=1e-3)
    assert float(model.intercept) == pytest.approx(0, abs=1e-2)


def test_rounded_weights_are_the_model():
    data = made_table(is_number=True)
    noisy = data.train.truths + 7 * torch.randn(len(data.train), generator=torch.Generator().manual_seed(1))
    data = replace(data, train=replace(data.train, truths=noisy))
    model = learnt(LeastSquares(digits=1), data).double()
    assert {weight for (weight,) in told(model, data).values()} >= {1.0, 30.0}
    rooms, area, heating = data.test.inputs.double().T
    weights = {name: round(weight, 4) for name, (weight,) in told(model, data).items()}
    by_hand = (
        float(model.intercept)
        + weights["Rooms", ""] * rooms
        + weights["Area", ""] * area
        + weights["Heating", "gas"] * (heating == 1)
        + weights["Heating", "oil"] * (heating == 2)
    )
    assert model(data.test.inputs.double()).squeeze(1).numpy() == pytest.approx(by_hand.numpy(), abs=1e-3)


def test_only_the_named_features_have_weights():
    data = made_table(is_number=True)
    model = learnt(LeastSquares(features=("Rooms",)), data)
    assert set(told(model, data)) == {("Rooms", "")}
    swapped = data.test.inputs.clone()
    swapped[:, 1:] = swapped[:, 1:].flip(0)
    assert torch.equal(model(swapped), model(data.test.inputs))
    slope = np.polyfit(data.train.inputs[:, 0].numpy(), data.train.truths.numpy(), 1)
    assert told(model, data)["Rooms", ""] == pytest.approx(slope[:1], rel=1e-4)
    assert float(model.intercept) == pytest.approx(slope[1], rel=1e-4)


def test_logistic_regression_without_penalty_is_maximum_likelihood():
    statsmodels = pytest.importorskip("statsmodels.api")
    data = made_table()
    chance = torch.rand(len(data.train), generator=torch.Generator().manual_seed(1)) < 0.2
    data = replace(data, train=replace(data.train, truths=data.train.truths ^ chance.long()))
    model = learnt(LogisticRegression(strength=1e9), data)
    rooms, area, heating = data.train.inputs.double().numpy().T
    design = np.column_stack([np.ones_like(rooms), rooms, area, heating == 1, heating == 2])
    expected = statsmodels.Logit(data.train.truths.numpy(), design).fit(disp=False).params
    log_odds = [weights[1] - weights[0] for weights in told(model, data).values()]
    assert log_odds == pytest.approx(expected[1:], rel=1e-3, abs=1e-3)
    assert float(model.intercept[1] - model.intercept[0]) == pytest.approx(expected[0], rel=1e-3)


def test_the_wrong_kind_of_truth_is_told():
    with pytest.raises(BadParameters, match='for labels use "logistic"'):
        LeastSquares().build(made_table())
    with pytest.raises(BadParameters, match='for a number use "linear"'):
        LogisticRegression().build(made_table(is_number=True))


@pytest.mark.parametrize(
    ("number", "digits", "expected"), [(0.0573, 2, 0.057), (-99.9, 2, -100), (1234, 1, 1000), (0, 2, 0)]
)
def test_numbers_are_rounded_to_significant_digits(number, digits, expected):
    assert rounded(number, digits) == expected
