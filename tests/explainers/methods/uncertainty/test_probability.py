import json
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


@pytest.fixture
def sure(text_context):
    """The first item is positive with 0.93."""
    from explainers.base import Prediction

    first = text_context.cases[0].item
    known = dict(text_context.predictions) | {first: Prediction("positive", 1, (0.07, 0.93))}
    return replace(text_context, predictions=known)


def shown(context, target="predicted", **parameters):
    from explainers.base import Question

    explainer = get_explainer("probability", parameters)
    ((answer,),) = explainer.explain([Question(context.cases[0], target)], context)
    return json.loads(answer.content), answer.checks


def test_the_number_stands_with_its_words(sure):
    content, checks = shown(sure)
    assert content["text"] == "The model is very sure of its answer: 93 %."
    assert checks == {"probability": 0.93}


def test_the_label_is_named_only_where_that_is_asked(sure):
    assert shown(sure, show="label")[0]["text"] == "The model is 93 % sure that it is: positive."
    assert "positive" not in shown(sure)[0]["text"]
    assert get_explainer("probability").reveals_output == "partly"
    assert get_explainer("probability", {"show": "label"}).reveals_output == "yes"


def test_another_labels_probability_is_told_with_that_label_or_not_at_all(sure):
    told = shown(sure, "class:negative", show="label")[0]["text"]
    assert told == "The model is 7 % sure that it is: negative."
    assert shown(sure, "none")[0]["text"] == "The model is very sure of its answer: 93 %."
    for target in ("runner-up", "truth", "class:negative", "class:positive"):
        with pytest.raises(BadParameters, match=f'target is "{target}". Allowed: the target predicted'):
            shown(sure, target)


def test_the_table_has_all_labels_the_likeliest_first(sure):
    content, _ = shown(sure, show="all")
    assert content["rows"] == [["positive", "93 %"], ["negative", "7 %"]]
    assert content["emphasis"] == [[None, 0.93], [None, 0.07]]


@pytest.mark.parametrize(
    ("probability", "words", "percent"),
    [
        (1.0, "almost certain", "more than 99 %"),
        (0.9996, "almost certain", "more than 99 %"),
        (0.9, "very sure", "90 %"),
        (0.7, "fairly sure", "70 %"),
        (0.5, "somewhat sure", "50 %"),
        (0.34, "unsure", "34 %"),
        (0.001, "unsure", "less than 1 %"),
    ],
)
def test_how_sure_in_words_and_percent(probability, words, percent):
    from explainers.methods.uncertainty.sureness import as_percent, in_words

    assert in_words(probability) == words
    assert as_percent(probability) == percent


def test_a_model_of_numbers_has_no_probability(sure):
    from explainers.base import Prediction

    number = {sure.cases[0].item: Prediction("12", 0, value=12.0)}
    with pytest.raises(BadParameters, match='"net" gives a number without a probability'):
        shown(replace(sure, predictions=number))
