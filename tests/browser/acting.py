"""What a participant does on a page, by keyboard or pointer, and what the page must do in turn."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

_ASKED = """() => {
  const groups = new Map();
  for (const field of document.querySelectorAll("#walk [name^='q-']")) {
    const empty = { name: field.name, type: field.type, values: [], hasKeys: false };
    const group = groups.get(field.name) ?? empty;
    group.values.push(field.value);
    group.hasKeys ||= field.closest("[data-keys]") !== null;
    groups.set(field.name, group);
  }
  return [...groups.values()];
}"""


@dataclass(frozen=True)
class Asked:
    """One question of a page: its fields' shared name, their type, and the values offered."""

    name: str
    type: str
    values: list[str]
    has_keys: bool


def questions_on(page: Page) -> list[Asked]:
    return [Asked(q["name"], q["type"], q["values"], q["hasKeys"]) for q in page.evaluate(_ASKED)]


def step_shown(page: Page) -> str | None:
    """The token of the step that the page asks for; None where the session is over."""
    field = page.locator("#walk form[data-form] [name=step]")
    return field.input_value() if field.count() else None


def wait_until_seen(page: Page, after: str | None = None) -> None:
    """Wait until another step than `after` is painted and its onset noted, or the session is over."""
    page.wait_for_function(
        """after => {
          const form = document.querySelector("#walk form[data-form]");
          const isSeen = "seen" in document.getElementById("walk").dataset;
          return !form || (form.elements.step.value !== after && isSeen);
        }""",
        arg=after,
    )


def go_on(page: Page) -> None:
    """Press Continue and wait for the next step."""
    before = step_shown(page)
    page.locator("button.main").click()
    wait_until_seen(page, before)


def choose(page: Page, answers: dict[str, str]) -> None:
    """Answer every question by pointer: as `answers` say, else with its first value."""
    for asked in questions_on(page):
        value = answers.get(asked.name, asked.values[0])
        field = page.locator(f'[name="{asked.name}"]')
        match asked.type:
            case "radio" | "checkbox":
                page.locator(f'[name="{asked.name}"][value="{value}"]').check()
            case "text":
                field.fill(answers.get(asked.name, "7"))
            case _:
                field.fill(answers.get(asked.name, "Nothing"))


def answer_by_keyboard(page: Page, answers: dict[str, str]) -> None:
    """Answer the page and continue, with nothing but keys."""
    before = step_shown(page)
    asked = questions_on(page)
    for question in asked:
        _answer_one(page, question, answers.get(question.name, question.values[0]))
    if asked and asked[-1].type == "textarea":  # there, Enter starts a new line
        _tab_to(page, "document.activeElement.matches('button.main')")
    page.keyboard.press("Enter")
    wait_until_seen(page, before)


def _answer_one(page: Page, asked: Asked, value: str) -> None:
    if asked.has_keys and len(value) == 1:
        page.keyboard.press(value)
        return
    _tab_to(page, f"document.activeElement.name === '{asked.name}'")
    match asked.type:
        case "checkbox":
            page.keyboard.press("Space")
        case "radio":
            page.keyboard.press("Space")
            for _ in range(asked.values.index(value)):
                page.keyboard.press("ArrowDown")
        case _:
            page.keyboard.type(value or "7")


def _tab_to(page: Page, is_there: str) -> None:
    for _ in range(12):
        if page.evaluate(is_there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead there: {is_there}")
