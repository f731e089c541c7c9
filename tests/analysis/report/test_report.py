"""The report of a simulated export: planted numbers, nothing from elsewhere, every file readable."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis import read_export, report, run_plan
from analysis.report.sections.deviations import found
from tests.analysis.exports import ARMS, build_export, make_protocol, version_of
from tests.analysis.plans import TWO

ROBUST = "two-way-cluster-robust-t"


@pytest.fixture(scope="module")
def page(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report(export, tmp_path_factory.mktemp("report") / "out", draws=200, formats=("svg",))


@pytest.fixture(scope="module")
def html(page: Path) -> str:
    return page.read_text("utf-8")


def text_of(html: str) -> str:
    """Return what a reader sees, spaces collapsed."""
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&lt;", "<").replace("&gt;", ">")


def section(html: str, name: str) -> str:
    return text_of(re.search(rf'<section aria-labelledby="{name}-h">(.*?)</section>', html, flags=re.S)[1])


@pytest.fixture(scope="module")
def results(study):
    return run_plan(study, draws=200)


def test_planted_means_and_differences_stand_in_the_primary_table(html, study, results):
    plain = study.trials.astype({"correct": float}).groupby("arm")["correct"].mean()
    told = section(html, "primary")
    for arm in ARMS:
        assert f"{100 * plain[arm]:.1f} %" in told
        assert f"{100 * results.means.loc[arm, 'mean']:.1f} %" in told
    row = results.contrasts.loc["nearest"]
    assert f"+{100 * row['estimate']:.1f} +{100 * row['low']:.1f} to +{100 * row['high']:.1f}" in told
    assert f"{row['odds_ratio']:.2f} {row['odds_ratio_low']:.2f} to {row['odds_ratio_high']:.2f}" in told
    assert f"{(study.trials['arm'] == 'nearest').sum():,} trials" in told


def test_verdict_tells_numbers_first_and_no_stars(html, results):
    told = section(html, "verdict")
    mean, difference = results.means.loc["nearest", "mean"], results.contrasts.loc["nearest", "estimate"]
    assert f"“Nearest examples” foretold {100 * mean:.1f} % of the model’s outputs" in told
    assert f"{100 * difference:.1f} points more (95 % interval" in told
    assert "significant" not in html
    assert "*" not in told
    assert not re.search(r"\bp\b", told)


def test_simulated_data_say_so_on_top_in_captions_tables_and_figures(page, html):
    assert html.index("Simulated data.") < html.index("Verdict")
    captions = re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", html, flags=re.S)
    assert captions
    assert all("Simulated data." in caption for caption in captions)
    assert 'data-source="simulated"' in html
    for table in (page.parent / "tables").iterdir():
        assert set(pd.read_csv(table)["source"]) == {"simulated"}


def test_recruited_data_carry_no_banner(tmp_path):
    folder = build_export(tmp_path / "export", arms=TWO, people=3, items=6, source="recruited")
    page = report(folder, tmp_path / "out", draws=20, formats=())
    assert "Simulated" not in page.read_text("utf-8")


def test_page_needs_nothing_else(html):
    assert not re.search(r"https?://|<script|<link|\sstyle=|@import|url\(", html)
    sources = re.findall(r'\ssrc="([^"]*)"', html)
    assert sources
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert all(link.startswith(("#", "data:text/csv")) for link in re.findall(r'href="([^"]*)"', html))


def test_embedded_tables_are_the_files_beside_the_page(page, html):
    links = re.findall(r'<a download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', html)
    assert len(links) == len(list((page.parent / "tables").iterdir()))
    for name, content in links:
        assert base64.b64decode(content) == (page.parent / "tables" / name).read_bytes()


def test_tables_parse_and_hold_the_contrasts(page, results):
    contrasts = pd.read_csv(page.parent / "tables" / "contrasts.csv").set_index("arm")
    assert contrasts["estimate"].to_dict() == pytest.approx(results.contrasts["estimate"].to_dict())
    assert contrasts["label"].to_dict() == {arm: label for arm, label in ARMS.items() if arm != "control"}
    items = pd.read_csv(page.parent / "tables" / "items.csv")
    assert len(items) == 32


FIGURES = {
    *("forest", "means", "wrong-items", "ratings-satisfaction", "subjective-satisfaction", "items", "time"),
    *("subjective-estimate", "calibration", "estimates", "learning-curve", "pareto"),
}


def test_figures_are_vector_files_with_a_size(page):
    names = set()
    for figure in (page.parent / "figures").iterdir():
        root = ET.fromstring(figure.read_text("utf-8"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(root.get("viewBox").split()) == 4
        names.add(figure.stem)
    assert names == FIGURES


def test_pictures_on_the_page_have_a_text_and_stand_over_a_table(html):
    pictures = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', html)
    assert len(pictures) == 5
    for svg, text in pictures:
        assert ET.fromstring(base64.b64decode(svg)).tag.endswith("svg")
        assert len(text) > 80


def test_what_the_plan_does_not_name_stands_under_exploratory(html):
    places = [html.index(f'id="{name}"') for name in ("secondary-h", "exploratory", "metrics-h", "methods-h")]
    assert places == sorted(places)
    assert "Nothing from here on was planned as a test" in html


def test_headings_are_in_order_and_tables_have_caption_and_scope(html):
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in re.findall(r"<table>(.*?)</table>", html, flags=re.S):
        assert "<caption>" in table
        assert all("scope=" in head for head in re.findall(r"<th\b[^>]*>", table))
    assert len(set(re.findall(r'\sid="([^"]+)"', html))) == len(re.findall(r'\sid="([^"]+)"', html))


def test_flow_tells_reasons_and_arms(html):
    told = section(html, "flow")
    assert "Arrived 132" in told
    assert "3 declined; 3 left before consent" in told
    assert "3 left during the instructions or the gate; 3 screened out at the gate" in told
    assert "Allocated 120" in told
    assert "1. failed an attention check process, sensitivity" in told
    assert re.search(r"Test against arm: p [=<] [.\d]+, (chi-square|Fisher)", told)


def test_exclusion_by_outcome_carries_a_warning(html):
    assert "“at or below 40 %”: It leaves people out by how well they did" in section(html, "sensitivity")


def test_plan_tells_hash_and_population(html, study):
    told = section(html, "plan")
    assert study.versions[-1]["sha256"] in told
    assert "everyone allocated with at least one trial in that phase" in told
    assert "target 40, analysed No explanation 2" in told


def test_deviations_name_each_arm_that_missed_its_target(html):
    told = section(html, "deviations")
    assert "No explanation: 2" in told
    assert "fewer than the target of 40." in told


def test_no_deviation_is_told_with_what_was_checked(tmp_path):
    export = build_export(tmp_path / "export", people=4, leave=0, target_n_per_arm=4, arms=TWO, method=ROBUST)
    page = report(export, tmp_path / "out", draws=20, formats=())
    told = section(page.read_text("utf-8"), "deviations")
    assert "None was found by these checks: every arm has its target, the study was closed" in told


def test_a_dropped_random_effect_is_a_deviation(results):
    assert results.primary.fit.dropped
    assert any("The model is smaller than planned by 1 random effect" in told for told in found(results))


def test_an_export_of_an_open_study_is_a_deviation(results):
    described = {"foretell": dict(results.study.facts) | {"status": "open"}}
    opened = replace(results, study=replace(results.study, description=described))
    assert "The study was not closed when it was exported; it was open." in found(opened)


def test_cross_checks_stand_beside_the_model_with_draws_and_seed(html):
    told = section(html, "checks")
    assert "drew people and items 200 times (seed 1)" in told
    assert "The methods agree in sign" in told


def test_model_table_tells_formula_random_effects_and_convergence(html):
    told = section(html, "model")
    assert "value ~ condition" in told
    assert "1 | participant; 1 + condition | item" in told
    assert "evaluations, converged" in told
    assert "condition[T.nearest]" in told


def test_same_export_gives_the_same_bytes(export, page, tmp_path):
    again = report(export, tmp_path / "again", draws=200, formats=("svg",))
    files = sorted(path.relative_to(page.parent) for path in page.parent.rglob("*") if path.is_file())
    assert files == sorted(
        path.relative_to(again.parent) for path in again.parent.rglob("*") if path.is_file()
    )
    assert all((page.parent / file).read_bytes() == (again.parent / file).read_bytes() for file in files)


def test_amendments_are_listed_as_deviations(tmp_path):
    first, second = make_protocol(TWO, trials=8), make_protocol(TWO, trials=8)
    versions = [version_of(first), version_of(second, 2, "a typo on page 3")]
    folder = build_export(tmp_path / "export", arms=TWO, people=3, items=8, versions=versions)
    page = report(folder, tmp_path / "out", draws=20, formats=())
    told = section(page.read_text("utf-8"), "deviations")
    assert "Version 2, 2026-11-07: a typo on page 3" in told
    assert "The protocol was amended after launch, 1 time, as listed below." in told


def test_public_names_are_documented():
    assert all(getattr(analysis, name).__doc__ for name in analysis.__all__)


def test_reading_twice_gives_the_same_hash(export):
    assert read_export(export).data_sha256 == read_export(export).data_sha256
