"""Colour scales of pictures: places and colours, so that a page's legend shows what the drawer drew."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

Stops = tuple[tuple[float, str], ...]

# little to much. `embers` is the scale of the first studies; `even` has its colours at such places that lightness
# (CIE L*) grows evenly. Both run from black over vermilion to yellow: they differ in lightness for every eye.
EMBERS: Stops = ((0.0, "#000000"), (0.4, "#d55e00"), (0.7, "#e69f00"), (1.0, "#f0e442"))
EVEN: Stops = (
    *((0.0, "#000000"), (0.1, "#2b1300"), (0.2, "#492000"), (0.3, "#692e00"), (0.4, "#8b3d00")),
    *((0.5, "#ae4d00"), (0.6, "#d25d00"), (0.7, "#de8000"), (0.8, "#e6a203"), (0.9, "#ebc323")),
    (1.0, "#f0e442"),
)
# against (-1, vermilion) and for (1, blue): straight lines from black in CIELAB, equally light on both sides
BOTH_WAYS: Stops = (
    *((-1.0, "#ff9452"), (-0.8333, "#d37a45"), (-0.6667, "#a56138"), (-0.5, "#7a492c")),
    *((-0.3333, "#513220"), (-0.1667, "#2b1c14"), (0.0, "#000000"), (0.1667, "#172129")),
    *((0.3333, "#233c4d"), (0.5, "#2e5974"), (0.6667, "#39789e"), (0.8333, "#4399cb"), (1.0, "#4cbaf9")),
)
SCALES: Mapping[str, Stops] = {"embers": EMBERS, "even": EVEN, "both-ways": BOTH_WAYS}


def stops_of(scale: Any) -> Stops:
    """The stops of a scale that is given by name or stop by stop."""
    return SCALES[scale] if isinstance(scale, str) else tuple((float(at), str(c)) for at, c in scale)


def scale_of(manifest: Mapping[str, Any]) -> Stops:
    """The scale that a bundle's pictures were drawn with; `embers` where its recipe tells none."""
    found: Any = manifest
    for key in ("recipe", "rendering", "parameters", "scale"):
        found = found.get(key) if isinstance(found, Mapping) else None
    try:
        stops = stops_of(found)
        colours = [channels for _, colour in stops for channels in [_channels(colour)] if len(colour) == 7]
    except (KeyError, TypeError, ValueError):
        return EMBERS
    return stops if len(colours) == len(stops) > 1 else EMBERS


def colour_at(stops: Stops, place: float) -> str:
    """The scale's colour at a place; between two stops it lies on the straight line between them."""
    for (low, below), (high, above) in pairwise(stops):
        if place <= high:
            share = (max(place, low) - low) / (high - low)
            channels = zip(_channels(below), _channels(above), strict=True)
            return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in channels)
    return stops[-1][1]


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
