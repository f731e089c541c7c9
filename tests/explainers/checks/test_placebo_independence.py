from dataclasses import replace
from itertools import combinations

import pytest

from explainers.registry import get_explainer

torch = pytest.importorskip("torch")
stats = pytest.importorskip("scipy.stats")


def test_it_is_the_rank_correlation_of_dealt_pairs_minus_that_of_any_two(table_context):
    from explainers.base import Question
    from explainers.checks.placebo_independence import PlaceboIndependence
    from tests.explainers.checks.subjects import subject_of

    placebo = get_explainer("other-item", {"method": "occlusion"})
    subject = subject_of(table_context, placebo)
    assert PlaceboIndependence().about(subject) == ["method"]
    (check,) = PlaceboIndependence().measure(subject)

    context = replace(table_context, seed=4)  # that of the use
    maps = {case.item: placebo.wrapped.relevance_of(Question(case), context) for case in context.cases}

    def alike(one, other):
        return stats.spearmanr(maps[one].numpy(), maps[other].numpy()).statistic

    donors = placebo.donors(context)
    dealt = [alike(item, donor.item) for item, donor in donors.items()]
    pairs = [alike(one, other) for one, other in combinations(maps, 2)]
    assert check.value == pytest.approx(sum(dealt) / len(dealt) - sum(pairs) / len(pairs), abs=1e-4)
    assert "own occlusion map" in check.meaning


def test_it_is_about_dealt_out_maps_alone(table_context):
    from explainers.checks.placebo_independence import PlaceboIndependence
    from tests.explainers.checks.subjects import subject_of

    examples = {"method": "nearest-examples", "settings": {"layer": "rest.1"}}
    for other in (get_explainer("other-item", examples), get_explainer("occlusion")):
        subject = subject_of(table_context, other)
        assert PlaceboIndependence().about(subject) == []
        assert list(PlaceboIndependence().measure(subject)) == []


def test_the_budget_bounds_the_maps_and_the_pairs(table_context):
    from explainers.checks.placebo_independence import PlaceboIndependence
    from tests.explainers.checks.subjects import subject_of

    placebo = get_explainer("other-item", {"method": "occlusion"})
    subject = subject_of(table_context, placebo, items=2)
    (check,) = PlaceboIndependence().measure(subject)
    assert "over 2 items" in check.meaning
    assert 2 <= PlaceboIndependence().work(subject).explanations <= 4
    cases, few = table_context.cases, PlaceboIndependence(pairs=5)
    drawn = few._pairs(cases, "pool", seed=1)
    assert len(set(drawn)) == 5
    assert drawn == few._pairs(cases, "pool", seed=1)
    assert few._pairs(cases, "pool", seed=2) != drawn
    assert len(PlaceboIndependence()._pairs(cases, "pool", seed=1)) == 15
