import pytest

from explainers.methods.concepts.significance import corrected

torch = pytest.importorskip("torch")


def test_holm_agrees_with_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    random = torch.Generator().manual_seed(1)
    for _ in range(50):
        chances = (torch.rand(6, generator=random) ** 3).tolist()
        expected = multitest.multipletests(chances, alpha=0.1, method="holm")[0].tolist()
        assert corrected(chances, 0.1) == expected


def test_chance_counts_the_sets_that_are_as_far_from_zero_and_the_own_one():
    from explainers.methods.concepts.significance import chance_of

    null = torch.tensor([0.1, -0.2, 0.3, -0.4])
    assert chance_of(0.3, null) == 3 / 5
    assert chance_of(-0.5, null) == 1 / 5
    assert chance_of(0.0, null) == 1


def test_a_share_counts_an_output_that_does_not_change_as_half():
    from explainers.methods.concepts.significance import shares_rising

    assert shares_rising(torch.tensor([[1.0, -2.0, 0.0, 3.0]])).tolist() == [0.625]
