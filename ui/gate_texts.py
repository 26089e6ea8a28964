"""The words of the researchers' log-in."""

from __future__ import annotations

TITLE = "For researchers"
PASSWORD_LEAD = "This page is for those who look after the listening test."
PASSWORD = "Password"
LOG_IN = "Log in"
LOG_IN_WITH = "Log in with {provider}"
LOG_OUT = "Log out"

WRONG = "That is not the password."
WAIT_ONE = "You may try again in one second."
WAIT = "You may try again in {seconds} seconds."
NOT_LOOKED_AT = "That was too soon after a wrong password, so it was not looked at."
TRY_NOW = "You may try again now."

OPENID_LEAD = "This page is for those who look after the listening test; please say who you are."
STRANGER = (
    "You are logged in as {email}, which is not among the addresses that may see this page. "
    "Whoever runs this app can add it."
)
NO_ADDRESS = "an account without an address"
NOBODY_LISTED = (
    "Nobody may see this page yet: whoever runs this app adds, under [researchers] in its "
    'secrets, a line such as emails = ["you@example.org"].'
)

ELSEWHERE = (
    "This page opens only on the machine that the app runs on, until whoever runs it sets a "
    "password with “python -m musegen study password”."
)
NOT_SET_UP = (
    "The log-in to this page is not set up rightly, so it stays closed; the app's log tells "
    "whoever runs it what to do."
)
SECRETS_UNREADABLE = (
    "The app's secrets cannot be read; mend the file {path}, such as a quotation mark that is "
    "missing, and load the page again."
)
