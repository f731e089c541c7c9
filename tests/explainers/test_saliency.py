import pytest

from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def test_saliency_of_a_linear_model_is_the_size_of_its_weights():
    linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 2))
    relevance = get_explainer("saliency").attribute(linear, torch.rand(1, 1, 2, 2), torch.tensor([1]))
    assert torch.equal(relevance, linear[1].weight[1].abs().detach().reshape(1, 1, 2, 2))


def test_every_channel_gets_the_largest_over_the_channels():
    linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(2, 1))
    with torch.no_grad():
        linear[1].weight.copy_(torch.tensor([[-3.0, 2.0]]))
    relevance = get_explainer("saliency").attribute(linear, torch.rand(1, 2, 1, 1), torch.tensor([0]))
    assert relevance.flatten().tolist() == [3.0, 3.0]
