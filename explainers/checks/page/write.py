"""Writing the page of checks. It needs no torch: randomised twins are given where there are any."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ...bundle import Bundle, Check, ExplainerEntry
from ...bundle.markup import markup_of
from ...bundle.pictures import picture_of
from ...bundle.records import Stimulus
from ..plain import asked, classified, in_short, interval, measured, outcome, titled, told, value
from .absent import Absent, together

HERE = Path(__file__).parent
STYLES = (HERE.parents[1] / "bundle" / "static" / "stimuli.css", HERE / "page.css")
EXAMPLES = 4  # items shown for each explainer
OPEN = 2  # of them, without a click
BY_LAYER = ("cascading-randomisation", "independent-randomisation")
LIKENESS = ("rank-correlation", "ssim")


class Seen(NamedTuple):
    """One stimulus as it stands on the page."""

    caption: str
    html: Markup


@dataclass(frozen=True)
class Twins:
    """What the same explainers show for models whose weights were shuffled, by explainer, model and item.

    `why_not` says why there are none.
    """

    shown: Mapping[tuple[str, str, str], Sequence[tuple[str, bytes]]]
    why_not: str = ""


@dataclass(frozen=True)
class Section:
    """One explainer with one model."""

    entry: ExplainerEntry
    model: str
    checks: Sequence[Check]
    absent: Sequence[tuple[str, str]]  # names of checks that it does not have, each with the reason
    layers: Sequence[Sequence[str]]
    rows: Sequence[tuple[str, Sequence[Seen], Sequence[Seen], Sequence[Seen]]]

    def that(self, verdict: str) -> list[Check]:
        """The checks of that verdict."""
        return [check for check in self.checks if outcome(check) == verdict]

    @property
    def of_pictures(self) -> bool:
        """Is there structural similarity of any layer?"""
        return any(row[2] != "–" or row[4] != "–" for row in self.layers)

    @property
    def has_twins(self) -> bool:
        """Is there any explanation of a model with shuffled weights?"""
        return any(twin for *_, twin in self.rows)


def write_page(bundle: Bundle, path: Path, twins: Twins) -> None:
    """Write one HTML file that loads nothing from elsewhere."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = list(_sections(bundle, twins))
    models = [check for check in bundle.manifest.checks if check.explainer is None]
    styles = Markup("\n".join(file.read_text(encoding="utf-8") for file in STYLES))
    words = (asked, classified, in_short, interval, measured, outcome, titled, told, value)
    environment.globals |= {word.__name__: word for word in words}
    absent = together([(one.entry.name, one.model, one.absent) for one in sections])
    text = environment.get_template("page.html").render(
        bundle=bundle, sections=sections, models=models, absent=absent, styles=styles, twins=twins, open=OPEN
    )
    path.write_text(text, encoding="utf-8", newline="\n")


def _sections(bundle: Bundle, twins: Twins) -> Iterator[Section]:
    for entry in bundle.manifest.explainers:
        for model in bundle.manifest.models:
            stimuli = [
                one for one in bundle.stimuli if (one.explainer, one.model) == (entry.name, model.name)
            ]
            if not stimuli:
                continue
            about = [
                check
                for check in bundle.manifest.checks
                if (check.explainer, check.model) == (entry.name, model.name)
            ]
            checks = [check for check in about if not _layer_of(check)]
            names = frozenset(check.name.split(" ")[0] for check in checks)
            absent = Absent(bundle, entry, model.name, names).checks()
            items = list(dict.fromkeys(stimulus.item for stimulus in stimuli))[:EXAMPLES]
            rows = [_row(bundle, stimuli, item, twins, entry.name, model.name) for item in items]
            yield Section(entry, model.name, checks, absent, _layers(about), rows)


def _row(
    bundle: Bundle, stimuli: Sequence[Stimulus], item: str, twins: Twins, explainer: str, model: str
) -> tuple[str, Sequence[Seen], Sequence[Seen], Sequence[Seen]]:
    first = next(one.target for one in stimuli if one.item == item)
    own = [one for one in stimuli if (one.item, one.target) == (item, first)]
    plain = [one for one in bundle.stimuli if (one.item, one.explainer) == (item, "")]
    return (
        item,
        [_seen(one.caption, bundle.path(one).read_bytes()) for one in plain],
        [_seen(one.caption, bundle.path(one).read_bytes()) for one in own],
        [_seen(caption, content) for caption, content in twins.shown.get((explainer, model, item), [])],
    )


def _seen(caption: str, content: bytes) -> Seen:
    if picture := picture_of(content):
        address = f"data:{picture.media_type};base64,{base64.b64encode(content).decode()}"
        return Seen(caption, Markup('<img src="{}" alt="">').format(address))
    return Seen(caption, Markup(markup_of(content)))


def _layer_of(check: Check) -> tuple[str, str, str] | None:
    """Mode, layer and likeness of a check that is about a layer; another pipeline's checks have any names."""
    mode, _, rest = check.name.partition(" ")
    layer, _, kind = rest.rpartition(" ")
    return (mode, layer, kind) if layer and mode in BY_LAYER and kind in LIKENESS else None


def _layers(checks: Sequence[Check]) -> list[list[str]]:
    """Rows of the table by layer: the layer, then each mode's rank correlation and structural similarity."""
    values = {place: check.value for check in checks if (place := _layer_of(check))}
    names = list(dict.fromkeys(layer for _, layer, _ in values))
    kinds = [(mode, kind) for mode in BY_LAYER for kind in LIKENESS]
    return [
        [
            layer,
            *(
                f"{values[mode, layer, kind]:.2f}" if (mode, layer, kind) in values else "–"
                for mode, kind in kinds
            ),
        ]
        for layer in names
    ]
