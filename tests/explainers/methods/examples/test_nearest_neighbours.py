import pytest

from explainers.errors import BadParameters
from explainers.registry import build, get_explainer
from tests.explainers.fitted import fitted

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("count", [1, 3, 4])
def test_shares_of_the_vote_are_those_of_scikit_learn(table_context, count):
    from sklearn.neighbors import KNeighborsClassifier

    context = fitted("nearest-neighbours", {"count": count})(table_context)
    space, data = context.model.space, context.data
    other = KNeighborsClassifier(count, algorithm="brute")
    other.fit(space(data.train.inputs).numpy(), data.train.truths.numpy())
    shares = context.model(data.test.inputs).softmax(1)
    assert shares.numpy() == pytest.approx(other.predict_proba(space(data.test.inputs).numpy()), abs=1e-5)


def test_a_number_is_the_neighbours_mean(table_context):
    from dataclasses import replace

    from sklearn.neighbors import KNeighborsRegressor

    truths = table_context.data.train.inputs[:, 0] * 1000
    data = replace(table_context.data, labels=(), train=replace(table_context.data.train, truths=truths))
    data = replace(data, test=replace(data.test, truths=data.test.inputs[:, 0]))
    context = fitted("nearest-neighbours", {"count": 3})(replace(table_context, data=data))
    space = context.model.space
    other = KNeighborsRegressor(3, algorithm="brute").fit(space(data.train.inputs).numpy(), truths.numpy())
    told = context.model(data.test.inputs)[:, 0]
    assert told.numpy() == pytest.approx(other.predict(space(data.test.inputs).numpy()))


def test_principal_components_keep_the_distances_that_scikit_learns_keep(table_context):
    from sklearn.decomposition import PCA

    context = fitted("nearest-neighbours", {"components": 2})(table_context)
    points = context.model.space(context.data.train.inputs).numpy()
    expected = PCA(2).fit_transform(points)
    codes = context.model.code(context.data.train.inputs).numpy()
    assert abs(codes) == pytest.approx(abs(expected))


def test_of_a_tie_the_nearer_neighbours_label_wins(table_context):
    context = fitted("nearest-neighbours", {"count": 2})(table_context)
    votes = context.model.truths[context.model.neighbours(context.data.test.inputs)[0]]
    tied = votes[:, 0] != votes[:, 1]
    assert tied.any()
    assert (context.model(context.data.test.inputs).argmax(1)[tied] == votes[tied, 0]).all()


def test_a_text_is_near_to_one_of_the_same_words_in_another_order(text_context):
    from explainers.models.input_space import InputSpace

    space = InputSpace(text_context.data)
    texts = torch.tensor([[2, 3, 4, 0], [4, 2, 3, 0], [2, 3, 5, 0], [6, 7, 8, 0]])
    own, *others = space(texts)
    assert [round(float(own @ other), 6) for other in others] == [1, round(2 / 3, 6), 0]


def test_levels_lie_one_apart_and_numbers_in_units_of_their_spread(table_context):
    import numpy as np

    from explainers.models.input_space import InputSpace

    space, train = InputSpace(table_context.data), table_context.data.train.inputs
    first = train[0].clone()
    other = first.clone()
    other[3] = (first[3] + 1) % 3
    assert float((space(first[None]) - space(other[None])).norm()) == pytest.approx(1)
    column = np.sort(train[:, 0].numpy())
    spread = np.sort(abs(column - column[19]))[19]  # of an even number, the lower middle one
    moved = first.clone()
    moved[0] += 3
    assert float((space(first[None]) - space(moved[None])).norm()) == pytest.approx(3 / spread)


def test_the_neighbours_that_are_shown_are_those_that_vote(table_context):
    from explainers.base import Question

    context = fitted("nearest-neighbours", {"count": 5})(table_context)
    explainer = get_explainer("nearest-neighbours", {"count": 5})
    for case, answer in zip(
        context.cases, explainer.explain([Question(case) for case in context.cases], context), strict=True
    ):
        rows = [int(shown.source_item.removeprefix("train:")) for shown in answer]
        truths = context.data.train.truths[rows]
        share = (truths == context.predictions[case.item].index).double().mean()
        assert max(context.predictions[case.item].probabilities) == pytest.approx(float(share), abs=1e-5)
        labels = [context.data.labels[int(truth)] for truth in truths]
        assert [shown.caption for shown in answer] == [f"Votes for: {label}" for label in labels]
        distances = [shown.checks["distance"] for shown in answer]
        assert distances == sorted(distances)


def test_no_more_than_so_many_examples_are_remembered_and_the_rest_has_no_vote(table_context):
    context = fitted("nearest-neighbours", {"most": 10})(table_context)
    assert context.model.held.sum() == 10
    net = build("architecture", "nearest-neighbours", {"count": 2}).build(context.data)
    net.remember(context.data.train, torch.tensor([4, 7]), 0)
    assert sorted(net.neighbours(context.data.test.inputs[:1])[0][0].tolist()) == [0, 1]


def test_another_model_is_refused(table_context):
    with pytest.raises(BadParameters, match="architecture nearest-neighbours only; this one is a Staged"):
        list(get_explainer("nearest-neighbours").explain([], table_context))


def test_more_neighbours_than_vote_are_refused(table_context):
    context = fitted("nearest-neighbours", {"count": 3})(table_context)
    with pytest.raises(BadParameters, match="only 3 neighbours vote"):
        list(get_explainer("nearest-neighbours", {"count": 4}).explain([], context))
