"""Every word of the results page’s tab with the data."""

from __future__ import annotations

from musegen.studies.export import Format

DATA_TITLE = "All votes"
DATA_WORDS = (
    "One row a vote, with everything known of it; the archive below explains every column. The "
    "choices above do not matter here: you get all votes, flagged or not."
)
DOWNLOAD_CSV, DOWNLOAD_PARQUET = "Download CSV", "Download Parquet"
ARCHIVE_TITLE = "Everything in one archive"
ARCHIVE_WORDS = (
    "A zip with the study file, what the clips were made with, and what you choose here: enough "
    "for others to check the study, and to repeat it."
)
FORMATS = {
    Format.TABLE: "tables (CSV, Parquet)",
    Format.BIDS: "BIDS",
    Format.PSYCH_DS: "Psych-DS",
    Format.STIMULI: "the clips themselves",
}
FORMATS_FIELD = "What goes in"
FORMATS_HELP = (
    "BIDS and Psych-DS are how psychologists share data. The clips make the archive large: some "
    "five megabytes each."
)
PLATFORM_IDS = "With the ids from Prolific or MTurk"
PLATFORM_IDS_HELP = (
    "Who is who on the platform: needed for paying people, personal data otherwise. They stand in "
    "a file of their own; do not publish it."
)
ARCHIVE_GO = "Put it together"
ARCHIVE_WORKING = "{done} of {total} files"
ARCHIVE_DOWNLOAD = "Download {name} ({size})"
SIZE = "{megabytes:.1f} MB"
FORMAT_WANTED = "Choose at least one thing to go in."
