"""The benchmark of explanations runs, and both sides find the same."""

import pytest

pytest.importorskip("captum")


def test_the_smallest_comparison_with_captum_runs_and_agrees(capsys):
    from benchmarks.explainers import main

    assert main(["--quick", "--only", "28"]) == 0
    said = capsys.readouterr().out
    for method in ("occlusion", "integrated gradients", "LIME", "KernelSHAP"):
        assert method in said
    assert "missed" not in said
