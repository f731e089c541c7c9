"""A bundle in memory: what the pages look up, read from the database once per process and bundle."""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from explainers.bundle import markup, scales
from studyapp.models import Bundle, BundleItem, BundleOutput, BundleStimulus, Study

StimulusKey = tuple[
    str, str, str, str
]  # item, model, explainer, target; model and explainer empty for an input


Part = tuple[str, str, str, str]  # model, explainer, target, part


@dataclass(frozen=True)
class Catalog:
    """Items, outputs and stimuli of one bundle."""

    sha256: str
    labels: tuple[str, ...]
    items: Mapping[str, BundleItem]
    outputs: Mapping[tuple[str, str], str]  # (item, model) → output
    stimuli: Mapping[StimulusKey, tuple[BundleStimulus, ...]]  # parts in the bundle's order
    models: tuple[str, ...]
    scale: scales.Stops = scales.EMBERS  # the colours that pictures were drawn with
    telling: frozenset[Part] = (
        frozenset()
    )  # whose captions differ from item to item: they are the explanation

    def items_with(self, strata: Mapping[str, str]) -> list[str]:
        """Names of the items that have all these strata, in the bundle's order."""
        return [
            name
            for name, item in self.items.items()
            if all(item.strata.get(stratum) == value for stratum, value in strata.items())
        ]

    def truth(self, item: str) -> str:
        return self.items[item].truth

    def output(self, item: str, model: str) -> str:
        return self.outputs[item, model]

    def inputs(self, item: str) -> tuple[BundleStimulus, ...]:
        """What is shown of an item before any explanation."""
        return self.stimuli.get((item, "", "", "none"), ())

    def explanation(self, item: str, model: str, explainer: str, target: str) -> tuple[BundleStimulus, ...]:
        """The parts of one explanation; none for the explainer `none`."""
        return () if explainer == "none" else self.stimuli.get((item, model, explainer, target), ())

    def is_telling(self, part: BundleStimulus) -> bool:
        """Whether a caption says more than the heading of all items can."""
        return _part(part) in self.telling

    def html(self, part: BundleStimulus) -> SafeString:
        """What is shown of a stimulus that is no picture."""
        return _html(self.sha256, part.file)

    @property
    def ramp(self) -> SafeString:
        """The colour scale of pictures, for a legend."""
        return mark_safe(markup.ramp(self.scale))


def catalog_of(study: Study) -> Catalog:
    """Return the catalog of a study's bundle."""
    return _read(study.bundle_id)


@functools.lru_cache(maxsize=16)
def _read(bundle_id: int) -> Catalog:
    bundle = Bundle.objects.get(pk=bundle_id)
    stimuli: dict[StimulusKey, list[BundleStimulus]] = {}
    for stimulus in BundleStimulus.objects.filter(bundle=bundle).order_by("number"):
        stimuli.setdefault((stimulus.item, stimulus.model, stimulus.explainer, stimulus.target), []).append(
            stimulus
        )
    return Catalog(
        sha256=bundle.sha256,
        labels=tuple(bundle.manifest["labels"]),
        items={item.name: item for item in BundleItem.objects.filter(bundle=bundle).order_by("number")},
        outputs={(row.item, row.model): row.output for row in BundleOutput.objects.filter(bundle=bundle)},
        stimuli={key: tuple(parts) for key, parts in stimuli.items()},
        models=tuple(model["name"] for model in bundle.manifest["models"]),
        scale=scales.scale_of(bundle.manifest),
        telling=_telling(part for parts in stimuli.values() for part in parts),
    )


def _telling(parts: Iterable[BundleStimulus]) -> frozenset[Part]:
    captions: dict[Part, set[str]] = {}
    for part in parts:
        captions.setdefault(_part(part), set()).add(part.caption)
    return frozenset(name for name, told in captions.items() if len(told) > 1)


def _part(stimulus: BundleStimulus) -> Part:
    return stimulus.model, stimulus.explainer, stimulus.target, stimulus.part


@functools.lru_cache(maxsize=4096)
def _html(sha256: str, file: str) -> SafeString:
    content = (bundle_folder(sha256) / "stimuli" / file).read_bytes()
    return mark_safe(markup.markup_of(content))


def address(study: Study, file: str) -> str:
    """Return the name a stimulus is served under in this study: an HMAC, so that a published bundle tells nothing."""
    stem, _, suffix = file.rpartition(".")
    return f"{hmac.new(study.key.encode(), stem.encode(), hashlib.sha256).hexdigest()[:32]}.{suffix}"


def file_at(study: Study, name: str) -> tuple[Path, str] | None:
    """Return the file and media type behind an address; None when there is none."""
    return _addresses(study.pk, study.bundle_id, study.key).get(name)


@functools.lru_cache(maxsize=16)
def _addresses(study_id: int, bundle_id: int, key: str) -> dict[str, tuple[Path, str]]:
    study = Study(pk=study_id, key=key)
    catalog = _read(bundle_id)
    folder = bundle_folder(catalog.sha256) / "stimuli"
    return {
        address(study, part.file): (folder / part.file, part.media_type)
        for parts in catalog.stimuli.values()
        for part in parts
        if is_picture(part)
    }


def is_picture(part: BundleStimulus) -> bool:
    """Whether a stimulus is fetched by an address of its own; what is no picture stands in the page itself."""
    return part.media_type.startswith("image/")


def bundle_folder(sha256: str) -> Path:
    """Where a loaded bundle's files lie."""
    return Path(settings.MEDIA_ROOT) / "bundles" / sha256


def forget_catalogs() -> None:
    """Empty the caches, for tests that roll the database back."""
    _read.cache_clear()
    _html.cache_clear()
    _addresses.cache_clear()
