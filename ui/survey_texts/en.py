"""English."""

from __future__ import annotations

from musegen.studies import questions
from musegen.studies.records import HeardBefore, Maker, Question, Sureness
from ui.survey_texts.words import (
    CheckWords,
    GateWords,
    Item,
    PlayerWords,
    QuestionWords,
    Texts,
    ThanksWords,
    TrialWords,
    WelcomeWords,
)

_ONE, _PAIR = Question.HUMAN_OR_MACHINE, Question.WHICH_IS_HUMAN

_AGREEMENT = {
    "1": "Completely disagree",
    "2": "Strongly disagree",
    "3": "Disagree",
    "4": "Neither agree nor disagree",
    "5": "Agree",
    "6": "Strongly agree",
    "7": "Completely agree",
}


def _steps(*labels: str) -> dict[str, str]:
    return dict(zip(questions.STEPS, labels, strict=True))


GATE = GateWords(
    unknown="There is no listening test at this address. Please ask whoever sent you the link.",
    coming="This listening test opens on {moment}. Please come back then.",
    closed="This listening test is over. Thank you for your interest!",
    closed_kept="This listening test is over. The answers you gave are kept: thank you!",
    making_title="Your clips are being made",
    making="You are the first to take the test here, so the music is being composed and played "
    "right now. This takes a minute or two; then the test begins by itself.",
    making_progress="{ready} of {wanted} clips are ready",
    nothing_to_make="There is too little music here to make a test of.",
    not_ready="The clips of this listening test are still being made. Please come back later.",
    try_again="Try again",
    expired="This link was good for {days} days, and they are over. "
    "The answers you gave are kept: thank you!",
    stranger="This link does not lead to a test: it may have been cut off or mistyped. "
    "You can simply start afresh.",
    start_afresh="Start afresh",
    start_as_new="Not you? Start as somebody new",
    preview="This is a preview: accept the task to begin.",
    trouble="That did not work just now. Please try again in a moment.",
    withdraw="Should you want your answers deleted, tell whoever sent you the link this number: "
    "{id}",
)

WELCOME = WelcomeWords(
    instructions={
        _ONE: "You will hear **{clips} short clips of music**. Some were written by people, the "
        "others by a machine. All are played by the same computer instruments, so only the music "
        "itself can tell you which is which. After each clip you say what you think.",
        _PAIR: "You will hear **{clips} pairs of short clips of music**. Of each pair, one was "
        "written by a human and one by a machine. All are played by the same computer "
        "instruments, so only the music itself can tell you which is which. After each pair you "
        "say what you think.",
    },
    practice="First you may practise a little, and are told at once whether you were right.",
    duration="It takes about **{minutes} minutes**. You need sound: headphones are best, "
    "loudspeakers will do. Please take the test alone and trust your ears.",
    consent_title="What is kept",
    consent="Kept are your answers, how sure you were, how often and how long you listened, when, "
    "and the language",
    consent_also={
        "headphone-check": "how many tones of the headphone check you got right",
        "musical-training": "your musical training",
        "age": "your age group",
        "device": "your device",
        "headphones": "whether you wear headphones",
        "comment": "your comment",
    },
    consent_nameless="No name, no address: nobody can tell that the answers are yours.",
    consent_platform="No name, no address; but the platform that sent you gives us your id there. "
    "It is kept apart from your answers, and only used so that you can be paid and come back to "
    "your test.",
    consent_purpose="All this is used to find out how well people can tell human music from a "
    "machine’s. Taking part is voluntary: you may stop whenever you like by closing the page; "
    "answers given by then are kept.",
    agree="I agree, let’s begin",
    language="Language",
    begun="You have already begun the test in this window.",
    go_on="Go on where I stopped",
)

CHECKS = CheckWords(
    sound_title="Can you hear this?",
    sound="Play these four tones and set the volume so that they are comfortable. "
    "The clips are just as loud.",
    sound_well="I hear it well",
    sound_first="Press *Play* first.",
    headphones_title="Which tone is quietest? {position} of {total}",
    headphones="You will hear three tones. Wear headphones if you have some. Nothing depends on "
    "your answers: they only tell us what you listen with. If you cannot tell, guess.",
    tones=("The first", "The second", "The third"),
    quietest="Which tone is quietest?",
    next="Go on",
)

