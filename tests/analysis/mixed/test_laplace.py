"""The Laplace deviance against dense algebra with numerical derivatives, and its gradient against differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

from analysis.mixed.laplace import Laplace
from analysis.mixed.likelihood import LINKS
from analysis.mixed.problem import read_problem
from analysis.mixed.structure import CrossedStructure
from tests.analysis.mixed.lmer_reference import simulated

MODELS = {
    "intercepts": ({"participant": "1", "item": "1"}, False),
    "uncorrelated": ({"participant": "1 + x", "item": "1 + condition"}, False),
    "correlated": ({"participant": "1 + x", "item": "1 + condition"}, True),
    "three": ({"participant": "1", "item": "1 + x", "rating": "1"}, False),
    "one": ({"participant": "1 + x"}, True),
}


def laplace(name, link, rows=960, *, trials=1, blocked=None):
    random, correlated = MODELS[name]
    trials_of_all = simulated("sim60").iloc[:: 1440 // rows][:rows]
    problem = read_problem("correct ~ condition + x", trials_of_all, random, correlated=correlated)
    counts = np.full(rows, float(trials))
    successes = problem.rows["correct"].to_numpy(float) * np.arange(1, rows + 1) % (trials + 1)
    likelihood = LINKS[link](successes, counts, np.ones(rows))
    structure = CrossedStructure(problem.groupings, blocked=blocked)
    model = Laplace(likelihood, problem.design.values, structure, problem.covariance)
    is_sd = np.array([parameter.is_sd for parameter in problem.covariance.parameters])
    theta = np.where(is_sd, np.linspace(0.5, 0.8, model.k), 0.15)
    return model, np.r_[theta, 0.1, 0.4, 0.2, 0.3], problem, successes


@pytest.mark.parametrize("blocked", [False, True])
@pytest.mark.parametrize("link", ["logit", "probit"])
@pytest.mark.parametrize("name", MODELS)
def test_the_gradient_is_that_of_finite_differences(name, link, blocked):
    model, psi, _, _ = laplace(name, link, blocked=blocked)
    steps = 1e-5 * np.eye(len(psi))
    numeric = [(model.deviance(psi + step)[0] - model.deviance(psi - step)[0]) / 2e-5 for step in steps]
    np.testing.assert_allclose(model.deviance(psi)[1], numeric, atol=2e-3, rtol=1e-5)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_the_gradient_holds_for_binomial_counts(link):
    model, psi, _, _ = laplace("intercepts", link, trials=3)
    steps = 1e-5 * np.eye(len(psi))
    numeric = [(model.deviance(psi + step)[0] - model.deviance(psi - step)[0]) / 2e-5 for step in steps]
    np.testing.assert_allclose(model.deviance(psi)[1], numeric, atol=2e-3, rtol=1e-5)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_three_factors_equal_a_direct_dense_laplace_on_tiny_data(link):
    """log-likelihood, its maximum and its Hessian from scipy, knowing nothing of crossed structures."""
    model, psi, problem, y = laplace("three", link, rows=40)
    theta, beta = psi[: model.k], psi[model.k :]
    roots = problem.covariance.roots(theta)
    dense = np.hstack(
        [
            (np.eye(g.n_levels)[g.index][:, :, None] * (g.columns @ root)[:, None, :]).reshape(40, -1)
            for g, root in zip(problem.groupings, roots, strict=True)
        ]
    )
    log_cdf = special.log_expit if link == "logit" else special.log_ndtr

    def minus_joint(u):
        eta = problem.design.values @ beta + dense @ u
        return 0.5 * u @ u - y @ log_cdf(eta) - (1 - y) @ log_cdf(-eta)

    top = optimize.minimize(minus_joint, np.zeros(dense.shape[1]), method="BFGS", options={"gtol": 1e-7})
    step = 1e-4 * np.eye(dense.shape[1])
    hessian = [
        [
            minus_joint(top.x + a + b) - minus_joint(top.x + a - b)
            - minus_joint(top.x - a + b) + minus_joint(top.x - a - b)
            for b in step
        ]
        for a in step
    ]  # fmt: skip
    logdet = np.linalg.slogdet(np.array(hessian) / 4e-8)[1]
    assert model.deviance(psi)[0] == pytest.approx(2 * top.fun + logdet, abs=1e-4)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_the_derivatives_of_a_row_are_those_of_its_log_likelihood(link):
    """Including tails, where a naive ratio of density and distribution would be 0/0."""
    eta = np.array([-12.0, -3.0, -0.2, 0.0, 0.7, 4.0, 12.0])
    likelihood = LINKS[link](np.array([0, 1, 2, 3, 1, 0, 2.0]), np.full(7, 3.0), np.ones(7))
    rows, step = likelihood.rows(eta, np.empty(0)), 1e-5
    above, below = likelihood.rows(eta + step, np.empty(0)), likelihood.rows(eta - step, np.empty(0))
    np.testing.assert_allclose(-(above.score - below.score) / (2 * step), rows.weights, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(
        (above.weights - below.weights) / (2 * step), rows.slopes, rtol=1e-4, atol=1e-6
    )


def test_blocks_do_not_change_the_deviance():
    (whole, psi, _, _), (blocks, _, _, _) = (
        laplace("uncorrelated", "logit", blocked=blocked) for blocked in (False, True)
    )
    assert len(blocks.structure.blocks) == 3
    assert blocks.deviance(psi)[0] == pytest.approx(whole.deviance(psi)[0], abs=1e-8)
