"""A researcher who knows the password, and a clock, for tests of the pages behind the gate."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from musegen.passwords import Cost

PASSWORD = "violets-under-grey-elms"
CHEAP = Cost(n=2**4, r=1, p=1)
HASH = "scrypt$16$1$1$Esx4x8buv-e6wDczubNnUQ$d0cRHxnpkzHyfgItxCQ1Qgjnp3ysCVHjJ5TwE3iCJhs"
"""Of `PASSWORD`; the same in every run, since names of tests have it in them."""


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def open_as_researcher(app: AppTest, page: str) -> AppTest:
    """Open ``page`` of ``app``, log in, and give the page as it is then."""
    app.secrets["researchers"] = {"password_hash": HASH}
    app.run()
    app.switch_page(page).run()
    return log_in(app, PASSWORD)


def log_in(app: AppTest, password: str) -> AppTest:
    """Type a password and send it."""
    app.text_input[0].set_value(password)
    return app.button[0].click().run()
