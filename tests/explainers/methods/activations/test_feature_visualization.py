import pytest

from explainers.base import Question
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")
FREE = {"smoothness": 0, "faintness": 0, "shift": 0, "turn": 0, "scale": 0, "steps": 150}


def made(context, number, ascent, count=2, seed=3, layer="units"):
    explainer = get_explainer("feature-visualization", {"count": count, "ascent": ascent})
    like = context.data.train.inputs[:1]
    direction = torch.zeros(3).double()
    direction[number] = 1
    return explainer.made(context.model, layer, direction, 1.0, like, seed)


def test_of_a_linear_unit_the_picture_is_the_sign_of_its_weights(unit_context):
    unit_context.model.units.weight[0] = torch.tensor([2.0, -1.0, 3.0, -2.0])
    pictures = made(unit_context, 0, FREE)
    expected = torch.tensor([1.0, 0.0, 1.0, 0.0]).double().reshape(1, 1, 2, 2).expand(2, 1, 2, 2)
    assert torch.allclose(pictures, expected, atol=0.02)


def test_a_unit_that_is_silent_at_first_is_woken(unit_context):
    unit_context.model.units.bias = torch.nn.Parameter(torch.tensor([-0.95, 0.0, 0.0]).double())
    pictures = made(unit_context, 0, FREE, layer="relu")
    assert pictures[:, 0, 0, 0].min() > 0.96  # where the ReLU opens


def test_faintness_is_weighed_against_the_response(unit_context):
    # response x less 2 x²/4 for the one pixel that counts: the top is at x = 1; with 4 x²/4 at 0.5
    for faintness, top in ((2.0, 1.0), (4.0, 0.5), (8.0, 0.25)):
        pictures = made(unit_context, 0, {**FREE, "faintness": faintness, "steps": 400})
        assert torch.allclose(pictures[:, 0, 0, 0], torch.tensor(top).double(), atol=0.03)
        assert pictures[:, 0, 1, 1].max() < 0.05


def test_the_response_is_above_that_to_natural_pictures_and_starts_differ(shape_context):
    from explainers.data.base import Case

    case = Case("unit", torch.zeros(0), "", kind="unit", unit=("conv2", 1))
    explainer = get_explainer("feature-visualization", {"count": 3, "ascent": {"steps": 40}})
    (shown,) = explainer.explain([Question(case, seed=3)], shape_context)
    assert all(part.checks["share_of_natural"] > 1 for part in shown)
    assert len({part.content for part in shown}) == 3
    assert {part.seed for part in shown} == {3}


def test_total_variation_of_a_chequerboard_is_two():
    from explainers.methods.activations.ascent import total_variation

    board = torch.tensor([[[[0.0, 1.0], [1.0, 0.0]]]])
    assert total_variation(board).tolist() == [2.0]
