from dataclasses import replace
from itertools import product

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def asked(context, seed=3):
    from explainers.base import Question

    return Question(context.cases[0], "class:bee", seed=seed)


def enlarged_by_torch(cells, size, shift, length):
    """One axis of the paper's masks, cut out of the enlarged grid: (length, cells)."""
    unit = torch.eye(cells).reshape(cells, 1, 1, cells)
    fine = torch.nn.functional.interpolate(
        unit, (1, cells * size), mode="bilinear", align_corners=False
    ).squeeze()
    return fine[:, shift : shift + length].T


def test_masks_are_the_papers_enlarged_grids():
    from explainers.methods.perturbation.rise import Rise, SmoothMasks

    masks = SmoothMasks.drawn(Rise(masks=5, cells=3), torch.zeros(1, 7, 8), seed=1)
    made = masks.at(slice(0, 5))
    for number in range(5):
        high, wide = masks.shifts[:, number].tolist()
        rows, columns = enlarged_by_torch(4, 3, high, 7), enlarged_by_torch(4, 3, wide, 8)
        assert torch.allclose(made[number], rows @ masks.cells[number] @ columns.T, atol=1e-6)
        assert 0 <= min(high, wide) <= max(high, wide) < 3


def test_a_linear_models_map_is_what_the_masks_give_in_expectation(shape_context):
    """E[f(M x) M_a] / p over all shifts and independent cells, with a tolerance of five standard errors."""
    torch.manual_seed(1)
    weights, bias, kept, size, cells = torch.rand(64).double(), 0.7, 0.5, 4, 3
    linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 3)).double()
    with torch.no_grad():
        linear[1].weight[1], linear[1].bias[1] = weights, bias
    count = 20_000
    method = get_explainer("rise", {"masks": count, "cells": 2, "kept": kept, "scale": "output"})
    case = shape_context.cases[0]
    case = replace(case, input=case.input.double())
    context = replace(shape_context, model=linear, cases=(case,))
    found = method.relevance_of(asked(context), context).flatten()

    parts = weights * case.input.flatten()
    expected = torch.zeros(64).double()
    for high, wide in product(range(size), repeat=2):
        rows, columns = (enlarged_by_torch(cells, size, shift, 8).double() for shift in (high, wide))
        spread = torch.einsum("ya,xb->yxab", rows, columns).reshape(64, -1)
        # cells are independent with mean p and variance p (1 - p)
        mean, both = kept * spread.sum(1), kept * (1 - kept) * spread @ spread.T
        expected += (bias * mean + (both + mean[:, None] * mean) @ parts) / kept / size**2
    largest = (bias + float(parts.sum())) / kept  # of one mask's score × mask / p
    assert torch.allclose(found, expected, rtol=0, atol=5 * largest / count**0.5)
    assert torch.corrcoef(torch.stack([found, expected]))[0, 1] > 0.99


def test_probabilities_give_a_map_of_probabilities(shape_context):
    found = get_explainer("rise", {"masks": 200}).relevance_of(asked(shape_context), shape_context)
    assert found.min() >= 0
    assert found.max() <= 1.3  # the mean of the masks is not exactly their expectation


def test_a_word_of_a_bag_of_words_has_its_own_number(text_context):
    table = torch.linspace(-1, 1, 14).double()
    table[:2] = 0

    class Bag(torch.nn.Module):
        def forward(self, inputs):
            score = table[inputs].sum(dim=1)
            return torch.stack([score, -score], dim=1)

    context = replace(text_context, model=Bag())
    from explainers.base import Question

    case = context.cases[0]
    method = get_explainer("rise", {"masks": 20_000, "scale": "output"})
    found = method.relevance_of(Question(case, "class:negative", seed=5), context)
    # each difference of two means of some 10,000 has a standard error below sqrt(sum of squares / 10,000)
    words = table[case.input]
    assert torch.allclose(found, words, atol=5 * float(words.square().sum().sqrt()) / 100)
    assert (found[len(case.words) :] == 0).all()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(shape_context):
    method = get_explainer("rise", {"masks": 50})
    first, again, other = (
        next(iter(method.explain([asked(shape_context, seed)], shape_context)))[0] for seed in (3, 3, 4)
    )
    assert first == again
    assert first.seed == 3
    assert first.content != other.content


@pytest.mark.parametrize("settings", [{"masks": 0}, {"kept": 1.0}, {"cells": 0}])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(BadParameters, match="Allowed"):
        get_explainer("rise", settings)
