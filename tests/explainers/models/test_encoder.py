import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from explainers.data.base import Field
from explainers.models.encoder import Encoder
from tests.explainers.made_tables import made_table


def test_columns_are_what_scikit_learn_makes_of_them():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    data = made_table()
    encoder = Encoder(data.fields)
    encoder.fit(data.train.inputs)
    numbers = preprocessing.StandardScaler().fit(data.train.inputs[:, :2].numpy())
    levels = preprocessing.OneHotEncoder(categories=[[0, 1, 2]], sparse_output=False)
    held_out = data.test.inputs.numpy()
    expected = np.hstack([numbers.transform(held_out[:, :2]), levels.fit_transform(held_out[:, 2:])])
    assert encoder(data.test.inputs).numpy() == pytest.approx(expected, abs=1e-5)


def test_what_never_varied_is_not_seen():
    fields = (Field("a", "number"), Field("b", "category", ("x", "y", "z")), Field("c", "number"))
    encoder = Encoder(fields)
    encoder.fit(torch.tensor([[1.0, 2, 4], [1.0, 1, 6]]))
    assert encoder(torch.tensor([[9.0, 1, 7]])).tolist() == [[0, 0, 1, 0, 2]]
    assert encoder(torch.tensor([[1.0, 0, 5]])).tolist() == [[0, 0, 0, 0, 0]]  # no training row was x
    assert encoder.seen.tolist() == [False, True, True]


def test_a_hidden_category_is_not_seen_either():
    fields = (Field("b", "category", ("x", "y")), Field("c", "number"))
    encoder = Encoder(fields)
    encoder.fit(torch.tensor([[1.0, 4], [1.0, 6]]))
    assert encoder(torch.tensor([[0.0, 5], [1.0, 5]])).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert encoder.seen.tolist() == [False, True]


def test_relevance_is_added_up_to_fields():
    data = made_table()
    encoder = Encoder(data.fields, reference=True)
    encoder.fit(data.train.inputs)
    parts = encoder.to_parts(torch.tensor([[1.0, 2.0, 4.0, 8.0, 16.0]]))
    assert parts.tolist() == [[1, 2, 24]]  # the first level is what the others are compared with


def test_its_numbers_travel_with_the_weights():
    data = made_table()
    fitted, fresh = Encoder(data.fields), Encoder(data.fields)
    fitted.fit(data.train.inputs)
    fresh.load_state_dict(fitted.state_dict())
    assert torch.equal(fresh(data.test.inputs), fitted(data.test.inputs))
    assert fresh.double()(data.test.inputs.double()).dtype == torch.float64
