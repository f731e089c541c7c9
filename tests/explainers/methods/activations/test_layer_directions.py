import pytest

from explainers.base import Question
from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def test_main_axes_agree_with_scikit_learn():
    from explainers.methods.activations.layer_directions import directions_in

    sklearn = pytest.importorskip("sklearn.decomposition")
    found = torch.randn((50, 4), generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    expected = sklearn.PCA(2).fit(found.numpy())
    axes, share = directions_in(found, "pca", 2)
    for mine, theirs in zip(axes.numpy(), expected.components_, strict=True):
        assert abs(mine @ theirs) == pytest.approx(1)
        assert mine[abs(mine).argmax()] > 0
    assert share == pytest.approx(expected.explained_variance_ratio_.sum())


def test_factors_of_two_separate_groups_are_the_groups():
    from explainers.methods.activations.layer_directions import directions_in

    first, second = torch.tensor([3.0, 4.0, 0.0, 0.0]), torch.tensor([0.0, 0.0, 1.0, 0.0])
    found = torch.cat([torch.outer(torch.rand(20) + 1, first), torch.outer(torch.rand(10) + 1, second)])
    basis, share = directions_in(found, "nmf", 2)
    assert torch.allclose(basis, torch.tensor([[0.6, 0.8, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]), atol=1e-3)
    assert share == pytest.approx(1, abs=1e-4)


def test_negative_responses_have_no_such_factors(unit_context):
    explainer = get_explainer("layer-directions", {"layer": "units"})
    with pytest.raises(BadParameters, match="nmf needs responses from 0"):
        next(iter(explainer.explain([Question(unit_context.cases[0])], unit_context)))


def test_each_row_holds_the_pictures_farthest_in_its_direction(unit_context):
    from explainers.bundle.pictures import picture_of

    explainer = get_explainer("layer-directions", {"layer": "relu", "directions": 1, "across": 3})
    (shown,) = next(iter(explainer.explain([Question(unit_context.cases[0])], unit_context)))
    assert picture_of(shown.content)[1:] == (2 + 3 * 4, 2 + 1 * 4)
    train = unit_context.data.train
    best = train.inputs[train.inputs[:, 0, 0, 0].argsort(descending=True)[:3]]
    from explainers.data.base import Case
    from explainers.methods.activations.layer_directions import side_by_side

    expected = unit_context.drawer.input(Case("", side_by_side([best]), ""), unit_context.data)
    assert shown.content == expected


def test_where_nothing_varies_the_share_is_zero():
    from explainers.methods.activations.layer_directions import directions_in

    assert directions_in(torch.ones(5, 3), "pca", 1)[1] == 0
    assert directions_in(torch.zeros(5, 3), "nmf", 1)[1] == 0
