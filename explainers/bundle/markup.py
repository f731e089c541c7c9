"""JSON stimuli as HTML: safe, readable without colour, without scripts, and on a phone.

One `div.sheet` for each, looked after by `static/stimuli.css`. Strengths are told by classes (`w-n10` … `w-p10`)
and by SVG in per cent, because pages allow no `style` attributes. The same JSON gives the same bytes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from .scales import Stops, colour_at

AGAINST, FOR, MATTERS = "speaks against", "speaks for", "matters"  # where a stimulus does not say
STRONGEST = 10  # so many tokens each way are told to those who hear the page
OPEN_LEAVES, OPEN_LEVELS = 16, 3  # a larger tree is folded below its first levels
NO_SPACE_BEFORE = frozenset([*".,;:!?)]}%…’”", "'s", "n't", "'re", "'ve", "'ll", "'d", "'m", "..."])
NO_SPACE_AFTER = frozenset("([{‘“$#")
RAMP = (-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10)

Weight = float | None
Node = Mapping[str, Any]


def markup_of(content: bytes) -> str:
    """HTML of a JSON stimulus's bytes; they must be sound (`contents.content_of`)."""
    return markup(json.loads(content))


def markup(value: Mapping[str, Any]) -> str:
    """HTML of a JSON stimulus."""
    kind = value["type"]
    return f'<div class="sheet sheet-{kind}">{"".join(SHOWN_AS[kind](value))}</div>'


def ramp(stops: Stops, steps: int = 41) -> str:
    """A picture's colour scale, for its legend."""
    low, high = stops[0][0], stops[-1][0]
    width = 100 / steps
    bars = "".join(
        f'<rect x="{number * width:.2f}%" width="{width + 0.4:.2f}%" height="100%" '
        f'fill="{colour_at(stops, low + (high - low) * number / (steps - 1))}"/>'
        for number in range(steps)
    )
    return f'<svg class="ramp" aria-hidden="true">{bars}</svg>'


# Text


def _text(value: Mapping[str, Any]) -> Iterator[str]:
    for paragraph in value["text"].replace("\r\n", "\n").split("\n\n"):
        if paragraph.strip():
            yield f"<p>{'<br>'.join(map(escape, paragraph.strip().split(chr(10))))}</p>"


# Tables


def _table(value: Mapping[str, Any]) -> Iterator[str]:
    columns, rows = value["columns"], value["rows"]
    emphasis = value.get("emphasis") or [[None] * len(columns)] * len(rows)
    changed = value.get("changed") or [[False] * len(columns)] * len(rows)
    weighed = [any(row[place] is not None for row in emphasis) for place in range(len(columns))]
    ends = _ends(value)
    heads = (
        f'<th scope="col">{escape(column)}</th>' + (_bar_head(ends) if has_bars else "")
        for column, has_bars in zip(columns, weighed, strict=True)
    )
    yield f"<table><thead><tr>{''.join(heads)}</tr></thead><tbody>"
    for cells, weights, marks in zip(rows, emphasis, changed, strict=True):
        yield f"<tr>{''.join(_cells(cells, weights, marks, weighed, ends))}</tr>"
    yield "</tbody></table>"


def _cells(
    cells: Sequence[Any],
    weights: Sequence[Weight],
    marks: Sequence[bool],
    weighed: Sequence[bool],
    ends: tuple[str, ...],
) -> Iterator[str]:
    for place, (cell, weight, is_changed) in enumerate(zip(cells, weights, marks, strict=True)):
        is_head = place == 0 and len(cells) > 1
        tag, scope = ("th", ' scope="row"') if is_head else ("td", "")
        told = escape(_cell_text(cell))
        if is_changed:
            told = f"<mark>{told}</mark> <small>changed</small>"
        yield f"<{tag}{scope}>{told}</{tag}>"
        if weighed[place]:
            yield f'<td class="bar">{_bar(weight, ends)}</td>'


def _cell_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(cell)


def _bar_head(ends: tuple[str, ...]) -> str:
    if len(ends) == 1:
        return f'<th scope="col" class="poles"><span>{escape(ends[0])}</span></th>'
    low, high = map(escape, ends)
    return f'<th scope="col" class="poles two"><span>◂ {low}</span><span>{high} ▸</span></th>'


def _bar(weight: Weight, ends: tuple[str, ...]) -> str:
    """A bar from the middle (or the left, where nothing is below 0), and in words for those who hear it."""
    if weight is None:
        return ""
    size, reach = abs(weight), 50 if len(ends) == 2 else 100
    start = 50 - size * reach if weight < 0 else 100 - reach
    side = "against" if weight < 0 else "for"
    middle = '<line x1="50%" x2="50%" y1="0" y2="100%"/>' if len(ends) == 2 else ""
    words = f"{escape(ends[0] if weight < 0 else ends[-1])}, {size * 100:.0f} of 100" if size else "neither"
    return (
        f'<svg aria-hidden="true"><rect class="{side}" x="{start:.1f}%" y="15%" '
        f'width="{size * reach:.1f}%" height="70%"/>{middle}</svg><span class="unseen">{words}</span>'
    )


# Tokens


def _tokens(value: Mapping[str, Any]) -> Iterator[str]:
    words, weights, joined_by = value["tokens"], value["weights"], value.get("joined_by", " ")
    changed = value.get("changed") or [False] * len(words)
    ends = _ends(value)
    kind = "characters" if joined_by == "" else "words"
    told = zip(words, weights or [None] * len(words), changed, strict=True)
    spans = [_token(*one, is_character=joined_by == "") for one in told]
    yield f'<p class="{kind}">{"".join(_joined(words, spans, joined_by))}</p>'
    if any(changed):
        yield '<p class="colours"><span class="swatch"><mark>changed</mark></span></p>'
    if weights is not None:
        yield from _key(ends)
        yield from _strongest(words, weights, ends)


