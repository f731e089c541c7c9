"""By hand, by captum where captum is right, and for every way a ReLU may be written."""

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")
nn = torch.nn
functional = nn.functional


def attributed(model, inputs, target=0):
    target = torch.full((len(inputs),), target)
    return get_explainer("guided-backpropagation").attribute(model, inputs, target)


def by_hand(activation):
    """Output: −3 relu(x + y) + 2 relu(x − y), the ReLU as given."""

    class Hand(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.outer = nn.Linear(2, 2, bias=False), nn.Linear(2, 1, bias=False)
            with torch.no_grad():
                self.inner.weight.copy_(torch.tensor([[1.0, 1.0], [1.0, -1.0]]))
                self.outer.weight.copy_(torch.tensor([[-3.0, 2.0]]))

        def forward(self, inputs):
            return self.outer(activation(self.inner(inputs)))

    return Hand()


RELUS = {
    "module": nn.ReLU(),
    "module in place": nn.ReLU(inplace=True),
    "function": functional.relu,
    "function in place": lambda x: functional.relu(x, inplace=True),
    "torch": torch.relu,
    "torch in place": torch.relu_,
    "method": lambda x: x.relu(),
    "method in place": lambda x: x.relu_(),
    "result of in place unused": lambda x: (x.relu_(), x)[1],
    "clamp": lambda x: x.clamp(min=0),
    "clamp_min": lambda x: torch.clamp_min(x, 0),
    "threshold": lambda x: functional.threshold(x, 0, 0),
    "module 6": nn.ReLU6(),
    "module 6 in place": nn.ReLU6(inplace=True),
    "function 6": functional.relu6,
    "hardtanh": lambda x: functional.hardtanh(x, 0.0, 6.0),
    "clamp 6": lambda x: torch.clamp(x, 0, 6),
}


@pytest.mark.parametrize("way", RELUS)
def test_a_relu_is_found_however_it_is_written(way):
    # at (2, 1) both ReLUs are open; −3 is not let through, 2 is: 2 × (1, −1)
    assert attributed(by_hand(RELUS[way]), torch.tensor([[2.0, 1.0]])).tolist() == [[2.0, -2.0]]
    # at (1, 2) the second is shut
    assert attributed(by_hand(RELUS[way]), torch.tensor([[1.0, 2.0]])).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("way", [way for way in RELUS if way.endswith("6") or "6 " in way])
def test_a_relu6_is_shut_above_six(way):
    assert attributed(by_hand(RELUS[way]), torch.tensor([[9.0, 1.0]])).tolist() == [[0.0, 0.0]]


def test_it_agrees_with_captum_where_relus_are_modules_of_their_own(small_net):
    captum = pytest.importorskip("captum.attr")
    inputs, target = torch.rand(2, 3, 8, 8).double(), torch.tensor([1, 3])
    with pytest.warns(UserWarning, match="backward hooks"):
        expected = captum.GuidedBackprop(small_net).attribute(inputs.clone().requires_grad_(), target=target)
    relevance = get_explainer("guided-backpropagation").attribute(small_net, inputs, target)
    assert torch.allclose(relevance, expected, atol=1e-12)


@pytest.mark.parametrize("activation", [nn.ReLU6, None])
def test_where_captum_silently_gives_the_plain_gradient_ours_does_not(activation):
    captum = pytest.importorskip("captum.attr")
    model = by_hand(activation() if activation else functional.relu)
    inputs = torch.tensor([[2.0, 1.0]])
    theirs = captum.Saliency(model).attribute(inputs.clone().requires_grad_(), target=0, abs=False)
    assert theirs.tolist() == [[-1.0, -5.0]]
    assert attributed(model, inputs).tolist() == [[2.0, -2.0]]


def test_one_module_may_be_used_twice():
    relu = nn.ReLU()
    model = nn.Sequential(nn.Linear(3, 4), relu, nn.Linear(4, 4), relu, nn.Linear(4, 2))
    apart = nn.Sequential(model[0], nn.ReLU(), model[2], nn.ReLU(), model[4])
    inputs = torch.rand(3, 3)
    assert torch.equal(attributed(model, inputs), attributed(apart, inputs))


@pytest.mark.parametrize(
    "other", [nn.GELU(), nn.SiLU(), nn.ELU(), nn.LeakyReLU(), nn.PReLU(), nn.Hardswish()]
)
def test_another_rectifier_is_refused_by_its_layers_name(other):
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Sequential(nn.Linear(4, 4), other), nn.Linear(4, 2))
    with pytest.raises(BadParameters, match=r'Layer "2\.1" runs \w+. Allowed: ReLU and ReLU6'):
        attributed(model, torch.rand(1, 3))
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_a_recurrent_layer_with_relus_inside_is_refused():
    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.cells = nn.RNN(3, 2, nonlinearity="relu", batch_first=True)

        def forward(self, inputs):
            return self.cells(inputs)[0][:, -1]

    with pytest.raises(BadParameters, match='Layer "cells" runs rnn_relu'):
        attributed(Recurrent(), torch.rand(1, 4, 3))


def test_a_model_without_relu_is_refused():
    with pytest.raises(BadParameters, match="runs no ReLU"):
        attributed(nn.Sequential(nn.Linear(3, 2), nn.Tanh()), torch.rand(1, 3))


def test_a_compiled_script_is_refused_by_name():
    with pytest.warns(FutureWarning, match="deprecated"):
        script = torch.jit.script(nn.ReLU())
    with pytest.raises(BadParameters, match='Layer "1" is a compiled script'):
        attributed(nn.Sequential(nn.Linear(3, 2), script), torch.rand(1, 3))


def test_the_model_works_as_before_afterwards(small_net):
    inputs = torch.rand(1, 3, 8, 8).double()
    before = get_explainer("saliency").attribute(small_net, inputs, torch.tensor([0]))
    attributed(small_net, inputs)
    assert torch.equal(get_explainer("saliency").attribute(small_net, inputs, torch.tensor([0])), before)
