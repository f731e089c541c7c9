import pytest

torch = pytest.importorskip("torch")


def test_every_tensor_keeps_its_numbers_in_another_order_and_the_model_its_own(tiny_net):
    from explainers.models.shuffled_weights import with_shuffled_weights

    before = {name: weights.clone() for name, weights in tiny_net.named_parameters()}
    other = with_shuffled_weights(tiny_net, seed=1)
    for name, weights in other.named_parameters():
        assert torch.equal(weights.flatten().sort().values, before[name].flatten().sort().values)
    assert not torch.equal(other[0].weight, before["0.weight"])
    assert all(torch.equal(weights, before[name]) for name, weights in tiny_net.named_parameters())
    again = with_shuffled_weights(tiny_net, seed=1)
    assert torch.equal(other[0].weight, again[0].weight)
    assert not torch.equal(other[0].weight, with_shuffled_weights(tiny_net, seed=2)[0].weight)
