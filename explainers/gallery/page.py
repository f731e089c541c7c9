"""The gallery's page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..base import Context, Explainer
from ..bundle.contents import content_of
from ..bundle.markup import markup_of, ramp
from ..bundle.records import file_name
from ..data.base import Data
from ..listing import summaries
from ..registry import EXPLAINERS
from ..rendering.image import ImageDrawer
from .settings import FAMILIES

if TYPE_CHECKING:
    from .making import Answered, Exhibit

GENERATOR = '<meta name="generator" content="python -m explainers gallery">'
FINE = 96  # pixels from which a picture is drawn smoothly
KINDS = {"image": "On pictures", "table": "On tables", "text": "On texts"}
WORDS = {
    "intrinsic": "the model itself",
    "post-hoc": "made afterwards",
    "local": "of one item",
    "global": "of the model as a whole",
    "model-agnostic": "for any model",
    "model-specific": "for models of a certain make",
}
REVEALS = {
    "yes": "yes: whoever sees it knows what the model said",
    "partly": "partly: it helps to guess what the model said",
    "no": "no",
}


def page(exhibits: Sequence[Exhibit]) -> str:
    """The page as HTML; its pictures and styles lie beside it."""
    families = [(family, list(them)) for family, them in groupby(_ordered(exhibits), key=_family)]
    links = "".join(f'<li><a href="#{_id(family)}">{_title(family)}</a></li>' for family, _ in families)
    sections = "".join(_section(family, them) for family, them in families)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{GENERATOR}\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Gallery of explanations</title>\n'
        '<link rel="icon" href="data:,">\n<link rel="stylesheet" href="gallery.css">\n'
        '<link rel="stylesheet" href="stimuli.css">\n</head>\n<body>\n<main>\n'
        f"<header><h1>Gallery of explanations</h1><p>{_counted(exhibits)}</p>{''.join(_faults(exhibits))}"
        f'<nav aria-label="Families"><ul>{links}</ul></nav></header>\n{sections}</main>\n</body>\n</html>\n'
    )


def _ordered(exhibits: Sequence[Exhibit]) -> list[Exhibit]:
    order = list(FAMILIES)
    return sorted(
        exhibits, key=lambda one: order.index(_family(one)) if _family(one) in order else len(order)
    )


def _family(exhibit: Exhibit) -> str:
    """The folder of an explainer's file below `methods`; empty for one that stands in `methods` itself."""
    steps = EXPLAINERS[exhibit.name].partition(":")[0].partition(".methods.")[2].split(".")
    return steps[0] if len(steps) > 1 else ""


def _title(family: str) -> str:
    return escape(FAMILIES.get(family, (family.capitalize(), ""))[0])


def _id(family: str) -> str:
    return f"family-{family or 'several'}"


def _counted(exhibits: Sequence[Exhibit]) -> str:
    shown = [one for one in exhibits if one.answers]
    names, kinds = {one.name for one in exhibits}, len(shown)
    told = f"{len(names)} explainers, shown {kinds} times: each on every kind of data that it serves"
    times = "Times are of one explanation in one process on this machine."
    return f"{told}, with models and data of the bundled studies. {times}"


def _faults(exhibits: Sequence[Exhibit]) -> Iterator[str]:
    if failed := [one for one in exhibits if one.fault]:
        names = ", ".join(f"{one.name} ({one.kind})" for one in failed)
        yield f'<p class="fault"><strong>{len(failed)} failed:</strong> {escape(names)}</p>'


def _section(family: str, exhibits: Sequence[Exhibit]) -> str:
    about = escape(FAMILIES.get(family, ("", ""))[1])
    head = f'<section id="{_id(family)}"><h2>{_title(family)}</h2><p>{about}</p>'
    articles = (_article(name, list(them)) for name, them in groupby(exhibits, key=lambda one: one.name))
    return f"{head}{''.join(articles)}</section>\n"


def _article(name: str, exhibits: Sequence[Exhibit]) -> str:
    summary = summaries({name: EXPLAINERS[name]})[name]
    built = next((one.explainer for one in exhibits if one.explainer), None)
    facts = _facts(built, exhibits) if built else ""
    rows = "".join(map(_exhibit, exhibits))
    return f'<article id="{name}"><h3>{name}</h3><p>{_with_code(summary)}</p>{rows}{facts}</article>\n'


