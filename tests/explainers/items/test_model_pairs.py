"""Pairs of models to choose between."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
from explainers.base import Prediction  # noqa: E402
from explainers.data.base import Data, Split  # noqa: E402
from explainers.errors import RecipeError  # noqa: E402
from explainers.items.base import Given  # noqa: E402
from explainers.items.model_pairs import ModelPairs  # noqa: E402

PAIRS = (("tag", "digit"), ("digit", "poor"), ("tag", "poor"), ("digit", "same"))


class Reads(torch.nn.Module):
    """Says label 1 where one of its fields is 1."""

    def __init__(self, field):
        super().__init__()
        self.field = field

    def forward(self, inputs):
        return torch.nn.functional.one_hot(inputs[:, self.field].long(), 2).double()


@pytest.fixture
def given():
    """Field 0 is a tag (right in 10 of 10, 5 when shifted), 1 tells the label (8, 8), 2 is poor (4, 4), 3 (8, 7)."""
    truths = torch.tensor([0, 1] * 5)

    def split(*wrong):
        inputs = truths.double().unsqueeze(1).repeat(1, 4)
        for field, count in enumerate(wrong):
            inputs[:count, field] = 1 - inputs[:count, field]
        return Split(torch.cat([inputs, torch.arange(10).double().unsqueeze(1)], 1), truths)

    data = Data("table", ("no", "yes"), split(0, 2, 6, 2), split(0, 2, 6, 2), shifted=split(5, 2, 6, 3))
    models = {name: Reads(field) for field, name in enumerate(("tag", "digit", "poor", "same"))}
    outputs = {
        name: [Prediction(data.labels[i], i) for i in net(data.test.inputs).argmax(1).tolist()]
        for name, net in models.items()
    }
    return Given(data, models, outputs, "shape", 6)


def test_the_truth_is_the_better_model_on_shifted_data(given):
    sets = [case for case in ModelPairs(PAIRS, cases=6, members=4).make(given) if case.kind == "set"]
    assert [case.truth for case in sets] == ['["digit"]', '["digit"]', '["tag"]', '["digit"]']
    assert [case.strata["validation"] for case in sets] == ["misleads", "agrees", "agrees", "tie"]
    assert [case.strata["pair"] for case in sets][:2] == ["tag | digit", "digit | poor"]
    assert [case.strata["better"] for case in sets] == ["digit", "digit", "tag", "digit"]


def test_members_are_held_out_cases_even_over_the_labels(given):
    made = ModelPairs(PAIRS, cases=6, members=4).make(given)
    instances = [case for case in made if case.kind == "instance"]
    names = {case.item for case in instances}
    assert [case.truth for case in instances] == ["no", "yes"] * 3
    assert {case.strata["pool"] for case in instances} == {"shown"}
    for case in made:
        if case.kind == "set":
            assert len(case.members) == len(set(case.members)) == 4
            assert set(case.members) <= names


def test_what_cannot_be_chosen_between_is_told(given):
    with pytest.raises(RecipeError, match='names model "none". Known ones: tag, digit, poor, same'):
        ModelPairs((("tag", "none"),)).make(given)
    with pytest.raises(RecipeError, match="equally often right"):
        ModelPairs((("tag", "tag"),), cases=6, members=4).make(given)
    with pytest.raises(RecipeError, match="members are 9. Allowed: 1 to 6"):
        ModelPairs(PAIRS, cases=6, members=9).make(given)
    with pytest.raises(RecipeError, match="cases are 40. Allowed: 1 to 10"):
        ModelPairs(PAIRS).make(given)
    with pytest.raises(RecipeError, match="needs data with a shifted part"):
        ModelPairs(PAIRS).make(replace(given, data=replace(given.data, shifted=None)))
