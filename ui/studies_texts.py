"""Every word of the researchers' page of studies."""

from __future__ import annotations

from musegen.studies.design import Ask, Language
from musegen.studies.records import Condition, Question

TITLE = "Studies"
LEAD = (
    "A study asks people, blind, whether a human or a machine wrote what they hear. Make one, hand "
    "out its address, and watch its results grow."
)
LIST_TAB, NEW_TAB, FILE_TAB, PLAN_TAB = "Studies", "New study", "From a file", "How many people?"

# The list

EMPTY = "There is no study yet. Make one under “{tab}”."
UNREADABLE = "This musegen cannot read the study's file. Update musegen, or delete the study."
STATUS = {
    "making": ("being made", "orange", ":material/construction:"),
    "coming": ("opens {opens}", "blue", ":material/schedule:"),
    "open": ("open", "green", ":material/headphones:"),
    "closed": ("closed", "gray", ":material/lock:"),
}
SIMULATED = "simulated listeners"
SIMULATED_HELP = (
    "Its votes come from a computer, for trying things out. They tell nothing of people."
)
FACTS = "{begun} began, {finished} finished · {votes} · {clips}"
FACTS_BEFORE = "Nobody has begun yet · {clips}"
PEOPLE_BEGUN = ("nobody", "1 person", "{count:,} people")
VOTES_GIVEN = ("no votes", "1 vote", "{count:,} votes")
CLIPS_MADE = ("no clips", "1 clip", "{count:,} clips")
ADDRESS = "Address to hand out"
PLATFORMS = "For Prolific or MTurk"
PLATFORM_HINT = {
    "Prolific": "Paste this as the study’s address; Prolific fills in the braces:",
    "MTurk": (
        "For MTurk, give the plain address above as a survey link, and ask for the completion "
        "code that this study shows at the end."
    ),
}
PROLIFIC_QUERY = (
    "&PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
)
COMPLETION_HINT = "In the end they are given: {given}"
NO_COMPLETION_HINT = "This study gives no completion code; a platform will want one."
IN_LANGUAGES = "To greet people in a certain language, add `&lang=de`, `&lang=es` or `&lang=en`."
SEE_RESULTS = "Results"
SEE_FILE = "Study file"
FILE_HELP = "Everything about this study, to keep with your data or to make it anew elsewhere."
CLOSE, REOPEN = "Close", "Open again"
CLOSED_NOW = "“{name}” is closed: nobody new can begin."
OPEN_NOW = "“{name}” is open again."
PAST_ITS_DATE = "Its closing date has passed; make a new study to go on."

DELETE = "Delete …"
DELETE_WORDS = (
    "“{title}” goes for good, with {clips}, {people} and {votes}. Take its data with you first, "
    "under *Results*."
)
DELETE_TYPE = "Type its name, {name}, to say that you mean it"
DELETE_GO = "Delete it for good"
DELETED = "“{name}” is deleted."

WITHDRAW = "Somebody withdraws"
WITHDRAW_WORDS = (
    "A participant may ask you to delete what they gave. Their id stands on their last page and in "
    "the table of votes."
)
WITHDRAW_ID = "Participant’s id"
WITHDRAW_GO = "Delete this person’s data"
WITHDRAW_SURE = "Yes, all of it: this cannot be undone"
WITHDRAWN = "Everything that {id} gave is deleted."

# Making

MAKING = "{done} of {total} clips are made"
MAKING_SOON = "The clips are about to be made"
MAKING_WAITS = "Another study’s clips are being made; this one’s come next"
BROKEN_OFF = "{made} of {wanted} clips are there, and nobody is making the others."
GO_ON = "Go on making them"

# A new study

