import json
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def told(context, probability, **parameters):
    from explainers.base import Prediction, Question

    case = context.cases[0]
    outputs = {case.item: Prediction("positive", 1, (1 - probability, probability))}
    ((shown,),) = get_explainer("abstention", parameters).explain(
        [Question(case)], replace(context, predictions=outputs)
    )
    return json.loads(shown.content)["text"], shown.checks["abstains"]


def test_below_the_threshold_it_does_not_say(text_context):
    unsure = "The model is not sure enough to say."
    assert told(text_context, 0.79) == (unsure, 1)
    assert told(text_context, 0.8) == ("The model is sure enough to say.", 0)
    assert told(text_context, 0.85, threshold=0.9, names_label=True) == (unsure, 1)
    assert told(text_context, 0.95, threshold=0.9, names_label=True) == ("The model says: positive.", 0)


def test_naming_the_label_reveals_the_output():
    assert get_explainer("abstention").reveals_output == "partly"
    assert get_explainer("abstention", {"names_label": True}).reveals_output == "yes"


def test_a_threshold_that_is_no_probability_is_refused():
    with pytest.raises(BadParameters, match=r"threshold is 1\.5\. Allowed"):
        get_explainer("abstention", {"threshold": 1.5})
