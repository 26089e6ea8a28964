"""Everything that musegen raises on purpose.

    MusegenError
    ├── RequestError          the request is wrong: ask differently (exit status 2)
    │   ├── UnknownGenreError
    │   ├── KeyNameError
    │   ├── FormError
    │   └── ScoreError        a file that is not readable music
    └── FailureError          the request is fine, something is missing (exit status 1)
        ├── ModelError        a genre without usable weights
        ├── CorpusError       human music that is not at hand
        │   └── DownloadError human music that cannot be fetched now
        ├── SoundError        no libfluidsynth, no SoundFont, audio not writable
        ├── StoreError        the database is gone, locked or too old
        └── AccessError       the researchers' log-in is not set up rightly

Every message is one sentence (or two) for a person: what is wrong, and what to do.
"""


class MusegenError(Exception):
    """Base of all errors that a person may read."""

    exit_status = 1


class RequestError(MusegenError):
    """What was asked for does not exist or makes no sense."""

    exit_status = 2


class UnknownGenreError(RequestError):
    """There is no genre model of that name."""


class KeyNameError(RequestError):
    """There is no key of that name."""


class FormError(RequestError):
    """A form, section length or other musical setting that cannot be composed."""


class ScoreError(RequestError):
    """A file that holds no readable music."""


class FailureError(MusegenError):
    """The request is fine, but something it needs is missing or broken."""


class ModelError(FailureError):
    """A genre model has no usable weights."""


class CorpusError(FailureError):
    """Human music that should be at hand is not."""


class DownloadError(CorpusError):
    """Human music that cannot be fetched now; what was fetched so far is kept."""


class SoundError(FailureError):
    """Sound cannot be made or written here."""


class StoreError(FailureError):
    """The database cannot be read or written."""


class AccessError(FailureError):
    """The researchers' log-in is not set up rightly, so that nobody may come in."""
