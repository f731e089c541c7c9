import pytest

from explainers.registry import get_explainer

torch = pytest.importorskip("torch")
ndimage = pytest.importorskip("scipy.ndimage")


@pytest.fixture
def picture():
    return torch.rand(1, 1, 12, 15, generator=torch.Generator().manual_seed(1)).double()


def test_smoothing_is_scipys_gaussian(picture):
    from explainers.methods.blurring import blurred

    for deviation in (0.6, 1.0, 2.5):
        expected = ndimage.gaussian_filter(picture[0, 0].numpy(), deviation, mode="nearest")
        assert blurred(picture, deviation)[0, 0].numpy() == pytest.approx(expected)


def test_the_gradient_is_scipys_sobel(picture):
    from explainers.methods.placebos.edge_detector import sobel

    for axis, ours in enumerate(sobel(picture)):
        expected = ndimage.sobel(picture[0, 0].numpy(), axis=axis, mode="nearest") / 8
        assert ours[0, 0].numpy() == pytest.approx(expected)


def test_a_step_has_its_edge_at_the_step_whatever_the_model():
    step = torch.zeros(1, 3, 9, 9).double()
    step[:, :, :, 5:] = 1
    relevance = get_explainer("edge-detector", {"thin": True}).attribute(None, step, None)
    assert relevance.shape == step.shape
    assert (relevance[0, 0] > 0).any(dim=0).nonzero().flatten().tolist() == [4, 5]


def test_an_even_picture_has_no_edges():
    relevance = get_explainer("edge-detector").attribute(None, torch.full((1, 1, 8, 8), 0.3), None)
    assert relevance.abs().max() < 1e-6
