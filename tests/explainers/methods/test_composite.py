import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")
SALIENCY = {"method": "saliency"}
EXAMPLES = {"method": "nearest-examples", "parameters": {"layer": "relu3", "count": 2}, "called": "alike"}
SCRAMBLED = {"method": "phase-scrambled", "parameters": {"method": "saliency"}}


def composite(*members):
    return get_explainer("composite", {"members": list(members)})


def test_each_part_is_that_of_its_member(shape_context):
    from explainers.base import Question

    both = composite(SALIENCY, EXAMPLES)
    questions = [Question(case) for case in shape_context.cases]
    alone = [
        get_explainer(one["method"], one.get("parameters")).explain(questions, shape_context)
        for one in (SALIENCY, EXAMPLES)
    ]
    answers = list(both.explain(questions, shape_context))
    assert both.parts == ("saliency-map", "alike-example-1", "alike-example-2")
    for answer, one, other in zip(answers, *alone, strict=True):
        assert tuple(shown.part for shown in answer) == both.parts
        assert [shown.content for shown in answer] == [shown.content for shown in (*one, *other)]


def test_it_reveals_what_its_most_revealing_member_does():
    assert composite(SALIENCY, EXAMPLES).reveals_output == "partly"
    assert composite({"method": "placebo-saliency"}, {"method": "edge-detector"}).reveals_output == "no"
    assert composite(SALIENCY, {"method": "edge-detector"}).reveals_output == "partly"
    named = {"method": "probability", "parameters": {"show": "label"}}
    assert composite(EXAMPLES, named).reveals_output == "yes"


def test_it_serves_what_all_members_serve():
    agnostic = composite({"method": "probability"}, {"method": "abstention"})
    assert composite(SALIENCY, {"method": "edge-detector"}).data_kinds == ("image",)
    assert agnostic.data_kinds == ("image", "table", "text")
    assert agnostic.taxonomy["access"] == "model-agnostic"
    assert not agnostic.is_random


def test_a_members_draw_does_not_hang_on_the_others(shape_context):
    from explainers.base import Question

    questions = [Question(case, seed=5) for case in shape_context.cases[:2]]
    one = list(composite(SALIENCY, SCRAMBLED).explain(questions, shape_context))
    other = list(composite(SCRAMBLED, EXAMPLES).explain(questions, shape_context))
    assert [answer[1] for answer in one] == [answer[0] for answer in other]


def test_its_parameters_are_told_with_their_defaults_and_build_it_again():
    told = composite(SALIENCY, EXAMPLES).parameters
    assert told["members"][1]["parameters"] == {"layer": "relu3", "count": 2}
    assert get_explainer("composite", told).parameters == told


def test_members_that_do_not_go_together_are_refused():
    with pytest.raises(BadParameters, match='two members are called "saliency"'):
        composite(SALIENCY, SALIENCY)
    with pytest.raises(BadParameters, match="has 1 members"):
        composite(SALIENCY)
    with pytest.raises(BadParameters, match='No explainer is called "saliancy"'):
        composite(SALIENCY, {"method": "saliancy"})


def test_a_members_misspelt_keys_are_told_with_their_place():
    with pytest.raises(BadParameters) as caught:
        composite(SALIENCY, {"method": "nearest-examples", "paramters": {"layer": "relu3"}})
    assert str(caught.value) == (
        'explainer "composite" has no parameter "members[1].paramters". Known ones: called, method, parameters.'
    )
    with pytest.raises(
        BadParameters, match='composite: explainer "saliency" has no parameter "layer"'
    ) as caught:
        composite(EXAMPLES, {"method": "saliency", "parameters": {"layer": "relu3"}})
    assert caught.value.wrong[0].steps == ("members", 1, "parameters", "layer")


def test_it_can_be_handed_to_another_process():
    import pickle

    both = composite(SALIENCY, EXAMPLES)
    again = pickle.loads(pickle.dumps(both))
    assert again == both
    assert (again.reveals_output, again.data_kinds, again.parts) == (
        both.reveals_output,
        both.data_kinds,
        both.parts,
    )
