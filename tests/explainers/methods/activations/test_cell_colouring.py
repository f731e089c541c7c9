"""Cell colouring shows what a cell holds, on one scale."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from explainers.base import Question  # noqa: E402
from explainers.data.base import Case  # noqa: E402
from explainers.errors import BadParameters  # noqa: E402
from explainers.methods.activations.cell_colouring import CellColouring  # noqa: E402
from tests.explainers.text_nets import of_characters  # noqa: E402


def answers(explainer, context, cases=None):
    return list(explainer.explain([Question(case) for case in cases or context.cases], context))


def test_a_cell_that_only_adds_up_is_shown_as_tanh_of_its_sum(text_context):
    """With all gates open and g = 0.1, c after n characters is n/10: tanh(0.1), tanh(0.2) and so on."""
    context = of_characters(text_context)
    layer = context.model.rest.recurrent
    with torch.no_grad():
        for weight in layer.parameters():
            weight.zero_()
        gate = torch.atanh(torch.tensor(0.1, dtype=torch.float64))
        layer.bias_ih_l0[:] = torch.cat([torch.full((10,), 40.0), gate.expand(5), torch.zeros(5)])
    told = json.loads(answers(CellColouring(windows=1), context)[0][0].content)
    by_hand = torch.tanh(torch.arange(1, 13, dtype=torch.float64) / 10)
    assert told["weights"] == pytest.approx(by_hand.tolist(), abs=1e-6)
    assert told["scale"] == ["−1", "+1"]
    assert told["joined_by"] == ""


def test_weights_are_not_stretched_and_units_are_shown_over_the_same_texts(text_context):
    context = of_characters(text_context)
    first, second = answers(CellColouring(windows=3), context)
    assert [part.part for part in first] == ["window-1", "window-2", "window-3"]
    for one, other in zip(first, second, strict=True):
        one, other = json.loads(one.content), json.loads(other.content)
        assert one["tokens"] == other["tokens"]
        assert one["weights"] != other["weights"]
        assert max(map(abs, one["weights"])) < 0.9


def test_another_seed_shows_other_texts(text_context):
    context = of_characters(text_context)
    shown = [answers(CellColouring(), replace(context, seed=seed))[0] for seed in (1, 2)]
    assert shown[0] != shown[1]
    assert {part.seed for part in shown[0]} == {1}


def test_a_unit_can_be_shown_over_an_item(text_context):
    context = of_characters(text_context)
    explainer = CellColouring(unit=4)
    assert explainer.item_kinds == ("instance", "pair")
    case = context.data.case(context.data.test, 2, "text-2")
    ((part,),) = answers(explainer, context, [case])
    assert part.part == "tokens"
    told = json.loads(part.content)
    held = context.model.cells(case.input.unsqueeze(0))[0, :, 4]
    assert told["weights"] == pytest.approx(held.tolist(), abs=1e-6)
    assert tuple(told["tokens"]) == case.words


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_other_recurrent_nets_are_shown_by_their_hidden_state(text_context, cell):
    context = of_characters(text_context, cell)
    part = answers(CellColouring(windows=1), context)[0][0]
    inputs = torch.stack([case.input for case in CellColouring(windows=1).shown_cases(context)])
    states, _ = context.model.rest.recurrent(context.model.entry(inputs))
    assert json.loads(part.content)["weights"] == pytest.approx(states[0, :, 1].tolist(), abs=1e-6)


def test_what_is_wrong_is_named(text_context):
    context = of_characters(text_context)

    def unit(layer, number):
        return [Case("unit-x", torch.zeros(0), "", kind="unit", unit=(layer, number))]

    with pytest.raises(BadParameters, match=r"no unit 5\. Allowed: 0 to 4"):
        answers(CellColouring(), context, unit("rest.recurrent", 5))
    with pytest.raises(BadParameters, match='of layer "rest.labels"'):
        answers(CellColouring(), context, unit("rest.labels", 1))
    with pytest.raises(BadParameters, match='no layer "nowhere"'):
        answers(CellColouring(), context, unit("nowhere", 1))
    with pytest.raises(BadParameters, match=r"method cells\(inputs\).*Allowed here: char-rnn"):
        answers(CellColouring(), replace(context, model=text_context.model), unit("rest", 1))
    with pytest.raises(BadParameters, match="6 windows, but 5 held-out texts"):
        answers(CellColouring(windows=6), context)
    with pytest.raises(BadParameters, match="windows 0"):
        CellColouring(windows=0)
