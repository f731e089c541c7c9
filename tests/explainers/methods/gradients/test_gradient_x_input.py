import pytest

from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def test_it_adds_up_to_a_linear_models_output_without_its_constant(linear_table):
    inputs = torch.tensor([[3.0, 1.0], [5.0, 0.0]]).double()
    relevance = get_explainer("gradient-x-input").attribute(linear_table, inputs, torch.tensor([0, 0]))
    assert relevance.tolist() == [[6.0, -1.0], [10.0, 3.0]]
    assert torch.allclose(relevance.sum(1) + 7, linear_table(inputs).squeeze(1))


def test_it_agrees_with_captum(small_net):
    captum = pytest.importorskip("captum.attr")
    inputs, target = torch.rand(2, 3, 8, 8).double(), torch.tensor([1, 3])
    expected = captum.InputXGradient(small_net).attribute(inputs.clone().requires_grad_(), target=target)
    relevance = get_explainer("gradient-x-input").attribute(small_net, inputs, target)
    assert torch.allclose(relevance, expected, atol=1e-12)


def test_tokens_of_a_text_count_by_their_embedding(text_context):
    model, case = text_context.model, text_context.cases[0]
    relevance = get_explainer("gradient-x-input").attribute(model, case.input[None], torch.tensor([1]))
    points = model.entry(case.input[None])
    # output = weights · mean over places of tanh(point): its slope is weight · (1 − tanh²) / places
    slope = model.rest.labels.weight[1] * (1 - torch.tanh(points) ** 2) / points.shape[1]
    assert torch.allclose(relevance, (slope * points).sum(-1))
