"""Pictures changed a little so that the model says something else."""

import pytest

torch = pytest.importorskip("torch")
from explainers.errors import RecipeError  # noqa: E402
from explainers.items.adversarial import Adversarial  # noqa: E402
from tests.explainers.items.pictures import pictures_given  # noqa: E402


@pytest.fixture(scope="module")
def given():
    return pictures_given()


@pytest.fixture(scope="module")
def made(given):
    return Adversarial(count=9, epsilon=0.3, steps=10).make(given)


def original(given, case):
    return given.data.test.inputs[int(case.item.split("-")[1])]


def test_the_output_is_changed_and_was_right_before(given, made):
    assert len(made) == 9
    for case in made:
        row = int(case.item.split("-")[1])
        assert given.predictions["line"][row].label == case.truth
        said = given.data.labels[int(given.models["line"](case.input.unsqueeze(0)).argmax())]
        assert said != case.truth


def test_no_pixel_changes_by_more_than_the_bound(given, made):
    for case in made:
        assert float((case.input - original(given, case)).abs().max()) <= 0.3 + 1e-12
        assert 0 <= case.input.min() <= case.input.max() <= 1
        assert torch.allclose(case.input * 255, (case.input * 255).round())


def test_a_linear_model_is_attacked_at_the_corner_of_the_bound(given):
    """Its loss is convex in the input and rises along one sign per pixel where two labels are all there is."""
    from torch import nn

    net = nn.Sequential(nn.Flatten(), nn.Linear(144, 2)).double()
    with torch.no_grad():
        net[1].weight[0] = torch.linspace(-1, 1, 144).double()
        net[1].weight[1] = 0
        net[1].bias.zero_()
        net[1].bias[1] = 1
    picture = torch.full((1, 12, 12), 0.5, dtype=torch.float64)
    picture[0, 6:] = 0.6
    found = Adversarial(epsilon=0.2, steps=20).attacked(net, picture, 0, seed=1)
    expected = (picture * 255).round() - 51 * torch.linspace(-1, 1, 144).double().sign().view(1, 12, 12)
    assert torch.equal((found * 255).round(), expected)


def test_labels_take_turns_and_strata_tell_the_kind(made):
    assert sorted(case.truth for case in made) == ["ant"] * 3 + ["bee"] * 3 + ["cow"] * 3
    assert {case.strata["kind"] for case in made} == {"adversarial"}
    assert len({case.item for case in made}) == 9
    assert {case.row for case in made} == {None}


def test_the_same_seed_gives_the_same_items(given, made):
    again = Adversarial(count=9, epsilon=0.3, steps=10).make(given)
    assert all(torch.equal(a.input, b.input) and a.item == b.item for a, b in zip(made, again, strict=True))


def test_what_cannot_be_done_is_told(given):
    with pytest.raises(RecipeError, match="only 0 of 5 pictures could be changed within epsilon 0.01"):
        Adversarial(count=5, epsilon=0.01).make(given)
    with pytest.raises(RecipeError, match='names model "oracle". Known ones: line, other'):
        Adversarial(model="oracle").make(given)
    with pytest.raises(RecipeError, match="epsilon 0, steps 20"):
        Adversarial(epsilon=0).make(given)


def test_tables_and_models_without_gradients_are_refused(given):
    from dataclasses import replace

    from explainers.models.adapter import CallableModel
    from tests.explainers.contexts import table_context, text_context

    with pytest.raises(RecipeError, match="of kind table. Allowed for it: the makers shifted and nonsense"):
        Adversarial().make(replace(given, data=table_context().data))
    with pytest.raises(RecipeError, match="needs pictures with labels; the data are of kind text"):
        Adversarial().make(replace(given, data=text_context().data))
    with pytest.raises(RecipeError, match="needs pictures with labels; here the truth is a number"):
        Adversarial().make(replace(given, data=replace(given.data, labels=())))
    plain = CallableModel(lambda inputs: inputs.reshape(len(inputs), -1)[:, :3], gives="scores")
    with pytest.raises(RecipeError, match="needs a model with gradients"):
        Adversarial().make(replace(given, models={"line": plain}))
