"""Sets of what a model gives one label."""

import json

import pytest

torch = pytest.importorskip("torch")
from explainers.base import Prediction  # noqa: E402
from explainers.data.base import Data, Split  # noqa: E402
from explainers.errors import RecipeError  # noqa: E402
from explainers.items.base import Given  # noqa: E402
from explainers.items.training_sets import TrainingSets  # noqa: E402


class Brightness(torch.nn.Module):
    """Says `light` where the mean is above a half."""

    def forward(self, inputs):
        mean = inputs.flatten(1).mean(1)
        return torch.stack([0.5 - mean, mean - 0.5], dim=1)


def given(shifted=True):
    generator = torch.Generator().manual_seed(1)
    splits = [Split(torch.rand((40, 1, 2, 2), generator=generator), torch.arange(40) % 2) for _ in range(3)]
    data = Data("image", ("dark", "light"), splits[0], splits[1], shifted=splits[2] if shifted else None)
    answers = (Prediction("dark", 0, (1.0, 0.0)),) * 40
    return Given(data, {"net": Brightness()}, {"net": answers}, prefix="pic", seed=3)


def test_members_bear_the_label_that_the_model_gives():
    maker = TrainingSets({"light": ("top left",), "dark": ()}, training=3, shifted=2)
    cases = maker.make(given())
    sets = {case.item: case for case in cases if case.kind == "set"}
    assert {name: json.loads(one.truth) for name, one in sets.items()} == {
        "pic-set-test-1": ["top left"],
        "pic-set-test-0": [],
    }
    members = {case.item: case for case in cases if case.kind == "instance"}
    for name in sets["pic-set-test-1"].members:
        assert members[name].input.mean() > 0.5
        assert members[name].row is None
    data = given().data
    for case in members.values():
        example = case.strata["example"]
        assert bool(example) == case.item.endswith("-train")
        split = data.train if example else data.shifted
        row = int(case.item.split("-")[1])
        assert torch.equal(case.input, split.inputs[row])
        assert case.truth == data.truth_of(split, row)
        assert example in ("", f"train:{row}")
    assert [len(one.members) for one in sets.values()] == [5, 5]
    assert [case.item for case in maker.make(given())] == [case.item for case in cases]


def test_examples_of_the_truth_are_members_wherever_they_come():
    light = [row for row, picture in enumerate(given().data.train.inputs) if picture.mean() > 0.5]
    truth = tuple(f"train:{row}" for row in light[-3:])
    (*cases, bag) = TrainingSets({"light": truth}, training=6, shifted=2).make(given())
    examples = [case.strata["example"] for case in cases]
    assert set(truth) < set(examples)
    assert len(set(examples[:6])) == 6
    assert tuple(examples[:3]) != truth  # a place in the list would tell
    assert json.loads(bag.truth) == list(truth)


@pytest.mark.parametrize(
    ("maker", "why"),
    [
        (
            TrainingSets({"dark": ("train:99",)}),
            'the model does not say "dark" of train:99. Allowed: a larger',
        ),
        (TrainingSets({"grey": ()}), '"grey" is no label. Known ones: dark, light'),
        (TrainingSets({"dark": ()}, training=41), 'the model says "dark" of'),
    ],
)
def test_what_cannot_be_is_told(maker, why):
    with pytest.raises(RecipeError, match=why):
        maker.make(given())


def test_data_without_a_shifted_part_are_told():
    with pytest.raises(RecipeError, match="Allowed: shifted: 0"):
        TrainingSets({"dark": ()}).make(given(shifted=False))
    made = TrainingSets({"dark": ()}, shifted=0).make(given(shifted=False))
    assert len(made) == 7
