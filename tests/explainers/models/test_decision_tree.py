import numpy as np
import pytest

pytest.importorskip("torch")

import torch

pytest.importorskip("sklearn")

from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from explainers.errors import BadParameters
from explainers.models.decision_tree import DecisionTree, TreeModel, as_columns, tree_from_sklearn
from explainers.models.encoder import columns_of
from explainers.models.weights import load_weights, weights_bytes
from tests.explainers.made_tables import learnt, made_table


def hand_made():
    """Node 0: input 1 is level 2 → 1, else 2 (a leaf). Node 1: input 0 ≤ 5 → 3, else 4."""
    tree = TreeModel(nodes=5, outputs=1)
    tree.feature[:2], tree.level[:2] = torch.tensor([1, 0]), torch.tensor([2, -1])
    tree.threshold[1] = 5
    tree.left[:2], tree.right[:2] = torch.tensor([1, 3]), torch.tensor([2, 4])
    tree.value[:, 0] = torch.tensor([0.0, 0, 10, 20, 30])
    return tree


def test_rows_go_left_where_the_test_holds():
    tree = hand_made()
    inputs = torch.tensor([[5.0, 2], [5.1, 2], [5.0, 1], [9.0, 0]])
    assert tree(inputs).flatten().tolist() == [20, 30, 10, 10]
    assert tree.leaves(inputs).tolist() == [3, 4, 2, 2]
    assert tree.paths(inputs).tolist() == [[0, 1, 3], [0, 1, 4], [0, 2, 2], [0, 2, 2]]
    assert tree.depth() == 2


@pytest.mark.parametrize("is_number", [False, True])
@pytest.mark.parametrize("depth", [1, 4, 8])
def test_outputs_are_scikit_learns(is_number, depth):
    data = made_table(is_number=is_number)
    columns = columns_of(data.fields)
    kind = DecisionTreeRegressor if is_number else DecisionTreeClassifier
    fitted = kind(max_depth=depth, random_state=0)
    fitted.fit(as_columns(data.train.inputs.numpy(), columns), data.train.truths.numpy())
    tree = tree_from_sklearn(fitted, columns)
    table = as_columns(data.test.inputs.numpy(), columns)
    if is_number:
        assert tree(data.test.inputs).squeeze(1).numpy() == pytest.approx(fitted.predict(table))
    else:
        assert (tree(data.test.inputs).argmax(1).numpy() == fitted.predict(table)).all()
    assert tree.depth() == fitted.get_depth()
    assert tree.support[0] == len(data.train)


def test_a_leaf_tells_its_rows_with_one_more_of_each_label():
    fitted = DecisionTreeClassifier(max_depth=1).fit(np.array([[0], [0], [0], [1]]), [2, 2, 0, 0])
    tree = tree_from_sklearn(fitted, outputs=3)
    found = tree(torch.tensor([[0.0], [1.0]])).exp()
    assert found.numpy() == pytest.approx(np.array([[2, 1, 3], [2, 1, 1]]) / [[6], [4]])


def test_a_small_tree_fills_the_room_of_a_deep_one(tmp_path):
    data = made_table()
    architecture = DecisionTree(depth=8, smallest_leaf=60)
    net = learnt(architecture, data)
    assert net.depth() < 8
    assert len(net.feature) == 2**9 - 1
    (tmp_path / "tree.safetensors").write_bytes(weights_bytes(net))
    again = architecture.build(data)
    load_weights(again, tmp_path / "tree.safetensors")
    assert torch.equal(again(data.test.inputs), net(data.test.inputs))


def test_only_the_named_features_are_tested():
    net = learnt(DecisionTree(depth=6, smallest_leaf=1, features=("Area",)), made_table())
    assert set(net.feature.tolist()) == {-1, 1}


def test_pixels_are_numbers():
    from explainers.data.base import Data, Split

    inputs = torch.rand(40, 1, 2, 2, generator=torch.Generator().manual_seed(1))
    truths = (inputs[:, 0, 1, 0] > 0.5).long()
    data = Data("image", ("dark", "light"), Split(inputs, truths), Split(inputs, truths))
    net = learnt(DecisionTree(depth=1, smallest_leaf=1), data)
    assert net.feature[0] == 2
    assert torch.equal(net(inputs).argmax(1), truths)


def test_a_depth_that_nobody_can_read_is_refused():
    with pytest.raises(BadParameters, match="depth is 30. Allowed: 1 to 12"):
        DecisionTree(depth=30)