MUSIC, TASK, PEOPLE_ASKED, WHEN = (
    "What it is about",
    "What each person hears",
    "What people are asked besides",
    "Dates and completion",
)
TITLE_FIELD = "Title"
TITLE_HELP = "People see it."
TITLE_PLACEHOLDER = "Was this chorale by Bach?"
NAME_FIELD = "Name"
NAME_HELP = "It stands in the address: small letters, digits and hyphens. Empty: as shown."
QUESTION_FIELD = "Question"
QUESTION_NAMES = {
    Question.HUMAN_OR_MACHINE: "One clip: a human or a machine?",
    Question.WHICH_IS_HUMAN: "Two clips: which is the human’s?",
}
GENRES_FIELD = "Music"
GENRES_HELP = "Genres that have a trained model and whose human pieces are on this machine."
GENRES_NONE = "No genre’s human pieces are on this machine yet. Get some just below."
LEFT_OUT_TITLE = "More music"
LEFT_OUT = "These genres have a model, but their human pieces are not on this machine yet."
LEFT_OUT_ONE = "**{title}** · `python -m musegen {command}`"
GET_PIECES = "Get the pieces"
GETTING_PIECES = "Getting the pieces from their public source"
MACHINES_FIELD = "Whose music is compared with people’s"
MACHINES_HELP = "Human music is always in it."
CONDITION_NAMES = {
    Condition.EVENT.value: "the machine of today",
    Condition.ARTICLE.value: "the machine of 2018",
}
TRAINED_NAME = "“{name}”, trained here"
ARTICLE_ONLY = "The machine of 2018 knows {genres} only."
CLIPS_FIELD = {
    Question.HUMAN_OR_MACHINE: "Clips for each person",
    Question.WHICH_IS_HUMAN: "Pairs for each person",
}
STIMULI_FIELD = "Clips made of each kind"
STIMULI_HELP = (
    "Of each genre, by people and by each machine. The more there are, the less a result hangs on "
    "single pieces; twenty is good."
)
PRACTICE_FIELD = "Practice clips first"
PRACTICE_HELP = "People are told at once whether they were right. These do not count."
CATCH_FIELD = "Attention checks"
CATCH_HELP = "Clips that anybody who listens can judge: they show who does not."
LISTEN_FIELD = "Must listen, seconds"
LISTEN_HELP = "Only then can an answer be given."
HEARD_FIELD = "Ask: heard before?"
HEARD_HELP = "After each clip: have you heard this piece before?"
RESULT_FIELD = "Show people their score"
RESULT_HELP = "How many they got right, on the last page."
CHECK_FIELD = "Check for headphones"
CHECK_HELP = "Six short tones. Its outcome is noted; nobody is sent away."
BEFORE_FIELD, AFTER_FIELD = "Questions before", "Questions after"
ASK_HELP = "People may leave out any of them."
ASK_NAMES = {
    Ask.MUSICAL_TRAINING: "musical training",
    Ask.AGE: "age",
    Ask.DEVICE: "device",
    Ask.HEADPHONES: "headphones",
    Ask.COMMENT: "comment",
}
LANGUAGES_FIELD = "Languages"
LANGUAGE_NAMES = {
    Language.ENGLISH: "English",
    Language.GERMAN: "Deutsch",
    Language.SPANISH: "Español",
}
OPENS_FIELD, CLOSES_FIELD = "Opens", "Closes"
DATES_HELP = "In UTC. Empty: as soon as its clips are there, and for as long as you like."
CODE_FIELD, ADDRESS_FIELD = "Completion code", "Completion address"
COMPLETION_HELP = "What a recruiting platform asks for; people get it on the last page."
ADDRESS_PLACEHOLDER = "https://app.prolific.com/submissions/complete?cc=…"

OWN_WORDS = "Your own words"
OWN_WORDS_HELP = "What you leave empty is said in musegen’s words. Markdown may be used."
OWN_TITLE, OWN_CONSENT, OWN_INSTRUCTIONS, OWN_THANKS = (
    "Title in this language",
    "Consent",
    "Instructions",
    "Thanks",
)
FINE_PRINT = "Fine print"
LENGTH_FIELD = "Length of the clips, seconds"
MARGIN_FIELD = "A difference you call small, points"
MARGIN_HELP = (
    "To show that people *cannot* tell, one must say beforehand which difference would be too "
    "small to matter. Ten points are usual."
)
SEED_FIELD = "Seed"
SEED_HELP = "The same seed with the same settings makes the same clips."
RESUME_FIELD = "Days in which one may come back"

SUMMARY = (
    "Each person hears **{trials}**, some **{minutes} minutes** in all. **{total} clips** will be "
    "made."
)
TRIALS = {Question.HUMAN_OR_MACHINE: "{count} clips", Question.WHICH_IS_HUMAN: "{count} pairs"}
STUDY_FILE = "The study file"
STUDY_FILE_WORDS = (
    "All of this as a file: keep it with your data, change it by hand, or hand it to a colleague."
)
DOWNLOAD_DRAFT = "Download the file"
MAKE = "Make this study"
MADE = "“{title}” is there. Its clips are being made now."

