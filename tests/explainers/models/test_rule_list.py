import pytest

pytest.importorskip("torch")

import torch

from explainers.data.base import Data, Field, Split
from explainers.errors import BadParameters
from explainers.models.rule_list import Condition, Rule, RuleList, RuleListModel
from explainers.models.weights import load_weights, weights_bytes
from tests.explainers.made_tables import learnt, made_table

FIELDS = (Field("Age", "number", unit="years"), Field("Sex", "category", ("Female", "Male")))
RULES = [
    Rule((Condition(0, high=20),), (0.25, 0.75), 10),
    Rule((Condition(0, low=20), Condition(1, level=0)), (0.5, 0.5), 20),
    Rule((), (0.875, 0.125), 30),
]


def hand_made():
    model = RuleListModel(rules=4, conditions=2, outputs=2)
    model.take(RULES)
    return model


def test_the_first_rule_that_fits_gives_the_output():
    inputs = torch.tensor([[20.0, 0], [21.0, 0], [21.0, 1], [5.0, 1]])
    model = hand_made()
    assert model(inputs).exp()[:, 1].tolist() == pytest.approx([0.75, 0.5, 0.125, 0.75])
    assert model.first(inputs).tolist() == [0, 1, 4, 0]


def test_rules_are_told_as_they_were_given():
    assert hand_made().rules() == RULES
    assert [[one.told(FIELDS) for one in rule.conditions] for rule in RULES] == [
        ["Age ≤ 20 years"], ["Age ≥ 20 years", "Sex is Female"], []]  # fmt: skip
    assert Condition(0, low=18, high=25).told(FIELDS) == "Age from 18 years to 25 years"


def test_a_planted_list_is_found():
    generator = torch.Generator().manual_seed(2)
    inputs = torch.stack([
        torch.randint(1, 81, (900,), generator=generator), torch.randint(0, 2, (900,), generator=generator)
    ], dim=1).float()  # fmt: skip
    truths = torch.where(inputs[:, 0] <= 40, 1, torch.where(inputs[:, 1] == 1, 0, 1))
    data = Data("table", ("no", "yes"), Split(inputs, truths), Split(inputs, truths), fields=FIELDS)
    model = learnt(RuleList(rules=3, conditions=1, cuts=79), data)
    assert torch.equal(model(inputs).argmax(1), truths)
    assert len(model.rules()) <= 3


def test_the_first_rule_is_the_best_of_all_that_were_tried():
    """Brute force over the same candidates: the likelihood of the labels on both sides of the rule."""
    from explainers.models.rule_list import candidates

    data = made_table()
    model = learnt(RuleList(rules=1, conditions=1, smallest_rule=1), data)
    inputs, truths = data.train.inputs, data.train.truths

    def likelihood(fits):
        parts = [truths[side].double() for side in (fits, ~fits) if side.any()]
        shares = [part.mean().clamp(1e-12, 1 - 1e-12) for part in parts]
        return sum(
            float((part * share.log() + (1 - part) * (1 - share).log()).sum())
            for part, share in zip(parts, shares, strict=True)
        )

    found = {}
    for one in candidates(data.fields, inputs.double(), 8):
        values = inputs[:, one.field]
        fits = (values == one.level) if one.level >= 0 else (values >= one.low) & (values <= one.high)
        found[one] = likelihood(fits)
    (chosen,) = model.rules()[0].conditions
    told = {
        (one.field, one.level): value
        for one, value in found.items()
        if abs(value - max(found.values())) < 1e-9
    }
    assert (chosen.field, chosen.level) in told


def test_a_list_for_a_number_tells_means():
    data = made_table(is_number=True)
    model = learnt(RuleList(rules=4), data)
    first = model.first(data.train.inputs)
    for place in first.unique().tolist():
        mean = data.train.truths[first == place].mean()
        assert float(model.value[place]) == pytest.approx(float(mean), rel=1e-5)
    r2 = 1 - (model(data.test.inputs).squeeze(1) - data.test.truths).var() / data.test.truths.var()
    assert r2 > 0.4


def test_it_comes_back_from_its_weights(tmp_path):
    data = made_table()
    architecture = RuleList(features=("Rooms", "Heating"))
    model = learnt(architecture, data)
    assert {one.field for rule in model.rules() for one in rule.conditions} <= {0, 2}
    (tmp_path / "rules.safetensors").write_bytes(weights_bytes(model))
    again = architecture.build(data)
    load_weights(again, tmp_path / "rules.safetensors")
    assert again.rules() == model.rules()


def test_long_rules_are_refused():
    with pytest.raises(BadParameters, match="has 5 conditions. Allowed: 1 or 2"):
        RuleList(conditions=5)
