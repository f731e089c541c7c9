import pytest

torch = pytest.importorskip("torch")
hierarchies = pytest.importorskip("scipy.cluster.hierarchy")


@pytest.fixture
def hierarchy():
    from explainers.models.neural_backed_tree import Hierarchy

    made = Hierarchy(6)
    made.take(torch.randn(6, 5, generator=torch.Generator().manual_seed(2)))
    return made


LOGITS = torch.randn(40, 6, generator=torch.Generator().manual_seed(3)).double() * 2


def test_the_labels_are_joined_as_scipy_joins_their_directions():
    from explainers.models.neural_backed_tree import Hierarchy

    weights = torch.randn(6, 5, generator=torch.Generator().manual_seed(2)).double()
    made = Hierarchy(6)
    made.take(3 * weights)  # lengths do not count
    rows = hierarchies.linkage((weights / weights.norm(dim=1, keepdim=True)).numpy(), method="ward")
    root = hierarchies.to_tree(rows)
    assert made.joined.tolist() == rows[:, :2].astype(int).tolist()
    assert made.members(made.root) == root.pre_order()


def test_soft_inference_is_the_product_along_each_labels_way(hierarchy):
    probabilities = hierarchy(LOGITS)
    assert torch.allclose(probabilities.sum(1), torch.ones(40).double())

    def walk(number, row, share):
        below = hierarchy.branches(number)
        if below is None:
            return {number: share}
        means = torch.stack([row[hierarchy.members(one)].mean() for one in below])
        shares = (share * means.softmax(0)).tolist()
        return walk(below[0], row, shares[0]) | walk(below[1], row, shares[1])

    for row, found in zip(LOGITS, probabilities, strict=True):
        expected = walk(hierarchy.root, row, 1.0)
        assert [expected[label] for label in range(6)] == pytest.approx(found.tolist())


def test_hard_inference_takes_the_higher_branch_each_time(hierarchy):
    for row, reached in zip(LOGITS, hierarchy.hard(LOGITS).tolist(), strict=True):
        number = hierarchy.root
        while (below := hierarchy.branches(number)) is not None:
            number = max(below, key=lambda one: float(row[hierarchy.members(one)].mean()))
        assert number == reached


def test_two_labels_give_the_softmax():
    from explainers.models.neural_backed_tree import Hierarchy

    logits = LOGITS[:, :2]
    assert torch.allclose(Hierarchy(2)(logits), logits.softmax(1))


def test_a_fitted_one_is_accurate_the_same_again_and_gradient_methods_reach_its_entry(table_context):
    from explainers.models.looking import entered, input_gradient
    from tests.explainers.fitted import fitted

    prepare = fitted(
        "neural-backed-tree",
        {"network": "mlp", "settings": {"hidden": (8,)}},
        epochs=20,
        batch=10,
        learning_rate=0.02,
    )
    first, again = prepare(table_context), prepare(table_context)
    for one, other in zip(first.model.state_dict().values(), again.model.state_dict().values(), strict=True):
        assert torch.equal(one, other)
    data = table_context.data
    right = (first.model(data.train.inputs).argmax(1) == data.train.truths).double().mean()
    assert right > 0.8
    points = entered(first.model, data.test.inputs[:2])
    assert input_gradient(first.model, points, torch.tensor([0, 1])).abs().sum() > 0
