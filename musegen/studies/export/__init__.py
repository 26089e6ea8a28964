"""A listening study as files that others can read, check and repeat.

    data       what is exported: one study's frames, its file, its sounds
    columns    every column that is ever written, with its type and meaning
    tables     frames to CSV and Parquet, and back
    codebook   the columns' meaning, as CSV and as JSON
    bids       the Brain Imaging Data Structure, for behaviour alone
    psychds    Psych-DS
    stimuli    the clips as sound, and the list of what each is
    texts      what the READMEs say
    archive    a zip that is written whole or not at all, the same bytes for the same data
    writing    all of it, in one zip

Nothing here opens a database. Lengths are seconds, moments are UTC. Platform ids of
participants stand in a file of their own, which is written only where it is asked for.
"""

from musegen.studies.export.data import StudyData
from musegen.studies.export.reading import read_table
from musegen.studies.export.writing import Format, archive_name, write_all

__all__ = ["Format", "StudyData", "archive_name", "read_table", "write_all"]
