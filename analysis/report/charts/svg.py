"""Standalone SVG: elements with escaped text, and the frame with its own style."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

CHARACTERS, BOLD_CHARACTERS = 104, 92  # of 13-px text in 728 px

STYLE = """
svg { background: #fff; }
text { font: 14px system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; fill: #5b5852; }
.strong { font-weight: 600; fill: #1d1c1a; } .title { font-size: 17px; font-weight: 650; fill: #1d1c1a; }
.small { font-size: 13px; } .end { text-anchor: end; } .middle { text-anchor: middle; }
.warning { font-weight: 600; fill: #963f00; }
.paper { fill: #fff; } .axis { stroke: #dcd8cf; } .zero { stroke: #807b72; stroke-width: 1.5; }
.zone { fill: #f1efea; }
.dash { stroke-dasharray: 5 4; }
.reach { stroke: #1d1c1a; stroke-width: 2; } .dot { fill: #1d1c1a; stroke: #fff; stroke-width: 1.5; }
.reach.accent { stroke: #0b5c70; stroke-width: 3; } .dot.accent { fill: #0b5c70; }
.line { stroke: #0b5c70; stroke-width: 2; }
.segment { stroke: #fff; stroke-width: 1.5; } .segment.first { fill: #0b5c70; }
.segment.second { fill: #b9b3a7; }
.segment.third { fill: #f1efea; stroke: #807b72; }
.on-first { fill: #fff; } .on-second, .on-third { fill: #1d1c1a; }
"""


def element(tag: str, content: str = "", **attributes: object) -> Markup:
    """Return one element; text and attributes are escaped, `class_` becomes `class`, `_` becomes `-`."""
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for name, value in attributes.items()
    )
    inner = content if isinstance(content, Markup) else escape(content)
    return Markup(f"<{tag}{told}/>") if not content else Markup(f"<{tag}{told}>{inner}</{tag}>")


def document(title: str, description: str, width: int, height: int, parts: Sequence[str]) -> str:
    """Return a whole SVG file."""
    inside = Markup("\n").join(
        [
            element("title", title),
            element("desc", description),
            Markup(f"<style>{STYLE}</style>"),
            element("rect", class_="paper", width=width, height=height),
            *parts,
        ]
    )
    frame = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}"}
    told = " ".join(f'{name}="{value}"' for name, value in frame.items())
    return f'<svg {told} width="{width}" height="{height}" role="img">\n{inside}\n</svg>\n'


def wrapped(text: str, characters: int) -> list[str]:
    """Break a text into lines of at most so many characters, at spaces."""
    lines: list[str] = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > characters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def paragraph(
    text: str, x: float, y: float, class_: str = "small", characters: int = CHARACTERS
) -> list[Markup]:
    """Return a text broken into lines of 19 px, the first with its baseline at `y`."""
    return [
        element("text", line, x=x, y=y + 19 * number, class_=class_)
        for number, line in enumerate(wrapped(text, characters))
        if line
    ]


def notes_below(caption: str, warning: str, y: float) -> tuple[list[Markup], float]:
    """Return caption and warning as lines from `y` on, and where they end."""
    lines = paragraph(caption, 16, y) + paragraph(
        warning, 16, y + 19 * len(wrapped(caption, CHARACTERS)), "small warning", BOLD_CHARACTERS
    )
    return lines, y + 19 * len(lines)


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
