import pytest

from explainers.data.base import Case
from explainers.errors import BadParameters

torch = pytest.importorskip("torch")
nn = torch.nn


def test_a_channel_responds_with_its_mean_or_largest_place():
    from explainers.methods.activations.units import responses

    model = nn.Sequential(nn.Identity())
    maps = torch.tensor([[[[1.0, 2.0], [3.0, 6.0]], [[0.0, 0.0], [0.0, -4.0]]]])
    assert responses(model, ["0"], maps, "mean")["0"].tolist() == [[3.0, -1.0]]
    assert responses(model, ["0"], maps, "max")["0"].tolist() == [[6.0, 0.0]]


def test_units_of_a_layer_over_a_text_are_its_last_axis_but_for_a_convolutions():
    from explainers.methods.activations.units import responses

    states = torch.arange(6.0).reshape(1, 2, 3)  # two positions, three units
    assert responses(nn.Sequential(nn.Identity()), ["0"], states)["0"].tolist() == [[1.5, 2.5, 3.5]]
    convolution = nn.Conv1d(2, 2, 1, bias=False)
    with torch.no_grad():
        convolution.weight.copy_(torch.eye(2).unsqueeze(2))
    found = responses(nn.Sequential(convolution), ["0"], states)["0"]
    assert found.tolist() == [[1.0, 4.0]]


def test_a_recurrent_layers_states_are_its_units():
    from explainers.methods.activations.units import responses

    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.cells = nn.GRU(3, 4, batch_first=True)

        def forward(self, inputs):
            return self.cells(inputs)[0][:, -1]

    model, inputs = Last(), torch.rand(5, 7, 3)
    expected = model.cells(inputs)[0].mean(dim=1)
    assert torch.allclose(responses(model, ["cells"], inputs)["cells"], expected)


def test_a_unit_that_is_not_there_and_an_item_that_is_no_unit_are_told():
    from explainers.methods.activations.units import of_unit

    found = torch.zeros(2, 3)
    with pytest.raises(BadParameters, match='unit 3 of layer "conv". Allowed: 0 to 2'):
        of_unit(found, Case("x", torch.zeros(0), "", kind="unit", unit=("conv", 3)))
    with pytest.raises(BadParameters, match='"x" is no unit'):
        of_unit(found, Case("x", torch.zeros(1), ""))
