import json

import pytest

from explainers.base import Question
from explainers.errors import BadParameters
from explainers.registry import build, get_explainer

torch = pytest.importorskip("torch")


@pytest.fixture
def by_hand():
    """Two concepts, with values sigmoid(x) and sigmoid(y); three outputs."""
    from explainers.models.concept_bottleneck import Bottleneck

    trunk = torch.nn.Linear(2, 2, bias=False)
    net = Bottleneck(trunk, ("a loop", "a bar"), 3)
    with torch.no_grad():
        trunk.weight.copy_(torch.eye(2))
        net.outputs.weight.copy_(torch.tensor([[6.0, 0.0], [0.0, 3.0], [0.0, 0.0]]))
    return net.double().requires_grad_(False)


def test_a_contribution_is_weight_less_mean_weight_times_value_less_usual(by_hand):
    from explainers.methods.concepts.concept_bottleneck import contributions

    by_hand.usual.copy_(torch.tensor([0.25, 0.5]))
    inputs = torch.tensor([[0.0, 50.0]]).double()  # values 0.5 and 1
    found = contributions(by_hand, inputs, torch.tensor([0]))
    assert torch.allclose(found, torch.tensor([[(6 - 2) * 0.25, (0 - 1) * 0.5]]).double())


def test_contributions_add_up_to_the_change_of_the_centred_output(by_hand):
    from explainers.methods.concepts.concept_bottleneck import contributions

    inputs = torch.tensor([[0.3, -1.0]]).double()
    by_hand.usual.copy_(torch.sigmoid(torch.tensor([1.0, 2.0])))
    outputs, usual = by_hand(inputs)[0], by_hand(torch.tensor([[1.0, 2.0]]).double())[0]
    for target in range(3):
        change = (outputs - outputs.mean())[target] - (usual - usual.mean())[target]
        assert torch.allclose(contributions(by_hand, inputs, torch.tensor([target])).sum(), change)


def test_the_table_tells_values_and_what_they_add(by_hand, shape_context):
    from dataclasses import replace

    context = replace(shape_context, model=torch.nn.Sequential(torch.nn.Flatten(), by_hand))
    with pytest.raises(BadParameters, match="Sequential does not"):
        list(get_explainer("concept-bottleneck").explain([Question(context.cases[0])], context))
    content = json.loads(
        get_explainer("concept-bottleneck")._table(("a loop", "a bar"), (0.5, 1.0), (2.0, -1.0))
    )
    assert content["rows"] == [["a loop", "50 %", "+2.0"], ["a bar", "100 %", "−1.0"]]
    assert [row[2] for row in content["emphasis"]] == [1, -0.5]


@pytest.mark.parametrize("kind", ["shape", "table", "text"])
def test_it_learns_its_concepts_and_the_task(kind, request):
    from explainers.models.concept_bottleneck import bottleneck_of, concept_values
    from explainers.models.concepts import Concept
    from explainers.recipe.schema import Training

    data = request.getfixturevalue(f"{kind}_context").data
    concepts = {
        "shape": [{"name": "not a bee", "labels": ["ant", "cow"]}],
        "table": [
            {"name": "large", "feature": "Rooms", "quantile": 0.5},
            {"name": "oil", "feature": "Heating", "level": "oil"},
        ],
        "text": [{"name": "praise", "words": ["good", "great", "fine"]}],
    }[kind]
    made = build("architecture", "concept-bottleneck", {"concepts": concepts, "hidden": 16})
    torch.manual_seed(1)
    net = made.build(data).double()
    losses = list(made.fit(net, data, Training(seed=1, epochs=60, batch=16, learning_rate=0.01)))
    assert len(losses) == made.steps(data, Training(seed=1, epochs=60, batch=16))
    held = torch.stack([Concept(**one).holds(data, data.train) for one in concepts], dim=1)
    values = concept_values(net, data.train.inputs)
    assert ((values > 0.5) == held).double().mean() > 0.9
    assert torch.allclose(bottleneck_of(net).usual, values.mean(0))
    assert net(data.train.inputs).shape == (len(data.train), data.outputs)


def test_the_same_seed_learns_the_same(table_context):
    from explainers.recipe.schema import Training

    made = build("architecture", "concept-bottleneck", {"concepts": [{"name": "large", "feature": "Rooms"}]})
    nets = []
    for _ in range(2):
        torch.manual_seed(1)
        nets.append(made.build(table_context.data).double())
        list(made.fit(nets[-1], table_context.data, Training(seed=1, epochs=2)))
    first, second = (net.state_dict() for net in nets)
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_two_concepts_of_one_name_are_refused():
    one = {"name": "large", "feature": "Rooms"}
    with pytest.raises(BadParameters, match="a name of its own"):
        build("architecture", "concept-bottleneck", {"concepts": [one, one]})
