"""What axe-core finds wrong with a page for people who see, hear or point otherwise.

axe-core comes with the package axe-playwright-python, so that nothing is fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

IMPACTS = ("serious", "critical")


@dataclass(frozen=True, slots=True)
class Allowed:
    """A finding in markup that Streamlit makes and no page can change."""

    rule: str
    within: str
    """A CSS selector: the element found, or one around it."""
    why: str


ALLOWED: tuple[Allowed, ...] = ()


def serious_findings(page: Page) -> list[str]:
    """What is serious or critical on ``page`` as it is shown now, one line a finding.

    Every frame is looked at, the player's too. A line tells the rule, the element and what is
    wrong with it.
    """
    _wait_for_rest(page)
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {_selector(node)}: {_reasons(node)} [{node['html'][:160]}]"
        for violation in found["violations"]
        for node in violation["nodes"]
        if node["impact"] in IMPACTS and not _is_allowed(page, violation["id"], node)
    ]


def _wait_for_rest(page: Page) -> None:
    """Until the script has run and nothing fades in any more: half a colour has no contrast."""
    page.wait_for_function(
        """() => document.querySelector('[data-test-script-state="notRunning"]')
            && document.getAnimations().every(a => a.playState !== 'running'
                || a.effect.getComputedTiming().iterations === Infinity)"""
    )


def _is_allowed(page: Page, rule: str, node: dict[str, Any]) -> bool:
    element = page.locator(_selector(node)).first
    return any(
        allowed.rule == rule and element.evaluate("(e, s) => !!e.closest(s)", allowed.within)
        for allowed in ALLOWED
    )


def _selector(node: dict[str, Any]) -> str:
    """Where the element is; that of one inside a frame or a shadow tree has several parts."""
    parts = [part if isinstance(part, str) else " ".join(part) for part in node["target"]]
    return " ".join(parts)


def _reasons(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return "; ".join(check["message"] for check in checks)
