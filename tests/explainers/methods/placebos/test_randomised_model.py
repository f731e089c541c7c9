from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def test_it_is_the_map_of_the_model_with_shuffled_weights(shape_context):
    from explainers.base import Question
    from explainers.models.shuffled_weights import with_shuffled_weights

    case = shape_context.cases[0]
    other = replace(shape_context, model=with_shuffled_weights(shape_context.model, shape_context.seed))
    expected = get_explainer("saliency").relevance_of(Question(case), other)
    placebo = get_explainer("randomised-model", {"method": "saliency"})
    assert torch.equal(placebo.relevance_of(Question(case), shape_context), expected)
    assert not torch.equal(get_explainer("saliency").relevance_of(Question(case), shape_context), expected)


def test_a_model_without_weights_is_refused(shape_context):
    from explainers.base import Question
    from explainers.models.adapter import CallableModel

    plain = replace(shape_context, model=CallableModel(lambda inputs: inputs), model_name="plain")
    with pytest.raises(BadParameters, match='model "plain" has no trained weights'):
        get_explainer("randomised-model", {"method": "saliency"}).relevance_of(
            Question(shape_context.cases[0]), plain
        )
