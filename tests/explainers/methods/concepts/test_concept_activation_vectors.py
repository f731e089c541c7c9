"""A linear model, whose effects are known; random concepts, which have none."""

import json
from dataclasses import replace

import pytest

from explainers.base import Question
from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def linear():
    """400 rows of four fields; the output is 2 × the first − 1 × the second, through a layer that copies."""
    from explainers.base import Context, Prediction
    from explainers.data.base import Data, Field, Split
    from explainers.rendering.table import TableDrawer

    inputs = torch.randn((400, 4), generator=torch.Generator().manual_seed(8), dtype=torch.float64)
    split = Split(inputs, 2 * inputs[:, 0] - inputs[:, 1])
    fields = tuple(Field(name, "number", decimals=2) for name in ("Up", "Down", "Idle", "Other"))
    data = Data("table", (), split, split, fields=fields)
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Linear(4, 1)).double()
    with torch.no_grad():
        model[0].weight.copy_(torch.eye(4))
        model[1].weight.copy_(torch.tensor([[2.0, -1.0, 0.0, 0.0]]))
    drawer = TableDrawer("The row", "A row", "A row", "A row with bars")
    cases = (data.case(split, 0, "row"),)
    return Context(model, data, cases, {"row": Prediction("0", 0, value=0.0)}, drawer, seed=4)


def told(context, **parameters):
    explainer = get_explainer("concept-activation-vectors", {"layer": "0", "chance": 99, **parameters})
    (shown,) = next(iter(explainer.explain([Question(context.cases[0])], context)))
    rows = json.loads(shown.content)
    return {
        row[0]: (*row[1].split(": "), bars[1])
        for row, bars in zip(rows["rows"], rows["emphasis"], strict=True)
    }, shown


def test_what_raises_and_what_lowers_the_output_is_told_and_the_rest_is_not_significant(linear):
    rows, shown = told(linear)
    assert list(rows) == ["Up: high", "Down: high", "Idle: high", "Other: high"]
    assert rows["Up: high"] == ("raises it", "1.00 (1.00 to 1.00)", 1)
    assert rows["Down: high"] == ("lowers it", "0.00 (0.00 to 0.00)", -1)
    for idle in ("Idle: high", "Other: high"):
        assert rows[idle] == ("no more than chance", None)
    assert shown.checks["significant"] == 2
    assert shown.checks["p_1"] == shown.checks["p_2"] == 0.01  # the least that 99 random sets allow
    assert shown.checks["separability_1"] > 0.8


def test_a_concept_below_a_quantile_does_the_opposite(linear):
    rows, _ = told(linear, concepts=[{"name": "little", "feature": "Up", "quantile": 0.25, "below": True}])
    assert rows["little"][0] == "lowers it"


def test_random_sets_are_significant_as_rarely_as_is_said(linear):
    from explainers.methods.concepts.concept_activation_vectors import ConceptActivationVectors, _Study
    from explainers.methods.concepts.directions import slopes_at
    from explainers.methods.concepts.significance import chance_of

    explainer = ConceptActivationVectors("0", examples=30, chance=400, repeats=5, pool=400)
    study = _Study(explainer, linear)
    rises = study.layer.along(
        slopes_at(linear.model, "0", linear.data.train.inputs[:50], 0), study.chance
    ).mean(1)
    found = [chance_of(float(rise), rises[200:]) <= 0.05 for rise in rises[:200]]
    assert 0.005 <= sum(found) / 200 <= 0.095  # 0.05 and three standard errors


def test_cases_of_a_classifier_are_those_it_answers_so(shape_context):
    from explainers.methods.concepts.concept_activation_vectors import ConceptActivationVectors, _Study

    explainer = ConceptActivationVectors("relu3", examples=5, chance=3, repeats=2, cases=8)
    study = _Study(explainer, shape_context)
    often = int(shape_context.model(shape_context.data.train.inputs).argmax(dim=1).mode().values)
    answers = shape_context.model(study._cases(often)).argmax(dim=1)
    assert answers.tolist() == [often] * 8


def test_another_output_has_another_table_and_the_same_one_the_same(linear):
    model = torch.nn.Sequential(linear.model[0], torch.nn.Linear(4, 2, bias=False)).double()
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[2.0, -1.0, 0.0, 0.0], [-2.0, 1.0, 0.0, 0.0]]))
    context = replace(linear, model=model, data=replace(linear.data, labels=("ant", "bee")))
    explainer = get_explainer("concept-activation-vectors", {"layer": "0", "chance": 99})
    questions = [Question(context.cases[0], f"class:{label}") for label in ("ant", "bee", "ant")]
    first, second, third = (shown[0] for shown in explainer.explain(questions, context))
    assert first == third
    assert first.content != second.content
    assert (first.caption, first.alt) == (second.caption, second.alt)
    assert "ant" not in json.loads(first.content)["columns"]


@pytest.mark.parametrize(
    ("concept", "message"),
    [
        ({"name": "x", "feature": "Size"}, 'no feature "Size". Known: Up, Down, Idle, Other'),
        ({"name": "x", "labels": ["dear"]}, 'no label "dear"'),
        ({"name": "x", "words": ["good"]}, 'no word "good"'),
        ({"name": "x"}, "exactly one of labels, feature, words"),
        ({"name": "x", "feature": "Up", "quantile": 0.999}, "has 1 training examples. Allowed: 5 or more"),
    ],
)
def test_a_concept_that_the_data_cannot_tell_is_refused(linear, concept, message):
    with pytest.raises(BadParameters, match=message):
        told(linear, concepts=[concept])


def test_a_layer_of_the_entry_is_refused(table_context):
    explainer = get_explainer("concept-activation-vectors", {"layer": "entry", "examples": 5})
    with pytest.raises(BadParameters, match='"entry" ran 0 times after the entry'):
        next(iter(explainer.explain([Question(table_context.cases[0])], table_context)))


def test_levels_and_words_make_concepts_too(table_context, text_context):
    from explainers.models.concepts import Concept, natural_concepts

    names = [concept.name for concept in natural_concepts(table_context.data)]
    assert names == [
        "Rooms: high",
        "Age: high",
        "Area: high",
        "Heating: none",
        "Heating: gas",
        "Heating: oil",
    ]
    train = table_context.data.train
    gas = Concept("gas", feature="Heating", level="gas").holds(table_context.data, train)
    assert gas.tolist() == (train.inputs[:, 3] == 1).tolist()
    good = Concept("praise", words=("good", "great")).holds(text_context.data, text_context.data.train)
    assert good.tolist() == [bool({"good", "great"} & set(words)) for words in text_context.data.train.words]
    with pytest.raises(BadParameters, match="give concepts"):
        natural_concepts(replace(text_context.data))
