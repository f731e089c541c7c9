from types import SimpleNamespace

import pytest

from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def test_the_nearest_example_of_a_training_picture_is_itself(shape_context):
    from explainers.base import Case, Question

    row = 17
    case = Case("again", shape_context.data.train.inputs[row], "ant")
    (answer,) = get_explainer("nearest-examples", {"layer": "relu3"}).explain([Question(case)], shape_context)
    assert answer[0].source_item == f"train:{row}"
    assert answer[0].checks == {"latent_distance": 0.0}
    assert answer[0].content == shape_context.drawer.input(case, shape_context.data)


def test_an_item_that_is_a_training_example_is_not_its_own_neighbour(shape_context):
    from explainers.base import Case, Question

    picture = shape_context.data.train.inputs[17]
    explainer = get_explainer("nearest-examples", {"layer": "relu3", "count": 3})
    rows = []
    for strata in ({}, {"example": "train:17"}):
        (answer,) = explainer.explain([Question(Case("again", picture, "ant", strata))], shape_context)
        rows.append([shown.source_item for shown in answer])
    assert rows[0][0] == "train:17"
    assert rows[1][:2] == rows[0][1:]
    assert len(rows[1]) == 3


def test_nearest_rows_come_in_order_and_the_earlier_of_two_equals_first():
    from explainers.methods.examples.selection import nearest

    codes = torch.tensor([[3.0, 4.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.5]])
    rows, distances = nearest(codes, torch.zeros(1, 2), count=4)
    assert rows.tolist() == [3, 1, 2, 0]
    assert distances.tolist() == [0.5, 1.0, 1.0, 5.0]


def test_the_caption_tells_the_examples_own_label(shape_context):
    from explainers.base import Question

    questions = [Question(case) for case in shape_context.cases]
    for answer in get_explainer("nearest-examples", {"layer": "relu3"}).explain(questions, shape_context):
        for shown in answer:
            row = int(shown.source_item.removeprefix("train:"))
            label = shape_context.data.labels[int(shape_context.data.train.truths[row])]
            assert shown.caption.split() == ["An" if label == "ant" else "A", label]
            assert shown.alt == "Some other noise"


@pytest.mark.parametrize(
    ("kind", "labels", "truth", "caption"),
    [
        ("image", ("4", "8"), "8", "An 8"),
        ("table", ("Arrested again", "Not arrested"), "Arrested again", "A past case: Arrested again"),
        ("text", ("negative", "positive"), "negative", "A past text: negative"),
        ("table", (), "180,500 dollars", "A past case: 180,500 dollars"),
    ],
)
def test_a_caption_reads_well_with_any_label(kind, labels, truth, caption):
    from explainers.methods.examples.nearest_examples import _caption

    assert _caption(SimpleNamespace(kind=kind, labels=labels), truth) == caption


@pytest.mark.parametrize(
    ("label", "spoken"), [("4", "A 4"), ("8", "An 8"), ("owl", "An owl"), ("cat", "A cat")]
)
def test_labels_get_their_article(label, spoken):
    from explainers.methods.examples.selection import with_article

    assert with_article(label) == spoken
