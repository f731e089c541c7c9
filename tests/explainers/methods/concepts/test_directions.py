"""Many classifiers at once, against one at a time."""

import pytest

torch = pytest.importorskip("torch")


def drawn(count, width, seed=1):
    return torch.randn((count, width), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def sets(seed=2):
    generator = torch.Generator().manual_seed(seed)
    orders = torch.stack([torch.randperm(40, generator=generator) for _ in range(3)])
    return orders[:, :8], orders[:, 8:16]


@pytest.fixture
def layer():
    from explainers.methods.concepts.directions import Layer

    codes = drawn(40, 5) + 3
    return Layer(codes, codes @ codes.T)


def test_directions_agree_with_scikit_learns_ridge(layer):
    linear = pytest.importorskip("sklearn.linear_model")
    members, others = sets()
    directions = layer.directions(members, others, ridge=0.1) @ layer.codes
    for row in range(3):
        codes = layer.codes[torch.cat([members[row], others[row]])]
        penalty = 0.1 * float((codes - codes.mean(0)).square().sum(1).mean())
        sides = [1.0] * 8 + [-1.0] * 8
        expected = torch.from_numpy(linear.Ridge(alpha=penalty).fit(codes.numpy(), sides).coef_)
        assert torch.allclose(directions[row], expected, atol=1e-9)


def test_separability_agrees_with_leaving_each_out(layer):
    members, others = sets()
    right = []
    for row in range(3):
        codes = layer.codes[torch.cat([members[row], others[row]])]
        codes = codes - codes.mean(0)
        penalty = 0.1 * float(codes.square().sum(1).mean())
        sides = torch.tensor([1.0] * 8 + [-1.0] * 8).double()
        for place in range(16):
            kept = [n for n in range(16) if n != place]
            inner = codes[kept].T @ codes[kept] + penalty * torch.eye(5).double()
            weights = torch.linalg.solve(inner, codes[kept].T @ sides[kept])
            right.append(float(codes[place] @ weights * sides[place]) > 0)
    assert layer.separability(members, others, ridge=0.1) == pytest.approx(sum(right) / len(right))


def test_a_rise_is_the_slope_times_the_direction(layer):
    slopes = drawn(6, 5, seed=4)
    directions = layer.directions(*sets(), ridge=0.1)
    assert torch.allclose(layer.along(slopes, directions), directions @ layer.codes @ slopes.T)


def test_to_exchange_a_set_and_its_counterpart_turns_the_direction_round(layer):
    members, others = sets()
    assert torch.allclose(layer.directions(members, others, 0.1), -layer.directions(others, members, 0.1))


def test_slopes_of_a_quadratic_are_the_layers_outputs():
    from explainers.methods.concepts.directions import slopes_at

    class Quadratic(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = torch.nn.Linear(3, 4).double()

        def forward(self, inputs):
            return self.inner(inputs).square().sum(1, keepdim=True) / 2

    model, inputs = Quadratic(), drawn(5, 3)
    assert torch.allclose(slopes_at(model, "inner", inputs, 0), model.inner(inputs))
