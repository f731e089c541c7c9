from itertools import combinations

import numpy as np
import pytest

torch = pytest.importorskip("torch")


@pytest.fixture
def points():
    return torch.randn(14, 3, generator=torch.Generator().manual_seed(8)).double()


def kernel_by_hand(points, bandwidth):
    rows = points.numpy()
    return np.array([[np.exp(-((a - b) ** 2).sum() / (2 * bandwidth**2)) for b in rows] for a in rows])


def squared_discrepancy(kernel, chosen):
    """MMD² between all rows and the chosen ones, term by term."""
    everyone, chosen = range(len(kernel)), list(chosen)
    n, m = len(kernel), len(chosen)
    among_all = sum(kernel[i, j] for i in everyone for j in everyone) / n**2
    across = sum(kernel[i, j] for i in everyone for j in chosen) / (n * m)
    return among_all - 2 * across + sum(kernel[i, j] for i in chosen for j in chosen) / m**2


def test_the_kernel_and_its_bandwidth_are_those_written_out(points):
    from explainers.methods.examples.mmd_critic import median_distance, rbf_kernel

    pairs = [np.linalg.norm(a - b) for a, b in combinations(points.numpy(), 2)]
    assert median_distance(points) == pytest.approx(sorted(pairs)[(len(pairs) - 1) // 2])
    assert rbf_kernel(points, 1.3).numpy() == pytest.approx(kernel_by_hand(points, 1.3))


def test_each_prototype_is_the_one_that_brute_force_finds_best(points):
    from explainers.methods.examples.mmd_critic import greedy_prototypes, rbf_kernel

    kernel, chosen = kernel_by_hand(points, 1.5), []
    for _ in range(5):
        left = [row for row in range(14) if row not in chosen]
        chosen.append(min(left, key=lambda row: squared_discrepancy(kernel, [*chosen, row])))
    assert greedy_prototypes(rbf_kernel(points, 1.5), 5) == chosen


def test_greedy_prototypes_are_as_good_as_the_theorem_says(points):
    from explainers.methods.examples.mmd_critic import greedy_prototypes, rbf_kernel

    kernel = kernel_by_hand(points, 1.5)
    best = min(squared_discrepancy(kernel, chosen) for chosen in combinations(range(14), 3))
    found = squared_discrepancy(kernel, greedy_prototypes(rbf_kernel(points, 1.5), 3))
    gain = kernel.mean()  # what no prototype at all leaves
    assert gain - found >= (1 - 1 / np.e) * (gain - best)


def test_each_criticism_is_the_one_that_brute_force_finds_best(points):
    from explainers.methods.examples.mmd_critic import greedy_criticisms, greedy_prototypes, rbf_kernel

    prototypes = greedy_prototypes(rbf_kernel(points, 1.5), 3)
    kernel, chosen = kernel_by_hand(points, 1.5), []
    gaps = [abs(kernel[:, row].mean() - kernel[prototypes, row].mean()) for row in range(14)]

    def score(rows):
        return sum(gaps[row] for row in rows) + np.linalg.slogdet(kernel[np.ix_(rows, rows)])[1]

    for _ in range(4):
        left = [row for row in range(14) if row not in (*prototypes, *chosen)]
        chosen.append(max(left, key=lambda row: score([*chosen, row])))
    assert greedy_criticisms(rbf_kernel(points, 1.5), prototypes, 4) == chosen


def test_two_heaps_get_a_prototype_each_and_the_outlier_is_criticised():
    from explainers.methods.examples.mmd_critic import greedy_criticisms, greedy_prototypes, rbf_kernel

    heaps = torch.tensor([[0.0], [0.1], [-0.1], [5.0], [5.1], [4.9], [2.5]]).double()
    kernel = rbf_kernel(heaps, 0.5)
    prototypes = greedy_prototypes(kernel, 2)
    assert sorted(prototypes) == [0, 3]
    assert greedy_criticisms(kernel, prototypes, 1) == [6]
