from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def text_case(item, length):
    from explainers.data.base import Case

    return Case(item, torch.zeros(6), "", words=tuple("abcdef"[:length]))


def test_a_text_of_equal_length_gets_the_donors_weights_word_by_word():
    from explainers.methods.placebos.other_item import laid_over

    weights = torch.tensor([0.5, -1.0, 2.0, 0.0, 0.0, 0.0])
    laid = laid_over(weights, text_case("donor", 4), text_case("own", 4))
    assert laid.tolist() == weights.tolist()


def test_a_longer_and_a_shorter_text_keep_the_order_and_both_ends():
    from explainers.methods.placebos.other_item import laid_over

    longer = laid_over(torch.tensor([3.0, -1.0, 1.0, 0, 0, 0]), text_case("d", 3), text_case("own", 6))
    assert longer.tolist() == [3.0, 3.0, -1.0, -1.0, 1.0, 1.0]
    shorter = laid_over(torch.tensor([0.0, 9.0, 1.0, 2.0, -5.0, 3.0]), text_case("d", 6), text_case("own", 2))
    assert shorter.tolist() == [9.0, -5.0, 0, 0, 0, 0]


def test_placebo_saliency_is_other_item_of_saliency(shape_context):
    from explainers.base import Question

    questions = [Question(case) for case in shape_context.cases]
    thin = list(get_explainer("placebo-saliency").explain(questions, shape_context))
    general = list(get_explainer("other-item", {"method": "saliency"}).explain(questions, shape_context))
    assert thin == general


def test_examples_are_those_of_the_donor(shape_context):
    from explainers.base import Question

    settings = {"layer": "relu3", "count": 2}
    examples = get_explainer("nearest-examples", settings)
    placebo = get_explainer("other-item", {"method": "nearest-examples", "settings": settings})
    questions = [Question(case) for case in shape_context.cases]
    own = dict(zip([q.case.item for q in questions], examples.explain(questions, shape_context), strict=True))
    answers = list(placebo.explain(questions, shape_context))
    assert placebo.parts == examples.parts
    for question, answer in zip(questions, answers, strict=True):
        donor = answer[0].source_item
        assert donor != question.case.item
        assert [shown.content for shown in answer] == [shown.content for shown in own[donor]]


def test_a_revealing_explainers_donors_do_not_tell_the_output_by_its_reverse(text_context):
    """With two labels, donors that always differ would."""
    from explainers.base import Prediction
    from explainers.data.base import Case

    cases = tuple(Case(f"c{n}", torch.zeros(1), "ab"[n % 2]) for n in range(40))
    outputs = {case.item: Prediction(case.truth, "ab".index(case.truth), (0.5, 0.5)) for case in cases}
    context = replace(text_context, cases=cases, predictions=outputs)
    settings = {"method": "nearest-examples", "settings": {"layer": "rest.labels"}}
    donors = get_explainer("other-item", settings).donors(context)
    alike = sum(donors[case.item].truth == case.truth for case in cases)
    assert 10 <= alike <= 30


def test_a_changed_items_donor_is_not_the_item_it_was_made_of(shape_context):
    from explainers.methods.placebos.dealing import donors_within

    one, two, three, four = shape_context.cases[:4]
    pairs = (
        one,
        replace(two, parent=one.item, strata=one.strata),
        replace(three, strata=one.strata),
        replace(four, parent=three.item, strata=one.strata),
    )
    for seed in range(8):
        donors = donors_within("pool", pairs, replace(shape_context, seed=seed), differing=False)
        assert {donors[one.item].item, donors[two.item].item} == {three.item, four.item}


def test_a_method_of_another_kind_is_refused():
    with pytest.raises(BadParameters, match="gives each part of an input a relevance"):
        get_explainer("phase-scrambled", {"method": "nearest-examples", "settings": {"layer": "relu3"}})
    with pytest.raises(BadParameters, match="saliancy"):
        get_explainer("other-item", {"method": "saliancy"})
