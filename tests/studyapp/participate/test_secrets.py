"""Nothing that is sent before an answer tells a secret of the task or the arm: every byte of a session is scanned."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from studyapp.catalog import catalog_of
from studyapp.models import Step, Study
from studyapp.tasks.registry import get_task
from tests.studyapp.visitor import Visitor

pytestmark = pytest.mark.django_db
ARM_WORDS = (
    "control",
    "placebo",
    "No explanation",
    "Another item",
    "saliency",
    "grad-cam",
    "nearest-examples",
)


def everything(response: HttpResponse) -> str:
    """Status line, headers, cookies and body of a response as one text."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{response.cookies.output()}\n{response.content.decode('latin-1')}"


def pictures_of(html: str) -> list[str]:
    return re.findall(r"/i/[^\s\"']+", html)


@pytest.fixture
def visitors(small_study: Study) -> list[Visitor]:
    """One participant of each arm, with everything they were sent until the end."""
    walked = [Visitor(small_study).arrive().walk_to_the_end() for _ in range(6)]  # no block is longer
    return list({visitor.participant.arm: visitor for visitor in walked}.values())


def test_no_byte_of_a_session_tells_the_arm(visitors: list[Visitor]) -> None:
    assert len({visitor.participant.arm for visitor in visitors}) == 3
    for visitor in visitors:
        for response in visitor.seen:
            text = everything(response)
            for word in (*ARM_WORDS, visitor.participant.public_id):
                assert word not in text


def test_stimulus_addresses_tell_nothing(visitors: list[Visitor], small_study: Study) -> None:
    catalog = catalog_of(small_study)
    files = {part.file.split(".")[0] for parts in catalog.stimuli.values() for part in parts}
    names = {*catalog.items, *files}
    for visitor in visitors:
        for response in visitor.seen:
            text = everything(response)
            assert not [name for name in names if name in text]


def test_a_served_stimulus_tells_nothing_in_its_headers(visitors: list[Visitor], small_study: Study) -> None:
    catalog = catalog_of(small_study)
    addresses = {
        address for response in visitors[0].seen for address in pictures_of(response.content.decode())
    }
    assert addresses
    for address in addresses:
        response = visitors[0].client.get(address)
        assert response.status_code == 200
        headers = str(dict(response.items()))
        assert "Content-Disposition" not in headers
        assert not [name for name in catalog.items if name in headers]


def test_test_pages_are_equal_to_the_byte_but_for_the_item_in_every_arm(visitors: list[Visitor]) -> None:
    pages: dict[int, set[str]] = {}
    for visitor in visitors:
        steps = {step.position: step for step in Step.objects.filter(participant=visitor.participant)}
        for response in visitor.seen:
            html = response.content.decode()
            position = re.search(r'name="step" value="(\d+)\.', html)
            step = steps.get(int(position.group(1))) if position else None
            if step is not None and step.phase == "test" and step.kind == "trial":
                pages.setdefault(step.number, set()).add(_without_the_item(html))
    # The wording of the tutorial differs, so positions (and the bar) may: everything else must not.
    assert pages
    assert all(len(kinds) == 1 for kinds in pages.values())


def _without_the_item(html: str) -> str:
    html = re.sub(r"/i/[^\s\"']+", "PICTURE", html)
    html = re.sub(r"/p/[^/]+/", "/p/LINK/", html)
    html = re.sub(r'name="step" value="[^"]+"', "TOKEN", html)
    html = re.sub(r'value="\d+" aria-label="Progress[^<]+<', "PROGRESS", html)
    return re.sub(r'data-preload="[^"]*"', "PRELOAD", html)


def test_what_a_trial_sends_does_not_depend_on_output_or_truth(small_study: Study) -> None:
    """Swap every output and truth of the test items: the pages up to each answer stay the same to the byte."""
    assert {"output", "truth"} == get_task("forward-simulation").secrets
    visitor = Visitor(small_study).arrive()
    visitor.walk_to("test", "trial")
    shown = visitor.look().html
    catalog = catalog_of(small_study)
    step = visitor.step
    original = dict(catalog.outputs)
    try:
        for key in list(catalog.outputs):
            catalog.outputs[key] = "box" if catalog.outputs[key] != "box" else "dot"
        assert visitor.look().html == shown
    finally:
        catalog.outputs.update(original)
    assert step == visitor.step


def test_practice_sends_the_explanation_only_after_the_answer(small_study: Study) -> None:
    visitors = [Visitor(small_study).arrive() for _ in range(6)]
    for visitor in visitors:
        visitor.walk_to("practice", "trial")
    visitor = next(v for v in visitors if v.participant.arm == "map")
    before = {address for response in visitor.seen for address in pictures_of(response.content.decode())}
    visitor.answer()
    feedback = set(pictures_of(visitor.html.split("</header>", 1)[1]))
    new = feedback - before
    assert len(new) == 1  # the map; the picture itself was seen


def test_pictures_of_the_test_are_only_inputs(visitors: list[Visitor], small_study: Study) -> None:
    catalog = catalog_of(small_study)
    inputs = {
        hashlib.sha256(_bytes(part.file, catalog.sha256)).digest()
        for name in catalog.items
        for part in catalog.inputs(name)
    }
    visitor = next(v for v in visitors if v.participant.arm == "map")
    tests = [r for r in visitor.seen if ">Test: " in r.content.decode()]
    addresses = {address for response in tests for address in pictures_of(response.content.decode())}
    for address in addresses:
        body = visitor.client.get(address).content
        assert hashlib.sha256(body).digest() in inputs


def _bytes(file: str, sha256: str) -> bytes:
    return (Path(settings.MEDIA_ROOT) / "bundles" / sha256 / "stimuli" / file).read_bytes()


def test_an_unknown_stimulus_is_not_found(small_study: Study) -> None:
    visitor = Visitor(small_study)
    for name in ("0" * 32 + ".png", "..%2f..%2fmanifest.json"):
        assert visitor.client.get(f"/i/small/{name}").status_code == 404
    assert visitor.client.post(reverse("stimulus", args=["small", "x.png"])).status_code == 405
