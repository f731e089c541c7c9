from dataclasses import replace
from itertools import permutations
from math import comb

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def in_single_precision(context):
    """Captum's surrogates know no double precision."""
    cases = tuple(replace(case, input=case.input.float()) for case in context.cases)
    return replace(context, model=context.model.float(), cases=cases)


def asked(context, target="predicted", number=0, seed=3):
    from explainers.base import Question

    return Question(context.cases[number], target, seed=seed)


def by_all_orders(score, players):
    """The mean gain of each player over every order of joining: the definition."""
    values = torch.zeros(players, dtype=torch.float64)
    orders = list(permutations(range(players)))
    for order in orders:
        joined = torch.zeros(1, players, dtype=torch.bool)
        before = score(joined)
        for player in order:
            joined[0, player] = True
            after = score(joined)
            values[player] += float(after - before)
            before = after
    return values / len(orders)


def game(players, pairs=True):
    """A score with gains of single players and of all pairs; its Shapley values in closed form."""
    generator = torch.Generator().manual_seed(players)
    single = torch.randn(players, dtype=torch.float64, generator=generator)
    pair = torch.randn(players, players, dtype=torch.float64, generator=generator).triu(1) * pairs

    def score(kept):
        there = kept.double()
        return 2 + there @ single + ((there @ pair) * there).sum(dim=1)

    return score, single + (pair.sum(0) + pair.sum(1)) / 2


def test_enumeration_is_the_mean_over_all_orders_and_the_closed_form():
    from explainers.methods.surrogates.kernel_shap import exact_shapley
    from explainers.methods.surrogates.sampling import every_subset

    score, values = game(5)
    found = exact_shapley(every_subset(5), score(every_subset(5)))
    assert torch.allclose(found, by_all_orders(score, 5), rtol=0, atol=1e-12)
    assert torch.allclose(found, values, rtol=0, atol=1e-12)


def test_enumeration_of_twelve_players_meets_the_closed_form():
    from explainers.methods.surrogates.kernel_shap import exact_shapley
    from explainers.methods.surrogates.sampling import every_subset

    score, values = game(12)
    found = exact_shapley(every_subset(12), score(every_subset(12)))
    assert torch.allclose(found, values, rtol=0, atol=1e-12)


@pytest.mark.parametrize("players", [2, 3, 5, 8])
def test_the_kernels_coalitions_taken_whole_have_the_kernels_weights_and_give_exact_values(players):
    from explainers.methods.surrogates.kernel_shap import additive
    from explainers.methods.surrogates.sampling import kernel_coalitions

    coalitions, weights = kernel_coalitions(players, 2**players, torch.Generator().manual_seed(1))
    sizes = coalitions.sum(dim=1).tolist()
    kernel = torch.tensor([1 / (comb(players, n) * n * (players - n)) for n in sizes], dtype=torch.float64)
    assert len(coalitions.unique(dim=0)) == len(coalitions) == 2**players - 2
    assert torch.allclose(weights, kernel / kernel.sum())
    score, values = game(players)
    ends = score(torch.tensor([[0], [1]]).expand(2, players))
    found = additive(coalitions.double(), score(coalitions) - ends[0], weights, float(ends[1] - ends[0]))
    assert torch.allclose(found, values)


def test_drawn_coalitions_come_in_pairs_and_never_empty_or_full():
    from explainers.methods.surrogates.sampling import kernel_coalitions

    coalitions, weights = kernel_coalitions(20, 301, torch.Generator().manual_seed(1))
    sizes = coalitions.sum(dim=1)
    assert len(coalitions) == 300
    assert torch.equal(coalitions[40::2], ~coalitions[41::2])  # after the 40 of sizes 1 and 19
    assert sizes[:40].tolist() == [1] * 20 + [19] * 20
    assert 1 < sizes[40:].min() <= sizes[40:].max() < 19
    assert float(weights.sum()) == pytest.approx(1)


def test_an_additive_game_is_solved_exactly_by_any_sufficient_sample():
    from explainers.methods.surrogates.kernel_shap import KernelShap

    score, values = game(30, pairs=False)
    found, fidelity = KernelShap(samples=200)._estimated(30, score, seed=1)
    assert torch.allclose(found, values)
    assert fidelity == pytest.approx(1)


def test_more_samples_come_nearer_and_pairs_make_games_of_pairs_exact():
    """With complements, effects of pairs cancel: Covert and Lee (2021)."""
    from explainers.methods.surrogates.kernel_shap import KernelShap

    score, values = game(16)
    found, _ = KernelShap(samples=2000)._estimated(16, score, seed=1)
    assert torch.allclose(found, values, atol=1e-8)


def test_too_few_samples_still_sum_up():
    from explainers.methods.surrogates.kernel_shap import KernelShap

    score, values = game(40)
    found, _ = KernelShap(samples=20)._estimated(40, score, seed=1)
    assert found.isfinite().all()
    assert float(found.sum()) == pytest.approx(float(values.sum()), abs=1e-9)


