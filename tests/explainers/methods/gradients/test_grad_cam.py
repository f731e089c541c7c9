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


def test_it_agrees_with_captum(small_net):
    captum = pytest.importorskip("captum.attr")
    inputs, target = torch.rand(2, 3, 8, 8).double(), torch.tensor([1, 3])
    coarse = captum.LayerGradCam(small_net, small_net[3]).attribute(
        inputs, target=target, relu_attributions=True
    )
    expected = captum.LayerAttribution.interpolate(coarse, (8, 8), interpolate_mode="bilinear")
    relevance = get_explainer("grad-cam").attribute(small_net, inputs, target)
    assert torch.allclose(relevance, expected.expand_as(inputs), atol=1e-12)


def test_a_map_of_zeros_is_drawn_without_any_colour(shape_context):
    from explainers.base import Question

    with torch.no_grad():
        shape_context.model.labels.weight.zero_()
    explainer, case = get_explainer("grad-cam"), shape_context.cases[0]
    assert explainer.relevance_of(Question(case), shape_context).tolist() == torch.zeros(1, 8, 8).tolist()
    (shown,) = next(iter(explainer.explain([Question(case)], shape_context)))
    assert shown.content == shape_context.drawer.relevance(case, torch.zeros(1, 8, 8), shape_context.data)


def test_what_follows_in_place_does_not_change_the_layers_own_map():
    torch.manual_seed(5)
    convolution, head = torch.nn.Conv2d(1, 2, 3), torch.nn.Linear(2 * 16, 2)
    nets = [
        torch.nn.Sequential(convolution, torch.nn.ReLU(inplace=inplace), torch.nn.Flatten(), head)
        for inplace in (False, True)
    ]
    inputs = torch.rand(1, 1, 6, 6)
    maps = [
        get_explainer("grad-cam", {"layer": "0"}).attribute(net, inputs, torch.tensor([0])) for net in nets
    ]
    assert torch.equal(*maps)


def test_a_layer_that_runs_twice_is_told():
    relu = torch.nn.ReLU()
    twice = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 1), relu, torch.nn.Conv2d(2, 2, 1), relu, *net([1.0, 1.0])[1:]
    )
    with pytest.raises(BadParameters, match='Layer "1" ran 2 times'):
        get_explainer("grad-cam", {"layer": "1"}).attribute(twice, torch.ones(1, 1, 2, 2), torch.tensor([0]))


def test_a_layer_without_maps_is_told():
    with pytest.raises(BadParameters, match=r'Layer "2" puts out shape \(1, 2\)'):
        get_explainer("grad-cam", {"layer": "2"}).attribute(
            net([1.0, 1.0]), torch.ones(1, 1, 2, 2), torch.tensor([0])
        )