def _joined(words: Sequence[str], spans: Sequence[str], joined_by: str) -> Iterator[str]:
    for place, span in enumerate(spans):
        glued = joined_by == " " and place and _sticks(words[place - 1], words[place])
        yield span if place == 0 or glued else escape(joined_by) + span


def _sticks(before: str, after: str) -> bool:
    """Does no space stand between these tokens in written English?"""
    return after.lower() in NO_SPACE_BEFORE or before in NO_SPACE_AFTER


def _token(word: str, weight: Weight, is_changed: bool, *, is_character: bool) -> str:
    told = escape("↵\n" if is_character and word == "\n" else word)
    if is_changed:
        told = f"<mark>{told}</mark>"
    return told if weight is None else f'<span class="{_step(weight)}">{told}</span>'


def _step(weight: float) -> str:
    """The class of a weight: tenths, so that what is seen has ten steps each way."""
    tenths = round(weight * 10)
    return f"w-{'n' if tenths < 0 else 'p' if tenths else ''}{abs(tenths)}"


def _key(ends: tuple[str, ...]) -> Iterator[str]:
    """What the colours mean; each end is written as such a token is."""
    steps = RAMP if len(ends) == 2 else RAMP[5:]
    cells = "".join(f'<i class="{_step(step / 10)}"></i>' for step in steps)
    low = f'<span class="w-n10">{escape(ends[0])}</span>' if len(ends) == 2 else "<span>little</span>"
    high = f'<span class="w-p10">{escape(ends[-1])}</span>'
    yield f'<p class="colours">{low}<span class="tints" aria-hidden="true">{cells}</span>{high}</p>'


def _strongest(words: Sequence[str], weights: Sequence[Weight], ends: tuple[str, ...]) -> Iterator[str]:
    """The strongest tokens in words, for those who hear the page."""
    for sign, end in ((1, ends[-1]), *(((-1, ends[0]),) if len(ends) == 2 else ())):
        felt = [(abs(w), -n) for n, w in enumerate(weights) if w is not None and round(w * 10) * sign > 0]
        told = [f"{words[-n]} ({size * 100:.0f})" for size, n in sorted(felt, reverse=True)[:STRONGEST]]
        yield f'<p class="unseen">{escape(end)}, of 100: {escape(", ".join(told) or "nothing")}.</p>'


def _ends(value: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(value.get("scale") or (AGAINST, FOR))


# Rules and trees


def _rules(value: Mapping[str, Any]) -> Iterator[str]:
    rules = value["rules"]
    if len(rules) > 1:
        yield '<p class="how">Read from the top. The first rule that fits decides.</p>'
    yield "<ol>"
    for number, rule in enumerate(rules):
        yield f"<li>{_rule(rule['if'], rule['then'], is_first=number == 0)}</li>"
    yield "</ol>"
    yield from _note(value)


def _rule(conditions: Sequence[str], conclusion: str, *, is_first: bool) -> str:
    then = f"<strong>{escape(conclusion)}</strong>"
    if not conditions:
        return f"<p><b>{'Always' if is_first else 'Otherwise'}</b> {then}</p>"
    lines = (
        f"<li><b>{'and' if place else 'If'}</b> <span>{escape(condition)}</span></li>"
        for place, condition in enumerate(conditions)
    )
    return f"<ul>{''.join(lines)}</ul><p><b>then</b> {then}</p>"


def _tree(value: Mapping[str, Any]) -> Iterator[str]:
    is_large = _leaves(value["root"]) > OPEN_LEAVES
    yield f'<div class="root">{_node(value["root"], OPEN_LEVELS if is_large else -1)}</div>'
    if is_large:
        yield '<p class="how">Press a question to see what follows from it.</p>'
    yield from _note(value)


def _node(node: Node, levels: int) -> str:
    """A question with its two ways, or a conclusion. After `levels` more levels, ways are folded; -1: never."""
    if "then" in node:
        note = f" <small>{escape(node['note'])}</small>" if node.get("note") else ""
        return f'<p class="leaf"><strong>{escape(node["then"])}</strong>{note}</p>'
    ways = "".join(
        f"<li>{_way(word, node[way], levels)}</li>" for word, way in (("Yes", "yes"), ("No", "no"))
    )
    return f'<p class="asks">{_asked(node)}</p><ul>{ways}</ul>'


def _way(word: str, node: Node, levels: int) -> str:
    led = f"<b>{word}</b>"
    if levels == 0 and "if" in node:
        inner = _node(node, 0).partition("</p>")[2]
        return f"<details><summary>{led} {_asked(node)}</summary>{inner}</details>"
    return f"{led} {_node(node, levels - 1 if levels > 0 else levels)}"


def _asked(node: Node) -> str:
    told = str(node["if"])
    return escape(told if told.endswith("?") else f"{told}?")


def _leaves(node: Node) -> int:
    return 1 if "then" in node else _leaves(node["yes"]) + _leaves(node["no"])


def _note(value: Mapping[str, Any]) -> Iterator[str]:
    if value.get("note"):
        yield f'<p class="note">{escape(value["note"])}</p>'


SHOWN_AS = {"text": _text, "table": _table, "tokens": _tokens, "rules": _rules, "tree": _tree}
