import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def net(channel_weights, bias=0.0):
    """Two copies of the input as channels; the one output is a weighted sum of their means."""
    convolution = torch.nn.Conv2d(1, 2, 1, bias=False)
    head = torch.nn.Linear(2, 1)
    with torch.no_grad():
        convolution.weight.fill_(1.0)
        head.weight.copy_(torch.tensor([channel_weights]))
        head.bias.fill_(bias)
    return torch.nn.Sequential(convolution, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), head)


def test_a_channels_weight_is_its_mean_gradient():
    # d output / d channel k at each of 4 places is weight_k / 4; both channels hold the input:
    # the map is input * (3 + 1) / 4
    inputs = torch.tensor([[[[1.0, 0.0], [0.0, 2.0]]]])
    relevance = get_explainer("grad-cam").attribute(net([3.0, 1.0]), inputs, torch.tensor([0]))
    assert torch.allclose(relevance, inputs)


def test_places_that_speak_against_the_target_get_nothing():
    inputs = torch.tensor([[[[1.0, 0.0], [0.0, 2.0]]]])
    relevance = get_explainer("grad-cam").attribute(net([-3.0, 1.0]), inputs, torch.tensor([0]))
    assert relevance.max() == 0


def test_the_map_is_enlarged_to_the_inputs_size():
    pooled = torch.nn.Sequential(torch.nn.AvgPool2d(2), *net([3.0, 1.0]))
    relevance = get_explainer("grad-cam").attribute(pooled, torch.ones(1, 1, 4, 4), torch.tensor([0]))
    assert torch.allclose(relevance, torch.ones(1, 1, 4, 4))


def test_a_layer_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(BadParameters, match=r'no layer "conv9". Known ones: 0, 1, 2, 3'):
        get_explainer("grad-cam", {"layer": "conv9"}).attribute(net([1.0, 1.0]), torch.ones(1, 1, 2, 2), None)


def test_a_model_without_convolution_is_told():
    with pytest.raises(BadParameters, match="needs a model with a convolution"):
        get_explainer("grad-cam").attribute(torch.nn.Linear(2, 2), torch.ones(1, 1, 2, 2), torch.tensor([0]))
