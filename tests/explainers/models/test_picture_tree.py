"""A tree over a picture's features that people can execute from what they are shown."""

import json

import pytest

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module", params=["hand", "pixels"])
def context(request):
    """Pictures of 8 × 8 pixels with a bright row or column, and a tree fitted to them."""
    from explainers.base import Context
    from explainers.data.base import Data, Split
    from explainers.models.picture_tree import PictureTreeArchitecture
    from explainers.recipe.schema import Training
    from explainers.rendering.image import ImageDrawer

    generator = torch.Generator().manual_seed(3)
    truths = torch.randint(0, 3, (300,), generator=generator)
    inputs = torch.rand(300, 1, 8, 8, generator=generator) * 0.7
    for row, label in enumerate(truths.tolist()):
        inputs[row, :, 2 + label, : 3 + label] += 0.4
    inputs = inputs.clamp(0, 1).double()
    data = Data(
        "image", ("ant", "bee", "cow"), Split(inputs[:200], truths[:200]), Split(inputs[200:], truths[200:])
    )
    architecture = PictureTreeArchitecture(request.param, depth=5)
    tree = architecture.build(data).double()
    list(architecture.fit(tree, data, Training(seed=1)))
    cases = tuple(data.case(data.test, row, f"item-{row}") for row in range(100))
    drawer = ImageDrawer(*("The picture", "A picture", "Another", "A picture with colours"))
    return Context(tree, data, cases, {}, drawer)


def shown(name, parameters, context):
    from explainers.base import Question
    from explainers.registry import get_explainer

    questions = [Question(case) for case in context.cases]
    answers = get_explainer(name, parameters).explain(questions, context)
    return [json.loads(answer[0].content) for answer in answers]


def executed(node, values):
    """What somebody says who follows the questions with the table in hand."""
    while "if" in node:
        name, limit = node["if"].split(" is at most ")
        number = float(limit.split()[0].replace(",", ""))
        node = node["yes"] if values[name] <= number else node["no"]
    return node["then"]


def test_who_executes_the_told_tree_with_the_told_values_says_what_it_says(context):
    from explainers.models.looking import outputs_of

    trees = shown("decision-tree", {"depth": 5}, context)
    tables = shown("feature-values", {}, context)
    inputs = torch.stack([case.input for case in context.cases])
    said = [context.data.labels[index] for index in outputs_of(context.model, inputs).argmax(1).tolist()]
    found = []
    for tree, table in zip(trees, tables, strict=True):
        values = {name: float(value.split()[0]) for name, value in table["rows"]}
        found.append(executed(tree["root"], values))
    assert found == said
    assert len(set(said)) == 3


def test_thresholds_are_among_the_told_numbers(context):
    """No value that can be told lies between a threshold and the number that is told for it."""
    tree, fields = context.model.rest, context.model.entry.fields
    for node in (tree.feature >= 0).nonzero().flatten().tolist():
        field, threshold = fields[int(tree.feature[node])], float(tree.threshold[node])
        step = 10.0**-field.decimals
        above = threshold / step % 1
        assert above == pytest.approx(0.25, abs=1e-3)


def test_depth_and_data_are_checked():
    from explainers.errors import BadParameters
    from explainers.models.picture_tree import PictureTreeArchitecture
    from tests.explainers.contexts import table_context

    with pytest.raises(BadParameters, match="depth is 13. Allowed: 1 to 12"):
        PictureTreeArchitecture(depth=13)
    with pytest.raises(BadParameters, match="needs pictures; the data are of kind table"):
        PictureTreeArchitecture().build(table_context().data)


def test_gradient_methods_say_that_there_is_no_gradient(context):
    from explainers.errors import BadParameters
    from explainers.models.looking import entered, input_gradient

    points = entered(context.model, context.cases[0].input.unsqueeze(0))
    with pytest.raises(BadParameters, match="no gradients"):
        input_gradient(context.model, points, torch.tensor([0]))
