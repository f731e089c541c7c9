"""Closed forms, completeness, captum; baselines; the affine start."""

from dataclasses import replace

import pytest

from explainers.base import Question
from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")
nn = torch.nn


def explained(context, parameters=None, case=0, seed=3):
    """The relevance of a case, and the gap that is told with it."""
    explainer = get_explainer("integrated-gradients", parameters)
    question = Question(context.cases[case], seed=seed)
    (shown,) = next(iter(explainer.explain([question], context)))
    return explainer.relevance_of(question, context), shown.checks["completeness_gap"]


def test_of_a_linear_model_it_is_weight_times_way(linear_table):
    from explainers.methods.gradients.integrated_gradients import integrated_gradients

    inputs, baseline = torch.tensor([[3.0, 1.0]]).double(), torch.tensor([[1.0, 1.0, 0.0]]).double()
    relevance = integrated_gradients(linear_table, inputs, torch.tensor([0]), baseline, steps=1)
    # the number goes from 1 to 3; the first level from 1 to 0, the second from 0 to 1
    assert relevance.tolist() == [[2 * (3 - 1), 3 * (0 - 1) + -1 * (1 - 0)]]


@pytest.mark.parametrize("rule", ["gauss-legendre", "midpoint"])
def test_of_a_quadratic_it_is_exact_with_either_rule(rule):
    from explainers.methods.gradients.integrated_gradients import integrated_gradients

    class Product(nn.Module):
        def forward(self, inputs):
            return (inputs[:, 0] * inputs[:, 1]).unsqueeze(1)

    relevance = integrated_gradients(
        Product(), torch.tensor([[3.0, 4.0]]), torch.tensor([0]), steps=2, rule=rule
    )
    assert torch.allclose(relevance, torch.tensor([[6.0, 6.0]]))  # both take half of 3 × 4


@pytest.mark.parametrize(
    ("rule", "method"), [("gauss-legendre", "gausslegendre"), ("midpoint", "riemann_middle")]
)
def test_it_agrees_with_captum(small_net, rule, method):
    captum = pytest.importorskip("captum.attr")
    inputs, target = torch.rand(2, 3, 8, 8).double(), torch.tensor([1, 3])
    expected = captum.IntegratedGradients(small_net).attribute(
        inputs, target=target, n_steps=23, method=method
    )
    explainer = get_explainer("integrated-gradients", {"steps": 23, "rule": rule})
    assert torch.allclose(explainer.attribute(small_net, inputs, target), expected, atol=1e-10)


class Normalised(nn.Module):
    """Scales its input first; then a convolution, and a ReLU in place."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.out = nn.Linear(4 * 36, 3)

    def forward(self, inputs):
        scaled = (inputs - 0.5) / torch.tensor([0.5, 0.4, 0.3]).reshape(1, 3, 1, 1)
        return self.out(torch.relu_(self.conv(scaled)).flatten(1))


class Residual(Normalised):
    """Its input goes round the convolution too."""

    def forward(self, inputs):
        return super().forward(inputs) + inputs.square().mean(dim=(1, 2, 3)).unsqueeze(1)


class Twice(nn.Module):
    """One convolution, used twice."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, inputs):
        return torch.relu(self.conv(torch.relu(self.conv(inputs)))).mean(dim=(2, 3))


class Squared(Normalised):
    """What comes before the convolution is not affine."""

    def forward(self, inputs):
        return super().forward(inputs * inputs)


@pytest.mark.parametrize(
    ("kind", "is_short"), [(Normalised, True), (Residual, False), (Twice, False), (Squared, False)]
)
def test_the_short_way_is_taken_where_it_is_proven_and_changes_nothing(kind, is_short, monkeypatch):
    captum = pytest.importorskip("captum.attr")
    from explainers.methods.gradients import paths

    taken, proven = [], paths.is_affine_start
    monkeypatch.setattr(paths, "is_affine_start", lambda *given: taken.append(proven(*given)) or taken[-1])
    torch.manual_seed(4)
    model, inputs, target = kind(), torch.rand(2, 3, 8, 8), torch.tensor([0, 2])
    expected = captum.IntegratedGradients(model).attribute(inputs, target=target)
    relevance = get_explainer("integrated-gradients").attribute(model, inputs, target)
    assert torch.allclose(relevance, expected, atol=1e-5)
    assert taken == [is_short] * 2
    assert "forward" not in vars(getattr(model, "conv", model))


@pytest.mark.parametrize("baseline", ["natural", "black", "blur", "uniform", "expected", "mean"])
def test_relevance_adds_up_to_the_change_of_the_output(shape_context, baseline):
    _, gap = explained(shape_context, {"baseline": baseline, "steps": 400, "draws": 4})
    assert gap < 0.02


@pytest.mark.parametrize("baseline", ["natural", "black", "uniform", "expected", "mean"])
def test_so_it_does_for_a_table(table_context, baseline):
    _, gap = explained(table_context, {"baseline": baseline, "steps": 400, "draws": 4})
    assert gap < 0.02


