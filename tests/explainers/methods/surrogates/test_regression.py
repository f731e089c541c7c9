import pytest

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("penalty", [0.0, 1.0, 30.0])
def test_it_is_scikit_learns_ridge(penalty):
    from sklearn.linear_model import Ridge

    from explainers.methods.surrogates.regression import weighted_ridge

    generator = torch.Generator().manual_seed(1)
    inputs, outputs = torch.randn(50, 6, generator=generator), torch.randn(50, generator=generator)
    weights = torch.rand(50, generator=generator)
    fit = weighted_ridge(inputs, outputs, weights, penalty)
    arrays = inputs.double().numpy(), outputs.double().numpy(), weights.double().numpy()
    theirs = Ridge(alpha=penalty).fit(*arrays[:2], sample_weight=arrays[2])
    assert torch.allclose(fit.slopes, torch.from_numpy(theirs.coef_), atol=1e-8)
    assert fit.intercept == pytest.approx(theirs.intercept_, abs=1e-8)
    assert fit.r2 == pytest.approx(theirs.score(*arrays[:2], sample_weight=arrays[2]), abs=1e-8)


def test_of_equal_columns_each_gets_half():
    from explainers.methods.surrogates.regression import weighted_ridge

    column = torch.arange(5.0).unsqueeze(1)
    fit = weighted_ridge(column.expand(5, 2), 3 * column.flatten() + 1, torch.ones(5))
    assert fit.slopes.tolist() == pytest.approx([1.5, 1.5])


def test_outputs_that_never_change_are_told_wholly():
    from explainers.methods.surrogates.regression import weighted_ridge

    fit = weighted_ridge(torch.eye(4), torch.full((4,), 0.3), torch.ones(4), penalty=1.0)
    assert fit.r2 == 1
    assert fit.slopes.abs().max() < 1e-12
