"""The multilayer perceptron and attention over features."""

import math
from dataclasses import replace

import pytest

pytest.importorskip("torch")

import torch

from explainers.data.base import Data, Split
from explainers.errors import BadParameters
from explainers.models.attention_over_features import AttentionOverFeatures
from explainers.models.looking import entered, input_gradient, outputs_of, to_parts
from explainers.models.mlp import TableMlp
from explainers.models.weights import weights_bytes
from tests.explainers.made_tables import learnt, made_table

NETWORKS = [TableMlp(hidden=(8, 4)), AttentionOverFeatures(width=6)]
FAST = {"epochs": 40, "batch": 20, "learning_rate": 0.02}


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda one: type(one).__name__)
def test_it_learns_labels_and_numbers(architecture):
    labelled, numeric = made_table(), made_table(is_number=True)
    outputs = outputs_of(learnt(architecture, labelled, **FAST), labelled.test.inputs)
    assert (outputs.argmax(1) == labelled.test.truths).double().mean() > 0.9
    outputs = outputs_of(learnt(architecture, numeric, **FAST), numeric.test.inputs).squeeze(1)
    assert 1 - (outputs - numeric.test.truths).var() / numeric.test.truths.var() > 0.9


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda one: type(one).__name__)
def test_a_hidden_field_has_no_slope_and_no_part(architecture):
    data = made_table()
    net = learnt(replace(architecture, features=("Rooms", "Heating")), data, epochs=2)
    points = entered(net, data.test.inputs)
    relevance = to_parts(net, input_gradient(net, points, torch.ones(len(points), dtype=torch.long)))
    assert relevance.shape == data.test.inputs.shape
    assert (relevance[:, 1] == 0).all()
    assert (relevance[:, 0] != 0).any()


def test_the_same_seed_gives_the_same_bytes():
    data = made_table()
    first, again, other = (learnt(NETWORKS[0], data, seed=seed, epochs=2) for seed in (1, 1, 2))
    assert weights_bytes(first) == weights_bytes(again) != weights_bytes(other)


def test_attention_is_the_softmax_of_the_scores_of_seen_fields():
    data = made_table()
    net = learnt(AttentionOverFeatures(width=3, features=("Rooms", "Area")), data, epochs=1)
    row = data.test.inputs[:1]
    columns, pool = net.entry(row)[0], net.pool
    scores = []
    for field, places in enumerate(([0], [1], [2, 3, 4])):
        vector = pool.offset[field] + sum(columns[place] * pool.columns[place] for place in places)
        hidden = [math.tanh(float(unit @ vector + shift)) for unit, shift in zip(
            pool.score[0].weight, pool.score[0].bias, strict=True)]  # fmt: skip
        scores.append(sum(float(v) * h for v, h in zip(pool.score[2].weight[0], hidden, strict=True)))
    shares = [math.exp(score) for score in scores[:2]]
    expected = [share / sum(shares) for share in shares] + [0.0]
    assert net.attention(row)[0].tolist() == pytest.approx(expected, abs=1e-6)
    assert net.attention(data.test.inputs).sum(1).tolist() == pytest.approx([1.0] * len(data.test))


def test_a_picture_and_noise_are_refused():
    pictures = Split(torch.rand(2, 1, 2, 2), torch.zeros(2, dtype=torch.long))
    with pytest.raises(BadParameters, match='"mlp" needs a table; the data are images'):
        TableMlp().build(Data("image", ("a",), pictures, pictures))
    with pytest.raises(BadParameters, match=r"training.noise has no meaning"):
        learnt(TableMlp(), made_table(), noise=0.1)
