import pytest

torch = pytest.importorskip("torch")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 2, 3], [10, 20, 90], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 2, 3], [1, 3, 2, 4], 0.9486832980505138),  # scipy.stats.spearmanr([1,2,2,3], [1,3,2,4])
        ([1, 1, 1], [1, 2, 3], 0.0),
    ],
)
def test_rank_correlation_is_spearmans(one, other, expected):
    from explainers.checks.similarity import rank_correlation

    assert rank_correlation(torch.tensor(one), torch.tensor(other)) == pytest.approx(expected)