TITLE_WANTED = "Give the study a title."
GENRE_WANTED = "Choose at least one genre."
MACHINE_WANTED = "Choose at least one machine to compare with people."
LANGUAGE_WANTED = "Choose at least one language."
NAME_WANTED = (
    "“{name}” cannot be a name; use small letters, digits and hyphens, such as “bach-2026”."
)
NAME_TAKEN = "There is a study called “{name}” already; choose another name."
DATES_WANTED = "The study would close before it opens; change one of the dates."
FIELD_PROBLEM = "{field}: {problem}."

# From a file

FILE_WORDS = (
    "Upload a study file, or write one here. What you do not name is as usual; "
    "only `name`, `title` and `genres` must be there."
)
UPLOAD = "Study file (YAML)"
EDIT = "Study file"
NO_TEXT = "This file is no text; save the study file as plain text in UTF-8."

# How many people?

PLAN_WORDS = (
    "How many answers, and so how many people, does it take to be fairly sure (80 %) of finding what "
    "is there? Say it before you begin: a study that is too small finds nothing, whatever is there."
)
PLAN_AIM = "What you want to show"
CAN_TELL, CANNOT_TELL = "that people can tell", "that people cannot tell"
PLAN_EFFECT = "How often you expect them to be right"
PLAN_MARGIN = "Which difference from guessing you would call none"
PLAN_CLIPS = "Clips (or pairs) for each person"
PLAN_ALIKE = "How much answers resemble each other"
PLAN_ALIKE_HELP = (
    "Answers of one person, and on one clip, tell less than as many from strangers. *Results* show "
    "for a finished study what its votes are worth."
)
PLAN_ALIKE_NAMES = {1.0: "not at all", 1.5: "a little", 2.0: "much", 3.0: "very much"}
PLAN_CAN = (
    "**{people:,} people.** To find that people are right in {share} % of the cases, where guessing "
    "gives 50 %, takes {answers:,} answers; with {clips} each, that is {people:,} people."
)
PLAN_CANNOT = (
    "**{people:,} people.** To show that people are within {margin} points of guessing, if they do "
    "guess, takes {answers:,} answers; with {clips} each, that is {people:,} people."
)
PLAN_TABLE_TITLE = "Other effects"
PLAN_COLUMNS = ("To show", "Answers", "People")
PLAN_ROW_CAN = "right in {share} % of the cases"
PLAN_ROW_CANNOT = "within {margin} points of guessing"
PLAN_TITLE = "What a design gives"
PLAN_STUDY = "Study"
PLAN_PEOPLE = "People"
PLAN_GIVES = (
    "**{people:,} people give {answers:,} answers** in “{title}”. With these you would find that "
    "people can tell if they are right in {share} % of the cases or more, and, if they only guess, "
    "show that they are within {margin} points of it."
)
PLAN_GIVES_CAN = (
    "**{people:,} people give {answers:,} answers** in “{title}”. With these you would find that "
    "people can tell if they are right in {share} % of the cases or more. They are too few to show "
    "that people cannot tell."
)
SIMULATE_GO = "Try it with simulated listeners"
SIMULATE_HELP = (
    "Many studies like this one are made up, with people and pieces that differ (by 0.4 in d′, a "
    "middling amount), and each is tested as *Results* would test it. It takes some seconds."
)
SIMULATE_WORKING = "Simulated people are listening"
SIMULATE_SAID = (
    "**Of {studies} simulated studies, {told} found that people can tell** (95 %: {low} to {high}) "
    "where they are right in {share} % of the cases. Where they only guess, {false} found a "
    "difference that is not there (up to 5 % is meant to happen), and {alike} showed that people are "
    "within {margin} points of guessing. People and pieces differ here, which the formula knows "
    "only from the choice above; trust the lower of the two."
)
SIMULATE_TOO_MANY = (
    "So many answers are not tried with simulated listeners; the formula serves well."
)
PLAN_GIVES_LITTLE = (
    "**{people:,} people give {answers:,} answers** in “{title}”. That is too little to find "
    "anything."
)