def _with_code(summary: str) -> str:
    """Escaped, with what stands in backticks as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(summary))


def _facts(explainer: Explainer, exhibits: Sequence[Exhibit]) -> str:
    taxonomy = explainer.taxonomy
    kind = ", ".join(WORDS[taxonomy[key]] for key in ("stage", "scope", "access"))
    seconds = ", ".join(f"{one.kind} {told_seconds(one.seconds)}" for one in exhibits if one.answers)
    facts = {
        "Kind": f"{kind}; form: {taxonomy['form']}",
        "Tells the output": REVEALS[explainer.reveals_output],
        "Source": explainer.source,
        "Time": seconds,
    }
    lines = "".join(f"<div><dt>{key}</dt><dd>{escape(value)}</dd></div>" for key, value in facts.items())
    return f"<dl>{lines}</dl>"


def told_seconds(seconds: float) -> str:
    """Seconds as people read them."""
    if seconds < 0.001:
        return "under 1 ms"
    return f"{seconds:.1f} s" if seconds >= 0.95 else f"{seconds * 1000:.0f} ms"


def _exhibit(exhibit: Exhibit) -> str:
    head = f"<h4>{KINDS.get(exhibit.kind, exhibit.kind)}</h4>"
    if exhibit.fault:
        return f'<div class="exhibit">{head}<p class="fault"><strong>Failed.</strong> {escape(exhibit.fault)}</p></div>'
    if exhibit.context is None or exhibit.explainer is None:
        return f'<div class="exhibit">{head}<p class="why">Not shown. {escape(exhibit.use.why_not)}</p></div>'
    where = f"{exhibit.use.recipe}, model {exhibit.context.model_name}"
    where += " (fitted for this page)" if exhibit.use.fitted else ""
    settings = told_setting(exhibit.use.parameters)
    note = f'<p class="note">{escape(where)}{escape(f"; {settings}" if settings else "")}</p>'
    answers = "".join(_answer(answer, exhibit.context) for answer in exhibit.answers)
    return f'<div class="exhibit">{head}{note}{answers}{_legend(exhibit.explainer, exhibit.context)}</div>'


def told_setting(setting: Any) -> str:
    """A setting as people read it."""
    if isinstance(setting, Mapping):
        return ", ".join(
            f"{str(key).replace('_', ' ')} {told_setting(value)}" for key, value in setting.items()
        )
    if isinstance(setting, Sequence) and not isinstance(setting, str):
        return "; ".join(map(told_setting, setting))
    if isinstance(setting, bool):
        return "yes" if setting else "no"
    return str(setting).replace("_", " ")


def _answer(answer: Answered, context: Context) -> str:
    panels = []
    if answer.input is not None:
        panels.append(_panel(answer.input, context.drawer.input_caption, context.drawer.input_alt))
    panels += [_panel(part.content, part.caption, part.alt) for part in answer.shown]
    facts = ""
    if answer.output:
        facts = f"The model said <b>{escape(_told(answer.output, context.data))}</b>. "
        if answer.case.truth:
            facts += f"It really is <b>{escape(_told(answer.case.truth, context.data))}</b>."
            facts += escape(_apart(answer.output, answer.case.truth, context.data))
    is_wide = any(content_of(part.content).width is None for part in answer.shown)
    shape = "answer wide" if is_wide else "answer"
    return f'<div class="{shape}">{"".join(panels)}<p class="facts">{facts}</p></div>'


def _told(answer: str, data: Data) -> str:
    """A label, or a number with its unit."""
    return answer if data.labels else f"{float(answer):,.{data.decimals}f} {data.unit}".strip()


def _apart(output: str, truth: str, data: Data) -> str:
    """How far a number lies from the truth; a label is right or wrong, which people see themselves."""
    if data.labels:
        return ""
    apart = round(float(output) - float(truth), data.decimals)
    size = _told(str(abs(apart)), data)
    return f" That is {size} too {'high' if apart > 0 else 'low'}." if apart else " That is exact."


def _panel(content: bytes, caption: str, alt: str) -> str:
    kind = content_of(content)
    if kind.width is None:
        return f'<figure class="told"><figcaption>{escape(caption)}</figcaption>{markup_of(content)}</figure>'
    name, fine = file_name(content, kind.media_type), ' class="fine"' if kind.width >= FINE else ""
    image = (
        f'<img{fine} src="pictures/{name}" width="{kind.width}" height="{kind.height}" alt="{escape(alt)}">'
    )
    return f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>"


def _legend(explainer: Explainer, context: Context) -> str:
    """The scale of pictures, where the explainer draws with it."""
    drawer = context.drawer
    if not isinstance(drawer, ImageDrawer) or explainer.normalisation(drawer) != drawer.normalisation:
        return ""
    low, high = ("against", "for") if drawer.stops[0][0] < 0 else ("little", "much")
    scale = f'<div class="scale"><span>{low}</span>{ramp(drawer.stops)}<span>{high}</span></div>'
    return f'{scale}<p class="note">{escape(drawer.normalisation)}</p>'
