import itertools

import pytest

from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def test_nobody_keeps_their_own_and_everybody_is_dealt_once():
    from explainers.methods.placebos.dealing import deranged

    for count in range(2, 12):
        names = [f"n{number}" for number in range(count)]
        dealt = deranged(names, dict.fromkeys(itertools.product(names, names), 0))
        assert sorted(dealt.values()) == sorted(names)
        assert all(name != donor for name, donor in dealt.items())


def test_the_donor_differs_where_it_can():
    from explainers.methods.placebos.dealing import deranged

    names = ["a1", "a2", "b1", "b2"]  # beginning with a1 -> a2, which share their letter
    costs = {(one, other): int(one[0] == other[0]) for one in names for other in names}
    dealt = deranged(names, costs)
    assert sum(costs[name, donor] for name, donor in dealt.items()) == 0


def test_the_placebo_is_the_donors_saliency_map_over_this_items_picture(shape_context):
    from explainers.base import Question

    saliency = get_explainer("saliency")
    cases = {case.item: case for case in shape_context.cases}
    questions = [Question(case) for case in shape_context.cases]
    placebos = list(get_explainer("placebo-saliency").explain(questions, shape_context))
    for question, (placebo,) in zip(questions, placebos, strict=True):
        donor = cases[placebo.source_item]
        assert donor.item != question.case.item
        assert donor.strata["pool"] == question.case.strata["pool"]
        relevance = saliency.relevance_of(Question(donor), shape_context)
        assert placebo.content == shape_context.drawer.relevance(question.case, relevance, shape_context.data)
        assert placebo.seed == 9
    assert sorted(placebo.source_item for (placebo,) in placebos) == sorted(cases)


def test_a_pool_of_one_cannot_have_a_placebo(shape_context):
    from dataclasses import replace

    from explainers.errors import BadParameters

    alone = replace(shape_context, cases=shape_context.cases[:1])
    with pytest.raises(BadParameters, match="two items or more"):
        get_explainer("placebo-saliency").donors(alone)


def test_many_are_dealt_out_in_time_that_grows_with_their_number():
    from explainers.methods.placebos.dealing import deranged

    class Counted:
        asked = 0

        def __getitem__(self, pair):
            self.asked += 1
            return int(pair[0][0] == pair[1][0])

    names, costs = [f"{'ab'[n % 3 % 2]}{n}" for n in range(3000)], Counted()
    dealt = deranged(names, costs)
    assert sorted(dealt.values()) == sorted(names)
    assert all(name != donor for name, donor in dealt.items())
    assert costs.asked < 3000 * 64 * 16 * 4
    alike = sum(name[0] == donor[0] for name, donor in dealt.items())
    assert alike == 1000  # two thirds are a: at least so many of them get an a
