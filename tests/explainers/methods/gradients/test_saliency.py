import pytest

from explainers.errors import BadParameters
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


def test_saliency_agrees_with_captum_but_for_the_channels(small_net):
    captum = pytest.importorskip("captum.attr")
    inputs, target = torch.rand(2, 3, 8, 8).double(), torch.tensor([1, 3])
    expected = captum.Saliency(small_net).attribute(inputs.clone().requires_grad_(), target=target)
    relevance = get_explainer("saliency").attribute(small_net, inputs, target)
    assert torch.allclose(relevance, expected.amax(1, keepdim=True).expand_as(expected), atol=1e-12)


def test_a_field_of_a_table_gets_the_sizes_of_its_columns(linear_table):
    inputs = torch.tensor([[3.0, 1.0]]).double()
    relevance = get_explainer("saliency").attribute(linear_table, inputs, torch.tensor([0]))
    assert relevance.tolist() == [[2.0, 4.0]]  # |2|, and |3| + |-1| of the two levels


def test_a_layer_that_works_in_place_on_the_input_is_no_obstacle():
    net = torch.nn.Sequential(torch.nn.ReLU(inplace=True), torch.nn.Flatten(), torch.nn.Linear(4, 1))
    inputs = torch.tensor([[[[1.0, -1.0], [2.0, -2.0]]]])
    before = inputs.clone()
    relevance = get_explainer("saliency").attribute(net, inputs, torch.tensor([0]))
    assert torch.equal(relevance.flatten(), net[2].weight[0].abs().detach() * torch.tensor([1, 0, 1, 0]))
    assert torch.equal(inputs, before)


def test_whole_numbers_without_an_entry_are_refused():
    with pytest.raises(BadParameters, match="Whole numbers have no gradient"):
        get_explainer("saliency").attribute(
            torch.nn.Embedding(3, 2), torch.tensor([[1, 2]]), torch.tensor([0])
        )
