import json
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer
from tests.explainers.fitted import fitted

torch = pytest.importorskip("torch")


def told(context, target="predicted", number=0, **parameters):
    from explainers.base import Question

    explainer = get_explainer("linear-weights", parameters)
    ((shown,),) = explainer.explain([Question(context.cases[number], target)], context)
    return shown.content


@pytest.fixture
def prices(table_context):
    """price = 1000 + 200 Rooms − 10.5 Age + 500 (gas) + 0 (oil, as none); Area is not seen."""
    from explainers.base import Prediction
    from explainers.models.linear import LinearModel

    data = replace(table_context.data, labels=(), unit="dollars")
    model = LinearModel(data.fields, 1).double()
    model.entry.fit(data.train.inputs)
    model.entry.gain[2] = 0
    columns = list(zip(model.entry.field.tolist(), model.entry.level.tolist(), strict=True))
    weights = {(0, -1): 200.0, (1, -1): -10.5, (3, 1): 500.0}
    model.take(
        torch.tensor([[weights.get(column, 0.0) for column in columns]]).double(),
        torch.tensor([1000.0]).double(),
    )
    case = replace(table_context.cases[0], input=torch.tensor([4.0, 10.0, 3.0, 1.0]).double())
    outputs = {case.item: Prediction("2195", 0, value=2195.0)}
    return replace(
        table_context, data=data, model=model.requires_grad_(False), cases=(case,), predictions=outputs
    )


def test_a_tables_weights_are_told_in_the_fields_own_units(prices):
    content = json.loads(told(prices))
    assert content["columns"] == ["Feature", "Each one adds"]
    assert content["rows"] == [
        ["To begin with", "+1,000 dollars"],
        ["Rooms", "+200 dollars"],
        ["Age, in years", "−10.5 dollars"],
        ["Heating: gas instead of none", "+500 dollars"],
        ["Heating: oil instead of none", "0 dollars"],
    ]


def test_what_a_row_adds_sums_to_the_models_output(prices):
    rows = json.loads(told(prices, sums=True))["rows"]
    assert rows == [
        ["To begin with", "", "+1,000 dollars"],
        ["Rooms", "4", "+800 dollars"],
        ["Age", "10 years", "−105 dollars"],
        ["Heating", "gas", "+500 dollars"],
        ["Together", "", "+2,195 dollars"],
    ]
    assert float(prices.model(prices.cases[0].input[None])) == pytest.approx(2195)


def test_a_texts_words_add_up_to_the_logit(text_context):
    from explainers.methods.intrinsic.linear_lines import of_text

    context = fitted("bag-of-words", epochs=2)(text_context)
    for case in context.cases:
        lines = of_text(context.model, context.data, 1, case.input, case.words, 20)
        logits = context.model(case.input[None])[0]
        assert lines[-1].adds == pytest.approx(float(logits[1] - logits.mean()))
        assert sum(line.adds for line in lines[:-1]) == pytest.approx(lines[-1].adds)


def test_the_vocabularys_words_have_the_embeddings_weights(text_context):
    context = fitted("bag-of-words", epochs=2)(text_context)
    weights = context.model.entry.weight
    expected = {
        f"“{token}”": float(weights[n, 1] - weights[n].mean())
        for n, token in enumerate(context.data.vocabulary.tokens)
        if n >= 2
    }
    content = json.loads(told(context, "class:positive"))
    assert content["columns"] == ["Word", "Each one adds to “positive”"]
    words = [row[0] for row in content["rows"]]
    assert words == sorted(expected, key=lambda word: -expected[word])
    largest = max(expected.values(), key=abs)
    for word, (_, bar) in zip(words, content["emphasis"], strict=True):
        assert bar == pytest.approx(expected[word] / abs(largest), abs=1e-6)


def test_a_picture_of_weights_is_the_same_for_every_item_of_a_label(shape_context):
    from torch import nn

    from explainers.methods.intrinsic.linear_lines import slope

    torch.manual_seed(1)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 3)).double()
    context = replace(shape_context, model=net.requires_grad_(False))
    weights = net[1].weight
    expected = (weights[2] - weights.mean(0)).reshape(1, 8, 8)
    assert torch.allclose(slope(net, context.cases[0].input[None], 2)[0], expected)
    assert told(context, "class:cow") == told(context, "class:cow", number=1)
    assert told(context, "class:cow") != told(context, "class:ant")


def test_the_label_is_named_only_where_the_target_names_it(table_context):
    context = fitted("logistic")(table_context)
    assert "dear" not in told(context).decode()
    assert "Each one adds to “dear”" in told(context, "class:dear").decode()


def test_models_that_bend_are_refused(table_context, text_context, shape_context):
    for context in (table_context, text_context, shape_context):
        with pytest.raises(BadParameters, match="needs a linear model; this one bends"):
            told(context)
