import pytest

from explainers.base import Question
from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


class Squares(torch.nn.Module):
    """Output: half the sum of the squares, so that the gradient is the input itself."""

    def forward(self, inputs):
        return inputs.square().flatten(1).sum(1, keepdim=True) / 2


def test_without_noise_it_is_saliency(small_net):
    inputs, target = torch.rand(2, 3, 8, 8).double(), torch.tensor([1, 3])
    smooth = get_explainer("smooth-grad", {"noise": 0, "samples": 2}).attribute(small_net, inputs, target)
    assert torch.allclose(smooth, get_explainer("saliency").attribute(small_net, inputs, target), atol=1e-12)


def test_of_squares_it_is_the_input_and_the_mean_of_the_noise():
    inputs = torch.tensor([[[[1.0, 5.0], [2.0, 3.0]]]]).double()
    relevance = get_explainer("smooth-grad", {"samples": 4000, "noise": 0.25}).attribute(
        Squares(), inputs, torch.tensor([0])
    )
    # the noise has standard deviation 0.25 × (5 − 1) = 1, its mean over 4,000 draws 0.016: four of those
    assert torch.allclose(relevance, inputs, atol=0.064)
    assert not torch.allclose(relevance, inputs, atol=0.001)


def test_a_row_of_a_batch_gets_the_noise_it_gets_alone(small_net):
    inputs, target = torch.rand(3, 3, 8, 8).double(), torch.tensor([1, 3, 0])
    explainer = get_explainer("smooth-grad", {"samples": 5})
    together = explainer.attribute(small_net, inputs, target)
    alone = explainer.attribute(small_net, inputs[1:2], target[1:2])
    assert torch.allclose(together[1:2], alone, atol=1e-12)


def test_another_seed_draws_other_noise(shape_context):
    explainer, case = get_explainer("smooth-grad", {"samples": 3}), shape_context.cases[0]
    one, same, other = (explainer.relevance_of(Question(case, seed=n), shape_context) for n in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_no_sample_is_refused():
    with pytest.raises(BadParameters, match="samples 0"):
        get_explainer("smooth-grad", {"samples": 0})
