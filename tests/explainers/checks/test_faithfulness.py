"""Deletion, insertion, infidelity and sensitivity on models that are known whole."""

import copy
from dataclasses import replace

import pytest

from explainers.registry import get_explainer
from tests.explainers.checks.subjects import map_that, number_context, subject_of, told

torch = pytest.importorskip("torch")
ROWS = [[4.0, 0.0, 1.0], [0.0, 2.0, 5.0], [2.0, 4.0, 0.0]]  # means 2, 2, 2
WEIGHTS = [3.0, 1.0, -2.0]


def shares(model, inputs):
    """What is known of a weighted sum: each field's weight times its distance from the mean."""
    return model.weight * (inputs - torch.tensor([2.0, 2.0, 2.0], dtype=inputs.dtype))


def test_deletion_and_insertion_of_a_weighted_sum():
    from explainers.checks.deletion_insertion import DeletionInsertion

    context = number_context(WEIGHTS, ROWS)
    checks, scores = told(list(DeletionInsertion(steps=3).measure(subject_of(context, map_that(shares)))))
    # item 0: f(x) = 10, f(means) = 4, shares (6, -2, 2): taken away in the order 0, 2, 1
    # 10, 4, 2, 4 as shares of 10 - 4: 1, 0, -1/3, 0; trapezoids of width 1/3
    assert scores["deletion_auc", "item-0"] == pytest.approx((0.5 * 1 + 0 - 1 / 3 + 0) / 3, abs=1e-4)
    # put back in the same order: 4, 10, 12, 10 -> 0, 1, 4/3, 1
    assert scores["insertion_auc", "item-0"] == pytest.approx((0 + 1 + 4 / 3 + 0.5) / 3, abs=1e-4)
    assert checks["deletion-auc"].passed
    assert checks["deletion-auc"].value == pytest.approx(
        sum(scores["deletion_auc", f"item-{n}"] for n in range(3)) / 3, abs=1e-3
    )


def test_deletion_in_the_wrong_order_fails():
    from explainers.checks.deletion_insertion import DeletionInsertion

    context = number_context(WEIGHTS, ROWS)
    upside_down = map_that(lambda model, inputs: -shares(model, inputs))
    checks, _ = told(list(DeletionInsertion(steps=3).measure(subject_of(context, upside_down))))
    assert not checks["deletion-auc"].passed


def test_relevance_that_foretells_a_weighted_sum_has_no_infidelity():
    from explainers.checks.infidelity import Infidelity

    context = number_context(WEIGHTS, ROWS)
    checks, scores = told(list(Infidelity(share=0.5).measure(subject_of(context, map_that(shares)))))
    assert set(scores.values()) == {0.0}
    assert checks["infidelity"].passed


def test_relevance_of_nothing_foretells_nothing():
    from explainers.checks.infidelity import Infidelity

    context = number_context(WEIGHTS, ROWS)
    nothing = map_that(lambda model, inputs: torch.zeros_like(inputs))
    checks, scores = told(list(Infidelity(share=0.5).measure(subject_of(context, nothing))))
    assert set(scores.values()) == {1.0}
    assert not checks["infidelity"].passed


def test_relevance_without_a_sign_has_no_infidelity():
    """Its sums cannot fall and rise as the output does: turned signs are worse, sizes alone are not measured."""
    from explainers.checks.infidelity import Infidelity

    context = number_context(WEIGHTS, ROWS)
    sizes = map_that(lambda model, inputs: shares(model, inputs).abs())
    assert list(Infidelity(share=0.5).measure(subject_of(context, sizes))) == []
    turned = map_that(lambda model, inputs: -shares(model, inputs))
    checks, _ = told(list(Infidelity(share=0.5).measure(subject_of(context, turned))))
    assert checks["infidelity"].value == 1.0


def test_the_scale_of_relevance_does_not_matter():
    """Yeh et al. (2019) scale by the factor that fits best."""
    from explainers.checks.infidelity import Infidelity

    context = number_context(WEIGHTS, ROWS)
    rough = [
        map_that(lambda model, inputs, by=by: by * (shares(model, inputs) + 0.7)) for by in (1.0, 1000.0)
    ]
    one, other = (list(Infidelity(share=0.5).measure(subject_of(context, method))) for method in rough)
    assert one == other
    assert 0 < one[-1].value < 1


