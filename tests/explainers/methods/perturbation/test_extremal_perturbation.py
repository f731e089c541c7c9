import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def spotlight(rows, columns, against=0.0):
    """A linear model whose first output is the mean brightness of a place of an 18 × 18 picture."""
    linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(324, 2, bias=False))
    with torch.no_grad():
        weights = torch.full((18, 18), against)
        weights[rows, columns] = 1 / 36
        linear[1].weight[0] = weights.flatten()
    return linear


def masks_of(net, **settings):
    method = get_explainer("extremal-perturbation", {"cells": 9} | settings)
    return method.masks(net, torch.ones(1, 18, 18), 0)


@pytest.mark.parametrize("place", [(slice(0, 6), slice(0, 6)), (slice(6, 12), slice(12, 18))])
def test_the_mask_lies_where_all_evidence_is_and_has_the_area_that_is_asked(place):
    (mask,) = masks_of(spotlight(*place), areas=(1 / 9,))
    assert float(mask.mean()) == pytest.approx(1 / 9, abs=0.02)
    assert float(mask[place].mean()) > 0.75
    assert float(mask[place].sum() / mask.sum()) > 0.7


def test_it_keeps_at_least_what_the_best_square_of_that_area_keeps():
    """Brute force over all squares; a bump of weights, so that one place is best."""
    axis = torch.arange(18)
    bump = (-((axis - 7) ** 2)[:, None] / 18 - ((axis - 11) ** 2) / 18).exp()
    linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(324, 2, bias=False))
    with torch.no_grad():
        linear[1].weight[0] = (bump / bump.sum()).flatten()
    best = (bump / bump.sum()).unfold(0, 6, 1).unfold(1, 6, 1).sum(dim=(2, 3)).max()
    (mask,) = masks_of(linear, areas=(1 / 9,))
    kept = float((mask * bump / bump.sum()).sum()) * (1 / 9) / float(mask.mean())
    assert kept > 0.85 * float(best)  # a smooth mask has soft edges


def test_a_larger_area_keeps_more_and_relevance_is_the_masks_mean():
    net = spotlight(slice(4, 14), slice(4, 14))
    masks = masks_of(net, areas=(0.05, 0.3))
    assert masks[0].mean() < masks[1].mean()
    method = get_explainer("extremal-perturbation", {"cells": 9, "areas": (0.05, 0.3)})
    found = method.attribute(net, torch.ones(1, 1, 18, 18), torch.tensor([0]))
    assert torch.allclose(found[0, 0], masks.mean(dim=0))


def test_one_area_alone_gives_the_mask_it_gets_beside_others():
    net = spotlight(slice(2, 9), slice(2, 9))
    both, alone = masks_of(net, areas=(0.1, 0.2), steps=30), masks_of(net, areas=(0.2,), steps=30)
    assert torch.allclose(both[1], alone[0], atol=1e-5)


def test_large_pictures_get_their_masks_enlarged():
    net = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(4), torch.nn.Flatten(), torch.nn.Linear(48, 2))
    method = get_explainer("extremal-perturbation", {"steps": 2})
    found = method.attribute(net, torch.rand(1, 3, 120, 90), torch.tensor([1]))
    assert found.shape == (1, 3, 120, 90)
    assert 0 <= found.min() <= found.max() <= 1


def test_a_model_without_gradients_and_settings_that_cannot_be_are_refused():
    from explainers.models.adapter import CallableModel

    plain = CallableModel(lambda inputs: inputs.reshape(len(inputs), -1)[:, :2], gives="scores")
    with pytest.raises(BadParameters, match="no gradients"):
        masks_of(plain)
    with pytest.raises(BadParameters, match="areas"):
        get_explainer("extremal-perturbation", {"areas": (1.5,)})
