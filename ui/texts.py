"""The words of the home page and the Compose page, in one place."""

from __future__ import annotations

HOME_TITLE = "Songs nobody wrote"
HOME_LEAD = (
    "Pick a genre, and within seconds a song is composed that nobody wrote before. "
    "Hear it, see its notes move with the sound, and keep it. "
    "Then listen blind, and find out whether you can tell a machine from a human."
)
HOME_COMPOSE = "Compose a song"
HOME_COMPOSE_WORDS = (
    "A verse, a chorus that comes back, a bridge: a whole song from nothing but the genre, "
    "with notation and files to download."
)
HOME_SURVEY = "Was this human?"
HOME_SURVEY_WORDS = (
    "Ten short clips, half by people, half by the machine, played by the very same hand. "
    "How many will you get right?"
)
HOME_GO = {"compose": "Let it compose", "survey": "Take the test"}
HOME_GENRE_GO = "Compose a {genre}"
HOME_LEARNED = "Learned from {pieces:,} pieces with {notes:,} notes."
HOME_UNSEEN = (
    "In {pieces:,} pieces it never saw, it is as unsure of the next note as if it had to "
    "choose between {choices:.0f}."
)
HOME_COPYING = "Each song is checked against all of them, so that it is new."
HOME_GENRES = "What it has learned"
HOME_NO_GENRES = (
    "No genre model is here yet. Train one with “python -m musegen train chorale”, "
    "then reload this page."
)

COMPOSE_TITLE = "Compose"
COMPOSE_LEAD = "Choose a genre, press *Compose*, and hear a song that nobody wrote before."
GENRE = "Genre"
COMPOSE = "Compose"
MORE = "Key, tempo, form and more"
KEY = "Key"
KEY_HOME = "As it comes"
KEY_HELP = "“As it comes” leaves it to the song: C major or A minor."
KEEP = "Keep what you like"
KEEP_HELP = (
    "Choose the sections that shall stay note for note as they are. All others are composed "
    "again in the same song: same key, same tempo, same length."
)
OTHERS = "Compose the others again"

TEMPO = "Tempo, beats a minute"
TEMPO_HELP = "Quarter notes a minute. Left empty, it is one that is usual for the genre."
DARING = "Careful or adventurous"
DARING_HELP = "Careful songs keep to what is usual, adventurous ones surprise, and stumble more."
MODEL = "Composed"
MODEL_NAMES = {"event": "Today", "article": "As in 2018"}
MODEL_HELP = (
    "“As in 2018” is the system of the article that this all began with, faults included: one "
    "voice, no metre, and much that is copied. It follows form, key and tempo, nothing else."
)
MODEL_WANTED = "“{text}” is no way of composing; write event or article."
TITLE_2018 = ", as in 2018"
LINE_2018 = "as in 2018"
FORM = "Form"
FORM_HELP = (
    "One letter for each section, such as ABCBDB: A and C are verses, B the chorus that comes "
    "back, D the bridge. Put the words intro and outro around it if you like. A number after a "
    "letter is its length in bars, a colon and a key the key it stands in: "
    "intro A8 B8 C8 B8 D4:Am B8 outro."
)
MODE = "Major or minor"
MODE_NAMES = {"": "either", "major": "major", "minor": "minor"}
MODE_HELP = "“Either” leaves it to the song, which is as often in minor as the genre's music is."
MODE_WANTED = "“{text}” is no mode; choose major or minor."
METRE = "Metre"
METRE_ANY = "Any"
METRE_HELP = "“Any” leaves it to the song: each metre as often as the genre's music has it."
TAKES_WANTED = "“{text}” does not tell which sections were composed again; get the link once more."
BARS = "Bars in a section"
BARS_HELP = "Left empty, it is the length that is usual for the genre."
SEED = "Seed"
SEED_HELP = "The same seed with the same settings gives the same song. Empty: a new song each time."
SEED_EMPTY = "any"
DICE = "Roll the dice"
USUAL = "usual: {}"
NUMBER_WANTED = "“{text}” is not a seed; write a whole number such as 7, or leave it empty."
TEMPO_WANTED = "“{text}” is not a tempo; choose {low} to {high} beats a minute."
DARING_WANTED = "“{text}” is not a temperature; choose {low} to {high}, where 1 is balanced."
BARS_WANTED = "“{text}” is not a number of bars; write a whole number such as 4."
SHORTER_WANTED = (
    "This song would last about {minutes:.0f} minutes, and {most} are the most; choose fewer "
    "sections, fewer bars or a faster tempo."
)

DARING_NAMES = {
    0.7: "very careful",
    0.8: "careful",
    0.9: "rather careful",
    1.0: "balanced",
    1.1: "rather adventurous",
    1.2: "adventurous",
    1.3: "very adventurous",
}

WAITING = "Other songs are being composed; yours is next"
BEGINNING = "Taking a blank sheet"
PLAYING = "Playing it"
RECORDING = "Recording it"

AGAIN = "Compose again"
AGAIN_HELP = "The same settings, another song."
SETTINGS_LINE = "Seed {seed} · {tempo:.0f} beats a minute · {bars} bars · {daring}"
DOWNLOADS = "Keep it"
LINK = "Link to this song"
LINK_WORDS = "Whoever opens this address hears exactly this song."
NOTATION = "The notes"
COPY_TITLE = "Is it copied?"
COPY_LESS = "**No more than people borrow from each other.**"
COPY_MORE = "**It borrows more than people usually do.**"
COPY_NONE = "**Nothing in it is copied.**"
COPY_NONE_WORDS = (
    "Not one run of {run} notes of this song stands in the music that the machine learned from."
)
COPY_SHARE = (
    "{share} of its runs of {run} notes also stand in the music that the machine learned from, "
    "and the longest such stretch has {longest} notes."
)
COPY_HUMANS = (
    "In {genre} by people, which it never saw either, {median} of the runs are such as a rule, "
    "and one piece in twenty has more than {p95}; their longest stretches have {longest} notes "
    "as a rule, and up to {most}."
)
