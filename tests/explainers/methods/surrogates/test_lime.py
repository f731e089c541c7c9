from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def in_single_precision(context):
    """Captum's surrogates know no double precision."""
    cases = tuple(replace(case, input=case.input.float()) for case in context.cases)
    return replace(context, model=context.model.float(), cases=cases)


def asked(context, target, number=0, seed=3):
    from explainers.base import Question

    return Question(context.cases[number], target, seed=seed)


class Additive(torch.nn.Module):
    """Outputs 0 and a sum of one number for each word, or of weights times values."""

    def __init__(self, weights):
        super().__init__()
        self.register_buffer("weights", weights)

    def forward(self, inputs):
        of_words = not inputs.is_floating_point()
        score = self.weights[inputs].sum(1) if of_words else inputs.flatten(1).to(self.weights) @ self.weights
        return torch.stack([torch.zeros_like(score), score], dim=1)


def linear_picture(context, labels=3):
    torch.manual_seed(1)
    weights = torch.randn(64, dtype=torch.float64)
    case = replace(context.cases[0], input=context.cases[0].input.double())
    return weights, replace(context, model=Additive(weights), cases=(case,))


def test_a_region_of_a_linear_model_has_its_share_and_the_fit_is_perfect(shape_context):
    weights, context = linear_picture(shape_context)
    settings = {
        "penalty": 0,
        "shown": 0,
        "segmentation": "grid",
        "regions": 16,
        "scale": "output",
        "samples": 200,
    }
    found = get_explainer("lime", settings).found(asked(context, "class:bee"), context)
    share = (weights.reshape(8, 8) * context.cases[0].input[0]).reshape(4, 2, 4, 2).sum(dim=(1, 3))
    expected = share.repeat_interleave(2, 0).repeat_interleave(2, 1)
    assert torch.allclose(found.relevance[0], expected)
    assert found.checks["local_fidelity"] == pytest.approx(1)


def test_a_word_of_a_bag_of_words_has_its_own_number(text_context):
    table = torch.linspace(-1, 1, 14).double()
    table[:2] = 0
    context = replace(text_context, model=Additive(table))
    found = get_explainer("lime", {"penalty": 0, "shown": 0, "scale": "output"}).relevance_of(
        asked(context, "class:positive"), context
    )
    assert torch.allclose(found, table[context.cases[0].input], atol=1e-8)


def test_a_standardised_number_has_its_slope_times_its_distance_from_the_mean(table_context):
    weights = torch.tensor([2.0, -1.0, 0.0, 0.0]).double()
    context = replace(table_context, model=Additive(weights))
    settings = {"penalty": 0, "shown": 0, "space": "standardised", "scale": "output"}
    found = get_explainer("lime", settings).found(asked(context, "class:dear"), context)
    row, mean = context.cases[0].input, context.data.train.inputs.mean(dim=0)
    assert torch.allclose(found.relevance, weights * (row - mean), atol=1e-8)
    assert found.checks["local_fidelity"] == pytest.approx(1)


class Levels(torch.nn.Module):
    """3 where the rooms are in the lowest quarter of the training data, and 5 where the heating is gas."""

    limit = 0.0

    def forward(self, inputs):
        score = 3.0 * (inputs[:, 0] <= self.limit) + 5.0 * (inputs[:, 3] == 1)
        return torch.stack([torch.zeros_like(score), score], dim=1)


def test_a_bin_of_an_additive_model_has_what_it_adds(table_context):
    """The row's other values are worth 0, so that each slope is the value of its own bin or level."""
    train = table_context.data.train.inputs
    model = Levels()
    model.limit = float(train[:, 0].quantile(0.25))
    row = torch.tensor([float(train[:, 0].min()), 5.0, 5.0, 1.0], dtype=torch.float64)
    context = replace(table_context, model=model, cases=(replace(table_context.cases[0], input=row),))
    settings = {"penalty": 0, "shown": 0, "scale": "output"}
    found = get_explainer("lime", settings).found(asked(context, "class:dear"), context)
    assert torch.allclose(found.relevance, torch.tensor([3.0, 0, 0, 5.0]).double(), atol=1e-8)
    assert found.checks["local_fidelity"] == pytest.approx(1)


