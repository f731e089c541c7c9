"""The estimate that `prepare` prints first."""

import pytest

pytest.importorskip("torch")
CHECKS = """checks:
  - name: parameter-randomisation
  - name: edge-similarity
  - name: deletion-insertion
  - name: infidelity
  - name: max-sensitivity
  - name: sparsity
"""


@pytest.fixture
def preparation(shapes, tmp_path, monkeypatch):
    """The small recipe with all checks of maps; each map takes a second and nothing else any time."""
    from explainers.preparing import Preparation
    from explainers.preparing.pace import Pace

    text = shapes.read_text()
    start = text.index("checks:")
    end = text.find("\n\n", start)
    kept = text[:start] + CHECKS + (text[end:] if end >= 0 else "")
    recipe = shapes.with_name("all-checks.yaml")
    recipe.write_text(kept)
    for name, seconds in (("of_map", 1.0), ("of_explanation", 0.0), ("of_pass", 0.0)):
        monkeypatch.setattr(Pace, name, lambda *given, seconds=seconds: seconds)
    return Preparation(recipe, tmp_path / "bundle")


def test_it_counts_as_many_maps_as_are_computed(preparation, monkeypatch):
    from explainers.base import MapExplainer

    made, relevance_of = [], MapExplainer.relevance_of

    def counted(method, *given):
        made.append(method.name)
        return relevance_of(method, *given)

    monkeypatch.setattr(MapExplainer, "relevance_of", counted)
    expected = preparation.seconds_of_checks()
    for _ in preparation.checks():
        pass
    assert expected == made.count("saliency") + made.count("grad-cam") > 0  # the edge detector asks no model


def test_relevance_that_all_checks_share_is_counted_once(preparation):
    every = [one for one in preparation.unchecked() if one.explainer == "saliency"]
    plain = [
        one for one in every if preparation.workshop.measures[one.place].name in ("sparsity", "infidelity")
    ]
    assert preparation.pace.of_checks(plain) == preparation.pace.of_checks(plain[:1]) == 7  # items
    assert preparation.pace.of_checks(every) < sum(preparation.pace.of_checks([one]) for one in every)


def test_the_first_one_is_not_counted_and_a_slow_one_is_not_made_eight_times(monkeypatch):
    from explainers.preparing import pace

    clock = iter([0.0, 10.0, 20.0, 20.75, 30.0, 31.0])
    monkeypatch.setattr(pace.time, "perf_counter", lambda: next(clock))
    made = iter([1, 2, 3, None])
    assert pace._each(lambda: next(made)) == 0.75
