"""The methods, with their sources, and what the report was made with."""

from __future__ import annotations

from importlib.metadata import version
from platform import python_version

from analysis.planned import Results
from analysis.report.section import Section
from analysis.report.words import level

PACKAGES = ("numpy", "scipy", "pandas", "jinja2", "pydantic")
SOURCES = (
    "Cameron, Gelbach and Miller (2011). Robust inference with multiway clustering. JBES 29(2).",
    "MacKinnon, Nielsen and Webb (2024). Jackknife inference with two-way clustering. arXiv 2406.08880.",
    "Holm (1979). A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6.",
    "Owen (2007). The pigeonhole bootstrap. Ann. Appl. Stat. 1(2).",
    "Woodruff (1952). Confidence intervals for medians and other position measures. JASA 47(260).",
    "Wilson (1927). Probable inference, the law of succession, and statistical inference. JASA 22(158).",
    "Schulz, Altman and Moher (2010). CONSORT 2010 statement. BMJ 340:c332.",
)


def methods(results: Results) -> Section:
    """Return the methods paragraph, its sources, hashes, seeds and versions."""
    study, facts = results.study, results.study.facts
    hashes = [("Data", study.data_sha256)]
    hashes += [("Protocol", study.versions[-1]["sha256"])] if study.versions else []
    hashes += [("Bundle", facts["bundle_sha256"])] if facts.get("bundle_sha256") else []
    hashes += [("Seed of allocation", facts["seed_sha256"])] if facts.get("seed_sha256") else []
    content = {
        "level": level(results.alpha),
        "draws": f"{results.draws:,}",
        "seed": study.plan.seed,
        "is_holm": study.plan.family == "holm",
        "margin": study.plan.equivalence_margin is not None,
        "has_natural": results.natural is not None,
        "sources": SOURCES,
        "hashes": hashes,
        "versions": ", ".join(
            [f"Python {python_version()}", *[f"{name} {version(name)}" for name in PACKAGES]]
        ),
    }
    return Section("methods", "Methods", content)
