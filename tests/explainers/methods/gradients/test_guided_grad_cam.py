import pytest

from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def test_it_agrees_with_captum(small_net):
    captum = pytest.importorskip("captum.attr")
    inputs, target = torch.rand(2, 3, 8, 8).double(), torch.tensor([1, 3])
    with pytest.warns(UserWarning, match="backward hooks"):
        expected = captum.GuidedGradCam(small_net, small_net[3]).attribute(
            inputs.clone().requires_grad_(), target=target, interpolate_mode="bilinear"
        )
    relevance = get_explainer("guided-grad-cam").attribute(small_net, inputs, target)
    assert torch.allclose(relevance, expected, atol=1e-12)


def test_it_is_zero_where_grad_cam_is(small_net):
    inputs, target = torch.rand(2, 3, 8, 8).double(), torch.tensor([1, 3])
    where = get_explainer("grad-cam").attribute(small_net, inputs, target)
    relevance = get_explainer("guided-grad-cam").attribute(small_net, inputs, target)
    assert (relevance[where == 0] == 0).all()
    assert (relevance != 0).any()
