from dataclasses import replace

import pytest

pytest.importorskip("torch")

import torch

from explainers.errors import BadParameters, RecipeError
from explainers.models.attention_over_features import AttentionOverFeatures
from explainers.models.decision_tree import DecisionTree
from explainers.models.linear import LogisticRegression
from explainers.models.mlp import TableMlp
from explainers.models.rule_list import RuleList
from explainers.models.variations import only_fields, require_blind, varied
from explainers.recipe.schema import Variation
from tests.explainers.made_tables import learnt, made_table

FAST = {"epochs": 2, "batch": 50}


@pytest.mark.parametrize(
    "architecture", [TableMlp(), AttentionOverFeatures(), LogisticRegression(), DecisionTree(), RuleList()],
    ids=lambda one: type(one).__name__,
)  # fmt: skip
@pytest.mark.parametrize("hidden", ["Rooms", "Heating"])
def test_a_model_without_a_field_never_sees_it(architecture, hidden):
    data = made_table()
    blind = learnt(architecture, varied(data, Variation(without_fields=(hidden,)), 1), **FAST)
    require_blind(blind, data, [hidden])
    seeing = learnt(architecture, data, **FAST)
    with pytest.raises(RecipeError, match='trained without field "Rooms", but its outputs change with it'):
        require_blind(seeing, data, ["Rooms"])


def test_a_hidden_field_is_its_median_or_commonest_level():
    data = varied(made_table(), Variation(without_fields=("Rooms", "Heating")), 1)
    original = made_table().train.inputs
    assert data.train.inputs[:, 0].unique().tolist() == [original[:, 0].median()]
    assert data.train.inputs[:, 2].unique().tolist() == [original[:, 2].mode().values]
    assert torch.equal(data.train.inputs[:, 1], original[:, 1])
    assert torch.equal(data.test.inputs, made_table().test.inputs)


def test_all_but_the_named_fields_are_hidden():
    data = only_fields(made_table(), ["Area"])
    assert [len(column.unique()) for column in data.train.inputs[:, [0, 2]].T] == [1, 1]
    assert torch.equal(data.train.inputs[:, 1], made_table().train.inputs[:, 1])
    assert only_fields(data, []) is data
    with pytest.raises(BadParameters, match='features has no field "Age". Known ones: Rooms, Area, Heating'):
        only_fields(data, ["Age"])


def test_labels_are_left_out_of_the_training_rows():
    data = varied(made_table(), Variation(without_labels=("dear",)), 1)
    assert set(data.train.truths.tolist()) == {0}
    assert data.labels == ("cheap", "dear")
    assert len(data.train) == int((made_table().train.truths == 0).sum())


def test_so_many_labels_are_drawn_anew():
    original = made_table(rows=3000)
    data = varied(original, Variation(noisy_labels=0.4), 1)
    changed = (data.train.truths != original.train.truths).double().mean()
    assert 0.15 < changed < 0.25  # half of the drawn ones come out as they were
    again, other = (varied(original, Variation(noisy_labels=0.4), seed) for seed in (1, 2))
    assert torch.equal(again.train.truths, data.train.truths)
    assert not torch.equal(other.train.truths, data.train.truths)
    assert torch.equal(data.train.inputs, original.train.inputs)


def test_fewer_rows_come_first():
    data = varied(made_table(), Variation(only_first=20, without_labels=("dear",)), 1)
    assert len(data.train) == int((made_table().train.truths[:20] == 0).sum())


@pytest.mark.parametrize(
    ("variation", "message"),
    [
        ({"without_fields": ("Age",)}, 'variation names field "Age". Known ones: Rooms, Area, Heating.'),
        ({"without_labels": ("free",)}, 'variation names label "free". Known ones: cheap, dear.'),
    ],
)
def test_an_unknown_name_is_told(variation, message):
    with pytest.raises(RecipeError) as told:
        varied(made_table(), Variation(**variation), 1)
    assert message in str(told.value)


def test_what_the_data_have_not_is_told():
    numbers = made_table(is_number=True)
    with pytest.raises(RecipeError, match='label "dear". Known ones: none: no labels here'):
        varied(numbers, Variation(without_labels=("dear",)), 1)
    with pytest.raises(RecipeError, match="noisy_labels needs data with labels"):
        varied(numbers, Variation(noisy_labels=0.1), 1)
    with pytest.raises(RecipeError, match="no fields here"):
        varied(replace(numbers, fields=()), Variation(without_fields=("Age",)), 1)
