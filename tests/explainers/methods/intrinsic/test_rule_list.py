import json
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


@pytest.fixture
def by_hand(table_context):
    from explainers.models.rule_list import Condition, Rule, RuleListModel

    model = RuleListModel(2, 2, 2).double()
    model.take(
        [
            Rule((Condition(3, level=2), Condition(0, low=8.0)), (0.1, 0.9), 30),
            Rule((Condition(1, low=5.0, high=9.0),), (0.75, 0.25), 20),
            Rule((), (0.6, 0.4), 10),
        ]
    )
    return replace(table_context, model=model)


def told(context, row=None, **parameters):
    from explainers.base import Question

    case = context.cases[0]
    case = replace(case, input=torch.tensor(row).double()) if row else case
    ((shown,),) = get_explainer("rule-list", parameters).explain([Question(case)], context)
    return json.loads(shown.content)


def test_the_rules_are_told_in_plain_words(by_hand):
    assert told(by_hand)["rules"] == [
        {"if": ["Heating is oil", "Rooms is at least 8"], "then": "dear (90 of 100)"},
        {"if": ["Age is from 5 years to 9 years"], "then": "cheap (75 of 100)"},
        {"if": [], "then": "cheap (60 of 100)"},
    ]


@pytest.mark.parametrize(
    ("row", "fits"), [([9.0, 6, 0, 2], 0), ([7.0, 6, 0, 2], 1), ([9.0, 4, 0, 1], 2), ([8.0, 9, 0, 2], 0)]
)
def test_the_rule_that_fits_is_marked_and_is_the_one_that_the_model_uses(by_hand, row, fits):
    rules = told(by_hand, row, path=True)["rules"]
    assert ["this rule fits here" in rule["then"] for rule in rules] == [n == fits for n in range(3)]
    model = by_hand.model(torch.tensor([row]).double()).argmax()
    assert rules[fits]["then"].startswith(by_hand.data.labels[int(model)])


def test_other_models_are_refused(table_context):
    with pytest.raises(BadParameters, match="explains rule lists; this model is a Staged"):
        told(table_context)