QUESTIONS = QuestionWords(
    before_title="A few questions first",
    after_title="A few last questions",
    optional="You may leave out any of them.",
    training="Your musical training",
    items={
        "gold-msi-1": Item(
            "I have never been complimented for my talents as a musical performer.", _AGREEMENT
        ),
        "gold-msi-2": Item("I would not consider myself a musician.", _AGREEMENT),
        "gold-msi-3": Item(
            "For how many years have you practised an instrument (or singing) regularly, every "
            "day?",
            _steps("0", "1", "2", "3", "4–5", "6–9", "10 or more"),
        ),
        "gold-msi-4": Item(
            "At the peak of your interest, how many hours a day did you practise?",
            _steps("0", "½", "1", "1½", "2", "3–4", "5 or more"),
        ),
        "gold-msi-5": Item(
            "How many years of formal training in music theory have you had?",
            _steps("0", "½", "1", "2", "3", "4–6", "7 or more"),
        ),
        "gold-msi-6": Item(
            "How many years of formal training on an instrument (or in singing) have you had?",
            _steps("0", "½", "1", "2", "3–5", "6–9", "10 or more"),
        ),
        "gold-msi-7": Item(
            "How many instruments can you play?",
            _steps("0", "1", "2", "3", "4", "5", "6 or more"),
        ),
        "age-band": Item(
            "How old are you?",
            {
                "under 18": "Under 18",
                "18-29": "18–29",
                "30-44": "30–44",
                "45-59": "45–59",
                "60+": "60 or older",
            },
        ),
        "device": Item(
            "What are you using for this test?",
            {"phone": "A phone", "tablet": "A tablet", "computer": "A computer"},
        ),
        "headphones": Item("Are you wearing headphones?", {"yes": "Yes", "no": "No"}),
    },
    comment="Is there anything you would like to tell us?",
    go_on="Go on",
)

PLAYER = PlayerWords(
    clip="Clip",
    first="The first",
    second="The second",
    play="Play",
    pause="Pause",
    again="Play again",
    progress="How far the sound has played",
    space="Space",
    trouble="This sound does not play here. Please load the page again.",
    listen_first="Please listen for at least {seconds} seconds first.",
    listen_first_both="Please listen to both for at least {seconds} seconds first.",
    listen_to_all="Please listen first.",
    answer_first="Please answer every question.",
    ready="Ready when you are. You may listen again as often as you like.",
)

TRIAL = TrialWords(
    practice_title="Practice {position} of {total}",
    practice="This one is for practice: afterwards you are told whether you were right.",
    title={_ONE: "Clip {position} of {total}", _PAIR: "Pair {position} of {total}"},
    welcome_back="Welcome back: you go on where you stopped.",
    ask={
        _ONE: "Who wrote this music, and how sure are you?",
        _PAIR: "Which of the two was written by a human, and how sure are you?",
    },
    sides={
        _ONE: {Maker.HUMAN: "A human", Maker.MACHINE: "A machine"},
        _PAIR: {Maker.HUMAN: "The first", Maker.MACHINE: "The second"},
    },
    sureness={
        Sureness.GUESSING: "Guessing",
        Sureness.FAIRLY_SURE: "Fairly sure",
        Sureness.CERTAIN: "Certain",
    },
    heard={
        _ONE: "Have you heard this piece before?",
        _PAIR: "Have you heard one of these pieces before?",
    },
    heard_before={
        HeardBefore.NO: "No",
        HeardBefore.MAYBE: "Not sure",
        HeardBefore.YES: "Yes",
    },
    vote="Give my answer",
    right_title="That’s right",
    wrong_title="Not quite",
    next="Go on",
)

THANKS = ThanksWords(
    title="Thank you!",
    score_title="You got {right} of {total} right",
    stored="Thank you! Your answers are stored.",
    code="Your completion code:",
    code_and_address="Your completion code, in case you are asked for it:",
    address="Please go back now, so that your part is counted.",
    back="Finish and go back",
    score="Guessing gives half of them on average.",
    others="You got {right} of {total}; people get {mean} on average.",
    others_title="How many people got how many right",
    truth_title="The truth about each clip",
    by_human="Written by a human: {genre} “{title}”",
    by_human_untitled="Written by a human: {genre}",
    by_machine="Composed by a machine: {genre}",
    by_article="Composed by a machine as it was done in 2018: {genre}",
    first="The first",
    second="The second",
    you_said="You said “{answer}”:",
    right="right",
    wrong="wrong",
    listen="Listen",
    keep="This page’s address is yours alone: keep it to come back to your result.",
)

TEXTS = Texts(
    name="English",
    titles={_ONE: "Was this human?", _PAIR: "Which one is human?"},
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    date="{day} {month} {year}",
    moment="{date} at {time} UTC",
    decimal=".",
    genres={
        "chorale": "chorale",
        "fiddle": "fiddle tune",
        "folk": "folk song with chords",
        "mazurka": "mazurka",
        "quartet": "string quartet",
        "ragtime": "ragtime",
        "renaissance": "Renaissance mass",
        "song": "song with piano",
    },
    gate=GATE,
    welcome=WELCOME,
    checks=CHECKS,
    questions=QUESTIONS,
    player=PLAYER,
    trial=TRIAL,
    thanks=THANKS,
)