def test_neighbours_in_bins_are_values_of_the_training_data_and_know_the_rows_quarter(table_context):
    from explainers.methods.surrogates.table_neighbours import neighbours

    data, row = table_context.data, table_context.cases[0].input
    near = neighbours(row, data, 300, "bins", torch.Generator().manual_seed(1))
    assert torch.equal(near.inputs[0], row)
    limits = [[data.train.inputs[:, f].quantile(q / 4) for q in (1, 2, 3)] for f in range(3)]
    for drawn, seen in zip(near.inputs[1:], near.features[1:], strict=True):
        for field in range(4):
            assert drawn[field] in data.train.inputs[:, field]
        quarters = [[sum(one[f] > limit for limit in limits[f]) for f in range(3)] for one in (drawn, row)]
        assert seen[:3].bool().tolist() == [a == b for a, b in zip(*quarters, strict=True)]
        assert bool(seen[3]) == bool(drawn[3] == row[3])


def test_samples_and_fit_agree_with_captums_lime_of_the_same_samples(shape_context):
    from captum._utils.models.linear_model import SkLearnRidge
    from captum.attr import Lime

    lime = get_explainer(
        "lime", {"segmentation": "grid", "regions": 9, "shown": 0, "scale": "output", "samples": 60}
    )
    context = in_single_precision(shape_context)
    parts = lime.parts_of(context.cases[0].input)
    kept = lime.samples_of(parts, torch.Generator().manual_seed(3))
    rows = iter(kept.long())

    def near(original, changed, row, **more):
        return torch.exp(-((1 - row.double().mean().sqrt()) ** 2) / (2 * 0.25**2))

    theirs = Lime(
        context.model, SkLearnRidge(alpha=1.0), near, lambda original, **more: next(rows).unsqueeze(0)
    ).attribute(
        context.cases[0].input.unsqueeze(0),
        target=1,
        feature_mask=parts.regions.reshape(1, 1, 8, 8),
        n_samples=60,
    )
    ours = lime.relevance_of(asked(context, "class:bee"), context)
    assert torch.allclose(ours.unsqueeze(0), theirs, atol=1e-5)


def test_only_so_many_parts_are_shown_and_the_fidelity_is_theirs(text_context):
    context = text_context
    both = [
        get_explainer("lime", {"shown": shown}).found(asked(context, "predicted"), context)
        for shown in (1, 0)
    ]
    assert [int((found.relevance != 0).sum()) for found in both] == [1, len(context.cases[0].words)]
    assert both[0].relevance.abs().argmax() == both[1].relevance.abs().argmax()
    assert both[0].checks["local_fidelity"] <= both[1].checks["local_fidelity"] <= 1


@pytest.mark.parametrize("kind", ["table", "text"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(kind, request):
    context = request.getfixturevalue(f"{kind}_context")
    method = get_explainer("lime")
    first, again, other = (
        next(iter(method.explain([asked(context, "predicted", seed=seed)], context)))[0] for seed in (3, 3, 4)
    )
    assert first == again
    assert first.seed == 3
    assert first.content != other.content


def test_an_empty_text_and_a_black_picture_have_no_parts_and_no_relevance(text_context, shape_context):
    for context, target in ((text_context, "class:positive"), (shape_context, "class:bee")):
        case = replace(context.cases[0], input=torch.zeros_like(context.cases[0].input), words=())
        found = get_explainer("lime").found(asked(replace(context, cases=(case,)), target), context)
        assert (found.relevance == 0).all()
        assert found.relevance.shape == case.input.shape
        assert found.checks == {"local_fidelity": 1.0}


@pytest.mark.parametrize("settings", [{"samples": 1}, {"width": 0}, {"penalty": -1}])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(BadParameters, match="Allowed"):
        get_explainer("lime", settings)
