import numpy as np
import pytest

from explainers.errors import BadParameters

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")
LEAF = 5


@pytest.fixture(scope="module")
def slanted():
    """Two numbers; the label changes along a slanted line, which a tree follows in many steps; some noise."""
    from explainers.data.base import Data, Field, Split

    generator = torch.Generator().manual_seed(1)
    inputs = torch.rand(600, 2, generator=generator).double() * 10
    truths = (inputs[:, 0] + 0.4 * inputs[:, 1] > 7).long()
    truths = torch.where(torch.rand(600, generator=generator) < 0.15, 1 - truths, truths)
    fields = tuple(Field(name, "number", low=0, high=10, decimals=1) for name in ("A", "B"))
    train, test = Split(inputs[:400], truths[:400]), Split(inputs[400:], truths[400:])
    return Data("table", ("no", "yes"), train, test, fields=fields)


def trained(data, strength, epochs=20):
    from explainers.models.tree_regularised import TreeRegularised
    from explainers.recipe.schema import Training

    torch.manual_seed(0)
    made = TreeRegularised(strength=strength, smallest_leaf=LEAF, rows=400)
    net = made.build(data).double()
    training = Training(seed=1, epochs=epochs, learning_rate=0.01)
    losses = list(made.fit(net, data, training))
    assert len(losses) == made.steps(data, training)
    return net.requires_grad_(False)


def length_and_accuracy(net, data):
    from explainers.models.tree_regularised import average_path_length

    length = average_path_length(net, data.train, [(0, -1), (1, -1)], LEAF)
    return length, float((net(data.test.inputs).argmax(1) == data.test.truths).double().mean())


def test_the_penalty_shortens_the_path_at_little_cost(slanted):
    plain, plain_right = length_and_accuracy(trained(slanted, 0), slanted)
    short, short_right = length_and_accuracy(trained(slanted, 0.05), slanted)
    assert short < plain - 0.6
    assert short_right > plain_right - 0.05


def test_the_same_seed_gives_the_same_weights(slanted):
    one, other = (trained(slanted, 0.05, epochs=4).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_path_length_is_the_mean_depth_of_the_rows_leaves(slanted):
    """By hand: one question that all rows come by; for a constant network none."""
    from explainers.models.tree_regularised import average_path_length

    class Step(torch.nn.Module):
        def __init__(self, threshold):
            super().__init__()
            self.threshold = threshold

        def forward(self, inputs):
            above = (inputs[:, 0] > self.threshold).double()
            return torch.stack([1 - above, above], dim=1)

    columns = [(0, -1), (1, -1)]
    assert average_path_length(Step(5.0), slanted.train, columns, LEAF) == pytest.approx(1)
    assert average_path_length(Step(np.inf), slanted.train, columns, LEAF) == 0


def test_numbers_are_refused(slanted):
    from dataclasses import replace

    from explainers.models.tree_regularised import TreeRegularised

    with pytest.raises(BadParameters, match='for a number use "mlp"'):
        TreeRegularised().build(replace(slanted, labels=()))
    with pytest.raises(BadParameters, match="strength is -1"):
        TreeRegularised(strength=-1)
