"""Attention maps show the model's own shares, and say what they need."""

import json

import pytest

torch = pytest.importorskip("torch")

from explainers.base import Question  # noqa: E402
from explainers.errors import BadParameters  # noqa: E402
from explainers.methods.intrinsic.attention_map import AttentionMap  # noqa: E402
from tests.explainers.text_nets import with_attention  # noqa: E402


def shown(context, case, target="predicted"):
    (part,) = next(iter(AttentionMap().explain([Question(case, target)], context)))
    return json.loads(part.content)


def test_a_map_is_the_softmax_of_scores_that_are_known(text_context):
    """Scores of ln 1, ln 2 and ln 5 for three words give shares of 1/8, 2/8 and 5/8; drawn, 0.2, 0.4 and 1."""
    context = with_attention(text_context)
    net, case = context.model, context.cases[0]
    with torch.no_grad():
        net.entry.weight.zero_()
        net.entry.weight[2:5, 0] = torch.tensor([1.0, 2.0, 5.0], dtype=torch.float64).log() + 1e-9
        net.entry.weight[2:5, 1] = 1  # so that a score of ln 1 = 0 is no padding
        net.rest.heed.weight.zero_()
        net.rest.heed.weight[0, 0] = 1e-6  # where tanh is its argument
        net.rest.heed.bias.zero_()
        net.rest.query.weight.zero_()
        net.rest.query.weight[0, 0] = 1e6
    inputs = torch.tensor([[2, 3, 4, 0]])
    shares = AttentionMap().attribute(net, inputs, torch.tensor([0]))
    assert torch.allclose(shares, torch.tensor([[0.125, 0.25, 0.625, 0]], dtype=torch.float64), atol=1e-6)
    padded = torch.tensor([[2, 3, 4, 0, 0, 0, 0, 0]])
    three = type(case)("three", padded[0], case.truth, words=("one", "two", "five"))
    told = json.loads(AttentionMap().drawn(three, shares[0], context).content)
    assert told["weights"] == pytest.approx([0.2, 0.4, 1.0], abs=1e-6)
    assert told["tokens"] == ["one", "two", "five"]


def test_the_legend_speaks_of_attention_and_not_of_for_and_against(text_context, table_context):
    for small in (text_context, table_context):
        context = with_attention(small)
        assert shown(context, context.cases[0])["scale"] == ["much attention"]


def test_attention_is_the_same_whatever_the_target(text_context):
    context = with_attention(text_context)
    case = context.cases[0]
    assert shown(context, case, "class:negative") == shown(context, case, "class:positive")


def test_fields_of_a_table_get_shares_of_the_whole(table_context):
    context = with_attention(table_context)
    inputs = context.data.test.inputs
    shares = AttentionMap().attribute(context.model, inputs, torch.zeros(len(inputs), dtype=torch.long))
    assert torch.allclose(shares.sum(dim=1), torch.ones(len(inputs), dtype=torch.float64))


def test_a_model_without_attention_is_refused_with_what_is_needed(text_context):
    with pytest.raises(BadParameters, match=r"method attention\(inputs\).*Allowed here: text-attention"):
        shown(text_context, text_context.cases[0])


def test_attention_of_another_shape_is_refused(text_context):
    context = with_attention(text_context)
    context.model.attention = lambda inputs: torch.zeros(len(inputs), 3)
    with pytest.raises(BadParameters, match=r"has the shape \(1, 3\) for inputs \(1, 8\)"):
        shown(context, context.cases[0])
