"""What axe-core finds wrong with a page for people who see, hear or point otherwise.

axe-core comes with the package axe-playwright-python, so that nothing is fetched.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

IMPACTS = ("serious", "critical")

AT_REST = """() => document.querySelector('[data-test-script-state="notRunning"]')
    && document.getAnimations().every(animation => animation.playState !== "running"
        || animation.effect.getComputedTiming().iterations === Infinity)"""
"""The script has run, and nothing fades in any more: half a colour has too little contrast."""


def serious_findings(page: Page) -> list[str]:
    """What is serious or critical on ``page`` as it is shown now, one line a finding.

    A line tells the rule, where the element is, what is wrong with it, and how it begins. What
    is found is looked for a second time, since a page may begin to fade just after it was at rest.
    """
    return _look(page) and _look(page)


def _look(page: Page) -> list[str]:
    page.wait_for_function(AT_REST)
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {_place(node)}: {_reasons(node)} [{node['html'][:160]}]"
        for violation in found["violations"]
        for node in violation["nodes"]
        if node["impact"] in IMPACTS
    ]


def _place(node: dict[str, Any]) -> str:
    """A selector; that of an element inside a shadow tree has several parts."""
    parts = [part if isinstance(part, str) else " ".join(part) for part in node["target"]]
    return " ".join(parts)


def _reasons(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return "; ".join(check["message"] for check in checks)
