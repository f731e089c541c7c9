"""The allowed values of the export's columns, each with its meaning."""

from __future__ import annotations

SOURCES = {
    "recruited": "A real participant.",
    "simulated": "A virtual participant; says nothing about people.",
    "preview": "Someone of the research team who looked at the study.",
}
OUTCOMES = {
    "arrived": "Opened the first page a short while ago and has not consented so far.",
    "declined": "Did not consent.",
    "consented": "Consented and is still before allocation: the last answer is recent.",
    "screened-out": "Did not pass the comprehension gate.",
    "allocated": "Allocated to an arm and still on the way: the last answer is recent.",
    "finished": "Reached the end.",
    "left": "Said so, or was silent for the protocol's free_after_minutes; a virtual one who did not finish.",
    "turned-away": "Came before allocation when all places were taken or the study was closed.",
    "withdrawn": "Withdrew their data; no answer of theirs is kept.",
}
ROLES = {
    "prediction": "What the participant foretells that the model will say.",
    "first": "The own answer before advice.",
    "final": "The answer after advice.",
    "judgement": "Whether something is right or wrong.",
    "choice": "One of several things shown.",
    "mark": "What was marked: regions, tokens, features.",
    "relabel": "A new label for something marked.",
    "text": "Free text; the answer stands in texts.csv only.",
    "confidence": "How sure the participant is.",
    "rating": "A point on a rating scale.",
    "estimate": "A number estimated by the participant.",
    "check": "A comprehension question.",
    "attention": "A check that the participant reads along.",
    "demographic": "About the person.",
    "consent": "A statement of the consent page.",
    "seen": "A page that was read.",
}
TIMINGS = {
    "script": "Measured in the browser, from the first paint.",
    "none": "Nothing was measured.",
}
SCALES = {
    "probability": "In [0, 1]: the stated probability that the answer is right.",
    "ordinal": "A point on a scale without a declared meaning as a probability.",
}
ACTIONS = {"assigned": "A place was given.", "freed": "A place was given back."}
ITEM_KINDS = {
    "instance": "One input.",
    "pair": "A perturbed version of its parent.",
    "unit": "A unit of a network.",
    "set": "A set of items.",
}
