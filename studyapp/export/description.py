"""`dataset_description.json`: what the export is, in the words of Psych-DS, with every column's meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils import timezone

from protocol.doors import export as door
from protocol.doors.columns import as_cell
from studyapp.models import Participant, ProtocolVersion, Study
from studyapp.studies.snapshot import SNAPSHOT


def describe(
    study: Study, versions: Sequence[ProtocolVersion], strata: Sequence[str], files: Mapping[str, str]
) -> dict[str, Any]:
    """Return the description of an export with these protocol versions, strata, and files by SHA-256."""
    told = door.describe()
    in_force = next(version for version in versions if version.number == study.version)
    measured = [
        {"@type": "PropertyValue", "name": name, "description": "A stratum of the item."} for name in strata
    ]
    facts = {
        "schema_version": door.SCHEMA_VERSION,
        "study": study.slug,
        "title": study.title,
        "status": study.status,
        "protocol_version": in_force.number,
        "protocol_sha256": in_force.sha256,
        "bundle_sha256": study.bundle.sha256,
        "sources": _sources(study, versions),
        "seed_sha256": study.seed_sha256,
    }
    if study.status == Study.Status.CLOSED:
        facts["seed"] = study.seed
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": study.title,
        "description": in_force.protocol.description or study.title,
        "schemaVersion": "Psych-DS 0.4.0",
        "variableMeasured": told["variableMeasured"] + measured,
        "foretell": facts
        | {"exported_at": as_cell(timezone.now()), "files": dict(files), "tables": told["tables"]},
    }


def protocol_versions(versions: Sequence[ProtocolVersion]) -> dict[str, Any]:
    """Return what stands in `protocol.json`."""
    return {
        "versions": [
            {
                "number": version.number,
                "sha256": version.sha256,
                "created_at": as_cell(version.created_at),
                "reason": version.reason,
                "protocol": version.resolved,
            }
            for version in versions
        ]
    }


def _sources(study: Study, versions: Sequence[ProtocolVersion]) -> dict[str, int]:
    numbers = [version.number for version in versions]
    people = Participant.objects.using(SNAPSHOT).filter(study=study, version__in=numbers)
    counts = dict(people.values_list("source").annotate(Count("pk")))
    return {source: counts.get(source, 0) for source in Participant.Source.values}