def test_sensitivity_is_nothing_for_a_map_of_the_weights_alone_and_at_most_the_noise_for_a_steady_one():
    from explainers.checks.max_sensitivity import MaxSensitivity

    context = number_context(WEIGHTS, ROWS)
    fixed = map_that(lambda model, inputs: model.weight.expand_as(inputs))
    assert set(told(list(MaxSensitivity().measure(subject_of(context, fixed))))[1].values()) == {0.0}
    own = map_that(lambda model, inputs: inputs)
    _, scores = told(list(MaxSensitivity(radius=0.1).measure(subject_of(context, own))))
    spread = context.data.train.inputs.std(dim=0)
    for case in context.cases:
        assert (
            0 < scores["max_sensitivity", case.item] <= float(0.1 * spread.norm() / case.input.norm()) + 1e-4
        )


@pytest.mark.parametrize(
    ("sizes", "expected"), [([0, 0, 0, 1], 0.75), ([1, 1, 1, 1], 0.0), ([0, 0], 0.0), ([1, 3], 0.25)]
)
def test_gini(sizes, expected):
    from explainers.checks.sparsity import gini

    assert gini(torch.tensor(sizes, dtype=torch.float64)) == pytest.approx(expected)


@pytest.mark.parametrize("kind", ["shape_context", "table_context", "text_context"])
def test_every_check_runs_on_every_kind_of_data(kind, request):
    from explainers.registry import CHECKS, build, get_explainer

    context = request.getfixturevalue(kind)
    explainer = get_explainer("other-item", {"method": "occlusion", "within": "pool"})
    for name in CHECKS:
        check = build("check", name)
        for method in (get_explainer("occlusion"), explainer):
            subject = subject_of(context, method, items=2, draws=2, layers=2)
            for about in check.about(subject):
                if about:
                    entries = list(check.measure(subject))
                    assert all(abs(entry.value) < 1e6 for entry in entries)
                    assert sum(check.work(subject)) > 0


def test_the_change_of_a_map_that_is_zero_is_all_or_nothing():
    from explainers.checks.max_sensitivity import MaxSensitivity, relative_change

    zero, other = torch.zeros(3, dtype=torch.float64), torch.tensor([0.0, 3.0, 4.0], dtype=torch.float64)
    assert (relative_change(zero, zero), relative_change(zero, other)) == (0.0, 1.0)
    assert relative_change(other, 3 * other) == pytest.approx(2.0)

    context = number_context(WEIGHTS, ROWS)
    seen = [case.input for case in context.cases]
    only_near = map_that(
        lambda model, inputs: inputs * (not any(torch.equal(inputs[0], one) for one in seen))
    )
    checks, scores = told(list(MaxSensitivity().measure(subject_of(context, only_near))))
    assert set(scores.values()) == {1.0}
    assert checks["max-sensitivity"].value == 1.0


def test_a_placebo_may_change_with_every_breath(shape_context):
    from explainers.checks.max_sensitivity import MaxSensitivity

    check = MaxSensitivity(at_most=0.0)
    checks, _ = told(list(check.measure(subject_of(shape_context, get_explainer("edge-detector"), items=2))))
    assert checks["max-sensitivity"].value > 0
    assert checks["max-sensitivity"].passed


def test_an_empty_text_is_left_out(text_context):
    from explainers.checks.deletion_insertion import DeletionInsertion
    from explainers.checks.infidelity import Infidelity

    first, *rest = text_context.cases
    empty = replace(first, input=torch.zeros_like(first.input), words=())
    for check in (DeletionInsertion(), Infidelity()):
        context = replace(text_context, cases=(empty, *rest))
        checks, scores = told(list(check.measure(subject_of(context, get_explainer("occlusion")))))
        assert {item for _, item in scores} == {case.item for case in rest}
        assert all(f" {len(rest)} items" in one.meaning for one in checks.values())
        alone = replace(text_context, cases=(empty,))
        assert list(check.measure(subject_of(alone, get_explainer("occlusion")))) == []


def test_relevance_of_the_unchanged_model_is_computed_once_for_all_checks():
    from explainers.checks.infidelity import Infidelity
    from explainers.checks.sparsity import Sparsity

    context, asked = number_context(WEIGHTS, ROWS), []

    def counted(model, inputs):
        asked.append(inputs)
        return shares(model, inputs)

    subject = subject_of(context, map_that(counted))
    first = list(Sparsity().measure(subject))
    assert len(asked) == 3
    assert list(Sparsity().measure(subject)) == first
    list(Infidelity().measure(subject))
    assert len(asked) == 3
    other = replace(context, model=copy.deepcopy(context.model))
    list(Sparsity().measure(replace(subject, context=other)))
    assert len(asked) == 6
