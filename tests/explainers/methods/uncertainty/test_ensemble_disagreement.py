import json
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


class Always(torch.nn.Module):
    """A model that gives one output whatever it sees."""

    def __init__(self, *outputs):
        super().__init__()
        self.register_buffer("outputs", torch.tensor(outputs).double())

    def forward(self, inputs):
        return self.outputs.expand(len(inputs), -1)


def shown(context, models=()):
    from explainers.base import Question

    explainer = get_explainer("ensemble-disagreement", {"models": models})
    ((answer,),) = explainer.explain([Question(context.cases[0])], context)
    return json.loads(answer.content)["text"], answer.checks


@pytest.fixture
def pooled(table_context):
    from explainers.base import Prediction

    first = {table_context.cases[0].item: Prediction("dear", 1, (0.2, 0.8))}
    even = torch.log(torch.tensor([0.4, 0.6])).tolist()
    others = {"a": Always(*even), "b": Always(*even), "c": Always(*even[::-1])}
    return replace(table_context, predictions=first, others=others)


def test_those_who_agree_are_counted(pooled):
    told, checks = shown(pooled)
    assert told == "3 other models were asked too. 2 of them give the same answer, 1 another."
    assert checks["agreement"] == pytest.approx(2 / 3, abs=1e-6)
    assert checks["spread"] == pytest.approx(0.141421, abs=1e-6)  # numpy.std([0.8, 0.6, 0.6, 0.4])


def test_only_the_named_models_are_asked(pooled):
    assert shown(pooled, ("a", "b"))[0].endswith("All of them give the same answer.")
    assert shown(pooled, ("c",))[0] == "Another model was asked too. It gives another answer."


def test_numbers_have_a_range(pooled):
    from explainers.base import Prediction

    data = replace(pooled.data, labels=(), unit="dollars")
    outputs = {pooled.cases[0].item: Prediction("1500", 0, value=1500.0)}
    others = {"a": Always(1000.0), "b": Always(2000.0)}
    told, checks = shown(replace(pooled, data=data, predictions=outputs, others=others))
    assert told == ("2 other models were asked too. All answers lie between 1,000 dollars and 2,000 dollars.")
    assert checks["spread"] == pytest.approx(408.248290, abs=1e-6)  # numpy.std([1500, 1000, 2000])


def test_models_that_are_not_there_are_told(pooled):
    with pytest.raises(BadParameters, match='names model "d". Other models of this bundle: a, b, c'):
        shown(pooled, ("d",))
    with pytest.raises(BadParameters, match="the bundle has none"):
        shown(replace(pooled, others={}))