@pytest.mark.parametrize("regions", [9, 64])
def test_a_pictures_values_sum_to_what_it_adds_to_its_background(shape_context, regions):
    context = shape_context
    method = get_explainer("kernel-shap", {"segmentation": "grid", "regions": regions, "samples": 300})
    parts = method.parts_of(asked(context), context)
    values, _ = method.values(context.model, parts, 1, seed=3)
    picture = context.cases[0].input
    ends = context.model(torch.stack([picture, torch.zeros_like(picture)]))[:, 1].double()
    assert parts.count == regions
    assert picture.dtype == torch.float64
    assert float(values.sum()) == pytest.approx(float(ends[0] - ends[1]), abs=1e-12)


def test_few_regions_agree_with_captums_shapley_values(shape_context):
    from captum.attr import ShapleyValues

    context = in_single_precision(shape_context)
    method = get_explainer("kernel-shap", {"segmentation": "grid", "regions": 4})
    regions = method.parts_of(asked(context), context).regions
    theirs = ShapleyValues(context.model).attribute(
        context.cases[0].input.unsqueeze(0), target=1, feature_mask=regions.reshape(1, 1, 8, 8)
    )
    ours = method.relevance_of(asked(context, "class:bee"), context)
    assert torch.allclose(ours.unsqueeze(0), theirs, atol=1e-5)


def test_a_linear_model_agrees_with_captums_kernel_shap(shape_context):
    from captum.attr import KernelShap

    torch.manual_seed(1)
    linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 3))
    context = in_single_precision(replace(shape_context, model=linear))
    method = get_explainer("kernel-shap", {"segmentation": "grid", "regions": 16, "samples": 200})
    regions = method.parts_of(asked(context), context).regions
    theirs = KernelShap(linear).attribute(
        context.cases[0].input.unsqueeze(0),
        target=1,
        feature_mask=regions.reshape(1, 1, 8, 8),
        n_samples=500,
        perturbations_per_eval=500,
    )
    ours = method.relevance_of(asked(context, "class:bee"), context)
    assert torch.allclose(
        ours.unsqueeze(0), theirs, atol=1e-4
    )  # theirs meets the sum by a weight of a million


def test_fields_of_a_linear_model_have_their_weight_times_their_distance_from_the_background(table_context):
    weights = torch.tensor([2.0, -1.0, 0.5, 3.0]).double()

    class Linear(torch.nn.Module):
        def forward(self, inputs):
            return torch.stack([inputs @ weights, torch.zeros(len(inputs)).to(inputs)], dim=1)

    context = replace(table_context, model=Linear())
    train = context.data.train.inputs
    method = get_explainer("kernel-shap", {"background": len(train)})
    found = method.relevance_of(asked(context, "class:cheap"), context)
    assert torch.allclose(found, weights * (context.cases[0].input - train.mean(dim=0)))


def test_words_of_a_text_agree_with_the_mean_over_all_orders(text_context):
    case = min(text_context.cases, key=lambda one: len(one.words))
    context = replace(text_context, cases=(case,))
    method = get_explainer("kernel-shap")
    parts = method.parts_of(asked(context), context)
    expected = by_all_orders(lambda kept: parts.scores(context.model, kept, 1), len(case.words))
    found = method.relevance_of(asked(context, "class:positive"), context)
    assert torch.allclose(found[: len(case.words)], expected)
    assert (found[len(case.words) :] == 0).all()


def test_a_part_that_is_equal_to_its_background_has_nothing_and_is_not_asked_about(shape_context):
    picture = shape_context.cases[0].input.clone()
    picture[:, :4] = 0
    context = replace(shape_context, cases=(replace(shape_context.cases[0], input=picture),))
    method = get_explainer("kernel-shap", {"segmentation": "grid", "regions": 16})
    assert method.parts_of(asked(context), context).count == 8
    found = method.relevance_of(asked(context, "class:bee"), context)
    assert (found[:, :4] == 0).all()
    black = replace(context.cases[0], input=torch.zeros_like(picture))
    none = replace(context, cases=(black,))
    assert (method.relevance_of(asked(none), none) == 0).all()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(shape_context):
    method = get_explainer("kernel-shap", {"segmentation": "grid", "regions": 30, "samples": 60})
    first, again, other = (
        next(iter(method.explain([asked(shape_context, seed=seed)], shape_context)))[0] for seed in (3, 3, 4)
    )
    assert first == again
    assert first.seed == 3
    assert first.content != other.content


@pytest.mark.parametrize("settings", [{"samples": 1}, {"background": -1}, {"exact_up_to": 17}])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(BadParameters, match="Allowed"):
        get_explainer("kernel-shap", settings)