@pytest.mark.parametrize("baseline", ["natural", "black", "uniform", "expected", "mean", "empty"])
def test_so_it_does_for_a_text(text_context, baseline):
    _, gap = explained(text_context, {"baseline": baseline, "steps": 200, "draws": 4})
    assert gap < 1e-4  # tanh is smooth


def test_more_steps_miss_by_less(shape_context):
    gaps = [explained(shape_context, {"steps": steps, "rule": "midpoint"})[1] for steps in (1, 8, 512)]
    assert gaps[0] > gaps[1] > gaps[2]


def test_a_text_that_ends_where_no_embedding_stands_is_emptied_without_getting_shorter():
    from explainers.base import Context
    from explainers.data.base import Case, Data, Split, Vocabulary
    from explainers.models.staged import Staged
    from explainers.models.text_entry import length_of
    from explainers.rendering.text import TextDrawer

    class PerToken(nn.Module):
        def forward(self, points):
            return (points.sum(dim=(1, 2)) / length_of(points)).unsqueeze(1)

    embedding = nn.Embedding.from_pretrained(
        torch.tensor([[0.0], [1.0], [2.0], [4.0]]).double(), padding_idx=0
    )
    split = Split(torch.tensor([[2, 3, 0, 0]]), torch.tensor([0.0]), (("two", "four"),))
    data = Data("text", (), split, split, vocabulary=Vocabulary(("", "?", "two", "four")))
    case = Case("text", split.inputs[0], "", words=("two", "four"))
    drawer = TextDrawer("The text", "A text", "A text", "A text with colours")
    context = Context(Staged(embedding, PerToken()), data, (case,), {}, drawer)
    relevance, gap = explained(context)
    assert torch.allclose(relevance, torch.tensor([1.0, 2.0, 0.0, 0.0]).double(), atol=1e-5)  # 2/2 and 4/2
    assert gap < 1e-5


def test_a_tables_mean_is_that_of_its_training_rows(table_context):
    # of a model that only reads the first column: relevance is weight × (value − training mean)
    from explainers.models.staged import Staged

    rest = nn.Linear(6, 2).double()
    with torch.no_grad():
        rest.weight.zero_()
        rest.weight[0, 0] = 5.0
    context = replace(table_context, model=Staged(table_context.model.entry, rest))
    explainer = get_explainer("integrated-gradients")
    case = context.cases[0]
    relevance = explainer.relevance_of(Question(case, target="class:cheap"), context)
    mean = context.data.train.inputs[:, 0].mean()
    assert torch.allclose(relevance, torch.tensor([5 * (case.input[0] - mean) / 10, 0, 0, 0]).double())


def test_expected_and_uniform_baselines_hang_on_the_seed_alone(shape_context):
    for baseline in ("expected", "uniform"):
        parameters = {"baseline": baseline, "steps": 4, "draws": 2}
        one, same, other = (explained(shape_context, parameters, seed=n)[0] for n in (1, 1, 2))
        assert torch.equal(one, same)
        assert not torch.equal(one, other)


def test_a_blurred_picture_keeps_its_mean_and_one_without_edges_is_as_it_was():
    from explainers.methods.blurring import blurred

    point = torch.zeros(1, 1, 31, 31).double()
    point[0, 0, 15, 15] = 1
    assert torch.allclose(blurred(point, 2.0).sum(), torch.tensor(1.0).double())
    expected = torch.exp(torch.tensor(-4 / 8.0)).double()  # two pixels aside with sigma 2
    assert torch.allclose(blurred(point, 2.0)[0, 0, 15, 17] / blurred(point, 2.0)[0, 0, 15, 15], expected)
    assert torch.allclose(blurred(torch.full((1, 2, 5, 5), 0.3), 3.0), torch.full((1, 2, 5, 5), 0.3))


def test_a_baseline_that_the_kind_has_not_is_told(table_context, shape_context):
    with pytest.raises(BadParameters, match='"blur" of a table. Allowed: black, uniform, expected, mean'):
        explained(table_context, {"baseline": "blur"})
    with pytest.raises(BadParameters, match='"expected" needs the data'):
        get_explainer("integrated-gradients", {"baseline": "expected"}).attribute(
            shape_context.model, shape_context.cases[0].input[None], torch.tensor([0])
        )
    with pytest.raises(BadParameters, match="rule 'simpson'"):
        get_explainer("integrated-gradients", {"rule": "simpson"})


def test_a_model_without_gradients_is_refused():
    from explainers.models.adapter import CallableModel

    model = CallableModel(lambda inputs: inputs.reshape(len(inputs), -1), gives="scores")
    with pytest.raises(BadParameters, match="no gradients"):
        get_explainer("integrated-gradients").attribute(model, torch.rand(1, 1, 2, 2), torch.tensor([0]))
