import pytest

torch = pytest.importorskip("torch")


def test_shuffling_keeps_the_numbers_and_leaves_the_model_alone(tiny_net):
    from explainers.checks.model_randomisation import with_shuffled_weights

    before = {name: weights.clone() for name, weights in tiny_net.named_parameters()}
    other = with_shuffled_weights(tiny_net, seed=1)
    for name, weights in other.named_parameters():
        assert torch.equal(tiny_net.get_parameter(name), before[name])
        assert torch.equal(weights.flatten().sort().values, before[name].flatten().sort().values)
    assert not torch.equal(other[3].weight, tiny_net[3].weight)
