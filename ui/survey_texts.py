"""Every word that participants of the listening test see."""

from __future__ import annotations

from musegen.studies.records import HeardBefore, Maker, Sureness

TITLE = "Was this human?"

PLAYER = {
    "title": "Clip",
    "play": "Play",
    "pause": "Pause",
    "again": "Play again",
    "progress": "How far the clip has played",
    "trouble": "This clip does not play here. Please load the page again.",
}

WELCOME = """
You will hear **ten short clips of music**. Five were written by people, five by a machine. All
are played by the same computer instruments, so only the music itself can tell you which is
which. After each clip you say what you think. At the end you see how many you got right.

It takes about **six minutes**. You need sound: headphones are best, loudspeakers will do. Please
take the test alone and trust your ears.
"""

CONSENT = """
**What is kept.** Your answers, how sure you were, how long you listened, and when. No name, no
address, nothing else about you: nobody can tell that the answers are yours. They are used to find
out how well people can tell human music from a machine's. You may stop whenever you like by
closing the page; answers given by then are kept.
"""

AGREE = "I agree, let’s begin"

SOUND_TITLE = "Can you hear this?"
SOUND = """
Play these four tones and set the volume so that they are comfortable. The clips are just as loud.
"""
SOUND_WELL = "I hear it well"
SOUND_FIRST = "Press *Play* first."

WAITING_TITLE = "Your clips are being made"
WAITING = """
You are the first to take the test here, so the music is being composed and played right now. This
takes a minute or two; then the test begins by itself.
"""
WAITING_PROGRESS = "{ready} of {wanted} clips are ready"
NO_CLIPS = "There is too little music here to make a test of."
TRY_AGAIN = "Try again"

CLIP_OF = "Clip {position} of {total}"
WHO = "Who wrote this music?"
SURE = "How sure are you?"
HEARD = "Have you heard this piece before?"
VOTE = "Give my answer"
LISTEN_FIRST = "Please listen for at least {seconds} seconds first."
ANSWER_FIRST = "Please answer all three questions."
READY = "Ready when you are. You may listen again as often as you like."

MAKERS = {Maker.HUMAN: "A human", Maker.MACHINE: "A machine"}
SURENESS = {
    Sureness.GUESSING: "Guessing",
    Sureness.FAIRLY_SURE: "Fairly sure",
    Sureness.CERTAIN: "Certain",
}
HEARD_BEFORE = {
    HeardBefore.NO: "No",
    HeardBefore.MAYBE: "Not sure",
    HeardBefore.YES: "Yes",
}

THANKS_TITLE = "You got {right} of {total} right"
THANKS = """
Thank you! Guessing gives five out of ten on average; nine or ten are hard to reach by luck. Your
answers are stored. Here is the truth about each clip.
"""
YOU_SAID = "You said {answer}:"
RIGHT, WRONG = "right", "wrong"
BY_HUMAN = "Written by a human: {genre} “{title}”"
BY_HUMAN_UNTITLED = "Written by a human: {genre}"
BY_MACHINE = "Composed here by a machine: {genre}"
BY_ARTICLE = "Composed here by a machine as it was done in 2018: {genre}"
LISTEN = "Listen"
AGAIN = "Take the test again with other clips"
KEEP = "This page’s address is yours alone: keep it to come back to your result."

STRANGER = (
    "This link does not lead to a test: it may have been cut off or mistyped. "
    "You can simply start afresh."
)
START_AFRESH = "Start afresh"
