"""A bundle as rows: stored from its files, and compared with them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from django.db import models

from explainers import bundle as bundles
from explainers.bundle import strict_json
from studyapp.catalog import bundle_folder
from studyapp.errors import StudyError
from studyapp.models import Bundle, BundleItem, BundleOutput, BundleStimulus


def stored_bundle(bundle: bundles.Bundle) -> Bundle:
    """Return the bundle's row; bundles of the same bytes share one. Its files must be copied already."""
    row, is_new = Bundle.objects.get_or_create(
        sha256=bundle.sha256, defaults={"name": bundle.manifest.name, "manifest": _manifest(bundle.sha256)}
    )
    if is_new:
        BundleItem.objects.bulk_create(_items(row, bundle), batch_size=500)
        BundleOutput.objects.bulk_create(_outputs(row, bundle), batch_size=500)
        BundleStimulus.objects.bulk_create(_stimuli(row, bundle), batch_size=500)
    return row


def read_whole(sha256: str) -> bundles.Bundle:
    """Return a loaded bundle as its files say; StudyError where they are not all there and whole."""
    folder = bundle_folder(sha256)
    try:
        found = bundles.read(folder)
    except bundles.BundleError as error:
        raise StudyError(
            f"The files of a loaded bundle are damaged. Remove {folder} and load the study again.\n{error}"
        ) from error
    if found.sha256 != sha256:
        raise StudyError(
            f"{folder} holds another bundle ({found.sha256}). Remove it and load the study again."
        )
    return found


def differences(row: Bundle, using: str) -> Iterator[str]:
    """Yield where a bundle's files differ from its hash, and its rows from its files."""
    try:
        bundle = read_whole(row.sha256)
    except StudyError as error:
        yield str(error)
        return
    if row.manifest != _manifest(row.sha256):
        yield f"bundle {row}: the stored manifest is not the one in its files"
    read: list[tuple[str, models.QuerySet[Any], Iterator[models.Model]]] = [
        ("item", BundleItem.objects.using(using).order_by("number"), _items(row, bundle)),
        ("output", BundleOutput.objects.using(using).order_by("pk"), _outputs(row, bundle)),
        ("stimulus", BundleStimulus.objects.using(using).order_by("number"), _stimuli(row, bundle)),
    ]
    for what, stored, expected in read:
        for number, (one, other) in enumerate(zip_longest(stored.filter(bundle=row), expected), start=1):
            if _values(one) != _values(other):
                yield f"bundle {row}: stored {what} {number} ({one}) is not the one in its files ({other})"
                break


def _values(row: models.Model | None) -> list[Any]:
    """Return a row's values without its key."""
    if row is None:
        return []
    return [getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key]


def _manifest(sha256: str) -> dict[str, Any]:
    text = (bundle_folder(sha256) / "manifest.json").read_text(encoding="utf-8")
    manifest: dict[str, Any] = strict_json.parse(text)
    return manifest


def _items(row: Bundle, bundle: bundles.Bundle) -> Iterator[BundleItem]:
    for number, item in enumerate(bundle.items, start=1):
        yield BundleItem(
            bundle=row,
            number=number,
            name=item.item,
            kind=item.kind,
            parent=item.parent,
            change=item.change,
            members=list(item.members) or None,
            truth=item.truth,
            strata=dict(item.strata),
        )


def _outputs(row: Bundle, bundle: bundles.Bundle) -> Iterator[BundleOutput]:
    for output in bundle.outputs:
        yield BundleOutput(
            bundle=row,
            item=output.item,
            model=output.model,
            output=output.output,
            probability=output.probability,
            probabilities=list(output.probabilities) or None,
        )


def _stimuli(row: Bundle, bundle: bundles.Bundle) -> Iterator[BundleStimulus]:
    for number, shown in enumerate(bundle.stimuli, start=1):
        yield BundleStimulus(
            bundle=row,
            number=number,
            item=shown.item,
            model=shown.model,
            explainer=shown.explainer,
            target=shown.target,
            part=shown.part,
            file=shown.file,
            media_type=shown.media_type,
            width=shown.width,
            height=shown.height,
            caption=shown.caption,
            alt=shown.alt,
            source_item=shown.source_item,
            seed=shown.seed,
            checks=dict(shown.checks),
        )
