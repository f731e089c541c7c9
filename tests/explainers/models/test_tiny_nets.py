"""Very small models of three builds."""

import pytest

torch = pytest.importorskip("torch")
from explainers.errors import BadParameters  # noqa: E402
from explainers.models.tiny_nets import TinyNet, WithoutFrame  # noqa: E402


@pytest.fixture
def data():
    from explainers.data.base import Data, Split

    inputs = torch.rand(12, 1, 12, 12, generator=torch.Generator().manual_seed(2))
    split = Split(inputs, torch.arange(12) % 3)
    return Data("image", ("ant", "bee", "cow"), split, split)


@pytest.mark.parametrize("build_as", ["cnn", "mlp", "linear"])
def test_what_is_in_the_frame_changes_nothing(data, build_as):
    from explainers.models.looking import layer_outputs

    torch.manual_seed(1)
    net = TinyNet(build_as, frame=2).build(data)
    inputs = data.test.inputs
    outputs = net(inputs)
    assert outputs.shape == (12, 3)
    framed = inputs.clone()
    framed[..., :2, :] = framed[..., -2:, :] = framed[..., :, :2] = framed[..., :, -2:] = 1
    assert torch.equal(net(framed), outputs)
    framed[..., 5, 5] = 3
    assert not torch.equal(net(framed), outputs)
    assert len(layer_outputs(net, "hidden", inputs)) == 12


def test_no_frame_leaves_pictures_as_they_are(data):
    assert torch.equal(WithoutFrame(0)(data.test.inputs), data.test.inputs)


def test_a_share_of_the_training_pictures_loses_its_frame(data):
    inputs = data.test.inputs.repeat(50, 1, 1, 1)
    made = TinyNet(frame_blanked=0.25)._blanked(inputs, torch.Generator().manual_seed(5))
    lost = (made[:, 0, 0] == 0).all(dim=1)
    assert lost.double().mean() == pytest.approx(0.25, abs=0.06)
    assert torch.equal(made[~lost], inputs[~lost])


def test_settings_are_checked():
    with pytest.raises(BadParameters, match="frame -1, frame_blanked 0.0. Allowed"):
        TinyNet(frame=-1)
